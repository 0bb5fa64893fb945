/*
 * Activities to and from other programs as iCalendar: -o ics of list and
 * export, import of an .ics file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/act-ics.h"
#include "cmd/verbs.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/calls.h"
#include "crm/calendar/index.h"
#include "crm/calendar/take.h"
#include "crm/change/resolve.h"
#include "store/id.h"

#define FILE_MAX ((size_t)256 << 20)

/* --- export -------------------------------------------------------------- */

/* Where an activity is. */
struct place {
	char *path;
	uint64_t id;
};

struct feed {
	struct call *c;
	struct calendar *cal;
	struct place *place;
	size_t n, cap;
	struct strmap zones; /* TZIDs that were written */
	struct arena arena;
};

static int
feed_add(struct feed *f, uint64_t id)
{
	struct buf path = { 0 };
	int r = cal_find(f->cal, id, &path, &f->c->err);

	if (r == 0) {
		GROW(f->place, f->n, f->cap);
		f->place[f->n].id = id;
		f->place[f->n++].path = buf_detach(&path);
	}
	buf_release(&path);
	return r < 0 ? -1 : 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = strcmp(x->path, y->path);

	return c ? c : (x->id > y->id) - (x->id < y->id);
}

/* A component as it is in its file; the feed's lines end with CRLF. */
static int
put_comp(struct feed *f, const struct ics *d, size_t comp)
{
	const struct ics_comp *k = &d->comp[comp];
	struct span rest = span_n(d->text.p + k->at, k->end - k->at);
	struct buf out = { 0 };
	int r;

	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		buf_addspan(&out, line);
		buf_adds(&out, "\r\n");
	}
	r = emit_text(buf_span(&out), &f->c->err);
	buf_release(&out);
	return r;
}

static int
put_zones(struct feed *f, const struct ics *d)
{
	int r = 0;

	for (size_t i = 1; r == 0 && i < d->ncomps; i++) {
		struct span tzid;
		bool added;

		if (!span_ieqs(d->comp[i].name, "VTIMEZONE") ||
		    d->comp[d->comp[i].parent].parent != 0)
			continue;
		tzid = span_trim(ics_value(d, i, "TZID"));
		if (strmap_get(&f->zones, tzid) != (size_t)-1)
			continue;
		strmap_add(&f->zones, arena_span(&f->arena, tzid), 0, &added);
		r = put_comp(f, d, i);
	}
	return r;
}

static bool
is_wanted(const struct place *p, size_t n, uint64_t id)
{
	struct place key = { .path = p->path, .id = id };

	return bsearch(&key, p, n, sizeof *p, by_place) != NULL;
}

/* The items p[0..n), all of one file. */
static int
put_file(struct feed *f, const struct place *p, size_t n)
{
	struct buf data = { 0 };
	struct ics d = { 0 };
	struct err *e = &f->c->err;
	struct cal_path path;
	int r = session_read(&f->c->s, p->path, &data, e);

	if (r == 0 && calendar_path(span(p->path), &path) && path.gz)
		r = archive_unpack(p->path, &data, e);
	if (r == 0)
		r = ics_parse(&d, p->path, &data, e);
	if (r == 0)
		r = put_zones(f, &d);
	for (size_t i = 1; r == 0 && i < d.ncomps; i++) {
		struct span uid = span_trim(ics_value(&d, i, "UID"));

		if (d.comp[d.comp[i].parent].parent == 0 && uid.n &&
		    !span_ieqs(d.comp[i].name, "VTIMEZONE") &&
		    is_wanted(p, n, act_id(uid)))
			r = put_comp(f, &d, i);
	}
	ics_release(&d);
	buf_release(&data);
	return r < 0 ? -1 : 0; /* one that is gone meanwhile is left out */
}

static int
put_feed(struct feed *f)
{
	int r = emit_text(span("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
			       "PRODID:-//crm//crm//EN\r\n"), &f->c->err);

	if (f->n)
		qsort(f->place, f->n, sizeof *f->place, by_place);
	for (size_t i = 0, k; r == 0 && i < f->n; i = k) {
		for (k = i + 1; k < f->n; k++) {
			if (strcmp(f->place[k].path, f->place[i].path) != 0)
				break;
		}
		r = put_file(f, f->place + i, k - i);
	}
	if (r == 0)
		r = emit_text(span("END:VCALENDAR\r\n"), &f->c->err);
	return r;
}

static int
put_ids(struct call *c, const uint64_t *id, size_t n)
{
	struct feed f = { .c = c };
	int r = session_calendar(&c->s, &f.cal, &c->err);

	emit_hold();
	for (size_t i = 0; r == 0 && i < n; i++)
		r = feed_add(&f, id[i]);
	if (r == 0)
		r = put_feed(&f);
	session_unlock(&c->s);
	if (r == 0)
		r = emit_release(&c->err);
	if (r == 0 && c->fail_empty && f.n == 0)
		r = 1;
	for (size_t i = 0; i < f.n; i++)
		free(f.place[i].path);
	free(f.place);
	strmap_release(&f.zones);
	arena_release(&f.arena);
	return r;
}

