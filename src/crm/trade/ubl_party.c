/* Of an electronic invoice: who sells, who buys, and how it is paid. */
#include <string.h>

#include "crm/trade/doc_impl.h"
#include "crm/trade/ubl_impl.h"

/* One of the two, from wherever it is known. */
struct party {
	struct span name, street, more, city, postcode, region, country;
	struct span tax_id, phone, email;
};

/* DE; names of countries are no codes. */
static bool
is_country(struct span s)
{
	return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' &&
	    s.p[1] <= 'Z';
}

static void
print_party(struct ubl *u, const struct party *p)
{
	ubl_open(u, "cac:Party");
	ubl_open(u, "cac:PartyName");
	ubl_text(u, "cbc:Name", p->name);
	ubl_close(u, "cac:PartyName");
	ubl_open(u, "cac:PostalAddress");
	ubl_text(u, "cbc:StreetName", p->street);
	ubl_text(u, "cbc:AdditionalStreetName", p->more);
	ubl_text(u, "cbc:CityName", p->city);
	ubl_text(u, "cbc:PostalZone", p->postcode);
	ubl_text(u, "cbc:CountrySubentity", p->region);
	ubl_open(u, "cac:Country");
	ubl_text(u, "cbc:IdentificationCode", p->country);
	ubl_close(u, "cac:Country");
	ubl_close(u, "cac:PostalAddress");
	if (p->tax_id.n) {
		ubl_open(u, "cac:PartyTaxScheme");
		ubl_text(u, "cbc:CompanyID", p->tax_id);
		ubl_open(u, "cac:TaxScheme");
		ubl_text(u, "cbc:ID", span("VAT"));
		ubl_close(u, "cac:TaxScheme");
		ubl_close(u, "cac:PartyTaxScheme");
	}
	ubl_open(u, "cac:PartyLegalEntity");
	ubl_text(u, "cbc:RegistrationName", p->name);
	ubl_close(u, "cac:PartyLegalEntity");
	if (p->phone.n || p->email.n) {
		ubl_open(u, "cac:Contact");
		ubl_text(u, "cbc:Telephone", p->phone);
		ubl_text(u, "cbc:ElectronicMail", p->email);
		ubl_close(u, "cac:Contact");
	}
	ubl_close(u, "cac:Party");
}

/* --- us ------------------------------------------------------------------ */

static struct span
setting(const struct ubl *u, const char *key)
{
	const char *v = rc_get(&u->s->rc, key);

	return span(v ? v : "");
}

/* The next line of a setting, where \n stands between them. */
static struct span
next_line(struct span *rest)
{
	struct span line = *rest;

	for (size_t i = 0; i < rest->n; i++) {
		bool two = i + 1 < rest->n && rest->p[i] == '\\' &&
		    rest->p[i + 1] == 'n';

		if (!two && rest->p[i] != '\n')
			continue;
		line.n = i;
		i += two ? 2 : 1;
		*rest = span_n(rest->p + i, rest->n - i);
		return span_trim(line);
	}
	*rest = span("");
	return span_trim(line);
}

static bool
is_taxed(const struct ubl *u)
{
	for (size_t i = 0; i < u->ntaxes; i++)
		if (!span_eqs(u->tax[i].code, "O"))
			return true;
	return false;
}

static void
supplier(struct ubl *u)
{
	struct span address = setting(u, "company.address");
	struct party p = { .name = setting(u, "company.name"),
		.country = setting(u, "company.country"),
		.tax_id = setting(u, "company.tax-id"),
		.phone = setting(u, "company.phone"),
		.email = setting(u, "company.email") };

	p.street = next_line(&address);
	p.more = next_line(&address);
	if (!p.name.n)
		ubl_lacks(u, "who sells: company.name in crmrc");
	if (!is_country(p.country))
		ubl_lacks(u, "our country, two letters such as DE: "
			     "company.country in crmrc");
	if (!p.tax_id.n && is_taxed(u))
		ubl_lacks(u, "our tax number: company.tax-id in crmrc");
	ubl_open(u, "cac:AccountingSupplierParty");
	print_party(u, &p);
	ubl_close(u, "cac:AccountingSupplierParty");
}

/* --- the customer -------------------------------------------------------- */

