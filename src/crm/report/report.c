#include "crm/report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/report/report_impl.h"

/* A value column: a measure or a formula. */
struct value {
	struct span name;
	enum field_type type;
	int digits;		       /* -1: as many as there are */
	const struct measure *measure; /* NULL: a formula */
	struct expr expr;
	size_t var[REPORT_COLUMNS]; /* values that its names mean */
	bool date;
};

struct shape {
	struct report *r;
	struct money_plan money;
	struct value value[REPORT_COLUMNS];
	size_t nvalues;
	uint32_t *rank[REPORT_GROUPS];
	struct {
		bool group, descending;
		size_t at;
	} order[REPORT_COLUMNS];
	size_t norder;
	struct line *line;
	size_t nlines;
};

/* A row of the result. */
struct line {
	const struct shape *shape;
	const struct join_row *row; /* NULL: the total */
	struct ratio *v;
};

static const struct column_def *
column_def(const struct report *r, struct span name)
{
	for (size_t i = 0; i < r->def.ncolumns; i++)
		if (span_eq(r->def.column[i].name, name))
			return &r->def.column[i];
	return NULL;
}

static size_t
value_index(const struct shape *sh, struct span name)
{
	size_t i = 0;

	while (i < sh->nvalues && !span_eq(sh->value[i].name, name))
		i++;
	return i;
}

static int
no_column(const struct report *r, struct span name, struct err *e)
{
	return err_set(e, ERR_DATA, "report '%.*s' has no column '%.*s'",
	    SPANF(r->def.name), SPANF(name));
}

static int
default_digits(const struct shape *sh, enum field_type t)
{
	switch (t) {
	case F_MONEY:
		return sh->money.exponent;
	case F_INT:
		return 0;
	case F_PERCENT:
		return 1;
	default:
		return 2;
	}
}

static int
add_value(struct shape *sh, struct value **out, struct span name,
    enum field_type type, struct err *e)
{
	const struct column_def *c = column_def(sh->r, name);
	struct value *v = &sh->value[sh->nvalues];

	if (sh->nvalues == REPORT_COLUMNS)
		return err_set(e, ERR_DATA, "the report has too many columns");
	if (value_index(sh, name) < sh->nvalues)
		return err_set(e, ERR_DATA, "report '%.*s': two columns '%.*s'",
		    SPANF(sh->r->def.name), SPANF(name));
	v->name = name;
	v->type = c && c->type >= 0 ? (enum field_type)c->type : type;
	v->digits = default_digits(sh, v->type);
	if (c && c->digits >= 0 && v->type != F_MONEY)
		v->digits = c->digits;
	sh->nvalues++;
	*out = v;
	return 0;
}

static int
measures(struct shape *sh, struct err *e)
{
	struct report *r = sh->r;
	struct value *v;

	for (size_t i = 0; i < r->nselects; i++) {
		const struct select *s = &r->select[i];

		for (size_t k = 0; k < s->nmeasures; k++) {
			const struct measure *m = &s->measure[k];

			if (add_value(sh, &v, m->def->name, m->type, e))
				return -1;
			v->measure = m;
			v->date = m->date;
			if (!m->money && m->def->kind != M_AVG &&
			    m->type != F_INT)
				v->digits = -1;
		}
	}
	return 0;
}

static int
formulas(struct shape *sh, struct err *e)
{
	const struct report_def *d = &sh->r->def;
	struct value *v;

	for (size_t i = 0; i < d->ncolumns; i++) {
		const struct column_def *c = &d->column[i];
		size_t n = sh->nvalues;

		if (!c->value.n)
			continue;
		if (add_value(sh, &v, c->name, F_DECIMAL, e) ||
		    expr_parse(&v->expr, c->value, e))
			return -1;
		for (size_t k = 0; k < v->expr.nnames; k++) {
			struct span name = v->expr.name[k];
			size_t at = value_index(sh, name);

			if (at >= n || k == REPORT_COLUMNS)
				return no_column(sh->r, name, e);
			v->var[k] = at;
		}
	}
	return 0;
}

static int
set_order(struct shape *sh, struct err *e)
{
	struct report *r = sh->r;

	for (size_t i = 0; i < r->def.order.n; i++) {
		struct span name = r->def.order.v[i];
		bool down = name.p[name.n - 1] == '-';
		size_t at, k = 0;

		name.n -= down;
		while (k < r->ngroups && !span_eq(r->group_name[k], name))
			k++;
		at = k < r->ngroups ? k : value_index(sh, name);
		if (k == r->ngroups && at == sh->nvalues) {
			/* a group that --by replaced */
			for (k = 0; k < r->def.group.n; k++)
				if (span_eq(r->def.group.v[k], name))
					break;
			if (k == r->def.group.n)
				return no_column(r, name, e);
			continue;
		}
		sh->order[sh->norder].group = k < r->ngroups;
		sh->order[sh->norder].descending = down;
		sh->order[sh->norder++].at = at;
	}
	return 0;
}

