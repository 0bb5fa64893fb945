#include "qstore.h"

#include "store/id.h"

/*
 * Rows of a made store, and the same rows in an array: what a query gives is
 * compared with loops over the array.
 */

enum { MONTHS = 6, PER_MONTH = 120, ROWS = MONTHS * PER_MONTH, ACCOUNTS = 50 };

static struct opp {
	char id[15], account[15], name[40], close[11];
	int stage;	/* index */
	long cents;	/* -1: empty */
	size_t place;	/* in store order */
	int nr_account; /* -1: none; ACCOUNTS and more: not there */
} opp[ROWS];

static struct {
	char id[15], name[40], sector[20];
} account[ACCOUNTS];

static const char *const stage[] = { "zero", "alpha", "won" };
static const char *const sector[] = { "bank", "food", "\"law, tax\"" };
static uint64_t state = 7;

static unsigned
below(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static void
make_id(char out[15], char letter, unsigned month, unsigned nr)
{
	uint64_t id = (uint64_t)letter << 52 |
		      (uint64_t)(26 * 12 + month) << 40 |
		      (uint64_t)(nr % 32) << 35 | nr;

	id_unpack(id, out);
}

static void
make_account(unsigned i)
{
	make_id(account[i].id, 'A', i % 3, i);
	snprintf(account[i].name, sizeof account[i].name, "Account %02u", i);
	snprintf(
	    account[i].sector, sizeof account[i].sector, "%s", sector[i % 3]);
}

static void
make_opp(unsigned i)
{
	struct opp *o = &opp[i];
	unsigned a = below(ACCOUNTS + 10);

	make_id(o->id, 'O', i / PER_MONTH, i % PER_MONTH);
	o->nr_account = a < ACCOUNTS + 5 ? (int)a : -1;
	if (a < ACCOUNTS)
		strcpy(o->account, account[a].id);
	else if (o->nr_account >= 0)
		make_id(o->account, 'A', 11, a);
	snprintf(o->name, sizeof o->name, "%s %u", below(2) ? "Deal" : "deal",
	    below(300));
	snprintf(o->close, sizeof o->close, "2026-%02u-%02u", below(12) + 1,
	    below(28) + 1);
	if (below(10) == 0)
		o->close[0] = '\0';
	o->stage = (int)below(3);
	o->cents = below(20) ? (long)below(100000) : -1;
	o->place = i;
}

static void
add_opp(struct buf *b, const struct opp *o)
{
	buf_addf(b, "%s,%s,%s,%s,%s,", o->close, o->id, o->name,
	    stage[o->stage], o->account);
	if (o->cents >= 0)
		buf_addf(b, "%ld.%02ld", o->cents / 100, o->cents % 100);
	buf_adds(b, ",EUR\n");
}

/*
 * The first 40 of a month in its file, others by their first character, in
 * store order.
 */
static void
write_opps(void)
{
	static const char head[] =
	    "close,id,name,stage,account,amount,currency\n";
	static const char b32[] = "0123456789abcdefghjkmnpqrstvwxyz";
	struct buf b = { 0 };
	size_t place = 0;

	for (unsigned m = 0; m < MONTHS; m++) {
		for (int c = -1; c < 32; c++) {
			char path[64];

			buf_reset(&b);
			buf_adds(&b, head);
			for (unsigned i = 0; i < PER_MONTH; i++) {
				struct opp *o = &opp[m * PER_MONTH + i];

				if (c < 0 ? i >= 40
					  : i < 40 || o->id[6] != b32[c])
					continue;
				o->place = place++;
				add_opp(&b, o);
			}
			snprintf(path, sizeof path,
			    c < 0 ? "opps/2026/%02u.csv"
				  : "opps/2026/%02u/%c.csv",
			    m + 1, c < 0 ? 0 : b32[c]);
			if (b.n > sizeof head)
				put(path, b.p);
		}
	}
	buf_release(&b);
}

static void
write_accounts(void)
{
	for (unsigned m = 0; m < 3; m++) {
		struct buf b = { 0 };
		char path[64];

		buf_adds(&b, "sector,name,id\n");
		for (unsigned i = 0; i < ACCOUNTS; i++) {
			if (i % 3 == m)
				buf_addf(&b, "%s,%s,%s\n", account[i].sector,
				    account[i].name, account[i].id);
		}
		snprintf(path, sizeof path, "accounts/2026/%02u.csv", m + 1);
		put(path, b.p);
		buf_release(&b);
	}
}

static int
setup(void **unused)
{
	(void)unused;
	place_make(NULL);
	put("crmrc", "# crm store, format 1\n[core]\n\tcurrency = EUR\n");
	put("config/stages.csv",
	    "pipeline,stage,label,state,probability\n"
	    ",zero,,open,10\n,alpha,,open,40\n,won,,won,100\n");
	for (unsigned i = 0; i < ACCOUNTS; i++)
		make_account(i);
	for (unsigned i = 0; i < ROWS; i++)
		make_opp(i);
	write_opps();
	write_accounts();
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	place_remove(NULL);
	return 0;
}

static void
filter(struct query *q, const char *text)
{
	struct err e = { 0 };
	char **word;
	size_t n;

	assert_int_equal(filter_split(text, &word, &n, &e), 0);
	CHECK(query_filter(q, word, n, &e) == 0, "%s", e.msg);
	free(word);
}

static void
in_threads(void (*fn)(struct session *s))
{
	static const char *const threads[] = { "1", "2", "7" };

	for (size_t i = 0; i < COUNT(threads); i++) {
		struct session s;

		setenv("CRM_THREADS", threads[i], 1);
		qstore_open(&s);
		fn(&s);
		session_close(&s);
	}
	unsetenv("CRM_THREADS");
}

/* Orders that lists are asked for, and the same for the array. */
static int
by_place(const void *a, const void *b)
{
	const struct opp *x = *(struct opp *const *)a,
			 *y = *(struct opp *const *)b;

	return (x->place > y->place) - (x->place < y->place);
}

static int
by_amount(const void *a, const void *b)
{
	const struct opp *x = *(struct opp *const *)a,
			 *y = *(struct opp *const *)b;

	if ((x->cents < 0) != (y->cents < 0))
		return x->cents < 0 ? 1 : -1;
	if (x->cents != y->cents)
		return x->cents > y->cents ? -1 : 1;
	return by_place(a, b);
}

static int
by_stage_name(const void *a, const void *b)
{
	const struct opp *x = *(struct opp *const *)a,
			 *y = *(struct opp *const *)b;
	int c = x->stage - y->stage;

	if (c == 0)
		c = strcasecmp(x->name, y->name);
	return c ? c : by_place(a, b);
}

static int
by_close(const void *a, const void *b)
{
	const struct opp *x = *(struct opp *const *)a,
			 *y = *(struct opp *const *)b;
	int c;

	if (!x->close[0] != !y->close[0])
		return x->close[0] ? -1 : 1;
	c = strcmp(y->close, x->close);
	return c ? c : by_place(a, b);
}

static const char *
rank_of_account(const struct opp *o)
{
	if (o->nr_account < 0)
		return "";
	return o->nr_account < ACCOUNTS ? account[o->nr_account].name
					: "(hidden)";
}

static int
by_account(const void *a, const void *b)
{
	const struct opp *x = *(struct opp *const *)a,
			 *y = *(struct opp *const *)b;
	const char *p = rank_of_account(x), *r = rank_of_account(y);
	int c;

	if (!*p != !*r)
		return *p ? -1 : 1;
	c = strcasecmp(p, r);
	return c ? c : by_place(a, b);
}

static const struct order {
	const char *key[2];
	bool descending;
	int (*cmp)(const void *, const void *);
} orders[] = {
	{ { NULL, NULL }, false, by_place },
	{ { "amount", NULL }, true, by_amount },
	{ { "stage", "name" }, false, by_stage_name },
	{ { "close", NULL }, true, by_close },
	{ { "account", NULL }, false, by_account },
};

static bool
is_won_food(const struct opp *o)
{
	return o->stage == 2 && o->nr_account >= 0 &&
	       o->nr_account < ACCOUNTS && o->nr_account % 3 == 1;
}

static bool
is_any(const struct opp *o)
{
	return o->id[0] != '\0';
}

static const struct {
	const char *text;
	bool (*is)(const struct opp *);
} filters[] = {
	{ "", is_any },
	{ "stage:won account.sector:food", is_won_food },
};

static const char *
sector_of(const struct opp *o)
{
	if (o->nr_account < 0 || o->nr_account >= ACCOUNTS)
		return "";
	return o->nr_account % 3 == 2 ? "law, tax" : sector[o->nr_account % 3];
}

static void
check_row(const struct span *cell, const struct opp *o, const char *what)
{
	CHECK(span_eqs(cell[0], o->id), "%s: %.*s, not %s", what,
	    SPANF(cell[0]), o->id);
	CHECK(span_eqs(cell[1], rank_of_account(o)), "%s: %s: %.*s", what,
	    o->id, SPANF(cell[1]));
	CHECK(span_eqs(cell[2], sector_of(o)), "%s: %s: %.*s", what, o->id,
	    SPANF(cell[2]));
	CHECK(span_eqs(cell[3], o->stage == 2 ? "won" : "open"), "%s: %s", what,
	    o->id);
	CHECK(span_eqs(cell[4], o->account), "%s: %s", what, o->id);
}

enum { NCOLS = 5 };
static const bool labels[NCOLS] = { false, true, false, false, false };

static void
columns(struct query *q, struct path **col)
{
	static const char *const name[NCOLS] = { "id", "account",
		"account.sector", "state", "account" };

	for (size_t i = 0; i < NCOLS; i++)
		col[i] = qstore_path(q, name[i]);
}

static size_t
expect(const struct order *o, bool (*is)(const struct opp *), struct opp **want)
{
	size_t n = 0;

	for (size_t i = 0; i < ROWS; i++) {
		if (is(&opp[i]))
			want[n++] = &opp[i];
	}
	qsort(want, n, sizeof(struct opp *), o->cmp);
	return n;
}

static void
check_list(struct session *s, const struct order *o, size_t f, size_t limit)
{
	struct query *q = qstore_query(s, "opp");
	struct opp *want[ROWS];
	struct path *col[NCOLS];
	struct sort_key key[2];
	struct result r;
	struct err e = { 0 };
	size_t nkeys = 0, n = expect(o, filters[f].is, want);

	filter(q, filters[f].text);
	columns(q, col);
	for (; nkeys < 2 && o->key[nkeys]; nkeys++) {
		key[nkeys].path = qstore_path(q, o->key[nkeys]);
		key[nkeys].descending = o->descending;
	}
	CHECK(query_rows(q, col, labels, NCOLS, key, nkeys, limit, &r, &e) == 0,
	    "%s", e.msg);
	if (limit && n > limit)
		n = limit;
	assert_int_equal(r.nrows, n);
	for (size_t i = 0; i < n; i++)
		check_row(r.cell + i * NCOLS, want[i],
		    o->key[0] ? o->key[0] : "no order");
	result_release(&r);
	query_free(q);
}

static void
check_lists(struct session *s)
{
	static const size_t limit[] = { 0, 1, 20, ROWS + 1 };

	for (size_t o = 0; o < COUNT(orders); o++) {
		for (size_t f = 0; f < COUNT(filters); f++) {
			for (size_t l = 0; l < COUNT(limit); l++)
				check_list(s, &orders[o], f, limit[l]);
		}
	}
}

static void
lists(void **unused)
{
	(void)unused;
	in_threads(check_lists);
}

struct streamed {
	struct opp **want;
	size_t n, stop;
};

static int
streamed_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct streamed *s = ctx;

	(void)e;
	assert_int_equal(n, NCOLS);
	check_row(cell, s->want[s->n++], "stream");
	return s->n == s->stop;
}

