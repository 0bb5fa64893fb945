#include "crm/trade/totals.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/query.h"
#include "crm/trade/doc_impl.h"
#include "store/id.h"

/* So many documents are computed at a time; a filter of so many ids still
 * chooses files. */
enum { CHUNK = 2000 };

struct totals {
	struct session *s;
	struct entity *ent, *lines;
	unsigned what;
	struct total *total; /* sorted by id */
	size_t n, cap;
	bool all;
	struct approvers *approvers; /* with TOTALS_APPROVAL */
};

/* Records of one kind with some of their fields. */
struct some {
	const struct entity *ent;
	const struct field **field;
	size_t nfields;
	size_t room; /* values of a record */
	bool not_stored;
	struct record *r;
	size_t n, cap;
	struct arena arena;
};

static const char *const head_fields[] = { "id", "state", "currency", "tax",
	"rounding", "halves", "cash", "discount", "shipping", "shipping_tax",
	"adjustment", "date", "issued_total", "issued_rates", "owner", NULL };
static const char *const line_fields[] = { "id", "quote", "order", "position",
	"kind", "quantity", "price", "list", "discount", "tax", "cost",
	"choice", "chosen", NULL };
static const char *const sum_fields[] = { "id", "order", "kind", "amount",
	"due", NULL };

static void
some_release(struct some *x)
{
	free(x->field);
	free(x->r);
	arena_release(&x->arena);
	memset(x, 0, sizeof *x);
}

static int
some_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct some *x = ctx;
	struct record *r;

	(void)e;
	GROW(x->r, x->n, x->cap);
	r = &x->r[x->n++];
	r->ent = x->ent;
	r->n = x->room;
	r->value = arena_alloc(&x->arena, (r->n + 1) * sizeof *r->value);
	for (size_t i = 0; i < n; i++)
		r->value[x->field[i]->index] = arena_span(&x->arena, cell[i]);
	r->id = id_pack_canonical(cell[0]);
	return 0;
}

/* What has its totals in its fields is not read, where only they are asked. */
static int
skip_stored(struct query *q, const struct entity *ent, struct err *e)
{
	static char draft[] = "state:draft", or1[] = "or", none[] = "state:",
		    or2[] = "or", issued[] = "issued_total:";
	char *words[] = { draft, or1, none, or2, issued };
	size_t from = strcmp(ent->name, "quote") == 0 ? 0 : 4;

	return query_filter(q, words + from, 5 - from, e);
}

/*
 * Those records of ent whose field (id, or a reference) is one of these; all
 * where id is NULL. Without those whose totals are stored, if so said.
 */
static int
some_read(struct session *s, struct entity *ent, const char *const *name,
    const char *field, const uint64_t *id, size_t n, struct some *x,
    struct err *e)
{
	struct query *q = query_new(s, ent);
	struct path *path[16];
	bool label[16] = { false };
	char text[ID_LEN + 1];
	struct buf word = { 0 };
	int r = -1;

	x->ent = ent;
	x->field = xcalloc(16, sizeof *x->field);
	buf_addf(&word, "%s:", field);
	for (size_t i = 0; id && i < n; i++) {
		id_unpack(id[i], text);
		buf_addf(&word, "%s%s", i ? "," : "", text);
	}
	if (id && strcmp(field, "id") == 0)
		query_ids(q, id, n);
	else if (id && query_filter(q, &word.p, 1, e))
		goto out;
	if (x->not_stored && skip_stored(q, ent, e))
		goto out;
	for (; *name; name++) {
		const struct field *f = entity_field(ent, span(*name));

		if (!f)
			continue;
		if (query_path(q, span(*name), false, &path[x->nfields], e))
			goto out;
		x->field[x->nfields++] = f;
		if (f->index >= x->room)
			x->room = f->index + 1;
	}
	r = query_stream(q, path, label, x->nfields, some_row, x, e);
out:
	buf_release(&word);
	query_free(q);
	return r < 0 ? -1 : 0;
}

