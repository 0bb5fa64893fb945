/*
 * crm-product price: what a product costs a customer, and how that came about;
 * or, of rows on stdin, what each of them costs.
 */
#include <string.h>

#include "cmd/rows.h"
#include "cmd/verbs.h"
#include "crm/change/resolve.h"
#include "crm/change/rows_in.h"
#include "crm/trade/price.h"

#define STDIN_MAX ((size_t)256 << 20)

static const char *account, *currency, *on, *voucher, *book;
static bool explain;

const struct opt opts_product_price[] = {
	{ "account", 0, OPT_STR, "ACCOUNT", "for this customer", &account },
	{ "currency", 0, OPT_STR, "CODE", "in this currency", &currency },
	{ "on", 0, OPT_STR, "DATE", "as it is on that day", &on },
	{ "voucher", 0, OPT_STR, "CODE,...", "with these vouchers", &voucher },
	{ "book", 0, OPT_STR, "BOOK", "from this price book", &book },
	{ "explain", 0, OPT_FLAG, NULL, "each step of the way to it",
	    &explain },
	{ 0 },
};

/* What a row or the words ask for; "" is what the option says. */
enum { A_SKU, A_QUANTITY, A_ACCOUNT, A_CURRENCY, A_ON, A_VOUCHER, A_BOOK,
	ASKED };

enum { P_SKU, P_NAME, P_QUANTITY, P_LIST, P_PRICE, P_CURRENCY, P_GIFTS,
	P_COLS };

struct pricing {
	struct call *c;
	struct pricer *pricer;
	struct resolver *names[3]; /* with rows: products, accounts, books */
	struct rows rows;
	struct arena arena;
	bool many;
	size_t column[ASKED]; /* of stdin: 1 + its place; 0: not there */
	bool header;
};

static const struct {
	const char *entity;
	int cell;
} named[3] = { { "product", A_SKU }, { "account", A_ACCOUNT },
	{ "pricebook", A_BOOK } };

/* The record that a cell names; 0 where it is empty. */
static int
find(struct pricing *p, int which, struct span text, uint64_t *id)
{
	struct call *c = p->c;
	const struct entity *ent =
	    schema_entity(&c->s.schema, span(named[which].entity));
	int r;

	*id = 0;
	if (!text.n)
		return 0;
	if (!p->many)
		return resolve_one(
		    &c->s, ent, text, c->ids_only, id, &c->err);
	if (!p->names[which] &&
	    resolver_new(&c->s, ent, &p->names[which], &c->err))
		return -1;
	r = resolver_find(p->names[which], text, id, &c->err);
	return r == 1 ? err_set(&c->err, ERR_NOENT, "no %s '%.*s'", ent->label,
			    SPANF(text))
	    : r       ? -1
		      : 0;
}

static int
ask(struct pricing *p, const struct span cell[ASKED],
    struct price_request *r)
{
	struct call *c = p->c;
	struct span codes = cell[A_VOUCHER];
	struct span *code = arena_alloc(
	    &p->arena, (codes.n + 1) * sizeof *code);
	char upper[4] = "";

	memset(r, 0, sizeof *r);
	if (find(p, 0, cell[A_SKU], &r->product) ||
	    find(p, 1, cell[A_ACCOUNT], &r->account) ||
	    find(p, 2, cell[A_BOOK], &r->book))
		return -1;
	if (!r->product)
		return err_set(&c->err, ERR_USAGE, "which product?");
	r->quantity = (struct dec){ 1, 0 };
	if (cell[A_QUANTITY].n && !dec_parse(cell[A_QUANTITY], &r->quantity))
		return err_set(&c->err, ERR_USAGE,
		    "quantity '%.*s' is no number", SPANF(cell[A_QUANTITY]));
	for (size_t i = 0; i < 3 && i < cell[A_CURRENCY].n; i++)
		upper[i] = (char)(cell[A_CURRENCY].p[i] & ~0x20);
	r->currency = cell[A_CURRENCY].n > 3 ? cell[A_CURRENCY]
	    : upper[0] ? arena_span(&p->arena, span(upper))
		       : span(c->s.currency);
	r->day = c->s.dates.today;
	if (cell[A_ON].n &&
	    date_entry(cell[A_ON], &c->s.dates, &r->day, &c->err))
		return -1;
	r->voucher = code;
	while (codes.n) {
		code[r->nvouchers] = span_trim(span_cut(&codes, ','));
		r->nvouchers += code[r->nvouchers].n > 0;
	}
	return 0;
}

/* "FRAME 2;GIFT 1" */
static struct span
gifts(struct pricing *p, const struct priced *x)
{
	struct buf b = { 0 };
	struct span s;

	for (size_t i = 0; i < x->ngifts; i++) {
		const struct price_gift *g = &x->gift[i];

		buf_addf(&b, "%s%.*s ", b.n ? ";" : "",
		    SPANF(g->sku.n ? g->sku : g->name));
		dec_format(&b, g->quantity.value, g->quantity.scale);
	}
	s = arena_span(&p->arena, buf_span(&b));
	buf_release(&b);
	return s;
}

