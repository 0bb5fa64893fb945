#include "unit.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "gitstore.h"
#include "store/view.h"

static void
test_commit(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid id;

	okay(commit_one(g, "a/b.csv", "id\n1\n", &id, &e), &e);
	/* before git writes the index in its own way */
	expect(g, "stat -c %a a/b.csv a .git/index", "600\n700\n600");
	expect(g, "git rev-parse HEAD", id.hex);
	expect(g, "cat a/b.csv", "id\n1");
	expect(g, "git status --porcelain", "");
	expect(g, "git fsck --strict", "");
	expect(g, "git reflog | cut -d' ' -f2-",
	    "HEAD@{0}: commit (initial): test");
	expect(g, "ls -A .git/crm/tmp; find .git -name '*.lock'", "");
	/* the same again is no commit */
	okay(commit_one(g, "a/b.csv", "id\n1\n", &id, &e), &e);
	assert_string_equal(id.hex, "");
	expect(g, "git rev-list --count HEAD", "1");
}

static void
test_several(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct buf b = { 0 };
	struct oid id;
	struct txn *t;

	okay(commit_one(g, "x/1.csv", "1\n", &id, &e), &e);
	okay(txn_begin(&t, g->path, 1000, &e), &e);
	buf_adds(&b, "2\n");
	okay(txn_put(t, "x/2.csv", &b, &e), &e);
	assert_int_equal(b.n, 0);
	okay(txn_remove(t, "x/1.csv", &e), &e);
	assert_int_equal(txn_read(t, "x/1.csv", &b, &e), 1);
	assert_int_equal(txn_read(t, "x/2.csv", &b, &e), 0);
	assert_string_equal(b.p, "2\n");
	okay(txn_commit(t, "one\n", &id, &e), &e);
	assert_string_equal(txn_head(t)->hex, id.hex);
	okay(txn_remove(t, "x/2.csv", &e), &e);
	okay(txn_commit(t, "two\n", &id, &e), &e);
	txn_end(t);
	expect(g, "git log --format=%s", "two\none\ntest");
	expect(g, "git ls-files; git status --porcelain; ls", "out");
	expect(g, "git fsck --strict", "");
	buf_release(&b);
}

static const struct {
	const char *name, *before;
	enum txn_state want;
} states[] = {
	{ "clean", "true", TXN_CLEAN },
	{ "edited", "echo 2 >>f.csv", TXN_EDITED },
	{ "staged", "echo 2 >>f.csv; git add f.csv", TXN_EDITED },
	{ "staged and edited", "echo 2 >>f.csv; git add f.csv; echo 3 >>f.csv",
	    TXN_PARTLY },
	{ "staged and restored",
	    "cp f.csv out; echo 2 >>f.csv; git add f.csv; "
	    "git show HEAD:f.csv >f.csv",
	    TXN_PARTLY },
	{ "removed", "rm f.csv", TXN_EDITED },
	{ "removed by git", "git rm -q f.csv", TXN_EDITED },
	{ "removed from the index", "git rm -q --cached f.csv", TXN_PARTLY },
	{ "touched", "touch -d 2001-01-01 f.csv", TXN_CLEAN },
	{ "same size, old time",
	    "printf 'jd\\n' >out2; touch -r f.csv out2; mv out2 f.csv",
	    TXN_EDITED },
};

static void
test_state(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid id;
	size_t i;

	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	for (i = 0; i < COUNT(states); i++) {
		struct buf b = { 0 };
		enum txn_state st;
		struct txn *t;
		int rc;

		assert_int_equal(sh(g, "git reset -q --hard"), 0);
		assert_int_equal(sh(g, states[i].before), 0);
		okay(txn_begin(&t, g->path, 1000, &e), &e);
		okay(txn_state(t, "f.csv", &st, &e), &e);
		CHECK(st == states[i].want, "%s: %d", states[i].name, st);
		/* never over what the user has not committed */
		buf_adds(&b, "other\n");
		rc = txn_put(t, "f.csv", &b, &e);
		CHECK(rc == (st == TXN_CLEAN ? 0 : -1), "%s: put",
		    states[i].name);
		CHECK(!rc || e.code == ERR_BUSY, "%s: code %d", states[i].name,
		    e.code);
		buf_release(&b);
		err_release(&e);
		txn_end(t);
	}
	expect(g, "git rev-list --count HEAD", "1");
}

