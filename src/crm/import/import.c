#include "crm/import/import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/hash.h"

static const char *
file_name(const struct import_options *o)
{
	const char *slash = strrchr(o->file, '/');

	if (!strcmp(o->file, "-"))
		return "stdin";
	return slash ? slash + 1 : o->file;
}

static int
check_options(const struct import_options *o, struct err *e)
{
	if (o->decimal && o->decimal != '.' && o->decimal != ',')
		return err_set(e, ERR_USAGE,
		    "--decimal '%c': the sign is . or ,", o->decimal);
	if (o->dates && strcmp(o->dates, "dmy") && strcmp(o->dates, "mdy") &&
	    strcmp(o->dates, "ymd") && strcmp(o->dates, "excel"))
		return err_set(e, ERR_USAGE,
		    "--date-format '%s': known are dmy, mdy, ymd and excel",
		    o->dates);
	if (o->ent->append_only || !o->ent->letter)
		return err_set(
		    e, ERR_USAGE, "%s cannot be imported", o->ent->plural);
	return 0;
}

/* Columns and fields that have a part of their own. */
static void
find_special(struct import *im)
{
	im->currency = entity_field(im->ent, span("currency"));
	im->pipeline = entity_field(im->ent, span("pipeline"));
	im->name = entity_field(im->ent, span("name"));
	im->ext_id = entity_field(im->ent, span("ext_id"));
	im->stage = entity_field(im->ent, span("stage"));
	im->reason = entity_field(im->ent, span("reason"));
	im->product = entity_field(im->ent, span("product"));
	im->currency_col = import_column_of(im, im->currency);
	im->pipeline_col = import_column_of(im, im->pipeline);
	for (size_t i = 0; i < im->ncols; i++) {
		struct import_column *c = &im->col[i];

		if (!c->field)
			continue;
		if (c->field->ref)
			c->target =
			    schema_entity(&im->s->schema, span(c->field->ref));
		if (c->part == PART_ID)
			im->id_col = c;
		im->self |= c->field->ref && c->part == PART_VALUE &&
			    !strcmp(c->field->ref, im->ent->name);
	}
}

static bool
is_given(const struct import *im, const struct field *f)
{
	for (size_t i = 0; f && i < im->nsets; i++) {
		if (im->set[i].field == f)
			return true;
	}
	return import_column_of(im, f) != NULL;
}

/* What has to be there before a row is looked at. */
static int
check_columns(struct import *im, struct err *e)
{
	if (!im->name || !(im->name->flags & FIELD_REQUIRED) || im->o->key ||
	    im->id_col || im->name->dflt || is_given(im, im->name))
		return 0;
	/* A deal is called after these. */
	if (im->product && (is_given(im, im->product) ||
			       is_given(im, im->ext_id) ||
			       is_given(im,
				   entity_field(im->ent, span("account")))))
		return 0;
	return err_set(e, ERR_USAGE,
	    "%s: no column is the name of the %s; say which with "
	    "--map 'Their Name=name'",
	    file_name(im->o), im->ent->name);
}

/* --- a file without a key is taken once ---------------------------------- */

static bool
is_keyed(const struct import *im)
{
	return im->o->key || im->id_col;
}

static int
imported_record(struct import *im, struct record *r, struct err *e)
{
	const struct entity *ent =
	    schema_entity(&im->s->schema, span("imported"));
	struct oid digest;
	char rows[24], at[21];

	if (!ent)
		return err_set(e, ERR_BUG, "no entity 'imported'");
	if (content_hash(buf_span(&im->file), &digest, e))
		return -1;
	r->ent = ent;
	r->n = ent->nfields;
	r->value = arena_alloc(&im->arena, r->n * sizeof *r->value);
	snprintf(rows, sizeof rows, "%zu", im->nrows);
	instant_format(clock_now(), at);
	record_set(r, entity_field(ent, span("digest")),
	    arena_span(&im->arena, span(digest.hex)));
	record_set(r, entity_field(ent, span("entity")), span(im->ent->name));
	record_set(r, entity_field(ent, span("file")), span(file_name(im->o)));
	record_set(r, entity_field(ent, span("rows")),
	    arena_span(&im->arena, span(rows)));
	record_set(
	    r, entity_field(ent, span("at")), arena_span(&im->arena, span(at)));
	return 0;
}

/* *fresh is false where the file was imported before and may be again. */
static int
check_again(struct import *im, struct record *r, bool *fresh, struct err *e)
{
	struct record before;
	int found =
	    change_load(im->c, r->ent, table_key(r->ent, r->value), &before, e);

	*fresh = found == 1;
	if (found < 0)
		return -1;
	if (*fresh || im->o->again)
		return 0;
	return err_set(e, ERR_DUPLICATE,
	    "%s was imported already (%.*s, as %.*s); to update records "
	    "rather than add them twice give --key FIELD, to add them all the "
	    "same --again",
	    file_name(im->o), SPANF(record_get(&before, "at")),
	    SPANF(record_get(&before, "file")));
}

/* --- what came of it ----------------------------------------------------- */

static void
add_count(struct buf *b, size_t n)
{
	dec_format_grouped(b, (int128)n, 0);
}

