/* doc_impl: what the files that read and compute documents share. */
#ifndef CRM_CRM_TRADE_DOC_IMPL_H
#define CRM_CRM_TRADE_DOC_IMPL_H

#include "crm/trade/doc.h"

/* The entity of the lines of quotes or orders. */
struct entity *doc_lines_of(struct session *s, const struct entity *ent);

#endif
