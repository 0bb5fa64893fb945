#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

/* A folder of its own for the whole group. */
struct place {
	char path[64];
	int fd;
};

static void
make_tree(int fd)
{
	assert_int_equal(mkdirat(fd, "d", 0700), 0);
	assert_int_equal(mkdirat(fd, "d/e", 0700), 0);
	assert_int_equal(close(openat(fd, "d/f", O_CREAT | O_WRONLY, 0600)), 0);
	assert_int_equal(symlinkat("f", fd, "d/link"), 0);
	assert_int_equal(symlinkat("e", fd, "d/dirlink"), 0);
	assert_int_equal(symlinkat("/etc", fd, "d/out"), 0);
	assert_int_equal(symlinkat("nowhere", fd, "d/dangling"), 0);
	assert_int_equal(mkfifoat(fd, "d/fifo", 0600), 0);
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	strcpy(p->path, "/tmp/crm-test-file-XXXXXX");
	if (!mkdtemp(p->path))
		return -1;
	p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = p;
	make_tree(p->fd);
	return p->fd < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;
	char command[128];
	int r;

	snprintf(command, sizeof command, "rm -rf '%s'", p->path);
	r = system(command);
	close(p->fd);
	free(p);
	return r;
}

static void
opening(void **state)
{
	static const struct {
		const char *path;
		int flags, error;
	} cases[] = {
		{ "d/f", O_RDONLY, 0 },
		{ "d//f", O_RDONLY, 0 },
		{ "./d/./f", O_RDONLY, 0 },
		{ ".", O_RDONLY | O_DIRECTORY, 0 },
		{ "d/e/", O_RDONLY, 0 },
		{ "d/e", O_PATH | O_DIRECTORY, 0 },
		{ "d/new", O_CREAT | O_WRONLY, 0 },
		{ "d/new", O_CREAT | O_EXCL | O_WRONLY, EEXIST },
		{ "d/f/", O_RDONLY, ENOTDIR },
		{ "d/f/x", O_RDONLY, ENOTDIR },
		{ "d/absent", O_RDONLY, ENOENT },
		{ "absent/x", O_RDONLY, ENOENT },
		{ "", O_RDONLY, ENOENT },
		/* A link in every position, also one that stays inside. */
		{ "d/link", O_RDONLY, ELOOP },
		{ "d/link", O_WRONLY | O_CREAT | O_TRUNC, ELOOP },
		{ "d/link/", O_RDONLY, ELOOP },
		{ "d/dangling", O_WRONLY | O_CREAT, ELOOP },
		{ "d/dirlink", O_RDONLY, ELOOP },
		{ "d/dirlink", O_RDONLY | O_DIRECTORY, ELOOP },
		{ "d/dirlink/x", O_RDONLY, ELOOP },
		{ "d/dirlink/../f", O_RDONLY, EXDEV },
		{ "d/out", O_RDONLY | O_DIRECTORY, ELOOP },
		{ "d/out/passwd", O_RDONLY, ELOOP },
		/* The ways out. */
		{ "/etc/passwd", O_RDONLY, EXDEV },
		{ "/", O_RDONLY, EXDEV },
		{ "..", O_RDONLY, EXDEV },
		{ "../x", O_RDONLY, EXDEV },
		{ "d/../d/f", O_RDONLY, EXDEV },
		{ "d/..", O_RDONLY, EXDEV },
	};
	const struct place *p = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		int fd, error;

		errno = 0;
		fd = file_open(p->fd, cases[i].path, cases[i].flags, 0600);
		error = fd < 0 ? errno : 0;
		CHECK(error == cases[i].error, "'%s': %s", cases[i].path,
		    strerror(error));
		if (fd < 0)
			continue;
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		close(fd);
	}
	unlinkat(p->fd, "d/new", 0);
}

static void
reading(void **state)
{
	static const struct {
		const char *path;
		size_t max;
		enum err_code code;
	} cases[] = {
		{ "r", 0, ERR_OK },
		{ "r", 10, ERR_OK },
		{ "r", 9, ERR_DATA },
		{ "absent", 0, ERR_NOENT },
		{ "d", 0, ERR_DATA },
		{ "d/link", 0, ERR_DATA },
		{ "d/out/passwd", 0, ERR_DATA },
		{ "../r", 0, ERR_DATA },
		{ "d/fifo", 0, ERR_DATA },
		{ "r/x", 0, ERR_IO },
	};
	const struct place *p = *state;
	struct err e = { 0 };
	struct stat st = { 0 };

	assert_int_equal(
	    file_write(p->fd, "r", span("0123456789"), 0600, false, &e), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = { 0 };
		int r;

		buf_adds(&b, "before ");
		r = file_read(p->fd, cases[i].path, cases[i].max, &b, &st, &e);
		CHECK(e.code == cases[i].code, "case %zu: %s", i,
		    e.msg ? e.msg : "no error");
		assert_int_equal(r, e.code ? -1 : 0);
		assert_string_equal(b.p, r ? "before " : "before 0123456789");
		buf_release(&b);
		err_release(&e);
	}
	assert_int_equal(unlinkat(p->fd, "r", 0), 0);
}

