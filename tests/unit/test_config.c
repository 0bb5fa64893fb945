#include "unit.h"

#include "crm/config.h"
#include "crm/entities.h"

/* A view of files in memory: path, text, path, text, ..., NULL. */
struct memory {
	struct view v;
	const char *const *file;
};

static int
memory_read(struct view *v, const char *path, struct buf *out, struct err *e)
{
	const char *const *f = ((struct memory *)v)->file;

	(void)e;
	buf_reset(out);
	for (; *f; f += 2) {
		if (strcmp(f[0], path) == 0) {
			buf_adds(out, f[1]);
			return 0;
		}
	}
	return 1;
}

static void
memory_free(struct view *v)
{
	(void)v;
}

static const struct view_ops ops = { .read = memory_read, .free = memory_free };

static struct memory memory;

/* A session of a store with these files. */
static void
start(struct session *s, const char *crmrc, const char *const *file)
{
	struct err e = { 0 };

	memset(s, 0, sizeof *s);
	s->dirfd = s->read_lock = -1;
	memory.v.ops = &ops;
	memory.file = file;
	s->view = &memory.v;
	entities_builtin(&s->schema);
	assert_int_equal(rc_read(&s->rc, "crmrc", span(crmrc), &e), 0);
}

#define STAGES "config/stages.csv"
#define RATES "config/rates.csv"

static void
stages(void **state)
{
	static const char *const file[] = { STAGES,
		"pipeline,stage,label,state,probability\n"
		"direct,new,Neu,,10\n"
		"partner,new,Fresh,open,12.50\n"
		"direct,offer,Angebot \xc3\x9c"
		"ber,open,50\n"
		"direct,won,,won,\n"
		"direct,lost,won,lost,0\n",
		NULL };
	struct session s;
	struct config *c, *again;
	struct err e = { 0 };
	const struct stage *st;

	(void)state;
	start(&s, "", file);
	CHECK(session_config(&s, &c, &e) == 0, "%s", e.msg);
	assert_int_equal(session_config(&s, &again, &e), 0);
	assert_true(c == again);
	assert_int_equal(c->nstages, 5);
	assert_true(span_eqs(config_default_pipeline(c), "direct"));
	st = config_stage(c, span(""), span("offer"));
	assert_int_equal(st->rank, 1);
	assert_int_equal(st->state, ST_OPEN);
	assert_int_equal(st->probability.value, 50);
	st = config_stage(c, span("partner"), span("NEW"));
	assert_int_equal(st->rank, 0);
	assert_int_equal(st->probability.value, 1250);
	assert_int_equal(st->probability.scale, 2);
	/* By label, folded; a key goes before a label that is the same. */
	st = config_stage(c, span(""),
	    span("angebot  \xc3\xbc"
		 "ber"));
	assert_true(st && span_eqs(st->key, "offer"));
	st = config_stage(c, span("direct"), span("Won"));
	assert_int_equal(st->state, ST_WON);
	assert_int_equal(st->probability.value, 100);
	assert_null(config_stage(c, span(""), span("")));
	assert_null(config_stage(c, span(""), span("nix")));
	assert_null(config_stage(c, span("nix"), span("new")));
	assert_null(config_stage(c, span("partner"), span("won")));
	st = config_stage_of(c, span(""), ST_LOST);
	assert_true(span_eqs(st->key, "lost"));
	assert_null(config_stage_of(c, span("partner"), ST_LOST));
	assert_string_equal(stage_state_name(ST_HOLD), "hold");
	session_close(&s);
}

/* Rows without a pipeline are of the default one. */
static void
default_pipeline(void **state)
{
	static const char *const plain[] = { STAGES,
		"stage,state\nnew,open\nwon,won\n", NULL };
	static const char *const mixed[] = { STAGES,
		"pipeline,stage\nbig,new\n,new\n", NULL };
	struct session s;
	struct config *c;
	struct err e = { 0 };

	(void)state;
	start(&s, "", plain);
	assert_int_equal(session_config(&s, &c, &e), 0);
	assert_int_equal(config_default_pipeline(c).n, 0);
	assert_non_null(config_stage(c, span(""), span("won")));
	session_close(&s);

	start(&s, "[core]\ndefault-pipeline = small\n", mixed);
	assert_int_equal(session_config(&s, &c, &e), 0);
	assert_true(config_stage(c, span(""), span("new")) == &c->stage[1]);
	assert_true(
	    config_stage(c, span("small"), span("new")) == &c->stage[1]);
	assert_true(config_stage(c, span("big"), span("new")) == &c->stage[0]);
	session_close(&s);

	start(&s, "[core]\ndefault-pipeline = smal\n", plain);
	assert_int_equal(session_config(&s, &c, &e), 0);
	session_close(&s);
}

static int32_t
day(const char *s)
{
	int32_t d;

	assert_true(date_parse(span(s), &d));
	return d;
}

static void
rate_is(const struct config *c, const char *cur, const char *on, int64_t want)
{
	const struct rate *r = config_rate(c, span(cur), day(on));

	CHECK((r ? r->rate.value : -1) == want, "%s on %s: %lld", cur, on,
	    r ? (long long)r->rate.value : -1);
}

