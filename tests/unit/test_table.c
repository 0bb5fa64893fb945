#include "unit.h"

#include "builtin.h"

#include <stdlib.h>

#include "base/mem.h"
#include "crm/entities.h"
#include "store/id.h"
#include "store/table.h"

static const size_t none = (size_t)-1;

static struct entity *
ent(void **state, const char *name)
{
	return schema_entity(*state, span(name));
}

static void
load(struct table *t, const struct entity *e, const char *text)
{
	struct err err = { 0 };
	struct buf b = { 0 };

	buf_adds(&b, text);
	CHECK(table_parse(t, e, "opps/2026/11.csv", &b, &err) == 0, "%s: %s",
	    text, err.msg);
	assert_int_equal(b.n, 0);
	buf_release(&b);
}

static void
expect(struct table *t, const char *want)
{
	struct buf b = { 0 };

	table_write(t, &b);
	assert_string_equal(b.p, want);
	buf_release(&b);
}

static uint64_t
id(const char *s)
{
	uint64_t v = id_pack(span(s));

	assert_true(v != 0);
	return v;
}

#define A "O2611-00000001"
#define B "O2611-00000002"
#define C "O2611-00000003"

/* What nobody changed comes out as it was, whatever it looks like. */
static void
untouched(void **state)
{
	static const char *const file[] = {
		"id,name\n",
		"id,name",
		"\xef\xbb\xbfid,name\r\n" A ",x\r\n",
		"id,name\n" B ",x\n" A ",y",
		"\"id\",\"name\"\n" A ",\"needless\"\r\n" B
		",\"a \"\"b\"\"\n\"\n",
		"name,id\n\"" C "\"," A "\n",
		"id\n" A "\n",
	};

	for (size_t i = 0; i < COUNT(file); i++) {
		struct table t = { 0 };

		load(&t, ent(state, "opp"), file[i]);
		expect(&t, file[i]);
		table_release(&t);
	}
}

/* A change of one row: before, the row, the column, the value, after. */
static void
setting(void **state)
{
	static const struct {
		const char *before;
		size_t row;
		const char *col, *value, *after;
	} c[] = {
		/* The others keep their quotes and CRLF. */
		{ "id,name\r\n" A ",\"x\"\r\n" B ",y\r\n", 1, "name", "z",
		    "id,name\r\n" A ",\"x\"\r\n" B ",z\n" },
		/* A last row without newline gets one as it is not alone. */
		{ "id,name\n" B ",y\n" A ",\"x\"", 0, "name", "z",
		    "id,name\n" A ",\"x\"\n" B ",z\n" },
		/* The same value is no change: the quotes stay. */
		{ "id,name\n" A ",\"x\"", 0, "name", "x",
		    "id,name\n" A ",\"x\"" },
		{ "id,name\n" A ",x\n", 0, "close", "", "id,name\n" A ",x\n" },
		{ "id,name\n" A ",\"a\"\"b\"\n", 0, "name", "a\"b",
		    "id,name\n" A ",\"a\"\"b\"\n" },
		{ "id,name\n" A ",\"a\"\"b\"\n", 0, "name", " a,\"\n",
		    "id,name\n" A ",\" a,\"\"\n\"\n" },
		/* A new column: every row gets a cell. */
		{ "id,name\r\n" A ",x\r\n" B ",y", 0, "next", "call",
		    "id,name,next\r\n" A ",x,call\n" B ",y,\n" },
		{ "\"id\",\"name\"", 0, "", "", "\"id\",\"name\"" },
		{ "id\n" A "\n" B "\n", 1, "a,b", "1",
		    "id,\"a,b\"\n" A ",\n" B ",1\n" },
		{ "my own,id,note\n\",\"," A ",\n", 0, "note", "n",
		    "my own,id,note\n\",\"," A ",n\n" },
		{ "id,name\n" A ",\n", 0, "name", "x", "id,name\n" A ",x\n" },
		{ "id,name,note\n" A ",\"\",\"\"\n", 0, "note", "x",
		    "id,name,note\n" A ",,x\n" },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct table t = { 0 };

		load(&t, ent(state, "opp"), c[i].before);
		if (*c[i].col) {
			table_set(
			    &t, c[i].row, span(c[i].col), span(c[i].value));
			CHECK(span_eqs(table_cell(&t, c[i].row, span(c[i].col)),
				  c[i].value),
			    "case %zu", i);
		}
		expect(&t, c[i].after);
		table_release(&t);
	}
}

