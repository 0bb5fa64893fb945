/* crm-act overdue: what should be done by now, and telling who is in charge. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/calendar/item.h"
#include "crm/calendar/notify.h"
#include "crm/calendar/occur.h"
#include "crm/calendar/private.h"
#include "crm/calendar/who.h"
#include "store/id.h"

static struct opt_list users, teams;
static bool escalate;

const struct opt opts_overdue[] = {
	{ "user", 0, OPT_LIST, "WHO",
	    "whose: ana,bo, team:NAME, under:me, all; else mine", &users },
	{ "team", 0, OPT_LIST, "NAME", "those of a team", &teams },
	{ "escalate", 0, OPT_FLAG, NULL,
	    "what managers were not told yet of their people", &escalate },
	{ 0 },
};

enum { DUE, LATE, ID, TYPE, SUBJECT, OWNER, MANAGER, RECORD, NAME, COLUMNS };

static const struct emit_column columns[COLUMNS] = {
	[DUE] = { .name = "due", .type = F_WHEN },
	[LATE] = { .name = "late", .type = F_TEXT },
	[ID] = { .name = "id", .type = F_ID, .spare_below = 70 },
	[TYPE] = { .name = "type", .type = F_CHOICE },
	[SUBJECT] = { .name = "subject", .type = F_TEXT, .main = true },
	[OWNER] = { .name = "owner", .type = F_TEXT },
	[MANAGER] = { .name = "manager", .type = F_TEXT },
	[RECORD] = { .name = "record", .type = F_ID, .spare = true },
	[NAME] = { .name = "name", .type = F_TEXT, .main = true },
};

struct listing {
	struct call *c;
	struct calendar *cal;
	struct who who;
	struct occurrences all;
	const struct occurrence **late; /* of all, those that are overdue */
	size_t n;
	struct rows rows;
	bool minutes; /* of lateness, for programs */
	struct buf lines; /* for the program that is told */
};

static void
late_text(int64_t seconds, char out[32])
{
	if (seconds < 3600)
		snprintf(out, 32, "%d min", (int)(seconds / 60));
	else if (seconds < 2 * 86400)
		snprintf(out, 32, "%d h", (int)(seconds / 3600));
	else
		snprintf(out, 32, "%lld days", (long long)(seconds / 86400));
}

static struct span
manager_of(const struct listing *l, const struct occurrence *o)
{
	size_t m = l->cal->person[o->person].manager;

	return m == (size_t)-1 ? span("") : l->cal->person[m].folder;
}

/* A row, and where somebody is to be told its line. */
static int
add_row(struct listing *l, const struct occurrence *o)
{
	bool hidden = private_hidden(l->cal, who_me(l->cal), o->value);
	struct span record = hidden ? span("") : act_record(l->cal, o->value);
	struct span cell[COLUMNS];
	struct json j = { .out = &l->lines };
	struct buf name = { 0 };
	char due[21], late[32], minutes[24], id[ID_LEN + 1];
	int r = act_record_name(l->cal, record, &name, &l->c->err);

	/* what takes whole days is due on the last of them */
	instant_format(o->to, due);
	if (o->day)
		date_format(clock_day(o->to - 1, NULL), due);
	late_text(l->c->s.dates.now - o->to, late);
	snprintf(minutes, sizeof minutes, "%lld",
	    (long long)((l->c->s.dates.now - o->to) / 60));
	id_unpack(o->id, id);
	cell[DUE] = span(due);
	cell[LATE] = span(l->minutes ? minutes : late);
	cell[ID] = span(id);
	cell[TYPE] = hidden ? span("") : act_cell(l->cal, o->value, "type");
	cell[SUBJECT] = hidden ? span(PRIVATE_SUBJECT)
			       : act_cell(l->cal, o->value, "subject");
	cell[OWNER] = l->cal->person[o->person].folder;
	cell[MANAGER] = manager_of(l, o);
	cell[RECORD] = record;
	cell[NAME] = buf_span(&name);
	rows_add(&l->rows, cell);
	cell[LATE] = span(late); /* the line is for people */
	json_open(&j, '{');
	for (int i = 0; i < COLUMNS; i++) {
		if (!cell[i].n)
			continue;
		json_key(&j, span(columns[i].name));
		json_str(&j, cell[i]);
	}
	json_close(&j, '}');
	buf_addc(&l->lines, '\n');
	buf_release(&name);
	return r;
}

