/*
 * Calendar files as tables of the entity "act".
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/item.h"
#include "store/csvwrite.h"
#include "store/scan.h"
#include "store/view.h"

void
act_header(const struct calendar *cal, struct buf *out)
{
	const struct entity *act = cal->act;
	const char *sep = "";

	for (size_t i = 0; i < act->nfields; i++) {
		if (act->field[i]->flags & FIELD_VIRTUAL)
			continue;
		buf_adds(out, sep);
		csv_cell(out, span(act->field[i]->name), ',');
		sep = ",";
	}
	buf_addc(out, '\n');
}

static void
row(const struct entity *act, const struct span *value, struct buf *out)
{
	const char *sep = "";

	for (size_t i = 0; i < act->nfields; i++) {
		if (act->field[i]->flags & FIELD_VIRTUAL)
			continue;
		buf_adds(out, sep);
		csv_cell(out, value[i], ',');
		sep = ",";
	}
	buf_addc(out, '\n');
}

/* --- links of what lost its own ------------------------------------------ */

bool
item_has_own(const struct item *it)
{
	size_t p = ICS_NONE;

	while ((p = ics_find(it->doc, it->comp, NULL, p)) != ICS_NONE)
		if (span_istarts(it->doc->prop[p].name, span("X-CRM-")))
			return true;
	return false;
}

enum { ID, LINKS = 5 };
static const char *const link_cols[LINKS + 1] = { "id", "account", "contact",
	"lead", "opp", "campaign" };

/* A file of act-links: true where it has the id; its cells into value. */
static bool
link_in(struct calendar *cal, const char *path, struct span id,
    struct arena *arena, struct span *value)
{
	struct span want[LINKS + 1];
	struct scan s = { 0 };
	struct buf text = { 0 };
	struct err ignored = { 0 };
	bool found = false;
	int r = cal->s->view
	    ? view_read(cal->s->view, path, &text, &ignored)
	    : file_read(cal->s->dirfd, path, 0, &text, NULL, &ignored);

	for (size_t i = 0; i <= LINKS; i++)
		want[i] = span(link_cols[i]);
	if (r == 0 && memmem(text.p, text.n, id.p, id.n))
		r = scan_file(&s, path, buf_span(&text), want, LINKS + 1, 0,
		    &ignored);
	else
		r = -1;
	for (size_t i = 0; r == 0 && i < s.nrows && !found; i++) {
		const struct span *cell = s.cell + i * s.ncells;

		found = span_eq(cell[ID], id);
		for (size_t k = 1; found && k <= LINKS; k++) {
			const struct field *f =
			    entity_field(cal->act, span(link_cols[k]));

			value[f->index] = arena_span(arena, cell[k]);
		}
	}
	err_release(&ignored);
	scan_release(&s);
	buf_release(&text);
	return found;
}

/* Another program took them off, and no writer has healed it yet. */
static void
fall_back(struct item *it, struct arena *arena, struct span *value)
{
	const struct entity *link = it->cal->link;
	char path[3][PATH_CAP];
	int n;

	if (it->copy || !link || item_has_own(it))
		return;
	n = entity_paths(link, act_id(it->uid), path);
	for (int i = 0; i < n; i++)
		if (link_in(it->cal, path[i], act_cell(it->cal, value, "id"),
			arena, value))
			return;
}

int
act_rows(struct calendar *cal, const char *path, struct buf *data,
    struct act_rows *out, struct err *e)
{
	struct ics doc = { 0 };
	struct arena arena = { 0 };
	struct item *it = NULL;
	struct span *value = xcalloc(cal->act->nfields + 1, sizeof *value);
	size_t n = 0;
	int r = ics_parse(&doc, path, data, e);

	if (r == 0)
		r = items_of(cal, &doc, path, &it, &n, e);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = item_row(&it[i], &arena, value, out->flaws, e);
		if (r == 0)
			fall_back(&it[i], &arena, value);
		if (r == 0)
			row(cal->act, value,
			    it[i].copy ? out->copies : out->rows);
	}
	free(it);
	free(value);
	arena_release(&arena);
	ics_release(&doc);
	return r;
}

static int
act_table(struct calendar *cal, const char *path, struct buf *data,
    struct err *e)
{
	struct buf text = { 0 }, others = { 0 };
	struct act_rows out = { .rows = &text, .copies = &others };
	int r;

	act_header(cal, &text);
	r = act_rows(cal, path, data, &out, e);
	buf_reset(data);
	if (r == 0)
		buf_addspan(data, buf_span(&text));
	buf_release(&text);
	buf_release(&others);
	return r;
}

int
entity_text(struct session *s, const struct entity *ent, const char *path,
    struct buf *data, struct err *e)
{
	struct calendar *cal;
	struct cal_path p;

	if (ent->layout != LAYOUT_CALENDAR || !data->n)
		return 0;
	if (session_calendar(s, &cal, e))
		return -1;
	if (calendar_path(span(path), &p) && p.gz &&
	    archive_unpack(path, data, e))
		return -1;
	return act_table(cal, path, data, e);
}
