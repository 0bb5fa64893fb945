/*
 * Taking a foreign calendar apart. Nothing is decoded and written again:
 * ranges of bytes are copied.
 */
#include "crm/calendar/foreign.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/ical.h"
#include "store/sha1.h"

/* A component of an item. */
struct foreign_part {
	size_t comp, item;
	enum item_kind kind;
	bool made;     /* its UID is made of its text */
	bool override; /* of one occurrence */
	bool dropped;
};

/* Of its bytes but for CRs, which come and go on the way. */
static struct span
made_uid(struct foreign *f, size_t comp)
{
	const struct ics_comp *c = &f->doc.comp[comp];
	unsigned char sum[20];
	struct buf b = { 0 };
	struct span uid;
	struct sha1 sha;

	sha1_init(&sha);
	for (size_t i = c->at; i < c->end; i++) {
		if (f->doc.text.p[i] != '\r')
			sha1_add(&sha, f->doc.text.p + i, 1);
	}
	sha1_end(&sha, sum);
	buf_adds(&b, "crm-");
	for (size_t i = 0; i < sizeof sum; i++)
		buf_addf(&b, "%02x", sum[i]);
	uid = arena_span(&f->arena, buf_span(&b));
	buf_release(&b);
	return uid;
}

/* SEQUENCE and LAST-MODIFIED, as in struct foreign_item. */
static void
read_stamps(const struct ics *d, struct foreign_item *it)
{
	static const char *const names[] = { "LAST-MODIFIED", "DTSTAMP" };
	struct ical_time t;

	it->modified = INT64_MIN;
	it->dated = span_int(
	    span_trim(ics_value(d, it->comp, "SEQUENCE")), &it->sequence);
	if (!it->dated)
		it->sequence = 0;
	for (size_t i = 0; i < 2 && it->modified == INT64_MIN; i++) {
		if (!ical_time_parse(span_trim(ics_value(d, it->comp,
					 names[i])), NULL, &t))
			continue;
		it->modified = ical_instant(&t);
		it->dated |= i == 0;
	}
	it->feed = span_trim(ics_value(d, it->comp, "X-CRM-FEED"));
}

/* --- grouping ------------------------------------------------------------ */

static struct foreign_part *
add_part(struct foreign *f, struct strmap *by_uid, size_t comp, int kind)
{
	struct span uid = span_trim(ics_value(&f->doc, comp, "UID"));
	struct foreign_part *p;
	size_t item;

	GROW(f->part, f->nparts, f->part_cap);
	p = &f->part[f->nparts++];
	memset(p, 0, sizeof *p);
	p->comp = comp;
	p->kind = (enum item_kind)kind;
	p->made = uid.n == 0;
	p->override =
	    ics_find(&f->doc, comp, "RECURRENCE-ID", ICS_NONE) != ICS_NONE;
	if (p->made)
		uid = made_uid(f, comp);
	item = strmap_get(by_uid, uid);
	if (item == (size_t)-1) {
		GROW(f->item, f->n, f->cap);
		item = f->n++;
		memset(&f->item[item], 0, sizeof *f->item);
		f->item[item].uid = uid;
		f->item[item].comp = ICS_NONE;
		strmap_set(by_uid, uid, item);
	}
	p->item = item;
	return p;
}

/* One of the same UID and occurrence holds: the later. */
static void
drop_earlier(struct foreign *f, struct strmap *seen)
{
	struct foreign_part *p = &f->part[f->nparts - 1];
	struct span when =
	    span_trim(ics_value(&f->doc, p->comp, "RECURRENCE-ID"));
	struct span key = arena_printf(&f->arena, "%zu %.*s", p->item,
	    SPANF(when));
	size_t old = strmap_get(seen, key);

	if (old != (size_t)-1) {
		f->part[old].dropped = true;
		f->repeated++;
	}
	strmap_set(seen, key, f->nparts - 1);
}

/* The master decides what an item is; what is of another kind goes. */
static void
choose_masters(struct foreign *f)
{
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < f->nparts; i++) {
			const struct foreign_part *p = &f->part[i];
			struct foreign_item *it = &f->item[p->item];

			if (p->dropped || p->override != (pass == 1) ||
			    it->comp != ICS_NONE)
				continue;
			it->comp = p->comp;
			it->kind = p->kind;
			it->line = f->doc.comp[p->comp].line;
			read_stamps(&f->doc, it);
		}
	}
	for (size_t i = 0; i < f->nparts; i++) {
		struct foreign_part *p = &f->part[i];

		if (p->dropped || p->kind == f->item[p->item].kind)
			continue;
		p->dropped = true;
		f->repeated++;
	}
}

bool
foreign_begins(struct span data)
{
	if (span_starts(data, span("\xef\xbb\xbf")))
		data = span_n(data.p + 3, data.n - 3);
	return span_istarts(span_trim(data), span("BEGIN:"));
}

int
foreign_read(struct foreign *f, const char *name, struct buf *data,
    struct err *e)
{
	struct strmap by_uid = { 0 }, seen = { 0 };
	struct ics *d = &f->doc;
	int r = ics_parse(d, name, data, e);

	for (size_t i = 1; r == 0 && i < d->ncomps; i++) {
		int k = item_kind_of(d->comp[i].name);

		if (span_ieqs(d->comp[i].name, "VCALENDAR") && !f->method.n)
			f->method = span_trim(ics_value(d, i, "METHOD"));
		/* of a calendar, not of something within an item */
		if (k < 0 || d->comp[d->comp[i].parent].parent != 0)
			continue;
		add_part(f, &by_uid, i, k);
		drop_earlier(f, &seen);
	}
	if (r == 0 && f->n == 0)
		r = err_set(e, ERR_DATA,
		    "%s:1: there is no event, task or note in it", name);
	if (r == 0)
		choose_masters(f);
	strmap_release(&by_uid);
	strmap_release(&seen);
	return r;
}

