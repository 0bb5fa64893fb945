#include "store/hash.h"

#include <stdio.h>

#include "store/git/plumb.h"
#include "store/sha1.h"

int
content_hash(struct span data, struct oid *out, struct err *e)
{
	return obj_hash(OBJ_BLOB, data, out, e);
}

void
content_name(struct span data, struct oid *out)
{
	unsigned char raw[OID_RAW];
	struct sha1 s;
	char head[32];
	int n = snprintf(head, sizeof head, "blob %zu", data.n);

	sha1_init(&s);
	sha1_add(&s, head, (size_t)n + 1);
	sha1_add(&s, data.p ? data.p : "", data.n);
	sha1_end(&s, raw);
	oid_of_raw(out, raw);
}

static unsigned
nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void
oid_to_raw(unsigned char out[OID_RAW], const struct oid *id)
{
	for (int i = 0; i < OID_RAW; i++)
		out[i] = (unsigned char)(nibble(id->hex[2 * i]) << 4 |
					 nibble(id->hex[2 * i + 1]));
}

void
oid_of_raw(struct oid *out, const unsigned char raw[OID_RAW])
{
	static const char digit[] = "0123456789abcdef";

	for (int i = 0; i < OID_RAW; i++) {
		out->hex[2 * i] = digit[raw[i] >> 4];
		out->hex[2 * i + 1] = digit[raw[i] & 15];
	}
	out->hex[OID_HEX] = '\0';
}
