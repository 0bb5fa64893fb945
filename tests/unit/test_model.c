/* The tree of a document, of a struct doc that is built by hand. */
#include "qstore.h"

#include "crm/render/model.h"
#include "crm/render/words.h"
#include "store/id.h"

static struct session s;
static const struct render_ask plain;

static int
open_store(void **state)
{
	place_make(state);
	put("crmrc", "# crm store, format 1\n[core]\n\tcurrency = EUR\n"
		     "[company]\n\tname = Atlas\n");
	qstore_open(&s);
	return 0;
}

static int
close_store(void **state)
{
	session_close(&s);
	return place_remove(state);
}

static struct record
record(struct arena *a, const char *entity, const char *const *value)
{
	struct entity *ent = schema_entity(&s.schema, span(entity));
	struct record r = { .ent = ent, .n = ent->nfields };

	r.value = arena_alloc(a, ent->nfields * sizeof *r.value);
	for (; *value; value += 2)
		record_put(&r, value[0], span(value[1]));
	r.id = id_pack(record_get(&r, "id"));
	return r;
}

/*
 * 2 x 100.00 less 10 % = 180.00 under a heading, with a part; an option of
 * 50.00 that does not count; 20 % of 180.00 are 36.00: 216.00 in all.
 */
static void
make(struct arena *a, struct doc *d)
{
	static const char *const head[] = { "id", "Q2611-00000001", "number",
		"Q2026-0001", "name", "Windows", "state", "issued", "date",
		"2026-11-21", "conditions", "One\ntwo\n\nthree", "note",
		"inside only", NULL };
	static const char *const line[][20] = {
		{ "id", "K2611-00000001", "kind", "heading", "name", "Goods" },
		{ "id", "K2611-00000002", "kind", "item", "name", "Window",
		    "list", "110.00", "cost", "77.77", "why", "our secret" },
		{ "id", "K2611-00000003", "kind", "part", "name", "Bolt",
		    "quantity", "8", "of", "K2611-00000002" },
		{ "id", "K2611-00000004", "kind", "item", "name", "Blind",
		    "choice", "option" },
	};
	struct tax_class *class = arena_alloc(a, sizeof *class);

	memset(d, 0, sizeof *d);
	d->r = record(a, "quote", head);
	d->nlines = COUNT(line);
	d->line = arena_alloc(a, d->nlines * sizeof *d->line);
	for (size_t i = 0; i < d->nlines; i++) {
		d->line[i].r = record(a, "quote-line", line[i]);
		d->line[i].calc = i == 1 ? 0 : i == 3 ? 1 : NO_CALC;
		d->line[i].off = NO_CALC;
	}
	class->key = span("S");
	class->n = 1;
	class->part[0].label = span("VAT");
	class->part[0].rate = (struct dec){ 20, 0 };
	d->calc.line = arena_alloc(a, 2 * sizeof *d->calc.line);
	d->calc.nlines = 2;
	d->calc.line[0] = (struct calc_line){ .quantity = { 2, 0 },
		.price = { 100, 0 },
		.counted = true,
		.cost = { 7777, 2 },
		.off = { .percent = true, .share = { 10, 0 } } };
	d->calc.line[1] =
	    (struct calc_line){ .quantity = { 1, 0 }, .price = { 50, 0 } };
	d->calc.taxes = class;
	d->calc.ntaxes = 1;
	d->calc.exponent = d->exponent = 2;
	d->currency = span("EUR");
	assert_int_equal(calc_run(&d->calc, NULL), 0);
	assert_int_equal(terms_parse(&s, span("30/70"), 2, &d->terms, NULL), 0);
}

static int
reader(void *ctx, struct span name, struct buf *out, struct err *e)
{
	(void)name;
	(void)e;
	buf_adds(out, ctx);
	return 0;
}

