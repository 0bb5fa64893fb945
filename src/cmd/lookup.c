/* lookup: whose telephone number it is, for a pop-up when it rings. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/own.h"
#include "crm/phonebook.h"
#include "crm/query/query.h"
#include "store/id.h"

enum { L_ID, L_NAME, L_ACCOUNT, L_LAST, L_DEALS, L_NUMBER, L_COLS };

/* What is told of one record besides its name. */
struct facts {
	struct arena arena;
	struct buf deals;
	struct span account, last;
	const struct clock_zone *zone;
	bool people;
};

/* Rows of an entity that are about a record: a filter, two columns at most. */
static int
rows_about(struct call *c, const char *entity, char **word, size_t nwords,
    const char *const *col, size_t ncols, bool labels, const char *sort,
    struct result *out)
{
	struct query *q = query_new(
	    &c->s, schema_entity(&c->s.schema, span(entity)));
	struct sort_key key = { .descending = true };
	struct path *path[2] = { NULL };
	bool label[2] = { labels, labels };
	int r = query_filter(q, word, nwords, &c->err);

	for (size_t i = 0; r == 0 && i < ncols; i++)
		r = query_path(q, span(col[i]), labels, &path[i], &c->err);
	if (r == 0 && sort)
		r = query_path(q, span(sort), false, &key.path, &c->err);
	if (r == 0)
		r = query_rows(q, path, label, ncols, &key, sort != NULL,
		    sort ? 1 : 0, out, &c->err);
	query_free(q);
	return r;
}

/* "contact:C2611-..." */
static char *
term(const struct phone_hit *h)
{
	char id[ID_LEN + 1];

	id_unpack(h->id, id);
	return xasprintf("%s:%s", h->ent->name, id);
}

/* People read the time of their clocks. */
static struct span
shown(struct span when, struct facts *f)
{
	bool timed;
	struct buf b = { 0 };
	int64_t t;

	if (!f->people || !when_parse(when, &t, &timed) || !timed)
		return when;
	instant_local(f->zone, t, &b);
	when = arena_span(&f->arena, buf_span(&b));
	buf_release(&b);
	return when;
}

/* What took place: neither what is planned nor what was called off. */
static int
find_last(struct call *c, const struct phone_hit *h, struct facts *f)
{
	static const char *const cols[] = { "when", "subject" };
	static char done[] = "state:done";
	struct result res = { 0 };
	char *word[3] = { term(h), xstrdup("when:..now"), done };
	int r = rows_about(c, "act", word, 3, cols, 2, false, "when", &res);

	if (r == 0 && res.nrows)
		f->last = arena_printf(&f->arena, "%.*s %.*s",
		    SPANF(shown(res.cell[0], f)), SPANF(res.cell[1]));
	result_release(&res);
	free(word[0]);
	free(word[1]);
	return r;
}

/* Those of the person, else those of the account. */
static int
find_deals(struct call *c, const struct phone_hit *h, struct facts *f)
{
	static char open[] = "+OPEN";
	const char *col[] = { f->people ? "name" : "id" };
	struct result res = { 0 };
	char *word[2] = { open, NULL };
	int r = 0;

	buf_reset(&f->deals);
	if (entity_field(schema_entity(&c->s.schema, span("opp")),
		span(h->ent->name))) {
		word[1] = term(h);
		r = rows_about(
		    c, "opp", word, 2, col, 1, false, NULL, &res);
	}
	if (r == 0 && res.nrows == 0 && h->account.n) {
		free(word[1]);
		result_release(&res);
		memset(&res, 0, sizeof res);
		word[1] = xasprintf("account:%.*s", SPANF(h->account));
		r = rows_about(
		    c, "opp", word, 2, col, 1, false, NULL, &res);
	}
	for (size_t i = 0; r == 0 && i < res.nrows; i++)
		buf_addf(&f->deals, "%s%.*s", f->deals.n ? ";" : "",
		    SPANF(res.cell[i]));
	result_release(&res);
	free(word[1]);
	return r;
}

