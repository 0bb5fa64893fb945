/*
 * template: text with holes, filled from a tree of values. A subset of
 * mustache (crm-template(5)): {{name}} {{a.b}} {{.}}, {{{raw}}} and {{&raw}},
 * sections {{#list}} {{/list}} (lists, objects, true), {{^inverted}}, comments
 * {{! }}, partials {{> name}}; a tag of sections, comments or partials alone on
 * its line takes the line with it. No logic, no files but partials, no
 * lambdas, no change of delimiters. For text there is one thing more than
 * mustache has: {{name:12}} fills up to 12 columns, {{name:>12}} in front of
 * the value, and {{name:/60}} folds it into lines of 60 columns below each
 * other.
 *
 * Holes are escaped for the output: text, HTML, Markdown, page description
 * (crm-render(8)), mail header. In the last two nothing is raw: a value could
 * add a statement or a header.
 */
#ifndef CRM_CRM_RENDER_TEMPLATE_H
#define CRM_CRM_RENDER_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crm/session.h"

/* A value: a text, a flag, an object or a list. All of it lives in an arena. */
struct tval;
struct tval *tval_object(struct arena *a);
struct tval *tval_list(struct arena *a);
struct tval *tval_string(struct arena *a, struct span v); /* for lists */
/* Adds to an object; v is copied, "" is false in a section. */
void tval_text(
    struct arena *a, struct tval *object, const char *key, struct span v);
void tval_flag(struct arena *a, struct tval *object, const char *key, bool v);
void tval_put(
    struct arena *a, struct tval *object, const char *key, struct tval *v);
void tval_append(struct arena *a, struct tval *list, struct tval *v);
/* Of an object; NULL where it has none of the name, or v is no object. */
const struct tval *tval_get(const struct tval *v, struct span key);
/* Does a section of it show? */
bool tval_true(const struct tval *v);

enum escape { ESC_TEXT, ESC_HTML, ESC_MD, ESC_PAGE, ESC_HEADER };

/*
 * Appends s as a hole of such a template would. Everywhere, control characters
 * other than tab and newline and those that turn the direction of a text are
 * dropped, and what is not UTF-8 becomes U+FFFD. raw: nothing else, where that
 * cannot do harm.
 */
void escape_add(struct buf *out, struct span s, enum escape how, bool raw);

/* Reads a partial or template by name: 0; 1: there is none; -1. */
typedef int template_read_fn(
    void *ctx, struct span name, struct buf *out, struct err *e);

/*
 * Appends name filled in. Errors are "template:line: ...": a section that is
 * not closed, a partial that is not there, partials deeper than 16, sections
 * deeper than 64, more than 32 MiB of output, more than 8 MiB of templates,
 * more than 10 million steps. A name that the tree has not is empty. ERR_NOENT
 * where name itself is not there.
 */
int template_fill(const char *name, const struct tval *root, enum escape esc,
    template_read_fn *read, void *ctx, struct buf *out, struct err *e);

/*
 * The same of templates/NAME of the store as this session sees it, else of
 * share/templates/NAME. Names have letters, digits, - _ . and / only, and
 * neither begin with nor contain "..".
 */
int template_render(struct session *s, const char *name,
    const struct tval *root, enum escape esc, struct buf *out, struct err *e);
/* Is there one? 1 or 0; -1 where it cannot be read. */
int template_there(struct session *s, const char *name, struct err *e);

#endif
