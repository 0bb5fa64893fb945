/*
 * rows: what a verb has found, kept until it is all there, then with the
 * columns, the order and the limit that were asked for, in any format.
 */
#ifndef CRM_CMD_ROWS_H
#define CRM_CMD_ROWS_H

#include "cmd/cli.h"
#include "crm/report/report.h"

struct rows {
	const struct emit_column *col;
	size_t ncols;
	struct span *cell; /* nrows * ncols */
	size_t ncells, cap;
	struct arena arena; /* of cells that rows_add() copies */
	const char *none; /* said to people where there are none ("": not a
			     word), or NULL */
};

/* The cells are copied. */
void rows_add(struct rows *r, const struct span *cell);

/*
 * Lets the store go and prints. 0; 1 where there are none and -e was given;
 * -1 with c->err set. Formats of ids need a column id.
 */
int rows_print(struct call *c, struct rows *r);
void rows_release(struct rows *r);

#endif
