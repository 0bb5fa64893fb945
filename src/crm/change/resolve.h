/*
 * resolve: from what people type to a record: a full id, else an exact unique
 * name, e-mail or domain (fields flagged FIELD_NAME; folded), else a unique
 * prefix of the random part or of the whole id, in any case. If a name and a
 * prefix fit different records, or several fit, ERR_USAGE with the candidates;
 * if none, ERR_NOENT with the nearest names.
 */
#ifndef CRM_CRM_CHANGE_RESOLVE_H
#define CRM_CRM_CHANGE_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crm/session.h"

/*
 * One record of ent. A full id is looked up in its files; others scan the
 * entity's tables. "me" is the session's user where ent is user. ids_only
 * allows full ids only.
 */
int resolve_one(struct session *s, const struct entity *ent, struct span text,
    bool ids_only, uint64_t *id, struct err *e);

/*
 * All records of ent that the text may mean, by a name or as the beginning of
 * an id: added behind out[*n], up to cap, for whoever seeks in several
 * entities. At most 8 of each.
 */
struct resolved {
	uint64_t id;
	char name[64]; /* what it is called, cut */
	bool by_name;
};
int resolve_all(struct session *s, const struct entity *ent, struct span text,
    struct resolved *out, size_t cap, size_t *n, struct err *e);

/*
 * Many names of one entity at once, for import: an index over its FIELD_NAME
 * fields and ext_id, built by one scan.
 */
struct resolver;
int resolver_new(struct session *s, const struct entity *ent,
    struct resolver **out, struct err *e);
/*
 * 0: *id set; 1: no such; 2: several (the message in e lists them; e->code is
 * ERR_USAGE)
 */
int resolver_find(
    struct resolver *r, struct span text, uint64_t *id, struct err *e);
/* a record that this command has made, findable at once */
void resolver_add(struct resolver *r, struct span name, uint64_t id);
/* Appends up to 5 nearest names, "a, b, c", that out does not list yet. */
void resolver_nearest(
    const struct resolver *r, struct span text, struct buf *out);
void resolver_free(struct resolver *r);

/* The name a record shows under, or "(hidden)"; appended. */
int resolve_name(struct session *s, uint64_t id, struct buf *out,
    struct err *e);

#endif
