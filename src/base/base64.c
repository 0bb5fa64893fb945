#include "base/base64.h"

void
base64_add(struct buf *out, struct span s, size_t line)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)s.p;
	size_t column = 0;

	buf_grow(out, s.n / 3 * 4 + (line ? s.n / line * 2 : 0) + 8);
	for (size_t i = 0; i < s.n; i += 3) {
		unsigned v = (unsigned)p[i] << 16;

		v |= i + 1 < s.n ? (unsigned)p[i + 1] << 8 : 0;
		v |= i + 2 < s.n ? (unsigned)p[i + 2] : 0;
		buf_addc(out, digit[v >> 18]);
		buf_addc(out, digit[v >> 12 & 63]);
		buf_addc(out, i + 1 < s.n ? digit[v >> 6 & 63] : '=');
		buf_addc(out, i + 2 < s.n ? digit[v & 63] : '=');
		column += 4;
		if (line && (column == line || i + 3 >= s.n)) {
			buf_addc(out, '\n');
			column = 0;
		}
	}
}
