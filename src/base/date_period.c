/* The words for days and periods; the calendar itself is in date.c. */
#include "base/ascii.h"
#include "base/date.h"

#include <string.h>

enum word_kind { WORD_DAYS, WORD_WEEKDAY, WORD_PERIOD, WORD_START, WORD_END };

static const struct word {
	const char *name;
	enum word_kind kind;
	int n; /* days from today, or the ISO weekday */
	enum date_unit unit;
} words[] = {
	{ "today", WORD_DAYS, 0, UNIT_DAY },
	{ "now", WORD_DAYS, 0, UNIT_DAY },
	{ "yesterday", WORD_DAYS, -1, UNIT_DAY },
	{ "tomorrow", WORD_DAYS, 1, UNIT_DAY },
	{ "mon", WORD_WEEKDAY, 1, UNIT_DAY },
	{ "tue", WORD_WEEKDAY, 2, UNIT_DAY },
	{ "wed", WORD_WEEKDAY, 3, UNIT_DAY },
	{ "thu", WORD_WEEKDAY, 4, UNIT_DAY },
	{ "fri", WORD_WEEKDAY, 5, UNIT_DAY },
	{ "sat", WORD_WEEKDAY, 6, UNIT_DAY },
	{ "sun", WORD_WEEKDAY, 7, UNIT_DAY },
	{ "monday", WORD_WEEKDAY, 1, UNIT_DAY },
	{ "tuesday", WORD_WEEKDAY, 2, UNIT_DAY },
	{ "wednesday", WORD_WEEKDAY, 3, UNIT_DAY },
	{ "thursday", WORD_WEEKDAY, 4, UNIT_DAY },
	{ "friday", WORD_WEEKDAY, 5, UNIT_DAY },
	{ "saturday", WORD_WEEKDAY, 6, UNIT_DAY },
	{ "sunday", WORD_WEEKDAY, 7, UNIT_DAY },
	{ "week", WORD_PERIOD, 0, UNIT_WEEK },
	{ "month", WORD_PERIOD, 0, UNIT_MONTH },
	{ "quarter", WORD_PERIOD, 0, UNIT_QUARTER },
	{ "year", WORD_PERIOD, 0, UNIT_YEAR },
	{ "sow", WORD_START, 0, UNIT_WEEK },
	{ "som", WORD_START, 0, UNIT_MONTH },
	{ "soq", WORD_START, 0, UNIT_QUARTER },
	{ "soy", WORD_START, 0, UNIT_YEAR },
	{ "eow", WORD_END, 0, UNIT_WEEK },
	{ "eom", WORD_END, 0, UNIT_MONTH },
	{ "eoq", WORD_END, 0, UNIT_QUARTER },
	{ "eoy", WORD_END, 0, UNIT_YEAR },
};

/* A stretch of days while it is put together; both ends are set. */
struct stretch {
	int32_t from, to;
	enum date_unit unit;
};

/* No date word is longer; bounds the recursion over offsets. */
#define WORD_MAX 64

/* Why a word was not taken; decides the message. */
enum verdict { TAKEN, NOT_A_DATE, NO_SUCH_DATE, OUT_OF_YEARS };

static struct stretch
one_day(int32_t day)
{
	struct stretch r = { day, day, UNIT_DAY };

	return r;
}

static struct stretch
bucket(int32_t day, enum date_unit u, int fiscal_month)
{
	struct stretch r = { date_bucket(day, u, fiscal_month),
		date_bucket_end(day, u, fiscal_month), u };

	return r;
}

/* Exactly n digits at p. */
static bool
number(const char *p, size_t n, int *out)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (p[i] - '0');
	}
	*out = v;
	return true;
}

