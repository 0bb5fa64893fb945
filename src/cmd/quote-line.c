/*
 * crm-quote line: the lines of a quote: add, set, rm, move, list. A line is
 * named by its place, which show prints, its id, or its SKU.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/quote.h"
#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/change/resolve.h"
#include "crm/change/rows_in.h"
#include "crm/trade/quote_lines.h"
#include "store/charset.h"
#include "store/id.h"

/* A quote has some hundred lines; a pipe may bring more. */
#define STDIN_MAX ((size_t)64 << 20)

struct lines {
	struct call *c;
	struct changes *ch;
	const struct entity *ent; /* of lines */
	uint64_t id;
	struct record quote;
	char **column; /* of a pipe */
	size_t ncolumns, skipped; /* lines in front of the header */
	char decimal;
};

/* The quote, in a change; from here on messages are about lines. */
static int
begin(struct lines *l)
{
	struct call *c = l->c;
	int r;

	if (cli_changes(c, &l->ch))
		return -1;
	r = change_load(l->ch, c->ent, l->id, &l->quote, &c->err);
	if (r)
		return r < 0 ? -1 : err_set(&c->err, ERR_NOENT, "no such quote");
	c->ent = schema_entity(&c->s.schema, span("quote-line"));
	l->ent = c->ent;
	return 0;
}

static int
finish(struct lines *l, const char *verb)
{
	/* what of the whole goes by its sum */
	if (strcmp(verb, "move") != 0 &&
	    quote_offs(l->ch, &l->quote, &l->c->err))
		return -1;
	return quote_settle(l->c, l->ch, l->id)
	    ? -1
	    : cli_commit(l->c, l->ch, verb);
}

/* --- add ----------------------------------------------------------------- */

static int
set_product(struct lines *l, struct record *line, struct span word)
{
	struct call *c = l->c;
	const struct entity *ent =
	    schema_entity(&c->s.schema, span("product"));
	char text[ID_LEN + 1];
	uint64_t id;

	if (resolve_one(&c->s, ent, word, c->ids_only, &id, &c->err)) {
		if (c->err.code == ERR_NOENT)
			err_suffix(&c->err,
			    "; what is no product is named by name=...");
		return -1;
	}
	id_unpack(id, text);
	record_put(line, "product", arena_span(&l->ch->arena, span(text)));
	return 0;
}

static struct record
new_line(struct lines *l)
{
	struct record empty = { .ent = l->ent };

	return change_copy(l->ch, &empty);
}

/* "x12" or "12". */
static bool
is_quantity(const char *w, struct span *out)
{
	struct dec d;

	*out = span(*w == 'x' || *w == 'X' ? w + 1 : w);
	return dec_parse(*out, &d);
}

static int
add_words(struct lines *l, int argc, char **argv)
{
	struct record line = new_line(l);
	struct call *c = l->c;
	struct span quantity;
	int n = 0, words;

	while (n < argc && !cli_is_assignment(c, argv[n]))
		n++;
	words = n;
	for (int i = n; i < argc; i++)
		if (!cli_is_assignment(c, argv[i]))
			return err_set(&c->err, ERR_USAGE,
			    "'%s' stands behind an assignment", argv[i]);
	if (words > 2 ||
	    (words == 2 && !is_quantity(argv[1], &quantity)))
		return err_set(&c->err, ERR_USAGE,
		    "'%s' is not understood; it is SKU xN field=value ...",
		    argv[words > 2 ? 2 : 1]);
	if (words && set_product(l, &line, span(argv[0])))
		return -1;
	if (words == 2 &&
	    assign_one(c, l->ch, &line, span("quantity"), quantity))
		return -1;
	if (assign_words(c, l->ch, &line, argv + n, argc - n))
		return -1;
	return quote_line_add(l->ch, &l->quote, &line, &c->err);
}

/* --- rows on stdin ------------------------------------------------------- */

