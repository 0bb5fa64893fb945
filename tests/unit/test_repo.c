#include "unit.h"

#include "gitstore.h"

static void
test_setup(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	char *before, *after;

	expect(g,
	    "git config core.fsync; git config core.splitIndex; "
	    "git config merge.crm.driver; git symbolic-ref HEAD",
	    "all\nfalse\ncrm merge-file %O %A %B %P %L\nrefs/heads/main");
	expect(g, "stat -c %a .git .git/config .git/hooks/post-merge",
	    "700\n600\n700");
	before = says(g, "cat .git/config");
	okay(repo_setup(g->path, &e), &e);
	after = says(g, "cat .git/config");
	assert_string_equal(before, after);
	free(before);
	free(after);
	/* the user's own hook stays */
	assert_int_equal(sh(g, "echo mine >.git/hooks/post-merge"), 0);
	okay(repo_setup(g->path, &e), &e);
	expect(g, "cat .git/hooks/post-merge", "mine");
}

static const struct {
	const char *name, *make, *says;
	enum err_code code;
} bad[] = {
	{ "none", "rm -rf .git", "no git repository", ERR_NOENT },
	{ "linked", "rm -rf .git; echo gitdir: /x >.git", "linked", ERR_DATA },
	{ "split", "git config core.splitIndex true", "split index", ERR_DATA },
	{ "sha256",
	    "git config core.repositoryformatversion 1; "
	    "git config extensions.objectformat sha256",
	    "not supported", ERR_DATA },
	{ "bare", "git config core.bare true", "bare", ERR_DATA },
};

static void
test_open(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct repo *r;
	size_t i;

	assert_int_equal(sh(g, "cp -a .git ../$(basename $PWD).git"), 0);
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(sh(g, "rm -rf .git; "
				       "cp -a ../$(basename $PWD).git .git"),
		    0);
		assert_int_equal(sh(g, bad[i].make), 0);
		CHECK(repo_open(&r, g->path, &e) == -1 &&
			  e.code == bad[i].code && strstr(e.msg, bad[i].says),
		    "%s: %d %s", bad[i].name, e.code, e.msg ? e.msg : "");
		assert_null(r);
		err_release(&e);
	}
	assert_int_equal(sh(g, "rm -rf .git; mv ../$(basename $PWD).git .git; "
			       "git sparse-checkout init"),
	    0);
	okay(repo_open(&r, g->path, &e), &e);
	repo_free(r);
}

static void
test_idle(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct repo *r;
	struct txn *t;

	assert_int_equal(
	    sh(g, "echo 1 >f; git add f; git commit -qm 1; git branch b; "
		  "echo 2 >f; git commit -qam 2; git checkout -q b; "
		  "echo 3 >f; git commit -qam 3; git merge -q main; true"),
	    0);
	okay(repo_open(&r, g->path, &e), &e);
	assert_int_equal(repo_idle(r, &e), -1);
	assert_int_equal(e.code, ERR_BUSY);
	assert_non_null(strstr(e.msg, "git merge --abort"));
	err_release(&e);
	assert_int_equal(txn_begin(&t, g->path, 100, &e), -1);
	assert_int_equal(e.code, ERR_BUSY);
	err_release(&e);
	assert_int_equal(sh(g, "git merge --abort"), 0);
	okay(repo_idle(r, &e), &e);
	repo_free(r);
}

static int
collect(void *ctx, const struct repo_commit *c, struct err *e)
{
	(void)e;
	buf_addf(ctx, "%s %d %lld %.*s\n", c->author, c->nparents,
	    (long long)c->time, (int)strcspn(c->message, "\n"), c->message);
	return 0;
}

static int
stop(void *ctx, const struct repo_commit *c, struct err *e)
{
	(void)c;
	(void)e;
	return ++*(int *)ctx == 2 ? 5 : 0;
}

static int
paths(void *ctx, const char *path, struct err *e)
{
	(void)e;
	buf_addf(ctx, "%s ", path);
	return 0;
}

static const char history[] =
    "t() { export GIT_COMMITTER_DATE=@$1+0000 GIT_AUTHOR_DATE=@$1+0000; }; "
    "t 1000000000; echo 1 >a; git add a; git commit -qm one; "
    "t 1000000100; echo 2 >b; git add b; git commit -qm two; "
    "git checkout -q -b side; t 1000000200; echo 3 >c; git add c; "
    "git commit -qm side; git checkout -q main; "
    "t 1000000300; git rm -q a; git commit -qm three; "
    "t 1000000400; git merge -q -m join side";

