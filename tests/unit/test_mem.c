#include "unit.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

static void
sizes(void **state)
{
	char *p;

	(void)state;
	/* Nothing asked is still a pointer. */
	p = xmalloc(0);
	assert_non_null(p);
	p = xrealloc(p, 0);
	assert_non_null(p);
	free(p);
	p = xcalloc(0, 8);
	assert_non_null(p);
	free(p);
	p = xcalloc(3, 5);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(p[i], 0);
	p = xreallocarray(p, 4, 10);
	memset(p, 1, 40);
	free(p);
	assert_int_equal(xsum(SIZE_MAX - 1, 1), SIZE_MAX);
}

static void
strings(void **state)
{
	char *s;

	(void)state;
	s = xstrdup("abc");
	assert_string_equal(s, "abc");
	free(s);
	s = xstrndup("abc", 2);
	assert_string_equal(s, "ab");
	free(s);
	s = xstrndup(NULL, 0);
	assert_string_equal(s, "");
	free(s);
	s = xasprintf("%d-%s", 7, "x");
	assert_string_equal(s, "7-x");
	free(s);
}

static void
growing(void **state)
{
	size_t n = 0, cap = 0;
	int *v = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		GROW(v, n, cap);
		v[n++] = i;
		assert_true(n <= cap);
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v[i], i);
	free(v);
}

static void
overflow_array(void)
{
	free(xreallocarray(NULL, SIZE_MAX / 4, 8));
}

static void
overflow_sum(void)
{
	(void)xsum(SIZE_MAX, 1);
}

static void
overflow_string(void)
{
	free(xstrndup("", SIZE_MAX));
}

/* Out of memory ends the process; so each case has one of its own. */
static void
out_of_memory(void **state)
{
	static void (*const cases[])(
	    void) = { overflow_array, overflow_sum, overflow_string };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int status, fds[2];
		char text[64] = "";
		pid_t pid;

		assert_int_equal(pipe(fds), 0);
		pid = fork();
		if (pid == 0) {
			dup2(fds[1], STDERR_FILENO);
			cases[i]();
			_exit(0);
		}
		close(fds[1]);
		assert_true(read(fds[0], text, sizeof text - 1) > 0);
		close(fds[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == ERR_BUG,
		    "case %zu: status %#x", i, (unsigned)status);
		assert_string_equal(text, "crm: out of memory\n");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(strings),
		cmocka_unit_test(growing),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
