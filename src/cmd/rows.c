/* Rows in memory, as they were asked for. */
#include "cmd/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/own.h"

void
rows_add(struct rows *r, const struct span *cell)
{
	for (size_t i = 0; i < r->ncols; i++) {
		GROW(r->cell, r->ncells, r->cap);
		r->cell[r->ncells++] = arena_span(&r->arena, cell[i]);
	}
}

void
rows_release(struct rows *r)
{
	free(r->cell);
	arena_release(&r->arena);
	memset(r, 0, sizeof *r);
}

static int
print(struct call *c, const struct rows *rows, const struct emit_options *o,
    const struct report_result *r)
{
	struct emit_column *col = xcalloc(r->ncols + 1, sizeof *col);
	struct emit *em;
	int ret;

	for (size_t i = 0; i < r->ncols; i++)
		for (size_t k = 0; k < rows->ncols; k++)
			if (strcmp(rows->col[k].name, r->col[i].name) == 0)
				col[i] = rows->col[k];
	for (size_t i = 0; !emit_is_machine(o) && i < r->ncols; i++)
		if (col[i].type == F_INSTANT || col[i].type == F_WHEN)
			col[i].labels.zone = session_own(&c->s)->zone;
	ret = emit_open(&em, o, col, r->ncols, &c->err);
	free(col);
	if (ret)
		return -1;
	for (size_t i = 0; ret == 0 && i < r->nrows; i++)
		ret = emit_row(em, r->cell + i * r->ncols, r->ncols, &c->err);
	return emit_end(em, ret, NULL, &c->err);
}

int
rows_print(struct call *c, struct rows *rows)
{
	struct emit_options o = { .format = c->format, .note = &c->s.notes,
		.chosen = c->columns != NULL, .porcelain = c->porcelain };
	struct report_result r = { .ncols = rows->ncols, .cell = rows->cell,
		.nrows = rows->ncells / rows->ncols };
	bool none = r.nrows == 0;
	int ret = -1;

	if (!emit_is_machine(&o))
		session_own(&c->s); /* while it can be read */
	session_unlock(&c->s);
	r.col = arena_alloc(&r.arena, r.ncols * sizeof *r.col);
	for (size_t i = 0; i < r.ncols; i++)
		r.col[i].name = rows->col[i].name;
	if (report_shape(&r, emit_wants_ids(&o) ? "id" : c->columns, c->sort,
		(size_t)c->limit, &c->err))
		goto out;
	if (none && rows->none && !emit_is_machine(&o) && !c->format) {
		if (*rows->none)
			cli_say(c, "%s", rows->none);
		ret = 0;
	} else {
		ret = print(c, rows, &o, &r);
	}
	if (ret == 0 && none && c->fail_empty)
		ret = 1;
out:
	arena_release(&r.arena);
	return ret;
}
