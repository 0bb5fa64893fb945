/*
 * git's index by our hands and by git's own: the same changes to the same
 * index, in all its versions, have to come to the same.
 */
#include "unit.h"

#include "base/be.h"
#include "base/file.h"
#include "gitstore.h"
#include "store/gindex.h"

static unsigned seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* What the user does between our changes. */
static const char *const theirs[] = {
	"git commit -qm x", /* all trees are known again */
	"echo $R >a/new$R; git add -N a/new$R",
	"echo $R >b/staged; git add b/staged",
	"git rm -q --cached -f --ignore-unmatch c/d/e/3.csv",
	"git update-index --index-version 2",
	"git update-index --index-version 4",
	"git update-index --assume-unchanged keep/1.csv",
	"git update-index --skip-worktree keep/2.csv",
	"git update-index --no-skip-worktree keep/2.csv",
	"git read-tree HEAD",
	"git update-index --force-untracked-cache; git status",
	"B=$(git rev-parse :keep/3.csv); git update-index --force-remove "
	"keep/c; printf '%s %s %d\\tkeep/c\\n' "
	"100644 $B 1 100644 $B 2 100644 $B 3 | git update-index --index-info",
	"git update-index --force-remove keep/c",
	("git update-index --add --cacheinfo "
	 "100644,$(git rev-parse :keep/3.csv),keep/c"), /* it is solved */
	"git status",
};

/* Where our changes go: there already, new, a file for a folder, and back. */
static const char *const paths[] = { "0.csv", "a/1.csv", "a/b/2.csv",
	"c/d/e/3.csv", "a/b/new.csv", "c/new/4.csv", "c/d", "c/d/e/3.csv/5",
	"a", "zz", "0", "a/b", "b/staged", "a/b.csv", "a.csv" };

static void
make_files(const struct gitstore *g)
{
	assert_int_equal(
	    sh(g, "mkdir -p a/b b c/d/e keep && "
		  "printf 'out\\nours*\\ntheirs*\\nlist*\\n' "
		  ">.git/info/exclude && "
		  "for d in . a a/b b c/d/e keep; do for i in 0 1 2 3 10; do "
		  "echo $d $i >$d/$i.csv; done; done && "
		  "git add . && git commit -qm files"),
	    0);
}

static void
load(const struct gitstore *g, struct gindex **ix)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	okay(file_read(g->fd, ".git/index", 0, &b, NULL, &e), &e);
	okay(gindex_read(ix, &b, &e), &e);
}

/* k changes to both, as many as there are in `how` for git update-index. */
static void
change(struct gindex *ix, const struct oid *blob, unsigned k, struct buf *how)
{
	static const char none[] = "0000000000000000000000000000000000000000";

	while (k-- > 0) {
		const char *path = paths[rnd(COUNT(paths))];
		unsigned mode = rnd(4) ? 0100644 : 0100755;
		struct gindex_entry en;

		if (rnd(3)) {
			gindex_set(ix, path, blob, mode, NULL);
			assert_int_equal(gindex_get(ix, path, &en), 0);
			assert_string_equal(en.id.hex, blob->hex);
			buf_addf(how, "%o %s\t%s\n", mode, blob->hex, path);
		} else {
			gindex_drop(ix, path);
			assert_int_equal(gindex_get(ix, path, &en), 1);
			buf_addf(how, "0 %s\t%s\n", none, path);
		}
	}
}

static void
same_by_git(const struct gitstore *g, unsigned round, const char *did)
{
	char *got = says(g,
	    "for f in ours theirs; do cp $f try; (export GIT_INDEX_FILE=try; "
	    "git ls-files -v --stage --debug; git ls-files --resolve-undo; "
	    "git write-tree; git status --porcelain | grep -v list) "
	    ">list.$f 2>&1; done; rm try; diff list.theirs list.ours");

	CHECK(!*got, "round %u, after '%s': %s", round, did, got);
	free(got);
	expect(g, "head -c 8 ours | cmp - theirs 2>&1 | grep -v EOF", "");
}

