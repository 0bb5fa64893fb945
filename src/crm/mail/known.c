#include "crm/mail/known.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "crm/query/query.h"
#include "store/unicode.h"

struct mail_known {
	struct strmap ids; /* folded Message-IDs */
	struct arena arena;
	struct buf text;
};

/* Ids are compared as unique values of the store are. */
static struct span
fold(struct mail_known *k, struct span id)
{
	buf_reset(&k->text);
	uni_fold(&k->text, id);
	return buf_span(&k->text);
}

static int
add(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct mail_known *k = ctx;
	struct span id = fold(k, cell[0]);
	bool added;

	(void)n;
	(void)e;
	if (id.n && strmap_get(&k->ids, id) == (size_t)-1)
		strmap_add(&k->ids, arena_span(&k->arena, id), 0, &added);
	return 0;
}

int
mail_known_new(struct mail_known **out, struct session *s, struct err *e)
{
	struct query *q = query_new(s, schema_entity(&s->schema, span("act")));
	struct mail_known *k = xcalloc(1, sizeof *k);
	struct path *path;
	bool label = false;
	int r = query_path(q, span("message"), false, &path, e);

	query_unmask(q);
	if (r == 0)
		r = query_stream(q, &path, &label, 1, add, k, e);
	query_free(q);
	if (r)
		mail_known_free(k);
	else
		*out = k;
	return r;
}

void
mail_known_free(struct mail_known *k)
{
	if (!k)
		return;
	strmap_release(&k->ids);
	arena_release(&k->arena);
	buf_release(&k->text);
	free(k);
}

/* The one Message-ID of a header, "<...>"; empty where that is not so plain. */
static struct span
plain_id(struct span head)
{
	static const char name[] = "message-id:";
	struct span id = { 0 };
	bool here = false;
	size_t n = 0;

	while (head.n) {
		struct span line = span_cut(&head, '\n'), v = line;

		if (line.n && (line.p[0] == ' ' || line.p[0] == '\t')) {
			if (here && id.n && span_trim(line).n)
				return span("");
			if (here && !id.n)
				id = span_trim(line);
			continue;
		}
		if (!span_trim(line).n)
			return n == 1 ? id : span("");
		here = span_istarts(line, span(name));
		if (here) {
			v = span_n(
			    v.p + sizeof name - 1, v.n - sizeof name + 1);
			id = span_trim(v);
			n++;
		}
	}
	return span(""); /* the header goes on behind what is there */
}

bool
mail_known_has(struct mail_known *k, struct span head)
{
	struct span id = plain_id(head);

	if (id.n < 3 || id.p[0] != '<' || id.p[id.n - 1] != '>')
		return false;
	id = span_n(id.p + 1, id.n - 2);
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] <= ' ' || id.p[i] > '~' || id.p[i] == '<' ||
		    id.p[i] == '>')
			return false;
	return strmap_get(&k->ids, fold(k, id)) != (size_t)-1;
}