bool
act_wants_ics(const struct call *c)
{
	return c->ent && c->format && strcmp(c->format, "ics") == 0 &&
	       strcmp(c->ent->name, "act") == 0;
}

struct ids {
	uint64_t *v;
	size_t n, cap, limit, hidden;
};

static int
add_id(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct ids *k = ctx;

	(void)n;
	(void)e;
	/* only what is private of others is without a type */
	if (!cell[1].n) {
		k->hidden++;
		return 0;
	}
	GROW(k->v, k->n, k->cap);
	k->v[k->n++] = id_pack(cell[0]);
	return k->n == k->limit;
}

int
act_feed_query(struct call *c, struct query *q)
{
	struct ids k = { .limit = c->limit > 0 ? (size_t)c->limit : 0 };
	struct path *col[2];
	bool label[2] = { false };
	int r = query_path(q, span("id"), false, &col[0], &c->err);

	if (r == 0)
		r = query_path(q, span("type"), false, &col[1], &c->err);
	if (r == 0)
		r = query_stream(q, col, label, 2, add_id, &k, &c->err);
	if (r >= 0 && k.hidden)
		cli_say(c, "%zu private %s of others %s left out", k.hidden,
		    plural(k.hidden, "one", "ones"),
		    plural(k.hidden, "was", "were"));
	if (r >= 0)
		r = put_ids(c, k.v, k.n);
	free(k.v);
	return r;
}

/* --- import -------------------------------------------------------------- */

static const char *owner, *owner_by;
static bool update, cdr;

const struct opt opts_act_import[] = {
	{ "owner", 0, OPT_STR, "WHO", "whose the new activities are (me)",
	    &owner },
	{ "update", 0, OPT_FLAG, NULL,
	    "of an .ics: also change what is not newer", &update },
	{ "cdr", 0, OPT_FLAG, NULL, "it is a file of calls from Asterisk",
	    &cdr },
	{ "owner-by", 0, OPT_STR, "channel|dst:MAP",
	    "whose a call is: by channel, or 201=ana,202=bo", &owner_by },
	{ .dest = (void *)opts_import },
};

struct tally {
	size_t n[TAKEN_KINDS], refused;
};

static int
take_all(struct call *c, struct take *t, struct foreign *f, struct tally *n)
{
	for (size_t i = 0; i < f->n; i++) {
		struct err why = { 0 };
		enum taken what;

		if (take_item(t, f, i, &what, NULL, &why) == 0) {
			n->n[what]++;
			continue;
		}
		if (!take_may_go_on(&why)) {
			c->err = why;
			return -1;
		}
		cli_say(c, "%s", why.msg);
		err_release(&why);
		n->refused++;
	}
	return 0;
}

/* What was left, and is no trouble. */
static const struct {
	enum taken what;
	const char *why;
} left[] = {
	{ TAKEN_OLDER, "are older than ours and were left" },
	{ TAKEN_UNDATED, "do not say when they were changed and were left "
			 "(--update takes them)" },
	{ TAKEN_FEED, "are of a feed of ours and were left" },
};

static void
say_tally(struct call *c, const struct foreign *f, const struct tally *n)
{
	struct buf b = { 0 };

	buf_addf(&b, "%zu items: %zu added, %zu changed, %zu the same, %zu "
		     "rejected", f->n, n->n[TAKEN_ADDED],
	    n->n[TAKEN_CHANGED],
	    n->n[TAKEN_SAME] + n->n[TAKEN_OLDER] + n->n[TAKEN_UNDATED] +
		n->n[TAKEN_FEED],
	    n->refused);
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		if (n->n[left[i].what])
			buf_addf(&b, "; %zu %s", n->n[left[i].what],
			    left[i].why);
	}
	if (f->repeated)
		buf_addf(&b, "; %zu stood there twice: the later was taken",
		    f->repeated);
	cli_say(c, "%s", b.p);
	buf_release(&b);
}

/* Ends an import: one commit, what came of it, ids only where asked for. */
static int
act_commit(struct call *c, struct changes *ch, const char *options,
    struct span done)
{
	struct buf subject = { 0 };
	struct oid id;
	int r;

	if (c->dry_run)
		return cli_commit(c, ch, "import");
	buf_addf(&subject, "act import: %zu added, %zu changed", ch->added,
	    ch->changed);
	r = changes_commit(ch, "act import", options, subject.p, NULL, &id,
	    &c->err);
	if (r == 0 && done.n)
		cli_say(c, "%.*s", SPANF(done));
	if (r == 0 && c->format && strcmp(c->format, "ids") == 0)
		r = cli_print_ids(c, ch);
	buf_release(&subject);
	return r;
}

