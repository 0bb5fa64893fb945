/*
 * Activities in commits: their files, read as tables.
 */
#include <string.h>

#include "crm/calendar/item.h"
#include "crm/history/history_impl.h"

/* The rows of one file, behind those that out has; one header line for all. */
static int
add_rows(struct session *s, struct repo *r, const struct oid *commit,
    const struct entity *ent, const char *path, struct buf *out,
    struct err *e)
{
	struct buf data = { 0 };
	struct span rows;
	int rc = commit->hex[0] ? repo_read(r, commit, path, &data, e) : 1;

	if (rc == 0)
		rc = entity_text(s, ent, path, &data, e);
	if (rc < 0 && commit->hex[0])
		err_prefix(e, "%.10s:", commit->hex);
	rows = buf_span(&data);
	if (rc == 0 && out->n)
		span_cut(&rows, '\n');
	if (rc == 0)
		buf_addspan(out, rows);
	buf_release(&data);
	return rc < 0 ? -1 : 0;
}

int
acts_at(struct session *s, struct repo *r, const struct oid *commit,
    const struct entity *ent, const struct paths *p, bool lax,
    struct table *t, struct err *e)
{
	struct buf all = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->n; i++) {
		rc = add_rows(s, r, commit, ent, p->v[i], &all, e);
		if (rc && lax && e->code == ERR_DATA) {
			err_release(e);
			rc = 0;
		}
	}
	if (rc == 0)
		rc = table_parse(t, ent, "calendar", &all, e);
	buf_release(&all);
	return rc < 0 ? -1 : 0;
}

bool
act_in(struct session *s, struct repo *r, const struct oid *commit,
    const struct entity *ent, const char *path, uint64_t id)
{
	struct paths one = { (char *[]){ (char *)path }, 1, 1 };
	struct err ignored = { 0 };
	struct table t = { 0 };
	bool found = acts_at(s, r, commit, ent, &one, true, &t, &ignored) ==
		0 &&
	    table_find(&t, id) != (size_t)-1;

	table_release(&t);
	err_release(&ignored);
	return found;
}
