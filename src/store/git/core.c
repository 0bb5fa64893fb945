#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/git.h"
#include "store/git/nonet.h"
#include "store/git/plumb.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_LSAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_LSAN 1
#endif
#endif
#ifdef WITH_LSAN
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

/* libgit2 1.5 forgets the match where a pattern does not match (revparse). */
const char *
__lsan_default_suppressions(void)
{
	return "leak:_pcre2_memctl_malloc_8\nleak:pcre2_match_8\n";
}
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int start_rc;

bool
sync_wanted(void)
{
	const char *s = getenv("CRM_FSYNC");

	return !s || strcmp(s, "0") != 0;
}

/* Bytes of a tree, and of all together. */
#define TREE_KEPT ((size_t)8 << 20)
#define TREES_KEPT ((ssize_t)32 << 20)

static void
start(void)
{
	const char *ext[] = { "worktreeconfig" };

	git_nonet();
	lg_use_our_memory();
	start_rc = git_libgit2_init();
	if (start_rc < 0)
		return;
	start_rc = 0;
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, sync_wanted() ? 1 : 0);
	/* Reading: what git itself does not do either, and a third of the
	 * time. What we write is compared with what we meant. */
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	/* A look at each of many files of a folder reads its tree once: one of
	 * more than 4 kB is not kept otherwise. Of history not all stay. */
	git_libgit2_opts(
	    GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, TREE_KEPT);
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, TREES_KEPT);
	/* git sparse-checkout sets it; 1.5 can open such a repository but
	 * does not know that it can. */
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, ext, (size_t)1);
}

int
lg_start(struct err *e)
{
	pthread_once(&once, start);
	return start_rc < 0 ? lg_fail(e, start_rc, "cannot start libgit2") : 0;
}

static enum err_code
code_of(int rc, int class, int sys)
{
	switch (rc) {
	case GIT_ENOTFOUND:
	case GIT_EUNBORNBRANCH:
		return ERR_NOENT;
	case GIT_ELOCKED:
	case GIT_EMODIFIED:
	case GIT_ECONFLICT:
	case GIT_EUNCOMMITTED:
		return ERR_BUSY;
	case GIT_EOWNER:
		return ERR_PERM;
	case GIT_EINVALIDSPEC:
	case GIT_EAMBIGUOUS:
	case GIT_EPEEL:
		return ERR_USAGE;
	default:
		break;
	}
	if (class == GIT_ERROR_OS &&
	    (sys == EACCES || sys == EPERM || sys == EROFS))
		return ERR_PERM;
	return ERR_IO;
}

int
lg_fail(struct err *e, int rc, const char *fmt, ...)
{
	int sys = errno;
	const git_error *ge = git_error_last();
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = xstrdup(fmt);
	va_end(ap);
	err_set(e, code_of(rc, ge ? ge->klass : 0, sys), "%s: %s", text,
	    ge && ge->message ? ge->message : "git failed");
	free(text);
	git_error_clear();
	return -1;
}

bool
lg_oid(git_oid *out, const struct oid *id)
{
	return id->hex[0] && git_oid_fromstr(out, id->hex) == 0;
}

void
lg_hex(struct oid *out, const git_oid *id)
{
	git_oid_tostr(out->hex, sizeof out->hex, id);
}

/*
 * Why a repository does not open. libgit2 1.5 says "config value
 * 'safe.directory' was not found" where it means "owned by somebody else".
 */
static int
open_failed(int rc, const char *root, struct err *e)
{
	const git_error *ge = git_error_last();
	const char *msg = ge && ge->message ? ge->message : "";

	if (rc == GIT_EOWNER || strstr(msg, "safe.directory"))
		return err_set(e, ERR_PERM,
		    "%s: the repository belongs to another user; if you trust "
		    "it, run: git config --global --add safe.directory %s",
		    root, root);
	if (strstr(msg, "extension") || strstr(msg, "repository version"))
		return err_set(e, ERR_DATA,
		    "%s: this kind of git repository is not supported (%s)",
		    root, msg);
	if (rc == GIT_ENOTFOUND)
		return err_set(e, ERR_NOENT,
		    "%s: no git repository here; crm init makes one", root);
	return lg_fail(e, rc, "%s: cannot open the repository", root);
}

/* A linked work tree or a submodule has a file in the place of .git. */
static int
check_gitdir(const char *root, struct err *e)
{
	char *dir = xasprintf("%s/.git", root);
	struct stat st;
	int rc = lstat(dir, &st);

	free(dir);
	if (rc && errno == ENOENT)
		return err_set(e, ERR_NOENT,
		    "%s: no git repository here; crm init makes one", root);
	if (rc)
		return err_errno(e, "%s/.git", root);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_DATA,
		    "%s: a linked work tree or submodule cannot be a store",
		    root);
	return 0;
}

