/*
 * documents: files that belong to a record: documents/ID/NAME in the store.
 * What a file is called elsewhere never decides where it goes: a name is made
 * safe first, and paths are opened beneath the store without following links.
 * Versions of a document are commits.
 */
#ifndef CRM_CRM_DOCUMENTS_H
#define CRM_CRM_DOCUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strmap.h"
#include "crm/change/change.h"
#include "store/view.h"

enum { DOC_NAME_MAX = 200, DOC_MAX_MB = 100, DOC_WARN_MB = 10 };

/*
 * Appends the name under which a file is kept that somebody calls `given`: its
 * last component in NFC, without what steers terminals or hides characters,
 * with _ for what a file system may take for something else, never hidden, nor
 * a name of git's or of a device, at most DOC_NAME_MAX bytes.
 */
void doc_name(struct span given, struct buf *out);

struct document {
	const char *path; /* documents/O2611-7f3k9q2d/offer.pdf */
	struct span id, name;
	size_t size;
};

struct docs {
	struct document *v; /* by id, then name */
	size_t n;
	char **path;
	size_t *sizes, npaths;
};

/*
 * The documents of a record (id 0: of all), as v has them. ERR_DATA where a
 * link, or anything else that is no plain file, lies among them.
 */
int docs_list(struct view *v, uint64_t id, struct docs *out, struct err *e);
void docs_release(struct docs *d);

/* Files being put: names that one command has given do not meet. */
struct docs_put {
	struct changes *c;
	struct strmap taken; /* "ID/folded name" -> name */
	struct strmap ids;
	struct strmap chains; /* "ID/folded name" -> number of the next */
	struct strmap contents; /* that and its content -> name */
	struct docs_name {
		struct span name;
		bool ours; /* put by this command */
	} *name;
	size_t n, cap;
	struct arena arena;
};
void docs_put_release(struct docs_put *p);

enum doc_done { DOC_ADDED, DOC_VERSION, DOC_SAME };

/*
 * Puts a document (the bytes of data are taken). Where the record has one of
 * that name: with `again` it is the next version of that; else, and where
 * two files of one command or two spellings of a name meet, it becomes
 * "name (2)", unless its content is the same. *name is as it is kept,
 * borrowed from p. ERR_USAGE for more than DOC_MAX_MB. A dry run puts nothing.
 */
int doc_put(struct docs_put *p, uint64_t id, struct span given,
    struct buf *data, bool again, struct span *name, enum doc_done *done,
    struct err *e);

/* Appends the path of a document that is there: ERR_NOENT names those. */
int doc_find(struct view *v, uint64_t id, struct span name, struct buf *path,
    struct err *e);

#endif
