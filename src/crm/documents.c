#include "crm/documents.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "store/id.h"
#include "store/unicode.h"

#define FOLDER "documents"

/* --- names --------------------------------------------------------------- */

/* Not seen, or seen as something else: joiners, marks, directions. */
static bool
is_hidden(uint32_t cp)
{
	return cp == 0xad || cp == 0x61c || (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff ||
	       (cp >= 0xe0000 && cp <= 0xe007f);
}

static void
clean(struct span s, struct buf *out)
{
	while (s.n) {
		uint32_t cp = 0;
		size_t n = utf8_decode(s.p, s.n, &cp);

		if (!n || cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
		    (cp < 0x80 && strchr("/\\:*?\"<>|", (int)cp)))
			buf_addc(out, '_');
		else if (!is_hidden(cp))
			buf_add(out, s.p, n);
		n = n ? n : 1;
		s = span_n(s.p + n, s.n - n);
	}
}

/* Without blanks and dots around it: hidden files, and what Windows drops. */
static struct span
trim(struct span s)
{
	while (s.n && (s.p[0] == '.' || s.p[0] == ' '))
		s = span_n(s.p + 1, s.n - 1);
	while (s.n && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ' '))
		s.n--;
	return s;
}

/* con, nul.txt, com1: devices of Windows. */
static bool
is_device(struct span name)
{
	static const char *const devices[] = { "con", "prn", "aux", "nul",
		"conin$", "conout$" };
	struct span stem = span_trim(span_cut(&name, '.'));

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if (span_ieqs(stem, devices[i]))
			return true;
	return stem.n == 4 && isdigit((unsigned char)stem.p[3]) &&
	       (span_istarts(stem, span("com")) ||
		   span_istarts(stem, span("lpt")));
}

/* Length of ".pdf" at the end; 0 where there is none. */
static size_t
extension(struct span name)
{
	for (size_t n = 1; n < name.n && n <= 20; n++)
		if (name.p[name.n - n] == '.')
			return n;
	return 0;
}

/* The name with something in front of its extension, cut to fit. */
static void
with_suffix(struct span name, const char *suffix, struct buf *out)
{
	size_t ext = extension(name), n = name.n - ext;
	size_t room = DOC_NAME_MAX - ext - strlen(suffix);

	if (n > room)
		for (n = room; n && (name.p[n] & 0xc0) == 0x80;)
			n--;
	buf_addf(out, "%.*s%s%.*s", SPANF(span_n(name.p, n)), suffix,
	    SPANF(span_n(name.p + name.n - ext, ext)));
}

void
doc_name(struct span given, struct buf *out)
{
	struct buf text = { 0 }, name = { 0 };
	struct span s = given;

	while (s.n && (s.p[s.n - 1] == '/' || s.p[s.n - 1] == '\\'))
		s.n--;
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
			s = span_n(s.p + i, s.n - i);
			break;
		}
	clean(s, &text);
	uni_nfc(&name, trim(buf_span(&text)));
	/* git~1, gi7eba~1: short names of .git and .gitmodules on Windows */
	for (size_t i = 0; span_istarts(buf_span(&name), span("gi")) &&
	    i < name.n; i++)
		if (name.p[i] == '~')
			name.p[i] = '_';
	if (name.n && name.p[0] == '-')
		name.p[0] = '_';
	buf_reset(&text);
	if (!name.n)
		buf_adds(&text, "document");
	else
		buf_addf(&text, "%s%s", is_device(buf_span(&name)) ? "_" : "",
		    name.p);
	with_suffix(buf_span(&text), "", out);
	buf_release(&text);
	buf_release(&name);
}

/* --- what there is ------------------------------------------------------- */

/* documents/ID/NAME; false for what else lies there. */
static bool
split(const char *path, struct document *d)
{
	struct span rest = span(path);

	if (!span_eqs(span_cut(&rest, '/'), FOLDER))
		return false;
	d->path = path;
	d->id = span_cut(&rest, '/');
	d->name = rest;
	return id_pack_canonical(d->id) && rest.n &&
	       !memchr(rest.p, '/', rest.n);
}

int
docs_list(struct view *v, uint64_t id, struct docs *out, struct err *e)
{
	char folder[sizeof FOLDER + ID_LEN + 2] = FOLDER;

	memset(out, 0, sizeof *out);
	if (id) {
		folder[sizeof FOLDER - 1] = '/';
		id_unpack(id, folder + sizeof FOLDER);
	}
	if (view_list(v, folder, "", &out->path, &out->sizes, &out->npaths, e))
		return -1;
	out->v = xcalloc(out->npaths + 1, sizeof *out->v);
	for (size_t i = 0; i < out->npaths; i++) {
		out->v[out->n].size = out->sizes[i];
		out->n += split(out->path[i], &out->v[out->n]);
	}
	return 0;
}

