#include "crm/trade/doc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "crm/query/query.h"
#include "crm/trade/calc_impl.h"
#include "crm/trade/doc_impl.h"
#include "store/id.h"

/* --- reading ------------------------------------------------------------- */

struct reading {
	const struct entity *ent;
	size_t *index; /* of the field of each column */
	struct arena *arena;
	struct record *r;
	size_t n, cap;
};

static int
read_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct reading *rd = ctx;
	struct record *r;

	(void)e;
	GROW(rd->r, rd->n, rd->cap);
	r = &rd->r[rd->n++];
	r->ent = rd->ent;
	r->n = rd->ent->nfields;
	r->value = arena_alloc(rd->arena, (r->n + 1) * sizeof *r->value);
	for (size_t i = 0; i < n; i++)
		r->value[rd->index[i]] = arena_span(rd->arena, cell[i]);
	r->id = id_pack_canonical(record_get(r, "id"));
	return 0;
}

int
doc_read(struct session *s, struct entity *ent, char *word, struct arena *a,
    struct record **out, size_t *nout, struct err *e)
{
	struct query *q = query_new(s, ent);
	struct reading rd = { .ent = ent, .arena = a };
	struct path **path =
	    xcalloc(ent->nfields + 1, sizeof(struct path *));
	bool *label = xcalloc(ent->nfields + 1, sizeof *label);
	size_t n = 0;
	int r = -1;

	rd.index = xcalloc(ent->nfields + 1, sizeof *rd.index);
	if (word && query_filter(q, &word, 1, e))
		goto out;
	for (size_t i = 0; i < ent->nfields; i++) {
		if (ent->field[i]->flags & FIELD_VIRTUAL)
			continue;
		rd.index[n] = i;
		if (query_path(q, span(ent->field[i]->name), false, &path[n++],
			e))
			goto out;
	}
	r = query_stream(q, path, label, n, read_row, &rd, e) < 0 ? -1 : 0;
	*nout = rd.n;
	*out = arena_alloc(a, (rd.n + 1) * sizeof **out);
	if (rd.n)
		memcpy(*out, rd.r, rd.n * sizeof *rd.r);
out:
	free(rd.r);
	free(rd.index);
	free(path);
	free(label);
	query_free(q);
	return r;
}

/* Of the record itself, and of what belongs to it. */
static int
read_all(struct session *s, struct entity *ent, struct entity *lines,
    uint64_t id, struct doc *d, struct record **line, struct err *e)
{
	char text[ID_LEN + 1], word[40];
	struct record *head;
	size_t n;

	id_unpack(id, text);
	if (doc_read(s, ent, text, &d->arena, &head, &n, e))
		return -1;
	if (n == 0)
		return 1;
	d->r = head[0];
	snprintf(word, sizeof word, "%s:%s", lines->beside, text);
	return doc_read(s, lines, word, &d->arena, line, &d->nlines, e);
}

static int
load_all(struct changes *c, struct entity *ent, struct entity *lines,
    uint64_t id, struct doc *d, struct record **line, struct err *e)
{
	int r = change_load(c, ent, id, &d->r, e);

	return r ? r : change_beside(c, lines, id, line, &d->nlines, e);
}

static int
line_cmp(const void *a, const void *b)
{
	const struct doc_line *x = a, *y = b;
	int64_t i = 0, k = 0;

	(void)span_int(record_get(&x->r, "position"), &i);
	(void)span_int(record_get(&y->r, "position"), &k);
	if (i != k)
		return i < k ? -1 : 1;
	return (x->r.id > y->r.id) - (x->r.id < y->r.id);
}

struct entity *
doc_lines_of(struct session *s, const struct entity *ent)
{
	return schema_entity(&s->schema,
	    span(strcmp(ent->name, "order") == 0 ? "order-line"
						 : "quote-line"));
}

int
doc_load_rows(struct session *s, struct changes *c, uint64_t id,
    struct doc *out, struct err *e)
{
	struct entity *ent = schema_letter(&s->schema, id_letter(id));
	struct entity *lines;
	struct record *line = NULL;
	int r;

	memset(out, 0, sizeof *out);
	if (!ent || (strcmp(ent->name, "quote") && strcmp(ent->name, "order")))
		return 1;
	lines = doc_lines_of(s, ent);
	r = c ? load_all(c, ent, lines, id, out, &line, e)
	      : read_all(s, ent, lines, id, out, &line, e);
	if (r) {
		doc_release(out);
		return r;
	}
	out->line =
	    arena_alloc(&out->arena, (out->nlines + 1) * sizeof *out->line);
	for (size_t i = 0; i < out->nlines; i++)
		out->line[i].r = line[i];
	if (out->nlines)
		qsort(out->line, out->nlines, sizeof *out->line, line_cmp);
	return 0;
}

int
doc_load(struct session *s, struct changes *c, uint64_t id, struct doc *out,
    struct err *e)
{
	int r = doc_load_rows(s, c, id, out, e);

	if (r == 0 && doc_compute(s, out, e)) {
		doc_release(out);
		return -1;
	}
	return r;
}

