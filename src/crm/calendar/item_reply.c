/*
 * Who is invited: the fields with, "ada@example.org;bo@example.com", and
 * replies, "ada@example.org=accepted;bo@example.com=declined".
 */
#include <ctype.h>

#include "crm/calendar/item.h"

bool
item_is_guest(struct span with, struct span mail)
{
	while (mail.n && with.n) {
		if (span_ieq(span_trim(span_cut(&with, ';')), mail))
			return true;
	}
	return false;
}

struct span
item_reply(struct span replies, struct span mail)
{
	while (replies.n) {
		struct span status = span_trim(span_cut(&replies, ';'));

		if (span_ieq(span_cut(&status, '='), mail))
			return status;
	}
	return span("");
}

void
item_reply_set(struct span replies, struct span mail, struct span status,
    struct buf *out)
{
	while (replies.n) {
		struct span one = span_cut(&replies, ';'), rest = one;

		if (!span_ieq(span_cut(&rest, '='), mail))
			buf_addf(out, "%.*s;", SPANF(one));
	}
	buf_addf(out, "%.*s=", SPANF(mail));
	for (size_t i = 0; i < status.n; i++)
		buf_addc(out, (char)tolower((unsigned char)status.p[i]));
}
