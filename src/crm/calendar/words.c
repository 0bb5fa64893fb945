#include "crm/calendar/words.h"

#include <ctype.h>
#include <string.h>

#include "base/clock.h"

#define DAY_MINUTES (24 * 60)
#define MINUTES_MAX (366 * DAY_MINUTES)

/* --- how long ------------------------------------------------------------ */

static bool
number(struct span *s, int64_t *n)
{
	size_t i = 0;

	while (i < s->n && i < 6 && isdigit((unsigned char)s->p[i]))
		i++;
	if (!i || !span_int(span_n(s->p, i), n))
		return false;
	*s = span_n(s->p + i, s->n - i);
	return true;
}

bool
when_hours(struct span s, int64_t *minutes)
{
	static const struct {
		const char *part;
		int minutes;
	} parts[] = { { ".0h", 0 }, { ".25h", 15 }, { ".5h", 30 },
		{ ".50h", 30 }, { ".75h", 45 } };
	int64_t h;

	if (!number(&s, &h))
		return false;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (span_ieqs(s, parts[i].part)) {
			*minutes = h * 60 + parts[i].minutes;
			return *minutes > 0;
		}
	return false;
}

/* 30m, 45min, 1h, 1h30, 1h30m, 1.5h, 2d */
static bool
duration(struct span s, int64_t *minutes, int *days)
{
	int64_t n, m = 0;

	if (when_hours(s, minutes))
		return *minutes <= MINUTES_MAX;
	if (!number(&s, &n) || !n)
		return false;
	if (span_ieqs(s, "m") || span_ieqs(s, "min")) {
		*minutes = n;
	} else if (span_ieqs(s, "d")) {
		*days = n <= 366 ? (int)n : 366;
	} else if (s.n && (s.p[0] == 'h' || s.p[0] == 'H')) {
		s = span_n(s.p + 1, s.n - 1);
		if (s.n && (!number(&s, &m) || m > 59 ||
			       (s.n && !span_ieqs(s, "m") &&
				   !span_ieqs(s, "min"))))
			return false;
		*minutes = n * 60 + m;
	} else {
		return false;
	}
	return *minutes <= MINUTES_MAX;
}

/* --- times of day -------------------------------------------------------- */

static bool
time_of_day(struct span s, int *minutes)
{
	int64_t h, m;

	if (s.n > 5 || !number(&s, &h) || s.n != 3 || s.p[0] != ':')
		return false;
	s = span_n(s.p + 1, 2);
	if (!number(&s, &m) || s.n || h > 23 || m > 59)
		return false;
	*minutes = (int)(h * 60 + m);
	return true;
}

/* 25:00 and 9:75 are meant as times; they would be taken for the subject. */
static bool
like_time(struct span s)
{
	int64_t h, m;

	if (s.n > 5 || !number(&s, &h) || s.n != 3 || s.p[0] != ':')
		return false;
	s = span_n(s.p + 1, 2);
	return number(&s, &m) && !s.n;
}

/* "10:00" and "10:00-11:30"; 22:00-02:00 goes over midnight, 14:00-13:00 is a
 * slip and not 23 hours. */
static int
take_time(struct when_words *w, struct span word, struct err *e)
{
	struct span rest = word, from = span_cut(&rest, '-');
	int a, b;

	if (!time_of_day(from, &a))
		return like_time(from) ? err_set(e, ERR_USAGE,
					     "'%.*s' is no time of day; if it "
					     "is what it is about: "
					     "subject='%.*s'",
					     SPANF(word), SPANF(word))
				       : 0;
	if (from.n < word.n && !time_of_day(rest, &b))
		return 0;
	if (w->time.n || w->has_instant)
		return err_set(e, ERR_USAGE,
		    "'%.*s': there is a time before it", SPANF(word));
	if (rest.n && (b <= a ? b - a + DAY_MINUTES : 0) > DAY_MINUTES / 2)
		return err_set(e, ERR_USAGE,
		    "'%.*s': it ends before it starts; what takes so long is "
		    "said as %.*s 23h",
		    SPANF(word), SPANF(from));
	w->time = from;
	if (rest.n)
		w->minutes = b > a ? b - a : b - a + DAY_MINUTES;
	return 1;
}

