/*
 * A calendar that a stranger sent, as ingest takes it: each item alone is a
 * calendar of that item, says nothing that is ours, and its row is text
 * without control characters; to write back what was read changes nothing.
 */
#include "base/utf8.h"
#include "crm/calendar/foreign.h"
#include "crm/entities.h"
#include "fuzz.h"

static void
check_cell(struct span cell)
{
	MUST(utf8_check(cell) == cell.n);
	for (size_t i = 0; i < cell.n; i++)
		MUST((unsigned char)cell.p[i] >= ' ' || cell.p[i] == '\n' ||
		     cell.p[i] == '\t');
}

/* The row of the item that is alone in doc. */
static void
check_row(struct calendar *cal, struct ics *doc, struct span uid)
{
	struct arena arena = { 0 };
	struct span *v =
	    arena_alloc(&arena, (cal->act->nfields + 1) * sizeof *v);
	struct item *it = NULL;
	struct err e = { 0 };
	size_t n = 0;

	if (items_of(cal, doc, doc->path, &it, &n, &e) == 0 && n == 1 &&
	    span_eq(it->uid, uid) && item_row(it, &arena, v, NULL, &e) == 0) {
		for (size_t i = 0; i < cal->act->nfields; i++)
			check_cell(v[i]);
		MUST(item_set(it, v, v, &e) == 0);
		MUST(!ics_changed(doc));
	}
	items_free(it);
	err_release(&e);
	arena_release(&arena);
}

static void
check_item(struct calendar *cal, struct foreign *f, size_t i)
{
	struct buf text = { 0 };
	struct ics doc = { 0 };

	foreign_text(f, i, &text);
	MUST(ics_parse(&doc, "calendar/a/events/f.ics", &text, NULL) == 0);
	for (size_t p = 0; p < doc.nprops; p++) {
		struct span name = doc.prop[p].name;

		MUST(doc.prop[p].comp != 1 || !span_ieqs(name, "METHOD"));
		MUST(!span_istarts(name, span("X-CRM-")));
	}
	check_row(cal, &doc, f->item[i].uid);
	ics_release(&doc);
	buf_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct schema schema;
	struct foreign f = { .stranger = true };
	struct calendar *cal;
	struct buf copy = { 0 };
	struct err e = { 0 };

	if (schema.n == 0)
		entities_builtin(&schema);
	cal = calendar_bare(schema_entity(&schema, span("act")));
	buf_add(&copy, (const char *)data, size);
	if (foreign_read(&f, "f", &copy, &e) == 0) {
		for (size_t i = 0; i < f.n; i++)
			check_item(cal, &f, i);
	} else {
		MUST(e.code == ERR_DATA);
	}
	foreign_release(&f);
	calendar_free(cal);
	buf_release(&copy);
	err_release(&e);
	return 0;
}
