/* crm-quote show and line list: a quote as people read it; lines as rows. */
#include <stdio.h>
#include <string.h>

#include "cmd/list_impl.h"
#include "cmd/quote.h"
#include "cmd/rows.h"
#include "cmd/sheet.h"
#include "crm/trade/approve.h"
#include "store/id.h"

/* --- lines --------------------------------------------------------------- */

static const struct emit_column line_columns[] = {
	{ .name = "id", .type = F_ID },
	{ .name = "line", .label = "#", .type = F_INT },
	{ .name = "kind" },
	{ .name = "sku", .main = true },
	{ .name = "name", .main = true },
	{ .name = "quantity", .type = F_DECIMAL, .trim = true },
	{ .name = "unit" },
	{ .name = "list", .type = F_DECIMAL, .price = true, .spare_below = 100 },
	{ .name = "price", .type = F_DECIMAL, .price = true },
	{ .name = "discount" },
	{ .name = "tax" },
	{ .name = "amount", .type = F_MONEY },
	{ .name = "choice" },
	{ .name = "group" },
	{ .name = "chosen", .type = F_BOOL },
	{ .name = "net", .type = F_MONEY, .spare_below = 100 },
	{ .name = "currency", .type = F_CURRENCY },
	{ .name = "why" },
};
enum { LINE_COLUMNS = sizeof line_columns / sizeof *line_columns };

/* What a line comes to; a discount of the whole takes away. */
static struct span
line_amount(struct doc *d, const struct doc_line *l)
{
	if (l->calc != NO_CALC)
		return dec_span(&d->arena, d->calc.line[l->calc].amount,
		    d->exponent);
	if (l->off != NO_CALC && l->off < 8)
		return dec_span(
		    &d->arena, -d->calc.off_each[l->off], d->exponent);
	return span("");
}

static void
line_cells(struct doc *d, size_t i, struct span *cell)
{
	const struct doc_line *l = &d->line[i];

	for (size_t k = 0; k < LINE_COLUMNS; k++)
		cell[k] = record_get(&l->r, line_columns[k].name);
	cell[1] = arena_printf(&d->arena, "%zu", i + 1);
	cell[11] = line_amount(d, l);
	cell[15] = l->calc == NO_CALC
	    ? span("")
	    : dec_span(&d->arena, d->calc.line[l->calc].net, d->exponent);
	cell[16] = d->currency;
	cell[17] = record_get(&l->r, "why");
}

static int
load(struct call *c, uint64_t id, struct doc *d)
{
	char text[ID_LEN + 1];
	int r = doc_load(&c->s, NULL, id, d, &c->err);

	id_unpack(id, text);
	if (r > 0)
		return err_set(&c->err, ERR_NOENT, "no quote %s", text);
	return r < 0 ? err_prefix(&c->err, "%s: ", text) : 0;
}

int
quote_print_lines(struct call *c, uint64_t id)
{
	struct rows rows = { .col = line_columns, .ncols = LINE_COLUMNS,
		.none = "it has no lines: crm-quote line add" };
	struct span cell[LINE_COLUMNS];
	struct doc d;
	int r = load(c, id, &d);

	if (r)
		return -1;
	for (size_t i = 0; i < d.nlines; i++) {
		line_cells(&d, i, cell);
		rows_add(&rows, cell);
	}
	r = rows_print(c, &rows);
	rows_release(&rows);
	doc_release(&d);
	return r;
}

/* --- for people ---------------------------------------------------------- */

enum { SHOWN_AMOUNT = 8, SHOWN_CHOICE };

static const char *
option_text(const struct record *r)
{
	if (!record_get(r, "choice").n)
		return "";
	if (span_eqs(record_get(r, "chosen"), "yes"))
		return "chosen";
	return span_eqs(record_get(r, "choice"), "option") ? "option"
							   : "alternative";
}

static void
shown_cells(void *ctx, size_t i, struct span *cell)
{
	struct doc *d = ctx;
	const struct doc_line *l = &d->line[i];
	struct span group = record_get(&l->r, "group");

	cell[SHOWN_AMOUNT] = line_amount(d, l);
	cell[SHOWN_CHOICE] = arena_printf(&d->arena, "%s%s%.*s",
	    option_text(&l->r), group.n ? " " : "", SPANF(group));
}

static int
show_lines(struct call *c, struct doc *d)
{
	static const struct emit_column col[] = {
		{ .name = "#", .type = F_INT },
		{ .name = "sku", .main = true, .keep = 8 },
		{ .name = "name", .main = true },
		{ .name = "quantity", .type = F_DECIMAL },
		{ .name = "unit" },
		{ .name = "price", .type = F_DECIMAL },
		{ .name = "discount" },
		{ .name = "tax" },
		[SHOWN_AMOUNT] = { .name = "amount", .type = F_MONEY,
		    .main = true },
		[SHOWN_CHOICE] = { .name = "choice" },
	};

	return doc_show_lines(
	    c, d, col, sizeof col / sizeof *col, shown_cells, d);
}