/* --- shifts -------------------------------------------------------------- */

static bool
take_shift(struct when_words *w, struct span word)
{
	static const struct {
		const char *name;
		int seconds;
		enum date_unit unit;
	} units[] = { { "min", 60, 0 }, { "h", 3600, 0 },
		{ "d", 0, UNIT_DAY }, { "w", 0, UNIT_WEEK },
		{ "m", 0, UNIT_MONTH }, { "q", 0, UNIT_QUARTER },
		{ "y", 0, UNIT_YEAR } };
	bool back = word.n && word.p[0] == '-';
	struct span s = span_n(word.p + 1, word.n ? word.n - 1 : 0);
	int64_t n;

	if (word.n < 3 || (word.p[0] != '+' && !back) || !number(&s, &n))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!span_ieqs(s, units[i].name))
			continue;
		w->has_shift = true;
		w->shift = units[i].seconds * (back ? -n : n);
		w->shift_n = units[i].seconds ? 0 : (int)(back ? -n : n);
		w->shift_unit = units[i].unit;
		return true;
	}
	return false;
}

/* --- words --------------------------------------------------------------- */

bool
when_said(const struct when_words *w)
{
	return w->has_day || w->has_instant || w->time.n || w->has_shift;
}

/* What is like a time or a day, but none; refused rather than a subject. */
enum likeness { NOT_LIKE, LIKE_TIME, LIKE_LENGTH, LIKE_SPAN, LIKE_DATE };

/*
 * "9am", "9", "9.30"; "90", "0m", "1.3h"; "9-10"; "20261201", "2026-12-1",
 * "1/12/2026". Longer groups of digits are numbers of something.
 */
static enum likeness
likeness(struct span word)
{
	size_t i = 0, digits = 0, most = 0, dashes = 0, marks = 0;
	struct span rest;

	for (; i < word.n && strchr("0123456789.:/-", word.p[i]); i++) {
		if (isdigit((unsigned char)word.p[i])) {
			digits++;
		} else if (!i) {
			return NOT_LIKE;
		} else {
			dashes += word.p[i] == '-';
			marks++;
			digits = 0;
		}
		most = digits > most ? digits : most;
	}
	rest = span_n(word.p + i, word.n - i);
	if (memchr(word.p, ':', i) && !rest.n)
		return LIKE_TIME;
	if (!i || i > 10 || most > (marks ? 4 : 8) || marks > 3)
		return NOT_LIKE;
	if (span_ieqs(rest, "am") || span_ieqs(rest, "pm"))
		return LIKE_TIME;
	if (span_ieqs(rest, "m") || span_ieqs(rest, "min") ||
	    span_ieqs(rest, "h") || span_ieqs(rest, "d"))
		return dashes || i > 5 ? NOT_LIKE : LIKE_LENGTH;
	if (rest.n)
		return NOT_LIKE;
	if (!marks)
		return most <= 2 && !(most == 2 && word.p[0] > '2')
		    ? LIKE_TIME
		    : most <= 3	 ? LIKE_LENGTH
		    : most == 8	 ? LIKE_DATE
		    : most == 4	 ? LIKE_TIME
				 : NOT_LIKE;
	if (dashes == 1 && marks == 1 && most <= 2)
		return LIKE_SPAN;
	return marks == 1 && i <= 5 ? LIKE_TIME : LIKE_DATE;
}

