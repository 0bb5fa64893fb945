#include "crm/change/convert.h"

#include <string.h>

#include "base/date.h"
#include "crm/change/resolve.h"
#include "store/id.h"

/* Lead fields that go into the other records, where those are empty. */
static const struct {
	const char *from, *account, *contact, *opp;
} carried[] = {
	{ "company", "name", NULL, NULL },
	{ "name", NULL, "name", NULL },
	{ "first_name", NULL, "first_name", NULL },
	{ "role", NULL, "role", NULL },
	{ "owner", "owner", "owner", "owner" },
	{ "source", "source", "source", "source" },
	{ "campaign", "campaign", "campaign", "campaign" },
	{ "phone", "phone", "phone", NULL },
	{ "mobile", NULL, "mobile", NULL },
	{ "email", NULL, "email", NULL },
	{ "website", "website", NULL, NULL },
	{ "street", "street", "street", NULL },
	{ "postcode", "postcode", "postcode", NULL },
	{ "city", "city", "city", NULL },
	{ "region", "region", "region", NULL },
	{ "country", "country", "country", NULL },
	{ "sector", "sector", NULL, NULL },
	{ "needs", "interest", NULL, "note" },
	{ "tags", "tags", "tags", "tags" },
};

static void
fill_empty(struct record *r, const char *field, struct span v)
{
	const struct field *f = field ? entity_field(r->ent, span(field)) : NULL;

	if (f && v.n && !record_at(r, f).n)
		record_set(r, f, v);
}

static void
carry(const struct record *lead, struct conversion *v)
{
	for (size_t i = 0; i < sizeof carried / sizeof *carried; i++) {
		struct span x = record_get(lead, carried[i].from);

		if (v->has_account)
			fill_empty(&v->account, carried[i].account, x);
		if (v->has_contact)
			fill_empty(&v->contact, carried[i].contact, x);
		if (v->has_opp)
			fill_empty(&v->opp, carried[i].opp, x);
	}
}

/* An existing record to fill, or a new one. */
static int
start(struct changes *c, const char *entity, uint64_t id,
    struct record *before, struct record *after, bool *old, struct err *e)
{
	const struct entity *ent = schema_entity(&c->s->schema, span(entity));
	struct record empty = { .ent = ent };
	int r;

	*old = id != 0;
	if (!id) {
		*after = change_copy(c, &empty);
		return 0;
	}
	r = change_load(c, ent, id, before, e);
	if (r)
		return r < 0 ? -1
			     : err_set(e, ERR_NOENT, "no such %s", entity);
	*after = change_copy(c, before);
	return 0;
}

/*
 * The record of that name or address, if there is exactly one; 0 else: none,
 * or several, in which case the user is asked to say which.
 */
static int
look(struct changes *c, struct resolver **r, const char *entity,
    struct span text, uint64_t *id, struct err *e)
{
	const struct entity *ent = schema_entity(&c->s->schema, span(entity));
	int n;

	if (!text.n || *id)
		return 0;
	if (!*r && resolver_new(c->s, ent, r, e)) {
		*r = NULL;
		return -1;
	}
	n = resolver_find(*r, text, id, e);
	if (n == 2)
		return err_suffix(e, "; say which: --%s ID, or --new-%s",
		    entity, entity);
	return n < 0 ? -1 : 0;
}

static int
check_lead(const struct record *lead, struct err *e)
{
	char id[ID_LEN + 1];

	id_unpack(lead->id, id);
	if (span_eqs(record_get(lead, "status"), "converted"))
		return err_set(
		    e, ERR_NO, "%s is converted already", id);
	if (record_get(lead, "opp").n)
		return err_set(e, ERR_NO, "%s has become the deal %.*s already",
		    id, SPANF(record_get(lead, "opp")));
	return 0;
}

/* The records that the lead goes into, as they are, or new and empty. */
static int
start_all(struct changes *c, const struct convert_options *o,
    struct convert_names *names, struct conversion *v, struct err *e)
{
	uint64_t account = o->account, contact = o->contact;

