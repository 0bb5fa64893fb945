/* crm-quote order: what is taken is ordered. */
#include <stdlib.h>
#include <string.h>

#include "cmd/order.h"
#include "cmd/verbs.h"
#include "store/id.h"

static bool accepts;

const struct opt opts_quote_order[] = {
	{ "accept", 0, OPT_FLAG, NULL,
	    "what was only issued or sent is accepted by it", &accepts },
	{ 0 },
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

int
order_claim(struct call *c, const uint64_t *id, size_t n, unsigned how,
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

static struct entity *
orders(struct call *c)
{
	return schema_entity(&c->s.schema, span("order"));
}

int
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
	    order_claim(c, t.id, t.n, how, &claims) || cli_changes(c, &ch))
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
