/* The verbs that change records one by one: add, set, rm, tag. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/change/value.h"
#include "store/id.h"

/* --- add ----------------------------------------------------------------- */

static const struct field *
first_of(const struct entity *ent, enum field_type type, unsigned flag)
{
	for (size_t i = 0; i < ent->nfields; i++)
		if (ent->field[i]->type == type &&
		    (ent->field[i]->flags & flag) == flag)
			return ent->field[i];
	return NULL;
}

/* crm-opp add 'Acme roof' 48k account=acme: bare words are name and amount. */
static int
add_words(struct call *c, struct changes *ch, struct record *r)
{
	const struct field *name = first_of(c->ent, F_TEXT, FIELD_NAME);
	const struct field *money = first_of(c->ent, F_MONEY, FIELD_COLUMN);
	char **assigned = xcalloc((size_t)c->argc + 1, sizeof *assigned);
	const char *bare[2] = { NULL, NULL };
	int n = 0, nbare = 0, ret = -1;

	for (int i = 0; i < c->argc; i++) {
		size_t k = strcspn(c->argv[i], "=:");

		if (c->argv[i][k] && k &&
		    (c->argv[i][k] == '=' ||
			entity_field(c->ent, span_n(c->argv[i], k)))) {
			assigned[n++] = c->argv[i];
		} else if (nbare < 2 && (nbare == 0 ? name : money)) {
			bare[nbare++] = c->argv[i];
		} else {
			err_set(&c->err, ERR_USAGE,
			    "'%s' is not understood; write field=value",
			    c->argv[i]);
			goto out;
		}
	}
	if (assign_words(c, ch, r, assigned, n))
		goto out;
	if (bare[0] && assign_one(c, ch, r, span(name->name), span(bare[0])))
		goto out;
	if (bare[1] && assign_one(c, ch, r, span(money->name), span(bare[1])))
		goto out;
	ret = assign_agree(c, r, assigned, n);
out:
	free(assigned);
	return ret;
}

/* Who enters a record owns it, unless said otherwise. */
static void
default_owner(struct changes *ch, struct record *r)
{
	const struct field *owner = entity_field(r->ent, span("owner"));

	if (owner && owner->ref && !record_at(r, owner).n)
		record_set(r, owner, change_user(ch));
}

static bool
says_owner(const struct call *c)
{
	for (int i = 0; i < c->argc; i++)
		if (strncmp(c->argv[i], "owner=", 6) == 0 ||
		    strncmp(c->argv[i], "owner:", 6) == 0)
			return true;
	return false;
}

int
verb_add(struct call *c)
{
	struct changes *ch = NULL;
	struct record empty = { .ent = c->ent }, r;
	int ret = -1;

	if (c->argc == 0)
		return err_set(&c->err, ERR_USAGE,
		    "what? e.g. crm-%s add name='...'", c->ent->name);
	if (assign_known(c, c->argv, c->argc) || cli_changes(c, &ch))
		return -1;
	r = change_copy(ch, &empty);
	if (add_words(c, ch, &r))
		goto out;
	if (!says_owner(c))
		default_owner(ch, &r);
	if (change_apply(ch, NULL, &r, c->force ? CHANGE_FORCE : 0, &c->err))
		goto out;
	ret = cli_commit(c, ch, "add");
out:
	changes_close(ch);
	return ret;
}

/* --- set ----------------------------------------------------------------- */

static int
set_one(struct call *c, struct changes *ch, uint64_t id, char **word, int n)
{
	struct record before, after;
	char text[ID_LEN + 1];
	int r = change_load(ch, c->ent, id, &before, &c->err);

	id_unpack(id, text);
	if (r)
		return r < 0
		    ? -1
		    : err_set(&c->err, ERR_NOENT, "no %s %s", c->ent->name,
			  text);
	after = change_copy(ch, &before);
	if (assign_words(c, ch, &after, word, n) ||
	    change_apply(ch, &before, &after, c->force ? CHANGE_FORCE : 0,
		&c->err))
		return err_prefix(&c->err, "%s: ", text);
	return 0;
}

/* Words up to the first assignment name records; the rest are assignments. */
static int
split_words(struct call *c, int *n)
{
	for (*n = 0; *n < c->argc; (*n)++)
		if (cli_is_assignment(c, c->argv[*n]))
			break;
	for (int i = *n; i < c->argc; i++)
		if (!cli_is_assignment(c, c->argv[i]))
			return err_set(&c->err, ERR_USAGE,
			    "'%s' stands behind an assignment; records come "
			    "first, then field=value", c->argv[i]);
	return 0;
}

