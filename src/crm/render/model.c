/* The tree of a quote or an order; crm-template(5) lists what is in it. */
#include "crm/render/model_impl.h"

#include <string.h>

#include "base/ascii.h"
#include "base/date.h"
#include "crm/trade/kept.h"
#include "crm/trade/party.h"

/* --- putting values ------------------------------------------------------ */

void
model_put(struct model *m, struct tval *object, const char *key)
{
	tval_text(m->a, object, key, buf_span(&m->b));
	buf_reset(&m->b);
}

void
model_amount(
    struct model *m, struct tval *object, const char *key, int64_t units)
{
	write_number(&m->b, m->w.tongue, units, m->d->exponent);
	model_put(m, object, key);
}

void
model_date(struct model *m, struct tval *object, const char *key, int32_t day)
{
	if (day != DATE_NONE)
		write_date(&m->b, m->w.tongue, day);
	model_put(m, object, key);
}

void
model_plain(
    struct model *m, struct tval *object, const char *key, struct span v)
{
	if (v.n && m->w.tongue->rtl && span_is_ascii(v))
		buf_adds(&m->b, "\xe2\x80\x8e");
	buf_addspan(&m->b, v);
	model_put(m, object, key);
}

struct span
model_mark(const struct model *m)
{
	return span(m->w.tongue->rtl ? "\xe2\x80\x8f" : "");
}

/* "VAT 5,5 %" with the point of all languages, and no space before its sign. */
static void
squeeze(struct buf *out, struct span s)
{
	static const char *const space[] = { " ", "\xc2\xa0",
		"\xe2\x80\xaf" };

	for (size_t i = 0, n; i < s.n; i += n) {
		n = 0;
		for (size_t k = 0; k < sizeof space / sizeof *space; k++)
			if (s.n - i >= strlen(space[k]) &&
			    memcmp(s.p + i, space[k], strlen(space[k])) == 0)
				n = strlen(space[k]);
		if (n) {
			buf_addc(out, ' ');
			continue;
		}
		n = 1;
		while (s.p[i] == '%' && out->n && out->p[out->n - 1] == ' ')
			buf_cut(out, out->n - 1);
		buf_addc(out, s.p[i] == ',' ? '.' : s.p[i]);
	}
}

/* Is p, in the text that begins at start, amid a number: "19" of 5.19? */
static bool
goes_on(const char *start, const char *p)
{
	if (p > start && p[-1] == '.')
		p--; /* that of "MwSt." is of no number */
	return p > start && ascii_digit(p[-1]);
}

/* Is the percentage, and not the end of another one, in the label? */
static bool
tells_rate(struct span label, struct dec percent)
{
	struct buf in = { 0 }, rate = { 0 };
	bool found = false;

	squeeze(&in, label);
	dec_format(&rate, percent.value, percent.scale);
	while (rate.n && percent.scale && rate.p[rate.n - 1] == '0')
		buf_cut(&rate, rate.n - 1);
	if (rate.n && rate.p[rate.n - 1] == '.')
		buf_cut(&rate, rate.n - 1);
	buf_addc(&rate, '%');
	for (const char *p = in.n ? in.p : NULL;
	     p && !found && (p = strstr(p, rate.p)); p++)
		found = !goes_on(in.p, p);
	buf_release(&in);
	buf_release(&rate);
	return found;
}

void
model_rated(struct model *m, struct span label, struct dec percent)
{
	bool left = label.n && m->w.tongue->rtl && span_is_ascii(label);

	buf_addspan(&m->b, label);
	if (!tells_rate(label, percent)) {
		buf_addc(&m->b, ' ');
		write_percent(&m->b, m->w.tongue, percent);
	}
	/* what stands behind does not draw the sign to its side */
	if (left)
		buf_adds(&m->b, "\xe2\x80\x8e");
}

/* Cuts the lines up to an empty one off. */
static struct span
paragraph(struct span *text)
{
	struct span rest = *text, all = *text;

	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		if (span_trim(line).n == 0)
			break;
		all.n = (size_t)(line.p + line.n - all.p);
	}
	if (all.p == text->p && all.n == text->n)
		rest = span("");
	*text = rest;
	return all;
}

void
model_lines(
    struct model *m, struct tval *object, const char *key, struct span text)
{
	struct tval *lines = tval_list(m->a), *paragraphs = tval_list(m->a);
	struct span name = arena_printf(m->a, "%s_lines", key), rest;

