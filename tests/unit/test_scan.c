#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "nasty.h"
#include "store/csvfile.h"
#include "store/csvwrite.h"
#include "store/scan.h"
#include "store/scan_impl.h"

/* Longer than two blocks, so that all that follows meets each block border. */
enum { PADS = 131 };

static const char *const modes[] = { "portable", "sse2", "avx2", "avx512" };
enum { MODES = COUNT(modes) };

static const struct scan_kernel *
mode(size_t i)
{
	return scan_kernel_named(modes[i]);
}

/*
 * A case in writing: @ stands for pad times x, ^ for the place of the error
 * (*at, else -1), ~ for NUL. The copy has its exact size, for the sanitizer.
 */
static struct span
expand(const char *text, size_t pad, long *at)
{
	struct buf b = { 0 };
	char *copy;
	size_t n;

	*at = -1;
	for (; *text; text++) {
		if (*text == '@')
			buf_pad(&b, 'x', pad);
		else if (*text == '^')
			*at = (long)b.n;
		else
			buf_addc(&b, *text == '~' ? '\0' : *text);
	}
	n = b.n;
	copy = xmalloc(n);
	if (n > 0)
		memcpy(copy, b.p, n);
	buf_release(&b);
	return span_n(copy, n);
}

static size_t
split_names(const char *names, struct span *out)
{
	struct span s = span(names);
	size_t n = 0;

	while (s.n > 0)
		out[n++] = span_cut(&s, ',');
	return n;
}

/* The rows as text: <cell><cell> and a newline each. */
static void
render(struct buf *b, const struct span *cell, size_t nrows, size_t ncells)
{
	size_t i, j;

	buf_reset(b);
	buf_adds(b, "");
	for (i = 0; i < nrows; i++) {
		for (j = 0; j < ncells; j++) {
			buf_addc(b, '<');
			buf_addspan(b, cell[i * ncells + j]);
			buf_addc(b, '>');
		}
		buf_addc(b, '\n');
	}
}

/* In every mode, with every padding, text has those cells of those columns. */
static void
good(const char *text, const char *names, const char *cells)
{
	struct span want[16], data, expected;
	struct scan s = { 0 };
	struct buf b = { 0 };
	size_t m, pad, n = split_names(names, want);
	struct err e = { 0 };
	long at;

	for (m = 0; m < MODES; m++) {
		for (pad = 0; mode(m) && pad < PADS; pad++) {
			data = expand(text, pad, &at);
			expected = expand(cells, pad, &at);
			if (scan_file_with(
				mode(m), &s, "t.csv", data, want, n, 0, &e))
				fail_msg("%s: %s", modes[m], e.msg);
			render(&b, s.cell, s.nrows, s.ncells);
			if (!span_eq(buf_span(&b), expected))
				fail_msg("%s, pad %zu: %s", modes[m], pad, b.p);
			free((char *)data.p);
			free((char *)expected.p);
		}
	}
	scan_release(&s);
	buf_release(&b);
}

/* In every mode, with every padding, text fails like that at its ^. */
static void
bad(const char *text, const char *what)
{
	struct span want[] = { { "a", 1 }, { "b", 1 } }, data;
	struct scan s = { 0 };
	struct err e = { 0 };
	size_t m, pad, line, col;
	char *msg;
	long at, i;

	for (m = 0; m < MODES; m++) {
		for (pad = 0; mode(m) && pad < PADS; pad++) {
			data = expand(text, pad, &at);
			assert_true(at >= 0);
			for (line = col = 1, i = 0; i < at; i++, col++)
				if (data.p[i] == '\n')
					line++, col = 0;
			msg = xasprintf("t.csv:%zu:%zu: %s", line, col, what);
			if (!scan_file_with(
				mode(m), &s, "t.csv", data, want, 2, 0, &e))
				fail_msg("%s accepts: %s", modes[m], text);
			assert_string_equal(e.msg, msg);
			assert_int_equal(e.code, ERR_DATA);
			assert_int_equal(s.nrows, 0);
			err_release(&e);
			free(msg);
			free((char *)data.p);
		}
	}
	scan_release(&s);
}

