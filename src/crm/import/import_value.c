/* Cells of a foreign file to the form in store files, by the field's type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crm/change/value.h"
#include "crm/import/import_impl.h"
#include "store/unicode.h"

/* What was appended to r->text from `from` on. */
static struct span
made(const struct import_row *r, size_t from)
{
	return span_n(r->text->p + from, r->text->n - from);
}

static int
bad(struct err *e, struct span cell, const char *what)
{
	struct span s = span_n(cell.p, cell.n < 80 ? cell.n : 80);

	return err_set(e, ERR_DATA, "'%.*s' %s", SPANF(s), what);
}

/* Left by a spreadsheet that could not show or keep the value. */
static const char *
excel_damage(const struct field *f, struct span s)
{
	static const char *const words[] = { "#NAME?", "#REF!", "#VALUE!",
		"#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!" };
	size_t i = 0;

	if (s.p[0] == '#') {
		for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
			if (span_eqs(s, words[k]))
				return "is an error of the spreadsheet";
		}
		while (i < s.n && s.p[i] == '#')
			i++;
		if (i == s.n && i > 2)
			return "is what a spreadsheet shows in a column that "
			       "is too narrow; the value is lost";
	}
	if (f->type != F_PHONE && strcmp(f->name, "ext_id"))
		return NULL;
	/* 1.2E+10, 1,2E+10 */
	for (i = 0; i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') ||
				   s.p[i] == '.' || s.p[i] == ',');)
		i++;
	if (i > 0 && i + 2 < s.n && (s.p[i] | 0x20) == 'e' && s.p[i + 1] == '+')
		return "was rounded by a spreadsheet; the digits are lost";
	return NULL;
}

/* Line ends and control characters have no place in one line of text. */
static void
clean_text(struct import_row *r, struct span s, bool lines)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (c == '\r' || c == '\n')
			buf_addc(r->text, lines ? '\n' : ' ');
		else if (c == '\t')
			buf_addc(r->text, lines ? '\t' : ' ');
		else if (c >= 0x20 && c != 0x7f)
			buf_addc(r->text, (char)c);
	}
}

static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0xcc || c == 0x7f)
			return false;
	}
	return true;
}

static int
text_cell(struct import_row *r, const struct field *f, struct span cell,
    struct span *out, struct err *e)
{
	const char *damage = excel_damage(f, cell);
	struct buf b = { 0 };
	size_t from = r->text->n;

	if (damage)
		return bad(e, cell, damage);
	if (is_plain(cell)) {
		*out = cell;
		return 0;
	}
	uni_nfc(&b, cell);
	clean_text(r, span_trim(buf_span(&b)), f->type == F_NOTE);
	buf_release(&b);
	*out = made(r, from);
	return 0;
}

static int
date_value(struct import_row *r, const struct import_column *c,
    struct span cell, struct span *out, struct err *e)
{
	size_t from = r->text->n;
	struct date_cell d;
	const char *why;
	char text[24];
	int64_t t;

	if (c->field->type != F_DATE && date_is_instant(cell)) {
		*out = cell;
		return 0;
	}
	why = date_read(cell, c->order, &d);
	if (why)
		return bad(e, cell, why);
	if (c->field->type != F_INSTANT && cell.n == 10 && d.iso) {
		*out = cell;
		return 0;
	}
	if (c->field->type == F_DATE ||
	    (c->field->type == F_WHEN && d.seconds < 0)) {
		/* The day as it is written: no zone can move it. */
		date_format(d.day, text);
	} else {
		if (d.zoned)
			t = (int64_t)d.day * 86400 + d.seconds - d.offset * 60;
		else
			t = clock_instant(
				d.day, d.seconds < 0 ? 0 : d.seconds / 60) +
			    (d.seconds < 0 ? 0 : d.seconds % 60);
		instant_format(t, text);
	}
	buf_adds(r->text, text);
	*out = made(r, from);
	return 0;
}

static int
number_value(struct import_row *r, const struct import_column *c,
    struct span cell, struct span *out, struct err *e)
{
	const struct field *f = c->field;
	size_t from = r->text->n;
	struct dec d;
	char currency[4];

