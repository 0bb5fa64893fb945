#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"
#include "crm/share.h"

static char *const cat[] = { (char *)"cat", NULL };

/* A shell command, with 10 s and 16 MiB unless j says otherwise. */
static int
sh(struct spawn_job *j, const char *command, struct err *e)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };

	j->ms = j->ms ? j->ms : 10000;
	j->max = j->max ? j->max : (size_t)16 << 20;
	return spawn_collect(j, argv, e);
}

/* Far more than a pipe holds goes in and comes out. */
static void
a_buffer_goes_through(void **state)
{
	struct buf in = { 0 }, out = { 0 };
	struct err e = { 0 };
	struct span s;

	(void)state;
	buf_pad(&in, 'x', (size_t)8 << 20);
	s = buf_span(&in);
	buf_adds(&out, "before:");
	struct spawn_job j = {
		.input = &s, .out = &out, .max = s.n, .ms = 10000
	};
	CHECK(spawn_collect(&j, cat, &e) == 0, "%s", e.msg);
	assert_int_equal(j.status, 0);
	assert_int_equal(out.n, s.n + 7);
	assert_memory_equal(out.p + 7, in.p, s.n);
	buf_release(&in);
	buf_release(&out);
}

static void
an_unread_input_is_no_error(void **state)
{
	struct buf in = { 0 }, out = { 0 };
	struct span s;

	(void)state;
	buf_pad(&in, 'x', (size_t)1 << 20);
	s = buf_span(&in);
	struct spawn_job j = { .input = &s, .out = &out };
	assert_int_equal(sh(&j, "echo done", NULL), 0);
	assert_string_equal(out.p, "done\n");
	buf_release(&in);
	buf_release(&out);
}

static void
a_descriptor_is_read(void **state)
{
	struct buf out = { 0 };
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	struct spawn_job j = {
		.how.in = fd, .out = &out, .ms = 10000, .max = 4096
	};

	(void)state;
	assert_int_equal(spawn_collect(&j, cat, NULL), 0);
	assert_int_equal(strtol(out.p, NULL, 10), getpid());
	close(fd);
	buf_release(&out);
}

static void
status_and_stderr_come_back(void **state)
{
	struct buf out = { 0 }, said = { 0 };
	struct spawn_job j = { .out = &out, .said = &said };

	(void)state;
	assert_int_equal(sh(&j, "echo no >&2; exit 65", NULL), 0);
	assert_int_equal(j.status, 65);
	assert_string_equal(said.p, "no\n");
	assert_int_equal(out.n, 0);
	assert_int_equal(sh(&j, "kill -9 $$", NULL), 0);
	assert_int_equal(j.status, 128 + 9);
	buf_reset(&said);
	assert_int_equal(
	    sh(&j, "head -c 1000000 /dev/zero >&2; echo end", NULL), 0);
	assert_int_equal(said.n, 65536);
	assert_string_equal(out.p, "end\n");
	buf_release(&out);
	buf_release(&said);
}

static void
limits_end_it_and_its_children(void **state)
{
	static const struct {
		const char *command;
		const char *says;
		enum err_code code;
	} c[] = {
		{ "sleep 60", "did not end within 1 s", ERR_IO },
		{ "sleep 60 & exit 0", "did not end within 1 s", ERR_IO },
		{ "exec >&-; sleep 60", "did not end within 1 s", ERR_IO },
		{ "yes", "prints more than 5000 bytes", ERR_DATA },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };
		struct spawn_job j = { .out = &out, .max = 5000, .ms = 300 };
		int64_t from = clock_ms();

		CHECK(sh(&j, c[i].command, &e) == -1, "%s", c[i].command);
		CHECK(strstr(e.msg, c[i].says), "%s: %s", c[i].command, e.msg);
		CHECK(e.code == c[i].code, "%s", c[i].command);
		CHECK(clock_ms() - from < 10000, "%s", c[i].command);
		err_release(&e);
		buf_release(&out);
	}
}

static void
no_such_program(void **state)
{
	char *argv[] = { (char *)"/nowhere/at-all", NULL };
	struct buf out = { 0 };
	struct err e = { 0 };
	struct spawn_job j = { .out = &out, .max = 1, .ms = 1000 };

	(void)state;
	assert_int_equal(spawn_collect(&j, argv, &e), -1);
	CHECK(strstr(e.msg, "/nowhere/at-all cannot be run"), "%s", e.msg);
	assert_int_equal(e.code, ERR_NOENT);
	err_release(&e);
	buf_release(&out);
}

static void
helpers_are_beside_the_program(void **state)
{
	struct buf path = { 0 }, dir = { 0 };
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	(void)state;
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	share_helper("crm-test-helper", &path);
	assert_string_equal(path.p, CRM_LIBEXEC "/crm-test-helper");
	buf_reset(&path);
	buf_addf(&dir, "%s/libexec", exe);
	mkdir(dir.p, 0755);
	buf_adds(&dir, "/crm-test-helper");
	assert_int_equal(close(open(dir.p, O_CREAT | O_WRONLY, 0755)), 0);
	share_helper("crm-test-helper", &path);
	unlink(dir.p);
	assert_string_equal(path.p, dir.p);
	buf_release(&path);
	buf_release(&dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_goes_through),
		cmocka_unit_test(an_unread_input_is_no_error),
		cmocka_unit_test(a_descriptor_is_read),
		cmocka_unit_test(status_and_stderr_come_back),
		cmocka_unit_test(limits_end_it_and_its_children),
		cmocka_unit_test(no_such_program),
		cmocka_unit_test(helpers_are_beside_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
