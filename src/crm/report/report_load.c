/*
 * report_load: the text of a report to its definition. Keys are rows of a
 * table; nothing here knows what a report is about.
 */
#include <stddef.h>
#include <string.h>

#include "crm/report/report_impl.h"

static int
bad(const struct rc_entry *at, const char *what, struct err *e)
{
	return err_set(
	    e, ERR_DATA, "%s:%zu: %s: %s", at->file, at->line, at->key, what);
}

static const char *const unit_name[] = { "day", "week", "month", "quarter",
	"year" };

const char *
report_unit_name(enum date_unit u)
{
	return unit_name[u];
}

bool
report_unit_parse(struct span s, enum date_unit *u)
{
	for (size_t i = 0; i < sizeof unit_name / sizeof *unit_name; i++) {
		if (span_ieqs(s, unit_name[i])) {
			*u = (enum date_unit)i;
			return true;
		}
	}
	return false;
}

/* --- values -------------------------------------------------------------- */

static int
get_span(void *to, const struct rc_entry *x, struct err *e)
{
	(void)e;
	*(struct span *)to = span_trim(span(x->value));
	return 0;
}

static int
get_list(void *to, const struct rc_entry *x, struct err *e)
{
	struct list *l = to;
	struct span rest = span_trim(span(x->value));

	l->n = 0;
	while (rest.n) {
		struct span one = span_trim(span_cut(&rest, ','));

		if (!one.n)
			return bad(x, "an item of the list is empty", e);
		if (l->n == REPORT_COLUMNS)
			return bad(x, "the list is too long", e);
		l->v[l->n++] = one;
	}
	return 0;
}

static int
get_bool(void *to, const struct rc_entry *x, struct err *e)
{
	struct span v = span_trim(span(x->value));

	*(bool *)to = span_ieqs(v, "yes") || span_ieqs(v, "true");
	if (*(bool *)to || span_ieqs(v, "no") || span_ieqs(v, "false"))
		return 0;
	return bad(x, "write yes or no", e);
}

/* "month", or "quarter, period": the unit that --period names goes first */
static int
get_unit(void *to, const struct rc_entry *x, struct err *e)
{
	struct report_def *d = to;
	struct span rest = span(x->value);
	struct span unit = span_trim(span_cut(&rest, ','));

	rest = span_trim(rest);
	d->unit_of_period = span_eqs(rest, "period");
	if (!report_unit_parse(unit, &d->unit) ||
	    (rest.n && !d->unit_of_period))
		return bad(x,
		    "write day, week, month, quarter or year, and perhaps "
		    "', period' behind it",
		    e);
	return 0;
}

static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			c == '_' || (i && c >= '0' && c <= '9')))
			return false;
	}
	return s.n > 0;
}

static const struct {
	const char *name;
	enum measure_kind kind;
	bool arg;
} kinds[] = {
	{ "count", M_COUNT, false },
	{ "sum", M_SUM, true },
	{ "weighted", M_WEIGHTED, false },
	{ "avg", M_AVG, true },
	{ "min", M_MIN, true },
	{ "max", M_MAX, true },
};

/* name:kind or name:kind(path) */
static int
get_measure(struct measure_def *m, struct span s, const struct rc_entry *x,
    struct err *e)
{
	struct span kind;
	bool arg;

	memset(m, 0, sizeof *m);
	m->name = span_trim(span_cut(&s, ':'));
	if (!is_name(m->name))
		return bad(x, "a measure is written name:sum(field)", e);
	kind = span_trim(span_cut(&s, '('));
	arg = s.n > 1 && s.p[s.n - 1] == ')';
	if (s.n && !arg)
		return bad(x, "a measure is written name:sum(field)", e);
	if (arg)
		m->arg = span_trim(span_n(s.p, s.n - 1));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!span_eqs(kind, kinds[i].name))
			continue;
		m->kind = kinds[i].kind;
		if (kinds[i].arg && !m->arg.n)
			return bad(x, "say of which field: sum(amount)", e);
		return 0;
	}
	return bad(x, "measures are count, sum, weighted, avg, min and max", e);
}

static int
get_measures(void *to, const struct rc_entry *x, struct err *e)
{
	struct select_def *s = to;
	struct list l;

	if (get_list(&l, x, e))
		return -1;
	if (l.n > REPORT_MEASURES)
		return bad(x, "too many measures", e);
	s->nmeasures = l.n;
	for (size_t i = 0; i < l.n; i++)
		if (get_measure(&s->measure[i], l.v[i], x, e))
			return -1;
	return 0;
}

