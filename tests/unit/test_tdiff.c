#include "unit.h"

#include "builtin.h"

#include <stdlib.h>

#include "base/mem.h"
#include "crm/entities.h"
#include "crm/history/tdiff.h"

#define A "O2611-00000001"
#define B "O2611-00000002"
#define C "O2611-00000003"

static const struct {
	const char *name, *entity, *a, *b, *want;
} cases[] = {
	{ "the same", "opp", "id,name\n" A ",x\n", "id,name\n" A ",x\n", "" },
	{ "only quoted otherwise", "opp", "id,name\n" A ",x\n",
	    "id,name\n" A ",\"x\"\n", "" },
	{ "only in another order", "opp", "id,name\n" A ",x\n" B ",y\n",
	    "id,name\n" B ",y\n" A ",x\n", "" },
	{ "columns in another order", "opp", "id,name,stage\n" A ",x,new\n",
	    "stage,id,name\nnew," A ",x\n", "" },
	{ "a changed cell", "opp", "id,name\n" A ",x\n" B ",y\n",
	    "id,name\n" A ",x\n" B ",z\n", B " name 'y' 'z'\n" },
	{ "an added row", "opp", "id,name\n" B ",y\n",
	    "id,name\n" A ",x\n" B ",y\n",
	    A " id '' '" A "'\n" A " name '' 'x'\n" },
	{ "a removed row", "opp", "id,name\n" A ",x\n" B ",y\n",
	    "id,name\n" B ",y\n", A " id '" A "' ''\n" A " name 'x' ''\n" },
	{ "no file before", "opp", "", "id,name\n" A ",x\n",
	    A " id '' '" A "'\n" A " name '' 'x'\n" },
	{ "an added column", "opp", "id,name\n" A ",x\n" B ",y\n",
	    "id,name,zz\n" A ",x,\n" B ",y,1\n", B " zz '' '1'\n" },
	{ "a dropped column", "opp", "id,zz,name\n" A ",1,x\n" B ",,y\n",
	    "id,name\n" A ",x\n" B ",y\n", A " zz '1' ''\n" },
	{ "in key order", "opp", "id,name\n" C ",1\n" A ",1\n",
	    "id,name\n" B ",2\n" A ",2\n" C ",2\n",
	    A " name '1' '2'\n" B " id '' '" B "'\n" B " name '' '2'\n" C
	      " name '1' '2'\n" },
	{ "keys of two cells", "stage",
	    "pipeline,stage,state\nd,a,open\nd,b,open\n",
	    "pipeline,stage,state\nd,b,won\nd,a,open\n",
	    "d/b state 'open' 'won'\n" },
	{ "cells with quotes and lines", "opp", "id,name\n" A ",\"a\"\"b\"\n",
	    "id,name\n" A ",\"a\nb\"\n", A " name 'a\"b' 'a\nb'\n" },
};

struct out {
	struct buf text, key;
};

static int
cell(void *ctx, struct span column, struct span old, struct span new,
    struct err *e)
{
	struct out *o = ctx;

	(void)e;
	buf_addf(&o->text, "%.*s %.*s '%.*s' '%.*s'\n",
	    SPANF(buf_span(&o->key)), SPANF(column), SPANF(old), SPANF(new));
	return 0;
}

static int
row(void *ctx, struct table *a, size_t ra, struct table *b, size_t rb,
    struct err *e)
{
	struct out *o = ctx;
	bool has = rb != (size_t)-1;

	buf_reset(&o->key);
	table_row_key(has ? b : a, has ? rb : ra, &o->key);
	return tdiff_cells(a, ra, b, rb, cell, o, e);
}

static void
load(struct table *t, const struct entity *ent, const char *text)
{
	struct err e = { 0 };
	struct buf b = { 0 };

	buf_adds(&b, text);
	CHECK(table_parse(t, ent, "t.csv", &b, &e) == 0, "%s", e.msg);
}

static void
test_cases(void **state)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct entity *ent =
		    schema_entity(*state, span(cases[i].entity));
		struct table a = { 0 }, b = { 0 };
		struct out o = { 0 };
		struct err e = { 0 };

		load(&a, ent, cases[i].a);
		load(&b, ent, cases[i].b);
		buf_adds(&o.text, "");
		CHECK(tdiff(&a, &b, row, &o, &e) == 0, "%s", cases[i].name);
		CHECK(strcmp(o.text.p, cases[i].want) == 0, "%s\n%s",
		    cases[i].name, o.text.p);
		table_release(&a);
		table_release(&b);
		buf_release(&o.text);
		buf_release(&o.key);
	}
}

static int
refuse(void *ctx, struct table *a, size_t ra, struct table *b, size_t rb,
    struct err *e)
{
	(void)a, (void)ra, (void)b, (void)rb, (void)e;
	++*(int *)ctx;
	return 7;
}

/* The first result that is not 0 ends it and comes back. */
static void
test_stop(void **state)
{
	const struct entity *ent = schema_entity(*state, span("opp"));
	struct table a = { 0 }, b = { 0 };
	struct err e = { 0 };
	int calls = 0;

	load(&a, ent, "");
	load(&b, ent, "id,name\n" A ",x\n" B ",y\n");
	assert_int_equal(tdiff(&a, &b, refuse, &calls, &e), 7);
	assert_int_equal(calls, 1);
	table_release(&a);
	table_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, builtin_setup, builtin_teardown);
}
