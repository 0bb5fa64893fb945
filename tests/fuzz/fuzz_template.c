/*
 * Templates: whatever the text, either it is filled in, twice the same, or an
 * error names it and a line of it; and no value gets out of its field in a page
 * description or a mail header.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crm/render/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span text;

/* Every partial is the text itself. */
static int
reader(void *ctx, struct span name, struct buf *out, struct err *e)
{
	(void)ctx;
	(void)e;
	if (span_eqs(name, "none"))
		return 1;
	buf_addspan(out, text);
	return 0;
}

/* The text's own bytes are the values, too. */
static struct tval *
tree(struct arena *a)
{
	struct tval *root = tval_object(a), *list = tval_list(a);

	tval_text(a, root, "a", text);
	tval_text(a, root, "b", span("<b>|\t\n\\"));
	tval_flag(a, root, "t", true);
	tval_append(a, list, tval_string(a, span("x")));
	tval_append(a, list, root);
	tval_put(a, root, "l", list);
	return root;
}

static size_t
lines(void)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf one = { 0 }, two = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };
	enum escape how;

	/* a list that has itself doubles with each level */
	if (size > 400)
		return 0;
	text = span_n((const char *)data, size);
	how = (enum escape)(size % 5);
	escape_add(&one, text, ESC_PAGE, true);
	escape_add(&one, text, ESC_HEADER, true);
	assert(!memchr(one.p ? one.p : "", '\n', one.n));
	buf_reset(&one);
	if (template_fill("main", tree(&a), how, reader, NULL, &one, &e)) {
		char *end, *colon = strchr(e.msg, ':');
		unsigned long line = strtoul(colon + 1, &end, 10);

		assert(e.code == ERR_DATA && colon && *end == ':');
		assert(line >= 1 && line <= lines());
	} else {
		assert(!template_fill(
		    "main", tree(&a), how, reader, NULL, &two, &e));
		assert(span_eq(buf_span(&one), buf_span(&two)));
	}
	err_release(&e);
	arena_release(&a);
	buf_release(&one);
	buf_release(&two);
	return 0;
}
