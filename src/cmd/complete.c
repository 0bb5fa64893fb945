/*
 * crm complete: what the shell offers for the last of its words. The words are
 * those of the command line, the program's name first:
 *
 *	crm complete crm-opp set 9b
 *	crm complete crm-opp list stage:
 *
 * One candidate a line. Nothing is said where nothing is known: completion
 * never disturbs.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/complete.h"
#include "cmd/verbs.h"
#include "crm/config.h"
#include "crm/query/filter.h"
#include "crm/report/report.h"
#include "store/id.h"

/* Options whose values are words that are always the same. */
static const struct {
	const char *option, *words;
} fixed[] = {
	{ "output", "table csv tsv json ndjson ids count md" },
	{ "period", OFFER_PERIODS },
	{ "unit", "day week month quarter year" },
	{ "color", "always never auto" },
	{ "date-format", "dmy mdy ymd excel" },
	{ "delim", "comma semicolon pipe tab" },
};

/* Options whose values are records. */
static const struct {
	const char *option, *entity;
} records[] = {
	{ "like", "quote" },
	{ "quote", "quote" },
};

/* Options whose values are fields, one or several with commas between. */
static const char *const lists[] = { "columns", "sort", "by", "key",
	"create-missing" };

void
offer(struct offer *o, struct span word)
{
	if (o->n >= OFFER_MOST || !span_istarts(word, o->prefix))
		return;
	buf_addf(&o->out, "%s%.*s\n", o->lead, SPANF(word));
	o->n++;
}

static void
offer_commands(struct offer *o, const struct command *table,
    const char *entity)
{
	for (const struct command *k = table; k->name; k++)
		if (!(k->flags & (CMD_HIDDEN | CMD_ANY)) &&
		    (!k->entity ||
			(entity && strcmp(k->entity, entity) == 0)))
			offer(o, span(k->name));
}

static void
offer_fields(struct offer *o, const struct entity *ent, char end)
{
	for (size_t i = 0; i < ent->nfields; i++) {
		const struct field *f = ent->field[i];
		struct buf word = { 0 };

		if (f->flags & FIELD_HIDDEN)
			continue;
		buf_adds(&word, f->name);
		if (end)
			buf_addc(&word, end);
		offer(o, buf_span(&word));
		buf_release(&word);
	}
}

static void
offer_options(struct offer *o, const struct command *cmd)
{
	const struct opt *table[CLI_TABLES];
	size_t n = cli_options(cmd, table);

	for (size_t t = 0; t < n; t++)
		for (const struct opt *k = table[t]; k->name; k++) {
			struct buf word = { 0 };

			buf_addf(&word, "--%s", k->name);
			offer(o, buf_span(&word));
			buf_release(&word);
		}
}

/* Saved views: "view.NAME.filter" among the settings. */
static void
offer_views(struct call *c, struct offer *o)
{
	o->lead = "@";
	o->prefix.p++;
	o->prefix.n--;
	for (size_t i = 0; i < c->s.rc.n; i++) {
		struct span key = span(c->s.rc.entry[i].key);

		if (key.n > 12 && span_starts(key, span("view.")) &&
		    strcmp(key.p + key.n - 7, ".filter") == 0)
			offer(o, span_n(key.p + 5, key.n - 12));
	}
	o->lead = "";
}

/* The last column of "name,owner.te", which may follow references. */
static void
offer_columns(struct call *c, struct offer *o, bool sort)
{
	const char *lead = o->lead, *all = o->prefix.p;
	struct span rest = o->prefix, one = o->prefix;
	const struct entity *ent = c->ent;
	const struct field *f;
	char *before;

	while (rest.n && memchr(rest.p, ',', rest.n)) {
		span_cut(&rest, ',');
		one = rest;
	}
	while (ent && one.n && memchr(one.p, '.', one.n)) {
		f = entity_field(ent, span_cut(&one, '.'));
		ent = f && f->ref ? schema_entity(&c->s.schema, span(f->ref))
				  : NULL;
	}
	if (!ent)
		return;
	before = xasprintf("%s%.*s", lead,
	    (int)(o->prefix.n - one.n), all ? all : "");
	o->lead = before;
	o->prefix = one;
	offer_fields(o, ent, '\0');
	/* the other direction, of what is there */
	if (one.n && one.p[one.n - 1] == '-')
		one.n--;
	if (sort && entity_field(ent, one))
		offer_fields(o, ent, '-');
	o->lead = lead;
	free(before);
}

