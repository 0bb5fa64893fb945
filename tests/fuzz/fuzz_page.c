/*
 * Descriptions of pages: what is read has blocks that lie within each other,
 * and texts that are valid; what is not has an error with a line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "render/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_texts(const struct page *p, const struct block *b)
{
	if (b->first > p->ntext || b->n > p->ntext - b->first)
		abort();
	for (uint32_t i = 0; i < b->n; i++) {
		struct span s = p->text[b->first + i];

		if (utf8_check(s) < s.n || memchr(s.p, '\t', s.n) || s.p[s.n])
			abort();
	}
}

/* Blocks from..to, each of which ends within them. */
static void
check_blocks(const struct page *p, const struct blocks *b, size_t from,
    size_t to, unsigned depth)
{
	for (size_t i = from; i < to; i = b->v[i].end) {
		const struct block *x = &b->v[i];

		if (x->end <= i || x->end > to || depth > 2 * PAGE_DEPTH_MAX)
			abort();
		if (x->kind != BLOCK_TABLE)
			check_texts(p, x);
		else if (!x->n || x->n > PAGE_TABLE_MAX ||
			 x->first + x->n > p->ncolumn)
			abort();
		if (x->mm < 0 || x->mm > 1000)
			abort();
		check_blocks(p, b, i + 1, x->end, depth + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 };
	struct page p;

	if (page_read(&p, span_n((const char *)data, size), 1, &e)) {
		if (e.code != ERR_DATA || strncmp(e.msg, "stdin:", 6) ||
		    strchr(e.msg, '\n'))
			abort();
	} else {
		for (size_t i = 0; i < PARTS; i++)
			check_blocks(&p, &p.part[i], 0, p.part[i].n, 0);
	}
	page_release(&p);
	err_release(&e);
	return 0;
}
