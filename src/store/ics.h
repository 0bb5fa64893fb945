/*
 * ics: the text of an iCalendar file (RFC 5545 §3.1): lines, components,
 * properties, parameters; and changing some of them while every other byte
 * stays. What a property means is not known here (crm/calendar/, store/ical.h).
 *
 * A file is untrusted: it comes from phones, mails and other programs. Limits,
 * each refused with file and line: nesting 32, one line after unfolding 1 MiB
 * (ATTACH included), 200,000 lines, 64 MiB.
 *
 * What harms nobody is accepted: a BOM, bare LF, CRs in front of it, blank
 * lines (within a folded line too), lower case, several calendars in one file,
 * soft line breaks of quoted-printable text. What is wrong but leaves the rest
 * readable is a flaw: counted, the first one told in struct ics, its bytes
 * kept. A line that is no property (without ':', with a bad name, outside of
 * every component) is left out of what is read; a control character reads as a
 * blank, a byte that is not UTF-8 as Windows-1252 has it. So all spans are
 * valid UTF-8 without control characters other than a tab.
 *
 * CRLF or LF is kept as it is found, new lines are written as the file's first
 * one ends.
 *
 * Components and properties are named by index. Indexes of what was parsed
 * stay valid until the release; edits are kept aside until ics_write(), and
 * reading still shows what was parsed.
 */
#ifndef CRM_STORE_ICS_H
#define CRM_STORE_ICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define ICS_NONE ((size_t)-1)

/* One property line. All spans are unfolded, valid until the release. */
struct ics_prop {
	struct span name;   /* as written; compare with span_ieqs() */
	struct span params; /* ";TZID=Europe/Berlin" without its first ';' */
	struct span value;  /* as written, escapes and all */
	size_t at, end;	    /* its bytes in the file, line end included */
	size_t line;	    /* from 1 */
	size_t comp;	    /* the component it stands in */
};

/*
 * BEGIN ... END. Component 0 is the file, and has no properties: its children
 * are VCALENDARs, or (a flaw) what stands there without one.
 */
struct ics_comp {
	struct span name; /* as written; compare with span_ieqs() */
	size_t parent;
	size_t at, end;	  /* from BEGIN's first byte to behind END's line */
	size_t inner_end; /* where its END line begins */
	size_t line;
	size_t next; /* the next component that is no descendant of it */
	size_t prop, prop_end; /* properties, those of descendants too */
};

struct ics_edit;

struct ics {
	struct buf text;       /* as read */
	char *path;	       /* for messages */
	struct ics_comp *comp; /* in the order of their BEGIN */
	size_t ncomps, comp_cap;
	struct ics_prop *prop; /* in the order they stand */
	size_t nprops, prop_cap;
	struct arena arena; /* unfolded lines */
	bool crlf;
	size_t flaws;	  /* how many */
	size_t flaw_line; /* of the first */
	const char *flaw; /* what is wrong there; static */
	struct ics_edit *edit;
	size_t nedits, edit_cap;
};

/*
 * Parses data (taken; empty afterwards, on failure too). ERR_DATA with
 * "path:line: what": no BEGIN at the start, a BEGIN without its END, an END
 * without its BEGIN, a NUL, a CR alone in front of BEGIN or END (two readers
 * would see two things), UTF-16, a limit. d must be zero, and is released by
 * ics_release() after a failure too.
 */
int ics_parse(struct ics *d, const char *path, struct buf *data, struct err *e);
void ics_release(struct ics *d);

/*
 * The first child of comp named name (NULL: any) behind `after` (ICS_NONE:
 * from the start), or ICS_NONE.
 */
size_t ics_child(
    const struct ics *d, size_t comp, const char *name, size_t after);
/* The first property of comp itself named so (NULL: any), the same way. */
size_t ics_find(
    const struct ics *d, size_t comp, const char *name, size_t after);
/* Its value as written; empty where there is none. */
struct span ics_value(const struct ics *d, size_t comp, const char *name);

/*
 * A parameter's value without its quotes, RFC 6868 escapes (^n ^^ ^') decoded
 * into d's arena; several values stay separated by ','. False: not there.
 */
bool ics_param(struct ics *d, size_t prop, const char *name, struct span *out);

/* Undoes the escapes of TEXT (§3.3.11): appends to out. */
void ics_unescape(struct buf *out, struct span value);
/* Takes the next part of a list at an unescaped ',' (or ';') off *list. */
struct span ics_cut(struct span *list, char sep);

/* Takes the next parameter off *list at a ';' that is in no quotes. */
struct span ics_cut_param(struct span *list);

/* --- writing ------------------------------------------------------------- */

/* Appends text as TEXT: \\ \; \, \n; CR is left out. */
void ics_escape(struct buf *out, struct span text);
/* Appends a parameter value, quoted where it must be, RFC 6868 (^). */
void ics_param_value(struct buf *out, struct span text);
/*
 * Appends one content line, folded at 75 octets between characters, with its
 * line end. params is "" or as in ics_prop. ERR_DATA, one line, for what would
 * be read as something else: line breaks and other control characters, what is
 * not UTF-8, a ':' or a quote out of place in params, more than 1 MiB. So
 * nothing that is entered can become a second line. (Values are to be escaped
 * already. Who sets a property that was quoted-printable sets params too.)
 */
int ics_line(struct buf *out, const char *name, struct span params,
    struct span value, bool crlf, struct err *e);

/*
 * Edits copy what they are given, and fail as ics_line() does, changing
 * nothing then. Where params.p is NULL the parameters stay as they are; later
 * edits of the same property win; a property that comes out as it was is not
 * touched, however it is folded.
 *
 * ics_set() sets a property of comp: the first of its name is replaced where
 * it stands, or it is added before the first sub-component. With value.p NULL
 * all of that name are removed.
 */
int ics_set(struct ics *d, size_t comp, const char *name, struct span params,
    struct span value, struct err *e);
/* Replaces, or with value.p NULL removes, this very property. */
int ics_replace(struct ics *d, size_t prop, struct span params,
    struct span value, struct err *e);
void ics_remove(struct ics *d, size_t prop);
/* Adds one more property of that name behind the others of comp. */
int ics_add(struct ics *d, size_t comp, const char *name, struct span params,
    struct span value, struct err *e);
/*
 * Adds whole components (BEGIN..END, by ics_line(), which ends them as d->crlf
 * says) at comp's end; comp 0: at the file's. ERR_DATA where they are not
 * whole.
 */
int ics_add_text(struct ics *d, size_t comp, struct span lines, struct err *e);
/* Removes a component with all that is in it, and what is edited there. */
void ics_remove_comp(struct ics *d, size_t comp);
/* true where an edit changed a byte. */
bool ics_changed(const struct ics *d);
/* The file with its edits: appends to out. Without any: the bytes as read. */
void ics_write(const struct ics *d, struct buf *out);

#endif
