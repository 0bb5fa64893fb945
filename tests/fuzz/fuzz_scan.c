/*
 * scan: all methods of the scanner accept the same files, with the same cells
 * and messages, and what they accept libcsv reads the same way.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/csvfile.h"
#include "store/scan_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

struct check {
	const struct scan *s;
	size_t records;
};

static int
same_record(void *ctx, const struct span *cell, size_t n, size_t line,
    size_t at, size_t end, struct err *e)
{
	struct check *c = ctx;
	const struct span *row;
	size_t i, r = c->records++;

	(void)line, (void)e;
	must(r <= c->s->nrows && n == c->s->nheader);
	row = r == 0 ? c->s->header : c->s->cell + (r - 1) * n;
	for (i = 0; i < n; i++)
		must(span_eq(row[i], cell[i]));
	if (r > 0)
		must(c->s->row_at[r - 1] == at && c->s->row_at[r] == end);
	return 0;
}

static void
same_as_libcsv(const struct scan *s, struct span data)
{
	struct csv_options o = { .sep = ',', .max_fields = SIZE_MAX };
	struct check c = { .s = s };
	struct span body = data;
	uint64_t *at = s->row_at;
	size_t bom = span_starts(data, span("\xef\xbb\xbf")) ? 3 : 0, i;

	body.p += bom;
	body.n -= bom;
	for (i = 0; i <= s->nrows; i++)
		at[i] -= at[i] ? bom : 0;
	must(csv_read(body, "f", &o, same_record, NULL, &c, NULL) == 0);
	must(c.records == s->nrows + (body.n > 0));
	for (i = 0; i <= s->nrows; i++)
		at[i] += bom;
}

static void
same_scan(const struct scan *a, const struct scan *b)
{
	size_t i;

	must(a->nrows == b->nrows && a->ncells == b->ncells);
	for (i = 0; i < a->nrows * a->ncells; i++)
		must(span_eq(a->cell[i], b->cell[i]));
	for (i = 0; i <= a->nrows; i++)
		must(a->row_at[i] == b->row_at[i]);
}

static void
compare(struct span data, const struct span *want, size_t nwant)
{
	static const char *const modes[] = { "sse2", "avx2", "avx512" };
	const struct scan_kernel *exact = scan_kernel_named("portable"), *k;
	struct scan a = { 0 }, b = { 0 };
	struct err ea = { 0 }, eb = { 0 };
	size_t i;
	int ret;

	ret = scan_file_with(exact, &a, "f", data, want, nwant, SCAN_ROWS, &ea);
	for (i = 0; i < 2; i++) {
		k = scan_kernel_named(modes[i]);
		if (!k)
			continue;
		must(scan_file_with(
			 k, &b, "f", data, want, nwant, SCAN_ROWS, &eb) == ret);
		if (ret == 0)
			same_scan(&a, &b);
		else
			must(strcmp(ea.msg, eb.msg) == 0);
	}
	if (ret == 0 && nwant == a.nheader)
		same_as_libcsv(&a, data);
	err_release(&ea);
	err_release(&eb);
	scan_release(&a);
	scan_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_n((const char *)data, size), *want;
	struct scan s = { 0 };
	size_t i, n;

	/* The header is known even where the rows are bad. */
	scan_file(&s, "f", in, NULL, 0, 0, NULL);
	n = s.nheader;
	want = xcalloc(n + 2, sizeof *want);
	for (i = 0; i < n; i++)
		want[i] = s.header[i];
	compare(in, want, n);
	/* Reversed, one absent and one twice. */
	for (i = 0; i < n; i++)
		want[i] = s.header[n - 1 - i];
	want[n] = n > 0 ? want[0] : span("");
	want[n + 1] = span("absent");
	compare(in, want, n + 2);
	free(want);
	scan_release(&s);
	return 0;
}
