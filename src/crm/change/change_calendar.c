/*
 * Changes of activities. Each calendar file that is held is a table of the
 * rows that it gives (crm/calendar/item.h); when the change is committed, the
 * rows that differ are written back into the file (change_items.c).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "crm/calendar/archive.h"
#include "crm/calendar/index.h"
#include "crm/calendar/item.h"
#include "crm/change/change_impl.h"
#include "store/id.h"

/* --- finding ------------------------------------------------------------- */

static void
remember(struct changes *c, uint64_t id, const char *path)
{
	struct span key =
	    arena_span(&c->arena, span_n((const char *)&id, sizeof id));

	if (!c->acts)
		c->acts = xcalloc(1, sizeof *c->acts);
	strmap_set(c->acts, key, strmap_get(c->by_path, span(path)));
}

static bool
is_held(const struct changes *c, uint64_t id)
{
	return c->acts && strmap_get(c->acts, span_n((const char *)&id,
						  sizeof id)) != (size_t)-1;
}

int
change_find_act(struct changes *c, const struct entity *ent, uint64_t id,
    struct changed_table **ct, size_t *row, struct err *e)
{
	size_t held = c->acts ? strmap_get(c->acts,
				    span_n((const char *)&id, sizeof id))
			      : (size_t)-1;
	struct calendar *cal;
	struct buf path = { 0 };
	int r;

	if (held != (size_t)-1) {
		*ct = c->table[held];
		*row = table_find(&(*ct)->t, id);
		if (*row != (size_t)-1)
			return 0;
	}
	if (session_calendar(c->s, &cal, e))
		return -1;
	r = cal_find(cal, id, &path, e);
	if (r == 0)
		r = change_table(c, ent, path.p, ct, e);
	if (r == 0) {
		*row = table_find(&(*ct)->t, id);
		remember(c, id, path.p);
		r = *row == (size_t)-1;
	}
	buf_release(&path);
	return r;
}

int
change_hold_act(struct changes *c, const struct entity *ent, uint64_t id,
    const char *path, struct err *e)
{
	struct changed_table *ct;

	if (change_table(c, ent, path, &ct, e))
		return -1;
	if (table_find(&ct->t, id) == (size_t)-1)
		return 1;
	remember(c, id, path);
	return 0;
}

/* --- new ones ------------------------------------------------------------ */

int
act_folder_of(struct calendar *cal, struct span owner, struct span *out,
    struct err *e)
{
	size_t p = calendar_person(cal, owner);

	if (p == (size_t)-1)
		return err_set(e, ERR_USAGE,
		    owner.n ? "owner '%.*s' is no user"
			    : "an activity needs an owner%.*s",
		    SPANF(owner));
	*out = cal->person[p].folder;
	return 0;
}

enum item_kind
act_kind_of(const struct calendar *cal, const struct span *value)
{
	const struct activity *a =
	    calendar_activity(cal, act_cell(cal, value, "type"));

	return a ? a->kind : ITEM_EVENT;
}

/* What archive_choose() asks of the tables of a change. */
struct placing {
	struct changes *c;
	const struct entity *ent;
	struct changed_table *ct; /* the last that was counted */
};

static bool
is_there(void *ctx, const char *path)
{
	struct placing *p = ctx;
	struct stat st;

	return change_held(p->c, path) ||
	       fstatat(p->c->s->dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int
count_items(void *ctx, const char *path, size_t *n, struct err *e)
{
	struct placing *p = ctx;

	if (change_table(p->c, p->ent, path, &p->ct, e))
		return -1;
	*n = p->ct->live;
	return 0;
}

static int
place_archived(struct changes *c, const struct entity *ent,
    struct buf *path, struct changed_table **ct, struct err *e)
{
	struct placing p = { c, ent, NULL };
	int r = archive_choose(path, is_there, count_items, &p, e);

	*ct = p.ct;
	return r;
}

int
change_place_act(struct changes *c, struct record *after, bool given,
    struct changed_table **ct, struct err *e)
{
	struct calendar *cal;
	struct changed_table *taken;
	struct span folder, uid = record_get(after, "uid");
	struct buf path = { 0 };
	char text[ID_LEN + 1];
	size_t row;
	int r;

	if (session_calendar(c->s, &cal, e) ||
	    act_folder_of(cal, record_get(after, "owner"), &folder, e))
		return -1;
	id_unpack(after->id, text);
	if (given) {
		r = change_find_act(c, after->ent, after->id, &taken, &row, e);
		if (r <= 0)
			return r ? r
				 : err_set(e, ERR_DUPLICATE,
				       "%s: the activity is there already",
				       taken->path);
	} else if (is_held(c, after->id) || cal_taken(cal, after->id)) {
		return err_set(e, ERR_DUPLICATE, "the id is taken");
	}
	if (!uid.n)
		record_set(after, entity_field(after->ent, span("uid")),
		    arena_span(&c->arena, span(text)));
	if (archive_path(cal, after->value, folder, &path)) {
		r = place_archived(c, after->ent, &path, ct, e);
	} else {
		calendar_new_path(&path, folder, act_kind_of(cal, after->value),
		    after->id, record_get(after, "uid"));
		r = change_table(c, after->ent, path.p, ct, e);
	}
	if (r == 0)
		remember(c, after->id, path.p);
	buf_release(&path);
	return r;
}

void
change_given(struct changes *c, uint64_t id, struct span text)
{
	struct span key =
	    arena_span(&c->arena, span_n((const char *)&id, sizeof id));

	if (!c->given)
		c->given = xcalloc(1, sizeof *c->given);
	GROW(c->given_text, c->ngiven, c->given_cap);
	c->given_text[c->ngiven] = arena_span(&c->arena, text);
	strmap_set(c->given, key, c->ngiven++);
}

const struct span *
change_was_given(const struct changes *c, uint64_t id)
{
	size_t i = c->given ? strmap_get(c->given,
				  span_n((const char *)&id, sizeof id))
			    : (size_t)-1;

	return i == (size_t)-1 ? NULL : &c->given_text[i];
}

int
change_rewrite(struct changes *c, const struct record *r, struct err *e)
{
	struct changed_table *ct;
	size_t row;
	int found = change_find_act(c, r->ent, r->id, &ct, &row, e);

	if (found == 0) {
		ct->t.row[row].changed = ct->t.changed = true;
		c->changed++;
	}
	return found < 0 ? -1 : 0;
}
