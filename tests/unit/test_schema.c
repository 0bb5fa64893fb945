#include "unit.h"

#include "base/buf.h"
#include "crm/entities.h"
#include "store/id.h"

/* What the tables promise to each other. */
static void
builtin(void **state)
{
	struct schema s = { 0 };

	(void)state;
	entities_builtin(&s);
	for (size_t i = 0; i < s.n; i++) {
		struct entity *e = schema_at(&s, i);
		bool key = false;

		CHECK(schema_entity(&s, span(e->name)) == e, "%s", e->name);
		CHECK(schema_entity(&s, span(e->plural)) == e, "%s", e->name);
		CHECK(schema_entity(&s, span(e->path)) == e, "%s", e->name);
		CHECK(e->label, "%s", e->name);
		/* links of activities have the ids of those */
		CHECK(!e->letter || schema_letter(&s, e->letter) == e ||
			  strcmp(e->name, "act-link") == 0,
		    "the letter of %s", e->name);
		CHECK(!e->dates || entity_field(e, span(e->dates)), "%s",
		    e->name);
		for (size_t k = 0; k < e->nfields; k++) {
			struct field *f = e->field[k];
			const char *n = f->name;

			CHECK(f->index == k, "%s.%s", e->name, n);
			CHECK(entity_field(e, span(n)) == f, "%s.%s twice",
			    e->name, n);
			CHECK((f->type == F_REF) == (f->ref != NULL), "%s.%s",
			    e->name, n);
			CHECK(!f->ref || schema_entity(&s, span(f->ref)),
			    "%s.%s", e->name, n);
			CHECK(f->type != F_CHOICE || f->choices, "%s.%s",
			    e->name, n);
			key |= f->type == F_ID || (f->flags & FIELD_KEY);
		}
		CHECK(key, "%s has no key", e->name);
	}
	assert_null(schema_entity(&s, span("nothing")));
	assert_null(schema_entity(&s, span("")));
	assert_null(schema_letter(&s, '\0'));
	assert_null(schema_letter(&s, 'X'));
	schema_release(&s);
	assert_int_equal(s.n, 0);
}

/* A command pays for the fields of the kinds that it asks for. */
static void
on_need(void **state)
{
	struct schema s = { 0 };
	struct field f = { .name = "Extra", .type = F_TEXT };
	struct entity *opp;

	(void)state;
	entities_builtin(&s);
	opp = schema_path(&s, "opps/2026/11.csv");
	for (size_t i = 0; i < s.n; i++)
		CHECK((s.entity[i]->nfields > 0) == (s.entity[i] == opp), "%s",
		    s.entity[i]->name);
	assert_true(schema_letter(&s, 'L')->nfields > 0);
	assert_true(schema_entity(&s, span("leads"))->nfields > 0);
	/* what is added comes behind what was there, asked for or not */
	for (size_t i = 0; i < s.n; i++) {
		struct entity *e = s.entity[i];
		size_t own = e->nown;

		assert_int_equal(
		    schema_add_field(&s, e, &f)->index, own);
		assert_ptr_equal(
		    entity_field(e, span("extra")), e->field[own]);
	}
	schema_release(&s);
}

static void
paths(void **state)
{
	static const struct {
		const char *path, *ent;
	} c[] = {
		{ "opps/2026/11.csv", "opp" },
		{ "opps/2026/11/7.csv", "opp" },
		{ "opps/2026/11/7f.csv", "opp" },
		{ "stage-changes/2026/11.csv", "stage-change" },
		{ "products.csv", "product" },
		{ "config/stages.csv", "stage" },
		{ "imports/imported.csv", "imported" },
		{ "opps/2026/11/7fx.csv", NULL },
		{ "opps/2026/11/u.csv", NULL },
		{ "opps/2026/11/F.csv", NULL },
		{ "opps/2026/1.csv", NULL },
		{ "opps/2026/11.csv~", NULL },
		{ "opps/2026/11", NULL },
		{ "opps.csv", NULL },
		{ "products/2026/11.csv", NULL },
		{ "./products.csv", NULL },
		{ "products.csv/x", NULL },
		{ "crmrc", NULL },
		{ "", NULL },
	};
	struct schema s = { 0 };
	char path[3][PATH_CAP];
	uint64_t id = id_pack(span("O2603-7f3k9q2d"));

	(void)state;
	entities_builtin(&s);
	for (size_t i = 0; i < COUNT(c); i++) {
		struct entity *e = schema_path(&s, c[i].path);

		CHECK(
		    e == (c[i].ent ? schema_entity(&s, span(c[i].ent)) : NULL),
		    "%s", c[i].path);
	}
	assert_int_equal(entity_paths(schema_letter(&s, 'O'), id, path), 3);
	assert_string_equal(path[0], "opps/2026/03.csv");
	assert_string_equal(path[1], "opps/2026/03/7.csv");
	assert_string_equal(path[2], "opps/2026/03/7f.csv");
	assert_int_equal(entity_paths(schema_letter(&s, 'P'), id, path), 1);
	assert_string_equal(path[0], "products.csv");
	schema_release(&s);
}