static void
several_columns(void **state)
{
	struct table t = { 0 };

	load(&t, ent(state, "opp"), "id,name\n" A ",x\n" B ",y\n");
	table_set(&t, 0, span("next"), span("1"));
	table_set(&t, 1, span("lead"), span("2"));
	table_set(&t, 1, span("lead"), span(""));
	assert_int_equal(table_cell(&t, 0, span("lead")).n, 0);
	expect(&t, "id,name,next,lead\n" A ",x,1,\n" B ",y,,\n");
	/* Once more, after writing. */
	table_set(&t, 0, span("name"), span("z"));
	expect(&t, "id,name,next,lead\n" A ",z,1,\n" B ",y,,\n");
	table_release(&t);
}

static void
refused(void **state)
{
	static const struct {
		const char *entity, *text, *msg;
	} c[] = {
		{ "opp", "name\nx\n", "11.csv:1: there is no column 'id'" },
		{ "opp", "id,name\n" A ",\"a\nb\"\nO2611-0000000,y\n",
		    "11.csv:4: 'O2611-0000000' is not the id" },
		{ "opp", "id,name\n,x\n", "11.csv:2: '' is not" },
		{ "opp", "id\no2611-00000001\n", "11.csv:2: 'o2611" },
		{ "opp", "id\nA2611-00000001\n", "11.csv:2: 'A2611" },
		{ "opp", "id,name\n" B ",\n" A ",\n" B ",\n",
		    "11.csv:4: the same id as in line 2" },
		{ "opp", "id,name\n" A ",\n" A ",\n",
		    "11.csv:3: the same id as in line 2" },
		{ "opp", "id,name\n" A "\n", "11.csv:2" },
		{ "rate", "currency,rate\nUSD,1\n",
		    "11.csv:1: there is no column 'date'" },
		{ "rate",
		    "currency,date,rate\nUSD,2026-01-01,1\nUSD,2026-01-01,2\n",
		    "11.csv:3: the same key as in line 2" },
	};

	for (size_t i = 0; i < COUNT(c); i++) {
		struct table t = { 0 };
		struct err e = { 0 };
		struct buf b = { 0 };

		buf_adds(&b, c[i].text);
		CHECK(table_parse(
			  &t, ent(state, c[i].entity), "11.csv", &b, &e) < 0,
		    "%s", c[i].text);
		assert_int_equal(e.code, ERR_DATA);
		CHECK(strncmp(e.msg, c[i].msg, strlen(c[i].msg)) == 0,
		    "%s, not %s", e.msg, c[i].msg);
		assert_null(t.path);
		assert_null(b.p);
		err_release(&e);
	}
}

static void
adding(void **state)
{
	struct entity *e = ent(state, "stage-change");
	struct span v[6] = { { NULL, 0 } };
	struct table t = { 0 };
	size_t row;

	load(&t, e, "");
	expect(&t, "id,opp,from,to,at,by\n");
	v[2] = span("a,b");
	v[3] = span("c");
	row = table_add(&t, id("S2611-00000002"), v, 4);
	assert_int_equal(row, 0);
	assert_int_equal(table_find(&t, id("S2611-00000002")), 0);
	assert_int_equal(table_add(&t, id("S2611-00000001"), v, 1), 1);
	assert_int_equal(table_find(&t, id("S2611-00000001")), 1);
	assert_int_equal(table_find(&t, id("S2611-00000003")), none);
	expect(&t, "id,opp,from,to,at,by\nS2611-00000001,,,,,\n"
		   "S2611-00000002,,\"a,b\",c,,\n");
	table_set(&t, 1, span("at"), span("now"));
	table_remove(&t, 0);
	table_remove(&t, 0);
	assert_int_equal(table_live(&t), 1);
	assert_int_equal(table_find(&t, id("S2611-00000002")), none);
	/* Removed and there again. */
	assert_int_equal(table_add(&t, id("S2611-00000002"), v, 0), 2);
	assert_int_equal(table_find(&t, id("S2611-00000002")), 2);
	expect(&t, "id,opp,from,to,at,by\nS2611-00000001,,,,now,\n"
		   "S2611-00000002,,,,,\n");
	table_release(&t);
}

/* A rare field gets its column with the first value; hidden and virtual ones
 * and those of other stores' headers have none. */
