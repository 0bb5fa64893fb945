/*
 * Components of all versions, and the file that is made of them: base with
 * edits, so that what nobody changed keeps its bytes.
 */
#include "crm/history/merge_ics.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/history/merge_ics_impl.h"

static const char *const side_name[] = { "the common", "our", "their" };

/* --- components ---------------------------------------------------------- */

static struct span
upper(struct arena *a, struct span s)
{
	char *p = arena_dup(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)toupper((unsigned char)p[i]);
	return span_n(p, s.n);
}

static bool
is_calendar(const struct ics *d, size_t comp)
{
	return d->comp[comp].parent == 0 &&
	    span_ieqs(d->comp[comp].name, "VCALENDAR");
}

/* The name of what stands in a calendar (or beside one), and what tells it. */
static void
key_of(struct imerge *m, int side, size_t comp, struct mcomp *c)
{
	struct ics *d = &m->doc[side];
	struct span tells;
	struct buf key = { 0 };

	c->name = upper(&m->arena, d->comp[comp].name);
	c->uid = c->rid = span("");
	if (span_eqs(c->name, "VTIMEZONE"))
		tells = span_trim(ics_value(d, comp, "TZID"));
	else if (is_calendar(d, comp))
		tells = span("");
	else
		tells = c->uid = span_trim(ics_value(d, comp, "UID"));
	if (c->uid.n)
		c->rid = span_trim(ics_value(d, comp, "RECURRENCE-ID"));
	else if (!tells.n && !is_calendar(d, comp))
		tells = comp_canon(&m->arena, d, comp, true);
	buf_addspan(&key, c->name);
	buf_addc(&key, '\0');
	buf_addspan(&key, tells);
	buf_addc(&key, '\0');
	buf_addspan(&key, c->rid);
	c->key = arena_span(&m->arena, buf_span(&key));
	buf_release(&key);
}

/* Of two with one key the second is another. */
static void
add_comp(struct imerge *m, struct strmap *by_key, int side, size_t comp)
{
	struct mcomp c = { 0 };
	size_t at, n = 1;

	key_of(m, side, comp, &c);
	while ((at = strmap_get(by_key, c.key)) != (size_t)-1 &&
	    m->comp[at].at[side] != ICS_NONE)
		c.key = arena_printf(
		    &m->arena, "%.*s#%zu", SPANF(c.key), ++n);
	if (at == (size_t)-1) {
		at = m->ncomps;
		for (int s = 0; s < SIDES; s++)
			c.at[s] = ICS_NONE;
		GROW(m->comp, m->ncomps, m->comp_cap);
		m->comp[m->ncomps++] = c;
		strmap_set(by_key, c.key, at);
	}
	m->comp[at].at[side] = comp;
}

/* The first calendar, and what stands in calendars and beside them. */
static void
collect(struct imerge *m, struct strmap *by_key, int side)
{
	const struct ics *d = &m->doc[side];
	bool first = true;

	for (size_t i = 1; i < d->ncomps; i++) {
		size_t in = d->comp[i].parent;

		if (is_calendar(d, i)) {
			if (first)
				add_comp(m, by_key, side, i);
			first = false;
		} else if (in == 0 || is_calendar(d, in)) {
			add_comp(m, by_key, side, i);
		}
	}
}

static int
by_key_cmp(const void *a, const void *b)
{
	return span_cmp(((const struct mcomp *)a)->key,
	    ((const struct mcomp *)b)->key);
}

static void
sort_comps(struct imerge *m, struct strmap *by_key)
{
	strmap_release(by_key);
	if (m->ncomps)
		qsort(m->comp, m->ncomps, sizeof *m->comp, by_key_cmp);
	for (size_t i = 0; i < m->ncomps; i++)
		strmap_set(by_key, m->comp[i].key, i);
}

/* --- the file that is edited --------------------------------------------- */

/* Of two sides that have it, the text that is greater. */
static void
text_of(struct imerge *m, const struct mcomp *c, bool crlf, struct buf *out)
{
	struct buf text[2] = { 0 };

	for (int s = OURS; s <= THEIRS; s++)
		if (c->at[s] != ICS_NONE)
			comp_render(&m->doc[s], c->at[s], crlf,
			    &text[s - OURS]);
	buf_addspan(out,
	    buf_span(&text[span_cmp(buf_span(&text[0]),
			       buf_span(&text[1])) < 0]));
	buf_release(&text[0]);
	buf_release(&text[1]);
}

/* What from has, and every component that a side has added to it. */
static int
make_skel(struct imerge *m, int from, struct err *e)
{
	struct ics d = { 0 };
	struct buf copy = { 0 }, text = { 0 };
	size_t first;
	int r;

	buf_addspan(&copy, buf_span(&m->doc[from].text));
	r = ics_parse(&d, m->path, &copy, e);
	first = r ? ICS_NONE : ics_child(&d, 0, "VCALENDAR", ICS_NONE);
	for (size_t i = 0; r == 0 && i < m->ncomps; i++) {
		const struct mcomp *c = &m->comp[i];

		if (c->at[from] != ICS_NONE || span_eqs(c->name, "VCALENDAR"))
			continue;
		buf_reset(&text);
		text_of(m, c, d.crlf, &text);
		if (text.n)
			r = ics_add_text(&d, first == ICS_NONE ? 0 : first,
			    buf_span(&text), e);
	}
	if (r == 0) {
		ics_write(&d, &copy);
		r = ics_parse(&m->doc[SKEL], m->path, &copy, e);
	}
	ics_release(&d);
	buf_release(&copy);
	buf_release(&text);
	return r;
}

