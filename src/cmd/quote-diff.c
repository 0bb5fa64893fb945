/* crm-quote diff: what one revision has otherwise than another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/quote.h"
#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/query/query.h"
#include "crm/render/model.h"
#include "crm/trade/kept.h"
#include "store/id.h"

static const struct emit_column columns[] = {
	{ .name = "what", .main = true },
	{ .name = "field" },
	{ .name = "old" },
	{ .name = "new", .wrap = true },
};

/* --- which two ----------------------------------------------------------- */

static int
take_last(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	(void)n;
	(void)e;
	*(uint64_t *)ctx = id_pack_canonical(cell[0]);
	return 0;
}

/* The newest that revises this one; 0 where there is none. */
static int
successor(struct call *c, uint64_t id, uint64_t *out)
{
	struct query *q = query_new(&c->s, c->ent);
	struct path *path;
	char text[ID_LEN + 1], term[32], *word = term;
	bool label = false;
	int r = -1;

	*out = 0;
	id_unpack(id, text);
	snprintf(term, sizeof term, "previous:%s", text);
	if (query_filter(q, &word, 1, &c->err) == 0 &&
	    query_path(q, span("id"), false, &path, &c->err) == 0)
		r = query_stream(
		    q, &path, &label, 1, take_last, out, &c->err);
	query_free(q);
	return r < 0 ? -1 : 0;
}

static int64_t
revision(const struct doc *d)
{
	int64_t n = 1;

	(void)span_int(record_get(&d->r, "revision"), &n);
	return n;
}

/* b is 0 where only one was named: the one it revises, or that revises it. */
static int
load_two(struct call *c, uint64_t a, uint64_t b, struct doc *old,
    struct doc *new)
{
	struct doc swap;

	if (doc_load(&c->s, NULL, a, new, &c->err))
		return c->err.code ? -1
				   : err_set(&c->err, ERR_NOENT,
					 "no such quote");
	if (!b)
		b = id_pack(record_get(&new->r, "previous"));
	if (!b && successor(c, a, &b))
		return -1;
	if (!b)
		return err_set(&c->err, ERR_NOENT,
		    "it has no other revision to compare with; crm-quote "
		    "revise makes one, and diff A B compares any two");
	if (doc_load(&c->s, NULL, b, old, &c->err))
		return c->err.code ? -1
				   : err_set(&c->err, ERR_NOENT,
					 "the one it revises is not there");
	if (revision(old) > revision(new)) {
		swap = *old;
		*old = *new;
		*new = swap;
	}
	return 0;
}

/* --- what differs -------------------------------------------------------- */

static void
add(struct rows *rows, struct span what, struct span field, struct span old,
    struct span new)
{
	struct span cell[4] = { what, field, old, new };

	if (!span_eq(old, new))
		rows_add(rows, cell);
}

/* All fields but those that any two records have otherwise. */
static void
add_fields(struct rows *rows, struct span what, const struct record *old,
    const struct record *new)
{
	static const char *const own[] = { "id", "created", "previous",
		"quote", "of", "position", "ext_id", "issued_net",
		"issued_taxes", "issued_total", "issued_rates",
		"issued_terms", "issued_to", "issued_from", "issued_texts",
		"sent", "sent_to" };
	const struct entity *ent = old ? old->ent : new->ent;

	for (size_t i = 0; i < ent->nfields; i++) {
		const struct field *f = ent->field[i];
		bool skip = f->flags & FIELD_VIRTUAL;

		for (size_t k = 0; k < sizeof own / sizeof *own; k++)
			skip |= strcmp(f->name, own[k]) == 0;
		if (!skip)
			add(rows, what, span(f->name), record_at(old, f),
			    record_at(new, f));
	}
}

static bool
alike(const struct record *a, const struct record *b, const char *field)
{
	return span_eq(record_get(a, field), record_get(b, field));
}

/*
 * The line of new that the line of old became: the same product, or, of what
 * is none, the same words; else at the same place, if nothing else claims it.
 */
