/*
 * import: foreign bytes decode to valid UTF-8 or not at all; a number or date
 * that was read from foreign text is the same when its store form is read
 * again; a header's columns never get one field twice.
 *
 * The first byte chooses the charset, the first line is a header, the other
 * lines are cells.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "crm/entities.h"
#include "crm/import/import_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
number(struct span cell, char decimal)
{
	struct dec d, again;
	char cur[4] = "", none[4] = "";
	struct buf b = { 0 };

	if (!number_read(cell, decimal, &d, cur))
		return;
	must(strlen(cur) == 0 || strlen(cur) == 3 || !strcmp(cur, "$"));
	dec_format(&b, d.value, d.scale);
	must(number_read(buf_span(&b), '.', &again, none));
	must(again.value == d.value && again.scale == d.scale && !none[0]);
	buf_release(&b);
}

static void
date(struct span cell, enum date_order order)
{
	struct date_cell d, again;
	char text[11];

	if (date_read(cell, order, &d))
		return;
	must(d.seconds >= -1 && d.seconds <= 86400);
	date_format(d.day, text);
	if (d.day >= -719162 && d.day <= 2932896)
		must(!date_read(span(text), DATES_UNSURE, &again) &&
		     again.day == d.day);
}

static void
column(struct span rest, struct arena *a)
{
	struct number_facts numbers = { 0 };
	struct date_facts dates = { 0 };
	struct err e = { 0 };
	enum date_order order;
	char decimal;
	size_t n = 0;

	while (rest.n) {
		struct span cell = span_trim(span_cut(&rest, '\n'));

		if (!cell.n)
			continue;
		number_look(&numbers, cell, ++n, a);
		date_look(&dates, cell, n, a);
		number(cell, '.');
		number(cell, ',');
		for (int o = DATES_UNSURE; o <= DATES_SERIAL; o++)
			date(cell, (enum date_order)o);
	}
	must(numbers.filled == n && numbers.bad <= n && dates.bad <= n);
	number_decide(&numbers, span("c"), 0, false, &decimal, &e);
	err_release(&e);
	date_decide(&dates, span("c"), DATES_UNSURE, &order, &e);
	err_release(&e);
}

static void
header(struct span line, struct arena *a)
{
	struct schema s = { 0 };
	struct import_options o = { .file = "f" };
	struct import_column *col = NULL;
	struct span cell[64];
	struct buf notes = { 0 };
	struct err e = { 0 };
	size_t n = 0;

	entities_builtin(&s);
	o.ent = schema_entity(&s, span("opp"));
	while (line.n && n < 64)
		cell[n++] = span_cut(&line, ',');
	if (import_map(&s, &o, cell, n, &col, a, &notes, &e) == 0) {
		for (size_t i = 0; i < n; i++)
			for (size_t k = i + 1; k < n; k++)
				must(!col[i].field ||
				     col[i].field != col[k].field);
	}
	import_columns_free(col, n);
	err_release(&e);
	buf_release(&notes);
	schema_release(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { NULL, "CP1252", "UTF-16LE",
		"MacRoman", "windows-1256", "UTF-8" };
	struct charset_text t;
	struct err e = { 0 };
	struct arena a = { 0 };
	struct span rest;

	if (size == 0)
		return 0;
	if (charset_decode(&t, "f", span_n((const char *)data + 1, size - 1),
		names[data[0] % 6], &e)) {
		must(e.code == ERR_DATA);
		err_release(&e);
		return 0;
	}
	must(utf8_check(t.text) == t.text.n);
	must(!t.text.n || !memchr(t.text.p, '\0', t.text.n));
	rest = t.text;
	header(span_cut(&rest, '\n'), &a);
	column(rest, &a);
	charset_release(&t);
	arena_release(&a);
	return 0;
}
