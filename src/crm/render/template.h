/*
 * template: text with holes, filled from a tree of values. A subset of
 * mustache (crm-template(5)): {{name}} {{a.b}} {{.}}, {{{raw}}} and {{&raw}},
 * sections {{#list}} {{/list}} (lists, objects, true), {{^inverted}}, comments
 * {{! }}, partials {{> name}}; a tag of sections, comments or partials alone on
 * its line takes the line with it. No logic, no files but partials, no
 * lambdas, no change of delimiters.
 *
 * Holes are escaped for the output: text, HTML, Markdown, page description
 * (crm-render(8)), mail header.
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
/* Adds to an object; v is copied, "" is false in a section. */
void tval_text(struct arena *a, struct tval *object, const char *key,
    struct span v);
void tval_flag(struct arena *a, struct tval *object, const char *key, bool v);
void tval_put(struct arena *a, struct tval *object, const char *key,
    struct tval *v);
void tval_append(struct arena *a, struct tval *list, struct tval *v);

enum escape { ESC_TEXT, ESC_HTML, ESC_MD, ESC_PAGE, ESC_HEADER };

/* Reads a partial or template by name: 0; 1: there is none; -1. */
typedef int template_read_fn(
    void *ctx, struct span name, struct buf *out, struct err *e);

/*
 * Appends name filled in. Errors are "template:line: ...": a section that is
 * not closed, a partial that is not there, partials deeper than 16, more than
 * 32 MiB of output, more than 10 million steps. A name that the tree has not
 * is empty.
 */
int template_fill(const char *name, const struct tval *root,
    enum escape esc, template_read_fn *read, void *ctx, struct buf *out,
    struct err *e);

/*
 * The same of templates/NAME of the store as this session sees it, else of
 * share/templates/NAME. Names have letters, digits, - _ . and / only, and
 * neither begin with nor contain "..".
 */
int template_render(struct session *s, const char *name,
    const struct tval *root, enum escape esc, struct buf *out,
    struct err *e);

#endif