int
repo_open(struct repo **out, const char *root, struct err *e)
{
	struct repo *r = NULL;
	int rc;

	*out = NULL;
	if (check_gitdir(root, e) || lg_start(e))
		return -1;
	r = xcalloc(1, sizeof *r);
	pthread_mutex_init(&r->lock, NULL);
	r->root = xstrdup(root);
	rc = git_repository_open_ext(
	    &r->git, root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (rc) {
		open_failed(rc, root, e);
		goto fail;
	}
	if (git_repository_is_bare(r->git)) {
		err_set(
		    e, ERR_DATA, "%s: a bare repository has no files", root);
		goto fail;
	}
	if (repo_config_bool(r, "core.splitindex", false)) {
		err_set(e, ERR_DATA,
		    "%s: a split index is not supported; run: "
		    "git config core.splitIndex false && "
		    "git update-index --no-split-index",
		    root);
		goto fail;
	}
	rc = git_repository_odb(&r->odb, r->git);
	if (rc) {
		lg_fail(e, rc, "%s: cannot open the object store", root);
		goto fail;
	}
	*out = r;
	return 0;
fail:
	repo_free(r);
	return -1;
}

void
repo_free(struct repo *r)
{
	if (!r)
		return;
	git_config_free(r->config);
	git_odb_free(r->odb);
	git_repository_free(r->git);
	pthread_mutex_destroy(&r->lock);
	free(r->root);
	free(r);
}

/*
 * git runs the post-merge hook after the merge commit but before it clears
 * MERGE_HEAD: such a merge is finished.
 */
static bool
merge_is_done(struct repo *r)
{
	git_oid head, merged;

	return git_reference_name_to_id(&head, r->git, "HEAD") == 0 &&
	       git_reference_name_to_id(&merged, r->git, "MERGE_HEAD") == 0 &&
	       (git_oid_equal(&head, &merged) ||
		   git_graph_descendant_of(r->git, &head, &merged) == 1);
}

/*
 * git runs the post-rewrite hook when HEAD is on its branch again, but before
 * it clears its notes: such a rebase is finished. At its beginning HEAD is on
 * the branch, too, but nothing is rewritten.
 */
static bool
rebase_is_done(struct repo *r)
{
	static const char ref[] = "ref: ";
	char *dir = xasprintf("%s/.git", r->root);
	struct buf head = { 0 }, branch = { 0 }, list = { 0 };
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done;

	done = fd >= 0 && file_read(fd, "HEAD", 4096, &head, NULL, NULL) == 0 &&
	       file_read(fd, "rebase-merge/head-name", 4096, &branch, NULL,
		   NULL) == 0 &&
	       file_read(fd, "rebase-merge/rewritten-list", 0, &list, NULL,
		   NULL) == 0 &&
	       list.n > 0 && span_starts(buf_span(&head), span(ref)) &&
	       span_eq(span_trim(span_n(
			   head.p + sizeof ref - 1, head.n - (sizeof ref - 1))),
		   span_trim(buf_span(&branch)));
	if (fd >= 0)
		close(fd);
	free(dir);
	buf_release(&head);
	buf_release(&branch);
	buf_release(&list);
	return done;
}

int
repo_idle(struct repo *r, struct err *e)
{
	static const char *const what[] = {
		[GIT_REPOSITORY_STATE_MERGE] = "merge",
		[GIT_REPOSITORY_STATE_REVERT] = "revert",
		[GIT_REPOSITORY_STATE_REVERT_SEQUENCE] = "revert",
		[GIT_REPOSITORY_STATE_CHERRYPICK] = "cherry-pick",
		[GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE] = "cherry-pick",
		[GIT_REPOSITORY_STATE_BISECT] = "bisect",
		[GIT_REPOSITORY_STATE_REBASE] = "rebase",
		[GIT_REPOSITORY_STATE_REBASE_INTERACTIVE] = "rebase",
		[GIT_REPOSITORY_STATE_REBASE_MERGE] = "rebase",
		[GIT_REPOSITORY_STATE_APPLY_MAILBOX] = "am",
		[GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE] = "am",
	};
	int state = git_repository_state(r->git);
	const char *name =
	    state > 0 && (size_t)state < sizeof what / sizeof what[0] &&
		    what[state]
		? what[state]
		: "operation";

	if (state == GIT_REPOSITORY_STATE_NONE ||
	    (state == GIT_REPOSITORY_STATE_MERGE && merge_is_done(r)) ||
	    ((state == GIT_REPOSITORY_STATE_REBASE_MERGE ||
		 state == GIT_REPOSITORY_STATE_REBASE_INTERACTIVE) &&
		rebase_is_done(r)))
		return 0;
	return err_set(e, ERR_BUSY,
	    "a git %s is not finished; finish it, or stop it with "
	    "git %s --abort (git status tells more)",
	    name, name);
}

/* The settings as they are at the first look; NULL where they cannot be read.
 */
static git_config *
settings(struct repo *r)
{
	if (!r->config &&
	    git_repository_config_snapshot(&r->config, r->git) != 0)
		r->config = NULL;
	return r->config;
}

bool
repo_config_str(struct repo *r, const char *name, struct buf *out)
{
	git_config *c = settings(r);
	const char *v = NULL;
	bool found = c && git_config_get_string(&v, c, name) == 0;

	if (found)
		buf_adds(out, v);
	git_error_clear();
	return found;
}

bool
repo_config_bool(struct repo *r, const char *name, bool def)
{
	git_config *c = settings(r);
	int v = def;

	if (!c || git_config_get_bool(&v, c, name))
		v = def;
	git_error_clear();
	return v;
}
