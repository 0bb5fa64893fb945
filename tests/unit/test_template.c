/* Templates: the language, escaping, and what stops them. */
#include <stdlib.h>

#include "base/mem.h"
#include "crm/render/template.h"
#include "unit.h"

static struct tval *
item(struct arena *a, const char *sku)
{
	struct tval *v = tval_object(a);

	tval_text(a, v, "sku", span(sku));
	return v;
}

/* What all cases are filled from. */
static struct tval *
tree(struct arena *a)
{
	struct tval *root = tval_object(a), *list = tval_list(a),
		    *items = tval_list(a), *parts = tval_list(a),
		    *person = tval_object(a), *city = tval_object(a),
		    *one = item(a, "A"), *deep = tval_list(a),
		    *row = tval_list(a);

	tval_text(a, root, "name", span("Ada"));
	tval_text(a, root, "html", span("<b a=\"1\" b='2'>&"));
	tval_text(a, root, "md", span("# *a*_[b](c)|\n1. 2.5 - <x>"));
	tval_text(a, root, "page", span("a\tb\nc\\d\ttext\tbody"));
	tval_text(a, root, "head", span("Hi\r\nBcc: x@y\tz"));
	tval_text(a, root, "dirty", span("a\x1b[31m\x07\xff\xe2\x80\xaez"));
	tval_text(a, root, "empty", span(""));
	tval_text(a, root, "long",
	    span("one two three\nfour seventeen verylongwordindeed x"));
	tval_text(a, root, "cjk", span("窗户玻璃保修条款"));
	tval_flag(a, root, "yes", true);
	tval_flag(a, root, "no", false);
	tval_append(a, list, tval_string(a, span("a")));
	tval_append(a, list, tval_string(a, span("b")));
	tval_put(a, root, "list", list);
	tval_put(a, root, "none", tval_list(a));
	tval_text(a, person, "name", span("Bo"));
	tval_text(a, city, "city", span("Ulm"));
	tval_put(a, person, "address", city);
	tval_put(a, root, "person", person);
	tval_append(a, parts, item(a, "A1"));
	tval_append(a, parts, item(a, "A2"));
	tval_put(a, one, "parts", parts);
	tval_append(a, items, one);
	tval_append(a, items, item(a, "B"));
	tval_put(a, root, "items", items);
	tval_append(a, row, tval_string(a, span("1")));
	tval_append(a, row, tval_string(a, span("2")));
	tval_append(a, deep, row);
	tval_append(a, deep, row);
	tval_put(a, root, "deep", deep);
	return root;
}

static const char *const partials[][2] = {
	{ "p", "<{{name}}>" },
	{ "lines", "|\n{{name}}\n\n|\n" },
	{ "parts", "{{sku}}{{#parts}}({{> parts.leaf}}){{/parts}}" },
	{ "parts.leaf", "{{sku}}" },
	{ "self", "\n x{{> self}}" },
	{ "ping", "{{> pong}}" },
	{ "pong", "{{> ping}}" },
	{ "bad", "fine\n{{#a}}" },
	{ "deep/er", "{{name}}" },
	{ "twice", "{{#list}}{{> twice1}}{{/list}}" },
	{ "twice1", "{{#list}}{{> twice2}}{{/list}}" },
	{ "twice2", "{{.}}" },
	{ "nest", "<\n  {{> lines}}\n>\n" },
};

static const char *main_text;
static size_t main_n;

static int
reader(void *ctx, struct span name, struct buf *out, struct err *e)
{
	(void)ctx;
	(void)e;
	if (span_eqs(name, "main")) {
		buf_add(out, main_text, main_n);
		return 0;
	}
	for (size_t i = 0; i < COUNT(partials); i++) {
		if (span_eqs(name, partials[i][0])) {
			buf_adds(out, partials[i][1]);
			return 0;
		}
	}
	return 1;
}

static int
fill(
    const char *text, size_t n, enum escape esc, struct buf *out, struct err *e)
{
	struct arena a = { 0 };
	int r;

	main_text = text;
	main_n = n;
	r = template_fill("main", tree(&a), esc, reader, NULL, out, e);
	arena_release(&a);
	return r;
}

