#include "crm/calendar/calls_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "store/csvfile.h"

enum { C_SRC, C_DST, C_CHANNEL, C_DSTCHANNEL, C_LASTAPP, C_START, C_END,
	C_DISPOSITION, C_UNIQUEID, C_COLS };

static const char *const names[C_COLS] = { "src", "dst", "channel",
	"dstchannel", "lastapp", "start", "end", "disposition", "uniqueid" };

/* Where they stand in files without a header. */
static const size_t layouts[2][C_COLS] = {
	/* cdr_csv: accountcode,src,dst,dcontext,clid,channel,... */
	{ 1, 2, 5, 6, 7, 9, 11, 14, 16 },
	/* cdr_custom: clid,src,dst,dcontext,channel,... */
	{ 1, 2, 4, 5, 6, 8, 10, 13, 16 },
};

struct reader {
	struct cdrs *out;
	struct calls_result *res;
	const char *name;
	size_t at[C_COLS];
	bool known; /* the layout is */
	struct strmap by_id;
};

static bool
is_disposition(struct span s)
{
	static const char *const words[] = { "ANSWERED", "NO ANSWER", "BUSY",
		"FAILED", "CONGESTION", "CANCEL" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (span_ieqs(s, words[i]))
			return true;
	}
	return false;
}

static bool
header(struct reader *r, const struct span *cell, size_t n)
{
	size_t found = 0;

	for (int k = 0; k < C_COLS; k++) {
		r->at[k] = (size_t)-1;
		for (size_t i = 0; i < n; i++) {
			if (span_ieqs(span_trim(cell[i]), names[k]))
				r->at[k] = i;
		}
		found += r->at[k] != (size_t)-1;
	}
	return found >= C_COLS - 2 && r->at[C_START] != (size_t)-1 &&
	       r->at[C_DISPOSITION] != (size_t)-1;
}

static struct span
at(const struct reader *r, const struct span *cell, size_t n, int k)
{
	return r->at[k] < n ? span_trim(cell[r->at[k]]) : span("");
}

/* "2023-07-26 01:51:32", the time of the store's clocks. */
static bool
read_time(struct span s, int64_t *t)
{
	int64_t h, m, sec;
	int32_t day;

	if (s.n != 19 || !date_parse(span_n(s.p, 10), &day) ||
	    !span_int(span_n(s.p + 11, 2), &h) || s.p[13] != ':' ||
	    !span_int(span_n(s.p + 14, 2), &m) || s.p[16] != ':' ||
	    !span_int(span_n(s.p + 17, 2), &sec) || h < 0 || h > 23 ||
	    m < 0 || m > 59 || sec < 0 || sec > 60)
		return false;
	*t = clock_at(day, (int)(h * 3600 + m * 60 + sec));
	return true;
}

static void
refuse(struct reader *r, size_t line, const char *why)
{
	buf_addf(&r->res->flaws, "%s:%zu: %s\n", r->name, line, why);
	r->res->refused++;
}

/* What has no id has one that its own words make. */
static struct span
id_of(struct reader *r, const struct cdr *x, struct span given)
{
	if (given.n)
		return arena_span(&r->out->arena, given);
	return arena_printf(&r->out->arena, "cdr-%lld-%.*s-%.*s",
	    (long long)x->start, SPANF(x->src), SPANF(x->dst));
}

static void
add(struct reader *r, struct cdr *x, struct span uniqueid)
{
	struct cdrs *o = r->out;
	size_t old;

	x->src = arena_span(&o->arena, x->src);
	x->dst = arena_span(&o->arena, x->dst);
	x->channel = arena_span(&o->arena, x->channel);
	x->dstchannel = arena_span(&o->arena, x->dstchannel);
	x->uniqueid = id_of(r, x, uniqueid);
	old = strmap_get(&r->by_id, x->uniqueid);
	/* a call that rang in several places has a row for each */
	if (old != (size_t)-1) {
		if (x->answered && !o->v[old].answered)
			o->v[old] = *x;
		return;
	}
	strmap_set(&r->by_id, x->uniqueid, o->n);
	GROW(o->v, o->n, o->cap);
	o->v[o->n++] = *x;
}

static int
on_record(void *ctx, const struct span *cell, size_t n, size_t line,
    size_t from, size_t to, struct err *e)
{
	struct reader *r = ctx;
	struct cdr x = { .line = line };
	struct span disposition, lastapp;

	(void)from;
	(void)to;
	(void)e;
	if (!r->known && line == 1 && header(r, cell, n)) {
		r->known = true;
		return 0;
	}
	for (int i = 0; i < 2 && !r->known; i++) {
		memcpy(r->at, layouts[i], sizeof r->at);
		r->known = is_disposition(at(r, cell, n, C_DISPOSITION));
	}
	r->res->rows++;
	disposition = at(r, cell, n, C_DISPOSITION);
	lastapp = at(r, cell, n, C_LASTAPP);
	x.src = at(r, cell, n, C_SRC);
	x.dst = at(r, cell, n, C_DST);
	x.channel = at(r, cell, n, C_CHANNEL);
	x.dstchannel = at(r, cell, n, C_DSTCHANNEL);
	if (!r->known || !is_disposition(disposition)) {
		refuse(r, line, "no call: there is no disposition such as "
				"ANSWERED");
	} else if (!read_time(at(r, cell, n, C_START), &x.start)) {
		refuse(r, line, "no call: its start is no time");
	} else {
		if (!read_time(at(r, cell, n, C_END), &x.end) ||
		    x.end < x.start)
			x.end = x.start;
		/* a machine that answers is nobody */
		x.answered = span_ieqs(disposition, "ANSWERED") &&
			     !span_istarts(lastapp, span("VoiceMail"));
		add(r, &x, at(r, cell, n, C_UNIQUEID));
	}
	return 0;
}

static int
on_bad(void *ctx, size_t line, size_t col, const char *what, size_t from,
    size_t to, struct err *e)
{
	struct reader *r = ctx;

	(void)col;
	(void)from;
	(void)to;
	(void)e;
	r->res->rows++;
	refuse(r, line, what);
	return 0;
}

int
cdrs_read(struct cdrs *out, struct span data, const char *name,
    struct calls_result *res, struct err *e)
{
	struct csv_options o = { .sep = ',' };
	struct reader r = { .out = out, .res = res, .name = name };
	int rc;

	if (span_starts(data, span("\xef\xbb\xbf")))
		data = span_n(data.p + 3, data.n - 3);
	rc = csv_read(data, name, &o, on_record, on_bad, &r, e);
	if (rc == 0 && res->rows && res->refused == res->rows)
		rc = err_set(e, ERR_DATA,
		    "%s:1: these are no calls as Asterisk writes them "
		    "(Master.csv)", name);
	strmap_release(&r.by_id);
	return rc;
}

void
cdrs_release(struct cdrs *c)
{
	free(c->v);
	arena_release(&c->arena);
	memset(c, 0, sizeof *c);
}
