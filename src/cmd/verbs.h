/*
 * verbs: the verbs of crm-ENTITY and the commands of crm; rows of the tables
 * in commands.c name them.
 */
#ifndef CRM_CMD_VERBS_H
#define CRM_CMD_VERBS_H

#include "cmd/cli.h"

/* list.c */
int verb_list(struct call *c);
int verb_show(struct call *c);
int verb_export(struct call *c);
/* set.c */
int verb_add(struct call *c);
int verb_set(struct call *c);
int verb_rm(struct call *c);
int verb_tag(struct call *c);
/* apply.c, edit.c, import.c */
int verb_apply(struct call *c);
int verb_edit(struct call *c);
int verb_import(struct call *c);
/* crm-opp.c */
int verb_stage(struct call *c);
int verb_win(struct call *c);
int verb_lose(struct call *c);
int verb_hold(struct call *c);
int verb_cancel(struct call *c);
int verb_reopen(struct call *c);
/* crm-lead.c */
int verb_convert(struct call *c);
/* product-price.c, product-bundle.c */
int verb_product_price(struct call *c);
int verb_product_bundle(struct call *c);
extern const struct opt opts_product_price[];
/* quote-reprice.c */
int verb_quote_reprice(struct call *c);
int verb_renumber(struct call *c);
extern const struct opt opts_quote_reprice[];
/* quote-new.c */
int verb_quote_new(struct call *c);
extern const struct opt opts_quote_new[];
/* crm-quote.c, quote-line.c, quote-diff.c, quote-due.c */
int verb_quote_revise(struct call *c);
int verb_quote_accept(struct call *c);
int verb_quote_reject(struct call *c);
int verb_quote_expire(struct call *c);
int verb_quote_line(struct call *c);
int verb_quote_diff(struct call *c);
int verb_quote_due(struct call *c);
/* quote-send.c */
int verb_quote_send(struct call *c);
extern const struct opt opts_quote_send[];
/* quote-issue.c */
int verb_quote_issue(struct call *c);
int verb_quote_approve(struct call *c);
extern const struct opt opts_quote_approve[];
extern const struct opt opts_quote_accept[], opts_quote_reject[],
    opts_quote_due[];
/* quote-order.c, crm-order.c, order-due.c, order-export.c */
int verb_quote_order(struct call *c);
int verb_order_export(struct call *c);
int verb_order_due(struct call *c);
int verb_order_pay(struct call *c);
int verb_order_deliver(struct call *c);
int verb_order_return(struct call *c);
int verb_order_produce(struct call *c);
int verb_order_install(struct call *c);
int verb_order_cancel(struct call *c);
extern const struct opt opts_quote_order[], opts_win[], opts_order_pay[],
    opts_order_deliver[], opts_order_return[], opts_order_install[],
    opts_order_cancel[], opts_order_due[];
/* act-ics.c */
int verb_act_import(struct call *c);
/* act-free.c, act-remind.c, act-overdue.c, act-dates.c */
int verb_free(struct call *c);
int verb_remind(struct call *c);
int verb_overdue(struct call *c);
int verb_dates(struct call *c);
extern const struct opt opts_free[], opts_remind[], opts_overdue[],
    opts_dates[];
/* crm-act.c */
int verb_plan(struct call *c);
/* act-do.c */
int verb_act_done(struct call *c);
int verb_act_copies(struct call *c);
int verb_act_cancel(struct call *c);
int verb_act_reopen(struct call *c);
int verb_act_move(struct call *c);
/* act-invite.c */
int verb_act_ingest(struct call *c);
int verb_act_invite(struct call *c);
/* As cli_commit(), but the mail that invites is printed, the id said. */
int act_commit_invite(struct call *c, struct changes *ch, const char *verb);
/* lookup.c */
int verb_lookup(struct call *c);
/* act-report.c */
int verb_act_report(struct call *c);
/* render.c */
int verb_render(struct call *c);
extern const struct opt opts_render[], opts_order_render[];
/* act-mail.c */
int verb_mail(struct call *c);
int verb_lead_add(struct call *c);
/* doc.c */
int cmd_doc(struct call *c);
/* act-agenda.c */
int verb_agenda(struct call *c);
/* save.c */
int cmd_save(struct call *c);
/* log.c, undo.c, check.c, conflict.c, merge-file.c */
int cmd_log(struct call *c);
int cmd_undo(struct call *c);
int cmd_redo(struct call *c);
int cmd_check(struct call *c);
int cmd_conflict(struct call *c);
int cmd_merge_file(struct call *c);
int cmd_merge_finish(struct call *c);
/* init.c, get.c, settings.c, trust.c, complete.c, crm-report.c */
int cmd_init(struct call *c);
int cmd_show(struct call *c);
int cmd_get(struct call *c);
int cmd_settings(struct call *c);
int cmd_trust(struct call *c);
int cmd_complete(struct call *c);
int cmd_report(struct call *c);
int cmd_calc(struct call *c);

/* Options that single verbs add to the common ones. */
extern const struct opt opts_apply[], opts_import[], opts_lose[], opts_hold[],
    opts_convert[], opts_init[], opts_report[], opts_log[], opts_undo[],
    opts_check[], opts_export[], opts_stage[], opts_rm[], opts_save[],
    opts_act_import[], opts_ingest[],
    opts_invite[],
    opts_plan[], opts_done[], opts_call_off[], opts_series[], opts_act_report[],
    opts_copies[];
extern const struct opt opts_mail[], opts_lead_add[], opts_doc[], opts_agenda[];

/*
 * "field=value" words onto a record being made or changed: entry grammar,
 * money with its currency, errors name the field. (assign.c)
 */
int assign_words(struct call *c, struct changes *ch, struct record *r,
    char *const *word, int n);
int assign_one(struct call *c, struct changes *ch, struct record *r,
    struct span field, struct span value);
/* of a file: numbers with that decimal sign, '.' or ',' */
int assign_cell(struct call *c, struct changes *ch, struct record *r,
    struct span field, struct span value, char decimal);

/*
 * Are the fields of all assignments known? Called before records are made,
 * which have room for the fields that are known by then.
 */
int assign_known(struct call *c, char **word, int n);

/* currency=EUR beside amount='USD 5': one of them is a mistake. */
int assign_agree(
    struct call *c, const struct record *r, char *const *word, int n);

/*
 * The words of cli_targets() once more, now that the lock is held: records
 * that another command changed meanwhile, so that they no longer fit, are left
 * alone, and that is said.
 */
int cli_recheck(struct call *c, int argc, char **argv, struct targets *t);

/* Rows "field,value" of the documents of a record. (doc.c) */
int cli_show_documents(struct call *c, struct emit *em, uint64_t id);

/* Ids of the records that the command is about; not of what they entail. */
int cli_print_ids(struct call *c, const struct changes *ch);

#endif
