/*
 * crm-act report: a visit report. The visit that was planned is completed; a
 * visit that nobody planned is entered as done.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cmd/act.h"
#include "cmd/verbs.h"
#include "crm/calendar/who.h"
#include "crm/change/about.h"
#include "crm/change/occurrence.h"
#include "crm/change/resolve.h"
#include "crm/own.h"
#include "store/id.h"

enum { O_PURPOSE, O_OUTCOME, O_RESULT, O_WHERE, O_OWNER };

static struct act_option given[] = {
	[O_PURPOSE] = { "purpose", NULL },
	[O_OUTCOME] = { "outcome", NULL },
	[O_RESULT] = { "result", NULL },
	[O_WHERE] = { "where", NULL },
	[O_OWNER] = { "owner", NULL },
	{ 0 },
};
static const char *when, *type;

const struct opt opts_act_report[] = {
	{ "purpose", 0, OPT_STR, "WORD", "what it was for",
	    &given[O_PURPOSE].value },
	{ "result", 0, OPT_STR, "TEXT", "what came of it",
	    &given[O_RESULT].value },
	{ "outcome", 0, OPT_STR, "WORD",
	    "how it went (config/activities.csv)", &given[O_OUTCOME].value },
	{ "when", 0, OPT_STR, "TIME", "when it took place", &when },
	{ "type", 0, OPT_STR, "TYPE", "of what kind (visit)", &type },
	{ "where", 0, OPT_STR, "PLACE", "the place", &given[O_WHERE].value },
	{ "owner", 0, OPT_STR, "USER", "who was there (you)",
	    &given[O_OWNER].value },
	{ 0 },
};

/* What is reported. */
struct visit {
	struct call *c;
	struct changes *ch;
	const struct activity *a;
	struct about about; /* of a record */
	uint64_t id;	    /* of an activity, or 0 */
	char cell[24];	    /* when it took place, or "" */
	int32_t day;	    /* the same, else today */
	/* the one that fits best */
	uint64_t best;
	int64_t best_rank;
	struct span mine; /* the id of whoever reports */
	bool of_account; /* it is the account's; the deal has none */
};

/* So long what is done is taken for what is reported now. */
enum { DAYS_UNREPORTED = 7 };
/* What is asked of each visit. */
enum { COLUMNS = 7 };

/* --- which --------------------------------------------------------------- */

static int
read_when(struct visit *v)
{
	struct call *c = v->c;
	struct buf cell = { 0 };
	int64_t t = 0;
	int minutes;
	bool timed;

	v->day = session_own(&c->s)->today;
	if (!when)
		return 0;
	if (when_text(session_own(&c->s), span(when), &cell, &c->err))
		return err_prefix(&c->err, "--when: ");
	snprintf(v->cell, sizeof v->cell, "%s", cell.p);
	buf_release(&cell);
	when_parse(span(v->cell), &t, NULL);
	if (t > clock_now())
		return err_set(&c->err, ERR_USAGE,
		    "--when %s is not yet: there is nothing to report", when);
	when_wall(span(v->cell), session_own(&c->s)->zone, &v->day, &minutes,
	    &timed);
	return 0;
}

/* Who reports: --owner where that is a login, else the user. */
static void
read_mine(struct visit *v, struct calendar *cal)
{
	const char *owner = given[O_OWNER].value;
	size_t who = owner ? calendar_folder(cal, span(owner)) : who_me(cal);

	v->mine = who != (size_t)-1 ? cal->person[who].id : span("");
}

/* A record; what is none may be an activity. */
static int
read_word(struct visit *v, const char *word)
{
	struct call *c = v->c;
	uint64_t full = id_pack(span(word));
	struct err e = { 0 };

	if (full && id_letter(full) == c->ent->letter)
		return resolve_one(
		    &c->s, c->ent, span(word), true, &v->id, &c->err);
	if (about_find(&c->s, span(word), c->ids_only, &v->about, &c->err) ==
	    0)
		return 0;
	if (c->err.code != ERR_NOENT ||
	    resolve_one(&c->s, c->ent, span(word), c->ids_only, &v->id, &e)) {
		err_release(&e);
		return -1;
	}
	err_release(&c->err);
	return 0;
}

/* Does the series take place on the day? */
static bool
takes_place(struct visit *v, uint64_t id)
{
	struct record series, one;
	char key[OCCURRENCE_KEY], day[11];
	struct err ignored = { 0 };
	bool yes;

	date_format(v->day, day);
	yes = change_load(v->ch, v->c->ent, id, &series, &ignored) == 0 &&
	    occurrence_open(
		v->ch, &series, span(day), key, &one, &ignored) == 0 &&
	    span_eqs(record_get(&one, "state"), "planned");
	err_release(&ignored);
	return yes;
}