static void
test_history(void **state)
{
	struct gitstore *g = *state;
	struct oid head, at, a, b, none = { "" };
	struct err e = { 0 };
	struct buf out = { 0 };
	struct repo *r;
	int n = 0;

	assert_int_equal(sh(g, history), 0);
	okay(repo_open(&r, g->path, &e), &e);
	okay(repo_resolve(r, "HEAD", &head, &e), &e);
	expect(g, "git rev-parse HEAD", head.hex);
	assert_true(repo_head_fast(g->path, &at));
	assert_string_equal(at.hex, head.hex);
	okay(repo_log(r, &head, true, collect, &out, &e), &e);
	assert_string_equal(out.p, "Ana <ana@example.org> 2 1000000400 join\n"
				   "Ana <ana@example.org> 1 1000000300 three\n"
				   "Ana <ana@example.org> 1 1000000100 two\n"
				   "Ana <ana@example.org> 0 1000000000 one\n");
	assert_int_equal(repo_log(r, &head, false, stop, &n, &e), 5);
	okay(repo_at(r, 1000000299, &at, &e), &e);
	expect(g, "git rev-parse HEAD~2", at.hex);
	okay(repo_at(r, 1000000300, &at, &e), &e);
	expect(g, "git rev-parse HEAD~1", at.hex);
	assert_int_equal(repo_at(r, 999999999, &at, &e), -1);
	assert_int_equal(e.code, ERR_NOENT);
	err_release(&e);
	okay(repo_resolve(r, "HEAD~1", &a, &e), &e);
	okay(repo_resolve(r, "side", &b, &e), &e);
	buf_reset(&out);
	okay(repo_diff(r, &a, &b, paths, &out, &e), &e);
	assert_string_equal(out.p, "a c ");
	buf_reset(&out);
	okay(repo_diff(r, &none, &b, paths, &out, &e), &e);
	assert_string_equal(out.p, "a b c ");
	okay(repo_resolve(r, "side~1", &at, &e), &e);
	assert_int_equal(repo_is_ancestor(r, &b, &head, &e), 1);
	assert_int_equal(repo_is_ancestor(r, &a, &b, &e), 0);
	memset(at.hex, '1', OID_HEX);
	assert_int_equal(repo_is_ancestor(r, &at, &b, &e), 0);
	okay(repo_resolve(r, "side~1", &at, &e), &e);
	assert_false(repo_is_pushed(r, &b));
	assert_int_equal(
	    sh(g, "git update-ref refs/remotes/origin/main side"), 0);
	assert_true(repo_is_pushed(r, &at));
	assert_false(repo_is_pushed(r, &a));
	assert_int_equal(repo_resolve(r, "nosuch", &a, &e), -1);
	assert_int_equal(e.code, ERR_NOENT);
	err_release(&e);
	assert_int_equal(repo_read(r, &b, "c", &out, &e), 0);
	assert_string_equal(out.p, "3\n");
	assert_int_equal(repo_read(r, &at, "c", &out, &e), 1);
	repo_free(r);
	buf_release(&out);
}

static void
test_head_fast(void **state)
{
	static const char *const ways[] = { "true", "git pack-refs --all",
		"git checkout -q --detach", "git checkout -q -b x/y/z" };
	struct gitstore *g = *state;
	struct oid head;
	size_t i;

	assert_false(repo_head_fast(g->path, &head));
	assert_string_equal(head.hex, "");
	assert_int_equal(sh(g, "echo >f; git add f; git commit -qm f"), 0);
	for (i = 0; i < COUNT(ways); i++) {
		assert_int_equal(sh(g, ways[i]), 0);
		CHECK(repo_head_fast(g->path, &head), "%s", ways[i]);
		expect(g, "git rev-parse HEAD", head.hex);
	}
	assert_false(repo_head_fast("/nonexistent", &head));
}

static void
test_identity(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct buf b = { 0 };
	struct repo *r;
	struct oid id;
	bool made;

	okay(repo_open(&r, g->path, &e), &e);
	setenv("GIT_AUTHOR_NAME", " Ana\ncommitter <evil> ", 1);
	okay(repo_identity(r, &b, &made, &e), &e);
	assert_string_equal(b.p, "Anacommitter evil <ana@example.org>");
	assert_false(made);
	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	expect(
	    g, "git fsck --strict; git log --format=%an", "Anacommitter evil");
	unsetenv("GIT_AUTHOR_NAME");
	unsetenv("GIT_AUTHOR_EMAIL");
	setenv("EMAIL", "me@host", 1);
	okay(repo_identity(r, &b, &made, &e), &e);
	assert_true(made);
	assert_non_null(strstr(b.p, " <me@host>"));
	assert_int_equal(
	    sh(g, "git config user.name Bo; git config user.email b@o"), 0);
	repo_free(r);
	okay(repo_open(&r, g->path, &e), &e);
	okay(repo_identity(r, &b, &made, &e), &e);
	assert_string_equal(b.p, "Bo <b@o>");
	assert_false(made);
	repo_free(r);
	buf_release(&b);
}

/* Time never runs backwards from a commit to its child. */
static void
test_time(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid id;

	assert_int_equal(
	    sh(g, "echo >f; git add f; GIT_COMMITTER_DATE='@4000000000 +0000' "
		  "git commit -qm f"),
	    0);
	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	expect(g, "git log -1 --format=%ct", "4000000000");
}

#define T(f) cmocka_unit_test_setup_teardown(f, gitstore_make, gitstore_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_setup), T(test_open),
		T(test_idle), T(test_history), T(test_head_fast),
		T(test_identity), T(test_time) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
