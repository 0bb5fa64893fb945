#include "crm/trade/tax.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/config_file.h"

#define PATH "config/taxes.csv"

struct tax_row {
	struct span tax, part, label, code, reason;
	int32_t from;
	struct dec rate;
	bool compound;
};

struct taxes {
	struct tax_row *row; /* in the order of the file */
	size_t n;
	struct arena arena;
};

enum { TAX, PART, FROM, LABEL, RATE, COMPOUND, CODE, REASON, COLS };

static int
read_row(struct taxes *t, const struct span *cell, size_t line, struct err *e)
{
	struct tax_row *x = &t->row[t->n];
	int64_t rate;

	if (cell[TAX].n == 0)
		return err_set(
		    e, ERR_DATA, PATH ":%zu: the tax has no key", line);
	x->from = DATE_NONE;
	if (cell[FROM].n && !date_parse(cell[FROM], &x->from))
		return err_set(e, ERR_DATA,
		    PATH ":%zu: '%.*s' is no date, YYYY-MM-DD", line,
		    SPANF(cell[FROM]));
	if (!dec_units(cell[RATE], 4, &rate) || rate < 0 || rate > 10000000)
		return err_set(e, ERR_DATA,
		    PATH ":%zu: a rate is 0 to 1000 percent, with up to 4 "
			 "digits behind the point, not '%.*s'",
		    line, SPANF(cell[RATE]));
	x->rate.value = rate;
	x->rate.scale = 4;
	x->compound = span_eqs(cell[COMPOUND], "yes");
	if (!x->compound && cell[COMPOUND].n && !span_eqs(cell[COMPOUND], "no"))
		return err_set(e, ERR_DATA,
		    PATH ":%zu: compound is yes or no, not '%.*s'", line,
		    SPANF(cell[COMPOUND]));
	x->tax = arena_span(&t->arena, cell[TAX]);
	x->part = arena_span(&t->arena, cell[PART]);
	x->label = arena_span(&t->arena, cell[LABEL]);
	x->code = arena_span(&t->arena, cell[CODE]);
	x->reason = arena_span(&t->arena, cell[REASON]);
	for (size_t i = 0; i < t->n; i++) {
		if (t->row[i].from == x->from &&
		    span_eq(t->row[i].tax, x->tax) &&
		    span_eq(t->row[i].part, x->part))
			return err_set(e, ERR_DATA,
			    PATH ":%zu: the tax '%.*s' is there twice of one "
				 "day; a part of it has a name of its own",
			    line, SPANF(x->tax));
	}
	t->n++;
	return 0;
}

static int
read_taxes(struct session *s, struct taxes *t, struct err *e)
{
	const struct span want[COLS] = { span("tax"), span("part"),
		span("from"), span("label"), span("rate"), span("compound"),
		span("code"), span("reason") };
	struct config_file f = { 0 };
	int result = -1;

	if (config_file_open(&f, s, PATH, want, COLS, e) < 0)
		goto out;
	t->row = xcalloc(f.scan.nrows, sizeof *t->row);
	for (size_t i = 0; i < f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&f, i);

		if (read_row(t, cell, f.line, e) < 0)
			goto out;
	}
	result = 0;
out:
	config_file_close(&f);
	return result;
}

static int
session_taxes(struct session *s, const struct taxes **out, struct err *e)
{
	struct taxes *t;

	if (!s->taxes) {
		t = xcalloc(1, sizeof *t);
		if (read_taxes(s, t, e) < 0) {
			taxes_free(t);
			return -1;
		}
		s->taxes = t;
	}
	*out = s->taxes;
	return 0;
}

void
taxes_free(struct taxes *t)
{
	if (!t)
		return;
	free(t->row);
	arena_release(&t->arena);
	free(t);
}

static bool
is_first(const struct taxes *t, size_t i, bool of_part)
{
	for (size_t k = 0; k < i; k++) {
		if (span_eq(t->row[k].tax, t->row[i].tax) &&
		    (!of_part || span_eq(t->row[k].part, t->row[i].part)))
			return false;
	}
	return true;
}

