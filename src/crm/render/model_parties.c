/* Who offers, and to whom. */
#include "crm/query/query.h"
#include "crm/render/model_impl.h"
#include "store/id.h"

enum { PERSON_FIELDS = 12 };

/* Fields of a record that is referred to; those that it has not are empty. */
struct person {
	const char *const *field;
	size_t n;
	struct path *path[PERSON_FIELDS];
	size_t of[PERSON_FIELDS]; /* index of path[i] in field */
	size_t npaths;
	struct span *value;
	struct arena *a;
	bool found;
};

static int
take(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct person *p = ctx;

	(void)e;
	for (size_t i = 0; i < n; i++)
		p->value[p->of[i]] = arena_span(p->a, cell[i]);
	p->found = true;
	return 1;
}

static bool
read_person(struct model *m, const char *ref, struct person *p, struct err *e,
    int *failed)
{
	static const bool label[PERSON_FIELDS];
	struct span v = model_field(m, ref);
	uint64_t id = v.n ? id_pack(v) : 0;
	struct entity *ent =
	    id ? schema_letter(&m->s->schema, id_letter(id)) : NULL;
	struct query *q;

	if (!ent)
		return false;
	q = query_new(m->s, ent);
	query_ids(q, &id, 1);
	p->a = m->a;
	if (query_learn(q, e))
		*failed = -1;
	for (size_t i = 0; i < p->n && *failed == 0; i++) {
		if (!entity_field(ent, span(p->field[i])))
			continue;
		*failed = query_path(
		    q, span(p->field[i]), false, &p->path[p->npaths], e);
		p->of[p->npaths++] = i;
	}
	if (*failed == 0 &&
	    query_stream(q, p->path, label, p->npaths, take, p, e) < 0)
		*failed = -1;
	query_free(q);
	return p->found && *failed == 0;
}

/* --- the customer -------------------------------------------------------- */

enum {
	NAME,
	STREET,
	POSTCODE,
	CITY,
	REGION,
	COUNTRY,
	EMAIL,
	PHONE,
	TAX_ID,
	FIRST,
	ROLE
};
static const char *const person_fields[] = { [NAME] = "name",
	[STREET] = "street",
	[POSTCODE] = "postcode",
	[CITY] = "city",
	[REGION] = "region",
	[COUNTRY] = "country",
	[EMAIL] = "email",
	[PHONE] = "phone",
	[TAX_ID] = "tax_id",
	[FIRST] = "first_name",
	[ROLE] = "role" };
#define NFIELDS (sizeof person_fields / sizeof *person_fields)

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

/* Mail within a country does not name it. */
static void
address(struct model *m, struct tval *to, const struct span *v)
{
	const char *ours = rc_get(&m->s->rc, "company.country");
	bool abroad = !ours || !span_ieqs(span_trim(v[COUNTRY]), ours);
	struct buf b = { 0 };

	add_line(&b, v[STREET], span(""));
	add_line(&b, v[POSTCODE], v[CITY]);
	add_line(&b, v[REGION], span(""));
	add_line(&b, abroad ? v[COUNTRY] : span(""), span(""));
	model_lines(m, to, "address", buf_span(&b));
	buf_release(&b);
}

static int
customer(struct model *m, struct err *e)
{
	struct span account[NFIELDS] = { 0 }, contact[NFIELDS] = { 0 };
	struct person who = {
		.field = person_fields, .n = NFIELDS, .value = account
	};
	struct tval *v = tval_object(m->a);
	const struct span *main;
	bool has_account, has_contact;
	int failed = 0;

	has_account = read_person(m, "account", &who, e, &failed);
	who = (struct person){
		.field = person_fields, .n = NFIELDS, .value = contact
	};
	has_contact = !failed && read_person(m, "contact", &who, e, &failed);
	if (failed)
		return -1;
	main = has_account ? account : contact;
	tval_text(m->a, v, "name", main[NAME]);
	tval_text(m->a, v, "contact",
	    has_contact && has_account ? contact[NAME] : span(""));
	tval_text(m->a, v, "person", has_contact ? contact[NAME] : span(""));
	address(m, v, main);
	model_plain(m, v, "tax_id", main[TAX_ID]);
	model_plain(
	    m, v, "email", contact[EMAIL].n ? contact[EMAIL] : main[EMAIL]);
	model_plain(
	    m, v, "phone", contact[PHONE].n ? contact[PHONE] : main[PHONE]);
	tval_put(m->a, m->root, "customer", v);
	return 0;
}

/* --- ourselves ----------------------------------------------------------- */

static int
owner(struct model *m, struct err *e)
{
	struct span u[NFIELDS] = { 0 };
	struct person who = {
		.field = person_fields, .n = NFIELDS, .value = u
	};
	struct tval *v = tval_object(m->a);
	int failed = 0;

	read_person(m, "owner", &who, e, &failed);
	tval_text(m->a, v, "name", u[NAME]);
	tval_text(m->a, v, "role", u[ROLE]);
	model_plain(m, v, "email", u[EMAIL]);
	model_plain(m, v, "phone", u[PHONE]);
	tval_put(m->a, m->root, "owner", v);
	return failed;
}

static void
company(struct model *m)
{
	static const struct {
		const char *setting, *key;
		bool plain;
	} row[] = {
		{ "company.name", "name", false },
		{ "company.phone", "phone", true },
		{ "company.email", "email", true },
		{ "company.website", "website", true },
		{ "company.tax-id", "tax_id", true },
		{ "company.logo", "logo", true },
	};
	struct tval *v = tval_object(m->a);

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct span text = span(rc_get(&m->s->rc, row[i].setting));

		if (row[i].plain)
			model_plain(m, v, row[i].key, text);
		else
			tval_text(m->a, v, row[i].key, text);
	}
	model_lines(
	    m, v, "address", span(rc_get(&m->s->rc, "company.address")));
	model_lines(m, v, "bank", span(rc_get(&m->s->rc, "company.bank")));
	tval_put(m->a, m->root, "company", v);
}

int
model_parties(struct model *m, struct err *e)
{
	company(m);
	return customer(m, e) || owner(m, e) ? -1 : 0;
}
