/* Pass 1: what the columns hold, and what is decided from it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/id.h"
#include "store/unicode.h"

static bool
is_number(const struct field *f)
{
	return f->type == F_MONEY || f->type == F_DECIMAL || f->type == F_INT ||
	       f->type == F_PERCENT || (f->flags & FIELD_SHARE);
}

static bool
is_date(const struct field *f)
{
	return f->type == F_DATE || f->type == F_INSTANT ||
	       f->type == F_WHEN;
}

struct import_column *
import_column_of(const struct import *im, const struct field *f)
{
	for (size_t i = 0; f && i < im->ncols; i++) {
		if (im->col[i].field == f)
			return &im->col[i];
	}
	return NULL;
}

/* A name of a row, by which other rows may refer to it. */
static void
note_own(struct import *im, const struct import_column *c, struct span cell)
{
	struct buf b = { 0 };
	struct strmap_entry *x;
	struct import_own *own;
	bool added;

	if (!(c->field->flags & FIELD_NAME) && c->field != im->ext_id)
		return;
	uni_fold(&b, cell);
	x = strmap_add(&im->own, buf_span(&b), im->nown, &added);
	if (added) {
		x->key = arena_span(&im->arena, x->key);
		GROW(im->row_of, im->nown, im->own_cap);
		memset(&im->row_of[im->nown++], 0, sizeof *im->row_of);
	}
	own = &im->row_of[x->value];
	if (own->row != im->nrows)
		own->count++;
	own->row = im->nrows;
	buf_release(&b);
}

static void
note_at(struct import_column *c, size_t row, size_t val)
{
	while (c->nat < row) {
		GROW(c->at, c->nat, c->at_cap);
		c->at[c->nat++] = 0;
	}
	GROW(c->at, c->nat, c->at_cap);
	c->at[c->nat++] = (uint32_t)val;
}

static bool
is_id_of(const struct import_column *c, struct span cell)
{
	uint64_t id = id_pack_canonical(cell);

	return id && id_letter(id) == c->target->letter;
}

static int
scan_cell(struct import *im, struct import_column *c, struct span cell,
    struct span pipeline, size_t line)
{
	struct import_val *v;

	if (c->part == PART_ID) {
		uint64_t id = id_pack(cell);

		if (id && id_letter(id) == im->ent->letter)
			c->ids++;
		else
			c->others++;
	} else if (is_date(c->field)) {
		date_look(&c->dates, cell, line, &im->arena);
	} else if (is_number(c->field)) {
		number_look(&c->numbers, cell, line, &im->arena);
	} else if (c->target && is_id_of(c, cell)) {
		note_at(c, im->nrows - 1, VAL_ID);
	} else if (import_is_listed(c)) {
		if (c->field->type != F_STAGE)
			pipeline = span("");
		v = import_val_add(im, c, cell, pipeline, line);
		note_at(c, im->nrows - 1, (size_t)(v - c->val) + 1);
	} else if (im->self && c->part == PART_VALUE) {
		note_own(im, c, cell);
	}
	return 0;
}

/* The first pass is a quarter of the work, and has no rows to show. */
static void
progress(struct import *im, size_t at)
{
	if (im->o->progress && im->nrows % 8192 == 0)
		im->o->progress(
		    im->o->progress_ctx, 0, at / 4, im->text.text.n);
}

static void
read_row(struct import_row *r)
{
	struct import *im = r->im;

	for (size_t i = 0; i < im->ncols; i++)
		r->value[i] = im->col[i].field
				  ? import_cell(im, r->cell, r->n, i)
				  : span("");
}

static int
scan_row(struct import_row *r, struct err *e)
{
	struct import *im = r->im;
	struct span pipeline = { NULL, 0 };

	(void)e;
	im->nrows++;
	if (im->pipeline_col)
		pipeline = r->value[im->pipeline_col - im->col];
	for (size_t i = 0; i < im->ncols; i++) {
		if (r->value[i].n)
			scan_cell(
			    im, &im->col[i], r->value[i], pipeline, r->line);
	}
	progress(im, r->end);
	return 0;
}

/* --- decisions ----------------------------------------------------------- */

