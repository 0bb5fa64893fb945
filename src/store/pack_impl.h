/*
 * pack_impl: what pack.c, which fills a pack, and pack_file.c, which ends it,
 * share.
 */
#ifndef CRM_STORE_PACK_IMPL_H
#define CRM_STORE_PACK_IMPL_H

#include "store/pack.h"

enum { PACK_HEAD = 12 };

struct pack_entry {
	struct oid id;
	uint64_t at;
	uint32_t crc;
};

struct pack_file {
	int fd; /* tmp/pack */
	uint64_t end;
	struct pack_entry *entry;
	size_t n, cap;
};

/* Head, check sum, index; syncs and moves both to .git/objects/pack. */
int pack_file_finish(struct place *p, struct pack_file *f, struct err *e);

#endif
