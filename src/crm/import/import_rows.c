/* Pass 2: rows to records. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/id.h"
#include "store/unicode.h"

/* What has been read is given back in pieces of this size. */
#define GIVE_BACK ((size_t)16 << 20)

static const struct span nothing = { "", 0 };

/* --- names --------------------------------------------------------------- */

/* The name of the record that a cell refers to; one that was just made has
   no name in the store yet but what the file calls it. */
static struct span
shown(struct import_row *r, const char *field)
{
	struct import *im = r->im;
	const struct field *f = entity_field(im->ent, span(field));
	struct import_column *c = import_column_of(im, f);
	struct span id, name;
	struct buf b = { 0 };
	struct err ignored = { 0 };
	size_t i;

	id = f ? im->value[f->index] : nothing;
	if (!id.n || !c)
		return nothing;
	i = strmap_get(&c->shown, id);
	if (i != (size_t)-1)
		return c->shown_name[i];
	name = import_cell(im, r->cell, r->n, (size_t)(c - im->col));
	if (resolve_name(im->s, id_pack_canonical(id), &b, &ignored) == 0 &&
	    b.n && !span_eqs(buf_span(&b), "(hidden)"))
		name = buf_span(&b);
	GROW(c->shown_name, c->nshown, c->shown_cap);
	name = arena_span(&im->arena, name);
	c->shown_name[c->nshown] = name;
	strmap_set(&c->shown, arena_span(&im->arena, id), c->nshown++);
	err_release(&ignored);
	buf_release(&b);
	return name;
}

/* A deal without a name is called after its account and product. */
static void
make_name(struct import_row *r)
{
	struct import *im = r->im;
	struct span account, product, *name;
	size_t from;

	if (!im->name || !im->product)
		return;
	name = &im->value[im->name->index];
	if (name->n)
		return;
	account = shown(r, "account");
	product = shown(r, "product");
	if (!account.n && !product.n && im->ext_id) {
		*name = im->value[im->ext_id->index];
		return;
	}
	buf_grow(&im->row, account.n + product.n + 8);
	from = im->row.n;
	buf_addspan(&im->row, account);
	if (account.n && product.n)
		buf_adds(&im->row, " \xe2\x80\x93 ");
	buf_addspan(&im->row, product);
	*name = span_n(im->row.p + from, im->row.n - from);
}

/* --- taking a row -------------------------------------------------------- */

static void
count_missing(struct import *im, const struct record *r)
{
	const struct stage *st;
	struct config *cf;

	for (size_t i = 0; i < r->n && i < im->ent->nfields; i++) {
		const struct field *f = im->ent->field[i];

		if ((f->flags & FIELD_COLUMN) && !(f->flags & FIELD_VIRTUAL) &&
		    !r->value[i].n)
			im->missing[i]++;
	}
	if (!im->reason || !im->stage || r->value[im->reason->index].n ||
	    session_config(im->s, &cf, NULL))
		return;
	st = config_stage(cf,
	    im->pipeline ? record_at(r, im->pipeline) : nothing,
	    record_at(r, im->stage));
	im->lost_without_reason += st && st->state == ST_LOST;
}

static unsigned
how_of(const struct import *im)
{
	return CHANGE_CHECKED | (im->o->gates ? 0 : CHANGE_HISTORY);
}

static int
add_row(struct import_row *r, uint64_t *id, struct err *e)
{
	struct import *im = r->im;
	struct record rec = { .ent = im->ent,
		.id = r->id,
		.value = im->value,
		.n = im->ent->nfields };

	make_name(r);
	if (change_apply(im->c, NULL, &rec, how_of(im), e))
		return -1;
	*id = rec.id;
	im->res->added++;
	count_missing(im, &rec);
	return 0;
}

/*
 * Only cells that the file fills, and fills differently: an empty cell in
 * their file takes nothing away from ours.
 */