static void
slurping(void **state)
{
	struct buf b = { 0 }, text = { 0 };
	struct err e = { 0 };
	int fds[2];

	(void)state;
	/* Less than a pipe holds, more than one step. */
	buf_pad(&text, 'x', 50000);
	for (int i = 0; i < 2; i++) {
		size_t max = i ? 49999 : 50000;

		buf_reset(&b);
		assert_int_equal(pipe(fds), 0);
		assert_int_equal(file_write_all(fds[1], text.p, text.n), 0);
		close(fds[1]);
		if (i) {
			assert_int_equal(
			    file_slurp(fds[0], "in", max, &b, &e), -1);
			assert_int_equal(e.code, ERR_DATA);
			assert_int_equal(b.n, 0);
		} else {
			assert_int_equal(
			    file_slurp(fds[0], "in", max, &b, &e), 0);
			assert_true(span_eq(buf_span(&b), buf_span(&text)));
		}
		close(fds[0]);
	}
	err_release(&e);
	assert_int_equal(file_slurp(-1, "in", 0, &b, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	err_release(&e);
	buf_release(&b);
	buf_release(&text);
}

/* Calls of read() so far, or -1 where the kernel does not count them. */
static long
reads(void)
{
	char text[512] = "", *at;
	int fd = open("/proc/self/io", O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, text, sizeof text - 1) < 0)
		text[0] = '\0';
	if (fd >= 0)
		close(fd);
	at = strstr(text, "syscr: ");
	return at ? strtol(at + 7, NULL, 10) : -1;
}

/* A store has thousands of files: what is there is read by one call. */
static void
reading_at_once(void **state)
{
	static const size_t sizes[] = { 1, 4095, 4096, 65536, 200001 };
	struct place *p = *state;
	struct buf text = { 0 }, b = { 0 };
	struct err e = { 0 };
	size_t i;
	long before;

	if (reads() < 0)
		skip();
	for (i = 0; i < COUNT(sizes); i++) {
		buf_pad(&text, 'x', sizes[i] - text.n);
		assert_int_equal(file_write(p->fd, "d/once", buf_span(&text),
				     0600, false, &e),
		    0);
		buf_reset(&b);
		before = reads();
		assert_int_equal(
		    file_read(p->fd, "d/once", 0, &b, NULL, &e), 0);
		/* one more is that of reads() itself */
		assert_int_equal(reads() - before, 2);
		assert_true(span_eq(buf_span(&text), buf_span(&b)));
		assert_int_equal(b.p[b.n], 0);
	}
	buf_release(&text);
	buf_release(&b);
}

/* A size that was seen before may be of another file by now. */
static void
reading_what_was_seen(void **state)
{
	static const struct {
		size_t size;
		long calls;
	} cases[] = {
		{ 5000, 1 },
		{ 4999, 2 },
		{ 5001, 2 },
		{ 0, 3 },
		{ (size_t)1 << 50, 2 },
	};
	struct place *p = *state;
	struct buf text = { 0 };
	struct err e = { 0 };

	if (reads() < 0)
		skip();
	buf_pad(&text, 'x', 5000);
	assert_int_equal(
	    file_write(p->fd, "d/seen", buf_span(&text), 0600, false, &e), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int fd = openat(p->fd, "d/seen", O_RDONLY | O_CLOEXEC);
		struct buf b = { 0 };
		long before = reads();

		CHECK(file_slurp_sized(fd, "seen", cases[i].size, &b, &e) == 0,
		    "case %zu: %s", i, e.msg);
		/* one more is that of reads() itself */
		CHECK(reads() - before == cases[i].calls + 1, "case %zu", i);
		CHECK(span_eq(buf_span(&text), buf_span(&b)), "case %zu", i);
		buf_release(&b);
		close(fd);
	}
	assert_int_equal(unlinkat(p->fd, "d/seen", 0), 0);
	buf_release(&text);
}

static void
writing(void **state)
{
	static const struct {
		const char *path;
		enum err_code code;
	} cases[] = {
		{ "w/x/y", ERR_OK },
		{ "w/x/y", ERR_OK },
		{ "w", ERR_IO },
		{ "w/x/y/z", ERR_IO },
		{ "d/link", ERR_DATA },
		{ "d/dangling", ERR_DATA },
		{ "d/dirlink/x", ERR_DATA },
		{ "d/dirlink/new/x", ERR_DATA },
		{ "d/out/x", ERR_DATA },
		{ "d/fifo", ERR_DATA },
		{ "../x", ERR_DATA },
		{ "w/../../x", ERR_DATA },
		{ "/x", ERR_DATA },
		{ "/dev/null", ERR_DATA },
	};
	const struct place *p = *state;
	struct err e = { 0 };
	struct buf b = { 0 };
	struct stat st;

	for (size_t i = 0; i < COUNT(cases); i++) {
		int r = file_write(p->fd, cases[i].path, span(i ? "2" : "one"),
		    0640, i == 0, &e);

		CHECK(e.code == cases[i].code, "'%s': %s", cases[i].path,
		    e.msg ? e.msg : "no error");
		assert_int_equal(r, e.code ? -1 : 0);
		err_release(&e);
	}
	assert_int_equal(file_read(p->fd, "w/x/y", 0, &b, &st, &e), 0);
	assert_string_equal(b.p, "2");
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(fstatat(p->fd, "w/x", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(fstatat(p->fd, "d/f", &st, 0), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(fstatat(p->fd, "d/e/new", &st, 0), -1);
	buf_release(&b);
}

static void
folders(void **state)
{
	const struct place *p = *state;
	struct err e = { 0 };
	struct stat st;

	assert_int_equal(file_mkdirs(p->fd, "file", &e), 0);
	assert_int_equal(file_mkdirs(p->fd, "m/n//o/file", &e), 0);
	assert_int_equal(file_mkdirs(p->fd, "m/n/o/file", &e), 0);
	assert_int_equal(fstatat(p->fd, "m/n/o", &st, 0), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(fstatat(p->fd, "m/n/o/file", &st, 0), -1);
	assert_int_equal(file_fsync_dir(p->fd, ""), 0);
	assert_int_equal(file_fsync_dir(p->fd, "m/n"), 0);
	assert_int_equal(file_fsync_dir(p->fd, "m/absent"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(file_fsync_dir(p->fd, "d/dirlink"), -1);
	assert_int_equal(errno, ELOOP);
	err_release(&e);
}

static void
safe_paths(void **state)
{
	static const struct {
		const char *path;
		bool safe;
	} cases[] = {
		{ "a", true },
		{ "a/b.csv", true },
		{ ".crm/x", true },
		{ "...", true },
		{ "a.git/x", true },
		{ ".gitignore", true },
		{ "", false },
		{ "/a", false },
		{ "a/", false },
		{ "a//b", false },
		{ ".", false },
		{ "a/./b", false },
		{ "..", false },
		{ "a/../b", false },
		{ "a/..", false },
		{ ".git", false },
		{ ".git/config", false },
		{ "a/.GIT/x", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		CHECK(path_is_safe(cases[i].path) == cases[i].safe, "'%s'",
		    cases[i].path);
}

/* From here on openat2 answers as a kernel without it, or a sandbox, does. */
static bool
forbid_openat2(int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { COUNT(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void
fall_back(void **state)
{
	const struct place *p = *state;

	if (!forbid_openat2(ENOSYS))
		skip();
	assert_int_equal(syscall(SYS_openat2, p->fd, "d", NULL, 0), -1);
	assert_int_equal(errno, ENOSYS);
	opening(state);
	reading(state);
	unlinkat(p->fd, "w/x/y", 0);
	unlinkat(p->fd, "w/x", AT_REMOVEDIR);
	writing(state);
	folders(state);
}

static void
fall_back_in_sandbox(void **state)
{
	if (!forbid_openat2(EPERM))
		skip();
	opening(state);
}

static void
within(void **state)
{
	static const struct {
		const char *path, *named;
		bool want;
	} cases[] = {
		{ "opps/2026/01.csv", "opps/2026/01.csv", true },
		{ "opps/2026/01.csv", "opps/2026", true },
		{ "opps/2026/01.csv", "./opps//", true },
		{ "opps/2026/01.csv", "././opps/", true },
		{ "opps/2026/01.csv", "opps/20", false },
		{ "opps/2026/01.csv", "2026", false },
		{ "opps", "opps/2026", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		CHECK(path_within(cases[i].path, cases[i].named) ==
			  cases[i].want,
		    "%s %s", cases[i].path, cases[i].named);
}

/* What a person names may lie behind a link; what lies in the store not. */
static void
loading(void **state)
{
	const struct place *p = *state;
	struct buf b = { 0 };
	struct err e = { 0 };
	char path[96];

	snprintf(path, sizeof path, "%s/d/loaded", p->path);
	assert_int_equal(symlink("load.txt", path), 0);
	assert_int_equal(file_load(path, 0, &b, &e), -1);
	assert_int_equal(e.code, ERR_NOENT);
	err_release(&e);
	assert_int_equal(
	    file_write(p->fd, "d/load.txt", span("12345"), 0600, false, &e), 0);
	CHECK(file_load(path, 5, &b, &e) == 0, "%s", e.msg);
	assert_string_equal(b.p, "12345");
	assert_int_equal(file_load(path, 4, &b, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	err_release(&e);
	buf_release(&b);
	assert_int_equal(unlinkat(p->fd, "d/loaded", 0), 0);
	assert_int_equal(unlinkat(p->fd, "d/load.txt", 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening),
		cmocka_unit_test(reading),
		cmocka_unit_test(slurping),
		cmocka_unit_test(reading_at_once),
		cmocka_unit_test(reading_what_was_seen),
		cmocka_unit_test(writing),
		cmocka_unit_test(folders),
		cmocka_unit_test(safe_paths),
		cmocka_unit_test(within),
		cmocka_unit_test(loading),
		/* Last: what they forbid stays forbidden. */
		cmocka_unit_test(fall_back),
		cmocka_unit_test(fall_back_in_sandbox),
	};

	return cmocka_run_group_tests_name("file", tests, setup, teardown);
}
