/*
 * crm-act done, cancel, reopen: what becomes of activities. Of a series one
 * occurrence is meant, unless --all says otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/act-do.h"
#include "cmd/verbs.h"
#include "crm/own.h"
#include "store/id.h"

enum { O_OUTCOME, O_RESULT, O_PURPOSE };

static struct act_option given[] = {
	[O_OUTCOME] = { "outcome", NULL },
	[O_RESULT] = { "result", NULL },
	[O_PURPOSE] = { "purpose", NULL },
	{ 0 },
};
static const char *on, *at;
static bool all;
/* field=value, behind the records */
static char **assigned;
static int nassigned;

#define SERIES                                                             \
	{ "on", 0, OPT_STR, "DAY", "of a series, the one on that day", &on }, \
	{ "all", 0, OPT_FLAG, NULL, "the series as a whole", &all }

const struct opt opts_done[] = {
	{ "outcome", 0, OPT_STR, "WORD",
	    "how it went (config/activities.csv)", &given[O_OUTCOME].value },
	{ "result", 0, OPT_STR, "TEXT", "what came of it",
	    &given[O_RESULT].value },
	{ "purpose", 0, OPT_STR, "WORD", "what it was for",
	    &given[O_PURPOSE].value },
	{ "at", 0, OPT_STR, "TIME", "when it was done (now)", &at },
	SERIES,
	{ 0 },
};

const struct opt opts_call_off[] = {
	{ "result", 0, OPT_STR, "TEXT", "why", &given[O_RESULT].value },
	SERIES,
	{ 0 },
};

const struct opt opts_series[] = { SERIES, { 0 } };

/* The words: a record each, and for which day. */
struct words {
	char **word;	   /* without their "@DAY" */
	struct span *when; /* cells, or empty; by target, where per_word */
	bool per_word;
	struct arena arena;
};

/* --- which --------------------------------------------------------------- */

/* A day or time that a person typed, as a cell. */
static int
cell_of(struct call *c, struct arena *a, struct span text, struct span *out,
    struct err *e)
{
	struct buf cell = { 0 };
	int r = when_text(session_own(&c->s), text, &cell, e);

	*out = arena_span(a, buf_span(&cell));
	buf_release(&cell);
	return r;
}

/* ID@2026-12-04 names one occurrence. */
static void
split(struct call *c, struct words *w, int i)
{
	char *day = strrchr(w->word[i], '@');

	if (!day || day == w->word[i] ||
	    cell_of(c, &w->arena, span(day + 1), &w->when[i], NULL))
		return;
	w->word[i] = arena_dup(
	    &w->arena, w->word[i], (size_t)(day - w->word[i]));
	w->per_word = true;
}

static int
find_targets(struct call *c, int n, struct words *w, struct targets *t)
{
	w->word = xcalloc((size_t)n + 1, sizeof *w->word);
	w->when = xcalloc((size_t)n + 1, sizeof *w->when);
	for (int i = 0; i < n; i++) {
		w->word[i] = c->argv[i];
		split(c, w, i);
	}
	if (!w->per_word)
		return cli_targets(c, n, w->word, t);
	for (int i = 0; i < n; i++) {
		struct targets one = { 0 };
		int r = cli_targets(c, 1, &w->word[i], &one);

		if (r == 0 && one.n != 1)
			r = err_set(&c->err, ERR_USAGE,
			    "'%s': one record is wanted beside ID@DAY",
			    w->word[i]);
		if (r == 0) {
			GROW(t->id, t->n, t->cap);
			t->id[t->n++] = one.id[0];
		}
		targets_release(&one);
		if (r)
			return -1;
	}
	return 0;
}

static void
words_release(struct words *w)
{
	free(w->word);
	free(w->when);
	arena_release(&w->arena);
}

/* --- one ----------------------------------------------------------------- */

static int
deed_open(struct deed *d, uint64_t id, struct span when)
{
	struct call *c = d->c;
	char text[ID_LEN + 1];
	int r = change_load(d->ch, c->ent, id, &d->series, &c->err);
	bool series, said = when.n > 0;

	id_unpack(id, text);
	if (r)
		return r < 0 ? -1
			     : err_set(&c->err, ERR_NOENT, "no %s %s",
				   c->ent->label, text);
	series = record_get(&d->series, "repeat").n > 0;
	d->before = d->series;
	if (!series && said)
		return err_set(&c->err, ERR_USAGE,
		    "%s does not repeat: it has no day of its own", text);
	if (series && !all) {
		if (occurrence_open(d->ch, &d->series, when, d->key,
			&d->before, &c->err))
			return err_prefix(&c->err, "%s: ", text);
		if (!said) {
			struct buf b = { 0 };

			act_line_when(c, record_get(&d->before,
					  record_get(&d->before, "start").n
					      ? "start"
					      : "due"),
			    &b);
			cli_say(c, "%s repeats: the next, %.*s, is meant; "
				   "--on DAY is another, --all the series",
			    text, SPANF(buf_span(&b)));
			buf_release(&b);
		}
	}
	d->after = change_copy(d->ch, &d->before);
	return 0;
}

static int
deed_close(struct deed *d)
{
	struct call *c = d->c;
	unsigned how = c->force ? CHANGE_FORCE : 0;

	if (d->skip)
		return 0;
	if (d->key[0]
		? occurrence_apply(d->ch, &d->series, span(d->key),
		      &d->before, d->out ? NULL : &d->after, how, &c->err)
		: change_apply(
		      d->ch, &d->before, &d->after, how, &c->err))
		return cli_blame(c, d->series.id);
	if (d->then)
		d->then(d);
	act_tell(c, &d->before, &d->after);
	return 0;
}