static const struct {
	const char *text, *want;
} cases[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "{ { }} {", "{ { }} {" },
	{ "Hi {{name}}, {{ name }}!", "Hi Ada, Ada!" },
	{ "[{{nothing}}]", "[]" },
	{ "[{{yes}}{{list}}{{person}}]", "[]" },
	{ "{{person.address.city}}", "Ulm" },
	{ "{{person.address.nothing.x}}", "" },
	{ "{{name.x}}", "" },
	{ "{{html}}", "<b a=\"1\" b='2'>&" },
	/* sections */
	{ "{{#yes}}y{{/yes}}{{#no}}n{{/no}}", "y" },
	{ "{{^yes}}y{{/yes}}{{^no}}n{{/no}}", "n" },
	{ "{{#name}}y{{/name}}{{#empty}}n{{/empty}}", "y" },
	{ "{{^empty}}y{{/empty}}{{^name}}n{{/name}}", "y" },
	{ "{{^nothing}}y{{/nothing}}{{#nothing}}n{{/nothing}}", "y" },
	{ "{{#none}}n{{/none}}{{^none}}y{{/none}}", "y" },
	{ "{{^list}}n{{/list}}", "" },
	{ "{{#list}}<{{.}}>{{/list}}", "<a><b>" },
	{ "{{#name}}{{.}}{{/name}}", "Ada" },
	{ "{{#person}}{{name}} {{address.city}} {{html}}{{/person}}",
	    "Bo Ulm <b a=\"1\" b='2'>&" },
	{ "{{#person.address}}{{city}}{{name}}{{/person.address}}", "UlmAda" },
	{ "{{#items}}{{sku}}{{#parts}}-{{sku}}{{/parts}};{{/items}}",
	    "A-A1-A2;B;" },
	{ "{{#items}}{{^parts}}{{sku}}{{/parts}}{{/items}}", "B" },
	/* a dotted name is not sought further out in its later parts */
	{ "{{#person}}{{address.name}}{{/person}}", "" },
	{ "{{#deep}}{{#.}}{{.}}{{/.}};{{/deep}}", "12;12;" },
	{ "{{#list}}{{#list}}{{.}}{{/list}}{{/list}}", "abab" },
	{ "{{#yes}}{{#yes}}{{name}}{{/yes}}{{/yes}}", "Ada" },
	/* tags alone on their lines */
	{ "a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n" },
	{ "a\n  {{#yes}}  \nb\n\t{{/yes}}\nc", "a\nb\nc" },
	{ "{{#yes}}\nb\n{{/yes}}", "b\n" },
	{ "a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\nc", "a\r\nb\r\nc" },
	{ " {{#yes}} x {{/yes}}\n", "  x \n" },
	{ "{{#yes}}{{/yes}}\nx", "\nx" },
	{ "{{name}}\nx", "Ada\nx" },
	{ "a\n{{! nothing }}\nb", "a\nb" },
	{ "a {{! nothing }} b", "a  b" },
	{ "a\n{{! on\nand\non }}\nb{{! x\n}}", "a\nb" },
	{ "x\n{{^no}}\ny\n{{/no}}\n", "x\ny\n" },
	/* partials */
	{ "{{> p}}!", "<Ada>!" },
	{ "{{#person}}{{>p}}{{/person}}", "<Bo>" },
	{ "{{> deep/er}}", "Ada" },
	{ "{{#items}}{{> parts}};{{/items}}", "A(A1)(A2);B;" },
	{ "a\n  {{> lines}}\nb", "a\n  |\n  Ada\n\n  |\nb" },
	{ "a  {{> lines}}\nb", "a  |\nAda\n\n|\n\nb" },
	{ " {{> nest}}\n", " <\n   |\n   Ada\n\n   |\n >\n" },
	{ "{{> twice}}", "abab" },
	/* columns */
	{ "[{{name:5}}]", "[Ada  ]" },
	{ "[{{name:>5}}]", "[  Ada]" },
	{ "[{{name:2}}]", "[Ada]" },
	{ "[{{nothing:>3}}]", "[   ]" },
	{ "[{{cjk:>18}}]", "[  窗户玻璃保修条款]" },
	{ "- {{long:/9}}.", "- one two\n  three\n  four\n  seventeen\n"
			    "  verylongwordindeed\n  x." },
	{ "{{cjk:/7}}", "窗户玻\n璃保修\n条款" },
	{ "{{#list}}{{.:>3}}{{/list}}", "  a  b" },
};

static void
test_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };
		int r = fill(
		    cases[i].text, strlen(cases[i].text), ESC_TEXT, &out, &e);

		CHECK(r == 0, "%s: %s", cases[i].text, e.msg);
		CHECK(span_eqs(buf_span(&out), cases[i].want), "%s: '%s'",
		    cases[i].text, out.n ? out.p : "");
		buf_release(&out);
	}
}

