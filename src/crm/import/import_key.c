/*
 * What the store has already: the records by key, by id, and by each unique
 * field of the file. One scan of the entity's files; a hash of a record's
 * cells tells, without loading it, whether a row brings anything new.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/id.h"
#include "store/scan.h"
#include "store/unicode.h"
#include "store/view.h"

enum { KEYS = 8 };

struct unique {
	const struct field *field;
	struct strmap map; /* folded value -> index */
};

struct import_known {
	const struct field *key[KEYS];
	size_t nkeys;
	struct unique *unique;
	size_t nunique;
	/* fields whose cells are compared, by index of the entity */
	const struct field **cmp;
	size_t ncmp;
	struct strmap by_key, by_id;
	size_t key_at; /* entry of the row's key in by_key */
	bool ids; /* the file has an id column */
	uint64_t *id, *hash;
	bool *seen; /* a row of this file is it */
	size_t n, cap;
	size_t at; /* that import_known_find() found, or n */
	struct buf text;
	struct arena arena;
};

static uint64_t
mix(uint64_t h, struct span s)
{
	h ^= span_hash(s) + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
	return h * 0xff51afd7ed558ccdu;
}

static bool
is_folded(const struct field *f)
{
	return f->type == F_TEXT || f->type == F_EMAIL || f->type == F_URL;
}

/* A number or a date may be open, and say something by that: from any on. */
static bool
may_be_open(const struct import_known *k, size_t i)
{
	enum field_type t = k->key[i]->type;

	return i > 0 && (t == F_DECIMAL || t == F_INT || t == F_DATE);
}

/* 10.50 is 10.5. */
static struct span
without_zeros(struct span v)
{
	if (v.n && memchr(v.p, '.', v.n)) {
		while (v.n > 1 && v.p[v.n - 1] == '0')
			v.n--;
		if (v.p[v.n - 1] == '.')
			v.n--;
	}
	return v;
}

/*
 * The key of cells in the order of k->key; empty where one of them is that may
 * not be.
 */
static struct span
key_text(struct import_known *k, const struct span *cell)
{
	buf_reset(&k->text);
	for (size_t i = 0; i < k->nkeys; i++) {
		if (!cell[i].n && !may_be_open(k, i))
			return span("");
		if (i)
			buf_addc(&k->text, '\x1f');
		if (is_folded(k->key[i]))
			uni_fold(&k->text, cell[i]);
		else if (k->key[i]->type == F_DECIMAL)
			buf_addspan(&k->text, without_zeros(cell[i]));
		else
			buf_addspan(&k->text, cell[i]);
	}
	return buf_span(&k->text);
}

static struct span
unique_text(struct import_known *k, struct span cell)
{
	buf_reset(&k->text);
	uni_fold(&k->text, cell);
	return buf_span(&k->text);
}

static void
put(struct import_known *k, struct strmap *m, struct span key, size_t i)
{
	struct strmap_entry *x;
	bool added;

	if (!key.n)
		return;
	x = strmap_add(m, key, i, &added);
	if (added)
		x->key = arena_span(&k->arena, key);
}

static size_t
new_record(struct import_known *k, uint64_t id, uint64_t hash)
{
	size_t cap = k->cap;

	GROW(k->id, k->n, k->cap);
	if (cap != k->cap) {
		k->hash = xreallocarray(k->hash, k->cap, sizeof *k->hash);
		k->seen = xreallocarray(k->seen, k->cap, sizeof *k->seen);
	}
	k->id[k->n] = id;
	k->hash[k->n] = hash;
	k->seen[k->n] = false;
	if (k->ids)
		put(k, &k->by_id, span_n((const char *)&id, sizeof id), k->n);
	return k->n++;
}

/* --- the store ----------------------------------------------------------- */

/* Cells in the order of want: id, keys, unique fields, compared fields. */
static void
take_record(struct import_known *k, const struct span *cell)
{
	const struct span *keys = cell + 1, *uniq = keys + k->nkeys,
			  *cmp = uniq + k->nunique;
	uint64_t id = id_pack_canonical(cell[0]), hash = 0;
	size_t i;

	if (!id)
		return;
	for (i = 0; i < k->ncmp; i++)
		hash = mix(hash, cmp[i]);
	i = new_record(k, id, hash);
	if (k->nkeys)
		put(k, &k->by_key, key_text(k, keys), i);
	for (size_t u = 0; u < k->nunique; u++)
		put(k, &k->unique[u].map, unique_text(k, uniq[u]), i);
}