void
docs_release(struct docs *d)
{
	view_list_free(d->path, d->sizes, d->npaths);
	free(d->v);
	memset(d, 0, sizeof *d);
}

int
doc_find(struct view *v, uint64_t id, struct span name, struct buf *path,
    struct err *e)
{
	struct docs all;
	struct buf near = { 0 };
	int r = docs_list(v, id, &all, e);
	char text[ID_LEN + 1];

	if (r)
		return -1;
	id_unpack(id, text);
	for (size_t i = 0; i < all.n && !r; i++) {
		if (span_eq(all.v[i].name, name)) {
			buf_adds(path, all.v[i].path);
			r = 1;
		} else if (near.n < 400) {
			buf_addf(&near, "%s%.*s", near.n ? ", " : "",
			    SPANF(all.v[i].name));
		}
	}
	if (r == 0)
		err_set(e, ERR_NOENT, near.n ? "%s has no document '%.*s'; "
					       "there are: %s"
					     : "%s has no document '%.*s'%s",
		    text, SPANF(name), near.n ? near.p : "");
	buf_release(&near);
	docs_release(&all);
	return r ? 0 : -1;
}

/* --- putting ------------------------------------------------------------- */

/* Stores of before there were documents say nothing of them yet. */
static int
put_attributes(struct changes *c, struct err *e)
{
	static const char rule[] = FOLDER "/** -text -merge\n";
	struct buf b = { 0 };
	int r = txn_read(c->txn, ".gitattributes", &b, e);

	if (r >= 0 && (!b.n || !memmem(b.p, b.n, rule, strlen(rule)))) {
		if (b.n && b.p[b.n - 1] != '\n')
			buf_addc(&b, '\n');
		buf_adds(&b, rule);
		r = txn_put(c->txn, ".gitattributes", &b, e);
	}
	buf_release(&b);
	return r < 0 ? -1 : 0;
}

void
docs_put_release(struct docs_put *p)
{
	strmap_release(&p->taken);
	strmap_release(&p->chains);
	strmap_release(&p->contents);
	strmap_release(&p->ids);
	free(p->name);
	arena_release(&p->arena);
	memset(p, 0, sizeof *p);
}

static void
key_of(struct span id, struct span name, struct buf *out)
{
	buf_reset(out);
	buf_addf(out, "%.*s/", SPANF(id));
	uni_fold(out, name);
}

static struct span
take(struct docs_put *p, struct span id, struct span name, bool ours)
{
	struct buf key = { 0 };
	struct docs_name *n;

	GROW(p->name, p->n, p->cap);
	n = &p->name[p->n];
	*n = (struct docs_name){ arena_span(&p->arena, name), ours };
	key_of(id, name, &key);
	strmap_set(&p->taken, arena_span(&p->arena, buf_span(&key)), p->n++);
	buf_release(&key);
	return n->name;
}

/* The names that a record's documents have already. */
static int
know(struct docs_put *p, uint64_t id, struct span text, struct err *e)
{
	struct view *work;
	struct docs all;
	bool added;
	int r;

	strmap_add(&p->ids, arena_span(&p->arena, text), 0, &added);
	if (!added)
		return 0;
	work = view_work(p->c->s->dirfd);
	r = docs_list(work, id, &all, e);
	for (size_t i = 0; r == 0 && i < all.n; i++)
		take(p, text, all.v[i].name, false);
	if (r == 0)
		docs_release(&all);
	view_free(work);
	return r;
}

/* What a document's content is known by among those of its name. */
static void
content_key(struct span chain, struct span data, struct buf *out)
{
	buf_reset(out);
	buf_addf(out, "%.*s/%zu/%016llx", SPANF(chain), data.n,
	    (unsigned long long)span_hash(data));
}

static void
remember(struct docs_put *p, struct span chain, struct span data, size_t at)
{
	struct buf key = { 0 };

	content_key(chain, data, &key);
	strmap_set(&p->contents, arena_span(&p->arena, buf_span(&key)), at);
	buf_release(&key);
}

