#include "place.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "crm/session.h"
#include "crm/settings.h"

#define FIRST "# crm store, format 1\n"

static void
run(const char *command)
{
	CHECK(system(command) == 0, "%s", command);
}

static void
fails(const char *dir, const char *as_of, enum err_code code, const char *msg)
{
	struct session s;
	struct err e = { 0 };

	CHECK(session_open(&s, dir, as_of, &e) < 0, "%s", msg);
	CHECK(e.code == code, "%d: %s", e.code, e.msg);
	CHECK(strstr(e.msg, msg), "'%s', not '%s'", e.msg, msg);
	err_release(&e);
	session_close(&s); /* does no harm */
}

static void
opens(const char *dir, const char *root)
{
	char *want = xasprintf("%s%s", place_dir, root);
	struct session s;
	struct err e = { 0 };

	CHECK(session_open(&s, dir, NULL, &e) == 0, "%s", e.msg);
	assert_string_equal(s.root, want);
	session_close(&s);
	free(want);
}

static void
finding(void **state)
{
	(void)state;
	fails(NULL, NULL, ERR_NOENT, "there is no crm store here");
	fails("nowhere", NULL, ERR_NOENT, "nowhere: ");
	put("plain/x", "");
	fails("plain", NULL, ERR_NOENT, "no crmrc in it");
	put("crm/crmrc", FIRST);
	opens(NULL, "/crm");
	put("a/crmrc", FIRST);
	put("a/leads/2026/11.csv", "");
	run("git init -q a");
	opens("a", "/a");
	assert_int_equal(chdir("a/leads/2026"), 0);
	opens(NULL, "/a");
	/* A settings file that is no store's does not stop the way up. */
	put("a/leads/crmrc", "[user]\n\tlogin = x\n");
	opens(NULL, "/a");
	put("b/crmrc", FIRST);
	setenv("CRM_DIR", "../../../b", 1);
	opens(NULL, "/b");
}

