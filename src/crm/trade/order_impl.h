/* order_impl: what the files of orders share. */
#ifndef CRM_CRM_TRADE_ORDER_IMPL_H
#define CRM_CRM_TRADE_ORDER_IMPL_H

#include "crm/trade/order.h"

/* order_load() of one that is there: ERR_NOENT. */
int order_load_known(
    struct changes *c, uint64_t id, struct order *o, struct err *e);

/* "confirmed" where it says none. */
struct span order_state(const struct order *o);

#endif
