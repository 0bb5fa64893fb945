#include "qstore.h"

#include "base/utf8.h"
#include "crm/query/filter_impl.h"
#include "store/unicode.h"

/*
 * A small store, and for each filter the last characters of the ids that it
 * has to select, worked out by hand.
 */

static const char crmrc[] =
    "# crm store, format 1\n"
    "[core]\n\tcurrency = EUR\n\ttimezone = Europe/Berlin\n"
    "[view \"mine\"]\n\tfilter = owner:me +OPEN\n"
    "[view \"open\"]\n\tentity = lead\n\tfilter = +OPEN\n"
    "[view \"loop\"]\n\tfilter = @loop\n"
    "[view \"a\"]\n\tfilter = (@mine or +WON) -key\n"
    "[view \"quote\"]\n\tfilter = \"name~beta pilot\\\"\"\n";

static const char stages[] = "pipeline,stage,label,state,probability\n"
			     ",new,New deal,open,10\n"
			     ",proposal,,open,50\n"
			     ",won,,won,\n"
			     ",lost,,lost,0\n"
			     ",onhold,,hold,30\n"
			     ",dropped,,cancelled,\n"
			     "service,offer,,open,20\n"
			     "service,done,,won,100\n";

static const char users[] = "id,login,name,manager\n"
			    "U2601-00000001,ana,Ana,\n"
			    "U2601-00000002,bo,Bo Müller,U2601-00000001\n"
			    "U2601-00000003,cy,Cy,U2601-00000002\n";

static const char accounts[] =
    "name,id,parent,sector\n"
    "\"Acme, Inc\",A2601-00000001,,retail\n"
    "Acme Berlin,A2601-00000002,A2601-00000001,retail\n"
    "\"ACME,  inc\",A2601-00000003,,bank\n"
    "Straße 5,A2601-00000004,,\n";

#define HEAD                                                                   \
	"close,id,name,account,owner,pipeline,stage,probability,amount,"       \
	"currency,tags,note,created,source,size_class\n"

static const char opps1[] = HEAD
    "2026-11-30,O2601-00000001,Alpha renewal,A2601-00000001,U2601-00000001,,"
    "new,,1000.00,EUR,key;vip,,2026-10-31T23:30:00Z,web,L\n"
    "2026-10-01,O2601-00000002,Beta  pilot,A2601-00000002,U2601-00000002,,"
    "proposal,,20000.00,EUR,vip,\"he said \"\"no\"\", twice\","
    "2026-11-01T00:00:00Z,fair,\n"
    "2026-09-30,O2601-00000003,ГАММА,A2601-00000003,U2601-00000001,,won,,"
    "5000.00,USD,,,2025-12-31T12:00:00+01:00,,\n"
    "2026-07-15,O2601-00000004,Straße,,,,lost,,300,EUR,,,2025-06-01,,\n";

static const char opps2[] = HEAD
    "2027-01-15,O2601-00000005,Epsilon cafe\xcc\x81,A2601-00000009,"
    "U2601-00000003,,onhold,,750.50,EUR,,,,,\n"
    "2026-11-05,O2601-00000006,Zeta,A2601-00000001,U2601-00000002,service,"
    "offer,,,EUR,,,,,\n"
    "2026-11-21,O2601-00000007,Eta,A2601-00000004,U2601-00000001,,dropped,,"
    "48000.00,EUR,VIP-2,,,,\n"
    ",O2601-00000008,Theta (x),A2601-00000002,,,new,25,1000.00,EUR,,,,,\n";

static const char targets[] = "id,period,user,amount,currency\n"
			      "T2601-00000001,2026,,1,EUR\n"
			      "T2601-00000002,2026-Q4,,2,EUR\n"
			      "T2601-00000003,2026-11,,3,EUR\n"
			      "T2601-00000004,2027-Q1,,4,EUR\n";

static const char leads[] = "id,name,status,company\n"
			    "L2601-00000001,Ann,new,Acme\n"
			    "L2601-00000002,Bea,converted,Beta\n"
			    "L2601-00000003,Cem,unqualified,\n"
			    "L2601-00000004,,contacted,Ann & Co\n";

