#include "store/hash.h"

#include "store/git/plumb.h"

int
content_hash(struct span data, struct oid *out, struct err *e)
{
	return obj_hash(OBJ_BLOB, data, out, e);
}
