/*
 * The values of a file that name something: stages, choices, records. Unknown
 * ones refuse the whole file, because they are nearly always a mapping that
 * was forgotten; all of them are told at once, with the option that helps.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"

/* Unknown values that a message lists, and maps. */
#define LISTED 20

bool
import_is_listed(const struct import_column *c)
{
	if (!c->field || c->part != PART_VALUE)
		return false;
	if (c->field->type == F_STAGE || c->field->type == F_REF)
		return true;
	return (c->field->type == F_CHOICE || c->field->type == F_CHOICES) &&
	       c->field->choices;
}

struct import_val *
import_val_add(struct import *im, struct import_column *c, struct span raw,
    struct span pipeline, size_t line)
{
	struct buf b = { 0 };
	struct import_val *v;
	size_t i;

	if (pipeline.n) {
		buf_addspan(&b, pipeline);
		buf_addc(&b, '\x1f');
		buf_addspan(&b, raw);
		raw = buf_span(&b);
	}
	i = strmap_get(&c->values, raw);
	if (i == (size_t)-1) {
		i = c->nvals;
		GROW(c->val, c->nvals, c->val_cap);
		v = &c->val[c->nvals++];
		memset(v, 0, sizeof *v);
		v->raw = arena_span(&im->arena, raw);
		v->line = (uint32_t)line;
		v->pipeline = pipeline.n ? (uint32_t)pipeline.n + 1 : 0;
		strmap_set(&c->values, v->raw, i);
	}
	buf_release(&b);
	c->val[i].count++;
	return &c->val[i];
}

/* --- --create-missing ---------------------------------------------------- */

static bool
word_means(
    struct span word, const struct import *im, const struct import_column *c)
{
	const struct field *f = c->field;
	const struct entity *ent;

	if (span_ieqs(word, "all") || span_ieqs(word, f->name))
		return true;
	ent = f->ref ? schema_entity(&im->s->schema, span(f->ref))
	      : f->choices && f->choices[0] == '@'
		  ? schema_entity(&im->s->schema, span(f->choices + 1))
		  : NULL;
	return ent && (span_ieqs(word, ent->name) ||
			  (ent->plural && span_ieqs(word, ent->plural)));
}

static bool
may_create(const struct import *im, const struct import_column *c)
{
	struct span rest = span(im->o->create);

	while (rest.n) {
		if (word_means(span_trim(span_cut(&rest, ',')), im, c))
			return true;
	}
	return false;
}

/* Words that name no column of the file are mistakes. */
static int
check_create(const struct import *im, struct err *e)
{
	struct span rest = span(im->o->create), word;

	while (rest.n) {
		bool used = false;

		word = span_trim(span_cut(&rest, ','));
		if (span_ieqs(word, "all"))
			continue;
		for (size_t i = 0; i < im->ncols + im->nsets && !used; i++) {
			const struct import_column *c =
			    i < im->ncols ? &im->col[i]
					  : &im->set[i - im->ncols];

			used = import_is_listed(c) && word_means(word, im, c);
		}
		if (!used)
			return err_set(e, ERR_USAGE,
			    "--create-missing '%.*s': no column of the file "
			    "is a choice, stage or reference of that name",
			    SPANF(word));
	}
	return 0;
}

/* --- the message --------------------------------------------------------- */

static void
add_quoted(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			buf_adds(b, "'\\''");
		else
			buf_addc(b, s.p[i]);
	}
}

static int
by_count(const void *a, const void *b)
{
	const struct import_val *x = *(const struct import_val *const *)a;
	const struct import_val *y = *(const struct import_val *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->line > y->line) - (x->line < y->line);
}

static int
tell_column(struct import *im, struct import_column *c,
    struct import_val *const *v, size_t n, struct buf *out, struct err *e)
{
	struct buf known = { 0 }, near = { 0 }, lines = { 0 };
	size_t shown = n < LISTED ? n : LISTED;
	int r = -1;

