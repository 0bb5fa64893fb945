/*
 * Choices and stages of a foreign file: found by key or label, and made, where
 * the user said so, as rows of the tables in config/.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/unicode.h"

/* What a column may hold: keys and labels. */
struct choices {
	struct span *key, *label;
	size_t n, cap;
};

static void
choice_add(struct choices *x, struct span key, struct span label)
{
	size_t cap = x->cap;

	GROW(x->key, x->n, x->cap);
	if (cap != x->cap)
		x->label = xreallocarray(x->label, x->cap, sizeof *x->label);
	x->key[x->n] = key;
	x->label[x->n++] = label;
}

static void
choices_free(struct choices *x)
{
	free(x->key);
	free(x->label);
}

/* Stages of one pipeline; "" is the default one. */
static int
load_stages(
    struct import *im, struct span pipeline, struct choices *x, struct err *e)
{
	struct config *cf;

	if (session_config(im->s, &cf, e))
		return -1;
	if (!pipeline.n)
		pipeline = config_default_pipeline(cf);
	for (size_t i = 0; i < cf->nstages; i++) {
		if (span_eq(cf->stage[i].pipeline, pipeline))
			choice_add(x, cf->stage[i].key, cf->stage[i].label);
	}
	return 0;
}

static int
load_choices(struct import *im, const struct import_column *c,
    struct span pipeline, struct choices *x, struct err *e)
{
	struct span rest;
	struct keyset k = { 0 };

	if (c->field->type == F_STAGE)
		return load_stages(im, pipeline, x, e);
	if (c->field->choices[0] == '@') {
		if (config_keys(im->s, c->field->choices + 1, &k, e))
			return -1;
		for (size_t i = 0; i < k.n; i++)
			choice_add(
			    x, k.key[i], k.label ? k.label[i] : span(""));
	} else {
		for (rest = span(c->field->choices); rest.n;)
			choice_add(
			    x, span_trim(span_cut(&rest, ';')), span(""));
	}
	for (size_t i = 0; i < c->nnew; i++)
		choice_add(x, c->new_key[i], c->new_label[i]);
	return 0;
}

/* Index of the choice that s means, or (size_t)-1: exact, then folded. */
static size_t
choice_find(const struct choices *x, struct span s)
{
	struct buf a = { 0 }, b = { 0 };
	size_t found = (size_t)-1;

	for (size_t i = 0; i < x->n && found == (size_t)-1; i++) {
		if (span_eq(x->key[i], s))
			found = i;
	}
	import_fold(&a, s);
	for (size_t i = 0; a.n && i < 2 * x->n && found == (size_t)-1; i++) {
		buf_reset(&b);
		import_fold(&b, i < x->n ? x->key[i] : x->label[i - x->n]);
		if (span_eq(buf_span(&a), buf_span(&b)))
			found = i % x->n;
	}
	buf_release(&a);
	buf_release(&b);
	return found;
}

static struct span
pipeline_of(const struct import *im, const struct import_val *v)
{
	if (v->pipeline)
		return span_n(v->raw.p, v->pipeline - 1);
	return im->pipeline_set;
}

struct span
import_val_text(const struct import_val *v)
{
	return v->pipeline
		   ? span_n(v->raw.p + v->pipeline, v->raw.n - v->pipeline)
		   : v->raw;
}

/* One choice, or several separated by ';'. */
static void
find_one(struct import *im, const struct import_column *c,
    const struct choices *x, struct import_val *v)
{
	struct span rest = import_val_text(v), one;
	struct buf out = { 0 };

	v->state = VAL_OK;
	do {
		size_t i;

		one = c->field->type == F_CHOICES
			  ? span_trim(span_cut(&rest, ';'))
			  : rest;
		i = choice_find(x, one);
		if (i == (size_t)-1) {
			v->state = VAL_UNKNOWN;
			break;
		}
		buf_addf(&out, "%s%.*s", out.n ? ";" : "", SPANF(x->key[i]));
	} while (c->field->type == F_CHOICES && rest.n);
	v->out = arena_span(&im->arena, buf_span(&out));
	buf_release(&out);
}

int
import_find_choices(struct import *im, struct import_column *c, struct err *e)
{
	struct choices x = { 0 };
	struct span last = { NULL, 0 };
	bool loaded = false;
	int r = -1;

	for (size_t i = 0; i < c->nvals; i++) {
		struct span pipe = pipeline_of(im, &c->val[i]);

		if (!loaded || !span_eq(pipe, last)) {
			choices_free(&x);
			memset(&x, 0, sizeof x);
			if (load_choices(im, c, pipe, &x, e))
				goto out;
			last = pipe;
			loaded = true;
		}
		find_one(im, c, &x, &c->val[i]);
	}
	r = 0;
out:
	choices_free(&x);
	return r;
}

