/* crm-quote renumber, crm-order renumber: where a number was given twice. */
#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/trade/renumber.h"
#include "store/id.h"

/* Before the lock, or, with ch, under it: may it get another number? */
static int
check(struct call *c, struct changes *ch, uint64_t id, struct record *r,
    struct doc *d, unsigned *how)
{
	int ret = doc_load_rows(&c->s, ch, id, d, &c->err);

	if (ret)
		return ret < 0 ? -1
			       : err_set(&c->err, ERR_NOENT, "no such %s",
				     c->ent->name);
	*r = d->r;
	return renumber_check(&c->s, r, c->force, how, &c->err);
}

static int
claim(struct call *c, uint64_t id, struct claims **claims)
{
	struct doc d = { 0 };
	struct record r;
	unsigned how;
	int ret = check(c, NULL, id, &r, &d, &how);

	doc_release(&d);
	session_unlock(&c->s);
	if (ret || c->dry_run || (how & RENUMBER_REVISION))
		return ret;
	return number_claim(&c->s, c->ent->name, c->s.dates.today, &id, 1,
	    claims, &c->err);
}

static int
put(struct call *c, struct changes *ch, uint64_t id,
    const struct claims *claims)
{
	struct doc d = { 0 };
	struct record r, after;
	unsigned how;
	int ret = check(c, ch, id, &r, &d, &how);

	if (ret == 0)
		ret = renumber(ch, &r, how, claims, &after, &c->err);
	if (ret == 0)
		cli_say(c, "%.*s is %.*s now%s", SPANF(record_get(&r, "number")),
		    SPANF(record_get(&after, "number")),
		    renumber_was_sent(&r)
			? "; where a customer has it under its old number, "
			  "send it anew"
			: "");
	doc_release(&d);
	return ret;
}

int
verb_renumber(struct call *c)
{
	struct claims *claims = NULL;
	struct changes *ch = NULL;
	struct targets t = { 0 };
	char text[ID_LEN + 1];
	int r = -1;

	if (cli_targets(c, c->argc, c->argv, &t))
		goto out;
	if (t.n != 1) {
		err_set(&c->err, ERR_USAGE,
		    "one at a time: crm-%s renumber ID", c->ent->name);
		goto out;
	}
	id_unpack(t.id[0], text);
	if (claim(c, t.id[0], &claims) || cli_changes(c, &ch) ||
	    put(c, ch, t.id[0], claims)) {
		err_prefix(&c->err, "%s: ", text);
		goto out;
	}
	r = cli_commit(c, ch, "renumber");
out:
	changes_close(ch);
	claims_free(claims);
	targets_release(&t);
	return r;
}