static int
line_values(struct shape *sh, struct line *l, struct err *e)
{
	struct ratio var[REPORT_COLUMNS];

	l->shape = sh;
	l->v = arena_alloc(&sh->r->arena, (sh->nvalues + 1) * sizeof *l->v);
	for (size_t i = 0; i < sh->nvalues; i++) {
		const struct value *v = &sh->value[i];

		if (v->measure) {
			if (money_value(sh->r, &sh->money, v->measure, l->row,
				&l->v[i], e))
				return -1;
			continue;
		}
		for (size_t k = 0; k < v->expr.nnames; k++)
			var[k] = l->v[v->var[k]];
		if (expr_eval(&v->expr, var, &l->v[i], e))
			return -1;
	}
	return 0;
}

/* Empty before all others, so that it is last where the largest is first. */
static int
cmp_ratio(struct ratio a, struct ratio b)
{
	int128 x, y;

	if (!a.den || !b.den)
		return !!a.den - !!b.den;
	if (__builtin_mul_overflow(a.num, b.den, &x) ||
	    __builtin_mul_overflow(b.num, a.den, &y)) {
		x = a.num / a.den;
		y = b.num / b.den;
	}
	return x < y ? -1 : x > y;
}

static int
cmp_line(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	const struct shape *sh = x->shape;
	uint32_t p, q;
	int d = 0;

	for (size_t i = 0; !d && i < sh->norder; i++) {
		size_t at = sh->order[i].at;

		if (sh->order[i].group) {
			p = sh->rank[at][x->row->code[at]];
			q = sh->rank[at][y->row->code[at]];
			d = p < q ? -1 : p > q;
		} else {
			d = cmp_ratio(x->v[at], y->v[at]);
		}
		d = sh->order[i].descending ? -d : d;
	}
	for (size_t i = 0; !d && i < sh->r->ngroups; i++) {
		p = sh->rank[i][x->row->code[i]];
		q = sh->rank[i][y->row->code[i]];
		d = p < q ? -1 : p > q;
	}
	return d;
}

static int
lines(struct shape *sh, struct err *e)
{
	struct report *r = sh->r;
	size_t n = r->join->nrows;

	sh->line = xcalloc(n + 1, sizeof *sh->line);
	for (size_t i = 0; i < n; i++) {
		sh->line[i].row = &r->join->row[i];
		if (line_values(sh, &sh->line[i], e))
			return -1;
	}
	for (size_t i = 0; i < r->ngroups; i++)
		if (report_rank(r, i, &sh->rank[i], e))
			return -1;
	if (n)
		qsort(sh->line, n, sizeof *sh->line, cmp_line);
	sh->nlines = n;
	if (n && r->ngroups && r->def.total) {
		if (line_values(sh, &sh->line[n], e))
			return -1;
		r->out->total = true;
		sh->nlines++;
	}
	return 0;
}

/* --- the result ---------------------------------------------------------- */

static const char *
keep(struct report_result *out, struct span s)
{
	return arena_dup(&out->arena, s.p ? s.p : "", s.n);
}

static struct span
value_text(struct shape *sh, const struct value *v, struct ratio r,
    struct buf *tmp, struct err *e)
{
	int scale = v->digits;
	char date[11];
	int128 u;

	buf_reset(tmp);
	if (!r.den)
		return span_n("", 0);
	if (v->date) {
		date_format((int32_t)r.num, date);
		return arena_span(&sh->r->out->arena, span(date));
	}
	if (scale < 0) { /* all there are: den divides a power of ten */
		scale = 0;
		for (int128 ten = 1; ten % r.den; ten *= 10)
			scale++;
	}
	if (!ratio_units(r, scale, &u)) {
		err_set(e, ERR_DATA, "column '%.*s': a value is too large",
		    SPANF(v->name));
		return span_n(NULL, 0);
	}
	dec_format(tmp, u, scale);
	return arena_span(&sh->r->out->arena, buf_span(tmp));
}

static void
group_cells(struct shape *sh, const struct line *l, struct span *cell)
{
	struct report *r = sh->r;

	for (size_t i = 0; i < r->ngroups; i++) {
		if (l->row)
			cell[i] = arena_span(&r->out->arena,
			    r->join->dict[i].code[l->row->code[i]].label);
		else
			cell[i] = span(i ? "" : "total");
	}
}

static void
set_column(struct report *r, struct report_column *c, struct span name,
    enum field_type type)
{
	const struct column_def *d = column_def(r, name);

	c->name = keep(r->out, name);
	c->label = d && d->label.n ? keep(r->out, d->label) : c->name;
	c->type = type;
	c->bar = r->def.bar.n && span_eq(name, r->def.bar);
	if (d && d->none.n)
		c->none = keep(r->out, d->none);
}