/* What may stand behind the option k. */
static void
offer_option_value(
    struct call *c, struct offer *o, const struct command *cmd,
    const struct opt *k)
{
	const struct field *f = entity_field(c->ent, span(k->name));
	/* a report has columns of its own */
	bool paths =
	    cmd->opts != opts_report || strcmp(k->name, "by") == 0;

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (strcmp(k->name, fixed[i].option) == 0) {
			offer_list(o, fixed[i].words);
			return;
		}
	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		if (strcmp(k->name, records[i].option) == 0) {
			offer_names(c, o,
			    schema_entity(
				&c->s.schema, span(records[i].entity)));
			return;
		}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (paths && strcmp(k->name, lists[i]) == 0) {
			offer_columns(c, o, strcmp(k->name, "sort") == 0);
			return;
		}
	if (f)
		offer_field_values(c, o, f);
}

/* "--sort am" and "--sort=am"; false where no value is to stand. */
static bool
offer_value(struct call *c, struct offer *o, const struct command *cmd)
{
	const struct opt *table[CLI_TABLES], *k;
	size_t n = cli_options(cmd, table);
	const char *word = c->argv[c->argc - 1];
	const char *eq = word[0] == '-' ? strchr(word, '=') : NULL;
	char *lead = NULL;

	k = c->argc > 2 ? opt_named(table, n, c->argv[c->argc - 2]) : NULL;
	if (k && (k->kind == OPT_FLAG || strchr(c->argv[c->argc - 2], '=')))
		k = NULL;
	if (!k && eq && (k = opt_named(table, n, word)) != NULL) {
		o->lead = lead = xstrndup(word, (size_t)(eq - word) + 1);
		o->prefix = span(eq + 1);
	}
	if (k)
		offer_option_value(c, o, cmd, k);
	if (lead)
		o->lead = "";
	free(lead);
	return k;
}

/* A word behind a verb: an option, a field, its value, a stage or a record. */
static void
offer_word(struct call *c, struct offer *o, const struct command *cmd,
    const char *word)
{
	size_t k = strcspn(word, ":=~");
	const struct field *f =
	    word[k] ? entity_field(c->ent, span_n(word, k)) : NULL;

	/* words of import are files, which the shell knows */
	if (offer_value(c, o, cmd) ||
	    (cmd->opts == opts_import && word[0] != '-'))
		return;
	if (word[0] == '-' && word[1] != '-')
		offer_tags(c, o, word);
	if (word[0] == '-') {
		o->prefix = span(word);
		offer_options(o, cmd);
	} else if (word[0] == '+') {
		offer_tags(c, o, word);
	} else if (word[0] == '@') {
		offer_views(c, o);
	} else if (f) {
		char *lead = xstrndup(word, k + 1);

		o->lead = lead;
		o->prefix = span(word + k + 1);
		offer_field_values(c, o, f);
		o->lead = "";
		free(lead);
	} else if (!word[k] && cmd->opts == opts_agenda) {
		offer_list(o, OFFER_DATES);
	} else if (cmd->run == verb_quote_line && c->argc == 3) {
		offer_list(o, "add set rm move list");
	} else if (!word[k]) {
		if (cmd->opts == opts_free || cmd->opts == opts_dates)
			offer_list(o, OFFER_DATES);
		if (cmd->entity && strcmp(cmd->name, "stage") == 0 &&
		    c->argc > 3)
			offer_stages(c, o);
		offer_fields(o, c->ent, cmd->flags & CMD_WRITES ? '=' : ':');
		offer_act_about(c, o, cmd);
		if (c->ent->letter)
			offer_values(c, o, c->ent, "id");
		if (*word)
			offer_names(c, o, c->ent);
	}
}

