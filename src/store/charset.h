/*
 * charset: foreign text to UTF-8 (the only file that includes iconv.h). What
 * the text is in is not guessed: a byte order mark decides, else the name that
 * the user gave, else it has to be UTF-8.
 */
#ifndef CRM_STORE_CHARSET_H
#define CRM_STORE_CHARSET_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct charset_text {
	struct span text; /* UTF-8 without a mark; into `own` or the input */
	const char *name; /* what it was read as: "UTF-8", "UTF-16LE", "CP1252"
			     as the user wrote it */
	char sep;	  /* of a first line "sep=;", which text lacks; or 0 */
	size_t lines;	  /* lines in front of text: 1 with such a line */
	struct buf own;
};

/*
 * Decodes in, a whole file named file in messages. charset is what the user
 * said, or NULL. Fails with ERR_DATA and "file:line:col: ..." for the first
 * bytes that are no such text (with the option that would read them), with
 * ERR_USAGE for a charset that is not known. Plain UTF-8 is not copied.
 */
int charset_decode(struct charset_text *out, const char *file, struct span in,
    const char *charset, struct err *e);
void charset_release(struct charset_text *t);

#endif
