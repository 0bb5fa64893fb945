/* order: what the verbs that make and change orders share. */
#ifndef CRM_CMD_ORDER_H
#define CRM_CMD_ORDER_H

#include "cmd/cli.h"
#include "crm/trade/order.h"

/* An order as people read it, with what is paid. (order-show.c) */
int order_show(struct call *c, uint64_t id);

/* The instalments of an order as rows, with what of each is paid. */
int order_print_parts(struct call *c, const struct order *o);

/* Appends what is left to pay, and when the next is due: "500.00 EUR ...". */
void order_left(const struct order *o, struct buf *out);

/*
 * Deals that are won without a quote: where several of one are open, ERR_USAGE
 * asks which won. Those that are left, one of a deal, are appended.
 */
int win_ask_quote(struct call *c, const struct targets *t, struct buf *left);

/* crm-opp.c: moves a deal to won, in a change; and crm-opp win as a whole. */
int opp_win_one(struct call *c, struct changes *ch, uint64_t id);
int opp_win(struct call *c);

#endif
