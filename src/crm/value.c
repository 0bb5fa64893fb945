#include "crm/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/money.h"
#include "base/utf8.h"
#include "crm/config.h"
#include "crm/filter.h"
#include "crm/resolve.h"
#include "store/id.h"
#include "store/unicode.h"

/* --- what a cell may hold ------------------------------------------------ */

static bool
has_control(struct span v, bool newlines)
{
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if (c == 0x7f || (c < 0x20 && !(newlines && c == '\n') &&
				     !(newlines && c == '\t')))
			return true;
	}
	return false;
}

static bool
period_ok(struct span v)
{
	struct date_ctx none = { .fiscal_month = 1 };
	struct date_range r;
	enum date_unit u;

	if (v.n < 4 || !isdigit((unsigned char)v.p[0]) ||
	    memchr(v.p, '.', v.n) || memchr(v.p, '+', v.n))
		return v.n > 2 && v.p[0] == 'F' && v.p[1] == 'Y' &&
		    date_period(v, &none, &r, &u, NULL) == 0;
	return date_period(v, &none, &r, &u, NULL) == 0;
}

/* The choices of a field as spans; "@sources" are the keys of that table. */
static int
choices_of(struct session *s, const struct field *f, struct keyset *out,
    struct span *room, size_t cap, struct err *e)
{
	struct span rest = span(f->choices);
	size_t n = 0;

	if (f->choices[0] == '@')
		return config_keys(s, f->choices + 1, out, e);
	while (rest.n > 0 && n < cap)
		room[n++] = span_trim(span_cut(&rest, ';'));
	out->key = room;
	out->label = NULL;
	out->n = n;
	return 0;
}

static int
unknown_choice(const struct field *f, struct span v, const struct keyset *k,
    struct err *e)
{
	struct buf known = { 0 };

	for (size_t i = 0; i < k->n && i < 40; i++)
		buf_addf(&known, "%s%.*s", i ? ", " : "", SPANF(k->key[i]));
	err_set(e, ERR_DATA, "%s '%.*s' is not known; known are: %s", f->name,
	    SPANF(v), k->n ? known.p : "(none yet)");
	if (f->choices[0] == '@')
		err_suffix(e, "; a new one is a row in config/%s.csv",
		    f->choices + 1);
	buf_release(&known);
	return -1;
}

/* The key that v means among the choices, folded; its index or -1. */
static int
choice_index(const struct keyset *k, struct span v)
{
	struct buf a = { 0 }, b = { 0 };
	int found = -1;

	uni_fold(&a, v);
	for (size_t i = 0; i < k->n && found < 0; i++) {
		buf_reset(&b);
		uni_fold(&b, k->key[i]);
		if (span_eq(buf_span(&a), buf_span(&b)))
			found = (int)i;
		if (found < 0 && k->label && k->label[i].n) {
			buf_reset(&b);
			uni_fold(&b, k->label[i]);
			if (span_eq(buf_span(&a), buf_span(&b)))
				found = (int)i;
		}
	}
	buf_release(&a);
	buf_release(&b);
	return found;
}

static int
check_choices(struct session *s, const struct field *f, struct span v,
    struct err *e)
{
	struct span room[64], rest = v;
	struct keyset k;

	if (!f->choices)
		return 0;
	if (choices_of(s, f, &k, room, 64, e))
		return -1;
	do {
		struct span one =
		    f->type == F_CHOICES ? span_cut(&rest, ';') : v;
		bool ok = false;

		for (size_t i = 0; i < k.n && !ok; i++)
			ok = span_eq(k.key[i], one);
		if (!ok)
			return unknown_choice(f, one, &k, e);
	} while (f->type == F_CHOICES && rest.n > 0);
	return 0;
}

static int
check_stage(struct session *s, const struct field *f, struct span v,
    struct span pipeline, struct err *e)
{
	struct config *c;
	struct buf known = { 0 };
	struct span pipe;

