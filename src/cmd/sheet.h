/* sheet: a table for people among others, with a title: parts of what is shown. */
#ifndef CRM_CMD_SHEET_H
#define CRM_CMD_SHEET_H

#include "cmd/cli.h"

struct sheet {
	struct call *c;
	struct emit *em;
	bool ranked; /* of its columns the last says least */
};

/*
 * Begins one below an empty line; foot, a line below it, or NULL. Each returns
 * 0, or -1 with the error of the call; nothing is left open then.
 */
int sheet_open(struct sheet *t, const char *title, const char *foot,
    const struct emit_column *col, size_t n);
int sheet_row(struct sheet *t, const struct span *cell, size_t n);
int sheet_close(struct sheet *t);

#endif
