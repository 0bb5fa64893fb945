/* crm settings: every setting and its value; crm trust: what may be run. */
#include <string.h>

#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/settings.h"
#include "crm/trust.h"

/* "--sample" needs no store: it is how crmrc.sample is made. */
static bool sample;

const struct opt opts_settings[] = {
	{ "sample", 0, OPT_FLAG, NULL, "print a crmrc with every default",
	    &sample },
	{ 0 },
};

int
cmd_settings(struct call *c)
{
	struct buf b = { 0 };
	int r = -1;

	if (sample) {
		settings_sample(&b);
		r = emit_text(buf_span(&b), &c->err);
		goto out;
	}
	if (session_open(&c->s, c->dir, NULL, &c->err))
		goto out;
	c->opened = true;
	for (size_t i = 0; i < c->s.rc.n; i++) {
		const struct rc_entry *e = &c->s.rc.entry[i];

		if (rc_find(&c->s.rc, e->key) == e)
			buf_addf(&b, "%s = %s  (%s:%zu)\n", e->key, e->value,
			    e->file, e->line);
	}
	r = emit_text(buf_span(&b), &c->err);
out:
	buf_release(&b);
	return r;
}

static bool withdraw;

const struct opt opts_trust[] = {
	{ "withdraw", 0, OPT_FLAG, NULL, "trust it no longer", &withdraw },
	{ 0 },
};

int
cmd_trust(struct call *c)
{
	if (c->argc == 0)
		return err_set(&c->err, ERR_USAGE,
		    "which program? read it first, then: crm trust FILE");
	for (int i = 0; i < c->argc; i++)
		if (withdraw ? trust_remove(c->argv[i], &c->err)
			     : trust_add(c->argv[i], &c->err))
			return -1;
	return 0;
}
