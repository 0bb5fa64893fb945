/* crm-quote due: what to follow up, and what is about to expire. */
#include <stdio.h>

#include "cmd/list_impl.h"
#include "cmd/verbs.h"
#include "crm/query/query.h"

static const char *within;

const struct opt opts_quote_due[] = {
	{ "within", 0, OPT_STR, "DAYS", "look so many days ahead (7)",
	    &within },
	{ 0 },
};

int
verb_quote_due(struct call *c)
{
	static char open[] = "(", close[] = ")", or[] = "or",
		    out[] = "state:issued,sent", draft[] = "state:draft";
	static const char columns[] = "id,number,account,total,standing,"
				      "valid_until,followup,currency,owner,"
				      "name";
	struct wanted w = { .columns = c->columns ? c->columns : columns,
		.ours = !c->columns,
		.sort = c->sort ? c->sort : "valid_until,followup" };
	struct query *q = query_new(&c->s, c->ent);
	char until[40], follow[40], day[11];
	char *words[] = { open, out, open, until, or, follow, close, close, or,
		open, draft, follow, close };
	int64_t days = 7;
	int r = -1;

	if (within && (!span_int(span(within), &days) || days < 0 ||
			  days > 36500)) {
		err_set(&c->err, ERR_USAGE, "--within %s: a number of days",
		    within);
		goto done;
	}
	date_format(c->s.dates.today + (int32_t)days, day);
	snprintf(until, sizeof until, "valid_until:..%s", day);
	snprintf(follow, sizeof follow, "followup:..%s", day);
	if (query_filter(q, words, sizeof words / sizeof *words, &c->err) ||
	    (c->argc &&
		query_filter(q, c->argv, (size_t)c->argc, &c->err)))
		goto done;
	r = list_query(c, q, &w, false, NULL);
done:
	query_free(q);
	return r;
}
