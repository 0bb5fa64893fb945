#include "crm/calendar/calls.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "crm/calendar/calendar.h"
#include "crm/calendar/calls_read.h"
#include "crm/mail/match.h"
#include "crm/phonebook.h"
#include "crm/query/query.h"
#include "store/id.h"

enum { EXTENSION_MAX = 5 }; /* digits of a number within the house */

struct calls {
	struct changes *c;
	const struct calls_options *o;
	struct calls_result *res;
	struct entity *act;
	struct calendar *cal;
	struct cdrs rows;
	const struct phone_country *home;
	struct strmap users;  /* login, number, extension -> index in user */
	struct caller { struct span id, name; } *user;
	size_t nusers, user_cap;
	struct strmap known; /* ext_ids of activities */
	struct strmap numbers; /* as dialled -> index in phone */
	struct phone *phone;
	size_t nphones, phone_cap;
	struct phonebook book;
	struct match *match; /* deals */
	struct arena arena;
};

/* --- the sides ----------------------------------------------------------- */

static bool
is_nobody(struct span s)
{
	static const char *const words[] = { "", "anonymous", "unknown",
		"restricted", "private", "unavailable", "withheld" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (span_ieqs(s, words[i]))
			return true;
	}
	return false;
}

/* Does a number belong to the house? By phone.extensions, else its length. */
static bool
is_extension(const struct calls *k, struct span s)
{
	const char *list = rc_get(&k->c->s->rc, "phone.extensions");
	struct span rest = span(list);
	bool hit = false;
	char *text;

	if (!rest.n) {
		for (size_t i = 0; i < s.n; i++) {
			if ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z')
				return true;
		}
		return s.n <= EXTENSION_MAX;
	}
	text = span_dup(s);
	while (rest.n && !hit) {
		char *one = span_dup(span_trim(span_cut(&rest, ',')));

		hit = fnmatch(one, text, 0) == 0;
		free(one);
	}
	free(text);
	return hit;
}

static bool
is_outgoing(const struct calls *k, const struct cdr *x)
{
	return !is_nobody(x->src) && is_extension(k, x->src);
}

static struct span
other_side(const struct calls *k, const struct cdr *x)
{
	struct span s = is_outgoing(k, x) ? x->dst : x->src;

	return is_nobody(s) ? span("") : s;
}

/* --- whose they are ------------------------------------------------------ */

static void
name_user(struct calls *k, struct span by, size_t user)
{
	bool added;

	if (by.n)
		strmap_add(&k->users, arena_span(&k->arena, by), user,
		    &added);
}

static int
add_user(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct calls *k = ctx;
	struct buf b = { 0 };
	struct phone p;

	(void)e;
	GROW(k->user, k->nusers, k->user_cap);
	k->user[k->nusers].id = arena_span(&k->arena, cell[0]);
	k->user[k->nusers].name = arena_span(&k->arena, cell[1]);
	for (size_t i = 2; i < n; i++) {
		name_user(k, span_trim(cell[i]), k->nusers);
		if (i == 2 || !phone_parse(cell[i], k->home, &p))
			continue;
		phone_format(&p, &b);
		name_user(k, buf_span(&b), k->nusers);
		name_user(k, span(p.ext), k->nusers);
		buf_reset(&b);
	}
	k->nusers++;
	buf_release(&b);
	return 0;
}

/* By login, phone and, where the team has such a field, extension. */
static int
read_users(struct calls *k, struct err *e)
{
	static const char *const cols[] = { "id", "name", "login", "phone",
		"extension" };
	struct session *s = k->c->s;
	struct entity *ent = schema_entity(&s->schema, span("user"));
	struct query *q = query_new(s, ent);
	size_t n = entity_field(ent, span("extension")) ? 5 : 4;
	struct path *col[5];
	bool label[5] = { false };
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = query_path(q, span(cols[i]), false, &col[i], e);
	if (r == 0)
		r = query_stream(q, col, label, n, add_user, k, e);
	query_free(q);
	return r;
}

/* "PJSIP/ana-00000002": ana. */
static struct span
peer(struct span channel)
{
	struct span tech = span_cut(&channel, '/');
	size_t n = channel.n;

	(void)tech;
	while (n > 0 && channel.p[n - 1] != '-')
		n--;
	return n > 1 ? span_n(channel.p, n - 1) : channel;
}

