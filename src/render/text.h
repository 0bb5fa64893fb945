/*
 * text: paragraphs in lines, by Pango. Lengths are points. A paragraph has
 * lines of even height, whatever fonts are mixed in it, unless signs of a
 * script need more; so numbers and foreign words of a row stand on one line.
 */
#ifndef CRM_RENDER_TEXT_H
#define CRM_RENDER_TEXT_H

#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "render/page.h"

/* The looks of text: those of the styles, and what is in tables. */
enum look { LOOK_TH = STYLES, LOOK_TG, LOOK_TS, LOOK_TN, LOOK_SIGN, LOOKS };

/* The fonts of a process: dear to find, so one for all documents. */
struct fonts {
	PangoFontMap *map;
};

int fonts_init(struct fonts *f, struct err *e);
void fonts_release(struct fonts *f);

/* What the paragraphs of one document share. */
struct typeset {
	PangoContext *way[2]; /* from the left, from the right */
	PangoFontDescription *font[LOOKS];
	PangoAttrList *plain, *digits;
	double size;
	bool rtl;
	PangoLayout **keep; /* layouts in memory; NULL where one was freed */
	size_t kept, keep_cap;
	uint32_t missing; /* a character that no font has; 0: none */
};

void typeset_init(
    struct typeset *t, const struct fonts *f, const struct page *p);
void typeset_release(struct typeset *t);

enum align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct para {
	const char *p; /* n bytes without '\n', borrowed */
	uint32_t n;
	uint32_t lines;
	uint8_t look, align;
	bool number;   /* one line always, made smaller where it is too long */
	float scale;   /* of such a number; 1 of all others */
	float width;   /* room; negative: one line as long as it gets */
	float natural; /* the longest line */
	float height, base;  /* base: of the first line, from the top */
	uint32_t slot;	     /* of the layout, among those that are kept */
	PangoLayout *layout; /* or NULL: made anew where it is needed */
};

/* Breaks lines; sets lines, natural, height and base. */
void para_measure(struct typeset *t, struct para *p);
void para_free(struct typeset *t, struct para *p);

/* Adds up lines of p from one on while they fit into room: how many. */
uint32_t para_fit(struct typeset *t, struct para *p, uint32_t from, double room,
    double *height);

/* Draws lines from..to at y; returns the height. */
double para_draw(struct typeset *t, cairo_t *cr, struct para *p, uint32_t from,
    uint32_t to, double x, double y);

#endif
