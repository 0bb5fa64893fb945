#include "qstore.h"

#include "base/date.h"
#include "crm/report/report.h"
#include "store/id.h"

/*
 * Deals made up at random, written as a store, and counted here a second time
 * by the simplest code that there is.
 */

enum { DEALS = 3000, STAGES = 6, CURRENCIES = 3, OWNERS = 5, FILES = 3 };

static const struct {
	const char *name;
	int percent; /* of the stage */
	char state;
} stage[STAGES] = { { "zeta", 10, 'o' }, { "new", 25, 'o' },
	{ "offer", 60, 'o' }, { "won", 100, 'w' }, { "lost", 0, 'l' },
	{ "hold", 30, 'h' } };

static const struct {
	const char *code;
	int digits;
	int64_t rate; /* in cents of EUR per unit of its own, x 10,000 */
} currency[CURRENCIES] = { { "EUR", 2, 10000 }, { "USD", 2, 9215 },
	{ "JPY", 0, 6100 } };

struct deal {
	int stage, currency, owner, month; /* month 0..17 from 2025-07 */
	int64_t units;			   /* -1: no amount */
	int chance;			   /* percent x 100, -1: the stage's */
	uint64_t id;
};

static struct deal deal[DEALS];
static uint64_t seed = 7;

static int
rnd(int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int)((seed >> 33) % (uint64_t)n);
}

static void
month_text(int month, char out[32])
{
	int m = 6 + month;

	snprintf(out, 32, "%04d-%02d", (2025 + m / 12) % 10000, m % 12 + 1);
}

static void
put_deal(struct buf *b, size_t i)
{
	struct deal *d = &deal[i];
	char id[32], month[32];

	*d = (struct deal){ rnd(STAGES), rnd(CURRENCIES), rnd(OWNERS), rnd(18),
		rnd(20) ? rnd(1000000) : -1, rnd(3) ? -1 : rnd(10001), 0 };
	snprintf(id, sizeof id, "O2507-%08zu", i);
	d->id = id_pack(span(id));
	month_text(d->month, month);
	buf_addf(b, "%s,deal %zu,U2501-0000000%d,%s,%s-%02d,", id, i, d->owner,
	    stage[d->stage].name, month, 1 + rnd(28));
	if (d->chance >= 0)
		buf_addf(b, "%d.%02d", d->chance / 100, d->chance % 100);
	buf_addc(b, ',');
	if (d->units >= 0)
		dec_format(b, d->units, currency[d->currency].digits);
	/* the base currency may be left out */
	buf_addf(b, ",%s\n",
	    d->currency || rnd(2) ? currency[d->currency].code : "");
}

static const char crmrc[] =
    "# crm store, format 1\n[core]\ncurrency = EUR\ntimezone = UTC\n"
    "[report \"owners\"]\ntitle = Deals by owner\ngroup = owner\n"
    "order = deals-\ntotal = yes\n"
    "[select \"owners.all\"]\nentity = opp\ngroup = owner\n"
    "filter = -nothing\n"
    "measure = deals:count, least:min(amount), most:max(amount), "
    "mean:avg(amount), last:max(close)\n"
    "[column \"owners.spread\"]\nvalue = most - least\ntype = money\n"
    "[column \"owners.deals\"]\nlabel = Number\n"
    "[report \"stage\"]\ntitle = Changed\n"
    "[report \"broken\"]\ngroup = a\n"
    "[select \"broken.x\"]\nentity = opp\ngroup = owner\n"
    "measure = n:middle(amount)\n";

