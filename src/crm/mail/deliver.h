/*
 * deliver: a composed mail leaves: by the person's own program, which takes it
 * as sendmail does, or into a Maildir.
 */
#ifndef CRM_CRM_MAIL_DELIVER_H
#define CRM_CRM_MAIL_DELIVER_H

#include "crm/session.h"

/* ERR_USAGE, saying what to do, where mail.sendmail is not set. */
int deliver_ready(const struct session *s, struct err *e);

/*
 * Runs what mail.sendmail says, with -t -i behind its own words and the mail on
 * its stdin; no shell. ERR_IO: it cannot be run, did not end with 0, or took
 * longer than mail.timeout seconds; ERR_PERM: it came with the store and is not
 * trusted. What it says is a note.
 */
int deliver_program(struct session *s, struct span mail, struct err *e);

/*
 * Writes it to tmp of the Maildir, and, once it is whole and on disk, renames
 * it into new. ERR_USAGE where dir is no Maildir.
 */
int deliver_maildir(const char *dir, struct span mail, struct err *e);

#endif
