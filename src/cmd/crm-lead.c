/* crm-lead: convert a lead into account, contact and deal. */
#include <stdio.h>

#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/change/convert.h"
#include "crm/change/resolve.h"

static const char *account, *contact, *opp, *amount, *close_on, *name, *stage;
static struct convert_options how;

const struct opt opts_convert[] = {
	{ "account", 0, OPT_STR, "ID|NAME", "into this account", &account },
	{ "contact", 0, OPT_STR, "ID|NAME", "into this contact", &contact },
	{ "opp", 0, OPT_STR, "ID|NAME", "into this deal", &opp },
	{ "new-account", 0, OPT_FLAG, NULL,
	    "a new account even if one has the name", &how.new_account },
	{ "new-contact", 0, OPT_FLAG, NULL,
	    "a new contact even if one has the address", &how.new_contact },
	{ "no-account", 0, OPT_FLAG, NULL, "no account: a private person",
	    &how.no_account },
	{ "no-opp", 0, OPT_FLAG, NULL, "no deal", &how.no_opp },
	{ "name", 0, OPT_STR, "TEXT", "name of the deal", &name },
	{ "amount", 'a', OPT_STR, "MONEY", "amount of the deal", &amount },
	{ "close", 0, OPT_STR, "DATE", "expected close", &close_on },
	{ "stage", 0, OPT_STR, "STAGE", "its stage (the first)", &stage },
	{ 0 },
};

static int
existing(struct call *c, const char *entity, const char *text, uint64_t *id)
{
	struct entity *ent = schema_entity(&c->s.schema, span(entity));

	return text
	    ? resolve_one(&c->s, ent, span(text), c->ids_only, id, &c->err)
	    : 0;
}

/* Options that exclude each other, before anything is looked up. */
static int
check_options(struct call *c)
{
	const struct {
		bool both;
		const char *what;
	} bad[] = {
		{ account && how.new_account, "--account and --new-account" },
		{ account && how.no_account, "--account and --no-account" },
		{ how.new_account && how.no_account,
		    "--new-account and --no-account" },
		{ contact && how.new_contact, "--contact and --new-contact" },
		{ opp && how.no_opp, "--opp and --no-opp" },
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (bad[i].both)
			return err_set(&c->err, ERR_USAGE, "%s: one of them",
			    bad[i].what);
	return 0;
}

/* Of a deal that is there only what is empty is filled. */
static int
deal_words(struct call *c, struct changes *ch, struct record *r)
{
	const struct {
		const char *field, *value;
	} given[] = { { "name", name }, { "amount", amount },
		{ "close", close_on }, { "stage", stage } };

	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		struct span old = record_get(r, given[i].field);

		if (!given[i].value)
			continue;
		if (r->id && old.n)
			return err_set(&c->err, ERR_USAGE,
			    "--%s: that of the deal is '%.*s' already; "
			    "crm-opp set changes it", given[i].field,
			    SPANF(old));
		if (assign_one(c, ch, r, span(given[i].field),
			span(given[i].value)))
			return -1;
	}
	return 0;
}

static int
convert_one(struct call *c, struct changes *ch, struct convert_names *names,
    uint64_t lead)
{
	struct conversion v;

	if (convert_prepare(ch, lead, &how, names, &v, &c->err) ||
	    (v.has_opp && deal_words(c, ch, &v.opp)))
		return -1;
	return convert_finish(
	    ch, &v, names, c->force ? CHANGE_FORCE : 0, &c->err);
}

int
verb_convert(struct call *c)
{
	struct convert_names names = { 0 };
	struct changes *ch = NULL;
	struct targets t = { 0 };
	int r = -1;

	if (check_options(c) || existing(c, "account", account, &how.account) ||
	    existing(c, "contact", contact, &how.contact) ||
	    existing(c, "opp", opp, &how.opp) ||
	    cli_targets(c, c->argc, c->argv, &t) || cli_changes(c, &ch) ||
	    cli_recheck(c, c->argc, c->argv, &t))
		goto out;
	for (size_t i = 0; i < t.n; i++)
		if (convert_one(c, ch, &names, t.id[i]))
			goto out;
	/* what was made is of interest, not only the lead */
	c->ent = NULL;
	r = cli_commit(c, ch, "lead convert");
out:
	convert_names_release(&names);
	changes_close(ch);
	targets_release(&t);
	return r;
}
