#include "crm/labels.h"

#include <string.h>

#include "base/clock.h"
#include "crm/own.h"

static size_t
find(const struct keyset *k, struct span key)
{
	size_t i = 0;

	while (i < k->n && !span_eq(k->key[i], key))
		i++;
	return i;
}

static struct keyset
of_stages(struct session *s, struct err *e)
{
	struct keyset k = { 0 };
	struct config *c;

	if (session_config(s, &c, e))
		return k;
	k.key = arena_alloc(&c->arena, (c->nstages + 1) * sizeof *k.key);
	k.label = arena_alloc(&c->arena, (c->nstages + 1) * sizeof *k.label);
	for (size_t i = 0; i < c->nstages; i++) {
		const struct stage *st = &c->stage[i];
		size_t at = find(&k, st->key);

		if (at < k.n) {
			if (!span_eq(k.label[at], st->label))
				k.label[at] = st->key;
			continue;
		}
		k.key[k.n] = st->key;
		k.label[k.n++] = st->label;
	}
	return k;
}

struct keyset
labels_of(struct session *s, const struct field *f)
{
	bool table = f->choices && f->choices[0] == '@' &&
	    (f->type == F_CHOICE || f->type == F_CHOICES);
	struct keyset k = { 0 };
	struct err e = { 0 };

	if (f->type == F_INSTANT || f->type == F_WHEN)
		k.zone = session_own(s)->zone;
	else if (f->type == F_STAGE)
		k = of_stages(s, &e);
	else if (table && config_keys(s, f->choices + 1, &k, &e))
		memset(&k, 0, sizeof k);
	err_release(&e);
	return k;
}

static struct span
label(const struct keyset *k, struct span key)
{
	size_t i = find(k, key);

	return i < k->n && k->label[i].n ? k->label[i] : key;
}

/* 2026-11-22 10:00; a day alone, and what is neither, as it is. */
static struct span
local_time(const struct clock_zone *z, struct span v, struct buf *tmp)
{
	int64_t t;

	if (v.n == 10 || !instant_parse(v, &t))
		return v;
	buf_reset(tmp);
	instant_local(z, t, tmp);
	return buf_span(tmp);
}

struct span
labels_show(const struct keyset *k, enum field_type type, struct span v,
    struct buf *tmp)
{
	if (type == F_INSTANT || type == F_WHEN)
		return local_time(k->zone, v, tmp);
	if (!k->n || !v.n)
		return v;
	if (!memchr(v.p, ';', v.n) || find(k, v) < k->n)
		return label(k, v);
	buf_reset(tmp);
	while (v.n) {
		struct span one = span_cut(&v, ';');

		buf_addspan(tmp, label(k, one));
		if (v.n)
			buf_addc(tmp, ';');
	}
	return buf_span(tmp);
}