	if (!number_read(cell, c->decimal, &d, currency))
		return bad(e, cell, "is not a number");
	while (d.scale > 0 && d.value % 10 == 0) {
		d.value /= 10;
		d.scale--;
	}
	if (f->type == F_INT && d.scale)
		return bad(e, cell, "is not a whole number");
	if (f->flags & FIELD_SHARE && d.value < 0)
		return bad(e, cell, "is negative");
	dec_format(r->text, d.value, d.scale);
	if (f->flags & FIELD_SHARE && memchr(cell.p, '%', cell.n))
		buf_addc(r->text, '%');
	*out = made(r, from);
	return value_check(r->im->s, f, *out, span(""), span(""), e);
}

/* A dollar sign is the store's dollar where it has one. */
static struct span
dollar(const struct import *im)
{
	static const char *const dollars[] = { "USD", "CAD", "AUD", "NZD",
		"SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP" };

	for (size_t i = 0; i < sizeof dollars / sizeof *dollars; i++) {
		if (!strcmp(im->s->currency, dollars[i]))
			return span(im->s->currency);
	}
	return span("USD");
}

/* An amount that stands as it would be written. */
static bool
is_canonical(struct span s, int scale, int exp)
{
	size_t i = 0;

	if (scale != exp || s.p[0] == '0')
		return false;
	while (i < s.n &&
	       ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '.' && exp > 0)))
		i++;
	return i == s.n && s.p[0] != '.';
}

int
import_money(struct import_row *r, const struct import_column *c,
    struct span cell, struct span row_currency, char currency[4],
    struct span *out, struct err *e)
{
	size_t from = r->text->n;
	struct span code = row_currency;
	struct dec d;
	char typed[4];
	int64_t units;
	int exp;

	if (!number_read(cell, c->decimal, &d, typed))
		return bad(e, cell, "is not an amount");
	if (typed[0] == '$' && (!code.n || span_eqs(code, "USD")))
		code = code.n ? code : dollar(r->im);
	else if (typed[0] && typed[0] != '$') {
		if (code.n && !span_eqs(code, typed))
			return err_set(e, ERR_DATA,
			    "'%.*s' is in %s, but the row is in %.*s",
			    SPANF(cell), typed, SPANF(code));
		code = span(typed);
	}
	if (!code.n)
		code = span(r->im->s->currency);
	exp = code.n ? currency_exponent(code) : -1;
	if (exp < 0)
		return bad(e, cell,
		    "has no currency; give --set currency=EUR, or the store "
		    "a default: core.currency in crmrc");
	if (dec_rescale(d, exp, &units, e))
		return -1;
	if (is_canonical(cell, d.scale, exp))
		*out = cell;
	else {
		dec_format(r->text, units, exp);
		*out = made(r, from);
	}
	memcpy(currency, code.p, 3);
	currency[3] = '\0';
	return 0;
}

/* --- periods ------------------------------------------------------------- */

static bool
small_number(struct span s, int max, int *v)
{
	int64_t n;

	if (!span_int(s, &n) || n < 1 || n > max)
		return false;
	*v = (int)n;
	return true;
}

/* "4", "Q4", "4Q" */
static bool
quarter_of(struct span s, int *q)
{
	if (s.n && (s.p[0] | 0x20) == 'q')
		s = span_trim(span_n(s.p + 1, s.n - 1));
	else if (s.n > 1 && (s.p[s.n - 1] | 0x20) == 'q')
		s.n--;
	return small_number(s, 4, q);
}

/* "11", "Nov", "November" */
static bool
month_of(struct span s, int *m)
{
	struct date_cell d;
	char text[32];
	int y, day;

	if (small_number(s, 12, m))
		return true;
	if (s.n < 3 || s.n > 12)
		return false;
	snprintf(text, sizeof text, "1 %.*s 2000", SPANF(s));
	if (date_read(span(text), DATES_DMY, &d))
		return false;
	date_civil(d.day, &y, m, &day);
	return true;
}

static bool
year_of(struct span s, int *y)
{
	return s.n == 4 && small_number(s, 9999, y) && *y >= 1000;
}

