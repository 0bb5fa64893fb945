/*
 * known: which messages are filed already, told by their headers alone: those
 * of a maildir that was taken before need not be parsed again.
 */
#ifndef CRM_CRM_MAIL_KNOWN_H
#define CRM_CRM_MAIL_KNOWN_H

#include "crm/session.h"

struct mail_known;

/* Reads the Message-IDs of all activities. */
int mail_known_new(struct mail_known **out, struct session *s, struct err *e);
/*
 * Is the message, of which head is the beginning, filed? False also where its
 * Message-ID cannot be told for sure without parsing.
 */
bool mail_known_has(struct mail_known *k, struct span head);
void mail_known_free(struct mail_known *k);

#endif
