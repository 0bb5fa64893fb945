/* crm-quote issue and approve: drafts get their number; discounts, consent. */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/trade/approve.h"
#include "crm/trade/issue.h"

static const char *note;

const struct opt opts_quote_approve[] = {
	{ "note", 0, OPT_STR, "TEXT", "why it is fine", &note },
	{ 0 },
};

/* As it now is, before the lock. */
static int
load(struct call *c, uint64_t id, struct doc *d)
{
	int r = doc_load(&c->s, NULL, id, d, &c->err);

	return r > 0 ? err_set(&c->err, ERR_NOENT, "no such quote") : r;
}

/* --- issue --------------------------------------------------------------- */

/*
 * Leaves those that can be issued; of those that were it is only said. Which
 * of them want a number?
 */
static int
choose(struct call *c, struct targets *t, uint64_t *want, size_t *nwant)
{
	size_t all = t->n;

	t->n = *nwant = 0;
	for (size_t i = 0; i < all; i++) {
		uint64_t id = t->id[i];
		struct doc d;
		int r = load(c, id, &d);

		if (r)
			return cli_blame(c, id);
		r = issue_check(&c->s, NULL, &d, &c->err);
		if (r == 0) {
			t->id[t->n++] = id;
			if (!record_get(&d.r, "number").n)
				want[(*nwant)++] = id;
		}
		doc_release(&d);
		if (r == 0)
			continue;
		cli_blame(c, id);
		if (c->err.code != ERR_NO || all == 1)
			return -1;
		cli_say(c, "%s", c->err.msg);
		err_release(&c->err);
	}
	return 0;
}

int
verb_quote_issue(struct call *c)
{
	struct claims *claims = NULL;
	struct changes *ch = NULL;
	struct targets t = { 0 };
	uint64_t *want = NULL;
	size_t n;
	int r = -1;

	if (cli_targets(c, c->argc, c->argv, &t))
		goto out;
	want = xcalloc(t.n + 1, sizeof *want);
	if (choose(c, &t, want, &n))
		goto out;
	if (t.n == 0 && !c->none) {
		r = 1;
		goto out;
	}
	/* the network is asked for them before anybody waits for the lock */
	session_unlock(&c->s);
	if ((!c->dry_run && n &&
		number_claim(&c->s, "quote", c->s.dates.today, want, n,
		    &claims, &c->err)) ||
	    cli_changes(c, &ch))
		goto out;
	for (size_t i = 0; i < t.n; i++) {
		if (issue_quote(ch, t.id[i], claims, &c->err)) {
			cli_blame(c, t.id[i]);
			goto out;
		}
		cli_about(c, t.id[i]);
	}
	r = cli_commit(c, ch, "issue");
out:
	changes_close(ch);
	claims_free(claims);
	targets_release(&t);
	free(want);
	return r;
}

/* --- approve ------------------------------------------------------------- */

/* What is approved is signed before the lock: that may ask for a passphrase. */
static int
make(struct call *c, const struct targets *t, struct approval_row *row)
{
	for (size_t i = 0; i < t->n; i++) {
		struct doc d;
		int r = load(c, t->id[i], &d);

		if (r == 0) {
			r = approval_make(
			    &c->s, &d, !c->dry_run, &row[i], &c->err);
			doc_release(&d);
		}
		if (r)
			return cli_blame(c, t->id[i]);
	}
	return 0;
}

static int
put(struct call *c, struct changes *ch, const struct targets *t,
    const struct approval_row *row)
{
	for (size_t i = 0; i < t->n; i++) {
		struct doc d;
		int r = doc_load(&c->s, ch, t->id[i], &d, &c->err);

		if (r == 0) {
			r = approval_put(ch, &d, &row[i], note, &c->err);
			doc_release(&d);
		}
		if (r)
			return cli_blame(c, t->id[i]);
		cli_about(c, t->id[i]);
	}
	return 0;
}

int
verb_quote_approve(struct call *c)
{
	struct approval_row *row = NULL;
	struct changes *ch = NULL;
	struct targets t = { 0 };
	int r = -1;

	if (cli_targets(c, c->argc, c->argv, &t))
		goto out;
	row = xcalloc(t.n + 1, sizeof *row);
	session_unlock(&c->s);
	if (make(c, &t, row) || cli_changes(c, &ch) || put(c, ch, &t, row))
		goto out;
	r = cli_commit(c, ch, "approve");
out:
	changes_close(ch);
	for (size_t i = 0; row && i < t.n; i++)
		approval_row_release(&row[i]);
	free(row);
	targets_release(&t);
	return r;
}
