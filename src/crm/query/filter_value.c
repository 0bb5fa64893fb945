#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crm/query/filter_impl.h"
#include "store/id.h"
#include "store/unicode.h"

/* The values of one term. */
struct values {
	struct span *v;
	size_t n, cap;
	bool empty; /* one of them is empty */
};

/*
 * A comma separates; "\," is a comma, and in text one before a blank is too,
 * so that "Acme, Inc" needs no care.
 */
static bool
is_sep(struct span s, size_t i, bool text)
{
	if (s.p[i] != ',')
		return false;
	return !text || i + 1 == s.n || s.p[i + 1] != ' ';
}

static void
split(struct fparse *fp, struct span s, bool text, struct values *out)
{
	char *mem = arena_alloc(&fp->f->arena, s.n + 1), *p = mem, *start = p;

	for (size_t i = 0; i <= s.n; i++) {
		struct span one;

		if (i < s.n && s.p[i] == '\\' && i + 1 < s.n &&
		    (s.p[i + 1] == ',' || s.p[i + 1] == '\\')) {
			*p++ = s.p[++i];
			continue;
		}
		if (i < s.n && !is_sep(s, i, text)) {
			*p++ = s.p[i];
			continue;
		}
		one = span_trim(span_n(start, (size_t)(p - start)));
		start = p;
		out->empty = out->empty || one.n == 0;
		if (one.n == 0)
			continue;
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = one;
	}
}

static int
add_text(struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	(void)p;
	out->u.text[out->n++] = text_make(&fp->f->arena, v);
	return 0;
}

static int
unknown(struct fparse *fp, const char *what, struct span v,
    const struct span *known, size_t n)
{
	struct nearest near = { 0 };
	struct buf b = { 0 };

	for (size_t i = 0; i < n; i++)
		nearest_add(&near, v, known[i]);
	nearest_text(&near, &b);
	for (size_t i = 0; near.n == 0 && i < n && i < 12; i++)
		buf_addf(
		    &b, "%s%.*s", i ? ", " : "; known are ", SPANF(known[i]));
	err_set(
	    fp->e, ERR_USAGE, "no %s '%.*s'%s", what, SPANF(v), b.n ? b.p : "");
	buf_release(&b);
	return -1;
}

static bool
same_name(struct fparse *fp, struct span a, struct span b)
{
	struct ftext t = text_make(&fp->f->arena, a);
	struct buf fold = { 0 };
	bool rc = text_is(&t, b, &fold);

	buf_release(&fold);
	return rc;
}

static void
add_bytes(struct fnode *out, struct span v)
{
	for (size_t i = 0; i < out->n; i++) {
		if (span_eq(out->u.bytes[i], v))
			return;
	}
	out->u.bytes[out->n++] = v;
}

/*
 * One of keys, by key or, where it is nobody's key, by label; as it is where
 * there are no keys at all.
 */
static int
add_key(struct fparse *fp, const char *what, const struct keyset *k,
    struct span v, struct fnode *out)
{
	for (size_t pass = 0; pass < (k->label ? 2 : 1); pass++)
		for (size_t i = 0; i < k->n; i++) {
			struct span word = pass ? k->label[i] : k->key[i];

			if (!word.n || !same_name(fp, v, word))
				continue;
			add_bytes(out, arena_span(&fp->f->arena, k->key[i]));
			return 0;
		}
	if (k->n)
		return unknown(fp, what, v, k->key, k->n);
	add_bytes(out, v);
	return 0;
}

static void
choice_keys(const char *choices, struct keyset *k, size_t *cap)
{
	struct span rest = span(choices);

	while (rest.n) {
		GROW(k->key, k->n, *cap);
		k->key[k->n++] = span_trim(span_cut(&rest, ';'));
	}
}

static int
add_choice(struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	const char *choices = p->virt ? p->virt->choices : p->field->choices;
	struct keyset k = { 0 };
	size_t cap = 0;
	int rc;

	if (choices && choices[0] == '@') {
		if (config_keys(fp->q->s, choices + 1, &k, fp->e) < 0)
			return -1;
		return add_key(fp, p->field->name, &k, v, out);
	}
	if (choices)
		choice_keys(choices, &k, &cap);
	rc = add_key(fp, p->field->name, &k, v, out);
	free(k.key);
	return rc;
}

static int
add_item(struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	struct span one;
	struct fnode key = { .u.bytes = &one };

	if (p->field->type == F_CHOICES) {
		if (add_choice(fp, p, v, &key) < 0)
			return -1;
		v = one;
	}
	return add_text(fp, p, v, out);
}

