/*
 * crm-opp win: by a quote, which is ordered; what else was offered is off the
 * table, and what was planned with the deal is closed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/order.h"
#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/query/query.h"
#include "store/id.h"

static const char *quote_word;

const struct opt opts_win[] = {
	{ "quote", 0, OPT_STR, "QUOTE", "the quote that won; it is ordered",
	    &quote_word },
	{ .dest = (void *)opts_stage },
};

/* Ids of what a filter of two words selects; of the caller. */
static int
select_ids(struct call *c, const char *entity, char *a, char *b,
    struct targets *out)
{
	struct query *q = query_new(
	    &c->s, schema_entity(&c->s.schema, span(entity)));
	char *word[2] = { a, b };
	struct result res = { 0 };
	struct path *path;
	bool label = false;
	int r = -1;

	if (query_filter(q, word, 2, &c->err) ||
	    query_path(q, span("id"), false, &path, &c->err) ||
	    query_rows(q, &path, &label, 1, NULL, 0, 0, &res, &c->err))
		goto out;
	for (size_t i = 0; i < res.nrows; i++) {
		GROW(out->id, out->n, out->cap);
		out->id[out->n++] = id_pack_canonical(res.cell[i]);
	}
	r = 0;
out:
	result_release(&res);
	query_free(q);
	return r;
}

static int
of_deal(struct call *c, uint64_t deal, const char *entity, char *which,
    struct targets *out)
{
	char text[ID_LEN + 1];
	struct buf ref = { 0 };
	int r;

	id_unpack(deal, text);
	buf_addf(&ref, "opp:%s", text);
	r = select_ids(c, entity, ref.p, which, out);
	buf_release(&ref);
	return r;
}

/*
 * What else was offered is off the table; drafts, and what was accepted
 * besides, stay as they are.
 */
static int
supersede(struct call *c, struct changes *ch, const struct targets *t,
    uint64_t won, size_t *n)
{
	const struct entity *ent =
	    schema_entity(&c->s.schema, span("quote"));

	for (size_t i = 0; i < t->n; i++) {
		struct record before, after;
		struct span state;

		if (t->id[i] == won)
			continue;
		if (change_load(ch, ent, t->id[i], &before, &c->err))
			return -1;
		state = record_get(&before, "state");
		if (!span_eqs(state, "issued") && !span_eqs(state, "sent"))
			continue;
		after = change_copy(ch, &before);
		record_put(&after, "state", span("superseded"));
		if (change_apply(ch, &before, &after, CHANGE_ISSUE, &c->err))
			return cli_blame(c, t->id[i]);
		++*n;
	}
	return 0;
}

/* What has begun took place; what has not is called off. */
static const char *
closing_state(struct call *c, const struct record *act)
{
	int64_t at;
	bool timed;

	if (!when_parse(record_get(act, "start"), &at, &timed))
		return "cancelled";
	return at <= c->s.dates.now ? "done" : "cancelled";
}

struct closing {
	size_t done, cancelled, series, untold;
};

static int
close_acts(struct call *c, struct changes *ch, const struct targets *t,
    struct closing *n)
{
	const struct entity *ent = schema_entity(&c->s.schema, span("act"));

	for (size_t i = 0; i < t->n; i++) {
		struct record before, after;
		const char *state;
		int r = change_load(ch, ent, t->id[i], &before, &c->err);

		if (r)
			return r < 0 ? -1 : err_set(&c->err, ERR_NOENT, "gone");
		/* of a series some took place; where it ends is not ours */
		if (record_get(&before, "repeat").n) {
			n->series++;
			continue;
		}
		state = closing_state(c, &before);
		after = change_copy(ch, &before);
		record_put(&after, "state", span(state));
		if (!record_get(&after, "result").n)
			record_put(&after, "result", span("deal won"));
		if (change_apply(ch, &before, &after, 0, &c->err)) {
			/* how it went is not known here */
			if (c->err.code != ERR_USAGE || *state != 'd')
				return cli_blame(c, t->id[i]);
			err_release(&c->err);
			n->untold++;
		} else if (*state == 'd')
			n->done++;
		else
			n->cancelled++;
	}
	return 0;
}

