/*
 * share: the files that come with the program: reports, pipelines. They are
 * found in $CRM_SHARE, else beside the program (../share/crm of an installed
 * one, ../share of a checkout), else where it was configured to be.
 */
#ifndef CRM_CRM_SHARE_H
#define CRM_CRM_SHARE_H

#include "base/buf.h"
#include "base/err.h"

/* Appends the folder. */
void share_dir(struct buf *out);

/* Appends the content of a file below it; ERR_NOENT names what is looked for. */
int share_read(const char *path, struct buf *out, struct err *e);

/*
 * Appends the names of what lies in a folder of it and ends in suffix, without
 * that, sorted, separated by ", ".
 */
int share_names(const char *folder, const char *suffix, struct buf *out,
    struct err *e);

/*
 * Appends the path of a helper program, like crm-mime: beside the program
 * (libexec of a checkout, ../libexec/crm of an installed one), else where it
 * was configured to be, whether it is there or not.
 */
void share_helper(const char *name, struct buf *out);

#endif
