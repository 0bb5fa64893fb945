/* When people work: settings, and the file of holidays. */
#include "crm/calendar/worktime.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/ical.h"
#include "store/ics.h"

#define LONGEST 366	/* days that one entry of the holidays takes */
#define OCCURRENCES 2000 /* of one entry, in what is asked for */

bool
worktime_clock(struct span text, int *minutes)
{
	struct span rest = span_trim(text), hour = span_cut(&rest, ':');
	int64_t h, m = 0;

	if (!span_int(hour, &h) || (rest.n && !span_int(rest, &m)))
		return false;
	if (h < 0 || m < 0 || m > 59 || h * 60 + m > 1440)
		return false;
	*minutes = (int)(h * 60 + m);
	return true;
}

/* "mon"; 0 where it is none. */
static int
weekday(struct span s)
{
	static const char *const name[] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };

	s = span_trim(s);
	for (int i = 0; i < 7 && s.n >= 3; i++) {
		if (span_ieqs(span_n(s.p, 3), name[i]))
			return i + 1;
	}
	return 0;
}

/* "mon,tue", "mon-fri": bits by ISO day; false where it is not understood. */
static bool
weekdays(struct span list, unsigned *out)
{
	*out = 0;
	while (list.n) {
		struct span last = span_cut(&list, ',');
		struct span first = span_cut(&last, '-');
		int from = weekday(first);
		int to = last.n ? weekday(last) : from;

		if (!from || !to)
			return false;
		for (; from != to; from = from % 7 + 1)
			*out |= 1u << from;
		*out |= 1u << to;
	}
	return *out != 0;
}

static const struct rc_entry *
setting(struct session *s, const struct person *p, const char *name)
{
	char *login = span_dup(p->login), *key;
	const struct rc_entry *x =
	    p->login.n ? rc_find_sub(&s->rc, "calendar", login, name) : NULL;

	if (!x) {
		key = xasprintf("calendar.%s", name);
		x = rc_find(&s->rc, key);
		free(key);
	}
	free(login);
	return x && *x->value ? x : NULL;
}

static int
hour(struct session *s, const struct person *p, const char *name, int *out,
    struct err *e)
{
	const struct rc_entry *x = setting(s, p, name);

	if (!x || worktime_clock(span(x->value), out))
		return 0;
	return err_set(e, ERR_DATA,
	    "%s:%zu: %s is a time of day such as 9:00, not '%s'", x->file,
	    x->line, x->key, x->value);
}

int
worktime_of(struct session *s, const struct person *p, struct free_person *out,
    struct err *e)
{
	const struct rc_entry *x = setting(s, p, "work-days");

	out->zone = NULL;
	out->begin = 9 * 60;
	out->end = 18 * 60;
	out->weekdays = 0x3e; /* Monday to Friday */
	if (p->zone.n) {
		out->zone = ical_zone(p->zone, span(""), e);
		if (!out->zone)
			return err_prefix(e, "config/users.csv: %.*s: ",
			    SPANF(p->name));
	}
	if (x && !weekdays(span(x->value), &out->weekdays))
		return err_set(e, ERR_DATA,
		    "%s:%zu: %s is days such as mon,tue,wed or mon-fri, not "
		    "'%s'", x->file, x->line, x->key, x->value);
	return hour(s, p, "work-start", &out->begin, e) ||
		       hour(s, p, "work-end", &out->end, e)
	    ? -1
	    : 0;
}

/* --- holidays ------------------------------------------------------------ */

struct holidays {
	struct ics doc;
	int32_t from, to; /* days that are asked for */
	int32_t length;	  /* of the entry at hand */
	struct days_off *out;
};

static int
add_days(void *ctx, const struct ical_time *t)
{
	struct holidays *h = ctx;

	for (int32_t d = t->day; d < t->day + h->length; d++) {
		if (d < h->from || d > h->to)
			continue;
		GROW(h->out->day, h->out->n, h->out->cap);
		h->out->day[h->out->n++] = d;
	}
	return 0;
}

static int32_t
length_of(const struct holidays *h, size_t comp, int32_t start)
{
	struct ical_time end;
	int64_t seconds, days = 1;

	if (ical_time_parse(
		ics_value(&h->doc, comp, "DTEND"), NULL, &end))
		days = end.day - start;
	else if (ical_duration(
		     ics_value(&h->doc, comp, "DURATION"), &seconds))
		days = seconds / 86400;
	return (int32_t)(days < 1 ? 1 : days > LONGEST ? LONGEST : days);
}

/* All days of the properties of that name, RDATE or EXDATE. */
static struct ical_time *
dates_of(const struct holidays *h, size_t comp, const char *name, size_t *n)
{
	struct ical_time *v = NULL;
	size_t p = ICS_NONE, cap = 0;

	*n = 0;
	while ((p = ics_find(&h->doc, comp, name, p)) != ICS_NONE) {
		struct span list = h->doc.prop[p].value;

		while (list.n) {
			struct ical_time t;

			if (!ical_time_parse(span_cut(&list, ','), NULL, &t))
				continue;
			GROW(v, *n, cap);
			v[(*n)++] = t;
		}
	}
	return v;
}

static int
one_holiday(struct holidays *h, size_t comp, struct err *e)
{
	struct span rule[4];
	struct ical_rule r = { .rrule = rule };
	size_t p = ICS_NONE;
	struct ical_time *rdate, *exdate;
	int ret;

	if (!ical_time_parse(
		ics_value(&h->doc, comp, "DTSTART"), NULL, &r.start) ||
	    r.start.kind != ICAL_DATE ||
	    span_ieqs(ics_value(&h->doc, comp, "STATUS"), "CANCELLED"))
		return 0;
	while ((p = ics_find(&h->doc, comp, "RRULE", p)) != ICS_NONE &&
	       r.nrrule < sizeof rule / sizeof *rule)
		rule[r.nrrule++] = h->doc.prop[p].value;
	r.rdate = rdate = dates_of(h, comp, "RDATE", &r.nrdate);
	r.exdate = exdate = dates_of(h, comp, "EXDATE", &r.nexdate);
	h->length = length_of(h, comp, r.start.day);
	ret = ical_expand(&r, clock_instant(h->from - h->length, 0),
	    clock_instant(h->to + 1, 0), OCCURRENCES, add_days, h, NULL, e);
	free(rdate);
	free(exdate);
	return ret ? err_prefix(e, "%s:%zu: ", h->doc.path,
			 h->doc.comp[comp].line)
		   : 0;
}

int
worktime_off(struct session *s, int32_t from, int32_t to, struct days_off *out,
    struct err *e)
{
	const struct rc_entry *x = rc_find(&s->rc, "calendar.holidays");
	struct holidays h = { .from = from, .to = to, .out = out };
	struct buf data = { 0 };
	int r;

	if (!x || !*x->value)
		return 0;
	r = session_read(s, x->value, &data, e);
	if (r > 0)
		r = err_set(e, ERR_DATA, "there is no such file in the store");
	if (r)
		return err_prefix(e, "%s:%zu: %s = %s: ", x->file, x->line,
		    x->key, x->value);
	r = ics_parse(&h.doc, x->value, &data, e);
	for (size_t i = 1; r == 0 && i < h.doc.ncomps; i++)
		if (span_ieqs(h.doc.comp[i].name, "VEVENT"))
			r = one_holiday(&h, i, e);
	ics_release(&h.doc);
	buf_release(&data);
	return r;
}
