/*
 * csv: rows that we write are read back as the same cells, by the scanner and
 * by libcsv; and libcsv reading foreign bytes reports every part of them once.
 *
 * The input is the separator, the width and then cells that end in \1.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/csvfile.h"
#include "store/csvwrite.h"
#include "store/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

struct table {
	struct span *cell;
	size_t n, cap, width, seen, at;
};

static int
same_record(void *ctx, const struct span *cell, size_t n, size_t line,
    size_t at, size_t end, struct err *e)
{
	struct table *t = ctx;
	size_t i;

	(void)line, (void)e;
	must(n == t->width && t->seen + n <= t->n && at == t->at && end > at);
	for (i = 0; i < n; i++)
		must(span_eq(cell[i], t->cell[t->seen++]));
	t->at = end;
	return 0;
}

static int
any_record(void *ctx, const struct span *cell, size_t n, size_t line, size_t at,
    size_t end, struct err *e)
{
	struct table *t = ctx;

	(void)e;
	must(n > 0 && cell[n - 1].p && line > 0 && at >= t->at && end > at);
	t->at = end;
	return 0;
}

static int
any_bad(void *ctx, size_t line, size_t col, const char *what, size_t at,
    size_t end, struct err *e)
{
	struct table *t = ctx;

	(void)e;
	must(line > 0 && col > 0 && *what && at >= t->at && end > at);
	t->at = end;
	return 0;
}

static void
foreign(struct span data)
{
	struct csv_options o = { .max_cell = 100, .max_fields = 20 };
	int lazy, i;

	for (lazy = 0; lazy < 2; lazy++) {
		for (i = 0; i < 4; i++) {
			struct table t = { 0 };

			o.sep = ",;\t|"[i];
			o.lazy_quotes = lazy;
			must(csv_read(data, "f", &o, any_record, any_bad, &t,
				 NULL) == 0);
			must(t.at <= data.n);
		}
	}
	csv_sniff(data);
}

static void
own(struct table *t, char sep)
{
	struct csv_options o = { .sep = sep, .max_fields = SIZE_MAX };
	struct buf head = { 0 }, rows = { 0 }, names = { 0 };
	struct span *want = xcalloc(t->width, sizeof *want);
	struct scan s = { 0 };
	size_t i;

	/* Names are as long as each other: their place is known at once. */
	for (i = 0; i < t->width; i++)
		buf_addf(&names, "%04zu", i);
	for (i = 0; i < t->width; i++)
		want[i] = span_n(names.p + 4 * i, 4);
	csv_row(&head, want, t->width, sep);
	for (i = 0; i + t->width <= t->n; i += t->width)
		csv_row(&rows, t->cell + i, t->width, sep);
	t->n = i;
	must(csv_read(buf_span(&rows), "f", &o, same_record, NULL, t, NULL) ==
	     0);
	must(t->seen == t->n);
	if (sep == ',') {
		buf_addspan(&head, buf_span(&rows));
		must(scan_file(&s, "f", buf_span(&head), want, t->width, 0,
			 NULL) == 0);
		must(s.nrows * t->width == t->n);
		for (i = 0; i < t->n; i++)
			must(span_eq(s.cell[i], t->cell[i]));
	}
	scan_release(&s);
	free(want);
	buf_release(&head);
	buf_release(&rows);
	buf_release(&names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_n((const char *)data, size);
	struct table t = { 0 };

	foreign(in);
	if (size < 2)
		return 0;
	t.width = 1 + data[1] % 32;
	in = span_n((const char *)data + 2, size - 2);
	/* NUL is refused by all readers, and never gets as far as a writer. */
	while (in.n > 0 && !memchr(in.p, '\0', in.n)) {
		GROW(t.cell, t.n, t.cap);
		t.cell[t.n++] = span_cut(&in, '\1');
	}
	own(&t, ",;\t|"[data[0] % 4]);
	free(t.cell);
	return 0;
}