static void
plain(void **state)
{
	(void)state;
	good("", "a", "");
	good("\xef\xbb\xbf", "a", "");
	good("a,b", "a", "");
	good("a,b\n", "a,b", "");
	good("a,b\n@,2\n", "a,b", "<@><2>\n");
	good("a,b\n@,2", "a,b", "<@><2>\n");
	good("a,b\n@,\n3,4\n", "a,b", "<@><>\n<3><4>\n");
	good("a,b\n@,", "a,b", "<@><>\n");
	good("a,b\n,@", "b,a", "<@><>\n");
	good("a,b,c\n@,2,3\n,,\n4,5,6\n", "c,a", "<3><@>\n<><>\n<6><4>\n");
	good("a\n@y\n2\n", "a", "<@y>\n<2>\n");
	good("a\n@y\n2", "a", "<@y>\n<2>\n");
	good("\xef\xbb\xbf"
	     "a,b\n@,2\n",
	    "a", "<@>\n");
	good("a,b\n@ , \t2\n", "a,b", "<@ >< \t2>\n");
	good("a,b\n@\xff,\xc3\xa9\n", "a,b", "<@\xff><\xc3\xa9>\n");
}

static void
columns(void **state)
{
	(void)state;
	good("a,b\n@,2\n", "", "\n");
	good("a,b\n@,2\n3,4\n", "z,b,y", "<><2><>\n<><4><>\n");
	good("a,b\n@,2\n", "b,b,a", "<2><2><@>\n");
	/* unquoted as often as it is wanted, so longer than the file */
	good("a,b\n1,\"@\"\"@@\"\n", "b,b,b", "<@\"@@><@\"@@><@\"@@>\n");
	good("\"a\"\"x\",\"b,c\"\n@,2\n", "b,c", "<><>\n");
	good("\"a\"\"x\",b\n@,2\n", "a\"x,b", "<@><2>\n");
}

static void
quotes(void **state)
{
	(void)state;
	good("a,b\n\"@\",2\n", "a,b", "<@><2>\n");
	good("a,b\n\"@\",\"\"", "a,b", "<@><>\n");
	good("a,b\n@,\"\"\n\"\",x\n", "a,b", "<@><>\n<><x>\n");
	good("a,b\n@,\"x,y\n\nz\"\n3,4\n", "a,b", "<@><x,y\n\nz>\n<3><4>\n");
	good("a,b\n@,\"\"\"\"\n\"\"\"x\"\"\",4\n", "a,b",
	    "<@><\">\n<\"x\"><4>\n");
	good("a,b\n\"@\"\"@\",\"\"\"\"\"\"\n", "a,b", "<@\"@><\"\">\n");
	good("a,b\n\"@\r\n\r\",2\n", "a,b", "<@\r\n\r><2>\n");
	good("a\n\"@\"\n\"\"\n\"\"", "a", "<@>\n<>\n<>\n");
	good(
	    "a,b\n\"@\n\",\"\n\n\"\n\"\n\",1", "a,b", "<@\n><\n\n>\n<\n><1>\n");
}

static void
crlf(void **state)
{
	(void)state;
	good("a,b\r\n@,2\r\n3,4\r\n", "a,b", "<@><2>\n<3><4>\n");
	good("a,b\r\n@,2\n3,4\r\n5,", "a,b", "<@><2>\n<3><4>\n<5><>\n");
	good("a,b\r\n\"@\",\"2\"\r\n", "b,a", "<2><@>\n");
	good("a,b\n@,\r\n", "a,b", "<@><>\n");
	good("a\n@y\r\n\"\"\r\n", "a", "<@y>\n<>\n");
}

static void
refused(void **state)
{
	(void)state;
	bad("a,b\n@x^\"y,2\n", "quote inside a bare cell");
	bad("a,b\n@,x^\"\"\n", "quote inside a bare cell");
	bad("a,b\n1,2\n\"@\"^x,2\n", "text behind a closing quote");
	bad("a,b\n1,2\n\"@\"^ ,2\n", "text behind a closing quote");
	bad("a,b\n@, ^\"x\"\n", "quote inside a bare cell");
	bad("a,b\n@,^\"x\n3,4\n", "this quote is never closed");
	bad("a,b\n@,^\"", "this quote is never closed");
	bad("a,b\n@,^\"\"\"\n", "this quote is never closed");
	bad("a,b\n1,2\n^@x\n3,4\n", "1 field where the header has 2");
	bad("a,b\n1,2\n^@,2,3\n4\n", "3 fields where the header has 2");
	bad("a,b\n1,2\n^@,2,", "3 fields where the header has 2");
	bad("a,b\n1,\"2\n\"\n^\"@\n\"", "1 field where the header has 2");
}

