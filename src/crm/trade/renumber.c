#include "crm/trade/renumber.h"

#include <string.h>

#include "crm/query/query.h"
#include "crm/trade/doc_impl.h"
#include "store/id.h"

/* "Q2026-0001" of "Q2026-0001-R2": the number of the first. */
static struct span
revision_base(struct span number, int64_t revision)
{
	for (size_t i = number.n; revision > 1 && i-- > 1;)
		if (number.p[i] == 'R' && number.p[i - 1] == '-')
			return span_n(number.p, i - 1);
	return number;
}

static int64_t
revision_of(const struct record *r)
{
	int64_t n = 1;

	(void)span_int(record_get(r, "revision"), &n);
	return n;
}

/* --- who keeps it -------------------------------------------------------- */

bool
renumber_was_sent(const struct record *r)
{
	struct span state = record_get(r, "state");

	/* an order is confirmed to whoever gave it */
	return strcmp(r->ent->name, "order") == 0 ||
	    (state.n && !span_eqs(state, "draft") &&
		!span_eqs(state, "issued"));
}

static int
rank(const struct record *r)
{
	struct span state = record_get(r, "state");

	return renumber_was_sent(r)                     ? 0
	    : state.n && !span_eqs(state, "draft") ? 1
						   : 2;
}

/* Does a keep the number rather than b? */
static bool
keeps(const struct record *a, const struct record *b)
{
	static const char *const field[] = { "date", "created", "id" };
	int x = rank(a), y = rank(b);

	for (size_t i = 0; x == y && i < 3; i++) {
		x = span_cmp(record_get(a, field[i]), record_get(b, field[i]));
		y = 0;
	}
	return x < y;
}

/* Records of its kind; of the arena. */
static int
others(struct session *s, const struct record *r, struct arena *a,
    struct record **out, size_t *n, struct err *e)
{
	struct entity *ent =
	    schema_entity(&s->schema, span(r->ent->name));

	return doc_read(s, ent, NULL, a, out, n, e);
}

int
renumber_check(struct session *s, const struct record *r, bool force,
    unsigned *out, struct err *e)
{
	struct span number = record_get(r, "number");
	const struct record *last = NULL;
	struct arena a = { 0 };
	struct record *other;
	bool first = true;
	size_t n;
	int ret = others(s, r, &a, &other, &n, e);

	*out = revision_of(r) > 1 ? RENUMBER_REVISION : 0;
	for (size_t i = 0; ret == 0 && i < n; i++) {
		if (!number.n || other[i].id == r->id ||
		    !span_ieq(record_get(&other[i], "number"), number))
			continue;
		first = first && keeps(r, &other[i]);
		if (!last || keeps(last, &other[i]))
			last = &other[i];
	}
	if (ret == 0 && !last)
		ret = number.n
		    ? err_set(e, ERR_PERM, "%.*s: no other %s has this number",
			  SPANF(number), r->ent->name)
		    : err_set(e, ERR_PERM, "it has no number");
	else if (ret == 0 && first && !force)
		ret = err_set(e, ERR_PERM,
		    "%.*s: it keeps the number, %s; crm-%s renumber %.*s, or "
		    "--force", SPANF(number),
		    rank(r) < rank(last)
			? "since a customer has it, or it is issued"
			: "as the earlier one", r->ent->name,
		    SPANF(record_get(last, "id")));
	arena_release(&a);
	return ret;
}

/* --- the next ------------------------------------------------------------ */

int
revision_next(struct changes *c, const struct record *r, bool again,
    struct record *after, struct err *e)
{
	int64_t own = revision_of(r), last = own, k;
	struct span base = revision_base(record_get(r, "number"), own);
	struct arena a = { 0 };
	struct record *other;
	size_t n;

	if (others(c->s, r, &a, &other, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		k = revision_of(&other[i]);
		if (k > last &&
		    span_ieq(
			revision_base(record_get(&other[i], "number"), k),
			base) &&
		    (again || !span_eq(record_get(&other[i], "previous"),
				  record_get(r, "id"))))
			last = k;
	}
	arena_release(&a);
	record_put(after, "revision",
	    arena_printf(&c->arena, "%lld", (long long)last + 1));
	record_put(after, "number",
	    arena_printf(&c->arena, "%.*s-R%lld", SPANF(base),
		(long long)last + 1));
	return 0;
}

static int
next_number(struct changes *c, const struct record *r,
    const struct claims *claims, struct record *after, struct err *e)
{
	struct buf number = { 0 };
	int ret = number_give(c, claims, r->ent->name, c->s->dates.today,
	    r->id, &number, e);

	record_put(after, "number", arena_span(&c->arena, buf_span(&number)));
	buf_release(&number);
	if (ret || record_differs(r, after, "number"))
		return ret;
	return err_set(e, ERR_PERM,
	    "%.*s is the one that has taken the number at the remote; "
	    "renumber the other", SPANF(record_get(r, "id")));
}

int
renumber(struct changes *c, const struct record *r, unsigned how,
    const struct claims *claims, struct record *after, struct err *e)
{
	struct span note = record_get(r, "note");
	char day[11];

	*after = change_copy(c, r);
	if (how & RENUMBER_REVISION ? revision_next(c, r, true, after, e)
				    : next_number(c, r, claims, after, e))
		return -1;
	date_format(c->s->dates.today, day);
	record_put(after, "note",
	    arena_printf(&c->arena, "%.*s%sits number was %.*s until %s",
		SPANF(note), note.n ? "\n" : "",
		SPANF(record_get(r, "number")), day));
	return change_apply(c, r, after, CHANGE_ISSUE, e);
}
