#include <string.h>

#include "crm/query/filter_impl.h"

/*
 * Tags that are computed: upper case, so that they never clash with what
 * people call things. Each stands for filter text; a new one is a row. Without
 * an entity it is for all that have the field which `needs` names.
 */
static const struct {
	const char *name, *entity, *needs, *filter;
} vtags[] = {
	{ "OPEN", "opp", NULL, "state:open" },
	{ "WON", "opp", NULL, "state:won" },
	{ "LOST", "opp", NULL, "state:lost" },
	{ "HOLD", "opp", NULL, "state:hold" },
	{ "CANCELLED", "opp", NULL, "state:cancelled" },
	{ "CLOSED", "opp", NULL, "state:won,lost,cancelled" },
	{ "OVERDUE", "opp", NULL, "state:open close:..yesterday" },
	{ "CLOSING", "opp", NULL, "state:open close:month" },
	{ "OPEN", "lead", NULL, "state:open" },
	{ "CLOSED", "lead", NULL, "state:closed,converted" },
	{ "CONVERTED", "lead", NULL, "state:converted" },
	{ "OPEN", "act", NULL, "state:planned" },
	{ "DONE", "act", NULL, "state:done" },
	{ "CANCELLED", "act", NULL, "state:cancelled" },
	{ "OVERDUE", "act", NULL, "standing:overdue" },
	{ "TODAY", "act", NULL, "when:today" },
	{ "WEEK", "act", NULL, "when:week" },
	{ "OPEN", "quote", NULL, "state:draft,issued,sent" },
	{ "EXPIRED", "quote", NULL, "state:issued,sent standing:expired" },
	{ "DUE", "quote", NULL, "standing:due,expiring" },
	{ "APPROVE", "quote", NULL,
	    "state:draft,issued,sent,accepted approval:missing" },
	{ "MINE", NULL, "owner", "owner:me" },
	{ "NOOWNER", NULL, "owner", "owner:" },
};

const char *
filter_vtag(const struct entity *ent, struct span name, bool *other)
{
	*other = false;
	for (size_t i = 0; i < sizeof vtags / sizeof *vtags; i++) {
		if (!span_eqs(name, vtags[i].name))
			continue;
		if (vtags[i].entity
			? strcmp(vtags[i].entity, ent->name) == 0
			: entity_field(ent, span(vtags[i].needs)) != NULL)
			return vtags[i].filter;
		*other = true;
	}
	return NULL;
}

bool
filter_is_vtag(struct span name)
{
	for (size_t i = 0; i < sizeof vtags / sizeof *vtags; i++)
		if (span_eqs(name, vtags[i].name))
			return true;
	return false;
}

const char *
filter_vtag_at(const struct entity *ent, size_t i)
{
	bool other;

	for (size_t k = 0; k < sizeof vtags / sizeof *vtags; k++)
		if ((!vtags[k].entity ||
			strcmp(vtags[k].entity, ent->name) == 0) &&
		    filter_vtag(ent, span(vtags[k].name), &other) && i-- == 0)
			return vtags[k].name;
	return NULL;
}

static int
one_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	(void)cell;
	(void)n;
	(void)e;
	*(bool *)ctx = true;
	return 1;
}

int
filter_tag_used(struct session *s, struct entity *ent, struct span tag,
    bool *used, struct err *e)
{
	struct query *q = query_new(s, ent);
	struct buf term = { 0 };
	struct path *path;
	bool label = false;
	char *word;
	int r = -1;

	*used = false;
	buf_adds(&term, "tags:");
	for (size_t i = 0; i < tag.n; i++)
		buf_addf(&term, "%s%c",
		    tag.p[i] == ',' || tag.p[i] == '\\' ? "\\" : "", tag.p[i]);
	word = term.p;
	if (!entity_field(ent, span("tags")))
		r = 0;
	else if (query_filter(q, &word, 1, e) == 0 &&
	    query_path(q, span("tags"), false, &path, e) == 0)
		r = query_stream(q, &path, &label, 1, one_row, used, e);
	buf_release(&term);
	query_free(q);
	return r < 0 ? -1 : 0;
}

static bool
in_capitals(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] < 'A' || name.p[i] > 'Z')
			return false;
	return name.n > 1;
}

static int
no_vtag(const struct entity *ent, struct span name, struct err *e)
{
	struct nearest near = { 0 };
	struct buf b = { 0 };
	bool other;

	for (size_t i = 0; i < sizeof vtags / sizeof *vtags; i++)
		if (filter_vtag(ent, span(vtags[i].name), &other))
			nearest_add(&near, name, span(vtags[i].name));
	nearest_text(&near, &b);
	err_set(e, ERR_USAGE,
	    "%s has no tag '%.*s'%s; one of your own that none has yet is "
	    "sought by tags:%.*s",
	    ent->name, SPANF(name), b.n ? b.p : "", SPANF(name));
	buf_release(&b);
	return -1;
}

int
filter_tag_check(
    struct session *s, struct entity *ent, struct span name, struct err *e)
{
	char up[16] = "";
	bool capitals = in_capitals(name), other, used;

	for (size_t i = 0; i < name.n && i < sizeof up - 1; i++)
		up[i] = name.p[i] >= 'a' && name.p[i] <= 'z'
		    ? (char)(name.p[i] - 'a' + 'A')
		    : name.p[i];
	if (!capitals &&
	    (name.n >= sizeof up || !filter_vtag(ent, span(up), &other)))
		return 0;
	if (filter_tag_used(s, ent, name, &used, e))
		return -1;
	if (used)
		return 0;
	if (capitals)
		return no_vtag(ent, name, e);
	buf_addf(&s->notes,
	    "no %s has the tag '%.*s'; the computed one is +%s\n",
	    ent->label ? ent->label : ent->name, SPANF(name), up);
	return 0;
}