static void
learning(void **state)
{
	struct span header[] = { span("ID"), span("name"), span("Odd, one"),
		span("mood") };
	struct schema s = { 0 };
	struct entity *e;
	size_t before;

	(void)state;
	entities_builtin(&s);
	e = schema_entity(&s, span("lead"));
	before = e->nfields;
	schema_learn(&s, e, header, COUNT(header));
	schema_learn(&s, e, header, COUNT(header));
	assert_int_equal(e->nfields, before + 2);
	assert_int_equal(e->field[before]->flags, FIELD_FOUND);
	assert_string_equal(e->field[before]->name, "Odd, one");
	schema_release(&s);
}

static void
suggestions(void **state)
{
	static const struct {
		const char *typed, *want;
	} c[] = {
		{ "stge", "'stage'" },
		{ "nate", "'name', 'note'" },
		{ "amuont", "'amount'" },
		{ "OWNR", "'owner'" },
		{ "zzzzz", "" },
		{ "", "" },
	};
	struct schema s = { 0 };

	(void)state;
	entities_builtin(&s);
	for (size_t i = 0; i < COUNT(c); i++) {
		struct buf b = { 0 };

		entity_suggest(
		    schema_entity(&s, span("opp")), span(c[i].typed), &b);
		buf_adds(&b, "");
		assert_string_equal(b.p, c[i].want);
		buf_release(&b);
	}
	schema_release(&s);
}

#define HEAD "entity,field,type,label,choices,default,required,stage,hidden\n"

static struct field *
get(struct schema *s, const char *ent, const char *name)
{
	return entity_field(schema_entity(s, span(ent)), span(name));
}

static void
own_fields(void **state)
{
	static const char csv[] =
	    HEAD "opp,risk,choice,Risk,low;mid;high,mid,yes,,\n"
		 "opps,amount,,Volume,,,,proposal,\n"
		 "lead,partner,ref:account,,,,,,\n"
		 "lead,company,,,,,no,,yes\n"
		 "opp,type,,,new;renewal,,,,\n"
		 "opp,competitor,choices,,\"a;b, c\",,,,\n"
		 "account,region,,,@sources,,yes,,\n";
	struct schema s = { 0 };
	struct rc rc = { 0 };
	struct err e = { 0 };
	struct field *f;

	(void)state;
	entities_builtin(&s);
	rc_read(
	    &rc, "crmrc", span("[label]\nopp = Deal\nleads = Prospect\n"), &e);
	CHECK(entities_config(&s, span(csv), &rc, &e) == 0, "%s", e.msg);
	f = get(&s, "opp", "risk");
	assert_int_equal(f->type, F_CHOICE);
	assert_int_equal(f->flags, FIELD_CUSTOM | FIELD_REQUIRED);
	assert_string_equal(f->dflt, "mid");
	assert_string_equal(f->label, "Risk");
	f = get(&s, "opp", "amount");
	assert_int_equal(f->type, F_MONEY);
	assert_string_equal(f->label, "Volume");
	assert_string_equal(f->stage, "proposal");
	assert_true(f->flags & FIELD_COLUMN);
	assert_string_equal(get(&s, "lead", "partner")->ref, "account");
	f = get(&s, "lead", "company");
	assert_true(f->flags & FIELD_HIDDEN);
	assert_false(f->flags & FIELD_REQUIRED);
	assert_int_equal(get(&s, "opp", "type")->type, F_CHOICE);
	assert_int_equal(get(&s, "opp", "competitor")->type, F_CHOICES);
	assert_string_equal(get(&s, "account", "region")->choices, "@sources");
	assert_string_equal(schema_letter(&s, 'O')->label, "Deal");
	assert_string_equal(schema_letter(&s, 'L')->label, "Prospect");
	rc_release(&rc);
	schema_release(&s);
}