static void
say_closed(struct call *c, const struct closing *n, size_t superseded)
{
	if (n->cancelled)
		cli_say(c, "%zu planned %s cancelled: deal won", n->cancelled,
		    n->cancelled == 1 ? "activity is" : "activities are");
	if (n->done)
		cli_say(c, "%zu %s begun, and %s done", n->done,
		    n->done == 1 ? "activity had" : "activities had",
		    n->done == 1 ? "is" : "are");
	if (n->untold)
		cli_say(c, "%zu %s begun, and %s open until crm-act done tells "
			   "how it went", n->untold,
		    n->untold == 1 ? "activity had" : "activities had",
		    n->untold == 1 ? "is" : "are");
	if (n->series)
		cli_say(c, "%zu %s on: crm-act cancel --all ends it",
		    n->series, n->series == 1 ? "series goes" : "series go");
	if (superseded)
		cli_say(c, "%zu other %s superseded", superseded,
		    superseded == 1 ? "quote is" : "quotes are");
}

/* The quote is of this deal, or of none. */
static int
check_deal(struct call *c, struct changes *ch, uint64_t quote, uint64_t deal)
{
	struct record q, after;
	char text[ID_LEN + 1];
	int r = change_load(ch,
	    schema_entity(&c->s.schema, span("quote")), quote, &q, &c->err);

	if (r)
		return r < 0
		    ? -1
		    : err_set(&c->err, ERR_NOENT, "no such quote");
	id_unpack(deal, text);
	if (!record_get(&q, "opp").n) {
		after = change_copy(ch, &q);
		record_put(&after, "opp", arena_span(&ch->arena, span(text)));
		return change_apply(ch, &q, &after, CHANGE_ISSUE, &c->err);
	}
	if (span_eqs(record_get(&q, "opp"), text))
		return 0;
	err_set(&c->err, ERR_USAGE, "is a quote of the deal %.*s",
	    SPANF(record_get(&q, "opp")));
	return cli_blame(c, quote);
}

/* Has it other amounts, which would be of another currency then? */
static bool
has_others(const struct record *deal)
{
	for (size_t i = 0; i < deal->n; i++)
		if (deal->ent->field[i]->type == F_MONEY && deal->value[i].n &&
		    strcmp(deal->ent->field[i]->name, "amount") != 0)
			return true;
	return false;
}

/*
 * The deal is worth what is ordered, without tax: what was won is told alike by
 * deals and by orders. What is to be said of it is appended.
 */
static int
take_amount(struct call *c, struct changes *ch, uint64_t deal, uint64_t quote,
    struct buf *said)
{
	struct record before, after;
	struct span was, net;
	struct doc d;
	int r = change_load(ch, c->ent, deal, &before, &c->err) ||
		doc_load(&c->s, ch, quote, &d, &c->err)
	    ? -1
	    : 0;

	if (r)
		return -1;
	net = dec_span(&ch->arena, d.calc.net, d.exponent);
	after = change_copy(ch, &before);
	record_put(&after, "amount", net);
	record_put(&after, "currency", arena_span(&ch->arena, d.currency));
	was = record_get(&before, "amount");
	if (record_differs(&before, &after, "currency") && has_others(&before))
		buf_addf(said, "its amount stays, as it has others in %.*s; "
			       "what is ordered is %.*s %.*s",
		    SPANF(record_get(&before, "currency")), SPANF(net),
		    SPANF(d.currency));
	else if (record_differs(&before, &after, "amount") ||
	    record_differs(&before, &after, "currency")) {
		buf_addf(said, "its amount is what is ordered, without tax: "
			       "%.*s %.*s", SPANF(net), SPANF(d.currency));
		if (was.n)
			buf_addf(said, " (it was %.*s %.*s)", SPANF(was),
			    SPANF(record_get(&before, "currency")));
		r = change_apply(ch, &before, &after, 0, &c->err);
	}
	doc_release(&d);
	return r;
}

static int
win(struct call *c, struct changes *ch, uint64_t deal, uint64_t quote,
    const struct claims *claims)
{
	static char open[] = "+OPEN", out[] = "state:issued,sent";
	unsigned how = ORDER_ACCEPT | (c->force ? ORDER_FORCE : 0);
	struct targets acts = { 0 }, quotes = { 0 };
	struct closing closed = { 0 };
	struct buf amount = { 0 };
	size_t superseded = 0;
	int r = -1;

	if (of_deal(c, deal, "act", open, &acts) ||
	    of_deal(c, deal, "quote", out, &quotes) ||
	    check_deal(c, ch, quote, deal) ||
	    take_amount(c, ch, deal, quote, &amount) ||
	    opp_win_one(c, ch, deal) ||
	    order_one(c, ch, quote, claims, how, NULL, 0) ||
	    supersede(c, ch, &quotes, quote, &superseded) ||
	    close_acts(c, ch, &acts, &closed))
		goto out;
	r = cli_commit(c, ch, "win");
	if (r == 0 && amount.n)
		cli_say(c, "%s", amount.p);
	if (r == 0)
		say_closed(c, &closed, superseded);
out:
	buf_release(&amount);
	targets_release(&acts);
	targets_release(&quotes);
	return r;
}