static void
refused_bytes(void **state)
{
	(void)state;
	bad("a,b\n@,2^\r3,4\n", "carriage return outside quotes");
	bad("a,b\n@^\r,2\n", "carriage return outside quotes");
	bad("a,b\n@,2^\r", "carriage return outside quotes");
	bad("a,b\n@,\"2\"^\r", "carriage return outside quotes");
	bad("a,b\n@,2^\r\r\n", "carriage return outside quotes");
	bad("a,b\n@,2^~\n", "NUL byte");
	bad("a,b\n@,\"\n2^~\"\n", "NUL byte");
	bad("a,b\n@,\"2\"^~\n", "NUL byte");
	bad("a,b\n@,2\n^\n3,4\n", "blank line");
	bad("a,b\n@,2\n^\n", "blank line");
	bad("a,b\n^\n@,2\n", "blank line");
	bad("a,b\n@,2\n^\r\n3,4\n", "blank line");
	bad("a\n@y\n^\n3\n", "blank line");
	bad("a\n^\n@y\n", "blank line");
	bad("a\n@y\n^\n", "blank line");
}

static void
refused_header(void **state)
{
	(void)state;
	bad("^\n@,2\n", "no header");
	bad("^\r\n@,2\n", "no header");
	bad("a@a,b,^\n1,2\n", "column without a name");
	bad("a@a,^,b", "column without a name");
	bad("^\"\"\n", "column without a name");
	bad("a@a,b,^a@a\n", "column name used twice");
	bad("a@a,b,\"\n\",^\"b\"\n", "column name used twice");
	bad("a@a^\"", "quote inside a bare cell");
	bad("a@a,^\"b\n1,2\n", "this quote is never closed");
}

/* What is well-formed is not left to the exact way, wherever it lies. */
static void
fast_way(void **state)
{
	static const char text[] = "\"@\",b\n\"\",\"x\"\"\"\n\"\"\"\"\"\",c\n"
				   ",\"\n,\r\n\"\n,\n\"\",\"\"\n";
	uint32_t pos[5 * SCAN_BLOCK + SCAN_SLACK];
	char block[5 * SCAN_BLOCK];
	struct span data;
	size_t m, pad;
	long at;

	(void)state;
	for (m = 1; m < MODES; m++) {
		for (pad = 0; mode(m) && pad < PADS; pad++) {
			struct scan_mask mask = { .before = 1 };

			data = expand(text, pad, &at);
			memset(block, ' ', sizeof block);
			memcpy(block, data.p, data.n);
			assert_int_equal(
			    mode(m)->split(&mask, block, 5, 0, pos), 12);
			assert_int_equal(mask.nnl, 6);
			assert_int_equal(pos[0], pad + 2);
			assert_int_equal(pos[11], data.n - 1);
			CHECK(!mask.bad && !mask.in, "%s, pad %zu", modes[m],
			    pad);
			free((char *)data.p);
		}
	}
}

/* More names than are compared pair by pair. */
static void
many_columns(void **state)
{
	struct span want[] = { { "c69", 3 }, { "c0", 2 } };
	struct scan s = { 0 };
	struct buf b = { 0 };
	struct err e = { 0 };
	size_t m;
	int i;

	(void)state;
	for (i = 0; i < 70; i++)
		buf_addf(&b, "%sc%d", i ? "," : "", i);
	buf_addc(&b, '\n');
	for (i = 0; i < 70 * 9; i++)
		buf_addf(&b, "%d%c", i, i % 70 == 69 ? '\n' : ',');
	for (m = 0; m < MODES; m++) {
		if (!mode(m))
			continue;
		assert_int_equal(scan_file_with(mode(m), &s, "t", buf_span(&b),
				     want, 2, 0, &e),
		    0);
		assert_int_equal(s.nrows, 9);
		assert_true(span_eqs(s.cell[16], "629"));
		assert_true(span_eqs(s.cell[17], "560"));
	}
	b.p[b.n - 1] = ',';
	memcpy(b.p, "c1", 2);
	assert_int_equal(scan_file(&s, "t", buf_span(&b), want, 2, 0, &e), -1);
	assert_string_equal(e.msg, "t:1:4: column name used twice");
	err_release(&e);
	scan_release(&s);
	buf_release(&b);
}

