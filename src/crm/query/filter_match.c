#include <string.h>

#include "base/clock.h"
#include "crm/query/filter_impl.h"
#include "store/id.h"

static inline bool
is_bytes(const struct fnode *n, const struct qthread *t, struct span v)
{
	struct word w = word_load(t, v);
	bool any = false;

	if (v.n <= 16) {
		for (size_t i = 0; i < n->n; i++)
			any |= word_eq(w, n->word[i]);
		return any;
	}
	for (size_t i = 0; i < n->n; i++) {
		if (span_eq(v, n->u.bytes[i]))
			return true;
	}
	return false;
}

static bool
is_id(const struct fnode *n, struct span v)
{
	uint64_t id = id_pack_canonical(v);
	size_t lo = 0, hi = n->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (n->u.id[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return id && lo < n->n && n->u.id[lo] == id;
}

static bool
is_text(const struct fnode *n, struct span v, struct buf *fold)
{
	for (size_t i = 0; i < n->n; i++) {
		if (n->test == T_SUB ? text_in(&n->u.text[i], v, fold)
				     : text_is(&n->u.text[i], v, fold))
			return true;
	}
	return false;
}

static bool
is_item(const struct fnode *n, struct span v, struct buf *fold)
{
	while (v.n) {
		if (is_text(n, span_cut(&v, ';'), fold))
			return true;
	}
	return false;
}

/* ISO text of len bytes compares as its dates do. */
static inline bool
in_iso(const struct fnode *n, struct span v, size_t len)
{
	for (size_t i = 0; i < n->n; i++) {
		const struct frange *r = &n->u.range[i];

		if ((!r->has_lo || memcmp(v.p, r->from, len) >= 0) &&
		    (!r->has_hi || memcmp(v.p, r->to, len) <= 0))
			return true;
	}
	return false;
}

static bool
in_ranges(const struct fnode *n, int128 v)
{
	for (size_t i = 0; i < n->n; i++) {
		const struct frange *r = &n->u.range[i];

		if ((!r->has_lo || v >= r->lo) && (!r->has_hi || v <= r->hi))
			return true;
	}
	return false;
}

/* A day alone stands for its midnight here. */
static bool
is_instant(const struct fnode *n, struct span v)
{
	int32_t day;
	int64_t t;

	if (v.n == 20 && v.p[10] == 'T' && v.p[19] == 'Z')
		return in_iso(n, v, 20);
	if (v.n == 10 && date_parse(v, &day))
		return in_ranges(n, clock_instant(day, 0));
	return instant_parse(v, &t) && in_ranges(n, t);
}

/* A period is in a range that holds all of its days. */
static bool
is_period(const struct fnode *n, const struct row *r, struct span v)
{
	struct date_range d;

	if (date_period(v, &r->q->s->dates, &d, NULL, NULL) < 0 ||
	    !d.has_from || !d.has_to)
		return false;
	for (size_t i = 0; i < n->n; i++) {
		const struct frange *f = &n->u.range[i];

		if ((!f->has_lo || d.from >= f->lo) &&
		    (!f->has_hi || d.to <= f->hi))
			return true;
	}
	return false;
}

static bool
is_number(const struct fnode *n, const struct row *r)
{
	int128 v;
	struct dec d;

	if (n->test == T_MONEY)
		return path_base_money(n->path, r, &v) == 1 && in_ranges(n, v);
	return path_dec(n->path, r, &d) == 1 && in_ranges(n, dec_num(d));
}

/* The same as T_BYTES of a virtual field, which is what most reports ask. */
static inline bool
is_state(const struct fnode *n, const struct row *r)
{
	const struct span *cell = node_cells(n->path->node, r);
	const struct stage *st;

	if (!cell)
		return n->empty;
	st = qthread_stage(
	    r->scratch, cell[n->path->dep[0]], cell[n->path->dep[1]]);
	return st ? n->u.states >> st->state & 1 : n->empty;
}

static bool
test(const struct fnode *n, const struct row *r)
{
	struct qthread *t = r->scratch;
	struct span v;

	if (n->test == T_STATE)
		return is_state(n, r);
	v = n->label ? path_label(n->path, r) : path_value(n->path, r);
	if (v.n == 0)
		return n->empty;
	switch (n->test) {
	case T_EMPTY:
	case T_STATE:
		return false;
	case T_BYTES:
		return is_bytes(n, t, v);
	case T_IDS:
		return is_id(n, v);
	case T_ITEM:
		return is_item(n, v, &t->fold);
	case T_TEXT:
	case T_SUB:
		return is_text(n, v, &t->fold);
	case T_DATE:
		return v.n == 10 && in_iso(n, v, 10);
	case T_INSTANT:
		return is_instant(n, v);
	case T_PERIOD:
		return is_period(n, r, v);
	case T_NUM:
	case T_MONEY:
		return is_number(n, r);
	}
	return false;
}

bool
filter_match(const struct filter *f, const struct row *r)
{
	uint32_t at = f->start;

	while (at < NODE_YES) {
		const struct fnode *n = &f->node[at];

		at = test(n, r) ? n->yes : n->no;
	}
	return at == NODE_YES;
}
