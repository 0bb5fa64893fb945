/* What is planned over a time that is taken is told, and not refused. */
#include <string.h>

#include "base/clock.h"
#include "cmd/act.h"
#include "crm/calendar/item.h"
#include "crm/calendar/occur.h"
#include "crm/calendar/private.h"
#include "crm/calendar/who.h"
#include "crm/own.h"

/* So many of what is in the way are named. */
enum { NAMED = 3 };

/* "10:00-10:30" of the user's clock; the day, where it is not from's. */
static void
add_time(struct call *c, int64_t t, int32_t *day, struct buf *out)
{
	char cell[21];
	int32_t on;
	int minutes;
	bool timed;

	instant_format(t, cell);
	if (!when_wall(span(cell), session_own(&c->s)->zone, &on, &minutes,
		&timed))
		return;
	if (on != *day) {
		act_line_when(c, span(cell), out);
		*day = on;
		return;
	}
	buf_addf(out, "%02d:%02d", minutes / 60, minutes % 60);
}

static bool
in_the_way(struct calendar *cal, const struct occurrence *o, uint64_t id)
{
	return o->id != id && !o->day && o->to > o->from &&
	       !span_eqs(act_cell(cal, o->value, "busy"), "no");
}

static void
add_one(struct call *c, struct calendar *cal, const struct occurrence *o,
    int32_t day, struct buf *out)
{
	if (private_hidden(cal, who_me(cal), o->value))
		buf_adds(out, PRIVATE_SUBJECT);
	else
		buf_addf(out, "'%.*s'",
		    SPANF(act_cell(cal, o->value, "subject")));
	buf_addc(out, ' ');
	add_time(c, o->from, &day, out);
	buf_addc(out, '-');
	add_time(c, o->to, &day, out);
}

/* Does the record take a time of its owner, and another than before? */
static bool
takes_time(const struct record *before, const struct record *r, int64_t *from,
    int64_t *to)
{
	static const char *const fields[] = { "owner", "start", "end" };
	bool same = before != NULL, timed, until;

	for (size_t i = 0; same && i < sizeof fields / sizeof *fields; i++)
		same = span_eq(record_get(before, fields[i]),
		    record_get(r, fields[i]));
	return !same && !record_get(r, "due").n &&
	       span_eqs(record_get(r, "state"), "planned") &&
	       !span_eqs(record_get(r, "busy"), "no") &&
	       when_parse(record_get(r, "start"), from, &timed) && timed &&
	       when_parse(record_get(r, "end"), to, &until) && until &&
	       *to > *from;
}

void
act_say_busy(struct call *c, const struct record *before,
    const struct record *r)
{
	struct occurrences all = { 0 };
	struct err ignored = { 0 };
	struct buf b = { 0 };
	struct calendar *cal;
	size_t who, n = 0;
	int64_t from, to;
	int32_t day = 0;
	int minutes;
	bool timed;

	if (!takes_time(before, r, &from, &to) ||
	    session_calendar(&c->s, &cal, &ignored) ||
	    (who = calendar_person(cal, record_get(r, "owner"))) ==
		(size_t)-1 ||
	    occur_collect(cal, &who, 1, from, to, OCCUR_EVENTS, &all,
		&ignored))
		goto out;
	when_wall(record_get(r, "start"), session_own(&c->s)->zone, &day,
	    &minutes, &timed);
	for (size_t i = 0; i < all.n; i++) {
		if (!in_the_way(cal, &all.v[i], r->id) || n++ >= NAMED)
			continue;
		buf_adds(&b, n > 1 ? ", " : "");
		add_one(c, cal, &all.v[i], day, &b);
	}
	if (n > NAMED)
		buf_addf(&b, " and %zu more", n - NAMED);
	if (n)
		cli_say(c, "! %.*s is busy then: %.*s",
		    SPANF(cal->person[who].folder), SPANF(buf_span(&b)));
out:
	occurrences_release(&all);
	err_release(&ignored);
	buf_release(&b);
}
