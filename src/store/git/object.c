#include <string.h>

#include "base/mem.h"
#include "store/git/git.h"
#include "store/git/plumb.h"

const char *
obj_type_name(enum obj_type type)
{
	return type == OBJ_COMMIT ? "commit"
	       : type == OBJ_TREE ? "tree"
				  : "blob";
}

int
obj_hash(enum obj_type type, struct span data, struct oid *out, struct err *e)
{
	git_oid id;
	int rc;

	if (lg_start(e))
		return -1;
	rc =
	    git_odb_hash(&id, data.p ? data.p : "", data.n, (git_object_t)type);
	if (rc)
		return lg_fail(e, rc, "cannot hash");
	lg_hex(out, &id);
	return 0;
}

int
repo_object(struct repo *r, const struct oid *id, enum obj_type type,
    struct buf *out, struct err *e)
{
	git_odb_object *obj = NULL;
	git_oid oid;
	int rc;

	buf_reset(out);
	if (!lg_oid(&oid, id))
		return err_set(e, ERR_BUG, "no object named");
	rc = git_odb_read(&obj, r->odb, &oid);
	if (rc)
		return lg_fail(e, rc, "cannot read object %s", id->hex);
	if (git_odb_object_type(obj) != (git_object_t)type) {
		git_odb_object_free(obj);
		return err_set(e, ERR_DATA, "object %s is no %s", id->hex,
		    obj_type_name(type));
	}
	buf_add(out, git_odb_object_data(obj), git_odb_object_size(obj));
	git_odb_object_free(obj);
	return 0;
}

bool
repo_has_object(struct repo *r, const struct oid *id)
{
	git_oid oid;

	return lg_oid(&oid, id) &&
	       git_odb_exists_ext(r->odb, &oid, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

int
repo_freshen(
    struct repo *r, enum obj_type type, struct span data, struct err *e)
{
	git_oid id;
	int rc = git_odb_write(
	    &id, r->odb, data.p ? data.p : "", data.n, (git_object_t)type);

	return rc ? lg_fail(e, rc, "cannot write an object") : 0;
}

git_commit *
lg_commit(struct repo *r, const struct oid *id, struct err *e)
{
	git_commit *c = NULL;
	git_oid oid;
	int rc;

	if (!lg_oid(&oid, id)) {
		err_set(e, ERR_NOENT, "there is no commit yet");
		return NULL;
	}
	rc = git_commit_lookup(&c, r->git, &oid);
	if (rc)
		lg_fail(e, rc, "cannot read commit %s", id->hex);
	return c;
}

git_tree *
lg_tree(struct repo *r, const struct oid *commit, struct err *e)
{
	git_commit *c = lg_commit(r, commit, e);
	git_tree *t = NULL;
	int rc;

	if (!c)
		return NULL;
	rc = git_commit_tree(&t, c);
	if (rc)
		lg_fail(
		    e, rc, "cannot read the tree of commit %s", commit->hex);
	git_commit_free(c);
	return t;
}

int
repo_tree(
    struct repo *r, const struct oid *commit, struct oid *tree, struct err *e)
{
	git_commit *c;

	memset(tree, 0, sizeof *tree);
	if (!commit->hex[0])
		return 0;
	c = lg_commit(r, commit, e);
	if (!c)
		return -1;
	lg_hex(tree, git_commit_tree_id(c));
	git_commit_free(c);
	return 0;
}

int
repo_entry(struct repo *r, const struct oid *commit, const char *path,
    struct oid *blob, unsigned *mode, struct err *e)
{
	git_tree *t = NULL;
	git_tree_entry *en = NULL;
	int rc, result = -1;

	memset(blob, 0, sizeof *blob);
	*mode = MODE_FILE;
	if (!commit->hex[0])
		return 1;
	t = lg_tree(r, commit, e);
	if (!t)
		return -1;
	rc = git_tree_entry_bypath(&en, t, path);
	if (rc == GIT_ENOTFOUND) {
		result = 1;
	} else if (rc) {
		lg_fail(e, rc, "%s: cannot look up", path);
	} else if (git_tree_entry_filemode(en) != GIT_FILEMODE_BLOB &&
		   git_tree_entry_filemode(en) !=
		       GIT_FILEMODE_BLOB_EXECUTABLE) {
		err_set(e, ERR_DATA, "%s: not a plain file in git", path);
	} else {
		*mode = git_tree_entry_filemode(en);
		lg_hex(blob, git_tree_entry_id(en));
		result = 0;
	}
	git_tree_entry_free(en);
	git_tree_free(t);
	git_error_clear();
	return result;
}
