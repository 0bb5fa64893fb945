#include "base/json.h"

#include <assert.h>

#include "base/utf8.h"

/*
 * Between values of the top level stands nothing: a stream of values is the
 * caller's, who knows whether lines separate them.
 */
static void
separate(struct json *j)
{
	unsigned long long bit = 1ull << j->depth;

	if (j->after_key)
		j->after_key = false;
	else if (j->depth > 0 && (j->has & bit))
		buf_addc(j->out, ',');
	j->has |= bit;
}

void
json_open(struct json *j, char c)
{
	separate(j);
	buf_addc(j->out, c);
	assert(j->depth < 62);
	j->depth++;
	j->has &= ~(1ull << j->depth);
}

void
json_close(struct json *j, char c)
{
	assert(j->depth > 0);
	buf_addc(j->out, c);
	j->depth--;
}

void
json_key(struct json *j, struct span key)
{
	separate(j);
	json_quote(j->out, key);
	buf_addc(j->out, ':');
	j->after_key = true;
}

void
json_str(struct json *j, struct span s)
{
	separate(j);
	json_quote(j->out, s);
}

void
json_null(struct json *j)
{
	separate(j);
	buf_adds(j->out, "null");
}

static void
escape(struct buf *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";

	for (size_t i = 0; from[i]; i++) {
		if (c == from[i]) {
			buf_addc(out, '\\');
			buf_addc(out, to[i]);
			return;
		}
	}
	buf_addf(out, "\\u%04x", (unsigned char)c);
}

void
json_quote(struct buf *out, struct span s)
{
	size_t i = 0, from = 0;

	buf_addc(out, '"');
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t cp;
		size_t len = 1;

		if (c >= 0x80)
			len = utf8_decode(s.p + i, s.n - i, &cp);
		if (len && c >= ' ' && c != '"' && c != '\\') {
			i += len;
			continue;
		}
		buf_add(out, s.p + from, i - from);
		if (len)
			escape(out, s.p[i]);
		else
			buf_adds(out, "\xef\xbf\xbd");
		from = ++i;
	}
	if (from < s.n)
		buf_add(out, s.p + from, s.n - from);
	buf_addc(out, '"');
}
