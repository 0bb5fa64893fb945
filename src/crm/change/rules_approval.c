/* What must hold of approvals, whichever way a change comes. */
#include "crm/change/change_impl.h"

/* They say what somebody did, and that is done by one command only. */
int
rule_approval(struct changes *c, const struct record *before,
    struct record *after, unsigned how, struct err *e)
{
	(void)c;
	(void)before;
	(void)after;
	if (how & (CHANGE_ISSUE | CHANGE_HISTORY | CHANGE_UNDO))
		return 0;
	return err_set(e, ERR_PERM,
	    "approvals are given by crm-quote approve, and by nothing else");
}