static int
setup(void **state)
{
	(void)state;
	place_make(NULL);
	put("crmrc", crmrc);
	put("config/stages.csv", stages);
	put("config/users.csv", users);
	put("config/sources.csv", "source,label\nweb,\nfair,Trade fair\n");
	put("config/rates.csv",
	    "currency,date,rate\nUSD,2026-01-01,0.9\nUSD,2027-01-01,9\n");
	put("config/targets.csv", targets);
	put("accounts/2026/01.csv", accounts);
	put("opps/2026/01.csv", opps1);
	put("opps/2026/01/0.csv", opps2);
	put("leads/2026/01.csv", leads);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	place_remove(NULL);
	return 0;
}

struct want {
	const char *entity, *filter;
	const char *ids; /* last characters, or NULL: an error */
	enum err_code code;
	const char *message;
};

#define OPP(f, ids)                                                            \
	{                                                                      \
		"opp", f, ids, 0, NULL                                         \
	}
#define BAD(f, msg)                                                            \
	{                                                                      \
		"opp", f, NULL, ERR_USAGE, msg                                 \
	}

static const struct want wants[] = {
	OPP("", "12345678"),
	/* stages and what is computed from them */
	OPP("stage:new", "18"),
	OPP("stage:NEW,proposal", "128"),
	OPP("stage:\"new deal\"", "18"),
	OPP("stage:offer", "6"),
	OPP("opp.stage:won", "3"),
	OPP("opps.stage:won", "3"),
	OPP("state:open", "1268"),
	OPP("state:won,lost", "34"),
	OPP("+OPEN", "1268"),
	OPP("+WON", "3"),
	OPP("+LOST", "4"),
	OPP("+HOLD", "5"),
	OPP("+CANCELLED", "7"),
	OPP("+CLOSED", "347"),
	OPP("-CLOSED", "12568"),
	OPP("+OVERDUE", "26"),
	OPP("+CLOSING", "16"),
	OPP("+MINE", "137"),
	OPP("+NOOWNER", "48"),
	OPP("chance:25", "8"),
	OPP("chance:50%", "2"),
	OPP("chance:20..50", "2568"),
	OPP("weighted:250", "8"),
	OPP("weighted:..100", "147"),
	/* references */
	OPP("owner:", "48"),
	OPP("owner:me", "137"),
	OPP("owner:me,", "13478"),
	OPP("owner:bo", "26"),
	OPP("owner:\"bo  müller\"", "26"),
	OPP("owner:BO,cy", "256"),
	OPP("owner:U2601-00000003", "5"),
	OPP("owner:u2601-0000000oo", NULL),
	OPP("owner~MÜLL", "26"),
	OPP("owner.name:ana", "137"),
	OPP("owner.login~A", "137"),
	OPP("owner.manager:me", "26"),
	OPP("owner.manager.manager:me", "5"),
	OPP("account:\"acme, inc\"", "136"),
	OPP("account:A2601-00000009", "5"),
	OPP("account:", "4"),
	OPP("account.name:", "45"),
	OPP("account.name:\"Acme, Inc\"", "136"),
	OPP("account.id:A2601-00000001", "16"),
	OPP("account.parent.name~acme", "28"),
	OPP("account.sector:bank", "3"),
	OPP("account.sector:bank,", "3457"),
	/* text */
	OPP("alpha", "1"),
	OPP("a", "1245678"),
	OPP("name~ALPHA", "1"),
	OPP("name:\"beta pilot\"", "2"),
	OPP("name~\"a p\"", "2"),
	OPP("гамма", "3"),
	OPP("name:Гамма", "3"),
	OPP("name:strasse", "4"),
	OPP("name~RASS", "4"),
	OPP("name~cafe", ""),
	OPP("name~caf", "5"),
	OPP("name~café", "5"),
	OPP("note~\"\"\"no\"\",\"", "2"),
	OPP("note:", "1345678"),
	OPP("name:zeta,eta", "67"),
	OPP("name~zeta,alpha", "16"),
	OPP("name~(x)", "8"),
	OPP("size_class:l", "1"),
	/* ids */
	OPP("O2601-00000003", "3"),
	OPP("O2601-00000003 o2601-00000005", "35"),
	OPP("O2601-00000003 +OPEN", ""),
	OPP("O2601-00000003 or O2601-00000001", "13"),
	OPP("not O2601-00000003", "1245678"),
	OPP("id:O2601-00000001,O2601-00000009", "1"),
	OPP("id~0002", "2"),
	/* numbers and money */
	OPP("amount:1000..", "12378"),
	OPP("amount:4500", "3"),
	OPP("amount:\"USD 5k\"", "3"),
	OPP("amount:..750.5", "45"),
	OPP("amount:", "6"),
	OPP("amount:300,48k", "47"),
	OPP("amount:1000..4499", "18"),
	OPP("amount:..", NULL),
	OPP("currency:usd", "3"),
	/* dates */
	OPP("close:..2026-09", "34"),
	OPP("close:month", "167"),
	OPP("close:today", "7"),
	OPP("close:2026-Q3,2027", "345"),
	OPP("close:", "8"),
	OPP("close:2027,", "58"),
	OPP("close:tomorrow..eom", "1"),
	OPP("created:2026-11", "12"),
	OPP("created:2026-10", ""),
	OPP("created:2025", "34"),
	OPP("created:2025-06-01", "4"),
	/* tags */
	OPP("+vip", "12"),
	OPP("+VIP", "12"),
	OPP("-vip", "345678"),
	OPP("tags:vip-2,key", "17"),
	OPP("tags~ip", "127"),
	OPP("tags:", "34568"),
	/* choices */
	OPP("source:web", "1"),
	OPP("source:\"trade fair\"", "2"),
	OPP("source:", "345678"),
	/* words between terms */
	OPP("not stage:new", "234567"),
	OPP("not not stage:new", "18"),
	OPP("stage:new or stage:won", "138"),
	OPP("stage:new or owner:bo amount:20k", "128"),
	OPP("owner:me (stage:new or +WON)", "13"),
	OPP("( +WON ) or (not (owner:me or +NOOWNER))", "2356"),
	OPP("name~\"(\"", "8"),
	OPP("@mine", "1"),
	OPP("not @mine owner:me", "37"),
	OPP("@a", "3"),
	/* other entities */
	{ "target", "period:2026", "123", 0, NULL },
	{ "target", "period:2026-Q4", "23", 0, NULL },
	{ "target", "period:2026-10..", "234", 0, NULL },
	{ "target", "amount:2..3", "23", 0, NULL },
	{ "lead", "+OPEN", "14", 0, NULL },
	{ "lead", "+CONVERTED", "2", 0, NULL },
	{ "lead", "+CLOSED", "23", 0, NULL },
	{ "lead", "state:closed", "3", 0, NULL },
	{ "lead", "@open ann", "14", 0, NULL },
	{ "lead", "company~ann", "4", 0, NULL },
	{ "user", "bo", "2", 0, NULL },
	{ "account", "parent:\"acme, inc\"", "2", 0, NULL },
	/* mistakes */
	BAD("stage:neu", "no stage 'neu'; the nearest: 'new'"),
	BAD("amount:10..5", "amount: 10..5 ends before it starts"),
	BAD("+OPN", "opp has no tag 'OPN'; the nearest: 'OPEN'"),
	BAD("state:opne", "the nearest: 'open'"),
	BAD("owner:anna", "the nearest: 'Ana'"),
	{ "opp", "account:nobody", NULL, ERR_NOENT, "no account 'nobody'" },
	BAD("owner:A2601-00000001", "ids of users begin with U"),
	BAD("A2601-00000001", "is no id of opps"),
	BAD("id:0000", "no full id"),
	BAD("amount:x", "amount: "),
	BAD("amount:..", "one side"),
	BAD("chance:5EUR", "not money"),
	BAD("close:x", "close: "),
	BAD("currency:xyz", "no currency"),
	BAD("source:wep", "the nearest: 'web'"),
	BAD("stge:new", "opp has no field 'stge'; the nearest: 'stage'"),
	BAD("owner.nam:x", "user has no field 'nam'"),
	BAD("name.x:y", "no reference"),
	BAD("lead.opp.lead.opp.lead.opp.lead.opp.lead.opp.lead.opp.lead.opp."
	    "lead.opp.lead.opp.lead.opp.name:x",
	    "more than"),
	BAD("name~", "lacks the text"),
	BAD("(", "lacks a term"),
	BAD(")", "lacks a term"),
	BAD("stage:new )", "')' without '('"),
	BAD("( stage:new", "'(' without ')'"),
	BAD("or", "lacks a term"),
	BAD("stage:new or", "lacks a term"),
	BAD("not", "lacks a term"),
	BAD("+", "lack a tag"),
	BAD("+CONVERTED", "opp has no tag 'CONVERTED'"),
	BAD("@nine", "no view 'nine' in crmrc; the nearest: 'mine'"),
	BAD("@loop", "nested too deeply"),
	BAD("@open", "is one of lead"),
	BAD("@quote", "not closed"),
	{ "stage", "won", NULL, ERR_USAGE, "no names" },
};

