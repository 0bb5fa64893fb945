#include "crm/change/attend.h"

#include <string.h>

#include "crm/change/resolve.h"
#include "crm/query/query.h"
#include "store/id.h"

static int
take_email(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	(void)n;
	(void)e;
	buf_addspan(ctx, cell[0]);
	return 1;
}

/* The address of a record; appended. */
static int
email_of(struct session *s, uint64_t id, struct buf *out, struct err *e)
{
	struct entity *ent = schema_letter(&s->schema, id_letter(id));
	struct query *q = query_new(s, ent);
	struct path *path;
	bool label = false;
	char text[ID_LEN + 1];
	size_t before;
	int r = -1;

	buf_addc(out, ';');
	before = out->n;
	query_ids(q, &id, 1);
	if (query_path(q, span("email"), false, &path, e) == 0 &&
	    query_stream(q, &path, &label, 1, take_email, out, e) >= 0)
		r = 0;
	query_free(q);
	id_unpack(id, text);
	if (r == 0 && out->n == before)
		return err_set(e, ERR_USAGE,
		    "%s %s has no mail address: give the address itself, or "
		    "crm-%s set %s email=...", ent->label ? ent->label
							  : ent->name,
		    text, ent->name, text);
	return r;
}

/* What can stand in ATTENDEE: nothing that would be read as more than it. */
static int
address(struct span who, struct buf *out, struct err *e)
{
	const char *at = memchr(who.p, '@', who.n);
	bool ok = at > who.p && at + 1 < who.p + who.n;

	for (size_t i = 0; i < who.n; i++)
		ok = ok && (unsigned char)who.p[i] > ' ' &&
		    !strchr("\"<>:\\()", who.p[i]);
	if (!ok)
		return err_set(e, ERR_USAGE,
		    "'%.*s' is no mail address; an address alone is wanted, "
		    "such as ada@example.org", SPANF(who));
	buf_addf(out, ";%.*s", SPANF(who));
	return 0;
}

static int
one(struct session *s, struct span who, struct buf *out, struct err *e)
{
	const struct entity *contact =
	    schema_entity(&s->schema, span("contact"));
	const struct entity *user = schema_entity(&s->schema, span("user"));
	uint64_t full = id_pack(who), id = 0;
	struct err first = { 0 };

	if (memchr(who.p, '@', who.n))
		return address(who, out, e);
	if (full && id_letter(full) == contact->letter)
		return resolve_one(s, contact, who, true, &id, e)
		    ? -1
		    : email_of(s, id, out, e);
	if (resolve_one(s, user, who, false, &id, &first) == 0)
		return email_of(s, id, out, e);
	if (first.code != ERR_NOENT) {
		*e = first;
		return -1;
	}
	err_release(&first);
	if (resolve_one(s, contact, who, false, &id, e))
		return err_prefix(e, "no user, and ");
	return email_of(s, id, out, e);
}

/* "Müller, Hans" is one who is called so, rather than two. */
static bool
is_one_name(struct session *s, struct span list, struct buf *out)
{
	static const char *const kinds[] = { "user", "contact" };
	struct err none = { 0 };
	uint64_t id = 0;
	bool found = false;

	if (!memchr(list.p, ',', list.n) || memchr(list.p, '@', list.n))
		return false;
	for (size_t i = 0; i < 2 && !found; i++) {
		size_t at = out->n;

		found = resolve_one(s, schema_entity(&s->schema,
				span(kinds[i])), list, false, &id, &none) == 0 &&
			email_of(s, id, out, &none) == 0;
		if (!found)
			buf_cut(out, at);
		err_release(&none);
	}
	return found;
}

int
attend_find(struct session *s, struct span list, struct buf *out,
    struct err *e)
{
	if (is_one_name(s, span_trim(list), out))
		return 0;
	while (list.n) {
		struct span who = list;

		for (who.n = 0; who.n < list.n; who.n++)
			if (strchr(",;", list.p[who.n]))
				break;
		list = span_n(list.p + who.n, list.n - who.n);
		if (list.n)
			list = span_n(list.p + 1, list.n - 1);
		who = span_trim(who);
		if (who.n && one(s, who, out, e))
			return err_prefix(e, "with: ");
	}
	return 0;
}
