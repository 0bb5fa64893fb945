/*
 * crm-product bundle: the parts of a bundle, listed or set. What is given is
 * what it has of these parts from then on; 0 takes one out.
 */
#include <string.h>

#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/change/resolve.h"
#include "crm/trade/price.h"
#include "store/id.h"

static const struct entity *
entity(struct call *c, const char *name)
{
	return schema_entity(&c->s.schema, span(name));
}

static int
list(struct call *c, uint64_t bundle)
{
	static const struct emit_column col[] = { { .name = "id" },
		{ .name = "sku" }, { .name = "name", .main = true },
		{ .name = "quantity", .type = F_DECIMAL, .trim = true } };
	struct rows rows = { .col = col, .ncols = 4 };
	const struct bundle_part *part;
	struct pricer *p;
	size_t n;
	int r = pricer_new(&c->s, &p, &c->err);

	if (r)
		return -1;
	price_parts(p, bundle, &part, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct buf quantity = { 0 };
		struct span cell[4], sku, name;
		char id[ID_LEN + 1];

		id_unpack(part[i].product, id);
		dec_format(&quantity, part[i].quantity.value,
		    part[i].quantity.scale);
		r = price_name(
		    p, part[i].product, &sku, &name, &c->err);
		cell[0] = span(id);
		cell[1] = sku;
		cell[2] = name;
		cell[3] = buf_span(&quantity);
		if (r == 0)
			rows_add(&rows, cell);
		buf_release(&quantity);
	}
	if (r == 0)
		r = rows_print(c, &rows);
	rows_release(&rows);
	pricer_free(p);
	return r;
}

/* SKU=N onto the bundle. */
static int
set_part(struct call *c, struct changes *ch, uint64_t bundle, char *word)
{
	const struct entity *ent = entity(c, "bundle");
	struct record r = { .ent = ent }, before;
	char *eq = strrchr(word, '='), id[2][ID_LEN + 1];
	struct span quantity = span(eq + 1);
	uint64_t part;
	struct dec d;
	int absent;

	if (!dec_parse(quantity, &d) || d.value < 0)
		return err_set(&c->err, ERR_USAGE,
		    "%s: '%s' is no quantity: a number above 0, or 0 to take "
		    "the part out", word, eq + 1);
	if (resolve_one(&c->s, entity(c, "product"),
		span_n(word, (size_t)(eq - word)), c->ids_only, &part,
		&c->err))
		return -1;
	id_unpack(bundle, id[0]);
	id_unpack(part, id[1]);
	r = change_copy(ch, &r);
	record_put(&r, "bundle", arena_span(&ch->arena, span(id[0])));
	record_put(&r, "part", arena_span(&ch->arena, span(id[1])));
	record_put(&r, "quantity", arena_span(&ch->arena, quantity));
	absent = change_load(ch, ent, table_key(ent, r.value), &before,
	    &c->err);
	if (absent < 0)
		return -1;
	if (d.value == 0)
		return absent ? 0
			      : change_apply(ch, &before, NULL, 0, &c->err);
	r.id = absent ? 0 : before.id;
	return change_apply(ch, absent ? NULL : &before, &r, 0, &c->err)
	    ? err_prefix(&c->err, "%s: ", word)
	    : 0;
}

int
verb_product_bundle(struct call *c)
{
	struct changes *ch = NULL;
	uint64_t bundle;
	int r = -1;

	if (c->argc < 1)
		return err_set(&c->err, ERR_USAGE,
		    "which bundle? crm-product bundle KIT [SKU=N ...]");
	for (int i = 1; i < c->argc; i++)
		if (!strchr(c->argv[i], '='))
			return err_set(&c->err, ERR_USAGE,
			    "'%s' is no part; write SKU=N", c->argv[i]);
	if (resolve_one(&c->s, c->ent, span(c->argv[0]), c->ids_only, &bundle,
		&c->err))
		return -1;
	if (c->argc == 1)
		return list(c, bundle);
	if (cli_changes(c, &ch))
		return -1;
	for (r = 0; r == 0 && c->argc > 1; c->argc--)
		r = set_part(c, ch, bundle, *++c->argv);
	if (r == 0)
		r = cli_commit(c, ch, "bundle");
	changes_close(ch);
	return r;
}
