/* Approvals: whose their signatures are, and of what. */
#include <string.h>

#include "crm/check/check_impl.h"
#include "crm/config_file.h"
#include "crm/query/query.h"
#include "crm/trade/approve_impl.h"
#include "store/id.h"

struct approvals {
	struct check *c;
	struct strmap mail;  /* of users, by login: place in x.mail */
	struct strmap right; /* who signed */
	size_t n;
	struct arena arena;
};

enum { A_ID, A_QUOTE, A_DIGEST, A_LIMIT, A_BY, A_AT, A_SIGNATURE, A_CELLS };

/* The address of a user; "" where nothing tells. */
static int
read_users(struct approvals *a, struct span **mail, struct err *e)
{
	const struct span want[] = { span("login"), span("email") };
	struct config_file f = { 0 };

	if (config_file_open(&f, a->c->s, "config/users.csv", want, 2, e))
		return -1;
	*mail = arena_alloc(&a->arena, (f.scan.nrows + 1) * sizeof **mail);
	for (size_t i = 0; i < f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&f, i);

		(*mail)[i] = arena_span(&a->arena, cell[1]);
		strmap_set(&a->mail, arena_span(&a->arena, cell[0]), i);
	}
	config_file_close(&f);
	return 0;
}

/* A principal is an address or a login; gpg's is "Name <address>". */
static bool
is_of(struct span who, struct span login, struct span mail)
{
	if (!mail.n || span_ieq(who, mail) || span_ieq(who, login))
		return true;
	return who.n > mail.n + 2 && who.p[who.n - 1] == '>' &&
	    who.p[who.n - mail.n - 2] == '<' &&
	    span_ieq(span_n(who.p + who.n - mail.n - 1, mail.n), mail);
}

struct approval_check {
	struct approvals *a;
	struct span *mail;
};

static int
see(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct approval_check *x = ctx;
	struct approvals *a = x->a;
	size_t user = strmap_get(&a->mail, cell[A_BY]);
	uint64_t id = id_pack_canonical(cell[A_ID]);
	struct buf text = { 0 }, who = { 0 };
	char path[3][PATH_CAP];
	int r = 0;

	(void)n;
	if (!cell[A_SIGNATURE].n || !id)
		return 0;
	entity_paths(schema_letter(&a->c->s->schema, id_letter(id)), id, path);
	approval_text(cell[A_QUOTE], cell[A_DIGEST], cell[A_LIMIT], cell[A_BY],
	    cell[A_AT], &text);
	switch (approval_verify(
	    a->c->s, buf_span(&text), cell[A_SIGNATURE], &who)) {
	case SIGN_UNKNOWN:
		break;
	case SIGN_BAD:
		r = check_say(a->c, path[0], 0, CHECK_ERROR, e,
		    "%.*s of %.*s: its signature is not of this text, or by "
		    "nobody who may sign", SPANF(cell[A_ID]),
		    SPANF(cell[A_QUOTE]));
		break;
	case SIGN_GOOD:
		if (user != (size_t)-1 &&
		    !is_of(buf_span(&who), cell[A_BY], x->mail[user])) {
			r = check_say(a->c, path[0], 0, CHECK_ERROR, e,
			    "%.*s of %.*s: is given by %.*s, but signed by "
			    "%s", SPANF(cell[A_ID]), SPANF(cell[A_QUOTE]),
			    SPANF(cell[A_BY]), who.p);
			break;
		}
		a->n++;
		strmap_set(&a->right,
		    arena_span(&a->arena, buf_span(&who)), 1);
	}
	buf_release(&text);
	buf_release(&who);
	return r;
}

static int
say_right(struct approvals *a, struct err *e)
{
	struct buf who = { 0 };
	int r;

	if (!a->n)
		return 0;
	for (size_t i = 0; i < a->right.n; i++)
		buf_addf(&who, "%s%.*s", i ? ", " : "",
		    SPANF(a->right.entry[i].key));
	r = check_say(a->c, "approvals", 0, CHECK_NOTE, e, "%zu %s right: %s",
	    a->n, plural(a->n, "signature is", "signatures are"), who.p);
	buf_release(&who);
	return r;
}

int
check_approvals(struct check *c, struct err *e)
{
	static const char *const field[A_CELLS] = { "id", "quote", "digest",
		"limit", "by", "at", "signature" };
	struct approvals a = { .c = c };
	struct approval_check x = { .a = &a };
	struct query *q = query_new(
	    c->s, schema_entity(&c->s->schema, span("approval")));
	struct path *path[A_CELLS];
	bool label[A_CELLS] = { false };
	struct err bad = { 0 };
	int r = read_users(&a, &x.mail, &bad) ||
	    query_filter(q, NULL, 0, &bad);

	for (size_t i = 0; r == 0 && i < A_CELLS; i++)
		r = query_path(q, span(field[i]), false, &path[i], &bad);
	/* what cannot be read was told by then */
	r = r ? 0
	      : query_stream(q, path, label, A_CELLS, see, &x, e) < 0 ||
		say_right(&a, e);
	err_release(&bad);
	query_free(q);
	strmap_release(&a.mail);
	strmap_release(&a.right);
	arena_release(&a.arena);
	return r ? -1 : 0;
}
