/*
 * Which field a column of a foreign file is: by --map, else by the field's
 * name or label, else by its synonyms; case, blanks and punctuation do not
 * matter ("Close_Date", "close date", "CloseDate").
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/unicode.h"

enum { RANK_NONE, RANK_SYNONYM, RANK_NAME, RANK_MAP };

void
import_fold(struct buf *out, struct span s)
{
	size_t from = out->n, n = from;

	uni_fold(out, s);
	for (size_t i = from; i < out->n; i++) {
		char c = out->p[i];

		if (c == ' ' || (c > 0 && strchr("_-./\\()[]:;,'\"#*?!&+", c)))
			continue;
		out->p[n++] = c;
	}
	if (out->p)
		buf_cut(out, n);
}

static bool
same_folded(struct span folded, struct span s, struct buf *scratch)
{
	buf_reset(scratch);
	import_fold(scratch, s);
	return scratch->n && span_eq(folded, buf_span(scratch));
}

static bool
in_list(struct span folded, const char *list, struct buf *scratch)
{
	struct span rest = span(list);

	while (rest.n) {
		if (same_folded(folded, span_cut(&rest, ';'), scratch))
			return true;
	}
	return false;
}

/* "lead id" of a lead: the id that the other system knows it by. */
static bool
is_foreign_id(const struct entity *ent, struct span folded, struct buf *b)
{
	const char *const names[] = { ent->name, ent->label, ent->plural };

	for (size_t i = 0; i < 3; i++) {
		if (!names[i])
			continue;
		buf_reset(b);
		import_fold(b, span(names[i]));
		buf_adds(b, "id");
		if (span_eq(folded, buf_span(b)))
			return true;
	}
	return false;
}

static enum import_part
part_of(const struct field *f, struct span folded)
{
	if (f->type != F_PERIOD)
		return PART_VALUE;
	if (span_eqs(folded, "year"))
		return PART_YEAR;
	if (span_eqs(folded, "quarter"))
		return PART_QUARTER;
	return span_eqs(folded, "month") ? PART_MONTH : PART_VALUE;
}

static void
find_field(const struct entity *ent, struct import_column *c, struct buf *b,
    struct buf *b2)
{
	struct span name = c->name, folded;

	/* our own lists: owner.name is the owner */
	if (name.n > 5 && span_eqs(span_n(name.p + name.n - 5, 5), ".name"))
		name.n -= 5;
	buf_reset(b);
	import_fold(b, name);
	folded = buf_span(b);
	for (size_t i = 0; i < ent->nfields && c->rank < RANK_NAME; i++) {
		const struct field *f = ent->field[i];
		int rank = RANK_NONE;

		if (same_folded(folded, span(f->name), b2) ||
		    (f->label && same_folded(folded, span(f->label), b2)))
			rank = RANK_NAME;
		else if (c->rank < RANK_SYNONYM && f->synonyms &&
			 in_list(folded, f->synonyms, b2))
			rank = RANK_SYNONYM;
		if (rank <= c->rank)
			continue;
		/* only a reference has a name of its own */
		if (name.n < c->name.n && f->type != F_REF)
			continue;
		c->rank = rank;
		c->field = f;
	}
	if (!c->field && is_foreign_id(ent, folded, b2)) {
		c->field = entity_field(ent, span("ext_id"));
		c->rank = c->field ? RANK_SYNONYM : RANK_NONE;
	}
	if (c->field && name.n < c->name.n)
		c->rank = RANK_SYNONYM;
	if (c->field)
		c->part = c->field->type == F_ID ? PART_ID
						 : part_of(c->field, folded);
}

/* --- --map --------------------------------------------------------------- */

static int
unknown_header(struct span theirs, const struct import_column *col, size_t n,
    struct err *e)
{
	const char *sep = "; it has ";

	err_set(e, ERR_USAGE, "--map '%.*s': the file has no such column",
	    SPANF(theirs));
	for (size_t i = 0; i < n; i++) {
		if (!col[i].name.n)
			continue;
		err_suffix(e, "%s%.*s", sep, SPANF(col[i].name));
		sep = ", ";
	}
	return -1;
}

/*
 * Only we set it. But a number that is given once, to quotes and orders, they
 * may have from elsewhere.
 */
static bool
set_by_us(const struct field *f)
{
	return (f->flags & FIELD_AUTO) && !(f->flags & FIELD_UNIQUE);
}

static int
map_target(const struct entity *ent, struct import_column *c, struct span ours,
    struct err *e)
{
	struct span base = ours, part = { NULL, 0 };
	struct buf near = { 0 };
	struct field *f;

