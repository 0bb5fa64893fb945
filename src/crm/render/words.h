/*
 * words: what documents say of themselves, by language: the fixed words of the
 * templates (share/templates/words/LANGUAGE.csv: key,word; the team's own file
 * of that name counts first), and how numbers and dates are written. Digits
 * are always 0 to 9.
 */
#ifndef CRM_CRM_RENDER_WORDS_H
#define CRM_CRM_RENDER_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/money.h"
#include "base/strmap.h"
#include "crm/session.h"

struct tongue {
	const char *language; /* "de", "en-US" */
	const char *group;    /* between thousands */
	char decimal;
	const char *date;    /* d m y: two, two and four digits */
	const char *percent; /* what stands behind a number of percent */
	bool rtl;
};

struct words {
	const struct tongue *tongue;
	struct span language; /* as it was asked for */
	struct strmap map;    /* key -> index in word */
	struct span *word;
	size_t n, cap;
	struct arena arena;
};

/*
 * Of language ("de", "de-AT"; ASCII case is ignored), else of what it begins
 * with, else of English. A word that a language lacks is English. ERR_USAGE
 * where language is no such code; ERR_DATA, with file and line, for a file
 * that is no such table.
 */
int words_load(
    struct session *s, struct span language, struct words *out, struct err *e);
void words_release(struct words *w);

/* A word, "" where there is none. */
struct span word(const struct words *w, const char *key);

/*
 * A unit of quantities in the language: that of the word unit_piece for
 * "piece", "pcs" and the like, of unit_NAME for what a team calls NAME, and of
 * unit_NAME_1 where there is just one; as it is where there is no such word.
 */
struct span word_unit(const struct words *w, struct span unit, bool one);

/* Appends units / 10^scale, with exactly scale digits behind the point. */
void write_number(
    struct buf *out, const struct tongue *t, int128 units, int scale);
/* The same of d, without zeros at the end but for the first `least` digits. */
void write_dec(
    struct buf *out, const struct tongue *t, struct dec d, int least);
void write_percent(struct buf *out, const struct tongue *t, struct dec d);
void write_date(struct buf *out, const struct tongue *t, int32_t day);

#endif
