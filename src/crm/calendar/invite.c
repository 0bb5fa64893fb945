#include "crm/calendar/invite.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/calendar/index.h"
#include "crm/calendar/invite_text.h"
#include "crm/calendar/item_impl.h"
#include "crm/mail/compose.h"
#include "store/id.h"

/* What goes out of an item. SEQUENCE, STATUS and DTSTAMP are said anew. */
static const char *const kept[] = { "UID", "DTSTART", "DTEND", "DUE",
	"DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "SUMMARY",
	"LOCATION", "GEO", "CLASS", "TRANSP", "ATTENDEE" };

struct inviting {
	struct session *s;
	struct calendar *cal;
	uint64_t id;
	bool cancel;
	struct ics doc;
	struct span uid;
	size_t comp; /* its master */
	const struct person *owner;
	struct buf mail;  /* the owner's address */
	struct buf to;	  /* those of the others, by blanks */
	int64_t sequence;
};

/* --- what is invited to -------------------------------------------------- */

static int
open_item(struct inviting *v, struct err *e)
{
	struct buf path = { 0 }, data = { 0 };
	struct cal_path p;
	struct item *it = NULL;
	size_t n = 0, who;
	int r = cal_find(v->cal, v->id, &path, e);

	if (r == 0 && calendar_path(buf_span(&path), &p) && p.archive)
		r = err_set(e, ERR_USAGE, "%s: it is over, and in the archive",
		    path.p);
	if (r == 0)
		r = session_read(v->s, path.p, &data, e);
	if (r == 0)
		r = ics_parse(&v->doc, path.p, &data, e);
	if (r == 0)
		r = items_of(v->cal, &v->doc, v->doc.path, &it, &n, e);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (act_id(it[i].uid) != v->id)
			continue;
		v->uid = it[i].uid;
		v->comp = it[i].comp;
	}
	if (r == 0 && v->comp) {
		who = calendar_folder(v->cal, it[0].path.folder);
		v->owner = who == (size_t)-1 ? NULL : &v->cal->person[who];
	}
	if (r > 0 || (r == 0 && !v->comp))
		r = err_set(e, ERR_NOENT, "there is no such activity");
	items_free(it);
	buf_release(&path);
	buf_release(&data);
	return r;
}

static int
check_owner(const struct person *p, struct err *e)
{
	if (p && mail_is_address(p->email))
		return 0;
	return err_set(e, ERR_DATA,
	    "who invites needs a mail address: crm-user set %.*s email=...",
	    SPANF(p ? p->folder : span("...")));
}

int
invite_check(
    const struct calendar *cal, const struct span *value, struct err *e)
{
	size_t who = calendar_person(cal, act_cell(cal, value, "owner"));
	const struct person *p =
	    who == (size_t)-1 ? NULL : &cal->person[who];
	struct span with = act_cell(cal, value, "with");
	bool others = false;

	if (check_owner(p, e))
		return -1;
	while (with.n) {
		struct span one = span_trim(span_cut(&with, ';'));

		if (!mail_is_address(one))
			return err_set(e, ERR_DATA,
			    "'%.*s' is no mail address", SPANF(one));
		others |= !span_ieq(one, p->email);
	}
	return others ? 0
		      : err_set(e, ERR_USAGE,
			    "nobody is invited: --with ada@example.org");
}

static int
read_people(struct inviting *v, struct err *e)
{
	struct buf one = { 0 };
	size_t p = ICS_NONE;
	int r = 0;

	if (check_owner(v->owner, e))
		return -1;
	item_mail(v->owner->email, &v->mail);
	if (item_mail(ics_value(&v->doc, v->comp, "ORGANIZER"), &one) &&
	    !span_eq(buf_span(&one), buf_span(&v->mail)))
		r = err_set(e, ERR_PERM,
		    "%s invites to this; only the organizer can", one.p);
	while (r == 0 && (p = ics_find(&v->doc, v->comp, "ATTENDEE", p)) !=
			     ICS_NONE) {
		buf_reset(&one);
		if (!item_mail(v->doc.prop[p].value, &one) ||
		    !mail_is_address(buf_span(&one)))
			r = err_set(e, ERR_DATA,
			    "%s:%zu: this is no mail address", v->doc.path,
			    v->doc.prop[p].line);
		else if (!span_eq(buf_span(&one), buf_span(&v->mail)))
			buf_addf(&v->to, "%s%s", v->to.n ? " " : "", one.p);
	}
	if (r == 0 && !v->to.n)
		r = err_set(e, ERR_USAGE,
		    "nobody is invited: crm-act set ID with=ada@example.org");
	buf_release(&one);
	return r;
}

/* --- the calendar -------------------------------------------------------- */

static int
put_organizer(struct inviting *v, struct buf *out, struct err *e)
{
	struct buf params = { 0 }, value = { 0 };
	int r;

	if (v->owner->name.n) {
		buf_adds(&params, "CN=");
		ics_param_value(&params, v->owner->name);
	}
	buf_addf(&value, "mailto:%s", v->mail.p);
	r = ics_line(out, "ORGANIZER", buf_span(&params), buf_span(&value),
	    true, e);
	buf_release(&params);
	buf_release(&value);
	return r;
}

