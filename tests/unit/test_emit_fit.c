#include "unit.h"

#include "cmd/emit_impl.h"

enum { MOST = 8, WHOLE = 99 };

struct column {
	enum field_type type;
	bool main;
	size_t cells, label;
	bool empty, same;
	unsigned spare_below, keep; /* WHOLE: all of it */
};

/* As a list of deals: id name account owner stage amount currency close. */
#define DEALS                                                                  \
	{ F_ID, false, 15, 2, 0, 0, 0, 0 },                                    \
	    { F_TEXT, true, 30, 4, 0, 0, 0, 0 },                               \
	    { F_REF, false, 20, 7, 0, 0, 0, 0 },                               \
	    { F_REF, false, 13, 5, 0, 0, 0, 0 },                               \
	    { F_STAGE, false, 11, 5, 0, 0, 0, 0 },                             \
	    { F_MONEY, false, 9, 6, 0, 0, 0, 0 },                              \
	    { F_CURRENCY, false, 3, 8, 0, 0, 0, 0 },                           \
	{                                                                      \
		F_DATE, false, 10, 5, 0, 0, 0, 0                               \
	}

static const struct {
	const char *what;
	struct column col[MOST];
	size_t room;
	struct emit_options o;
	size_t width[MOST]; /* 0: left out */
} cases[] = {
	{ "all of it", { DEALS }, 200, { 0 },
	    { 15, 30, 20, 13, 11, 9, 8, 10 } },
	{ "references go first, the name keeps its width", { DEALS }, 80, { 0 },
	    { 15, 19, 0, 0, 9, 9, 8, 10 } },
	{ "chosen ones stay, ids and numbers whole", { DEALS }, 80, { .chosen = true },
	    { 15, 9, 6, 6, 6, 9, 5, 10 } },
	{ "of ranked ones the last goes", { DEALS }, 80, { .ranked = true },
	    { 15, 19, 9, 9, 9, 9, 0, 0 } },
	{ "a currency goes where there is only one",
	    { { F_ID, false, 15, 2, 0, 0, 0, 0 },
		{ F_TEXT, true, 30, 4, 0, 0, 0, 0 },
		{ F_MONEY, false, 9, 6, 0, 0, 0, 0 },
		{ F_CURRENCY, false, 3, 8, 0, 1, 0, 0 },
		{ F_DATE, false, 10, 5, 0, 0, 0, 0 } },
	    60, { 0 }, { 15, 20, 9, 0, 10 } },
	{ "and stays before a date where there are several",
	    { { F_ID, false, 15, 2, 0, 0, 0, 0 },
		{ F_TEXT, true, 30, 4, 0, 0, 0, 0 },
		{ F_MONEY, false, 9, 6, 0, 0, 0, 0 },
		{ F_CURRENCY, false, 3, 8, 0, 0, 0, 0 },
		{ F_DATE, false, 10, 5, 0, 0, 0, 0 } },
	    60, { 0 }, { 15, 22, 9, 8, 0 } },
	{ "an empty column goes before any other",
	    { { F_ID, false, 15, 2, 0, 0, 0, 0 },
		{ F_REF, false, 12, 4, 0, 0, 0, 0 },
		{ F_TEXT, false, 0, 10, 1, 1, 0, 0 },
		{ F_MONEY, false, 9, 6, 0, 0, 0, 0 } },
	    37, { 0 }, { 15, 9, 0, 9 } },
	{ "then one in which all is the same",
	    { { F_ID, false, 15, 2, 0, 0, 0, 0 },
		{ F_STAGE, false, 9, 4, 0, 1, 0, 0 },
		{ F_REF, false, 12, 4, 0, 0, 0, 0 },
		{ F_MONEY, false, 9, 6, 0, 1, 0, 0 } },
	    40, { 0 }, { 15, 0, 12, 9 } },
	{ "of a single row, too, though all could be cut",
	    { { F_ID, false, 15, 2, 0, 0, 0, 0 },
		{ F_TEXT, true, 40, 4, 0, 0, 0, 0 },
		{ F_TEXT, false, 0, 7, 1, 0, 0, 0 } },
	    60, { 0 }, { 15, 40, 0 } },
	{ "headers are whole",
	    { { F_TEXT, true, 40, 4, 0, 0, 0, 0 },
		{ F_CHOICE, false, 4, 8, 0, 0, 0, 0 } },
	    30, { 0 }, { 20, 8 } },
	{ "what is spare below 50 stays at 50",
	    { { F_ID, false, 14, 2, 0, 0, 50, 0 },
		{ F_TEXT, true, 40, 4, 0, 0, 0, 0 },
		{ F_TEXT, false, 10, 4, 0, 0, 0, 0 } },
	    50, { 0 }, { 14, 22, 10 } },
	{ "and goes first below",
	    { { F_ID, false, 14, 2, 0, 0, 50, 0 },
		{ F_TEXT, true, 40, 4, 0, 0, 0, 0 },
		{ F_TEXT, false, 10, 4, 0, 0, 0, 0 } },
	    40, { 0 }, { 0, 28, 10 } },
	{ "what begins with a date keeps it",
	    { { F_TEXT, true, 40, 4, 0, 0, 0, 10 },
		{ F_TEXT, false, 30, 4, 0, 0, 0, 16 } },
	    28, { 0 }, { 10, 16 } },
	{ "the number of a quote is whole, where it has one",
	    { { F_ID, false, 15, 2, 0, 0, 0, 0 },
		{ F_TEXT, false, 12, 6, 0, 0, 0, WHOLE },
		{ F_TEXT, false, 30, 4, 0, 0, 0, 0 },
		{ F_REF, false, 20, 7, 0, 0, 0, 0 },
		{ F_CHOICE, false, 8, 5, 0, 0, 0, 0 } },
	    50, { 0 }, { 15, 12, 9, 0, 8 } },
	{ "a lean one: before a name is cut, what is the same goes",
	    { { F_INT, false, 1, 1, 0, 0, 0, 0 },
		{ F_TEXT, true, 20, 4, 0, 0, 0, 0 },
		{ F_TEXT, false, 8, 3, 0, 1, 0, 0 },
		{ F_MONEY, false, 9, 6, 0, 1, 0, 0 } },
	    36, { .lean = true }, { 1, 20, 0, 9 } },
	{ "then other texts give way",
	    { { F_INT, false, 1, 1, 0, 0, 0, 0 },
		{ F_TEXT, true, 20, 4, 0, 0, 0, 0 },
		{ F_TEXT, false, 14, 6, 0, 0, 0, 0 },
		{ F_MONEY, false, 9, 6, 0, 1, 0, 0 } },
	    46, { .lean = true }, { 1, 20, 10, 9 } },
	{ "then the name",
	    { { F_INT, false, 1, 1, 0, 0, 0, 0 },
		{ F_TEXT, true, 20, 4, 0, 0, 0, 0 },
		{ F_TEXT, false, 14, 6, 0, 0, 0, 0 },
		{ F_MONEY, false, 9, 6, 0, 1, 0, 0 } },
	    42, { .lean = true }, { 1, 18, 8, 9 } },
	{ "nothing helps: too wide, but whole",
	    { { F_ID, false, 15, 2, 0, 0, 0, 0 },
		{ F_TEXT, true, 30, 4, 0, 0, 0, 0 } },
	    18, { 0 }, { 15, 8 } },
};

