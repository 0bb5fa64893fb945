/* crm log, crm-ENTITY log: what changed, field by field, newest first. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/history/history.h"
#include "crm/change/resolve.h"
#include "crm/own.h"
#include "store/id.h"

/* Records of one commit that people are shown. */
enum { SHOWN = 10 };

static const char *since;
static int64_t commits = -1;

const struct opt opts_log[] = {
	{ "since", 0, OPT_STR, "DATE", "only what changed from that day on",
	    &since },
	{ "limit", 0, OPT_INT, "N", "at most N commits, with all their rows",
	    &commits },
	{ 0 },
};

struct log {
	struct call *c;
	struct emit *em; /* for machines; NULL: for people */
	bool ids;
	bool none; /* "-" named no record */
	struct oid commit; /* the one at hand */
	struct buf key;	   /* the record at hand */
	size_t records, rows;
	struct buf text;
};

/* --- what is asked for --------------------------------------------------- */

static int
add_id(struct call *c, struct targets *t, const char *word)
{
	/* a full id also where the record is gone */
	uint64_t id = id_pack(span(word));

	if (!id && !c->ent)
		return err_set(&c->err, ERR_USAGE,
		    "'%s' is neither an entity nor a full id; for a name: "
		    "crm-ENTITY log NAME",
		    word);
	if (!id &&
	    resolve_one(&c->s, c->ent, span(word), c->ids_only, &id, &c->err))
		return -1;
	GROW(t->id, t->n, t->cap);
	t->id[t->n++] = id;
	return 0;
}

static int
read_words(struct log *l, struct targets *t, struct history_options *o)
{
	struct call *c = l->c;

	o->ent = c->ent;
	for (int i = 0; i < c->argc; i++) {
		const struct entity *ent =
		    schema_entity(&c->s.schema, span(c->argv[i]));

		if (strcmp(c->argv[i], "-") == 0) {
			if (cli_stdin_ids(c, c->ent, t))
				return -1;
			/* no rows came: that is not everything */
			l->none |= t->n == 0;
		} else if (!c->ent && ent && !o->ent)
			o->ent = ent;
		else if (add_id(c, t, c->argv[i]))
			return -1;
	}
	o->id = t->id;
	o->nids = t->n;
	if (commits == 0)
		return err_set(&c->err, ERR_USAGE, "--limit is 1 or more");
	o->limit = commits > 0 ? (size_t)commits : 0;
	return 0;
}

static int
read_since(struct call *c, struct history_options *o)
{
	struct date_range range;

	if (!since)
		return 0;
	if (date_period(span(since), &c->s.dates, &range, NULL, &c->err))
		return err_prefix(&c->err, "--since: ");
	if (!range.has_from)
		return err_set(&c->err, ERR_USAGE,
		    "--since: '%s' has no beginning", since);
	o->has_since = true;
	o->since = clock_instant(range.from, 0);
	return 0;
}

/* --- for machines -------------------------------------------------------- */

static int
print_row(struct log *l, const struct history_cell *k, struct err *e)
{
	struct span row[8] = { span_n(k->commit->id.hex, 10), span(""),
		k->commit->author, k->commit->verb, k->key, k->field, k->old,
		k->new };
	char time[21];

	if (l->ids)
		return emit_row(l->em, &k->key, 1, e);
	instant_format(k->commit->time, time);
	row[1] = span(time);
	return emit_row(l->em, row, 8, e);
}

/* --- for people ---------------------------------------------------------- */

static int
flush(struct log *l, struct err *e)
{
	int r = emit_text(buf_span(&l->text), e);

	buf_reset(&l->text);
	return r;
}

/* The foot of the commit before. */
static void
end_commit(struct log *l)
{
	if (l->records > SHOWN)
		buf_addf(&l->text, "  … and %zu more %s\n",
		    l->records - SHOWN,
		    plural(l->records - SHOWN, "record", "records"));
	l->records = 0;
	buf_reset(&l->key);
}

static void
begin_commit(struct log *l, const struct history_commit *k)
{
	struct span who = k->author, name = span_trim(span_cut(&who, '<'));
	int minutes;
	int32_t day = clock_day_in(
	    session_own(&l->c->s)->zone, k->time, &minutes);
	char date[11];

	date_format(day, date);
	buf_addf(&l->text, "%s%.10s  %s %02d:%02d  ", l->rows ? "\n" : "",
	    k->id.hex, date, minutes / 60, minutes % 60);
	term_safe(&l->text, name, false);
	buf_adds(&l->text, "  ");
	term_safe(&l->text, k->subject, false);
	buf_addc(&l->text, '\n');
}