static int
add_stage(struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	const struct config *c;
	struct keyset k = { 0 };
	int rc;

	if (query_config(fp->q, fp->e) < 0)
		return -1;
	c = fp->q->config;
	k.key = xcalloc(c->nstages + 1, sizeof *k.key);
	k.label = xcalloc(c->nstages + 1, sizeof *k.label);
	for (size_t i = 0; i < c->nstages; i++) {
		k.key[k.n] = c->stage[i].key;
		k.label[k.n++] = c->stage[i].label;
	}
	rc = add_key(fp, p->field->name, &k, v, out);
	free(k.key);
	free(k.label);
	return rc;
}

static int
add_bool(struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	static const char *const yes[] = { "yes", "y", "true", "1", "on" };
	static const char *const no[] = { "no", "n", "false", "0", "off" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (span_ieqs(v, yes[i]))
			return add_bytes(out, span("yes")), 0;
		if (span_ieqs(v, no[i]))
			return add_bytes(out, span("no")), 0;
	}
	return err_set(fp->e, ERR_USAGE, "%s is yes or no, not '%.*s'",
	    p->field->name, SPANF(v));
}

static int
add_currency(
    struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	char *up = arena_dup(&fp->f->arena, v.p, v.n);

	for (size_t i = 0; i < v.n; i++) {
		if (up[i] >= 'a' && up[i] <= 'z')
			up[i] = (char)(up[i] - 'a' + 'A');
	}
	if (currency_exponent(span_n(up, v.n)) < 0)
		return err_set(fp->e, ERR_USAGE,
		    "%s: '%.*s' is no currency (ISO 4217, such as EUR)",
		    p->field->name, SPANF(v));
	add_bytes(out, span_n(up, v.n));
	return 0;
}

static int
add_id(struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	uint64_t id = id_pack(v);
	char text[ID_LEN + 1];

	if (!id)
		return err_set(fp->e, ERR_USAGE,
		    "'%.*s' is no full id; a part of one is sought by %s~",
		    SPANF(v), p->text);
	id_unpack(id, text);
	add_bytes(out, span_n(arena_dup(&fp->f->arena, text, ID_LEN), ID_LEN));
	return 0;
}

static int
add_date(struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	struct frange *r = &out->u.range[out->n++];
	struct date_range d;

	if (date_period(v, &fp->q->s->dates, &d, NULL, fp->e) < 0)
		return err_prefix(fp->e, "%s: ", p->text);
	r->has_lo = d.has_from;
	r->has_hi = d.has_to;
	r->lo = d.from;
	r->hi = d.to;
	if (p->field->type == F_DATE) {
		if (r->has_lo)
			date_format(d.from, r->from);
		if (r->has_hi)
			date_format(d.to, r->to);
	}
	if (p->field->type != F_INSTANT && p->field->type != F_WHEN)
		return 0;
	if (r->has_lo) {
		r->lo = clock_instant(d.from, 0);
		instant_format((int64_t)r->lo, r->from);
	}
	if (r->has_hi) {
		r->hi = (int128)clock_instant(d.to + 1, 0) - 1;
		instant_format((int64_t)r->hi, r->to);
	}
	return 0;
}

/* A number as typed, on NUM_SCALE; money in the base currency. */
static int
number(struct fparse *fp, struct path *p, struct span v, int128 *out)
{
	bool money = p->field->type == F_MONEY;
	const char *base = fp->q->s->currency;
	const struct rate *rate;
	char currency[4];
	struct dec d;

	if (p->field->type == F_PERCENT && v.n && v.p[v.n - 1] == '%')
		v.n--;
	if (money_entry(v, '.', &d, currency, fp->e) < 0) {
		if (fp->e)
			fp->e->code = ERR_USAGE;
		return err_prefix(fp->e, "%s: ", p->text);
	}
	if (currency[0] && !money)
		return err_set(
		    fp->e, ERR_USAGE, "%s is a number, not money", p->text);
	*out = dec_num(d);
	if (!currency[0] || !base[0] || strcmp(currency, base) == 0)
		return 0;
	rate =
	    config_rate(fp->q->config, span(currency), fp->q->s->dates.today);
	if (!rate)
		return err_set(fp->e, ERR_DATA,
		    "no rate from %s to %s: add one to config/rates.csv",
		    currency, base);
	*out = num_times_rate(*out, rate->rate);
	return 0;
}

static int
add_number(struct fparse *fp, struct path *p, struct span v, struct fnode *out)
{
	struct frange *r = &out->u.range[out->n++];
	const char *dots = memmem(v.p, v.n, "..", 2);
	struct span lo = v, hi = v;

	if (p->field->type == F_MONEY && query_config(fp->q, fp->e) < 0)
		return -1;
	if (dots) {
		lo.n = (size_t)(dots - v.p);
		hi = span_n(dots + 2, v.n - lo.n - 2);
	}
	lo = span_trim(lo);
	hi = span_trim(hi);
	r->has_lo = lo.n > 0;
	r->has_hi = hi.n > 0;
	if (!r->has_lo && !r->has_hi)
		return err_set(fp->e, ERR_USAGE,
		    "%s: '..' needs a number on one side", p->text);
	if (r->has_lo && number(fp, p, lo, &r->lo) < 0)
		return -1;
	if (r->has_hi && number(fp, p, hi, &r->hi) < 0)
		return -1;
	if (dots && r->has_lo && r->has_hi && r->lo > r->hi)
		return err_set(fp->e, ERR_USAGE,
		    "%s: %.*s ends before it starts", p->text, SPANF(v));
	return 0;
}

