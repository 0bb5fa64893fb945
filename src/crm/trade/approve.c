#include "crm/trade/approve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/config_file.h"
#include "crm/trade/approve_impl.h"
#include "crm/trade/doc_impl.h"
#include "store/id.h"

/* Managers above managers: longer chains are not followed. */
#define CHAIN_MAX 64

/* --- people -------------------------------------------------------------- */

struct person {
	struct span id, name, login, manager;
	bool active, limited;
	struct dec limit; /* of their own */
};

struct approvers {
	struct person *v;
	size_t n;
	bool limited; /* by the setting */
	struct dec limit;
	struct arena arena;
};

enum { U_ID, U_NAME, U_LOGIN, U_MANAGER, U_LIMIT, U_ACTIVE, U_CELLS };

static int
percent_of(struct span text, const char *what, bool *given, struct dec *out,
    struct err *e)
{
	*given = text.n > 0;
	if (text.n && text.p[text.n - 1] == '%')
		text = span_trim(span_n(text.p, text.n - 1));
	if (!*given ||
	    (dec_parse(text, out) && out->value >= 0 && out->scale <= 9))
		return 0;
	return err_set(e, ERR_DATA, "%s: '%.*s' is no percentage", what,
	    SPANF(text));
}

static struct span
person_called(const struct person *u)
{
	return u->name.n ? u->name : u->login;
}

static int
person_cmp(const void *a, const void *b)
{
	return span_cmp(person_called(a), person_called(b));
}

/* By name. */
static int
people_read(struct session *s, struct approvers *p, struct err *e)
{
	const struct span want[U_CELLS] = { span("id"), span("name"),
		span("login"), span("manager"), span("discount_limit"),
		span("active") };
	const char *set = rc_get(&s->rc, "quote.discount-limit");
	struct config_file f = { 0 };
	int r = -1;

	memset(p, 0, sizeof *p);
	if (percent_of(span(set), "crmrc: quote.discount-limit", &p->limited,
		&p->limit, e) ||
	    config_file_open(&f, s, "config/users.csv", want, U_CELLS, e))
		return -1;
	p->v = arena_alloc(&p->arena, (f.scan.nrows + 1) * sizeof *p->v);
	for (size_t i = 0; i < f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&f, i);
		struct person *u = &p->v[p->n++];

		u->id = arena_span(&p->arena, cell[U_ID]);
		u->name = arena_span(&p->arena, cell[U_NAME]);
		u->login = arena_span(&p->arena, cell[U_LOGIN]);
		u->manager = arena_span(&p->arena, cell[U_MANAGER]);
		u->active = !span_eqs(cell[U_ACTIVE], "no");
		if (percent_of(cell[U_LIMIT], "config/users.csv: discount_limit",
			&u->limited, &u->limit, e))
			goto out;
	}
	if (p->n)
		qsort(p->v, p->n, sizeof *p->v, person_cmp);
	r = 0;
out:
	config_file_close(&f);
	if (r)
		arena_release(&p->arena);
	return r;
}

static const struct person *
person_by_id(const struct approvers *p, struct span id)
{
	for (size_t i = 0; id.n && i < p->n; i++)
		if (span_eq(p->v[i].id, id))
			return &p->v[i];
	return NULL;
}

static const struct person *
person_by_login(const struct approvers *p, struct span login)
{
	for (size_t i = 0; login.n && i < p->n; i++)
		if (span_ieq(p->v[i].login, login))
			return &p->v[i];
	return NULL;
}

static bool
stands_above(const struct approvers *p, const struct person *u,
    const struct person *owner)
{
	for (int i = 0; owner && i < CHAIN_MAX; i++) {
		owner = person_by_id(p, owner->manager);
		if (owner == u)
			return true;
	}
	return false;
}

static bool
may_approve(const struct approvers *p, const struct person *u,
    const struct person *owner, struct dec discount)
{
	if (!u || !u->active)
		return false;
	return u->limited ? dec_cmp(u->limit, discount) >= 0
			  : stands_above(p, u, owner);
}

/* --- what a quote needs -------------------------------------------------- */

static int
approvals_of(struct session *s, struct changes *c, const struct doc *d,
    struct arena *a, struct record **row, size_t *n, struct err *e)
{
	struct entity *ent = schema_entity(&s->schema, span("approval"));
	char id[ID_LEN + 1], word[40];

