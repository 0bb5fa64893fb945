#include "unit.h"

#include <pthread.h>

#include "gitstore.h"
#include "store/view.h"

static int
make_files(void **state)
{
	if (gitstore_make(state))
		return -1;
	return sh(*state,
	    "mkdir -p t/2025 t/2026/11 .hidden t/.x e && "
	    "for f in t/2026/11 t/2025/12 t/2026/11/7 t/2026-1 t/a .hidden/h "
	    "t/.x/y t/.z; do echo $f >$f.csv; done; echo >t/a.txt; "
	    "git add . && git commit -qm x");
}

static const struct {
	const char *dir, *suffix, *want;
} lists[] = {
	{ "t", ".csv",
	    "t/2025/12.csv t/2026-1.csv t/2026/11.csv t/2026/11/7.csv "
	    "t/a.csv " },
	{ "", ".csv",
	    "t/2025/12.csv t/2026-1.csv t/2026/11.csv t/2026/11/7.csv "
	    "t/a.csv " },
	{ "t", ".txt", "t/a.txt " },
	{ "t/2026/11", ".csv", "t/2026/11/7.csv " },
	{ "nowhere", ".csv", "" },
	{ "t/a.csv", ".csv", "" },
	{ "e", "", "" },
};

static void
check_view(struct view *v)
{
	struct err e = { 0 };
	struct buf b = { 0 };
	size_t i, k, n, *size;
	char **path;

	for (i = 0; i < COUNT(lists); i++) {
		buf_reset(&b);
		buf_adds(&b, "");
		okay(view_list(v, lists[i].dir, lists[i].suffix, &path, &size,
			 &n, &e),
		    &e);
		for (k = 0; k < n; k++)
			buf_addf(&b, "%s ", path[k]);
		CHECK(!strcmp(b.p ? b.p : "", lists[i].want), "%s: '%s'",
		    lists[i].dir, b.p);
		view_list_free(path, size, n);
	}
	okay(view_read(v, "t/2026/11.csv", &b, &e), &e);
	assert_string_equal(b.p, "t/2026/11\n");
	assert_int_equal(view_read(v, "t/none.csv", &b, &e), 1);
	assert_int_equal(view_read(v, "t/a.csv/b.csv", &b, &e), 1);
	assert_int_equal(view_read(v, "none/none.csv", &b, &e), 1);
	assert_int_equal(view_read(v, "t", &b, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	err_release(&e);
	buf_release(&b);
}

static void
test_work(void **state)
{
	struct gitstore *g = *state;
	struct view *v = view_work(g->fd);

	check_view(v);
	view_free(v);
}

static void
test_commit(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct oid head;
	struct repo *r;
	struct view *v;

	/* the work tree is not looked at */
	assert_int_equal(sh(g, "rm -rf t; mkdir t; echo >t/new.csv"), 0);
	okay(repo_open(&r, g->path, &e), &e);
	okay(repo_resolve(r, "HEAD", &head, &e), &e);
	v = repo_view(r, &head, &e);
	assert_non_null(v);
	check_view(v);
	view_free(v);
	repo_free(r);
}

/* Links and the like are refused, wherever they stand. */
static void
test_links(void **state)
{
	static const char *const bad[] = { "ln -s /etc/passwd t/l.csv",
		"ln -s /etc t/l", "mkfifo t/l.csv", "ln -s nowhere t/l.csv" };
	struct gitstore *g = *state;
	struct view *v = view_work(g->fd);
	struct err e = { 0 };
	struct buf b = { 0 };
	size_t i, n, *size;
	char **path;

	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(sh(g, "rm -f t/l t/l.csv"), 0);
		assert_int_equal(sh(g, bad[i]), 0);
		CHECK(view_list(v, "t", ".csv", &path, &size, &n, &e) == -1 &&
			  e.code == ERR_DATA,
		    "%s: list", bad[i]);
		err_release(&e);
	}
	assert_int_equal(view_read(v, "t/l.csv", &b, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	err_release(&e);
	assert_int_equal(sh(g, "rm t/l.csv; ln -s /etc t/l"), 0);
	assert_int_equal(view_read(v, "t/l/passwd", &b, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	err_release(&e);
	assert_int_equal(view_read(v, "../x", &b, &e), -1);
	err_release(&e);
	assert_int_equal(sh(g, "git add t/l; git commit -qm l"), 0);
	buf_release(&b);
	view_free(v);
}

struct shared {
	struct view *v;
	int wrong;
};

static void *
read_all(void *arg)
{
	struct shared *s = arg;
	struct buf b = { 0 };
	int i;

	for (i = 0; i < 300; i++)
		if (view_read(
			s->v, i & 1 ? "t/a.csv" : "t/2025/12.csv", &b, NULL) ||
		    strcmp(b.p, i & 1 ? "t/a\n" : "t/2025/12\n"))
			s->wrong = 1;
	buf_release(&b);
	return NULL;
}

static void
test_threads(void **state)
{
	struct gitstore *g = *state;
	struct err e = { 0 };
	struct shared s = { 0 };
	pthread_t t[4];
	struct oid head;
	struct repo *r;
	size_t i;

	assert_int_equal(sh(g, "git gc -q"), 0);
	okay(repo_open(&r, g->path, &e), &e);
	okay(repo_resolve(r, "HEAD", &head, &e), &e);
	s.v = repo_view(r, &head, &e);
	for (i = 0; i < COUNT(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, read_all, &s), 0);
	for (i = 0; i < COUNT(t); i++)
		pthread_join(t[i], NULL);
	assert_int_equal(s.wrong, 0);
	view_free(s.v);
	repo_free(r);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_files, gitstore_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_work), T(test_commit),
		T(test_links), T(test_threads) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