static int
update_row(struct import_row *r, uint64_t id, char *was, struct err *e)
{
	struct import *im = r->im;
	struct record before, after;
	struct span cur;
	bool differs = false;
	int ret = change_load(im->c, im->ent, id, &before, e);

	if (ret)
		return ret < 0 ? -1 : err_set(e, ERR_BUG, "the record is gone");
	cur = im->currency ? record_at(&before, im->currency) : span("");
	r->text = &im->row;
	if (cur.n && !im->currency_col && !im->currency_set.n &&
	    import_read_money(r, cur, e))
		return -1;
	after = change_copy(im->c, &before);
	for (size_t i = 0; i < im->ent->nfields; i++) {
		const struct field *f = im->ent->field[i];

		if (!im->value[i].n || (f->flags & FIELD_AUTO) ||
		    f->type == F_ID || span_eq(im->value[i], after.value[i]))
			continue;
		record_set(&after, f, im->value[i]);
		differs = true;
	}
	*was = differs ? 'c' : 's';
	if (differs && change_apply(im->c, &before, &after, how_of(im), e))
		return -1;
	*(differs ? &im->res->changed : &im->res->same) += 1;
	return 0;
}

static void
note_taken(struct import_row *r, uint64_t id, char was)
{
	struct import *im = r->im;

	import_known_add(im, id, was == 's');
	for (size_t i = r->nlater; i < im->nlater; i++) {
		im->later[i].id = id;
		im->later[i].was = was;
	}
	for (size_t i = 0; im->self && i < im->ncols; i++) {
		const struct import_column *c = &im->col[i];
		struct span cell;
		struct buf b = { 0 };
		size_t k;

		if (!c->field || c->part != PART_VALUE ||
		    (!(c->field->flags & FIELD_NAME) && c->field != im->ext_id))
			continue;
		cell = import_cell(im, r->cell, r->n, i);
		uni_fold(&b, cell);
		k = strmap_get(&im->own, buf_span(&b));
		if (cell.n && k != (size_t)-1)
			im->row_of[k].id = id;
		buf_release(&b);
	}
}

static int
take_row(struct import_row *r, struct err *e)
{
	struct import *im = r->im;
	const struct field *f = NULL;
	uint64_t id;
	char was = 'a';
	bool same;

	if (r->err.code) {
		*e = r->err;
		memset(&r->err, 0, sizeof r->err);
		return -1;
	}
	import_own_refs(r);
	r->column = nothing;
	if (import_known_find(im, r->id, &id, &same, &f, e)) {
		r->column = f ? import_column_name(im, f) : span("");
		return -1;
	}
	if (!id) {
		if (add_row(r, &id, e))
			return -1;
	} else if (same) {
		im->res->same++;
		was = 's';
	} else if (update_row(r, id, &was, e)) {
		return -1;
	}
	note_taken(r, id, was);
	return 0;
}

/* A file of the store that cannot be used is no fault of the row. */
static bool
is_rows_fault(const struct import *im, const struct err *e)
{
	size_t n = strlen(im->ent->path);

	if (e->code != ERR_USAGE && e->code != ERR_DATA &&
	    e->code != ERR_DUPLICATE)
		return false;
	return strncmp(e->msg, im->ent->path, n) != 0 ||
	       (e->msg[n] != '/' && e->msg[n] != '.');
}

/* Too many cells, or one alone where many are expected. */
static const char *
wrong_width(struct import *im, const struct span *cell, size_t n, size_t line)
{
	if (n > im->ncols && !import_blank(cell + im->ncols, n - im->ncols))
		return arena_printf(&im->arena,
		    "%zu cells, the header has %zu: a separator inside a "
		    "cell, without quotes around it?",
		    n, im->ncols)
		    .p;
	if (n == 1 && im->ncols > 2)
		return arena_printf(&im->arena,
		    "1 cell, the header has %zu: a title, a sum or a broken "
		    "line",
		    im->ncols)
		    .p;
	if (n < im->ncols && !im->short_rows++)
		im->short_line = line;
	return NULL;
}