/* The document as it stands; false where there is none yet. */
static bool
content_of(struct docs_put *p, struct span id, struct span name,
    struct buf *path, struct buf *now)
{
	buf_reset(path);
	buf_addf(path, FOLDER "/%.*s/%.*s", SPANF(id), SPANF(name));
	buf_reset(now);
	return txn_read(p->c->txn, path->p, now, NULL) == 0;
}

/* One that was passed already has this content. */
static bool
seen_before(struct docs_put *p, struct span id, struct span chain,
    struct span data, struct buf *path, struct span *out)
{
	struct buf key = { 0 }, now = { 0 };
	size_t at;
	bool same = false;

	content_key(chain, data, &key);
	at = strmap_get(&p->contents, buf_span(&key));
	if (at != (size_t)-1) {
		*out = p->name[at].name;
		same = content_of(p, id, *out, path, &now) &&
			span_eq(buf_span(&now), data);
	}
	buf_release(&key);
	buf_release(&now);
	return same;
}

/* What is to be done at one name of a chain; false: it is passed. */
static bool
choose_one(struct docs_put *p, struct span id, struct span one,
    struct span chain, struct span data, bool again, struct buf *path,
    struct span *out, enum doc_done *done)
{
	struct buf key = { 0 }, now = { 0 };
	size_t at;
	bool chosen = true, there;

	key_of(id, one, &key);
	at = strmap_get(&p->taken, buf_span(&key));
	buf_release(&key);
	if (at == (size_t)-1) {
		at = p->n;
		*out = take(p, id, one, true);
		content_of(p, id, *out, path, &now);
		*done = DOC_ADDED;
		goto out;
	}
	*out = p->name[at].name;
	there = content_of(p, id, *out, path, &now);
	if (there && span_eq(buf_span(&now), data)) {
		*done = DOC_SAME;
	} else if (again && !p->name[at].ours && span_eq(*out, one)) {
		p->name[at].ours = true;
		*done = DOC_VERSION;
	} else {
		remember(p, chain, buf_span(&now), at);
		chosen = false;
	}
out:
	if (chosen)
		remember(p, chain, data, at);
	buf_release(&now);
	return chosen;
}

/*
 * The first name of its kind that is free, or may be taken again. "x", "x (2)"
 * and on are a chain: where it was left is noted, and what the documents
 * before have in them, so that each of many of one name is looked at once.
 */
static void
choose(struct docs_put *p, struct span id, struct span name, struct span data,
    bool again, struct buf *path, struct span *out, enum doc_done *done)
{
	struct buf chain = { 0 }, one = { 0 };
	char suffix[32];
	bool found = false, added;
	struct strmap_entry *next;
	size_t i;

	key_of(id, name, &chain);
	buf_addc(&chain, again ? '+' : '-');
	next = strmap_add(&p->chains, arena_span(&p->arena, buf_span(&chain)),
	    1, &added);
	if (!added && seen_before(p, id, buf_span(&chain), data, path, out)) {
		*done = DOC_SAME;
		goto out;
	}
	for (i = next->value; !found; i++) {
		snprintf(suffix, sizeof suffix, " (%zu)", i);
		buf_reset(&one);
		with_suffix(name, i > 1 ? suffix : "", &one);
		found = choose_one(p, id, buf_span(&one), buf_span(&chain),
		    data, again, path, out, done);
	}
	next->value = i;
out:
	buf_release(&chain);
	buf_release(&one);
}

int
doc_put(struct docs_put *p, uint64_t id, struct span given, struct buf *data,
    bool again, struct span *name, enum doc_done *done, struct err *e)
{
	struct buf safe = { 0 }, path = { 0 };
	struct changes *c = p->c;
	char text[ID_LEN + 1];
	int r = -1;

	id_unpack(id, text);
	doc_name(given, &safe);
	if (data->n > (size_t)DOC_MAX_MB << 20) {
		err_set(e, ERR_USAGE,
		    "%s: it has more than %d MB, which a store does not take; "
		    "keep it elsewhere and note where", safe.p, DOC_MAX_MB);
		goto out;
	}
	if (know(p, id, span(text), e))
		goto out;
	choose(p, span(text), buf_span(&safe), buf_span(data), again, &path,
	    name, done);
	r = 0;
	if (*done != DOC_SAME && !c->dry_run)
		r = put_attributes(c, e) || txn_put(c->txn, path.p, data, e)
			? -1
			: 0;
	if (r == 0 && *done != DOC_SAME) {
		GROW(c->touched, c->ntouched, c->touched_cap);
		c->touched[c->ntouched++] = id;
	}
out:
	buf_release(&safe);
	buf_release(&path);
	return r;
}