static int
total_cmp(const void *a, const void *b)
{
	const struct total *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static struct total *
find(const struct totals *t, uint64_t id)
{
	struct total key = { .id = id };

	return t->n ? bsearch(&key, t->total, t->n, sizeof key, total_cmp)
		    : NULL;
}

const struct total *
totals_find(const struct totals *t, uint64_t id)
{
	return t ? find(t, id) : NULL;
}

bool
totals_stored(struct span state, struct span issued_total)
{
	return issued_total.n && state.n && !span_eqs(state, "draft");
}

/* --- from lines ---------------------------------------------------------- */

static bool
costs_known(const struct doc *d)
{
	for (size_t i = 0; i < d->nlines; i++) {
		const struct doc_line *l = &d->line[i];

		if (l->calc != NO_CALC && d->calc.line[l->calc].counted &&
		    !record_get(&l->r, "cost").n)
			return false;
	}
	return d->nlines > 0;
}

/*
 * Few are above a limit; of these all is read, since what was approved is known
 * by all that is in it.
 */
static enum approval
approval_of(struct totals *t, const struct doc *d)
{
	static const char *const done[] = { "rejected", "expired",
		"superseded", "ordered" };
	struct span state = record_get(&d->r, "state");
	enum approval is = APPROVAL_NOT_NEEDED;
	struct approval_state st;
	struct err ignored = { 0 };
	struct doc whole;

	for (size_t i = 0; i < sizeof done / sizeof *done; i++)
		if (span_eqs(state, done[i]))
			return is;
	if (t->approvers && approvers_above(t->approvers, d) &&
	    doc_load(t->s, NULL, d->r.id, &whole, &ignored) == 0) {
		if (approval_state(t->s, NULL, &whole, &st, &ignored) == 0) {
			is = st.state;
			approval_release(&st);
		}
		doc_release(&whole);
	}
	err_release(&ignored);
	return is;
}

static void
compute(struct totals *t, struct doc *d)
{
	struct total *x = find(t, d->r.id);
	struct err ignored = { 0 };

	if (!x)
		return;
	/* imported without its lines: what stands in it is all there is */
	if (d->nlines == 0 && record_get(&d->r, "issued_total").n) {
		;
	} else if (doc_compute(t->s, d, &ignored) == 0) {
		x->known = true;
		x->exponent = d->exponent;
		x->net = d->calc.net;
		x->taxes = d->calc.taxes_total;
		x->total = d->calc.total;
		x->margin = d->calc.margin;
		x->off = d->calc.given;
		doc_listed(d, &x->listed, &x->sold);
		x->costs = costs_known(d);
		x->approval = approval_of(t, d);
	}
	err_release(&ignored);
	arena_release(&d->arena);
}

/* A line and what it is sorted by, looked up once. */
struct placed {
	uint64_t of; /* the document */
	int64_t position;
	const struct record *r;
};

static int
placed_cmp(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->of != y->of)
		return (x->of > y->of) - (x->of < y->of);
	if (x->position != y->position)
		return (x->position > y->position) - (x->position < y->position);
	return (x->r->id > y->r->id) - (x->r->id < y->r->id);
}

/* By document, and as they stand in it. The caller frees. */
static struct placed *
place_lines(const struct entity *ent, const struct some *lines)
{
	const struct field *of = entity_field(ent, span(ent->beside));
	const struct field *position = entity_field(ent, span("position"));
	struct placed *p = xcalloc(lines->n + 1, sizeof *p);

	for (size_t i = 0; i < lines->n; i++) {
		p[i].r = &lines->r[i];
		p[i].of = id_pack_canonical(record_at(p[i].r, of));
		(void)span_int(record_at(p[i].r, position), &p[i].position);
	}
	if (lines->n)
		qsort(p, lines->n, sizeof *p, placed_cmp);
	return p;
}

static int
head_cmp(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* The lines of n documents, which are sorted by id. */
static int
compute_chunk(struct totals *t, const struct record *head, size_t n,
    struct err *e)
{
	struct some lines = { 0 };
	struct placed *line = NULL;
	uint64_t *id = xcalloc(n, sizeof *id);
	size_t at = 0;
	int r;

	for (size_t i = 0; i < n; i++)
		id[i] = head[i].id;
	r = some_read(t->s, t->lines, line_fields, t->lines->beside, id, n,
	    &lines, e);
	if (r == 0)
		line = place_lines(t->lines, &lines);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct doc d = { .r = head[i] };

		while (at < lines.n && line[at].of < id[i])
			at++;
		while (at + d.nlines < lines.n &&
		    line[at + d.nlines].of == id[i])
			d.nlines++;
		d.line = arena_alloc(
		    &d.arena, (d.nlines + 1) * sizeof *d.line);
		for (size_t k = 0; k < d.nlines; k++)
			d.line[k].r = *line[at + k].r;
		compute(t, &d);
	}
	free(line);
	free(id);
	some_release(&lines);
	return r;
}

