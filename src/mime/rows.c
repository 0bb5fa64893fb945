#include "mime/rows.h"

#include <stdio.h>

#include "store/csvwrite.h"

void
row_add(struct buf *out, const char *what, const char *name, struct span value)
{
	struct span cell[] = { span(what), span(name), value, span(""),
		span("") };

	csv_row(out, cell, sizeof cell / sizeof *cell, ',');
}

void
row_attachment(struct buf *out, struct span name, const char *file,
    const char *type, size_t size)
{
	char n[24];

	snprintf(n, sizeof n, "%zu", size);
	struct span cell[] = { span("attachment"), name, span(file), span(type),
		span(n) };
	csv_row(out, cell, sizeof cell / sizeof *cell, ',');
}