static int
refuse_like(struct span word, struct err *e)
{
	static const char *const how[] = {
		[LIKE_TIME] = "is no time; write 9:00 or 15:30",
		[LIKE_LENGTH] = "is no duration; write 90m, 1h30 or 1.5h",
		[LIKE_SPAN] = "is no time; write 9:00 1h, or 9:00-10:00",
		[LIKE_DATE] = "is no date; write 2026-12-01 or 1.12.2026",
	};
	struct span time = word, day = span_cut(&time, ' ');
	enum likeness k = likeness(day);
	int minutes;

	if (k == NOT_LIKE ||
	    (time.n && !time_of_day(span_trim(time), &minutes)))
		return 0;
	return err_set(e, ERR_USAGE,
	    "'%.*s' %s; if it is what it is about: subject='%.*s'",
	    SPANF(day), how[k], SPANF(word));
}

/* "tue-wed" */
static int
check_days(const struct date_ctx *d, struct span word, struct err *e)
{
	struct span to = word, from = span_cut(&to, '-');
	int32_t a, b;

	if (!to.n || date_entry(from, d, &a, NULL) ||
	    date_entry(to, d, &b, NULL) || b < a)
		return 0;
	return err_set(e, ERR_USAGE,
	    "'%.*s' is no day; of whole days the first is said, and how many: "
	    "%.*s %dd", SPANF(word), SPANF(from), b - a + 1);
}

/* "tomorow" is no subject, nor is "at". */
static int
check_misspelt(struct span word, struct err *e)
{
	static const char *const small[] = { "at", "on", "from", "till",
		"until", "for", "in" };
	static const char *const days[] = { "today", "tomorrow", "yesterday",
		"monday", "tuesday", "wednesday", "thursday", "friday",
		"saturday", "sunday" };

	if (refuse_like(word, e))
		return -1;
	for (size_t i = 0; i < sizeof small / sizeof *small; i++)
		if (span_ieqs(word, small[i]))
			return err_set(e, ERR_USAGE,
			    "'%.*s' is not needed: fri 9:00 30m",
			    SPANF(word));
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		if (word.n >= 5 &&
		    span_distance(span(days[i]), word, 2) <=
			(word.n < 7 ? 1 : 2))
			return err_set(e, ERR_USAGE,
			    "'%.*s' is no day; did you mean %s? If it is what "
			    "it is about: subject='%.*s'", SPANF(word),
			    days[i], SPANF(word));
	return 0;
}

static int
take_day(struct when_words *w, const struct date_ctx *d, struct span word,
    struct err *e)
{
	struct err why = { 0 };
	struct date_range range;
	int64_t t;
	int32_t day;
	bool timed, period, again = w->has_day || w->has_instant;

	if (instant_entry(word, d, &t, &timed, NULL) == 0 && timed) {
		if (again || w->time.n)
			goto twice;
		w->instant = t;
		w->has_instant = true;
		return 1;
	}
	if (date_entry(word, d, &day, &why) == 0) {
		if (again)
			goto twice;
		w->day = day;
		w->has_day = true;
		return 1;
	}
	/* a whole week is understood, but not when something is */
	period = date_period(word, d, &range, NULL, NULL) == 0;
	if (period)
		err_set(e, ERR_USAGE, "%s", why.msg);
	err_release(&why);
	return period || check_days(d, word, e) ? -1
						: check_misspelt(word, e);
twice:
	return err_set(
	    e, ERR_USAGE, "'%.*s': there is a day before it", SPANF(word));
}

int
when_word(struct when_words *w, const struct date_ctx *d, struct span word,
    bool shifts, struct err *e)
{
	int64_t minutes = 0;
	int days = 0, r;

	word = span_trim(word);
	if (!word.n)
		return 0;
	if (shifts && take_shift(w, word))
		return 1;
	if (duration(word, &minutes, &days)) {
		if (w->minutes || w->days)
			return err_set(e, ERR_USAGE,
			    "'%.*s': how long it takes is said before it",
			    SPANF(word));
		w->minutes = minutes;
		w->days = days;
		return 1;
	}
	r = take_time(w, word, e);
	if (r == 0 && w->time.n && word.n > 2 && word.p[0] == '-' &&
	    take_shift(&(struct when_words){ .days = 0 }, word))
		return err_set(e, ERR_USAGE,
		    "'%.*s' goes back from now; how long it takes is said as "
		    "%.*s", SPANF(word), (int)word.n - 1, word.p + 1);
	return r ? r : take_day(w, d, word, e);
}