void
foreign_release(struct foreign *f)
{
	free(f->item);
	free(f->part);
	ics_release(&f->doc);
	arena_release(&f->arena);
	memset(f, 0, sizeof *f);
}

/* --- the text of one ----------------------------------------------------- */

/* Bytes of the file, with the end of its last line. */
static void
copy(const struct foreign *f, size_t from, size_t to, struct buf *out)
{
	buf_add(out, f->doc.text.p + from, to - from);
	if (to > from && f->doc.text.p[to - 1] != '\n')
		buf_adds(out, f->doc.crlf ? "\r\n" : "\n");
}

/* Where the first thing within a component begins. */
static size_t
inner_start(const struct ics *d, size_t comp)
{
	const struct ics_comp *c = &d->comp[comp];
	size_t at = c->inner_end;

	if (c->prop < c->prop_end && d->prop[c->prop].at < at)
		at = d->prop[c->prop].at;
	if (comp + 1 < d->ncomps && d->comp[comp + 1].parent == comp &&
	    d->comp[comp + 1].at < at)
		at = d->comp[comp + 1].at;
	return at;
}

static void
copy_part(const struct foreign *f, const struct foreign_part *p,
    struct buf *out)
{
	const struct ics *d = &f->doc;
	const struct ics_comp *c = &d->comp[p->comp];
	size_t at = inner_start(d, p->comp);

	copy(f, c->at, at, out);
	if (p->made)
		buf_addf(out, "UID:%.*s%s", SPANF(f->item[p->item].uid),
		    d->crlf ? "\r\n" : "\n");
	for (size_t i = c->prop; i < c->prop_end; i++) {
		const struct ics_prop *x = &d->prop[i];
		bool own = x->comp == p->comp;

		/* of a stranger nothing that is ours, however deep it lies */
		if (!(own && span_ieqs(x->name, "X-CRM-OWNER")) &&
		    !(own && p->made && span_ieqs(x->name, "UID")) &&
		    !(f->stranger &&
			span_istarts(x->name, span("X-CRM-"))))
			continue;
		copy(f, at, x->at, out);
		at = x->end;
	}
	copy(f, at, c->end, out);
}

/* The zones that a component's times name, each once. */
static void
copy_zones(struct foreign *f, size_t comp, struct strmap *done,
    struct buf *out)
{
	struct ics *d = &f->doc;
	const struct ics_comp *c = &d->comp[comp];

	for (size_t i = c->prop; i < c->prop_end; i++) {
		struct span tzid;
		bool added;

		if (!ics_param(d, i, "TZID", &tzid))
			continue;
		strmap_add(done, tzid, 0, &added);
		for (size_t z = 1; added && z < d->ncomps; z++) {
			if (!span_ieqs(d->comp[z].name, "VTIMEZONE") ||
			    !span_eq(span_trim(ics_value(d, z, "TZID")),
				span_trim(tzid)))
				continue;
			copy(f, d->comp[z].at, d->comp[z].end, out);
			break;
		}
	}
}

/* What the calendar says of itself, as far as it concerns each item. */
static void
copy_head(const struct foreign *f, size_t cal, struct buf *out)
{
	static const struct {
		const char *name, *ours;
	} heads[] = { { "VERSION", "VERSION:2.0" },
		{ "PRODID", "PRODID:-//crm//crm//EN" }, { "CALSCALE", NULL } };
	const struct ics *d = &f->doc;

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		size_t p = cal ? ics_find(d, cal, heads[i].name, ICS_NONE)
			       : ICS_NONE;

		if (p != ICS_NONE)
			copy(f, d->prop[p].at, d->prop[p].end, out);
		else if (heads[i].ours)
			buf_addf(out, "%s%s", heads[i].ours,
			    d->crlf ? "\r\n" : "\n");
	}
}

static void
copy_parts(const struct foreign *f, size_t i, struct buf *out)
{
	for (size_t k = 0; k < f->nparts; k++) {
		if (f->part[k].item == i && !f->part[k].dropped)
			copy_part(f, &f->part[k], out);
	}
}

static void
drop_crs(struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (b->p[i] != '\r')
			b->p[n++] = b->p[i];
	}
	buf_cut(b, n);
}

bool
foreign_same(
    const struct foreign *a, size_t i, const struct foreign *b, size_t k)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	copy_parts(a, i, &x);
	copy_parts(b, k, &y);
	drop_crs(&x);
	drop_crs(&y);
	same = span_eq(buf_span(&x), buf_span(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

void
foreign_text(struct foreign *f, size_t i, struct buf *out)
{
	const char *eol = f->doc.crlf ? "\r\n" : "\n";
	struct strmap zones = { 0 };

	buf_addf(out, "BEGIN:VCALENDAR%s", eol);
	copy_head(f, f->doc.comp[f->item[i].comp].parent, out);
	for (size_t k = 0; k < f->nparts; k++) {
		if (f->part[k].item == i && !f->part[k].dropped)
			copy_zones(f, f->part[k].comp, &zones, out);
	}
	copy_parts(f, i, out);
	buf_addf(out, "END:VCALENDAR%s", eol);
	strmap_release(&zones);
}
