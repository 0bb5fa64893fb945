/* What the tables of prices say of a quote: its lines, and of the whole. */
#include <string.h>

#include "base/mem.h"
#include "crm/trade/doc.h"
#include "crm/trade/quote_impl.h"
#include "store/id.h"

/* Positions between a line and the next one. */
enum { BETWEEN = 9 };

const struct entity *
quote_entity(struct changes *c, const char *name)
{
	return schema_entity(&c->s->schema, span(name));
}

struct span
quote_id_span(struct changes *c, uint64_t id)
{
	char text[ID_LEN + 1];

	id_unpack(id, text);
	return arena_span(&c->arena, span(text));
}

struct span
quote_dec_span(struct changes *c, struct dec d)
{
	return dec_span(&c->arena, d.value, d.scale);
}

struct span
quote_why(struct changes *c, const struct priced *p)
{
	struct buf b = { 0 };
	struct span s;

	price_why(p, &b);
	s = arena_span(&c->arena, buf_span(&b));
	buf_release(&b);
	return s;
}

struct dec
quote_quantity(const struct record *line)
{
	struct dec q = { 1, 0 };

	(void)dec_parse(record_get(line, "quantity"), &q);
	return q;
}

bool
quote_by_hand(const struct record *line)
{
	struct span why = record_get(line, "why");

	return !why.n || span_eqs(why, BY_HAND);
}

bool
quote_by_rule(const struct record *line)
{
	return span_eqs(record_get(line, "kind"), "discount") &&
	    span_eqs(record_get(line, "why"), BY_RULE);
}

/* --- prices -------------------------------------------------------------- */

enum { VOUCHERS = 32 };

/* What is asked of the tables: for whom, when, in which currency. */
static void
request(struct session *s, const struct record *quote,
    struct price_request *r, struct span voucher[VOUCHERS])
{
	struct span codes = record_get(quote, "vouchers");

	memset(r, 0, sizeof *r);
	r->quantity = (struct dec){ 1, 0 };
	r->account = id_pack(record_get(quote, "account"));
	r->book = id_pack(record_get(quote, "book"));
	r->currency = record_get(quote, "currency");
	if (!r->currency.n)
		r->currency = span(s->currency);
	r->day = s->dates.today;
	(void)date_parse(record_get(quote, "priced"), &r->day);
	r->voucher = voucher;
	while (codes.n && r->nvouchers < VOUCHERS)
		voucher[r->nvouchers++] = span_cut(&codes, ';');
}

int
quote_price(struct changes *c, const struct record *quote, uint64_t product,
    struct dec quantity, struct priced *out, struct err *e)
{
	struct span voucher[VOUCHERS];
	struct price_request r;
	struct pricer *p;

	memset(out, 0, sizeof *out);
	request(c->s, quote, &r, voucher);
	r.product = product;
	r.quantity = quantity;
	return session_pricer(c->s, &p, e) ||
		price_of(p, &r, &c->arena, out, e)
	    ? -1
	    : 0;
}

int
quote_vouchers(struct session *s, struct changes *c,
    const struct record *quote, bool take, struct err *e)
{
	struct span voucher[VOUCHERS];
	struct price_request r;
	struct pricer *p = NULL;
	int ret;

	request(s, quote, &r, voucher);
	if (!r.nvouchers)
		return 0;
	if (!record_get(quote, "priced").n)
		(void)date_parse(record_get(quote, "date"), &r.day);
	/* what others use up before the lock is had is not to be missed */
	ret = c ? session_pricer(s, &p, e) : pricer_new(s, &p, e);
	if (ret == 0)
		ret = price_vouchers(p, &r, e);
	if (ret == 0 && take)
		price_take(p, &r);
	if (!c)
		pricer_free(p);
	return ret ? err_prefix(e, "vouchers: ") : 0;
}

/* --- what comes with a line ---------------------------------------------- */

/* A line that should be there, beside the one that it belongs to. */
struct companion {
	const char *kind;
	uint64_t product;
	struct dec quantity;
	struct span why;
};

static struct record *
find_companion(struct record *line, size_t n, bool *taken,
    const struct companion *x, struct span of)
{
	for (size_t i = 0; i < n; i++)
		if (!taken[i] && span_eq(record_get(&line[i], "of"), of) &&
		    span_eqs(record_get(&line[i], "kind"), x->kind) &&
		    id_pack(record_get(&line[i], "product")) == x->product) {
			taken[i] = true;
			return &line[i];
		}
	return NULL;
}

/*
 * What the tables say of one of it. Without a price it can be given away all
 * the same; *listed says whether it has one.
 */
static int
look_up(struct changes *c, const struct record *quote, uint64_t product,
    struct priced *p, bool *listed, struct err *e)
{
	struct err none = { 0 };