/* A value of several lines: each below the first, indented, as git does. */
static void
print_value(struct log *l, struct span v)
{
	while (v.n) {
		struct span one = span_cut(&v, '\n');

		if (one.n && one.p[one.n - 1] == '\r')
			one.n--;
		buf_adds(&l->text, one.n ? "\n        " : "\n");
		term_safe(&l->text, one, false);
	}
}

/* What documents keep of a day is for them to read: how much of it there is. */
static bool
print_kept(struct log *l, const struct history_cell *k)
{
	const struct field *f = k->ent ? entity_field(k->ent, k->field) : NULL;
	struct span v = k->new.n ? k->new : k->old;
	size_t n = 0;

	if (!f || f->type != F_NOTE || !(f->flags & FIELD_ASKED))
		return false;
	for (; v.n; n++)
		span_cut(&v, '\n');
	buf_addf(&l->text, "%zu %s", n, plural(n, "line", "lines"));
	return true;
}

static bool
has_lines(struct span v)
{
	return v.n && memchr(v.p, '\n', v.n);
}

static void
print_cell(struct log *l, const struct history_cell *k)
{
	buf_addf(&l->text, "    %c ",
	    k->old.n == 0   ? '+'
	    : k->new.n == 0 ? '-'
			    : ' ');
	term_safe(&l->text, k->field, false);
	buf_adds(&l->text, ": ");
	if (print_kept(l, k)) {
		/* that is all */
	} else if (has_lines(k->old) || has_lines(k->new)) {
		buf_cut(&l->text, l->text.n - 1); /* no blank at the end */
		print_value(l, k->old);
		if (k->old.n && k->new.n)
			buf_adds(&l->text, "\n      →");
		print_value(l, k->new);
	} else {
		term_safe(&l->text, k->old, false);
		if (k->old.n && k->new.n)
			buf_adds(&l->text, " → ");
		term_safe(&l->text, k->new, false);
	}
	buf_addc(&l->text, '\n');
}

static int
print_text(struct log *l, const struct history_cell *k, struct err *e)
{
	if (strcmp(l->commit.hex, k->commit->id.hex) != 0) {
		end_commit(l);
		if (flush(l, e))
			return -1;
		begin_commit(l, k->commit);
		l->commit = k->commit->id;
	}
	if (!span_eq(k->key, buf_span(&l->key))) {
		l->records++;
		buf_reset(&l->key);
		buf_addspan(&l->key, k->key);
		if (l->records <= SHOWN) {
			buf_adds(&l->text, "  ");
			term_safe(&l->text, k->key, false);
			buf_addc(&l->text, '\n');
		}
	}
	if (l->records <= SHOWN)
		print_cell(l, k);
	return 0;
}

static int
print(void *ctx, const struct history_cell *k, struct err *e)
{
	struct log *l = ctx;
	int r = l->em ? print_row(l, k, e) : print_text(l, k, e);

	l->rows++;
	return r;
}

static bool
for_people(const struct call *c)
{
	if (c->porcelain)
		return false;
	return c->format ? strcmp(c->format, "table") == 0
			 : isatty(STDOUT_FILENO);
}

static int
open_rows(struct log *l)
{
	static const struct emit_column col[] = { { .name = "commit" },
		{ .name = "time" }, { .name = "author" }, { .name = "verb" },
		{ .name = "id" }, { .name = "field" }, { .name = "old" },
		{ .name = "new" } };
	struct call *c = l->c;
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };

	l->ids = emit_wants_ids(&o);
	return l->ids ? emit_open(&l->em, &o, &col[4], 1, &c->err)
		      : emit_open(&l->em, &o, col, 8, &c->err);
}

int
cmd_log(struct call *c)
{
	struct log l = { .c = c };
	struct history_options o = { 0 };
	struct targets t = { 0 };
	int r = -1;

	if (read_words(&l, &t, &o) || read_since(c, &o))
		goto out;
	session_own(&c->s); /* while it can be read */
	session_unlock(&c->s);
	if (!for_people(c) && open_rows(&l))
		goto out;
	r = l.none && !t.n ? 0 : history_log(&c->s, &o, print, &l, &c->err);
	if (!l.em && r == 0) {
		end_commit(&l);
		r = flush(&l, &c->err);
	} else if (l.em) {
		r = emit_end(l.em, r, NULL, &c->err);
	}
	if (r == 0 && l.rows == 0 && c->fail_empty)
		r = 1;
out:
	buf_release(&l.text);
	buf_release(&l.key);
	targets_release(&t);
	return r;
}
