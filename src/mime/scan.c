#include "mime/scan.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/strmap.h"

struct scan {
	struct span rest;
	size_t line, parts;
	struct strmap boundary; /* its value: the multipart is a digest */
};

/* The next line without its end; false behind the last. */
static bool
next_line(struct scan *s, struct span *line)
{
	if (s->rest.n == 0)
		return false;
	*line = span_cut(&s->rest, '\n');
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	s->line++;
	return true;
}

/* "Name:", of printable ASCII; blanks in front of the colon are obsolete. */
static bool
is_field(struct span s)
{
	size_t i = 0, name;

	while (i < s.n && s.p[i] > ' ' && s.p[i] < 127 && s.p[i] != ':')
		i++;
	name = i;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	return name > 0 && i < s.n && s.p[i] == ':';
}

/*
 * The first header line before the first blank one. Lines that are none stand
 * there where something went wrong on the way; or it was indented. Empty: no.
 */
static struct span
first_field(struct span s)
{
	struct scan at = { .rest = s };
	struct span line;

	while (next_line(&at, &line) && line.n) {
		struct span field = span_trim(line);

		if (is_field(field))
			return span_n(field.p, s.n - (size_t)(field.p - s.p));
	}
	return span_n(s.p, 0);
}

struct span
scan_start(struct span s)
{
	struct scan at = { .rest = s };
	struct span line = { 0 }, before = s, field;
	bool mbox = false;

	while (next_line(&at, &line)) {
		bool from = !mbox && (span_starts(line, span("From ")) ||
					 span_starts(line, span(">From ")));

		if (!from && line.n)
			break;
		mbox = mbox || from;
		before = at.rest;
	}
	field = first_field(before);
	return field.n ? field : before;
}

/* Where the word stands in s, in any case; s.n where it does not. */
static size_t
find_word(struct span s, size_t from, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = from; i + n <= s.n; i++)
		if ((s.p[i] | 32) == word[0] &&
		    strncasecmp(s.p + i, word, n) == 0)
			return i;
	return s.n;
}

static void
skip_blanks(struct span *s)
{
	while (s->n && strchr(" \t\r\n", *s->p)) {
		s->p++;
		s->n--;
	}
}

/* The value of the parameter that begins behind its name; empty: it is none. */
static struct span
param(struct span s)
{
	size_t n = 0;

	skip_blanks(&s);
	while (s.n && (*s.p == '*' || (*s.p >= '0' && *s.p <= '9'))) {
		s.p++;
		s.n--;
	}
	skip_blanks(&s);
	if (s.n == 0 || *s.p != '=')
		return span_n("", 0);
	s.p++;
	s.n--;
	skip_blanks(&s);
	if (s.n && *s.p == '"') {
		s.p++;
		s.n--;
		while (n < s.n && s.p[n] != '"')
			n++;
	} else {
		while (n < s.n && !strchr("; \t\r\n", s.p[n]))
			n++;
	}
	return span_trim(span_n(s.p, n));
}

/* Every boundary that a header block names. */
static void
note_boundaries(struct scan *s, struct span block)
{
	bool digest = find_word(block, 0, "multipart/digest") < block.n;
	size_t at = 0;

	while ((at = find_word(block, at, "boundary")) < block.n) {
		at += strlen("boundary");
		struct span b = param(span_n(block.p + at, block.n - at));

		if (b.n)
			strmap_set(&s->boundary, b, digest);
	}
}

/* Does the header block say that another message follows? */
static bool
holds_message(struct span block, bool in_digest)
{
	size_t at = find_word(block, 0, "content-type"), end;

	if (at == block.n)
		return in_digest;
	for (end = at; end < block.n; end++)
		if (block.p[end] == '\n' &&
		    (end + 1 == block.n || !strchr(" \t", block.p[end + 1])))
			break;
	block.n = end;
	return find_word(block, at, "message/") < block.n;
}

/* A line that begins a part; *digest: of a digest. */
static bool
begins_part(const struct scan *s, struct span line, bool *digest)
{
	size_t v;

	if (line.n < 3 || line.p[0] != '-' || line.p[1] != '-')
		return false;
	line = span_trim(span_n(line.p + 2, line.n - 2));
	v = strmap_get(&s->boundary, line);
	*digest = v == 1;
	return v != (size_t)-1;
}

static int
one_more_part(struct scan *s, struct err *e)
{
	if (++s->parts <= MIME_PARTS_MAX)
		return 0;
	return err_set(e, ERR_DATA,
	    "message:%zu: more than %d parts; save what is wanted of it by "
	    "hand",
	    s->line, MIME_PARTS_MAX);
}

/*
 * A header block up to its blank line, and those of messages that follow
 * right behind it.
 */
static int
scan_header(struct scan *s, bool digest, struct err *e)
{
	const char *start = s->rest.p;
	struct span line, block;
	size_t lines = 0;

	while (next_line(s, &line)) {
		bool inner;

		if (line.n && begins_part(s, line, &inner)) {
			if (one_more_part(s, e))
				return -1;
			digest = inner;
			start = s->rest.p;
			lines = 0;
			continue;
		}
		if (line.n && ++lines > MIME_HEADER_MAX)
			return err_set(e, ERR_DATA,
			    "message:%zu: more than %d header lines", s->line,
			    MIME_HEADER_MAX);
		if (line.n)
			continue;
		block = span_n(start, (size_t)(line.p - start));
		note_boundaries(s, block);
		if (!holds_message(block, digest))
			return 0;
		if (one_more_part(s, e))
			return -1;
		digest = false;
		start = s->rest.p;
		lines = 0;
	}
	return 0;
}

int
scan_limits(struct span whole, struct span start, struct err *e)
{
	struct scan s = { .rest = start, .parts = 1 };
	struct span line;
	bool digest;
	int r = -1;

	for (const char *p = whole.p; p < start.p; p++)
		s.line += *p == '\n';
	if (whole.n == 0)
		return err_set(e, ERR_DATA, "message: it is empty");
	if (first_field(start).n == 0)
		return err_set(e, ERR_DATA,
		    "message:%zu: this is no mail, which begins with header "
		    "lines (From: ..., Subject: ...)",
		    s.line + 1);
	if (scan_header(&s, false, e))
		goto out;
	while (next_line(&s, &line)) {
		if (!begins_part(&s, line, &digest))
			continue;
		if (one_more_part(&s, e) || scan_header(&s, digest, e))
			goto out;
	}
	r = 0;
out:
	strmap_release(&s.boundary);
	return r;
}