static int
by_due(const void *a, const void *b)
{
	const struct occurrence *x = *(const struct occurrence *const *)a;
	const struct occurrence *y = *(const struct occurrence *const *)b;

	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* What is over and neither done nor told of; of a series the last one. */
static int
find(struct listing *l)
{
	struct strmap seen = { 0 };
	int64_t now = l->c->s.dates.now;
	int r = occur_collect(l->cal, l->who.v, l->who.n, 0, now + 1,
	    OCCUR_EVENTS | OCCUR_TASKS | OCCUR_ONCE, &l->all, &l->c->err);

	l->late = xcalloc(l->all.n + 1, sizeof *l->late);
	for (size_t i = l->all.n; r == 0 && i-- > 0;) {
		const struct occurrence *o = &l->all.v[i];
		bool added = true;

		if (o->to > now || (!o->day && o->to == now) ||
		    act_cell(l->cal, o->value, "outcome").n)
			continue;
		if (o->key.n)
			strmap_add(&seen,
			    span_n((const char *)&o->id, sizeof o->id), i,
			    &added);
		if (added)
			l->late[l->n++] = o;
	}
	if (l->n)
		qsort(l->late, l->n, sizeof *l->late, by_due);
	buf_addspan(&l->c->s.notes, buf_span(&l->all.flaws));
	strmap_release(&seen);
	return r;
}

/* --- once for each manager ----------------------------------------------- */

/*
 * The row that says that a manager was told. It is part of the store, so that
 * no clone tells it again; and a row of a table of its own, so that no
 * calendar changes, nor any telephone has to sync, because somebody was told.
 */
static int
note_told(struct listing *l, struct changes *ch, const struct occurrence *o,
    bool *fresh)
{
	const struct entity *ent =
	    schema_entity(&l->c->s.schema, span("escalation"));
	struct record r = { .ent = ent, .n = ent->nfields }, before;
	char at[21], id[ID_LEN + 1];
	int found;

	r.value = arena_alloc(&ch->arena, r.n * sizeof *r.value);
	instant_format(clock_now(), at);
	id_unpack(o->id, id);
	record_put(&r, "manager", manager_of(l, o));
	record_put(&r, "act", arena_span(&ch->arena, span(id)));
	record_put(&r, "occurrence", o->key);
	record_put(&r, "owner", l->cal->person[o->person].folder);
	record_put(&r, "at", arena_span(&ch->arena, span(at)));
	found = change_load(
	    ch, ent, table_key(ent, r.value), &before, &l->c->err);
	*fresh = found == 1;
	if (found < 0)
		return -1;
	return *fresh ? change_apply(ch, NULL, &r, CHANGE_CHECKED, &l->c->err)
		      : 0;
}

static int
tell_managers(struct listing *l)
{
	struct call *c = l->c;
	struct changes *ch = NULL;
	struct oid id;
	int r = cli_changes(c, &ch);

	for (size_t i = 0; r == 0 && i < l->n; i++) {
		bool fresh;

		if (!manager_of(l, l->late[i]).n)
			continue;
		r = note_told(l, ch, l->late[i], &fresh);
		if (r == 0 && fresh)
			r = add_row(l, l->late[i]);
	}
	if (r == 0 && !c->dry_run)
		r = changes_commit(ch, "act overdue", "--escalate", NULL,
		    NULL, &id, &c->err);
	if (r == 0 && !c->dry_run)
		c->committed = true;
	changes_close(ch);
	return r;
}

/* --- the verb ------------------------------------------------------------ */

static int
take_words(struct listing *l)
{
	struct call *c = l->c;
	struct buf team = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < users.n; i++)
		r = who_add(l->cal, span(users.v[i]), &l->who, &c->err);
	for (size_t i = 0; r == 0 && i < teams.n; i++) {
		buf_reset(&team);
		buf_addf(&team, "team:%s", teams.v[i]);
		r = who_add(l->cal, buf_span(&team), &l->who, &c->err);
	}
	for (int i = 0; r == 0 && i < c->argc; i++)
		r = who_add(l->cal, span(c->argv[i]), &l->who, &c->err);
	if (r == 0 && !l->who.n)
		r = who_add(l->cal, span(escalate ? "all" : "me"), &l->who,
		    &c->err);
	buf_release(&team);
	if (r == 0 && escalate && c->as_of)
		r = err_set(&c->err, ERR_USAGE,
		    "--escalate tells of today, not of --as-of");
	return r;
}

int
verb_overdue(struct call *c)
{
	struct listing l = { .c = c,
		.rows = { .col = columns, .ncols = COLUMNS,
		    .none = escalate ? "" : "nothing is overdue" } };
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	int r = -1;

	l.minutes = emit_is_machine(&o);
	if (session_calendar(&c->s, &l.cal, &c->err) || take_words(&l) ||
	    find(&l))
		goto out;
	r = 0;
	if (escalate)
		r = tell_managers(&l);
	for (size_t i = 0; r == 0 && !escalate && i < l.n; i++)
		r = add_row(&l, l.late[i]);
	/* cron mails what is printed: nothing new is not a word */
	if (r == 0 && (!escalate || l.rows.ncells ||
			  (c->format && strcmp(c->format, "table") != 0)))
		r = rows_print(c, &l.rows);
	else if (r == 0 && c->fail_empty)
		r = 1;
	if (r == 0 && escalate && !c->dry_run && l.lines.n &&
	    notify_set(&c->s))
		r = notify_run(
		    &c->s, "overdue", buf_span(&l.lines), &c->err);
out:
	rows_release(&l.rows);
	occurrences_release(&l.all);
	who_release(&l.who);
	buf_release(&l.lines);
	free(l.late);
	return r;
}
