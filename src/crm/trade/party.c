#include "crm/trade/party.h"

#include <stdio.h>
#include <string.h>

#include "crm/query/query.h"
#include "crm/trade/kept.h"
#include "store/id.h"

static const char *const fields[PARTY_FIELDS] = { [PARTY_NAME] = "name",
	[PARTY_EMAIL] = "email",
	[PARTY_PHONE] = "phone",
	[PARTY_STREET] = "street",
	[PARTY_POSTCODE] = "postcode",
	[PARTY_CITY] = "city",
	[PARTY_REGION] = "region",
	[PARTY_COUNTRY] = "country",
	[PARTY_TAX_ID] = "tax_id",
	/* with tax_id fields of the store's own */
	[PARTY_REGISTRATION] = "registration",
	[PARTY_ENDPOINT] = "endpoint",
	[PARTY_ROLE] = "role" };

static const char *const settings[COMPANY_FIELDS] = {
	[COMPANY_NAME] = "company.name",
	[COMPANY_ADDRESS] = "company.address",
	[COMPANY_COUNTRY] = "company.country",
	[COMPANY_PHONE] = "company.phone",
	[COMPANY_EMAIL] = "company.email",
	[COMPANY_WEBSITE] = "company.website",
	[COMPANY_TAX_ID] = "company.tax-id",
	[COMPANY_REGISTRATION] = "company.registration",
	[COMPANY_ENDPOINT] = "company.endpoint",
	[COMPANY_BANK] = "company.bank",
	[COMPANY_LOGO] = "company.logo"
};

/* --- as the records are -------------------------------------------------- */

struct person {
	size_t of[PARTY_FIELDS]; /* the field of each column */
	struct span *value;
	struct arena *a;
};

static int
take(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct person *p = ctx;

	(void)e;
	for (size_t i = 0; i < n; i++)
		p->value[p->of[i]] = arena_span(p->a, cell[i]);
	return 1;
}

/* The first `most` fields of whom doc refers to by ref. */
static int
read_person(struct session *s, const struct record *doc, const char *ref,
    size_t most, struct arena *a, struct span *out, struct err *e)
{
	static const bool label[PARTY_FIELDS];
	struct span v = record_get(doc, ref);
	uint64_t id = v.n ? id_pack(v) : 0;
	struct entity *ent = id ? schema_letter(&s->schema, id_letter(id)) : NULL;
	struct path *path[PARTY_FIELDS];
	struct person p = { .value = out, .a = a };
	struct query *q;
	size_t n = 0;
	int r;

	if (!ent)
		return 0;
	q = query_new(s, ent);
	query_ids(q, &id, 1);
	r = query_learn(q, e);
	for (size_t i = 0; i < most && r == 0; i++) {
		if (!entity_field(ent, span(fields[i])))
			continue;
		r = query_path(q, span(fields[i]), false, &path[n], e);
		p.of[n++] = i;
	}
	if (r == 0 && query_stream(q, path, label, n, take, &p, e) < 0)
		r = -1;
	query_free(q);
	return r;
}

int
parties_today(struct session *s, const struct record *r, struct arena *a,
    struct parties *out, struct err *e)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < COMPANY_FIELDS; i++)
		out->company[i] = span(rc_get(&s->rc, settings[i]));
	if (read_person(s, r, "account", PARTY_ROLE, a, out->account, e))
		return -1;
	return read_person(s, r, "contact",
		   out->account[PARTY_NAME].n ? PARTY_STREET : PARTY_ROLE, a,
		   out->contact, e) ||
		read_person(s, r, "owner", PARTY_FIELDS, a, out->owner, e)
	    ? -1
	    : 0;
}

const struct span *
parties_customer(const struct parties *p)
{
	return p->account[PARTY_NAME].n ? p->account : p->contact;
}

/* --- as they were -------------------------------------------------------- */

bool
doc_has_kept(const struct record *r)
{
	return record_get(r, "issued_to").n > 0;
}

static void
keep(struct buf *out, const char *who, const struct span *v)
{
	char name[32];

	for (size_t i = 0; i < PARTY_FIELDS; i++) {
		snprintf(name, sizeof name, "%s.%s", who, fields[i]);
		kept_add(out, name, v[i]);
	}
}

void
parties_keep(const struct parties *p, struct buf *to, struct buf *from)
{
	keep(to, "account", p->account);
	keep(to, "contact", p->contact);
	for (size_t i = 0; i < COMPANY_FIELDS; i++)
		kept_add(from, settings[i], p->company[i]);
	keep(from, "owner", p->owner);
}

static void
take_kept(struct parties *p, struct span name, struct span value)
{
	const struct {
		const char *who;
		struct span *v;
	} row[] = { { "account", p->account }, { "contact", p->contact },
		{ "owner", p->owner } };
	struct span field = name, who = span_cut(&field, '.');

	for (size_t i = 0; i < COMPANY_FIELDS; i++)
		if (span_eqs(name, settings[i]))
			p->company[i] = value;
	for (size_t k = 0; k < sizeof row / sizeof *row; k++)
		for (size_t i = 0; i < PARTY_FIELDS; i++)
			if (span_eqs(who, row[k].who) &&
			    span_eqs(field, fields[i]))
				row[k].v[i] = value;
}

int
parties_load(struct session *s, const struct record *r, struct arena *a,
    struct parties *out, struct err *e)
{
	static const char *const from[] = { "issued_to", "issued_from" };

	if (!doc_has_kept(r))
		return parties_today(s, r, a, out, e);
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < 2; i++) {
		struct span text = record_get(r, from[i]), name, value;

		while (kept_next(a, &text, &name, &value))
			take_kept(out, name, value);
	}
	return 0;
}
