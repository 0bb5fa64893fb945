/*
 * Dates as other programs write them. 01/02/2024 has two readings: which one a
 * column is in is proven by a row that has only one (13/02/2024), or said by
 * the user; else it is refused.
 */
#include <string.h>

#include "base/ascii.h"
#include "crm/import/import_impl.h"

static const char *const months[] = { "january", "february", "march", "april",
	"may", "june", "july", "august", "september", "october", "november",
	"december" };

/* A cell cut into numbers, one month's name, and the signs between them. */
struct pieces {
	int num[3], digits[3];
	size_t n;
	int month;	  /* by name, or 0 */
	size_t month_at;  /* numbers in front of it */
	char sep;	  /* the first sign between numbers */
	struct span rest; /* the time */
};

/* "Apr", "April", "Sept." */
static int
month_named(struct span word)
{
	for (int i = 0; i < 12; i++) {
		if (word.n >= 3 && span_istarts(span(months[i]), word))
			return i + 1;
	}
	return span_ieqs(word, "sept") ? 9 : 0;
}

static bool
day_named(struct span word)
{
	static const char *const days[] = { "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday" };

	for (int i = 0; i < 7; i++) {
		if (word.n >= 3 && span_istarts(span(days[i]), word))
			return true;
	}
	return false;
}

static size_t
take_number(struct span s, size_t i, struct pieces *p)
{
	size_t from = i;
	int v = 0;

	for (; i < s.n && ascii_digit(s.p[i]) && i - from < 9; i++)
		v = v * 10 + (s.p[i] - '0');
	p->num[p->n] = v;
	p->digits[p->n++] = (int)(i - from);
	return i;
}

static size_t
take_word(struct span s, size_t i, struct pieces *p, bool *ok)
{
	size_t from = i;
	struct span word;
	int m;

	while (i < s.n && ascii_letter(s.p[i]))
		i++;
	word = span_n(s.p + from, i - from);
	/* "2nd", "of" */
	if (p->n && (span_ieqs(word, "st") || span_ieqs(word, "nd") ||
			span_ieqs(word, "rd") || span_ieqs(word, "th")))
		return i;
	if (day_named(word) || span_ieqs(word, "of"))
		return i;
	m = month_named(word);
	*ok = m && !p->month;
	p->month = m;
	p->month_at = p->n;
	return i;
}

/* Cuts the date off the front; what follows is the time. */
static bool
cut_date(struct span s, struct pieces *p)
{
	size_t i = 0, want = 3;
	bool ok = true;

	memset(p, 0, sizeof *p);
	while (i < s.n && ok && p->n + (p->month != 0) < want) {
		char c = s.p[i];

		if (ascii_digit(c)) {
			i = take_number(s, i, p);
			/* 20101229 */
			if (p->n == 1 &&
			    (p->digits[0] == 8 || p->digits[0] == 5))
				break;
		} else if (ascii_letter(c)) {
			if (p->n && !p->month && (c == 'T' || c == 't') &&
			    i + 1 < s.n && ascii_digit(s.p[i + 1]))
				break;
			i = take_word(s, i, p, &ok);
		} else if (memchr(" ,./-", c, 5)) {
			if (c != ' ' && c != ',' && !p->sep && p->n)
				p->sep = c;
			i++;
		} else {
			return false;
		}
	}
	p->rest = span_n(s.p + i, s.n - i);
	return ok && p->n > 0;
}

static int
full_year(int y, int digits)
{
	return digits > 2 ? y : y < 70 ? 2000 + y : 1900 + y;
}

/* --- time ---------------------------------------------------------------- */

static bool
two_digits(struct span *s, int max, int *v)
{
	size_t n = 0;

	*v = 0;
	while (n < s->n && n < 2 && ascii_digit(s->p[n]))
		*v = *v * 10 + (s->p[n++] - '0');
	*s = span_n(s->p + n, s->n - n);
	return n > 0 && *v <= max;
}

