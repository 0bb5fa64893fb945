/*
 * Calendar files as tables of the entity "act".
 */
#include <stdlib.h>

#include "base/mem.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/item.h"
#include "store/csvwrite.h"

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