int
act_deeds(struct call *c, int n, deed_fn *fn, const struct when_words *when,
    const char *verb)
{
	struct changes *ch = NULL;
	struct targets t = { 0 };
	struct words w = { 0 };
	struct span day = span("");
	int r = -1;

	if (on && all) {
		err_set(&c->err, ERR_USAGE, "--on is one, --all is all");
		goto out;
	}
	if ((on && cell_of(c, &w.arena, span(on), &day, &c->err)) ||
	    find_targets(c, n, &w, &t) || cli_changes(c, &ch) ||
	    (!w.per_word && cli_recheck(c, n, w.word, &t)))
		goto out;
	r = 0;
	for (size_t i = 0; r == 0 && i < t.n; i++) {
		struct deed d = { .c = c, .ch = ch, .when = when };

		r = deed_open(&d, t.id[i],
		    w.per_word && w.when[i].n ? w.when[i] : day);
		if (r == 0)
			r = fn(&d);
		if (r == 0)
			r = deed_close(&d);
	}
	if (r == 0)
		r = cli_commit(c, ch, verb);
out:
	changes_close(ch);
	targets_release(&t);
	words_release(&w);
	return r;
}

/* --- done, cancel, reopen ------------------------------------------------ */

/* Records come first, then what is set. The number of those. */
static int
split_words(struct call *c, int *n)
{
	*n = 0;
	while (*n < c->argc && !cli_is_assignment(c, c->argv[*n]))
		++*n;
	assigned = c->argv + *n;
	nassigned = c->argc - *n;
	for (int i = 0; i < nassigned; i++)
		if (!cli_is_assignment(c, assigned[i]))
			return err_set(&c->err, ERR_USAGE,
			    "'%s' stands behind an assignment; records come "
			    "first, then field=value", assigned[i]);
	return assign_known(c, assigned, nassigned);
}

/* Where it is so already, and nothing is added: that is said. */
static bool
is_already(struct deed *d, const char *state)
{
	bool same = span_eqs(record_get(&d->before, "state"), state) &&
	    nassigned == 0 && !at;

	for (size_t i = 0; given[i].field; i++)
		same = same && !given[i].value;
	if (same)
		cli_say(d->c, "'%.*s' is %s already",
		    SPANF(record_get(&d->before, "subject")), state);
	return same;
}

/*
 * What has not begun can be done: it took place early, or by telephone. That
 * is more often the wrong one of two, and so it is said.
 */
static void
say_early(struct deed *d)
{
	struct span start = record_get(&d->before, "start");
	struct buf b = { 0 };
	int64_t t;
	bool timed;

	if (record_get(&d->before, "due").n || !when_parse(start, &t, &timed) ||
	    !span_eqs(record_get(&d->before, "state"), "planned") ||
	    (timed ? t <= d->c->s.dates.now
		   : clock_day(t, NULL) <= session_own(&d->c->s)->today))
		return;
	act_line_when(d->c, start, &b);
	cli_say(d->c, "'%.*s' is planned for %.*s, and done before; "
		      "crm-act reopen takes that back",
	    SPANF(record_get(&d->before, "subject")), SPANF(buf_span(&b)));
	buf_release(&b);
}

/* The moment that --at says; of a day its noon. */
static int
put_completed(struct deed *d)
{
	struct call *c = d->c;
	struct span cell;
	char text[21];
	int64_t t = 0;
	bool timed;

	if (cell_of(c, &d->ch->arena, span(at), &cell, &c->err))
		return err_prefix(&c->err, "--at: ");
	if (when_parse(cell, &t, &timed) && !timed)
		t = clock_at_in(session_own(&c->s)->zone,
		    clock_day(t, NULL), 12 * 3600);
	if (t > clock_now())
		return err_set(&c->err, ERR_USAGE, "--at %s is not yet", at);
	instant_format(t, text);
	act_put(d->ch, &d->after, "completed", span(text));
	return 0;
}

static int
do_done(struct deed *d)
{
	d->skip = is_already(d, "done");
	if (d->skip)
		return 0;
	d->then = say_early;
	if ((at && put_completed(d)) ||
	    act_assign(d->c, d->ch, &d->after, given) ||
	    assign_words(d->c, d->ch, &d->after, assigned, nassigned))
		return -1;
	act_put(d->ch, &d->after, "state", span("done"));
	return 0;
}

static int
do_cancel(struct deed *d)
{
	d->skip = is_already(d, "cancelled");
	if (span_eqs(record_get(&d->before, "state"), "done") &&
	    !d->c->force) {
		char text[ID_LEN + 1];

		id_unpack(d->series.id, text);
		return err_set(&d->c->err, ERR_DATA,
		    "%s is done, and what took place is not called off; if "
		    "it did not: crm-act reopen %s%s%s, then cancel it", text,
		    text, d->key[0] ? " --on " : "",
		    d->key[0] ? d->key : "");
	}
	if (d->skip || act_assign(d->c, d->ch, &d->after, given))
		return d->skip ? 0 : -1;
	act_put(d->ch, &d->after, "state", span("cancelled"));
	/* of a series: taken out, as calendars do, unless it is told why */
	d->out = d->key[0] && !given[O_RESULT].value;
	return 0;
}

static int
do_reopen(struct deed *d)
{
	d->skip = is_already(d, "planned");
	act_put(d->ch, &d->after, "state", span("planned"));
	act_put(d->ch, &d->after, "outcome", span(""));
	return 0;
}

int
verb_act_done(struct call *c)
{
	int n;

	return split_words(c, &n) ? -1 : act_deeds(c, n, do_done, NULL, "done");
}

int
verb_act_cancel(struct call *c)
{
	return act_deeds(c, c->argc, do_cancel, NULL, "cancel");
}

int
verb_act_reopen(struct call *c)
{
	return act_deeds(c, c->argc, do_reopen, NULL, "reopen");
}