static void
test_edit(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct buf b = { 0 };
	struct oid id;
	struct txn *t;

	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	okay(commit_one(g, "g.csv", "id\n", &id, &e), &e);
	assert_int_equal(
	    sh(g, "echo 2 >>f.csv; echo 5 >>g.csv; git add g.csv"), 0);
	okay(txn_begin(&t, g->path, 1000, &e), &e);
	okay(txn_read(t, "f.csv", &b, &e), &e);
	okay(txn_put(t, "f.csv", &b, &e), &e);
	okay(txn_commit(t, "edit\n", &id, &e), &e);
	buf_adds(&b, "id\n2\n3\n");
	okay(txn_put(t, "f.csv", &b, &e), &e);
	okay(txn_commit(t, "change\n", &id, &e), &e);
	txn_end(t);
	expect(g, "git status --porcelain", "M  g.csv");
	expect(g, "git log -2 --format=%s -- f.csv", "change\nedit");
	expect(g, "cat f.csv", "id\n2\n3");
}

static const char *const unsafe[] = { "../x", "/x", "a/../x", ".git/config",
	"a/.GIT/x", "", "a//b", "a\nb", "link/x", "link", "fifo", "folder" };

static void
test_refuses(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	size_t i;

	assert_int_equal(
	    sh(g, "ln -s /tmp link; mkfifo fifo; mkdir folder"), 0);
	for (i = 0; i < COUNT(unsafe); i++) {
		struct oid id;
		int rc = commit_one(g, unsafe[i], "x\n", &id, &e);

		CHECK(rc == -1 && e.code == ERR_DATA, "'%s': %d %s", unsafe[i],
		    e.code, e.msg ? e.msg : "");
		err_release(&e);
	}
	expect(g, "git rev-list --count --all", "0");
}

/* An edit between reading and committing is seen, and nothing is done. */
static void
test_underneath(void **state)
{
	static const char *const edits[] = { "echo 2 >>f.csv",
		"printf 'ID\\n' >f.csv", "rm f.csv",
		"echo 7 >f.csv; git add f.csv; git commit -qm user",
		"git checkout -q -b other", "git rm -q --cached f.csv" };
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid id;
	size_t i;

	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	for (i = 0; i < COUNT(edits); i++) {
		struct buf b = { 0 };
		struct txn *t;
		char *before, *after;

		assert_int_equal(
		    sh(g, "git checkout -q main; git reset -q --hard"), 0);
		okay(txn_begin(&t, g->path, 1000, &e), &e);
		okay(txn_read(t, "f.csv", &b, &e), &e);
		buf_adds(&b, "new\n");
		okay(txn_put(t, "f.csv", &b, &e), &e);
		assert_int_equal(sh(g, edits[i]), 0);
		before = says(g, "git rev-parse HEAD; git status --porcelain");
		CHECK(txn_commit(t, "x\n", &id, &e) == -1 && e.code == ERR_BUSY,
		    "%s: %d %s", edits[i], e.code, e.msg ? e.msg : "");
		after = says(g, "git rev-parse HEAD; git status --porcelain");
		CHECK(!strcmp(before, after), "%s: %s", edits[i], after);
		free(before);
		free(after);
		err_release(&e);
		txn_end(t);
		buf_release(&b);
	}
}

/* A commit of other files meanwhile becomes the parent of ours. */
static void
test_follows(void **state)
{
	struct gitstore *g = *state;
	struct buf b = { 0 };
	struct err e = { 0 };
	struct oid id;
	struct txn *t;

	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	okay(txn_begin(&t, g->path, 1000, &e), &e);
	buf_adds(&b, "id\nnew\n");
	okay(txn_put(t, "f.csv", &b, &e), &e);
	assert_int_equal(
	    sh(g, "echo 7 >x; git add x; git commit -qm user"), 0);
	okay(txn_commit(t, "ours\n", &id, &e), &e);
	txn_end(t);
	expect(g, "git log --format=%s -2; git status --porcelain; git fsck --no-dangling",
	    "ours\nuser");
	expect(g, "git show HEAD:x HEAD:f.csv", "7\nid\nnew");
	buf_release(&b);
}

static void
test_locks(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct txn *t, *u;
	struct oid id;
	int fd;

	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	okay(txn_begin(&t, g->path, 1000, &e), &e);
	assert_int_equal(txn_begin(&u, g->path, 50, &e), -1);
	assert_int_equal(e.code, ERR_BUSY);
	assert_null(u);
	err_release(&e);
	txn_end(t);
	/* git's lock is waited for and never taken away */
	assert_int_equal(sh(g, "(sleep 0.2; rm .git/index.lock) & "
			       ">.git/index.lock"),
	    0);
	okay(commit_one(g, "f.csv", "id\n1\n", &id, &e), &e);
	assert_int_equal(sh(g, ">.git/index.lock"), 0);
	okay(txn_begin(&t, g->path, 50, &e), &e);
	okay(txn_remove(t, "f.csv", &e), &e);
	assert_int_equal(txn_commit(t, "x\n", &id, &e), -1);
	assert_int_equal(e.code, ERR_BUSY);
	err_release(&e);
	txn_end(t);
	expect(g, "ls .git/index.lock; ls -A .git/crm/tmp .git/crm/txn",
	    ".git/index.lock\n"
	    "ls: cannot access '.git/crm/txn': No such file or directory\n"
	    ".git/crm/tmp:");
	assert_int_equal(sh(g, "rm .git/index.lock"), 0);
	/* a reader holds up a commit, and one that waits holds up readers */
	okay(txn_read_lock(g->path, &fd, &e), &e);
	assert_true(fd >= 0);
	okay(txn_begin(&t, g->path, 50, &e), &e);
	okay(txn_remove(t, "f.csv", &e), &e);
	assert_int_equal(txn_commit(t, "x\n", &id, &e), -1);
	assert_int_equal(e.code, ERR_BUSY);
	err_release(&e);
	close(fd);
	okay(txn_commit(t, "x\n", &id, &e), &e);
	txn_end(t);
	expect(g, "git status --porcelain; git ls-files", "");
}

