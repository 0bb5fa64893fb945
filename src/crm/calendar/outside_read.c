/*
 * Both versions of a file that another program changed.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/item_impl.h"
#include "crm/calendar/outside_impl.h"

void
outside_leave(struct outside *o, struct suspect *s, const char *fmt, ...)
{
	va_list ap;

	s->left = true;
	va_start(ap, fmt);
	buf_vaddf(&o->told, fmt, ap);
	va_end(ap);
	buf_addc(&o->told, '\n');
}

static void
side_release(struct side *v)
{
	buf_release(&v->raw);
	items_free(v->item);
	ics_release(&v->doc);
	free(v->thing);
	memset(v, 0, sizeof *v);
}

void
suspect_free(struct suspect *s)
{
	side_release(&s->old);
	side_release(&s->new);
	free(s->path);
	free(s);
}

/* Takes a version apart; v->raw is its bytes. */
static int
parse(struct outside *o, struct suspect *s, struct side *v, struct err *e)
{
	struct calendar *cal = o->cal;
	struct buf data = { 0 };
	int r = 0;

	buf_addspan(&data, buf_span(&v->raw));
	if (s->where.gz)
		r = archive_unpack(s->path, &data, e);
	if (r == 0)
		r = ics_parse(&v->doc, s->path, &data, e);
	if (r == 0)
		r = items_of(cal, &v->doc, s->path, &v->item, &v->n, e);
	if (r == 0)
		v->thing = xcalloc(v->n + 1, sizeof *v->thing);
	for (size_t i = 0; r == 0 && i < v->n; i++) {
		struct thing *t = &v->thing[i];

		t->of = s;
		t->item = &v->item[i];
		t->doc = &v->doc;
		t->uid = t->item->uid;
		t->id = act_id(t->uid);
		t->value = arena_alloc(&o->arena,
		    (cal->act->nfields + 1) * sizeof *t->value);
		r = item_row(t->item, &o->arena, t->value, NULL, e);
	}
	buf_release(&data);
	return r;
}

int
outside_read(struct outside *o, struct suspect *s, struct err *e)
{
	struct txn *txn = o->outer->txn;
	struct err bad = { 0 };
	enum txn_state st;
	int r;

	if (!calendar_path(span(s->path), &s->where))
		return 1;
	s->person = calendar_folder(o->cal, s->where.folder);
	if (s->person == (size_t)-1)
		return 1; /* crm check tells */
	if (txn_state(txn, s->path, &st, &bad)) {
		outside_leave(o, s, "%s", bad.msg);
		err_release(&bad);
		return 0;
	}
	if (st != TXN_EDITED)
		return 1;
	if (txn_head(txn)->hex[0]) {
		r = repo_read(txn_repo(txn), txn_head(txn), s->path,
		    &s->old.raw, e);
		if (r < 0)
			return -1;
		s->old.there = r == 0;
	}
	/* what was committed and cannot be read counts as nothing */
	if (s->old.there && parse(o, s, &s->old, &bad)) {
		err_release(&bad);
		s->old.n = 0;
	}
	r = txn_read(txn, s->path, &s->new.raw, e);
	if (r < 0)
		return -1;
	s->new.there = r == 0;
	if (s->new.there && parse(o, s, &s->new, &bad)) {
		outside_leave(o, s, "%s", bad.msg);
		err_release(&bad);
		s->new.n = 0;
	}
	return 0;
}
