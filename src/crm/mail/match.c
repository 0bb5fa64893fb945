#include "crm/mail/match.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/calendar.h"
#include "crm/query/query.h"
#include "store/unicode.h"

struct match {
	struct changes *c;
	struct match_person *person;
	size_t npersons, person_cap;
	struct strmap people; /* address -> person */
	struct match_seen *seen;
	size_t nseen, seen_cap;
	struct strmap ids; /* folded Message-ID -> seen */
	struct strmap deals; /* contact or account -> its only open deal */
	struct span *deal;   /* empty: there are several */
	size_t ndeals, deal_cap;
	bool has_deals;
	struct buf text;
	struct arena arena;
};

/* --- what is sought ------------------------------------------------------ */

static void
want_person(struct match *x, struct span mail)
{
	bool added;

	if (strmap_get(&x->people, mail) != (size_t)-1)
		return;
	GROW(x->person, x->npersons, x->person_cap);
	x->person[x->npersons] = (struct match_person){
		.mail = arena_span(&x->arena, mail)
	};
	strmap_add(&x->people, x->person[x->npersons].mail, x->npersons,
	    &added);
	x->npersons++;
}

/* Ids are compared as unique values of the store are. */
static struct span
fold(struct match *x, struct span id)
{
	buf_reset(&x->text);
	uni_fold(&x->text, id);
	return buf_span(&x->text);
}

static void
want_id(struct match *x, struct span id)
{
	struct span key = fold(x, id);
	bool added;

	if (!key.n || strmap_get(&x->ids, key) != (size_t)-1)
		return;
	GROW(x->seen, x->nseen, x->seen_cap);
	x->seen[x->nseen] = (struct match_seen){ 0 };
	strmap_add(&x->ids, arena_span(&x->arena, key), x->nseen, &added);
	x->nseen++;
}

struct match_person *
match_person(struct match *x, struct span mail)
{
	size_t at = strmap_get(&x->people, mail);

	return at == (size_t)-1 ? NULL : &x->person[at];
}

struct match_seen *
match_seen(struct match *x, struct span id)
{
	struct span key = fold(x, id);
	size_t at = key.n ? strmap_get(&x->ids, key) : (size_t)-1;

	return at == (size_t)-1 ? NULL : &x->seen[at];
}

/* --- passes over the store ----------------------------------------------- */

enum { COLUMNS = 7 };

/* Each row of an entity, or of those that a filter lets through. */
static int
pass(struct match *x, const char *entity, const char *const field[COLUMNS],
    char *filter, query_row_fn *fn, struct err *e)
{
	struct session *s = x->c->s;
	struct query *q = query_new(s, schema_entity(&s->schema, span(entity)));
	struct path *path[COLUMNS];
	bool label[COLUMNS] = { false };
	size_t n = 0;
	int r = filter ? query_filter(q, &filter, 1, e) : 0;

	query_unmask(q);
	for (; r == 0 && n < COLUMNS && field[n]; n++)
		r = query_path(q, span(field[n]), false, &path[n], e);
	if (r == 0)
		r = query_stream(q, path, label, n, fn, x, e);
	query_free(q);
	return r < 0 ? -1 : 0;
}

static struct match_person *
person_of(struct match *x, struct span mail)
{
	char low[256];

	if (!mail.n || mail.n > sizeof low)
		return NULL;
	for (size_t i = 0; i < mail.n; i++)
		low[i] = (char)tolower((unsigned char)mail.p[i]);
	return match_person(x, span_n(low, mail.n));
}

static void
keep(struct match *x, struct span *out, struct span v)
{
	if (!out->n && v.n)
		*out = arena_span(&x->c->arena, v);
}

static int
contact_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct match *x = ctx;
	struct match_person *p = person_of(x, cell[1]);

	(void)n;
	(void)e;
	if (!p || p->contact.n)
		return 0;
	keep(x, &p->contact, cell[0]);
	keep(x, &p->employer, cell[2]);
	return 0;
}

static int
account_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct match *x = ctx;
	struct match_person *p = person_of(x, cell[1]);

	(void)n;
	(void)e;
	if (p)
		keep(x, &p->account, cell[0]);
	return 0;
}

/* A lead that was converted stands for what it became. */
static int
lead_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct match *x = ctx;
	struct match_person *p = person_of(x, cell[1]);

	(void)n;
	(void)e;
	if (!p)
		return 0;
	if (!cell[2].n && !cell[3].n) {
		keep(x, &p->lead, cell[0]);
	} else if (!p->contact.n) {
		keep(x, &p->contact, cell[2]);
		keep(x, p->contact.n ? &p->employer : &p->account, cell[3]);
	}
	return 0;
}