static void
check_streams(struct session *s)
{
	struct opp *want[ROWS];
	size_t n = expect(&orders[0], is_any, want);

	for (size_t stop = 0; stop < 400; stop += 399) {
		struct query *q = qstore_query(s, "opp");
		struct streamed st = { want, 0, stop };
		struct path *col[NCOLS];
		struct err e = { 0 };

		columns(q, col);
		CHECK(query_stream(
			  q, col, labels, NCOLS, streamed_row, &st, &e) == 0,
		    "%s", e.msg);
		assert_int_equal(st.n, stop ? stop : n);
		CHECK(query_count(q, &st.n, &e) == 0, "%s", e.msg);
		assert_int_equal(st.n, n);
		query_free(q);
	}
}

static void
streams(void **unused)
{
	(void)unused;
	in_threads(check_streams);
}

/* Named records: few from their own files, many by reading all. */
static void
check_ids(struct session *s)
{
	static const size_t counts[] = { 0, 1, 7, 100, 400 };

	for (size_t c = 0; c < COUNT(counts); c++) {
		struct query *q = qstore_query(s, "opp");
		struct opp *want[ROWS];
		uint64_t id[ROWS + 2];
		struct path *col[NCOLS];
		struct streamed st = { want, 0, 0 };
		struct err e = { 0 };
		size_t n = 0;

		for (size_t i = 0; i < counts[c]; i++) {
			want[i] = &opp[(i * 31) % ROWS];
			id[n++] = id_pack(span(want[i]->id));
		}
		qsort(want, counts[c], sizeof(struct opp *), by_place);
		id[n++] = id_pack(span("O2601-zzzzzzzz"));
		id[n++] = id_pack(span("A2601-00000001"));
		columns(q, col);
		query_ids(q, id, n);
		CHECK(query_stream(
			  q, col, labels, NCOLS, streamed_row, &st, &e) == 0,
		    "%s", e.msg);
		assert_int_equal(st.n, counts[c]);
		query_free(q);
	}
}

