/* cli_impl: what cli.c and cli_opts.c share; nobody else includes it. */
#ifndef CRM_CMD_CLI_IMPL_H
#define CRM_CMD_CLI_IMPL_H

#include "cmd/cli.h"

/* The options of all commands land in it; there is one call in a process. */
extern struct call cli_call;

/*
 * How many of the first words are options and their values: behind them
 * stands the command or verb. Options of any command count.
 */
int cli_leading(int argc, char **argv);
/* Brings the word at n to the front; those before it follow it. */
void cli_to_front(char **argv, int n);

/* Takes the options of cmd from the words; the rest are c->argv. */
int cli_parse(struct call *c, const struct command *cmd, int argc,
    char **argv);

#endif
