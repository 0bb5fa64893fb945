/*
 * Of a quote or an order that is issued: what it says of the customer, where
 * the records say something else by now.
 */
#include "cmd/quote.h"
#include "cmd/sheet.h"
#include "crm/trade/kept.h"
#include "crm/trade/party.h"

static int
print(struct call *c, const struct kept_change *v, size_t n)
{
	static const struct emit_column col[] = { { .name = "customer",
						      .main = true },
		{ .name = "issued", .wrap = true },
		{ .name = "today", .wrap = true } };
	struct sheet t = { .c = c };

	if (sheet_open(
		&t, "changed since, but not in this document", NULL, col, 3))
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct span cell[3] = { v[i].name, v[i].old, v[i].new };

		if (sheet_row(&t, cell, 3))
			return -1;
	}
	return sheet_close(&t);
}

int
quote_print_changed(struct call *c, const struct record *r)
{
	struct arena a = { 0 };
	struct buf to = { 0 }, from = { 0 };
	struct kept_change *v;
	struct parties now;
	size_t n;
	int ret = 0;

	if (!doc_has_kept(r))
		return 0;
	ret = parties_today(&c->s, r, &a, &now, &c->err);
	if (ret == 0) {
		parties_keep(&now, &to, &from);
		n = kept_compare(
		    &a, record_get(r, "issued_to"), buf_span(&to), &v);
		ret = n ? print(c, v, n) : 0;
	}
	buf_release(&to);
	buf_release(&from);
	arena_release(&a);
	return ret;
}