static int
setup(void **state)
{
	struct buf b = { 0 };

	(void)state;
	place_make(NULL);
	put("crmrc", crmrc);
	put("config/users.csv",
	    "id,login,name,team,department,manager\n"
	    "U2501-00000000,ana,Ana,north,sales,\n"
	    "U2501-00000001,bo,Bo,north,sales,U2501-00000000\n"
	    "U2501-00000002,cy,Same,south,sales,U2501-00000000\n"
	    "U2501-00000003,di,Same,south,,\n"
	    "U2501-00000004,ed,Ed,,,\n");
	put("config/rates.csv", "currency,date,rate\n"
				"JPY,2026-01-01,0.0061\n"
				"USD,2025-01-01,0.8\n"
				"USD,2026-02-01,0.9215\n"
				"USD,2027-01-01,2\n");
	buf_adds(&b, "pipeline,stage,label,state,probability\n");
	for (size_t i = 0; i < STAGES; i++)
		buf_addf(&b, ",%s,,%s,%d\n", stage[i].name,
		    stage[i].state == 'o'   ? "open"
		    : stage[i].state == 'w' ? "won"
		    : stage[i].state == 'l' ? "lost"
					    : "hold",
		    stage[i].percent);
	put("config/stages.csv", b.p);
	for (size_t f = 0; f < FILES; f++) {
		char path[32];

		buf_reset(&b);
		buf_adds(&b, "id,name,owner,stage,close,probability,amount,"
			     "currency\n");
		for (size_t i = f * DEALS / FILES; i < (f + 1) * DEALS / FILES;
		     i++)
			put_deal(&b, i);
		snprintf(path, sizeof path, "opps/2025/07/%zu.csv", f);
		put(path, b.p);
	}
	buf_release(&b);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	place_remove(NULL);
	return 0;
}

/* --- running ------------------------------------------------------------- */

static int
run(const char *name, const struct report_args *a, struct report_result *r,
    struct err *e)
{
	struct session s;
	int rc;

	qstore_open(&s);
	rc = report_run(&s, name, a, r, e);
	session_close(&s);
	return rc;
}

/* The result as text, one line a row, cells separated by blanks or "|". */
static char *
text(const char *name, const struct report_args *a)
{
	struct report_result r;
	struct err e = { 0 };
	struct buf b = { 0 };

	CHECK(run(name, a, &r, &e) == 0, "%s: %s", name, e.msg);
	for (size_t i = 0; i < r.nrows * r.ncols; i++) {
		buf_addspan(&b, r.cell[i]);
		buf_addc(&b, (i + 1) % r.ncols ? '|' : '\n');
	}
	for (size_t i = 0; i < r.nnotes; i++)
		buf_addf(&b, "# %.*s\n", SPANF(r.note[i]));
	report_result_release(&r);
	return buf_detach(&b);
}

static void
same(const char *name, const struct report_args *a, const char *want)
{
	char *got = text(name, a);

	CHECK(strcmp(got, want) == 0, "%s:\n%s\nwanted:\n%s", name, got, want);
	free(got);
}

/* --- naive counting ------------------------------------------------------ */

struct sums {
	int64_t count;
	int128 amount;	 /* cents of EUR x 10^4 */
	int128 weighted; /* the same x 10^4 */
};

static void
add(struct sums *to, const struct deal *d)
{
	int chance = d->chance >= 0 ? d->chance : stage[d->stage].percent * 100;
	int128 v;

	to->count++;
	if (d->units < 0)
		return;
	/* a JPY is 0.0061 EUR = 0.61 cents */
	v = (int128)d->units * currency[d->currency].rate;
	to->amount += v;
	to->weighted += v * chance;
}

static void
put_sums(struct buf *b, const struct sums *s)
{
	buf_addf(b, "%lld|", (long long)s->count);
	dec_format(b, (s->amount + 5000) / 10000, 2);
	buf_addc(b, '|');
	dec_format(b, (s->weighted + 50000000) / 100000000, 2);
	buf_addc(b, '\n');
}