static int
take_file(struct import *im, const char *path, struct scan *scan,
    const struct span *want, size_t nwant, struct err *e)
{
	struct buf b = { 0 };
	int r = session_read(im->s, path, &b, e);

	if (r == 0)
		r = scan_file(scan, path, buf_span(&b), want, nwant, 0, e);
	for (size_t i = 0; r == 0 && i < scan->nrows && b.n; i++)
		take_record(im->known, scan->cell + i * scan->ncells);
	buf_release(&b);
	return r < 0 ? -1 : 0;
}

static int
take_store(struct import *im, struct err *e)
{
	struct import_known *k = im->known;
	size_t nwant = 1 + k->nkeys + k->nunique + k->ncmp, n = 0;
	struct span *want = xcalloc(nwant, sizeof *want), *w = want;
	struct view *v = im->s->view ? im->s->view : view_work(im->s->dirfd);
	char **path = NULL, *single = NULL;
	size_t *size = NULL;
	struct scan scan = { 0 };
	int r = -1;

	*w++ = span("id");
	for (size_t i = 0; i < k->nkeys; i++)
		*w++ = span(k->key[i]->name);
	for (size_t i = 0; i < k->nunique; i++)
		*w++ = span(k->unique[i].field->name);
	for (size_t i = 0; i < k->ncmp; i++)
		*w++ = span(k->cmp[i]->name);
	if (im->ent->layout == LAYOUT_SINGLE) {
		single = xasprintf("%s.csv", im->ent->path);
		r = take_file(im, single, &scan, want, nwant, e);
		goto out;
	}
	if (view_list(v, im->ent->path, ".csv", &path, &size, &n, e))
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (take_file(im, path[i], &scan, want, nwant, e))
			goto out;
	}
	r = 0;
out:
	view_list_free(path, size, n);
	if (v != im->s->view)
		view_free(v);
	scan_release(&scan);
	free(single);
	free(want);
	return r;
}

/* --- opening ------------------------------------------------------------- */

static int
read_key(struct import *im, struct err *e)
{
	struct import_known *k = im->known;
	struct span rest = span(im->o->key), name;

	while (rest.n) {
		const struct field *f;

		name = span_trim(span_cut(&rest, ','));
		f = entity_field(im->ent, name);
		if (!f || f->type == F_ID)
			return err_set(e, ERR_USAGE,
			    "--key '%.*s': %s has no such field%s", SPANF(name),
			    im->ent->name,
			    f ? " to match by; a column id is matched as it "
				"is"
			      : "");
		if (f->type == F_MONEY || k->nkeys == KEYS)
			return err_set(e, ERR_USAGE,
			    "--key '%s': at most %d fields, none an amount",
			    im->o->key, KEYS);
		if (!import_column_of(im, f)) {
			bool set = false;

			for (size_t i = 0; i < im->nsets; i++)
				set |= im->set[i].field == f;
			if (!set)
				return err_set(e, ERR_USAGE,
				    "--key %s: no column of the file is %s; "
				    "say which with --map 'Their Name=%s'",
				    im->o->key, f->name, f->name);
		}
		k->key[k->nkeys++] = f;
	}
	return 0;
}

static bool
is_mapped(const struct import *im, const struct field *f)
{
	for (size_t i = 0; i < im->nsets; i++) {
		if (im->set[i].field == f)
			return true;
	}
	return import_column_of(im, f) != NULL;
}

static void
choose_fields(struct import *im)
{
	struct import_known *k = im->known;
	bool money = false;

	k->cmp = xcalloc(im->ent->nfields, sizeof *k->cmp);
	k->unique = xcalloc(im->ent->nfields, sizeof *k->unique);
	for (size_t i = 0; i < im->ent->nfields; i++) {
		const struct field *f = im->ent->field[i];

		if (!is_mapped(im, f) || f->type == F_ID)
			continue;
		money |= f->type == F_MONEY;
		if (f != im->currency && !(f->flags & FIELD_AUTO))
			k->cmp[k->ncmp++] = f;
		if ((f->flags & FIELD_UNIQUE) &&
		    !(k->nkeys == 1 && k->key[0] == f))
			k->unique[k->nunique++].field = f;
	}
	if (im->currency && (money || is_mapped(im, im->currency)))
		k->cmp[k->ncmp++] = im->currency;
}

int
import_known_open(struct import *im, struct err *e)
{
	struct import_known *k = xcalloc(1, sizeof *k);

	im->known = k;
	k->ids = im->id_col != NULL;
	if (im->o->key && read_key(im, e))
		return -1;
	choose_fields(im);
	if (!k->nkeys && !k->nunique && !im->id_col)
		return 0;
	return take_store(im, e);
}

