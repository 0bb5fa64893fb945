/*
 * crm check: one finding a line, as editors and CI know it:
 *
 *	file:line: error: message
 *
 * Silent where all is well; ends with 65 where there are errors.
 */
#include <stdio.h>

#include "base/utf8.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/check/check.h"

const struct opt opts_check[] = { { 0 } };

static const char *const level_name[] = {
	[CHECK_NOTE] = "note",
	[CHECK_ERROR] = "error",
};

/* Lines are for people who read them at once: never all in memory. */
static int
print_line(void *ctx, const struct finding *f, struct err *e)
{
	struct buf *text = ctx;

	buf_reset(text);
	term_safe(text, span(f->file), false);
	if (f->line)
		buf_addf(text, ":%zu", f->line);
	buf_addf(text, ": %s: ", level_name[f->level]);
	term_safe(text, span(f->message), false);
	buf_addc(text, '\n');
	return emit_text(buf_span(text), e);
}

static int
print_row(void *ctx, const struct finding *f, struct err *e)
{
	char line[24] = "";
	struct span row[4] = { span(f->file), span(line),
		span(level_name[f->level]), span(f->message) };

	if (f->line)
		snprintf(line, sizeof line, "%zu", f->line);
	row[1] = span(line);
	return emit_row(ctx, row, 4, e);
}

static int
check_rows(struct call *c, size_t *errors)
{
	static const struct emit_column col[] = { { .name = "file" },
		{ .name = "line", .type = F_INT }, { .name = "severity" },
		{ .name = "message" } };
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	struct emit *em;

	if (emit_open(&em, &o, col, emit_wants_ids(&o) ? 1 : 4, &c->err))
		return -1;
	return emit_end(em,
	    store_check(&c->s, c->argv, (size_t)c->argc, print_row, em, errors,
		&c->err),
	    NULL, &c->err);
}

int
cmd_check(struct call *c)
{
	struct buf text = { 0 };
	size_t errors = 0;
	int r;

	if (c->format || c->porcelain)
		r = check_rows(c, &errors);
	else
		r = store_check(&c->s, c->argv, (size_t)c->argc, print_line,
		    &text, &errors, &c->err);
	buf_release(&text);
	if (r || errors == 0)
		return r;
	return err_set(&c->err, ERR_DATA, "%zu %s", errors,
	    plural(errors, "error", "errors"));
}