	if (c)
		return change_beside(c, ent, d->r.id, row, n, e);
	id_unpack(d->r.id, id);
	snprintf(word, sizeof word, "quote:%s", id);
	return doc_read(s, ent, word, a, row, n, e);
}

/* Did the row's limit, as it then was, suffice? */
static bool
row_suffices(const struct record *row, struct dec discount)
{
	struct span limit = record_get(row, "limit");
	struct dec had;

	return !limit.n || (dec_parse(limit, &had) && had.scale <= 9 &&
			       dec_cmp(had, discount) >= 0);
}

static int
find_given(struct session *s, struct changes *c, const struct doc *d,
    const struct approvers *p, struct approval_state *out, struct err *e)
{
	struct arena a = { 0 };
	struct record *row;
	char digest[65];
	size_t n;
	int r = approvals_of(s, c, d, &a, &row, &n, e);

	doc_digest(d, digest);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct person *u =
		    person_by_login(p, record_get(&row[i], "by"));

		if (!u || !row_suffices(&row[i], out->discount))
			continue;
		out->changed = true;
		if (!span_eqs(record_get(&row[i], "digest"), digest))
			continue;
		out->state = APPROVAL_GIVEN;
		buf_reset(&out->by);
		buf_addspan(&out->by, person_called(u));
	}
	arena_release(&a);
	return r;
}

static const struct person *
owner_of(const struct approvers *p, const struct doc *d)
{
	return person_by_id(p, record_get(&d->r, "owner"));
}

/* Is there a limit that its discount is above? */
static bool
find_limit(const struct approvers *p, const struct person *owner,
    const struct doc *d, struct approval_state *out)
{
	memset(out, 0, sizeof *out);
	out->discount = doc_discount(d);
	out->limited = (owner && owner->limited) || p->limited;
	out->limit = owner && owner->limited ? owner->limit : p->limit;
	return out->limited && dec_cmp(out->discount, out->limit) > 0;
}

int
approvers_new(struct session *s, struct approvers **out, struct err *e)
{
	*out = xcalloc(1, sizeof **out);
	if (people_read(s, *out, e) == 0)
		return 0;
	free(*out);
	*out = NULL;
	return -1;
}

bool
approvers_above(const struct approvers *p, const struct doc *d)
{
	struct approval_state ignored;

	return find_limit(p, owner_of(p, d), d, &ignored);
}

void
approvers_free(struct approvers *p)
{
	if (p)
		arena_release(&p->arena);
	free(p);
}

static int
state_of(struct session *s, struct changes *c, const struct doc *d,
    const struct approvers *p, struct approval_state *out, struct err *e)
{
	const struct person *owner = owner_of(p, d);

	if (!find_limit(p, owner, d, out))
		return 0;
	out->state = APPROVAL_MISSING;
	for (size_t i = 0; i < p->n; i++)
		if (may_approve(p, &p->v[i], owner, out->discount))
			buf_addf(&out->who, "%s%.*s", out->who.n ? ", " : "",
			    SPANF(person_called(&p->v[i])));
	return find_given(s, c, d, p, out, e);
}

int
approval_state(struct session *s, struct changes *c, const struct doc *d,
    struct approval_state *out, struct err *e)
{
	struct approvers p;
	int r;

	memset(out, 0, sizeof *out);
	if (people_read(s, &p, e))
		return -1;
	r = state_of(s, c, d, &p, out, e);
	arena_release(&p.arena);
	if (r)
		approval_release(out);
	return r;
}

void
approval_release(struct approval_state *st)
{
	buf_release(&st->by);
	buf_release(&st->who);
	memset(st, 0, sizeof *st);
}

/* 12.5000 is 12.5. */
static void
add_percent(struct buf *b, struct dec d)
{
	while (d.scale > 0 && d.value % 10 == 0) {
		d.value /= 10;
		d.scale--;
	}
	dec_format(b, d.value, d.scale);
}

static struct span
doc_called(const struct doc *d)
{
	struct span number = record_get(&d->r, "number");

	return number.n ? number : record_get(&d->r, "id");
}

