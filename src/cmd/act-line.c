/* How an activity is told to people: one readable line in local time. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/act.h"
#include "cmd/verbs.h"
#include "crm/change/resolve.h"
#include "crm/own.h"
#include "store/id.h"

static void
add_day(int32_t day, struct buf *out)
{
	static const char weekdays[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int y, m, d;

	date_civil(day, &y, &m, &d);
	buf_addf(out, "%.3s %d %.3s %d",
	    weekdays + 3 * (date_weekday(day) - 1), d, months + 3 * (m - 1),
	    y);
}

void
act_line_when(struct call *c, struct span cell, struct buf *out)
{
	int minutes;
	int32_t day;
	bool timed;

	if (!when_wall(cell, session_own(&c->s)->zone, &day, &minutes,
		&timed))
		return;
	add_day(day, out);
	if (timed)
		buf_addf(out, " %02d:%02d", minutes / 60, minutes % 60);
}

/* From when till when: the day once where it is one. */
static void
add_times(struct call *c, const struct record *r, struct buf *out)
{
	const struct clock_zone *zone = session_own(&c->s)->zone;
	struct span start = record_get(r, "start"), end = record_get(r, "end");
	struct span due = record_get(r, "due");
	int32_t from, to;
	int begin, minutes;
	bool timed;

	if (due.n) {
		buf_adds(out, ", due ");
		act_line_when(c, due, out);
	}
	if (!start.n || !when_wall(start, zone, &from, &begin, &timed))
		return;
	buf_adds(out, due.n ? ", from " : ", ");
	act_line_when(c, start, out);
	if (span_eq(start, end) || !when_wall(end, zone, &to, &minutes, &timed))
		return;
	if (timed && to == from) {
		buf_addf(out, "-%02d:%02d", minutes / 60, minutes % 60);
	} else {
		buf_adds(out, " to ");
		act_line_when(c, end, out);
	}
}

static bool
add_name(struct call *c, const struct record *r, const char *field,
    const char *before, struct buf *out)
{
	struct err ignored = { 0 };
	struct span ref = record_get(r, field);
	struct buf name = { 0 };

	if (ref.n &&
	    resolve_name(&c->s, id_pack(ref), &name, &ignored) == 0)
		buf_addf(out, "%s%.*s", before, SPANF(buf_span(&name)));
	err_release(&ignored);
	buf_release(&name);
	return ref.n > 0;
}

/* The records: with the person, of the account, the deal in parentheses. */
static void
add_about(struct call *c, const struct record *r, struct buf *out)
{
	const char *label = rc_get(&c->s.rc, "label.opp");
	bool with = add_name(c, r, "contact", " with ", out);

	with |= add_name(c, r, "account", with ? ", " : " with ", out);
	add_name(c, r, "lead", with ? ", " : " with ", out);
	if (!record_get(r, "opp").n)
		return;
	buf_addf(out, " (%s '", label ? label : "deal");
	add_name(c, r, "opp", "", out);
	buf_addf(out, "' %.*s)", SPANF(record_get(r, "opp")));
}

static void
add_owner(struct call *c, const struct record *r, struct buf *out)
{
	struct err ignored = { 0 };
	struct calendar *cal;
	size_t who;

	if (session_calendar(&c->s, &cal, &ignored) == 0 &&
	    (who = calendar_person(cal, record_get(r, "owner"))) !=
		(size_t)-1)
		buf_addf(out, ", %.*s", SPANF(cal->person[who].folder));
	err_release(&ignored);
}

/* "15m;1d": 15 min and 1 day before; a moment as it is. */
static void
add_reminders(struct call *c, struct span list, struct buf *out)
{
	const char *sep = ", reminder ";

	while (list.n) {
		struct span one = span_cut(&list, ';');
		char unit = one.n ? one.p[one.n - 1] : '\0';
		struct span n = span_n(one.p, one.n ? one.n - 1 : 0);

		buf_adds(out, sep);
		sep = " and ";
		if (unit == 'm' || unit == 'h' || unit == 'd')
			buf_addf(out, "%.*s %s before", SPANF(n),
			    unit == 'm'	    ? "min"
			    : unit == 'h'   ? "h"
			    : span_eqs(n, "1") ? "day"
					       : "days");
		else
			act_line_when(c, one, out);
	}
}