static void
formats(void **state)
{
	static const struct {
		const char *crmrc, *msg;
	} c[] = {
		{ "", "crmrc:1: the first line" },
		{ "[core]\n", "crmrc:1: the first line" },
		{ "# crm store, format\n", "crmrc:1: the first line" },
		{ "# crm store, format x\n", "crmrc:1: the first line" },
		{ "# crm store, format 0\n", "crmrc:1: the first line" },
		{ "\n" FIRST, "crmrc:1: the first line" },
		{ "# crm store, format 2\n",
		    "crmrc:1: the store has format 2" },
		{ FIRST "x\n", "crmrc:2: a setting needs a [section]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		put("s/crmrc", c[i].crmrc);
		fails("s", NULL, ERR_DATA, c[i].msg);
	}
	put("s/crmrc", "\xef\xbb\xbf# crm store, format 1 \r\n");
	opens("s", "/s");
	unlink("s/crmrc");
	assert_int_equal(symlink("/etc/passwd", "s/crmrc"), 0);
	fails("s", NULL, ERR_DATA, "link");
}

/* What the team may not say, and what nobody can. */
static void
bad_settings(void **state)
{
	static const struct {
		const char *team, *person, *msg;
	} c[] = {
		{ "[hook]\npost-add = /bin/sh\n", "",
		    "crmrc:3: 'hook.post-add'" },
		{ "[hook \"opp\"]\nx.y = 1\n", "", "crmrc:3: '=' is missing" },
		{ "[hook \"opp\"]\nx = 1\n", "", "crmrc:3: 'hook.opp.x'" },
		{ "[core]\nPager = less\n", "", "crmrc:3: 'core.pager'" },
		{ "[core]\n\neditor = vi\n", "", "crmrc:4: 'core.editor'" },
		{ "[core]\nsshCommand = x\n", "", "'core.sshcommand'" },
		{ "[ui]\npager = less\n", "", "crmrc:3: 'ui.pager'" },
		{ "[user]\nlogin = root\n", "", "crmrc:3: 'user.login'" },
		{ "[core]\ncurency = EUR\n", "",
		    "crmrc:3: there is no setting 'core.curency'; did you mean "
		    "'core.currency'?" },
		{ "[core]\ncurrency = EURO\n", "",
		    "crmrc:3: core.currency is a currency" },
		{ "[core]\ncurrency = eur\n", "", "crmrc:3: core.currency" },
		{ "[core]\ntimezone = Mars/Base\n", "",
		    "crmrc:3: unknown time zone" },
		{ "[core]\ntimezone = ../../etc/passwd\n", "",
		    "crmrc:3: unknown time zone" },
		{ "[core]\nfiscal-year-start = 13\n", "",
		    "crmrc:3: core.fiscal-year-start is a whole number" },
		{ "[label]\nlaed = x\n", "", "crmrc:3: there is no entity" },
		{ "[view \"x\"]\nfoo = x\n", "",
		    "crmrc:3: there is no setting 'view.x.foo'" },
		{ "", "[core]\npager = x\n", "own:2: there is no setting" },
		{ "", "[ui]\ncolor = sometimes\n", "own:2: ui.color is auto" },
		{ "", "[ui\n", "own:1: ']' is missing" },
	};

	(void)state;
	setenv("CRM_CONFIG", "own", 1);
	for (size_t i = 0; i < COUNT(c); i++) {
		char *team = xasprintf("%s%s", FIRST, c[i].team);

		put("s/crmrc", team);
		put("own", c[i].person);
		fails("s", NULL, ERR_DATA, c[i].msg);
		free(team);
	}
}

static void
settings(void **state)
{
	struct session s;
	struct err e = { 0 };
	struct entity *opp;

	(void)state;
	put("s/crmrc", FIRST "[core]\n\tcurrency = EUR\n"
			     "\ttimezone = Asia/Tokyo\n"
			     "\tfiscal-year-start = 4\n"
			     "[label]\n\topp = project\n"
			     "[view \"mine\"]\n\tfilter = owner:me\n"
			     "[report \"x\"]\n\tby = owner\n");
	put("s/config/fields.csv", "entity,field,type\nopp,risk,int\n");
	put(".config/crm/crmrc", "[user]\nlogin = bo\n[core]\ncurrency=JPY\n"
				 "[hook]\npost-add = /bin/true\n");
	setenv("CRM_NOW", "2026-11-21T20:00:00Z", 1);
	CHECK(session_open(&s, "s", NULL, &e) == 0, "%s", e.msg);
	assert_string_equal(s.currency, "JPY");
	assert_string_equal(rc_get(&s.team, "core.currency"), "EUR");
	assert_string_equal(session_me(&s), "bo");
	assert_int_equal(s.dates.fiscal_month, 4);
	assert_int_equal(s.dates.today, 20779); /* the 22nd in Tokyo */
	opp = schema_entity(&s.schema, span("opp"));
	assert_string_equal(opp->label, "project");
	assert_int_equal(entity_field(opp, span("risk"))->type, F_INT);
	assert_false(s.as_of);
	session_close(&s);

	setenv("XDG_CONFIG_HOME", "relative", 1);
	CHECK(session_open_write(&s, "s", &e) == 0, "%s", e.msg);
	assert_string_equal(session_me(&s), "bo");
	assert_null(s.view);
	session_close(&s);
	setenv("CRM_CONFIG", "/dev/null", 1);
	assert_int_equal(session_open(&s, "s", NULL, &e), 0);
	assert_string_equal(session_me(&s), "ana");
	assert_string_equal(s.currency, "EUR");
	session_close(&s);
}

static bool
has_field(struct session *s, const char *ent, const char *name)
{
	return entity_field(schema_entity(&s->schema, span(ent)), span(name)) !=
	       NULL;
}

static void
learning(void **state)
{
	struct entity *opp, *product;
	struct session s;
	struct err e = { 0 };

	(void)state;
	put("s/crmrc", FIRST);
	put("s/opps/2026/11.csv",
	    "id,\"Odd, \"\"name\"\"\n!\"\nO2611-00000001");
	put("s/opps/2026/10.csv", "id,name,mood\r\nbroken");
	put("s/opps/2026/9.csv", "id,no table of ours\n");
	put("s/opps/2026/12.csv", "");
	put("s/opps/2026/11/7f.csv", "id,deep");
	put("s/products.csv", "id,shade\n");
	CHECK(session_open(&s, "s", NULL, &e) == 0, "%s", e.msg);
	opp = schema_entity(&s.schema, span("opp"));
	product = schema_entity(&s.schema, span("product"));
	CHECK(session_learn(&s, opp, &e) == 0, "%s", e.msg);
	assert_int_equal(session_learn(&s, opp, &e), 0);
	assert_int_equal(session_learn(&s, product, &e), 0);
	assert_true(has_field(&s, "opp", "mood"));
	assert_true(has_field(&s, "opp", "deep"));
	assert_true(has_field(&s, "opp", "Odd, \"name\"\n!"));
	assert_false(has_field(&s, "opp", "no table of ours"));
	assert_true(has_field(&s, "product", "shade"));
	assert_false(has_field(&s, "lead", "mood"));
	session_close(&s);

	put("s/opps/2026/12.csv", "id,\"open\n");
	assert_int_equal(session_open_write(&s, "s", &e), 0);
	opp = schema_entity(&s.schema, span("opp"));
	assert_int_equal(session_learn(&s, opp, &e), -1);
	CHECK(strncmp(e.msg, "opps/2026/12.csv:1:", 19) == 0, "%s", e.msg);
	err_release(&e);
	session_close(&s);
}

static void
as_of_is(const char *as_of, const char *want)
{
	struct session s;
	struct err e = { 0 };
	struct buf b = { 0 };
	int r;

	CHECK(session_open(&s, "s", as_of, &e) == 0, "%s: %s", as_of, e.msg);
	assert_true(s.as_of);
	assert_int_equal(s.read_lock, -1);
	r = session_read(&s, "products.csv", &b, &e);
	CHECK(r == (want ? 0 : 1), "%s: %d", as_of, r);
	if (want)
		assert_string_equal(b.p, want);
	assert_true(has_field(&s, "opp", "late") == (want && want[0] == '2'));
	buf_release(&b);
	session_close(&s);
}

/* Days end when they end in the store's zone. */
static void
as_of(void **state)
{
	(void)state;
	put("s/crmrc", FIRST "[core]\n\ttimezone = America/New_York\n");
	run("git init -q s && cd s && git add crmrc && "
	    "GIT_AUTHOR_DATE='2026-09-01T12:00:00Z' "
	    "GIT_COMMITTER_DATE='2026-09-01T12:00:00Z' git commit -qm 0");
	put("s/products.csv", "1");
	run("cd s && git add . && GIT_COMMITTER_DATE='2026-10-01T03:59:59Z' "
	    "git commit -qm 1");
	put("s/products.csv", "2");
	put("s/config/fields.csv", "entity,field,type\nopp,late,int\n");
	run("cd s && git add . && GIT_COMMITTER_DATE='2026-10-01T04:00:00Z' "
	    "git commit -qm 2 && git tag v2");
	put("s/products.csv", "3");
	put("s/config/fields.csv", "");
	as_of_is("2026-09-29", NULL);
	as_of_is("2026-09-30", "1");
	as_of_is("2026-09", "1");
	as_of_is("2026-Q3", "1");
	as_of_is("2026-10-01", "2");
	as_of_is("today", "2");
	as_of_is("v2", "2");
	as_of_is("HEAD~1", "1");
	as_of_is("HEAD~2", NULL);
	fails("s", "2026-08-31", ERR_NOENT, "");
	fails("s", "2026-08..", ERR_USAGE, "has no end");
	fails("s", "nonsense", ERR_NOENT, "neither a date nor a revision");
}

static void
sample(void **state)
{
	struct buf b = { 0 };
	struct rc rc = { 0 };
	struct err e = { 0 };
	char *p;

	(void)state;
	settings_sample(&b);
	assert_true(span_starts(buf_span(&b), span(FIRST)));
	assert_non_null(strstr(b.p, "[core]\n"));
	assert_non_null(strstr(b.p, "[view \"NAME\"]\n"));
	/* With the '#' of the settings off it is a crmrc. */
	for (p = b.p; (p = strstr(p, "\n\t# ")); p++) {
		if (strstr(p + 4, " = ") &&
		    strstr(p + 4, " = ") < strchr(p + 4, '\n') &&
		    strcspn(p + 4, " ") ==
			(size_t)(strstr(p + 4, " = ") - p - 4))
			p[2] = ' ';
	}
	CHECK(rc_read(&rc, "sample", buf_span(&b), &e) == 0, "%s", e.msg);
	assert_true(rc.n > 12);
	/* all are known, if not set to what they have to be */
	for (size_t i = 0; i < rc.n; i++) {
		struct rc one = { .entry = rc.entry + i, .n = 1 };

		CHECK(settings_check(&one, false, &e) == 0 ||
			!strstr(e.msg, "no setting"), "%s", e.msg);
		err_release(&e);
	}
	rc_release(&rc);
	buf_release(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finding),
		TEST(formats),
		TEST(bad_settings),
		TEST(settings),
		TEST(learning),
		TEST(as_of),
		TEST(sample),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
