/* crm init: a new store, or the local set-up of a clone. */
#include <string.h>

#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/init.h"

static struct init_options how;

const struct opt opts_init[] = {
	{ "currency", 0, OPT_STR, "CODE", "the base currency (ISO 4217)",
	    &how.currency },
	{ "timezone", 0, OPT_STR, "ZONE",
	    "the zone that decides days (the system's)", &how.timezone },
	{ "pipelines", 0, OPT_STR, "LIST",
	    "sales, simple, service (sales)", &how.pipelines },
	{ "login", 0, OPT_STR, "NAME", "your login in the store", &how.login },
	{ 0 },
};

int
cmd_init(struct call *c)
{
	struct rc own = { 0 };
	bool fresh;
	int r;

	if (c->argc > 1)
		return err_set(
		    &c->err, ERR_USAGE, "one folder: crm init [DIR]");
	how.dir = c->argc ? c->argv[0] : ".";
	r = session_person_rc(&own, &c->err);
	if (r == 0) {
		cli_identity(&own);
		how.me = rc_get(&own, "user.login");
		r = store_init(&how, &fresh, &c->err);
	}
	rc_release(&own);
	if (r)
		return -1;
	if (fresh)
		cli_say(c, "made a store in %s%s", how.dir,
		    how.currency ? ""
				 : "; it has no base currency: amounts need "
				   "one each, or set core.currency in crmrc");
	else
		cli_say(c, "%s is a store already; its merge driver and git "
			   "settings are in place", how.dir);
	return 0;
}
