/* --set field=value: a value that every row gets. */
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "crm/change/value.h"

static int
read_one(struct import *im, size_t i, struct err *e)
{
	struct span value = span(im->o->set[i]), name = span_cut(&value, '=');
	struct import_column *c = &im->set[i], *col;
	struct buf near = { 0 };

	c->field = entity_field(im->ent, name);
	c->rank = 3;
	if (!c->field) {
		entity_suggest(im->ent, name, &near);
		err_set(e, ERR_USAGE, "--set '%s': %s has no such field%s%s",
		    im->o->set[i], im->ent->name,
		    near.n ? "; did you mean " : "", near.n ? near.p : "");
		buf_release(&near);
		return -1;
	}
	if (c->field->flags & (FIELD_AUTO | FIELD_VIRTUAL))
		return err_set(e, ERR_USAGE, "--set '%s': %s is set by crm",
		    im->o->set[i], c->field->name);
	col = import_column_of(im, c->field);
	if (col)
		return err_set(e, ERR_USAGE,
		    "--set '%s': column '%.*s' is %s, too; leave it out with "
		    "--map '%.*s='",
		    im->o->set[i], SPANF(col->name), c->field->name,
		    SPANF(col->name));
	im->set_value[i] = span_trim(value);
	if (c->field == im->currency)
		im->currency_set = im->set_value[i];
	if (c->field == im->pipeline)
		im->pipeline_set = im->set_value[i];
	return 0;
}

int
import_set_read(struct import *im, struct err *e)
{
	const struct import_options *o = im->o;

	im->set = xcalloc(o->nset ? o->nset : 1, sizeof *im->set);
	im->set_value =
	    arena_alloc(&im->arena, (o->nset + 1) * sizeof *im->set_value);
	for (im->nsets = 0; im->nsets < o->nset; im->nsets++) {
		if (read_one(im, im->nsets, e))
			return -1;
	}
	for (size_t i = 0; i < im->nsets; i++) {
		if (import_is_listed(&im->set[i]) && im->set_value[i].n)
			import_val_add(
			    im, &im->set[i], im->set_value[i], span(""), 0);
	}
	return 0;
}

/* Store form of the values; those that are listed have been looked up. */
int
import_set_decide(struct import *im, struct err *e)
{
	const struct entry_context ctx = { .pipeline = im->pipeline_set,
		.row_currency = im->currency_set };

	for (size_t i = 0; i < im->nsets; i++) {
		struct import_column *c = &im->set[i];
		struct buf out = { 0 };
		char cur[4];
		int r;

		if (c->nvals) {
			if (c->val[0].state == VAL_BAD)
				return err_set(e, ERR_USAGE, "--set '%s': %s",
				    im->o->set[i], c->val[0].why);
			im->set_value[i] = c->val[0].out;
			continue;
		}
		r = value_entry(
		    im->s, c->field, im->set_value[i], &ctx, &out, cur, e);
		im->set_value[i] = arena_span(&im->arena, buf_span(&out));
		buf_release(&out);
		if (r)
			return err_prefix(e, "--set '%s': ", im->o->set[i]);
		if (c->field == im->currency)
			im->currency_set = im->set_value[i];
	}
	return 0;
}
