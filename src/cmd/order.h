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
 * Before the lock: can the quotes be ordered? Then their orders' numbers are
 * claimed, but for a dry run. (quote-order.c)
 */
int order_claim(struct call *c, const uint64_t *id, size_t n, unsigned how,
    struct claims **claims);

/* Orders a quote, with fields of the order; its id is what is printed. */
int order_one(struct call *c, struct changes *ch, uint64_t quote,
    const struct claims *claims, unsigned how, char **word, int n);

/*
 * Deals that are won without a quote: where several of one are open, ERR_USAGE
 * asks which won. Those that are left, one of a deal, are appended.
 */
int win_ask_quote(struct call *c, const struct targets *t, struct buf *left);

/* crm-opp.c: moves a deal to won, in a change; and crm-opp win as a whole. */
int opp_win_one(struct call *c, struct changes *ch, uint64_t id);
int opp_win(struct call *c);

#endif