int
approval_refuse(const struct doc *d, const struct approval_state *st,
    const char *what, struct err *e)
{
	struct buf given = { 0 }, limit = { 0 };

	add_percent(&given, st->discount);
	add_percent(&limit, st->limit);
	err_set(e, ERR_PERM,
	    "its discount of %s %% is above the limit of %s %%, and it is not "
	    "%s without approval%s", given.p, limit.p, what,
	    st->changed ? "; it was approved, and has changed since" : "");
	if (st->who.n)
		err_suffix(e, "; %s can give it: crm-quote approve %.*s",
		    st->who.p, SPANF(doc_called(d)));
	else
		err_suffix(e,
		    "; nobody can give it: a discount_limit that is enough "
		    "(crm-user set), or a manager, is wanted");
	buf_release(&given);
	buf_release(&limit);
	return -1;
}

/* --- approving ----------------------------------------------------------- */

static int
check_mine(struct session *s, const struct doc *d, const struct approvers *p,
    const struct approval_state *st, const struct person **me, struct err *e)
{
	struct buf pc = { 0 };
	int r = 0;

	*me = person_by_login(p, span(session_me(s)));
	add_percent(&pc, st->discount);
	if (st->state == APPROVAL_NOT_NEEDED)
		r = err_set(e, ERR_NO,
		    "needs no approval: its discount is %s %%", pc.p);
	else if (st->state == APPROVAL_GIVEN)
		r = err_set(e, ERR_NO, "is approved already, by %s", st->by.p);
	else if (!*me)
		r = err_set(e, ERR_PERM,
		    "'%s' is no login in config/users.csv; user.login in your "
		    "crmrc says who you are", session_me(s));
	else if (!may_approve(p, *me, owner_of(p, d), st->discount))
		r = err_set(e, ERR_PERM,
		    "a discount of %s %% is not yours to approve%s%s", pc.p,
		    st->who.n ? "; it is of " : "; it is nobody's",
		    st->who.n ? st->who.p : "");
	buf_release(&pc);
	return r;
}

void
approval_text(struct span quote, struct span digest, struct span limit,
    struct span by, struct span at, struct buf *out)
{
	buf_addf(out,
	    "crm-approval\nquote %.*s\ndigest %.*s\nlimit %.*s\nby %.*s\n"
	    "at %.*s\n",
	    SPANF(quote), SPANF(digest), SPANF(limit), SPANF(by), SPANF(at));
}

int
approval_make(struct session *s, const struct doc *d, bool sign,
    struct approval_row *out, struct err *e)
{
	struct approval_state st = { 0 };
	const struct person *me;
	struct buf text = { 0 };
	struct approvers p;
	char at[21];
	int r = -1;

	memset(out, 0, sizeof *out);
	if (people_read(s, &p, e))
		return -1;
	if (state_of(s, NULL, d, &p, &st, e) ||
	    check_mine(s, d, &p, &st, &me, e))
		goto out;
	instant_format(clock_now(), at);
	buf_adds(&out->at, at);
	buf_addspan(&out->by, me->login);
	if (me->limited)
		add_percent(&out->limit, me->limit);
	add_percent(&out->discount, st.discount);
	doc_digest(d, out->digest);
	approval_text(record_get(&d->r, "id"), span(out->digest),
	    buf_span(&out->limit), buf_span(&out->by), span(at), &text);
	r = sign ? approval_sign(s, buf_span(&text), &out->signature, e) : 0;
out:
	if (r)
		approval_row_release(out);
	buf_release(&text);
	approval_release(&st);
	arena_release(&p.arena);
	return r;
}

int
approval_put(struct changes *c, const struct doc *d,
    const struct approval_row *row, const char *note, struct err *e)
{
	struct record r = { .ent = schema_entity(
				&c->s->schema, span("approval")) };
	char digest[65];

	doc_digest(d, digest);
	if (strcmp(digest, row->digest) != 0)
		return err_set(e, ERR_BUSY,
		    "it was changed while you approved it; look at it again");
	r = change_copy(c, &r);
	record_put(&r, "quote", record_get(&d->r, "id"));
	record_put(&r, "by", buf_span(&row->by));
	record_put(&r, "at", buf_span(&row->at));
	record_put(&r, "limit", buf_span(&row->limit));
	record_put(&r, "discount", buf_span(&row->discount));
	record_put(&r, "digest", span(row->digest));
	record_put(&r, "signature", buf_span(&row->signature));
	record_put(&r, "note", span(note));
	return change_apply(c, NULL, &r, CHANGE_ISSUE, e);
}

void
approval_row_release(struct approval_row *row)
{
	buf_release(&row->by);
	buf_release(&row->at);
	buf_release(&row->limit);
	buf_release(&row->discount);
	buf_release(&row->signature);
	memset(row, 0, sizeof *row);
}