/* The first day of ISO week w, the first of which holds 4 January. */
static enum verdict
iso_week(int y, int w, struct stretch *out)
{
	int32_t jan4, thursday;
	int wy, m, d;

	if (w < 1 || !date_from_civil(y, 1, 4, &jan4))
		return NO_SUCH_DATE;
	thursday = jan4 - date_weekday(jan4) + 4 + (w - 1) * 7;
	date_civil(thursday, &wy, &m, &d);
	if (wy != y)
		return NO_SUCH_DATE;
	*out = bucket(thursday, UNIT_WEEK, 1);
	return TAKEN;
}

/* What follows a year: "", "-11", "-11-21", "-Q3" or "-W40". */
static enum verdict
calendar(struct span s, struct stretch *out)
{
	char c = s.n > 5 ? ascii_upper(s.p[5]) : '\0';
	int y, v, d = 1;
	enum date_unit u;
	int32_t day;

	if (s.n < 4 || !number(s.p, 4, &y) || (s.n > 4 && s.p[4] != '-'))
		return NOT_A_DATE;
	if (s.n == 8 && c == 'W' && number(s.p + 6, 2, &v))
		return iso_week(y, v, out);
	if (s.n == 4) {
		u = UNIT_YEAR;
		v = 1;
	} else if (s.n == 7 && c == 'Q' && number(s.p + 6, 1, &v)) {
		u = UNIT_QUARTER;
		v = v < 1 || v > 4 ? 0 : v * 3;
	} else if (s.n == 7 && number(s.p + 5, 2, &v)) {
		u = UNIT_MONTH;
	} else if (s.n == 10 && number(s.p + 5, 2, &v) && s.p[7] == '-' &&
		   number(s.p + 8, 2, &d)) {
		u = UNIT_DAY;
	} else {
		return NOT_A_DATE;
	}
	if (!date_from_civil(y, v, d, &day))
		return NO_SUCH_DATE;
	*out = bucket(day, u, 1);
	return TAKEN;
}

/* Up to two digits and a dot, taken off. */
static bool
cut_dotted(struct span *s, int *v)
{
	size_t n = s->n > 1 && s->p[1] == '.' ? 1 : 2;

	if (s->n <= n || s->p[n] != '.' || !number(s->p, n, v))
		return false;
	*s = span_n(s->p + n + 1, s->n - n - 1);
	return true;
}

/* 24.11.2026; 24.11. is the next such day, as fri is. */
static enum verdict
dotted(struct span s, const struct date_ctx *c, struct stretch *out)
{
	int y, m, d, tm, td;
	int32_t day;

	if (!cut_dotted(&s, &d) || !cut_dotted(&s, &m))
		return NOT_A_DATE;
	if (s.n && (s.n != 4 || !number(s.p, 4, &y)))
		return NOT_A_DATE;
	if (!s.n) {
		date_civil(c->today, &y, &tm, &td);
		y += m < tm || (m == tm && d < td);
	}
	if (!date_from_civil(y, m, d, &day))
		return NO_SUCH_DATE;
	*out = one_day(day);
	return TAKEN;
}

/* FY2027 and FY2027-Q1; the year is the one in which it ends. */
static enum verdict
fiscal(struct span s, const struct date_ctx *c, struct stretch *out)
{
	int f = c->fiscal_month > 1 ? c->fiscal_month : 1, y, q = 1;
	int32_t start;

	if (!(s.n == 6 ||
		(s.n == 9 && s.p[6] == '-' && ascii_upper(s.p[7]) == 'Q')))
		return NOT_A_DATE;
	if (!number(s.p + 2, 4, &y) || (s.n == 9 && !number(s.p + 8, 1, &q)))
		return NOT_A_DATE;
	if (q < 1 || q > 4 || y < 1 || y > 9999)
		return NO_SUCH_DATE;
	if (!date_from_civil(f > 1 ? y - 1 : y, f, 1, &start))
		return OUT_OF_YEARS;
	*out = bucket(date_add(start, q - 1, UNIT_QUARTER),
	    s.n == 9 ? UNIT_QUARTER : UNIT_YEAR, f);
	return TAKEN;
}

