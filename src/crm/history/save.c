#include "crm/history/save.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "crm/change/change_impl.h"
#include "crm/check/process.h"
#include "crm/config.h"

struct saving {
	struct changes *c;
	char *const *file;
	size_t nfile, found;
	bool config; /* a table of config/ was among them */
	bool *named; /* of each file: it is one of the store's */
	struct strmap seen;
	struct arena arena;
};

/* Is path at or below one of the files that were asked for? */
static bool
is_wanted(struct saving *s, const char *path)
{
	bool wanted = s->nfile == 0;

	for (size_t i = 0; i < s->nfile; i++)
		if (path_within(path, s->file[i]))
			wanted = s->named[i] = true;
	return wanted;
}

/* What is no table was checked when the session was opened. */
static int
put_whole(struct changes *c, const char *path, struct err *e)
{
	struct buf text = { 0 };
	int r;

	if (c->dry_run)
		return 0;
	r = txn_read(c->txn, path, &text, e);
	if (r >= 0)
		r = r ? txn_remove(c->txn, path, e)
		      : txn_put(c->txn, path, &text, e);
	buf_release(&text);
	return r;
}

static int
save_file(struct saving *s, const char *path, struct err *e)
{
	const struct entity *ent = schema_path(&s->c->s->schema, path);
	struct span own = arena_span(&s->arena, span(path));
	enum txn_state st;
	bool added;

	strmap_add(&s->seen, own, 0, &added);
	if (!added || !is_wanted(s, path))
		return 0;
	if (txn_whole(s->c->txn, path, &st, e))
		return -1;
	if (st == TXN_CLEAN)
		return 0;
	s->found++;
	s->config |= path_within(path, "config");
	return ent ? change_hand_put(s->c, ent, path, e)
		   : put_whole(s->c, path, e);
}

/* All files with this ending in dir, as v has them. */
static int
save_dir(struct saving *s, struct view *v, const char *dir, const char *suffix,
    struct err *e)
{
	char **path = NULL;
	size_t *size = NULL, n = 0;
	int r = view_list(v, dir, suffix, &path, &size, &n, e);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = save_file(s, path[i], e);
	view_list_free(path, size, n);
	return r;
}

/*
 * The tables in v. Rows of what is only appended to come first: a deal's stage
 * that was edited entails one.
 */
static int
save_tables(struct saving *s, struct view *v, struct err *e)
{
	struct schema *schema = &s->c->s->schema;
	char path[3][PATH_CAP];
	int r = 0;

	for (size_t k = 0; r == 0 && k < 2 * schema->n; k++) {
		const struct entity *ent = schema_at(schema, k % schema->n);

		if (ent->append_only != (k < schema->n))
			continue;
		entity_paths(ent, 0, path);
		r = ent->layout == LAYOUT_SINGLE
			? save_file(s, path[0], e)
			: save_dir(s, v, ent->path, ".csv", e);
	}
	return r || save_dir(s, v, "imports", ".rules", e) ||
		       save_dir(s, v, "templates", "", e) ||
		       save_dir(s, v, "documents", "", e)
		   ? -1
		   : 0;
}

/* The picture that documents carry lies where the team wants it. */
static int
save_logo(struct saving *s, struct err *e)
{
	const char *path = rc_get(&s->c->s->rc, "company.logo");

	return path && path_is_safe(path) ? save_file(s, path, e) : 0;
}

/* Files that were removed are only in the last commit. */
static int
save_removed(struct saving *s, struct err *e)
{
	const struct oid *head = txn_head(s->c->txn);
	struct view *v;
	int r;

	if (!head->hex[0])
		return 0;
	v = repo_view(txn_repo(s->c->txn), head, e);
	r = v ? save_tables(s, v, e) : -1;
	if (v)
		view_free(v);
	return r;
}

/*
 * Tables of the process that say more than their cells. One of them can go
 * wrong by what was edited in another, such as a stage that is gone.
 */
static int
check_process(struct saving *s, struct err *e)
{
	struct schema *schema = &s->c->s->schema;
	char path[3][PATH_CAP];

	for (size_t k = 0; s->config && k < schema->n; k++) {
		const struct entity *ent = schema_at(schema, k);

		if (ent->layout != LAYOUT_SINGLE)
			continue;
		entity_paths(ent, 0, path);
		if (is_wanted(s, path[0]) &&
		    process_check(s->c->s, path[0], e))
			return -1;
	}
	return 0;
}

int
save_edits(struct changes *c, char *const *file, size_t n, size_t *found,
    struct err *e)
{
	struct saving s = { .c = c, .file = file, .nfile = n };
	struct view *work = view_work(c->s->dirfd);
	struct config *config;
	int r = -1;

	s.named = xcalloc(n + 1, sizeof *s.named);
	if (session_config(c->s, &config, e) || save_file(&s, "crmrc", e) ||
	    save_file(&s, ".gitattributes", e) || save_tables(&s, work, e) ||
	    save_logo(&s, e) || save_removed(&s, e))
		goto out;
	for (size_t i = 0; i < n; i++)
		if (!s.named[i]) {
			err_set(e, ERR_NOENT, "%s: no file of this store",
			    file[i]);
			goto out;
		}
	*found = s.found;
	r = check_process(&s, e);
out:
	view_free(work);
	free(s.named);
	strmap_release(&s.seen);
	arena_release(&s.arena);
	return r;
}
