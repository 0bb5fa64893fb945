#include "crm/mail/known.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "crm/query/query.h"
#include "store/unicode.h"

/* Message-IDs, one a line; such as are written in half are of no message. */
#define KEPT ".git/crm/attachments"

enum { FILED = 1, TAKEN = 2 };

struct mail_known {
	struct strmap ids; /* folded Message-IDs */
	size_t want;	   /* what one is that need not be read */
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
		strmap_add(
		    &k->ids, arena_span(&k->arena, id), FILED, &added);
	return 0;
}

/* What is not filed (any more) is read in any case. */
static int
read_kept(struct mail_known *k, struct session *s, struct err *e)
{
	struct buf data = { 0 };
	struct err none = { 0 };
	struct span rest;
	int r = 0;

	k->want |= TAKEN;
	if (file_read(s->dirfd, KEPT, 0, &data, NULL, &none) &&
	    none.code != ERR_NOENT) {
		r = err_set(e, none.code, "%s", none.msg);
		buf_reset(&data);
	}
	rest = buf_span(&data);
	while (rest.n) {
		struct span id = fold(k, span_cut(&rest, '\n'));

		if (strmap_get(&k->ids, id) != (size_t)-1)
			strmap_set(&k->ids, id, FILED | TAKEN);
	}
	err_release(&none);
	buf_release(&data);
	return r;
}

int
mail_known_new(struct mail_known **out, struct session *s, bool attachments,
    struct err *e)
{
	struct query *q = query_new(s, schema_entity(&s->schema, span("act")));
	struct mail_known *k = xcalloc(1, sizeof *k);
	struct path *path;
	bool label = false;
	int r = query_path(q, span("message"), false, &path, e);

	k->want = FILED;
	query_unmask(q);
	if (r == 0)
		r = query_stream(q, &path, &label, 1, add, k, e);
	if (r == 0 && attachments)
		r = read_kept(k, s, e);
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
mail_known_id(struct mail_known *k, struct span id)
{
	size_t is = strmap_get(&k->ids, fold(k, id));

	return is != (size_t)-1 && (is & k->want) == k->want;
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
	return mail_known_id(k, id);
}

int
mail_known_kept(struct session *s, const struct mail *m,
    const struct mail_filed *out, size_t n, struct err *e)
{
	struct buf b = { 0 };
	int fd = -1, r = 0;

	for (size_t i = 0; i < n; i++)
		if (out[i].kept)
			/* a line that was written in half ends here */
			buf_addf(&b, "%s%.*s\n", b.n ? "" : "\n",
			    SPANF(m[i].id));
	if (!b.n)
		return 0;
	fd = file_open(s->dirfd, KEPT,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0 || file_write_all(fd, b.p, b.n))
		r = err_errno(e, KEPT);
	if (fd >= 0 && close(fd) && r == 0)
		r = err_errno(e, KEPT);
	buf_release(&b);
	return r;
}
