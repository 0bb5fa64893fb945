/*
 * body: the rows of what a message holds: its text, calendars, attachments.
 */
#ifndef CRM_MIME_BODY_H
#define CRM_MIME_BODY_H

#include <gmime/gmime.h>

#include "base/buf.h"
#include "base/err.h"

/* How deep its parts lie in each other; messages in it count. */
int body_check(GMimeMessage *m, struct err *e);

/*
 * Appends the rows. dir: where attachments are written, or NULL: nowhere.
 * Fails with the error of writing; then no file is left that it wrote.
 */
int body_rows(struct buf *out, GMimeMessage *m, const char *dir, struct err *e);

/* The charset that the first text names; NULL: none. Borrowed. */
const char *body_charset(GMimeMessage *m);

#endif