static int
get_type(void *to, const struct rc_entry *x, struct err *e)
{
	static const struct {
		const char *name;
		enum field_type type;
	} types[] = { { "money", F_MONEY }, { "percent", F_PERCENT },
		{ "int", F_INT }, { "decimal", F_DECIMAL } };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (span_eqs(span_trim(span(x->value)), types[i].name)) {
			*(int *)to = (int)types[i].type;
			return 0;
		}
	}
	return bad(x, "write money, percent, int or decimal", e);
}

static int
get_digits(void *to, const struct rc_entry *x, struct err *e)
{
	int64_t v;

	if (!span_int(span(x->value), &v) || v < 0 || v > 9)
		return bad(x, "write a number from 0 to 9", e);
	*(int *)to = (int)v;
	return 0;
}

static int
get_formula(void *to, const struct rc_entry *x, struct err *e)
{
	struct expr probe;

	if (expr_parse(&probe, span(x->value), e))
		return err_prefix(e, "%s:%zu: ", x->file, x->line);
	expr_release(&probe);
	return get_span(to, x, e);
}

/* --- keys ---------------------------------------------------------------- */

struct key {
	const char *name;
	int (*get)(void *to, const struct rc_entry *x, struct err *e);
	size_t at;
};

static const struct key report_keys[] = {
	{ "title", get_span, offsetof(struct report_def, title) },
	{ "group", get_list, offsetof(struct report_def, group) },
	{ "by", get_span, offsetof(struct report_def, by) },
	{ "unit", get_unit, 0 },
	{ "order", get_list, offsetof(struct report_def, order) },
	{ "columns", get_list, offsetof(struct report_def, columns) },
	{ "total", get_bool, offsetof(struct report_def, total) },
	{ "bar", get_span, offsetof(struct report_def, bar) },
	{ NULL, NULL, 0 },
};

static const struct key select_keys[] = {
	{ "entity", get_span, offsetof(struct select_def, entity) },
	{ "filter", get_span, offsetof(struct select_def, filter) },
	{ "period", get_span, offsetof(struct select_def, period) },
	{ "group", get_list, offsetof(struct select_def, group) },
	{ "scope", get_list, offsetof(struct select_def, scope) },
	{ "alias", get_list, offsetof(struct select_def, alias) },
	{ "measure", get_measures, 0 },
	{ "every", get_span, offsetof(struct select_def, every) },
	{ NULL, NULL, 0 },
};

static const struct key column_keys[] = {
	{ "label", get_span, offsetof(struct column_def, label) },
	{ "none", get_span, offsetof(struct column_def, none) },
	{ "order", get_list, offsetof(struct column_def, order) },
	{ "value", get_formula, offsetof(struct column_def, value) },
	{ "type", get_type, offsetof(struct column_def, type) },
	{ "digits", get_digits, offsetof(struct column_def, digits) },
	{ NULL, NULL, 0 },
};

static int
get_key(const struct key *keys, void *to, const char *name,
    const struct rc_entry *x, struct err *e)
{
	struct buf known = { 0 };

	for (const struct key *k = keys; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k->get((char *)to + k->at, x, e);
	for (const struct key *k = keys; k->name; k++)
		buf_addf(&known, "%s%s", k == keys ? "" : ", ", k->name);
	err_set(e, ERR_DATA, "%s:%zu: unknown key '%s'; known are: %s", x->file,
	    x->line, name, known.p ? known.p : "");
	buf_release(&known);
	return -1;
}

static int
select_entry(struct report_def *d, struct span sub, const char *key,
    const struct rc_entry *x, struct err *e)
{
	size_t i = 0;

	while (i < d->nselects && !span_eq(d->select[i].name, sub))
		i++;
	if (i == REPORT_SELECTS)
		return bad(x, "too many selects", e);
	if (i == d->nselects) {
		d->nselects++;
		d->select[i].name = sub;
		d->select[i].at = x;
	}
	return get_key(select_keys, &d->select[i], key, x, e);
}

static int
column_entry(struct report_def *d, struct span sub, const char *key,
    const struct rc_entry *x, struct err *e)
{
	size_t i = 0;

	while (i < d->ncolumns && !span_eq(d->column[i].name, sub))
		i++;
	if (i == REPORT_COLUMNS)
		return bad(x, "too many columns", e);
	if (i == d->ncolumns) {
		d->ncolumns++;
		d->column[i].name = sub;
		d->column[i].type = d->column[i].digits = -1;
		d->column[i].at = x;
	}
	return get_key(column_keys, &d->column[i], key, x, e);
}

static int
by_entry(struct report_def *d, struct span sub, const char *key,
    const struct rc_entry *x, struct err *e)
{
	struct by_def *b;
	size_t i = 0;

	while (i < d->nbys && !span_eq(d->byd[i].name, sub))
		i++;
	if (i == REPORT_COLUMNS)
		return bad(x, "too many [by]", e);
	if (i == d->nbys)
		d->byd[d->nbys++].name = sub;
	b = &d->byd[i];
	for (i = 0; i < b->select.n && !span_eqs(b->select.v[i], key); i++)
		;
	if (i == REPORT_SELECTS)
		return bad(x, "too many selects", e);
	if (i == b->select.n)
		b->select.n = b->path.n = i + 1;
	b->select.v[i] = span(key);
	b->path.v[i] = span_trim(span(x->value));
	return 0;
}

static bool
cut(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->n <= n || memcmp(s->p, prefix, n) != 0 || s->p[n] != '.')
		return false;
	*s = span_n(s->p + n + 1, s->n - n - 1);
	return true;
}

