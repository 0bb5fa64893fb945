#include "crm/mail/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item_impl.h"
#include "crm/calendar/occur.h"
#include "crm/calendar/take.h"
#include "crm/mail/ingest_impl.h"
#include "crm/own.h"
#include "store/id.h"

/* --- what came ----------------------------------------------------------- */

static int
open_data(struct ingesting *g, struct buf *data, struct err *e)
{
	struct buf text = { 0 };
	int r;

	g->f.stranger = true;
	if (foreign_begins(buf_span(data)))
		return foreign_read(&g->f, g->o->name, data, e);
	if (mail_read(buf_span(data), g->o->name, NULL, &g->mail, e))
		return -1;
	g->by_mail = true;
	if (!g->mail.calendar.n)
		return err_set(e, ERR_DATA,
		    "%s: there is no invitation in it: no part text/calendar",
		    g->o->name);
	buf_addspan(&text, g->mail.calendar);
	r = foreign_read(&g->f, g->o->name, &text, e);
	buf_release(&text);
	return r;
}

static void
add_person(struct ingesting *g, enum mail_role role, struct span value)
{
	struct mail *m = &g->mail;
	struct buf b = { 0 };

	if (item_mail(value, &b)) {
		GROW(m->address, m->naddresses, m->address_cap);
		m->address[m->naddresses++] = (struct mail_address){
			.role = role,
			.mail = arena_span(&m->arena, buf_span(&b)) };
	}
	buf_release(&b);
}

/* Whom we are to know: organizers and attendees of all items. */
static int
find_people(struct ingesting *g, struct err *e)
{
	const struct ics *d = &g->f.doc;

	for (size_t i = 0; i < g->f.n; i++) {
		size_t comp = g->f.item[i].comp, p = ICS_NONE;

		add_person(g, MAIL_FROM, ics_value(d, comp, "ORGANIZER"));
		while ((p = ics_find(d, comp, "ATTENDEE", p)) != ICS_NONE)
			add_person(g, MAIL_TO, d->prop[p].value);
	}
	if (!g->mail.id.n)
		g->mail.id = span("calendar@local");
	return match_new(&g->match, g->c, &g->mail, 1, e);
}

static struct span
organizer(const struct ics *d, size_t comp, struct buf *out)
{
	item_mail(ics_value(d, comp, "ORGANIZER"), out);
	return buf_span(out);
}

/* 0; 1 where we have no such item. */
int
ingest_ours(struct ingesting *g, const struct foreign_item *it,
    struct ours *o, struct err *e)
{
	struct buf path = { 0 }, data = { 0 };
	struct foreign have = { 0 };
	struct cal_path where;
	uint64_t id = act_id(it->uid);
	int r = change_load(g->c, g->cal->act, id, &o->r, e);

	if (r == 0)
		r = cal_find(g->cal, id, &path, e);
	if (r == 0)
		r = session_read(g->c->s, path.p, &data, e);
	if (r == 0 && calendar_path(buf_span(&path), &where) && where.gz)
		r = archive_unpack(path.p, &data, e);
	if (r == 0)
		r = foreign_read(&have, path.p, &data, e);
	for (size_t i = 0; r == 0 && i < have.n; i++) {
		if (!span_eq(have.item[i].uid, it->uid))
			continue;
		o->sequence = have.item[i].sequence;
		organizer(&have.doc, have.item[i].comp, &o->organizer);
	}
	foreign_release(&have);
	buf_release(&path);
	buf_release(&data);
	return r;
}

/* Who may change it: its organizer; of our own meetings, one of our users. */
int
ingest_check_organizer(struct ingesting *g, const struct foreign_item *it,
    const struct ours *o, struct err *e)
{
	struct buf who = { 0 };
	struct span by = organizer(&g->f.doc, it->comp, &who);
	struct match_person *p = by.n ? match_person(g->match, by) : NULL;
	bool ok = o->organizer.n ? span_eq(by, buf_span(&o->organizer))
				 : p && p->user.n;
	int r = 0;

	if (!ok && !g->o->force)
		r = err_set(e, ERR_PERM,
		    "%s:%zu: '%.*s' is no organizer of '%.*s' (%s); if it is "
		    "right nevertheless, --force", g->o->name, it->line,
		    SPANF(by), SPANF(record_get(&o->r, "subject")),
		    o->organizer.n ? o->organizer.p : "one of ours");
	buf_release(&who);
	return r;
}

void
ingest_say(struct ingesting *g, const struct record *r, const char *what,
    struct span more)
{
	char id[ID_LEN + 1];

	id_unpack(r->id, id);
	buf_addf(g->said, "%s '%.*s' %s%.*s\n", id,
	    SPANF(record_get(r, "subject")), what, SPANF(more));
}

void
ingest_add_when(struct ingesting *g, struct span cell, struct buf *out)
{
	bool timed;
	int64_t t;

	if (when_parse(cell, &t, &timed) && timed)
		instant_local(session_own(g->c->s)->zone, t, out);
	else
		buf_addspan(out, cell);
}

