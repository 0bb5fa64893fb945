/* ics_impl: what the parts of ics (ics.h) share. */
#ifndef CRM_STORE_ICS_IMPL_H
#define CRM_STORE_ICS_IMPL_H

#include "store/ics.h"

#define ICS_MAX_LINE ((size_t)1 << 20) /* unfolded */

/* A file while it is read. */
struct ics_reader {
	struct ics *d;
	const char *p, *end; /* what is left */
	size_t lines;	     /* that were taken */
	size_t comp;	     /* the open component */
	size_t depth;
	struct err *e;
};

/* A line, unfolded. */
struct ics_text {
	struct span text;
	const char *at, *end; /* its bytes */
	size_t no;
	bool asked, qp; /* whether it is quoted-printable, once asked */
};

/* "path:line: what", and -1. */
int ics_bad(const struct ics_reader *r, size_t line, const char *what);
void ics_flaw(struct ics *d, size_t line, const char *what); /* counts one */
/* The next line that is not blank: 1, 0 at the end, -1. */
int ics_read_line(struct ics_reader *r, struct ics_text *l);

/* ics_line(), with a name that need not end in NUL. */
int ics_line_span(struct buf *out, struct span name, struct span params,
    struct span value, bool crlf, struct err *e);

bool ics_is_name(struct span s); /* of a property or component */
bool ics_is_qp(struct span s);	 /* true where it says QUOTED-PRINTABLE */

/* An edit puts lines in the place of the bytes at..end, or void: nothing. */
enum ics_edit_kind {
	ICS_VOID,
	ICS_ADD,     /* a property */
	ICS_TEXT,    /* components; behind properties at the same place */
	ICS_REPLACE, /* a property */
	ICS_CUT,     /* a component */
};

struct ics_edit {
	enum ics_edit_kind kind;
	size_t at, end;
	size_t comp;
	size_t prop;		  /* ICS_NONE where none was there */
	struct span name, params; /* of a property */
	struct span lines;
};

#endif