static void
rates(void **state)
{
	static const char *const file[] = { RATES,
		"currency,date,rate\nUSD,2026-06-01,0.92\nGBP,2026-01-01,1.17\n"
		"USD,2026-01-01,0.9\n",
		NULL };
	static const char *const none[] = { NULL };
	struct session s;
	struct config *c;
	struct err e = { 0 };

	(void)state;
	start(&s, "", file);
	memcpy(s.currency, "EUR", 4);
	CHECK(session_config(&s, &c, &e) == 0, "%s", e.msg);
	rate_is(c, "USD", "2025-12-31", -1);
	rate_is(c, "USD", "2026-01-01", 9);
	rate_is(c, "USD", "2026-05-31", 9);
	rate_is(c, "USD", "2026-06-01", 92);
	rate_is(c, "USD", "2030-01-01", 92);
	rate_is(c, "GBP", "2030-01-01", 117);
	rate_is(c, "CHF", "2030-01-01", -1);
	rate_is(c, "AED", "2030-01-01", -1);
	rate_is(c, "", "2030-01-01", -1);
	rate_is(c, "EUR", "1999-01-01", 1);
	session_close(&s);

	start(&s, "", none);
	assert_int_equal(session_config(&s, &c, &e), 0);
	assert_int_equal(c->nstages + c->nrates, 0);
	rate_is(c, "EUR", "1999-01-01", -1);
	assert_null(config_stage(c, span(""), span("x")));
	session_close(&s);
}

static void
keys(void **state)
{
	static const char *const file[] = { "config/sources.csv",
		"source,label\nfair,Trade fair\nweb,\n", STAGES,
		"pipeline,stage\na,new\nb,new\na,won\n", NULL };
	struct session s;
	struct keyset k;
	struct err e = { 0 };

	(void)state;
	start(&s, "", file);
	for (int i = 0; i < 2; i++) {
		CHECK(config_keys(&s, "sources", &k, &e) == 0, "%s", e.msg);
		assert_int_equal(k.n, 2);
		assert_true(span_eqs(k.key[0], "fair"));
		assert_true(span_eqs(k.label[0], "Trade fair"));
		assert_true(span_eqs(k.label[1], "web"));
	}
	assert_int_equal(config_keys(&s, "stages", &k, &e), 0);
	assert_int_equal(k.n, 2);
	assert_true(span_eqs(k.key[1], "won"));
	assert_int_equal(config_keys(&s, "reasons", &k, &e), 0);
	assert_int_equal(k.n, 0);
	assert_int_equal(config_keys(&s, "nix", &k, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_int_equal(config_keys(&s, "leads", &k, &e), -1);
	err_release(&e);
	session_close(&s);
}

static void
refused(void **state)
{
	static const struct {
		const char *path, *text, *msg;
	} c[] = {
		{ STAGES, "stage,state\na\n", STAGES ":2" },
		{ STAGES, "stage,label\na,\"x\ny\"\n,b\n",
		    STAGES ":4: the stage has no key" },
		{ STAGES, "stage,state\na,Won\n", STAGES ":2: a state is" },
		{ STAGES, "stage,probability\na,100.1\n",
		    STAGES ":2: a probability is 0 to 100, not '100.1'" },
		{ STAGES, "stage,probability\na,-1\n", STAGES ":2: a prob" },
		{ STAGES, "stage,probability\na,50%\n", STAGES ":2: a prob" },
		{ STAGES, "stage\na\nb\na\n",
		    STAGES ":4: the stage 'a' is there twice" },
		{ STAGES, "pipeline,stage\nx,a\n,a\n", STAGES ":3: the stage" },
		{ STAGES, "pipeline,stage\nx,a\n",
		    "crmrc:2: no stage of config/stages.csv is of the "
		    "pipeline 'd'" },
		{ RATES, "currency,date,rate\nEURO,2026-01-01,1\n",
		    RATES ":2: 'EURO' is no currency" },
		{ RATES, "currency,date,rate\nUSD,1.1.2026,1\n",
		    RATES ":2: '1.1.2026' is no date" },
		{ RATES, "currency,date,rate\nUSD,2026-01-01,0\n",
		    RATES ":2: '0' is no rate" },
		{ RATES, "currency,date,rate\nUSD,2026-01-01,\n",
		    RATES ":2: '' is no rate" },
		{ RATES, "currency,date,rate\nEUR,2026-01-01,1\n",
		    RATES ":2: EUR is the base currency" },
		{ RATES,
		    "currency,date,rate\nUSD,2026-01-01,1\nUSD,2025-01-01,1\n"
		    "USD,2026-01-01,2\n",
		    RATES ": the rate of USD on 2026-01-01 is there twice" },
		{ "config/sources.csv", "source\na\na\n",
		    "config/sources.csv:3: the source 'a' is there twice" },
		{ "config/sources.csv", "source,label\n,x\n",
		    "config/sources.csv:2: 'source' is empty" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		const char *file[] = { c[i].path, c[i].text, NULL };
		bool pipeline =
		    strstr(c[i].msg, "crmrc") || strstr(c[i].text, "x,a\n,a");
		struct session s;
		struct keyset k;
		struct err e = { 0 };

		start(&s, pipeline ? "[core]\ndefault-pipeline=d\n" : "", file);
		if (strstr(c[i].text, "x,a\n,a"))
			s.rc.entry[0].value = "x";
		memcpy(s.currency, "EUR", 4);
		CHECK(config_keys(&s, "sources", &k, &e) < 0, "%s", c[i].text);
		assert_int_equal(e.code, ERR_DATA);
		CHECK(strncmp(e.msg, c[i].msg, strlen(c[i].msg)) == 0,
		    "%s, not %s", e.msg, c[i].msg);
		err_release(&e);
		session_close(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages),
		cmocka_unit_test(default_pipeline),
		cmocka_unit_test(rates),
		cmocka_unit_test(keys),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