	buf_addf(out, "%s%s: not known: ", out->n ? "\n" : "", c->field->name);
	for (size_t i = 0; i < shown; i++) {
		buf_reset(&near);
		buf_reset(&known);
		if (c->field->type == F_REF)
			import_known_refs(im, c, v[i], &known, &near);
		else if (import_known_choices(im, c, v[i], &known, &near, e))
			goto out;
		buf_addf(out, "%s%.*s (", i ? ", " : "",
		    SPANF(import_val_text(v[i])));
		dec_format_grouped(out, (int128)v[i]->count, 0);
		buf_addc(out, ')');
		buf_addf(&lines, " --value '%s:", c->field->name);
		add_quoted(&lines, import_val_text(v[i]));
		buf_addc(&lines, '=');
		add_quoted(&lines, buf_span(&near));
		buf_addc(&lines, '\'');
	}
	if (n > shown)
		buf_addf(out, ", and %zu more", n - shown);
	if (c->field->type != F_REF)
		buf_addf(out, "; known are: %s", known.n ? known.p : "(none)");
	buf_addf(out,
	    "\n  to map them, what they are here behind the '=':\n"
	    "    %s\n  to take them over:  "
	    "--create-missing %s\n  to leave them out:  --map '",
	    lines.p + 1, c->field->name);
	add_quoted(out, c->name);
	buf_adds(out, "='");
	r = 0;
out:
	buf_release(&known);
	buf_release(&near);
	buf_release(&lines);
	return r;
}

/* Unknown values of a column, most frequent first; the caller frees. */
static struct import_val **
unknown_values(struct import_column *c, size_t *n)
{
	struct import_val **v = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < c->nvals; i++) {
		if (c->val[i].state != VAL_UNKNOWN)
			continue;
		GROW(v, *n, cap);
		v[(*n)++] = &c->val[i];
	}
	return v;
}

/*
 * A price list has what is not sold here, too: rows about a record that has to
 * be there (a price's product) and is not are rejected, as long as others are.
 */
static bool
leave_rows(struct import_column *c, struct import_val *const *v, size_t n)
{
	if (c->field->type != F_REF || n == c->nvals ||
	    !(c->field->flags & FIELD_REQUIRED))
		return false;
	for (size_t i = 0; i < n; i++) {
		v[i]->state = VAL_BAD;
		v[i]->why = "is not known; add it, or say with --value what it "
			    "is here";
	}
	return true;
}

static int
settle_column(
    struct import *im, struct import_column *c, struct buf *told, struct err *e)
{
	struct import_val **v;
	size_t n;
	int r = 0;

	if (!import_is_listed(c) || c->nvals == 0)
		return 0;
	if (c->field->type == F_REF ? import_find_refs(im, c, e)
				    : import_find_choices(im, c, e))
		return -1;
	v = unknown_values(c, &n);
	if (n && !may_create(im, c) && !leave_rows(c, v, n)) {
		qsort(v, n, sizeof *v, by_count);
		r = tell_column(im, c, v, n, told, e);
	} else if (!n || may_create(im, c)) {
		for (size_t i = 0; i < n && r == 0; i++)
			r = c->field->type == F_REF
				? import_make_ref(im, c, v[i], e)
				: import_make_choice(im, c, v[i], e);
		if (r == 0)
			r = import_make_fields(im, c, e);
	}
	free(v);
	return r;
}

int
import_lookup(struct import *im, struct err *e)
{
	struct buf told = { 0 };
	int r = -1;

	if (im->o->create && check_create(im, e))
		return -1;
	for (size_t i = 0; i < im->ncols + im->nsets; i++) {
		if (settle_column(im,
			i < im->ncols ? &im->col[i] : &im->set[i - im->ncols],
			&told, e))
			goto out;
	}
	if (told.n)
		err_set(e, ERR_USAGE, "%s: values that are not known:\n%s",
		    strcmp(im->o->file, "-") ? im->o->file : "stdin", told.p);
	else
		r = 0;
out:
	buf_release(&told);
	return r;
}