static int
row_id(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct buf *b = ctx;

	(void)n;
	(void)e;
	buf_addc(b, cell[0].p[cell[0].n - 1]);
	return 0;
}

static int
select_ids(
    struct session *s, const struct want *w, struct buf *out, struct err *e)
{
	struct query *q = qstore_query(s, w->entity);
	struct path *id = NULL;
	size_t n = 0;
	char **word;
	int rc = filter_split(w->filter, &word, &n, e);

	if (rc == 0) {
		rc = query_filter(q, word, n, e);
		free(word);
	}
	if (rc == 0) {
		id = qstore_path(q, "id");
		rc = query_stream(q, &id, NULL, 1, row_id, out, e);
	}
	query_free(q);
	return rc;
}

static void
check(struct session *s, const struct want *w)
{
	struct buf got = { 0 };
	struct err e = { 0 };
	int rc = select_ids(s, w, &got, &e);

	buf_addc(&got, '\0');
	if (w->ids) {
		CHECK(rc == 0, "%s: %s", w->filter, e.msg);
		CHECK(strcmp(got.p, w->ids) == 0, "%s: '%s', not '%s'",
		    w->filter, got.p, w->ids);
	} else {
		CHECK(rc < 0, "%s: '%s'", w->filter, got.p);
		CHECK(!w->code || e.code == w->code, "%s: %d: %s", w->filter,
		    e.code, e.msg);
		CHECK(!w->message || strstr(e.msg, w->message), "%s: %s",
		    w->filter, e.msg);
	}
	buf_release(&got);
	err_release(&e);
}

