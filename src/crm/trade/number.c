#include "crm/trade/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/change/unique.h"
#include "crm/config_file.h"
#include "crm/query/query.h"
#include "crm/trade/number_impl.h"
#include "store/table.h"

/* Digits that a counter may be filled up to. */
enum { WIDTH_MAX = 12 };

/* --- patterns ------------------------------------------------------------ */

/*
 * Takes the next piece off a pattern: text as it is, or what is in braces.
 * *width is that of {n:4}, else 0. False where braces have something else.
 */
enum piece { PIECE_TEXT, PIECE_YEAR, PIECE_COUNT, PIECE_WRONG };

static enum piece
take_piece(struct span *rest, struct span *text, int64_t *width)
{
	size_t n = 0;

	*width = 0;
	if (rest->p[0] != '{') {
		while (n < rest->n && rest->p[n] != '{')
			n++;
		*text = span_n(rest->p, n);
		*rest = span_n(rest->p + n, rest->n - n);
		return PIECE_TEXT;
	}
	while (n < rest->n && rest->p[n] != '}')
		n++;
	*text = span_n(rest->p + 1, n - 1);
	if (n == rest->n)
		return PIECE_WRONG;
	*rest = span_n(rest->p + n + 1, rest->n - n - 1);
	if (span_eqs(*text, "year"))
		return PIECE_YEAR;
	if (span_eqs(*text, "n"))
		return PIECE_COUNT;
	if (span_starts(*text, span("n:")) &&
	    span_int(span_n(text->p + 2, text->n - 2), width) && *width >= 1 &&
	    *width <= WIDTH_MAX)
		return PIECE_COUNT;
	return PIECE_WRONG;
}

static int
check_pattern(const struct number_series *ns, bool *year, struct err *e)
{
	struct span rest = span(ns->pattern), text;
	size_t counts = 0, years = 0;
	int64_t width;
	bool wrong = rest.n > 64;

	while (rest.n && !wrong) {
		enum piece p = take_piece(&rest, &text, &width);

		counts += p == PIECE_COUNT;
		years += p == PIECE_YEAR;
		wrong = p == PIECE_WRONG;
		for (size_t i = 0; p == PIECE_TEXT && i < text.n; i++)
			wrong |= (unsigned char)text.p[i] <= ' ' ||
			    text.p[i] == '}';
	}
	*year = years > 0;
	if (!wrong && counts == 1 && years <= 1)
		return 0;
	return err_set(e, ERR_DATA,
	    "crmrc: %s is '%s'; it is text without blanks, with {n} or {n:4} "
	    "for the counter and perhaps {year}: Q{year}-{n:4}", ns->key,
	    ns->pattern);
}

int
number_series_of(struct session *s, const char *name, int32_t day,
    struct number_series *out, struct err *e)
{
	static const struct {
		const char *name, *key, *none;
	} known[] = { { "quote", "quote.number", "Q{year}-{n:4}" },
		{ "order", "order.number", "R{year}-{n:4}" } };
	const char *set;
	int y, m, d;
	bool year;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(known[i].name, name) != 0)
			continue;
		out->name = known[i].name;
		out->key = known[i].key;
		set = rc_get(&s->rc, out->key);
		out->pattern = set && *set ? set : known[i].none;
	}
	if (!out->name)
		return err_set(e, ERR_BUG, "no series '%s'", name);
	if (check_pattern(out, &year, e))
		return -1;
	date_civil(day, &y, &m, &d);
	if (year)
		snprintf(out->year, sizeof out->year, "%04d", y);
	snprintf(out->ref, sizeof out->ref, "refs/crm/numbers/%s%s%s",
	    out->name, year ? "-" : "", out->year);
	return 0;
}

void
number_format(const struct number_series *ns, int64_t n, struct buf *out)
{
	struct span rest = span(ns->pattern), text;
	int64_t width;

	while (rest.n)
		switch (take_piece(&rest, &text, &width)) {
		case PIECE_YEAR:
			buf_adds(out, ns->year);
			break;
		case PIECE_COUNT:
			buf_addf(out, "%0*lld", (int)width, (long long)n);
			break;
		default:
			buf_addspan(out, text);
		}
}

int64_t
number_count(const struct number_series *ns, struct span number)
{
	struct span rest = span(ns->pattern), text;
	struct buf again = { 0 };
	int64_t width, n = 0;
	size_t k;

	/* up to the counter all is known; behind it, is it the same again? */
	while (rest.n) {
		enum piece p = take_piece(&rest, &text, &width);

		if (p == PIECE_COUNT)
			break;
		if (p == PIECE_YEAR)
			text = span(ns->year);
		if (!span_starts(number, text))
			return 0;
		number = span_n(number.p + text.n, number.n - text.n);
	}
	for (k = 0; k < number.n && number.p[k] >= '0' && number.p[k] <= '9';)
		k++;
	if (!span_int(span_n(number.p, k), &n) || n < 1)
		return 0;
	number_format(ns, n, &again);
	if (again.n < number.n ||
	    !span_eq(number, span_n(again.p + again.n - number.n, number.n)))
		n = 0;
	buf_release(&again);
	return n;
}

/* --- what is in use ------------------------------------------------------ */

struct taking {
	const struct number_series *ns;
	struct claims *c;
};

static int
note_taken(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct taking *t = ctx;
	int64_t k = n ? number_count(t->ns, cell[0]) : 0;

	(void)e;
	if (k) {
		GROW(t->c->taken, t->c->ntaken, t->c->cap);
		t->c->taken[t->c->ntaken++] = k;
	}
	return 0;
}

