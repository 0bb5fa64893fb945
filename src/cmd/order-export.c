/* crm-order export: rows as of every record; -o ubl: an electronic invoice. */
#include <string.h>

#include "cmd/order.h"
#include "cmd/verbs.h"
#include "crm/trade/ubl.h"
#include "store/id.h"

static int
export_ubl(struct call *c, uint64_t id, struct buf *out)
{
	struct buf notes = { 0 };
	struct order o;
	char text[ID_LEN + 1];
	int r = order_load(&c->s, NULL, id, &o, &c->err);

	id_unpack(id, text);
	if (r)
		return r < 0 ? -1
			     : err_set(&c->err, ERR_NOENT, "no order %s", text);
	r = doc_compute(&c->s, &o.doc, &c->err);
	if (r == 0)
		r = ubl_invoice(&c->s, &o, out, &notes, &c->err);
	if (r)
		err_prefix(&c->err, "%s: ", text);
	if (r == 0 && notes.n)
		buf_addspan(&c->s.notes, buf_span(&notes));
	buf_release(&notes);
	order_release(&o);
	return r;
}

int
verb_order_export(struct call *c)
{
	struct targets t = { 0 };
	struct buf out = { 0 };
	int r = -1;

	if (!c->format || strcmp(c->format, "ubl") != 0)
		return verb_export(c);
	if (cli_targets(c, c->argc, c->argv, &t))
		goto out;
	if (t.n != 1) {
		err_set(&c->err, ERR_USAGE,
		    "an invoice is of one order: crm-order export ORDER -o "
		    "ubl");
		goto out;
	}
	r = export_ubl(c, t.id[0], &out);
	session_unlock(&c->s);
	if (r == 0)
		r = emit_text(buf_span(&out), &c->err);
out:
	buf_release(&out);
	targets_release(&t);
	return r;
}