	*listed = quote_price(
		      c, quote, product, (struct dec){ 1, 0 }, p, &none) == 0;
	if (!*listed && (!p->name.n || none.code != ERR_USAGE)) {
		*e = none;
		return -1;
	}
	err_release(&none);
	return 0;
}

/* What a gift is listed at, and what it costs us. */
static int
put_gift(struct changes *c, const struct record *quote, struct record *line,
    struct err *e)
{
	struct priced p;
	bool listed;

	if (!span_eqs(record_get(line, "kind"), "gift"))
		return 0;
	if (look_up(c, quote, id_pack(record_get(line, "product")), &p,
		&listed, e))
		return -1;
	record_put(
	    line, "list", listed ? quote_dec_span(c, p.list) : span(""));
	record_put(
	    line, "cost", p.has_cost ? quote_dec_span(c, p.cost) : span(""));
	return 0;
}

/* What the product says of it; it is sold for nothing. */
static int
describe(struct changes *c, const struct record *quote, struct record *line,
    const struct companion *x, struct err *e)
{
	struct priced p;
	bool listed;

	if (look_up(c, quote, x->product, &p, &listed, e))
		return -1;
	record_put(line, "sku", p.sku);
	record_put(line, "name", p.name);
	record_put(line, "unit", p.unit);
	if (strcmp(x->kind, "gift") != 0)
		return 0;
	record_put(line, "tax", p.tax);
	record_put(line, "price", span("0"));
	return put_gift(c, quote, line, e);
}

static int
add_companion(struct changes *c, const struct record *quote,
    const struct record *line, const struct companion *x, size_t at,
    struct err *e)
{
	struct record empty = { .ent = line->ent }, r = change_copy(c, &empty);
	int64_t position = 0;

	(void)span_int(record_get(line, "position"), &position);
	position += (int64_t)(at < BETWEEN ? at + 1 : BETWEEN);
	record_put(&r, "quote", quote_id_span(c, quote->id));
	record_put(&r, "position",
	    arena_printf(&c->arena, "%lld", (long long)position));
	record_put(&r, "kind", span(x->kind));
	record_put(&r, "product", quote_id_span(c, x->product));
	record_put(&r, "quantity", quote_dec_span(c, x->quantity));
	record_put(&r, "why", x->why);
	record_put(&r, "of", quote_id_span(c, line->id));
	/* what comes with an option comes with it */
	record_put(&r, "choice", record_get(line, "choice"));
	record_put(&r, "group", record_get(line, "group"));
	return describe(c, quote, &r, x, e) || change_apply(c, NULL, &r, 0, e)
	    ? -1
	    : 0;
}

/* The product of two numbers, without zeros at its end. */
static int
times(struct dec a, struct dec b, struct dec *out, struct err *e)
{
	int128 v = (int128)a.value * b.value;
	int scale = a.scale + b.scale;

	for (; scale > 0 && v % 10 == 0; scale--)
		v /= 10;
	if (scale > 6 || v > 1000000000000000)
		return err_set(e, ERR_USAGE,
		    "quantity: of a part it has too many digits");
	out->value = (int64_t)v;
	out->scale = scale;
	return 0;
}

/* What should be there; of the changes' arena. */
static int
companions(struct changes *c, const struct record *quote,
    const struct record *line, const struct priced *p, struct companion **out,
    size_t *n, struct err *e)
{
	const struct bundle_part *part;
	struct err none = { 0 };
	struct pricer *pricer;
	struct companion *x;
	struct priced own;
	size_t nparts, ngifts;

	if (!p) {
		p = &own;
		if (quote_price(c, quote, id_pack(record_get(line, "product")),
			quote_quantity(line), &own, &none))
			own.ngifts = 0;
		err_release(&none);
	}
	ngifts = p->ngifts;
	if (session_pricer(c->s, &pricer, e))
		return -1;
	price_parts(
	    pricer, id_pack(record_get(line, "product")), &part, &nparts);
	x = arena_alloc(&c->arena, (nparts + ngifts + 1) * sizeof *x);
	*out = x;
	*n = 0;
	for (size_t i = 0; i < nparts; i++) {
		x[*n] = (struct companion){ .kind = "part",
			.product = part[i].product };
		if (times(quote_quantity(line), part[i].quantity,
			&x[*n].quantity, e))
			return -1;
		++*n;
	}
	for (size_t i = 0; i < ngifts; i++)
		x[(*n)++] = (struct companion){ .kind = "gift",
			.product = p->gift[i].product,
			.quantity = p->gift[i].quantity,
			.why = p->gift[i].why };
	return 0;
}