static int
take_header(struct lines *l, const struct span *cell, size_t n)
{
	struct call *c = l->c;

	l->column = xcalloc(n + 1, sizeof *l->column);
	l->ncolumns = n;
	for (size_t i = 0; i < n; i++) {
		struct span name = span_trim(cell[i]);
		const struct field *f = entity_field(l->ent, name);

		if (span_ieqs(name, "qty"))
			f = entity_field(l->ent, span("quantity"));
		if (!f || f->flags & (FIELD_AUTO | FIELD_VIRTUAL))
			return err_set(&c->err, ERR_DATA,
			    "stdin:%zu: a line has no '%.*s'; the first row "
			    "names the columns: sku,quantity,price,discount,"
			    "name ...", 1 + l->skipped, SPANF(name));
		l->column[i] = span_dup(span(f->name));
	}
	return 0;
}

static int
take_row(void *ctx, const struct span *cell, size_t n, size_t at_line,
    size_t at, size_t end, struct err *e)
{
	struct lines *l = ctx;
	struct call *c = l->c;
	struct record line;
	size_t filled = 0;
	int r = 0;

	(void)at;
	(void)end;
	(void)e;
	if (!l->column)
		return take_header(l, cell, n);
	for (size_t i = 0; i < n; i++)
		filled += span_trim(cell[i]).n > 0;
	if (filled == 0)
		return 0; /* ";;;", which spreadsheets leave at the end */
	line = new_line(l);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct span v = span_trim(cell[i]);

		if (i >= l->ncolumns) {
			r = err_set(&c->err, ERR_DATA,
			    "more cells than columns");
			break;
		}
		if (!v.n)
			continue;
		/* a sku is that of a product, unless the row names itself */
		if (strcmp(l->column[i], "sku") == 0)
			r = set_product(l, &line, v);
		else
			r = assign_cell(c, l->ch, &line, span(l->column[i]),
			    v, l->decimal);
	}
	if (r == 0)
		r = quote_line_add(l->ch, &l->quote, &line, &c->err);
	return r ? err_prefix(&c->err, "stdin:%zu: ",
		       at_line + l->skipped)
		 : 0;
}

static int
add_rows(struct lines *l)
{
	struct call *c = l->c;
	struct buf data = { 0 };
	struct charset_text t = { 0 };
	char sep;
	int r = cli_read(c, "-", STDIN_MAX, &data);

	if (r == 0)
		r = charset_decode(
		    &t, "stdin", buf_span(&data), NULL, &c->err);
	if (r && c->err.code == ERR_DATA)
		err_suffix(&c->err, "; iconv makes UTF-8 of what is piped");
	l->skipped = t.lines;
	sep = rows_sep(t.text);
	l->decimal = sep == ';' ? ',' : '.';
	if (r == 0)
		r = rows_in_by(
		    t.text, sep, "stdin", take_row, l, &c->err);
	charset_release(&t);
	for (size_t i = 0; i < l->ncolumns; i++)
		free(l->column[i]);
	free(l->column);
	buf_release(&data);
	return r;
}

static int
line_add(struct lines *l, int argc, char **argv)
{
	bool rows = argc == 1 && strcmp(argv[0], "-") == 0;

	if (argc == 0)
		return err_set(&l->c->err, ERR_USAGE,
		    "which product? crm-quote line add QUOTE SKU xN, "
		    "name='...' price=..., or - for rows on stdin");
	if (begin(l) || (rows ? add_rows(l) : add_words(l, argc, argv)))
		return -1;
	return finish(l, "add");
}

/* --- set, rm, move ------------------------------------------------------- */

static int
line_set(struct lines *l, int argc, char **argv)
{
	struct call *c = l->c;
	const struct doc_line *old;
	struct doc d = { 0 };
	struct record after;
	int r = -1;

	if (argc < 2)
		return err_set(&c->err, ERR_USAGE,
		    "which line, and what of it? crm-quote line set QUOTE "
		    "LINE field=value ...");
	for (int i = 1; i < argc; i++)
		if (!cli_is_assignment(c, argv[i]))
			return err_set(&c->err, ERR_USAGE,
			    "'%s' is no field=value", argv[i]);
	if (begin(l) || quote_rows(c, l->ch, l->id, &d))
		goto out;
	old = quote_line(c, &d, argv[0]);
	if (!old)
		goto out;
	after = change_copy(l->ch, &old->r);
	if (assign_words(c, l->ch, &after, argv + 1, argc - 1) == 0 &&
	    quote_line_set(l->ch, &l->quote, &old->r, &after, &c->err) == 0)
		r = 0;
out:
	doc_release(&d);
	return r ? -1 : finish(l, "set");
}