static bool
cut_prefix(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (!span_istarts(*s, span(prefix)))
		return false;
	*s = span_n(s->p + n, s->n - n);
	return true;
}

/* Whether day is where date_add and the buckets stop. */
static bool
outside(int32_t day)
{
	int y, m, d;

	date_civil(day, &y, &m, &d);
	return (y == 1 && m == 1 && d == 1) ||
	       (y == 9999 && m == 12 && d == 31);
}

/* week, last-week, today, eom, fri */
static enum verdict
named(struct span s, const struct date_ctx *c, struct stretch *out)
{
	bool moved = true;
	int n = 0, days;

	if (cut_prefix(&s, "last-"))
		n = -1;
	else if (cut_prefix(&s, "next-"))
		n = 1;
	else
		moved = cut_prefix(&s, "this-");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const struct word *w = &words[i];

		if (!span_ieqs(s, w->name) || (moved && w->kind != WORD_PERIOD))
			continue;
		*out = bucket(c->today, w->unit, c->fiscal_month);
		if (w->kind == WORD_DAYS) {
			*out = one_day(date_add(c->today, w->n, UNIT_DAY));
		} else if (w->kind == WORD_WEEKDAY) {
			days = (w->n - date_weekday(c->today) + 7) % 7;
			*out = one_day(date_add(c->today, days, UNIT_DAY));
		} else if (w->kind == WORD_START) {
			*out = one_day(out->from);
		} else if (w->kind == WORD_END) {
			*out = one_day(out->to);
		} else if (n) {
			*out = bucket(date_add(out->from, n, w->unit), w->unit,
			    c->fiscal_month);
		}
		return TAKEN;
	}
	return NOT_A_DATE;
}

static bool
unit_of(char c, enum date_unit *u)
{
	static const char letters[] = "DWMQY";
	const char *at = memchr(letters, ascii_upper(c), 5);

	if (at)
		*u = (enum date_unit)(at - letters);
	return at != NULL;
}

/* Takes a last "+2w" off s. */
static bool
cut_offset(struct span *s, int *n, enum date_unit *u)
{
	size_t i = s->n;

	if (s->n < 3 || !unit_of(s->p[s->n - 1], u))
		return false;
	for (i = s->n - 1; i > 0 && s->p[i - 1] >= '0' && s->p[i - 1] <= '9';)
		i--;
	/* More digits than the years 1 to 9999 have days are no offset. */
	if (i == 0 || i == s->n - 1 || s->n - 1 - i > 8)
		return false;
	if (s->p[i - 1] != '+' && s->p[i - 1] != '-')
		return false;
	if (!number(s->p + i, s->n - 1 - i, n))
		return false;
	if (s->p[i - 1] == '-')
		*n = -*n;
	s->n = i - 1;
	return true;
}

/*
 * Moves a stretch by n units. What is longer than a day is moved by its first
 * day and by the day after its last, so that November + 1m is all of December.
 */
static enum verdict
move(struct stretch *r, int n, enum date_unit u)
{
	bool whole;

	if (r->unit == UNIT_DAY) {
		r->from = r->to = date_add(r->from, n, u);
	} else {
		r->from = date_add(r->from, n, u);
		r->to = date_add(r->to + 1, n, u) - 1;
		whole = r->unit == UNIT_WEEK ? u == UNIT_WEEK : u >= r->unit;
		if (!whole)
			r->unit = UNIT_DAY;
	}
	return outside(r->from) || outside(r->to) ? OUT_OF_YEARS : TAKEN;
}

/* A word with its offsets, which apply from left to right. */
static enum verdict
word(struct span s, const struct date_ctx *c, struct stretch *out)
{
	enum verdict v;
	enum date_unit u;
	int n = 0;

	if (s.n > WORD_MAX)
		return NOT_A_DATE;
	if (cut_offset(&s, &n, &u)) {
		if (s.n == 0) {
			*out = one_day(c->today);
			v = TAKEN;
		} else {
			v = word(s, c, out);
		}
		return v == TAKEN ? move(out, n, u) : v;
	}
	if (s.n && s.p[0] >= '0' && s.p[0] <= '9') {
		v = dotted(s, c, out);
		return v == NOT_A_DATE ? calendar(s, out) : v;
	}
	if (span_istarts(s, span("FY")))
		return fiscal(s, c, out);
	return named(s, c, out);
}

