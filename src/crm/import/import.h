/*
 * import: a foreign CSV file into records of one entity, as one commit.
 *
 * The steps are separate files: bytes to UTF-8 (charset), records (csvfile),
 * header names to fields (import_map), cells to store form (import_value),
 * rows to records, upsert and references (import), rejects. Good rows are
 * taken; the others lie beside the input in FILE.rejects.csv: the original
 * cells, then _line, _column and _reason, importable again as it is.
 */
#ifndef CRM_CRM_IMPORT_IMPORT_H
#define CRM_CRM_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "crm/change/change.h"

struct import_options {
	const struct entity *ent;
	const char *file; /* "-" is stdin */
	char *const *map; /* "Their Name=field"; "Their Name=" drops it */
	size_t nmap;
	char *const *value; /* "field:theirs=ours" */
	size_t nvalue;
	char *const *set; /* "field=value" for every row (--source fair) */
	size_t nset;
	const char *key;     /* field(s), comma separated: upsert */
	const char *create;  /* --create-missing: "account,stage,..." */
	const char *charset; /* NULL: by BOM, else UTF-8, else refused */
	const char *header;  /* "a,b,c": the file has no header row */
	char delim;	     /* 0: found out */
	char decimal;	     /* '.' or ','; 0: found out, refused if unsure */
	const char *dates;   /* "dmy", "mdy", "ymd", "excel" (day numbers);
				NULL: found out, refused if unsure */
	bool atomic;	     /* all or nothing */
	bool again;	     /* the same file a second time without a key */
	bool gates;	     /* hold history to gates and loss reasons */
	bool lazy_quotes;
	/* of total bytes; rows is 0 until records are made */
	void (*progress)(void *ctx, size_t rows, size_t bytes, size_t total);
	void *progress_ctx;
};

struct import_result {
	size_t rows, added, changed, same, rejected;
	size_t created; /* records and rows made by --create-missing */
	char *rejects;	/* path for the rejects file, or NULL */
	struct buf rejected_rows; /* its content */
	bool written;		  /* it was not there before */
	struct buf notes;	  /* lines for stderr: ignored columns, what is
				     missing (no owner: 12 rows), how dates and numbers
				     were read */
};

/*
 * Runs it within c (from changes_open; the caller commits). 0; -1 with e set
 * (nothing of the file was taken). Rejected rows are no error: see the result.
 */
int import_run(struct changes *c, const struct import_options *o,
    struct import_result *out, struct err *e);
/*
 * Writes the rejects beside the input; a file that lies there with other
 * content is left alone and r->rejects becomes FILE.rejects-2.csv. Call before
 * the commit, so that no row is lost where that cannot be done; not in a dry
 * run.
 */
int import_write_rejects(struct import_result *r, struct err *e);
void import_result_release(struct import_result *r);

#endif
