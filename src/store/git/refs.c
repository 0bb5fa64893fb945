#include <string.h>

#include "base/mem.h"
#include "store/git/git.h"

/* The commit HEAD names; *out is "" on an unborn branch. */
static int
repo_head(struct repo *r, struct oid *out, struct err *e)
{
	git_oid id;
	int rc = git_reference_name_to_id(&id, r->git, "HEAD");

	memset(out, 0, sizeof *out);
	if (rc == GIT_ENOTFOUND) {
		git_error_clear();
		return 0;
	}
	if (rc)
		return lg_fail(e, rc, "cannot read HEAD");
	lg_hex(out, &id);
	return 0;
}

int
repo_resolve(struct repo *r, const char *rev, struct oid *out, struct err *e)
{
	git_object *obj = NULL, *commit = NULL;
	int rc;

	memset(out, 0, sizeof *out);
	rc = git_revparse_single(&obj, r->git, rev);
	if (!rc)
		rc = git_object_peel(&commit, obj, GIT_OBJECT_COMMIT);
	if (!rc) {
		lg_hex(out, git_object_id(commit));
	} else if (rc == GIT_EAMBIGUOUS) {
		err_set(e, ERR_NOENT, "'%s' fits several objects", rev);
	} else if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC ||
		   rc == GIT_EPEEL) {
		err_set(e, ERR_NOENT, "there is no commit '%s'", rev);
	} else {
		lg_fail(e, rc, "cannot look up '%s'", rev);
	}
	git_object_free(commit);
	git_object_free(obj);
	git_error_clear();
	return rc ? -1 : 0;
}

int
repo_at(struct repo *r, int64_t t, struct oid *out, struct err *e)
{
	git_commit *c = NULL, *next;
	struct oid head;
	int rc;

	memset(out, 0, sizeof *out);
	if (repo_head(r, &head, e))
		return -1;
	c = lg_commit(r, &head, e);
	if (!c)
		return -1;
	while (git_commit_time(c) > t) {
		rc = git_commit_parent(&next, c, 0);
		git_commit_free(c);
		if (rc == GIT_ENOTFOUND)
			return err_set(
			    e, ERR_NOENT, "the store did not exist then");
		if (rc)
			return lg_fail(e, rc, "cannot read the history");
		c = next;
	}
	lg_hex(out, git_commit_id(c));
	git_commit_free(c);
	return 0;
}

int
repo_is_ancestor(struct repo *r, const struct oid *a, const struct oid *b,
    struct err *e)
{
	git_commit *c;
	git_oid x, y;
	int rc;

	if (!lg_oid(&x, a) || !lg_oid(&y, b))
		return 0;
	if (git_oid_equal(&x, &y))
		return 1;
	rc = git_commit_lookup(&c, r->git, &x);
	if (rc == GIT_ENOTFOUND) {
		git_error_clear();
		return 0;
	}
	if (rc == 0) {
		git_commit_free(c);
		rc = git_graph_descendant_of(r->git, &y, &x);
	}
	return rc < 0 ? lg_fail(e, rc, "cannot read the history") : rc;
}

bool
repo_is_pushed(struct repo *r, const struct oid *commit)
{
	git_reference_iterator *it = NULL;
	git_reference *ref, *direct;
	bool found = false;
	struct oid tip;

	if (git_reference_iterator_glob_new(&it, r->git, "refs/remotes/*"))
		return false;
	while (!found && git_reference_next(&ref, it) == 0) {
		if (git_reference_resolve(&direct, ref) == 0) {
			lg_hex(&tip, git_reference_target(direct));
			found = repo_is_ancestor(r, commit, &tip, NULL) != 0;
			git_reference_free(direct);
		}
		git_reference_free(ref);
	}
	git_reference_iterator_free(it);
	git_error_clear();
	return found;
}
