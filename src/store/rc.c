#include "store/rc.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Where the reader is. The text has no NUL, so 0 from peek is its end. */
struct reader {
	struct rc *rc;
	const char *file; /* kept in the arena, for entries and messages */
	const char *p, *end;
	size_t line;
	struct buf section; /* "section" or "section.Sub"; empty: none yet */
	struct buf word;
	struct err *e;
};

static int
bad(struct reader *r, const char *what)
{
	return err_set(r->e, ERR_DATA, "%s:%zu: %s", r->file, r->line, what);
}

/* A line's end is one '\n' here, whether LF, CRLF or the end of the text. */
static int
peek(const struct reader *r)
{
	if (r->p == r->end)
		return 0;
	if (r->p[0] == '\r' && (r->p + 1 == r->end || r->p[1] == '\n'))
		return '\n';
	return (unsigned char)*r->p;
}

static int
next(struct reader *r)
{
	int c = peek(r);

	if (!c)
		return 0;
	if (c == '\n' && *r->p == '\r' && r->p + 1 < r->end)
		r->p++;
	r->p++;
	r->line += c == '\n';
	return c;
}

static void
skip_blanks(struct reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\t')
		next(r);
}

static void
skip_line(struct reader *r)
{
	int c;

	do
		c = next(r);
	while (c && c != '\n');
}

static bool
is_end(int c)
{
	return c == 0 || c == '\n';
}