	if (session_config(s, &c, e))
		return -1;
	pipe = pipeline.n ? pipeline : config_default_pipeline(c);
	for (size_t i = 0; i < c->nstages; i++) {
		const struct stage *st = &c->stage[i];

		if (!span_eq(st->pipeline, pipe))
			continue;
		if (span_eq(st->key, v)) {
			buf_release(&known);
			return 0;
		}
		buf_addf(&known, "%s%.*s", known.n ? ", " : "",
		    SPANF(st->key));
	}
	err_set(e, ERR_DATA,
	    "%s '%.*s' is not known in pipeline '%.*s'; known are: %s",
	    f->name, SPANF(v), SPANF(pipe), known.n ? known.p : "(none)");
	buf_release(&known);
	return -1;
}

static int
check_money(struct session *s, struct span v, struct span currency,
    struct err *e)
{
	int exp = currency.n ? currency_exponent(currency) : -1;
	struct dec d;
	int64_t units;

	(void)s;
	if (!dec_parse(v, &d))
		return err_set(e, ERR_DATA,
		    "'%.*s' is not an amount; write digits and a point, "
		    "e.g. 1234.50", SPANF(v));
	if (exp >= 0 && !dec_units(v, exp, &units))
		return err_set(e, ERR_DATA,
		    "amount '%.*s' has more digits than %.*s has (%d)",
		    SPANF(v), SPANF(currency), exp);
	return 0;
}

static int
check_ref(struct session *s, const struct field *f, struct span v,
    struct err *e)
{
	const struct entity *ent = schema_entity(&s->schema, span(f->ref));
	uint64_t id = id_pack_canonical(v);

	if (!id || !ent || id_letter(id) != ent->letter)
		return err_set(e, ERR_DATA,
		    "'%.*s' is not the id of a record of %s", SPANF(v),
		    ent ? ent->plural : f->ref);
	return 0;
}

static bool
email_ok(struct span v)
{
	const char *at = memchr(v.p, '@', v.n);

	return at && at > v.p && at + 1 < v.p + v.n &&
	    !memchr(v.p, ' ', v.n) && !memchr(v.p, ',', v.n);
}

static int
check_percent(struct span v, struct err *e)
{
	struct dec d;
	int64_t hundred = 100;

	if (!dec_parse(v, &d) || d.value < 0)
		return err_set(
		    e, ERR_DATA, "'%.*s' is no percentage (0 to 100)", SPANF(v));
	for (int i = 0; i < d.scale; i++)
		hundred *= 10;
	if (d.scale > 15 || d.value > hundred)
		return err_set(
		    e, ERR_DATA, "'%.*s' is no percentage (0 to 100)", SPANF(v));
	return 0;
}

int
value_check(struct session *s, const struct field *f, struct span v,
    struct span pipeline, struct span currency, struct err *e)
{
	int32_t day;
	int64_t t;
	struct dec d;

	if (v.n == 0)
		return 0;
	if (utf8_check(v) != v.n)
		return err_set(e, ERR_DATA, "not valid UTF-8");
	if (has_control(v, f->type == F_NOTE))
		return err_set(e, ERR_DATA, "holds a control character");
	switch (f->type) {
	case F_REF:
		return check_ref(s, f, v, e);
	case F_CHOICE:
	case F_CHOICES:
		return check_choices(s, f, v, e);
	case F_STAGE:
		return check_stage(s, f, v, pipeline, e);
	case F_MONEY:
		return check_money(s, v, currency, e);
	case F_DECIMAL:
		return dec_parse(v, &d)
		    ? 0
		    : err_set(e, ERR_DATA, "'%.*s' is not a number", SPANF(v));
	case F_INT:
		return span_int(v, &t) ? 0
				       : err_set(e, ERR_DATA,
				       "'%.*s' is not a whole number",
				       SPANF(v));
	case F_PERCENT:
		return check_percent(v, e);
	case F_DATE:
		return date_parse(v, &day)
		    ? 0
		    : err_set(e, ERR_DATA,
			  "'%.*s' is not a date that exists (YYYY-MM-DD)",
			  SPANF(v));
	case F_INSTANT:
		return instant_parse(v, &t) ? 0
					    : err_set(e, ERR_DATA,
					    "'%.*s' is not a date and time "
					    "(YYYY-MM-DDTHH:MM:SSZ)", SPANF(v));
	case F_PERIOD:
		return period_ok(v) ? 0
				    : err_set(e, ERR_DATA,
				    "'%.*s' is not a period (2026, 2026-Q4, "
				    "2026-11, 2026-W40)", SPANF(v));
	case F_CURRENCY:
		return currency_exponent(v) >= 0
		    ? 0
		    : err_set(e, ERR_DATA,
			  "'%.*s' is not a currency of ISO 4217", SPANF(v));
	case F_BOOL:
		return span_eqs(v, "yes") || span_eqs(v, "no")
		    ? 0
		    : err_set(e, ERR_DATA, "'%.*s' is neither yes nor no",
			  SPANF(v));
	case F_EMAIL:
		return email_ok(v) ? 0
				   : err_set(e, ERR_DATA,
				   "'%.*s' is not an e-mail address", SPANF(v));
	default:
		return 0;
	}
}