	text = span_trim(text);
	tval_text(m->a, object, key, text);
	tval_put(m->a, object, name.p, lines);
	for (rest = text; rest.n;)
		tval_append(
		    m->a, lines, tval_string(m->a, span_cut(&rest, '\n')));
	name = arena_printf(m->a, "%s_paragraphs", key);
	tval_put(m->a, object, name.p, paragraphs);
	for (rest = text; rest.n;) {
		struct span one = paragraph(&rest);

		if (span_trim(one).n)
			tval_append(m->a, paragraphs, tval_string(m->a, one));
	}
}

struct span
model_field(const struct model *m, const char *name)
{
	return record_get(&m->d->r, name);
}

/* --- texts --------------------------------------------------------------- */

/* Texts that stand in a document, "conditions" and such. */
static const char *const *
text_fields(bool order)
{
	static const char *const of_quote[] = { "intro", "delivery", "warranty",
		"conditions", NULL };
	static const char *const of_order[] = { "conditions", NULL };

	return order ? of_order : of_quote;
}

/* The template that a field names: of "@standard"; "" where it names none. */
static struct span
template_of(const struct model *m, const char *field)
{
	struct span v = span_trim(model_field(m, field));

	return v.n > 1 && v.p[0] == '@' ? span_trim(span_n(v.p + 1, v.n - 1))
					: span("");
}

/*
 * Appends the template texts/NAME.LANGUAGE, else texts/NAME, filled in with
 * what is in the tree by now.
 */
static int
fill_text(struct model *m, const char *field, struct span template,
    struct buf *out, struct err *e)
{
	struct span name = arena_printf(
	    m->a, "texts/%.*s.%.*s", SPANF(template), SPANF(m->w.language));
	struct err first = { 0 };
	int r = template_render(m->s, name.p, m->root, ESC_TEXT, out, &first);

	if (r && first.code == ERR_NOENT) {
		err_release(&first);
		name = arena_printf(m->a, "texts/%.*s", SPANF(template));
		r = template_render(
		    m->s, name.p, m->root, ESC_TEXT, out, &first);
	}
	if (r)
		err_set(e, first.code, "%s: %s", field, first.msg);
	err_release(&first);
	return r;
}

/* As it was issued; else by its template, else as it stands. */
static int
text(struct model *m, const char *field, struct err *e)
{
	struct span template = template_of(m, field);
	struct span v = kept_get(m->a, m->kept, field);
	struct buf out = { 0 };
	int r = 0;

	if (!template.n) {
		v = model_field(m, field);
	} else if (!m->kept.n) {
		r = fill_text(m, field, template, &out, e);
		v = buf_span(&out);
	}
	if (r == 0)
		model_lines(m, m->root, field, v);
	buf_release(&out);
	return r;
}

static int
texts(struct model *m, struct err *e)
{
	const char *const *field = text_fields(m->order);

	for (; *field; field++)
		if (text(m, *field, e))
			return -1;
	return 0;
}

/* --- the head ------------------------------------------------------------ */

static void
words_tree(struct model *m)
{
	struct tval *words = tval_object(m->a);

	for (size_t i = 0; i < m->w.map.n; i++) {
		struct strmap_entry *x = &m->w.map.entry[i];
		char *key = arena_dup(m->a, x->key.p, x->key.n);

		tval_text(m->a, words, key, m->w.word[x->value]);
	}
	tval_put(m->a, m->root, "words", words);
	tval_text(m->a, m->root, "language", m->w.language);
	tval_flag(m->a, m->root, "rtl", m->w.tongue->rtl);
	tval_text(m->a, m->root, "mark", model_mark(m));
	tval_text(
	    m->a, m->root, "direction", span(m->w.tongue->rtl ? "rtl" : "ltr"));
}

static void
day(struct model *m, const char *key)
{
	int32_t d;

	if (!date_parse(model_field(m, key), &d))
		d = DATE_NONE;
	model_date(m, m->root, key, d);
}

/* "2" where a number does not say so itself; the first has none. */
static void
revision(struct model *m)
{
	struct span number = model_field(m, "number");
	int64_t n;

	if (span_int(model_field(m, "revision"), &n) && n > 1 &&
	    !memmem(number.p, number.n, "-R", 2))
		buf_addf(&m->b, "%lld", (long long)n);
	model_put(m, m->root, "revision");
}

