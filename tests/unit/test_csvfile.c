#include "unit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "nasty.h"
#include "store/csvfile.h"

struct seen {
	struct buf b;
	struct span data;
	int bad_result;
	size_t left; /* records until the callback stops, 0: never */
};

/* LINE@AT-END:<cell><cell> */
static int
on_record(void *ctx, const struct span *cell, size_t n, size_t line, size_t at,
    size_t end, struct err *e)
{
	struct seen *s = ctx;
	size_t i;

	(void)e;
	buf_addf(&s->b, "%zu@%zu-%zu:", line, at, end);
	for (i = 0; i < n; i++) {
		buf_addc(&s->b, '<');
		buf_addspan(&s->b, cell[i]);
		buf_addc(&s->b, '>');
	}
	buf_addc(&s->b, '\n');
	return s->left > 0 && --s->left == 0 ? 7 : 0;
}

static int
on_bad(void *ctx, size_t line, size_t col, const char *what, size_t at,
    size_t end, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	buf_addf(&s->b, "bad %zu:%zu@%zu-%zu:%s\n", line, col, at, end, what);
	return s->bad_result;
}

static void
reads_with(struct span data, const struct csv_options *o, const char *expected)
{
	struct seen s = { 0 };
	char *copy = xmalloc(data.n);

	/* The exact size, so that the sanitizer sees reading too far. */
	if (data.n > 0)
		memcpy(copy, data.p, data.n);
	buf_adds(&s.b, "");
	assert_int_equal(csv_read(span_n(copy, data.n), "x.csv", o, on_record,
			     on_bad, &s, NULL),
	    0);
	assert_string_equal(s.b.p, expected);
	buf_release(&s.b);
	free(copy);
}

static void
reads(const char *text, const char *expected)
{
	struct csv_options o = { .sep = ',' };

	reads_with(span(text), &o, expected);
}

static void
records(void **state)
{
	(void)state;
	reads("", "");
	reads("\n\r\n\r", "");
	reads("a", "1@0-1:<a>\n");
	reads("a,b\n1,2\n", "1@0-4:<a><b>\n2@4-8:<1><2>\n");
	reads("a,b\n1,", "1@0-4:<a><b>\n2@4-6:<1><>\n");
	reads("a\r\n\r\nb\rc\n", "1@0-3:<a>\n3@5-7:<b>\n4@7-9:<c>\n");
	reads("\n\n a ,\t\n", "3@2-8:< a ><\t>\n");
	reads("\"\"\n", "1@0-3:<>\n");
	reads("\"\"", "1@0-2:<>\n");
	reads("\"x\ny\",\"\"\"\"\n2,3", "1@0-11:<x\ny><\">\n3@11-14:<2><3>\n");
	reads("\"x\r\ny\r\",2\r\nz", "1@0-11:<x\r\ny\r><2>\n4@11-12:<z>\n");
	reads("1,2,3\n4\n", "1@0-6:<1><2><3>\n2@6-8:<4>\n");
}

static void
separators(void **state)
{
	struct csv_options o = { .sep = ';' };

	(void)state;
	reads_with(LIT("1,5;\"a;b\"\n"), &o, "1@0-10:<1,5><a;b>\n");
	o.sep = '\t';
	reads_with(LIT("a\t\t b\n"), &o, "1@0-6:<a><>< b>\n");
	o.sep = 0;
	reads_with(LIT("a|b\n1|2\n"), &o, "1@0-4:<a><b>\n2@4-8:<1><2>\n");
}

static void
bad_quotes(void **state)
{
	(void)state;
	reads("1,2\na\"b,3\n4,5\n", "1@0-4:<1><2>\n"
				    "bad 2:2@4-10:quote inside a bare cell\n"
				    "3@10-14:<4><5>\n");
	reads("\"a\"b,3\n4,5\n", "bad 1:4@0-7:text behind a closing quote\n"
				 "2@7-11:<4><5>\n");
	reads(" \"a\"\n4\n", "bad 1:2@0-5:quote inside a bare cell\n"
			     "2@5-7:<4>\n");
	reads("x\n1,\"a\n4\n5\n", "1@0-2:<x>\n"
				  "bad 2:3@2-7:this quote is never closed\n"
				  "3@7-9:<4>\n"
				  "4@9-11:<5>\n");
	/* what a stray quote seems to enclose is not lost with it */
	reads("1,\"a\r\n4\r\n5,\"x\"\r\n6",
	    "bad 3:4@0-6:text behind a closing quote\n"
	    "2@6-9:<4>\n"
	    "3@9-16:<5><x>\n"
	    "4@16-17:<6>\n");
	reads(
	    "\"\"\"\"a\"\",\"x", "bad 1:5@0-10:text behind a closing quote\n");
	reads("\"a\"\",\"x\",\"\"\"",
	    "bad 1:7@0-12:text behind a closing quote\n");
	reads("\"a\"\",b", "bad 1:1@0-6:this quote is never closed\n");
	reads("a,\"b\"\"\",\"\n,", "bad 1:9@0-10:this quote is never closed\n"
				   "2@10-11:<><>\n");
}

