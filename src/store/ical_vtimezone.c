/* VTIMEZONE as it is written: for a zone of the tz database. */
#include "store/ical_impl.h"

#include "base/buf.h"
int
ical_vtimezone(struct buf *out, const struct ical_zone *z, int64_t from,
    bool crlf, struct err *e)
{
	(void)out, (void)from, (void)crlf;
	return err_set(e, ERR_DATA, "zone %s", z->name);
}