static int
int64_cmp(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
find_taken(struct session *s, const struct number_series *ns,
    struct claims *c, struct err *e)
{
	struct entity *ent = schema_entity(&s->schema, span(ns->name));
	struct query *q = query_new(s, ent);
	struct taking t = { ns, c };
	bool label = false;
	struct path *path;
	int r = -1;

	if (query_filter(q, NULL, 0, e) == 0 &&
	    query_path(q, span("number"), false, &path, e) == 0)
		r = query_stream(q, &path, &label, 1, note_taken, &t, e);
	query_free(q);
	if (c->ntaken)
		qsort(c->taken, c->ntaken, sizeof *c->taken, int64_cmp);
	return r < 0 ? -1 : 0;
}

int64_t
number_next(const struct claims *c, int64_t last)
{
	do
		last++;
	while (c && c->ntaken &&
	    bsearch(&last, c->taken, c->ntaken, sizeof *c->taken, int64_cmp));
	return last;
}

/* --- the table ----------------------------------------------------------- */

/* What numbers.csv has as it now is, outside of any change. */
static int
table_last(struct session *s, const struct number_series *ns, int64_t *last,
    struct err *e)
{
	const struct span want[] = { span("series"), span("year"),
		span("last") };
	struct config_file f = { 0 };
	int64_t n;

	*last = 0;
	if (config_file_open(&f, s, "numbers.csv", want, 3, e))
		return -1;
	for (size_t i = 0; i < f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&f, i);

		if (span_eqs(cell[0], ns->name) &&
		    span_eqs(cell[1], ns->year) && span_int(cell[2], &n) &&
		    n > *last)
			*last = n;
	}
	config_file_close(&f);
	return 0;
}

int
number_claim(struct session *s, const char *series, int32_t day,
    const uint64_t *id, size_t n, struct claims **out, struct err *e)
{
	struct number_series ns;
	struct claims *c = xcalloc(1, sizeof *c);
	struct buf remote = { 0 };
	int64_t last;
	int r = -1;

	c->v = xcalloc(n + 1, sizeof *c->v);
	c->n = n;
	for (size_t i = 0; i < n; i++)
		c->v[i].id = id[i];
	if (number_series_of(s, series, day, &ns, e) ||
	    (n && number_remote(s, &remote, e)))
		goto out;
	c->remote = remote.n > 0;
	r = c->remote ? find_taken(s, &ns, c, e) ||
		    table_last(s, &ns, &last, e) ||
		    number_take(s, &ns, remote.p, last, c, e)
		      : 0;
out:
	buf_release(&remote);
	if (r) {
		claims_free(c);
		c = NULL;
	}
	*out = c;
	return r ? -1 : 0;
}

void
claims_free(struct claims *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].number);
	free(c->v);
	free(c->taken);
	free(c);
}

static int
raise(struct changes *c, const struct number_series *ns, int64_t n,
    struct err *e)
{
	const struct entity *ent =
	    schema_entity(&c->s->schema, span("number"));
	struct record key = { .ent = ent }, before;
	struct record after = change_copy(c, &key);
	int64_t last = 0;
	int r;

	record_put(&after, "series", span(ns->name));
	record_put(&after, "year", arena_span(&c->arena, span(ns->year)));
	r = change_load(c, ent, table_key(ent, after.value), &before, e);
	if (r < 0)
		return -1;
	if (r == 0) {
		(void)span_int(record_get(&before, "last"), &last);
		after = change_copy(c, &before);
	}
	if (n <= last)
		return 0;
	record_put(&after, "last",
	    arena_printf(&c->arena, "%lld", (long long)n));
	return change_apply(c, r ? NULL : &before, &after, CHANGE_ISSUE, e);
}

/* The next after *last that no record of the series has. */
static int
next_free(struct changes *c, const struct number_series *ns, int64_t *last,
    struct buf *out, struct err *e)
{
	struct record r = { .ent =
		schema_entity(&c->s->schema, span(ns->name)) };
	const struct field *f = entity_field(r.ent, span("number"));
	size_t at = out->n;
	uint64_t who;

	r = change_copy(c, &r);
	do {
		buf_cut(out, at);
		number_format(ns, ++*last, out);
		record_set(&r, f, span_n(out->p + at, out->n - at));
		if (unique_holder(c, &r, f, &who, e))
			return -1;
	} while (who);
	return 0;
}

int
number_give(struct changes *c, const struct claims *claims,
    const char *series, int32_t day, uint64_t id, struct buf *out,
    struct err *e)
{
	const struct entity *ent =
	    schema_entity(&c->s->schema, span("number"));
	struct number_series ns;
	struct record key = { .ent = ent }, row;
	int64_t last = 0;
	int r;

	if (number_series_of(c->s, series, day, &ns, e))
		return -1;
	for (size_t i = 0; claims && claims->remote && i < claims->n; i++)
		if (claims->v[i].id == id) {
			buf_adds(out, claims->v[i].number);
			return raise(c, &ns, claims->v[i].n, e);
		}
	if (claims && claims->remote)
		return err_set(e, ERR_BUSY,
		    "no number was taken for it; try again");
	key = change_copy(c, &key);
	record_put(&key, "series", span(ns.name));
	record_put(&key, "year", span(ns.year));
	r = change_load(c, ent, table_key(ent, key.value), &row, e);
	if (r < 0)
		return -1;
	if (r == 0)
		(void)span_int(record_get(&row, "last"), &last);
	return next_free(c, &ns, &last, out, e) ? -1
						: raise(c, &ns, last, e);
}