static void
row_offsets(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "a,b\n1,\"\n\"\n3,4\r\n5,6";
	static const size_t at[] = { 7, 13, 18, 21 };
	struct span want = { "b", 1 };
	struct scan s = { 0 };
	size_t m, i, lf;

	(void)state;
	for (m = 0; m < MODES; m++) {
		for (lf = 0; mode(m) && lf < 2; lf++) {
			struct buf b = { 0 };

			for (i = 0; i < sizeof text - 1; i++)
				if (!lf || text[i] != '\r')
					buf_addc(&b, text[i]);
			assert_int_equal(
			    scan_file_with(mode(m), &s, "t", buf_span(&b),
				&want, 1, SCAN_ROWS, NULL),
			    0);
			assert_int_equal(s.nrows, 3);
			for (i = 0; i < 4; i++)
				assert_int_equal(
				    s.row_at[i], at[i] - (i > 1 ? lf : 0));
			buf_release(&b);
		}
	}
	assert_int_equal(
	    scan_file(&s, "t", span(""), &want, 1, SCAN_ROWS, NULL), 0);
	assert_int_equal(s.nrows, 0);
	assert_int_equal(s.row_at[0], 0);
	assert_int_equal(
	    scan_file(&s, "t", span("b\n"), &want, 1, SCAN_ROWS, NULL), 0);
	assert_int_equal(s.row_at[0], 2);
	scan_release(&s);
}

struct check {
	struct scan *s;
	size_t rows;
	bool differs;
};

static int
same_record(void *ctx, const struct span *cell, size_t n, size_t line,
    size_t at, size_t end, struct err *e)
{
	struct check *c = ctx;
	const struct span *row;
	size_t i;

	(void)line, (void)at, (void)end, (void)e;
	if (c->rows > c->s->nrows || n != c->s->nheader) {
		c->differs = true;
		return 1;
	}
	row = c->rows == 0 ? c->s->header : c->s->cell + (c->rows - 1) * n;
	for (i = 0; i < n; i++)
		if (!span_eq(row[i], cell[i]))
			c->differs = true;
	c->rows++;
	return 0;
}

/*
 * All modes accept data or none does, with the same message; what they accept
 * libcsv reads as the same cells. Returns whether they did.
 */
static bool
agree(struct span data, const char *what)
{
	struct csv_options o = { .sep = ',', .max_fields = 1 << 20 };
	struct err e[MODES] = { { 0 } };
	struct scan s[MODES] = { { 0 } };
	struct buf first = { 0 }, other = { 0 };
	struct span *want;
	size_t m, nwant;
	int ret[MODES] = { 0 };

	scan_file_with(mode(0), &s[0], "t", data, NULL, 0, 0, NULL);
	nwant = s[0].nheader;
	want = xcalloc(nwant + 1, sizeof *want);
	for (m = 0; m < nwant; m++)
		want[m] = span_n(span_dup(s[0].header[m]), s[0].header[m].n);
	for (m = 0; m < MODES; m++) {
		if (!mode(m))
			continue;
		ret[m] = scan_file_with(
		    mode(m), &s[m], "t", data, want, nwant, SCAN_ROWS, &e[m]);
		if (ret[m] != ret[0])
			fail_msg("%s: %s disagrees: %s", what, modes[m],
			    e[m].msg ? e[m].msg : e[0].msg);
		if (ret[m])
			assert_string_equal(e[m].msg, e[0].msg);
		render(&other, s[m].cell, s[m].nrows, s[m].ncells);
		if (m == 0)
			buf_addspan(&first, buf_span(&other));
		assert_true(span_eq(buf_span(&first), buf_span(&other)));
	}
	if (ret[0] == 0) {
		struct check c = { .s = &s[0] };
		struct span body = data;

		if (data.n >= 3 && memcmp(data.p, "\xef\xbb\xbf", 3) == 0)
			body = span_n(data.p + 3, data.n - 3);
		if (csv_read(body, what, &o, same_record, NULL, &c, &e[0]) ||
		    c.differs || (body.n > 0 && c.rows != s[0].nrows + 1))
			fail_msg("%s: differs from libcsv in record %zu: %s",
			    what, c.rows, e[0].msg ? e[0].msg : "");
	}
	for (m = 0; m < nwant; m++)
		free((char *)want[m].p);
	free(want);
	for (m = 0; m < MODES; m++) {
		err_release(&e[m]);
		scan_release(&s[m]);
	}
	buf_release(&first);
	buf_release(&other);
	return ret[0] == 0;
}

