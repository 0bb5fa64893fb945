#include "crm/query/query_sort.h"

#include <string.h>

#include "base/clock.h"
#include "store/unicode.h"

/* Behind all values that can be read, before those that are empty. */
#define UNREADABLE ((int128)1 << 126)

static enum sort_kind
kind_of(const struct field *f)
{
	switch (f->type) {
	case F_DATE:
		return SORT_DATE;
	case F_INSTANT:
	case F_WHEN:
		return SORT_INSTANT;
	case F_DECIMAL:
	case F_INT:
	case F_PERCENT:
		return SORT_NUMBER;
	case F_MONEY:
		return SORT_MONEY;
	case F_PERIOD:
		return SORT_PERIOD;
	case F_STAGE:
		return SORT_STAGE;
	case F_CHOICE:
		return f->choices && f->choices[0] != '@' ? SORT_CHOICE
							  : SORT_TEXT;
	default:
		return SORT_TEXT;
	}
}

int
sort_bind(struct query *q, const struct sort_key *key, struct sort_spec *out,
    struct err *e)
{
	struct path *p = key->path;

	out->path = p;
	out->descending = key->descending;
	out->kind = kind_of(p->field);
	out->pipeline = NO_SLOT;
	if (out->kind == SORT_STAGE) {
		if (entity_field(p->node->ent, span("pipeline")))
			out->pipeline =
			    columns_slot(node_columns(q, p->node), "pipeline");
		if (query_config(q, e) < 0)
			return -1;
	}
	if (out->kind == SORT_MONEY && query_config(q, e) < 0)
		return -1;
	path_bind_label(q, p);
	path_early(p, true);
	return 0;
}

/* Ten bytes compare as ISO dates do; what is no date has its place too. */
static int128
date_num(struct span s)
{
	unsigned char b[10] = { 0 };
	int128 v = 0;

	memcpy(b, s.p, s.n < sizeof b ? s.n : sizeof b);
	for (size_t i = 0; i < sizeof b; i++)
		v = v << 8 | b[i];
	return v;
}

static int128
choice_num(const char *choices, struct span v)
{
	struct span rest = span(choices);

	for (int i = 0; rest.n; i++) {
		if (span_eq(span_cut(&rest, ';'), v))
			return i;
	}
	return UNREADABLE;
}

static int128
stage_num(const struct sort_spec *k, const struct row *r, struct span v)
{
	const struct span *cell = node_cells(k->path->node, r);
	struct span pipeline = { "", 0 };
	const struct stage *st;

	if (cell && k->pipeline != NO_SLOT)
		pipeline = cell[k->pipeline];
	st = qthread_stage(r->scratch, pipeline, v);
	return st ? (int128)st->rank : UNREADABLE;
}

static int128
period_num(const struct row *r, struct span v)
{
	struct date_range d;

	if (date_period(v, &r->q->s->dates, &d, NULL, NULL) < 0 ||
	    !d.has_from || !d.has_to)
		return UNREADABLE;
	return ((int128)d.from << 40) - d.to;
}

static int128
number(const struct sort_spec *k, const struct row *r)
{
	struct dec d;

	return path_dec(k->path, r, &d) == 1 ? dec_num(d) : UNREADABLE;
}

void
sort_value(const struct sort_spec *k, const struct row *r, struct buf *fold,
    struct sort_value *out)
{
	struct span v =
	    k->path->label ? path_label(k->path, r) : path_value(k->path, r);
	int64_t t;

	out->empty = v.n == 0;
	out->num = 0;
	out->text = span_n("", 0);
	if (out->empty)
		return;
	switch (k->kind) {
	case SORT_DATE:
		out->num = date_num(v);
		break;
	case SORT_INSTANT:
		out->num = when_parse(v, &t, NULL) ? t : UNREADABLE;
		break;
	case SORT_NUMBER:
		out->num = number(k, r);
		break;
	case SORT_MONEY:
		if (path_base_money(k->path, r, &out->num) != 1)
			out->num = UNREADABLE;
		break;
	case SORT_PERIOD:
		out->num = period_num(r, v);
		break;
	case SORT_STAGE:
		out->num = stage_num(k, r, v);
		break;
	case SORT_CHOICE:
		out->num = choice_num(k->path->field->choices, v);
		break;
	case SORT_TEXT:
		buf_reset(fold);
		uni_fold(fold, v);
		out->text = buf_span(fold);
		break;
	}
}

int
sort_compare(const struct sort_spec *k, const struct sort_value *a,
    const struct sort_value *b)
{
	int c;

	if (a->empty || b->empty)
		return (int)a->empty - (int)b->empty;
	if (k->kind == SORT_TEXT)
		c = span_cmp(a->text, b->text);
	else
		c = (a->num > b->num) - (a->num < b->num);
	return k->descending ? -c : c;
}
