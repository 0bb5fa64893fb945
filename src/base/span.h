/*
 * span: a borrowed run of bytes, not NUL-terminated. A span never owns; it is
 * valid as long as what it points into. p is never NULL in a span made here
 * ({NULL, 0} is valid too and equals the empty span).
 */
#ifndef CRM_BASE_SPAN_H
#define CRM_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *p;
	size_t n;
};

/* printf helper: printf("%.*s", SPANF(s)) */
#define SPANF(s) (int)(s).n, (s).p ? (s).p : ""

struct span span(const char *cstr); /* of a C string; NULL gives empty */
struct span span_n(const char *p, size_t n);
bool span_eq(struct span a, struct span b);
bool span_eqs(struct span a, const char *cstr);
bool span_ieq(struct span a, struct span b); /* ASCII case is ignored */
bool span_ieqs(struct span a, const char *cstr);
int span_cmp(struct span a, struct span b); /* bytewise, shorter first */
bool span_starts(struct span a, struct span prefix);
bool span_istarts(struct span a, struct span prefix);
struct span span_trim(struct span s);		/* ASCII blanks at both ends */
struct span span_cut(struct span *s, char sep); /* takes up to sep off s;
						   s is empty after the last */
bool span_take(struct span *s, char c); /* takes c off the front, if there */
bool span_is_ascii(struct span s);
size_t span_count(struct span s, char c); /* how often c is in it */
char *span_dup(struct span s); /* NUL-terminated copy; caller frees */

/* Whole-span decimal integer; false unless it fits and nothing is left. */
bool span_int(struct span s, int64_t *out);

/* 64-bit hash, good for tables; not for security. */
uint64_t span_hash(struct span s);

/*
 * Damerau-Levenshtein distance with ASCII case ignored; more than max is
 * reported as max + 1. For "did you mean".
 */
int span_distance(struct span a, struct span b, int max);

#endif
