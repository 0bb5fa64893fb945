/*
 * change_impl: what the files of change share: the tables a change holds, and
 * the rules of single entities. Not for others.
 */
#ifndef CRM_CRM_CHANGE_CHANGE_IMPL_H
#define CRM_CRM_CHANGE_CHANGE_IMPL_H

#include "crm/calendar/calendar.h"
#include "crm/change/change.h"

/* One store file that is held for changing. */
struct changed_table {
	char *path;
	const struct entity *ent;
	struct table t;
	size_t live;  /* rows not removed */
	size_t *col;  /* field index -> column or (size_t)-1 */
	size_t ncol;  /* fields the map covers */
};

/*
 * Fields that have a part of their own in entities that have them, else NULL.
 * Looked up once rather than for each record; valid until it is asked for
 * another entity.
 */
struct change_fields {
	const struct entity *ent;
	size_t nfields; /* it had then */
	const struct field *id, *created, *currency, *pipeline, *stage;
	const struct field *dates; /* ent->dates */
};

const struct change_fields *change_fields(
    struct changes *c, const struct entity *ent);

/* The table at path if it was loaded, else NULL. */
struct changed_table *change_held(struct changes *c, const char *path);

/* The table at path, loaded on first use. */
int change_table(struct changes *c, const struct entity *ent,
    const char *path, struct changed_table **out, struct err *e);

/* Where a record stands. 0; 1 where it is nowhere; -1. */
int change_find(struct changes *c, const struct entity *ent, uint64_t id,
    struct changed_table **ct, size_t *row, struct err *e);

/* Values of a row by field index, in c's arena. */
struct span *change_values(
    struct changes *c, struct changed_table *ct, size_t row);

/*
 * The first of the id's files with room. ERR_DUPLICATE where the id is taken;
 * one that was given, not made just now, is sought in all of them.
 */
int change_place(struct changes *c, struct record *after, bool given,
    struct changed_table **ct, struct err *e);

/*
 * The same for activities, whose files say by themselves what is in them
 * (change_calendar.c); and writing a held calendar file.
 */
int change_find_act(struct changes *c, const struct entity *ent, uint64_t id,
    struct changed_table **ct, size_t *row, struct err *e);
/* The record is that of the file at path. 1: it is not in it. */
int change_hold_act(struct changes *c, const struct entity *ent, uint64_t id,
    const char *path, struct err *e);
int change_place_act(struct changes *c, struct record *after, bool given,
    struct changed_table **ct, struct err *e);
int change_put_acts(struct changes *c, struct changed_table *ct, struct err *e);
/* The folder of an owner, ERR_USAGE for none; the kind that a row's type is. */
int act_folder_of(struct calendar *cal, struct span owner, struct span *out,
    struct err *e);
enum item_kind act_kind_of(
    const struct calendar *cal, const struct span *value);
/* What was given of an activity is written though its row is the same. */
int change_rewrite(
    struct changes *c, const struct record *r, struct err *e);

/*
 * Changes of their own under the same lock, to be committed before those of
 * outer; closed by changes_close(). Their post- hooks become outer's.
 */
struct changes *changes_within(struct changes *outer);

/*
 * Tables that outer holds already get the rows that inner, about to be
 * committed, adds to them; only tables that are appended to come to that.
 */
void changes_hand_on(struct changes *outer, struct changes *inner);

/*
 * Checks an edit by hand of the file at path, which is then part of what c
 * commits, with what it entails.
 */
int change_hand_put(struct changes *c, const struct entity *ent,
    const char *path, struct err *e);
/*
 * Checks and commits an edit by hand of the file at path, with what it
 * entails (change_hand.c).
 */
int change_hand_edit(struct changes *c, const struct entity *ent,
    const char *path, struct err *e);

/*
 * Defaults, cell checks, required fields, rules. before may be NULL. Makes no
 * change but to after's values.
 */
int change_check(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);

/* The message of the commit of c, as changes_commit() says (change_message.c). */
void change_message(const struct changes *c, const char *verb,
    const char *options, const char *subject, const char *extra,
    struct buf *out);

/*
 * Notes in the session where a commit is dated ahead: of this machine's clock,
 * or, after such a one, of the command's.
 */
void change_tell_clock(struct changes *c, const struct oid *id);

/* Rules and effects of activities (rules_act.c). */
int rule_act(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int effect_act(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
/* Those of deals (rules_opp.c). */
int rule_opp(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int effect_opp(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
/* Those of quotes and of their lines (rules_quote.c, rules_quote_line.c). */
int rule_quote(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int effect_quote(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
/* A draft: may what it offers still change? */
bool rule_is_draft(const struct record *quote);
/*
 * Do the vouchers of a quote count: when a draft gets them, and when it is
 * accepted or ordered (rules_offer.c)? ERR_USAGE.
 */
int rule_vouchers(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
/*
 * Has a quote whose currency changes nothing that is an amount of the old one?
 * Else ERR_PERM.
 */
int rule_currency(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
int rule_approval(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int rule_quote_line(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int effect_quote_line(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
/* Those of orders and of what belongs to them (rules_order.c). */
int rule_order(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int effect_order(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
int rule_order_line(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int rule_instalment(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int effect_order_row(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
int rule_payment(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int rule_delivery(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int effect_discount(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
int effect_delivery(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);
/* Those of products and of the tables of prices (rules_price.c). */
int rule_product(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
int rule_price(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e);
/* What a change entails elsewhere (stage-changes); after the check. */
int change_effects(struct changes *c, const struct record *before,
    const struct record *after, unsigned how, struct err *e);

#endif
