/* The tables: every command of crm, every verb of crm-ENTITY. */
#include "cmd/cli.h"
#include "cmd/verbs.h"

#define READS CMD_READS
#define WRITES CMD_WRITES

extern const struct opt opts_settings[], opts_trust[];

const struct command commands[] = {
	{ "init", "[DIR]", "make a new store, or set a clone up", cmd_init,
	    opts_init, 0, NULL },
	{ "show", "ID", "show a record of any kind", cmd_show, NULL, READS,
	    NULL },
	{ "get", "ID.FIELD", "one value, bare", cmd_get, NULL, READS, NULL },
	{ "report", "[NAME [FILTER ...] [-]]", "reports: pipeline, target, "
					       "source, stage and your own",
	    cmd_report, opts_report, READS, NULL },
	{ "log", "[ENTITY | ID ...]", "what changed, field by field", cmd_log,
	    opts_log, READS, NULL },
	{ "undo", "[N | COMMIT]", "take a command back", cmd_undo, opts_undo,
	    WRITES, NULL },
	{ "redo", "", "take the last undo back", cmd_redo, opts_undo, WRITES,
	    NULL },
	{ "check", "[FILE ...]", "look for what is wrong in the store",
	    cmd_check, opts_check, READS, NULL },
	{ "conflict", "[list | take ID ours|theirs]",
	    "cells that two people changed differently", cmd_conflict, NULL,
	    WRITES, NULL },
	{ "calc", "WORD", "what a date word means", cmd_calc, NULL, READS,
	    NULL },
	{ "settings", "", "the settings and where they come from",
	    cmd_settings, opts_settings, 0, NULL },
	{ "trust", "FILE ...", "let a program that came with the store run",
	    cmd_trust, opts_trust, READS, NULL },
	{ "merge-file", "BASE OURS THEIRS PATH", "git's merge driver",
	    cmd_merge_file, NULL, CMD_HIDDEN, NULL },
	{ "merge-finish", "", "git's post-merge hook", cmd_merge_finish, NULL,
	    CMD_HIDDEN, NULL },
	{ "complete", "WORD ...", "candidates for the shell", cmd_complete,
	    NULL, CMD_HIDDEN, NULL },
	{ 0 },
};

const struct command verbs[] = {
	{ "list", "[FILTER ... | -]", "list records", verb_list, NULL, READS,
	    NULL },
	{ "show", "ID ... | FILTER ... | -", "show records whole", verb_show,
	    NULL, READS, NULL },
	{ "add", "[NAME [AMOUNT]] FIELD=VALUE ...", "add a record", verb_add,
	    NULL, WRITES, NULL },
	{ "set", "ID ... | FILTER ... | - FIELD=VALUE ...", "change fields",
	    verb_set, NULL, WRITES, NULL },
	{ "edit", "ID ... | FILTER ...", "change records in the editor",
	    verb_edit, NULL, WRITES, NULL },
	{ "rm", "ID ... | FILTER ... | -", "remove records", verb_rm, NULL,
	    WRITES, NULL },
	{ "tag", "ID ... | FILTER ... | - +TAG -TAG ...",
	    "add and take away tags", verb_tag, NULL, WRITES, NULL },
	{ "import", "FILE | -", "take records over from a foreign file",
	    verb_import, opts_import, WRITES, NULL },
	{ "export", "[FILTER ... | -]", "all fields, for other programs",
	    verb_export, NULL, READS, NULL },
	{ "apply", "-", "write rows back that another program changed",
	    verb_apply, opts_apply, WRITES, NULL },
	{ "log", "[ID ...]", "what changed, field by field", cmd_log,
	    opts_log, READS, NULL },
	/* of one entity */
	{ "stage", "ID ... STAGE", "move deals to a stage", verb_stage,
	    opts_stage, WRITES, "opp" },
	{ "win", "ID ...", "deals are won", verb_win, opts_stage, WRITES,
	    "opp" },
	{ "lose", "ID ... --reason REASON", "deals are lost", verb_lose,
	    opts_lose, WRITES, "opp" },
	{ "hold", "ID ...", "deals wait", verb_hold, opts_hold, WRITES,
	    "opp" },
	{ "cancel", "ID ...", "deals are called off", verb_cancel, opts_stage,
	    WRITES, "opp" },
	{ "reopen", "ID ...", "deals go back to where they were", verb_reopen,
	    opts_hold, WRITES, "opp" },
	{ "convert", "ID ...", "leads become account, contact and deal",
	    verb_convert, opts_convert, WRITES, "lead" },
	{ 0 },
};