void
doc_release(struct doc *d)
{
	arena_release(&d->arena);
	memset(d, 0, sizeof *d);
}

/* --- what is asked of it ------------------------------------------------- */

bool
doc_is_draft(const struct doc *d)
{
	struct span state = record_get(&d->r, "state");

	return strcmp(d->r.ent->name, "quote") == 0 &&
	    (!state.n || span_eqs(state, "draft"));
}

/* What a line would be at its list price, in minor units. */
static int64_t
at_list(const struct doc *d, const struct doc_line *l)
{
	const struct calc_line *cl = &d->calc.line[l->calc];
	struct dec list;
	int128 n, scale = 1;
	int digits;

	if (!dec_parse(record_get(&l->r, "list"), &list))
		return cl->gross;
	digits = list.scale + cl->quantity.scale - d->exponent;
	n = (int128)list.value * cl->quantity.value;
	for (; digits < 0; digits++)
		n *= 10;
	for (; digits > 0; digits--)
		scale *= 10;
	n = round_div(n, scale);
	if (n > CALC_MAX)
		return (int64_t)CALC_MAX;
	return n > cl->gross ? (int64_t)n : cl->gross;
}

int
doc_check_issued(const struct doc *d, struct err *e)
{
	struct span was = record_get(&d->r, "issued_total");
	struct buf now = { 0 };
	int64_t units;

	if (doc_is_draft(d) || !record_get(&d->r, "number").n || !d->nlines ||
	    !dec_units(was, d->exponent, &units) || units == d->calc.total)
		return 0;
	dec_format(&now, d->calc.total, d->exponent);
	err_set(e, ERR_DATA,
	    "%.*s was issued with %.*s, and would come to %s now: config/"
	    "taxes.csv or its lines are not what they were; a new rate is a "
	    "row of its own, from its day on", SPANF(record_get(&d->r, "number")),
	    SPANF(was), now.p);
	buf_release(&now);
	return -1;
}

/* 100 (of - paid) / of, at 4 decimals, rounded up. */
static int64_t
percent_off(int128 of, int128 paid)
{
	return of > paid && of > 0
	    ? (int64_t)(((of - paid) * 1000000 + of - 1) / of)
	    : 0;
}

void
doc_listed(const struct doc *d, int64_t *listed, int64_t *sold)
{
	*listed = *sold = 0;
	for (size_t i = 0; i < d->nlines; i++) {
		const struct doc_line *l = &d->line[i];
		const struct calc_line *cl;

		if (l->calc == NO_CALC || !d->calc.line[l->calc].counted)
			continue;
		cl = &d->calc.line[l->calc];
		*listed += at_list(d, l);
		*sold += cl->amount - cl->share;
	}
}

struct dec
doc_discount(const struct doc *d)
{
	struct dec max = { 0, 4 };
	int64_t off, of, paid;

	for (size_t i = 0; i < d->nlines; i++) {
		const struct doc_line *l = &d->line[i];
		const struct calc_line *cl;
		int64_t list;

		if (l->calc == NO_CALC || !d->calc.line[l->calc].counted)
			continue;
		cl = &d->calc.line[l->calc];
		list = at_list(d, l);
		/* what is given away is part of what the whole is less */
		if (span_eqs(record_get(&l->r, "kind"), "gift"))
			continue;
		off = percent_off(list, cl->amount - cl->share);
		if (off > max.value)
			max.value = off;
	}
	doc_listed(d, &of, &paid);
	if (d->calc.adjustment < 0)
		paid += d->calc.adjustment;
	off = percent_off(of, paid);
	if (off > max.value)
		max.value = off;
	return max;
}

/* Fields by name, each with its length: no two offers read the same. */
static void
add_fields(struct buf *b, const struct record *r, const char *const *name)
{
	for (; *name; name++) {
		struct span v = record_get(r, *name);

		buf_addf(b, "%s %zu ", *name, v.n);
		buf_addspan(b, v);
		buf_addc(b, '\n');
	}
}

void
doc_digest(const struct doc *d, char out[65])
{
	static const char *const head[] = { "account", "contact", "currency",
		"tax", "rounding", "halves", "cash", "discount", "shipping",
		"shipping_tax", "adjustment", "terms", "valid_until",
		"vouchers", "intro", "delivery", "warranty", "conditions",
		NULL };
	static const char *const to[] = { "ship_to", NULL };
	static const char *const line[] = { "kind", "product", "sku", "name",
		"quantity", "unit", "list", "price", "discount", "tax",
		"choice", "group", "of", NULL };
	struct buf b = { 0 };

	add_fields(&b, &d->r, head);
	/* where there is none it reads as it did before there was the field */
	if (record_get(&d->r, to[0]).n)
		add_fields(&b, &d->r, to);
	for (size_t i = 0; i < d->nlines; i++) {
		buf_adds(&b, "line\n");
		add_fields(&b, &d->line[i].r, line);
	}
	sha256_hex(b.p, b.n, out);
	buf_release(&b);
}

struct span
doc_day_span(struct changes *c, int32_t day)
{
	char text[11];

	date_format(day, text);
	return arena_span(&c->arena, span(text));
}
