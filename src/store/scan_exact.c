/* The scanner's exact half: byte by byte, and every message it has. */
#include "store/scan_impl.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"

struct field {
	size_t at, n; /* with the quotes */
	bool quoted;
};

struct record {
	const char *name;
	struct span data;
	struct field *field; /* of the record read last */
	size_t n, cap;
};

/* Bytes that end a run of plain text. */
static const bool ends[256] = {
	['\0'] = true,
	['\n'] = true,
	['\r'] = true,
	['"'] = true,
	[','] = true,
};

/* Bytes of the byte order mark that data begins with. */
static size_t
scan_bom(struct span data)
{
	return data.n >= 3 && memcmp(data.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static int
fail(const struct record *r, size_t at, struct err *e, const char *what)
{
	/* A BOM is no part of line 1 to whoever counts columns. */
	const char *p = r->data.p + scan_bom(r->data), *end = r->data.p + at;
	const char *nl;
	size_t line = 1;

	while ((nl = memchr(p, '\n', (size_t)(end - p)))) {
		p = nl + 1;
		line++;
	}
	return err_set(e, ERR_DATA, "%s:%zu:%zu: %s", r->name, line,
	    (size_t)(end - p) + 1, what);
}

/* Does a line begin here that git writes where it merges text? */
static bool
is_marker(struct span data, size_t at)
{
	static const char *const marker[] = { "<<<<<<<", "=======", ">>>>>>>",
		"|||||||" };

	for (size_t i = 0; i < sizeof marker / sizeof *marker; i++)
		if (data.n - at >= 7 &&
		    memcmp(data.p + at, marker[i], 7) == 0 &&
		    (data.n - at == 7 || strchr(" \r\n", data.p[at + 7])))
			return true;
	return false;
}

static int
wrong_count(const struct record *r, size_t at, size_t want, struct err *e)
{
	char what[80];
	bool marked = is_marker(r->data, at) || is_marker(r->data, 0);

	snprintf(what, sizeof what, "%zu %s where the header has %zu",
	    r->n, plural(r->n, "field", "fields"), want);
	fail(r, at, e, what);
	return marked ? err_suffix(e,
			    ": git left a text merge here; git merge --abort "
			    "(or git checkout HEAD -- %s), then crm init",
			    r->name)
		      : -1;
}

/* Reads the quoted cell at; returns the offset behind it, 0 on failure. */
static size_t
quoted(const struct record *r, size_t at, struct err *e)
{
	const char *d = r->data.p, *q, *nul;
	size_t n = r->data.n, p = at + 1;

	for (;;) {
		q = p < n ? memchr(d + p, '"', n - p) : NULL;
		if (!q) {
			fail(r, at, e, "this quote is never closed");
			return 0;
		}
		nul = memchr(d + p, '\0', (size_t)(q - d) - p);
		if (nul) {
			fail(r, (size_t)(nul - d), e, "NUL byte");
			return 0;
		}
		p = (size_t)(q - d) + 1;
		if (p == n || d[p] != '"')
			break;
		p++;
	}
	if (p < n && d[p] && !ends[(unsigned char)d[p]]) {
		fail(r, p, e, "text behind a closing quote");
		return 0;
	}
	return p;
}

/* Reads the record at *at, which is inside data. */
static int
record(struct record *r, size_t *at, struct err *e)
{
	const char *d = r->data.p;
	size_t n = r->data.n, p = *at, start;
	bool crlf = n - p > 1 && d[p] == '\r' && d[p + 1] == '\n';

	if (d[p] == '\n' || crlf)
		return fail(r, p, e, "blank line");
	for (r->n = 0;;) {
		start = p;
		GROW(r->field, r->n, r->cap);
		r->field[r->n].quoted = p < n && d[p] == '"';
		if (r->field[r->n].quoted) {
			p = quoted(r, p, e);
			if (p == 0)
				return -1;
		} else {
			while (p < n && !ends[(unsigned char)d[p]])
				p++;
		}
		r->field[r->n].at = start;
		r->field[r->n++].n = p - start;
		if (p == n)
			break;
		if (d[p] == ',') {
			p++;
		} else if (d[p] == '\n') {
			p++;
			break;
		} else if (d[p] == '\r' && p + 1 < n && d[p + 1] == '\n') {
			p += 2;
			break;
		} else {
			return fail(r, p, e,
			    d[p] == '"' ? "quote inside a bare cell"
			    : d[p]	? "carriage return outside quotes"
					: "NUL byte");
		}
	}
	*at = p;
	return 0;
}

struct span
scan_unquote(struct scan *s, const char *p, size_t n)
{
	const char *end = p + n - 1, *q;
	char *out, *start;

	p++;
	q = memchr(p, '"', (size_t)(end - p));
	if (!q)
		return span_n(p, (size_t)(end - p));
	/*
	 * There is a bound to what one file's cells need; with room for all
	 * of it from the start, earlier cells do not move.
	 */
	if (s->scratch_cap < s->scratch_max) {
		s->scratch = xrealloc(s->scratch, s->scratch_max);
		s->scratch_cap = s->scratch_max;
	}
	start = out = s->scratch + s->nscratch;
	while (q) {
		memcpy(out, p, (size_t)(q + 1 - p));
		out += q + 1 - p;
		p = q + 2;
		q = memchr(p, '"', (size_t)(end - p));
	}
	memcpy(out, p, (size_t)(end - p));
	out += end - p;
	s->nscratch += (size_t)(out - start);
	return span_n(start, (size_t)(out - start));
}

static struct span
value(struct scan *s, const struct record *r, size_t i)
{
	const struct field *f = r->field + i;

	if (f->quoted)
		return scan_unquote(s, r->data.p + f->at, f->n);
	return span_n(r->data.p + f->at, f->n);
}

/* Names must be there and be different; few are compared the short way. */
static int
check_names(const struct scan *s, const struct record *r, struct err *e)
{
	struct strmap seen = { 0 };
	size_t i, j;
	bool added;
	int ret = -1;

	for (i = 0; i < s->nheader; i++) {
		if (s->header[i].n == 0) {
			fail(r, r->field[i].at, e, "column without a name");
			goto out;
		}
		if (s->nheader > 64) {
			strmap_add(&seen, s->header[i], i, &added);
		} else {
			for (j = 0; j < i; j++)
				if (span_eq(s->header[j], s->header[i]))
					break;
			added = j == i;
		}
		if (!added) {
			fail(r, r->field[i].at, e, "column name used twice");
			goto out;
		}
	}
	ret = 0;
out:
	strmap_release(&seen);
	return ret;
}

/* Bytes that the next file may begin with; the header's cells lie there. */
static void
keep_header(struct scan *s, struct span head)
{
	/* Without a newline it goes on elsewhere; scratch is used again. */
	if (head.p[head.n - 1] != '\n' || s->nscratch)
		return;
	buf_addspan(&s->head, head);
	for (size_t i = 0; i < s->nheader; i++)
		s->header[i].p = s->head.p + (s->header[i].p - head.p);
}

int
scan_header(struct scan *s, const char *name, struct span data, size_t *at,
    struct err *e)
{
	struct record r = { .name = name, .data = data };
	size_t i;
	int ret = -1;

	if (s->head.n && data.n >= s->head.n &&
	    memcmp(data.p, s->head.p, s->head.n) == 0) {
		*at = s->head.n;
		return 0;
	}
	buf_reset(&s->head);
	s->mapped = false;
	*at = scan_bom(data);
	s->nheader = 0;
	if (*at == data.n)
		return 0;
	if (data.p[*at] == '\n' || data.p[*at] == '\r')
		return fail(&r, *at, e, "no header");
	if (record(&r, at, e))
		goto out;
	for (i = 0; i < r.n; i++) {
		GROW(s->header, s->nheader, s->header_cap);
		s->header[s->nheader++] = value(s, &r, i);
	}
	ret = check_names(s, &r, e);
	if (!ret)
		keep_header(s, span_n(data.p, *at));
out:
	if (ret)
		s->nheader = 0;
	free(r.field);
	return ret;
}

int
scan_exact(struct scan *s, const char *name, struct span data, size_t at,
    int flags, struct err *e)
{
	struct record r = { .name = name, .data = data };
	struct span *out;
	size_t i, start;
	int ret = -1;

	for (s->nrows = 0; at < data.n; s->nrows++) {
		start = at;
		if (record(&r, &at, e))
			goto out;
		if (r.n != s->nheader) {
			wrong_count(&r, start, s->nheader, e);
			goto out;
		}
		scan_room(s, s->nrows + 1, flags);
		out = s->cell + s->nrows * s->ncells;
		for (i = 0; i < s->ncells && s->nmap < s->ncells; i++)
			out[i] = span_n("", 0);
		for (i = 0; i < s->nmap; i++)
			out[s->map[i].out] = value(s, &r, s->map[i].col);
		if (flags & SCAN_ROWS)
			s->row_at[s->nrows] = start;
	}
	ret = 0;
out:
	free(r.field);
	return ret;
}
