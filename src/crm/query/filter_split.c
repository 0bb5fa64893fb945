#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/query/filter_impl.h"

/*
 * Filter text as one string. The words and the array of pointers to them are
 * one block, so that one free() does.
 */

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct splitter {
	const char *p; /* what is left */
	char *out;     /* where the next byte goes */
	size_t open;   /* parentheses within the word */
	bool quoted;   /* the word has or had quotes */
};

/* Takes a quoted part; p is behind the opening quote. */
static int
take_quoted(struct splitter *s, struct err *e)
{
	for (; *s->p; s->p++) {
		if (*s->p != '"') {
			*s->out++ = *s->p;
		} else if (s->p[1] == '"') {
			*s->out++ = *s->p++;
		} else {
			s->p++;
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "a quote is not closed in the filter");
}

/* Does the word end here with a ")" that it did not open? */
static bool
closes(const struct splitter *s)
{
	const char *p = s->p;

	while (*p == ')')
		p++;
	return s->open == 0 && *s->p == ')' && (!*p || is_blank(*p));
}

static int
take_word(struct splitter *s, struct err *e)
{
	char *start = s->out;

	s->open = 0;
	s->quoted = false;
	if (*s->p == '(' || *s->p == ')') {
		*s->out++ = *s->p++;
		return 0;
	}
	while (*s->p && !is_blank(*s->p)) {
		if (*s->p == '"') {
			s->p++;
			s->quoted = true;
			if (take_quoted(s, e) < 0)
				return -1;
			continue;
		}
		if (s->out > start && closes(s))
			return 0;
		if (*s->p == '(')
			s->open++;
		else if (*s->p == ')' && s->open)
			s->open--;
		*s->out++ = *s->p++;
	}
	return 0;
}

int
filter_split(const char *text, char ***word, size_t *n, struct err *e)
{
	size_t len = strlen(text);
	/* At most one word per byte, each with a NUL. */
	char **w = xmalloc(xsum((len + 1) * sizeof *w, xsum(2 * len, 1)));
	struct splitter s = { .p = text, .out = (char *)(w + len + 1) };

	*n = 0;
	for (;;) {
		while (is_blank(*s.p))
			s.p++;
		if (!*s.p)
			break;
		w[(*n)++] = s.out;
		if (take_word(&s, e) < 0) {
			free(w);
			*n = 0;
			return -1;
		}
		*s.out++ = '\0';
	}
	*word = w;
	return 0;
}
