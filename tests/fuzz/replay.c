/*
 * replay: runs a fuzz target over the files and folders given and prints TAP,
 * so that every input that was ever worth keeping is tried in every build.
 */
#include <fts.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same order on every machine. */
static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool
run(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL, *p;
	size_t n = 0, cap = 0, got;
	bool ok = false;

	if (!f)
		return false;
	do {
		cap = cap ? cap * 2 : 4096;
		p = realloc(data, cap);
		if (!p)
			goto out;
		data = p;
		got = fread(data + n, 1, cap - n, f);
		n += got;
	} while (n == cap);
	if (ferror(f))
		goto out;
	/* The exact size, so that a sanitizer sees reading too far. */
	p = realloc(data, n ? n : 1);
	if (!p)
		goto out;
	data = p;
	LLVMFuzzerTestOneInput(data, n);
	ok = true;
out:
	fclose(f);
	free(data);
	return ok;
}

int
main(int argc, char **argv)
{
	char *none[] = { NULL };
	int n = 0, failed = 0;
	bool ok;
	FTSENT *f;
	FTS *fts;

	fts = fts_open(
	    argc > 1 ? argv + 1 : none, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	while (fts && (f = fts_read(fts))) {
		if (f->fts_info == FTS_D || f->fts_info == FTS_DP)
			continue;
		/* A crash must come behind the name of what caused it. */
		printf("# %s\n", f->fts_path);
		fflush(stdout);
		ok = f->fts_info == FTS_F && run(f->fts_path);
		failed += !ok;
		printf("%sok %d - %s\n", ok ? "" : "not ", ++n, f->fts_path);
	}
	if (fts)
		fts_close(fts);
	printf("1..%d\n", n);
	return failed > 0;
}
