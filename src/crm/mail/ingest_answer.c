/*
 * Answers to invitations: REPLY, of the whole or of one of a series; other
 * times that are proposed (COUNTER), which people decide; and requests for
 * what was sent already.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crm/calendar/item_impl.h"
#include "crm/change/occurrence.h"
#include "crm/mail/ingest_impl.h"
#include "store/id.h"

/* --- replies ------------------------------------------------------------- */

/* The cell of replies with that of one attendee. */
static struct span
with_reply(struct ingesting *g, struct span replies, struct span mail,
    struct span status)
{
	struct buf b = { 0 };
	struct span v;

	item_reply_set(replies, mail, status, &b);
	v = arena_span(&g->c->arena, buf_span(&b));
	buf_release(&b);
	return v;
}

static bool
is_partstat(struct span s)
{
	static const char *const words[] = { "ACCEPTED", "DECLINED",
		"TENTATIVE", "DELEGATED", "NEEDS-ACTION", "COMPLETED",
		"IN-PROCESS" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (span_ieqs(s, words[i]))
			return true;
	}
	return false;
}

/* Is the mail from that address? A file alone does not say. */
static bool
sent_by(const struct ingesting *g, struct span mail)
{
	bool found = !g->by_mail;

	for (size_t i = 0; i < g->mail.naddresses && !found; i++)
		found = g->mail.address[i].role <= MAIL_SENDER &&
			span_ieq(g->mail.address[i].mail, mail);
	return found;
}

static int
one_reply(struct ingesting *g, const struct foreign_item *it, size_t prop,
    struct record *after, struct err *e)
{
	struct buf who = { 0 };
	struct span status, mail;
	int r = -1;

	if (!item_mail(g->f.doc.prop[prop].value, &who) ||
	    !ics_param(&g->f.doc, prop, "PARTSTAT", &status) ||
	    !is_partstat(status)) {
		err_set(e, ERR_DATA, "%s:%zu: the answer says not who, or not "
				     "what", g->o->name, it->line);
		goto out;
	}
	mail = buf_span(&who);
	if (!item_is_guest(record_get(after, "with"), mail)) {
		err_set(e, ERR_PERM,
		    "%s:%zu: '%.*s' answers, but is not invited", g->o->name,
		    it->line, SPANF(mail));
		goto out;
	}
	if (!g->o->force && !sent_by(g, mail)) {
		err_set(e, ERR_PERM,
		    "%s:%zu: '%.*s' answers in a mail of somebody else "
		    "(--force takes it)", g->o->name, it->line, SPANF(mail));
		goto out;
	}
	record_put(after, "replies",
	    with_reply(g, record_get(after, "replies"), mail, status));
	buf_adds(&who, " says ");
	buf_addspan(&who, status);
	ingest_say(g, after, ": ", buf_span(&who));
	r = 0;
out:
	buf_release(&who);
	return r;
}

static int
all_replies(struct ingesting *g, const struct foreign_item *it,
    struct record *after, struct err *e)
{
	size_t p = ICS_NONE;
	int r = 0;

	while (r == 0 && (p = ics_find(&g->f.doc, it->comp, "ATTENDEE", p)) !=
			     ICS_NONE)
		r = one_reply(g, it, p, after, e);
	return r;
}

/* To one of a series: it has attendance of its own then. */
static int
reply_to_one(struct ingesting *g, const struct foreign_item *it, size_t rid,
    const struct record *series, struct err *e)
{
	struct record one, after;
	struct ical_time t;
	char cell[21], key[OCCURRENCE_KEY];

	if (!item_time(&g->f.doc, rid, &t))
		return err_set(e, ERR_DATA,
		    "%s:%zu: RECURRENCE-ID is no time", g->o->name,
		    g->f.doc.prop[rid].line);
	item_cell_of(&t, cell);
	if (occurrence_open(g->c, series, span(cell), key, &one, e))
		return err_prefix(e, "%s:%zu: ", g->o->name, it->line);
	after = change_copy(g->c, &one);
	if (all_replies(g, it, &after, e) ||
	    occurrence_apply(g->c, series, span(key), &one, &after, 0, e))
		return -1;
	buf_adds(g->said, "that is of the one on ");
	ingest_add_when(g, span(key), g->said);
	buf_addc(g->said, '\n');
	return 0;
}

int
ingest_reply(struct ingesting *g, size_t i, struct err *e)
{
	const struct foreign_item *it = &g->f.item[i];
	size_t rid =
	    ics_find(&g->f.doc, it->comp, "RECURRENCE-ID", ICS_NONE);
	struct ours o = { 0 };
	struct record after;
	int r = ingest_ours(g, it, &o, e);

	if (r)
		r = r < 0 ? -1 : ingest_unknown(g, it, e);
	else if (it->sequence < o.sequence)
		ingest_say(g, &o.r, "was changed since: the answer is left",
		    span(""));
	else if (rid != ICS_NONE)
		r = reply_to_one(g, it, rid, &o.r, e);
	else {
		after = change_copy(g->c, &o.r);
		r = all_replies(g, it, &after, e);
		if (r == 0)
			r = change_apply(g->c, &o.r, &after, 0, e);
	}
	buf_release(&o.organizer);
	return r;
}