/* Most of a column is not what its field is: it is another column. */
static int
check_kind(const struct import_column *c, const char *what, size_t filled,
    size_t bad, struct span text, size_t line, struct err *e)
{
	if (bad * 2 <= filled || bad < 2)
		return 0;
	return err_set(e, ERR_USAGE,
	    "column '%.*s' is taken for %s, but %zu of its %zu cells are no "
	    "%s ('%.*s' in line %zu); leave it out with --map '%.*s=', or "
	    "name another field",
	    SPANF(c->name), c->field->name, bad, filled, what, SPANF(text),
	    line, SPANF(c->name));
}

static enum date_order
given_order(const struct import *im)
{
	const char *s = im->o->dates;

	if (!s)
		return DATES_UNSURE;
	return !strcmp(s, "dmy")   ? DATES_DMY
	       : !strcmp(s, "mdy") ? DATES_MDY
	       : !strcmp(s, "ymd") ? DATES_YMD
				   : DATES_SERIAL;
}

static int
decide_dates(struct import *im, struct import_column *c, struct err *e)
{
	const struct date_facts *f = &c->dates;

	if (given_order(im) == DATES_UNSURE &&
	    check_kind(
		c, "dates", f->filled, f->bad, f->bad_text, f->bad_line, e))
		return -1;
	if (date_decide(f, c->name, given_order(im), &c->order, e))
		return -1;
	if (c->order == DATES_DMY || c->order == DATES_MDY)
		buf_addf(&im->res->notes, "column '%.*s' is read as %s\n",
		    SPANF(c->name),
		    c->order == DATES_DMY ? "day, month, year"
					  : "month, day, year");
	return 0;
}

static int
decide_numbers(struct import *im, struct import_column *c, struct err *e)
{
	const struct number_facts *f = &c->numbers;

	if (check_kind(
		c, "numbers", f->filled, f->bad, f->bad_text, f->bad_line, e) ||
	    number_decide(f, c->name, im->o->decimal, c->field->type == F_INT,
		&c->decimal, e))
		return -1;
	if (c->decimal == ',')
		buf_addf(&im->res->notes,
		    "column '%.*s' is read with a decimal comma\n",
		    SPANF(c->name));
	if (c->field->type == F_MONEY && f->bare && im->currency &&
	    !im->currency_col && !im->currency_set.n && !im->s->currency[0])
		return err_set(e, ERR_USAGE,
		    "column '%.*s': %zu %s no currency and the store has no "
		    "default; add --set currency=EUR, or set core.currency in "
		    "crmrc",
		    SPANF(c->name), f->bare,
		    plural(f->bare, "amount has", "amounts have"));
	return 0;
}

/* Ids of another system stand in ext_id. */
static int
decide_id(struct import *im, struct import_column *c, struct err *e)
{
	if (c->others == 0)
		return 0;
	if (c->ids)
		return err_set(e, ERR_USAGE,
		    "column '%.*s' holds %zu %s of this program and %zu %s; "
		    "map it to ext_id, or correct it",
		    SPANF(c->name), c->ids, plural(c->ids, "id", "ids"),
		    c->others, plural(c->others, "other", "others"));
	im->id_col = NULL;
	c->part = PART_VALUE;
	c->field = im->ext_id;
	for (size_t i = 0; i < im->ncols; i++) {
		if (c->field && &im->col[i] != c &&
		    im->col[i].field == c->field)
			c->field = NULL;
	}
	buf_addf(&im->res->notes, "column '%.*s' holds foreign ids: %s\n",
	    SPANF(c->name), c->field ? "taken as ext_id" : "left out");
	return 0;
}

int
import_scan(struct import *im, struct err *e)
{
	const struct import_flow_ops ops = {
		.nvalues = im->ncols, .read = read_row, .take = scan_row
	};

	if (import_flow(im, &ops, e))
		return -1;
	for (size_t i = 0; i < im->ncols; i++) {
		struct import_column *c = &im->col[i];

		if (!c->field)
			continue;
		if (c->part == PART_ID	  ? decide_id(im, c, e)
		    : is_date(c->field)	  ? decide_dates(im, c, e)
		    : is_number(c->field) ? decide_numbers(im, c, e)
					  : 0)
			return -1;
	}
	return 0;
}
