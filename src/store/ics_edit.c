/* ics_edit: changes, kept as lines in the place of bytes of the file. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/ics_impl.h"

static struct ics_edit *
push(struct ics *d, enum ics_edit_kind kind, size_t comp, size_t at, size_t end)
{
	struct ics_edit *x;

	GROW(d->edit, d->nedits, d->edit_cap);
	x = &d->edit[d->nedits++];
	memset(x, 0, sizeof *x);
	x->kind = kind;
	x->comp = comp;
	x->prop = ICS_NONE;
	x->at = at;
	x->end = end;
	return x;
}

/* What was done to a property that was there; void where nothing was yet. */
static struct ics_edit *
edit_of(struct ics *d, size_t prop)
{
	const struct ics_prop *p = &d->prop[prop];
	struct ics_edit *x;

	for (size_t i = 0; i < d->nedits; i++)
		if (d->edit[i].prop == prop)
			return &d->edit[i];
	x = push(d, ICS_VOID, p->comp, p->at, p->end);
	x->prop = prop;
	x->name = p->name;
	x->params = p->params;
	return x;
}

/* The lines of an edit; what its arguments point to may go away. */
static int
set_lines(struct ics *d, struct ics_edit *x, enum ics_edit_kind kind,
    struct span params, struct span value, bool crlf, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	if (!params.p)
		params = x->params;
	rc = ics_line_span(&b, x->name, params, value, crlf, e);
	if (rc == 0) {
		x->kind = kind;
		x->params = arena_span(&d->arena, params);
		x->lines = arena_span(&d->arena, buf_span(&b));
	}
	buf_release(&b);
	return rc;
}

int
ics_replace(struct ics *d, size_t prop, struct span params, struct span value,
    struct err *e)
{
	const struct ics_prop *p = &d->prop[prop];
	struct ics_edit *x;
	bool crlf;

	if (!value.p) {
		ics_remove(d, prop);
		return 0;
	}
	x = edit_of(d, prop);
	if (span_eq(params.p ? params : x->params, p->params) &&
	    span_eq(value, p->value)) {
		x->kind = ICS_VOID;
		x->params = p->params;
		return 0;
	}
	crlf = p->end - p->at >= 2 && d->text.p[p->end - 2] == '\r';
	return set_lines(d, x, ICS_REPLACE, params, value, crlf, e);
}

void
ics_remove(struct ics *d, size_t prop)
{
	struct ics_edit *x = edit_of(d, prop);

	x->kind = ICS_REPLACE;
	x->params = d->prop[prop].params;
	x->lines = span("");
}

static bool
is_added(const struct ics_edit *x, size_t comp, struct span name)
{
	return x->kind == ICS_ADD && x->comp == comp && span_ieq(x->name, name);
}

/* Removes every property of that name. */
static void
clear(struct ics *d, size_t comp, const char *name)
{
	size_t p = ICS_NONE;

	while ((p = ics_find(d, comp, name, p)) != ICS_NONE)
		ics_remove(d, p);
	for (size_t i = 0; i < d->nedits; i++)
		if (is_added(&d->edit[i], comp, span(name)))
			d->edit[i].kind = ICS_VOID;
}

int
ics_set(struct ics *d, size_t comp, const char *name, struct span params,
    struct span value, struct err *e)
{
	size_t p = ics_find(d, comp, name, ICS_NONE);

	if (!value.p) {
		clear(d, comp, name);
		return 0;
	}
	if (p != ICS_NONE)
		return ics_replace(d, p, params, value, e);
	for (size_t i = 0; i < d->nedits; i++)
		if (is_added(&d->edit[i], comp, span(name)))
			return set_lines(
			    d, &d->edit[i], ICS_ADD, params, value, d->crlf, e);
	return ics_add(d, comp, name, params, value, e);
}