/* --- payments ------------------------------------------------------------ */

/* Adds up the amounts of rows that belong to documents. */
static int
add_sums(struct totals *t, const char *entity, const uint64_t *id, size_t n,
    struct err *e)
{
	struct some x = { 0 };
	struct entity *ent = schema_entity(&t->s->schema, span(entity));
	bool payments = strcmp(entity, "payment") == 0;
	int r = some_read(t->s, ent, sum_fields, "order", id, n, &x, e);

	for (size_t i = 0; r == 0 && i < x.n; i++) {
		struct total *sum = find(
		    t, id_pack_canonical(record_get(&x.r[i], "order")));
		struct span due = record_get(&x.r[i], "due");
		int64_t units;
		int32_t day;

		if (!sum || !dec_units(record_get(&x.r[i], "amount"),
				sum->exponent, &units))
			continue;
		if (!payments) {
			sum->planned = true;
			sum->payable += units;
		}
		if (!payments && date_parse(due, &day) &&
		    day < t->s->dates.today)
			sum->due += units;
		else if (payments)
			sum->paid += span_eqs(record_get(&x.r[i], "kind"),
					 "refund")
			    ? -units
			    : units;
	}
	some_release(&x);
	return r;
}

/* --- all of it ----------------------------------------------------------- */

struct totals *
totals_new(struct session *s, struct entity *ent, unsigned what)
{
	struct totals *t = xcalloc(1, sizeof *t);

	t->s = s;
	t->ent = ent;
	t->lines = doc_lines_of(s, ent);
	t->what = what;
	return t;
}

void
totals_free(struct totals *t)
{
	if (!t)
		return;
	approvers_free(t->approvers);
	free(t->total);
	free(t);
}

/* Makes a place for each document; those to compute come first in x. */
static size_t
take_heads(struct totals *t, struct some *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++) {
		struct span cur = record_get(&x->r[i], "currency");
		struct span state = record_get(&x->r[i], "state");
		bool stored = totals_stored(
		    state, record_get(&x->r[i], "issued_total"));
		int exponent = currency_exponent(
		    cur.n ? cur : span(t->s->currency));

		GROW(t->total, t->n, t->cap);
		t->total[t->n++] = (struct total){ .id = x->r[i].id,
			.exponent = exponent < 0 ? 2 : exponent };
		if (!stored || (t->what & (TOTALS_MARGIN | TOTALS_APPROVAL)))
			x->r[n++] = x->r[i];
	}
	qsort(t->total, t->n, sizeof *t->total, total_cmp);
	return n;
}

int
totals_add(struct totals *t, const uint64_t *id, size_t n, struct err *e)
{
	struct some heads = { .not_stored = t->what == TOTALS_SUMS };
	uint64_t *want = xcalloc(n + 1, sizeof *want);
	size_t k = 0, todo;
	int r = 0;

	for (size_t i = 0; id && i < n; i++)
		if (id[i] && !find(t, id[i]))
			want[k++] = id[i];
	if (t->all || (id && k == 0))
		goto out;
	if (!id)
		t->n = 0;
	t->all = !id;
	if ((t->what & TOTALS_APPROVAL) && !t->approvers &&
	    approvers_new(t->s, &t->approvers, e)) {
		r = -1;
		goto out;
	}
	r = some_read(t->s, t->ent, head_fields, "id", id ? want : NULL, k,
	    &heads, e);
	if (r || heads.n == 0)
		goto out;
	todo = take_heads(t, &heads);
	if (todo)
		qsort(heads.r, todo, sizeof *heads.r, head_cmp);
	for (size_t i = 0; r == 0 && i < todo; i += CHUNK)
		r = compute_chunk(t, heads.r + i,
		    todo - i < CHUNK ? todo - i : CHUNK, e);
	if (r == 0 && (t->what & TOTALS_PAID) &&
	    (add_sums(t, "payment", id ? want : NULL, k, e) ||
		add_sums(t, "instalment", id ? want : NULL, k, e)))
		r = -1;
out:
	some_release(&heads);
	free(want);
	return r;
}
