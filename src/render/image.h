/*
 * image: PNG files. What is no picture is found out before anything is built
 * of it. Pictures stay in memory, since logos come on each page and document.
 */
#ifndef CRM_RENDER_IMAGE_H
#define CRM_RENDER_IMAGE_H

#include <cairo.h>
#include <stddef.h>

#include "base/err.h"

struct images {
	int dirfd; /* images are below that folder; -1: paths are absolute */
	struct image {
		char *path;
		cairo_surface_t *surface;
	} v[64];
	size_t n;
};

/* Borrowed from the cache. ERR_DATA: "what is wrong", without a place. */
cairo_surface_t *image_get(struct images *c, const char *path, struct err *e);
void images_release(struct images *c);

#endif