static void
new_columns(void **state)
{
	struct field own = { .name = "colour", .flags = FIELD_CUSTOM };
	struct entity *e = ent(state, "product");
	struct span found = span("found"), *v;
	struct table t = { 0 };

	schema_learn(*state, e, &found, 1);
	load(&t, e, "");
	expect(&t, "id,name,sku,family,category,price,cost,currency,active,"
		   "tags,note,created,ext_id\n");
	schema_add_field(*state, e, &own);
	v = xcalloc(e->nfields, sizeof *v);
	table_add(&t, id("P2611-00000001"), v, e->nfields);
	v[entity_field(e, span("brand"))->index] = span("b");
	v[entity_field(e, span("colour"))->index] = span("red");
	v[entity_field(e, span("found"))->index] = span("f");
	table_add(&t, id("P2611-00000002"), v, e->nfields);
	expect(&t, "id,name,sku,family,category,price,cost,currency,active,"
		   "tags,note,created,ext_id,brand,found,colour\n"
		   "P2611-00000001,,,,,,,,,,,,,,,\n"
		   "P2611-00000002,,,,,,,,,,,,,b,f,red\n");
	free(v);
	table_release(&t);
}

/* The order of the rows of a keyed table means something. */
static void
keyed(void **state)
{
	struct entity *e = ent(state, "stage");
	struct span v[5] = { { NULL, 0 } };
	struct table t = { 0 };
	uint64_t key;

	load(&t, e, "stage,label\nzeta,Z\nalpha,A\n");
	v[1] = span("alpha");
	assert_int_equal(table_find(&t, table_key(e, v)), 1);
	v[1] = span("mid");
	table_add(&t, 0, v, 2);
	assert_int_equal(table_find(&t, table_key(e, v)), 2);
	expect(&t, "stage,label\nzeta,Z\nalpha,A\nmid,\n");
	/* With another key it is found under that one only. */
	key = table_key(e, v);
	table_set(&t, 2, span("pipeline"), span("p"));
	assert_int_equal(table_find(&t, key), none);
	v[0] = span("p");
	assert_int_equal(table_find(&t, table_key(e, v)), 2);
	expect(&t, "stage,label,pipeline\nzeta,Z,\nalpha,A,\nmid,,p\n");
	/* "ab","c" and "a","bc" are two keys. */
	v[0] = span("ab");
	v[1] = span("c");
	key = table_key(e, v);
	v[0] = span("a");
	v[1] = span("bc");
	assert_true(key != table_key(e, v));
	table_release(&t);
}

/* Many rows, found at once while more come, sorted as qsort would. */
static void
many(void **state)
{
	enum { N = 20000 };
	struct entity *e = ent(state, "opp");
	struct span v[2] = { { NULL, 0 }, { "n", 1 } };
	struct table t = { 0 };
	struct buf b = { 0 };
	uint64_t ids[100], next, last = 0;
	struct span text, line;

	setenv("CRM_SEED", "table", 1);
	load(&t, e, "");
	for (size_t i = 0; i < N; i++) {
		do
			id_make('O', 2020 + (int)(i % 5), 1 + (int)(i % 12),
			    &next, NULL);
		while (table_find(&t, next) != none);
		ids[i % 100] = next;
		table_add(&t, next, v, 2);
		assert_int_equal(table_find(&t, ids[i / 2 % 100]),
		    i - (i % 100 + 100 - i / 2 % 100) % 100);
	}
	unsetenv("CRM_SEED");
	table_write(&t, &b);
	text = buf_span(&b);
	span_cut(&text, '\n');
	for (size_t i = 0; i < N; i++) {
		line = span_cut(&text, '\n');
		next = id_pack_canonical(span_cut(&line, ','));
		assert_true(next > last);
		last = next;
	}
	assert_int_equal(text.n, 0);
	buf_release(&b);
	table_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    untouched, builtin_setup, builtin_teardown),
		cmocka_unit_test_setup_teardown(
		    setting, builtin_setup, builtin_teardown),
		cmocka_unit_test_setup_teardown(
		    several_columns, builtin_setup, builtin_teardown),
		cmocka_unit_test_setup_teardown(
		    refused, builtin_setup, builtin_teardown),
		cmocka_unit_test_setup_teardown(
		    adding, builtin_setup, builtin_teardown),
		cmocka_unit_test_setup_teardown(
		    new_columns, builtin_setup, builtin_teardown),
		cmocka_unit_test_setup_teardown(
		    keyed, builtin_setup, builtin_teardown),
		cmocka_unit_test_setup_teardown(
		    many, builtin_setup, builtin_teardown),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
