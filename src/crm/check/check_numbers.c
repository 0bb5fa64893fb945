/*
 * Numbers of quotes and orders: what has none, what is missing from a series,
 * and what the table does not know. That two are the same is found as of every
 * unique field.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/check/check_impl.h"
#include "crm/config_file.h"
#include "crm/query/query.h"
#include "crm/trade/number_impl.h"
#include "store/id.h"

/* More that are missing in a row are told as a stretch. */
enum { SINGLY = 3, PLACES_MAX = 10000000 };

struct series_check {
	struct check *c;
	struct number_series ns;
	struct entity *ent;
	int64_t last, above; /* the table's; the largest that is beyond it */
	unsigned char *seen; /* by counter, up to last */
	uint64_t *draft;     /* quotes that are drafts here */
	size_t ndrafts, draft_cap;
};

/* --- the records --------------------------------------------------------- */

static int
see_number(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct series_check *x = ctx;
	int64_t k = number_count(&x->ns, cell[0]);

	(void)n;
	(void)e;
	if (k > x->last && k > x->above)
		x->above = k;
	else if (k && k <= x->last)
		x->seen[k] = 1;
	return 0;
}

static int
see_unnumbered(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct check *c = ctx;
	uint64_t id = id_pack_canonical(cell[0]);
	const struct entity *ent =
	    schema_letter(&c->s->schema, id_letter(id));
	char path[3][PATH_CAP];

	(void)n;
	/* what came from elsewhere goes by what it is called there */
	if (cell[1].n || cell[3].n || !ent ||
	    ((!cell[2].n || span_eqs(cell[2], "draft")) &&
		strcmp(ent->name, "quote") == 0))
		return 0;
	entity_paths(ent, id, path);
	return check_say(c, path[0], 0, CHECK_NOTE, e,
	    "%.*s: is %.*s, but has no number", SPANF(cell[0]),
	    SPANF(cell[2]));
}

static int
stream(struct check *c, struct entity *ent, const char *const *field, size_t n,
    int (*fn)(void *, const struct span *, size_t, struct err *), void *ctx,
    struct err *e)
{
	struct query *q = query_new(c->s, ent);
	struct path *path[4];
	bool label[4] = { false, false, false, false };
	struct err bad = { 0 };
	int r = query_filter(q, NULL, 0, &bad);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = query_path(q, span(field[i]), false, &path[i], &bad);
	/* what cannot be read was told by then */
	r = r ? 0 : query_stream(q, path, label, n, fn, ctx, e);
	err_release(&bad);
	query_free(q);
	return r < 0 ? -1 : 0;
}

/* --- a series in a year -------------------------------------------------- */

static int
see_draft(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct series_check *x = ctx;

	(void)n;
	(void)e;
	if (cell[1].n && !span_eqs(cell[1], "draft"))
		return 0;
	GROW(x->draft, x->ndrafts, x->draft_cap);
	x->draft[x->ndrafts++] = id_pack_canonical(cell[0]);
	return 0;
}

/*
 * The record that took it is here, and has none. Another clone may have issued
 * it, which only pulling tells; a quote that is no draft here cannot be issued.
 */
static int
say_taken(struct series_check *x, struct span name, struct span who,
    struct err *e)
{
	bool order = strcmp(x->ns.name, "order") == 0;
	bool draft = false;

	for (size_t i = 0; i < x->ndrafts; i++)
		draft = draft || x->draft[i] == id_pack(who);
	if (!order && !draft)
		return check_say(x->c, "numbers.csv", 0, CHECK_NOTE, e,
		    "%.*s is missing: %.*s has it, taken by another clone: "
		    "git pull", SPANF(name), SPANF(who));
	return check_say(x->c, "numbers.csv", 0, CHECK_NOTE, e,
	    "%.*s is missing: %.*s took it, and was not %s in this clone; "
	    "git pull, where another one did; else crm-quote %s %.*s does it",
	    SPANF(name), SPANF(who), order ? "ordered" : "issued",
	    order ? "order" : "issue", SPANF(who));
}

/* Who took number k, as far as this clone knows. */
static int
say_missing(struct series_check *x, int64_t from, int64_t to,
    struct span taken, struct err *e)
{
	struct buf number = { 0 };
	int64_t n;
	int r = 0;

