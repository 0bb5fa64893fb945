/*
 * crm-quote: quotes: found by words, accepted, rejected, expired.
 * What is issued does not change; the rules of that are rules_quote.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/change/resolve.h"
#include "crm/trade/order.h"
#include "crm/trade/issue.h"
#include "store/id.h"

static const char *chosen, *reason, *on, *note;

const struct opt opts_quote_accept[] = {
	{ "with", 0, OPT_STR, "LINE,...",
	    "the options that are taken: places, ids or SKUs", &chosen },
	{ "on", 0, OPT_STR, "DATE", "the day it was decided (today)", &on },
	{ "note", 0, OPT_STR, "TEXT", "add a line to the note", &note },
	{ 0 },
};

const struct opt opts_quote_reject[] = {
	{ "reason", 'r', OPT_STR, "REASON",
	    "why it was rejected (config/reasons.csv)", &reason },
	{ "on", 0, OPT_STR, "DATE", "the day it was decided (today)", &on },
	{ "note", 0, OPT_STR, "TEXT", "add a line to the note", &note },
	{ 0 },
};

int
quote_find(struct call *c, const char *word, uint64_t *id)
{
	return resolve_one(&c->s,
	    schema_entity(&c->s.schema, span("quote")), span(word),
	    c->ids_only, id, &c->err);
}

int
quote_rows(struct call *c, struct changes *ch, uint64_t id, struct doc *out)
{
	char text[ID_LEN + 1];
	int r = doc_load_rows(&c->s, ch, id, out, &c->err);

	id_unpack(id, text);
	return r > 0 ? err_set(&c->err, ERR_NOENT, "no quote %s", text) : r;
}

const struct doc_line *
quote_line(struct call *c, const struct doc *d, const char *word)
{
	uint64_t id = id_pack(span(word));
	const struct doc_line *found = NULL;
	int64_t place;

	if (span_int(span(word), &place)) {
		if (place >= 1 && (size_t)place <= d->nlines)
			return &d->line[place - 1];
		err_set(&c->err, ERR_USAGE, "there is no line %s; it has %zu",
		    word, d->nlines);
		return NULL;
	}
	for (size_t i = 0; i < d->nlines; i++) {
		const struct doc_line *l = &d->line[i];

		if (id ? l->r.id != id
		       : !span_ieqs(record_get(&l->r, "sku"), word))
			continue;
		if (found) {
			err_set(&c->err, ERR_USAGE,
			    "'%s' is in several lines; say which by its place "
			    "(crm-%s show)", word, d->r.ent->name);
			return NULL;
		}
		found = l;
	}
	if (!found)
		err_set(&c->err, ERR_NOENT,
		    "no line '%s'; a line is named by its place, its id or "
		    "its SKU (crm-%s show)", word, d->r.ent->name);
	return found;
}

int
quote_settle(struct call *c, struct changes *ch, uint64_t id)
{
	struct doc d;
	int r = doc_load(&c->s, ch, id, &d, &c->err);

	if (r == 0)
		doc_release(&d);
	return r < 0 ? -1 : 0;
}

/* --- decided ------------------------------------------------------------- */

static int
choose(struct call *c, struct changes *ch, uint64_t id)
{
	const struct entity *ent =
	    schema_entity(&c->s.schema, span("quote-line"));
	struct span rest = span(chosen);
	struct doc d = { 0 };
	int r = quote_rows(c, ch, id, &d);

	while (r == 0 && rest.n) {
		char *word = span_dup(span_trim(span_cut(&rest, ',')));
		const struct doc_line *l = quote_line(c, &d, word);
		struct record after;

		free(word);
		r = l ? 0 : -1;
		if (l && !record_get(&l->r, "choice").n)
			r = err_set(&c->err, ERR_USAGE,
			    "%.*s is no option: it is in the quote anyway",
			    SPANF(record_get(&l->r, "name")));
		if (r)
			break;
		after = change_copy(ch, &l->r);
		after.ent = ent;
		record_put(&after, "chosen", span("yes"));
		r = change_apply(ch, &l->r, &after, CHANGE_ISSUE, &c->err);
	}
	doc_release(&d);
	return r;
}

/* Of alternatives only one is taken; and what is accepted is added up. */
static int
accepted(struct call *c, struct changes *ch, uint64_t id, struct record *r)
{
	struct doc d;
	int ret = doc_load(&c->s, ch, id, &d, &c->err);

	if (ret)
		return -1;
	for (size_t i = 0; ret == 0 && i < d.nlines; i++) {
		const struct record *a = &d.line[i].r;

		for (size_t k = 0; k < i; k++)
			if (record_get(a, "group").n &&
			    span_eq(record_get(a, "group"),
				record_get(&d.line[k].r, "group")) &&
			    span_eqs(record_get(a, "chosen"), "yes") &&
			    span_eqs(
				record_get(&d.line[k].r, "chosen"), "yes"))
				ret = err_set(&c->err, ERR_USAGE,
				    "lines %zu and %zu are alternatives (%.*s):"
				    " one of them", k + 1, i + 1,
				    SPANF(record_get(a, "group")));
	}
	if (ret == 0)
		ret = issue_lines(ch, &d, &c->err);
	if (ret == 0)
		doc_put_sums(ch, &d, r);
	doc_release(&d);
	return ret;
}