/* "Z", "UTC", "+02:00", "-0700" */
static bool
take_zone(struct span *s, struct date_cell *out)
{
	bool west = span_starts(*s, span("-"));
	int h, m = 0;

	if (span_ieqs(*s, "z") || span_ieqs(*s, "utc") ||
	    span_ieqs(*s, "gmt")) {
		out->zoned = true;
		*s = span_n(s->p + s->n, 0);
		return true;
	}
	if (!span_take(s, '+') && !span_take(s, '-'))
		return s->n == 0;
	if (!two_digits(s, 14, &h))
		return false;
	span_take(s, ':');
	if (s->n && !two_digits(s, 59, &m))
		return false;
	out->zoned = true;
	out->offset = (west ? -1 : 1) * (h * 60 + m);
	return s->n == 0;
}

/* " 00:03:00.000", "T10:30Z", " 3:05 PM" */
static bool
take_time(struct span s, struct date_cell *out)
{
	int h, m, sec = 0;
	bool half;

	out->seconds = -1;
	while (s.n && (s.p[0] == ' ' || s.p[0] == ',' || s.p[0] == 'T' ||
			  s.p[0] == 't'))
		s = span_n(s.p + 1, s.n - 1);
	if (s.n == 0)
		return true;
	if (!two_digits(&s, 24, &h) || !span_take(&s, ':') ||
	    !two_digits(&s, 59, &m))
		return false;
	if (span_take(&s, ':') && !two_digits(&s, 60, &sec))
		return false;
	if (span_take(&s, '.') || span_take(&s, ',')) {
		while (s.n && ascii_digit(s.p[0]))
			s = span_n(s.p + 1, s.n - 1);
	}
	s = span_trim(s);
	half = span_istarts(s, span("am")) || span_istarts(s, span("pm"));
	if (half) {
		if (h < 1 || h > 12)
			return false;
		h = h % 12 + ((s.p[0] | 0x20) == 'p' ? 12 : 0);
		s = span_trim(span_n(s.p + 2, s.n - 2));
	}
	if (h == 24 && (m || sec))
		return false;
	out->seconds = h * 3600 + m * 60 + (sec > 59 ? 59 : sec);
	return take_zone(&s, out);
}

/* --- the day ------------------------------------------------------------- */

static const char no_such[] = "there is no such day";
static const char no_date[] = "not a date";

static const char *
civil(int y, int m, int d, struct date_cell *out)
{
	return date_from_civil(y, m, d, &out->day) ? NULL : no_such;
}

static bool
is_numeric(const struct pieces *p)
{
	return p->n == 3 && !p->month && p->digits[1] <= 2 &&
	       (p->digits[0] == 4 || p->digits[0] <= 2) &&
	       (p->digits[2] == 4 || p->digits[2] <= 2) &&
	       !(p->digits[0] == 4 && p->digits[2] == 4);
}

/* "15 Apr, 2021", "Apr 15, 2021", "15-Apr-21", "2021 Apr 15" */
static const char *
named_day(const struct pieces *p, struct date_cell *out)
{
	if (p->n != 2)
		return no_date;
	if (p->digits[0] == 4)
		return civil(p->num[0], p->month, p->num[1], out);
	if (p->digits[1] != 4 && p->digits[1] != 2)
		return no_date;
	return civil(
	    full_year(p->num[1], p->digits[1]), p->month, p->num[0], out);
}

static const char *
ordered_day(
    const struct pieces *p, enum date_order order, struct date_cell *out)
{
	int y = full_year(p->num[2], p->digits[2]);

	if (p->digits[0] == 4)
		return civil(p->num[0], p->num[1], p->num[2], out);
	if (order == DATES_YMD)
		return p->digits[2] == 4 || p->digits[0] != 2
			   ? no_date
			   : civil(full_year(p->num[0], 2), p->num[1],
				 p->num[2], out);
	if (p->digits[2] == 1 || p->digits[2] == 3)
		return no_date;
	if (order == DATES_MDY)
		return civil(y, p->num[0], p->num[1], out);
	if (order == DATES_DMY || p->num[0] == p->num[1])
		return civil(y, p->num[1], p->num[0], out);
	return "day and month are not certain";
}

