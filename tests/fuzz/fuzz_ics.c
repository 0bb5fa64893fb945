/*
 * ics: what is read of a calendar stays within its bytes and is text; a file
 * written without edits is the same bytes; and with edits what was edited reads
 * as it was set, all else as it was, its bytes too.
 *
 * The input is edits, two bytes each, until a pair of which the first is 0xff;
 * the rest is the file.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "store/ics.h"

#define MOST 16
#define TENS "0123456789"
#define LONG TENS TENS TENS TENS TENS TENS TENS TENS "="
#define NEW_COMP "BEGIN:X-NEW\nX-IN:1\nEND:X-NEW\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is to be found, once written. */
struct want {
	bool *gone;	       /* components, by index */
	struct span *value;    /* properties: {NULL, 0} is removed */
	size_t *added, *texts; /* to each component */
};

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
is_text(struct span s)
{
	must(utf8_check(s) == s.n);
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= ' ' ? s.p[i] != 0x7f
						  : s.p[i] == '\t');
}

static bool
load(struct ics *d, struct span text)
{
	struct buf b = { 0 };

	memset(d, 0, sizeof *d);
	buf_addspan(&b, text);
	if (ics_parse(d, "f", &b, NULL) == 0)
		return true;
	ics_release(d);
	return false;
}

/* Everything is within what it is in, and in order. */
static void
check_places(struct ics *d)
{
	struct buf b = { 0 };
	size_t at = 0;

	for (size_t i = 1; i < d->ncomps; i++) {
		const struct ics_comp *c = &d->comp[i];
		const struct ics_comp *in = &d->comp[c->parent];

		must(c->parent < i && c->at >= in->at && c->at < c->inner_end);
		must(c->inner_end < c->end && c->end <= in->inner_end);
		must(c->next > i && c->next <= in->next);
		must(c->prop <= c->prop_end && c->prop_end <= d->nprops);
		must(c->prop >= in->prop && c->prop_end <= in->prop_end);
		is_text(c->name);
	}
	for (size_t i = 0; i < d->nprops; i++) {
		const struct ics_prop *p = &d->prop[i];
		const struct ics_comp *in = &d->comp[p->comp];
		struct span out, list = p->value;

		must(p->at >= at && p->end > p->at && p->line > 0);
		must(p->comp > 0 && p->at > in->at && p->end <= in->inner_end);
		must(i >= in->prop && i < in->prop_end);
		at = p->end;
		is_text(p->name);
		is_text(p->params);
		is_text(p->value);
		if (ics_param(d, i, "TZID", &out))
			must(utf8_check(out) == out.n);
		while (list.n > 0)
			ics_cut(&list, ',');
		ics_unescape(&b, p->value);
		buf_reset(&b);
	}
	buf_release(&b);
}

/* The same text, entered, written and read. */
static void
check_entry(struct span text)
{
	struct buf b = { 0 }, back = { 0 }, line = { 0 };
	struct ics d;
	struct span got;

	buf_adds(&line, "BEGIN:V\r\n");
	ics_escape(&b, text);
	if (ics_line(&line, "T", span(""), buf_span(&b), true, NULL) == 0) {
		buf_adds(&line, "END:V\r\n");
		must(load(&d, buf_span(&line)) && d.nprops == 1);
		must(d.flaws == 1); /* no VCALENDAR */
		ics_unescape(&back, d.prop[0].value);
		must(memchr(text.p, '\r', text.n) ||
		     span_eq(buf_span(&back), text));
		ics_release(&d);
	}
	buf_cut(&line, strlen("BEGIN:V\r\n"));
	buf_reset(&b);
	buf_adds(&b, "A=");
	ics_param_value(&b, text);
	if (ics_line(&line, "T", buf_span(&b), span("v"), true, NULL) == 0) {
		buf_adds(&line, "END:V\r\n");
		must(load(&d, buf_span(&line)) && d.nprops == 1);
		must(ics_param(&d, 0, "A", &got));
		must(memchr(text.p, '\r', text.n) || span_eq(got, text));
		must(span_eqs(d.prop[0].value, "v"));
		ics_release(&d);
	}
	buf_release(&b);
	buf_release(&back);
	buf_release(&line);
}

