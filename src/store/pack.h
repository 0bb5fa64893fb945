/*
 * pack: many objects into one pack file. Threads hash and compress; memory is
 * bounded by what is under way. The pack and its index are made in
 * .git/crm/tmp and put into .git/objects/pack at the end.
 */
#ifndef CRM_STORE_PACK_H
#define CRM_STORE_PACK_H

#include "base/buf.h"
#include "store/git/plumb.h"
#include "store/place.h"

struct pack;

struct pack *pack_new(struct place *p, struct err *e);

/* Writes data and names it, before it returns. */
int pack_put(struct pack *k, enum obj_type type, struct span data,
    struct oid *out, struct err *e);

/*
 * Hands a blob to the threads: data is taken and empty afterwards. Its name is
 * in *out, and its content in tmp/name, after pack_wait(). out must live till
 * then.
 */
int pack_blob(struct pack *k, const char *name, mode_t mode, struct buf *data,
    struct oid *out, struct err *e);

/* Waits for all that was handed over. Fails where any of it failed. */
int pack_wait(struct pack *k, struct err *e);

/* Completes the pack and puts it into place. *made is false for an empty one.
 */
int pack_finish(struct pack *k, bool *made, struct err *e);
void pack_free(struct pack *k);

#endif