static void
pipeline(void **state)
{
	struct report_args a = { 0 }, by = { .by = "month" };
	struct buf want = { 0 }, months = { 0 };
	struct sums total = { 0 };

	(void)state;
	for (int m = 0; m < 18; m++) {
		struct sums all = { 0 };
		char month[32];

		month_text(m, month);
		for (int st = 0; st < STAGES; st++) {
			struct sums one = { 0 };

			for (size_t i = 0; i < DEALS; i++) {
				if (deal[i].month != m || deal[i].stage != st ||
				    stage[st].state != 'o')
					continue;
				add(&one, &deal[i]);
				add(&all, &deal[i]);
				add(&total, &deal[i]);
			}
			if (!one.count)
				continue;
			buf_addf(&want, "%s|%s|", month, stage[st].name);
			put_sums(&want, &one);
		}
		buf_addf(&months, "%s|", month);
		put_sums(&months, &all);
	}
	buf_adds(&want, "total||");
	put_sums(&want, &total);
	buf_adds(&months, "total|");
	put_sums(&months, &total);
	same("pipeline", &a, want.p);
	same("pipeline", &by, months.p);
	setenv("CRM_THREADS", "3", 1);
	same("pipeline", &a, want.p);
	unsetenv("CRM_THREADS");
	buf_release(&want);
	buf_release(&months);
}

static void
filters_and_ids(void **state)
{
	static char new_[] = "stage:new", or_[] = "or", offer[] = "stage:offer";
	static char of_bo_[] = "opp.owner:bo", in_2026[] = "close:2026";
	char *word[] = { new_, or_, offer }, *qualified[] = { of_bo_ };
	char *period[] = { in_2026 };
	uint64_t id[100];
	struct report_args a = {
		.by = "stage,owner", .filter = word, .nfilter = 3
	};
	struct report_args some = { .by = "owner", .id = id, .has_ids = true };
	struct report_args bo = { .filter = qualified, .nfilter = 1 };
	struct report_args year = { .by = "stage", .period = "2026" };
	struct report_args same_year = {
		.by = "stage", .filter = period, .nfilter = 1
	};
	struct report_result r;
	struct err e = { 0 };
	size_t n = 0, open = 0, of_bo = 0;
	char *one, *two;

	(void)state;
	for (size_t i = 0; i < DEALS; i++) {
		n += deal[i].stage == 1 || deal[i].stage == 2;
		of_bo += deal[i].owner == 1;
	}
	assert_int_equal(run("stage", &a, &r, &e), 0);
	assert_int_equal(r.nrows, 2 * OWNERS + 1);
	assert_string_equal(r.col[0].name, "stage");
	CHECK(span_int(r.cell[(r.nrows - 1) * r.ncols + 2], (int64_t[]){ 0 }),
	    "count");
	one = xasprintf("%zu", n);
	assert_true(span_eqs(r.cell[(r.nrows - 1) * r.ncols + 2], one));
	free(one);
	report_result_release(&r);

	for (size_t i = 0; i < 100; i++) {
		id[i] = deal[i * 7].id;
		open += stage[deal[i * 7].stage].state == 'o';
	}
	some.nids = 100;
	assert_int_equal(run("pipeline", &some, &r, &e), 0);
	one = xasprintf("%zu", open);
	assert_true(span_eqs(r.cell[(r.nrows - 1) * r.ncols + 2], one));
	free(one);
	report_result_release(&r);
	some.nids = 0;
	assert_int_equal(run("pipeline", &some, &r, &e), 0);
	assert_int_equal(r.nrows, 0);
	report_result_release(&r);

	assert_int_equal(run("stage", &bo, &r, &e), 0);
	assert_string_equal(r.title, "Changed");
	one = xasprintf("%zu", of_bo);
	assert_true(span_eqs(r.cell[(r.nrows - 1) * r.ncols + 1], one));
	assert_true(span_eqs(r.cell[0], "zeta"));
	assert_true(span_eqs(r.cell[4 * r.ncols], "lost"));
	free(one);
	report_result_release(&r);

	one = text("pipeline", &year);
	two = text("pipeline", &same_year);
	assert_string_equal(one, two);
	free(one);
	free(two);
}