	c->rank = RANK_MAP;
	c->field = NULL;
	c->part = PART_VALUE;
	c->quiet = true;
	if (ours.n == 0)
		return 0;
	f = entity_field(ent, ours);
	if (!f && memchr(ours.p, '.', ours.n)) {
		part = ours;
		base = span_cut(&part, '.');
		f = entity_field(ent, base);
		if (f && !(f->type == F_REF && span_eqs(part, "name")) &&
		    part_of(f, part) == PART_VALUE)
			f = NULL;
	}
	if (!f) {
		entity_suggest(ent, base, &near);
		err_set(e, ERR_USAGE,
		    "--map '%.*s=%.*s': %s has no such field%s%s",
		    SPANF(c->name), SPANF(ours), ent->name,
		    near.n ? "; did you mean " : "", near.n ? near.p : "");
		buf_release(&near);
		return -1;
	}
	if ((f->flags & FIELD_VIRTUAL || set_by_us(f)) && f->type != F_ID)
		return err_set(e, ERR_USAGE,
		    "--map '%.*s=%.*s': %s is set by crm and cannot be "
		    "imported",
		    SPANF(c->name), SPANF(ours), f->name);
	c->field = f;
	c->part = f->type == F_ID ? PART_ID : part_of(f, part);
	if (f->type == F_PERIOD && !part.n) {
		buf_reset(&near);
		import_fold(&near, c->name);
		c->part = part_of(f, buf_span(&near));
		buf_release(&near);
	}
	return 0;
}

/*
 * "Their Name=field". Their name may hold '=' itself, so the cut is at the
 * last one; a field never has one.
 */
static int
apply_map(const struct import_options *o, struct span word,
    struct import_column *col, size_t n, struct err *e)
{
	struct span theirs = word, ours;
	struct buf a = { 0 }, b = { 0 };
	size_t i = word.n, found = (size_t)-1;

	while (i > 0 && word.p[i - 1] != '=')
		i--;
	if (i == 0)
		return err_set(e, ERR_USAGE,
		    "--map '%.*s': write 'Their Name=field'", SPANF(word));
	theirs = span_trim(span_n(word.p, i - 1));
	ours = span_trim(span_n(word.p + i, word.n - i));
	import_fold(&a, theirs);
	for (i = 0; i < n && found == (size_t)-1; i++) {
		if (span_ieq(col[i].name, theirs))
			found = i;
	}
	for (i = 0; i < n && found == (size_t)-1; i++) {
		if (same_folded(buf_span(&a), col[i].name, &b))
			found = i;
	}
	buf_release(&a);
	buf_release(&b);
	if (found == (size_t)-1)
		return unknown_header(theirs, col, n, e);
	return map_target(o->ent, &col[found], ours, e);
}

/* --- the whole header ---------------------------------------------------- */

static void
drop(struct import_column *c, struct buf *notes, const char *why)
{
	if (!c->quiet)
		buf_addf(notes, "column '%.*s' is left out: %s\n",
		    SPANF(c->name), why);
	c->field = NULL;
	c->quiet = true;
}

/* Two columns for one field: the better known one stands. */
static int
settle(struct import_column *a, struct import_column *b, struct buf *notes,
    struct err *e)
{
	struct import_column *loser = a->rank < b->rank ? a : b;
	struct import_column *other = loser == a ? b : a;
	char why[200];

	if (a->field != b->field || !a->field ||
	    (a->part != b->part && a->part != PART_VALUE &&
		b->part != PART_VALUE))
		return 0;
	if (a->rank == b->rank)
		return err_set(e, ERR_USAGE,
		    "columns '%.*s' and '%.*s' are both %s; say which one is "
		    "with --map '%.*s=%s', or leave one out with --map "
		    "'%.*s='",
		    SPANF(a->name), SPANF(b->name), a->field->name,
		    SPANF(a->name), a->field->name, SPANF(b->name));
	snprintf(why, sizeof why, "%s comes from '%.*s'", a->field->name,
	    (int)(other->name.n < 80 ? other->name.n : 80), other->name.p);
	drop(loser, notes, why);
	return 0;
}

static bool
is_ours(struct span name)
{
	return span_eqs(name, "_base") || span_eqs(name, "_line") ||
	       span_eqs(name, "_column") || span_eqs(name, "_reason");
}

/* Fields that a column can be and none is. */
static void
list_free(const struct entity *ent, const struct import_column *col, size_t n,
    struct buf *out)
{
	const char *sep = " ";

	for (size_t i = 0; i < ent->nfields; i++) {
		const struct field *f = ent->field[i];
		bool taken = f->type == F_ID;

		for (size_t k = 0; k < n; k++)
			taken |= col[k].field == f;
		if (taken || set_by_us(f) ||
		    f->flags & (FIELD_VIRTUAL | FIELD_HIDDEN | FIELD_FOUND))
			continue;
		buf_addf(out, "%s%s", sep, f->name);
		sep = ", ";
	}
}

