#include "cmd/opt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/span.h"

static const struct opt *
find_long(const struct opt *const *tables, size_t n, struct span name)
{
	for (size_t t = 0; t < n; t++)
		for (const struct opt *o = tables[t]; o && o->name; o++)
			if (span_eqs(name, o->name))
				return o;
	return NULL;
}

static const struct opt *
find_short(const struct opt *const *tables, size_t n, char letter)
{
	for (size_t t = 0; t < n; t++)
		for (const struct opt *o = tables[t]; o && o->name; o++)
			if (o->letter == letter)
				return o;
	return NULL;
}

const struct opt *
opt_named(const struct opt *const *tables, size_t n, const char *word)
{
	if (word[0] != '-' || !word[1])
		return NULL;
	if (word[1] == '-')
		return find_long(
		    tables, n, span_n(word + 2, strcspn(word + 2, "=")));
	return word[2] ? NULL : find_short(tables, n, word[1]);
}

/* The long option that a word with one dash was meant as. */
static const struct opt *
meant_long(const struct opt *const *tables, size_t n, struct span name)
{
	for (size_t t = 0; t < n; t++)
		for (const struct opt *o = tables[t]; o && o->name; o++) {
			struct span full = span(o->name);
			size_t least = full.n < name.n ? full.n : name.n;
			int far = least < 4 ? 0 : least < 6 ? 1 : 2;

			if ((name.n >= 3 && span_starts(full, name)) ||
			    span_distance(full, name, far) <= far)
				return o;
		}
	return NULL;
}

/* -nn, -ne: flags all of them. */
static bool
all_flags(const struct opt *const *tables, size_t n, const char *letters)
{
	for (; *letters; letters++) {
		const struct opt *o = find_short(tables, n, *letters);

		if (!o || o->kind != OPT_FLAG)
			return false;
	}
	return true;
}

/* Is it one of the words by which an option's help lists its values? */
static bool
is_listed(const char *help, const char *value)
{
	size_t len = strlen(value);

	for (const char *p = strstr(help, value); p; p = strstr(p + 1, value))
		if ((p == help || p[-1] == ' ') &&
		    (!p[len] || p[len] == ',' || p[len] == ' '))
			return true;
	return false;
}

/*
 * A word like -hold is a negated tag; -dry-run, -nn and -ocount are mistaken
 * options. To take them for tags would make a filter of them that holds for
 * everything, and the write would happen.
 */
static int
check_tag(const struct opt *const *tables, size_t n, const char *word,
    struct err *e)
{
	static const char tag[] = "a tag so called goes behind --";
	size_t len = strcspn(word + 1, "=");
	const struct opt *o = meant_long(tables, n, span_n(word + 1, len));

	if (o)
		return err_set(e, ERR_USAGE,
		    "%s is no option, but --%s is; %s", word, o->name, tag);
	o = find_short(tables, n, word[1]);
	if (all_flags(tables, n, word + 1))
		return err_set(e, ERR_USAGE,
		    "%s: options of one letter stand alone; %s", word, tag);
	if (o && o->kind != OPT_FLAG &&
	    (word[2] == '=' || strchr(word, '/') ||
		is_listed(o->help, word + 2)))
		return err_set(e, ERR_USAGE,
		    "%s: an option's value is a word of its own: -%c %s; %s",
		    word, word[1], word + 2 + (word[2] == '='), tag);
	if (word[1 + len])
		return err_set(e, ERR_USAGE,
		    "%s is no option; --help lists them, and %s", word, tag);
	return 0;
}

static int
unknown(const struct opt *const *tables, size_t n, const char *word,
    struct err *e)
{
	struct span name = span(word + strspn(word, "-"));
	const char *best = NULL;
	int least = 3;

	if (word[1] != '-')
		return err_set(e, ERR_USAGE,
		    "unknown option %s; --help lists them, and a tag of one "
		    "letter goes behind --", word);
	for (size_t t = 0; t < n; t++)
		for (const struct opt *o = tables[t]; o && o->name; o++) {
			int d = span_distance(span(o->name), name, 3);

			if (d < least) {
				least = d;
				best = o->name;
			}
		}
	err_set(e, ERR_USAGE, "unknown option %s", word);
	return best ? err_suffix(e, "; did you mean --%s?", best)
		    : err_suffix(e, "; --help lists them");
}

static int
take(const struct opt *o, char *value, const char *word, struct err *e)
{
	struct opt_list *list = o->dest;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)o->dest = true;
		return 0;
	case OPT_STR:
		*(const char **)o->dest = value;
		return 0;
	case OPT_INT:
		if (span_int(span(value), o->dest) && *(int64_t *)o->dest >= 0)
			return 0;
		return err_set(e, ERR_USAGE,
		    "%s takes a whole number, not '%s'", word, value);
	case OPT_LIST:
		GROW(list->v, list->n, list->cap);
		list->v[list->n++] = value;
		return 0;
	}
	return 0;
}

/*
 * One option at argv[*i]: 1 where it was one (and *i stands on its last word),
 * 0 where the word is none, -1.
 */
static int
one(const struct opt *const *tables, size_t n, int argc, char **argv, int *i,
    struct err *e)
{
	char *word = argv[*i], *value = NULL;
	const struct opt *o;

	if (word[0] != '-' || word[1] == '\0')
		return 0;
	if (word[1] == '-') {
		value = strchr(word, '=');
		o = find_long(tables, n,
		    span_n(word + 2,
			value ? (size_t)(value - word - 2)
			      : strlen(word + 2)));
		if (!o)
			return unknown(tables, n, word, e);
		if (value)
			value++;
	} else {
		/* -hold is a negated tag, -n an option, -7 a word */
		if (word[2] != '\0' || (word[1] >= '0' && word[1] <= '9'))
			return 0;
		o = find_short(tables, n, word[1]);
		if (!o)
			return unknown(tables, n, word, e);
	}
	if (o->kind == OPT_FLAG && value)
		return err_set(
		    e, ERR_USAGE, "--%s takes no value", o->name);
	if (o->kind != OPT_FLAG && !value) {
		if (*i + 1 >= argc)
			return err_set(e, ERR_USAGE, "%s needs a value (%s)",
			    word, o->arg);
		value = argv[++*i];
	}
	return take(o, value, word, e) ? -1 : 1;
}

static bool
is_tag(const char *w)
{
	return w[0] == '-' && w[1] && w[2] && !(w[1] >= '0' && w[1] <= '9');
}

int
opt_parse(const struct opt *const *tables, size_t n, int *argc, char **argv,
    int *plain, struct err *e)
{
	int out = 0, before = -1;

	for (int i = 0; i < *argc; i++) {
		int r;

		if (strcmp(argv[i], "--") == 0) {
			before = out;
			for (i++; i < *argc; i++)
				argv[out++] = argv[i];
			break;
		}
		r = one(tables, n, *argc, argv, &i, e);
		if (r < 0)
			return -1;
		if (r == 0 && plain && is_tag(argv[i]) &&
		    check_tag(tables, n, argv[i], e))
			return -1;
		if (r == 0)
			argv[out++] = argv[i];
	}
	if (plain)
		*plain = before < 0 ? out : before;
	*argc = out;
	argv[out] = NULL;
	return 0;
}