static int
find_account(struct call *c, const struct phone_hit *h, struct facts *f)
{
	static const char *const cols[] = { "name" };
	struct result res = { 0 };
	char *word[1];
	int r;

	f->account = h->account;
	if (!h->account.n || !f->people)
		return 0;
	word[0] = xasprintf("id:%.*s", SPANF(h->account));
	r = rows_about(c, "account", word, 1, cols, 1, false, NULL, &res);
	if (r == 0 && res.nrows)
		f->account = arena_span(&f->arena, res.cell[0]);
	result_release(&res);
	free(word[0]);
	return r;
}

static int
put_hit(struct call *c, struct emit *em, const struct phone_hit *h,
    struct span number, bool people)
{
	struct facts f = { .people = people,
		.zone = people ? session_own(&c->s)->zone : NULL };
	struct span cell[L_COLS];
	char id[ID_LEN + 1];
	int r = find_account(c, h, &f) || find_last(c, h, &f) ||
			find_deals(c, h, &f)
	    ? -1
	    : 0;

	id_unpack(h->id, id);
	cell[L_ID] = span(id);
	cell[L_NAME] = h->name;
	cell[L_ACCOUNT] = f.account;
	cell[L_LAST] = f.last;
	cell[L_DEALS] = buf_span(&f.deals);
	cell[L_NUMBER] = number;
	if (r == 0)
		r = emit_row(em, cell, L_COLS, &c->err);
	buf_release(&f.deals);
	arena_release(&f.arena);
	return r;
}

static int
put_hits(struct call *c, const struct phonebook *b, struct span number)
{
	/* all in 80 columns: a date and a time is 16 wide, and what is cut of
	   the subject one; narrower, the number is what one knows already */
	static const struct emit_column col[L_COLS] = {
		[L_ID] = { .name = "id", .type = F_ID },
		[L_NAME] = { .name = "name", .main = true, .keep = 9 },
		[L_ACCOUNT] = { .name = "account", .keep = 7 },
		[L_LAST] = { .name = "last", .label = "last activity",
		    .keep = 17 },
		[L_DEALS] = { .name = "deals", .label = "open deals",
		    .type = F_REF },
		[L_NUMBER] = { .name = "number", .type = F_PHONE,
		    .spare_below = 80 },
	};
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	bool ids = emit_wants_ids(&o);
	bool people = !ids && !emit_is_machine(&o);
	struct emit *em;
	int r = 0;

	emit_hold();
	if (emit_open(&em, &o, col, ids ? 1 : L_COLS, &c->err))
		return -1;
	for (size_t i = 0; r == 0 && i < b->n; i++)
		r = put_hit(c, em, &b->hit[i], number, people);
	if (r == 0) {
		session_unlock(&c->s);
		r = emit_release(&c->err);
	}
	return emit_end(em, r, NULL, &c->err);
}

static int
parse_number(struct call *c, struct phone *out)
{
	const struct phone_country *home;
	struct buf text = { 0 };
	int r = phone_home(&c->s, &home, &c->err);

	for (int i = 0; i < c->argc; i++)
		buf_addf(&text, "%s%s", i ? " " : "", c->argv[i]);
	if (r == 0 && (!text.n || !phone_parse(buf_span(&text), home, out)))
		r = err_set(&c->err, ERR_USAGE,
		    "'%s' is no telephone number", text.p ? text.p : "");
	buf_release(&text);
	return r;
}

/* Also "crm lookup": of any kind of record. */
int
verb_lookup(struct call *c)
{
	struct phonebook b = { 0 };
	struct buf number = { 0 };
	struct phone want;
	int r = -1;

	if (parse_number(c, &want) ||
	    phonebook_find(&c->s, c->ent ? c->ent->name : NULL, &want, 1, &b,
		&c->err))
		goto out;
	phone_format(&want, &number);
	if (c->format && strcmp(c->format, "tel") == 0) {
		buf_addc(&number, '\n');
		r = b.n ? emit_text(span("tel:"), &c->err) ||
			    emit_text(buf_span(&number), &c->err)
			? -1
			: 0
			: 0;
	} else {
		r = put_hits(c, &b, buf_span(&number));
	}
	if (r == 0 && c->fail_empty && b.n == 0)
		r = 1;
out:
	phonebook_release(&b);
	buf_release(&number);
	return r;
}