const char *
date_read(struct span cell, enum date_order order, struct date_cell *out)
{
	struct pieces p;
	const char *why;

	memset(out, 0, sizeof *out);
	cell = span_trim(cell);
	/* The common case, quickly. */
	if (cell.n == 10 && date_parse(cell, &out->day)) {
		out->seconds = -1;
		out->iso = true;
		return NULL;
	}
	if (!cut_date(cell, &p))
		return no_date;
	if (p.n == 1 && p.digits[0] == 8 && !p.month)
		why = civil(p.num[0] / 10000, p.num[0] / 100 % 100,
		    p.num[0] % 100, out);
	else if (p.n == 1 && p.digits[0] == 5 && !p.month) {
		/* Excel counts days from 1899-12-30 (it has a 1900-02-29) */
		if (order != DATES_SERIAL)
			return "a day number of Excel, it seems; have it "
			       "written as a date, or say --date-format excel";
		out->day = p.num[0] - 25569;
		why = NULL;
		if (p.rest.n && p.rest.p[0] == '.') {
			out->seconds = -1;
			return NULL;
		}
	} else if (p.month)
		why = named_day(&p, out);
	else if (is_numeric(&p))
		why = ordered_day(&p, order, out);
	else
		return no_date;
	if (why)
		return why;
	return take_time(p.rest, out) ? NULL : "not a date and time";
}

/*
 * 2021-01-23T04:17:09Z, to the letter: what this program writes, and many
 * others. Such a cell can be taken as it stands.
 */
bool
date_is_instant(struct span s)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	int32_t day;

	if (s.n != sizeof form - 1 || !date_parse(span_n(s.p, 10), &day))
		return false;
	for (size_t i = 10; i < s.n; i++) {
		if (form[i] == '0' ? !ascii_digit(s.p[i]) : s.p[i] != form[i])
			return false;
	}
	return memcmp(s.p + 11, "24", 2) < 0 && s.p[14] < '6' && s.p[17] < '6';
}

/* --- the column ---------------------------------------------------------- */

static void
note_once(
    struct span *to, size_t *line, struct span cell, size_t at, struct arena *a)
{
	if (*line)
		return;
	*to = arena_span(a, span_n(cell.p, cell.n < 60 ? cell.n : 60));
	*line = at;
}

void
date_look(struct date_facts *f, struct span cell, size_t line, struct arena *a)
{
	struct date_cell d;
	struct pieces p;

	f->filled++;
	if (cell.n == 10 && date_parse(cell, &d.day)) {
		f->plain++;
		return;
	}
	if (date_is_instant(cell))
		return;
	if (date_read(cell, DATES_UNSURE, &d) == NULL)
		return;
	if (!cut_date(span_trim(cell), &p) || !is_numeric(&p) ||
	    p.digits[0] == 4 || (p.num[0] > 12 && p.num[1] > 12)) {
		note_once(&f->bad_text, &f->bad_line, cell, line, a);
		f->bad++;
	} else if (p.num[0] > 12 && p.num[1] <= 12) {
		note_once(&f->dmy_text, &f->dmy_line, cell, line, a);
		f->dmy++;
	} else if (p.num[1] > 12 && p.num[0] <= 12) {
		note_once(&f->mdy_text, &f->mdy_line, cell, line, a);
		f->mdy++;
	} else {
		note_once(&f->unsure_text, &f->unsure_line, cell, line, a);
		/* Where dots are used the day comes first. */
		if (p.sep == '.')
			f->dmy++;
		else
			f->unsure++;
	}
}

int
date_decide(const struct date_facts *f, struct span column,
    enum date_order given, enum date_order *order, struct err *e)
{
	*order = given;
	if (given != DATES_UNSURE)
		return 0;
	if (f->dmy_line && f->mdy_line)
		return err_set(e, ERR_USAGE,
		    "column '%.*s': the day comes first in line %zu ('%.*s') "
		    "and the month in line %zu ('%.*s'); say which with "
		    "--date-format dmy or --date-format mdy",
		    SPANF(column), f->dmy_line, SPANF(f->dmy_text), f->mdy_line,
		    SPANF(f->mdy_text));
	if (f->mdy_line)
		*order = DATES_MDY;
	else if (f->dmy_line || f->dmy)
		*order = DATES_DMY;
	else if (f->unsure)
		return err_set(e, ERR_USAGE,
		    "column '%.*s': whether '%.*s' in line %zu begins with "
		    "the day or the month no row tells; say --date-format dmy "
		    "or --date-format mdy",
		    SPANF(column), SPANF(f->unsure_text), f->unsure_line);
	return 0;
}