static size_t
partner(const struct doc *old, size_t i, const struct doc *new,
    const bool *taken, bool by_place)
{
	const struct record *a = &old->line[i].r;

	for (size_t k = 0; k < new->nlines; k++) {
		const struct record *b = &new->line[k].r;
		bool same = record_get(a, "product").n
		    ? alike(a, b, "product")
		    : alike(a, b, "name") && !record_get(b, "product").n;

		if (by_place)
			same = alike(a, b, "position") &&
			    !record_get(a, "product").n &&
			    !record_get(b, "product").n;
		if (!taken[k] && same && alike(a, b, "kind"))
			return k;
	}
	return NO_CALC;
}

static struct span
line_name(struct doc *d, size_t i)
{
	const struct record *r = &d->line[i].r;
	struct span what = record_get(r, "sku");

	if (!what.n)
		what = record_get(r, "name");
	return arena_printf(
	    &d->arena, "line %zu %.*s", i + 1, SPANF(what));
}

static void
add_lines(struct rows *rows, struct doc *old, struct doc *new)
{
	size_t *to = xcalloc(old->nlines + 1, sizeof *to);
	bool *taken = xcalloc(new->nlines + 1, sizeof *taken);

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < old->nlines; i++) {
			if (pass && to[i] != NO_CALC)
				continue;
			to[i] = partner(old, i, new, taken, pass == 1);
			if (to[i] != NO_CALC)
				taken[to[i]] = true;
		}
	for (size_t i = 0; i < old->nlines; i++)
		add_fields(rows,
		    to[i] == NO_CALC ? line_name(old, i)
				     : line_name(new, to[i]),
		    &old->line[i].r,
		    to[i] == NO_CALC ? NULL : &new->line[to[i]].r);
	for (size_t k = 0; k < new->nlines; k++)
		if (!taken[k])
			add_fields(
			    rows, line_name(new, k), NULL, &new->line[k].r);
	free(to);
	free(taken);
}

static void
add_sum(struct rows *rows, const char *name, const struct doc *old,
    int64_t was, const struct doc *new, int64_t is)
{
	struct buf a = { 0 }, b = { 0 };

	dec_format(&a, was, old->exponent);
	dec_format(&b, is, new->exponent);
	add(rows, span("sums"), span(name), buf_span(&a), buf_span(&b));
	buf_release(&a);
	buf_release(&b);
}

/* What customers read of the parties, and the texts of templates. */
static void
add_kept(struct call *c, struct rows *rows, struct doc *old, struct doc *new)
{
	struct kept_model was, is;
	struct kept_change *v;
	struct err why = { 0 };

	if (model_keep(&c->s, old, &old->arena, &was, &why) ||
	    model_keep(&c->s, new, &old->arena, &is, &why)) {
		cli_say(c, "texts and addresses cannot be compared: %s",
		    why.msg);
		err_release(&why);
		return;
	}
	const struct {
		const char *what;
		struct span old, new;
	} part[] = { { "customer", was.to, is.to },
		{ "sender", was.from, is.from },
		{ "texts", was.texts, is.texts } };
	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		size_t n = kept_compare(
		    &old->arena, part[i].old, part[i].new, &v);

		for (size_t k = 0; k < n; k++)
			add(rows, span(part[i].what), v[k].name,
			    v[k].old, v[k].new);
	}
}

int
verb_quote_diff(struct call *c)
{
	struct rows rows = { .col = columns, .ncols = 4,
		.none = "they are the same" };
	struct doc old = { 0 }, new = { 0 };
	uint64_t a, b = 0;
	int r = -1;

	if (c->argc < 1 || c->argc > 2)
		return err_set(&c->err, ERR_USAGE,
		    "which quotes? crm-quote diff A [B]");
	if (quote_find(c, c->argv[0], &a) ||
	    (c->argc == 2 && quote_find(c, c->argv[1], &b)) ||
	    load_two(c, a, b, &old, &new))
		goto out;
	add_fields(&rows, span("quote"), &old.r, &new.r);
	add_kept(c, &rows, &old, &new);
	add_lines(&rows, &old, &new);
	add_sum(&rows, "net", &old, old.calc.net, &new, new.calc.net);
	add_sum(&rows, "taxes", &old, old.calc.taxes_total, &new,
	    new.calc.taxes_total);
	add_sum(&rows, "total", &old, old.calc.total, &new, new.calc.total);
	r = rows_print(c, &rows);
out:
	rows_release(&rows);
	doc_release(&old);
	doc_release(&new);
	return r;
}