static int
put_comp(struct inviting *v, size_t comp, struct buf *out, struct err *e)
{
	const struct ics *d = &v->doc;
	const struct ics_comp *c = &d->comp[comp];
	struct ical_time now = { .kind = ICAL_UTC };
	char at[20];
	int r = 0;

	now = ical_from_instant(clock_now(), &now);
	ical_time_format(&now, at);
	buf_addf(out, "BEGIN:%.*s\r\nDTSTAMP:%s\r\nSEQUENCE:%lld\r\n",
	    SPANF(c->name), at, (long long)v->sequence);
	if (v->cancel)
		buf_adds(out, "STATUS:CANCELLED\r\n");
	else if (span_ieqs(c->name, "VEVENT"))
		buf_adds(out, "STATUS:CONFIRMED\r\n");
	r = put_organizer(v, out, e);
	for (size_t i = c->prop; r == 0 && i < c->prop_end; i++) {
		const struct ics_prop *x = &d->prop[i];

		for (size_t k = 0; x->comp == comp && r == 0 &&
				   k < sizeof kept / sizeof *kept; k++) {
			if (span_ieqs(x->name, kept[k]))
				r = ics_line(out, kept[k], x->params,
				    x->value, true, e);
		}
	}
	buf_addf(out, "END:%.*s\r\n", SPANF(c->name));
	return r;
}

static int
put_calendar(struct inviting *v, struct buf *out, struct err *e)
{
	const struct ics *d = &v->doc;
	bool off = span_ieqs(ics_value(d, v->comp, "STATUS"), "CANCELLED");
	int r = 0;

	if (!span_int(span_trim(ics_value(d, v->comp, "SEQUENCE")),
		&v->sequence))
		v->sequence = 0;
	/* calling off is a change, and one that was made already counted */
	v->sequence += v->cancel && !off;
	buf_addf(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
		      "PRODID:-//crm//crm//EN\r\nMETHOD:%s\r\n",
	    v->cancel ? "CANCEL" : "REQUEST");
	for (size_t i = 1; r == 0 && i < d->ncomps; i++) {
		if (d->comp[d->comp[i].parent].parent != 0)
			continue;
		if (span_ieqs(d->comp[i].name, "VTIMEZONE"))
			buf_add(out, d->text.p + d->comp[i].at,
			    d->comp[i].end - d->comp[i].at);
		else if (span_eq(span_trim(ics_value(d, i, "UID")), v->uid))
			r = put_comp(v, i, out, e);
	}
	buf_adds(out, "END:VCALENDAR\r\n");
	return r;
}

/* --- the mail ------------------------------------------------------------ */

/* The addresses, as spans that borrow from v->to; to be freed. */
static struct span *
others(const struct inviting *v, size_t *n)
{
	struct span rest = buf_span(&v->to);
	struct span *to = xcalloc(rest.n / 2 + 1, sizeof *to);

	for (*n = 0; rest.n; (*n)++)
		to[*n] = span_cut(&rest, ' ');
	return to;
}

static int
put_mail(struct inviting *v, struct span calendar, struct buf *out,
    struct err *e)
{
	struct buf subject = { 0 }, text = { 0 }, from = { 0 }, mid = { 0 };
	struct mail_body part[2] = {
		{ .type = span("text/plain") },
		{ .type = span("text/calendar"),
		    .parameters = span(
			v->cancel ? "method=CANCEL" : "method=REQUEST"),
		    .data = calendar },
	};
	struct mail_message m = { .date = clock_now(), .part = part,
		.nparts = 2, .nalternatives = 2 };
	struct span *to = others(v, &m.nto);
	char id[ID_LEN + 1];
	int r;

	id_unpack(v->id, id);
	buf_adds(&subject, v->cancel ? "Cancelled: " : "Invitation: ");
	ics_unescape(&subject, ics_value(&v->doc, v->comp, "SUMMARY"));
	invite_text(&(struct invite_text){ .s = v->s, .doc = &v->doc,
			.comp = v->comp, .subject = buf_span(&subject),
			.name = v->owner->name, .mail = buf_span(&v->mail) },
	    &text);
	buf_addf(&from, "\"%.*s\" <%s>", SPANF(v->owner->name), v->mail.p);
	buf_addf(&mid, "%s.%lld.%lld%s", id, (long long)v->sequence,
	    (long long)m.date, strrchr(v->mail.p, '@'));
	part[0].data = buf_span(&text);
	m.from = buf_span(&from);
	m.to = to;
	m.subject = buf_span(&subject);
	m.message_id = buf_span(&mid);
	r = mail_compose(&m, out, e);
	free(to);
	buf_release(&subject);
	buf_release(&text);
	buf_release(&from);
	buf_release(&mid);
	return r;
}

int
invite_mail(struct session *s, uint64_t id, bool cancel, struct buf *out,
    struct err *e)
{
	struct inviting v = { .s = s, .id = id, .cancel = cancel };
	struct buf calendar = { 0 };
	int r = session_calendar(s, &v.cal, e);

	if (r == 0)
		r = open_item(&v, e);
	if (r == 0)
		r = read_people(&v, e);
	if (r == 0)
		r = put_calendar(&v, &calendar, e);
	if (r == 0)
		r = put_mail(&v, buf_span(&calendar), out, e);
	buf_release(&calendar);
	buf_release(&v.mail);
	buf_release(&v.to);
	ics_release(&v.doc);
	return r;
}