static void
nul_bytes(void **state)
{
	struct csv_options o = { .sep = ',' };

	(void)state;
	reads_with(LIT("a\n1,\0,2\n3\n"), &o,
	    "1@0-2:<a>\nbad 2:3@2-8:NUL byte\n3@8-10:<3>\n");
	reads_with(LIT("\0"), &o, "bad 1:1@0-1:NUL byte\n");
	reads_with(LIT("\"\n\0\"\nx"), &o,
	    "bad 2:1@0-2:NUL byte\nbad 2:1@2-5:NUL byte\n3@5-6:<x>\n");
}

static void
lazy_quotes(void **state)
{
	struct csv_options o = { .sep = ',', .lazy_quotes = 1 };

	(void)state;
	reads_with(LIT("5\" disk,a\"\"b\",\"q\"\"\"\n1,\"\n"), &o,
	    "1@0-20:<5\" disk><a\"\"b\"><q\">\n"
	    "bad 2:3@20-24:this quote is never closed\n");
	reads_with(LIT(" \"a\",b\""), &o, "1@0-7:< \"a\"><b\">\n");
	reads_with(
	    LIT("\"a\"b,1\n"), &o, "bad 1:4@0-7:text behind a closing quote\n");
	/* a bare quote in the record does not move the blame */
	reads_with(LIT("a\"\",b\"\",\"x"), &o,
	    "bad 1:9@0-10:this quote is never closed\n");
}

static void
limits(void **state)
{
	struct csv_options o = { .sep = ',', .max_cell = 5, .max_fields = 3 };
	struct buf b = { 0 };
	struct seen s = { 0 };
	struct err e = { 0 };

	(void)state;
	reads_with(LIT("12345,1,2\n123456\n1,2,3,4\n1,\"12345\"\n"), &o,
	    "1@0-10:<12345><1><2>\n"
	    "bad 2:1@10-17:cell longer than 5 bytes\n"
	    "bad 3:1@17-25:more than 3 fields\n"
	    "4@25-35:<1><12345>\n");
	o.max_cell = 5000;
	buf_adds(&b, "a,");
	buf_pad(&b, 'x', 5000);
	buf_adds(&b, ",\"");
	buf_pad(&b, '"', 10000);
	buf_adds(&b, "\"\n");
	s.bad_result = 3;
	assert_int_equal(
	    csv_read(buf_span(&b), "x.csv", &o, on_record, on_bad, &s, &e), 0);
	b.p[1] = 'x';
	assert_int_equal(
	    csv_read(buf_span(&b), "x.csv", &o, on_record, NULL, &s, &e), -1);
	assert_string_equal(e.msg, "x.csv:1:1: cell longer than 5000 bytes");
	err_release(&e);
	memcpy(b.p, "a,\"", 3);
	buf_reset(&s.b);
	assert_int_equal(
	    csv_read(buf_span(&b), "x.csv", &o, on_record, on_bad, &s, &e), 3);
	err_release(&e);
	buf_release(&b);
	buf_release(&s.b);
}

/* The default of 1 MiB, and the quote that ran off is named. */
static void
long_cell(void **state)
{
	struct csv_options o = { .sep = ',' };
	struct seen s = { 0 };
	struct err e = { 0 };
	struct buf b = { 0 };

	(void)state;
	buf_adds(&b, "a,\n1,\"");
	buf_pad(&b, 'x', 1 << 20);
	buf_adds(&b, "\"\n");
	assert_int_equal(
	    csv_read(buf_span(&b), "x.csv", &o, on_record, NULL, &s, &e), 0);
	buf_cut(&b, b.n - 2);
	buf_adds(&b, "yzzz\"\n");
	assert_int_equal(
	    csv_read(buf_span(&b), "x.csv", &o, on_record, NULL, &s, &e), -1);
	assert_string_equal(e.msg, "x.csv:2:3: cell longer than 1048576 bytes");
	err_release(&e);
	buf_release(&b);
	buf_release(&s.b);
}