static const struct caller *
find_caller(const struct calls *k, struct span by)
{
	size_t i = by.n ? strmap_get(&k->users, by) : (size_t)-1;
	struct buf b = { 0 };
	struct phone p;

	if (i == (size_t)-1 && phone_parse(by, k->home, &p)) {
		phone_format(&p, &b);
		i = strmap_get(&k->users, buf_span(&b));
	}
	buf_release(&b);
	return i == (size_t)-1 ? NULL : &k->user[i];
}

static bool
find_user(const struct calls *k, struct span by, struct span *out)
{
	const struct caller *u = find_caller(k, by);

	if (u)
		*out = u->id;
	return u != NULL;
}

static struct span
mapped(const struct calls *k, struct span dst)
{
	struct span rest = k->o->map;

	while (rest.n) {
		struct span who = span_cut(&rest, ',');
		struct span number = span_trim(span_cut(&who, '='));

		if (span_eq(number, dst))
			return span_trim(who);
	}
	return span("");
}

static struct span
owner_of(const struct calls *k, const struct cdr *x)
{
	bool out = is_outgoing(k, x);
	struct span number = out ? x->src : x->dst;
	struct span line = peer(out ? x->channel : x->dstchannel);
	struct span who = k->o->owner;

	if (k->o->by == CALLS_BY_DST)
		find_user(k, mapped(k, x->dst), &who);
	else if (k->o->by == CALLS_BY_CHANNEL)
		find_user(k, line, &who);
	else if (!find_user(k, number, &who))
		find_user(k, line, &who);
	return who;
}

/* --- whom they concern --------------------------------------------------- */

static int
add_known(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct calls *k = ctx;
	bool added;

	(void)n;
	(void)e;
	if (cell[0].n)
		strmap_add(&k->known, arena_span(&k->arena, cell[0]), 0,
		    &added);
	return 0;
}

static int
read_known(struct calls *k, struct err *e)
{
	struct query *q = query_new(k->c->s, k->act);
	struct path *col;
	bool label = false;
	int r = query_path(q, span("ext_id"), false, &col, e);

	query_unmask(q);
	if (r == 0)
		r = query_stream(q, &col, &label, 1, add_known, k, e);
	query_free(q);
	return r;
}

/* Each number once, then all of them in one scan. */
static int
read_numbers(struct calls *k, struct err *e)
{
	for (size_t i = 0; i < k->rows.n; i++) {
		struct span text = other_side(k, &k->rows.v[i]);
		bool added;

		strmap_add(&k->numbers, text, k->nphones, &added);
		if (!added)
			continue;
		GROW(k->phone, k->nphones, k->phone_cap);
		/* what is no number is nobody's: it has no digits */
		if (!phone_parse(text, k->home, &k->phone[k->nphones]))
			memset(&k->phone[k->nphones], 0, sizeof *k->phone);
		k->nphones++;
	}
	return phonebook_find(
	    k->c->s, NULL, k->phone, k->nphones, &k->book, e);
}

/* --- the activities ------------------------------------------------------ */

static struct span
at(struct calls *k, int64_t t)
{
	char text[21];

	instant_format(t, text);
	return arena_span(&k->c->arena, span(text));
}

/* The word of the type for it: ours where it has that, else none. */
static struct span
outcome(const struct calls *k, bool answered)
{
	const struct activity *a =
	    calendar_activity(k->cal, span("call"));
	struct span rest = a ? a->outcomes : span(""), first = rest;

	for (bool begun = false; rest.n; begun = true) {
		struct span one = span_trim(span_cut(&rest, ';'));

		if (!begun)
			first = one;
		if (span_eqs(one, answered ? "reached" : "no answer"))
			return one;
	}
	return answered ? first : span("");
}

static void
put_links(struct calls *k, struct record *r, const struct phone_hit *hit)
{
	record_put(r, hit->ent->name, id_text(&k->c->arena, hit->id));
	if (hit->account.n && strcmp(hit->ent->name, "contact") == 0)
		record_put(r, "account",
		    arena_span(&k->c->arena, hit->account));
}

static bool
is_internal(const struct calls *k, const struct cdr *x)
{
	return is_outgoing(k, x) && is_extension(k, x->dst);
}

