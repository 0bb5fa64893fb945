#include "cmd/help.h"

#include <stdio.h>
#include <string.h>

#include "crm/entities.h"

/*
 * What the store that one stands in calls its deals: crmrc label.opp. Help is
 * there without a store, too, and with a broken one.
 */
static void
learn_label(struct call *c, struct buf *label)
{
	struct err ignored = { 0 };
	struct session s;
	const char *text;

	if (session_open(&s, c->dir, NULL, &ignored) == 0) {
		text = rc_get(&s.rc, "label.opp");
		buf_adds(label, text ? text : "");
		session_close(&s);
	}
	err_release(&ignored);
}

/* Adds text with "deal" and "deals" as the company calls them. */
static void
add_called(struct buf *out, const char *text, const struct buf *label)
{
	const char *at;

	while (label->n && (at = strstr(text, "deal")) != NULL) {
		bool many = at[4] == 's';
		bool ies = many && label->p[label->n - 1] == 'y';

		buf_addf(out, "%.*s%.*s%s", (int)(at - text), text,
		    (int)label->n - ies, label->p,
		    ies	   ? "ies"
		    : many ? "s"
			   : "");
		text = at + 4 + many;
	}
	buf_adds(out, text);
}

static void
help_options(struct buf *b, const struct opt *const *table, size_t n,
    const struct buf *label)
{
	for (size_t t = 0; t < n; t++)
		for (const struct opt *o = table[t]; o->name; o++) {
			char left[48];

			snprintf(left, sizeof left, "--%s%s%s", o->name,
			    o->arg ? " " : "", o->arg ? o->arg : "");
			if (o->letter)
				buf_addf(b, "  -%c, ", o->letter);
			else
				buf_adds(b, "      ");
			buf_addf(b, "%-24s ", left);
			add_called(b, o->help, label);
			buf_addc(b, '\n');
		}
}

int
help_command(struct call *c, const struct command *cmd,
    const struct opt *const *table, size_t n)
{
	struct buf b = { 0 }, label = { 0 };
	int r;

	learn_label(c, &label);
	buf_addf(&b, "usage: %s [options] %s\n", c->prog,
	    cmd->args ? cmd->args : "");
	add_called(&b, cmd->summary, &label);
	buf_adds(&b, "\n\n");
	help_options(&b, table, n, &label);
	r = emit_text(buf_span(&b), &c->err);
	buf_release(&b);
	buf_release(&label);
	return r;
}

/* Is it for this entity, which has none of that name of its own? */
static bool
is_of(const struct command *table, const struct command *k, const char *entity)
{
	if (k->entity)
		return entity && strcmp(k->entity, entity) == 0;
	for (const struct command *own = table; entity && own->name; own++)
		if (own->entity && strcmp(own->entity, entity) == 0 &&
		    strcmp(own->name, k->name) == 0)
			return false;
	return true;
}

static void
help_table(struct buf *b, const struct command *table, const char *entity,
    const struct buf *label)
{
	for (const struct command *k = table; k->name; k++)
		if (!(k->flags & CMD_HIDDEN) && is_of(table, k, entity)) {
			buf_addf(b, "  %-10s ", k->name);
			add_called(b, k->summary, label);
			buf_addc(b, '\n');
		}
}

int
help_entity(struct call *c, const struct entity *ent)
{
	struct buf b = { 0 }, label = { 0 };
	int r;

	learn_label(c, &label);
	buf_addf(&b,
	    "usage: crm-%s VERB [options] [FILTER ... | ID ... | -]\n\n",
	    ent->name);
	help_table(&b, verbs, ent->name, &label);
	buf_addf(&b,
	    "\n'crm-%s VERB --help' shows a verb's options; "
	    "crm-%s(1) is the manual.\n",
	    ent->name, ent->name);
	r = emit_text(buf_span(&b), &c->err);
	buf_release(&b);
	buf_release(&label);
	return r;
}

int
help_crm(struct call *c)
{
	struct buf b = { 0 }, label = { 0 };
	struct schema s = { 0 };
	int r;

	buf_adds(&b, "usage: crm COMMAND [options] ...\n\n");
	learn_label(c, &label);
	help_table(&b, commands, NULL, &label);
	buf_adds(&b, "\nrecords, each also as crm-NAME (crm-opp list):\n ");
	entities_builtin(&s);
	for (size_t i = 0; i < s.n; i++)
		if (s.entity[i]->command)
			buf_addf(&b, " %s", s.entity[i]->name);
	schema_release(&s);
	buf_adds(&b, "\n\nman crm is the manual, man 7 crm a tour.\n");
	r = emit_text(buf_span(&b), &c->err);
	buf_release(&b);
	buf_release(&label);
	return r;
}