static void
cases(void **state)
{
	static const char *const threads[] = { "1", "3" };

	(void)state;
	for (size_t t = 0; t < COUNT(threads); t++) {
		struct session s;

		setenv("CRM_THREADS", threads[t], 1);
		qstore_open(&s);
		for (size_t i = 0; i < COUNT(wants); i++)
			check(&s, &wants[i]);
		session_close(&s);
	}
	unsetenv("CRM_THREADS");
}

static void
no_rate(void **state)
{
	static const struct want w[] = {
		{ "opp", "amount:1..", NULL, ERR_DATA,
		    "no rate from USD to EUR" },
		{ "opp", "amount:1.. -WON", "124578", 0, NULL },
		{ "opp", "amount:\"USD 1\"", NULL, ERR_DATA, "no rate" },
	};
	struct session s;

	(void)state;
	put("config/rates.csv", "currency,date,rate\n");
	qstore_open(&s);
	for (size_t i = 0; i < COUNT(w); i++)
		check(&s, &w[i]);
	session_close(&s);
}

static void
no_base(void **state)
{
	static const struct want w[] = {
		{ "opp", "amount:1..", NULL, ERR_DATA, "several currencies" },
		{ "opp", "currency:eur amount:500..", "12578", 0, NULL },
	};
	struct session s;

	(void)state;
	put("crmrc", "# crm store, format 1\n");
	qstore_open(&s);
	for (size_t i = 0; i < COUNT(w); i++)
		check(&s, &w[i]);
	session_close(&s);
}

