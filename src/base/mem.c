#include "base/mem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Atomic int status = ERR_BUG;

void
mem_status(enum err_code code)
{
	status = code;
}

/*
 * _exit, not exit: handlers and buffered output would need memory too, and a
 * half-written line on stdout could be taken for a whole one.
 */
static _Noreturn void
out_of_memory(void)
{
	const char *msg = status == ERR_UNSURE
			      ? "crm: committed, but out of memory\n"
			      : "crm: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, msg, strlen(msg));

	(void)ignored;
	_exit(status);
}

void *
xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	void *p;

	if (!n || !size)
		n = size = 1;
	p = calloc(n, size);
	if (!p)
		out_of_memory();
	return p;
}

void *
xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		out_of_memory();
	return p;
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		out_of_memory();
	return xrealloc(p, n * size);
}

size_t
xsum(size_t a, size_t b)
{
	if (b > SIZE_MAX - a)
		out_of_memory();
	return a + b;
}

char *
xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *
xstrndup(const char *s, size_t n)
{
	char *p = xmalloc(xsum(n, 1));

	if (n)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	return s;
}