static void
import_summary(struct import *im)
{
	struct buf *b = &im->res->notes;
	const char *sep = "without a value: ";
	bool any = false;

	if (im->repeated) {
		add_count(b, im->repeated);
		buf_addf(b,
		    " %s the key of an earlier row and changed its record\n",
		    plural(im->repeated, "row has", "rows have"));
	}
	if (im->short_rows) {
		add_count(b, im->short_rows);
		buf_addf(b,
		    " %s fewer cells than the header (line %zu); the rest is "
		    "taken as empty\n",
		    plural(im->short_rows, "row has", "rows have"),
		    im->short_line);
	}
	for (size_t i = 0; i < im->ent->nfields; i++) {
		if (!im->missing[i])
			continue;
		buf_addf(b, "%s%s in ", sep, im->ent->field[i]->name);
		add_count(b, im->missing[i]);
		sep = ", ";
		any = true;
	}
	if (any)
		buf_addc(b, '\n');
	if (im->lost_without_reason) {
		buf_adds(b, "lost without a reason: ");
		add_count(b, im->lost_without_reason);
		buf_addc(b, '\n');
	}
}

static void
hand_over_rejects(struct import *im)
{
	struct import_result *r = im->res;

	if (!r->rejected)
		return;
	r->rejects = strcmp(im->o->file, "-")
			 ? xasprintf("%s.rejects.csv", im->o->file)
			 : xstrdup("stdin.rejects.csv");
	r->rejected_rows = im->rejects;
	memset(&im->rejects, 0, sizeof im->rejects);
}

/* --- the run ------------------------------------------------------------- */

static int
prepare(struct import *im, struct err *e)
{
	struct span *header;
	size_t n;

	if (import_open(im, e) || import_header(im, &header, &n, e) ||
	    session_learn(
		im->s, schema_entity(&im->s->schema, span(im->ent->name)), e))
		return -1;
	im->ncols = n;
	if (import_map(&im->s->schema, im->o, header, n, &im->col, &im->arena,
		&im->res->notes, e) ||
	    import_map_values(im->o, im->col, n, &im->arena, e))
		return -1;
	find_special(im);
	if (import_set_read(im, e) || check_columns(im, e))
		return -1;
	return import_scan(im, e);
}

static int
run(struct import *im, struct err *e)
{
	struct record mark;
	bool fresh = false;

	if (prepare(im, e))
		return -1;
	if (!is_keyed(im) && (imported_record(im, &mark, e) ||
				 check_again(im, &mark, &fresh, e)))
		return -1;
	if (import_lookup(im, e) || import_set_decide(im, e) ||
	    import_known_open(im, e) || import_rows(im, e))
		return -1;
	if (im->res->rejected && im->o->atomic)
		return err_set(e, ERR_REJECTS,
		    "%s: %zu of %zu %s cannot be taken, so none is "
		    "(--atomic)\n%s",
		    file_name(im->o), im->res->rejected, im->res->rows,
		    plural(im->res->rows, "row", "rows"),
		    im->res->notes.p ? im->res->notes.p : "");
	if (fresh && im->res->added &&
	    change_apply(
		im->c, NULL, &mark, CHANGE_HISTORY | CHANGE_CHECKED, e))
		return -1;
	import_summary(im);
	hand_over_rejects(im);
	return 0;
}

int
import_run(struct changes *c, const struct import_options *o,
    struct import_result *out, struct err *e)
{
	struct import im = {
		.c = c, .s = c->s, .o = o, .ent = o->ent, .res = out
	};
	int r;

	memset(out, 0, sizeof *out);
	r = check_options(o, e) ? -1 : run(&im, e);
	import_known_free(&im);
	import_columns_free(im.col, im.col ? im.ncols : 0);
	import_columns_free(im.set, im.set ? o->nset : 0);
	charset_release(&im.text);
	buf_release(&im.file);
	buf_release(&im.row);
	buf_release(&im.rejects);
	strmap_release(&im.own);
	free(im.row_of);
	free(im.later);
	free(im.missing);
	arena_release(&im.arena);
	return r;
}

/* Saves data at path; *lies: the same is there already, *other: else. */
static int
save_new(const char *path, struct span data, bool *lies, bool *other,
    struct err *e)
{
	struct err own = { 0 };
	struct buf old = { 0 };
	int r = import_save_file(path, data, &own);

	*lies = *other = false;
	if (r && errno == EEXIST) {
		err_release(&own);
		r = file_load(path, (size_t)4 << 30, &old, &own);
		*lies = r == 0 && span_eq(buf_span(&old), data);
		*other = r == 0 && !*lies;
	}
	if (r)
		err_set(e, own.code, "%s", own.msg);
	err_release(&own);
	buf_release(&old);
	return r;
}

int
import_write_rejects(struct import_result *r, struct err *e)
{
	struct span data = buf_span(&r->rejected_rows);
	bool lies = false, other = true;
	char *base;
	int ret = 0;

	if (!r->rejects)
		return 0;
	base = xstrndup(r->rejects, strlen(r->rejects) - strlen(".csv"));
	/* What lies there may be worked on: it is never written over. */
	for (int i = 1; other && i < 1000; i++) {
		free(r->rejects);
		r->rejects = i == 1 ? xasprintf("%s.csv", base)
				    : xasprintf("%s-%d.csv", base, i);
		ret = save_new(r->rejects, data, &lies, &other, e);
	}
	free(base);
	r->written = ret == 0 && !lies && !other;
	if (other)
		return err_set(e, ERR_IO,
		    "%s: is there, and 998 before it; take some away",
		    r->rejects);
	return ret;
}

void
import_result_release(struct import_result *r)
{
	free(r->rejects);
	buf_release(&r->notes);
	buf_release(&r->rejected_rows);
	memset(r, 0, sizeof *r);
}