static int
price_one(struct pricing *p, const struct span cell[ASKED])
{
	struct price_request r;
	struct span out[P_COLS];
	struct priced x;

	if (ask(p, cell, &r) ||
	    price_of(p->pricer, &r, &p->arena, &x, &p->c->err))
		return -1;
	for (size_t i = 0; explain && i < x.nsteps; i++) {
		out[0] = x.step[i].what;
		out[1] = x.step[i].how;
		out[2] = dec_span(&p->arena, x.step[i].price.value,
		    x.step[i].price.scale);
		rows_add(&p->rows, out);
	}
	if (explain)
		return 0;
	out[P_SKU] = x.sku;
	out[P_NAME] = x.name;
	out[P_QUANTITY] =
	    dec_span(&p->arena, r.quantity.value, r.quantity.scale);
	out[P_LIST] = dec_span(&p->arena, x.list.value, x.list.scale);
	out[P_PRICE] = dec_span(&p->arena, x.price.value, x.price.scale);
	out[P_CURRENCY] = r.currency;
	out[P_GIFTS] = gifts(p, &x);
	rows_add(&p->rows, out);
	return 0;
}

/* --- rows on stdin ------------------------------------------------------- */

static int
take_header(struct pricing *p, const struct span *cell, size_t n)
{
	static const char *const name[ASKED] = { "sku", "quantity", "account",
		"currency", "on", "voucher", "book" };

	p->header = true;
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < ASKED; k++)
			if (span_ieqs(cell[i], name[k]))
				p->column[k] = i + 1;
	return p->column[A_SKU] ? 0
				: err_set(&p->c->err, ERR_DATA,
				      "stdin:1: rows need a column sku; others "
				      "are quantity, account, currency, on, "
				      "voucher, book");
}

static int
take_row(void *ctx, const struct span *cell, size_t n, size_t line, size_t at,
    size_t end, struct err *e)
{
	struct pricing *p = ctx;
	const char *const given[ASKED] = { NULL, NULL, account, currency, on,
		voucher, book };
	struct span asked[ASKED];

	(void)at;
	(void)end;
	(void)e;
	if (!p->header)
		return take_header(p, cell, n);
	for (int k = 0; k < ASKED; k++)
		asked[k] = p->column[k] && p->column[k] <= n &&
			cell[p->column[k] - 1].n
		    ? cell[p->column[k] - 1]
		    : span(given[k]);
	return price_one(p, asked)
	    ? err_prefix(&p->c->err, "stdin:%zu: ", line)
	    : 0;
}

static int
price_rows(struct pricing *p)
{
	struct buf data = { 0 };
	int r = cli_read(p->c, "-", STDIN_MAX, &data);

	if (r == 0)
		r = rows_in(
		    buf_span(&data), "stdin", take_row, p, &p->c->err);
	buf_release(&data);
	return r;
}

static int
price_words(struct pricing *p)
{
	struct call *c = p->c;
	struct span cell[ASKED] = { [A_ACCOUNT] = span(account),
		[A_CURRENCY] = span(currency), [A_ON] = span(on),
		[A_VOUCHER] = span(voucher), [A_BOOK] = span(book) };

	if (c->argc < 1 || c->argc > 2)
		return err_set(&c->err, ERR_USAGE,
		    "the price of what? crm-product price SKU [xN], or - for "
		    "rows on stdin");
	cell[A_SKU] = span(c->argv[0]);
	if (c->argc == 2)
		cell[A_QUANTITY] =
		    span(c->argv[1] + (c->argv[1][0] == 'x'));
	return price_one(p, cell);
}

int
verb_product_price(struct call *c)
{
	static const struct emit_column price[P_COLS] = { { .name = "sku" },
		{ .name = "name", .main = true },
		{ .name = "quantity", .type = F_DECIMAL, .trim = true },
		{ .name = "list", .type = F_DECIMAL, .price = true },
		{ .name = "price", .type = F_DECIMAL, .price = true },
		{ .name = "currency", .type = F_CURRENCY }, { .name = "gifts" } };
	static const struct emit_column step[] = {
		{ .name = "what", .main = true }, { .name = "how" },
		{ .name = "price", .type = F_DECIMAL }
	};
	struct pricing p = { .c = c };
	int r = -1;

	p.many = c->argc == 1 && strcmp(c->argv[0], "-") == 0;
	p.rows.col = explain ? step : price;
	p.rows.ncols = explain ? 3 : P_COLS;
	if (explain && p.many)
		return err_set(&c->err, ERR_USAGE,
		    "--explain tells of one price, not of rows");
	if (pricer_new(&c->s, &p.pricer, &c->err) == 0 &&
	    (p.many ? price_rows(&p) : price_words(&p)) == 0)
		r = rows_print(c, &p.rows);
	for (size_t i = 0; i < 3; i++)
		resolver_free(p.names[i]);
	pricer_free(p.pricer);
	rows_release(&p.rows);
	arena_release(&p.arena);
	return r;
}