/* The account, else the contact. */
static int
read_customer(struct ubl *u, struct record **out, struct err *e)
{
	static const char *const kind[] = { "account", "contact" };

	for (size_t i = 0; i < 2; i++) {
		struct span id = record_get(&u->o->doc.r, kind[i]);
		char word[32];
		size_t n;

		if (!id.n || id.n >= sizeof word)
			continue;
		memcpy(word, id.p, id.n);
		word[id.n] = '\0';
		if (doc_read(u->s, schema_entity(&u->s->schema, span(kind[i])),
			word, &u->arena, out, &n, e))
			return -1;
		if (n)
			return 0;
	}
	return err_set(e, ERR_USAGE, "it has no account to send it to");
}

static bool
is_reverse(const struct ubl *u)
{
	for (size_t i = 0; i < u->ntaxes; i++)
		if (span_eqs(u->tax[i].code, "AE") ||
		    span_eqs(u->tax[i].code, "K"))
			return true;
	return false;
}

static int
customer(struct ubl *u, struct err *e)
{
	struct record *r;
	struct party p = { .phone = { "", 0 } };

	if (read_customer(u, &r, e))
		return -1;
	p.name = record_get(r, "name");
	p.street = record_get(r, "street");
	p.city = record_get(r, "city");
	p.postcode = record_get(r, "postcode");
	p.region = record_get(r, "region");
	p.country = record_get(r, "country");
	/* a field of the store's own */
	p.tax_id = record_get(r, "tax_id");
	p.email = record_get(r, "email");
	if (!is_country(p.country))
		ubl_lacks(u,
		    "the customer's country, two letters such as DE: "
		    "crm-%s set %.*s country=DE", r->ent->name,
		    SPANF(record_get(r, "id")));
	if (!p.tax_id.n && is_reverse(u))
		ubl_lacks(u,
		    "the customer's tax number, who is charged with it: "
		    "crm-%s set %.*s tax_id=... (a field in "
		    "config/fields.csv)", r->ent->name,
		    SPANF(record_get(r, "id")));
	ubl_open(u, "cac:AccountingCustomerParty");
	print_party(u, &p);
	ubl_close(u, "cac:AccountingCustomerParty");
	return 0;
}

int
ubl_parties(struct ubl *u, struct err *e)
{
	supplier(u);
	return customer(u, e);
}

/* --- payment ------------------------------------------------------------- */

/* A word that looks like an IBAN, without its blanks; else "". */
static struct span
find_iban(struct ubl *u, struct span bank)
{
	struct buf b = { 0 };
	struct span iban = { "", 0 };

	while (bank.n && !iban.n) {
		struct span line = next_line(&bank);

		for (size_t i = 0; i + 4 < line.n && !iban.n; i++) {
			buf_reset(&b);
			for (size_t k = i; k < line.n; k++) {
				char c = line.p[k];

				if ((c >= 'A' && c <= 'Z') ||
				    (c >= '0' && c <= '9'))
					buf_addc(&b, c);
				else if (c != ' ')
					break;
			}
			if (b.n >= 15 && b.n <= 34 && b.p[0] >= 'A' &&
			    b.p[1] >= 'A' && b.p[2] <= '9' && b.p[3] <= '9' &&
			    (i == 0 || line.p[i - 1] == ' '))
				iban = arena_span(&u->arena, buf_span(&b));
		}
	}
	buf_release(&b);
	return iban;
}

void
ubl_payment(struct ubl *u)
{
	struct span iban = find_iban(u, setting(u, "company.bank"));
	struct buf b = { 0 };

	ubl_open(u, "cac:PaymentMeans");
	ubl_text(u, "cbc:PaymentMeansCode", span(iban.n ? "30" : "1"));
	if (iban.n) {
		ubl_open(u, "cac:PayeeFinancialAccount");
		ubl_text(u, "cbc:ID", iban);
		ubl_close(u, "cac:PayeeFinancialAccount");
	}
	ubl_close(u, "cac:PaymentMeans");
	terms_text(&u->o->doc.terms, u->o->doc.exponent, &b);
	if (b.n) {
		ubl_open(u, "cac:PaymentTerms");
		ubl_text(u, "cbc:Note", buf_span(&b));
		ubl_close(u, "cac:PaymentTerms");
	}
	buf_release(&b);
}