int
import_period(struct import_row *r, struct span year, struct span quarter,
    struct span month, struct span *out, struct err *e)
{
	size_t from = r->text->n;
	int y, v;

	if (!year.n && !quarter.n && !month.n)
		return 0;
	if (!year_of(year, &y))
		return bad(e, year, "is not a year");
	if (quarter.n) {
		if (!quarter_of(quarter, &v))
			return bad(e, quarter, "is not a quarter");
		buf_addf(r->text, "%04d-Q%d", y, v);
	} else if (month.n) {
		if (!month_of(month, &v))
			return bad(e, month, "is not a month");
		buf_addf(r->text, "%04d-%02d", y, v);
	} else {
		buf_addf(r->text, "%04d", y);
	}
	*out = made(r, from);
	return 0;
}

/* "Q4 2017", "2017 Q4", "11/2017", "Nov 2017", and the store's own forms. */
static int
period_value(struct import_row *r, const struct import_column *c,
    struct span cell, struct span *out, struct err *e)
{
	const struct entry_context none = { 0 };
	size_t from = r->text->n, i = 0;
	struct span a, b;
	char cur[4];
	int y, v;

	while (i < cell.n && !strchr(" /-", cell.p[i]))
		i++;
	if (i + 1 < cell.n) {
		a = span_n(cell.p, i);
		b = span_trim(span_n(cell.p + i + 1, cell.n - i - 1));
		if (year_of(b, &y))
			return quarter_of(a, &v) && !small_number(a, 12, &v)
				   ? import_period(r, b, a, span(""), out, e)
				   : import_period(r, b, span(""), a, out, e);
		if (cell.p[i] != '-' && year_of(a, &y))
			return quarter_of(b, &v) && !small_number(b, 12, &v)
				   ? import_period(r, a, b, span(""), out, e)
				   : import_period(r, a, span(""), b, out, e);
	}
	if (value_entry(r->im->s, c->field, cell, &none, r->text, cur, e))
		return -1;
	*out = made(r, from);
	return 0;
}

/* --- the rest ------------------------------------------------------------ */

static int
bool_value(struct span cell, struct span *out, struct err *e)
{
	static const char *const yes[] = { "yes", "y", "true", "t", "1", "on",
		"x", "ja", "wahr", "oui", "vrai", "si" };
	static const char *const no[] = { "no", "n", "false", "f", "0", "off",
		"nein", "falsch", "non", "faux" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (span_ieqs(cell, yes[i])) {
			*out = span("yes");
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		if (span_ieqs(cell, no[i])) {
			*out = span("no");
			return 0;
		}
	}
	return bad(e, cell, "is neither yes nor no");
}

static int
tags_value(struct import_row *r, const struct import_column *c,
    struct span cell, struct span *out, struct err *e)
{
	const struct entry_context none = { 0 };
	size_t from = r->text->n;
	char cur[4];

	if (value_entry(r->im->s, c->field, cell, &none, r->text, cur, e))
		return -1;
	*out = made(r, from);
	return 0;
}

int
import_value(struct import_row *r, const struct import_column *c,
    struct span cell, struct span *out, struct err *e)
{
	const struct field *f = c->field;

	*out = cell;
	if (cell.n == 0)
		return 0;
	if (f->flags & FIELD_SHARE)
		return number_value(r, c, cell, out, e);
	switch (f->type) {
	case F_DATE:
	case F_INSTANT:
	case F_WHEN:
		return date_value(r, c, cell, out, e);
	case F_INT:
	case F_DECIMAL:
	case F_PERCENT:
		return number_value(r, c, cell, out, e);
	case F_PERIOD:
		return period_value(r, c, cell, out, e);
	case F_BOOL:
		return bool_value(cell, out, e);
	case F_TAGS:
	case F_CURRENCY:
		return tags_value(r, c, cell, out, e);
	case F_EMAIL:
	case F_URL:
	case F_PHONE:
		return text_cell(r, f, cell, out, e) ||
			       value_check(
				   r->im->s, f, *out, span(""), span(""), e)
			   ? -1
			   : 0;
	default:
		return text_cell(r, f, cell, out, e);
	}
}