static void
test_bulk(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct buf b = { 0 };
	struct oid id;
	struct txn *t;
	int i;

	okay(txn_begin(&t, g->path, 1000, &e), &e);
	txn_bulk(t);
	for (i = 0; i < 300; i++) {
		char path[32];

		snprintf(path, sizeof path, "d%d/%d.csv", i % 7, i);
		buf_addf(&b, "id,n\n%d,", i / 2);
		buf_pad(&b, 'x', (size_t)i * 700);
		okay(txn_put(t, path, &b, &e), &e);
		assert_int_equal(b.n, 0);
	}
	okay(txn_read(t, "d0/0.csv", &b, &e), &e);
	assert_string_equal(b.p, "id,n\n0,");
	okay(txn_commit(t, "bulk\n", &id, &e), &e);
	/* and a small one behind it */
	buf_reset(&b);
	buf_adds(&b, "id,n\n");
	okay(txn_put(t, "d0/0.csv", &b, &e), &e);
	okay(txn_commit(t, "more\n", &id, &e), &e);
	txn_end(t);
	expect(
	    g, "git status --porcelain; git fsck --strict --no-dangling", "");
	expect(g, "git ls-files | wc -l", "300");
	expect(g, "find .git/objects -name '*.pack' | wc -l", "2");
	expect(g, "git verify-pack .git/objects/pack/*.idx", "");
	buf_release(&b);
}

/* An object that a power cut left empty is written again. */
static void
test_damaged(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid id;

	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	assert_int_equal(
	    sh(g, "printf 'id\\n7\\n' | git hash-object -w --stdin; "
		  "f=$(find .git/objects -name "
		  "$(printf 'id\\n7\\n' | git hash-object --stdin |"
		  " cut -c3-)); chmod u+w $f; >$f"),
	    0);
	okay(commit_one(g, "f.csv", "id\n7\n", &id, &e), &e);
	expect(g, "git fsck --strict; git show HEAD:f.csv", "id\n7");
}

static void
test_detached(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid id;

	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	assert_int_equal(sh(g, "git checkout -q --detach"), 0);
	okay(commit_one(g, "f.csv", "id\n1\n", &id, &e), &e);
	expect(g, "git rev-parse HEAD", id.hex);
	expect(
	    g, "git symbolic-ref -q HEAD; git log --oneline main | wc -l", "1");
	expect(g, "git status --porcelain; git fsck --strict", "");
	/* a branch that exists in packed-refs only, with a slash */
	assert_int_equal(
	    sh(g, "git checkout -q -b a/b; git pack-refs --all"), 0);
	okay(commit_one(g, "f.csv", "id\n2\n", &id, &e), &e);
	expect(g, "git rev-parse refs/heads/a/b", id.hex);
	expect(g, "git status --porcelain; git fsck --strict", "");
}

enum { WRITERS = 4, COMMITS = 25, GIT_COMMITS = 15 };

static void
writer(const struct gitstore *g, int no)
{
	struct buf b = { 0 };
	struct oid id;
	struct txn *t;
	struct err e = { 0 };
	char own[32];
	int i, rc = 0;

	snprintf(own, sizeof own, "own%d.csv", no);
	for (i = 0; i < COMMITS && !rc; i++) {
		/* however long the others take on a busy machine */
		do {
			err_release(&e);
			rc = txn_begin(&t, g->path, 60000, &e);
		} while (rc && e.code == ERR_BUSY);
		if (rc)
			break;
		rc = txn_read(t, "shared.csv", &b, &e) < 0;
		buf_addf(&b, "%d-%d\n", no, i);
		if (!rc)
			rc = txn_put(t, "shared.csv", &b, &e);
		buf_addf(&b, "%d\n", i);
		if (!rc)
			rc = txn_put(t, own, &b, &e);
		/* a commit of git's in between is a reason to try again */
		if (!rc && txn_commit(t, "w\n", &id, NULL))
			i--;
		txn_end(t);
	}
	if (rc)
		fprintf(stderr, "writer %d, commit %d: %s\n", no, i, e.msg);
	err_release(&e);
	buf_release(&b);
	_exit(rc ? 1 : 0);
}