/* The input up to at has been read for the last time. */
static void
give_back(struct import *im, size_t at)
{
	const struct buf *b = im->text.own.p ? &im->text.own : &im->file;
	size_t page = (size_t)sysconf(_SC_PAGESIZE), from, to;

	at += (size_t)(im->text.text.p - b->p);
	if (at < im->given + GIVE_BACK)
		return;
	from = ((size_t)b->p + im->given + page - 1) / page * page;
	to = ((size_t)b->p + at) / page * page;
	if (to > from)
		madvise((void *)from, to - from, MADV_DONTNEED);
	im->given = at;
}

static void
reject_bad(struct import_row *r)
{
	struct import *im = r->im;
	char *why = xasprintf("%s (byte %zu of the line)", r->bad, r->bad_at);

	import_reject_raw(
	    im, span_n(im->text.text.p + r->at, r->end - r->at), r->line, why);
	free(why);
}

static int
take_or_reject(struct import_row *r, struct err *e)
{
	struct import *im = r->im;
	struct err own = { 0 };
	char *column;
	int ret = 0;

	/* values point into it: it must not move while the row is taken */
	buf_reset(&im->row);
	buf_grow(&im->row, 4 * (r->end - r->at) + 128 * (im->ncols + 4));
	im->value = r->value;
	r->nlater = im->nlater;
	if (take_row(r, &own)) {
		im->nlater = r->nlater;
		if (is_rows_fault(im, &own)) {
			column = span_dup(r->column);
			import_reject(
			    im, r->cell, r->n, r->line, column, own.msg);
			free(column);
		} else {
			ret = err_set(
			    e, own.code, "line %zu: %s", r->line, own.msg);
		}
	}
	err_release(&own);
	return ret;
}

static int
each_row(struct import_row *r, struct err *e)
{
	struct import *im = r->im;
	const char *width;
	int ret = 0;

	im->res->rows++;
	if (r->bad) {
		reject_bad(r);
		return 0;
	}
	width = wrong_width(im, r->cell, r->n, r->line);
	if (width)
		import_reject(im, r->cell, r->n, r->line, "", width);
	else
		ret = take_or_reject(r, e);
	give_back(im, r->at);
	if (im->o->progress && (r->number + 1) % 8192 == 0)
		im->o->progress(im->o->progress_ctx, r->number + 1,
		    im->text.text.n / 4 + r->end / 4 * 3, im->text.text.n);
	return ret;
}

static void
read_cells(struct import_row *r)
{
	(void)import_read_cells(r, &r->err);
}

/* --- references among the rows ------------------------------------------- */

static int
set_later(struct import *im, const struct import_later *l, struct err *e)
{
	struct import_column *c = &im->col[l->col];
	struct import_val *v = &c->val[l->val];
	struct record before, after;
	uint64_t id = im->row_of[v->own].id;
	char text[ID_LEN + 1];
	struct span old;

	if (!id) {
		buf_addf(&im->res->notes,
		    "%.*s '%.*s' is left empty: its row was rejected\n",
		    SPANF(c->name), SPANF(v->raw));
		return 0;
	}
	if (change_load(im->c, im->ent, l->id, &before, e))
		return e->code ? -1 : err_set(e, ERR_BUG, "a record is gone");
	id_unpack(id, text);
	old = record_at(&before, c->field);
	if (span_eqs(old, text))
		return 0;
	after = change_copy(im->c, &before);
	record_set(&after, c->field, arena_span(&im->arena, span(text)));
	if (change_apply(im->c, &before, &after, how_of(im), e))
		return -1;
	im->c->changed -= l->was != 's';
	if (l->was == 's') {
		im->res->same--;
		im->res->changed++;
	} else if (l->was == 'a' && c->field->flags & FIELD_COLUMN) {
		im->missing[c->field->index]--;
	}
	return 0;
}

int
import_rows(struct import *im, struct err *e)
{
	const struct import_flow_ops ops = { .nvalues = im->ent->nfields,
		.read = read_cells,
		.take = each_row,
		.bad = true };

	im->missing = xcalloc(im->ent->nfields, sizeof *im->missing);
	if (import_flow(im, &ops, e))
		return -1;
	im->value = NULL;
	for (size_t i = 0; i < im->nlater; i++) {
		if (set_later(im, &im->later[i], e))
			return -1;
	}
	return 0;
}
