/* value: is a cell in the form of store files? */
#include <ctype.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/money.h"
#include "base/utf8.h"
#include "crm/config.h"
#include "crm/change/value_impl.h"
#include "store/id.h"

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

bool
value_is_period(struct span v)
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

int
value_choices(struct session *s, const struct field *f, struct keyset *out,
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

int
value_unknown_choice(
    const struct field *f, struct span v, const struct keyset *k, struct err *e)
{
	struct buf known = { 0 };

	for (size_t i = 0; i < k->n && i < 40; i++)
		buf_addf(&known, "%s%.*s", i ? ", " : "", SPANF(k->key[i]));
	err_set(e, ERR_DATA, "%s '%.*s' is not known; known are: %s", f->name,
	    SPANF(v), k->n ? known.p : "(none yet)");
	if (f->choices[0] == '@')
		err_suffix(
		    e, "; a new one is a row in config/%s.csv", f->choices + 1);
	buf_release(&known);
	return -1;
}

static int
check_choices(
    struct session *s, const struct field *f, struct span v, struct err *e)
{
	struct span room[64], rest = v;
	struct keyset k;

	if (!f->choices)
		return 0;
	if (value_choices(s, f, &k, room, 64, e))
		return -1;
	do {
		struct span one =
		    f->type == F_CHOICES ? span_cut(&rest, ';') : v;
		bool ok = false;

		for (size_t i = 0; i < k.n && !ok; i++)
			ok = span_eq(k.key[i], one);
		if (!ok)
			return value_unknown_choice(f, one, &k, e);
	} while (f->type == F_CHOICES && rest.n > 0);
	return 0;
}

int
value_check_stage(struct session *s, const struct field *f, struct span v,
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
		buf_addf(&known, "%s%.*s", known.n ? ", " : "", SPANF(st->key));
	}
	err_set(e, ERR_DATA,
	    "%s '%.*s' is not known in pipeline '%.*s'; known are: %s", f->name,
	    SPANF(v), SPANF(pipe), known.n ? known.p : "(none)");
	buf_release(&known);
	return -1;
}

static int
check_money(
    struct session *s, struct span v, struct span currency, struct err *e)
{
	int exp = currency.n ? currency_exponent(currency) : -1;
	struct dec d;
	int64_t units;

	(void)s;
	if (!dec_parse(v, &d))
		return err_set(e, ERR_DATA,
		    "'%.*s' is not an amount; write digits and a point, "
		    "e.g. 1234.50",
		    SPANF(v));
	if (exp >= 0 && !dec_units(v, exp, &units))
		return err_set(e, ERR_DATA,
		    "amount '%.*s' has more digits than %.*s has (%d)",
		    SPANF(v), SPANF(currency), exp);
	return 0;
}

static int
check_ref(
    struct session *s, const struct field *f, struct span v, struct err *e)
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

	return at && at > v.p && at + 1 < v.p + v.n && !memchr(v.p, ' ', v.n) &&
	       !memchr(v.p, ',', v.n);
}

static int
check_percent(struct span v, struct err *e)
{
	struct dec d;
	int64_t hundred = 100;

	if (!dec_parse(v, &d) || d.value < 0)
		return err_set(e, ERR_DATA,
		    "'%.*s' is no percentage (0 to 100)", SPANF(v));
	for (int i = 0; i < d.scale; i++)
		hundred *= 10;
	if (d.scale > 15 || d.value > hundred)
		return err_set(e, ERR_DATA,
		    "'%.*s' is no percentage (0 to 100)", SPANF(v));
	return 0;
}

/* Types whose cells can be judged without the store. */
static int
check_plain(const struct field *f, struct span v, struct err *e)
{
	int32_t day;
	int64_t t;
	struct dec d;
	bool ok = true;
	const char *what = "";

	switch (f->type) {
	case F_DECIMAL:
		ok = dec_parse(v, &d);
		what = "is not a number";
		break;
	case F_INT:
		ok = span_int(v, &t);
		what = "is not a whole number";
		break;
	case F_DATE:
		ok = date_parse(v, &day);
		what = "is not a date that exists (YYYY-MM-DD)";
		break;
	case F_INSTANT:
		ok = instant_parse(v, &t);
		what = "is not a date and time (YYYY-MM-DDTHH:MM:SSZ)";
		break;
	case F_WHEN:
		ok = when_parse(v, &t, NULL);
		what = "is neither a date (YYYY-MM-DD) nor a date and time "
		       "(YYYY-MM-DDTHH:MM:SSZ)";
		break;
	case F_PERIOD:
		ok = value_is_period(v);
		what = "is not a period (2026, 2026-Q4, 2026-11, 2026-W40)";
		break;
	case F_CURRENCY:
		ok = currency_exponent(v) >= 0;
		what = "is not a currency of ISO 4217";
		break;
	case F_BOOL:
		ok = span_eqs(v, "yes") || span_eqs(v, "no");
		what = "is neither yes nor no";
		break;
	case F_EMAIL:
		ok = email_ok(v);
		what = "is not an e-mail address";
		break;
	default:
		break;
	}
	return ok ? 0 : err_set(e, ERR_DATA, "'%.*s' %s", SPANF(v), what);
}

int
value_check(struct session *s, const struct field *f, struct span v,
    struct span pipeline, struct span currency, struct err *e)
{
	if (v.n == 0)
		return 0;
	if (utf8_check(v) != v.n)
		return err_set(e, ERR_DATA, "not valid UTF-8");
	if (f->type != F_NOTE && memchr(v.p, '\n', v.n))
		return err_set(e, ERR_DATA,
		    "has several lines, and is one; a note may have more");
	if (has_control(v, f->type == F_NOTE))
		return err_set(e, ERR_DATA, "holds a control character");
	switch (f->type) {
	case F_REF:
		return check_ref(s, f, v, e);
	case F_CHOICE:
	case F_CHOICES:
		return check_choices(s, f, v, e);
	case F_STAGE:
		return value_check_stage(s, f, v, pipeline, e);
	case F_MONEY:
		return check_money(s, v, currency, e);
	case F_PERCENT:
		return check_percent(v, e);
	default:
		return check_plain(f, v, e);
	}
}
