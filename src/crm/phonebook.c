#include "crm/phonebook.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/query/query.h"
#include "store/id.h"

enum { P_ID, P_NAME, P_PHONE, P_MOBILE, P_COUNTRY, P_ACCOUNT, P_STATUS,
	P_COLS };

/* A scan of one entity. */
struct scanning {
	const struct phone *want;
	size_t nwant;
	struct strmap tails; /* -> the first number with that end */
	size_t *next;	     /* -> the next with the same one */
	const struct phone_country *home;
	const struct entity *ent;
	struct path *col[P_COLS];
	struct phonebook *out;
};

/* What one thread finds. */
struct part {
	struct scanning *s;
	struct phone_hit *hit;
	size_t n, cap;
	struct arena arena;
};

static void *
begin(void *ctx, struct err *e)
{
	struct part *p = xcalloc(1, sizeof *p);

	(void)e;
	p->s = ctx;
	return p;
}

static struct span
value(const struct part *p, int col, const struct row *r)
{
	return p->s->col[col] ? path_value(p->s->col[col], r) : span("");
}

static void
add(struct part *p, size_t want, const struct row *r)
{
	struct phone_hit *h;

	for (size_t i = p->n; i-- > 0;) {
		if (p->hit[i].want == want &&
		    p->hit[i].id == id_pack(value(p, P_ID, r)))
			return; /* by its other number */
		if (p->n - i > 8)
			break;
	}
	GROW(p->hit, p->n, p->cap);
	h = &p->hit[p->n++];
	h->want = want;
	h->ent = p->s->ent;
	h->id = id_pack(value(p, P_ID, r));
	h->name = arena_span(&p->arena, value(p, P_NAME, r));
	h->account = arena_span(&p->arena, value(p, P_ACCOUNT, r));
}

/* All wanted numbers are compared where the end of the cell does not tell. */
static void
look(struct part *p, struct span cell, const struct row *r)
{
	const struct scanning *s = p->s;
	const struct phone_country *home;
	struct span country;
	char tail[PHONE_TAIL];
	struct phone have;
	size_t n, i = 0;
	bool quick = phone_tail(cell, tail, &n);

	if (quick) {
		i = strmap_get(&s->tails, span_n(tail, n));
		if (i == (size_t)-1)
			return;
	}
	country = value(p, P_COUNTRY, r);
	home = country.n ? phone_country(country) : NULL;
	if (!phone_parse(cell, home ? home : s->home, &have))
		return;
	for (; i < s->nwant; i = quick ? s->next[i] : i + 1) {
		if (phone_same(&have, &s->want[i]))
			add(p, i, r);
	}
}

static int
on_row(void *state, const struct row *r, struct err *e)
{
	struct part *p = state;
	struct span phone = value(p, P_PHONE, r);
	struct span mobile = value(p, P_MOBILE, r);

	(void)e;
	if ((!phone.n && !mobile.n) ||
	    span_eqs(value(p, P_STATUS, r), "converted"))
		return 0;
	if (phone.n)
		look(p, phone, r);
	if (mobile.n)
		look(p, mobile, r);
	return 0;
}

static int
end(void *ctx, void *state, struct err *e)
{
	struct scanning *s = ctx;
	struct part *p = state;
	struct phonebook *out = s->out;

	(void)e;
	for (size_t i = 0; i < p->n; i++) {
		GROW(out->hit, out->n, out->cap);
		out->hit[out->n] = p->hit[i];
		out->hit[out->n].name =
		    arena_span(&out->arena, p->hit[i].name);
		out->hit[out->n++].account =
		    arena_span(&out->arena, p->hit[i].account);
	}
	free(p->hit);
	arena_release(&p->arena);
	free(p);
	return 0;
}

static int
scan_entity(struct scanning *s, struct session *ses, const char *name,
    struct err *e)
{
	static const char *const cols[P_COLS] = { "id", "name", "phone",
		"mobile", "country", "account", "status" };
	struct entity *ent = schema_entity(&ses->schema, span(name));
	struct query *q = query_new(ses, ent);
	struct sink sink = { begin, on_row, NULL, end, s };
	int r = 0;

	s->ent = ent;
	for (int i = 0; r == 0 && i < P_COLS; i++) {
		bool has = entity_field(ent, span(cols[i])) != NULL;

		s->col[i] = NULL;
		if (has)
			r = query_path(
			    q, span(cols[i]), false, &s->col[i], e);
	}
	if (r == 0)
		r = query_run(q, &sink, e);
	query_free(q);
	return r;
}

/* Contacts before leads before accounts: who calls is a person. */
static int
rank(const struct phone_hit *h)
{
	return strchr("CLAU", id_letter(h->id)) - "CLAU";
}

static int
by_number(const void *a, const void *b)
{
	const struct phone_hit *x = a, *y = b;

	if (x->want != y->want)
		return x->want < y->want ? -1 : 1;
	if (x->ent != y->ent)
		return rank(x) - rank(y);
	return (x->id > y->id) - (x->id < y->id);
}

static void
index_tails(struct scanning *s, struct arena *arena)
{
	s->next = xcalloc(s->nwant + 1, sizeof *s->next);
	for (size_t i = s->nwant; i-- > 0;) {
		const struct phone *p = &s->want[i];
		size_t n = p->n < PHONE_TAIL ? p->n : PHONE_TAIL, old;
		struct span tail = arena_span(
		    arena, span_n(p->digits + p->n - n, n));

		old = strmap_get(&s->tails, tail);
		s->next[i] = old;
		strmap_set(&s->tails, tail, i);
	}
}

int
phonebook_find(struct session *s, const char *only,
    const struct phone *want, size_t nwant, struct phonebook *out,
    struct err *e)
{
	static const char *const entities[] = { "contact", "lead",
		"account" };
	struct scanning scan = { .want = want, .nwant = nwant, .out = out };
	int r = phone_home(s, &scan.home, e);

	index_tails(&scan, &out->arena);
	if (r == 0 && only)
		r = scan_entity(&scan, s, only, e);
	for (size_t i = 0; r == 0 && !only && i < 3; i++)
		r = scan_entity(&scan, s, entities[i], e);
	if (out->n)
		qsort(out->hit, out->n, sizeof *out->hit, by_number);
	strmap_release(&scan.tails);
	free(scan.next);
	return r;
}

void
phonebook_release(struct phonebook *b)
{
	free(b->hit);
	arena_release(&b->arena);
	memset(b, 0, sizeof *b);
}

const struct phone_hit *
phonebook_of(const struct phonebook *b, size_t want)
{
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b->hit[mid].want < want)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < b->n && b->hit[lo].want == want ? &b->hit[lo] : NULL;
}
