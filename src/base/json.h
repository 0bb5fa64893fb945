/*
 * json: a writer (RFC 8259). Keeps track of commas; invalid UTF-8 becomes
 * U+FFFD. Numbers are strings, so that decimals stay exact.
 */
#ifndef CRM_BASE_JSON_H
#define CRM_BASE_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

struct json {
	struct buf *out;
	unsigned long long has; /* bit per depth: something was written */
	int depth;		/* at most 62 */
	bool after_key;
};

void json_open(struct json *j, char c);	 /* '{' or '[' */
void json_close(struct json *j, char c); /* '}' or ']' */
void json_key(struct json *j, struct span key);
void json_str(struct json *j, struct span s);
void json_null(struct json *j);
void json_quote(struct buf *out, struct span s); /* just "..." */

#endif
