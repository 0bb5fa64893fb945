/* ics_lines: the lines of an iCalendar file, unfolded and mended. */
#include <string.h>

#include "base/utf8.h"
#include "store/ics_impl.h"

#define MAX_LINES ((size_t)200000)
#define TOO_LONG "a line of more than 1 MiB"
#define TOO_MANY_LINES "more than 200,000 lines"

int
ics_bad(const struct ics_reader *r, size_t line, const char *what)
{
	return err_set(r->e, ERR_DATA, "%s:%zu: %s", r->d->path, line, what);
}

void
ics_flaw(struct ics *d, size_t line, const char *what)
{
	if (d->flaws++ == 0) {
		d->flaw_line = line;
		d->flaw = what;
	}
}

/* What Windows-1252 has at 0x80..0x9f; nothing is at the zeros. */
static const uint16_t windows[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026,
	0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
	0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

/* Appends what c, a byte that is not UTF-8, most likely is. */
static void
add_windows(struct buf *out, unsigned char c)
{
	unsigned cp = c >= 0xa0 ? c : windows[c & 0x1f];

	if (cp == 0)
		cp = 0xfffd;
	if (cp < 0x800) {
		buf_addc(out, (char)(0xc0 | cp >> 6));
	} else {
		buf_addc(out, (char)(0xe0 | cp >> 12));
		buf_addc(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	}
	buf_addc(out, (char)(0x80 | (cp & 0x3f)));
}

/* Printable ASCII and nothing else; eight bytes at a time. */
static bool
is_plain(struct span s)
{
	const uint64_t ones = 0x0101010101010101u, high = ones * 0x80;
	uint64_t w;
	size_t i = 0;

	for (; i + sizeof w <= s.n; i += sizeof w) {
		memcpy(&w, s.p + i, sizeof w);
		if (((w - ones * 0x20) | (w + ones) | w) & high)
			return false;
	}
	for (; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

/* What some readers would take for the start of a line. */
static bool
is_structure(struct span s)
{
	return span_istarts(s, span("BEGIN:")) || span_istarts(s, span("END:"));
}

/* A line with bytes that are no text, as it is to be read. */
static int
mend(struct ics_reader *r, struct ics_text *l)
{
	struct span s = l->text;
	struct buf b = { 0 };
	const char *what = NULL;
	uint32_t cp;

	for (size_t i = 0, len; i < s.n; i += len ? len : 1) {
		unsigned char c = (unsigned char)s.p[i];

		len = utf8_decode(s.p + i, s.n - i, &cp);
		if (len == 0) {
			what = "this is not UTF-8; it is read as Windows-1252";
			add_windows(&b, c);
		} else if ((c < 0x20 && c != '\t') || c == 0x7f) {
			if (c == '\0' ||
			    (c == '\r' && is_structure(span_n(
					      s.p + i + 1, s.n - i - 1)))) {
				buf_release(&b);
				return ics_bad(r, l->no,
				    c ? "a line ends in a CR without LF"
				      : "a NUL character");
			}
			what = "a control character; it is read as a blank";
			buf_addc(&b, ' ');
		} else {
			buf_add(&b, s.p + i, len);
		}
	}
	if (what) {
		ics_flaw(r->d, l->no, what);
		l->text = arena_span(&r->d->arena, buf_span(&b));
	}
	buf_release(&b);
	return 0;
}

/* true where the text, a line with soft breaks, is quoted-printable. */
bool
ics_is_qp(struct span s)
{
	static const char qp[] = "QUOTED-PRINTABLE";

	for (; s.n >= sizeof qp - 1; s.p++, s.n--)
		if (span_istarts(s, span_n(qp, sizeof qp - 1)))
			return true;
	return false;
}

/* Takes a line as it stands, without its end. */
static struct span
take(struct ics_reader *r)
{
	const char *at = r->p, *nl = memchr(at, '\n', (size_t)(r->end - at));
	const char *end = nl ? nl : r->end;

	r->p = nl ? nl + 1 : r->end;
	r->lines++;
	while (end > at && end[-1] == '\r')
		end--;
	return span_n(at, (size_t)(end - at));
}

/*
 * true where the next line continues this one, and p is at its text. Blank
 * lines between the two (a CR too much, once) do not part them.
 */
static bool
folds(struct ics_reader *r)
{
	const char *p = r->p;
	size_t n = 0;

	while (p < r->end && (*p == '\n' || *p == '\r'))
		n += *p++ == '\n';
	if (p == r->end || (*p != ' ' && *p != '\t') || p[-1] != '\n')
		return false;
	r->p = p + 1;
	r->lines += n;
	return true;
}

enum part { PART_NONE, PART_FOLD, PART_SOFT };

/* How what follows the part s belongs to line l. */
static enum part
next_part(struct ics_reader *r, struct ics_text *l, struct span s)
{
	if (r->p == r->end)
		return PART_NONE;
	if ((unsigned char)*r->p <= ' ' && folds(r))
		return PART_FOLD;
	if (s.n == 0 || s.p[s.n - 1] != '=')
		return PART_NONE;
	if (!l->asked)
		l->qp = ics_is_qp(l->text);
	l->asked = true;
	return l->qp ? PART_SOFT : PART_NONE;
}

/* The other parts of a line. */
static int
unfold(struct ics_reader *r, struct ics_text *l, enum part how)
{
	struct buf b = { 0 };
	struct span s;
	int rc;

	buf_addspan(&b, l->text);
	for (; how != PART_NONE; how = next_part(r, l, s)) {
		if (how == PART_SOFT)
			buf_cut(&b, b.n - 1);
		s = take(r);
		if (b.n + s.n > ICS_MAX_LINE || r->lines > MAX_LINES)
			break;
		buf_addspan(&b, s);
	}
	if (how == PART_NONE) {
		l->text = arena_span(&r->d->arena, buf_span(&b));
		rc = 0;
	} else {
		rc = ics_bad(
		    r, l->no, r->lines > MAX_LINES ? TOO_MANY_LINES : TOO_LONG);
	}
	buf_release(&b);
	return rc;
}

/* The next line that is not blank. 1, 0 at the end, -1. */
int
ics_read_line(struct ics_reader *r, struct ics_text *l)
{
	enum part how;

	do {
		if (r->p == r->end)
			return 0;
		l->at = r->p;
		l->no = r->lines + 1;
		l->text = take(r);
		if (r->lines > MAX_LINES)
			return ics_bad(r, l->no, TOO_MANY_LINES);
	} while (l->text.n == 0);
	if (l->text.n > ICS_MAX_LINE)
		return ics_bad(r, l->no, TOO_LONG);
	l->asked = false;
	how = next_part(r, l, l->text);
	if (how != PART_NONE && unfold(r, l, how))
		return -1;
	l->end = r->p;
	if (!is_plain(l->text) && mend(r, l))
		return -1;
	return 1;
}