/* id, message, thread, account, contact, lead, opp */
static int
act_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct match *x = ctx;
	struct match_seen *s = cell[1].n ? match_seen(x, cell[1]) : NULL;
	bool own = s && !s->act.n;

	(void)n;
	(void)e;
	if (own)
		keep(x, &s->act, cell[0]);
	else if (!s && cell[2].n)
		s = match_seen(x, cell[2]);
	if (!s || (!own && s->thread.n))
		return 0;
	/* the message itself says more than another of its thread */
	s->links = (struct mail_links){ 0 };
	s->thread = (struct span){ 0 };
	keep(x, &s->thread, cell[2]);
	keep(x, &s->links.account, cell[3]);
	keep(x, &s->links.contact, cell[4]);
	keep(x, &s->links.lead, cell[5]);
	keep(x, &s->links.opp, cell[6]);
	return 0;
}

static int
read_users(struct match *x, struct err *e)
{
	struct calendar *cal;

	if (session_calendar(x->c->s, &cal, e))
		return -1;
	for (size_t i = 0; i < cal->npersons; i++) {
		struct match_person *p = person_of(x, cal->person[i].email);

		if (!p || (p->user.n && p->active))
			continue;
		p->user = arena_span(&x->c->arena, cal->person[i].id);
		p->active = cal->person[i].active;
	}
	return 0;
}

int
match_new(struct match **out, struct changes *c, const struct mail *m,
    size_t n, struct err *e)
{
	static const char *const contact[COLUMNS] = { "id", "email",
		"account" };
	static const char *const account[COLUMNS] = { "id", "email" };
	static const char *const lead[COLUMNS] = { "id", "email", "contact",
		"account" };
	static const char *const act[COLUMNS] = { "id", "message", "thread",
		"account", "contact", "lead", "opp" };
	struct match *x = xcalloc(1, sizeof *x);

	x->c = c;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < m[i].naddresses; k++)
			want_person(x, m[i].address[k].mail);
		want_id(x, m[i].id);
		for (size_t k = 0; k < m[i].nparents; k++)
			want_id(x, m[i].parent[k]);
	}
	if (n && (read_users(x, e) ||
		     pass(x, "contact", contact, NULL, contact_row, e) ||
		     pass(x, "lead", lead, NULL, lead_row, e) ||
		     pass(x, "account", account, NULL, account_row, e) ||
		     pass(x, "act", act, NULL, act_row, e))) {
		match_free(x);
		return -1;
	}
	*out = x;
	return 0;
}

void
match_free(struct match *x)
{
	if (!x)
		return;
	free(x->person);
	free(x->seen);
	free(x->deal);
	strmap_release(&x->people);
	strmap_release(&x->ids);
	strmap_release(&x->deals);
	buf_release(&x->text);
	arena_release(&x->arena);
	free(x);
}

/* --- deals --------------------------------------------------------------- */

static void
note_deal(struct match *x, struct span of, struct span opp)
{
	size_t at = of.n ? strmap_get(&x->deals, of) : 0;
	bool added;

	if (!of.n)
		return;
	if (at != (size_t)-1) {
		x->deal[at] = span("");
		return;
	}
	GROW(x->deal, x->ndeals, x->deal_cap);
	x->deal[x->ndeals] = arena_span(&x->c->arena, opp);
	strmap_add(
	    &x->deals, arena_span(&x->arena, of), x->ndeals++, &added);
}

static int
deal_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	(void)n;
	(void)e;
	note_deal(ctx, cell[1], cell[0]);
	note_deal(ctx, cell[2], cell[0]);
	return 0;
}

int
match_deal(struct match *x, struct span contact, struct span account,
    struct span *opp, struct err *e)
{
	static const char *const column[COLUMNS] = { "id", "contact",
		"account" };
	char open[] = "state:open";
	size_t at;

	if (!contact.n && !account.n)
		return 0;
	if (!x->has_deals && pass(x, "opp", column, open, deal_row, e))
		return -1;
	x->has_deals = true;
	at = contact.n ? strmap_get(&x->deals, contact) : (size_t)-1;
	if (at == (size_t)-1 && account.n)
		at = strmap_get(&x->deals, account);
	if (at != (size_t)-1)
		*opp = x->deal[at];
	return 0;
}
