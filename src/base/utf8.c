#include "base/utf8.h"

#include <string.h>

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t
utf8_decode(const char *p, size_t n, uint32_t *cp)
{
	unsigned char c = (unsigned char)p[0];
	uint32_t v, least;
	size_t len;

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c < 0xc2 || c > 0xf4)
		return 0;
	len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	least = len == 2 ? 0x80 : len == 3 ? 0x800 : 0x10000;
	if (n < len)
		return 0;
	v = c & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if (!is_tail(p[i]))
			return 0;
		v = v << 6 | ((unsigned char)p[i] & 0x3f);
	}
	if (v < least || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*cp = v;
	return len;
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = len; i-- > 1; cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)(lead[len] | cp);
	return len;
}

size_t
utf8_check(struct span s)
{
	size_t i = 0, len;
	uint32_t cp;

	while (i < s.n) {
		uint64_t w;

		if (s.n - i >= sizeof w) {
			memcpy(&w, s.p + i, sizeof w);
			if (!(w & 0x8080808080808080u)) {
				i += sizeof w;
				continue;
			}
		}
		len = utf8_decode(s.p + i, s.n - i, &cp);
		if (!len)
			break;
		i += len;
	}
	return i;
}

/* Code points past ASCII that act on a terminal or on the order of text. */
static bool
is_acting(uint32_t cp)
{
	return (cp >= 0x80 && cp <= 0x9f) || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e || cp == 0x200f ||
	       cp == 0x061c;
}

static bool
is_plain(char c, bool keep_nl)
{
	return (c >= ' ' && c < 0x7f) || (keep_nl && (c == '\t' || c == '\n'));
}

void
term_safe(struct buf *out, struct span s, bool keep_nl)
{
	size_t i = 0, from = 0, len;
	uint32_t cp;

	while (i < s.n) {
		if (is_plain(s.p[i], keep_nl)) {
			i++;
			continue;
		}
		len = utf8_decode(s.p + i, s.n - i, &cp);
		if (len > 1 && !is_acting(cp)) {
			i += len;
			continue;
		}
		buf_add(out, s.p + from, i - from);
		if (len > 1)
			buf_addf(out, "\\u{%x}", (unsigned)cp);
		else
			buf_addf(out, "\\x%02x", (unsigned char)s.p[i]);
		i += len ? len : 1;
		from = i;
	}
	if (from < s.n)
		buf_add(out, s.p + from, s.n - from);
}
