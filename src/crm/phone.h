/*
 * phone: telephone numbers as people type them, compared as E.164 has them:
 * "030 / 1234-567" of Germany, "0049 (0)30 1234567" and "+49301234567" are
 * one. Extensions (x123, ext. 123, #123) are kept apart, letters are those of
 * the keys (1-800-FLOWERS). Nothing is stored in another form than it was
 * typed in.
 */
#ifndef CRM_CRM_PHONE_H
#define CRM_CRM_PHONE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct session;

/* Where a number is dialled from: how those without a country are meant. */
struct phone_country {
	const char *iso;  /* "DE" */
	const char *code; /* "49" */
	const char *trunk; /* in front of a national number: "0", "" */
	const char *intl;  /* in front of an international one: "00" */
	const char *names; /* "Germany;Deutschland" */
};
/* By its code, a calling code (49, +49) or a name, in any case; or NULL. */
const struct phone_country *phone_country(struct span text);
/* By the digits that an international number begins with; or NULL. */
const struct phone_country *phone_country_of(struct span digits);

/* That of the setting phone.country; NULL: unset. ERR_DATA: there is none. */
int phone_home(const struct session *s, const struct phone_country **out,
    struct err *e);

struct phone {
	char digits[24];
	size_t n;
	bool full;   /* with the country's code: +digits is E.164 */
	char ext[8]; /* extension, or "" */
};

/*
 * Reads a number. home NULL: only what says its country itself is full. False
 * where it is none: fewer than three digits, more than E.164 has, or letters
 * where none can be.
 */
bool phone_parse(struct span text, const struct phone_country *home,
    struct phone *out);

/*
 * Is it the same line? Where one of them is not full, its digits without
 * leading zeros, 7 at least, are the end of the other's.
 */
bool phone_same(const struct phone *a, const struct phone *b);

/*
 * The last 6 digits of a text that phone_parse() could read, without reading
 * it whole: the same for all ways to write a number. False where only
 * phone_parse() can tell.
 */
enum { PHONE_TAIL = 6 };
bool phone_tail(struct span text, char out[PHONE_TAIL], size_t *n);

/* Appends "+49301234567", or the digits alone where it is not full. */
void phone_format(const struct phone *p, struct buf *out);

#endif
