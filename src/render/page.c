#include "render/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "render/page_impl.h"

/* Where a statement may stand. */
enum place {
	AT_TOP = 1,    /* among the statements of the whole */
	AT_PART = 2,   /* in a head or foot */
	AT_INSIDE = 4, /* in columns, or in keep */
	AT_TABLE = 8,
	AT_FLOW = AT_TOP | AT_PART | AT_INSIDE,
};

/* The fields of a statement: the longest are the rows of tables. */
#define FIELDS_MAX (PAGE_TABLE_MAX + 1)

static const char *const styles[] = { "body", "small", "large", "title",
	"heading", "bold", "muted", "right", "center",
	"small-right", "mark", NULL };
static const char *const sides[] = { "start", "end", "center", NULL };

static int
add_text(struct state *s, struct block *b, struct span field)
{
	struct page *p = s->r.page;
	struct span text;

	if (page_text(&s->r, field, &text))
		return -1;
	if (p->ntext == PAGE_CELLS_MAX)
		return page_error(
		    &s->r, "more than %u texts and cells", PAGE_CELLS_MAX);
	GROW(p->text, p->ntext, p->text_cap);
	p->text[p->ntext++] = text;
	b->n++;
	return 0;
}

static int
read_page(struct state *s, const struct statement *st, const struct span *field,
    size_t n)
{
	static const char *const papers[] = { "A4", "letter", NULL };
	static const char *const ways[] = { "ltr", "rtl", NULL };
	static const double size[][2] = { { 210, 297 }, { 215.9, 279.4 } };
	struct page *p = s->r.page;
	unsigned paper, way = 0;

	(void)st;
	if (s->begun)
		return page_error(&s->r, "page must be the first statement");
	if (page_word(&s->r, "the paper", field[0], papers, &paper) ||
	    page_number(&s->r, "the margin", field[1], 5, 60, &p->margin) ||
	    (n > 2 && page_word(&s->r, "the direction", field[2], ways, &way)))
		return -1;
	p->width = size[paper][0];
	p->height = size[paper][1];
	p->rtl = way == 1;
	return 0;
}

enum { META_TITLE, META_AUTHOR, META_LANGUAGE, META_FONT };

static int
read_meta(struct state *s, const struct statement *st, const struct span *field,
    size_t n)
{
	struct page *p = s->r.page;
	struct span text;

	(void)n;
	if (s->once & 1u << st->kind)
		return page_error(&s->r, "there is a second %s", st->word);
	s->once |= 1u << st->kind;
	if (page_text(&s->r, field[0], &text))
		return -1;
	switch (st->kind) {
	case META_TITLE:
		p->title = text;
		return 0;
	case META_AUTHOR:
		p->author = text;
		return 0;
	case META_LANGUAGE:
		p->language = text.p;
		if (text.n <= 35)
			return 0;
		return page_error(&s->r, "the language is no code like de");
	default:
		p->family = text.p;
		if (text.n > 256)
			return page_error(&s->r, "the name of the font is "
						 "longer than 256 bytes");
		return page_number(
		    &s->r, "the size of the font", field[1], 4, 72, &p->size);
	}
}

static int
read_text(struct state *s, const struct statement *st, const struct span *field,
    size_t n)
{
	unsigned style;

	(void)n;
	if (page_word(&s->r, "the style of a text", field[0], styles, &style))
		return -1;
	if (style == STYLES) /* mark */
		return page_text(&s->r, field[1], &s->r.page->mark);
	page_append(s, (enum block_kind)st->kind)->style = style;
	return add_text(s, &page_blocks(s)->v[page_blocks(s)->n - 1], field[1]);
}

static int
read_space(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	struct block *b = page_append(s, (enum block_kind)st->kind);

	(void)n;
	b->style = strcmp(st->word, "down") == 0;
	return page_number(&s->r, st->word, field[0], 0, 1000, &b->mm);
}

static int
read_rule(struct state *s, const struct statement *st, const struct span *field,
    size_t n)
{
	static const char *const words[] = { "thin", "thick", NULL };
	struct block *b = page_append(s, (enum block_kind)st->kind);

	return n ? page_word(&s->r, "a rule", field[0], words, &b->style) : 0;
}

static int
read_picture(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	struct block *b = page_append(s, (enum block_kind)st->kind);

	if (field[0].n == 0 || memchr(field[0].p, '\\', field[0].n))
		return page_error(&s->r,
		    "%s: the file has no name, or a backslash in it", st->word);
	if (add_text(s, b, field[0]) ||
	    page_number(
		&s->r, "the size of a picture", field[1], 1, 500, &b->mm))
		return -1;
	return n > 2 ? page_word(&s->r, "the place of a logo", field[2], sides,
			   &b->style)
		     : 0;
}

/* signature, and all rows of tables. */
static int
read_texts(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	size_t max = st->max;
	struct block *b;

	if (page_open(s) && page_open(s)->kind == OPEN_TABLE) {
		const struct block *table =
		    &page_blocks(s)->v[page_open(s)->block];

		if (table->n < max)
			max = table->n;
		if (st->kind == BLOCK_TH && (s->headed || s->rows))
			return page_error(&s->r, "th comes once, before the "
						 "rows of the table");
		if (st->kind == BLOCK_TN && !s->rows)
			return page_error(&s->r, "tn comes behind a row");
		s->headed |= st->kind == BLOCK_TH;
		s->rows |= st->kind != BLOCK_TH;
	}
	if (n > max)
		return page_error(&s->r,
		    "%zu cells, but the table of line "
		    "%zu has %zu columns",
		    n, page_open(s) ? page_open(s)->line : s->r.line, max);
	b = page_append(s, (enum block_kind)st->kind);
	for (size_t i = 0; i < n; i++) {
		if (add_text(s, b, field[i]))
			return -1;
	}
	return 0;
}

