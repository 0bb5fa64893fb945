#include "cmd/sheet.h"

int
sheet_open(struct sheet *t, const char *title, const char *foot,
    const struct emit_column *col, size_t n)
{
	/* no note of what has no room: -c chooses columns of the record */
	struct emit_options o = { .format = t->c->format, .title = title,
		.foot = foot, .ranked = t->ranked, .lean = true };

	return emit_text(span("\n"), &t->c->err) ||
		emit_open(&t->em, &o, col, n, &t->c->err)
	    ? -1
	    : 0;
}

int
sheet_row(struct sheet *t, const struct span *cell, size_t n)
{
	if (emit_row(t->em, cell, n, &t->c->err) == 0)
		return 0;
	emit_drop(t->em);
	t->em = NULL;
	return -1;
}

int
sheet_close(struct sheet *t)
{
	return emit_close(t->em, NULL, &t->c->err);
}
