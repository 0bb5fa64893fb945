/*
 * crm-act copies: the copies of meetings of several users that are not there.
 */
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/change/copies.h"

const struct opt opts_copies[] = { { 0 } };

static int
make_copies(struct call *c, struct changes *ch, struct calendar *cal,
    uint64_t id)
{
	struct copied m = { 0 };
	struct record before, after;
	struct buf who = { 0 };
	size_t person;
	int r = change_load(ch, c->ent, id, &before, &c->err);

	if (r)
		return r < 0 ? -1 : 0;
	person = calendar_person(cal, record_get(&before, "owner"));
	if (person == (size_t)-1)
		return 0;
	m.uid = record_get(&before, "uid");
	m.owner = cal->person[person].folder;
	m.with = record_get(&before, "with");
	m.replies = record_get(&before, "replies");
	after = change_copy(ch, &before);
	r = copies_lacking(cal, &m, &who, &c->err);
	/* given: it is written as it is, and its copies with it */
	if (r == 0 && who.n)
		r = change_apply(ch, &before, &after,
		    CHANGE_GIVEN | CHANGE_CHECKED, &c->err);
	buf_release(&who);
	return r;
}

int
verb_act_copies(struct call *c)
{
	struct changes *ch = NULL;
	struct calendar *cal;
	struct targets t = { 0 };
	int r = -1;

	if (cli_targets(c, c->argc, c->argv, &t) || cli_changes(c, &ch) ||
	    cli_recheck(c, c->argc, c->argv, &t) ||
	    session_calendar(&c->s, &cal, &c->err))
		goto out;
	r = 0;
	for (size_t i = 0; r == 0 && i < t.n; i++)
		r = make_copies(c, ch, cal, t.id[i]);
	if (r == 0)
		r = cli_commit(c, ch, "copies");
out:
	changes_close(ch);
	targets_release(&t);
	return r;
}
