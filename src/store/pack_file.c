/*
 * pack_file: the head and end of a pack, and its index (version 2), as in
 * gitformat-pack(5).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/be.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/hash.h"
#include "store/pack_impl.h"
#include "store/sha1.h"

static void
add32(struct buf *b, uint32_t v)
{
	unsigned char c[4];

	be32_put(c, v);
	buf_add(b, c, sizeof c);
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct pack_entry *)a)->id.hex,
	    ((const struct pack_entry *)b)->id.hex);
}

/* The head has the count, which is known only now; so the sum is made by
 * reading the file again. */
static int
seal(struct place *p, struct pack_file *f, unsigned char sum[20], struct err *e)
{
	const size_t chunk = 256 * 1024;
	char *mem = xmalloc(chunk);
	struct buf head = { 0 };
	struct sha1 s;
	uint64_t at = 0;
	ssize_t n = 1;
	int rc = -1;

	buf_adds(&head, "PACK");
	add32(&head, 2);
	add32(&head, (uint32_t)f->n);
	if (pwrite(f->fd, head.p, head.n, 0) != (ssize_t)head.n)
		goto out;
	sha1_init(&s);
	while (at < f->end) {
		n = pread(f->fd, mem, chunk, (off_t)at);
		if (n <= 0)
			goto out;
		sha1_add(&s, mem, (size_t)n);
		at += (uint64_t)n;
	}
	sha1_end(&s, sum);
	if (pwrite(f->fd, sum, 20, (off_t)f->end) != 20 ||
	    (p->sync && fsync(f->fd)))
		goto out;
	rc = 0;
out:
	if (rc)
		err_errno(e, ".git/crm/tmp/pack");
	buf_release(&head);
	free(mem);
	return rc;
}

static void
add_offsets(struct buf *b, const struct pack_file *f)
{
	uint32_t big = 0;
	size_t i;

	for (i = 0; i < f->n; i++)
		add32(b, f->entry[i].at < 0x80000000u ? (uint32_t)f->entry[i].at
						      : 0x80000000u | big++);
	for (i = 0; i < f->n; i++)
		if (f->entry[i].at >= 0x80000000u) {
			add32(b, (uint32_t)(f->entry[i].at >> 32));
			add32(b, (uint32_t)f->entry[i].at);
		}
}

static void
make_index(
    struct buf *b, const struct pack_file *f, const unsigned char sum[20])
{
	unsigned char raw[OID_RAW];
	size_t i, k = 0;

	buf_add(b, "\377tOc", 4);
	add32(b, 2);
	for (i = 0; i < 256; i++) {
		for (; k < f->n; k++) {
			oid_to_raw(raw, &f->entry[k].id);
			if (raw[0] > i)
				break;
		}
		add32(b, (uint32_t)k);
	}
	for (i = 0; i < f->n; i++) {
		oid_to_raw(raw, &f->entry[i].id);
		buf_add(b, raw, sizeof raw);
	}
	for (i = 0; i < f->n; i++)
		add32(b, f->entry[i].crc);
	add_offsets(b, f);
	buf_add(b, sum, 20);
	sha1_of(b->p, b->n, raw);
	buf_add(b, raw, sizeof raw);
}

/*
 * The index goes first: what a kill in between leaves is then an index without
 * a pack, which git gc removes, and not a pack without an index, which nobody
 * does. Without its pack git takes no notice of it.
 */
static int
place_both(struct place *p, const unsigned char sum[20], struct err *e)
{
	char name[64], *q = name;
	int fd, i, rc = -1;

	fd = file_open(p->gitfd, "objects/pack", O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return err_errno(e, ".git/objects/pack");
	q += sprintf(q, "pack-");
	for (i = 0; i < 20; i++)
		q += sprintf(q, "%02x", sum[i]);
	strcpy(q, ".idx");
	if (!renameat(p->tmpfd, "idx", fd, name)) {
		strcpy(q, ".pack");
		rc = renameat(p->tmpfd, "pack", fd, name);
		if (rc) {
			int saved = errno;

			strcpy(q, ".idx");
			(void)unlinkat(fd, name, 0);
			errno = saved;
		}
	}
	if (rc || (p->sync && fsync(fd)))
		rc = err_errno(e, ".git/objects/pack");
	close(fd);
	return rc;
}

int
pack_file_finish(struct place *p, struct pack_file *f, struct err *e)
{
	unsigned char sum[20];
	struct buf idx = { 0 };
	int rc = -1;

	qsort(f->entry, f->n, sizeof *f->entry, by_id);
	if (seal(p, f, sum, e))
		return -1;
	make_index(&idx, f, sum);
	if (!place_tmp(p, "idx", buf_span(&idx), 0444, NULL, e))
		rc = place_both(p, sum, e);
	buf_release(&idx);
	return rc;
}