/* --- what becomes of a component ----------------------------------------- */

static struct span
canon_at(struct imerge *m, const struct mcomp *c, int side, bool stamps)
{
	return c->at[side] == ICS_NONE
	    ? span("")
	    : comp_canon(&m->arena, &m->doc[side], c->at[side], stamps);
}

/* A zone is one thing, and stays as long as one side has it. */
static int
merge_zone(struct imerge *m, const struct mcomp *c, struct err *e)
{
	struct span b = canon_at(m, c, BASE, true);
	struct span o = canon_at(m, c, OURS, true);
	struct span t = canon_at(m, c, THEIRS, true);
	int from = span_cmp(o, t) > 0 ? OURS : THEIRS;
	struct ics *skel = &m->doc[SKEL];
	struct buf text = { 0 };
	int r;

	if (o.n && t.n && (span_eq(b, o) || span_eq(b, t)))
		from = span_eq(b, o) ? THEIRS : OURS;
	if (span_eq(from == OURS ? o : t, canon_at(m, c, SKEL, true)))
		return 0;
	comp_render(&m->doc[from], c->at[from], skel->crlf, &text);
	ics_remove_comp(skel, c->at[SKEL]);
	r = ics_add_text(skel, skel->comp[c->at[SKEL]].parent,
	    buf_span(&text), e);
	buf_release(&text);
	return r;
}

/* Removed on one side: it goes, unless the other has changed it. */
static int
merge_removed(struct imerge *m, const struct mcomp *c, struct err *e)
{
	int kept = c->at[OURS] != ICS_NONE ? OURS : THEIRS;

	if (span_eq(canon_at(m, c, BASE, false), canon_at(m, c, kept, false))) {
		ics_remove_comp(&m->doc[SKEL], c->at[SKEL]);
		return 0;
	}
	return merge_comp(m, c, true, e) || tell_removed(m, c, e) ? -1 : 0;
}

static int
merge_one(struct imerge *m, const struct mcomp *c, struct err *e)
{
	bool b = c->at[BASE] != ICS_NONE, o = c->at[OURS] != ICS_NONE,
	     t = c->at[THEIRS] != ICS_NONE;

	if (c->at[SKEL] == ICS_NONE)
		return 0;
	if (span_eqs(c->name, "VCALENDAR"))
		return o && t ? merge_comp(m, c, false, e) : 0;
	if (!o && !t) {
		ics_remove_comp(&m->doc[SKEL], c->at[SKEL]);
		return 0;
	}
	if (span_eqs(c->name, "VTIMEZONE"))
		return merge_zone(m, c, e);
	if (o && t)
		return merge_comp(m, c, true, e);
	return b ? merge_removed(m, c, e) : 0;
}

/* --- files --------------------------------------------------------------- */

static int
load(struct imerge *m, int side, struct span text, struct err *e)
{
	struct buf copy = { 0 };

	if (side == BASE && !text.n)
		return 0;
	buf_addspan(&copy, text);
	m->has[side] = true;
	if (ics_parse(&m->doc[side], m->path, &copy, e))
		return err_suffix(e, " (in %s version)", side_name[side]);
	return 0;
}

static int
merge_all(struct imerge *m, const struct span text[3], struct buf *out,
    struct err *e)
{
	struct strmap by_key = { 0 };
	int from = m->has[BASE] ? BASE
	    : span_cmp(text[OURS], text[THEIRS]) > 0 ? OURS
						     : THEIRS;
	size_t had = out->n;
	int r;

	for (int s = BASE; s <= THEIRS; s++)
		if (m->has[s])
			collect(m, &by_key, s);
	sort_comps(m, &by_key);
	r = make_skel(m, from, e);
	if (r == 0)
		collect(m, &by_key, SKEL);
	for (size_t i = 0; r == 0 && i < m->ncomps; i++)
		r = merge_one(m, &m->comp[i], e);
	if (r == 0) {
		ics_write(&m->doc[SKEL], out);
		r = tell_fields(
		    m, span_n(out->p + had, out->n - had), e);
	}
	strmap_release(&by_key);
	return r;
}

int
ics_merge(struct entity *act, const char *path, struct span base,
    struct span ours, struct span theirs, struct buf *out,
    merge_conflict_fn *fn, void *ctx, struct err *e)
{
	const struct span text[3] = { base, ours, theirs };
	struct imerge m = { .act = act, .path = path, .fn = fn, .ctx = ctx };
	int r = 0;

	if (span_eq(ours, theirs) || span_eq(base, theirs)) {
		buf_addspan(out, ours);
		return 0;
	}
	if (span_eq(base, ours)) {
		buf_addspan(out, theirs);
		return 0;
	}
	m.cal = calendar_bare(act);
	for (int s = BASE; r == 0 && s <= THEIRS; s++)
		r = load(&m, s, text[s], e);
	if (r == 0)
		r = merge_all(&m, text, out, e);
	for (int s = 0; s < SIDES; s++) {
		items_free(m.item[s]);
		ics_release(&m.doc[s]);
	}
	free(m.comp);
	free(m.field);
	arena_release(&m.arena);
	calendar_free(m.cal);
	return r;
}
