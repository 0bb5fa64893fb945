/* Of an electronic invoice: who sells, and who buys. */
#include <string.h>

#include "crm/phone.h"
#include "crm/trade/ubl_impl.h"

/*
 * A country as its two letters: DE, or what people call it. Calling codes are
 * no countries here.
 */
static struct span
country_code(struct ubl *u, struct span s)
{
	const struct phone_country *c;
	bool word = s.n && s.p[0] != '+' && (s.p[0] < '0' || s.p[0] > '9');

	if (s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' &&
	    s.p[1] <= 'Z')
		return s;
	c = word ? phone_country(s) : NULL;
	return c ? arena_span(&u->arena, span(c->iso)) : span("");
}

/* A number for VAT begins with its country, Greece's with EL; no blanks. */
static void
set_tax_id(struct ubl *u, struct ubl_party *p, struct span id)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] != ' ')
			buf_addc(&b, id.p[i]);
	p->is_vat = b.n > 4 && b.p[0] >= 'A' && b.p[0] <= 'Z' &&
		    b.p[1] >= 'A' && b.p[1] <= 'Z';
	p->tax_id = p->is_vat ? arena_span(&u->arena, buf_span(&b)) : id;
	buf_release(&b);
}

/* "0088:7300010000001"; false where it is anything else. */
static bool
set_endpoint(struct ubl_party *p, struct span s)
{
	p->scheme = span_cut(&s, ':');
	p->endpoint = span_trim(s);
	p->is_endpoint = p->scheme.n == 4 && p->endpoint.n;
	for (size_t i = 0; i < p->scheme.n; i++)
		if (p->scheme.p[i] < '0' || p->scheme.p[i] > '9')
			p->is_endpoint = false;
	return p->is_endpoint;
}

/* Else mail is where it arrives. */
static void
mail_endpoint(struct ubl_party *p)
{
	if (p->is_endpoint)
		return;
	p->scheme = span("EM");
	p->endpoint = p->email;
}

/* Without VAT it is a number for the first of its taxes. */
static void
tax_scheme(struct ubl *u, const struct ubl_party *p)
{
	ubl_open(u, "cac:PartyTaxScheme");
	ubl_text(u, "cbc:CompanyID", p->tax_id);
	ubl_id(u, "cac:TaxScheme",
	    !u->core	? u->tax[0].scheme
	    : p->is_vat ? span("VAT")
			: span("TAX"));
	ubl_close(u, "cac:PartyTaxScheme");
}

/*
 * EN 16931 has numbers for VAT, of sellers also for another tax, neither on
 * what is not subject to tax; what is neither is an id.
 */
static void
identify(struct ubl *u, const struct ubl_party *p, bool *taxed)
{
	bool vat = p->is_vat && !ubl_has_code(u, "O");

	*taxed =
	    p->tax_id.n && (!u->core || vat || (p == &u->us && !p->is_vat));
	if (u->core && !vat && !p->registration.n)
		ubl_id(u, "cac:PartyIdentification", p->tax_id);
}

static void
print_address(struct ubl *u, const char *name, const struct ubl_party *p)
{
	ubl_open(u, name);
	ubl_text(u, "cbc:StreetName", p->street);
	ubl_text(u, "cbc:AdditionalStreetName", p->more);
	ubl_text(u, "cbc:CityName", p->city);
	ubl_text(u, "cbc:PostalZone", p->postcode);
	ubl_text(u, "cbc:CountrySubentity", p->region);
	if (p->rest.n) {
		ubl_open(u, "cac:AddressLine");
		ubl_text(u, "cbc:Line", p->rest);
		ubl_close(u, "cac:AddressLine");
	}
	if (p->country.n) {
		ubl_open(u, "cac:Country");
		ubl_text(u, "cbc:IdentificationCode", p->country);
		ubl_close(u, "cac:Country");
	}
	ubl_close(u, name);
}

static void
print_party(struct ubl *u, const char *name, const struct ubl_party *p)
{
	bool taxed;

	ubl_open(u, name);
	ubl_open(u, "cac:Party");
	ubl_text_attr(u, "cbc:EndpointID", "schemeID", p->scheme, p->endpoint);
	identify(u, p, &taxed);
	ubl_open(u, "cac:PartyName");
	ubl_text(u, "cbc:Name", p->name);
	ubl_close(u, "cac:PartyName");
	print_address(u, "cac:PostalAddress", p);
	if (taxed)
		tax_scheme(u, p);
	ubl_open(u, "cac:PartyLegalEntity");
	ubl_text(u, "cbc:RegistrationName", p->name);
	ubl_text(u, "cbc:CompanyID", p->registration);
	ubl_close(u, "cac:PartyLegalEntity");
	if (p->phone.n || p->email.n) {
		ubl_open(u, "cac:Contact");
		ubl_text(u, "cbc:Name", p->contact);
		ubl_text(u, "cbc:Telephone", p->phone);
		ubl_text(u, "cbc:ElectronicMail", p->email);
		ubl_close(u, "cac:Contact");
	}
	ubl_close(u, "cac:Party");
	ubl_close(u, name);
}

