#include "store/deflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/mem.h"

/*
 * zlib fails here for want of memory only, which ends the process as
 * everywhere (mem.h); the allocator is ours.
 */
static void *
z_alloc(void *ctx, unsigned n, unsigned size)
{
	(void)ctx;
	return xcalloc(n, size);
}

static void
z_free(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

/* zlib counts in 32 bits; a cell of the input at a time. */
static void
feed(z_stream *z, struct span s, struct buf *out, bool last)
{
	const size_t most = 1u << 30;

	do {
		size_t n = s.n < most ? s.n : most;

		z->next_in = (Bytef *)(uintptr_t)s.p;
		z->avail_in = (uInt)n;
		s.p += n;
		s.n -= n;
		do {
			buf_grow(out, 16384);
			z->next_out = (Bytef *)out->p + out->n;
			z->avail_out = 16384;
			deflate(z, last && !s.n ? Z_FINISH : Z_NO_FLUSH);
			out->n += 16384 - z->avail_out;
		} while (z->avail_out == 0);
	} while (s.n);
}

/* Most objects are folders and commits: a quarter of a megabyte of tables
   takes longer to lay out than they take to pack. */
enum { SMALL = 4096, SMALL_WINDOW = 12, SMALL_TABLES = 5, TABLES = 8 };

void
deflate_add(struct buf *out, struct span head, struct span body)
{
	z_stream z = { .zalloc = z_alloc, .zfree = z_free };
	bool small = head.n + body.n <= SMALL;

	deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED,
	    small ? SMALL_WINDOW : MAX_WBITS, small ? SMALL_TABLES : TABLES,
	    Z_DEFAULT_STRATEGY);
	buf_grow(out, deflateBound(&z, (uLong)(head.n + body.n)));
	if (head.n)
		feed(&z, head, out, false);
	feed(&z, body, out, true);
	deflateEnd(&z);
}

/* Compares the n bytes at p with those at offset `at` of head and body. */
static bool
same_at(struct span head, struct span body, size_t at, const char *p, size_t n)
{
	size_t k = 0;

	if (at + n > head.n + body.n)
		return false;
	if (at < head.n) {
		k = head.n - at < n ? head.n - at : n;
		if (memcmp(head.p + at, p, k) != 0)
			return false;
	}
	return k == n || !memcmp(body.p + (at + k - head.n), p + k, n - k);
}

bool
deflate_same(struct span packed, struct span head, struct span body)
{
	z_stream z = { .zalloc = z_alloc, .zfree = z_free };
	char chunk[16384];
	size_t at = 0;
	int rc = Z_OK;

	if (packed.n > UINT32_MAX || inflateInit(&z) != Z_OK)
		return false;
	z.next_in = (Bytef *)(uintptr_t)packed.p;
	z.avail_in = (uInt)packed.n;
	while (rc == Z_OK) {
		size_t n;

		z.next_out = (Bytef *)chunk;
		z.avail_out = sizeof chunk;
		rc = inflate(&z, Z_NO_FLUSH);
		n = sizeof chunk - z.avail_out;
		if (!same_at(head, body, at, chunk, n))
			rc = Z_DATA_ERROR;
		at += n;
	}
	inflateEnd(&z);
	return rc == Z_STREAM_END && at == head.n + body.n && !z.avail_in;
}

/* 16 more than the window's bits: a gzip header and trailer. */
enum { GZIP_BITS = 15 + 16, GZIP_MEMORY = 8 };

void
gzip_add(struct buf *out, struct span text)
{
	z_stream z = { .zalloc = z_alloc, .zfree = z_free };

	deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_BITS,
	    GZIP_MEMORY, Z_DEFAULT_STRATEGY);
	feed(&z, text, out, true);
	deflateEnd(&z);
}

bool
gzip_open(struct span packed, size_t max, struct buf *out)
{
	z_stream z = { .zalloc = z_alloc, .zfree = z_free };
	size_t from = out->n;
	int rc = Z_OK;

	if (packed.n > UINT32_MAX || inflateInit2(&z, GZIP_BITS) != Z_OK)
		return false;
	z.next_in = (Bytef *)(uintptr_t)packed.p;
	z.avail_in = (uInt)packed.n;
	while (rc == Z_OK && out->n - from <= max) {
		buf_grow(out, 65536);
		z.next_out = (Bytef *)out->p + out->n;
		z.avail_out = 65536;
		rc = inflate(&z, Z_NO_FLUSH);
		out->n += 65536 - z.avail_out;
	}
	inflateEnd(&z);
	return rc == Z_STREAM_END && out->n - from <= max;
}

uint32_t
crc_add(uint32_t crc, struct span s)
{
	return (uint32_t)crc32_z(crc, (const Bytef *)s.p, s.n);
}
