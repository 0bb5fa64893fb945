#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/csvwrite.h"

static void
cell(const char *in, char sep, const char *expected)
{
	struct buf b = { 0 };
	size_t n = strlen(in);
	char *copy = xmalloc(n);

	/* without its NUL, so that the sanitizer sees reading too far */
	memcpy(copy, in, n);
	csv_cell(&b, span_n(copy, n), sep);
	assert_string_equal(b.p, expected);
	assert_int_equal(b.n, strlen(expected));
	free(copy);
	buf_release(&b);
}

static void
cells(void **state)
{
	(void)state;
	cell("", ',', "");
	cell("a", ',', "a");
	cell("a b", ',', "a b");
	cell("a;b", ',', "a;b");
	cell("a;b", ';', "\"a;b\"");
	cell("a,b", ',', "\"a,b\"");
	cell("a,b", ';', "a,b");
	cell("a\tb", '\t', "\"a\tb\"");
	cell("\"", ',', "\"\"\"\"");
	cell("say \"x\"", ',', "\"say \"\"x\"\"\"");
	cell("a\nb", ',', "\"a\nb\"");
	cell("a\rb", ',', "\"a\rb\"");
	cell(" a", ',', "\" a\"");
	cell("a\t", ',', "\"a\t\"");
	cell(" ", ',', "\" \"");
	cell("\xc3\xa9t\xc3\xa9", ',', "\xc3\xa9t\xc3\xa9");
	cell("=1+2", ',', "=1+2");
}

/* A special byte is seen at every place of a cell of every length. */
static void
every_place(void **state)
{
	static const char specials[] = { ',', '"', '\n', '\r' };
	char in[41], expected[48];
	size_t n, at, i;

	(void)state;
	for (n = 1; n <= 40; n++) {
		memset(in, 0xa2, n);
		in[n] = '\0';
		cell(in, ',', in);
		for (at = 0; at < n; at++) {
			for (i = 0; i < sizeof specials; i++) {
				char *o = expected;

				memset(in, '+', n);
				in[at] = specials[i];
				*o++ = '"';
				memcpy(o, in, at + 1);
				o += at + 1;
				if (specials[i] == '"')
					*o++ = '"';
				memcpy(o, in + at + 1, n - at - 1);
				o += n - at - 1;
				memcpy(o, "\"", 2);
				cell(in, ',', expected);
			}
		}
	}
}

static void
rows(void **state)
{
	struct span one = { "", 0 }, null = { NULL, 0 };
	struct span three[] = { { "a", 1 }, { NULL, 0 }, { "b,\"", 3 } };
	struct buf b = { 0 };

	(void)state;
	csv_row(&b, three, 3, ',');
	csv_row(&b, three, 3, ';');
	csv_row(&b, three, 2, ',');
	csv_row(&b, three + 1, 2, '\t');
	csv_row(&b, &one, 1, ',');
	csv_row(&b, &null, 1, ',');
	csv_row(&b, three, 1, ',');
	assert_string_equal(b.p,
	    "a,,\"b,\"\"\"\na;;\"b,\"\"\"\na,\n\t\"b,\"\"\"\n\"\"\n\"\"\na\n");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(every_place),
		cmocka_unit_test(rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
