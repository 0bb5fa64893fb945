/* nasty: calls a function for every file of the collected bad CSV. */
#ifndef CRM_TEST_NASTY_H
#define CRM_TEST_NASTY_H

#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/span.h"

/* False where the collection ($CRM_DATA, else ../shared/data) is not here. */
static bool
nasty_each(void (*fn)(const char *path, struct span data, void *ctx), void *ctx)
{
	const char *dir = getenv("CRM_DATA");
	char *root = xasprintf("%s/nasty-csv", dir ? dir : "../shared/data");
	char *roots[] = { root, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	struct buf b = { 0 };
	bool any = false;
	FTSENT *f;
	FILE *in;
	size_t n;

	while (fts && (f = fts_read(fts))) {
		if (f->fts_info != FTS_F)
			continue;
		in = fopen(f->fts_path, "rb");
		if (!in)
			continue;
		buf_reset(&b);
		do {
			buf_grow(&b, 1 << 16);
			n = fread(b.p + b.n, 1, 1 << 16, in);
			b.n += n;
		} while (n > 0);
		fclose(in);
		fn(f->fts_path, buf_span(&b), ctx);
		any = true;
	}
	if (fts)
		fts_close(fts);
	buf_release(&b);
	free(root);
	return any;
}

#endif