/* The words behind the first n, applied to each record that those name. */
static int
change_each(struct call *c, int n,
    int (*one)(struct call *c, struct changes *ch, uint64_t id, char **word,
	int nwords),
    const char *verb)
{
	struct changes *ch = NULL;
	struct targets t = { 0 };
	int ret = -1;

	if (cli_targets(c, n, c->argv, &t) || cli_changes(c, &ch) ||
	    cli_recheck(c, n, c->argv, &t))
		goto out;
	for (size_t i = 0; i < t.n; i++)
		if (one(c, ch, t.id[i], c->argv + n, c->argc - n))
			goto out;
	ret = cli_commit(c, ch, verb);
out:
	changes_close(ch);
	targets_release(&t);
	return ret;
}

int
verb_set(struct call *c)
{
	int n;

	if (split_words(c, &n))
		return -1;
	if (n == c->argc)
		return err_set(&c->err, ERR_USAGE,
		    "set what? give field=value behind the records");
	if (assign_known(c, c->argv + n, c->argc - n))
		return -1;
	return change_each(c, n, set_one, "set");
}

/* --- tag ----------------------------------------------------------------- */

static void
apply_tags(struct changes *ch, struct record *r, const struct field *f,
    char **word, int n)
{
	struct buf b = { 0 };
	struct span rest = record_at(r, f);

	while (rest.n) {
		struct span tag = span_cut(&rest, ';');
		bool drop = false;

		for (int i = 0; i < n; i++)
			drop |= word[i][0] == '-' &&
			    span_eqs(tag, word[i] + 1);
		if (!drop)
			buf_addf(&b, "%.*s;", SPANF(tag));
	}
	for (int i = 0; i < n; i++)
		if (word[i][0] == '+')
			buf_addf(&b, "%s;", word[i] + 1);
	record_set(r, f, arena_span(&ch->arena, buf_span(&b)));
	buf_release(&b);
}

static int
tag_one(struct call *c, struct changes *ch, uint64_t id, char **word, int n)
{
	const struct field *f = entity_field(c->ent, span("tags"));
	struct record before, after;
	int r = change_load(ch, c->ent, id, &before, &c->err);

	if (r)
		return r < 0 ? -1
			     : err_set(&c->err, ERR_NOENT, "no such record");
	after = change_copy(ch, &before);
	apply_tags(ch, &after, f, word, n);
	/* once more through entry: sorted, without repeats */
	if (assign_one(c, ch, &after, span("tags"), record_at(&after, f)))
		return -1;
	return change_apply(ch, &before, &after, 0, &c->err);
}

int
verb_tag(struct call *c)
{
	int n = c->argc;

	while (n > 0 && c->argv[n - 1][1] &&
	    (c->argv[n - 1][0] == '+' || c->argv[n - 1][0] == '-'))
		n--;
	if (n == c->argc)
		return err_set(&c->err, ERR_USAGE,
		    "which tags? +hot adds one, -hot takes it away");
	return change_each(c, n, tag_one, "tag");
}

/* --- rm ------------------------------------------------------------------ */

static int
rm_one(struct call *c, struct changes *ch, uint64_t id)
{
	struct record r;
	char text[ID_LEN + 1];
	int absent = change_load(ch, c->ent, id, &r, &c->err);

	id_unpack(id, text);
	if (absent)
		return absent < 0 ? -1
				  : err_set(&c->err, ERR_NOENT, "no %s %s",
					c->ent->name, text);
	return change_apply(
	    ch, &r, NULL, c->force ? CHANGE_FORCE : 0, &c->err);
}

/* What repeats is removed as a whole; ID@DAY names but one of it. */
static void
suggest_cancel(struct call *c)
{
	for (int i = 0; i < c->argc; i++) {
		const char *day = strrchr(c->argv[i], '@');

		if (c->ent->layout != LAYOUT_CALENDAR ||
		    c->err.code != ERR_NOENT || !day || day == c->argv[i])
			continue;
		err_suffix(&c->err,
		    "; one of what repeats is called off, not removed: "
		    "crm-act cancel %s", c->argv[i]);
		return;
	}
}

int
verb_rm(struct call *c)
{
	struct changes *ch = NULL;
	struct targets t = { 0 };
	int ret = -1;

	if (cli_targets(c, c->argc, c->argv, &t)) {
		suggest_cancel(c);
		goto out;
	}
	if (cli_changes(c, &ch) || cli_recheck(c, c->argc, c->argv, &t))
		goto out;
	for (size_t i = 0; i < t.n; i++)
		if (rm_one(c, ch, t.id[i]))
			goto out;
	ret = cli_commit(c, ch, "rm");
out:
	changes_close(ch);
	targets_release(&t);
	return ret;
}
