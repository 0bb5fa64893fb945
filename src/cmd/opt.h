/*
 * opt: options as a table, which yields parsing, --help, completion and the
 * lint of the man pages. Short options never cluster and take their value as
 * the next word, so that a word like -hold is a negated tag; a long option
 * takes --name value or --name=value. "--" ends options.
 */
#ifndef CRM_CMD_OPT_H
#define CRM_CMD_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum opt_kind { OPT_FLAG, OPT_STR, OPT_INT, OPT_LIST };

struct opt_list {
	char **v;
	size_t n, cap;
};

struct opt {
	const char *name; /* "dry-run" */
	char letter;	  /* 'n' or 0 */
	enum opt_kind kind;
	const char *arg;  /* name of the value in help, NULL for flags */
	const char *help; /* one line */
	void *dest; /* bool *, const char **, int64_t *, struct opt_list * */
};

/*
 * Takes the options of tables[0..n) (each ended by a zero row) out of
 * argv[0..*argc), leaving the other words in order. A word "-" and words like
 * "-tag" (longer than two characters with one dash) are not options. Unknown
 * ones are ERR_USAGE with the nearest. Everything behind "--" stays; plain is
 * how many words stood before it. Where plain is not NULL, a word "-tag" that
 * was meant as an option (-dry-run, -nn, -ocount, -o=count) is ERR_USAGE.
 */
int opt_parse(const struct opt *const *tables, size_t n, int *argc,
    char **argv, int *plain, struct err *e);

/* The option that the word "--name", "--name=value" or "-n" is, or NULL. */
const struct opt *opt_named(
    const struct opt *const *tables, size_t n, const char *word);

#endif