/* One edit, a of the property or component b. */
static void
edit(struct ics *d, struct want *w, uint8_t a, uint8_t b)
{
	static const char *const values[] = { "", "x", "a=", "\xc3\xa4 b",
		LONG };
	struct span v = span(values[a / 8 % 5]), none = { NULL, 0 };
	size_t p = d->nprops ? b % d->nprops : 0, c = 1 + b % (d->ncomps - 1);

	switch (a % 8) {
	case 0:
	case 1:
	case 2:
		if (d->nprops &&
		    ics_replace(d, p, a % 8 ? none : span("TZID=x"), v, NULL) ==
			0)
			w->value[p] = v;
		break;
	case 3:
		if (d->nprops) {
			ics_remove(d, p);
			w->value[p] = none;
		}
		break;
	case 4:
	case 5:
		if (ics_add(d, c, "X-FUZZ", none, v, NULL) == 0)
			w->added[c]++;
		break;
	case 6:
		must(ics_add_text(d, c, span(NEW_COMP), NULL) == 0);
		w->texts[c]++;
		break;
	case 7:
		ics_remove_comp(d, c);
		for (size_t i = c; i < d->comp[c].next; i++)
			w->gone[i] = true;
		break;
	}
}

static size_t
count(const struct ics *d, size_t comp, const char *name)
{
	size_t n = 0, i = ICS_NONE;

	while ((i = ics_find(d, comp, name, i)) != ICS_NONE)
		n++;
	return n;
}

/* Component i of what was read is j of what was written. */
static void
check_comp(const struct ics *d, const struct ics *to, const struct want *w,
    size_t i, size_t j)
{
	size_t p = ICS_NONE, q = ICS_NONE, c = ICS_NONE, k = ICS_NONE;
	size_t had = count(d, i, "X-FUZZ"), n = 0;

	must(span_eq(d->comp[i].name, to->comp[j].name));
	while ((p = ics_find(d, i, NULL, p)) != ICS_NONE) {
		if (!w->value[p].p) {
			n += span_ieqs(d->prop[p].name, "X-FUZZ");
			continue;
		}
		do
			q = ics_find(to, j, NULL, q);
		while (q != ICS_NONE && had == 0 &&
		       span_ieqs(to->prop[q].name, "X-FUZZ"));
		must(q != ICS_NONE);
		if (had > 0)
			continue; /* which is which is not told */
		must(span_eq(d->prop[p].name, to->prop[q].name));
		must(span_eq(w->value[p], to->prop[q].value));
		if (w->value[p].p != d->prop[p].value.p)
			continue;
		must(span_eq(d->prop[p].params, to->prop[q].params));
		must(span_eq(span_n(d->text.p + d->prop[p].at,
				 d->prop[p].end - d->prop[p].at),
		    span_n(to->text.p + to->prop[q].at,
			to->prop[q].end - to->prop[q].at)));
	}
	must(count(to, j, "X-FUZZ") == had - n + w->added[i]);
	while ((c = ics_child(d, i, NULL, c)) != ICS_NONE) {
		if (w->gone[c])
			continue;
		k = ics_child(to, j, NULL, k);
		must(k != ICS_NONE);
		check_comp(d, to, w, c, k);
	}
	for (size_t t = 0; t < w->texts[i]; t++) {
		k = ics_child(to, j, NULL, k);
		must(k != ICS_NONE && span_eqs(to->comp[k].name, "X-NEW"));
	}
	must(ics_child(to, j, NULL, k) == ICS_NONE);
}

static void
check_edits(struct ics *d, const uint8_t *data, size_t n)
{
	struct want w = { xcalloc(d->ncomps, sizeof *w.gone),
		xcalloc(d->nprops + 1, sizeof *w.value),
		xcalloc(d->ncomps, sizeof *w.added),
		xcalloc(d->ncomps, sizeof *w.texts) };
	struct buf out = { 0 };
	struct ics to;

	for (size_t i = 0; i < d->nprops; i++)
		w.value[i] = d->prop[i].value;
	for (size_t i = 0; i + 1 < n; i += 2)
		edit(d, &w, data[i], data[i + 1]);
	ics_write(d, &out);
	must(ics_changed(d) || span_eq(buf_span(&out), buf_span(&d->text)));
	if (load(&to, buf_span(&out))) {
		check_comp(d, &to, &w, 0, 0);
		ics_release(&to);
	} else {
		/* The first is gone, or it is nested too deep now. */
		must(w.gone[1] || d->ncomps > 32);
	}
	free(w.gone);
	free(w.value);
	free(w.added);
	free(w.texts);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = { 0 };
	struct span text;
	struct ics d;
	size_t n = 0;

	while (n + 1 < size && data[n] != 0xff && n < MOST)
		n += 2;
	text = span_n((const char *)data + n, size - n);
	if (text.n > 0 && (unsigned char)text.p[0] == 0xff)
		text = span_n(text.p + 1, text.n - 1);
	check_entry(text);
	if (!load(&d, text))
		return 0;
	check_places(&d);
	ics_write(&d, &out);
	must(span_eq(buf_span(&out), text));
	buf_release(&out);
	check_edits(&d, data, n);
	ics_release(&d);
	return 0;
}
