/*
 * What hooks are told besides the record that changed: whoever hears of an
 * order has its lines and its customer, as they stand at the end of the change.
 */
#include <stdlib.h>
#include <string.h>

#include "crm/change/hook_impl.h"
#include "store/id.h"

void
hook_record(struct json *j, const struct record *r)
{
	if (!r) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	for (size_t i = 0; i < r->n; i++)
		if (r->value[i].n) {
			json_key(j, span(r->ent->field[i]->name));
			json_str(j, r->value[i]);
		}
	json_close(j, '}');
}

static int
position_cmp(const void *a, const void *b)
{
	const struct record *x = a, *y = b;
	int64_t i = 0, k = 0;

	(void)span_int(record_get(x, "position"), &i);
	(void)span_int(record_get(y, "position"), &k);
	if (i != k)
		return i < k ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static int
add_lines(struct changes *c, const char *lines, uint64_t id, struct buf *out,
    struct err *e)
{
	struct json j = { .out = out };
	struct record *line;
	size_t n;

	if (change_beside(c, schema_entity(&c->s->schema, span(lines)), id,
		&line, &n, e))
		return -1;
	if (n)
		qsort(line, n, sizeof *line, position_cmp);
	buf_adds(out, ",\"lines\":");
	json_open(&j, '[');
	for (size_t i = 0; i < n; i++)
		hook_record(&j, &line[i]);
	json_close(&j, ']');
	return 0;
}

/* The record that a reference of r names, under that name. */
static int
add_named(struct changes *c, const struct record *r, const char *field,
    struct buf *out, struct err *e)
{
	const struct field *f = entity_field(r->ent, span(field));
	uint64_t id = id_pack(record_at(r, f));
	struct json j = { .out = out };
	struct record to;
	int ret;

	if (!id)
		return 0;
	ret = change_load(
	    c, schema_entity(&c->s->schema, span(f->ref)), id, &to, e);
	if (ret)
		return ret < 0 ? -1 : 0;
	buf_addf(out, ",\"%s\":", field);
	hook_record(&j, &to);
	return 0;
}

int
hook_details(struct changes *c, struct span entity, uint64_t id,
    struct buf *out, struct err *e)
{
	static const struct {
		const char *entity, *lines, *named[4];
	} known[] = {
		{ "order", "order-line", { "account", "contact", "owner" } },
		{ "quote", "quote-line", { "account", "contact", "owner" } },
		{ "delivery", NULL, { "order", "line" } },
		{ "payment", NULL, { "order" } },
	};
	struct record r;
	size_t at = 0;
	int ret;

	while (at < sizeof known / sizeof *known &&
	    !span_eqs(entity, known[at].entity))
		at++;
	if (at == sizeof known / sizeof *known)
		return 0;
	if (known[at].lines && add_lines(c, known[at].lines, id, out, e))
		return -1;
	ret = change_load(
	    c, schema_entity(&c->s->schema, entity), id, &r, e);
	for (size_t i = 0; ret == 0 && known[at].named[i]; i++)
		ret = add_named(c, &r, known[at].named[i], out, e);
	return ret < 0 ? -1 : 0;
}
