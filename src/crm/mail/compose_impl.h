/* compose_impl: what the files of compose share. Not for others. */
#ifndef CRM_CRM_MAIL_COMPOSE_IMPL_H
#define CRM_CRM_MAIL_COMPOSE_IMPL_H

#include "crm/mail/compose.h"

/* A text of the head; the name in front of an address. Folded. */
void compose_text(struct span text, struct buf *out);
void compose_phrase(struct span text, struct buf *out);

/* The parameter of Content-Disposition, with its semicolon. */
void compose_file_name(struct span name, struct buf *out);

/* The last line of the part's head, an empty one, and its body, encoded. */
void compose_body(const struct mail_body *p, struct buf *out);

#endif