static int
read_break(struct state *s, const struct statement *st,
    const struct span *field, size_t n)
{
	(void)field;
	(void)n;
	page_append(s, (enum block_kind)st->kind);
	return 0;
}

static const struct statement statements[] = {
	{ "tr", 0, PAGE_TABLE_MAX, AT_TABLE, read_texts, BLOCK_TR },
	{ "text", 2, 2, AT_FLOW, read_text, BLOCK_TEXT },
	{ "tn", 1, 1, AT_TABLE, read_texts, BLOCK_TN },
	{ "tg", 1, 1, AT_TABLE, read_texts, BLOCK_TG },
	{ "ts", 0, PAGE_TABLE_MAX, AT_TABLE, read_texts, BLOCK_TS },
	{ "th", 1, PAGE_TABLE_MAX, AT_TABLE, read_texts, BLOCK_TH },
	{ "table", 1, 2, AT_FLOW, page_begin_table, BLOCK_TABLE },
	{ "endtable", 0, 0, AT_TABLE, page_end, OPEN_TABLE },
	{ "space", 1, 1, AT_FLOW, read_space, BLOCK_SPACE },
	{ "down", 1, 1, AT_TOP, read_space, BLOCK_SPACE },
	{ "rule", 0, 1, AT_FLOW, read_rule, BLOCK_RULE },
	{ "keep", 0, 0, AT_FLOW, page_begin_keep, BLOCK_KEEP },
	{ "endkeep", 0, 0, AT_INSIDE, page_end, OPEN_KEEP },
	{ "columns", 1, 1, AT_FLOW, page_begin_columns, BLOCK_COLUMNS },
	{ "column", 0, 0, AT_INSIDE, page_next_column, BLOCK_COLUMN },
	{ "begin", 1, 1, AT_TOP, page_begin, 0 },
	{ "end", 1, 1, AT_PART | AT_INSIDE, page_end, OPEN_PART },
	{ "logo", 2, 3, AT_FLOW, read_picture, BLOCK_LOGO },
	{ "image", 2, 2, AT_FLOW, read_picture, BLOCK_IMAGE },
	{ "signature", 1, PAGE_SIGN_MAX, AT_FLOW, read_texts, BLOCK_SIGN },
	{ "break", 0, 0, AT_TOP, read_break, BLOCK_BREAK },
	{ "page", 2, 3, AT_TOP, read_page, 0 },
	{ "title", 1, 1, AT_TOP, read_meta, META_TITLE },
	{ "author", 1, 1, AT_TOP, read_meta, META_AUTHOR },
	{ "language", 1, 1, AT_TOP, read_meta, META_LANGUAGE },
	{ "font", 2, 2, AT_TOP, read_meta, META_FONT },
};

static unsigned
place(struct state *s)
{
	if (!s->depth)
		return AT_TOP;
	switch (page_open(s)->kind) {
	case OPEN_PART:
		return AT_PART;
	case OPEN_TABLE:
		return AT_TABLE;
	default:
		return AT_INSIDE;
	}
}

static const struct statement *
find(struct span word)
{
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		if (span_eqs(word, statements[i].word))
			return &statements[i];
	}
	return NULL;
}

/* A word that is no statement, so that a terminal can show it. */
static int
unknown(struct state *s, struct span word)
{
	struct buf b = { 0 };

	term_safe(&b, span_n(word.p, word.n < 30 ? word.n : 30), false);
	page_error(&s->r, "'%s' is no statement", b.p ? b.p : "");
	buf_release(&b);
	return -1;
}

static int
read_line(struct state *s, struct span line)
{
	struct span word = span_cut(&line, '\t'), field[FIELDS_MAX] = { 0 };
	const struct statement *st = find(word);
	bool more = word.p + word.n < line.p;
	size_t n = 0;

	if (!st)
		return unknown(s, word);
	while (more && n < FIELDS_MAX) {
		field[n] = span_cut(&line, '\t');
		more = field[n].p + field[n].n < line.p;
		n++;
	}
	if (n < st->min)
		return page_error(&s->r, "%s: a field is missing", st->word);
	if (n > st->max)
		return page_error(
		    &s->r, "%s: there are too many fields", st->word);
	if (!(place(s) & st->places))
		return page_error(&s->r, "%s must not stand here", st->word);
	if (s->blocks + 2 > PAGE_BLOCKS_MAX)
		return page_error(
		    &s->r, "more than %u statements", PAGE_BLOCKS_MAX);
	if (st->read(s, st, field, n))
		return -1;
	s->begun = true;
	return 0;
}

int
page_read(struct page *p, struct span text, size_t line, struct err *e)
{
	struct state s = { .r = { p, line, e } };

	*p = (struct page){ .width = 210,
		.height = 297,
		.margin = 20,
		.family = "",
		.language = "",
		.size = 10 };
	if (text.n > PAGE_BYTES_MAX)
		return page_error(
		    &s.r, "more than %u MiB", PAGE_BYTES_MAX >> 20);
	for (; text.n; s.r.line++) {
		struct span l = span_cut(&text, '\n');

		if (l.n > PAGE_LINE_MAX)
			return page_error(&s.r,
			    "the line is longer than %u "
			    "bytes",
			    PAGE_LINE_MAX);
		if (l.n && l.p[l.n - 1] == '\r')
			l.n--;
		if (l.n && *l.p != '#' && read_line(&s, l))
			return -1;
	}
	return s.depth ? page_unclosed(&s) : 0;
}

void
page_release(struct page *p)
{
	for (size_t i = 0; i < PARTS; i++)
		free(p->part[i].v);
	free(p->text);
	free(p->column);
	arena_release(&p->arena);
	*p = (struct page){ 0 };
}
