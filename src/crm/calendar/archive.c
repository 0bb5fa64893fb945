#include "crm/calendar/archive.h"

#include <string.h>

#include "base/clock.h"
#include "crm/calendar/item.h"
#include "store/deflate.h"

/* An archive file has to be read whole: its items have a limit. */
enum { ARCHIVE_DAYS = 90, ARCHIVE_ITEMS = 2000, UNPACKED_MAX = 256 << 20 };

/* When it was over; false: nobody knows. */
static bool
over_at(struct calendar *cal, const struct span *value, int64_t *at)
{
	static const char *const fields[] = { "completed", "end", "due",
		"start", "created" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct span v = act_cell(cal, value, fields[i]);

		if (v.n && when_parse(v, at, NULL))
			return true;
	}
	return false;
}

static bool
closed_at(struct calendar *cal, const struct span *value, int64_t *at)
{
	struct span state = act_cell(cal, value, "state");

	return (span_eqs(state, "done") || span_eqs(state, "cancelled")) &&
	       over_at(cal, value, at);
}

void
archive_place(struct calendar *cal, const struct span *value,
    struct span folder, struct buf *path)
{
	const char *format = rc_get(&cal->s->rc, "calendar.archive-format");
	int64_t at = clock_now();
	int y, m, d;

	over_at(cal, value, &at);
	date_civil(clock_day(at, NULL), &y, &m, &d);
	buf_addf(path, "calendar/%.*s/archive/%04d.ics%s", SPANF(folder), y,
	    format && strcmp(format, "gz") == 0 ? ".gz" : "");
}

bool
archive_path(struct calendar *cal, const struct span *value,
    struct span folder, struct buf *path)
{
	int64_t at, days = ARCHIVE_DAYS;

	if (rc_int(&cal->s->rc, "calendar.archive-days", 0, 36500,
		ARCHIVE_DAYS, &days, NULL) ||
	    days == 0 || act_cell(cal, value, "repeat").n ||
	    !closed_at(cal, value, &at) ||
	    at > clock_now() - days * 86400)
		return false;
	archive_place(cal, value, folder, path);
	return true;
}

void
archive_file(struct span first, int i, struct buf *out)
{
	size_t n = first.n;

	while (n > 0 && first.p[n - 1] != '/')
		n--;
	while (n < first.n && first.p[n] != '.')
		n++;
	buf_reset(out);
	buf_add(out, first.p, n);
	if (i > 1)
		buf_addf(out, "-%d", i);
	buf_add(out, first.p + n, first.n - n);
}

int
archive_choose(struct buf *path, archive_there_fn *there,
    archive_count_fn *count, void *ctx, struct err *e)
{
	struct buf file = { 0 }, next = { 0 };
	size_t n;
	int r = 0;

	for (int i = 1;; i++) {
		archive_file(buf_span(path), i + 1, &next);
		if (there(ctx, next.p))
			continue;
		archive_file(buf_span(path), i, &file);
		r = count(ctx, file.p, &n, e);
		if (r || n < ARCHIVE_ITEMS)
			break;
	}
	buf_reset(path);
	buf_addspan(path, buf_span(&file));
	buf_release(&file);
	buf_release(&next);
	return r;
}

int
archive_unpack(const char *path, struct buf *data, struct err *e)
{
	struct buf text = { 0 };

	if (!gzip_open(buf_span(data), UNPACKED_MAX, &text)) {
		buf_release(&text);
		return err_set(e, ERR_DATA,
		    "%s: it is damaged, or unpacks to more than 256 MiB",
		    path);
	}
	buf_release(data);
	*data = text;
	return 0;
}

void
archive_pack(struct buf *text)
{
	struct buf packed = { 0 };

	gzip_add(&packed, buf_span(text));
	buf_release(text);
	*text = packed;
}
