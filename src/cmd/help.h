/* help: what --help prints, from the tables of commands and options. */
#ifndef CRM_CMD_HELP_H
#define CRM_CMD_HELP_H

#include "cmd/cli.h"

int help_command(struct call *c, const struct command *cmd,
    const struct opt *const *table, size_t n);
int help_entity(struct call *c, const struct entity *ent);
int help_crm(struct call *c);

#endif