static bool
is_alpha(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_word(int c)
{
	return is_alpha(c) || (c >= '0' && c <= '9') || c == '-';
}

/* Letters, digits and '-' in lower case, beginning with a letter. */
static bool
read_word(struct reader *r, struct buf *out)
{
	if (!is_alpha(peek(r)))
		return false;
	while (is_word(peek(r))) {
		int c = next(r);

		buf_addc(out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
	}
	return true;
}

/* The name in quotes, behind the opening one. */
static int
read_sub(struct reader *r)
{
	int c;

	buf_addc(&r->section, '.');
	while ((c = peek(r)) != '"') {
		if (is_end(c))
			return bad(
			    r, "the quote of this section is not closed");
		next(r);
		if (c == '\\') {
			c = peek(r);
			if (c != '"' && c != '\\')
				return bad(r,
				    "in a section's name only \\\" and \\\\ "
				    "are escapes");
			next(r);
		}
		buf_addc(&r->section, (char)c);
	}
	next(r);
	return 0;
}

static int
read_section(struct reader *r)
{
	next(r);
	buf_reset(&r->section);
	skip_blanks(r);
	if (!read_word(r, &r->section))
		return bad(r, "a section is [name] or [name \"sub\"], with "
			      "letters, digits and '-' in its name");
	if (span_starts(buf_span(&r->section), span("include")))
		return bad(r, "settings cannot include other files");
	skip_blanks(r);
	if (peek(r) == '"') {
		next(r);
		if (read_sub(r) < 0)
			return -1;
		skip_blanks(r);
	} else if (peek(r) == '.') {
		return bad(r, "write [name \"sub\"], not [name.sub]");
	}
	if (peek(r) != ']')
		return bad(r, "']' is missing at the end of the section");
	next(r);
	return 0;
}

/* Behind a backslash. 1: the value goes on in the next line. */
static int
read_escape(struct reader *r)
{
	int c = peek(r);

	switch (c) {
	case '\n':
		next(r);
		return 1;
	case '"':
	case '\\':
		break;
	case 'n':
		c = '\n';
		break;
	case 't':
		c = '\t';
		break;
	default:
		return bad(r, "unknown escape: only \\\" \\\\ \\n and \\t are");
	}
	next(r);
	buf_addc(&r->word, (char)c);
	return 0;
}

/*
 * The value behind '=': blanks at its ends and a comment do not belong to it,
 * unless they are in quotes. keep is how much of word is not trailing blanks.
 */
static int
read_value(struct reader *r)
{
	size_t keep = 0, opened = r->line;
	bool quoted = false;
	int c;

	buf_reset(&r->word);
	while (!is_end(c = peek(r))) {
		if (!quoted && (c == '#' || c == ';'))
			break;
		next(r);
		if (c == '"') {
			quoted = !quoted;
			opened = r->line;
			keep = r->word.n;
		} else if (c == '\\') {
			int more = read_escape(r);

			if (more < 0)
				return -1;
			if (!more)
				keep = r->word.n;
		} else if (quoted || (c != ' ' && c != '\t')) {
			buf_addc(&r->word, (char)c);
			keep = r->word.n;
		} else if (r->word.n) {
			buf_addc(&r->word, (char)c);
		}
	}
	if (quoted) {
		r->line = opened;
		return bad(r, "the quote is not closed");
	}
	buf_cut(&r->word, keep);
	skip_line(r);
	return 0;
}

static int
read_entry(struct reader *r)
{
	struct rc_entry *x;
	size_t line = r->line;
	int c;

	if (r->section.n == 0)
		return bad(r, "a setting needs a [section] before it");
	buf_reset(&r->word);
	if (!read_word(r, &r->word))
		return bad(r, "a setting is \"name = value\", with letters, "
			      "digits and '-' in its name");
	GROW(r->rc->entry, r->rc->n, r->rc->cap);
	x = &r->rc->entry[r->rc->n];
	x->key =
	    arena_printf(&r->rc->arena, "%s.%s", r->section.p, r->word.p).p;
	x->file = r->file;
	x->line = line;
	skip_blanks(r);
	c = peek(r);
	if (c == '=') {
		next(r);
		if (read_value(r) < 0)
			return -1;
		x->value = arena_dup(&r->rc->arena, r->word.p, r->word.n);
	} else if (is_end(c) || c == '#' || c == ';') {
		x->value = "true";
		skip_line(r);
	} else {
		return bad(r, "'=' is missing behind the name of the setting");
	}
	r->rc->n++;
	return 0;
}

/* One thing; blanks and comments are none. */
static int
read_item(struct reader *r)
{
	switch (peek(r)) {
	case '#':
	case ';':
		skip_line(r);
		return 0;
	case ' ':
	case '\t':
	case '\n':
		next(r);
		return 0;
	case '[':
		return read_section(r);
	default:
		return read_entry(r);
	}
}

/*
 * What no settings file needs and an editor does not show: control characters
 * and what is not UTF-8.
 */
static int
check_bytes(struct reader *r)
{
	struct span text = span_n(r->p, (size_t)(r->end - r->p));
	size_t ok = utf8_check(text);

	for (size_t i = 0; i < ok; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\n')
			r->line++;
		else if (c == '\r' && (i + 1 == ok || text.p[i + 1] == '\n'))
			continue;
		else if ((c < ' ' && c != '\t') || c == 0x7f)
			return bad(r, "a control character");
	}
	if (ok < text.n)
		return bad(r, "not UTF-8");
	r->line = 1;
	return 0;
}

int
rc_read(struct rc *rc, const char *name, struct span text, struct err *e)
{
	struct reader r = { .rc = rc, .line = 1, .e = e };
	size_t had = rc->n;
	int result = -1;

	r.file = arena_dup(&rc->arena, name, strlen(name));
	if (span_starts(text, span("\xef\xbb\xbf")))
		text = span_n(text.p + 3, text.n - 3);
	r.p = span_n(text.p, text.n).p;
	r.end = r.p + text.n;
	if (check_bytes(&r) < 0)
		goto out;
	while (r.p < r.end) {
		if (read_item(&r) < 0)
			goto out;
	}
	result = 0;
out:
	if (result < 0)
		rc->n = had;
	buf_release(&r.section);
	buf_release(&r.word);
	return result;
}

const struct rc_entry *
rc_find(const struct rc *rc, const char *key)
{
	for (size_t i = rc->n; i-- > 0;) {
		if (strcmp(rc->entry[i].key, key) == 0)
			return &rc->entry[i];
	}
	return NULL;
}

const char *
rc_get(const struct rc *rc, const char *key)
{
	const struct rc_entry *x = rc_find(rc, key);

	return x ? x->value : NULL;
}

const struct rc_entry *
rc_find_sub(
    const struct rc *rc, const char *section, const char *sub, const char *key)
{
	const struct rc_entry *x;
	struct buf b = { 0 };

	buf_addf(&b, "%s.%s.%s", section, sub, key);
	x = rc_find(rc, b.p);
	buf_release(&b);
	return x;
}

int
rc_int(const struct rc *rc, const char *key, int64_t min, int64_t max,
    int64_t def, int64_t *out, struct err *e)
{
	const struct rc_entry *x = rc_find(rc, key);
	int64_t v;

	*out = def;
	if (!x)
		return 0;
	if (!span_int(span(x->value), &v) || v < min || v > max)
		return err_set(e, ERR_DATA,
		    "%s:%zu: %s is a whole number from %lld to %lld, not '%s'",
		    x->file, x->line, key, (long long)min, (long long)max,
		    x->value);
	*out = v;
	return 0;
}

void
rc_release(struct rc *rc)
{
	free(rc->entry);
	arena_release(&rc->arena);
	memset(rc, 0, sizeof *rc);
}
