/*
 * html: HTML of mail as text to be read: blocks are lines, quotations begin
 * with ">", links keep their address behind their words, images their
 * alternative text; what is not shown (script, style, comments) is left out.
 * One pass, whatever it is given.
 */
#ifndef CRM_MIME_HTML_H
#define CRM_MIME_HTML_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends the text of s, which is valid UTF-8. */
void html_text(struct buf *out, struct span s);

/* The charset that a <meta> near the beginning names, or an empty span. */
struct span html_charset(struct span s);

/* The code point of a named character, or 0. */
uint32_t html_entity(struct span name);

#endif