static void
test_tree(void **state)
{
	static const struct {
		const char *language, *text, *want;
	} v[] = {
		{ "", "{{number}} {{subject}} {{date}}",
		    "Q2026-0001 Windows 2026-11-21" },
		{ "de", "{{date}} {{words.quote}}", "21.11.2026 Angebot" },
		{ "", "{{company.name}}{{customer.name}}{{owner.name}}",
		    "Atlas" },
		{ "", "{{#groups}}{{name}} {{subtotal}}{{/groups}}",
		    "Goods 180.00" },
		{ "",
		    "{{#lines}}{{position}}/{{name}}/{{quantity}}/{{price}}/"
		    "{{list}}/{{discount}}/{{tax}}/{{amount}};{{/lines}}",
		    "/Goods//////;"
		    "1/Window/2/100.00/110.00/10%/20%/180.00;" },
		{ "",
		    "{{#lines}}{{#parts}}{{quantity}} {{name}}{{/parts}}"
		    "{{/lines}}",
		    "8 Bolt" },
		{ "",
		    "{{#options}}{{position}} {{name}} {{amount}}"
		    "{{#is_option}}!{{/is_option}}{{/options}}",
		    "2 Blind 50.00!" },
		{ "", "{{subtotal}} {{net}} {{total}} {{payable}} {{currency}}",
		    "180.00 180.00 216.00 216.00 EUR" },
		{ "", "{{#taxes}}{{text}} {{amount}}{{/taxes}}",
		    "VAT 20% of 180.00 36.00" },
		{ "", "{{rounded}}", "rounded by line, half up" },
		{ "de", "{{terms}}",
		    "30\xc2\xa0% bei Auftrag, "
		    "70\xc2\xa0% 30 Tage nach Auftrag" },
		{ "", "{{#schedule}}{{amount}};{{/schedule}}",
		    "64.80;151.20;" },
		{ "",
		    "{{#conditions_paragraphs}}[{{.}}]"
		    "{{/conditions_paragraphs}}",
		    "[One\ntwo][three]" },
		{ "", "{{#is_draft}}draft{{/is_draft}}{{rtl}}{{direction}}",
		    "ltr" },
		{ "he", "{{direction}}{{#rtl}}!{{/rtl}}", "rtl!" },
		{ "he", "{{number}}", "\xe2\x80\x8eQ2026-0001" },
	};
	struct arena a = { 0 };
	struct doc d;

	(void)state;
	make(&a, &d);
	for (size_t i = 0; i < COUNT(v); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };
		struct tval *root;
		const struct render_ask ask = { .language =
			*v[i].language ? v[i].language : NULL
		};

		CHECK(
		    model_doc(&s, &d, &ask, &a, &root, &e) == 0,
		    "%s", e.msg);
		CHECK(template_fill("x", root, ESC_TEXT, reader,
			  (void *)(uintptr_t)v[i].text, &out, &e) == 0,
		    "%s", e.msg);
		CHECK(span_eqs(buf_span(&out), v[i].want), "%s: '%s'",
		    v[i].text, out.n ? out.p : "");
		buf_release(&out);
	}
	arena_release(&a);
}

static void
fill(const struct doc *d, struct arena *a, const char *text, const char *want)
{
	struct buf out = { 0 };
	struct tval *root;

	assert_int_equal(model_doc(&s, d, &plain, a, &root, NULL), 0);
	assert_int_equal(template_fill("x", root, ESC_TEXT, reader,
			     (void *)(uintptr_t)text, &out, NULL),
	    0);
	CHECK(span_eqs(buf_span(&out), want), "%s: '%s'", text,
	    out.n ? out.p : "");
	buf_release(&out);
}

/* What a label says of the rate is not said twice. */
static void
test_rates(void **state)
{
	static const struct {
		const char *label, *want;
		struct dec rate;
	} v[] = {
		{ "VAT 20%", "VAT 20% of 180.00", { 20, 0 } },
		{ "USt 20,0 % voll", "USt 20,0 % voll 20% of 180.00",
		    { 20, 0 } },
		{ "TVA 5,5\xc2\xa0%", "TVA 5,5\xc2\xa0% of 180.00",
		    { 55, 1 } },
		{ "20\xe2\x80\xaf% VAT", "20\xe2\x80\xaf% VAT of 180.00",
		    { 200, 1 } },
		{ "VAT 20%", "VAT 20% 0% of 180.00", { 0, 0 } },
		{ "VAT 15.5%", "VAT 15.5% 5% of 180.00", { 5, 0 } },
		{ "Tax of 2020", "Tax of 2020 20% of 180.00", { 20, 0 } },
	};
	struct arena a = { 0 };
	struct tax_class class;
	struct doc d;

	(void)state;
	make(&a, &d);
	class = d.calc.taxes[0];
	d.calc.taxes = &class;
	for (size_t i = 0; i < COUNT(v); i++) {
		class.part[0].label = span(v[i].label);
		class.part[0].rate = v[i].rate;
		fill(&d, &a, "{{#taxes}}{{text}}{{/taxes}}", v[i].want);
	}
	arena_release(&a);
}

/* Once it is accepted only what was chosen is there, and not as an option. */
static void
test_chosen(void **state)
{
	static const char text[] =
	    "{{#lines}}{{position}} {{name}}{{#is_option}}?{{/is_option}}"
	    "{{#is_alternative}}?{{/is_alternative}};{{/lines}}"
	    "{{#has_options}}options{{/has_options}}"
	    "{{#options}}{{position}} {{name}}{{/options}}";
	struct arena a = { 0 };
	struct doc d;

	(void)state;
	make(&a, &d);
	fill(&d, &a, text, " Goods;1 Window;options2 Blind");
	record_put(&d.r, "state", span("accepted"));
	fill(&d, &a, text, " Goods;1 Window;");
	/* the other one was taken */
	d.calc.line[0].counted = false;
	d.calc.line[1].counted = true;
	record_put(&d.line[1].r, "choice", span("alternative"));
	fill(&d, &a, text, " Goods;1 Blind;");
	record_put(&d.r, "state", span("ordered"));
	fill(&d, &a, text, " Goods;1 Blind;");
	record_put(&d.r, "state", span("sent"));
	fill(&d, &a, text, " Goods;2 Blind?;options1 Window");
	arena_release(&a);
}