/* Writers on one file, and git itself on another, lose nothing. */
static void
test_concurrent(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid id;
	char want[16];
	int i, st;

	okay(commit_one(g, "staged.csv", "id\n", &id, &e), &e);
	assert_int_equal(sh(g, "echo 1 >>staged.csv; git add staged.csv"), 0);
	for (i = 0; i < WRITERS; i++)
		if (fork() == 0)
			writer(g, i);
	assert_int_equal(
	    sh(g, "i=0; while [ $i -lt 15 ]; do echo $i >user.txt; "
		  "git add user.txt && git commit -qm u user.txt && "
		  "i=$((i + 1)); done"),
	    0);
	for (i = 0; i < WRITERS; i++) {
		assert_true(wait(&st) > 0);
		assert_int_equal(st, 0);
	}
	snprintf(want, sizeof want, "%d", 1 + WRITERS * COMMITS + GIT_COMMITS);
	expect(g, "git rev-list --count HEAD", want);
	snprintf(want, sizeof want, "%d", WRITERS * COMMITS);
	expect(g, "sort -u shared.csv | wc -l", want);
	expect(g, "git status --porcelain", "M  staged.csv");
	expect(g, "git fsck --strict --no-dangling", "");
}

static void
pair_writer(const struct gitstore *g)
{
	struct oid id;
	struct txn *t;
	int i, k, rc = 0;

	for (i = 0; i < 60 && !rc; i++) {
		rc = txn_begin(&t, g->path, 60000, NULL);
		for (k = 0; k < 2 && !rc; k++) {
			struct buf b = { 0 };

			buf_addf(&b, "%d\n", i);
			rc = txn_put(t, k ? "z/b.csv" : "a/a.csv", &b, NULL);
			buf_release(&b);
		}
		if (!rc)
			rc = txn_commit(t, "pair\n", &id, NULL);
		txn_end(t);
	}
	_exit(rc ? 1 : 0);
}

/* Readers see both files old or both new; git gc runs all the time. */
static void
test_readers(void **state)
{
	struct gitstore *g = *state;
	struct buf a = { 0 }, b = { 0 };
	struct err e = { 0 };
	struct view *v;
	pid_t w, gc;
	int fd, st;

	v = view_work(g->fd);
	w = fork();
	if (w == 0)
		pair_writer(g);
	gc = fork();
	if (gc == 0) {
		while (sh(g, "git gc -q") == 0)
			;
		_exit(1);
	}
	while (waitpid(w, &st, WNOHANG) == 0) {
		okay(txn_read_lock(g->path, &fd, &e), &e);
		assert_true(fd >= 0);
		assert_true(view_read(v, "a/a.csv", &a, &e) >= 0);
		usleep(300);
		assert_true(view_read(v, "z/b.csv", &b, &e) >= 0);
		CHECK(span_eq(buf_span(&a), buf_span(&b)), "%s %s", a.p, b.p);
		close(fd);
	}
	kill(gc, SIGTERM);
	waitpid(gc, NULL, 0);
	assert_int_equal(st, 0);
	expect(g,
	    "while [ -e .git/gc.pid ]; do sleep 0.1; done; "
	    "git rev-list --count HEAD",
	    "60");
	expect(
	    g, "git status --porcelain; git fsck --strict --no-dangling", "");
	view_free(v);
	buf_release(&a);
	buf_release(&b);
}

static void
test_maintain(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid id;

	okay(commit_one(g, "f.csv", "id\n", &id, &e), &e);
	expect(g, "awk '{ print $2 }' .git/crm/loose", "3");
	unsetenv("CRM_GC");
	txn_maintain(g->path);
	expect(g, "awk '{ print $2 }' .git/crm/loose", "3");
	assert_int_equal(sh(g, "echo 99000000 3 >.git/crm/loose"), 0);
	txn_maintain(g->path);
	expect(g, "awk '{ print $2 }' .git/crm/loose", "0");
	expect(g,
	    "i=0; while [ $i -lt 100 ] && "
	    "! ls .git/objects/pack/*.idx >/dev/null 2>&1; do "
	    "sleep 0.1; i=$((i + 1)); done; "
	    "while [ -e .git/gc.pid ]; do sleep 0.1; done; "
	    "git count-objects",
	    "0 objects, 0 kilobytes");
	setenv("CRM_GC", "0", 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, gitstore_make, gitstore_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_commit), T(test_several),
		T(test_state), T(test_edit), T(test_refuses),
		T(test_underneath), T(test_follows), T(test_locks),
		T(test_bulk),
		T(test_damaged), T(test_detached), T(test_concurrent),
		T(test_readers), T(test_maintain) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
