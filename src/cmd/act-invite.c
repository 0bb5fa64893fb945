/*
 * Invitations: crm-act ingest takes one, or an answer, from a file or a mail;
 * crm-act invite writes one as a mail.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/calendar/index.h"
#include "crm/calendar/invite.h"
#include "crm/mail/ingest.h"
#include "crm/mail/mail.h"
#include "store/id.h"

static bool link_deal, cancelled;

const struct opt opts_ingest[] = {
	{ "link", 0, OPT_FLAG, NULL, "take the deal that is proposed",
	    &link_deal },
	{ 0 },
};

int
verb_act_ingest(struct call *c)
{
	struct ingest_options o = { .link = link_deal, .force = c->force };
	struct changes *ch = NULL;
	struct buf data = { 0 }, said = { 0 };
	int r = -1;

	if (c->argc != 1)
		return err_set(&c->err, ERR_USAGE,
		    "ingest takes one file, or - for standard input");
	o.name = strcmp(c->argv[0], "-") == 0 ? "stdin" : c->argv[0];
	if (cli_read(c, c->argv[0], MAIL_MAX, &data) || cli_changes(c, &ch))
		goto out;
	o.me = change_user(ch);
	if (ingest(ch, &data, &o, &said, &c->err))
		goto out;
	r = cli_commit(c, ch, "ingest");
	for (struct span rest = buf_span(&said); r == 0 && rest.n;) {
		struct span line = span_cut(&rest, '\n');

		cli_say(c, "%.*s", SPANF(line));
	}
out:
	changes_close(ch);
	buf_release(&data);
	buf_release(&said);
	return r;
}

/* --- invite -------------------------------------------------------------- */

const struct opt opts_invite[] = {
	{ "cancel", 0, OPT_FLAG, NULL, "it does not take place", &cancelled },
	{ 0 },
};

static int
put_mail(struct call *c, uint64_t id, bool cancel)
{
	struct buf mail = { 0 };
	int r = invite_mail(&c->s, id, cancel, &mail, &c->err);

	session_unlock(&c->s);
	if (r == 0)
		r = emit_text(buf_span(&mail), &c->err);
	buf_release(&mail);
	return r;
}

int
verb_act_invite(struct call *c)
{
	struct targets t = { 0 };
	int r = cli_targets(c, c->argc, c->argv, &t);

	if (r == 0 && t.n != 1)
		r = err_set(&c->err, ERR_USAGE,
		    "invite to what? one activity: a mail is for one");
	if (r == 0)
		r = put_mail(c, t.id[0], cancelled);
	targets_release(&t);
	return r;
}

/* Before anything is written: else it would be there, and nobody invited. */
static int
check_invite(struct call *c, struct changes *ch, uint64_t id)
{
	struct calendar *cal;
	struct record r;

	if (session_calendar(&c->s, &cal, &c->err))
		return -1;
	if (change_load(ch, c->ent, id, &r, &c->err))
		return -1;
	return invite_check(cal, r.value, &c->err);
}

int
act_commit_invite(struct call *c, struct changes *ch, const char *verb)
{
	struct calendar *cal;
	char *name, text[ID_LEN + 1];
	uint64_t act = 0;
	struct oid id;
	int r;

	for (size_t i = 0; i < ch->ntouched; i++) {
		if (id_letter(ch->touched[i]) != c->ent->letter)
			continue;
		if (act && act != ch->touched[i])
			return err_set(&c->err, ERR_USAGE,
			    "--invite: one activity at a time");
		act = ch->touched[i];
	}
	if (check_invite(c, ch, act))
		return -1;
	if (c->dry_run)
		return cli_commit(c, ch, verb);
	name = xasprintf("act %s", verb);
	r = changes_commit(ch, name, "--invite", NULL, NULL, &id, &c->err);
	free(name);
	if (r || session_calendar(&c->s, &cal, &c->err))
		return -1;
	/* what was held is from before the commit */
	cal_held_free(cal->held);
	cal->held = NULL;
	id_unpack(act, text);
	cli_say(c, "%s", text);
	return put_mail(c, act, false);
}