static void
head(struct model *m)
{
	static const char *const of_quote[] = { "date", "valid_until", NULL };
	static const char *const of_order[] = { "date", "delivery",
		"installation", "maintenance", "delivered", "installed", NULL };
	const char *const *field = m->order ? of_order : of_quote;
	struct span state = model_field(m, "state");

	m->settled = m->order || span_eqs(state, "accepted") ||
	    span_eqs(state, "ordered");
	tval_flag(m->a, m->root, "is_order", m->order);
	tval_flag(m->a, m->root, "is_quote", !m->order);
	tval_flag(m->a, m->root, "is_draft",
	    !m->order && (state.n == 0 || span_eqs(state, "draft")));
	tval_flag(m->a, m->root, "is_cancelled", span_eqs(state, "cancelled"));
	tval_text(m->a, m->root, "state", state);
	model_plain(m, m->root, "number", model_field(m, "number"));
	tval_text(m->a, m->root, "subject", model_field(m, "name"));
	revision(m);
	if (m->order)
		model_plain(
		    m, m->root, "reference", model_field(m, "reference"));
	for (; *field; field++)
		day(m, *field);
}

/* Its own; else that in which it was issued, else that of the settings. */
static struct span
language(const struct model *m, struct span issued)
{
	struct span own = model_field(m, "language");
	const char *set = rc_get(&m->s->rc, "quote.language");

	if (own.n || issued.n)
		return own.n ? own : issued;
	return span(set && *set ? set : "en");
}

/* What became of an order: what is sent out and paid of it. */
static int
course(struct model *m, const struct render_ask *ask, struct err *e)
{
	if (!m->o.doc.r.id)
		return 0;
	return model_shipment(m, ask->delivery, e) ||
		model_payment(m, ask->instalment, e)
	    ? -1
	    : 0;
}

/*
 * All of the tree but the texts, which are filled in with it. An order that is
 * being made is not there yet.
 */
static int
tree(struct model *m, const struct render_ask *ask, struct err *e)
{
	struct span kept = model_field(m, "issued_texts"), issued;

	m->root = tval_object(m->a);
	m->order = strcmp(m->d->r.ent->name, "order") == 0;
	issued = kept_get(m->a, kept, "language");
	if (words_load(m->s,
		ask->language ? span(ask->language) : language(m, issued),
		&m->w, e) ||
	    (m->order && order_load(m->s, NULL, m->d->r.id, &m->o, e) < 0))
		return -1;
	if (span_ieq(issued, m->w.language))
		m->kept = kept;
	words_tree(m);
	head(m);
	model_items(m);
	model_totals(m);
	return model_parties(m, e) || model_terms(m, e) || course(m, ask, e)
	    ? -1
	    : 0;
}

static void
done(struct model *m)
{
	order_release(&m->o);
	words_release(&m->w);
	buf_release(&m->b);
}

int
model_doc(struct session *s, const struct doc *d,
    const struct render_ask *ask, struct arena *a, struct tval **out,
    struct err *e)
{
	struct model m = { .s = s, .d = d, .a = a };
	int r = tree(&m, ask, e) || texts(&m, e) ? -1 : 0;

	done(&m);
	*out = m.root;
	return r;
}

/* --- what is kept of it -------------------------------------------------- */

/* Those that templates make; and the language in which they are. */
static int
add_texts(struct model *m, struct buf *out, struct err *e)
{
	const char *const *field = text_fields(m->order);
	int r = 0;

	kept_add(out, "language", m->w.language);
	for (; *field && r == 0; field++) {
		struct span template = template_of(m, *field);
		struct buf b = { 0 };

		if (template.n)
			r = fill_text(m, *field, template, &b, e);
		kept_add(out, *field, buf_span(&b));
		buf_release(&b);
	}
	return r;
}

int
model_keep(struct session *s, const struct doc *d, struct arena *a,
    struct kept_model *out, struct err *e)
{
	struct buf to = { 0 }, from = { 0 }, words = { 0 };
	struct model m = { .s = s, .d = d, .a = a };
	const struct render_ask ask = { .language = NULL };
	struct parties p;
	int r = -1;

	if (tree(&m, &ask, e) || parties_load(s, &d->r, a, &p, e))
		goto out;
	parties_keep(&p, &to, &from);
	if (m.kept.n)
		buf_addspan(&words, m.kept);
	else if (add_texts(&m, &words, e))
		goto out;
	out->to = arena_span(a, buf_span(&to));
	out->from = arena_span(a, buf_span(&from));
	out->texts = arena_span(a, buf_span(&words));
	r = 0;
out:
	done(&m);
	buf_release(&to);
	buf_release(&from);
	buf_release(&words);
	return r;
}
