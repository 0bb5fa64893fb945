#include "qstore.h"

#include "crm/trade/doc.h"
#include "store/id.h"

#define HEAD                                                                   \
	"id,name,state,currency,tax,rounding,discount,adjustment,issued_net,"  \
	"issued_taxes,issued_total\n"
#define LINES                                                                  \
	"id,quote,position,kind,name,quantity,list,price,discount,tax,cost,"   \
	"choice,chosen\n"

static void
stores(void)
{
	put("crmrc", "# crm store, format 1\n[core]\n\tcurrency = EUR\n");
	put("config/taxes.csv", "tax,part,from,label,rate,compound,code,"
				"reason\nstd,,,VAT,20,,S,\n");
	put("quotes/2026/11.csv",
	    HEAD "Q2611-aa000000,One,draft,EUR,exclusive,line,10%,,,,\n"
		 "Q2611-bb000000,Two,draft,EUR,exclusive,line,,-5.00,,,\n"
		 "Q2611-cc000000,Bad,draft,EUR,exclusive,line,,,,,\n"
		 "Q2611-dd000000,Old,sent,EUR,exclusive,line,,,8.00,2.00,"
		 "10.00\n");
	put("quote-lines/2026/11.csv",
	    /* 2 x 80 of 100; 1 x 50; an option; a gift of 30 */
	    LINES "K2611-aa000003,Q2611-aa000000,30,item,More,1,500,500,,std,"
		  "1,option,\n"
		  "K2611-aa000001,Q2611-aa000000,10,item,A,2,100,80,,std,7,,\n"
		  "K2611-aa000002,Q2611-aa000000,20,item,B,1,50,50,,std,7,,\n"
		  "K2611-bb000001,Q2611-bb000000,10,item,A,1,100,100,,,,,\n"
		  "K2611-bb000002,Q2611-bb000000,20,gift,G,1,30,0,,,,,\n"
		  "K2611-cc000001,Q2611-cc000000,10,heading,H,,,,,,,,\n"
		  "K2611-cc000002,Q2611-cc000000,20,item,Loss,1,5,5,6,,,,\n");
	put("orders/2026/11.csv",
	    "id,name,state,currency,issued_net,issued_taxes,issued_total\n"
	    "R2611-aa000000,Owed,confirmed,EUR,100.00,20.00,120.00\n"
	    "R2611-bb000000,Paid,delivered,EUR,100.00,0.00,100.00\n"
	    "R2611-cc000000,New,confirmed,EUR,100.00,0.00,100.00\n");
	put("payments/2026/11.csv",
	    "id,order,kind,date,amount,currency\n"
	    "J2611-aa000001,R2611-aa000000,payment,2026-11-02,50.00,EUR\n"
	    "J2611-aa000002,R2611-aa000000,refund,2026-11-03,10.00,EUR\n"
	    "J2611-bb000001,R2611-bb000000,payment,2026-11-02,100.00,EUR\n");
	put("instalments/2026/11.csv",
	    "id,order,position,due,amount,currency\n"
	    "H2611-aa000001,R2611-aa000000,1,2026-11-20,60.00,EUR\n"
	    "H2611-aa000002,R2611-aa000000,2,2026-11-21,60.00,EUR\n"
	    "H2611-cc000001,R2611-cc000000,1,2026-12-01,100.00,EUR\n");
}

static void
open_store(struct session *s)
{
	stores();
	qstore_open(s);
}

