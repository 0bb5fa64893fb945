#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static __attribute__((format(printf, 1, 0))) char *
format(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		s = xstrdup(fmt);
	return s;
}

/* Takes msg over. An argument may have pointed into the old message, so that
 * is freed last. */
static void
replace(struct err *e, char *msg)
{
	free(e->msg);
	e->msg = msg;
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	replace(e, format(fmt, ap));
	va_end(ap);
	e->code = code;
	return -1;
}

static enum err_code
errno_code(int n)
{
	switch (n) {
	case EACCES:
	case EPERM:
	case EROFS:
		return ERR_PERM;
	case ENOENT:
		return ERR_NOENT;
	case ENOMEM: /* as in mem.h */
		return ERR_BUG;
	default:
		return ERR_IO;
	}
}

int
err_errno(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	char *what;

	if (!e)
		return -1;
	va_start(ap, fmt);
	what = format(fmt, ap);
	va_end(ap);
	replace(e, xasprintf("%s: %s", what, strerror(saved)));
	e->code = errno_code(saved);
	free(what);
	errno = saved;
	return -1;
}

/* In front of the message, or behind it. */
static __attribute__((format(printf, 3, 0))) int
extend(struct err *e, bool front, const char *fmt, va_list ap)
{
	char *what;

	if (!e || !e->msg)
		return -1;
	what = format(fmt, ap);
	replace(e,
	    xasprintf("%s%s", front ? what : e->msg, front ? e->msg : what));
	free(what);
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	extend(e, true, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_suffix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	extend(e, false, fmt, ap);
	va_end(ap);
	return -1;
}

void
err_release(struct err *e)
{
	if (!e)
		return;
	free(e->msg);
	e->msg = NULL;
	e->code = ERR_OK;
}
