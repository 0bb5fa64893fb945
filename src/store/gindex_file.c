/* gindex_file: the index file's bytes, gitformat-index(5). */
#include <stdlib.h>
#include <string.h>

#include "base/be.h"
#include "base/mem.h"
#include "store/gindex_impl.h"
#include "store/sha1.h"

enum { HEAD = 12 };

static int
damaged(struct err *e, const char *what)
{
	return err_set(e, ERR_DATA,
	    ".git/index: damaged (%s); to make it anew, run: "
	    "rm .git/index && git reset",
	    what);
}

/*
 * git reads on past a wrong sum, and looks at it in git fsck only. Here the sum
 * is made anew over all that was read, which would hide damage for good. No sum
 * at all is what git's index.skipHash leaves.
 */
static int
check_sum(const struct buf *file, struct err *e)
{
	static const unsigned char none[OID_RAW];
	const char *sum = file->p + file->n - OID_RAW;
	unsigned char own[OID_RAW];

	if (memcmp(sum, none, OID_RAW) == 0)
		return 0;
	sha1_of(file->p, file->n - OID_RAW, own);
	return memcmp(sum, own, OID_RAW) == 0 ? 0
					      : damaged(e, "wrong check sum");
}

/* What git writes before offsets, too: each further byte counts from one. */
static bool
read_varint(struct span *s, size_t *out)
{
	size_t v = 0;
	unsigned char c;

	do {
		if (!s->n || v > SIZE_MAX >> 8)
			return false;
		c = (unsigned char)*s->p++;
		s->n--;
		v = (v << 7) + (c & 127);
		if (c & 128)
			v++;
	} while (c & 128);
	*out = v;
	return true;
}

static void
add_varint(struct buf *out, size_t v)
{
	char c[16];
	size_t i = sizeof c;

	c[--i] = (char)(v & 127);
	while (v >>= 7)
		c[--i] = (char)(128 | (--v & 127));
	buf_add(out, c + i, sizeof c - i);
}

/* Version 4: how much of the name before goes, and what follows instead. */
static bool
read_short_name(struct gindex *ix, struct ixentry *en, struct span *s)
{
	const struct ixentry *last = ix->n ? &ix->entry[ix->n - 1] : NULL;
	size_t cut, keep = last ? last->n : 0, n;
	const char *end;
	char *name;

	if (!read_varint(s, &cut) || cut > keep ||
	    !(end = memchr(s->p, '\0', s->n)))
		return false;
	keep -= cut;
	n = (size_t)(end - s->p);
	name = arena_alloc(&ix->mem, keep + n + 1);
	if (keep)
		memcpy(name, last->name, keep);
	memcpy(name + keep, s->p, n);
	en->name = name;
	en->n = (uint32_t)(keep + n);
	*s = span_n(end + 1, s->n - n - 1);
	return true;
}

/* Versions 2 and 3: the name, and NULs to a multiple of eight, one at least. */
static bool
read_name(struct ixentry *en, struct span *s, const char *start)
{
	const char *end = memchr(s->p, '\0', s->n);
	size_t size;

	if (!end)
		return false;
	en->name = s->p;
	en->n = (uint32_t)(end - s->p);
	size = ((size_t)(end - start) + 8) & ~(size_t)7;
	if (size > s->n + (size_t)(s->p - start))
		return false;
	*s = span_n(start + size, s->n - (size_t)(start + size - s->p));
	return true;
}

static int
read_entry(struct gindex *ix, struct span *s, struct err *e)
{
	const char *start = s->p;
	struct ixentry *en = &ix->entry[ix->n];
	size_t fixed = IX_FIXED + 2;
	unsigned flags;

	if (s->n < fixed + 2)
		return damaged(e, "too short");
	memset(en, 0, sizeof *en);
	en->fixed = (const unsigned char *)s->p;
	flags = be32_get(s->p + IX_FIXED) >> 16;
	en->flags = flags & (IX_ASSUME | IX_STAGE);
	if (flags & IX_EXTENDED) {
		en->more = be32_get(s->p + IX_FIXED) & 0xffff;
		fixed += 2;
	}
	if ((flags & IX_EXTENDED && ix->version < 3) ||
	    en->more & ~(IX_SKIP | IX_INTENT))
		return damaged(e, "unknown flags");
	*s = span_n(s->p + fixed, s->n - fixed);
	if (!(ix->version == 4 ? read_short_name(ix, en, s)
			       : read_name(en, s, start)))
		return damaged(e, "too short");
	ix->n++;
	return 0;
}

/* One that begins with a capital may be passed over. */
static int
take_extension(
    struct gindex *ix, const char *name, struct span s, struct err *e)
{
	if (memcmp(name, "TREE", 4) == 0)
		ixtree_read(ix, s);
	else if (memcmp(name, "REUC", 4) == 0)
		ix->undo = s;
	else if (memcmp(name, "UNTR", 4) == 0)
		ix->untracked = s;
	else if (memcmp(name, "link", 4) == 0)
		return err_set(e, ERR_DATA,
		    "git's index is split, which is not supported: "
		    "git config core.splitIndex false && git "
		    "update-index --no-split-index");
	else if (memcmp(name, "sdir", 4) == 0)
		return err_set(e, ERR_DATA,
		    "git's index is sparse, which is not supported: "
		    "git sparse-checkout reapply --no-sparse-index");
	else if (name[0] < 'A' || name[0] > 'Z')
		return err_set(e, ERR_DATA,
		    "git's index has '%.4s' in it, which is not supported",
		    name);
	return 0;
}

