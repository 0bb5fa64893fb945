/* value_entry: what people type, to the form of store files. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/money.h"
#include "crm/config.h"
#include "crm/own.h"
#include "crm/query/filter.h"
#include "crm/change/resolve.h"
#include "crm/change/value_impl.h"
#include "store/id.h"
#include "store/unicode.h"

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
enter_money(struct session *s, struct span v, const struct entry_context *c,
    struct buf *out, char cur[4], struct err *e)
{
	struct dec d;
	int64_t units;
	struct span code;
	int exp;

	if (money_entry(v, c->decimal ? c->decimal : '.', &d, cur, e))
		return -1;
	code = cur[0]		   ? span(cur)
	       : c->row_currency.n ? c->row_currency
				   : span(s->currency);
	if (!code.n)
		return err_set(e, ERR_USAGE,
		    "amount '%.*s' has no currency and the store has no "
		    "default; write e.g. 'EUR %.*s', or set core.currency in "
		    "crmrc",
		    SPANF(v), SPANF(v));
	exp = currency_exponent(code);
	if (exp < 0)
		return err_set(e, ERR_DATA,
		    "'%.*s' is not a currency of ISO 4217", SPANF(code));
	if (dec_rescale(d, exp, &units, e))
		return -1;
	dec_format(out, units, exp);
	return 0;
}

static bool
is_number(const struct field *f)
{
	return f->type == F_DECIMAL || f->type == F_INT ||
	    f->type == F_PERCENT || f->flags & FIELD_SHARE;
}

/* A number with a decimal comma: 1.234,50, of a share also 2,5%. */
static int
enter_comma(const struct field *f, struct span v, struct buf *out,
    struct err *e)
{
	bool percent = f->flags & FIELD_SHARE && v.p[v.n - 1] == '%';
	struct err none = { 0 };
	char cur[4] = "";
	struct dec d;

	if (money_entry(percent ? span_n(v.p, v.n - 1) : v, ',', &d, cur,
		&none) ||
	    cur[0]) {
		err_release(&none);
		return err_set(e, ERR_DATA,
		    "'%.*s' is no number with a decimal comma, as in 1234,50",
		    SPANF(v));
	}
	dec_format(out, d.value, d.scale);
	if (percent)
		buf_addc(out, '%');
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
	if (value_choices(s, f, &k, room, 64, e))
		return -1;
	do {
		struct span one =
		    f->type == F_CHOICES ? span_trim(span_cut(&rest, ';')) : v;
		int i = choice_index(&k, one);

		if (i < 0)
			return value_unknown_choice(f, one, &k, e);
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
		return value_check_stage(s, f, v, c->pipeline, e);
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
			    "given",
			    SPANF(tag[n]));
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
		const struct date_ctx *own = session_own(s);

		if (instant_entry(v, own, &t, &timed, e))
			return -1;
		if (f->type == F_WHEN && !timed)
			date_format(clock_day_in(own->zone, t, NULL), text);
		else
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

	if (value_is_period(v)) {
		buf_addspan(out, v);
		return 0;
	}
	if (date_period(v, &s->dates, &r, &u, e))
		return -1;
	if (!r.has_from || !r.has_to ||
	    date_bucket_end(r.from, u, s->dates.fiscal_month) != r.to)
		return err_set(e, ERR_USAGE,
		    "'%.*s' is not one period (2026, 2026-Q4, 2026-11, "
		    "2026-W40)",
		    SPANF(v));
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
    const struct entry_context *c, struct buf *out, char cur[4], struct err *e)
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
	case F_WHEN:
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
		if (v.p[v.n - 1] == '%')
			v = span_trim(span_n(v.p, v.n - 1));
		/* fall through */
	default:
		if (c->decimal == ',' && is_number(f))
			r = enter_comma(f, v, out, e);
		else
			uni_nfc(out, v);
		break;
	}
	if (r)
		return -1;
	made = span_n(out->p + at, out->n - at);
	return value_check(
	    s, f, made, c->pipeline, cur[0] ? span(cur) : c->row_currency, e);
}
