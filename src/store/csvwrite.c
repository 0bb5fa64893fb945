#include "store/csvwrite.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Compared at once, by whatever instructions the machine has for that. */
typedef unsigned char bytes __attribute__((vector_size(16)));

enum { BYTES = sizeof(bytes) };

/*
 * Less than BYTES of them, some twice, the rest 0, which is not special; each
 * load is of a fixed size. n > 0.
 */
static inline bytes
few_bytes(const char *p, size_t n)
{
	uint64_t half[2] = { 0, 0 };
	uint32_t a, b;
	bytes w;

	if (n >= 8) {
		memcpy(&half[0], p, 8);
		memcpy(&half[1], p + n - 8, 8);
	} else if (n >= 4) {
		memcpy(&a, p, 4);
		memcpy(&b, p + n - 4, 4);
		half[0] = (uint64_t)a << 32 | b;
	} else {
		half[0] = (uint64_t)(unsigned char)p[0] |
			  (uint64_t)(unsigned char)p[n / 2] << 8 |
			  (uint64_t)(unsigned char)p[n - 1] << 16;
	}
	memcpy(&w, half, sizeof w);
	return w;
}

/* True where one of them has to be quoted. */
static inline bool
special(bytes w, unsigned char sep)
{
	uint64_t half[2];
	bytes found;

	found = (bytes)((w == sep) | (w == '"') | (w == '\n') | (w == '\r'));
	memcpy(half, &found, sizeof half);
	return (half[0] | half[1]) != 0;
}

static inline bool
special_at(const char *p, unsigned char sep)
{
	bytes w;

	memcpy(&w, p, sizeof w);
	return special(w, sep);
}

static inline bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
needs_quotes(struct span s, char sep)
{
	unsigned char c = (unsigned char)sep;

	if (s.n == 0)
		return false;
	if (blank(s.p[0]) || blank(s.p[s.n - 1]))
		return true;
	if (s.n < BYTES)
		return special(few_bytes(s.p, s.n), c);
	for (size_t i = 0; i + BYTES <= s.n; i += BYTES)
		if (special_at(s.p + i, c))
			return true;
	/* The last ones may overlap those before. */
	return special_at(s.p + s.n - BYTES, c);
}

/* Writes s in quotes; there is room for twice its length and 2 more. */
static char *
put_quoted(char *o, struct span s)
{
	const char *p = s.p, *end = s.p + s.n, *q;

	*o++ = '"';
	while ((q = memchr(p, '"', (size_t)(end - p)))) {
		memcpy(o, p, (size_t)(q + 1 - p));
		o += q + 1 - p;
		*o++ = '"';
		p = q + 1;
	}
	memcpy(o, p, (size_t)(end - p));
	o += end - p;
	*o++ = '"';
	return o;
}

static char *
put(char *o, struct span s, char sep)
{
	if (s.n == 0)
		return o;
	if (needs_quotes(s, sep))
		return put_quoted(o, s);
	memcpy(o, s.p, s.n);
	return o + s.n;
}

void
csv_cell(struct buf *out, struct span s, char sep)
{
	buf_grow(out, 2 * s.n + 2);
	out->n = (size_t)(put(out->p + out->n, s, sep) - out->p);
	out->p[out->n] = '\0';
}

void
csv_row(struct buf *out, const struct span *cell, size_t n, char sep)
{
	size_t i, room = 3;
	char *o;

	for (i = 0; i < n; i++)
		room += 2 * cell[i].n + 3;
	buf_grow(out, room);
	o = out->p + out->n;
	/* Unquoted it would be a blank line. */
	if (n == 1 && cell[0].n == 0) {
		*o++ = '"';
		*o++ = '"';
	}
	for (i = 0; i < n; i++) {
		if (i > 0)
			*o++ = sep;
		o = put(o, cell[i], sep);
	}
	*o++ = '\n';
	*o = '\0';
	out->n = (size_t)(o - out->p);
}
