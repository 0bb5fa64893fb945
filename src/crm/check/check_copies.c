/*
 * Meetings of several users whose copies (crm/change/copies.h) are not there:
 * they were made before the user had an address, or lost.
 */
#include <string.h>

#include "crm/calendar/item.h"
#include "crm/change/copies.h"
#include "crm/check/check_impl.h"
#include "store/id.h"

static int
check_item(struct check *c, const char *path, struct item *it, struct err *e)
{
	struct span *value = arena_alloc(
	    &c->arena, (it->cal->act->nfields + 1) * sizeof *value);
	struct copied m = { .uid = it->uid, .owner = it->path.folder };
	struct buf who = { 0 };
	char id[ID_LEN + 1];
	int r = 0;

	if (it->copy || it->kind != ITEM_EVENT ||
	    item_row(it, &c->arena, value, NULL, NULL) ||
	    item_over(it, value))
		return 0;
	m.with = act_cell(it->cal, value, "with");
	m.replies = act_cell(it->cal, value, "replies");
	id_unpack(act_id(it->uid), id);
	r = copies_lacking(it->cal, &m, &who, e);
	if (r == 0 && who.n)
		r = check_say(c, path, it->doc->comp[it->comp].line,
		    CHECK_NOTE, e, "invited, without a copy of it in the own "
				   "calendar: %s; 'crm-act copies %s' makes it",
		    who.p, id);
	buf_release(&who);
	return r;
}

int
check_copies(struct check *c, struct calendar *cal, const char *path,
    struct err *e)
{
	struct buf data = { 0 };
	struct ics d = { 0 };
	struct item *it = NULL;
	size_t n = 0;
	int r = 0;

	/* what cannot be read was told before */
	if (session_read(c->s, path, &data, NULL) ||
	    !memmem(data.p, data.n, "mailto:", 7) ||
	    ics_parse(&d, path, &data, NULL) ||
	    items_of(cal, &d, path, &it, &n, NULL))
		n = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = check_item(c, path, &it[i], e);
	items_free(it);
	ics_release(&d);
	buf_release(&data);
	return r;
}
