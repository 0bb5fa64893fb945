#include "store/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/id.h"

struct entity *
schema_entity(const struct schema *s, struct span name)
{
	for (size_t i = 0; i < s->n; i++) {
		struct entity *e = s->entity[i];

		if (span_ieqs(name, e->name) || span_ieqs(name, e->plural) ||
		    span_eqs(name, e->path))
			return e;
	}
	return NULL;
}

struct entity *
schema_letter(const struct schema *s, char letter)
{
	for (size_t i = 0; letter && i < s->n; i++) {
		if (s->entity[i]->letter == letter)
			return s->entity[i];
	}
	return NULL;
}

/* One per letter of the pattern: 9 a decimal digit, x a base32 digit. */
static bool
is_shaped(struct span s, const char *pattern)
{
	size_t n = strlen(pattern);

	if (s.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s.p[i];
		bool digit = c >= '0' && c <= '9';

		if (pattern[i] == '9' ? !digit
		    : pattern[i] == 'x'
			? !digit && !(c >= 'a' && c <= 'z' && c != 'i' &&
					c != 'l' && c != 'o' && c != 'u')
			: c != pattern[i])
			return false;
	}
	return true;
}

struct entity *
schema_path(const struct schema *s, const char *path)
{
	for (size_t i = 0; i < s->n; i++) {
		struct entity *e = s->entity[i];
		struct span rest = span(path), base = span(e->path);

		if (!span_starts(rest, base))
			continue;
		rest = span_n(rest.p + base.n, rest.n - base.n);
		if (e->layout == LAYOUT_SINGLE
			? span_eqs(rest, ".csv")
			: is_shaped(rest, "/9999/99.csv") ||
			      is_shaped(rest, "/9999/99/x.csv") ||
			      is_shaped(rest, "/9999/99/xx.csv"))
			return e;
	}
	return NULL;
}

struct field *
entity_field(const struct entity *e, struct span name)
{
	for (size_t i = 0; i < e->nfields; i++) {
		if (span_ieqs(name, e->field[i]->name))
			return e->field[i];
	}
	return NULL;
}

void
entity_suggest(const struct entity *e, struct span name, struct buf *out)
{
	int max = name.n < 4 ? 1 : name.n < 8 ? 2 : 3, best = max + 1;
	int found = 0;

	for (size_t i = 0; i < e->nfields; i++) {
		int d = span_distance(name, span(e->field[i]->name), max);

		if (d < best)
			best = d;
	}
	for (size_t i = 0; best <= max && i < e->nfields && found < 3; i++) {
		const char *have = e->field[i]->name;

		if (span_distance(name, span(have), max) != best)
			continue;
		buf_addf(out, "%s'%s'", found++ ? ", " : "", have);
	}
}

static const char *
keep(struct arena *a, const char *s)
{
	return s ? arena_dup(a, s, strlen(s)) : NULL;
}

struct entity *
schema_add(struct schema *s, const struct entity *e)
{
	struct entity *copy = arena_alloc(&s->arena, sizeof *copy);

	*copy = *e;
	copy->name = keep(&s->arena, e->name);
	copy->label = keep(&s->arena, e->label ? e->label : e->name);
	copy->plural = keep(&s->arena, e->plural ? e->plural : e->name);
	copy->path = keep(&s->arena, e->path);
	copy->dates = keep(&s->arena, e->dates);
	copy->field = NULL;
	copy->nfields = copy->cap = 0;
	GROW(s->entity, s->n, s->cap);
	s->entity[s->n++] = copy;
	return copy;
}

struct field *
schema_add_field(struct schema *s, struct entity *e, const struct field *f)
{
	struct field *copy = arena_alloc(&s->arena, sizeof *copy);

	*copy = *f;
	copy->name = keep(&s->arena, f->name);
	copy->label = keep(&s->arena, f->label);
	copy->ref = keep(&s->arena, f->ref);
	copy->choices = keep(&s->arena, f->choices);
	copy->dflt = keep(&s->arena, f->dflt);
	copy->synonyms = keep(&s->arena, f->synonyms);
	copy->stage = keep(&s->arena, f->stage);
	copy->index = e->nfields;
	GROW(e->field, e->nfields, e->cap);
	e->field[e->nfields++] = copy;
	return copy;
}

void
schema_learn(
    struct schema *s, struct entity *e, const struct span *header, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct field f = { .type = F_TEXT, .flags = FIELD_FOUND };
		char *name;

		if (entity_field(e, header[i]))
			continue;
		name = span_dup(header[i]);
		f.name = name;
		schema_add_field(s, e, &f);
		free(name);
	}
}

int
entity_paths(const struct entity *e, uint64_t id, char path[3][PATH_CAP])
{
	int year = id_year(id), month = id_month(id);
	char text[ID_LEN + 1];

	if (e->layout == LAYOUT_SINGLE) {
		snprintf(path[0], PATH_CAP, "%s.csv", e->path);
		return 1;
	}
	id_unpack(id, text);
	snprintf(path[0], PATH_CAP, "%s/%04d/%02d.csv", e->path, year, month);
	for (int n = 1; n <= 2; n++)
		snprintf(path[n], PATH_CAP, "%s/%04d/%02d/%.*s.csv", e->path,
		    year, month, n, text + ID_LEN - 8);
	return 3;
}

void
schema_release(struct schema *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->entity[i]->field);
	free(s->entity);
	arena_release(&s->arena);
	memset(s, 0, sizeof *s);
}
