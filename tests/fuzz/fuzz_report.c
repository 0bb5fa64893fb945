/*
 * Reports: any text is taken or refused with a place; what is taken as a
 * report's file is taken alike from a crmrc, and formulas in it parse and
 * come to a value or to "empty" or "too large".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crm/report/report_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_formula(struct span text)
{
	struct ratio value[64], out;
	struct err e = { 0 };
	struct expr x;

	if (expr_parse(&x, text, &e) < 0)
		abort(); /* the loader has taken it */
	for (size_t i = 0; i < x.nnames && i < 64; i++)
		value[i] = ratio_dec((int128)i * 7 - 14, (int)(i % 5));
	if (x.nnames <= 64 && expr_eval(&x, value, &out, &e) < 0 &&
	    e.code != ERR_DATA)
		abort();
	expr_release(&x);
	err_release(&e);
}

/* The same entries as they stand in crmrc: NAME behind the section. */
static void
as_crmrc(const struct rc *rc, struct buf *out)
{
	for (size_t i = 0; i < rc->n; i++) {
		const char *key = rc->entry[i].key;
		const char *last = strrchr(key, '.'), *dot = strchr(key, '.');

		buf_addf(out, "[%.*s \"r", (int)(dot - key), key);
		for (const char *p = dot; p < last; p++)
			buf_addf(out, "%s%c",
			    *p == '"' || *p == '\\' ? "\\" : "", *p);
		buf_addf(out, "\"]\n%s = \"", last + 1);
		for (const char *p = rc->entry[i].value; *p; p++) {
			if (*p == '"' || *p == '\\' || *p == '\n')
				buf_addc(out, '\\');
			buf_addc(out, *p == '\n' ? 'n' : *p);
		}
		buf_adds(out, "\"\n");
	}
}

static void
same(const struct report_def *a, const struct report_def *b)
{
	if (a->nselects != b->nselects || a->ncolumns != b->ncolumns ||
	    a->nbys != b->nbys || a->group.n != b->group.n ||
	    a->unit != b->unit || a->total != b->total)
		abort();
	for (size_t i = 0; i < a->nselects; i++)
		if (!span_eq(a->select[i].name, b->select[i].name) ||
		    a->select[i].nmeasures != b->select[i].nmeasures ||
		    !span_eq(a->select[i].filter, b->select[i].filter))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct report_def one, two;
	struct rc team = { 0 };
	struct err e = { 0 };
	struct buf b = { 0 };

	if (rc_read(&one.rc, "f", span_n((const char *)data, size), &e) < 0)
		goto out;
	if (report_def_add(&one, &one.rc, NULL, &e) < 0) {
		if (e.code != ERR_DATA || !strstr(e.msg, "f:"))
			abort();
		goto out;
	}
	for (size_t i = 0; i < one.ncolumns; i++)
		if (one.column[i].value.n)
			check_formula(one.column[i].value);
	report_def_check(&one, &e);
	as_crmrc(&one.rc, &b);
	if (rc_read(&team, "g", buf_span(&b), NULL) < 0 ||
	    report_def_add(&two, &team, "r", NULL) < 0)
		abort();
	same(&one, &two);
out:
	report_def_release(&one);
	report_def_release(&two);
	rc_release(&team);
	buf_release(&b);
	err_release(&e);
	return 0;
}
