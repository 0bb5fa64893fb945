#include <string.h>

#include "crm/query/filter_impl.h"
#include "store/id.h"

/*
 * Which records a filter is about, where it says so: those have to be looked
 * for in few files only.
 */

/* The ids of a test on references or ids. */
static bool
test_ids(struct filter *f, const struct fnode *n, uint64_t **id, size_t *nids)
{
	if (n->test == T_IDS) {
		*id = n->u.id;
		*nids = n->n;
		return true;
	}
	*id = arena_alloc(&f->arena, (n->n + 1) * sizeof **id);
	for (size_t i = 0; i < n->n; i++)
		(*id)[(*nids)++] = id_pack_canonical(n->u.bytes[i]);
	return true;
}

/* The ids of a test that every row has to pass. */
static bool
find_ids(struct filter *f, const struct ftree *t)
{
	const struct fnode *n = &t->test;

	while (t->kind == K_OR && t->n == 1)
		t = t->kid[0];
	n = &t->test;
	for (size_t i = 0; t->kind == K_AND && i < t->n; i++) {
		if (find_ids(f, t->kid[i]))
			return true;
	}
	if (t->kind != K_TEST || n->test != T_BYTES || n->empty ||
	    n->path->field->type != F_ID || n->path->node->parent)
		return false;
	return test_ids(f, n, &f->id, &f->nids);
}

/* The same of the reference by which records stand beside others. */
static bool
find_beside(struct filter *f, const struct ftree *t, const char *field)
{
	const struct fnode *n;

	while (t->kind == K_OR && t->n == 1)
		t = t->kid[0];
	n = &t->test;
	for (size_t i = 0; t->kind == K_AND && i < t->n; i++) {
		if (find_beside(f, t->kid[i], field))
			return true;
	}
	if (t->kind != K_TEST || (n->test != T_BYTES && n->test != T_IDS) ||
	    n->empty || n->label || n->path->node->parent ||
	    strcmp(n->path->field->name, field) != 0)
		return false;
	return test_ids(f, n, &f->other, &f->nothers);
}

void
filter_find_ids(
    struct filter *f, const struct entity *ent, const struct ftree *t)
{
	find_ids(f, t);
	if (ent->beside)
		find_beside(f, t, ent->beside);
}

bool
filter_ids(const struct filter *f, const uint64_t **id, size_t *n)
{
	*id = f->id;
	*n = f->nids;
	return f->id != NULL;
}

bool
filter_beside(const struct filter *f, const uint64_t **id, size_t *n)
{
	*id = f->other;
	*n = f->nothers;
	return f->other != NULL;
}