static void
fitting(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct emit_column col[MOST] = { 0 };
		struct fit f[MOST] = { 0 };
		size_t n = 0;

		for (; n < MOST && cases[i].col[n].label; n++) {
			const struct column *c = &cases[i].col[n];

			col[n].type = c->type;
			col[n].main = c->main;
			col[n].spare_below = c->spare_below;
			col[n].whole = c->keep == WHOLE;
			col[n].keep = col[n].whole ? 0 : c->keep;
			f[n].cells = c->cells;
			f[n].label = c->label;
			f[n].width = c->cells > c->label ? c->cells : c->label;
			f[n].empty = c->empty;
			f[n].same = c->same;
		}
		emit_fit(col, f, n, cases[i].room, &cases[i].o);
		for (size_t k = 0; k < n; k++)
			CHECK((f[k].out ? 0 : f[k].width) == cases[i].width[k],
			    "%s: column %zu is %zu, not %zu", cases[i].what, k,
			    f[k].out ? 0 : f[k].width, cases[i].width[k]);
		CHECK(i + 1 == COUNT(cases) ||
			  emit_fit_sum(f, n) <= cases[i].room,
		    "%s: %zu", cases[i].what, emit_fit_sum(f, n));
	}
}

static const struct {
	size_t width;
	const char *text, *want;
} lines[] = {
	{ 0, "Pipeline at 1234567, amounts in EUR",
	    "Pipeline at 1234567, amounts in EUR" },
	{ 35, "Pipeline at 1234567, amounts in EUR",
	    "Pipeline at 1234567, amounts in EUR" },
	{ 34, "Pipeline at 1234567, amounts in EUR",
	    "Pipeline at 1234567,\namounts in EUR" },
	{ 20, "Pipeline at 1234567, amounts in EUR",
	    "Pipeline at 1234567,\namounts in EUR" },
	/* an item that is too long by itself, then a word */
	{ 12, "Pipeline at 1234567, amounts",
	    "Pipeline at\n1234567,\namounts" },
	/* prose, no list */
	{ 20, "So, this is what she said", "So, this is what she\nsaid" },
	{ 4, "abcdefgh ij", "abcd\nefgh\nij" },
	{ 6, "\u4e2d\u6587\u4e2d\u6587", "\u4e2d\u6587\u4e2d\n\u6587" },
	{ 1, "\u4e2d", "\u4e2d" },
};

static void
wrapping(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		buf_reset(&b);
		emit_wrap(&b, span(lines[i].text), lines[i].width);
		CHECK(
		    span_eqs(buf_span(&b), lines[i].want), "%zu: '%s'", i, b.p);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fitting),
		cmocka_unit_test(wrapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