int
ingest_unknown(struct ingesting *g, const struct foreign_item *it, struct err *e)
{
	return err_set(e, ERR_NOENT, "%s:%zu: there is no activity with the "
				     "UID '%.*s'", g->o->name, it->line,
	    SPANF(it->uid));
}

/* --- requests ------------------------------------------------------------ */

/* Whose it is, and whom it is about: by those who are in it. */
static struct span
people_of(struct ingesting *g, size_t comp, struct record *links)
{
	static const char *const names[] = { "ORGANIZER", "ATTENDEE" };
	const struct ics *d = &g->f.doc;
	struct span owner = { NULL, 0 };
	struct buf b = { 0 };

	for (size_t i = 0; i < g->mail.naddresses; i++) {
		const struct mail_address *a = &g->mail.address[i];
		struct match_person *p = match_person(g->match, a->mail);

		if (a->role >= MAIL_TO && p && p->user.n && !owner.n)
			owner = p->user;
	}
	for (int k = 0; k < 2; k++) {
		size_t x = ICS_NONE;

		while ((x = ics_find(d, comp, names[k], x)) != ICS_NONE) {
			struct match_person *p;

			buf_reset(&b);
			if (!item_mail(d->prop[x].value, &b))
				continue;
			p = match_person(g->match, buf_span(&b));
			if (!p || p->user.n || record_get(links, "contact").n ||
			    record_get(links, "lead").n)
				continue;
			record_put(links, "contact", p->contact);
			record_put(links, "account",
			    p->employer.n ? p->employer : p->account);
			if (!p->contact.n)
				record_put(links, "lead", p->lead);
		}
	}
	buf_release(&b);
	return owner.n ? owner : g->o->me;
}

static int
propose(struct ingesting *g, const struct record *r, struct span opp)
{
	if (opp.n && !g->o->link && !record_get(r, "opp").n)
		buf_addf(g->said,
		    "it may belong to the deal %.*s; --link, or crm-act set, "
		    "says so\n", SPANF(opp));
	return 0;
}

static int
request(struct ingesting *g, size_t i, struct err *e)
{
	static const char *const said[] = { "is in the calendar",
		"was changed", "is already as it says",
		"is older than what we have: left" };
	struct record none = { .ent = g->cal->act }, out;
	struct record links = change_copy(g->c, &none);
	struct take t = { .c = g->c, .links = &links, .sent = true };
	struct ours o = { 0 };
	struct span opp = { NULL, 0 };
	enum taken what;
	int r = ingest_ours(g, &g->f.item[i], &o, e);

	if (r == 0)
		r = ingest_check_organizer(g, &g->f.item[i], &o, e);
	t.owner = people_of(g, g->f.item[i].comp, &links);
	if (r >= 0)
		r = match_deal(g->match, record_get(&links, "contact"),
		    record_get(&links, "account"), &opp, e);
	if (r >= 0 && g->o->link)
		record_put(&links, "opp", opp);
	if (r >= 0)
		r = take_item(&t, &g->f, i, &what, &out, e);
	if (r == 0 && what == TAKEN_FEED) {
		buf_addf(g->said, "%s:%zu: it is of a feed of ours: left\n",
		    g->o->name, g->f.item[i].line);
	} else if (r == 0) {
		ingest_say(g, &out, said[what], span(""));
		propose(g, &out, opp);
	}
	take_release(&t);
	buf_release(&o.organizer);
	return r < 0 ? -1 : 0;
}

/* --- cancelled ----------------------------------------------------------- */

/* When an occurrence is, as the key of a line of exceptions. */
static int
key_at(struct ingesting *g, const struct foreign_item *it, const char *name,
    char key[21], struct err *e)
{
	size_t p = ics_find(&g->f.doc, it->comp, name, ICS_NONE);
	struct ical_time t;

	if (p == ICS_NONE || !item_time(&g->f.doc, p, &t))
		return err_set(e, ERR_DATA, "%s:%zu: %s is no time", g->o->name,
		    p == ICS_NONE ? it->line : g->f.doc.prop[p].line, name);
	item_cell_of(&t, key);
	return 0;
}

/* One occurrence does not take place; the whole, where none is named. */
static int
call_off(struct ingesting *g, const struct foreign_item *it,
    struct record *after, struct err *e)
{
	size_t p =
	    ics_find(&g->f.doc, it->comp, "RECURRENCE-ID", ICS_NONE);
	struct buf cell = { 0 };
	struct span range;
	char key[21];
	int r;

	if (p == ICS_NONE) {
		record_put(after, "state", span("cancelled"));
		return 0;
	}
	if (key_at(g, it, "RECURRENCE-ID", key, e))
		return -1;
	if (ics_param(&g->f.doc, p, "RANGE", &range))
		return err_set(e, ERR_DATA,
		    "%s:%zu: all from %s on are called off; end the series "
		    "with crm-act set ID repeat=...", g->o->name,
		    g->f.doc.prop[p].line, key);
	r = exceptions_set(g->cal, after->value, span(key), NULL, NULL, 0,
	    &cell, e);
	if (r == 0)
		record_put(after, "exceptions",
		    arena_span(&g->c->arena, buf_span(&cell)));
	buf_release(&cell);
	return r;
}

