/* What a description opens and ends: parts, columns, keep, tables. */
#include "render/page_impl.h"

#include "base/mem.h"

struct blocks *
page_blocks(struct state *s)
{
	return &s->r.page->part[s->part];
}

struct open *
page_open(struct state *s)
{
	return s->depth ? &s->open[s->depth - 1] : NULL;
}

/* Appends a block; it ends with itself until something is put in it. */
struct block *
page_append(struct state *s, enum block_kind kind)
{
	struct blocks *b = page_blocks(s);

	GROW(b->v, b->n, b->cap);
	b->v[b->n] = (struct block){ .kind = kind,
		.line = (uint32_t)s->r.line,
		.end = (uint32_t)b->n + 1,
		.first = (uint32_t)s->r.page->ntext };
	s->blocks++;
	return &b->v[b->n++];
}

static int
push(struct state *s, int kind, size_t block)
{
	if (s->depth == PAGE_DEPTH_MAX)
		return page_error(
		    &s->r, "this is nested deeper than %d", PAGE_DEPTH_MAX);
	s->open[s->depth++] =
	    (struct open){ .kind = kind, .block = block, .line = s->r.line };
	return 0;
}

int
page_begin(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	static const char *const parts[] = { "head", "foot", NULL };
	unsigned which;

	(void)st;
	(void)n;
	if (page_word(&s->r, "what begins", field[0], parts, &which))
		return -1;
	if (s->r.page->part[which + 1].n)
		return page_error(&s->r, "there is a second %s", parts[which]);
	s->part = which + 1;
	return push(s, OPEN_PART, 0);
}

int
page_begin_columns(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	double count = 0;

	(void)n;
	if (page_number(&s->r, "the number of columns", field[0], 1,
		PAGE_COLUMNS_MAX, &count))
		return -1;
	page_append(s, (enum block_kind)st->kind)->style = (unsigned)count;
	if (push(s, OPEN_COLUMNS, page_blocks(s)->n - 1))
		return -1;
	page_open(s)->column = 1;
	page_append(s, BLOCK_COLUMN);
	return 0;
}

/* The block that was opened ends here, and so does its last column. */
static void
close_block(struct state *s, size_t block)
{
	struct blocks *b = page_blocks(s);

	b->v[block].end = (uint32_t)b->n;
}

static size_t
last_column(struct state *s)
{
	struct blocks *b = page_blocks(s);
	size_t i = page_open(s)->block + 1;

	for (unsigned c = 1; c < page_open(s)->column; c++)
		i = b->v[i].end;
	return i;
}

int
page_next_column(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	(void)field;
	(void)n;
	if (!page_open(s) || page_open(s)->kind != OPEN_COLUMNS)
		return page_error(&s->r, "column stands in columns alone");
	if (page_open(s)->column ==
	    page_blocks(s)->v[page_open(s)->block].style)
		return page_error(&s->r,
		    "the columns of line %zu are %u, "
		    "this is one more",
		    page_open(s)->line, page_open(s)->column);
	close_block(s, last_column(s));
	page_open(s)->column++;
	page_append(s, (enum block_kind)st->kind);
	return 0;
}

int
page_begin_table(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	static const char *const words[] = { "ruled", "plain", NULL };
	struct block *b = page_append(s, (enum block_kind)st->kind);

	s->headed = s->rows = false;
	if (page_columns(&s->r, field[0], b) ||
	    (n > 1 && page_word(&s->r, "a table", field[1], words, &b->style)))
		return -1;
	return push(s, OPEN_TABLE, page_blocks(s)->n - 1);
}

int
page_begin_keep(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	(void)field;
	(void)n;
	page_append(s, (enum block_kind)st->kind);
	return push(s, OPEN_KEEP, page_blocks(s)->n - 1);
}

/* endkeep, endtable, and end head, foot, columns. */
int
page_end(struct state *s, const struct statement *st, const struct span *field,
    size_t n)
{
	static const char *const whats[] = { "head", "foot", "columns", NULL };
	struct open *o = page_open(s);
	int kind = st->kind;
	unsigned what = 0;

	if (n) {
		if (page_word(&s->r, "what ends", field[0], whats, &what))
			return -1;
		kind = what == 2 ? OPEN_COLUMNS : OPEN_PART;
	}
	if (!o || (int)o->kind != kind ||
	    (kind == OPEN_PART && s->part != what + 1))
		return page_error(&s->r, "%s%s%.*s ends what was not begun",
		    st->word, n ? " " : "", n ? (int)field[0].n : 0,
		    n ? field[0].p : "");
	if (kind == OPEN_COLUMNS)
		close_block(s, last_column(s));
	if (kind == OPEN_PART)
		s->part = PART_BODY;
	else
		close_block(s, o->block);
	s->depth--;
	return 0;
}

int
page_unclosed(struct state *s)
{
	static const char *const what[] = { "head or foot", "keep", "columns",
		"table" };

	s->r.line = page_open(s)->line;
	return page_error(
	    &s->r, "this %s has no end", what[page_open(s)->kind]);
}