/* --- rows ---------------------------------------------------------------- */

static uint64_t
row_hash(const struct import *im)
{
	const struct import_known *k = im->known;
	uint64_t hash = 0;

	for (size_t i = 0; i < k->ncmp; i++)
		hash = mix(hash, im->value[k->cmp[i]->index]);
	return hash;
}

static struct span
row_key(struct import *im)
{
	struct span cell[KEYS];

	for (size_t i = 0; i < im->known->nkeys; i++)
		cell[i] = im->value[im->known->key[i]->index];
	return key_text(im->known, cell);
}

static int
check_unique(
    struct import *im, size_t at, const struct field **field, struct err *e)
{
	struct import_known *k = im->known;

	for (size_t u = 0; u < k->nunique; u++) {
		struct span v = im->value[k->unique[u].field->index];
		char text[ID_LEN + 1];
		size_t i;

		if (!v.n)
			continue;
		i = strmap_get(&k->unique[u].map, unique_text(k, v));
		if (i == (size_t)-1 || i == at)
			continue;
		*field = k->unique[u].field;
		id_unpack(k->id[i], text);
		return err_set(e, ERR_DATA, "'%.*s' is that of %s already%s",
		    SPANF(v), text,
		    k->nkeys ? "" : "; to update records by it, add --key");
	}
	return 0;
}

/*
 * The record of a key. A key that is new gets its entry at once, without a
 * record: most are new, and are not to be sought a second time.
 */
static size_t
key_entry(struct import_known *k, struct span key)
{
	struct strmap_entry *x;
	bool added;

	x = strmap_add(&k->by_key, key, (size_t)-1, &added);
	if (added)
		x->key = arena_span(&k->arena, key);
	k->key_at = (size_t)(x - k->by_key.entry);
	return x->value;
}

/* The row was matched by its id; it has a key all the same. */
static void
put_key(struct import *im, size_t i)
{
	struct import_known *k = im->known;
	struct span key;

	if (k->key_at == (size_t)-1) {
		key = row_key(im);
		if (!key.n)
			return;
		key_entry(k, key);
	}
	if (k->by_key.entry[k->key_at].value == (size_t)-1)
		k->by_key.entry[k->key_at].value = i;
}

int
import_known_find(struct import *im, uint64_t row_id, uint64_t *id, bool *same,
    const struct field **field, struct err *e)
{
	struct import_known *k = im->known;
	struct span key;

	*id = 0;
	*same = false;
	*field = NULL;
	k->at = k->key_at = (size_t)-1;
	if (row_id) {
		k->at = strmap_get(
		    &k->by_id, span_n((const char *)&row_id, sizeof row_id));
	} else if (k->nkeys) {
		key = row_key(im);
		*field = k->key[0];
		if (!key.n)
			return err_set(e, ERR_DATA,
			    "the key is empty; the row cannot be matched");
		k->at = key_entry(k, key);
	}
	if (check_unique(im, k->at, field, e))
		return -1;
	if (k->at == (size_t)-1)
		return 0;
	*id = k->id[k->at];
	*same = k->hash[k->at] && k->hash[k->at] == row_hash(im);
	im->repeated += k->seen[k->at];
	return 0;
}

void
import_known_add(struct import *im, uint64_t id, bool same)
{
	struct import_known *k = im->known;
	size_t i = k->at;

	if (!k->nkeys && !k->nunique && !im->id_col)
		return;
	if (i == (size_t)-1)
		i = new_record(k, id, 0);
	/* Should the key come again, update_row() compares the cells. */
	if (!same)
		k->hash[i] = 0;
	k->seen[i] = true;
	if (k->nkeys)
		put_key(im, i);
	for (size_t u = 0; u < k->nunique; u++) {
		struct span v = im->value[k->unique[u].field->index];

		if (v.n)
			put(k, &k->unique[u].map, unique_text(k, v), i);
	}
}

void
import_known_free(struct import *im)
{
	struct import_known *k = im->known;

	if (!k)
		return;
	for (size_t u = 0; u < k->nunique; u++)
		strmap_release(&k->unique[u].map);
	free(k->unique);
	free(k->cmp);
	strmap_release(&k->by_key);
	strmap_release(&k->by_id);
	free(k->id);
	free(k->hash);
	free(k->seen);
	buf_release(&k->text);
	arena_release(&k->arena);
	free(k);
	im->known = NULL;
}
