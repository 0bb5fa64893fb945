/*
 * gindex_tree: the trees that git keeps in its index, of folders that are as
 * their tree says. A wrong one would go into the user's next commit, so what
 * is not sure is forgotten; git makes them anew when it commits.
 */
#include <string.h>

#include "base/mem.h"
#include "store/gindex_impl.h"

/* No path has more folders. */
enum { DEPTH = 2048 };

/* One folder and those in it. */
static bool
read_node(struct gindex *ix, struct span *s, unsigned depth)
{
	struct ixnode *node;
	size_t at = ix->nnode;
	int64_t i, subs;

	if (depth > DEPTH || !s->n)
		return false;
	GROW(ix->node, ix->nnode, ix->node_cap);
	node = &ix->node[ix->nnode++];
	memset(node, 0, sizeof *node);
	node->name = span_cut(s, '\0');
	if (!span_int(span_cut(s, ' '), &node->count) ||
	    !span_int(span_cut(s, '\n'), &node->subs))
		return false;
	if (node->count >= 0) {
		if (s->n < OID_RAW)
			return false;
		node->id = (const unsigned char *)s->p;
		*s = span_n(s->p + OID_RAW, s->n - OID_RAW);
	}
	subs = node->subs;
	if (subs < 0)
		return false;
	for (i = 0; i < subs; i++)
		if (!read_node(ix, s, depth + 1))
			return false;
	ix->node[at].end = ix->nnode;
	return true;
}

void
ixtree_read(struct gindex *ix, struct span s)
{
	ix->nnode = 0;
	if (!read_node(ix, &s, 0) || s.n)
		ix->nnode = 0;
}

void
ixtree_forget(struct gindex *ix, const char *path)
{
	size_t at = 0, end = ix->nnode;

	while (at < end) {
		size_t len = strcspn(path, "/");
		struct span name = span_n(path, len);

		ix->node[at].count = -1;
		end = ix->node[at].end;
		if (!path[len])
			return;
		path += len + 1;
		for (at++; at < end && !span_eq(ix->node[at].name, name);)
			at = ix->node[at].end;
	}
}

void
ixtree_write(const struct gindex *ix, struct buf *out)
{
	for (size_t i = 0; i < ix->nnode; i++) {
		const struct ixnode *node = &ix->node[i];

		buf_addspan(out, node->name);
		buf_addc(out, '\0');
		buf_addf(out, "%lld %lld\n", (long long)node->count,
		    (long long)node->subs);
		if (node->count >= 0)
			buf_add(out, node->id, OID_RAW);
	}
}