/* --- what people type ---------------------------------------------------- */

static int
enter_money(struct session *s, struct span v, const struct entry_context *c,
    struct buf *out, char cur[4], struct err *e)
{
	struct dec d;
	int64_t units;
	struct span code;
	int exp;

	if (money_entry(v, c->decimal ? c->decimal : '.', &d, cur, e))
		return -1;
	code = cur[0] ? span(cur)
	    : c->row_currency.n ? c->row_currency
				: span(s->currency);
	if (!code.n)
		return err_set(e, ERR_USAGE,
		    "amount '%.*s' has no currency and the store has no "
		    "default; write e.g. 'EUR %.*s', or set core.currency in "
		    "crmrc", SPANF(v), SPANF(v));
	exp = currency_exponent(code);
	if (exp < 0)
		return err_set(e, ERR_DATA,
		    "'%.*s' is not a currency of ISO 4217", SPANF(code));
	if (dec_rescale(d, exp, &units, e))
		return -1;
	dec_format(out, units, exp);
	return 0;
}

static int
enter_choice(struct session *s, const struct field *f, struct span v,
    struct buf *out, struct err *e)
{
	struct span room[64], rest = v;
	struct keyset k;
	bool more = false;

	if (!f->choices) {
		buf_addspan(out, v);
		return 0;
	}
	if (choices_of(s, f, &k, room, 64, e))
		return -1;
	do {
		struct span one = f->type == F_CHOICES
		    ? span_trim(span_cut(&rest, ';'))
		    : v;
		int i = choice_index(&k, one);

		if (i < 0)
			return unknown_choice(f, one, &k, e);
		if (more)
			buf_addc(out, ';');
		buf_addspan(out, k.key[i]);
		more = true;
	} while (f->type == F_CHOICES && rest.n > 0);
	return 0;
}

static int
enter_stage(struct session *s, const struct field *f, struct span v,
    const struct entry_context *c, struct buf *out, struct err *e)
{
	struct config *cf;
	const struct stage *st;

	if (session_config(s, &cf, e))
		return -1;
	st = config_stage(cf, c->pipeline, v);
	if (!st)
		return check_stage(s, f, v, c->pipeline, e);
	buf_addspan(out, st->key);
	return 0;
}