typedef int add_fn(
    struct fparse *fp, struct path *p, struct span v, struct fnode *out);

static const struct {
	enum ftest test;
	add_fn *add;
} types[] = {
	[F_TEXT] = { T_TEXT, add_text },
	[F_NOTE] = { T_TEXT, add_text },
	[F_ID] = { T_BYTES, add_id },
	[F_REF] = { T_IDS, NULL },
	[F_CHOICE] = { T_BYTES, add_choice },
	[F_CHOICES] = { T_ITEM, add_item },
	[F_TAGS] = { T_ITEM, add_item },
	[F_MONEY] = { T_MONEY, add_number },
	[F_DECIMAL] = { T_NUM, add_number },
	[F_INT] = { T_NUM, add_number },
	[F_PERCENT] = { T_NUM, add_number },
	[F_DATE] = { T_DATE, add_date },
	[F_INSTANT] = { T_INSTANT, add_date },
	[F_WHEN] = { T_INSTANT, add_date },
	[F_PERIOD] = { T_PERIOD, add_date },
	[F_EMAIL] = { T_TEXT, add_text },
	[F_PHONE] = { T_TEXT, add_text },
	[F_URL] = { T_TEXT, add_text },
	[F_BOOL] = { T_BYTES, add_bool },
	[F_CURRENCY] = { T_BYTES, add_currency },
	[F_STAGE] = { T_BYTES, add_stage },
};

static size_t
size_of(enum ftest t)
{
	switch (t) {
	case T_BYTES:
		return sizeof(struct span);
	case T_ITEM:
	case T_TEXT:
	case T_SUB:
		return sizeof(struct ftext);
	default:
		return sizeof(struct frange);
	}
}

static int
add_all(struct fparse *fp, struct path *p, const struct values *v,
    struct fnode *out)
{
	add_fn *add = types[p->field->type].add;

	out->test = types[p->field->type].test;
	if (p->virt && p->virt->choices) {
		out->test = T_BYTES;
		add = add_choice;
	}
	if (v->n == 0) {
		out->test = T_EMPTY;
		return 0;
	}
	if (!add)
		return filter_ref(fp, p, v->v, v->n, out);
	out->u.range = arena_alloc(&fp->f->arena, v->n * size_of(out->test));
	for (size_t i = 0; i < v->n; i++) {
		if (add(fp, p, v->v[i], out) < 0)
			return -1;
	}
	return 0;
}

/* Values of "state" to a set of states. */
static void
to_states(const struct path *p, struct fnode *out)
{
	unsigned states = 0;

	if (!p->virt || !p->virt->state || out->test != T_BYTES)
		return;
	for (size_t i = 0; i < out->n; i++) {
		for (int st = ST_OPEN; st <= ST_CANCELLED; st++) {
			if (span_eqs(out->u.bytes[i],
				stage_state_name((enum stage_state)st)))
				states |= 1u << st;
		}
	}
	out->test = T_STATE;
	out->u.states = states;
}

int
filter_value(
    struct fparse *fp, struct path *p, struct span text, struct fnode *out)
{
	enum field_type type = p->field->type;
	bool is_text = types[type].test == T_TEXT || type == F_REF;
	struct values v = { 0 };
	int rc;

	out->path = p;
	split(fp, text, is_text, &v);
	out->empty = v.empty;
	rc = add_all(fp, p, &v, out);
	if (rc == 0)
		to_states(p, out);
	free(v.v);
	return rc;
}

int
filter_sub(
    struct fparse *fp, struct path *p, struct span text, struct fnode *out)
{
	struct values v = { 0 };

	out->path = p;
	out->test = T_SUB;
	if (p->field->type == F_REF) {
		path_bind_label(fp->q, p);
		out->label = p->label != NULL;
	}
	split(fp, text, true, &v);
	out->u.text =
	    arena_alloc(&fp->f->arena, (v.n + 1) * sizeof *out->u.text);
	for (size_t i = 0; i < v.n; i++)
		add_text(fp, p, v.v[i], out);
	free(v.v);
	if (out->n == 0)
		return err_set(fp->e, ERR_USAGE,
		    "'%s~' lacks the text to look for", p->text);
	return 0;
}