static void
splitting(void **state)
{
	static const struct {
		const char *text, *words;
	} c[] = {
		{ "", "" },
		{ " \t\n", "" },
		{ "a b", "a|b|" },
		{ "(a or b)", "(|a|or|b|)|" },
		{ "((a) )", "(|(|a|)|)|" },
		{ "name~f(x) y", "name~f(x)|y|" },
		{ "name:\"a b\" c", "name:a b|c|" },
		{ "\"a \"\"b\"\"\"", "a \"b\"|" },
		{ "\"(\"a", "(a|" },
		{ "\"\"", "|" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		struct buf b = { 0 };
		char **w;
		size_t n;

		assert_int_equal(filter_split(c[i].text, &w, &n, NULL), 0);
		for (size_t k = 0; k < n; k++)
			buf_addf(&b, "%s|", w[k]);
		buf_addc(&b, '\0');
		CHECK(strcmp(b.p, c[i].words) == 0, "%s: %s", c[i].text, b.p);
		buf_release(&b);
		free(w);
	}
}

/* What the fast paths say is what comparing folded texts says. */
static void
check_text(struct span cell, struct span needle, struct arena *a)
{
	struct ftext t = text_make(a, needle);
	struct buf fold = { 0 }, scratch = { 0 };
	bool in, is;

	uni_fold(&fold, cell);
	in = t.s.n == 0 || (fold.n && memmem(fold.p, fold.n, t.s.p, t.s.n));
	is = span_eq(buf_span(&fold), t.s);
	CHECK(text_in(&t, cell, &scratch) == in, "'%.*s' in '%.*s'",
	    SPANF(needle), SPANF(cell));
	CHECK(text_is(&t, cell, &scratch) == is, "'%.*s' is '%.*s'",
	    SPANF(needle), SPANF(cell));
	buf_release(&fold);
	buf_release(&scratch);
}

/* Every character, alone and between others, and each byte of its fold. */
static void
characters(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (uint32_t cp = 1; cp < 0x20000; cp++) {
		char c[4], text[64];
		size_t n = utf8_encode(cp, c);
		struct buf fold = { 0 };
		struct span cell;

		if (n == 0)
			continue;
		snprintf(text, sizeof text, "Ab %.*sq, and some more text",
		    (int)n, c);
		cell = span(text);
		uni_fold(&fold, span_n(c, n));
		for (size_t i = 0; i < fold.n; i++) {
			if ((unsigned char)fold.p[i] < 0x80)
				check_text(cell, span_n(fold.p + i, 1), &a);
		}
		buf_release(&fold);
		check_text(cell, span_n(c, n), &a);
		check_text(cell, span("bq"), &a);
		check_text(cell, span("b q"), &a);
		check_text(cell, span("b"), &a);
		check_text(cell, span("me TEXT"), &a);
		check_text(span_n(c, n), span_n(c, n), &a);
		if (a.used > 1 << 20)
			arena_release(&a);
	}
	arena_release(&a);
}

/* Needles of all lengths at all places of cells of all lengths. */
static void
places(void **state)
{
	static const char text[] = "aAbBaabbABABaBbAabababaabbbaabABBAabbabaab";
	struct arena a = { 0 };

	(void)state;
	for (size_t n = 0; n < sizeof text; n++) {
		for (size_t at = 0; at < n; at++) {
			for (size_t len = 1; len <= 9 && at + len <= n; len++)
				check_text(span_n(text, n),
				    span_n(
					text + sizeof text - 1 - at - len, len),
				    &a);
		}
		arena_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters),
		cmocka_unit_test(places),
		cmocka_unit_test(splitting),
		cmocka_unit_test(cases),
		cmocka_unit_test(no_rate),
		cmocka_unit_test(no_base),
	};

	return cmocka_run_group_tests_name("filter", tests, setup, teardown);
}