/*
 * One entry. Its key is section.KEY in a report's file; in crmrc it is
 * section.NAME.KEY, or section.NAME.SUB.KEY.
 */
static int
entry(struct report_def *d, const struct rc_entry *x, const char *name,
    struct err *e)
{
	static const struct {
		const char *section;
		int (*take)(struct report_def *d, struct span sub,
		    const char *key, const struct rc_entry *x, struct err *e);
	} parts[] = { { "select", select_entry }, { "column", column_entry },
		{ "by", by_entry } };
	const char *key = strrchr(x->key, '.') + 1;
	struct span mid;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		mid = span_n(x->key, (size_t)(key - 1 - x->key));
		if (!cut(&mid, parts[i].section) || (name && !cut(&mid, name)))
			continue;
		return parts[i].take(d, arena_span(&d->arena, mid), key, x, e);
	}
	mid = span_n(x->key, (size_t)(key - 1 - x->key));
	if (name ? cut(&mid, "report") && span_eqs(mid, name)
		 : span_eqs(mid, "report")) {
		if (strcmp(key, "unit") == 0)
			return get_unit(d, x, e);
		return get_key(report_keys, d, key, x, e);
	}
	return name ? 0 : bad(x, "there is no such section in a report", e);
}

int
report_def_add(
    struct report_def *d, const struct rc *rc, const char *name, struct err *e)
{
	for (size_t i = 0; i < rc->n; i++)
		if (entry(d, &rc->entry[i], name, e))
			return -1;
	return 0;
}

int
report_def_check(const struct report_def *d, struct err *e)
{
	if (!d->nselects)
		return err_set(e, ERR_DATA, "report '%.*s' has no [select]",
		    SPANF(d->name));
	if (d->group.n > REPORT_GROUPS)
		return err_set(e, ERR_DATA, "report '%.*s': too many groups",
		    SPANF(d->name));
	for (size_t i = 0; i < d->nselects; i++) {
		const struct select_def *s = &d->select[i];

		if (!s->entity.n)
			return err_set(e, ERR_DATA,
			    "%s:%zu: select '%.*s' names no entity",
			    s->at->file, s->at->line, SPANF(s->name));
		if (s->group.n != d->group.n)
			return err_set(e, ERR_DATA,
			    "%s:%zu: select '%.*s' has %zu %s, the report %zu",
			    s->at->file, s->at->line, SPANF(s->name),
			    s->group.n, plural(s->group.n, "group", "groups"),
			    d->group.n);
		if (s->every.n && (s->group.n != 1 || s->nmeasures))
			return err_set(e, ERR_DATA,
			    "%s:%zu: select '%.*s': with every it has one "
			    "group and no measure",
			    s->at->file, s->at->line, SPANF(s->name));
		if (s->scope.n > REPORT_SCOPES)
			return err_set(e, ERR_DATA,
			    "%s:%zu: select '%.*s': the scope is too long",
			    s->at->file, s->at->line, SPANF(s->name));
	}
	return 0;
}

void
report_def_release(struct report_def *d)
{
	rc_release(&d->rc);
	arena_release(&d->arena);
	memset(d, 0, sizeof *d);
}