static int
line_rm(struct lines *l, int argc, char **argv)
{
	struct call *c = l->c;
	struct doc d = { 0 };
	int r;

	if (argc == 0)
		return err_set(&c->err, ERR_USAGE,
		    "which lines? crm-quote line rm QUOTE LINE ...");
	r = begin(l) || quote_rows(c, l->ch, l->id, &d) ? -1 : 0;
	for (int i = 0; r == 0 && i < argc; i++) {
		const struct doc_line *old = quote_line(c, &d, argv[i]);

		r = old ? quote_line_remove(l->ch, &old->r, &c->err) : -1;
	}
	doc_release(&d);
	return r ? -1 : finish(l, "rm");
}

static int64_t
position(const struct doc *d, size_t i)
{
	int64_t at = 0;

	(void)span_int(record_get(&d->line[i].r, "position"), &at);
	return at;
}

static int
put_position(struct lines *l, const struct record *line, int64_t at)
{
	struct record after = change_copy(l->ch, line);

	record_put(&after, "position",
	    arena_printf(&l->ch->arena, "%lld", (long long)at));
	return change_apply(l->ch, line, &after, 0, &l->c->err);
}

/*
 * From one place to another, both from 0. It takes a position between its new
 * neighbours; where there is none, all are numbered anew.
 */
static int
move_line(struct lines *l, const struct doc *d, size_t from, size_t to)
{
	size_t below = to < from ? to : to + 1; /* the one to stand before */
	int64_t lo = below ? position(d, below - 1) : 0;
	int64_t hi = below < d->nlines ? position(d, below) : lo + 20;
	int64_t at = 10;

	if (from == to)
		return 0;
	if (hi - lo > 1)
		return put_position(l, &d->line[from].r, lo + (hi - lo) / 2);
	for (size_t i = 0; i <= d->nlines; i++) {
		if (i == below) {
			if (put_position(l, &d->line[from].r, at))
				return -1;
			at += 10;
		}
		if (i == from || i == d->nlines)
			continue;
		if (put_position(l, &d->line[i].r, at))
			return -1;
		at += 10;
	}
	return 0;
}

static int
line_move(struct lines *l, int argc, char **argv)
{
	struct call *c = l->c;
	const struct doc_line *from, *to;
	struct doc d = { 0 };
	int r = -1;

	if (argc != 2)
		return err_set(&c->err, ERR_USAGE,
		    "which line, and where to? crm-quote line move QUOTE LINE "
		    "PLACE");
	if (begin(l) || quote_rows(c, l->ch, l->id, &d))
		goto out;
	from = quote_line(c, &d, argv[0]);
	to = from ? quote_line(c, &d, argv[1]) : NULL;
	if (to)
		r = move_line(l, &d, (size_t)(from - d.line),
		    (size_t)(to - d.line));
out:
	doc_release(&d);
	return r ? -1 : finish(l, "move");
}

/* --- list ---------------------------------------------------------------- */

static int
line_list(struct lines *l, int argc, char **argv)
{
	(void)argv;
	return argc ? err_set(&l->c->err, ERR_USAGE,
			  "one quote at a time: crm-quote line list QUOTE")
		    : quote_print_lines(l->c, l->id);
}

int
verb_quote_line(struct call *c)
{
	static const struct {
		const char *verb;
		int (*run)(struct lines *l, int argc, char **argv);
	} verb[] = { { "add", line_add }, { "set", line_set },
		{ "rm", line_rm }, { "move", line_move },
		{ "list", line_list } };
	struct lines l = { .c = c };
	int r = -1;

	for (size_t i = 0; i < sizeof verb / sizeof *verb; i++) {
		if (c->argc < 2 || strcmp(c->argv[0], verb[i].verb) != 0)
			continue;
		if (quote_find(c, c->argv[1], &l.id))
			return -1;
		r = verb[i].run(&l, c->argc - 2, c->argv + 2);
		changes_close(l.ch);
		return r;
	}
	return err_set(&c->err, ERR_USAGE,
	    "which line of which quote? crm-quote line add QUOTE SKU xN; set, "
	    "rm, move QUOTE LINE; list QUOTE");
}
