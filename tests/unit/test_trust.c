#include "place.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/spawn.h"
#include "crm/trust.h"

static struct session s; /* of which trust asks the place only */

static void
program(const char *path, const char *text)
{
	put(path, text);
	assert_int_equal(chmod(path, 0700), 0);
}

static int
setup(void **state)
{
	place_make(state);
	setenv("XDG_DATA_HOME", place_dir, 1);
	assert_int_equal(mkdir("store", 0700), 0);
	s.root = xasprintf("%s/store", place_dir);
	s.dirfd = open(s.root, O_RDONLY | O_DIRECTORY);
	program("store/good", "#!/bin/sh\ncat >said\n");
	return 0;
}

static int
teardown(void **state)
{
	close(s.dirfd);
	free(s.root);
	return place_remove(state);
}

static int
try(const char *name, enum err_code code)
{
	char *path = xasprintf("%s/%s", place_dir, name);
	struct err e = { 0 };
	int image = -1, r = trust_open(&s, path, &image, &e);

	CHECK(r == (code ? -1 : 0) && e.code == code, "%s: %d %s", name, e.code,
	    e.msg);
	err_release(&e);
	free(path);
	return image;
}

static void
trust(const char *name)
{
	struct err e = { 0 };

	CHECK(trust_add(name, &e) == 0, "%s: %s", name, e.msg);
}

/* What the program says of what it is told. */
static void
runs(int image, const char *want)
{
	struct spawn how = {
		.dir = place_dir, .talks = true, .alone = true, .image = image
	};
	char name[] = "good", said[] = "said", *argv[] = { name, said, NULL };
	struct buf got = { 0 };
	int status, fd[2];
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	how.in = fd[0];
	assert_int_equal(spawn_start(&how, argv, &pid), 0);
	close(fd[0]);
	assert_int_equal(write(fd[1], "word", 4), 4);
	close(fd[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	fd[0] = open("said", O_RDONLY);
	assert_int_equal(file_slurp(fd[0], "said", 0, &got, NULL), 0);
	close(fd[0]);
	CHECK(span_eqs(buf_span(&got), want), "%s", got.p);
	buf_release(&got);
}

static void
test_exchanged(void **state)
{
	int image;

	(void)state;
	try("store/good", ERR_PERM);
	trust("store/good");
	image = try("store/good", ERR_OK);
	assert_true(image > 2);
	/* the same file holds something else before it is run */
	program("store/good", "#!/bin/sh\necho bad >said\n");
	assert_int_equal(write(image, "x", 1), -1);
	runs(image, "word");
	close(image);
	try("store/good", ERR_PERM);
}

static void
test_binary(void **state)
{
	int image;

	(void)state;
	assert_int_equal(system("cp \"$(command -v tee)\" store/good >&2"), 0);
	trust("store/good");
	image = try("store/good", ERR_OK);
	assert_int_equal(unlink("store/good"), 0);
	runs(image, "word");
	close(image);
}

static void
test_links(void **state)
{
	(void)state;
	program("own", "#!/bin/sh\n");
	assert_int_equal(try("own", ERR_OK), 0);
	assert_int_equal(symlink("store/good", "into"), 0);
	try("into", ERR_PERM);
	assert_int_equal(symlink("../own", "store/out"), 0);
	try("store/out", ERR_PERM);
	assert_int_equal(try("store/../own", ERR_OK), 0);
}

static void
test_no_program(void **state)
{
	(void)state;
	put("store/text", "#!/bin/sh\n");
	trust("store/text");
	try("store/text", ERR_PERM);
	assert_int_equal(mkfifo("store/pipe", 0700), 0);
	try("store/pipe", ERR_DATA);
	try("store/none", ERR_NOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_exchanged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_binary, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_no_program, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