/* In git's way and in ours; nothing changed is the same bytes. */
static void
test_random(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid blob;
	char num[16];

	make_files(g);
	for (unsigned round = 0; round < 60; round++) {
		const char *did = theirs[rnd(COUNT(theirs))];
		struct buf out = { 0 }, how = { 0 };
		unsigned k = rnd(6);
		struct gindex *ix;
		char *id;

		snprintf(num, sizeof num, "%u", round);
		setenv("R", num, 1);
		(void)sh(g, did);
		id = says(g, "echo $R | git hash-object -w --stdin");
		assert_int_equal(strlen(id), OID_HEX);
		strcpy(blob.hex, id);
		free(id);
		load(g, &ix);
		change(ix, &blob, k, &how);
		gindex_write(ix, &out);
		gindex_free(ix);
		okay(file_write(g->fd, "ours", buf_span(&out), 0600, false, &e),
		    &e);
		okay(file_write(g->fd, "list", buf_span(&how), 0600, false, &e),
		    &e);
		expect(g,
		    "cp .git/index theirs; GIT_INDEX_FILE=theirs "
		    "git update-index --index-info <list",
		    "");
		if (!k)
			expect(g, "cmp .git/index ours", "");
		same_by_git(g, round, did);
		assert_int_equal(sh(g, "mv ours .git/index"), 0);
		if (round % 20 == 0)
			expect(
			    g, "git fsck --strict 2>&1 | grep -v dangling", "");
		buf_release(&out);
		buf_release(&how);
	}
}

/*
 * Transactions of ours among the user's own: what is staged, announced and
 * edited stays as git shows it, and nothing of ours shows.
 */
static void
test_commits(void **state)
{
	static const char *const mine[] = { "t/1.csv", "t/u/2.csv", "3.csv",
		"a/x.csv", "c/d/y.csv" };
	struct gitstore *g = *state;
	struct err e = { 0 };
	char *before, *after;
	struct oid id;

	make_files(g);
	assert_int_equal(
	    sh(g, "echo s >b/0.csv; git add b/0.csv; echo n >n; git add -N n; "
		  "git rm -q --cached b/1.csv; echo edit >keep/1.csv"),
	    0);
	before = says(g, "git status --porcelain; git diff --cached --raw");
	for (unsigned round = 0; round < 30; round++) {
		struct buf b = { 0 };
		struct txn *t;

		if (round % 10 == 0)
			assert_int_equal(
			    sh(g, round % 20 ? "git update-index "
					       "--index-version 4"
					     : "git update-index "
					       "--index-version 2"),
			    0);
		okay(txn_begin(&t, g->path, 10000, &e), &e);
		for (unsigned k = rnd(3) + 1; k > 0; k--) {
			const char *path = mine[rnd(COUNT(mine))];

			if (rnd(4)) {
				buf_addf(&b, "%u\n", rnd(9999));
				okay(txn_put(t, path, &b, &e), &e);
			} else {
				okay(txn_remove(t, path, &e), &e);
			}
			buf_release(&b);
		}
		okay(txn_commit(t, "test\n", &id, &e), &e);
		txn_end(t);
		after =
		    says(g, "git status --porcelain; git diff --cached --raw");
		CHECK(!strcmp(after, before), "round %u: %s", round, after);
		free(after);
	}
	expect(g, "git fsck --strict 2>&1 | grep -v dangling", "");
	free(before);
}

