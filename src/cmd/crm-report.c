/* crm-report: a report by name; which there are, share/reports tells. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/report/report.h"
#include "store/id.h"

static struct opt_list by;
static const char *period, *unit;
static bool list;

const struct opt opts_report[] = {
	{ "by", 'b', OPT_LIST, "FIELD",
	    "group by this field, e.g. owner.team", &by },
	{ "period", 'p', OPT_STR, "PERIOD",
	    "only this period, e.g. 2026-Q4", &period },
	{ "unit", 'u', OPT_STR, "UNIT", "day, week, month, quarter, year",
	    &unit },
	{ "list", 0, OPT_FLAG, NULL, "which reports there are", &list },
	{ 0 },
};

static int
list_reports(struct call *c)
{
	static const struct emit_column col[] = { { .name = "report" },
		{ .name = "title" } };
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	char **name, **title;
	struct emit *em;
	size_t n;
	int r = 0;

	if (report_names(&c->s, &name, &title, &n, &c->err) ||
	    emit_open(&em, &o, col, 2, &c->err))
		return -1;
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct span row[2] = { span(name[i]), span(title[i]) };

		r = emit_row(em, row, 2, &c->err);
	}
	return emit_end(em, r, NULL, &c->err);
}

/* --by a --by b is --by a,b */
static const char *
groups(struct buf *b)
{
	for (size_t i = 0; i < by.n; i++)
		buf_addf(b, "%s%s", i ? "," : "", by.v[i]);
	return by.n ? b->p : NULL;
}

/*
 * What stands below the table: the commit and the rates it stands on. edited:
 * what was read is not quite that commit.
 */
static void
foot(struct call *c, const struct report_result *r, bool edited,
    struct buf *out)
{
	buf_adds(out, r->title);
	if (c->s.base.hex[0])
		buf_addf(out, " at %.7s%s", c->s.base.hex,
		    edited ? " + local changes" : "");
	if (r->currency[0])
		buf_addf(out, ", amounts in %s", r->currency);
	if (r->rates.n)
		buf_addf(out, ", %.*s", SPANF(r->rates));
}

static int
print(struct call *c, const struct report_result *r, bool edited)
{
	struct emit_options o = { .format = c->format, .title = r->title,
		.note = &c->s.notes, .chosen = c->columns != NULL,
		.porcelain = c->porcelain, .total = r->total };
	struct emit_column *col = xcalloc(r->ncols + 1, sizeof *col);
	struct buf below = { 0 };
	struct emit *em;
	int ret = -1;

	for (size_t i = 0; i < r->ncols; i++) {
		col[i].name = r->col[i].name;
		col[i].label = r->col[i].label;
		col[i].type = r->col[i].type;
		col[i].bar = r->col[i].bar;
		col[i].none = r->col[i].none;
		col[i].labels = r->col[i].labels;
		col[i].main = r->col[i].type == F_TEXT; /* a group */
	}
	foot(c, r, edited, &below);
	o.foot = below.p;
	if (emit_open(&em, &o, col, r->ncols, &c->err))
		goto out;
	for (size_t i = 0; i < r->nrows; i++)
		if (emit_row(
			em, r->cell + i * r->ncols, r->ncols, &c->err)) {
			emit_drop(em);
			goto out;
		}
	/* a machine's output has no foot: the rates are said beside it */
	if (r->rates.n && emit_is_machine(&o))
		cli_say(c, "%.*s", SPANF(r->rates));
	for (size_t i = 0; i < r->nnotes; i++)
		cli_say(c, "%.*s", SPANF(r->note[i]));
	ret = emit_close(em, NULL, &c->err);
	if (ret == 0 && c->fail_empty && r->nrows == (size_t)r->total)
		ret = 1;
out:
	free(col);
	buf_release(&below);
	return ret;
}

/* Is it to be said that files were edited? Machines get no foot. */
static bool
is_edited(struct call *c)
{
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	struct err unknown = { 0 };
	bool edited = !emit_is_machine(&o) && session_edited(&c->s, &unknown) > 0;

	err_release(&unknown);
	return edited;
}

int
cmd_report(struct call *c)
{
	struct buf b = { 0 };
	struct report_args a = {
		.by = groups(&b), .period = period, .unit = unit
	};
	struct report_result res = { 0 };
	struct targets t = { 0 };
	const char *name;
	bool edited;
	int n = 0, r = -1;

	if (list || c->argc == 0) {
		buf_release(&b);
		return list_reports(c);
	}
	name = c->argv[0];
	for (int i = 1; i < c->argc; i++) {
		if (strcmp(c->argv[i], "-") == 0)
			a.has_ids = true;
		else
			c->argv[n++] = c->argv[i];
	}
	if (a.has_ids && cli_stdin_ids(c, NULL, &t))
		goto out;
	a.id = t.id;
	a.nids = t.n;
	a.filter = c->argv;
	a.nfilter = (size_t)n;
	if (report_run(&c->s, name, &a, &res, &c->err) ||
	    report_shape(&res, c->columns, c->sort, (size_t)c->limit, &c->err))
		goto out;
	edited = is_edited(c);
	session_unlock(&c->s);
	r = print(c, &res, edited);
out:
	report_result_release(&res);
	targets_release(&t);
	buf_release(&b);
	return r;
}
