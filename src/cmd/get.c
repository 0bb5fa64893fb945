/* crm show, crm get, crm calc: single records, values and dates. */
#include <stdio.h>
#include <string.h>

#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/change/resolve.h"
#include "store/id.h"

/* The entity that an id, or the beginning of a whole one, belongs to. */
static struct entity *
entity_of(struct call *c, struct span word)
{
	char prefix[ID_LEN + 1];
	uint64_t id = id_pack(word);
	struct entity *ent = NULL;
	bool whole;

	if (id)
		ent = schema_letter(&c->s.schema, id_letter(id));
	else if (id_prefix(word, prefix, &whole) && whole)
		ent = schema_letter(&c->s.schema, prefix[0]);
	if (!ent)
		err_set(&c->err, ERR_USAGE,
		    "'%.*s' is not an id; names are known to their own "
		    "command: crm-account show 'Acme'", SPANF(word));
	return ent;
}

int
cmd_show(struct call *c)
{
	if (c->argc != 1)
		return err_set(&c->err, ERR_USAGE, "one id: crm show ID");
	c->ent = entity_of(c, span(c->argv[0]));
	return c->ent ? verb_show(c) : -1;
}

struct got {
	struct buf text;
	bool found;
};

static int
get_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct got *g = ctx;

	(void)n;
	(void)e;
	g->found = true;
	buf_addspan(&g->text, cell[0]);
	return 1;
}

/* crm get O2611-7f3k9q2d.account.country: the bare value; 1 if it is empty. */
int
cmd_get(struct call *c)
{
	struct got g = { 0 };
	struct query *q = NULL;
	struct path *path;
	struct span rest, word;
	bool label = false;
	uint64_t id;
	int r = -1;

	if (c->argc != 1 || !strchr(c->argv[0], '.'))
		return err_set(&c->err, ERR_USAGE,
		    "one value: crm get ID.FIELD");
	rest = span(c->argv[0]);
	word = span_cut(&rest, '.');
	c->ent = entity_of(c, word);
	if (!c->ent ||
	    resolve_one(&c->s, c->ent, word, c->ids_only, &id, &c->err))
		return -1;
	q = query_new(&c->s, c->ent);
	query_ids(q, &id, 1);
	if (query_path(q, rest, false, &path, &c->err) ||
	    query_stream(q, &path, &label, 1, get_row, &g, &c->err) < 0)
		goto out;
	session_unlock(&c->s);
	r = g.text.n ? 0 : 1;
	if (r == 0) {
		buf_addc(&g.text, '\n');
		r = emit_text(buf_span(&g.text), &c->err);
	}
out:
	query_free(q);
	buf_release(&g.text);
	return r;
}

/* crm calc 'eoq+2w': what a date word means. */
int
cmd_calc(struct call *c)
{
	struct date_range range;
	enum date_unit unit;
	char from[11] = "", to[11] = "", line[32];

	if (c->argc != 1)
		return err_set(
		    &c->err, ERR_USAGE, "one date word: crm calc eoq+2w");
	if (date_period(span(c->argv[0]), &c->s.dates, &range, &unit,
		&c->err))
		return -1;
	if (range.has_from)
		date_format(range.from, from);
	if (range.has_to)
		date_format(range.to, to);
	if (strcmp(from, to) == 0)
		snprintf(line, sizeof line, "%s\n", from);
	else
		snprintf(line, sizeof line, "%s..%s\n", from, to);
	return emit_text(span(line), &c->err);
}
