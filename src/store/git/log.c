#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/git/git.h"

static int
tell(git_commit *c, repo_commit_fn *fn, void *ctx, struct err *e)
{
	const git_signature *a = git_commit_author(c);
	struct repo_commit rc = { 0 };
	char *author = xasprintf("%s <%s>", a->name, a->email);
	int result;

	lg_hex(&rc.id, git_commit_id(c));
	rc.nparents = (int)git_commit_parentcount(c);
	if (rc.nparents)
		lg_hex(&rc.parent, git_commit_parent_id(c, 0));
	rc.time = git_commit_time(c);
	rc.author = author;
	rc.message = git_commit_message(c);
	result = fn(ctx, &rc, e);
	free(author);
	return result;
}

int
repo_commit(struct repo *r, const struct oid *id, repo_commit_fn *fn, void *ctx,
    struct err *e)
{
	git_commit *c = lg_commit(r, id, e);
	int result;

	if (!c)
		return -1;
	result = tell(c, fn, ctx, e);
	git_commit_free(c);
	return result;
}

int
repo_log(struct repo *r, const struct oid *from, bool first_parent,
    repo_commit_fn *fn, void *ctx, struct err *e)
{
	git_revwalk *w = NULL;
	git_oid id;
	int rc, result = 0;

	if (!lg_oid(&id, from))
		return 0;
	rc = git_revwalk_new(&w, r->git);
	if (!rc)
		rc = git_revwalk_sorting(
		    w, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
	if (!rc && first_parent)
		rc = git_revwalk_simplify_first_parent(w);
	/* Topological order reads all of history first; one line of first
	 * parents is in order as it is. */
	if (!rc && first_parent)
		rc = git_revwalk_sorting(w, GIT_SORT_NONE);
	if (!rc)
		rc = git_revwalk_push(w, &id);
	while (!rc && !result && (rc = git_revwalk_next(&id, w)) == 0) {
		git_commit *c = NULL;

		rc = git_commit_lookup(&c, r->git, &id);
		if (!rc)
			result = tell(c, fn, ctx, e);
		git_commit_free(c);
	}
	git_revwalk_free(w);
	if (rc && rc != GIT_ITEROVER)
		return lg_fail(e, rc, "cannot read the history");
	git_error_clear();
	return result;
}

static int
diff_paths(git_diff *d, repo_path_fn *fn, void *ctx, struct err *e)
{
	size_t i, n = git_diff_num_deltas(d);
	int result = 0;

	for (i = 0; i < n && !result; i++) {
		const git_diff_delta *x = git_diff_get_delta(d, i);

		result = fn(ctx,
		    x->new_file.path ? x->new_file.path : x->old_file.path, e);
	}
	return result;
}

int
repo_diff(struct repo *r, const struct oid *a, const struct oid *b,
    repo_path_fn *fn, void *ctx, struct err *e)
{
	git_diff_options opt;
	git_tree *x = NULL, *y = NULL;
	git_diff *d = NULL;
	int rc, result = -1;

	git_diff_options_init(&opt, GIT_DIFF_OPTIONS_VERSION);
	opt.flags = GIT_DIFF_SKIP_BINARY_CHECK;
	if (a->hex[0] && !(x = lg_tree(r, a, e)))
		goto out;
	if (b->hex[0] && !(y = lg_tree(r, b, e)))
		goto out;
	if (!x && !y) {
		result = 0;
		goto out;
	}
	rc = git_diff_tree_to_tree(&d, r->git, x, y, &opt);
	if (rc) {
		lg_fail(e, rc, "cannot compare the commits");
		goto out;
	}
	result = diff_paths(d, fn, ctx, e);
out:
	git_diff_free(d);
	git_tree_free(x);
	git_tree_free(y);
	return result;
}

int
repo_edited(struct repo *r, const struct oid *commit, repo_path_fn *fn,
    void *ctx, struct err *e)
{
	git_diff_options opt;
	git_tree *tree = lg_tree(r, commit, e);
	git_diff *d = NULL;
	int rc, result = -1;

	if (!tree)
		return -1;
	git_diff_options_init(&opt, GIT_DIFF_OPTIONS_VERSION);
	opt.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_INCLUDE_UNTRACKED |
		    GIT_DIFF_RECURSE_UNTRACKED_DIRS;
	rc = git_diff_tree_to_workdir_with_index(&d, r->git, tree, &opt);
	if (rc)
		lg_fail(e, rc, "cannot compare the work tree");
	else
		result = diff_paths(d, fn, ctx, e);
	git_diff_free(d);
	git_tree_free(tree);
	return result;
}
