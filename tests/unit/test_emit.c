#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cmd/emit.h"

enum { COLS = 4 };

static const struct emit_column columns[COLS] = {
	{ .name = "id", .type = F_ID },
	{ .name = "name", .label = "Name", .type = F_TEXT, .none = "(none)" },
	{ .name = "amount", .label = "Amount", .type = F_MONEY, .bar = true },
	{ .name = "tags", .type = F_TAGS },
};

static const char *const rows[][COLS] = {
	{ "O1", "Łódź, \"x\"", "1234567.50", "a;b" },
	{ "O2", "tab\there\\", "-12.00", "" },
	{ "O3", "two\nlines|bar", "617283.75", "one" },
	{ "", "", "1851839.25", "" },
};

/* Standard output goes to fd while fn runs. */
static int
redirected(int fd, const struct emit_options *o, const char *pager,
    const char *color, struct err *e)
{
	int saved = dup(STDOUT_FILENO), rc = 0;
	struct emit *em;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	emit_setup(pager, color);
	rc = emit_open(&em, o, columns, COLS, e);
	for (size_t i = 0; !rc && i < COUNT(rows) - !o->total; i++) {
		struct span cell[COLS];

		for (size_t k = 0; k < COLS; k++)
			cell[k] = span(rows[i][k]);
		rc = emit_row(em, cell, COLS, e);
	}
	if (em && emit_close(em, NULL, rc ? NULL : e))
		rc = -1;
	if (emit_finish(rc ? NULL : e))
		rc = -1;
	dup2(saved, STDOUT_FILENO);
	close(saved);
	return rc;
}

static void
to_file(const struct emit_options *o, struct buf *out)
{
	char path[] = "/tmp/crm-emit-XXXXXX";
	int fd = mkstemp(path);
	struct err e = { 0 };
	char piece[4096];
	ssize_t n;

	unlink(path);
	CHECK(
	    redirected(fd, o, NULL, NULL, &e) == 0, "%s: %s", o->format, e.msg);
	lseek(fd, 0, SEEK_SET);
	buf_reset(out);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_add(out, piece, (size_t)n);
	close(fd);
}

#define BARS20 "████████████████████"
#define BARS10 "██████████"

static const struct {
	const char *format;
	bool total;
	const char *want;
} cases[] = {
	{ "csv", false,
	    "id,name,amount,tags\n"
	    "O1,\"Łódź, \"\"x\"\"\",1234567.50,a;b\n"
	    "O2,tab\there\\,-12.00,\n"
	    "O3,\"two\nlines|bar\",617283.75,one\n" },
	{ "tsv", false,
	    "id\tname\tamount\ttags\n"
	    "O1\tŁódź, \"x\"\t1234567.50\ta;b\n"
	    "O2\ttab\\there\\\\\t-12.00\t\n"
	    "O3\ttwo\\nlines|bar\t617283.75\tone\n" },
	{ "json", false,
	    "[\n"
	    "{\"id\":\"O1\",\"name\":\"Łódź, \\\"x\\\"\",\"amount\":1234567.50,"
	    "\"tags\":[\"a\",\"b\"]},\n"
	    "{\"id\":\"O2\",\"name\":\"tab\\there\\\\\",\"amount\":-12.00,"
	    "\"tags\":null},\n"
	    "{\"id\":\"O3\",\"name\":\"two\\nlines|bar\",\"amount\":617283.75,"
	    "\"tags\":[\"one\"]}\n]\n" },
	{ "ndjson", false,
	    "{\"id\":\"O1\",\"name\":\"Łódź, \\\"x\\\"\",\"amount\":1234567.50,"
	    "\"tags\":[\"a\",\"b\"]}\n"
	    "{\"id\":\"O2\",\"name\":\"tab\\there\\\\\",\"amount\":-12.00,"
	    "\"tags\":null}\n"
	    "{\"id\":\"O3\",\"name\":\"two\\nlines|bar\",\"amount\":617283.75,"
	    "\"tags\":[\"one\"]}\n" },
	{ "ids", true, "O1\nO2\nO3\n" },
	{ "count", false, "3\n" },
	{ "count", true, "3\n" },
	{ "md", true,
	    "| id | Name | Amount | tags |\n"
	    "| --- | --- | ---: | --- |\n"
	    "| O1 | Łódź, \"x\" | 1,234,567.50 | a;b |\n"
	    "| O2 | tab here\\\\ | -12.00 |  |\n"
	    "| O3 | two lines\\|bar | 617,283.75 | one |\n"
	    "|  |  | 1,851,839.25 |  |\n" },
	{ "table", true,
	    "id  Name                 Amount                        tags\n"
	    "──  ─────────────  ────────────                        ────\n"
	    "O1  Łódź, \"x\"      1,234,567.50  " BARS20 "  a;b\n"
	    "O2  tab here\\            -12.00\n"
	    "O3  two lines|bar    617,283.75  " BARS10 "            one\n"
	    "──  ─────────────  ────────────                        ────\n"
	    "                   1,851,839.25\n" },
};

