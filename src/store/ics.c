#include "store/ics.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/ics_impl.h"

#define MAX_BYTES ((size_t)64 << 20)
#define MAX_DEPTH 32
#define NO_COLON "there is no ':' in this line"

/* '_' and '.' are in no standard, but in files. */
static size_t
name_length(struct span s)
{
	size_t i = 0;

	while (i < s.n && (((unsigned char)s.p[i] | 0x20u) - 'a' < 26u ||
			      (unsigned char)s.p[i] - (unsigned)'0' < 10u ||
			      s.p[i] == '-' || s.p[i] == '_' || s.p[i] == '.'))
		i++;
	return i;
}

bool
ics_is_name(struct span s)
{
	return s.n > 0 && name_length(s) == s.n;
}

/*
 * Where the value begins, behind the first ':' that is in no quotes; or,
 * where a quote stays open, behind the first of all. 0: there is none.
 */
static size_t
value_at(struct span s, size_t from, bool *open)
{
	const char *colon;
	bool quoted = false;

	for (size_t i = from; i < s.n; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == ':' && !quoted)
			return i + 1;
	}
	*open = quoted;
	colon = memchr(s.p + from, ':', s.n - from);
	return colon ? (size_t)(colon - s.p) + 1 : 0;
}

/* Cuts a line into its three parts; else what is wrong with it. */
static const char *
split(struct ics *d, const struct ics_text *l, struct ics_prop *p)
{
	struct span s = l->text;
	size_t n = name_length(s), at;
	bool open = false;

	if (n == 0 || n == s.n || (s.p[n] != ':' && s.p[n] != ';'))
		return memchr(s.p, ':', s.n) ? "this is no name of a property"
					     : NO_COLON;
	at = s.p[n] == ':' ? n + 1 : value_at(s, n, &open);
	if (at == 0)
		return NO_COLON;
	if (open)
		ics_flaw(d, l->no, "a quote (\") is not closed");
	p->name = span_n(s.p, n);
	p->params = at > n + 1 ? span_n(s.p + n + 1, at - n - 2) : span("");
	p->value = span_n(s.p + at, s.n - at);
	return NULL;
}

static size_t
offset(const struct ics_reader *r, const char *p)
{
	return (size_t)(p - r->d->text.p);
}

static int
begin(struct ics_reader *r, const struct ics_text *l, struct span name)
{
	struct ics *d = r->d;
	struct ics_comp *c;

	if (r->depth == MAX_DEPTH)
		return ics_bad(
		    r, l->no, "components are nested more than 32 deep");
	if (r->depth == 0 && !span_ieqs(name, "VCALENDAR"))
		ics_flaw(d, l->no, "a component outside of VCALENDAR");
	GROW(d->comp, d->ncomps, d->comp_cap);
	c = &d->comp[d->ncomps];
	memset(c, 0, sizeof *c);
	c->name = name;
	c->parent = r->comp;
	c->at = offset(r, l->at);
	c->line = l->no;
	c->prop = d->nprops;
	r->comp = d->ncomps++;
	r->depth++;
	return 0;
}

static void
leave(struct ics *d, size_t comp, size_t inner_end, size_t end)
{
	struct ics_comp *c = &d->comp[comp];

	c->inner_end = inner_end;
	c->end = end;
	c->next = d->ncomps;
	c->prop_end = d->nprops;
}

static int
finish(struct ics_reader *r, const struct ics_text *l, struct span name)
{
	const struct ics_comp *c = &r->d->comp[r->comp];

	if (r->depth == 0)
		return err_set(r->e, ERR_DATA,
		    "%s:%zu: END:%.*s without a BEGIN", r->d->path, l->no,
		    SPANF(name));
	if (!span_ieq(c->name, name))
		return err_set(r->e, ERR_DATA,
		    "%s:%zu: END:%.*s, but what is open is BEGIN:%.*s in line "
		    "%zu",
		    r->d->path, l->no, SPANF(name), SPANF(c->name), c->line);
	leave(r->d, r->comp, offset(r, l->at), offset(r, l->end));
	r->comp = c->parent;
	r->depth--;
	return 0;
}

/* Most lines are neither BEGIN nor END, and the length tells. */
static bool
is_word(struct span s, struct span word)
{
	return s.n == word.n && span_ieq(s, word);
}

static int
on_line(struct ics_reader *r, const struct ics_text *l)
{
	struct ics *d = r->d;
	struct ics_prop *p;
	const char *what;

	GROW(d->prop, d->nprops, d->prop_cap);
	p = &d->prop[d->nprops];
	what = split(d, l, p);
	if (!what && is_word(p->name, span_n("BEGIN", 5)))
		return begin(r, l, span_trim(p->value));
	if (d->ncomps == 1)
		return ics_bad(r, l->no,
		    "this is no calendar: it does not begin with "
		    "BEGIN:VCALENDAR");
	if (!what && is_word(p->name, span_n("END", 3)))
		return finish(r, l, span_trim(p->value));
	if (r->depth == 0)
		what = "a line outside of every component";
	if (what) {
		ics_flaw(d, l->no, what);
		return 0;
	}
	p->at = offset(r, l->at);
	p->end = offset(r, l->end);
	p->line = l->no;
	p->comp = r->comp;
	d->nprops++;
	return 0;
}

/* What the bytes themselves tell. Lines begin at r->p. */
static int
start(struct ics_reader *r)
{
	struct span t = buf_span(&r->d->text);
	const char *nl = memchr(t.p, '\n', t.n);

	if (t.n > MAX_BYTES)
		return ics_bad(r, 1, "more than 64 MiB");
	if (span_starts(t, span("\xff\xfe")) ||
	    span_starts(t, span("\xfe\xff")))
		return ics_bad(
		    r, 1, "this is UTF-16; a calendar has to be UTF-8");
	if (!nl && memchr(t.p, '\r', t.n))
		return ics_bad(r, 1, "lines end in CR alone; they need a LF");
	r->d->crlf = nl && nl > t.p && nl[-1] == '\r';
	r->p = t.p + (span_starts(t, span("\xef\xbb\xbf")) ? 3 : 0);
	r->end = t.p + t.n;
	return 0;
}

int
ics_parse(struct ics *d, const char *path, struct buf *data, struct err *e)
{
	struct ics_reader r = { .d = d, .e = e };
	struct ics_text l;
	int rc;

	d->text = *data;
	memset(data, 0, sizeof *data);
	buf_adds(&d->text, ""); /* so that p is not NULL */
	d->path = xstrdup(path);
	GROW(d->comp, d->ncomps, d->comp_cap);
	memset(d->comp, 0, sizeof *d->comp);
	d->comp->name = span("");
	d->ncomps = 1;
	if (start(&r))
		return -1;
	while ((rc = ics_read_line(&r, &l)) > 0)
		if (on_line(&r, &l))
			return -1;
	if (rc < 0)
		return -1;
	if (r.depth > 0)
		return err_set(e, ERR_DATA,
		    "%s:%zu: BEGIN:%.*s has no END; the file may be cut off",
		    path, d->comp[r.comp].line, SPANF(d->comp[r.comp].name));
	if (d->ncomps == 1)
		return ics_bad(&r, 1, "there is no BEGIN:VCALENDAR");
	leave(d, 0, d->text.n, d->text.n);
	return 0;
}

void
ics_release(struct ics *d)
{
	buf_release(&d->text);
	free(d->path);
	free(d->comp);
	free(d->prop);
	free(d->edit);
	arena_release(&d->arena);
	memset(d, 0, sizeof *d);
}
