/* crm-quote order, and crm-opp win with a quote: what is taken is ordered. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/order.h"
#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/query/query.h"
#include "store/id.h"

static bool accepts;
static const char *quote_word;

const struct opt opts_quote_order[] = {
	{ "accept", 0, OPT_FLAG, NULL,
	    "what was only issued or sent is accepted by it", &accepts },
	{ 0 },
};

const struct opt opts_win[] = {
	{ "quote", 0, OPT_STR, "QUOTE", "the quote that won; it is ordered",
	    &quote_word },
	{ .dest = (void *)opts_stage },
};

/* Before the lock: can it be ordered? Else no number is taken for it. */
static int
check(struct call *c, uint64_t id, unsigned how)
{
	struct doc d;
	int r = doc_load(&c->s, NULL, id, &d, &c->err);

	if (r > 0)
		err_set(&c->err, ERR_NOENT, "no such quote");
	if (r)
		return cli_blame(c, id);
	r = order_check(&c->s, NULL, &d, how, &c->err);
	doc_release(&d);
	return r ? cli_blame(c, id) : 0;
}

static int
claim(struct call *c, const uint64_t *id, size_t n, unsigned how,
    struct claims **claims)
{
	for (size_t i = 0; i < n; i++)
		if (check(c, id[i], how))
			return -1;
	/* the network is asked for them before anybody waits for the lock */
	session_unlock(&c->s);
	if (c->dry_run || n == 0)
		return 0;
	return number_claim(&c->s, "order", c->s.dates.today, id, n, claims,
	    &c->err);
}

/* --- crm-quote order ----------------------------------------------------- */

static struct entity *
orders(struct call *c)
{
	return schema_entity(&c->s.schema, span("order"));
}

static int
order_one(struct call *c, struct changes *ch, uint64_t id,
    const struct claims *claims, unsigned how, char **word, int n)
{
	struct record empty = { .ent = orders(c) }, order;

	order = change_copy(ch, &empty);
	if (assign_words(c, ch, &order, word, n))
		return -1;
	if (order_make(ch, id, claims, how, &order, &c->err))
		return cli_blame(c, id);
	cli_about(c, order.id);
	return 0;
}

/* Quotes come first, then fields of the order. */
static int
split(struct call *c, int *n)
{
	struct entity *quote = c->ent;
	int r;

	c->ent = orders(c);
	for (*n = 0; *n < c->argc && !cli_is_assignment(c, c->argv[*n]);)
		++*n;
	r = assign_known(c, c->argv + *n, c->argc - *n);
	for (int i = *n; r == 0 && i < c->argc; i++)
		if (!cli_is_assignment(c, c->argv[i]))
			r = err_set(&c->err, ERR_USAGE,
			    "'%s' stands behind an assignment", c->argv[i]);
	c->ent = quote;
	return r;
}

int
verb_quote_order(struct call *c)
{
	unsigned how = (accepts ? ORDER_ACCEPT : 0) |
	    (c->force ? ORDER_FORCE : 0);
	struct claims *claims = NULL;
	struct changes *ch = NULL;
	struct targets t = { 0 };
	int words, r = -1;

	if (split(c, &words) || cli_targets(c, words, c->argv, &t) ||
	    claim(c, t.id, t.n, how, &claims) || cli_changes(c, &ch))
		goto out;
	for (size_t i = 0; i < t.n; i++)
		if (order_one(c, ch, t.id[i], claims, how, c->argv + words,
			c->argc - words))
			goto out;
	r = cli_commit(c, ch, "order");
out:
	changes_close(ch);
	claims_free(claims);
	targets_release(&t);
	return r;
}

/* --- crm-opp win --------------------------------------------------------- */

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

static int
win(struct call *c, struct changes *ch, uint64_t deal, uint64_t quote,
    const struct claims *claims)
{
	static char open[] = "+OPEN", out[] = "state:issued,sent";
	unsigned how = ORDER_ACCEPT | (c->force ? ORDER_FORCE : 0);
	struct targets acts = { 0 }, quotes = { 0 };
	struct closing closed = { 0 };
	size_t superseded = 0;
	int r = -1;

	if (of_deal(c, deal, "act", open, &acts) ||
	    of_deal(c, deal, "quote", out, &quotes) ||
	    check_deal(c, ch, quote, deal) || opp_win_one(c, ch, deal) ||
	    order_one(c, ch, quote, claims, how, NULL, 0) ||
	    supersede(c, ch, &quotes, quote, &superseded) ||
	    close_acts(c, ch, &acts, &closed))
		goto out;
	r = cli_commit(c, ch, "win");
	if (r == 0)
		say_closed(c, &closed, superseded);
out:
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
	    claim(c, &quote, 1, ORDER_ACCEPT | (c->force ? ORDER_FORCE : 0),
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
