/*
 * id: record ids such as O2611-7f3k9q2d: a type letter, year and month of
 * creation, '-', eight random characters of Crockford's base32 in lower case
 * (0-9 a-z without i l o u). Packed into 64 bits they are join keys.
 *
 *   bits 52..59 the letter, 40..51 months since 2000-01, 0..39 the random part
 */
#ifndef CRM_STORE_ID_H
#define CRM_STORE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define ID_LEN 14 /* characters, without a NUL */

/*
 * Packs a full id, in lower or upper case with i l o read as 1 1 0 in the
 * random part. 0 where it is none (0 is no id).
 */
uint64_t id_pack(struct span s);

/* id_pack for ids in canonical form only, as in store files; fast. */
uint64_t id_pack_canonical(struct span s);
void id_unpack(uint64_t id, char out[ID_LEN + 1]);
struct span id_text(struct arena *a, uint64_t id); /* the same, in a */
char id_letter(uint64_t id);
int id_year(uint64_t id);
int id_month(uint64_t id); /* 1..12 */

/*
 * A new id. Random by getrandom(2); with CRM_SEED in the environment the
 * sequence is fixed by the seed, the letter, the month and how many were made
 * in this process. The caller draws again on a collision.
 */
int id_make(char letter, int year, int month, uint64_t *id, struct err *e);

/*
 * A new id that begins as that of `other`: its month and the first two random
 * characters, by which files are found.
 */
int id_make_beside(char letter, uint64_t other, uint64_t *id, struct err *e);
bool id_beside(uint64_t id, uint64_t other);
/* What all ids beside each other share, without the letter; the rest is 0. */
uint64_t id_common(uint64_t id);

/*
 * A prefix: of the random part ("7f3k"), or of the whole, which has its '-'
 * ("O2611-7f"; without one "12611" could be both). The canonical form goes to
 * out, and *whole tells which. False where s cannot be a prefix of an id.
 */
bool id_prefix(struct span s, char out[ID_LEN + 1], bool *whole);

#endif
