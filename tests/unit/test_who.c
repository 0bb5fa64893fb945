/* Whose calendars words name. */
#include "qstore.h"

#include "crm/calendar/who.h"

static struct session s;
static struct calendar *cal;

static int
setup(void **state)
{
	struct err e = { 0 };

	(void)state;
	place_make(NULL);
	put("crmrc", "# crm store, format 1\n");
	put("config/users.csv",
	    "id,name,login,manager,team,active\n"
	    "U2611-00000001,Ana Reyes,ana,U2611-00000003,North,yes\n"
	    "U2611-00000002,Bo Lind,bo,U2611-00000003,north,yes\n"
	    "U2611-00000003,Cy Head,cy,,,yes\n"
	    "U2611-00000004,Dee Left,dee,U2611-00000003,North,no\n"
	    "U2611-00000005,Eve Loop,eve,U2611-00000006,Loop,yes\n"
	    "U2611-00000006,Fay Loop,,U2611-00000005,Loop,yes\n"
	    "U2611-00000007,Gus Low,gus,U2611-00000001,South,yes\n");
	qstore_open(&s);
	CHECK(session_calendar(&s, &cal, &e) == 0, "%s", e.msg);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	session_close(&s);
	place_remove(NULL);
	return 0;
}

static void
test_who(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "ana,bo", "12" },
		{ "bo, ana ,bo", "21" },
		{ "Cy Head,me", "31" },
		{ "team:north", "12" }, /* who left is no more of a team */
		{ "dee", "4" },
		{ "under:cy", "127" },
		{ "under:ana,ana", "71" },
		{ "under:eve", "6" }, /* managers in a circle */
		{ "all", "123567" },
		{ "U2611-00000006", "6" },
		{ "under:bo", NULL },
		{ "team:none", NULL },
		{ "nobody", NULL },
		{ ",", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct who w = { 0 };
		struct err e = { 0 };
		char got[16] = "";
		int r = who_add(cal, span(cases[i].text), &w, &e);

		CHECK((r == 0) == (cases[i].want != NULL), "%s: %s",
		    cases[i].text, e.msg ? e.msg : "no error");
		for (size_t k = 0; r == 0 && k < w.n; k++)
			got[k] = (char)('1' + w.v[k]);
		if (r == 0)
			assert_string_equal(got, cases[i].want);
		who_release(&w);
		err_release(&e);
	}
	assert_int_equal(who_me(cal), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