/* Who owns what is new: --owner, else me. */
static int
act_owner(struct call *c, struct changes *ch, struct span *out)
{
	const struct entity *user = schema_entity(&c->s.schema, span("user"));
	char text[ID_LEN + 1];
	uint64_t id;

	if (resolve_one(&c->s, user, span(owner ? owner : "me"), false, &id,
		&c->err))
		return err_prefix(&c->err, "owner: ");
	id_unpack(id, text);
	*out = arena_span(&ch->arena, span(text));
	return 0;
}

static int
import_ics(struct call *c, struct buf *data)
{
	const char *name = strcmp(c->argv[0], "-") == 0 ? "stdin"
							 : c->argv[0];
	struct foreign f = { 0 };
	struct changes *ch = NULL;
	struct take t = { .update = update };
	struct tally n = { 0 };
	int r = -1;

	if (foreign_read(&f, name, data, &c->err) || cli_changes(c, &ch))
		goto out;
	t.c = ch;
	if (act_owner(c, ch, &t.owner) || take_all(c, &t, &f, &n))
		goto out;
	r = act_commit(c, ch, update ? "--update" : "", span(""));
	if (r == 0)
		say_tally(c, &f, &n);
	if (r == 0 && n.refused)
		r = err_set(&c->err, ERR_REJECTS,
		    "%zu of %zu items were not taken", n.refused, f.n);
out:
	take_release(&t);
	changes_close(ch);
	foreign_release(&f);
	return r;
}

static int
calls_options(struct call *c, struct changes *ch, struct calls_options *o)
{
	o->name = strcmp(c->argv[0], "-") == 0 ? "stdin" : c->argv[0];
	if (owner_by && strcmp(owner_by, "channel") == 0) {
		o->by = CALLS_BY_CHANNEL;
	} else if (owner_by && strncmp(owner_by, "dst:", 4) == 0) {
		o->by = CALLS_BY_DST;
		o->map = span(owner_by + 4);
	} else if (owner_by) {
		return err_set(&c->err, ERR_USAGE,
		    "--owner-by is channel or dst:NUMBER=LOGIN,..., not '%s'",
		    owner_by);
	}
	return act_owner(c, ch, &o->owner);
}

static int
import_calls(struct call *c, struct span data)
{
	struct calls_options o = { 0 };
	struct calls_result res = { 0 };
	struct changes *ch = NULL;
	struct buf done = { 0 };
	struct span flaws;
	int r = -1;

	if (cli_changes(c, &ch) || calls_options(c, ch, &o) ||
	    calls_import(ch, data, &o, &res, &c->err))
		goto out;
	for (flaws = buf_span(&res.flaws); flaws.n;) {
		struct span line = span_cut(&flaws, '\n');

		cli_say(c, "%.*s", SPANF(line));
	}
	buf_addf(&done, "%zu calls: %zu answered, %zu missed; %zu of unknown "
			"numbers, %zu within the house; %zu were there, %zu "
			"rejected", res.added, res.answered, res.missed,
	    res.unknown, res.internal, res.known, res.refused);
	r = act_commit(c, ch, owner_by ? "--cdr --owner-by" : "--cdr",
	    buf_span(&done));
	if (r == 0 && res.refused)
		r = err_set(&c->err, ERR_REJECTS,
		    "%zu of %zu rows were not taken", res.refused, res.rows);
out:
	buf_release(&done);
	calls_result_release(&res);
	changes_close(ch);
	return r;
}

int
verb_act_import(struct call *c)
{
	struct buf data = { 0 };
	size_t n;
	int r = -1;

	if (c->argc != 1)
		return err_set(&c->err, ERR_USAGE,
		    "import takes one file, or - for standard input");
	n = strlen(c->argv[0]);
	if (cli_read(c, c->argv[0], FILE_MAX, &data))
		goto out;
	if (strcmp(c->argv[0], "-") == 0)
		(void)lseek(STDIN_FILENO, 0, SEEK_SET); /* verb_import reads */
	if (cdr)
		r = import_calls(c, buf_span(&data));
	else if ((n > 4 && strcmp(c->argv[0] + n - 4, ".ics") == 0) ||
	    foreign_begins(buf_span(&data)))
		r = import_ics(c, &data);
	else if (owner || update || owner_by)
		err_set(&c->err, ERR_USAGE, "--%s goes with a calendar or "
		    "calls; for a table say --set owner=WHO, --key FIELD",
		    owner ? "owner" : update ? "update" : "owner-by");
	else
		r = verb_import(c);
out:
	buf_release(&data);
	return r;
}
