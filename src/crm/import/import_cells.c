/* The cells of a row to the values of a record. */
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/id.h"

static const struct span nothing = { "", 0 };

struct span
import_column_name(const struct import *im, const struct field *f)
{
	const struct import_column *c = import_column_of(im, f);

	return c ? c->name : span(f ? f->name : "");
}

static struct span
id_span(struct import *im, uint64_t id)
{
	char text[ID_LEN + 1];
	size_t from = im->row.n;

	id_unpack(id, text);
	buf_add(&im->row, text, ID_LEN);
	return span_n(im->row.p + from, ID_LEN);
}

/* The value of a row in a column of listed ones; 0 where the cell is empty. */
static uint32_t
listed_at(const struct import_row *r, const struct import_column *c)
{
	return r->number < c->nat ? c->at[r->number] : 0;
}

static int
listed_cell(
    struct import_row *r, struct import_column *c, size_t i, struct err *e)
{
	uint32_t at = listed_at(r, c);
	struct import_val *v;

	if (!at)
		return 0;
	if (at == VAL_ID) {
		r->value[c->field->index] =
		    import_cell(r->im, r->cell, r->n, i);
		return 0;
	}
	v = &c->val[at - 1];
	if (v->state == VAL_BAD) {
		r->column = c->name;
		return err_set(e, ERR_DATA, "%s", v->why);
	}
	if (v->state == VAL_OK)
		r->value[c->field->index] = v->out;
	return 0;
}

static void
own_ref(struct import_row *r, struct import_column *c, struct import_val *v)
{
	struct import *im = r->im;
	struct import_later *l;

	if (im->row_of[v->own].id) {
		r->value[c->field->index] = id_span(im, im->row_of[v->own].id);
		return;
	}
	GROW(im->later, im->nlater, im->later_cap);
	l = &im->later[im->nlater++];
	memset(l, 0, sizeof *l);
	l->col = (uint32_t)(c - im->col);
	l->val = (uint32_t)(v - c->val);
}

void
import_own_refs(struct import_row *r)
{
	struct import *im = r->im;

	for (size_t i = 0; im->self && i < im->ncols; i++) {
		struct import_column *c = &im->col[i];
		uint32_t at = import_is_listed(c) ? listed_at(r, c) : 0;

		if (at && at != VAL_ID && c->val[at - 1].state == VAL_OWN)
			own_ref(r, c, &c->val[at - 1]);
	}
}

static int
id_cell(struct import_row *r, struct import_column *c, struct span cell,
    struct err *e)
{
	r->column = c->name;
	r->id = id_pack(cell);
	if (r->id && id_letter(r->id) == r->im->ent->letter)
		return 0;
	return err_set(e, ERR_DATA, "'%.*s' is not the id of a record of %s",
	    SPANF(cell), r->im->ent->plural);
}

static int
one_cell(struct import_row *r, size_t i, struct err *e)
{
	struct import *im = r->im;
	struct import_column *c = &im->col[i];
	struct span cell, *out;

	if (import_is_listed(c))
		return listed_cell(r, c, i, e);
	cell = import_cell(im, r->cell, r->n, i);
	if (!cell.n)
		return 0;
	out = &r->value[c->field->index];
	switch (c->part) {
	case PART_ID:
		return id_cell(r, c, cell, e);
	case PART_YEAR:
		r->year = cell;
		break;
	case PART_QUARTER:
		r->quarter = cell;
		break;
	case PART_MONTH:
		r->month = cell;
		break;
	default:
		r->column = c->name;
		return import_value(r, c, cell, out, e);
	}
	r->period = c->field;
	return 0;
}

/* Columns that are called month or quarter may hold whole periods. */
static int
period_cells(struct import_row *r, struct err *e)
{
	struct span *out;

	if (!r->period)
		return 0;
	out = &r->value[r->period->index];
	r->column = import_column_name(r->im, r->period);
	if (!r->year.n || (!r->quarter.n && !r->month.n)) {
		struct import_column whole = { .field = r->period };

		return import_value(r, &whole,
		    r->year.n	   ? r->year
		    : r->quarter.n ? r->quarter
				   : r->month,
		    out, e);
	}
	return import_period(r, r->year, r->quarter, r->month, out, e);
}

/* Amounts come last: they need the row's currency. */
int
import_read_money(struct import_row *r, struct span currency, struct err *e)
{
	struct import *im = r->im;
	char code[4] = "";

	for (size_t i = 0; i < im->ncols; i++) {
		struct import_column *c = &im->col[i];
		struct span cell;

		if (!c->field || c->field->type != F_MONEY)
			continue;
		cell = import_cell(im, r->cell, r->n, i);
		if (!cell.n)
			continue;
		r->column = c->name;
		if (import_money(r, c, cell, code[0] ? span(code) : currency,
			code, &r->value[c->field->index], e))
			return -1;
	}
	if (code[0] && im->currency) {
		size_t from = r->text->n;

		buf_add(r->text, code, 3);
		r->value[im->currency->index] = span_n(r->text->p + from, 3);
	}
	return 0;
}

int
import_read_cells(struct import_row *r, struct err *e)
{
	struct import *im = r->im;

	for (size_t i = 0; i < im->ent->nfields; i++)
		r->value[i] = nothing;
	for (size_t i = 0; i < im->nsets; i++)
		r->value[im->set[i].field->index] = im->set_value[i];
	for (size_t i = 0; i < im->ncols; i++) {
		const struct field *f = im->col[i].field;

		if (f && f->type != F_MONEY && one_cell(r, i, e))
			return -1;
	}
	if (period_cells(r, e))
		return -1;
	return import_read_money(
	    r, im->currency ? r->value[im->currency->index] : nothing, e);
}