static int
cancel(struct ingesting *g, size_t i, struct err *e)
{
	const struct foreign_item *it = &g->f.item[i];
	struct ours o = { 0 };
	struct record after;
	int r = ingest_ours(g, it, &o, e);

	if (r > 0)
		r = ingest_unknown(g, it, e);
	if (r == 0)
		r = ingest_check_organizer(g, it, &o, e);
	if (r == 0 && it->sequence < o.sequence) {
		ingest_say(g, &o.r, "was changed since: left", span(""));
	} else if (r == 0) {
		after = change_copy(g->c, &o.r);
		r = call_off(g, it, &after, e);
		if (r == 0)
			r = change_apply(g->c, &o.r, &after, 0, e);
		if (r == 0)
			ingest_say(g, &after, "is called off", span(""));
	}
	buf_release(&o.organizer);
	return r;
}

/* One more of a series: its line, behind those that there are. */
static void
add_line(struct ingesting *g, const struct foreign_item *it, const char *key,
    struct record *after)
{
	struct buf cell = { 0 }, place = { 0 };
	struct ical_time end;
	char at[21];

	buf_addspan(&cell, record_get(after, "exceptions"));
	buf_addf(&cell, "%s%s +", cell.n ? "\n" : "", key);
	if (item_end(&g->f.doc, it->comp, &end) && strlen(key) > 10) {
		item_cell_of(&end, at);
		buf_addf(&cell, " end=%s", at);
		ics_unescape(
		    &place, ics_value(&g->f.doc, it->comp, "LOCATION"));
		if (place.n) {
			buf_adds(&cell, ";where=");
			ics_escape(&cell, buf_span(&place));
		}
	}
	record_put(after, "exceptions",
	    arena_span(&g->c->arena, buf_span(&cell)));
	buf_release(&cell);
	buf_release(&place);
}

static bool
has_line(struct span lines, const char *key)
{
	while (lines.n) {
		struct span line = span_cut(&lines, '\n');

		if (span_eqs(span_cut(&line, ' '), key))
			return true;
	}
	return false;
}

static int
add(struct ingesting *g, size_t i, struct err *e)
{
	const struct foreign_item *it = &g->f.item[i];
	struct buf when = { 0 };
	struct ours o = { 0 };
	struct record after;
	char key[21];
	int r = ingest_ours(g, it, &o, e);

	if (r > 0)
		r = ingest_unknown(g, it, e);
	if (r == 0)
		r = ingest_check_organizer(g, it, &o, e);
	if (r == 0)
		r = key_at(g, it, "DTSTART", key, e);
	if (r)
		;
	else if (it->sequence < o.sequence)
		ingest_say(g, &o.r, "was changed since: left", span(""));
	else if (!record_get(&o.r, "repeat").n)
		r = err_set(e, ERR_DATA,
		    "%s:%zu: it adds to what does not repeat here; ask for it "
		    "as a whole", g->o->name, it->line);
	else if (has_line(record_get(&o.r, "exceptions"), key))
		ingest_say(g, &o.r, "is already as it says", span(""));
	else {
		after = change_copy(g->c, &o.r);
		add_line(g, it, key, &after);
		r = change_apply(g->c, &o.r, &after, 0, e);
		ingest_add_when(g, span(key), &when);
		if (r == 0)
			ingest_say(g, &after, "is once more, at ",
			    buf_span(&when));
	}
	buf_release(&when);
	buf_release(&o.organizer);
	return r;
}

static const struct {
	const char *method;
	int (*run)(struct ingesting *g, size_t i, struct err *e);
} methods[] = { { "", request }, { "REQUEST", request },
	{ "PUBLISH", request }, { "ADD", add }, { "CANCEL", cancel },
	{ "REPLY", ingest_reply }, { "COUNTER", ingest_counter },
	{ "DECLINECOUNTER", ingest_declined }, { "REFRESH", ingest_refresh } };

int
ingest(struct changes *c, struct buf *data, const struct ingest_options *o,
    struct buf *said, struct err *e)
{
	struct ingesting g = { .c = c, .o = o, .said = said };
	size_t m = 0, n = sizeof methods / sizeof *methods;
	int r = session_calendar(c->s, &g.cal, e);

	c->by_organizer = true;
	if (r == 0)
		r = open_data(&g, data, e);
	while (r == 0 && m < n && !span_ieqs(g.f.method, methods[m].method))
		m++;
	if (r == 0 && m == n)
		r = err_set(e, ERR_DATA,
		    "%s:1: METHOD:%.*s is not understood; those of iTIP (RFC "
		    "5546) are", o->name, SPANF(g.f.method));
	if (r == 0)
		r = find_people(&g, e);
	for (size_t i = 0; r == 0 && i < g.f.n; i++)
		r = methods[m].run(&g, i, e);
	match_free(g.match);
	mail_release(&g.mail);
	foreign_release(&g.f);
	return r;
}