/*
 * By name, then stage, each once. Looked at when the extensions are known: a
 * split index has entries without a name.
 */
static int
check_order(const struct gindex *ix, struct err *e)
{
	for (size_t i = 0; i < ix->n; i++) {
		const struct ixentry *a = i ? &ix->entry[i - 1] : NULL;
		const struct ixentry *b = &ix->entry[i];
		int d =
		    a ? span_cmp(span_n(a->name, a->n), span_n(b->name, b->n))
		      : -1;

		if (!b->n || d > 0 ||
		    (d == 0 && (a->flags & IX_STAGE) >= (b->flags & IX_STAGE)))
			return damaged(e, "out of order");
	}
	return 0;
}

static int
read_all(struct gindex *ix, struct err *e)
{
	struct span s = buf_span(&ix->file);
	uint32_t count, i, size;

	if (s.n < HEAD + OID_RAW || memcmp(s.p, "DIRC", 4) != 0)
		return damaged(e, "no index of git's");
	ix->version = be32_get(s.p + 4);
	if (ix->version < 2 || ix->version > 4)
		return err_set(e, ERR_DATA,
		    "git's index has version %u, which is not supported",
		    ix->version);
	if (check_sum(&ix->file, e))
		return -1;
	count = be32_get(s.p + 8);
	if (count > s.n / IX_FIXED)
		return damaged(e, "too short");
	ix->cap = count + 16;
	ix->entry = xreallocarray(NULL, ix->cap, sizeof *ix->entry);
	s = span_n(s.p + HEAD, s.n - HEAD - OID_RAW);
	for (i = 0; i < count; i++)
		if (read_entry(ix, &s, e))
			return -1;
	while (s.n) {
		if (s.n < 8 || (size = be32_get(s.p + 4)) > s.n - 8)
			return damaged(e, "too short");
		if (take_extension(ix, s.p, span_n(s.p + 8, size), e))
			return -1;
		s = span_n(s.p + 8 + size, s.n - 8 - size);
	}
	return check_order(ix, e);
}

int
gindex_read(struct gindex **out, struct buf *file, struct err *e)
{
	struct gindex *ix = xcalloc(1, sizeof *ix);

	*out = NULL;
	ix->version = 2;
	ix->file = *file;
	memset(file, 0, sizeof *file);
	if (ix->file.n && read_all(ix, e)) {
		gindex_free(ix);
		return -1;
	}
	*out = ix;
	return 0;
}

static void
add32(struct buf *out, uint32_t v)
{
	char c[4];

	be32_put(c, v);
	buf_add(out, c, sizeof c);
}

static void
write_short_name(
    const struct ixentry *last, const struct ixentry *en, struct buf *out)
{
	size_t n = last ? last->n : 0, same = 0;

	while (same < n && same < en->n && last->name[same] == en->name[same])
		same++;
	add_varint(out, n - same);
	buf_add(out, en->name + same, en->n - same);
	buf_addc(out, '\0');
}

static void
write_entry(
    const struct gindex *ix, size_t i, unsigned version, struct buf *out)
{
	const struct ixentry *en = &ix->entry[i];
	unsigned flags = en->flags | (en->n < IX_NAME ? en->n : IX_NAME);
	size_t start = out->n;
	char c[4];

	if (en->more)
		flags |= IX_EXTENDED;
	be32_put(c, (uint32_t)flags << 16 | en->more);
	buf_add(out, en->fixed, IX_FIXED);
	buf_add(out, c, en->more ? 4 : 2);
	if (version == 4) {
		write_short_name(i ? en - 1 : NULL, en, out);
		return;
	}
	buf_add(out, en->name, en->n);
	buf_pad(out, '\0', 8 - (out->n - start) % 8);
}

static void
add_extension(struct buf *out, const char *name, struct span s)
{
	if (!s.n)
		return;
	buf_add(out, name, 4);
	add32(out, (uint32_t)s.n);
	buf_addspan(out, s);
}

void
gindex_write(const struct gindex *ix, struct buf *out)
{
	unsigned version = ix->version == 4 ? 4 : 2;
	unsigned char sum[OID_RAW];
	struct buf tree = { 0 };
	size_t i, start = out->n;

	for (i = 0; i < ix->n && version == 2; i++)
		if (ix->entry[i].more)
			version = 3;
	buf_grow(out, ix->file.n + 4096);
	buf_add(out, "DIRC", 4);
	add32(out, version);
	add32(out, (uint32_t)ix->n);
	for (i = 0; i < ix->n; i++)
		write_entry(ix, i, version, out);
	ixtree_write(ix, &tree);
	add_extension(out, "TREE", buf_span(&tree));
	add_extension(out, "REUC", ix->undo);
	add_extension(out, "UNTR", ix->untracked);
	buf_release(&tree);
	sha1_of(out->p + start, out->n - start, sum);
	buf_add(out, sum, sizeof sum);
}
