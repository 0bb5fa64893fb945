/* template_impl: a parsed template; what the files of the engine share. */
#ifndef CRM_CRM_RENDER_TEMPLATE_IMPL_H
#define CRM_CRM_RENDER_TEMPLATE_IMPL_H

#include "crm/render/template.h"

enum {
	MAX_PARTIALS = 16,
	MAX_SECTIONS = 64,
	MAX_STEPS = 10000000,
	MAX_COLUMNS = 400,
	MAX_OUTPUT = 32 << 20,
	MAX_SOURCE = 8 << 20,
};

enum node_kind {
	NODE_TEXT, /* name is the text */
	NODE_HOLE,
	NODE_RAW,
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL,
};

/* How a hole is laid out in columns. */
enum fit { FIT_NONE, FIT_START, FIT_END, FIT_FOLD };

struct node {
	enum node_kind kind;
	enum fit fit;
	int columns;
	size_t line;
	size_t end; /* of a section: the node behind its last */
	struct span name;
	struct span indent; /* of a partial alone on its line */
};

struct template
{
	struct span name;
	struct node *node; /* in the order of the text */
	size_t n, cap;
};

/* Is it a name of templates, which leads nowhere else? */
bool template_is_name(struct span s);

/*
 * Parses text, which stays (nodes borrow from it), into t; nodes are in a.
 * t->name is set. Errors are "name:line: ...".
 */
int template_parse(
    struct template *t, struct span text, struct arena *a, struct err *e);

enum tval_kind { TVAL_TEXT, TVAL_FLAG, TVAL_OBJECT, TVAL_LIST };

struct tval {
	enum tval_kind kind;
	bool flag;
	struct span text;
	struct tval_item {
		struct span key; /* of an object */
		const struct tval *v;
	} * item;
	size_t n, cap;
};

#endif