/*
 * On that day; where no day is said, else the last before it. The own come
 * before those of others, and on one day open ones before those that are done,
 * of which nothing was reported.
 */
static int
consider(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct visit *v = ctx;
	uint64_t id = id_pack_canonical(cell[0]);
	bool open = span_eqs(cell[3], "planned");
	int64_t rank;
	int32_t day;
	int minutes;
	bool timed;

	(void)n;
	(void)e;
	if (!when_wall(cell[1], session_own(&v->c->s)->zone, &day, &minutes,
		&timed) ||
	    (v->of_account && cell[6].n))
		return 0;
	if (cell[2].n) {
		if (!takes_place(v, id))
			return 0;
		day = v->day;
	}
	if (!open && (cell[5].n || day < v->day - DAYS_UNREPORTED))
		return 0;
	rank = ((int64_t)span_eq(cell[4], v->mine) << 40) + 2 * day + open;
	if (day > v->day || (v->cell[0] && day != v->day) ||
	    (v->best && rank <= v->best_rank))
		return 0;
	v->best = id;
	v->best_rank = rank;
	return 0;
}

/* The best of those that are about the record, to v->best. */
static int
seek(struct visit *v, enum about_kind k, struct span about)
{
	static const char *const want[COLUMNS] = { "id", "start", "repeat",
		"state", "owner", "result", "opp" };
	static char open[] = "state:planned,done";
	struct call *c = v->c;
	struct query *q = query_new(&c->s, c->ent);
	struct buf kind = { 0 }, ref = { 0 };
	struct path *path[COLUMNS];
	bool label[COLUMNS] = { false };
	char *word[3];
	int r;

	buf_addf(&kind, "type:%.*s", SPANF(v->a->type));
	buf_addf(&ref, "%s:%.*s", about_field(k), SPANF(about));
	word[0] = open, word[1] = kind.p, word[2] = ref.p;
	r = query_filter(q, word, 3, &c->err);
	for (int i = 0; r == 0 && i < COLUMNS; i++)
		r = query_path(q, span(want[i]), false, &path[i], &c->err);
	if (r == 0)
		r = query_stream(
		    q, path, label, COLUMNS, consider, v, &c->err);
	query_free(q);
	buf_release(&kind);
	buf_release(&ref);
	return r < 0 ? -1 : 0;
}

/* Of a deal that has none: what was planned with its account, of no deal. */
static int
find_planned(struct visit *v)
{
	struct call *c = v->c;
	struct record deal;
	char id[ID_LEN + 1];
	int k = 0, r;

	while (!v->about.id[k])
		k++;
	id_unpack(v->about.id[k], id);
	r = seek(v, (enum about_kind)k, span(id));
	if (r == 0 && !v->best && k == ABOUT_OPP) {
		r = change_load(v->ch, schema_entity(&c->s.schema, span("opp")),
		    v->about.id[k], &deal, &c->err);
		v->of_account = r == 0 && record_get(&deal, "account").n;
		if (v->of_account)
			r = seek(
			    v, ABOUT_ACCOUNT, record_get(&deal, "account"));
	}
	v->id = v->best;
	return r < 0 ? -1 : 0;
}

/* --- writing ------------------------------------------------------------- */

/* What is said of it; n words are field=value. */
static int
fill(struct visit *v, struct record *r, char **word, int n)
{
	struct span end;
	int64_t now = clock_now(), t = now;
	char text[21];
	bool timed;

	if (act_assign(v->c, v->ch, r, given) ||
	    assign_words(v->c, v->ch, r, word, n))
		return -1;
	end = record_get(r, "end");
	if (!end.n || !when_parse(end, &t, &timed) || !timed || t > now)
		t = now;
	instant_format(t, text);
	if (v->a->kind != ITEM_NOTE && !record_get(r, "completed").n)
		act_put(v->ch, r, "completed", span(text));
	act_put(v->ch, r, "state", span("done"));
	return 0;
}

/* What became of it; before: as it was, NULL of a new one. */
static void
tell(struct visit *v, const struct record *before, const struct record *r)
{
	struct buf line = { 0 }, whose = { 0 };
	struct calendar *cal = v->c->s.calendar;
	size_t who = before
	    ? calendar_person(cal, record_get(before, "owner"))
	    : (size_t)-1;
	const char *what = !before ? "none was planned; new"
	    : span_eqs(record_get(before, "state"), "done")
	    ? "done before, and reported now"
	    : v->of_account ? "as planned with the account"
	    : "as planned";

	if (who != (size_t)-1 && !span_eq(cal->person[who].id, v->mine))
		buf_addf(&whose, ", a %.*s of %.*s", SPANF(v->a->type),
		    SPANF(cal->person[who].folder));
	act_line(v->c, r, &line);
	cli_say(v->c, "%s%.*s: %.*s", what, SPANF(buf_span(&whose)),
	    SPANF(buf_span(&line)));
	buf_release(&whose);
	v->c->told = true;
	buf_release(&line);
}

