/* Beneath a record that is shown: those that belong to it, a few of a kind. */
#include <stdlib.h>

#include "cmd/list_impl.h"
#include "cmd/sheet.h"
#include "crm/query/filter.h"
#include "store/id.h"

/* So many of each. */
#define MOST 5

#define ACT "id,when,type,subject,standing,outcome,owner"

static const struct belonging {
	const char *entity, *title;
	const char *by;	    /* paths of theirs to what they may belong to */
	const char *filter; /* only these, or NULL */
	const char *sort, *columns;
} belongings[] = {
	{ "act", "open activities", "opp,account,contact,lead,campaign",
	    "+OPEN", "when", ACT },
	{ "act", "last activities", "opp,account,contact,lead,campaign",
	    "+DONE", "when-", ACT },
	{ "quote", "quotes", "opp,account,contact", NULL, "created-",
	    "id,number,total,currency,standing,date,valid_until,name,owner" },
	{ "order", "orders", "quote,opp,account,contact", NULL, "created-",
	    "id,number,total,currency,owing,standing,date,delivery,name" },
	{ "asset", "installed products", "order,order.opp,account,contact",
	    NULL, "delivered-",
	    "id,name,serial,quantity,delivered,warranty_until,state" },
	{ "asset", "installed at", "product", NULL, "delivered-",
	    "id,account,serial,quantity,delivered,warranty_until,state" },
	{ "price", "prices in price books", "product", NULL, "book,min",
	    "id,book,min,price,book.currency,from,to" },
	{ "price", "prices", "book", NULL, "product,min",
	    "id,product,product.sku,min,price,book.currency,from,to" },
	{ "order-line", "ordered", "product", NULL, "order.date-",
	    "order.number,order.date,order.account,quantity,unit,price,amount,"
	    "currency" },
};
#define NSORTS (sizeof belongings / sizeof *belongings)

/* Does the path of one of them lead to records of ent? */
static bool
leads_to(struct call *c, const char *from, struct span path,
    const struct entity *ent)
{
	const struct entity *at = schema_entity(&c->s.schema, span(from));

	while (at && path.n) {
		const struct field *f = entity_field(at, span_cut(&path, '.'));

		at = f && f->type == F_REF
		    ? schema_entity(&c->s.schema, span(f->ref))
		    : NULL;
	}
	return at == ent;
}

/* The path by which they belong to records of ent; empty: they do not. */
static struct span
path_to(struct call *c, const struct belonging *x, const struct entity *ent)
{
	struct span rest = span(x->by), path;

	while (rest.n) {
		path = span_cut(&rest, ',');
		if (leads_to(c, x->entity, path, ent))
			return path;
	}
	return rest;
}

static int
paint(struct call *c, const struct belonging *x, const struct columns *k,
    const struct result *res, const char *more)
{
	struct sheet t = { .c = c, .ranked = true };

	if (sheet_open(&t, x->title, more, k->emit, k->n))
		return -1;
	for (size_t i = 0; i < res->nrows && i < MOST; i++)
		if (sheet_row(&t, res->cell + i * res->ncols, res->ncols))
			return -1;
	return sheet_close(&t);
}

/* Those of one sort: of c->ent, that a filter selects. */
static int
show_some(struct call *c, const struct belonging *x, const char *filter)
{
	struct query *q = query_new(&c->s, c->ent);
	struct wanted w = { .columns = x->columns, .sort = x->sort };
	struct columns k = { 0 };
	struct result res = { 0 };
	struct buf more = { 0 };
	char **word = NULL;
	size_t n;
	int r = -1;

	if (filter_split(filter, &word, &n, &c->err) ||
	    query_filter(q, word, n, &c->err) ||
	    list_first(c, q, &w, MOST + 1, &k, &res))
		goto out;
	if (res.nrows > MOST && c->ent->command)
		buf_addf(&more, "more: crm-%s list %s -s %s", x->entity,
		    filter, x->sort);
	r = res.nrows ? paint(c, x, &k, &res, more.p) : 0;
out:
	result_release(&res);
	columns_release(&k);
	buf_release(&more);
	free(word);
	query_free(q);
	return r;
}

int
show_records(struct call *c, uint64_t id)
{
	struct entity *ent = c->ent;
	char text[ID_LEN + 1];
	int r = 0;

	id_unpack(id, text);
	for (size_t i = 0; r == 0 && i < NSORTS; i++) {
		const struct belonging *x = &belongings[i];
		struct span path = path_to(c, x, ent);
		struct buf filter = { 0 };

		if (!path.n)
			continue;
		buf_addf(&filter, "%.*s:%s", SPANF(path), text);
		if (x->filter)
			buf_addf(&filter, " %s", x->filter);
		c->ent = schema_entity(&c->s.schema, span(x->entity));
		r = show_some(c, x, filter.p);
		c->ent = ent;
		buf_release(&filter);
	}
	return r;
}
