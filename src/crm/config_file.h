/*
 * config_file: a table of the store's config/ while it is read, row by row, for
 * what is then kept of it for the session. Zero is a valid closed one.
 */
#ifndef CRM_CRM_CONFIG_FILE_H
#define CRM_CRM_CONFIG_FILE_H

#include "base/buf.h"
#include "base/err.h"
#include "crm/session.h"
#include "store/scan.h"

struct config_file {
	const char *path; /* "config/rates.csv" */
	struct buf text;
	struct scan scan;
	size_t line; /* of the row that was gone to last */
};

/*
 * Reads the table as the session sees it. Where there is no such file, it is
 * the one that comes with the program, else one without rows. path must
 * outlive it. ERR_DATA where it is malformed.
 */
int config_file_open(struct config_file *f, struct session *s, const char *path,
    const struct span *want, size_t n, struct err *e);

/*
 * Goes to row i, below scan.nrows; rows are gone to in their order. The wanted
 * cells, valid until it is closed.
 */
const struct span *config_file_row(struct config_file *f, size_t i);

void config_file_close(struct config_file *f);

#endif