/* --- what people decide -------------------------------------------------- */

/* A day, or a day and a time here, in two words. */
static void
put_when(struct ingesting *g, const struct ical_time *t, const char *quote,
    struct buf *out)
{
	char cell[21];

	item_cell_of(t, cell);
	if (t->kind == ICAL_DATE)
		quote = "";
	buf_adds(out, quote);
	ingest_add_when(g, span(cell), out);
	buf_adds(out, quote);
}

/* The time that is proposed. */
static void
put_proposed(struct ingesting *g, const struct foreign_item *it,
    struct buf *out)
{
	size_t p = ics_find(&g->f.doc, it->comp, "DTSTART", ICS_NONE);
	struct ical_time t;

	if (p != ICS_NONE && item_time(&g->f.doc, p, &t))
		put_when(g, &t, "", out);
}

/* The command that does what is proposed. */
static bool
put_move(struct ingesting *g, const struct foreign_item *it,
    const struct record *r, struct buf *out)
{
	const struct ics *d = &g->f.doc;
	size_t p = ics_find(d, it->comp, "DTSTART", ICS_NONE);
	size_t rid = ics_find(d, it->comp, "RECURRENCE-ID", ICS_NONE);
	struct ical_time from, to, one;
	char id[ID_LEN + 1], day[11];

	if (p == ICS_NONE || !item_time(&g->f.doc, p, &from))
		return false;
	id_unpack(r->id, id);
	buf_addf(out, "crm-act move %s ", id);
	put_when(g, &from, "'", out);
	if (from.kind != ICAL_DATE && item_end(&g->f.doc, it->comp, &to) &&
	    ical_instant(&to) > ical_instant(&from))
		buf_addf(out, " %lldm",
		    (long long)(ical_instant(&to) - ical_instant(&from)) / 60);
	if (rid != ICS_NONE && item_time(&g->f.doc, rid, &one)) {
		date_format(clock_day(ical_instant(&one), NULL), day);
		buf_addf(out, " --on %s", day);
	}
	return true;
}

int
ingest_counter(struct ingesting *g, size_t i, struct err *e)
{
	const struct foreign_item *it = &g->f.item[i];
	size_t p = ics_find(&g->f.doc, it->comp, "ATTENDEE", ICS_NONE);
	struct buf who = { 0 }, move = { 0 };
	struct ours o = { 0 };
	int r = ingest_ours(g, it, &o, e);

	if (r)
		r = r < 0 ? -1 : ingest_unknown(g, it, e);
	else if (p == ICS_NONE || !item_mail(g->f.doc.prop[p].value, &who) ||
		 (!item_is_guest(record_get(&o.r, "with"), buf_span(&who)) &&
		     !g->o->force))
		r = err_set(e, ERR_PERM,
		    "%s:%zu: '%s' proposes, but is not invited", g->o->name,
		    it->line, who.n ? who.p : "");
	else if (!put_move(g, it, &o.r, &move))
		ingest_say(g, &o.r, "should be otherwise, but at no other "
				    "time, says ", buf_span(&who));
	else {
		buf_adds(&who, ": ");
		put_proposed(g, it, &who);
		ingest_say(g, &o.r, "is proposed for another time by ",
		    buf_span(&who));
		buf_addf(g->said, "to accept: %s\n", move.p);
	}
	buf_release(&o.organizer);
	buf_release(&who);
	buf_release(&move);
	return r;
}

int
ingest_declined(struct ingesting *g, size_t i, struct err *e)
{
	const struct foreign_item *it = &g->f.item[i];
	struct ours o = { 0 };
	int r = ingest_ours(g, it, &o, e);

	if (r > 0)
		r = ingest_unknown(g, it, e);
	if (r == 0)
		r = ingest_check_organizer(g, it, &o, e);
	if (r == 0)
		ingest_say(g, &o.r, "stays as it is: what was proposed is "
				    "declined", span(""));
	buf_release(&o.organizer);
	return r;
}

int
ingest_refresh(struct ingesting *g, size_t i, struct err *e)
{
	const struct foreign_item *it = &g->f.item[i];
	struct ours o = { 0 };
	char id[ID_LEN + 1];
	int r = ingest_ours(g, it, &o, e);

	if (r) {
		r = r < 0 ? -1 : ingest_unknown(g, it, e);
	} else {
		id_unpack(o.r.id, id);
		ingest_say(g, &o.r, "is asked for as it now is", span(""));
		buf_addf(g->said, "to send it: crm-act invite %s\n", id);
	}
	buf_release(&o.organizer);
	return r;
}
