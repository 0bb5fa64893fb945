#include "render/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/be.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#define BYTES_MAX (16u << 20)
#define SIDE_MAX 10000u
#define PIXELS_MAX (25u << 20)

static int
open_image(const struct images *c, const char *path)
{
	int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

	return c->dirfd < 0 ? open(path, flags)
			    : file_open(c->dirfd, path, flags, 0);
}

static int
load(const struct images *c, const char *path, struct buf *out, struct err *e)
{
	int fd = open_image(c, path), r = -1;
	struct stat st;

	if (c->dirfd < 0 && *path != '/')
		err_set(e, ERR_DATA, "'%s' is no absolute path", path);
	else if (fd < 0 && (errno == EXDEV || errno == ELOOP))
		err_set(e, ERR_DATA,
		    "%s: this leads out of the folder of pictures", path);
	else if (fd < 0)
		err_errno(e, "%s", path);
	else if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		err_set(e, ERR_DATA, "%s: this is no file", path);
	else
		r = file_slurp(fd, path, BYTES_MAX, out, e);
	if (fd >= 0)
		close(fd);
	return r;
}

/* Its head says how much memory it takes. */
static int
check(const char *path, struct span png, struct err *e)
{
	static const char magic[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	uint32_t w, h;

	if (png.n < 33 || memcmp(png.p, magic, 16) != 0)
		return err_set(e, ERR_DATA, "%s: this is no PNG", path);
	w = be32_get(png.p + 16);
	h = be32_get(png.p + 20);
	if (!w || !h || w > SIDE_MAX || h > SIDE_MAX || w * h > PIXELS_MAX)
		return err_set(e, ERR_DATA,
		    "%s: a picture of %u x %u pixels "
		    "is too large: 10000 a side and 25 million are the "
		    "limit",
		    path, w, h);
	return 0;
}

static cairo_status_t
feed(void *from, unsigned char *to, unsigned n)
{
	struct span *s = from;

	if (n > s->n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(to, s->p, n);
	*s = span_n(s->p + n, s->n - n);
	return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *
image_get(struct images *c, const char *path, struct err *e)
{
	cairo_surface_t *s = NULL;
	struct buf b = { 0 };
	struct span png;

	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(c->v[i].path, path) == 0)
			return c->v[i].surface;
	}
	if (c->n == sizeof c->v / sizeof *c->v) {
		err_set(e, ERR_DATA, "more than %zu pictures", c->n);
		return NULL;
	}
	if (load(c, path, &b, e) || check(path, buf_span(&b), e))
		goto out;
	png = buf_span(&b);
	s = cairo_image_surface_create_from_png_stream(feed, &png);
	if (cairo_surface_status(s)) {
		cairo_surface_destroy(s);
		s = NULL;
		err_set(e, ERR_DATA, "%s: this PNG is damaged", path);
		goto out;
	}
	c->v[c->n++] = (struct image){ xstrdup(path), s };
out:
	buf_release(&b);
	return s;
}

void
images_release(struct images *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].path);
		cairo_surface_destroy(c->v[i].surface);
	}
	if (c->dirfd >= 0)
		close(c->dirfd);
	*c = (struct images){ .dirfd = -1 };
}
