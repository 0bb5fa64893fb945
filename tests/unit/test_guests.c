/* Who is in the fields with and replies. */
#include "unit.h"

#include <stdlib.h>

#include "crm/calendar/item.h"

static void
being_invited(void **state)
{
	static const struct {
		const char *with, *mail;
		bool is;
	} cases[] = {
		{ "ada@x.org", "ada@x.org", true },
		{ "ada@x.org", "Ada@X.org", true },
		{ "bo@x.org; ada@x.org ;cy@x.org", "ada@x.org", true },
		{ "bo@x.org;ada@x.org", "da@x.org", false },
		{ "ada@x.org", "ada@x.or", false },
		{ "", "ada@x.org", false },
		/* who has no address is none of them */
		{ "", "", false },
		{ "ada@x.org;;bo@x.org", "", false },
		{ " ;", "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		CHECK(item_is_guest(span(cases[i].with), span(cases[i].mail)) ==
			cases[i].is, "case %zu", i);
}

static void
answering(void **state)
{
	struct buf b = { 0 };

	(void)state;
	item_reply_set(span(""), span("ada@x.org"), span("ACCEPTED"), &b);
	assert_string_equal(b.p, "ada@x.org=accepted");
	assert_true(span_eqs(
	    item_reply(buf_span(&b), span("Ada@x.org")), "accepted"));
	assert_true(span_eqs(item_reply(buf_span(&b), span("da@x.org")), ""));
	buf_reset(&b);
	item_reply_set(span("ada@x.org=declined;bo@x.org=accepted"),
	    span("ada@x.org"), span("tentative"), &b);
	assert_string_equal(b.p, "bo@x.org=accepted;ada@x.org=tentative");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(being_invited),
		cmocka_unit_test(answering),
	};

	return cmocka_run_group_tests_name("guests", tests, NULL, NULL);
}