static int
refuse(enum verdict v, struct span s, struct err *e)
{
	if (s.n > WORD_MAX)
		s.n = WORD_MAX;
	switch (v) {
	case NO_SUCH_DATE:
		return err_set(
		    e, ERR_USAGE, "there is no date '%.*s'", SPANF(s));
	case OUT_OF_YEARS:
		return err_set(e, ERR_USAGE,
		    "date '%.*s' is outside the years 1 to 9999", SPANF(s));
	default:
		return err_set(e, ERR_USAGE,
		    "date '%.*s' not understood; write it as 2026-11-21, "
		    "21.11.2026, tomorrow, fri, +2w, eom or 2026-Q3, see crm-filter(7)",
		    SPANF(s));
	}
}

/* The ".." of a range, or NULL. */
static const char *
dots(struct span s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		if (s.p[i] != '.' || s.p[i + 1] != '.')
			continue;
		/* of three the first is that of "1.12." */
		return s.p + i + (i && i + 2 < s.n && s.p[i + 2] == '.');
	}
	return NULL;
}

static int
range(struct span all, const char *at, const struct date_ctx *c,
    struct date_range *out, struct err *e)
{
	struct span left = span_trim(span_n(all.p, (size_t)(at - all.p)));
	struct span right =
	    span_trim(span_n(at + 2, all.n - (size_t)(at - all.p) - 2));
	struct date_range r = { 0 };
	enum verdict v = TAKEN;
	struct stretch part;

	if (!left.n && !right.n)
		return refuse(NOT_A_DATE, all, e);
	if (left.n) {
		v = word(left, c, &part);
		if (v != TAKEN)
			return refuse(v, left, e);
		r.from = part.from;
		r.has_from = true;
	}
	if (right.n) {
		v = word(right, c, &part);
		if (v != TAKEN)
			return refuse(v, right, e);
		r.to = part.to;
		r.has_to = true;
	}
	if (r.has_from && r.has_to && r.from > r.to)
		return err_set(e, ERR_USAGE,
		    "period '%.*s' ends before it starts", SPANF(all));
	*out = r;
	return 0;
}

int
date_period(struct span s, const struct date_ctx *c, struct date_range *out,
    enum date_unit *unit, struct err *e)
{
	struct stretch r = { 0, 0, UNIT_DAY };
	enum verdict v;
	const char *at;

	s = span_trim(s);
	if (date_parse(s, &r.from)) {
		r.to = r.from;
	} else if ((at = dots(s))) {
		if (range(s, at, c, out, e) < 0)
			return -1;
		if (unit)
			*unit = UNIT_DAY;
		return 0;
	} else {
		v = word(s, c, &r);
		if (v != TAKEN)
			return refuse(v, s, e);
	}
	out->from = r.from;
	out->to = r.to;
	out->has_from = out->has_to = true;
	if (unit)
		*unit = r.unit;
	return 0;
}

int
date_entry(struct span s, const struct date_ctx *c, int32_t *day, struct err *e)
{
	struct date_range r;
	char from[11], to[11];

	if (date_period(s, c, &r, NULL, e) < 0)
		return -1;
	s = span_trim(s);
	if (!r.has_from || !r.has_to)
		return err_set(e, ERR_USAGE,
		    "'%.*s' is a period without end, not one day", SPANF(s));
	if (r.from != r.to) {
		date_format(r.from, from);
		date_format(r.to, to);
		return err_set(e, ERR_USAGE,
		    "'%.*s' is the period from %s to %s, not one day; "
		    "give one of its days",
		    SPANF(s), from, to);
	}
	*day = r.from;
	return 0;
}
