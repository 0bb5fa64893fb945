/*
 * merge_ics_impl: what the files of ics_merge share: what a component says, in
 * a form that can be compared, and the components of all versions. Not for
 * others.
 */
#ifndef CRM_CRM_HISTORY_MERGE_ICS_IMPL_H
#define CRM_CRM_HISTORY_MERGE_ICS_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strmap.h"
#include "crm/calendar/item.h"
#include "crm/history/merge_ics.h"

/* SKEL: what the result is made of by edits: base, and what was added. */
enum { BASE, OURS, THEIRS, SKEL, SIDES };

enum elem_how {
	ELEM_ONE,   /* a property of which there is one */
	ELEM_KEYED, /* of several, told apart by a part of it */
	ELEM_MAX,
	ELEM_COUNT, /* the greater number */
	ELEM_OWNER, /* whose a copy is; the master, which has none, stands */
	ELEM_MIN,
	ELEM_SET,   /* of several, by all that they say */
	ELEM_WORD,  /* a value of a list; lines do not count */
	ELEM_DATE,  /* the same, with parameters of its own */
};

/* A property of a component, or a value of one that is a list. */
struct elem {
	enum elem_how how;
	struct span name;  /* upper case */
	struct span spelt; /* as it is written; ends in NUL */
	struct span tells; /* what tells a keyed one; "" */
	struct span key;   /* name and tells; of a set: canon */
	struct span canon; /* all that it says */
	struct span value; /* as it is written; of a list its part */
	struct span params;
	size_t prop;
};

struct elems {
	struct elem *v;
	size_t n, cap;
};

/* Those of comp itself, in the order they stand. */
void elems_of(struct arena *a, struct ics *d, size_t comp, struct elems *out);
/*
 * All that a component says, with what is in it; not, where stamps is false,
 * when it was last written.
 */
struct span comp_canon(
    struct arena *a, struct ics *d, size_t comp, bool stamps);
/* Appends the component anew, line by line. */
void comp_render(
    const struct ics *d, size_t comp, bool crlf, struct buf *out);

/* A component of a calendar, in all versions: ICS_NONE where it is not. */
struct mcomp {
	struct span key;
	struct span name; /* upper case */
	struct span uid;  /* "" of what is no item */
	struct span rid;  /* RECURRENCE-ID; "" of the master */
	size_t at[SIDES];
};

/* A field of a master that was changed on both sides. */
struct mfield {
	struct span uid;
	const struct field *field;
};

struct imerge {
	struct entity *act;
	const char *path;
	struct ics doc[SIDES];
	bool has[SIDES]; /* there is such a version */
	struct mcomp *comp;
	size_t ncomps, comp_cap;
	struct mfield *field; /* to be told when the result is known */
	size_t nfields, field_cap;
	struct calendar *cal; /* of no store */
	struct item *item[SIDES]; /* once they were asked for */
	size_t nitems[SIDES];
	bool asked, readable;
	struct arena arena;
	merge_conflict_fn *fn;
	void *ctx;
};

/*
 * Merges the properties of a component into SKEL's, and what is in it where
 * inner. Where one side has removed it, theirs is taken to be base's.
 */
int merge_comp(struct imerge *m, const struct mcomp *c, bool inner,
    struct err *e);

/* --- what is told (merge_ics_tell.c) ------------------------------------- */

/* The column of a property in a row of conflicts.csv; appended. */
void tell_column(const struct elem *el, struct span rid, struct buf *out);
/*
 * Its value there: as it is written; its parameters, where only those differ;
 * or, where both do, both: ";TZID=Europe/Berlin:20261127T140000".
 */
enum tell_form { TELL_VALUE, TELL_PARAMS, TELL_WHOLE, TELL_FORMS };
/* As short as it tells the two apart. NULL: is not there. */
enum tell_form tell_form_of(const struct elem *x, const struct elem *y);
struct span tell_value(
    const struct elem *el, enum tell_form form, struct arena *a);
/* A property that was changed on both sides; w stands. NULL: is not there. */
int tell_prop(struct imerge *m, const struct mcomp *c, const struct elem *b,
    const struct elem *o, const struct elem *t, const struct elem *w,
    struct err *e);
/* A component that was changed on one side and removed on the other. */
int tell_removed(struct imerge *m, const struct mcomp *c, struct err *e);
/* The fields that wait for the result, text. */
int tell_fields(struct imerge *m, struct span text, struct err *e);

#endif
