/*
 * draw: a description as a PDF, or a page of it as a PNG.
 */
#ifndef CRM_RENDER_DRAW_H
#define CRM_RENDER_DRAW_H

#include "base/buf.h"
#include "base/err.h"
#include "render/image.h"
#include "render/page.h"
#include "render/text.h"

struct draw {
	bool png;
	double dpi;	  /* of a PNG */
	size_t page;	  /* that becomes a PNG, from 1 */
	const char *date; /* of the PDF: 1970-01-01T00:00:00Z */
	struct fonts *fonts;
	struct images *images;
	uint32_t missing; /* out: a character that no font has; 0: none */
};

/* Appends to out. ERR_DATA: "stdin:line: what is wrong". */
int draw_page(
    struct draw *d, const struct page *p, struct buf *out, struct err *e);

#endif
