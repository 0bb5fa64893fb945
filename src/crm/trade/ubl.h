/*
 * ubl: an order as an electronic invoice: UBL 2.1 XML with the core of
 * EN 16931. Sums are those of the order, to the last unit; where prices have
 * their taxes within, lines are given without.
 */
#ifndef CRM_CRM_TRADE_UBL_H
#define CRM_CRM_TRADE_UBL_H

#include "base/buf.h"
#include "base/err.h"
#include "crm/session.h"
#include "crm/trade/order.h"

/*
 * Appends the invoice of an order whose doc is computed. ERR_USAGE with all
 * that is missing, and how to set it. What a strict reader may object to is
 * added to notes, a line each.
 */
int ubl_invoice(struct session *s, const struct order *o, struct buf *out,
    struct buf *notes, struct err *e);

#endif
