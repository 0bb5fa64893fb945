/*
 * Settings: what is read, written canonically and read again is the same;
 * every entry has a file, a line and a key.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/rc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
quoted(struct buf *out, struct span s)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '"' || c == '\\' || c == '\n')
			buf_addc(out, '\\');
		buf_addc(out, c == '\n' ? 'n' : c);
	}
	buf_addc(out, '"');
}

static void
print(struct buf *out, const struct rc_entry *x)
{
	struct span sub = span(strchr(x->key, '.') + 1);
	const char *last = strrchr(x->key, '.') + 1;

	buf_addf(out, "[%.*s", (int)(sub.p - 1 - x->key), x->key);
	if (last != sub.p) {
		buf_addc(out, ' ');
		quoted(out, span_n(sub.p, (size_t)(last - 1 - sub.p)));
	}
	buf_addf(out, "]%s=", last);
	quoted(out, span(x->value));
	buf_addc(out, '\n');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rc one = { 0 }, two = { 0 };
	struct err e = { 0 };
	struct buf b = { 0 };

	if (rc_read(&one, "f", span_n((const char *)data, size), &e) < 0) {
		if (e.code != ERR_DATA || strncmp(e.msg, "f:", 2) || one.n)
			abort();
		goto out;
	}
	for (size_t i = 0; i < one.n; i++) {
		if (one.entry[i].line == 0 || one.entry[i].line > size + 1)
			abort();
		print(&b, &one.entry[i]);
	}
	if (rc_read(&two, "g", buf_span(&b), &e) < 0 || two.n != one.n)
		abort();
	for (size_t i = 0; i < one.n; i++) {
		if (strcmp(one.entry[i].key, two.entry[i].key) ||
		    strcmp(one.entry[i].value, two.entry[i].value) ||
		    two.entry[i].line != i + 1)
			abort();
	}
out:
	rc_release(&one);
	rc_release(&two);
	buf_release(&b);
	err_release(&e);
	return 0;
}