/* A report that is nowhere but in crmrc. */
static void
own_report(void **state)
{
	struct report_args a = { 0 };
	struct report_result r;
	struct err e = { 0 };
	size_t rows = 0;

	(void)state;
	assert_int_equal(run("owners", &a, &r, &e), 0);
	assert_string_equal(r.title, "Deals by owner");
	assert_string_equal(r.col[1].label, "Number");
	assert_int_equal(r.ncols, 7);
	assert_int_equal(r.nrows, OWNERS + 1);
	for (size_t k = 0; k < OWNERS; k++) {
		int64_t count, before;

		assert_true(span_int(r.cell[k * r.ncols + 1], &count));
		rows += (size_t)count;
		if (k && span_int(r.cell[(k - 1) * r.ncols + 1], &before))
			assert_true(before >= count);
	}
	assert_int_equal(rows, DEALS);
	for (int o = 0; o < OWNERS; o++) {
		/* in millionths of a cent, rounded to cents at the end */
		int128 least = -1, most = -1, sum = 0, v;
		struct buf want = { 0 };
		bool found = false;
		int64_t n = 0;

		for (size_t i = 0; i < DEALS; i++) {
			if (deal[i].owner != o || deal[i].units < 0)
				continue;
			v = (int128)deal[i].units *
			    currency[deal[i].currency].rate;
			least = least < 0 || v < least ? v : least;
			most = v > most ? v : most;
			sum += v;
			n++;
		}
		dec_format(&want, (least + 5000) / 10000, 2);
		buf_addc(&want, '|');
		dec_format(&want, (most + 5000) / 10000, 2);
		buf_addc(&want, '|');
		dec_format(&want, (2 * sum + 10000 * n) / (2 * 10000 * n), 2);
		for (size_t k = 0; k < OWNERS; k++) {
			struct span *c = r.cell + k * r.ncols;
			char *got = xasprintf("%.*s|%.*s|%.*s", SPANF(c[2]),
			    SPANF(c[3]), SPANF(c[4]));

			found |= strcmp(got, want.p) == 0;
			free(got);
		}
		CHECK(found, "owner %d: %s", o, want.p);
		buf_release(&want);
	}
	assert_true(span_starts(r.rates, span("rates: 1 JPY = 0.0061 EUR")));
	report_result_release(&r);
}

static void
names(void **state)
{
	char **name, **title;
	struct session s;
	struct err e = { 0 };
	struct buf b = { 0 };
	size_t n;

	(void)state;
	qstore_open(&s);
	assert_int_equal(report_names(&s, &name, &title, &n, &e), 0);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s=%s ", name[i], title[i]);
	CHECK(strstr(b.p, "activity=Activities by person broken= "
			  "discount=Quotes by discount "
			  "effect=Outcomes of activities "
			  "order=Orders by owner "
			  "owners=Deals by owner pipeline=Pipeline "
			  "price=Prices by competitor "
			  "product=Quoted and won by product "
			  "quote=Quotes by state "
			  "source=Leads and deals by source stage=Changed "
			  "target=Target versus sales"),
	    "%s", b.p);
	report_names_free(name, title, n);
	buf_release(&b);
	session_close(&s);
}