static unsigned
rnd(uint64_t *seed, unsigned n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % n;
}

static void
random_cell(struct buf *b, uint64_t *seed)
{
	static const char *const part[] = { ",", "\"", "\n", "\r", "\r\n", " ",
		"a", "bc", "\xc3\xa9", "some longer text of a cell", "\"\"" };
	unsigned n = rnd(seed, 12) ? rnd(seed, 3) : rnd(seed, 60);
	size_t plain_parts = rnd(seed, 4) ? 5 : 0;

	buf_reset(b);
	buf_adds(b, "");
	while (n-- > 0)
		buf_adds(b,
		    plain_parts ? part[5 + rnd(seed, 5)] : part[rnd(seed, 11)]);
}

/* Tables as we write them are read; with one byte changed, all ways agree. */
static void
random_tables(void **state)
{
	static const char odd[] = "\",\n\r \0x";
	uint64_t seed = 20260401;
	struct buf cell = { 0 }, b = { 0 };
	int round, i, n, width;

	(void)state;
	for (round = 0; round < 3000; round++) {
		struct span data;
		char *copy;

		width = 1 + (int)rnd(&seed, 6);
		n = (int)rnd(&seed, 40) * width;
		buf_reset(&b);
		for (i = 0; i < width; i++)
			buf_addf(&b, "%sc%d", i ? "," : "", i);
		buf_addc(&b, '\n');
		for (i = 0; i < n; i++) {
			random_cell(&cell, &seed);
			if (i % width > 0)
				buf_addc(&b, ',');
			if (width == 1 && cell.n == 0)
				buf_adds(&b, "\"\"");
			else
				csv_cell(&b, buf_span(&cell), ',');
			if (i % width == width - 1)
				buf_adds(&b,
				    round % 8 || rnd(&seed, 2) ? "\n" : "\r\n");
		}
		if (rnd(&seed, 4) == 0)
			buf_cut(&b, b.n - 1);
		copy = xmalloc(b.n);
		memcpy(copy, b.p, b.n);
		data = span_n(copy, b.n);
		if (b.p[b.n - 1] != '\r')
			assert_true(agree(data, "random table"));
		for (i = 0; i < 4; i++) {
			copy[rnd(&seed, (unsigned)b.n)] =
			    odd[rnd(&seed, sizeof odd - 1)];
			agree(data, "damaged table");
		}
		free(copy);
	}
	buf_release(&cell);
	buf_release(&b);
}

static void
nasty_one(const char *path, struct span data, void *ctx)
{
	size_t *n = ctx;

	*n += agree(data, path);
}

static void
nasty_files(void **state)
{
	size_t accepted = 0;

	(void)state;
	if (!nasty_each(nasty_one, &accepted))
		skip();
	assert_true(accepted > 50);
}

/* Rows longer than what is split at a time, and more than one such round. */
static void
large(void **state)
{
	struct buf b = { 0 };
	int i;

	(void)state;
	buf_adds(&b, "a,b,c\n");
	for (i = 0; i < 3000; i++)
		buf_addf(&b, "%d,\"x,%d\",%s\n", i, i,
		    i % 3 ? "plain" : "\"two\nlines\"");
	assert_true(agree(buf_span(&b), "many rows"));
	buf_adds(&b, "1,\"");
	buf_pad(&b, 'x', 50000);
	buf_adds(&b, "\",");
	assert_true(agree(buf_span(&b), "one long row"));
	buf_adds(&b, "\n1,");
	buf_pad(&b, 'y', 70000);
	buf_adds(&b, "\n2,3,4\n");
	assert_false(agree(buf_span(&b), "a short row"));
	buf_release(&b);
}