static int
win_quote(struct call *c)
{
	struct entity *ent = c->ent;
	struct claims *claims = NULL;
	struct changes *ch = NULL;
	struct targets t = { 0 };
	uint64_t quote;
	int r = -1;

	if (cli_targets(c, c->argc, c->argv, &t))
		goto out;
	if (t.n != 1) {
		err_set(&c->err, ERR_USAGE, "--quote is for one deal");
		goto out;
	}
	if (quote_find(c, quote_word, &quote) ||
	    order_claim(c, &quote, 1, ORDER_ACCEPT | (c->force ? ORDER_FORCE : 0),
		&claims))
		goto out;
	/* activities change, too */
	c->ent = NULL;
	r = cli_changes(c, &ch);
	c->ent = ent;
	if (r == 0)
		r = cli_recheck(c, c->argc, c->argv, &t);
	if (r == 0 && t.n == 1)
		r = win(c, ch, t.id[0], quote, claims);
out:
	changes_close(ch);
	claims_free(claims);
	targets_release(&t);
	return r;
}

/* An open quote, and its deal. */
struct offer {
	struct span deal, id;
};

static int
offer_cmp(const void *a, const void *b)
{
	const struct offer *x = a, *y = b;
	int r = span_cmp(x->deal, y->deal);

	return r ? r : span_cmp(x->id, y->id);
}

/* The open quotes of these deals, deal by deal; of the result. */
static int
find_offers(struct call *c, const struct targets *t, struct result *res)
{
	static char open[] = "state:issued,sent,accepted";
	struct query *q = query_new(
	    &c->s, schema_entity(&c->s.schema, span("quote")));
	struct buf ref = { 0 };
	char *word[2], text[ID_LEN + 1];
	struct path *path[2];
	bool label[2] = { false, false };
	int r = -1;

	for (size_t i = 0; i < t->n; i++) {
		id_unpack(t->id[i], text);
		buf_addf(&ref, "%s%s", i ? "," : "opp:", text);
	}
	word[0] = ref.p, word[1] = open;
	if (query_filter(q, word, 2, &c->err) == 0 &&
	    query_path(q, span("opp"), false, &path[0], &c->err) == 0 &&
	    query_path(q, span("id"), false, &path[1], &c->err) == 0)
		r = query_rows(
		    q, path, label, 2, NULL, 0, 0, res, &c->err);
	buf_release(&ref);
	query_free(q);
	return r;
}

int
win_ask_quote(struct call *c, const struct targets *t, struct buf *left)
{
	struct result res = { 0 };
	struct offer *v;
	int r = t->n ? find_offers(c, t, &res) : 0;

	v = xcalloc(res.nrows + 1, sizeof *v);
	for (size_t i = 0; r == 0 && i < res.nrows; i++)
		v[i] = (struct offer){ res.cell[2 * i], res.cell[2 * i + 1] };
	qsort(v, res.nrows, sizeof *v, offer_cmp);
	for (size_t i = 0, n; r == 0 && i < res.nrows; i += n) {
		struct buf names = { 0 };

		for (n = 0; i + n < res.nrows &&
		     span_eq(v[i].deal, v[i + n].deal); n++)
			buf_addf(&names, "%s%.*s", n ? ", " : "",
			    SPANF(v[i + n].id));
		if (n > 1 && !c->force)
			r = err_set(&c->err, ERR_USAGE,
			    "%.*s: which of its quotes won? --quote %s; "
			    "--force wins without an order",
			    SPANF(v[i].deal), names.p);
		else if (n == 1)
			buf_addf(left, " %s", names.p);
		buf_release(&names);
	}
	free(v);
	result_release(&res);
	return r;
}

int
verb_win(struct call *c)
{
	return quote_word ? win_quote(c) : opp_win(c);
}
