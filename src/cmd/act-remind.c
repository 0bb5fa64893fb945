/* crm-act remind: what is up, told once; for cron. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/calendar/item.h"
#include "crm/calendar/notify.h"
#include "crm/calendar/private.h"
#include "crm/calendar/remind.h"
#include "store/id.h"

#define WITHIN (15 * 60)

static const char *within_text;
static struct opt_list users;
static bool again;

const struct opt opts_remind[] = {
	{ "within", 0, OPT_STR, "DURATION",
	    "what rings in this time; 15m where it is not said",
	    &within_text },
	{ "user", 0, OPT_LIST, "WHO",
	    "whose: ana,bo, team:NAME, under:me, all; else mine", &users },
	{ "again", 0, OPT_FLAG, NULL, "also what was told before", &again },
	{ 0 },
};

enum { WHEN, REMIND, ID, TYPE, SUBJECT, OWNER, RECORD, NAME, WHERE, NUMBER,
	EMAIL, COLUMNS };

static const struct emit_column columns[COLUMNS] = {
	[WHEN] = { .name = "when", .type = F_WHEN },
	[REMIND] = { .name = "remind", .type = F_INSTANT, .spare = true },
	[ID] = { .name = "id", .type = F_ID },
	[TYPE] = { .name = "type", .type = F_CHOICE },
	[SUBJECT] = { .name = "subject", .type = F_TEXT, .main = true },
	[OWNER] = { .name = "owner", .type = F_TEXT },
	[RECORD] = { .name = "record", .type = F_ID, .spare = true },
	[NAME] = { .name = "name", .type = F_TEXT, .main = true },
	[WHERE] = { .name = "where", .type = F_TEXT },
	[NUMBER] = { .name = "number", .type = F_PHONE },
	[EMAIL] = { .name = "email", .type = F_EMAIL },
};

/* A row, and its line for the program that is told. */
static int
add(struct call *c, struct calendar *cal, const struct reminder *r,
    struct rows *rows, struct buf *lines)
{
	const struct person *p = &cal->person[r->o->person];
	const struct span *value = r->o->value;
	bool hidden = private_hidden(cal, who_me(cal), value);
	struct span record = hidden ? span("") : act_record(cal, value);
	struct span cell[COLUMNS] = { { NULL, 0 } };
	struct json j = { .out = lines };
	struct buf name = { 0 };
	char when[21], moment[21], id[ID_LEN + 1];
	int ret = act_record_name(cal, record, &name, &c->err);

	instant_format(r->o->from, when);
	if (r->o->day)
		date_format(clock_day(r->o->from, NULL), when);
	instant_format(r->moment, moment);
	id_unpack(r->o->id, id);
	cell[WHEN] = span(when);
	cell[REMIND] = span(moment);
	cell[ID] = span(id);
	cell[SUBJECT] = span(PRIVATE_SUBJECT);
	if (!hidden) {
		cell[TYPE] = act_cell(cal, value, "type");
		cell[SUBJECT] = act_cell(cal, value, "subject");
		cell[WHERE] = act_cell(cal, value, "where");
		cell[NUMBER] = act_cell(cal, value, "number");
	}
	cell[OWNER] = p->folder;
	cell[RECORD] = record;
	cell[NAME] = buf_span(&name);
	cell[EMAIL] = p->email;
	rows_add(rows, cell);
	json_open(&j, '{');
	for (int i = 0; i < COLUMNS; i++) {
		if (!cell[i].n)
			continue;
		json_key(&j, span(columns[i].name));
		json_str(&j, cell[i]);
	}
	json_close(&j, '}');
	buf_addc(lines, '\n');
	buf_release(&name);
	return ret;
}

static int
take_words(struct call *c, struct calendar *cal, struct who *who,
    int64_t *within)
{
	*within = WITHIN;
	if (within_text && !act_duration(span(within_text), within))
		return err_set(&c->err, ERR_USAGE,
		    "--within is a duration such as 15m, not '%s'",
		    within_text);
	for (size_t i = 0; i < users.n; i++)
		if (who_add(cal, span(users.v[i]), who, &c->err))
			return -1;
	return users.n ? 0 : who_add(cal, span("me"), who, &c->err);
}

int
verb_remind(struct call *c)
{
	struct rows rows = { .col = columns, .ncols = COLUMNS };
	struct reminders found = { 0 };
	struct told told = { 0 };
	struct buf lines = { 0 };
	struct who who = { 0 };
	struct calendar *cal;
	int64_t within;
	int r = -1;

	if (session_calendar(&c->s, &cal, &c->err) ||
	    take_words(c, cal, &who, &within) ||
	    told_open(&told, c->s.root, &c->err) ||
	    remind_find(cal, &who, c->s.dates.now, within, again, &told,
		&found, &c->err))
		goto out;
	for (size_t i = 0; i < found.n; i++)
		if (add(c, cal, &found.v[i], &rows, &lines))
			goto out;
	buf_addspan(&c->s.notes, buf_span(&found.all.flaws));
	session_unlock(&c->s);
	r = 0;
	if (lines.n && notify_set(&c->s))
		r = notify_run(&c->s, "remind", buf_span(&lines), &c->err);
	/* told is only what reached somebody: first printed, then noted */
	if (r == 0 && found.n)
		r = rows_print(c, &rows);
	else if (r == 0)
		r = c->fail_empty ? 1 : 0;
	if (r >= 0 && emit_finish(&c->err))
		r = -1;
	if (r >= 0 && !c->s.as_of &&
	    told_write(&told, c->s.dates.now, &c->err))
		r = -1;
out:
	told_release(&told);
	reminders_release(&found);
	rows_release(&rows);
	buf_release(&lines);
	who_release(&who);
	return r;
}