static void
ids(void **unused)
{
	(void)unused;
	in_threads(check_ids);
}

/* Sums by sector through a sink of threads. */
struct sums {
	long cents[4];
	size_t rows;
};

static struct path *sum_sector, *sum_amount;

static void *
sums_begin(void *ctx, struct err *e)
{
	(void)ctx;
	(void)e;
	return xcalloc(1, sizeof(struct sums));
}

static int
sums_row(void *st, const struct row *r, struct err *e)
{
	struct span v = path_value(sum_sector, r);
	struct sums *s = st;
	struct dec d;

	(void)e;
	s->rows++;
	if (path_dec(sum_amount, r, &d) == 1)
		s->cents[v.n ? v.p[0] == 'b'   ? 1
			       : v.p[0] == 'f' ? 2
					       : 3
			     : 0] += d.value;
	return 0;
}

static int
sums_end(void *ctx, void *st, struct err *e)
{
	struct sums *all = ctx, *s = st;

	(void)e;
	for (size_t i = 0; i < 4; i++)
		all->cents[i] += s->cents[i];
	all->rows += s->rows;
	free(s);
	return 0;
}

static void
check_sums(struct session *s)
{
	struct query *q = qstore_query(s, "opp");
	struct sums got = { 0 }, want = { 0 };
	struct sink sink = { .begin = sums_begin,
		.row = sums_row,
		.end = sums_end,
		.ctx = &got };
	struct err e = { 0 };

	for (size_t i = 0; i < ROWS; i++) {
		const char *v = sector_of(&opp[i]);
		int k = *v ? *v == 'b' ? 1 : *v == 'f' ? 2 : 3 : 0;

		if (opp[i].cents >= 0)
			want.cents[k] += opp[i].cents;
	}
	sum_sector = qstore_path(q, "account.sector");
	sum_amount = qstore_path(q, "amount");
	CHECK(query_run(q, &sink, &e) == 0, "%s", e.msg);
	assert_int_equal(got.rows, ROWS);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(got.cents[i], want.cents[i]);
	query_free(q);
}