/* Files that one struct scan reads one after the other. */
static const struct {
	const char *data, *want, *rows; /* rows NULL: it fails */
} after[] = {
	{ "a,b\n1,2\n", "b,a", "<2><1>\n" },
	{ "a,b\n3,4\n5,6\n", "b,a", "<4><3>\n<6><5>\n" },
	{ "a,b\n", "b,a", "" },
	{ "a,b", "b,a", "" },
	{ "a,bc\n1,2\n", "b,a", "<><1>\n" },
	{ "a,b,c\n1,2,3\n", "b,a", "<2><1>\n" },
	{ "a,b,c\n1,2,3\n", "b,a,c", "<2><1><3>\n" },
	{ "a,b,c\n1,2,3\n", "ba,c", "<><3>\n" },
	{ "a,b,c\n1,2,3\n", "", "\n" },
	{ "a,b,c\n1,\"\"\"2\",3\n", "b,b", "<\"2><\"2>\n" },
	{ "b,a\n1,2\n", "b,b", "<1><1>\n" },
	{ "b,a\n1,2,3\n", "b,b", NULL },
	{ "b,a\n1,2\n", "b,b", "<1><1>\n" },
	{ "b,b\n1,2\n", "b,b", NULL },
	{ "b,a\n1,2\n", "b,b", "<1><1>\n" },
	{ "", "b", "" },
	{ "b,a\n1,2", "b", "<1>\n" },
	{ "b,a", "b", "" },
	{ "b,a1\n1,2\n", "a", "<>\n" },
	{ "\xef\xbb\xbf"
	  "b,a\n1,2\n",
	    "a,b", "<2><1>\n" },
	{ "b,a\n1,2\n", "a,b", "<2><1>\n" },
	{ "b,a\r\n1,2\r\n", "a,b", "<2><1>\n" },
	{ "\"b\",\"a\n\"\n1,\"2\"\n", "a,b", "<><1>\n" },
	{ "\"b\",\"a\n\"\n3,\"4\"\n", "a,b", "<><3>\n" },
	{ "\"b\",\"a\"\"\"\n1,\"2\"\n", "a\",b", "<2><1>\n" },
	{ "\"b\",\"a\"\"\"\n\"\"\"1\",2\n", "a\",b", "<2><\"1>\n" },
};

/* What is kept of a header for the next file is not mistaken for its own. */
static void
one_after_the_other(void **state)
{
	struct span want[3];
	struct buf b = { 0 };
	size_t m, i;

	(void)state;
	for (m = 0; m < MODES; m++) {
		struct scan s = { 0 };

		for (i = 0; mode(m) && i < COUNT(after); i++) {
			long at;
			struct span data = expand(after[i].data, 0, &at);
			size_t n = split_names(after[i].want, want);
			int rc = scan_file_with(
			    mode(m), &s, "t.csv", data, want, n, 0, NULL);

			CHECK(rc == (after[i].rows ? 0 : -1), "%s: %s",
			    modes[m], after[i].data);
			render(&b, s.cell, s.nrows, s.ncells);
			if (after[i].rows)
				CHECK(!strcmp(b.p, after[i].rows), "%s: %s: %s",
				    modes[m], after[i].data, b.p);
			/* the header is still there without the file */
			free((char *)data.p);
			if (i < 2)
				CHECK(s.nheader == 2 &&
					  span_eqs(s.header[1], "b"),
				    "%s", modes[m]);
		}
		scan_release(&s);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(columns),
		cmocka_unit_test(quotes),
		cmocka_unit_test(crlf),
		cmocka_unit_test(refused),
		cmocka_unit_test(refused_bytes),
		cmocka_unit_test(refused_header),
		cmocka_unit_test(fast_way),
		cmocka_unit_test(many_columns),
		cmocka_unit_test(row_offsets),
		cmocka_unit_test(large),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(random_tables),
		cmocka_unit_test(nasty_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
