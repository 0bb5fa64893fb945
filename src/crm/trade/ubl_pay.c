/* Of an electronic invoice: how it is paid, and under which conditions. */
#include "crm/render/model.h"
#include "crm/trade/kept.h"
#include "crm/trade/ubl_impl.h"

/*
 * The check digits of an IBAN: its first four signs put last, letters as 10 to
 * 35, the number leaves 1 when it is divided by 97.
 */
static bool
is_checked(struct span iban)
{
	unsigned rest = 0;

	for (size_t i = 0; i < iban.n; i++) {
		char c = iban.p[(i + 4) % iban.n];

		if (c >= 'A')
			rest = (rest * 100 + (unsigned)(c - 'A' + 10)) % 97;
		else
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
	}
	return rest == 1;
}

/* Letters and digits up to another sign, without the blanks between them. */
static void
take_signs(struct span s, struct buf *out)
{
	buf_reset(out);
	for (size_t k = 0; k < s.n; k++) {
		char c = s.p[k];

		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			buf_addc(out, c);
		else if (c != ' ')
			break;
	}
}

/* Of a line the first word that looks like an IBAN, without its blanks. */
static struct span
iban_of(struct ubl *u, struct span line)
{
	struct buf b = { 0 };
	struct span iban = { "", 0 };

	for (size_t i = 0; i + 4 < line.n && !iban.n; i++) {
		if (i > 0 && line.p[i - 1] != ' ')
			continue;
		take_signs(span_n(line.p + i, line.n - i), &b);
		if (b.n >= 15 && b.n <= 34 && b.p[0] >= 'A' && b.p[1] >= 'A' &&
		    b.p[2] <= '9' && b.p[3] <= '9')
			iban = arena_span(&u->arena, buf_span(&b));
	}
	buf_release(&b);
	return iban;
}

static struct span
first_iban(struct ubl *u, struct span bank)
{
	struct span iban = { "", 0 };

	while (bank.n && !iban.n)
		iban = iban_of(u, ubl_next_line(&bank));
	return iban;
}

/* One that was wrong when the order was made is that of today. */
static struct span
find_iban(struct ubl *u)
{
	struct span iban = first_iban(u, u->parties.company[COMPANY_BANK]);

	if (iban.n && !is_checked(iban))
		iban = first_iban(u, span(rc_get(&u->s->rc, "company.bank")));
	if (iban.n && !is_checked(iban))
		ubl_lacks(u,
		    "an IBAN with the right check digits, which '%.*s' has "
		    "not: company.bank in crmrc",
		    SPANF(iban));
	return iban;
}

void
ubl_payment(struct ubl *u)
{
	struct span iban = find_iban(u);
	struct buf b = { 0 };

	ubl_open(u, "cac:PaymentMeans");
	ubl_text(u, "cbc:PaymentMeansCode", span(iban.n ? "30" : "1"));
	if (iban.n)
		ubl_text(
		    u, "cbc:PaymentID", record_get(&u->o->doc.r, "number"));
	ubl_id(u, "cac:PayeeFinancialAccount", iban);
	ubl_close(u, "cac:PaymentMeans");
	terms_text(&u->o->doc.terms, u->o->doc.exponent, &b);
	if (b.n) {
		ubl_open(u, "cac:PaymentTerms");
		ubl_text(u, "cbc:Note", buf_span(&b));
		ubl_close(u, "cac:PaymentTerms");
	}
	buf_release(&b);
}

int
ubl_conditions(struct ubl *u, struct err *e)
{
	const struct doc *d = &u->o->doc;
	struct span v = record_get(&d->r, "conditions");
	struct kept_model kept;

	if (v.n && v.p[0] == '@') {
		if (model_keep(u->s, d, &u->arena, &kept, e))
			return -1;
		v = kept_get(&u->arena, kept.texts, "conditions");
	}
	ubl_text(u, "cbc:Note", v);
	return 0;
}
