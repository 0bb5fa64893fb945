/*
 * merge_twice_impl: what the files of merge_twice share: items of which there
 * are two after a merge. Not for others.
 */
#ifndef CRM_CRM_HISTORY_MERGE_TWICE_IMPL_H
#define CRM_CRM_HISTORY_MERGE_TWICE_IMPL_H

#include "base/buf.h"
#include "crm/calendar/calendar.h"
#include "store/txn.h"

struct twice {
	struct session *s;
	struct calendar *cal;
	struct txn *txn; /* once there is something to do */
	struct buf came; /* paths that the merge added or changed */
	char base[OID_HEX + 1]; /* the commit that both sides have; "" */
	bool parted; /* that is not where this clone was */
	struct buf old; /* the tree of that: "MODE TYPE OBJECT\tPATH", NUL */
	size_t n;
	size_t meetings; /* those whose copies were made right */
};

/*
 * The same item, of this UID, is at both paths with these texts, as each side
 * gave it to somebody: it stays at one, and the owner is a conflict.
 */
int settle_owners(struct twice *t, const char *const path[2],
    struct buf text[2], struct span uid, struct err *e);
/*
 * One side gave it to somebody else, the other made another kind of it: it
 * becomes that, in the calendar of whom it was given to.
 */
int settle_kinds(struct twice *t, const char *const path[2],
    struct buf text[2], struct err *e);

#endif