/* The values to show, in their order. */
static int
pick(struct shape *sh, size_t *at, size_t *n, struct err *e)
{
	const struct list *l = &sh->r->def.columns;

	*n = l->n ? l->n : sh->nvalues;
	for (size_t i = 0; i < *n; i++) {
		at[i] = l->n ? value_index(sh, l->v[i]) : i;
		if (at[i] == sh->nvalues)
			return no_column(sh->r, l->v[i], e);
	}
	return 0;
}

static int
fill(struct shape *sh, struct err *e)
{
	struct report *r = sh->r;
	struct report_result *out = r->out;
	size_t at[REPORT_COLUMNS], n, ng = r->ngroups;
	struct buf tmp = { 0 };
	int rc = 0;

	if (pick(sh, at, &n, e))
		return -1;
	out->ncols = ng + n;
	out->nrows = sh->nlines;
	out->col = arena_alloc(&out->arena, (ng + n + 1) * sizeof *out->col);
	for (size_t i = 0; i < ng; i++) {
		set_column(r, &out->col[i], report_group_shown(r, i), F_TEXT);
		report_group_labels(r, i, &out->col[i]);
	}
	for (size_t i = 0; i < n; i++)
		set_column(r, &out->col[ng + i], sh->value[at[i]].name,
		    sh->value[at[i]].type);
	out->cell = arena_alloc(
	    &out->arena, (out->nrows * out->ncols + 1) * sizeof *out->cell);
	for (size_t k = 0; !rc && k < sh->nlines; k++) {
		struct span *cell = out->cell + k * out->ncols;

		group_cells(sh, &sh->line[k], cell);
		for (size_t i = 0; !rc && i < n; i++) {
			cell[ng + i] = value_text(sh, &sh->value[at[i]],
			    sh->line[k].v[at[i]], &tmp, e);
			rc = cell[ng + i].p ? 0 : -1;
		}
	}
	buf_release(&tmp);
	return rc;
}

static int
cmp_note(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* "target TAB targets TAB left out" with its number; see report_note(). */
static struct span
counted(struct report *r, const struct strmap_entry *x)
{
	struct span many = x->key, one = span_cut(&many, '\t');
	struct span text = many;

	if (!x->value)
		return arena_span(&r->out->arena, x->key);
	many = span_cut(&text, '\t');
	return arena_printf(&r->out->arena, "%zu %.*s %.*s", x->value,
	    SPANF(x->value == 1 ? one : many), SPANF(text));
}

static void
put_notes(struct report *r)
{
	struct report_result *out = r->out;

	out->nnotes = r->note.n;
	out->note =
	    arena_alloc(&out->arena, (r->note.n + 1) * sizeof *out->note);
	for (size_t i = 0; i < r->note.n; i++) {
		out->note[i] = counted(r, &r->note.entry[i]);
	}
	if (out->nnotes)
		qsort(out->note, out->nnotes, sizeof *out->note, cmp_note);
}

static int
show(struct report *r, struct err *e)
{
	struct shape sh = { .r = r };
	int rc = -1;

	if (money_plan(r, &sh.money, e))
		goto out;
	memcpy(r->out->currency, sh.money.currency, sizeof r->out->currency);
	r->out->title = report_title(r);
	if (measures(&sh, e) || formulas(&sh, e) || set_order(&sh, e) ||
	    lines(&sh, e) || fill(&sh, e))
		goto out;
	put_notes(r);
	rc = 0;
out:
	for (size_t i = 0; i < sh.nvalues; i++)
		expr_release(&sh.value[i].expr);
	for (size_t i = 0; i < REPORT_GROUPS; i++)
		free(sh.rank[i]);
	free(sh.line);
	money_release(&sh.money);
	return rc;
}

static void
report_release(struct report *r)
{
	join_free(r->join);
	for (size_t i = 0; i < r->nselects; i++)
		for (size_t k = 0; k < 2; k++)
			if (r->select[i].filter[k])
				filter_free(r->select[i].filter[k]);
	for (size_t i = 0; i < r->nscans; i++)
		query_free(r->scan[i].q);
	strmap_release(&r->note);
	report_def_release(&r->def);
	arena_release(&r->arena);
	free(r);
}

int
report_run(struct session *s, const char *name, const struct report_args *a,
    struct report_result *out, struct err *e)
{
	struct report *r = xcalloc(1, sizeof *r);
	int rc = -1;

	memset(out, 0, sizeof *out);
	r->s = s;
	r->a = a;
	r->out = out;
	if (!report_def_load(&r->def, s, name, e) && !report_bind(r, e) &&
	    !report_read(r, e))
		rc = show(r, e);
	report_release(r);
	if (rc)
		report_result_release(out);
	return rc;
}

void
report_result_release(struct report_result *r)
{
	arena_release(&r->arena);
	memset(r, 0, sizeof *r);
}