/* What is to be paid when, if it were ordered on its day. */
static int
show_terms(struct call *c, struct doc *d)
{
	static const struct emit_column col[] = { { .name = "part",
						      .type = F_INT },
		{ .name = "due" }, { .name = "amount", .type = F_MONEY } };
	struct instalment part[TERMS_MAX];
	struct sheet t = { .c = c };
	struct buf title = { 0 };
	int r = -1;

	buf_adds(&title, "terms: ");
	terms_text(&d->terms, d->exponent, &title);
	if (terms_schedule(&d->terms, d->calc.payable, doc_day(&c->s, &d->r),
		DATE_NONE, part, &c->err)) {
		err_prefix(&c->err, "terms: ");
		goto out;
	}
	if (sheet_open(&t, title.p, NULL, col, 3))
		goto out;
	for (size_t i = 0; i < d->terms.n; i++) {
		char day[11] = "";
		struct span cell[3];

		if (part[i].due != DATE_NONE)
			date_format(part[i].due, day);
		cell[0] = arena_printf(&d->arena, "%zu", i + 1);
		cell[1] = *day ? arena_span(&d->arena, span(day))
			       : span("at delivery");
		if (!*day && d->terms.term[i].days)
			cell[1] = arena_printf(&d->arena,
			    "delivery +%d", (int)d->terms.term[i].days);
		cell[2] = dec_span(&d->arena, part[i].amount, d->exponent);
		if (sheet_row(&t, cell, 3))
			goto out;
	}
	r = sheet_close(&t);
out:
	buf_release(&title);
	return r;
}

static int
add_approval(struct call *c, const struct doc *d, struct buf *b)
{
	struct approval_state st;

	if (approval_state(&c->s, NULL, d, &st, &c->err))
		return -1;
	if (st.state == APPROVAL_GIVEN)
		buf_addf(b, "approved by %s\n", st.by.p);
	else if (st.state == APPROVAL_MISSING)
		buf_addf(b, "needs approval%s: %s\n",
		    st.changed ? " again, since it has changed" : "",
		    st.who.n ? st.who.p : "nobody can give it");
	approval_release(&st);
	return 0;
}

/* What customers are not told. */
static int
show_inside(struct call *c, struct doc *d)
{
	struct buf b = { 0 };
	struct dec off = doc_discount(d);
	size_t unknown = 0;
	int r;

	for (size_t i = 0; i < d->nlines; i++)
		unknown += d->line[i].calc != NO_CALC &&
		    d->calc.line[d->line[i].calc].counted &&
		    !record_get(&d->line[i].r, "cost").n;
	/* what is not known costs nothing only in sums */
	buf_addf(&b, "\ninside only: margin %s", unknown ? "at most " : "");
	dec_format_grouped(&b, d->calc.margin, d->exponent);
	if (d->calc.net - d->calc.shipping_net > 0) {
		buf_adds(&b, " (");
		dec_format(&b,
		    round_div((int128)d->calc.margin * 1000,
			d->calc.net - d->calc.shipping_net),
		    1);
		buf_adds(&b, " %)");
	}
	if (unknown) {
		buf_addf(&b, ", cost of %zu %s is not known", unknown,
		    plural(unknown, "line", "lines"));
	} else {
		buf_adds(&b, ", cost ");
		dec_format_grouped(&b, d->calc.cost, d->exponent);
	}
	buf_adds(&b, ", largest discount ");
	dec_format(&b, round_div(off.value, 100), 2);
	buf_adds(&b, " %\n");
	r = add_approval(c, d, &b) ? -1 : emit_prose(buf_span(&b), &c->err);
	buf_release(&b);
	return r;
}

/* What is to be done with a quote of a state; %s is its id. */
static int
show_next(struct call *c, const struct doc *d)
{
	static const struct {
		const char *state, *next;
	} todo[] = {
		{ "draft", "crm-quote issue %s" },
		{ "issued", "crm-quote send %s" },
		{ "sent", "crm-quote accept %s, or reject %s --reason REASON" },
		{ "accepted", "crm-quote order %s" },
		{ "rejected", "crm-quote revise %s" },
		{ "expired", "crm-quote revise %s" },
	};
	struct span state = record_get(&d->r, "state");
	struct span until = record_get(&d->r, "valid_until");
	struct buf b = { 0 };
	const char *next = NULL;
	char id[ID_LEN + 1];
	int32_t day;
	int r = 0;

	id_unpack(d->r.id, id);
	for (size_t i = 0; i < sizeof todo / sizeof *todo; i++)
		if (span_eqs(state.n ? state : span("draft"), todo[i].state))
			next = todo[i].next;
	if (doc_is_draft(d) && d->nlines == 0)
		next = "crm-quote line add %s SKU xN";
	else if ((span_eqs(state, "issued") || span_eqs(state, "sent")) &&
	    date_parse(until, &day) && day < c->s.dates.today)
		next = "it is past its day: crm-quote expire %s, or revise %s";
	if (!next)
		return 0;
	buf_adds(&b, "next: ");
	for (const char *p = next; *p; p++) {
		if (p[0] == '%' && p[1] == 's') {
			buf_adds(&b, id);
			p++;
		} else {
			buf_addc(&b, *p);
		}
	}
	buf_addc(&b, '\n');
	r = emit_prose(buf_span(&b), &c->err);
	buf_release(&b);
	return r;
}

int
quote_show(struct call *c, uint64_t id)
{
	struct doc d;
	int r = doc_load_rows(&c->s, NULL, id, &d, &c->err);

	if (r)
		return r < 0 ? -1 : err_set(&c->err, ERR_NOENT, "no such quote");
	r = show_record(c, id, false);
	if (r == 0 && d.nlines == 0 && record_get(&d.r, "issued_total").n)
		r = doc_show_issued(c, &d);
	else if (r == 0 && doc_compute(&c->s, &d, &c->err))
		r = -1;
	else if (r == 0)
		r = (d.nlines && show_lines(c, &d)) || doc_show_sums(c, &d) ||
			show_terms(c, &d) || show_inside(c, &d)
		    ? -1
		    : 0;
	if (r == 0)
		r = quote_print_changed(c, &d.r) || show_next(c, &d) ? -1 : 0;
	doc_release(&d);
	return r;
}
