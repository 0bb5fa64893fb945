#include "crm/change/rows_in.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct tsv {
	struct span *cell;
	size_t n, cap;
	struct buf text; /* of one row, without escapes */
};

/* Adds the cell's text; a backslash before anything else stands for itself. */
static void
unescape(struct buf *out, struct span cell)
{
	for (size_t i = 0; i < cell.n; i++) {
		const char *at = i + 1 < cell.n && cell.p[i] == '\\'
				     ? strchr("tnr\\", cell.p[i + 1])
				     : NULL;

		if (at && *at) {
			buf_addc(
			    out, "\t\n\r\\"[strchr("tnr\\", *at) - "tnr\\"]);
			i++;
		} else {
			buf_addc(out, cell.p[i]);
		}
	}
}

static void
tsv_row(struct tsv *t, struct span line)
{
	size_t from = 0, start = 0;

	buf_reset(&t->text);
	t->n = 0;
	for (size_t i = 0; i <= line.n; i++) {
		if (i < line.n && line.p[i] != '\t')
			continue;
		GROW(t->cell, t->n, t->cap);
		t->cell[t->n].n = t->text.n;
		unescape(&t->text, span_n(line.p + start, i - start));
		t->cell[t->n].n = t->text.n - t->cell[t->n].n;
		t->n++;
		start = i + 1;
	}
	buf_grow(&t->text, 1);
	for (size_t i = 0; i < t->n; from += t->cell[i++].n)
		t->cell[i].p = t->text.p + from;
}

static int
read_tsv(struct span data, csv_record_fn *record, void *ctx, struct err *e)
{
	struct tsv t = { 0 };
	struct span rest = data;
	size_t line = 0;
	int r = 0;

	while (r == 0 && rest.n) {
		size_t at = (size_t)(rest.p - data.p);
		struct span one = span_cut(&rest, '\n');

		line++;
		if (one.n && one.p[one.n - 1] == '\r')
			one.n--;
		if (!one.n)
			continue;
		tsv_row(&t, one);
		r = record(
		    ctx, t.cell, t.n, line, at, (size_t)(rest.p - data.p), e);
	}
	free(t.cell);
	buf_release(&t.text);
	return r;
}

char
rows_sep(struct span data)
{
	struct span head = span_cut(&data, '\n');

	if (!head.n)
		return ',';
	return memchr(head.p, '\t', head.n) ? '\t'
	    : memchr(head.p, ';', head.n) && !memchr(head.p, ',', head.n)
	    ? ';'
	    : ',';
}

int
rows_in_by(struct span data, char sep, const char *name,
    csv_record_fn *record, void *ctx, struct err *e)
{
	struct csv_options csv = { .sep = sep };

	if (span_starts(data, span("\xef\xbb\xbf")))
		data = span_n(data.p + 3, data.n - 3);
	if (sep == '\t')
		return read_tsv(data, record, ctx, e);
	return csv_read(data, name, &csv, record, NULL, ctx, e);
}

int
rows_in(struct span data, const char *name, csv_record_fn *record, void *ctx,
    struct err *e)
{
	/* a line may be the name of a record, which has semicolons */
	return rows_in_by(data, rows_sep(data) == '\t' ? '\t' : ',', name,
	    record, ctx, e);
}