static const struct {
	enum escape esc;
	const char *text, *want;
} escapes[] = {
	{ ESC_HTML, "{{html}}",
	    "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;" },
	{ ESC_HTML, "{{{html}}}{{&html}}",
	    "<b a=\"1\" b='2'>&<b a=\"1\" b='2'>&" },
	{ ESC_HTML, "<{{name}}>", "<Ada>" },
	{ ESC_MD, "{{md}}", "\\# \\*a\\*\\_\\[b\\](c)\\|<br>1. 2.5 - \\<x\\>" },
	{ ESC_MD, "{{{html}}}", "<b a=\"1\" b='2'>&" },
	{ ESC_PAGE, "text\t{{page}}", "text\ta\\tb\\nc\\\\d\\ttext\\tbody" },
	{ ESC_PAGE, "{{{page}}}", "a\\tb\\nc\\\\d\\ttext\\tbody" },
	{ ESC_HEADER, "{{head}}", "Hi Bcc: x@y z" },
	{ ESC_HEADER, "{{{head}}}", "Hi Bcc: x@y z" },
	{ ESC_TEXT, "{{dirty}}", "a[31m\xef\xbf\xbdz" },
	{ ESC_HTML, "{{{dirty}}}", "a[31m\xef\xbf\xbdz" },
	{ ESC_PAGE, "{{dirty}}", "a[31m\xef\xbf\xbdz" },
	{ ESC_TEXT, "{{page}}", "a\tb\nc\\d\ttext\tbody" },
};

static void
test_escapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(escapes); i++) {
		struct buf out = { 0 };

		CHECK(fill(escapes[i].text, strlen(escapes[i].text),
			  escapes[i].esc, &out, NULL) == 0,
		    "%s", escapes[i].text);
		CHECK(span_eqs(buf_span(&out), escapes[i].want), "%zu: '%s'", i,
		    out.p);
		buf_release(&out);
	}
}

/* What a list in Markdown would take the beginning of a value for. */
static void
test_md_starts(void **state)
{
	static const char *const v[][2] = {
		{ "1. Windows", "1\\. Windows" },
		{ "12) Doors", "12\\) Doors" },
		{ "2026-11-21", "2026-11-21" },
		{ "1,234.50", "1,234.50" },
		{ "- x", "\\- x" },
		{ "+1", "+1" },
		{ "+ 1", "\\+ 1" },
		{ "---", "\\---" },
		{ "-5,00", "-5,00" },
		{ "21.11.2026", "21.11.2026" },
		{ "1.", "1\\." },
		{ "===", "\\===" },
		{ "| --- |", "\\| --- \\|" },
		{ "a\\b", "a\\\\b" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++) {
		struct buf out = { 0 };

		escape_add(&out, span(v[i][0]), ESC_MD, false);
		CHECK(span_eqs(buf_span(&out), v[i][1]), "%s: %s", v[i][0],
		    out.p);
		buf_release(&out);
	}
}

static const struct {
	const char *text, *message; /* what it begins with */
} errors[] = {
	{ "a\n{{#b}}\n", "main:2: the section {{#b}} is not closed" },
	{ "{{#b}}\n{{#c}}\n{{/b}}{{/c}}",
	    "main:3: {{/b}} is in the section {{#c}} of line 2" },
	{ "\n\n{{/b}}", "main:3: {{/b}} closes nothing" },
	{ "x\n{{name", "main:2: a tag is not closed" },
	{ "x\n{{{name}}", "main:2: a tag is not closed" },
	{ "{{name\n}}", "main:1: a tag goes on to the next line" },
	{ "{{=<% %>=}}", "main:1: {{<% %>=}} would change the braces" },
	{ "{{}}", "main:1: {{}} is no name" },
	{ "{{a b}}", "main:1: {{a b}} is no name" },
	{ "{{a..b}}", "main:1: {{a..b}} is no name" },
	{ "{{.a}}", "main:1: {{.a}} is no name" },
	{ "{{a.}}", "main:1: {{a.}} is no name" },
	{ "{{#a()}}", "main:1: {{a()}} is no name" },
	{ "{{a:x}}", "main:1: {{a:x}} has no number of columns" },
	{ "{{a:0}}", "main:1: {{a:0}} has no number of columns" },
	{ "{{a:>401}}", "main:1: {{a:>401}} has no number of columns" },
	{ "{{#a:3}}{{/a:3}}", "main:1: {{a:3}} is no name" },
	{ "x\n{{> gone}}", "main:2: there is no template 'gone'" },
	{ "x\n{{> bad}}", "bad:2: the section {{#a}} is not closed" },
	{ "x\n{{> self}}", "self:2: stopped: {{> self}} is the 17th partial" },
	{ "{{> ping}}", "pong:1: stopped: {{> ping}} is the 17th partial" },
	{ "{{> ../x}}", "main:1: '../x' is no name of a template" },
	{ "{{> a/../x}}", "main:1: 'a/../x' is no name of a template" },
	{ "{{> /etc/passwd}}", "main:1: '/etc/passwd' is no name" },
	{ "{{> a//b}}", "main:1: 'a//b' is no name" },
	{ "{{> .git/config}}", "main:1: '.git/config' is no name" },
	{ "{{> a/}}", "main:1: 'a/' is no name" },
	{ "{{> }}", "main:1: '' is no name" },
	{ "{{> a\\b}}", "main:1: 'a\\b' is no name" },
	{ "{{> {{name}} }}", "main:1: '{{name' is no name" },
};

static void
test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };
		int r = fill(
		    errors[i].text, strlen(errors[i].text), ESC_TEXT, &out, &e);

		CHECK(
		    r == -1 && e.code == ERR_DATA, "%s: %d", errors[i].text, r);
		CHECK(strncmp(e.msg, errors[i].message,
			  strlen(errors[i].message)) == 0,
		    "%s: %s", errors[i].text, e.msg);
		err_release(&e);
		buf_release(&out);
	}
}

