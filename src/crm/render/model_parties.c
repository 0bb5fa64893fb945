/* Who offers, and to whom. */
#include "crm/phone.h"
#include "crm/render/model_impl.h"
#include "crm/trade/party.h"

/* --- the customer -------------------------------------------------------- */

static void
add_line(struct buf *b, struct span one, struct span two)
{
	if (!one.n && !two.n)
		return;
	if (b->n)
		buf_addc(b, '\n');
	buf_addspan(b, one);
	if (one.n && two.n)
		buf_addc(b, ' ');
	buf_addspan(b, two);
}

/* However either is written: DE, Germany. */
static bool
same_country(struct span a, struct span b)
{
	const struct phone_country *c;

	a = span_trim(a);
	b = span_trim(b);
	if (!a.n || !b.n)
		return false;
	c = phone_country(a);
	return span_ieq(a, b) || (c && c == phone_country(b));
}

/* Mail within a country does not name it. */
static void
address(struct model *m, struct tval *to, const struct span *v,
    struct span ours)
{
	bool abroad = !same_country(v[PARTY_COUNTRY], ours);
	struct buf b = { 0 };

	add_line(&b, v[PARTY_STREET], span(""));
	add_line(&b, v[PARTY_POSTCODE], v[PARTY_CITY]);
	add_line(&b, v[PARTY_REGION], span(""));
	add_line(&b, abroad ? v[PARTY_COUNTRY] : span(""), span(""));
	model_lines(m, to, "address", buf_span(&b));
	buf_release(&b);
}

static void
customer(struct model *m, const struct parties *p)
{
	const struct span *main = parties_customer(p), *contact = p->contact;
	struct tval *v = tval_object(m->a);
	bool has_account = p->account[PARTY_NAME].n > 0;

	tval_text(m->a, v, "name", main[PARTY_NAME]);
	tval_text(m->a, v, "contact",
	    has_account ? contact[PARTY_NAME] : span(""));
	tval_text(m->a, v, "person", contact[PARTY_NAME]);
	address(m, v, main, p->company[COMPANY_COUNTRY]);
	model_plain(m, v, "tax_id", main[PARTY_TAX_ID]);
	model_plain(m, v, "email",
	    contact[PARTY_EMAIL].n ? contact[PARTY_EMAIL] : main[PARTY_EMAIL]);
	model_plain(m, v, "phone",
	    contact[PARTY_PHONE].n ? contact[PARTY_PHONE] : main[PARTY_PHONE]);
	tval_put(m->a, m->root, "customer", v);
}

/* --- ourselves ----------------------------------------------------------- */

static void
owner(struct model *m, const struct span *u)
{
	struct tval *v = tval_object(m->a);

	tval_text(m->a, v, "name", u[PARTY_NAME]);
	tval_text(m->a, v, "role", u[PARTY_ROLE]);
	model_plain(m, v, "email", u[PARTY_EMAIL]);
	model_plain(m, v, "phone", u[PARTY_PHONE]);
	tval_put(m->a, m->root, "owner", v);
}

static void
company(struct model *m, const struct span *us)
{
	static const struct {
		enum company_field field;
		const char *key;
		bool plain;
	} row[] = {
		{ COMPANY_NAME, "name", false },
		{ COMPANY_PHONE, "phone", true },
		{ COMPANY_EMAIL, "email", true },
		{ COMPANY_WEBSITE, "website", true },
		{ COMPANY_TAX_ID, "tax_id", true },
		{ COMPANY_LOGO, "logo", false },
	};
	struct tval *v = tval_object(m->a);

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct span text = us[row[i].field];

		if (row[i].plain)
			model_plain(m, v, row[i].key, text);
		else
			tval_text(m->a, v, row[i].key, text);
	}
	model_lines(m, v, "address", us[COMPANY_ADDRESS]);
	model_lines(m, v, "bank", us[COMPANY_BANK]);
	tval_put(m->a, m->root, "company", v);
}

int
model_parties(struct model *m, struct err *e)
{
	struct parties p;

	if (parties_load(m->s, &m->d->r, m->a, &p, e))
		return -1;
	company(m, p.company);
	customer(m, &p);
	model_lines(m, m->root, "ship_to", model_field(m, "ship_to"));
	owner(m, p.owner);
	return 0;
}
