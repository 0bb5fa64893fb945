/* What the shell offers as a value: of a field, a tag, a record's name. */
#include <string.h>

#include "cmd/complete.h"
#include "crm/config.h"
#include "crm/query/filter.h"

void
offer_list(struct offer *o, const char *words)
{
	struct span rest = span(words);

	while (rest.n)
		offer(o, span_cut(&rest, ' '));
}

static int
offer_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct offer *o = ctx;

	(void)e;
	for (size_t i = 0; i < n; i++)
		if (cell[i].n)
			offer(o, cell[i]);
	return o->n >= OFFER_MOST;
}

void
offer_values(
    struct call *c, struct offer *o, struct entity *ent, const char *field)
{
	struct query *q = query_new(&c->s, ent);
	struct path *path;
	bool label = false;
	struct err ignored = { 0 };

	if (query_path(q, span(field), false, &path, &ignored) == 0)
		query_stream(
		    q, &path, &label, 1, offer_row, o, &ignored);
	err_release(&ignored);
	query_free(q);
}

void
offer_names(struct call *c, struct offer *o, struct entity *ent)
{
	for (size_t i = 0; i < ent->nfields; i++)
		if (ent->field[i]->flags & FIELD_NAME)
			offer_values(c, o, ent, ent->field[i]->name);
}

void
offer_stages(struct call *c, struct offer *o)
{
	struct err ignored = { 0 };
	struct config *cf;

	if (session_config(&c->s, &cf, &ignored) == 0)
		for (size_t i = 0; i < cf->nstages; i++)
			offer(o, cf->stage[i].key);
	err_release(&ignored);
}

static void
offer_choices(struct call *c, struct offer *o, const char *choices)
{
	struct span rest = span(choices);
	struct err ignored = { 0 };
	struct keyset k;

	if (choices[0] != '@') {
		while (rest.n)
			offer(o, span_cut(&rest, ';'));
		return;
	}
	if (config_keys(&c->s, choices + 1, &k, &ignored) == 0)
		for (size_t i = 0; i < k.n; i++)
			offer(o, k.key[i]);
	err_release(&ignored);
}

/* Keys of tables that a text names rows of. */
static bool
offer_keys(struct call *c, struct offer *o, const struct field *f)
{
	static const struct {
		const char *field, *entity, *key;
	} keys[] = {
		{ "terms", "term", "term" },
		{ "tax", "tax", "tax" },
		{ "shipping_tax", "tax", "tax" },
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (f->type == F_TEXT && strcmp(f->name, keys[i].field) == 0) {
			offer_values(c, o,
			    schema_entity(&c->s.schema, span(keys[i].entity)),
			    keys[i].key);
			return true;
		}
	return false;
}

/* What may stand behind "field:" or "field=". */
void
offer_field_values(struct call *c, struct offer *o, const struct field *f)
{
	struct entity *ref =
	    f->ref ? schema_entity(&c->s.schema, span(f->ref)) : NULL;
	const char *choices = query_choices(c->ent, f);

	if (offer_act_words(c, o, f) || offer_keys(c, o, f))
		return;
	if (f->type == F_DATE || f->type == F_INSTANT ||
	    f->type == F_WHEN)
		offer_list(o, OFFER_DATES);
	else if (f->type == F_STAGE)
		offer_stages(c, o);
	else if (choices)
		offer_choices(c, o, choices);
	else if (ref && strcmp(ref->name, "user") == 0) {
		offer(o, span("me"));
		offer_values(c, o, ref, "login");
		offer_values(c, o, ref, "name");
	} else if (ref)
		offer_names(c, o, ref);
}

static int
offer_tag_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct offer *o = ctx;
	struct span rest = cell[0];

	(void)n;
	(void)e;
	while (rest.n) {
		struct span tag = span_cut(&rest, ';');
		struct buf line = { 0 };

		buf_addf(&line, "\n%s%.*s\n", o->lead, SPANF(tag));
		/* once each */
		if (!o->out.n ||
		    !memmem(o->out.p, o->out.n, line.p, line.n))
			offer(o, tag);
		buf_release(&line);
	}
	return o->n >= OFFER_MOST;
}

/* Behind + or -: the computed tags and those that records have. */
void
offer_tags(struct call *c, struct offer *o, const char *word)
{
	struct query *q = query_new(&c->s, c->ent);
	char sign[2] = { word[0], '\0' };
	struct err ignored = { 0 };
	struct path *path;
	bool label = false;
	const char *tag;

	o->lead = sign;
	o->prefix = span(word + 1);
	for (size_t i = 0; (tag = filter_vtag_at(c->ent, i)) != NULL; i++)
		offer(o, span(tag));
	if (entity_field(c->ent, span("tags")) &&
	    query_path(q, span("tags"), false, &path, &ignored) == 0)
		query_stream(
		    q, &path, &label, 1, offer_tag_row, o, &ignored);
	o->lead = "";
	err_release(&ignored);
	query_free(q);
}
