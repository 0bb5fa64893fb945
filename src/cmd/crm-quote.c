/*
 * crm-quote: quotes: made of deals, revised, accepted, rejected, expired.
 * What is issued does not change; the rules of that are rules_quote.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/change/about.h"
#include "crm/change/resolve.h"
#include "crm/trade/order.h"
#include "crm/trade/issue.h"
#include "crm/trade/quote_lines.h"
#include "crm/trade/renumber.h"
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

/* --- new ----------------------------------------------------------------- */

static void
fill(struct record *r, const char *field, struct span v)
{
	if (!record_get(r, field).n)
		record_put(r, field, v);
}

/* What of the record that the quote is for is the quote's, too. */
static int
take_from(struct call *c, struct changes *ch, uint64_t id, struct record *r,
    struct record *from)
{
	static const char *const fields[] = { "name", "account", "contact",
		"owner", "currency", NULL };
	const struct entity *ent =
	    schema_letter(&c->s.schema, id_letter(id));
	char text[ID_LEN + 1];
	int absent = change_load(ch, ent, id, from, &c->err);

	id_unpack(id, text);
	if (absent)
		return absent < 0
		    ? -1
		    : err_set(&c->err, ERR_NOENT, "no %s %s", ent->label, text);
	fill(r, ent->name, arena_span(&ch->arena, span(text)));
	for (size_t i = 0; fields[i]; i++) {
		if (strcmp(fields[i], "name") == 0 &&
		    strcmp(ent->name, "opp") != 0)
			continue;
		fill(r, fields[i], record_get(from, fields[i]));
	}
	return 0;
}

/* The deal, else the contact and the account that the word stands for. */
static int
take_record(struct call *c, struct changes *ch, const struct about *a,
    struct record *r, struct span *product)
{
	static const enum about_kind order[] = { ABOUT_OPP, ABOUT_CONTACT,
		ABOUT_ACCOUNT };

	if (a->id[ABOUT_LEAD] && !a->id[ABOUT_OPP] && !a->id[ABOUT_ACCOUNT] &&
	    !a->id[ABOUT_CONTACT])
		return err_set(&c->err, ERR_USAGE,
		    "%s is a lead; crm-lead convert makes a deal of it, which "
		    "can be quoted", a->name);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		struct record from;

		if (!a->id[order[i]])
			continue;
		if (take_from(c, ch, a->id[order[i]], r, &from))
			return -1;
		if (order[i] == ABOUT_OPP)
			*product = record_get(&from, "product");
	}
	return 0;
}

static int
new_quote(struct call *c, struct changes *ch, const struct about *a, int words)
{
	struct record empty = { .ent = c->ent }, r, line;
	struct span product = span("");

	r = change_copy(ch, &empty);
	if (assign_words(c, ch, &r, c->argv + words, c->argc - words) ||
	    take_record(c, ch, a, &r, &product))
		return -1;
	fill(&r, "owner", change_user(ch));
	if (assign_agree(c, &r, c->argv + words, c->argc - words) ||
	    change_apply(ch, NULL, &r, 0, &c->err))
		return -1;
	if (!product.n)
		return 0;
	empty.ent = schema_entity(&c->s.schema, span("quote-line"));
	line = change_copy(ch, &empty);
	record_put(&line, "product", product);
	if (quote_line_add(ch, &r, &line, &c->err) == 0)
		return quote_offs(ch, &r, &c->err);
	/* one without a price: the quote is made, the line is not */
	if (c->err.code != ERR_USAGE)
		return -1;
	cli_say(c, "the product of the deal is not in it: %s", c->err.msg);
	err_release(&c->err);
	return 0;
}

int
verb_quote_new(struct call *c)
{
	struct about about = { { 0 }, "" };
	struct changes *ch = NULL;
	int words = 0, r = -1;

	while (words < c->argc && !cli_is_assignment(c, c->argv[words]))
		words++;
	for (int i = words; i < c->argc; i++)
		if (!cli_is_assignment(c, c->argv[i]))
			return err_set(&c->err, ERR_USAGE,
			    "'%s' stands behind an assignment; the record "
			    "comes first, then field=value", c->argv[i]);
	if (words > 1 || (words == 0 && c->argc == 0))
		return err_set(&c->err, ERR_USAGE,
		    "for what? crm-quote new DEAL, or an account or a contact; "
		    "then field=value");
	if (assign_known(c, c->argv + words, c->argc - words) ||
	    (words && about_find(&c->s, span(c->argv[0]), c->ids_only, &about,
			  &c->err)) ||
	    cli_changes(c, &ch))
		return -1;
	if (new_quote(c, ch, &about, words) == 0)
		r = cli_commit(c, ch, "new");
	changes_close(ch);
	return r;
}

/* --- revise -------------------------------------------------------------- */

/* Q2026-0001-R2 becomes Q2026-0001-R3. */
static int
next_number(struct call *c, struct changes *ch, const struct record *quote,
    struct record *copy)
{
	struct span number = record_get(quote, "number"), base;
	int64_t revision = 1;

	if (!number.n)
		return err_set(&c->err, ERR_USAGE,
		    "%.*s is a draft: change it itself (crm-quote set, "
		    "crm-quote line)", SPANF(record_get(quote, "id")));
	if (record_get(quote, "revision").n)
		(void)span_int(record_get(quote, "revision"), &revision);
	base = revision_base(number, revision);
	record_put(copy, "revision",
	    arena_printf(&ch->arena, "%lld", (long long)revision + 1));
	record_put(copy, "number",
	    arena_printf(&ch->arena, "%.*s-R%lld", SPANF(base),
		(long long)revision + 1));
	return 0;
}

static int
revise_one(struct call *c, struct changes *ch, uint64_t id)
{
	struct record quote, copy = { .ent = c->ent };
	struct span state;
	int r = change_load(ch, c->ent, id, &quote, &c->err);

	if (r)
		return r < 0 ? -1 : err_set(&c->err, ERR_NOENT, "no such quote");
	state = record_get(&quote, "state");
	if (!state.n || span_eqs(state, "draft") ||
	    span_eqs(state, "superseded") || span_eqs(state, "ordered"))
		return err_set(&c->err, ERR_USAGE,
		    span_eqs(state, "superseded")
			? "%.*s is superseded; revise the one that took its "
			  "place"
		    : span_eqs(state, "ordered")
			? "%.*s is ordered; it is the order that changes now"
			: "%.*s is a draft: change it itself (crm-quote set, "
			  "crm-quote line)",
		    SPANF(record_get(&quote, "id")));
	copy = change_copy(ch, &copy);
	if (next_number(c, ch, &quote, &copy))
		return -1;
	return quote_copy(ch, &quote, &copy, &c->err);
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

/* The options that belong to a decision. */
static int
decide(struct call *c, struct changes *ch, struct record *r)
{
	char day[11];

	date_format(c->s.dates.today, day);
	if (assign_one(c, ch, r, span("decided"), span(on ? on : day)))
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
			  : revise_one(c, ch, t.id[i])) {
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