/* Behind the others of its name, else behind all properties at the start. */
static size_t
place_of(const struct ics *d, size_t comp, const char *name)
{
	size_t p = ICS_NONE, last = ICS_NONE, child;

	while ((p = ics_find(d, comp, name, p)) != ICS_NONE)
		last = p;
	if (last != ICS_NONE)
		return d->prop[last].end;
	child = ics_child(d, comp, NULL, ICS_NONE);
	return child == ICS_NONE ? d->comp[comp].inner_end : d->comp[child].at;
}

int
ics_add(struct ics *d, size_t comp, const char *name, struct span params,
    struct span value, struct err *e)
{
	struct span n = span(name);
	struct ics_edit *x;
	size_t at;

	if (comp == 0)
		return err_set(e, ERR_BUG, "%s: %s outside of every component",
		    d->path, name);
	if (span_ieqs(n, "BEGIN") || span_ieqs(n, "END"))
		return err_set(
		    e, ERR_BUG, "%s: %s is no property", d->path, name);
	at = place_of(d, comp, name);
	x = push(d, ICS_VOID, comp, at, at);
	x->name = arena_span(&d->arena, n);
	x->params = span("");
	return set_lines(d, x, ICS_ADD, params, value, d->crlf, e);
}

/* Components and nothing else, neither between them nor behind. */
static int
check_lines(struct span lines, struct err *e)
{
	struct buf b = { 0 };
	struct ics d = { 0 };
	size_t c = ICS_NONE, at = 0;
	int rc;

	buf_addspan(&b, lines);
	rc = ics_parse(&d, "what is to be added", &b, e);
	while (rc == 0 && (c = ics_child(&d, 0, NULL, c)) != ICS_NONE) {
		if (d.comp[c].at != at)
			break;
		at = d.comp[c].end;
	}
	if (rc == 0 && (at < lines.n || lines.p[at - 1] != '\n'))
		rc = err_set(e, ERR_DATA,
		    "%s: there is more than components, or no end of the last "
		    "line",
		    d.path);
	ics_release(&d);
	return rc;
}

int
ics_add_text(struct ics *d, size_t comp, struct span lines, struct err *e)
{
	size_t at = d->comp[comp].inner_end;

	if (check_lines(lines, e))
		return -1;
	push(d, ICS_TEXT, comp, at, at)->lines = arena_span(&d->arena, lines);
	return 0;
}

void
ics_remove_comp(struct ics *d, size_t comp)
{
	const struct ics_comp *c = &d->comp[comp];

	push(d, ICS_CUT, comp, c->at, c->end);
}

bool
ics_changed(const struct ics *d)
{
	for (size_t i = 0; i < d->nedits; i++)
		if (d->edit[i].kind != ICS_VOID)
			return true;
	return false;
}

/*
 * By place; at the same one properties are added first, then components, and
 * what stands there comes after them. All else as it was asked for.
 */
static int
by_place(const void *a, const void *b)
{
	const struct ics_edit *x = *(const struct ics_edit *const *)a;
	const struct ics_edit *y = *(const struct ics_edit *const *)b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x < y ? -1 : x > y;
}

void
ics_write(const struct ics *d, struct buf *out)
{
	const struct ics_edit **x = xcalloc(d->nedits + 1, sizeof *x);
	size_t n = 0, at = 0;

	for (size_t i = 0; i < d->nedits; i++)
		if (d->edit[i].kind != ICS_VOID)
			x[n++] = &d->edit[i];
	qsort(x, n, sizeof *x, by_place);
	for (size_t i = 0; i < n; i++) {
		if (x[i]->at < at) /* in a component that was removed */
			continue;
		buf_add(out, d->text.p + at, x[i]->at - at);
		at = x[i]->end;
		/* Only the last line of a file can be without its end. */
		if (x[i]->at == d->text.n && out->n > 0 &&
		    out->p[out->n - 1] != '\n')
			buf_adds(out, d->crlf ? "\r\n" : "\n");
		buf_addspan(out, x[i]->lines);
	}
	buf_add(out, d->text.p + at, d->text.n - at);
	free(x);
}