/* Who it was on the other side: one of ours, too, by name. */
static struct span
other_name(const struct calls *k, const struct cdr *x,
    const struct phone_hit *hit, struct span number)
{
	const struct caller *u = NULL;

	if (is_internal(k, x)) {
		u = find_caller(k, x->dst);
		if (!u)
			u = find_caller(k, peer(x->dstchannel));
		if (!u)
			return x->dst;
	}
	if (u && u->name.n)
		return u->name;
	if (hit)
		return hit->name;
	return number.n ? number : span("a number that was withheld");
}

/* As mails do, it belongs to the only deal that is open. */
static int
put_deal(struct calls *k, struct record *r, struct err *e)
{
	struct span opp = { NULL, 0 };

	if (match_deal(k->match, record_get(r, "contact"),
		record_get(r, "account"), &opp, e))
		return -1;
	record_put(r, "opp", opp);
	return 0;
}

static void
fill(struct calls *k, const struct cdr *x, struct record *r,
    const struct phone_hit *hit, struct span number)
{
	static const char *const what[2][2] = {
		{ "Missed call from", "No answer: call to" },
		{ "Call from", "Call to" } };
	bool out = is_outgoing(k, x);
	struct span who = other_name(k, x, hit, number);

	record_put(r, "type", span("call"));
	record_put(r, "subject", arena_printf(&k->c->arena, "%s %.*s",
		what[x->answered][out], SPANF(who)));
	record_put(r, "state", span("done"));
	record_put(r, "start", at(k, x->start));
	record_put(r, "end", at(k, x->end));
	record_put(r, "completed", at(k, x->end));
	record_put(r, "owner", owner_of(k, x));
	record_put(r, "direction", span(out ? "out" : "in"));
	record_put(r, "channel", span("phone"));
	record_put(r, "number", number);
	record_put(r, "outcome", outcome(k, x->answered));
	record_put(r, "ext_id", x->uniqueid);
	if (hit)
		put_links(k, r, hit);
}

static int
add_call(struct calls *k, const struct cdr *x, struct err *e)
{
	struct record none = { .ent = k->act };
	struct record r = change_copy(k->c, &none);
	size_t i = strmap_get(&k->numbers, other_side(k, x));
	const struct phone *p = &k->phone[i];
	const struct phone_hit *hit = p->n ? phonebook_of(&k->book, i) : NULL;
	struct buf number = { 0 };

	phone_format(p, &number);
	fill(k, x, &r, hit,
	    p->n ? arena_span(&k->c->arena, buf_span(&number)) : span(""));
	buf_release(&number);
	if (put_deal(k, &r, e) ||
	    change_apply(k->c, NULL, &r, CHANGE_HISTORY, e))
		return err_prefix(e, "%s:%zu: ", k->o->name, x->line);
	k->res->added++;
	k->res->answered += x->answered;
	k->res->missed += !x->answered;
	k->res->unknown += !hit;
	k->res->internal += is_internal(k, x);
	return 0;
}

static int
add_calls(struct calls *k, struct err *e)
{
	for (size_t i = 0; i < k->rows.n; i++) {
		if (strmap_get(&k->known, k->rows.v[i].uniqueid) !=
		    (size_t)-1) {
			k->res->known++;
			continue;
		}
		if (add_call(k, &k->rows.v[i], e))
			return -1;
	}
	return 0;
}

int
calls_import(struct changes *c, struct span data,
    const struct calls_options *o, struct calls_result *out, struct err *e)
{
	struct calls k = { .c = c, .o = o, .res = out,
		.act = schema_entity(&c->s->schema, span("act")) };
	int r = session_calendar(c->s, &k.cal, e) ||
			phone_home(c->s, &k.home, e) ||
			cdrs_read(&k.rows, data, o->name, out, e) ||
			read_users(&k, e) || read_known(&k, e) ||
			read_numbers(&k, e) ||
			match_new(&k.match, c, NULL, 0, e) || add_calls(&k, e)
	    ? -1
	    : 0;

	match_free(k.match);
	cdrs_release(&k.rows);
	strmap_release(&k.users);
	strmap_release(&k.known);
	strmap_release(&k.numbers);
	phonebook_release(&k.book);
	arena_release(&k.arena);
	free(k.user);
	free(k.phone);
	return r;
}

void
calls_result_release(struct calls_result *r)
{
	buf_release(&r->flaws);
}
