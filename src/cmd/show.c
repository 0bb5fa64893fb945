/* show: one record for people, or rows for machines. */
#include <string.h>

#include "base/money.h"
#include "cmd/list_impl.h"
#include "cmd/order.h"
#include "cmd/quote.h"
#include "cmd/verbs.h"
#include "crm/labels.h"

/* One record for people: a line per field that is filled. */
struct showing {
	struct emit *em;
	const struct entity *ent;
	const struct emit_column *col; /* of the fields shown: their labels */
	bool computed; /* these, too */
};

static bool
is_shown(const struct showing *s, const struct field *f)
{
	return !(f->flags & (FIELD_HIDDEN | FIELD_ASKED)) &&
	    (s->computed || !(f->flags & FIELD_VIRTUAL));
}

/* A value as people read it: a line of a note each, amounts grouped. */
static int
show_value(struct emit *em, const struct field *f,
    const struct keyset *labels, struct span v, struct err *e)
{
	struct span row[2] = { span(f->label ? f->label : f->name), v };
	struct buf b = { 0 }, shown = { 0 };
	struct dec d;
	int r = 0;

	v = labels_show(labels, f->type, v, &shown);
	if ((f->type == F_MONEY || f->type == F_DECIMAL) && dec_parse(v, &d)) {
		if (f->type == F_DECIMAL && !(f->flags & FIELD_PRICE))
			d.value = dec_trim(d, 0, &d.scale);
		dec_format_grouped(&b, d.value, d.scale);
		row[1] = buf_span(&b);
		r = emit_row(em, row, 2, e);
	} else {
		while (r == 0 && v.n) {
			row[1] = span_cut(&v, '\n');
			r = emit_row(em, row, 2, e);
			row[0] = span("");
		}
	}
	buf_release(&b);
	buf_release(&shown);
	return r;
}

static int
show_row(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct showing *s = ctx;
	const struct entity *ent = s->ent;
	size_t at = 0;

	for (size_t i = 0; i < ent->nfields && at < n; i++) {
		const struct field *f = ent->field[i];

		if (!is_shown(s, f))
			continue;
		if (show_value(s->em, f, &s->col[at].labels, cell[at], e))
			return -1;
		at++;
	}
	return 0;
}

int
show_record(struct call *c, uint64_t id, bool computed)
{
	static const struct emit_column two[] = { { .name = "field" },
		{ .name = "value", .wrap = true } };
	struct emit_options o = { .format = c->format };
	struct query *q = query_new(&c->s, c->ent);
	struct columns k = { 0 };
	struct showing s = { .ent = c->ent, .computed = computed };
	int r = -1;

	query_ids(q, &id, 1);
	if (query_learn(q, &c->err))
		goto out;
	for (size_t i = 0; i < c->ent->nfields; i++)
		if (is_shown(&s, c->ent->field[i]) &&
		    columns_add(c, q, &k, span(c->ent->field[i]->name), true))
			goto out;
	s.col = k.emit;
	if (emit_open(&s.em, &o, two, 2, &c->err))
		goto out;
	r = query_stream(q, k.path, k.label, k.n, show_row, &s, &c->err);
	if (r == 0)
		r = cli_show_documents(c, s.em, id);
	r = emit_end(s.em, r, NULL, &c->err);
out:
	columns_release(&k);
	query_free(q);
	return r;
}

/* Those that are more than their fields, and all others. */
static int
show_whole(struct call *c, uint64_t id)
{
	static const struct {
		const char *entity;
		int (*show)(struct call *c, uint64_t id);
	} own[] = { { "quote", quote_show }, { "order", order_show } };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strcmp(c->ent->name, own[i].entity) == 0)
			return own[i].show(c, id);
	return show_record(c, id, true);
}

int
verb_show(struct call *c)
{
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	struct wanted w = { .columns = c->columns, .sort = c->sort };
	struct targets t = { 0 };
	struct query *q = NULL;
	int r = -1;

	if (cli_targets(c, c->argc, c->argv, &t))
		goto out;
	if (!emit_is_machine(&o) && !emit_wants_ids(&o) && !c->columns) {
		r = 0;
		for (size_t i = 0; r == 0 && i < t.n; i++)
			r = show_whole(c, t.id[i]) || show_records(c, t.id[i])
			    ? -1
			    : 0;
		goto out;
	}
	q = query_new(&c->s, c->ent);
	query_ids(q, t.id, t.n);
	r = list_query(c, q, &w, true, NULL);
out:
	query_free(q);
	targets_release(&t);
	return r;
}