static void
note_ignored(const struct import_options *o, const struct import_column *col,
    size_t n, struct buf *notes)
{
	const struct import_column *first = NULL;

	for (size_t i = 0; i < n; i++) {
		if (col[i].field || col[i].quiet || !col[i].name.n)
			continue;
		buf_addf(notes, "%s'%.*s'",
		    first ? ", " : "columns not taken: ", SPANF(col[i].name));
		first = first ? first : &col[i];
	}
	if (!first)
		return;
	buf_addf(notes, "; take one with --map '%.*s=FIELD', FIELD being one "
			"of", SPANF(first->name));
	list_free(o->ent, col, n, notes);
	buf_addc(notes, '\n');
}

static bool
has_id(const struct import_column *col, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (col[i].part == PART_ID && col[i].field)
			return true;
	}
	return false;
}

/* Fields that nobody can set; those that we set come back with an id. */
static void
drop_computed(struct import_column *col, size_t n, struct buf *notes)
{
	bool own = has_id(col, n);

	for (size_t i = 0; i < n; i++) {
		const struct field *f = col[i].field;

		if (!f || f->type == F_ID)
			continue;
		if (f->flags & FIELD_VIRTUAL)
			drop(&col[i], notes, "it is computed");
		else if (set_by_us(f) && !own)
			drop(&col[i], notes, "it is set by crm");
	}
}

static int
settle_all(const struct import_options *o, struct import_column *col, size_t n,
    struct buf *notes, struct err *e)
{
	bool any = false;

	drop_computed(col, n, notes);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n; k++) {
			if (settle(&col[i], &col[k], notes, e))
				return -1;
		}
		any |= col[i].field != NULL;
	}
	if (any) {
		note_ignored(o, col, n, notes);
		return 0;
	}
	err_set(e, ERR_USAGE,
	    "%s: no column is known as a field of %s; name them with --map "
	    "'Their Name=field', or, where the first line is a row already, "
	    "with --header field,field,...; the first line has",
	    strcmp(o->file, "-") ? o->file : "stdin", o->ent->name);
	for (size_t i = 0; i < n && i < 20; i++)
		err_suffix(e, "%s '%.*s'", i ? "," : "", SPANF(col[i].name));
	return -1;
}

int
import_map(const struct schema *s, const struct import_options *o,
    const struct span *header, size_t n, struct import_column **out,
    struct arena *a, struct buf *notes, struct err *e)
{
	struct import_column *col = xcalloc(n ? n : 1, sizeof *col);
	struct buf b = { 0 }, b2 = { 0 };
	int r = -1;

	(void)s;
	*out = col;
	for (size_t i = 0; i < n; i++) {
		col[i].name = arena_span(a, span_trim(header[i]));
		col[i].ours = is_ours(col[i].name);
		col[i].quiet = col[i].ours;
		if (col[i].name.n && !col[i].quiet)
			find_field(o->ent, &col[i], &b, &b2);
	}
	for (size_t i = 0; i < o->nmap; i++) {
		if (apply_map(o, span(o->map[i]), col, n, e))
			goto out;
	}
	r = settle_all(o, col, n, notes, e);
out:
	buf_release(&b);
	buf_release(&b2);
	return r;
}

/* --- --value ------------------------------------------------------------- */

static struct import_column *
column_of(struct import_column *col, size_t n, const struct field *f)
{
	for (size_t i = 0; i < n; i++) {
		if (col[i].field == f)
			return &col[i];
	}
	return NULL;
}

int
import_map_values(const struct import_options *o, struct import_column *col,
    size_t n, struct arena *a, struct err *e)
{
	for (size_t i = 0; i < o->nvalue; i++) {
		struct span ours = span(o->value[i]), name, theirs;
		struct import_column *c;
		struct field *f;
		size_t k;

		name = span_cut(&ours, ':');
		for (k = ours.n; k > 0 && ours.p[k - 1] != '=';)
			k--;
		if (k == 0)
			return err_set(e, ERR_USAGE,
			    "--value '%s': write field:theirs=ours",
			    o->value[i]);
		f = entity_field(o->ent, name);
		c = f ? column_of(col, n, f) : NULL;
		if (!c)
			return err_set(e, ERR_USAGE,
			    "--value '%s': no column of the file is %.*s",
			    o->value[i], SPANF(name));
		theirs = span_trim(span_n(ours.p, k - 1));
		GROW(c->mapped, c->nmapped, c->mapped_cap);
		c->mapped[c->nmapped] =
		    arena_span(a, span_trim(span_n(ours.p + k, ours.n - k)));
		strmap_set(
		    &c->mapped_from, arena_span(a, theirs), c->nmapped++);
	}
	return 0;
}

void
import_columns_free(struct import_column *col, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		strmap_release(&col[i].values);
		strmap_release(&col[i].mapped_from);
		free(col[i].val);
		free(col[i].at);
		free(col[i].mapped);
		strmap_release(&col[i].shown);
		free(col[i].shown_name);
		free(col[i].new_key);
		free(col[i].new_label);
		resolver_free(col[i].resolver);
	}
	free(col);
}