static void
stopping(void **state)
{
	struct csv_options o = { .sep = ',' };
	struct seen s = { .left = 2, .bad_result = -1 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(
	    csv_read(span("a\nb\nc\n"), "x.csv", &o, on_record, on_bad, &s, &e),
	    7);
	assert_string_equal(s.b.p, "1@0-2:<a>\n2@2-4:<b>\n");
	assert_int_equal(csv_read(span("a\n\"x\"y\nc\n"), "x.csv", &o,
			     on_record, on_bad, &s, &e),
	    -1);
	assert_int_equal(e.code, ERR_OK);
	assert_int_equal(csv_read(span("a\n\"x\"y\nc\n"), "x.csv", &o,
			     on_record, NULL, &s, &e),
	    -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_string_equal(e.msg, "x.csv:2:4: text behind a closing quote");
	err_release(&e);
	buf_release(&s.b);
}

static void
sniffing(void **state)
{
	static const struct {
		const char *text;
		char sep;
	} cases[] = {
		{ "", ',' },
		{ "name\nx\n", ',' },
		{ "a,b\n1,2\n", ',' },
		{ "a;b\n1,5;2,5\n3;4\n", ';' },
		{ "a;b\n1,5;2,5\n3,0;4,0\n", ';' },
		{ "a\tb\tc\n1, x\t2\t3\n", '\t' },
		{ "a|b\n1|2\n", '|' },
		{ "a,b|c\n1,2|3\n", 0 },
		{ "\"a;b\",\"c\"\n\"d;e\",\"f\"\n", ',' },
		{ "\"a,b\";\"c\"\n\"d,e\";\"f\"\n", ';' },
		{ "a;b;c\n\"1\n,\n,\";2;3\n", ';' },
		{ "a,b,c\n1,2,3\n1,2\n4,5,6;7\n", ',' },
	};
	struct csv_options o = { 0 };
	struct seen s = { 0 };
	struct err e = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		CHECK(csv_sniff(span(cases[i].text)) == cases[i].sep,
		    "case %zu: got %d", i, csv_sniff(span(cases[i].text)));
	assert_int_equal(
	    csv_read(span("a,b|c\n"), "x.csv", &o, on_record, NULL, &s, &e),
	    -1);
	assert_int_equal(e.code, ERR_DATA);
	err_release(&e);
}

/* Lines that each leave a quote open do not make reading quadratic. */
static void
stray_quotes(void **state)
{
	struct csv_options o = { .sep = ',', .lazy_quotes = 1 };
	struct seen s = { 0 };
	struct buf b = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 200000; i++)
		buf_adds(&b, "a\",\"\n");
	assert_int_equal(
	    csv_read(buf_span(&b), "x.csv", &o, on_record, on_bad, &s, NULL),
	    0);
	buf_release(&b);
	buf_release(&s.b);
}

/* Records and what is bad tile a file but for blank lines; nothing crashes. */
struct tiling {
	struct span data;
	size_t at, line;
	const char *path;
};

static void
only_blank(struct tiling *t, size_t to)
{
	for (; t->at < to; t->at++)
		CHECK(t->data.p[t->at] == '\n' || t->data.p[t->at] == '\r',
		    "%s, offset %zu", t->path, t->at);
}

static int
tile(struct tiling *t, size_t line, size_t at, size_t end)
{
	CHECK(at >= t->at && end > at && end <= t->data.n && line >= t->line,
	    "%s:%zu", t->path, line);
	only_blank(t, at);
	t->at = end;
	t->line = line;
	return 0;
}

static int
tile_record(void *ctx, const struct span *cell, size_t n, size_t line,
    size_t at, size_t end, struct err *e)
{
	(void)cell, (void)n, (void)e;
	return tile(ctx, line, at, end);
}

static int
tile_bad(void *ctx, size_t line, size_t col, const char *what, size_t at,
    size_t end, struct err *e)
{
	struct tiling *t = ctx;

	(void)line, (void)what, (void)e;
	assert_true(col > 0);
	return tile(ctx, t->line, at, end);
}

static void
nasty_one(const char *path, struct span data, void *ctx)
{
	static const char seps[] = { 0, ',', ';', '\t', '|' };
	struct csv_options o = { 0 };
	size_t i;

	(void)ctx;
	for (i = 0; i < 2 * COUNT(seps); i++) {
		struct tiling t = { .data = data, .line = 1, .path = path };

		o.lazy_quotes = i >= COUNT(seps);
		o.sep = seps[i % COUNT(seps)];
		if (o.sep == 0 && csv_sniff(data) == 0)
			continue;
		assert_int_equal(
		    csv_read(data, path, &o, tile_record, tile_bad, &t, NULL),
		    0);
		only_blank(&t, data.n);
	}
}

static void
nasty_files(void **state)
{
	(void)state;
	if (!nasty_each(nasty_one, NULL))
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(separators),
		cmocka_unit_test(bad_quotes),
		cmocka_unit_test(nul_bytes),
		cmocka_unit_test(lazy_quotes),
		cmocka_unit_test(limits),
		cmocka_unit_test(long_cell),
		cmocka_unit_test(stopping),
		cmocka_unit_test(sniffing),
		cmocka_unit_test(stray_quotes),
		cmocka_unit_test(nasty_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