/* "20270630T215959Z" or "20270630": its day. */
static void
add_until(struct call *c, struct span v, struct buf *out)
{
	struct buf cell = { 0 };
	int32_t day;
	int minutes;
	bool timed;

	if (v.n >= 8)
		buf_addf(&cell, "%.4s-%.2s-%.2s", v.p, v.p + 4, v.p + 6);
	if (v.n == 16)
		buf_addf(&cell, "T%.2s:%.2s:%.2sZ", v.p + 9, v.p + 11,
		    v.p + 13);
	if (when_wall(buf_span(&cell), session_own(&c->s)->zone, &day,
		&minutes, &timed)) {
		buf_adds(out, " until ");
		add_day(day, out);
	}
	buf_release(&cell);
}

/* The rule, in words where it is a simple one. */
static void
add_repeat(struct call *c, struct span rule, struct buf *out)
{
	if (!rule.n)
		return;
	buf_adds(out, ", repeats ");
	while (rule.n) {
		struct span part = span_cut(&rule, ';'), name;

		name = span_cut(&part, '=');
		if (span_eqs(name, "FREQ"))
			for (size_t i = 0; i < part.n; i++)
				buf_addc(out, (char)(part.p[i] | 0x20));
		else if (span_eqs(name, "COUNT"))
			buf_addf(out, " %.*s times", SPANF(part));
		else if (span_eqs(name, "UNTIL"))
			add_until(c, part, out);
		else
			buf_addf(out, " %.*s=%.*s", SPANF(name), SPANF(part));
	}
}

static void
add_labelled(const struct record *r, const char *field, const char *label,
    struct buf *out)
{
	struct span v = record_get(r, field), line = v;

	line = span_cut(&v, '\n');
	if (line.n)
		buf_addf(out, ", %s%.*s%s", label, SPANF(line),
		    v.n ? " ..." : "");
}

void
act_line(struct call *c, const struct record *r, struct buf *out)
{
	struct span state = record_get(r, "state");

	buf_addf(out, "%.*s '%.*s'", SPANF(record_get(r, "type")),
	    SPANF(record_get(r, "subject")));
	add_about(c, r, out);
	add_times(c, r, out);
	if (*session_own_zone(&c->s) &&
	    (record_get(r, "start").n > 10 || record_get(r, "due").n > 10))
		buf_addf(out, " (%s)", session_own_zone(&c->s));
	add_labelled(r, "where", "at ", out);
	add_labelled(r, "with", "invited: ", out);
	add_owner(c, r, out);
	add_reminders(c, record_get(r, "remind"), out);
	add_repeat(c, record_get(r, "repeat"), out);
	if (!span_eqs(state, "planned"))
		buf_addf(out, ", %.*s", SPANF(state));
	add_labelled(r, "outcome", "", out);
	add_labelled(r, "result", "", out);
}

void
act_tell(struct call *c, const struct record *before, const struct record *r)
{
	struct buf line = { 0 };

	if (c->dry_run || isatty(STDERR_FILENO) == 1) {
		act_line(c, r, &line);
		cli_say(c, "%s", line.p);
		act_say_busy(c, before, r);
	}
	c->told = true;
	buf_release(&line);
}

int
act_assign(struct call *c, struct changes *ch, struct record *r,
    const struct act_option *o)
{
	for (; o->field; o++)
		if (o->value &&
		    assign_one(c, ch, r, span(o->field), span(o->value)))
			return -1;
	return 0;
}

void
act_put(struct changes *ch, struct record *r, const char *field,
    struct span cell)
{
	record_set(r, entity_field(r->ent, span(field)),
	    arena_span(&ch->arena, cell));
}
