/* quote_impl: what the files that make lines of quotes share. */
#ifndef CRM_CRM_TRADE_QUOTE_IMPL_H
#define CRM_CRM_TRADE_QUOTE_IMPL_H

#include "crm/trade/quote_lines.h"

/* `why` of a line whose price somebody set, and of a discount by a rule. */
#define BY_HAND "by hand"
#define BY_RULE "by rule"
bool quote_by_hand(const struct record *line);

const struct entity *quote_entity(struct changes *c, const char *name);
/* As text, in the changes' arena. */
struct span quote_id_span(struct changes *c, uint64_t id);
struct span quote_dec_span(struct changes *c, struct dec d);
struct span quote_why(struct changes *c, const struct priced *p);

/* Of a line; 1 where it says none. */
struct dec quote_quantity(const struct record *line);

/*
 * What comes with a line: the parts of a bundle and gifts, as lines of their
 * own behind it. p is its price by the tables; NULL: to be found here, where it
 * has one.
 */
int quote_follow(struct changes *c, const struct record *quote,
    const struct record *line, const struct priced *p, struct err *e);

#endif