static void
errors(void **state)
{
	static char foo[] = "foo:1", *nosuch[] = { foo };
	static const struct {
		const char *name;
		struct report_args a;
		enum err_code code;
		const char *what;
	} cases[] = {
		{ "pipelin", { 0 }, ERR_USAGE, "did you mean 'pipeline'" },
		{ "../x", { 0 }, ERR_USAGE, "known are: activity, broken" },
		{ "broken", { 0 }, ERR_DATA, "measures are" },
		{ "stage", { .by = "amuont" }, ERR_USAGE, "amount" },
		{ "stage", { .unit = "moon" }, ERR_USAGE, "unknown unit" },
		{ "stage", { .period = "someday" }, ERR_USAGE, "someday" },
		{ "stage", { .filter = nosuch, .nfilter = 1 }, ERR_USAGE,
		    "foo" },
		{ "source", { .filter = nosuch, .nfilter = 1 }, ERR_USAGE,
		    "foo" },
	};
	uint64_t id = id_pack(span("U2501-00000000"));
	struct report_args rows = { .id = &id, .nids = 1, .has_ids = true };
	struct report_result r;
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		CHECK(run(cases[i].name, &cases[i].a, &r, &e) == -1, "%s",
		    cases[i].name);
		CHECK(e.code == cases[i].code && strstr(e.msg, cases[i].what),
		    "%s: %s", cases[i].name, e.msg);
		err_release(&e);
	}
	assert_int_equal(run("stage", &rows, &r, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_non_null(strstr(e.msg, "users"));
	err_release(&e);
}

/* --- money --------------------------------------------------------------- */

static void
money(void **state)
{
	struct report_args a = { 0 };
	struct report_result r;
	struct err e = { 0 };
	static char in_usd[] = "currency:USD";
	char *word[] = { in_usd };
	struct report_args usd = { .filter = word, .nfilter = 1 };

	(void)state;
	/* one currency: as it is */
	assert_int_equal(run("stage", &usd, &r, &e), 0);
	assert_string_equal(r.currency, "USD");
	assert_int_equal(r.rates.n, 0);
	report_result_release(&r);

	put("opps/2026/01.csv", "id,name,stage,close,amount,currency\n"
				"O2601-00000001,x,new,2026-01-01,5,CHF\n");
	assert_int_equal(run("stage", &a, &r, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_non_null(strstr(e.msg, "CHF,2026-11-21,RATE"));
	err_release(&e);
	put("opps/2026/01.csv", "id,name,stage,close,amount,currency\n"
				"O2601-00000001,x,new,2026-01-01,5,XQX\n");
	assert_int_equal(run("stage", &a, &r, &e), -1);
	assert_non_null(strstr(e.msg, "O2601-00000001"));
	err_release(&e);
	put("opps/2026/01.csv", "id,name,stage,close,amount,currency\n"
				"O2601-00000001,x,new,2026-01-01,5.x,EUR\n");
	assert_int_equal(run("stage", &a, &r, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_non_null(strstr(e.msg, "O2601-00000001"));
	assert_non_null(strstr(e.msg, "5.x"));
	err_release(&e);
	put("opps/2026/01.csv", "id,name,stage,close,amount,currency\n");
}

/* --- targets ------------------------------------------------------------- */

#define ANA "U2501-00000000"
#define BO "U2501-00000001"
#define CY "U2501-00000002"
#define ED "U2501-00000004"
#define P1 "P2501-00000001"

static const char target_head[] =
    "id,period,user,team,department,product,amount,currency\n";

static const struct {
	const char *targets; /* without ids */
	struct report_args a;
	const char *want;
} target_cases[] = {
	/* no sales and no targets both appear; months add up to quarters */
	{ "2027-10," ANA ",,,,100,EUR\n2027-11," ANA ",,,,50,EUR\n"
	  "2027-Q4," ED ",,,,80,EUR\n",
	    { .period = "2027-Q4" },
	    "2027-Q4|Ana|150.00|30.00|20.0|120.00\n"
	    "2027-Q4|Bo|0.00|70.00||-70.00\n"
	    "2027-Q4|Ed|80.00|0.00|0.0|80.00\n"
	    "total||230.00|100.00|43.5|130.00\n" },
	/* a team's own target stands for those of its people, where it has
	 * one; people elsewhere are added up */
	{ "2027-10," ANA ",,,,100,EUR\n2027-10," BO ",,,,60,EUR\n"
	  "2027-11," BO ",,,,40,EUR\n2027-10,,north,,,500,EUR\n"
	  "2027-10," CY ",,,,7,EUR\n",
	    { .by = "team", .period = "2027-Q4" },
	    "2027-Q4|north|540.00|100.00|18.5|440.00\n"
	    "2027-Q4|south|7.00|0.00|0.0|7.00\n"
	    "total||547.00|100.00|18.3|447.00\n" },
	/* a target of the team is none of a person */
	{ "2027-10,,north,,,500,EUR\n2027-10," ANA ",,,,100,EUR\n",
	    { .period = "2027-Q4" },
	    "2027-Q4|Ana|100.00|30.00|30.0|70.00\n"
	    "2027-Q4|Bo|0.00|70.00||-70.00\n"
	    "total||100.00|100.00|100.0|0.00\n"
	    "# 1 target left out, not by owner: see --by team\n" },
	/* the company's, and another year's team */
	{ "2027-10,,,,,500,EUR\n2027-10," ANA ",,,,100,EUR\n"
	  "2028-10,,north,,,500,EUR\n",
	    { .period = "2027-Q4" },
	    "2027-Q4|Ana|100.00|30.00|30.0|70.00\n"
	    "2027-Q4|Bo|0.00|70.00||-70.00\n"
	    "total||100.00|100.00|100.0|0.00\n"
	    "# 1 target left out, not by owner: see --by period\n" },
	/* the quarter's target stands for those of its months; a year is not
	 * split */
	{ "2027-10," ANA ",,,,100,EUR\n2027-Q4," ANA ",,,,250,EUR\n"
	  "2027," ANA ",,,,1000,EUR\n",
	    { .period = "2027-Q4" },
	    "2027-Q4|Ana|250.00|30.00|12.0|220.00\n"
	    "2027-Q4|Bo|0.00|70.00||-70.00\n"
	    "total||250.00|100.00|40.0|150.00\n"
	    "# 1 target for 2027 left out: longer periods are not split\n" },
	{ "2027-Q1," ANA ",,,,100,EUR\n2027," ANA ",,,,1000,EUR\n",
	    { .period = "2027" },
	    "2027|Ana|1000.00|30.00|3.0|970.00\n"
	    "2027|Bo|0.00|70.00||-70.00\n"
	    "total||1000.00|100.00|10.0|900.00\n" },
	/* a person's targets by product are part of the person's target */
	{ "2027-10," ANA ",,," P1 ",40,EUR\n2027-10," ANA ",,,,100,EUR\n"
	  "2027-10," BO ",,," P1 ",15,EUR\n2027-10,,,," P1 ",200,EUR\n",
	    { .period = "2027-Q4" },
	    "2027-Q4|Ana|100.00|30.00|30.0|70.00\n"
	    "2027-Q4|Bo|15.00|70.00|466.7|-55.00\n"
	    "total||115.00|100.00|87.0|15.00\n"
	    "# 1 target left out, not by owner: see --by product\n" },
	{ "2027-10," ANA ",,," P1 ",40,EUR\n2027-10," ANA ",,,,100,EUR\n"
	  "2027-10,,,," P1 ",200,EUR\n",
	    { .by = "product", .period = "2027-Q4" },
	    "2027-Q4|Widget|200.00|70.00|35.0|130.00\n"
	    "2027-Q4||0.00|30.00||-30.00\n"
	    "total||200.00|100.00|50.0|100.00\n"
	    "# 1 target left out, not by product: see --by owner\n" },
	/* departments and any path */
	{ "2027-10,,,sales,,900,EUR\n2027-10," ANA ",,,,100,EUR\n"
	  "2027-10," ED ",,,,80,EUR\n",
	    { .by = "department", .period = "2027-Q4" },
	    "2027-Q4|sales|900.00|100.00|11.1|800.00\n"
	    "2027-Q4||80.00|0.00|0.0|80.00\n"
	    "total||980.00|100.00|10.2|880.00\n" },
	{ "2027-10," BO ",,,,100,EUR\n",
	    { .by = "owner.manager", .period = "2027-Q4" },
	    "2027-Q4|Ana|100.00|70.00|70.0|30.00\n"
	    "2027-Q4||0.00|30.00||-30.00\n"
	    "total||100.00|100.00|100.0|0.00\n" },
	{ "2027-10," BO ",,,,100,EUR\n", { .by = "type", .period = "2027-Q4" },
	    "2027-Q4|big|0.00|70.00||-70.00\n"
	    "2027-Q4||0.00|30.00||-30.00\n"
	    "total||0.00|100.00||-100.00\n"
	    "# targets are not kept by type\n" },
	/* currencies */
	{ "2027-10," ANA ",,,,100,USD\n", { .period = "2027-Q4" },
	    "2027-Q4|Ana|92.15|30.00|32.6|62.15\n"
	    "2027-Q4|Bo|0.00|70.00||-70.00\n"
	    "total||92.15|100.00|108.5|-7.85\n" },
};

static void
targets(void **state)
{
	(void)state;
	put("products.csv", "id,name\n" P1 ",Widget\n");
	put("opps/2027/10.csv",
	    "id,name,owner,stage,close,amount,currency,type,product\n"
	    "O2710-00000001,x," ANA ",won,2027-10-05,30,EUR,,\n"
	    "O2710-00000002,y," BO ",won,2027-12-31,70,EUR,big," P1 "\n"
	    "O2710-00000003,z," BO ",new,2027-12-31,5,EUR,,\n");
	for (size_t i = 0; i < COUNT(target_cases); i++) {
		const char *p = target_cases[i].targets;
		struct buf b = { 0 };

		buf_adds(&b, target_head);
		for (int n = 0; *p; n++) {
			const char *end = strchr(p, '\n') + 1;

			buf_addf(
			    &b, "T2501-0000000%d,%.*s", n, (int)(end - p), p);
			p = end;
		}
		put("config/targets.csv", b.p);
		print_message("# case %zu\n", i);
		same("target", &target_cases[i].a, target_cases[i].want);
		buf_release(&b);
	}
	put("config/targets.csv", target_head);
	put("opps/2027/10.csv", "id,name,stage\n");
}

static void
sources(void **state)
{
	struct report_args a = { .period = "2030" }, id = { 0 };
	static char new_[] = "lead.status:new", web[] = "source:web";
	char *word[] = { new_ }, *both[] = { web };

	(void)state;
	put("leads/2030/01.csv",
	    "id,name,status,source,created\n"
	    "L3001-00000001,a,converted,web,2030-01-01T00:00:00Z\n"
	    "L3001-00000002,b,new,web,2030-01-02T00:00:00Z\n"
	    "L3001-00000003,c,new,web,2030-12-31T23:59:59Z\n"
	    "L3001-00000004,d,converted,fair,2030-05-01\n"
	    "L3001-00000005,e,new,,2030-05-01T00:00:00Z\n"
	    "L3001-00000006,f,new,web,2031-01-01T00:00:00Z\n");
	put("opps/2030/01.csv",
	    "id,name,stage,close,amount,currency,source\n"
	    "O3001-00000001,x,won,2030-10-05,30.5,EUR,web\n"
	    "O3001-00000002,y,new,2030-12-31,70,EUR,web\n"
	    "O3001-00000003,z,new,2030-12-31,,EUR,phone\n"
	    "O3001-00000004,z,lost,2030-12-31,5,EUR,phone\n");
	same("source", &a,
	    "fair|1|1|100.0|0|0.00|0|0.00\n"
	    "phone|0|0||1|0.00|0|0.00\n"
	    "web|3|1|33.3|1|70.00|1|30.50\n"
	    "|1|0|0.0|0|0.00|0|0.00\n"
	    "total|5|2|40.0|2|70.00|1|30.50\n");
	id.period = a.period;
	id.filter = word;
	id.nfilter = 1;
	same("source", &id,
	    "phone|0|0||1|0.00|0|0.00\n"
	    "web|2|0|0.0|1|70.00|1|30.50\n"
	    "|1|0|0.0|0|0.00|0|0.00\n"
	    "total|3|0|0.0|2|70.00|1|30.50\n");
	id.filter = both;
	same("source", &id,
	    "web|3|1|33.3|1|70.00|1|30.50\n"
	    "total|3|1|33.3|1|70.00|1|30.50\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pipeline),
		cmocka_unit_test(filters_and_ids),
		cmocka_unit_test(own_report),
		cmocka_unit_test(names),
		cmocka_unit_test(errors),
		cmocka_unit_test(money),
		cmocka_unit_test(targets),
		cmocka_unit_test(sources),
	};

	(void)qstore_query; /* not needed here */
	(void)qstore_path;
	return cmocka_run_group_tests(tests, setup, teardown);
}