static int
unknown(const struct taxes *t, struct span key, struct err *e)
{
	err_set(e, ERR_USAGE, "there is no tax class '%.*s'; ", SPANF(key));
	if (t->n == 0)
		return err_suffix(e, PATH " has none");
	err_suffix(e, "there are");
	for (size_t i = 0, n = 0; i < t->n; i++) {
		if (is_first(t, i, false))
			err_suffix(
			    e, "%s %.*s", n++ ? "," : "", SPANF(t->row[i].tax));
	}
	return -1;
}

/* The row of a part, that of row i, which holds on a day; NULL: none yet. */
static const struct tax_row *
part_on(const struct taxes *t, size_t i, int32_t day)
{
	const struct tax_row *best = NULL;

	for (size_t k = i; k < t->n; k++) {
		const struct tax_row *x = &t->row[k];

		if (x->from <= day && (!best || x->from > best->from) &&
		    span_eq(x->tax, t->row[i].tax) &&
		    span_eq(x->part, t->row[i].part))
			best = x;
	}
	return best;
}

static int
add_part(struct tax_class *out, const struct tax_row *x, struct err *e)
{
	struct tax_part *p = &out->part[out->n];

	if (out->n == TAX_PARTS)
		return err_set(e, ERR_DATA,
		    PATH ": the tax '%.*s' has more than %d parts",
		    SPANF(out->key), TAX_PARTS);
	out->n++;
	p->name = x->part;
	p->label = x->label.n ? x->label : x->part.n ? x->part : x->tax;
	p->rate = x->rate;
	p->compound = x->compound;
	if (!out->code.n)
		out->code = x->code;
	if (!out->reason.n)
		out->reason = x->reason;
	return 0;
}

static int
class_on(const struct taxes *t, struct span key, int32_t day,
    struct tax_class *out, struct err *e)
{
	const struct tax_row *first = NULL;
	char text[11];

	for (size_t i = 0; i < t->n; i++) {
		const struct tax_row *x = &t->row[i], *on;

		if (!span_eq(x->tax, key))
			continue;
		out->key = x->tax;
		if (!first || x->from < first->from)
			first = x;
		on = is_first(t, i, true) ? part_on(t, i, day) : NULL;
		if (on && add_part(out, on, e) < 0)
			return -1;
	}
	if (!first)
		return unknown(t, key, e);
	if (out->n)
		return 0;
	date_format(first->from, text);
	return err_set(e, ERR_USAGE,
	    "the tax class '%.*s' holds from %s on, not before", SPANF(key),
	    text);
}

int
taxes_check(struct session *s, struct err *e)
{
	const struct taxes *t;

	if (session_taxes(s, &t, e) < 0)
		return -1;
	for (size_t i = 0; i < t->n; i++) {
		struct tax_class class = { 0 };

		/* in the end, when all of its parts hold */
		if (is_first(t, i, false) &&
		    class_on(t, t->row[i].tax, INT32_MAX, &class, e) < 0)
			return -1;
	}
	return 0;
}

int
tax_class_of(struct session *s, struct span key, int32_t day,
    struct tax_class *out, struct err *e)
{
	const struct rc_entry *dflt = NULL;
	const struct taxes *t;

	memset(out, 0, sizeof *out);
	if (key.n == 0) {
		dflt = rc_find(&s->rc, "quote.tax-class");
		if (!dflt || !dflt->value[0])
			return 0;
		key = span(dflt->value);
	}
	if (session_taxes(s, &t, e) < 0)
		return -1;
	if (class_on(t, key, day, out, e) == 0)
		return 0;
	if (dflt && e && e->code == ERR_USAGE)
		err_prefix(
		    e, "%s:%zu: quote.tax-class: ", dflt->file, dflt->line);
	return -1;
}