static void
sums(void **state)
{
	struct session s = { 0 };
	struct err e = { 0 };
	struct doc d;
	struct dec off;

	(void)state;
	open_store(&s);
	CHECK(doc_load(&s, NULL, id_pack(span("Q2611-aa000000")), &d, &e) == 0,
	    "%s", e.msg);
	assert_int_equal(d.nlines, 3);
	assert_true(span_eqs(record_get(&d.line[2].r, "name"), "More"));
	/* 160 + 50, less 10 %, and 20 % of it */
	assert_int_equal(d.calc.net, 18900);
	assert_int_equal(d.calc.total, 22680);
	assert_int_equal(d.calc.margin, 18900 - 2100);
	/* the first line: 200 at list, 160 less 16: 28 % */
	off = doc_discount(&d);
	assert_int_equal(off.value, 280000);
	assert_int_equal(off.scale, 4);
	assert_true(doc_is_draft(&d));
	doc_release(&d);

	/* 130 at list, 95 paid: 26.923076... %, rounded up */
	CHECK(doc_load(&s, NULL, id_pack(span("Q2611-bb000000")), &d, &e) == 0,
	    "%s", e.msg);
	assert_int_equal(doc_discount(&d).value, 269231);
	doc_release(&d);

	/* places count all lines */
	assert_int_equal(
	    doc_load(&s, NULL, id_pack(span("Q2611-cc000000")), &d, &e), -1);
	CHECK(strncmp(e.msg, "line 2 (Loss): ", 15) == 0, "%s", e.msg);
	err_release(&e);
	assert_int_equal(
	    doc_load(&s, NULL, id_pack(span("Q2611-ee000000")), &d, &e), 1);
	session_close(&s);
}

/* What is offered changes the digest; what is only ours does not. */
static void
digests(void **state)
{
	struct session s = { 0 };
	struct err e = { 0 };
	struct doc d;
	char was[65], is[65];

	(void)state;
	open_store(&s);
	CHECK(doc_load(&s, NULL, id_pack(span("Q2611-aa000000")), &d, &e) == 0,
	    "%s", e.msg);
	doc_digest(&d, was);
	assert_int_equal(strlen(was), 64);
	record_put(&d.r, "note", span("ours"));
	record_put(&d.r, "state", span("issued"));
	record_put(&d.line[0].r, "chosen", span("yes"));
	doc_digest(&d, is);
	assert_string_equal(was, is);
	record_put(&d.line[0].r, "price", span("79"));
	doc_digest(&d, is);
	assert_string_not_equal(was, is);
	record_put(&d.line[0].r, "price", span("80"));
	record_put(&d.r, "terms", span("net30"));
	doc_digest(&d, is);
	assert_string_not_equal(was, is);
	doc_release(&d);
	session_close(&s);
}

static int
gather(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct buf *out = ctx;

	(void)e;
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%.*s%c", SPANF(cell[i]), i + 1 < n ? ',' : ' ');
	return 0;
}

static void
listed(struct session *s, const char *entity, const char *columns,
    const char *want)
{
	struct query *q =
	    query_new(s, schema_entity(&s->schema, span(entity)));
	struct span rest = span(columns);
	struct path *path[8];
	bool label[8] = { false };
	struct buf out = { 0 };
	struct err e = { 0 };
	size_t n = 0;

	while (rest.n)
		CHECK(query_path(q, span_cut(&rest, ','), false, &path[n++],
			  &e) == 0,
		    "%s", e.msg);
	CHECK(query_stream(q, path, label, n, gather, &out, &e) == 0, "%s",
	    e.msg);
	assert_string_equal(out.p, want);
	buf_release(&out);
	query_free(q);
}

/* Of many: what cannot be computed is empty, what was issued is that. */
static void
lists(void **state)
{
	struct session s = { 0 };

	(void)state;
	open_store(&s);
	listed(&s, "quote", "name,net,total,margin,off",
	    "One,189.00,226.80,168.00,21.00 Two,100.00,95.00,,0.00 Bad,,,, "
	    "Old,8.00,10.00,, ");
	listed(&s, "quote-line", "quote.name,quote.total",
	    "One,226.80 One,226.80 One,226.80 Two,95.00 Two,95.00 Bad, Bad, ");
	listed(&s, "order", "name,total,paid,owing,standing",
	    "Owed,120.00,40.00,80.00,overdue Paid,100.00,100.00,0.00,paid "
	    "New,100.00,0.00,100.00,confirmed ");
	session_close(&s);
}

static int
setup(void **state)
{
	(void)state;
	place_make(NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	place_remove(NULL);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sums, setup, teardown),
		cmocka_unit_test_setup_teardown(digests, setup, teardown),
		cmocka_unit_test_setup_teardown(lists, setup, teardown),
	};

	return cmocka_run_group_tests_name("doc", tests, NULL, NULL);
}