/* Nobody decides before it is issued, nor is it known what they will. */
static int
check_day(struct call *c, const struct record *r)
{
	int32_t day, issued;

	if (!on || !date_parse(record_get(r, "decided"), &day))
		return 0;
	if (day > c->s.dates.today)
		return err_set(&c->err, ERR_USAGE,
		    "--on: %.*s is yet to come", SPANF(record_get(r, "decided")));
	if (date_parse(record_get(r, "date"), &issued) && day < issued)
		return err_set(&c->err, ERR_USAGE,
		    "--on: it was issued on %.*s, and is not decided before "
		    "that", SPANF(record_get(r, "date")));
	return 0;
}

/* The options that belong to a decision. */
static int
decide(struct call *c, struct changes *ch, struct record *r)
{
	char day[11];

	date_format(c->s.dates.today, day);
	if (assign_one(c, ch, r, span("decided"), span(on ? on : day)) ||
	    check_day(c, r))
		return -1;
	if (reason && assign_one(c, ch, r, span("reason"), span(reason)))
		return -1;
	if (note && *note)
		record_put(r, "note",
		    arena_printf(&ch->arena, "%.*s%s%s",
			SPANF(record_get(r, "note")),
			record_get(r, "note").n ? "\n" : "", note));
	return 0;
}

static int
move_one(struct call *c, struct changes *ch, uint64_t id, const char *state)
{
	bool accepts = strcmp(state, "accepted") == 0, late;
	struct record before, after;
	int r = change_load(ch, c->ent, id, &before, &c->err);

	if (r)
		return r < 0 ? -1 : err_set(&c->err, ERR_NOENT, "no such quote");
	if (span_eqs(record_get(&before, "state"), state))
		return err_set(&c->err, ERR_NO, "it is %s", state);
	after = change_copy(ch, &before);
	record_put(&after, "state", span(state));
	late = accepts && span_eqs(record_get(&before, "state"), "expired");
	if (decide(c, ch, &after) ||
	    (accepts && !c->force &&
		order_check_late(
		    &c->s, late ? &before : &after, &c->err)) ||
	    change_apply(
		ch, &before, &after, late ? CHANGE_ISSUE : 0, &c->err))
		return -1;
	if (!accepts || !chosen)
		return 0;
	before = after;
	after = change_copy(ch, &before);
	if (choose(c, ch, id) || accepted(c, ch, id, &after))
		return -1;
	return change_apply(ch, &before, &after, CHANGE_ISSUE, &c->err);
}

/* --- verbs --------------------------------------------------------------- */

static int
each(struct call *c, int argc, char **argv, const char *state)
{
	struct changes *ch = NULL;
	struct targets t = { 0 };
	char text[ID_LEN + 1];
	int r = -1;

	if (cli_targets(c, argc, argv, &t) || cli_changes(c, &ch) ||
	    cli_recheck(c, argc, argv, &t))
		goto out;
	if (chosen && t.n > 1) {
		err_set(&c->err, ERR_USAGE, "--with is for one quote");
		goto out;
	}
	for (size_t i = 0; i < t.n; i++) {
		id_unpack(t.id[i], text);
		if (state ? move_one(c, ch, t.id[i], state)
			  : quote_revise(c, ch, t.id[i])) {
			err_prefix(&c->err, "%s: ", text);
			goto out;
		}
	}
	r = cli_commit(c, ch, c->cmd->name);
out:
	changes_close(ch);
	targets_release(&t);
	return r;
}

int
verb_quote_revise(struct call *c)
{
	return each(c, c->argc, c->argv, NULL);
}

int
verb_quote_accept(struct call *c)
{
	return each(c, c->argc, c->argv, "accepted");
}

int
verb_quote_reject(struct call *c)
{
	if (!reason && !c->force)
		return err_set(&c->err, ERR_USAGE,
		    "why was it rejected? --reason REASON "
		    "(config/reasons.csv has them)");
	return each(c, c->argc, c->argv, "rejected");
}

int
verb_quote_expire(struct call *c)
{
	static char expired[] = "+EXPIRED";
	char *all[] = { expired };

	return c->argc ? each(c, c->argc, c->argv, "expired")
		       : each(c, 1, all, "expired");
}