/* Whatever a template asks for, it is not there. */
static void
test_no_costs(void **state)
{
	static const char *const name[] = { "cost", "margin", "why", "given",
		"discount_limit", "competitor_price", "lines.cost" };
	struct arena a = { 0 };
	struct tval *root;
	struct doc d;

	(void)state;
	make(&a, &d);
	assert_true(d.calc.margin != 0);
	assert_int_equal(model_doc(&s, &d, &plain, &a, &root, NULL), 0);
	for (size_t i = 0; i < COUNT(name); i++) {
		struct buf text = { 0 }, out = { 0 };

		buf_addf(&text,
		    "{{%s}}{{#lines}}{{%s}}{{/lines}}{{#groups}}{{%s}}"
		    "{{#lines}}{{%s}}{{/lines}}{{/groups}}{{#options}}{{%s}}"
		    "{{/options}}{{note}}",
		    name[i], name[i], name[i], name[i], name[i]);
		assert_int_equal(template_fill("x", root, ESC_TEXT, reader,
				     text.p, &out, NULL),
		    0);
		CHECK(out.n == 0, "%s: '%s'", name[i], out.p);
		buf_release(&text);
		buf_release(&out);
	}
	arena_release(&a);
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *language;
		int64_t units;
		int scale;
		const char *number, *date;
	} v[] = {
		{ "en", 123456789, 2, "1,234,567.89", "2026-03-07" },
		{ "en-US", -1050, 2, "-10.50", "03/07/2026" },
		{ "de", 123456, 2, "1.234,56", "07.03.2026" },
		{ "de-AT", 5, 2, "0,05", "07.03.2026" },
		{ "DE-ch", 123456, 0,
		    "123\xe2\x80\x99"
		    "456",
		    "07.03.2026" },
		{ "fr", 1234567, 3,
		    "1\xe2\x80\xaf"
		    "234,567",
		    "07/03/2026" },
		{ "ar", -100, 0, "\xe2\x80\x8e-100", "07/03/2026" },
		{ "zh", 1000, 0, "1,000", "2026-03-07" },
		{ "xx", 1000, 0, "1,000", "2026-03-07" },
	};
	int32_t day;

	(void)state;
	assert_true(date_from_civil(2026, 3, 7, &day));
	for (size_t i = 0; i < COUNT(v); i++) {
		struct words w;
		struct buf out = { 0 };

		assert_int_equal(
		    words_load(&s, span(v[i].language), &w, NULL), 0);
		write_number(&out, w.tongue, v[i].units, v[i].scale);
		CHECK(span_eqs(buf_span(&out), v[i].number), "%s: %s",
		    v[i].language, out.p);
		buf_reset(&out);
		write_date(&out, w.tongue, day);
		CHECK(span_eqs(buf_span(&out), v[i].date), "%s: %s",
		    v[i].language, out.p);
		buf_release(&out);
		words_release(&w);
	}
}

/* Every language has every word, none is empty. */
static void
test_words(void **state)
{
	static const char *const language[] = { "ar", "de", "es", "fr", "he",
		"it", "zh" };
	struct words en, w;

	(void)state;
	assert_int_equal(words_load(&s, span("en"), &en, NULL), 0);
	assert_true(en.n > 50);
	for (size_t i = 0; i < COUNT(language); i++) {
		assert_int_equal(
		    words_load(&s, span(language[i]), &w, NULL), 0);
		CHECK(w.n == en.n, "%s", language[i]);
		for (size_t k = 0; k < en.n; k++) {
			CHECK(span_eq(w.map.entry[k].key, en.map.entry[k].key),
			    "%s lacks %.*s", language[i],
			    SPANF(en.map.entry[k].key));
			CHECK(w.word[k].n, "%s", language[i]);
		}
		words_release(&w);
	}
	words_release(&en);
}

/* A team's own ones are words like the others. */
static void
test_units(void **state)
{
	static const struct {
		const char *language, *unit, *want;
		bool one;
	} v[] = {
		{ "de", "piece", "St\xc3\xbc"
				 "ck",
		    false },
		{ "de", "Hours", "Std.", false },
		{ "de", "month", "Monate", false },
		{ "de", "months", "Monat", true },
		{ "en", "pcs", "pcs", false },
		{ "en", "day", "days", false },
		{ "zh", "set", "\xe5\xa5\x97", true },
		{ "de", "kg", "kg", false },
		{ "de", "Roll", "Rollen", false },
		{ "de", "Roll", "Rollen", true },
		{ "fr", "Roll", "Roll", false },
		{ "pl", "hour", "hours", false },
		{ "de", "", "", true },
	};

	(void)state;
	put("templates/words/de.csv", "key,word\nunit_roll,Rollen\n");
	for (size_t i = 0; i < COUNT(v); i++) {
		struct words w;

		assert_int_equal(
		    words_load(&s, span(v[i].language), &w, NULL), 0);
		CHECK(span_eqs(word_unit(&w, span(v[i].unit), v[i].one),
			  v[i].want),
		    "%s %s", v[i].language, v[i].unit);
		words_release(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_no_costs),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_units),
	};

	return cmocka_run_group_tests(tests, open_store, close_store);
}
