#include "store/csvwrite.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const uint64_t ones = 0x0101010101010101u;

/* Has a high bit set where a byte of w is zero (and maybe above the first). */
static inline uint64_t
zero_byte(uint64_t w)
{
	return (w - ones) & ~w & ones << 7;
}

/* True where one of the 8 bytes at p has to be quoted. */
static inline bool
special8(const char *p, uint64_t seps)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return (zero_byte(w ^ seps) | zero_byte(w ^ ones * '"') |
		   zero_byte(w ^ ones * '\n') | zero_byte(w ^ ones * '\r')) !=
	       0;
}

static inline bool
special(char c, char sep)
{
	return c == sep || c == '"' || c == '\n' || c == '\r';
}

static inline bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
needs_quotes(struct span s, char sep)
{
	uint64_t seps = ones * (unsigned char)sep;
	size_t i;

	if (s.n == 0)
		return false;
	if (blank(s.p[0]) || blank(s.p[s.n - 1]))
		return true;
	if (s.n < 8) {
		for (i = 0; i < s.n; i++)
			if (special(s.p[i], sep))
				return true;
		return false;
	}
	for (i = 0; i + 8 <= s.n; i += 8)
		if (special8(s.p + i, seps))
			return true;
	/* The last word may overlap the one before. */
	return special8(s.p + s.n - 8, seps);
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
