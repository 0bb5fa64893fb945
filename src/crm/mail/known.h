/*
 * known: which messages are filed already, told by their headers alone: those
 * of a maildir that was taken before need not be parsed again. And of which the
 * attachments were taken, in .git/crm/attachments of a clone: one that was
 * removed later does not come back with each run.
 */
#ifndef CRM_CRM_MAIL_KNOWN_H
#define CRM_CRM_MAIL_KNOWN_H

#include "crm/mail/file.h"

struct mail_known;

/*
 * Reads the Message-IDs of all activities. attachments: a message counts as
 * filed only where its attachments were taken, too.
 */
int mail_known_new(struct mail_known **out, struct session *s,
    bool attachments, struct err *e);
/* Is the message of that Message-ID filed? */
bool mail_known_id(struct mail_known *k, struct span id);
/*
 * The same of one of which head is the beginning. False also where its
 * Message-ID cannot be told for sure without parsing.
 */
bool mail_known_has(struct mail_known *k, struct span head);
void mail_known_free(struct mail_known *k);

/* Remembers of n messages those whose attachments were kept. */
int mail_known_kept(struct session *s, const struct mail *m,
    const struct mail_filed *out, size_t n, struct err *e);

#endif