	for (int64_t k = from; r == 0 && k <= to; k++) {
		struct span rest = taken, who = span(""), name = who;

		while (rest.n && !who.n) {
			struct span line = span_cut(&rest, '\n');

			if (span_int(span_cut(&line, ' '), &n) && n == k) {
				who = span_cut(&line, ' ');
				name = line;
			}
		}
		if (!who.n && to - from >= SINGLY) {
			r = check_say(x->c, "numbers.csv", 0, CHECK_NOTE, e,
			    "of %s %s the numbers %lld to %lld are missing",
			    x->ent->plural, x->ns.year, (long long)from,
			    (long long)to);
			break;
		}
		buf_reset(&number);
		number_format(&x->ns, k, &number);
		if (!who.n)
			r = check_say(x->c, "numbers.csv", 0, CHECK_NOTE, e,
			    "%s is missing", number.p);
		else if (seen_find(&x->c->ids, id_pack(who)) == CHECK_NONE)
			r = check_say(x->c, "numbers.csv", 0, CHECK_NOTE, e,
			    "%.*s is missing: taken by another clone: git "
			    "pull; by %.*s, which is not in this clone, or "
			    "was removed", SPANF(name), SPANF(who));
		else
			r = say_taken(x, name, who, e);
	}
	buf_release(&number);
	return r;
}

static int
say_gaps(struct series_check *x, struct err *e)
{
	static const char *const field[] = { "id", "state" };
	struct buf taken = { 0 };
	bool asked = false;
	int r = 0;

	for (int64_t k = 1; r == 0 && k <= x->last; k++) {
		int64_t to = k;

		if (x->seen[k])
			continue;
		while (to < x->last && !x->seen[to + 1])
			to++;
		if (!asked && !x->c->s->as_of)
			r = number_taken(x->c->s, &x->ns, &taken, e) ||
				stream(x->c,
				    schema_entity(
					&x->c->s->schema, span("quote")),
				    field, 2, see_draft, x, e)
			    ? -1
			    : 0;
		asked = true;
		if (r == 0)
			r = say_missing(x, k, to, buf_span(&taken), e);
		k = to;
	}
	if (r == 0 && x->above)
		r = check_say(x->c, "numbers.csv", 0, CHECK_NOTE, e,
		    "last of %s %s is %lld, but %lld was given; numbers that "
		    "are in use are passed over", x->ent->plural, x->ns.year,
		    (long long)x->last, (long long)x->above);
	buf_release(&taken);
	return r;
}

static int
check_series(struct check *c, struct span name, struct span year, int64_t last,
    struct err *e)
{
	static const char *const number[] = { "number" };
	struct series_check x = { .c = c, .last = last };
	char *series = span_dup(name);
	int64_t y = 2000;
	int32_t day;
	struct err bad = { 0 };
	int r = 0;

	if (year.n && (!span_int(year, &y) || y < 1 || y > 9999))
		y = 0;
	x.ent = schema_entity(&c->s->schema, name);
	if (!y || !x.ent || last < 1 || last > PLACES_MAX ||
	    !date_from_civil((int)y, 1, 1, &day))
		r = check_say(c, "numbers.csv", 0, CHECK_ERROR, e,
		    "%.*s %.*s: no series, no year, or no counter",
		    SPANF(name), SPANF(year));
	else if (number_series_of(c->s, series, day, &x.ns, &bad))
		r = check_pass_on(c, "crmrc", &bad, e);
	else if (span_eqs(year, x.ns.year)) {
		/* else it was counted by another pattern */
		x.seen = xcalloc((size_t)last + 1, 1);
		r = stream(c, x.ent, number, 1, see_number, &x, e) ||
			say_gaps(&x, e)
		    ? -1
		    : 0;
	}
	free(x.seen);
	free(x.draft);
	free(series);
	err_release(&bad);
	return r;
}

int
check_numbers(struct check *c, struct err *e)
{
	static const char *const series[] = { "quote", "order" };
	static const char *const field[] = { "id", "number", "state",
		"ext_id" };
	const struct span want[] = { span("series"), span("year"),
		span("last") };
	struct config_file f = { 0 };
	struct err bad = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < 2; i++)
		r = stream(c, schema_entity(&c->s->schema, span(series[i])),
		    field, 4, see_unnumbered, c, e);
	/* where it is no table that was told */
	if (r || config_file_open(&f, c->s, "numbers.csv", want, 3, &bad))
		goto out;
	for (size_t i = 0; r == 0 && i < f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&f, i);
		int64_t last = 0;

		(void)span_int(cell[2], &last);
		r = check_series(c, cell[0], cell[1], last, e);
	}
out:
	config_file_close(&f);
	err_release(&bad);
	return r;
}