int
import_known_choices(struct import *im, const struct import_column *c,
    const struct import_val *v, struct buf *known, struct buf *nearest,
    struct err *e)
{
	struct choices x = { 0 };
	/* What is taken over without a look must not be far off. */
	int far = (int)(import_val_text(v).n / 3) + 1, least = far, r = -1;

	if (load_choices(im, c, pipeline_of(im, v), &x, e))
		goto out;
	for (size_t i = 0; i < x.n; i++) {
		int d = span_distance(x.key[i], import_val_text(v), far);

		if (i < 30)
			buf_addf(
			    known, "%s%.*s", i ? ", " : "", SPANF(x.key[i]));
		if (d >= least)
			continue;
		least = d;
		buf_reset(nearest);
		buf_addspan(nearest, x.key[i]);
	}
	if (x.n > 30)
		buf_addf(known, ", ... (%zu in all)", x.n);
	r = 0;
out:
	choices_free(&x);
	return r;
}

/* --- making them --------------------------------------------------------- */

/* "Proposal/Price Quote" is proposal-price-quote. */
static struct span
slug(struct import *im, struct span s)
{
	struct buf b = { 0 };
	struct span out;
	size_t n = 0;

	uni_fold(&b, s);
	for (size_t i = 0; i < b.n; i++) {
		unsigned char c = (unsigned char)b.p[i];

		if (c >= 0x80 || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9'))
			b.p[n++] = (char)c;
		else if (n && b.p[n - 1] != '-')
			b.p[n++] = '-';
	}
	while (n && b.p[n - 1] == '-')
		n--;
	out = n ? arena_span(&im->arena, span_n(b.p, n)) : s;
	buf_release(&b);
	return out;
}

static bool
has_word(struct span s, const char *const *words)
{
	struct buf b = { 0 };
	bool found = false;

	uni_fold(&b, s);
	for (; *words && !found && b.p; words++)
		found = strstr(b.p, *words) != NULL;
	buf_release(&b);
	return found;
}

static const char *
state_of(struct span s)
{
	static const char *const won[] = { "won", "gewonnen", "gagn", NULL };
	static const char *const lost[] = { "lost", "verloren", "perdu",
		"rejected", "dead", NULL };
	static const char *const cancelled[] = { "cancel", "abandon", NULL };
	static const char *const hold[] = { "on hold", "on-hold", "paused",
		NULL };

	if (has_word(s, lost))
		return "lost";
	if (has_word(s, won))
		return "won";
	if (has_word(s, cancelled))
		return "cancelled";
	return has_word(s, hold) ? "hold" : "open";
}

/* The stage in memory, so that it is known from here on. */
static int
remember_stage(struct import *im, struct span pipeline, struct span key,
    struct span label, const char *state, struct err *e)
{
	struct config *cf;
	struct stage *st;

	if (session_config(im->s, &cf, e))
		return -1;
	cf->stage =
	    xreallocarray(cf->stage, cf->nstages + 1, sizeof *cf->stage);
	st = &cf->stage[cf->nstages];
	memset(st, 0, sizeof *st);
	st->pipeline = arena_span(&cf->arena, pipeline);
	st->key = arena_span(&cf->arena, key);
	st->label = arena_span(&cf->arena, label);
	for (int i = ST_OPEN; i <= ST_CANCELLED; i++) {
		if (!strcmp(stage_state_name((enum stage_state)i), state))
			st->state = (enum stage_state)i;
	}
	st->probability.value = st->state == ST_WON ? 100 : 0;
	for (size_t i = 0; i < cf->nstages; i++)
		st->rank += span_eq(cf->stage[i].pipeline, pipeline);
	cf->nstages++;
	return 0;
}

static int
config_row(struct import *im, const char *entity, const char *const *field,
    const struct span *value, size_t n, struct err *e)
{
	const struct entity *ent = schema_entity(&im->s->schema, span(entity));
	struct record r = { .ent = ent };
	int ret;

	if (!ent)
		return err_set(e, ERR_BUG, "no entity '%s'", entity);
	r.n = ent->nfields;
	r.value = xcalloc(r.n, sizeof *r.value);
	for (size_t i = 0; i < n; i++) {
		const struct field *f = entity_field(ent, span(field[i]));

		if (f)
			record_set(&r, f, value[i]);
	}
	ret = change_apply(im->c, NULL, &r, CHANGE_HISTORY | CHANGE_CHECKED, e);
	free(r.value);
	return ret;
}

static int
make_stage(struct import *im, struct import_val *v, struct err *e)
{
	static const char *const field[] = { "pipeline", "stage", "label",
		"state" };
	struct span text = import_val_text(v), pipe = pipeline_of(im, v);
	struct config *cf;
	const char *state = state_of(text);
	struct span value[4];

	if (session_config(im->s, &cf, e))
		return -1;
	if (!pipe.n)
		pipe = config_default_pipeline(cf);
	v->out = slug(im, text);
	value[0] = pipe;
	value[1] = v->out;
	value[2] = text;
	value[3] = span(state);
	if (remember_stage(im, pipe, v->out, text, state, e))
		return -1;
	return config_row(im, "stage", field, value, 4, e);
}

/* A row of config/sources.csv and the like: its key field, and a label. */
static int
make_row(struct import *im, struct import_column *c, struct import_val *v,
    struct err *e)
{
	const struct entity *ent =
	    schema_entity(&im->s->schema, span(c->field->choices + 1));
	const char *field[2] = { NULL, "label" };
	struct span value[2];

	for (size_t i = 0; ent && i < ent->nfields && !field[0]; i++) {
		if (ent->field[i]->flags & FIELD_KEY)
			field[0] = ent->field[i]->name;
	}
	if (!field[0])
		return err_set(e, ERR_USAGE,
		    "--create-missing %s: config/%s.csv is not a table that "
		    "rows can be added to",
		    c->field->name, c->field->choices + 1);
	v->out = slug(im, import_val_text(v));
	value[0] = v->out;
	value[1] = import_val_text(v);
	return config_row(im, ent->name, field, value, 2, e);
}

/*
 * A choice of a built-in list: the list as a row of config/fields.csv, which
 * is written once at the end (import_make_fields).
 */
static int
make_listed(struct import *im, struct import_column *c, struct import_val *v)
{
	v->out = slug(im, import_val_text(v));
	c->listed_new = true;
	(void)im;
	return 0;
}

int
import_make_choice(struct import *im, struct import_column *c,
    struct import_val *v, struct err *e)
{
	struct choices x = { 0 };
	int r = -1;

	/* "Hot" and "hot" are one. */
	if (load_choices(im, c, pipeline_of(im, v), &x, e))
		goto out;
	find_one(im, c, &x, v);
	r = 0;
	if (v->state == VAL_OK)
		goto out;
	v->state = VAL_OK;
	if (c->field->type == F_STAGE)
		r = make_stage(im, v, e);
	else if (c->field->choices[0] == '@')
		r = make_row(im, c, v, e);
	else
		r = make_listed(im, c, v);
	if (r == 0 && c->field->type != F_STAGE) {
		size_t cap = c->new_cap;

		GROW(c->new_key, c->nnew, c->new_cap);
		if (cap != c->new_cap)
			c->new_label = xreallocarray(
			    c->new_label, c->new_cap, sizeof *c->new_label);
		c->new_key[c->nnew] = v->out;
		c->new_label[c->nnew++] = import_val_text(v);
	}
	im->res->created += r == 0;
out:
	choices_free(&x);
	return r;
}

int
import_make_fields(struct import *im, struct import_column *c, struct err *e)
{
	static const char *const field[] = { "entity", "field", "choices" };
	const struct entity *ent = schema_entity(&im->s->schema, span("field"));
	struct record key = { .ent = ent, .n = ent->nfields }, before, after;
	struct span value[3];
	struct buf list = { 0 };
	int r;

	if (!c->listed_new)
		return 0;
	buf_adds(&list, c->field->choices);
	for (size_t i = 0; i < c->nnew; i++)
		buf_addf(&list, ";%.*s", SPANF(c->new_key[i]));
	value[0] = span(im->ent->name);
	value[1] = span(c->field->name);
	value[2] = arena_span(&im->arena, buf_span(&list));
	buf_release(&list);
	key.value = arena_alloc(&im->arena, key.n * sizeof *key.value);
	for (int i = 0; i < 2; i++)
		record_set(&key, entity_field(ent, span(field[i])), value[i]);
	r = change_load(im->c, ent, table_key(ent, key.value), &before, e);
	if (r < 0)
		return -1;
	if (r == 1)
		return config_row(im, "field", field, value, 3, e);
	after = change_copy(im->c, &before);
	record_set(&after, entity_field(ent, span("choices")), value[2]);
	return change_apply(
	    im->c, &before, &after, CHANGE_HISTORY | CHANGE_CHECKED, e);
}
