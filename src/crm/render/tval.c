/* Trees of values, which templates are filled from. */
#include <string.h>

#include "crm/render/template_impl.h"

static struct tval *
make(struct arena *a, enum tval_kind kind)
{
	struct tval *v = arena_alloc(a, sizeof *v);

	v->kind = kind;
	return v;
}

struct tval *
tval_object(struct arena *a)
{
	return make(a, TVAL_OBJECT);
}

struct tval *
tval_list(struct arena *a)
{
	return make(a, TVAL_LIST);
}

struct tval *
tval_string(struct arena *a, struct span v)
{
	struct tval *t = make(a, TVAL_TEXT);

	t->text = arena_span(a, v);
	return t;
}

static void
add(struct arena *a, struct tval *to, struct span key, struct tval *v)
{
	if (to->n == to->cap) {
		size_t cap = to->cap ? 2 * to->cap : 8;
		struct tval_item *item = arena_alloc(a, cap * sizeof *item);

		if (to->n)
			memcpy(item, to->item, to->n * sizeof *item);
		to->item = item;
		to->cap = cap;
	}
	to->item[to->n++] = (struct tval_item){ key, v };
}

void
tval_put(struct arena *a, struct tval *object, const char *key, struct tval *v)
{
	for (size_t i = 0; i < object->n; i++) {
		if (span_eqs(object->item[i].key, key)) {
			object->item[i].v = v;
			return;
		}
	}
	add(a, object, arena_span(a, span(key)), v);
}

void
tval_text(struct arena *a, struct tval *object, const char *key, struct span v)
{
	tval_put(a, object, key, tval_string(a, v));
}

void
tval_flag(struct arena *a, struct tval *object, const char *key, bool v)
{
	struct tval *t = make(a, TVAL_FLAG);

	t->flag = v;
	tval_put(a, object, key, t);
}

void
tval_append(struct arena *a, struct tval *list, struct tval *v)
{
	add(a, list, (struct span){ 0 }, v);
}

const struct tval *
tval_get(const struct tval *v, struct span key)
{
	if (v->kind != TVAL_OBJECT)
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		if (span_eq(v->item[i].key, key))
			return v->item[i].v;
	}
	return NULL;
}

bool
tval_true(const struct tval *v)
{
	if (!v)
		return false;
	switch (v->kind) {
	case TVAL_TEXT:
		return v->text.n > 0;
	case TVAL_FLAG:
		return v->flag;
	case TVAL_LIST:
		return v->n > 0;
	case TVAL_OBJECT:
		break;
	}
	return true;
}