/* --- cells --------------------------------------------------------------- */

static void
add_when(const struct date_ctx *d, struct buf *out, int64_t t, bool timed)
{
	char text[24];

	if (timed)
		instant_format(t, text);
	else
		date_format(clock_day_in(d->zone, t, NULL), text);
	buf_adds(out, text);
}

int
when_cell(const struct when_words *w, const struct date_ctx *d,
    struct span of, struct buf *out, struct err *e)
{
	struct buf text = { 0 };
	int32_t day = d->today;
	bool timed = false;
	int64_t t = 0;
	int minutes = 0, r;
	char date[11];

	if (w->has_instant) {
		add_when(d, out, w->instant, true);
		return 0;
	}
	if (of.n && !when_wall(of, d->zone, &day, &minutes, &timed))
		timed = false;
	if (w->has_day)
		day = w->day;
	date_format(day, date);
	buf_adds(&text, date);
	if (w->time.n)
		buf_addf(&text, " %.*s", SPANF(w->time));
	else if (timed)
		buf_addf(&text, " %02d:%02d", minutes / 60, minutes % 60);
	r = instant_entry(buf_span(&text), d, &t, &timed, e);
	if (r == 0)
		add_when(d, out, t, timed);
	buf_release(&text);
	return r;
}

int
when_text(const struct date_ctx *d, struct span text, struct buf *out,
    struct err *e)
{
	struct when_words w = { 0 };
	struct span rest = span_trim(text);
	int64_t t;
	bool timed;

	while (rest.n && when_word(&w, d, span_cut(&rest, ' '), false,
			     NULL) == 1)
		rest = span_trim(rest);
	if (!rest.n && when_said(&w) && !w.minutes && !w.days)
		return when_cell(&w, d, span(""), out, e);
	if (instant_entry(text, d, &t, &timed, e))
		return -1;
	add_when(d, out, t, timed);
	return 0;
}

int
when_end(const struct when_words *w, const struct date_ctx *d,
    struct span start, struct buf *out, struct err *e)
{
	int64_t t;
	int minutes;
	int32_t day;
	bool timed;

	if (!w->minutes && !w->days)
		return 0;
	if (!when_parse(start, &t, NULL) ||
	    !when_wall(start, d->zone, &day, &minutes, &timed))
		return err_set(e, ERR_USAGE, "from when? e.g. fri 10:00");
	if (!timed && w->minutes)
		return err_set(e, ERR_USAGE,
		    "minutes and hours need a time of day to begin, such as "
		    "10:00");
	if (!timed)
		t = clock_at_in(d->zone, day + w->days - 1, 0);
	else if (w->days)
		t = clock_at_in(d->zone, day + w->days, minutes * 60);
	else
		t += w->minutes * 60;
	add_when(d, out, t, timed);
	return 0;
}

void
when_shift(const struct when_words *w, const struct date_ctx *d,
    struct span cell, struct buf *out)
{
	int64_t t;
	bool timed;
	int32_t day;
	int minutes, seconds;

	if (!when_parse(cell, &t, NULL) ||
	    !when_wall(cell, d->zone, &day, &minutes, &timed))
		return;
	seconds = minutes * 60 + (timed ? (int)((t % 60 + 60) % 60) : 0);
	if (w->shift_n || !timed)
		t = clock_at_in(d->zone,
		    date_add(day, w->shift_n, w->shift_unit), seconds);
	/* hours do not move what takes whole days */
	if (timed)
		t += w->shift;
	add_when(d, out, t, timed);
}
