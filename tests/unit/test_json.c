#include "unit.h"

#include "base/json.h"

static void
quoting(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "\"\\/", "\"\\\"\\\\/\"" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\x01\x1f", "\"\\u0001\\u001f\"" },
		{ "\x7f", "\"\x7f\"" },
		{ "\xc3\xa4\xf0\x9f\x98\x80", "\"\xc3\xa4\xf0\x9f\x98\x80\"" },
		{ "a\xff"
		  "b",
		    "\"a\xef\xbf\xbd"
		    "b\"" },
		{ "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&b);
		json_quote(&b, span(cases[i].in));
		CHECK(span_eqs(buf_span(&b), cases[i].out), "case %zu: %s", i,
		    b.p);
	}
	buf_reset(&b);
	json_quote(&b, LIT("a\0b"));
	assert_string_equal(b.p, "\"a\\u0000b\"");
	buf_release(&b);
}

static void
structure(void **state)
{
	struct buf b = { 0 };
	struct json j = { .out = &b };

	(void)state;
	json_open(&j, '{');
	json_key(&j, span("a"));
	json_open(&j, '[');
	json_close(&j, ']');
	json_key(&j, span("b"));
	json_open(&j, '[');
	json_str(&j, span("1.50"));
	json_str(&j, span("x"));
	json_null(&j);
	json_open(&j, '{');
	json_close(&j, '}');
	json_open(&j, '[');
	json_str(&j, span("2"));
	json_close(&j, ']');
	json_close(&j, ']');
	json_key(&j, span("c\n"));
	json_null(&j);
	json_close(&j, '}');
	assert_string_equal(b.p,
	    "{\"a\":[],\"b\":[\"1.50\",\"x\",null,{},[\"2\"]],"
	    "\"c\\n\":null}");
	assert_int_equal(j.depth, 0);
	/* Values of a stream are separated by the caller. */
	buf_reset(&b);
	json_null(&j);
	buf_addc(&b, '\n');
	json_null(&j);
	assert_string_equal(b.p, "null\nnull");
	buf_release(&b);
}

static void
deep(void **state)
{
	struct buf b = { 0 };
	struct json j = { .out = &b };

	(void)state;
	for (int i = 0; i < 62; i++) {
		json_open(&j, '[');
		json_null(&j);
	}
	for (int i = 0; i < 62; i++)
		json_close(&j, ']');
	assert_int_equal(b.n, 62 * (1 + 4 + 1) + 61);
	assert_int_equal(strncmp(b.p, "[null,[null,[", 13), 0);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quoting),
		cmocka_unit_test(structure),
		cmocka_unit_test(deep),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
