#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "crm/mail/mbox.h"

#define FROM "From a@x.org Fri Nov 20 11:00:00 2026\n"

static FILE *
open_box(struct mbox *m, struct span text)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	m->name = "box";
	m->fd = fileno(file);
	assert_int_equal(write(m->fd, text.p, text.n), text.n);
	assert_int_equal(lseek(m->fd, 0, SEEK_SET), 0);
	return file;
}

/* All messages of a text, with '|' behind each; of what is refused its place. */
static void
split_all(struct span text, size_t max, struct buf *out)
{
	struct mbox m = { .max = max };
	FILE *file = open_box(&m, text);
	struct span one;
	int r;

	for (;;) {
		struct err e = { 0 };

		r = mbox_next(&m, &one, &e);
		if (r > 0)
			break;
		if (r < 0) {
			assert_int_equal(e.code, ERR_DATA);
			one = span(e.msg);
			one = span_cut(&one, ' ');
			one.n--; /* ':' */
		}
		buf_addf(out, "%.*s%s|", SPANF(one), r ? " " : "");
		err_release(&e);
	}
	mbox_release(&m);
	fclose(file);
}

/* The same, up to one that is refused. */
static int
split(struct span text, size_t max, struct buf *out, struct err *e)
{
	struct mbox m = { .max = max };
	FILE *file = open_box(&m, text);
	struct span one;
	int r;

	while ((r = mbox_next(&m, &one, e)) == 0)
		buf_addf(out, "%.*s|", SPANF(one));
	mbox_release(&m);
	fclose(file);
	return r;
}

static void
splitting(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "|" },
		{ "A: b\n\nc\n", "A: b\n\nc\n|" },
		/* one stays as it is */
		{ FROM "A: b\n\n>From c\n\n", FROM "A: b\n\n>From c\n\n|" },
		{ FROM "A: b\n\n>From c\n>>From\n\n" FROM "\n>>From \n",
		    FROM "A: b\n\nFrom c\n>>From\n|" FROM "\n>From \n|" },
		{ FROM "a\r\n\r\n" FROM "b", FROM "a\r\n|" FROM "b|" },
		{ FROM "a\n\nFrom - Sat Nov 21 9:00 2026\nb",
		    FROM "a\n|From - Sat Nov 21 9:00 2026\nb|" },
		{ FROM "a\n\nFrom John Doe Sat Nov 21 09:00:00 2026\n",
		    FROM "a\n|From John Doe Sat Nov 21 09:00:00 2026\n|" },
		/* no separators: not behind an empty line, or no date */
		{ FROM "a\n" FROM "b", FROM "a\n" FROM "b|" },
		{ FROM "a\n\nFrom now on\n\nFrom Mon Jan on\n",
		    FROM "a\n\nFrom now on\n\nFrom Mon Jan on\n|" },
		/* what does not begin with one is no mbox */
		{ "A: b\n\n" FROM "c\n", "A: b\n\n" FROM "c\n|" },
		{ FROM "\n" FROM, FROM "|" FROM "|" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf got = { 0 };
		struct err e = { 0 };

		CHECK(split(span(cases[i].text), 1000, &got, &e) == 1, "%s",
		    e.msg ? e.msg : "");
		CHECK(span_eqs(buf_span(&got), cases[i].want), "case %zu: %s",
		    i, got.p ? got.p : "");
		buf_release(&got);
	}
}

/* Messages of all sizes around that of a piece that is read. */
static void
pieces(void **state)
{
	struct buf text = { 0 }, want = { 0 }, got = { 0 };
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		struct buf one = { 0 };

		buf_adds(&one, FROM "\n");
		buf_pad(&one, 'x', i * 1009 % 70000 + 65536 % (i + 1));
		buf_addc(&one, '\n');
		buf_addf(&text, "%s\n", one.p);
		buf_addf(&want, "%s|", one.p);
		buf_release(&one);
	}
	text.n--; /* behind the last there is no empty line */
	CHECK(split(buf_span(&text), 200000, &got, &e) == 1, "%s",
	    e.msg ? e.msg : "");
	assert_true(span_eq(buf_span(&got), buf_span(&want)));
	buf_release(&text);
	buf_release(&want);
	buf_release(&got);
}

static void
too_large(void **state)
{
	struct buf text = { 0 }, got = { 0 };
	struct err e = { 0 };

	(void)state;
	buf_pad(&text, 'x', 300000);
	assert_int_equal(split(buf_span(&text), 300000, &got, &e), 1);
	for (int k = 0; k < 2; k++) {
		assert_int_equal(split(buf_span(&text), 299999, &got, &e), -1);
		assert_int_equal(e.code, ERR_DATA);
		assert_string_equal(
		    e.msg, "box:1: larger than the limit of 299999 bytes");
		err_release(&e);
		for (size_t i = 0; i < text.n; i += 100)
			text.p[i] = '\n';
	}
	buf_release(&text);
	buf_release(&got);
}

/* What is too large is told by its line, and the others are handed out. */
static void
passed_over(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ FROM "a\n\n" FROM "0123456789\n\n" FROM "c\n",
		    FROM "a\n|box:4 |" FROM "c\n|" },
		{ FROM "0123456789\n\n" FROM "b\n", "box:1 |" FROM "b\n|" },
		{ FROM "a\n\n" FROM "0123456789\n", FROM "a\n|box:4 |" },
		/* in the middle of a line, of which the end looks like one */
		{ FROM "a\n\n" FROM "\n%\n\n" FROM "c\n",
		    FROM "a\n|box:4 |" FROM "c\n|" },
		{ FROM "a\n\n" FROM "\n%" FROM "\n" FROM "c\n",
		    FROM "a\n|box:4 |" FROM "c\n|" },
		{ FROM "a\n\n" FROM "%\n" FROM "b\n\n" FROM "c\n",
		    FROM "a\n|box:4 |" FROM "c\n|" },
		/* two of them, and the last */
		{ FROM "%\n\n" FROM "%\n\n" FROM "c\n",
		    "box:1 |box:4 |" FROM "c\n|" },
		{ FROM "a\n\n" FROM "%", FROM "a\n|box:4 |" },
		{ "%\n\n" FROM "c\n", "box:1 |" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf text = { 0 }, got = { 0 };

		for (const char *p = cases[i].text; *p; p++) {
			if (*p == '%')
				buf_pad(&text, 'x', 200000);
			else
				buf_addc(&text, *p);
		}
		split_all(buf_span(&text), sizeof FROM + 5, &got);
		CHECK(span_eqs(buf_span(&got), cases[i].want), "case %zu: %s",
		    i, got.p ? got.p : "");
		buf_release(&text);
		buf_release(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splitting),
		cmocka_unit_test(pieces),
		cmocka_unit_test(too_large),
		cmocka_unit_test(passed_over),
	};

	return cmocka_run_group_tests_name("mbox", tests, NULL, NULL);
}