static void
sums(void **unused)
{
	(void)unused;
	in_threads(check_sums);
}

/* Of several broken files the first is named, whoever finds it. */
static void
check_broken(struct session *s)
{
	struct query *q = qstore_query(s, "opp");
	struct sums got = { 0 };
	struct sink sink = { .begin = sums_begin,
		.row = sums_row,
		.end = sums_end,
		.ctx = &got };
	struct err e = { 0 };
	struct path *id;
	struct result r;

	sum_sector = sum_amount = id = qstore_path(q, "id");
	assert_int_equal(query_run(q, &sink, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	CHECK(strncmp(e.msg, "opps/2026/02.csv:2:", 19) == 0, "%s", e.msg);
	err_release(&e);
	assert_int_equal(query_rows(q, &id, NULL, 1, NULL, 0, 0, &r, &e), -1);
	CHECK(strncmp(e.msg, "opps/2026/02.csv:2:", 19) == 0, "%s", e.msg);
	err_release(&e);
	/* Enough rows before it: the file is not in the way. */
	assert_int_equal(query_rows(q, &id, NULL, 1, NULL, 0, 20, &r, &e), 0);
	assert_int_equal(r.nrows, 20);
	result_release(&r);
	query_free(q);
	/* Nor is it where it is not read. */
	q = qstore_query(s, "account");
	id = qstore_path(q, "id");
	CHECK(
	    query_rows(q, &id, NULL, 1, NULL, 0, 0, &r, &e) == 0, "%s", e.msg);
	assert_int_equal(r.nrows, ACCOUNTS);
	result_release(&r);
	query_free(q);
}

static void
broken(void **unused)
{
	(void)unused;
	put("opps/2026/02.csv", "id,name\nO2602-00000001\n");
	put("opps/2026/03/zz.csv", "id,name\nO2602-00000001,\"\n");
	put("opps/2026/05.csv", "id,name\nO2602-00000001,a,b\n");
	in_threads(check_broken);
}

static void
weighted(void **unused)
{
	static const char *const want[] = { "333.33", "10", "0.03", "2.5",
		"1000.00", "100", "", "100" };
	struct path *col[2];
	struct session s;
	struct result r;
	struct query *q;
	struct err e = { 0 };

	(void)unused;
	put("opps/2026/01.csv", "id,stage,amount,probability,currency\n"
				"O2601-00000001,zero,3333.33,,EUR\n"
				"O2601-00000002,zero,1,2.5,EUR\n"
				"O2601-00000003,won,1000,,EUR\n"
				"O2601-00000004,won,,,EUR\n");
	assert_int_equal(system("rm -rf opps/2026/0[2-9]* opps/2026/*/"), 0);
	qstore_open(&s);
	q = qstore_query(&s, "opp");
	col[0] = qstore_path(q, "weighted");
	col[1] = qstore_path(q, "chance");
	CHECK(
	    query_rows(q, col, NULL, 2, NULL, 0, 0, &r, &e) == 0, "%s", e.msg);
	assert_int_equal(r.nrows, 4);
	for (size_t i = 0; i < COUNT(want); i++)
		CHECK(span_eqs(r.cell[i], want[i]), "%zu: %.*s", i,
		    SPANF(r.cell[i]));
	result_release(&r);
	query_free(q);
	session_close(&s);
}

/* More stages than a thread remembers, in an order that has no pattern. */
static void
many_stages(void **unused)
{
	enum { STAGES = 400, DEALS = 4000 };
	struct buf b = { 0 };
	struct path *col;
	struct session s;
	struct result r;
	struct query *q;
	struct err e = { 0 };

	(void)unused;
	buf_adds(&b, "pipeline,stage,label,state,probability\n");
	for (int i = 0; i < STAGES; i++)
		buf_addf(&b, "%s,s%d,,open,%d.%d\n", i & 1 ? "p" : "", i / 2,
		    i / 10, i % 10);
	put("config/stages.csv", b.p);
	buf_reset(&b);
	buf_adds(&b, "id,stage,pipeline\n");
	for (unsigned i = 0; i < DEALS; i++) {
		unsigned k = i * i * 7 % STAGES;

		buf_addf(&b, "O2601-%08u,s%u,%s\n", i, k / 2, k & 1 ? "p" : "");
	}
	put("opps/2026/01.csv", b.p);
	qstore_open(&s);
	q = qstore_query(&s, "opp");
	col = qstore_path(q, "chance");
	CHECK(
	    query_rows(q, &col, NULL, 1, NULL, 0, 0, &r, &e) == 0, "%s", e.msg);
	assert_int_equal(r.nrows, DEALS);
	for (unsigned i = 0; i < DEALS; i++) {
		unsigned k = i * i * 7 % STAGES;

		buf_reset(&b);
		buf_addf(&b, k % 10 ? "%u.%u" : "%u", k / 10, k % 10);
		CHECK(span_eq(r.cell[i], buf_span(&b)), "%u: %.*s, not %s", i,
		    SPANF(r.cell[i]), b.p);
	}
	result_release(&r);
	query_free(q);
	session_close(&s);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(streams),
		cmocka_unit_test(ids),
		cmocka_unit_test(sums),
		cmocka_unit_test(broken),
		cmocka_unit_test(weighted),
		cmocka_unit_test(many_stages),
	};

	return cmocka_run_group_tests_name("query", tests, setup, teardown);
}