/* {{#list}} so often within each other that it would never end. */
static void
test_limits(void **state)
{
	struct buf t = { 0 }, out = { 0 };
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 30; i++)
		buf_adds(&t, "{{#list}}");
	for (int i = 0; i < 30; i++)
		buf_adds(&t, "{{/list}}");
	assert_int_equal(fill(t.p, t.n, ESC_TEXT, &out, &e), -1);
	CHECK(strstr(e.msg, "main:1: stopped: the template has taken 10 mill"),
	    "%s", e.msg);
	err_release(&e);
	buf_reset(&t);
	for (int i = 0; i < 16; i++)
		buf_adds(&t, "{{#list}}");
	buf_pad(&t, 'x', 1000);
	for (int i = 0; i < 16; i++)
		buf_adds(&t, "{{/list}}");
	assert_int_equal(fill(t.p, t.n, ESC_TEXT, &out, &e), -1);
	CHECK(strstr(e.msg, "main:1: stopped: the document has grown beyond"),
	    "%s", e.msg);
	err_release(&e);
	buf_reset(&t);
	for (int i = 0; i < 65; i++)
		buf_adds(&t, "\n{{#list}}");
	assert_int_equal(fill(t.p, t.n, ESC_TEXT, &out, &e), -1);
	CHECK(strstr(e.msg, "main:66: sections within sections, more than 64"),
	    "%s", e.msg);
	err_release(&e);
	buf_reset(&t);
	buf_pad(&t, 'x', (8 << 20) + 1);
	assert_int_equal(fill(t.p, t.n, ESC_TEXT, &out, &e), -1);
	CHECK(strstr(e.msg, "main:1: stopped: more than 8 MiB"), "%s", e.msg);
	err_release(&e);
	buf_release(&t);
	buf_release(&out);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		enum err_code code;
	} v[] = { { "gone", ERR_NOENT }, { "../main", ERR_USAGE },
		{ "/main", ERR_USAGE }, { "", ERR_USAGE },
		{ "a\nb", ERR_USAGE }, { ".main", ERR_USAGE } };
	struct arena a = { 0 };
	struct tval *root = tree(&a);
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++) {
		struct err e = { 0 };

		CHECK(template_fill(v[i].name, root, ESC_TEXT, reader, NULL,
			  &out, &e) == -1 &&
			  e.code == v[i].code,
		    "%s", v[i].name);
		err_release(&e);
	}
	buf_release(&out);
	arena_release(&a);
}

/* What was put again is what counts. */
static void
test_put_again(void **state)
{
	struct arena a = { 0 };
	struct tval *root = tval_object(&a);
	struct buf out = { 0 };

	(void)state;
	tval_text(&a, root, "x", span("1"));
	tval_text(&a, root, "x", span("2"));
	main_text = "{{x}}";
	main_n = 5;
	assert_int_equal(
	    template_fill("main", root, ESC_TEXT, reader, NULL, &out, NULL), 0);
	assert_string_equal(out.p, "2");
	buf_release(&out);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_language),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_md_starts),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_put_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