static int
tag_cmp(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* Sorted, without repeats, separated by ';'; blanks and commas separate too. */
static int
enter_tags(struct span v, struct buf *out, struct err *e)
{
	struct span tag[256];
	size_t n = 0, i = 0;

	while (i < v.n) {
		size_t start;

		while (i < v.n && strchr("; ,", v.p[i]))
			i++;
		start = i;
		while (i < v.n && !strchr("; ,", v.p[i]))
			i++;
		if (i == start)
			break;
		if (n == 256)
			return err_set(e, ERR_DATA, "more than 256 tags");
		tag[n] = span_n(v.p + start, i - start);
		if (filter_is_vtag(tag[n]))
			return err_set(e, ERR_DATA,
			    "'%.*s' is a tag that is computed and cannot be "
			    "given", SPANF(tag[n]));
		n++;
	}
	qsort(tag, n, sizeof *tag, tag_cmp);
	for (size_t k = 0; k < n; k++) {
		if (k && span_eq(tag[k], tag[k - 1]))
			continue;
		if (k)
			buf_addc(out, ';');
		buf_addspan(out, tag[k]);
	}
	return 0;
}

static int
enter_date(struct session *s, const struct field *f, struct span v,
    struct buf *out, struct err *e)
{
	char text[24];
	int32_t day;
	int64_t t;
	bool timed;

	if (f->type == F_DATE) {
		if (date_entry(v, &s->dates, &day, e))
			return -1;
		date_format(day, text);
	} else {
		if (instant_entry(v, &s->dates, &t, &timed, e))
			return -1;
		instant_format(t, text);
	}
	buf_adds(out, text);
	return 0;
}

/* "2026-Q4" stays; "quarter", "next-month" and the like become their name. */
static int
enter_period(struct session *s, struct span v, struct buf *out, struct err *e)
{
	struct date_range r;
	enum date_unit u;
	char name[16];

	if (period_ok(v)) {
		buf_addspan(out, v);
		return 0;
	}
	if (date_period(v, &s->dates, &r, &u, e))
		return -1;
	if (!r.has_from || !r.has_to ||
	    date_bucket_end(r.from, u, s->dates.fiscal_month) != r.to)
		return err_set(e, ERR_USAGE,
		    "'%.*s' is not one period (2026, 2026-Q4, 2026-11, "
		    "2026-W40)", SPANF(v));
	date_bucket_name(r.from, u, s->dates.fiscal_month, name);
	buf_adds(out, name);
	return 0;
}

static void
enter_upper(struct span v, struct buf *out)
{
	for (size_t i = 0; i < v.n; i++)
		buf_addc(out, (char)toupper((unsigned char)v.p[i]));
}

static int
enter_bool(struct span v, struct buf *out, struct err *e)
{
	static const char *const yes[] = { "yes", "y", "true", "1", "on" };
	static const char *const no[] = { "no", "n", "false", "0", "off" };

	for (size_t i = 0; i < 5; i++) {
		if (span_ieqs(v, yes[i])) {
			buf_adds(out, "yes");
			return 0;
		}
		if (span_ieqs(v, no[i])) {
			buf_adds(out, "no");
			return 0;
		}
	}
	return err_set(e, ERR_DATA, "'%.*s' is neither yes nor no", SPANF(v));
}

static int
enter_ref(struct session *s, const struct field *f, struct span v,
    const struct entry_context *c, struct buf *out, struct err *e)
{
	const struct entity *ent = schema_entity(&s->schema, span(f->ref));
	char text[ID_LEN + 1];
	uint64_t id;

	if (!ent)
		return err_set(e, ERR_BUG, "no entity '%s'", f->ref);
	if (resolve_one(s, ent, v, c->ids_only, &id, e))
		return -1;
	id_unpack(id, text);
	buf_adds(out, text);
	return 0;
}

int
value_entry(struct session *s, const struct field *f, struct span typed,
    const struct entry_context *c, struct buf *out, char cur[4],
    struct err *e)
{
	struct span v = f->type == F_NOTE ? typed : span_trim(typed);
	struct span made;
	size_t at = out->n;
	int r = 0;

	cur[0] = '\0';
	if (v.n == 0)
		return 0;
	switch (f->type) {
	case F_REF:
		r = enter_ref(s, f, v, c, out, e);
		break;
	case F_MONEY:
		r = enter_money(s, v, c, out, cur, e);
		break;
	case F_CHOICE:
	case F_CHOICES:
		r = enter_choice(s, f, v, out, e);
		break;
	case F_STAGE:
		r = enter_stage(s, f, v, c, out, e);
		break;
	case F_DATE:
	case F_INSTANT:
		r = enter_date(s, f, v, out, e);
		break;
	case F_PERIOD:
		r = enter_period(s, v, out, e);
		break;
	case F_TAGS:
		r = enter_tags(v, out, e);
		break;
	case F_BOOL:
		r = enter_bool(v, out, e);
		break;
	case F_CURRENCY:
		enter_upper(v, out);
		break;
	case F_PERCENT:
		buf_addspan(out, v.p[v.n - 1] == '%'
			? span_trim(span_n(v.p, v.n - 1))
			: v);
		break;
	default:
		uni_nfc(out, v);
		break;
	}
	if (r)
		return -1;
	made = span_n(out->p + at, out->n - at);
	return value_check(
	    s, f, made, c->pipeline, cur[0] ? span(cur) : c->row_currency, e);
}
