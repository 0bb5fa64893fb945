/*
 * tax: the tax classes of config/taxes.csv. A class is one tax or several that
 * are charged together, its parts, in the order in which the table first names
 * them; each has the rate of its newest row at or before a day. A row without a
 * day holds from the beginning.
 */
#ifndef CRM_CRM_TRADE_TAX_H
#define CRM_CRM_TRADE_TAX_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crm/session.h"
#include "crm/trade/calc.h"

/*
 * A class as it is on a day. "" is that of the setting quote.tax-class, else
 * exempt: without parts. ERR_USAGE where there is none of that key, naming
 * those that there are, or none yet on that day; ERR_DATA where the table is
 * wrong. Strings live as long as the session.
 */
int tax_class_of(struct session *s, struct span key, int32_t day,
    struct tax_class *out, struct err *e);

/*
 * ERR_DATA, with file and line, where no class could be had of the table; where
 * a class has more parts than there can be.
 */
int taxes_check(struct session *s, struct err *e);

/*
 * The classes of a document that is issued, as text that later changes of the
 * table and of the setting do not reach. A first line "default KEY" is what ""
 * was on that day, "exempt" if nothing; then a line for each part: key, part,
 * code, reason, label, compound, rate. Cells are parted by tabs.
 */
int tax_freeze(struct session *s, const struct tax_class *t, size_t n,
    int32_t day, struct buf *out, struct err *e);
/*
 * A class of such a text, in which its strings are. ERR_DATA where the text
 * does not have it.
 */
int tax_frozen(struct span text, struct span key, struct tax_class *out,
    struct err *e);

void taxes_free(struct taxes *t);

#endif