static const struct command *
named(const struct command *table, const char *name, const char *entity)
{
	for (const struct command *k = table; k->name; k++)
		if (strcmp(k->name, name) == 0 &&
		    (!k->entity || strcmp(k->entity, entity) == 0))
			return k;
	return NULL;
}

static void
offer_entity(struct call *c, struct offer *o)
{
	bool act = strcmp(c->ent->name, "act") == 0;
	const struct command *cmd = NULL;

	if (c->argc == 2) {
		const char *word = c->argv[1];

		offer_commands(o, verbs, c->ent->name);
		if (act)
			offer_act_types(c, o);
		if (!*word || strpbrk(word, "+-@:~"))
			cmd = named(verbs, "list", c->ent->name);
	} else {
		cmd = named(verbs, c->argv[1], c->ent->name);
		if (!cmd && act)
			cmd = offer_act_verb(c, c->argv[1]);
	}
	if (cmd)
		offer_word(c, o, cmd, c->argv[c->argc - 1]);
}

static void
offer_reports(struct call *c, struct offer *o)
{
	struct err ignored = { 0 };
	char **name, **title;
	size_t n;

	if (report_names(&c->s, &name, &title, &n, &ignored) == 0) {
		for (size_t i = 0; i < n; i++)
			offer(o, span(name[i]));
		report_names_free(name, title, n);
	}
	err_release(&ignored);
}

/* Most reports are of deals, and the others have fields of the same names. */
static void
offer_report(struct call *c, struct offer *o)
{
	const char *word = c->argv[c->argc - 1];

	c->ent = schema_entity(&c->s.schema, span("opp"));
	if (c->argc == 2 && word[0] != '-')
		offer_reports(c, o);
	else
		offer_word(c, o, named(commands, "report", ""), word);
}

static void
offer_crm(struct call *c, struct offer *o)
{
	if (c->argc == 2) {
		offer_commands(o, commands, NULL);
		for (size_t i = 0; i < c->s.schema.n; i++)
			if (c->s.schema.entity[i]->command)
				offer(o, span(c->s.schema.entity[i]->name));
	} else if (c->argc == 3 && strcmp(c->argv[1], "conflict") == 0) {
		offer_list(o, "list take");
	}
}

int
cmd_complete(struct call *c)
{
	struct offer o = { .lead = "" };
	const struct entity *ent;
	const char *name;
	struct err ignored = { 0 };
	int r;

	if (c->argc < 2 || session_open(&c->s, c->dir, NULL, &ignored)) {
		err_release(&ignored);
		return 0;
	}
	c->opened = true;
	name = strrchr(c->argv[0], '/');
	name = name ? name + 1 : c->argv[0];
	o.prefix = span(c->argv[c->argc - 1]);
	/* "crm opp list" is "crm-opp list" */
	ent = c->argc > 2 ? schema_entity(&c->s.schema, span(c->argv[1])) : NULL;
	if (strcmp(name, "crm") == 0 && c->argc > 2 &&
	    ((ent && ent->command) || strcmp(c->argv[1], "report") == 0)) {
		c->argv++;
		c->argc--;
		name = c->argv[0];
	} else if (strncmp(name, "crm-", 4) == 0) {
		name += 4;
	}
	c->ent = schema_entity(&c->s.schema, span(name));
	if (c->ent)
		offer_entity(c, &o);
	else if (strcmp(name, "report") == 0)
		offer_report(c, &o);
	else
		offer_crm(c, &o);
	r = emit_text(buf_span(&o.out), &c->err);
	buf_release(&o.out);
	return r;
}
