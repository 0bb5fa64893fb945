#include "store/schema.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/id.h"

/* Longer column names are kept in files but are no fields. */
enum { NAME_MAX_LEN = 256 };

/* Names are looked up in lower case; the first of equal ones stands. */
static void
index_name(struct entity *e, const struct field *f)
{
	struct span name = span(f->name);
	char lower[NAME_MAX_LEN];
	bool added;

	if (name.n > sizeof lower)
		return;
	for (size_t i = 0; i < name.n; i++)
		lower[i] = (char)tolower((unsigned char)name.p[i]);
	if (memcmp(lower, name.p, name.n) != 0)
		name.p = arena_dup(&e->arena, lower, name.n);
	strmap_add(&e->by_name, name, f->index, &added);
}

/* Its own fields are made of what it begins with. */
static struct entity *
ready(struct entity *e)
{
	struct field *f;

	if (e->nfields || !e->nown)
		return e;
	f = arena_alloc(&e->arena, e->nown * sizeof *f);
	memcpy(f, e->own, e->nown * sizeof *f);
	e->field = xcalloc(e->nown, sizeof *e->field);
	e->cap = e->nown;
	for (size_t i = 0; i < e->nown; i++) {
		f[i].index = i;
		e->field[i] = &f[i];
		index_name(e, &f[i]);
	}
	e->nfields = e->nown;
	return e;
}

struct entity *
schema_at(const struct schema *s, size_t i)
{
	return ready(s->entity[i]);
}

struct entity *
schema_entity(const struct schema *s, struct span name)
{
	for (size_t i = 0; i < s->n; i++) {
		struct entity *e = s->entity[i];

		if (span_ieqs(name, e->name) || span_ieqs(name, e->plural) ||
		    span_eqs(name, e->path))
			return ready(e);
	}
	return NULL;
}

struct entity *
schema_letter(const struct schema *s, char letter)
{
	for (size_t i = 0; letter && i < s->n; i++) {
		if (s->entity[i]->letter == letter)
			return schema_at(s, i);
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

/* "/PERSON/FOLDER/NAME.ics", or .ics.gz. */
static bool
is_item(struct span rest)
{
	size_t slashes = 0;

	for (size_t i = 0; i < rest.n; i++)
		slashes += rest.p[i] == '/';
	if (rest.n > 7 && memcmp(rest.p + rest.n - 3, ".gz", 3) == 0)
		rest.n -= 3;
	return slashes == 3 && rest.n > 5 && rest.p[0] == '/' &&
	       memcmp(rest.p + rest.n - 4, ".ics", 4) == 0;
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
		if (e->layout == LAYOUT_CALENDAR
			? is_item(rest)
		    : e->layout == LAYOUT_SINGLE
			? span_eqs(rest, ".csv")
			: is_shaped(rest, "/9999/99.csv") ||
			      is_shaped(rest, "/9999/99/x.csv") ||
			      is_shaped(rest, "/9999/99/xx.csv"))
			return ready(e);
	}
	return NULL;
}

struct field *
entity_field(const struct entity *e, struct span name)
{
	char lower[NAME_MAX_LEN];
	size_t at;

	if (name.n > sizeof lower)
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		lower[i] = (char)tolower((unsigned char)name.p[i]);
	at = strmap_get(&e->by_name, span_n(lower, name.n));
	return at == (size_t)-1 ? NULL : e->field[at];
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
	if (!e->label)
		copy->label = e->name;
	if (!e->plural)
		copy->plural = e->name;
	GROW(s->entity, s->n, s->cap);
	s->entity[s->n++] = copy;
	return copy;
}

struct field *
schema_add_field(struct schema *s, struct entity *e, const struct field *f)
{
	struct field *copy = arena_alloc(&s->arena, sizeof *copy);

	ready(e);
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
	index_name(e, copy);
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

/* dir/2026/11 and then rest; an import does this for every row. */
static char *
month_path(char *out, const char *dir, int year, int month)
{
	size_t n = strlen(dir);

	if (n > PATH_CAP - 32)
		n = PATH_CAP - 32;
	memcpy(out, dir, n);
	out += n;
	*out++ = '/';
	for (int d = 1000; d > 0; d /= 10)
		*out++ = (char)('0' + year / d % 10);
	*out++ = '/';
	*out++ = (char)('0' + month / 10);
	*out++ = (char)('0' + month % 10);
	return out;
}

int
entity_paths(const struct entity *e, uint64_t id, char path[3][PATH_CAP])
{
	int year = id_year(id), month = id_month(id);
	char text[ID_LEN + 1], *end;

	if (e->layout == LAYOUT_CALENDAR)
		return 0;
	if (e->layout == LAYOUT_SINGLE) {
		snprintf(path[0], PATH_CAP, "%s.csv", e->path);
		return 1;
	}
	id_unpack(id, text);
	memcpy(month_path(path[0], e->path, year, month), ".csv", 5);
	for (size_t n = 1; n <= 2; n++) {
		end = month_path(path[n], e->path, year, month);
		*end++ = '/';
		memcpy(end, text + ID_LEN - 8, n);
		memcpy(end + n, ".csv", 5);
	}
	return 3;
}

void
schema_release(struct schema *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->entity[i]->field);
		strmap_release(&s->entity[i]->by_name);
		arena_release(&s->entity[i]->arena);
	}
	free(s->entity);
	arena_release(&s->arena);
	memset(s, 0, sizeof *s);
}
