/* What the shell offers of crm-act: types, outcomes, objectives, records. */
#include <string.h>

#include "cmd/complete.h"
#include "cmd/verbs.h"
#include "crm/calendar/calendar.h"

static struct calendar *
calendar_of(struct call *c)
{
	struct err ignored = { 0 };
	struct calendar *cal = NULL;

	if (session_calendar(&c->s, &cal, &ignored))
		cal = NULL;
	err_release(&ignored);
	return cal;
}

static bool
is_row(struct span name)
{
	for (const struct command *k = verbs; k->name; k++)
		if (span_eqs(name, k->name) &&
		    (!k->entity || strcmp(k->entity, "act") == 0))
			return true;
	return false;
}

void
offer_act_types(struct call *c, struct offer *o)
{
	struct calendar *cal = calendar_of(c);

	for (size_t i = 0; cal && i < cal->nactivities; i++)
		if (!is_row(cal->activity[i].type))
			offer(o, cal->activity[i].type);
}

const struct command *
offer_act_verb(struct call *c, const char *name)
{
	struct calendar *cal = calendar_of(c);

	if (!cal || !calendar_activity(cal, span(name)))
		return NULL;
	for (const struct command *k = verbs; k->name; k++)
		if ((k->flags & CMD_ANY) && strcmp(k->entity, "act") == 0)
			return k;
	return NULL;
}

/* Was the word a candidate before? */
static bool
is_offered(const struct offer *o, struct span word)
{
	struct span rest = buf_span(&o->out);
	size_t lead = strlen(o->lead);

	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		if (line.n == lead + word.n &&
		    span_eq(span_n(line.p + lead, word.n), word))
			return true;
	}
	return false;
}

bool
offer_act_words(struct call *c, struct offer *o, const struct field *f)
{
	bool outcome = strcmp(f->name, "outcome") == 0;
	struct calendar *cal;
	const struct activity *own;

	if (strcmp(c->ent->name, "act") != 0 ||
	    (!outcome && strcmp(f->name, "purpose") != 0))
		return false;
	cal = calendar_of(c);
	own = cal && c->argc > 1 ? calendar_activity(cal, span(c->argv[1]))
				 : NULL;
	for (size_t i = 0; cal && i < cal->nactivities; i++) {
		const struct activity *a = &cal->activity[i];
		struct span rest = outcome ? a->outcomes : a->objectives;

		while ((!own || own == a) && rest.n) {
			struct span word = span_trim(span_cut(&rest, ';'));

			if (!is_offered(o, word))
				offer(o, word);
		}
	}
	return true;
}

void
offer_act_about(struct call *c, struct offer *o, const struct command *cmd)
{
	static const char *const about[] = { "opp", "account", "contact",
		"lead" };

	if (c->argc != 3 ||
	    (cmd->opts != opts_plan && cmd->opts != opts_act_report))
		return;
	for (size_t i = 0; i < sizeof about / sizeof *about; i++)
		offer_values(c, o,
		    schema_entity(&c->s.schema, span(about[i])), "name");
}