static int
complete(struct visit *v, char **word, int n)
{
	struct call *c = v->c;
	struct record series, before, after;
	char key[OCCURRENCE_KEY] = "", day[11], opp[ID_LEN + 1];
	unsigned how = c->force ? CHANGE_FORCE : 0;
	int r = change_load(v->ch, c->ent, v->id, &series, &c->err);

	if (r)
		return r < 0 ? -1
			     : err_set(&c->err, ERR_NOENT, "it is gone");
	before = series;
	date_format(v->day, day);
	if (record_get(&series, "repeat").n &&
	    occurrence_open(
		v->ch, &series, span(day), key, &before, &c->err))
		return -1;
	after = change_copy(v->ch, &before);
	if (v->cell[0] && strlen(v->cell) > 10)
		act_put(v->ch, &after, "start", span(v->cell));
	/* an occurrence is about what its series is about */
	if (v->of_account && !key[0]) {
		id_unpack(v->about.id[ABOUT_OPP], opp);
		act_put(v->ch, &after, "opp", span(opp));
	}
	if (fill(v, &after, word, n))
		return -1;
	r = key[0] ? occurrence_apply(v->ch, &series, span(key), &before,
			 &after, how, &c->err)
		   : change_apply(v->ch, &before, &after, how, &c->err);
	if (r == 0)
		tell(v, &before, &after);
	return r;
}

static int
make(struct visit *v, char **word, int n)
{
	struct record empty = { .ent = v->c->ent };
	struct record r = change_copy(v->ch, &empty);
	char at[21];

	act_put(v->ch, &r, "type", v->a->type);
	act_put(v->ch, &r, "subject",
	    arena_printf(&v->ch->arena, "%.*s %s", SPANF(v->a->label),
		v->about.name));
	for (int k = 0; k < ABOUT_KINDS; k++) {
		char id[ID_LEN + 1];

		if (!v->about.id[k])
			continue;
		id_unpack(v->about.id[k], id);
		act_put(v->ch, &r, about_field((enum about_kind)k), span(id));
	}
	/* just now: it ended now */
	instant_format(clock_now(), at);
	if (!v->cell[0] && v->a->kind == ITEM_EVENT)
		act_put(v->ch, &r, "end", span(at));
	instant_format(clock_now() - v->a->minutes * 60, at);
	if (v->a->kind != ITEM_TASK)
		act_put(v->ch, &r, "start", span(v->cell[0] ? v->cell : at));
	if (fill(v, &r, word, n) ||
	    change_apply(v->ch, NULL, &r,
		v->c->force ? CHANGE_FORCE : 0, &v->c->err))
		return -1;
	tell(v, NULL, &r);
	return 0;
}

int
verb_act_report(struct call *c)
{
	struct visit v = { .c = c };
	struct calendar *cal;
	int r = -1;

	if (c->argc == 0 || cli_is_assignment(c, c->argv[0]))
		return err_set(&c->err, ERR_USAGE,
		    "of which visit? crm-act report RECORD --purpose demo "
		    "--result '...'");
	for (int i = 1; i < c->argc; i++)
		if (!cli_is_assignment(c, c->argv[i]))
			return err_set(&c->err, ERR_USAGE,
			    "'%s': one record or visit at a time, then "
			    "field=value", c->argv[i]);
	if (session_calendar(&c->s, &cal, &c->err))
		return -1;
	v.a = calendar_activity(cal, span(type ? type : "visit"));
	if (!v.a)
		return err_set(&c->err, ERR_USAGE,
		    "'%s' is no type of activity (config/activities.csv)",
		    type ? type : "visit");
	read_mine(&v, cal);
	if (read_when(&v) || read_word(&v, c->argv[0]) ||
	    assign_known(c, c->argv + 1, c->argc - 1) ||
	    cli_changes(c, &v.ch))
		return -1;
	if (!v.id && find_planned(&v))
		goto out;
	r = v.id ? complete(&v, c->argv + 1, c->argc - 1)
		 : make(&v, c->argv + 1, c->argc - 1);
	if (r == 0)
		r = cli_commit(c, v.ch, "report");
out:
	changes_close(v.ch);
	return r;
}