int
quote_follow(struct changes *c, const struct record *quote,
    const struct record *line, const struct priced *p, struct err *e)
{
	struct span of = quote_id_span(c, line->id);
	struct companion *want;
	struct record *old;
	size_t nwant, nold;
	bool *taken;

	if (!record_get(line, "product").n)
		return 0;
	if (companions(c, quote, line, p, &want, &nwant, e) ||
	    change_beside(c, line->ent, quote->id, &old, &nold, e))
		return -1;
	taken = arena_alloc(&c->arena, nold + 1);
	for (size_t i = 0; i < nwant; i++) {
		struct record *is =
		    find_companion(old, nold, taken, &want[i], of);
		struct record after;
		int r;

		if (is) {
			after = change_copy(c, is);
			record_put(&after, "quantity",
			    quote_dec_span(c, want[i].quantity));
			r = put_gift(c, quote, &after, e)
			    ? -1
			    : change_apply(c, is, &after, CHANGE_ISSUE, e);
		} else {
			r = add_companion(c, quote, line, &want[i], i, e);
		}
		if (r)
			return -1;
	}
	for (size_t i = 0; i < nold; i++) {
		struct span kind = record_get(&old[i], "kind");

		if (!taken[i] && span_eq(record_get(&old[i], "of"), of) &&
		    (span_eqs(kind, "gift") || span_eqs(kind, "part")) &&
		    change_apply(c, &old[i], NULL, 0, e))
			return -1;
	}
	return 0;
}

/* --- of the whole -------------------------------------------------------- */

/*
 * What the lines come to before any discount of the whole; `old` are those
 * that a rule made. 1: nothing, or it cannot be computed, which is said by
 * whoever asks for its sums.
 */
static int
sum_of(struct changes *c, const struct record *quote, int64_t *sum,
    struct record **old, size_t *nold, int64_t *last, struct err *e)
{
	struct err ignored = { 0 };
	struct doc d;
	size_t n = 0;
	int r = doc_load_rows(c->s, c, quote->id, &d, e);

	if (r)
		return r;
	*old = arena_alloc(&c->arena, (d.nlines + 1) * sizeof **old);
	for (size_t i = 0; i < d.nlines; i++) {
		int64_t at = 0;

		(void)span_int(record_get(&d.line[i].r, "position"), &at);
		if (at > *last)
			*last = at;
		if (quote_by_rule(&d.line[i].r))
			(*old)[(*nold)++] = change_copy(c, &d.line[i].r);
		else if (!span_eqs(record_get(&d.line[i].r, "kind"),
			     "discount"))
			d.line[n++] = d.line[i];
	}
	d.nlines = n;
	d.r = change_copy(c, quote);
	record_put(&d.r, "discount", span(""));
	r = doc_compute(c->s, &d, &ignored) ? 1 : 0;
	err_release(&ignored);
	*sum = r ? 0 : d.calc.subtotal;
	doc_release(&d);
	return r;
}

static int
put_off(struct changes *c, const struct record *quote,
    const struct quote_off *x, struct record *old, size_t nold, bool *taken,
    int64_t position, struct err *e)
{
	struct record empty = { .ent = quote_entity(c, "quote-line") };
	struct record *is = NULL, r;
	struct span off = quote_dec_span(c, x->value);

	if (x->percent)
		off = arena_printf(&c->arena, "%.*s%%", SPANF(off));
	for (size_t i = 0; !is && i < nold; i++)
		if (!taken[i] &&
		    span_eq(record_get(&old[i], "name"), x->name)) {
			taken[i] = true;
			is = &old[i];
		}
	r = change_copy(c, is ? is : &empty);
	record_put(&r, "discount", off);
	if (!is) {
		record_put(&r, "quote", quote_id_span(c, quote->id));
		record_put(&r, "position",
		    arena_printf(&c->arena, "%lld", (long long)position));
		record_put(&r, "kind", span("discount"));
		record_put(&r, "name", x->name);
		record_put(&r, "why", span(BY_RULE));
	}
	return change_apply(c, is, &r, 0, e);
}

int
quote_offs(struct changes *c, const struct record *quote, struct err *e)
{
	struct span voucher[VOUCHERS];
	struct price_request r;
	struct quote_off *off;
	struct pricer *p;
	struct record *old = NULL;
	size_t nold = 0, n;
	int64_t sum = 0, last = 0;
	bool *taken;

	if (sum_of(c, quote, &sum, &old, &nold, &last, e) < 0)
		return -1;
	request(c->s, quote, &r, voucher);
	if (session_pricer(c->s, &p, e) ||
	    price_quote_offs(p, &r, sum, &c->arena, &off, &n, e))
		return -1;
	/* nothing to take it off */
	if (sum == 0)
		n = 0;
	taken = arena_alloc(&c->arena, nold + 1);
	for (size_t i = 0; i < n; i++)
		if (put_off(c, quote, &off[i], old, nold, taken,
			last + 10 * (int64_t)(i + 1), e))
			return -1;
	for (size_t i = 0; i < nold; i++)
		if (!taken[i] && change_apply(c, &old[i], NULL, 0, e))
			return -1;
	return 0;
}
