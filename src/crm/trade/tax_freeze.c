/* Tax classes of what was issued, as text in the document itself. */
#include <string.h>

#include "crm/trade/tax.h"

enum { KEY, PART, CODE, REASON, LABEL, COMPOUND, RATE, CELLS };

/* What would end a cell becomes a space. */
static void
add_cell(struct buf *out, struct span v)
{
	for (size_t i = 0; i < v.n; i++)
		buf_addc(out, (unsigned char)v.p[i] < ' ' ? ' ' : v.p[i]);
	buf_addc(out, '\t');
}

int
tax_freeze(struct session *s, const struct tax_class *t, size_t n,
    int32_t day, struct buf *out, struct err *e)
{
	struct tax_class dflt;

	if (tax_class_of(s, span(""), day, &dflt, e))
		return -1;
	buf_adds(out, dflt.key.n ? "default\t" : "exempt");
	buf_addspan(out, dflt.key);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < t[i].n; k++) {
			const struct tax_part *p = &t[i].part[k];

			buf_addc(out, '\n');
			add_cell(out, t[i].key);
			add_cell(out, p->name);
			add_cell(out, t[i].code);
			add_cell(out, t[i].reason);
			add_cell(out, p->label);
			add_cell(out, span(p->compound ? "yes" : "no"));
			/* last, and never empty: ends of texts are trimmed */
			dec_format(out, p->rate.value, p->rate.scale);
			while (out->p[out->n - 1] == '0' && p->rate.scale > 0 &&
			    out->p[out->n - 2] != '.')
				buf_cut(out, out->n - 1);
		}
	}
	return 0;
}

static int
add_part(struct span line, const struct span cell[CELLS],
    struct tax_class *out, struct err *e)
{
	struct tax_part *p = &out->part[out->n];
	int64_t rate;

	if (out->n == TAX_PARTS || !dec_units(cell[RATE], 4, &rate) || rate < 0)
		return err_set(e, ERR_DATA, "issued_rates: '%.*s' is no tax",
		    SPANF(line));
	out->n++;
	out->key = cell[KEY];
	out->code = cell[CODE];
	out->reason = cell[REASON];
	p->name = cell[PART];
	p->label = cell[LABEL];
	p->compound = span_eqs(cell[COMPOUND], "yes");
	p->rate = (struct dec){ rate, 4 };
	return 0;
}

int
tax_frozen(struct span text, struct span key, struct tax_class *out,
    struct err *e)
{
	struct span first = span_cut(&text, '\n');
	bool exempt = span_eqs(first, "exempt");

	memset(out, 0, sizeof *out);
	if (!key.n) {
		(void)span_cut(&first, '\t');
		if (exempt)
			return 0;
		key = first;
	}
	while (text.n) {
		struct span line = span_cut(&text, '\n'), rest = line;
		struct span cell[CELLS];

		for (size_t i = 0; i < CELLS; i++)
			cell[i] = span_cut(&rest, '\t');
		if (span_eq(cell[KEY], key) &&
		    add_part(line, cell, out, e))
			return -1;
	}
	if (out->n)
		return 0;
	return err_set(e, ERR_DATA, "issued_rates: there is no tax '%.*s'",
	    SPANF(key));
}