/* --- us ------------------------------------------------------------------ */

struct span
ubl_next_line(struct span *rest)
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
has_digit(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

/*
 * "53113 Bonn", "London SW1A 1AA": words with digits, before the city or after
 * it, are its postcode.
 */
static void
split_city(struct ubl_party *p, struct span line)
{
	struct span rest = line, word = span_cut(&rest, ' ');

	if (has_digit(word)) {
		p->postcode = word;
		p->city = span_trim(rest);
		return;
	}
	while (rest.n) {
		struct span before = rest;

		word = span_cut(&rest, ' ');
		if (!has_digit(word))
			continue;
		p->postcode = before;
		p->city =
		    span_trim(span_n(line.p, (size_t)(before.p - line.p)));
		return;
	}
	p->city = line;
}

/*
 * The first line is the street, the last that has digits the city; what stands
 * between them is more of the street, what follows a country, which has its
 * code.
 */
static void
split_address(struct ubl_party *p, struct span address)
{
	struct span line[6], rest = address;
	size_t n = 0, city;

	while (rest.n && n < sizeof line / sizeof *line) {
		line[n] = ubl_next_line(&rest);
		n += line[n].n > 0;
	}
	for (city = n; city > 1 && !has_digit(line[city - 1]); city--)
		;
	if (city <= 1)
		city = n;
	if (n > 0)
		p->street = line[0];
	if (n > 1)
		split_city(p, line[city - 1]);
	if (city > 2)
		p->more = line[1];
	if (city > 3)
		p->rest = line[2];
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
find_us(struct ubl *u)
{
	const struct span *us = u->parties.company;
	struct span endpoint = us[COMPANY_ENDPOINT];
	struct ubl_party *p = &u->us;

	p->name = us[COMPANY_NAME];
	/* who is asked is whose order it is */
	p->contact = u->parties.owner[PARTY_NAME];
	if (!p->contact.n)
		p->contact = p->name;
	p->country = country_code(u, us[COMPANY_COUNTRY]);
	p->registration = us[COMPANY_REGISTRATION];
	p->phone = us[COMPANY_PHONE];
	p->email = us[COMPANY_EMAIL];
	split_address(p, us[COMPANY_ADDRESS]);
	set_tax_id(u, p, us[COMPANY_TAX_ID]);
	if (endpoint.n && !set_endpoint(p, endpoint))
		ubl_lacks(u,
		    "our electronic address, such as 0088:7300010000001: "
		    "company.endpoint in crmrc");
	mail_endpoint(p);
	if (!p->name.n)
		ubl_lacks(u, "who sells: company.name in crmrc");
	if (!p->country.n)
		ubl_lacks(u, "our country, two letters such as DE: "
			     "company.country in crmrc");
	if (!p->tax_id.n && (is_taxed(u) || !p->registration.n))
		ubl_lacks(u, "our tax number: company.tax-id in crmrc");
	else if (!p->is_vat && (ubl_has_code(u, "K") || ubl_has_code(u, "G")))
		ubl_lacks(u,
		    "our number for VAT, which begins with our country: "
		    "company.tax-id in crmrc");
}

/* --- the customer -------------------------------------------------------- */

static bool
is_reverse(const struct ubl *u)
{
	return ubl_has_code(u, "AE") || ubl_has_code(u, "K");
}

static void
check_customer(struct ubl *u, const char *kind, struct span id)
{
	const struct ubl_party *p = &u->them;

	if (!p->country.n)
		ubl_lacks(u,
		    "the customer's country, two letters such as DE: "
		    "crm-%s set %.*s country=DE",
		    kind, SPANF(id));
	if (is_reverse(u) && (!p->tax_id.n || (u->core && !p->is_vat)))
		ubl_lacks(u,
		    "the customer's tax number, who is charged with it, with "
		    "its country's letters: crm-%s set %.*s tax_id=... (a "
		    "field in config/fields.csv)",
		    kind, SPANF(id));
}

static int
find_them(struct ubl *u, struct err *e)
{
	const struct span *v = parties_customer(&u->parties);
	const char *kind = v == u->parties.account ? "account" : "contact";
	struct span id = record_get(&u->o->doc.r, kind);
	struct ubl_party *p = &u->them;
	struct span endpoint = v[PARTY_ENDPOINT];

	if (!id.n)
		return err_set(e, ERR_USAGE, "it has no account to send it to");
	p->name = v[PARTY_NAME];
	p->street = v[PARTY_STREET];
	p->city = v[PARTY_CITY];
	p->postcode = v[PARTY_POSTCODE];
	p->region = v[PARTY_REGION];
	p->country = country_code(u, v[PARTY_COUNTRY]);
	p->email = v[PARTY_EMAIL];
	set_tax_id(u, p, v[PARTY_TAX_ID]);
	p->registration = v[PARTY_REGISTRATION];
	if (endpoint.n && !set_endpoint(p, endpoint))
		ubl_lacks(u,
		    "the customer's electronic address, such as "
		    "0088:7300010000001: crm-%s set %.*s endpoint=...",
		    kind, SPANF(id));
	mail_endpoint(p);
	check_customer(u, kind, id);
	return 0;
}

/* --- both ---------------------------------------------------------------- */

/* What only invoices ask for, and only they refuse. */
static void
mend(struct ubl *u, struct span *country, struct span *tax_id,
    struct span *endpoint, const struct span now[3])
{
	struct ubl_party was = { .is_vat = false }, is = was;

	if (!country_code(u, *country).n)
		*country = now[0];
	set_tax_id(u, &was, *tax_id);
	set_tax_id(u, &is, now[1]);
	if (!tax_id->n || (is.is_vat && !was.is_vat))
		*tax_id = now[1];
	if (!set_endpoint(&was, *endpoint))
		*endpoint = now[2];
}

/*
 * What an invoice cannot do without may have been missing or wrong when the
 * order was made, as other documents do not mind: it is that of today then.
 */
static int
complete(struct ubl *u, struct err *e)
{
	struct parties now, *p = &u->parties;
	struct span *of = p->account[PARTY_NAME].n ? p->account : p->contact;
	const struct span *is = of == p->account ? now.account : now.contact;

	if (parties_today(u->s, &u->o->doc.r, &u->arena, &now, e))
		return -1;
	mend(u, &of[PARTY_COUNTRY], &of[PARTY_TAX_ID], &of[PARTY_ENDPOINT],
	    (struct span[]){
		is[PARTY_COUNTRY], is[PARTY_TAX_ID], is[PARTY_ENDPOINT] });
	mend(u, &p->company[COMPANY_COUNTRY], &p->company[COMPANY_TAX_ID],
	    &p->company[COMPANY_ENDPOINT],
	    (struct span[]){ now.company[COMPANY_COUNTRY],
		now.company[COMPANY_TAX_ID], now.company[COMPANY_ENDPOINT] });
	for (size_t i = 0; i < COMPANY_FIELDS; i++)
		if (!p->company[i].n)
			p->company[i] = now.company[i];
	if (!of[PARTY_POSTCODE].n)
		of[PARTY_POSTCODE] = is[PARTY_POSTCODE];
	if (!of[PARTY_CITY].n)
		of[PARTY_CITY] = is[PARTY_CITY];
	return 0;
}

/* Peppol asks more of invoices within Germany. */
static void
check_german(struct ubl *u)
{
	const struct ubl_party *us = &u->us, *them = &u->them;

	if (!u->peppol || !span_eqs(us->country, "DE") ||
	    !span_eqs(them->country, "DE"))
		return;
	if (!us->city.n || !us->postcode.n)
		ubl_lacks(u, "our postcode and city: the last line of "
			     "company.address in crmrc");
	if (!us->phone.n || !us->email.n)
		ubl_lacks(u, "where to ask us: company.phone and "
			     "company.email in crmrc");
	if (!them->city.n || !them->postcode.n)
		ubl_lacks(u, "the customer's city=... and postcode=...");
}

int
ubl_find_parties(struct ubl *u, struct err *e)
{
	if (parties_load(u->s, &u->o->doc.r, &u->arena, &u->parties, e) ||
	    complete(u, e))
		return -1;
	find_us(u);
	if (find_them(u, e))
		return -1;
	u->peppol = u->core && u->us.is_endpoint && u->them.is_endpoint;
	check_german(u);
	return 0;
}

void
ubl_parties(struct ubl *u)
{
	print_party(u, "cac:AccountingSupplierParty", &u->us);
	print_party(u, "cac:AccountingCustomerParty", &u->them);
}

/* Of a free text: what stands below the city is a country, if it is one. */
void
ubl_location(struct ubl *u, bool country)
{
	struct span to = record_get(&u->o->doc.r, "ship_to"), rest = to;
	struct ubl_party at = { 0 };
	struct span last = { 0 };

	if (!to.n && !country)
		return;
	split_address(&at, to);
	while (rest.n)
		last = ubl_next_line(&rest);
	if (!span_eq(last, at.street) && !has_digit(last))
		at.country = country_code(u, last);
	if (at.country.n)
		at.city = span_eq(last, at.city) ? span("") : at.city;
	else if (to.n && !has_digit(last) && !span_eq(last, at.street) &&
		 !span_eq(last, at.city))
		ubl_lacks(u,
		    "the country that it is delivered to: '%.*s', the last "
		    "line of its ship_to, is none",
		    SPANF(last));
	else
		at.country = u->them.country;
	ubl_open(u, "cac:DeliveryLocation");
	print_address(u, "cac:Address", &at);
	ubl_close(u, "cac:DeliveryLocation");
}