static void
formats(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct emit_options o = { .format = cases[i].format,
			.total = cases[i].total };

		to_file(&o, &b);
		CHECK(span_eqs(buf_span(&b), cases[i].want),
		    "%s:\n%s\nwanted:\n%s", o.format, b.p, cases[i].want);
	}
	buf_release(&b);
}

static void
choosing(void **state)
{
	struct emit_options none = { 0 }, table = { .format = "table" };
	struct emit_options porcelain = { .format = "md", .porcelain = true };
	struct emit_options wrong = { .format = "xml" };
	struct emit_options ids = { .format = "ids" };
	struct emit *em;
	struct err e = { 0 };

	(void)state;
	assert_false(emit_is_machine(&table));
	assert_true(emit_is_machine(&ids) && emit_wants_ids(&ids));
	assert_false(emit_wants_ids(&table));
	none.porcelain = true;
	assert_true(emit_is_machine(&none));
	assert_int_equal(emit_open(&em, &wrong, columns, COLS, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_non_null(strstr(e.msg, "ndjson"));
	assert_int_equal(emit_open(&em, &porcelain, columns, COLS, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	err_release(&e);
}

/* Text of many pieces comes out whole, and is what csv_row() would write. */
static void
large(void **state)
{
	struct emit_options o = { .format = "csv" };
	struct span cell[COLS] = { LIT("O1"), LIT("a name"), LIT("12.50"),
		LIT("") };
	char path[] = "/tmp/crm-emit-XXXXXX";
	int fd = mkstemp(path), saved = dup(STDOUT_FILENO);
	struct err e = { 0 };
	struct emit *em;
	size_t n = 0;

	(void)state;
	unlink(path);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	emit_setup(NULL, NULL);
	emit_open(&em, &o, columns, COLS, &e);
	for (size_t i = 0; i < 100000; i++)
		emit_row(em, cell, COLS, &e);
	emit_close(em, &n, &e);
	emit_finish(&e);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	assert_int_equal(e.code, 0);
	assert_int_equal(n, 100000);
	assert_int_equal(
	    lseek(fd, 0, SEEK_END), 20 + 100000 * strlen("O1,a name,12.50,\n"));
	close(fd);
}

static void
failures(void **state)
{
	struct emit_options o = { .format = "csv" };
	struct err e = { 0 };
	int full = open("/dev/full", O_WRONLY);

	(void)state;
	assert_int_equal(redirected(full, &o, NULL, NULL, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.msg, strerror(ENOSPC)));
	close(full);
	err_release(&e);
}

/* Nobody reads: not a word, but no success either. */
static void
broken_pipe(void **state)
{
	struct emit_options o = { .format = "csv" };
	struct err e = { 0 };
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	close(fd[0]);
	assert_int_equal(redirected(fd[1], &o, NULL, NULL, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	assert_string_equal(e.msg, "");
	close(fd[1]);
	err_release(&e);
}

/* --- a terminal ---------------------------------------------------------- */

static int
open_terminal(int *master, unsigned short width, unsigned short height)
{
	struct winsize w = { .ws_row = height, .ws_col = width };
	struct termios t;
	int fd;

	*master = posix_openpt(O_RDWR | O_NOCTTY);
	if (*master < 0 || grantpt(*master) || unlockpt(*master))
		return -1;
	fd = open(ptsname(*master), O_RDWR | O_NOCTTY);
	if (fd < 0)
		return -1;
	tcgetattr(fd, &t);
	cfmakeraw(&t);
	tcsetattr(fd, TCSANOW, &t);
	ioctl(fd, TIOCSWINSZ, &w);
	return fd;
}

static void
to_terminal(const struct emit_options *o, unsigned short width,
    unsigned short height, const char *pager, struct buf *out)
{
	struct err e = { 0 };
	char piece[4096];
	int master, fd = open_terminal(&master, width, height);
	ssize_t n;

	if (fd < 0)
		skip();
	CHECK(redirected(fd, o, pager, NULL, &e) == 0, "%s", e.msg);
	fcntl(master, F_SETFL, O_NONBLOCK);
	buf_reset(out);
	while ((n = read(master, piece, sizeof piece)) > 0)
		buf_add(out, piece, (size_t)n);
	close(fd);
	close(master);
}

static void
terminal(void **state)
{
	struct emit_options o = { 0 };
	struct buf b = { 0 };

	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	unsetenv("CRM_PAGER");
	to_terminal(&o, 80, 50, "", &b);
	assert_non_null(strstr(b.p, "\033[1;4mName"));
	assert_null(strstr(b.p, "──"));
	assert_non_null(strstr(b.p, "1,234,567.50"));

	/* numbers stay whole, text gives way */
	to_terminal(&o, 32, 50, "", &b);
	assert_non_null(strstr(b.p, "two lin…"));
	assert_non_null(strstr(b.p, "617,283.75"));
	assert_null(strstr(b.p, "█"));

	setenv("NO_COLOR", "1", 1);
	to_terminal(&o, 80, 50, "", &b);
	assert_null(strchr(b.p, '\033'));
	unsetenv("NO_COLOR");

	/* fits: no pager; does not: what the pager makes of it */
	to_terminal(&o, 80, 50, "sed s/O1/PAGED/", &b);
	assert_null(strstr(b.p, "PAGED"));
	to_terminal(&o, 80, 3, "sed s/O1/PAGED/", &b);
	assert_non_null(strstr(b.p, "PAGED"));
	to_terminal(&o, 80, 3, "no-such-pager-here", &b);
	assert_non_null(strstr(b.p, "O1"));
	setenv("CRM_PAGER", "", 1);
	to_terminal(&o, 80, 3, "sed s/O1/PAGED/", &b);
	assert_null(strstr(b.p, "PAGED"));
	unsetenv("CRM_PAGER");
	buf_release(&b);
}

/* What a cell holds neither acts on a terminal nor moves its neighbours. */
static void
hostile(void **state)
{
	static const struct emit_column one[] = { { .name = "name" },
		{ .name = "next" } };
	static const char *const format[] = { "table", "csv", "tsv", "ids",
		"md" };
	struct span cell[2] = { LIT("\033]0;x\007\xe2\x80\xae"
				    "\xd7\xa9\xd7\x9c"),
		LIT("b") };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(format); i++) {
		struct emit_options o = { .format = format[i] };
		int master, fd = open_terminal(&master, 80, 50), saved;
		struct err e = { 0 };
		struct emit *em;
		char piece[4096];
		ssize_t n;

		if (fd < 0)
			skip();
		saved = dup(STDOUT_FILENO);
		fflush(stdout);
		dup2(fd, STDOUT_FILENO);
		emit_setup("", "never");
		emit_open(&em, &o, one, 2, &e);
		emit_row(em, cell, 2, &e);
		emit_close(em, NULL, &e);
		emit_finish(&e);
		dup2(saved, STDOUT_FILENO);
		close(saved);
		n = read(master, piece, sizeof piece);
		buf_reset(&b);
		buf_add(&b, piece, n > 0 ? (size_t)n : 0);
		close(fd);
		close(master);
		CHECK(e.code == 0, "%s", e.msg);
		CHECK(!strchr(b.p, '\033') && !strchr(b.p, '\007') &&
			  !strstr(b.p, "\xe2\x80\xae"),
		    "%s: %s", format[i], b.p);
		CHECK(strstr(b.p, "x1b]0;x") && strstr(b.p, "u{202e}"),
		    "%s: %s", format[i], b.p);
		if (i == 0)
			CHECK(strstr(b.p, "\xe2\x81\xa8") &&
				  strstr(b.p, "\xe2\x81\xa9  b"),
			    "not isolated: %s", b.p);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(choosing),
		cmocka_unit_test(large),
		cmocka_unit_test(terminal),
		cmocka_unit_test(hostile),
		cmocka_unit_test(failures),
		cmocka_unit_test(broken_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
