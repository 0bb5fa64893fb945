#include "store/pack.h"

struct pack *
pack_new(struct place *p, struct err *e)
{
	(void)p;
	err_set(e, ERR_BUG, "no packs yet");
	return NULL;
}

int
pack_put(struct pack *k, enum obj_type type, struct span data,
    struct oid *out, struct err *e)
{
	(void)k;
	(void)type;
	(void)data;
	(void)out;
	return err_set(e, ERR_BUG, "no packs yet");
}

int
pack_blob(struct pack *k, const char *name, mode_t mode, struct buf *data,
    struct oid *out, struct err *e)
{
	(void)k;
	(void)name;
	(void)mode;
	(void)data;
	(void)out;
	return err_set(e, ERR_BUG, "no packs yet");
}

int
pack_wait(struct pack *k, struct err *e)
{
	(void)k;
	(void)e;
	return 0;
}

int
pack_finish(struct pack *k, bool *made, struct err *e)
{
	(void)k;
	(void)e;
	*made = false;
	return 0;
}

void
pack_free(struct pack *k)
{
	(void)k;
}
