/* What must hold of the tables that prices are made of. */
#include <string.h>

#include "crm/trade/price_impl.h"
#include "store/id.h"

static int
check_filter(struct session *s, const struct record *r, const char *field,
    const char *of, struct err *e)
{
	struct price_select f;

	if (price_select_new(s, schema_entity(&s->schema, span(of)),
		record_get(r, field), &f, e))
		return err_prefix(e, "%s: ", field);
	price_select_release(&f);
	return 0;
}

static int
check_dates(const struct record *r, struct err *e)
{
	int32_t from, to;

	if (date_parse(record_get(r, "from"), &from) &&
	    date_parse(record_get(r, "to"), &to) && from > to)
		return err_set(e, ERR_USAGE, "to: it ends before it begins");
	return 0;
}

static int
check_number(const struct record *r, const char *field, bool above,
    struct err *e)
{
	struct span v = record_get(r, field);
	struct dec d;

	if (!v.n || (dec_parse(v, &d) && d.value >= above &&
			d.scale <= PRICE_DIGITS &&
			d.value / price_ten(d.scale) <= 1000000000000))
		return 0;
	return err_set(e, ERR_USAGE,
	    "%s: '%.*s' is no number %s, with up to %d digits behind the point",
	    field, SPANF(v), above ? "above 0" : "from 0 on", PRICE_DIGITS);
}

static int
check_book(struct session *s, const struct record *r, struct err *e)
{
	return check_dates(r, e) ||
		check_filter(s, r, "customers", "account", e)
	    ? -1
	    : 0;
}

static int
check_price(struct session *s, const struct record *r, struct err *e)
{
	(void)s;
	return check_number(r, "min", false, e) ||
		check_number(r, "price", false, e) || check_dates(r, e)
	    ? -1
	    : 0;
}

static int
check_discount(struct session *s, const struct record *r, struct err *e)
{
	struct discount d;

	return discount_parse(s, r, &d, e) ||
		check_filter(s, r, "products", "product", e) ||
		check_filter(s, r, "customers", "account", e)
	    ? -1
	    : 0;
}

/* Is the bundle among the parts of the product, or of its parts' parts? */
static bool
holds(struct pricer *p, uint64_t product, uint64_t bundle, int depth)
{
	const struct bundle_part *part;
	size_t n;

	if (product == bundle)
		return true;
	price_parts(p, product, &part, &n);
	for (size_t i = 0; depth > 0 && i < n; i++)
		if (holds(p, part[i].product, bundle, depth - 1))
			return true;
	return false;
}

static int
check_part(struct session *s, const struct record *r, struct err *e)
{
	uint64_t bundle = id_pack_canonical(record_get(r, "bundle"));
	uint64_t part = id_pack_canonical(record_get(r, "part"));
	struct pricer *p;
	bool within;

	if (check_number(r, "quantity", true, e))
		return -1;
	if (pricer_new(s, &p, e))
		return -1;
	within = holds(p, part, bundle, BUNDLE_DEPTH);
	pricer_free(p);
	return within ? err_set(e, ERR_USAGE,
			    "part: the bundle would be in itself")
		      : 0;
}

int
price_check(struct session *s, const struct record *r, struct err *e)
{
	static const struct {
		const char *entity;
		int (*check)(struct session *s, const struct record *r,
		    struct err *e);
	} checks[] = {
		{ "pricebook", check_book },
		{ "price", check_price },
		{ "discount", check_discount },
		{ "bundle", check_part },
	};

	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		if (strcmp(checks[i].entity, r->ent->name) == 0)
			return checks[i].check(s, r, e);
	return 0;
}