	v->has_contact = true;
	v->has_opp = !o->no_opp;
	if (v->has_opp &&
	    start(c, "opp", o->opp, &v->opp_before, &v->opp, &v->old_opp, e))
		return -1;
	/* an existing deal says whose it is */
	if (v->old_opp && !account && !o->new_account)
		account = id_pack_canonical(record_get(&v->opp, "account"));
	v->has_account = !o->no_account &&
	    (account || record_get(&v->lead, "company").n);
	if (v->has_account && !o->new_account &&
	    look(c, &names->account, "account",
		record_get(&v->lead, "company"), &account, e))
		return -1;
	if (!o->new_contact &&
	    look(c, &names->contact, "contact", record_get(&v->lead, "email"),
		&contact, e))
		return -1;
	if (v->has_account &&
	    start(c, "account", account, &v->account_before, &v->account,
		&v->old_account, e))
		return -1;
	return start(c, "contact", contact, &v->contact_before, &v->contact,
	    &v->old_contact, e);
}

int
convert_prepare(struct changes *c, uint64_t lead,
    const struct convert_options *o, struct convert_names *names,
    struct conversion *v, struct err *e)
{
	const struct entity *ent = schema_entity(&c->s->schema, span("lead"));
	int r;

	memset(v, 0, sizeof *v);
	r = change_load(c, ent, lead, &v->lead_before, e);
	if (r)
		return r < 0 ? -1 : err_set(e, ERR_NOENT, "no such lead");
	v->lead = change_copy(c, &v->lead_before);
	if (check_lead(&v->lead, e) || start_all(c, o, names, v, e))
		return -1;
	carry(&v->lead, v);
	return 0;
}

static int
put(struct changes *c, bool old, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	return change_apply(c, old ? before : NULL, after, how, e);
}

static void
name_deal(struct changes *c, struct conversion *v)
{
	struct span who = v->has_account ? record_get(&v->account, "name")
					 : record_get(&v->contact, "name");
	struct span needs = record_get(&v->lead, "needs");

	fill_empty(&v->opp, "name",
	    needs.n ? arena_printf(&c->arena, "%.*s – %.*s", SPANF(who),
			  SPANF(needs))
		    : who);
}

void
convert_names_release(struct convert_names *n)
{
	resolver_free(n->account);
	resolver_free(n->contact);
	convert_acts_free(n->acts);
	memset(n, 0, sizeof *n);
}

/* The next lead of the same company goes into the account just made. */
static void
learn_names(const struct conversion *v, struct convert_names *names)
{
	struct span mail = record_get(&v->contact, "email");

	if (names->account && v->has_account && !v->old_account)
		resolver_add(names->account, record_get(&v->account, "name"),
		    v->account.id);
	if (names->contact && !v->old_contact && mail.n)
		resolver_add(names->contact, mail, v->contact.id);
}

int
convert_finish(struct changes *c, struct conversion *v,
    struct convert_names *names, unsigned how, struct err *e)
{
	struct record *lead = &v->lead;
	char day[11];

	if (v->has_account) {
		if (put(c, v->old_account, &v->account_before, &v->account,
			how, e))
			return -1;
		fill_empty(
		    &v->contact, "account", id_text(&c->arena, v->account.id));
		fill_empty(lead, "account", id_text(&c->arena, v->account.id));
	}
	if (put(c, v->old_contact, &v->contact_before, &v->contact, how, e))
		return -1;
	fill_empty(lead, "contact", id_text(&c->arena, v->contact.id));
	if (v->has_opp) {
		if (v->has_account)
			fill_empty(
			    &v->opp, "account", id_text(&c->arena, v->account.id));
		fill_empty(&v->opp, "contact", id_text(&c->arena, v->contact.id));
		fill_empty(&v->opp, "lead", id_text(&c->arena, lead->id));
		date_format(c->s->dates.today, day);
		fill_empty(
		    &v->opp, "start", arena_span(&c->arena, span(day)));
		name_deal(c, v);
		if (put(c, v->old_opp, &v->opp_before, &v->opp, how, e))
			return -1;
		fill_empty(lead, "opp", id_text(&c->arena, v->opp.id));
	}
	learn_names(v, names);
	date_format(c->s->dates.today, day);
	record_set(lead, entity_field(lead->ent, span("status")),
	    span("converted"));
	record_set(lead, entity_field(lead->ent, span("converted")),
	    arena_span(&c->arena, span(day)));
	if (change_apply(c, &v->lead_before, lead, how | CHANGE_CONVERT, e))
		return -1;
	return convert_acts(c, v, &names->acts, how, e);
}