static void
bad_fields(void **state)
{
	static const struct {
		const char *rows, *msg;
	} c[] = {
		{ "oop,x,text,,,,,,\n", ":2: there is no entity 'oop'; did" },
		{ "stage,x,text,,,,,,\n", ":2: the fields of stages cannot" },
		{ "stage-change,x,,,,,,,\n",
		    ":2: the fields of stage-changes" },
		{ "opp,Risk Level,text,,,,,,\n", ":2: 'Risk Level' cannot" },
		{ "opp,a.b,text,,,,,,\n", ":2: 'a.b' cannot name" },
		{ "opp,,text,,,,,,\n", ":2: '' cannot name" },
		{ "opp,x,\"\",\"a\nb\",,,,,\nopp,x,,,,,,,\n",
		    ":4: the field 'x' of opp is there twice" },
		{ "opp,amount,,,,,,,\nopps,AMOUNT,,,,,,,\n",
		    ":3: the field 'amount' of opp is there twice" },
		{ "opp,x,colour,,,,,,\n", ":2: 'colour' is no type" },
		{ "opp,x,ref,,,,,,\n", ":2: 'ref' is no type" },
		{ "opp,x,text:lead,,,,,,\n", ":2: 'text:lead' is no type" },
		{ "opp,x,ref:foo,,,,,,\n", ":2: there is no entity 'foo'" },
		{ "opp,x,ref:stage,,,,,,\n", ":2: there is no entity 'stage'" },
		{ "opp,x,id,,,,,,\n", ":2: an own field cannot be of type id" },
		{ "opp,amount,int,,,,,,\n",
		    ":2: 'amount' is built in as money" },
		{ "opp,owner,ref:lead,,,,,,\n", ":2: 'owner' is built in as" },
		{ "opp,x,choice,,,,,,\n", ":2: 'x' needs its choices" },
		{ "opp,x,int,,a;b,,,,\n", ":2: 'x' is of type int, which" },
		{ "opp,x,choice,,a;;b,,,,\n", ":2: a choice of 'x' is empty" },
		{ "opp,x,choice,,a;b;a,,,,\n", ":2: a choice of 'x' is there" },
		{ "opp,x,choice,,@nix,,,,\n", ":2: there is no table '@nix'" },
		{ "opp,x,choice,,@leads,,,,\n", ":2: there is no table" },
		{ "opp,x,choice,,a;b,c,,,\n", ":2: the default 'c' of 'x'" },
		{ "opp,x,,,,,maybe,,\n", ":2: required is yes or no" },
		{ "opp,x,,,,,,,perhaps\n", ":2: hidden is yes or no" },
		{ "lead,x,,,,,,won,\n", ":2: leads have no stages" },
		{ "opp,id,,,,,,,yes\n", ":2: 'id' cannot be hidden" },
		{ "opp,weighted,,,,,yes,,\n", ":2: 'weighted' is set by us" },
		{ "opp,x\n", ":2" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		struct schema s = { 0 };
		struct err e = { 0 };
		struct buf b = { 0 };

		buf_adds(&b, HEAD);
		buf_adds(&b, c[i].rows);
		entities_builtin(&s);
		CHECK(entities_config(&s, buf_span(&b), NULL, &e) < 0, "%s",
		    c[i].rows);
		assert_int_equal(e.code, ERR_DATA);
		CHECK(strncmp(e.msg, "config/fields.csv", 17) == 0 &&
			  strncmp(e.msg + 17, c[i].msg, strlen(c[i].msg)) == 0,
		    "%s", e.msg);
		err_release(&e);
		buf_release(&b);
		schema_release(&s);
	}
}

/* A type is known by the name that is shown of it, in any case. */
static void
types(void **state)
{
	(void)state;
	for (int t = F_TEXT; t < F_STAGE; t++) {
		struct buf b = { 0 }, name = { 0 };
		struct schema s = { 0 };

		if (t == F_ID || t == F_REF || t == F_CHOICE || t == F_CHOICES)
			continue; /* not without more (bad_fields) */
		buf_adds(&name, field_type_name(t));
		if (t == F_MONEY)
			name.p[0] = 'M';
		buf_addf(&b, HEAD "opp,x,%s,,,,,,\n", name.p);
		entities_builtin(&s);
		CHECK(entities_config(&s, buf_span(&b), NULL, NULL) == 0, "%s",
		    name.p);
		assert_int_equal(get(&s, "opp", "x")->type, t);
		schema_release(&s);
		buf_release(&name);
		buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builtin),
		cmocka_unit_test(on_need),
		cmocka_unit_test(paths),
		cmocka_unit_test(learning),
		cmocka_unit_test(suggestions),
		cmocka_unit_test(own_fields),
		cmocka_unit_test(bad_fields),
		cmocka_unit_test(types),
	};

	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
