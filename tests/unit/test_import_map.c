#include "unit.h"

#include <stdlib.h>

#include "crm/entities.h"
#include "crm/import/import_impl.h"

/* Words separated by '|'. */
static size_t
words(const char *list, struct span *out, size_t cap)
{
	struct span rest = span(list);
	size_t n = 0;

	if (*list == '\0')
		return 0;
	do
		out[n++] = span_cut(&rest, '|');
	while (rest.n && n < cap);
	return n;
}

static int
map(const char *entity, const char *header, const char *option,
    struct import_column **col, size_t *n, struct arena *a, struct buf *notes,
    struct schema *s, struct err *e)
{
	static char *argv[8];
	struct span head[16], opt[8];
	struct import_options o = { .file = "x.csv" };
	int r;

	entities_builtin(s);
	o.ent = schema_entity(s, span(entity));
	o.nmap = words(option, opt, 8);
	for (size_t i = 0; i < o.nmap; i++)
		argv[i] = span_dup(opt[i]);
	o.map = argv;
	*n = words(header, head, 16);
	r = import_map(s, &o, head, *n, col, a, notes, e);
	for (size_t i = 0; i < o.nmap; i++)
		free(argv[i]);
	return r;
}

/* The fields found, "-" where a column is not taken, separated by blanks. */
static void
mapping(void **state)
{
	static const struct {
		const char *entity, *header, *map, *fields, *note;
	} cases[] = {
		{ "opp", "Close_Date|close value|DealStage", "",
		    "close amount stage", NULL },
		{ "opp", "Potential Name|Closing Date|Created Time", "",
		    "name close created", NULL },
		{ "account", "account|subsidiary_of|office_location",
		    "account=name|SUBSIDIARY_OF=parent|office location=country",
		    "name parent country", NULL },
		{ "opp", "name|owner.name|account.name", "",
		    "name owner account", NULL },
		{ "opp", "name|owner|owner.name", "", "name owner -",
		    "owner comes from 'owner'" },
		{ "opp", "name|amount|Close Value", "", "name amount -",
		    "amount comes from 'amount'" },
		{ "opp", "name|Value|Close Value", "Value=amount",
		    "name amount -", "amount comes from 'Value'" },
		{ "opp", "name|Expected Revenue|Age", "", "name - -",
		    "'Expected Revenue', 'Age'" },
		{ "opp", "name|amount|_line|_column|_reason|_base", "",
		    "name amount - - - -", NULL },
		{ "opp", "id|name|state", "", "id name -", "it is computed" },
		{ "lead", "name|account", "account=", "name -", NULL },
		{ "lead", "LEADID|Last Name", "", "ext_id name", NULL },
		{ "opp", "LEADID|Potential Name", "", "lead name", NULL },
		{ "target", "year|quarter|user|amount", "",
		    "period period user amount", NULL },
		{ "target", "y|q|quota", "y=period.year|q=period.quarter",
		    "period period amount", NULL },
		{ "opp", "name||amount", "", "name - amount", NULL },
		{ "opp", "a=b|name", "a=b=note", "note name", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct schema s = { 0 };
		struct arena a = { 0 };
		struct buf notes = { 0 }, got = { 0 };
		struct err e = { 0 };
		struct import_column *col = NULL;
		size_t n;
		int r = map(cases[i].entity, cases[i].header, cases[i].map,
		    &col, &n, &a, &notes, &s, &e);

		CHECK(r == 0, "case %zu: %s", i, e.msg);
		for (size_t k = 0; k < n; k++)
			buf_addf(&got, "%s%s", k ? " " : "",
			    col[k].field ? col[k].field->name : "-");
		CHECK(
		    !strcmp(got.p, cases[i].fields), "case %zu: %s", i, got.p);
		if (cases[i].note)
			CHECK(notes.p && strstr(notes.p, cases[i].note),
			    "case %zu: %s", i, notes.p);
		else
			CHECK(notes.n == 0, "case %zu: %s", i, notes.p);
		import_columns_free(col, n);
		buf_release(&notes);
		buf_release(&got);
		arena_release(&a);
		schema_release(&s);
	}
}

static void
refusing(void **state)
{
	static const struct {
		const char *entity, *header, *map, *says;
	} cases[] = {
		{ "opp", "name|Value|Close Value", "",
		    "'Value' and 'Close Value' are both amount" },
		{ "opp", "name|x", "x=nmae", "did you mean" },
		{ "opp", "name|x", "y=note", "no such column; it has name, x" },
		{ "opp", "name|x", "x", "write 'Their Name=field'" },
		{ "opp", "name|x", "x=weighted", "set by crm" },
		{ "opp", "17|Acme|2024", "", "--header" },
		{ "opp", "a|b", "a=note|b=note", "both note" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct schema s = { 0 };
		struct arena a = { 0 };
		struct buf notes = { 0 };
		struct err e = { 0 };
		struct import_column *col = NULL;
		size_t n;
		int r = map(cases[i].entity, cases[i].header, cases[i].map,
		    &col, &n, &a, &notes, &s, &e);

		CHECK(r == -1 && e.code == ERR_USAGE, "case %zu", i);
		CHECK(strstr(e.msg, cases[i].says), "case %zu: %s", i, e.msg);
		err_release(&e);
		import_columns_free(col, n);
		buf_release(&notes);
		arena_release(&a);
		schema_release(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mapping),
		cmocka_unit_test(refusing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