/* Byte `at` of a small index becomes c: what is said of it. */
static const struct {
	const char *name, *append;
	size_t n, at;
	char c;
	const char *says;
} bad[] = {
	{ "no index", "", 0, 0, 'X', "damaged" },
	{ "version 5", "", 0, 7, 5, "version 5" },
	{ "too many entries", "", 0, 10, 1, "damaged" },
	{ "one entry less", "", 0, 11, 1, "damaged" },
	{ "unknown flags", "", 0, 12 + 60, 0x40, "unknown flags" },
	{ "out of order", "", 0, 12 + 62, 'z', "out of order" },
	{ "split", "link\0\0\0\0", 8, 0, 'D', "split" },
	{ "sparse", "sdir\0\0\0\0", 8, 0, 'D', "sparse" },
	{ "unknown", "what\0\0\0\0", 8, 0, 'D', "'what'" },
	{ "an extension too long", "WHAT\0\0\1\0", 8, 0, 'D', "damaged" },
};

/* The entries alone, with no sum. */
static void
small_index(const struct gitstore *g, struct buf *b)
{
	struct err e = { 0 };

	assert_int_equal(sh(g, "echo 1 >a; echo 2 >b; git add a b"), 0);
	okay(file_read(g->fd, ".git/index", 0, b, NULL, &e), &e);
	buf_cut(b, 12 + 2 * 64);
}

static void
test_damaged(void **state)
{
	struct gitstore *g = *state;
	struct buf whole = { 0 };
	struct gindex *ix;
	struct err e = { 0 };

	small_index(g, &whole);
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct buf b = { 0 };

		buf_addspan(&b, buf_span(&whole));
		b.p[bad[i].at] = bad[i].c;
		buf_add(&b, bad[i].append, bad[i].n);
		buf_pad(&b, '\0', 20);
		assert_int_equal(gindex_read(&ix, &b, &e), -1);
		assert_null(ix);
		assert_int_equal(e.code, ERR_DATA);
		CHECK(strstr(e.msg, bad[i].says), "%s: %s", bad[i].name, e.msg);
		err_release(&e);
		buf_release(&b);
	}
	/* cut anywhere */
	for (size_t n = 1; n < whole.n; n++) {
		struct buf b = { 0 };

		buf_add(&b, whole.p, n);
		buf_pad(&b, '\0', 20);
		CHECK(gindex_read(&ix, &b, &e), "cut at %zu", n);
		err_release(&e);
		buf_release(&b);
	}
	/* a sum that is not the content's */
	buf_pad(&whole, '\1', 20);
	assert_int_equal(gindex_read(&ix, &whole, &e), -1);
	assert_non_null(strstr(e.msg, "check sum"));
	err_release(&e);
	buf_release(&whole);
}

/* Trees that make no sense are forgotten, not written into a commit. */
static void
test_bad_trees(void **state)
{
	static const struct {
		const char *p;
		size_t n;
	} trees[] = { { "", 0 }, { "\0", 1 }, { "\0002 1\n", 5 },
		{ "\000-1 1\nb\000-1", 9 }, { "\000-1 -1\n", 7 },
		{ "\000x 0\n", 5 }, { "\000-1 0\nmore", 10 } };
	struct gitstore *g = *state;
	struct buf whole = { 0 };
	struct err e = { 0 };

	small_index(g, &whole);
	for (size_t i = 0; i < COUNT(trees); i++) {
		struct buf b = { 0 }, out = { 0 };
		struct gindex *ix;
		char len[4];

		be32_put(len, (uint32_t)trees[i].n);
		buf_addspan(&b, buf_span(&whole));
		buf_adds(&b, "TREE");
		buf_add(&b, len, 4);
		buf_add(&b, trees[i].p, trees[i].n);
		buf_pad(&b, '\0', 20);
		okay(gindex_read(&ix, &b, &e), &e);
		gindex_write(ix, &out);
		CHECK(out.n == whole.n + 20, "%zu: %zu", i, out.n);
		gindex_free(ix);
		buf_release(&out);
	}
	buf_release(&whole);
}

#define T(f) cmocka_unit_test_setup_teardown(f, gitstore_make, gitstore_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_random), T(test_commits),
		T(test_damaged), T(test_bad_trees) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
