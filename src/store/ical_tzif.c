/*
 * Compiled zones of the tz database (RFC 8536), version 2 and later: the
 * table of changes in 64 bits, and the rule for what comes behind it.
 */
#include "store/ical_impl.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#define ZONE_MAX 65536 /* bytes of a file; the largest has some 4,000 */
#define HEAD 44

struct counts {
	size_t isutc, isstd, leap, time, type, chars;
};

static uint32_t
be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 |
	       (uint32_t)u[2] << 8 | u[3];
}

static int64_t
be64(const char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool
head(struct span s, struct counts *c)
{
	size_t *count[] = { &c->isutc, &c->isstd, &c->leap, &c->time, &c->type,
		&c->chars };

	if (s.n < HEAD || memcmp(s.p, "TZif", 4) != 0 || s.p[4] < '2')
		return false;
	for (size_t i = 0; i < 6; i++) {
		*count[i] = be32(s.p + 20 + 4 * i);
		if (*count[i] > ZONE_MAX)
			return false;
	}
	return true;
}

/* Bytes of a block whose instants take so many. */
static size_t
block(const struct counts *c, size_t wide)
{
	return c->time * (wide + 1) + c->type * 6 + c->chars +
	       c->leap * (wide + 4) + c->isstd + c->isutc;
}

static bool
read_type(struct span types, struct span chars, size_t i, struct tz_type *t)
{
	const char *p = types.p + 6 * i;
	size_t at = (unsigned char)p[5], n;

	t->off = (int32_t)be32(p);
	t->dst = p[4] != 0;
	if (at >= chars.n || t->off < -86400 * 2 || t->off > 86400 * 2)
		return false;
	n = strnlen(chars.p + at, chars.n - at);
	if (n >= sizeof t->abbr)
		n = sizeof t->abbr - 1;
	memcpy(t->abbr, chars.p + at, n);
	t->abbr[n] = '\0';
	return true;
}

static bool
read_changes(struct ical_zone *z, const struct counts *c, struct span s)
{
	const char *times = s.p, *index = times + 8 * c->time;
	struct span types = span_n(index + c->time, 6 * c->type);
	struct span chars = span_n(types.p + types.n, c->chars);
	struct tz_change change;

	if (!read_type(types, chars, 0, &z->first))
		return false;
	for (size_t i = 0; i < c->time; i++) {
		size_t type = (unsigned char)index[i];

		change.at = be64(times + 8 * i);
		if (type >= c->type ||
		    (z->n && change.at <= z->change[z->n - 1].at) ||
		    !read_type(types, chars, type, &change.type))
			return false;
		GROW(z->change, z->n, z->cap);
		z->change[z->n++] = change;
	}
	return true;
}

bool
tzif_parse(struct ical_zone *z, struct span s)
{
	struct counts c;
	size_t skip;

	if (!head(s, &c) || block(&c, 4) > s.n - HEAD)
		return false;
	skip = HEAD + block(&c, 4);
	s = span_n(s.p + skip, s.n - skip);
	/* With leap seconds ("right/") an instant is not what others mean. */
	if (!head(s, &c) || block(&c, 8) > s.n - HEAD || !c.type || c.leap)
		return false;
	if (!read_changes(z, &c, span_n(s.p + HEAD, s.n - HEAD)))
		return false;
	skip = HEAD + block(&c, 8);
	s = span_trim(span_n(s.p + skip, s.n - skip));
	if (s.n && !tz_rule_parse(s, &z->rule))
		return false;
	return true;
}

static bool
name_ok(const char *name)
{
	return *name && *name != '/' && !strstr(name, "..") &&
	       strlen(name) < 100 &&
	       name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz"
				 "0123456789_+/-")] == '\0';
}

bool
tzif_read(struct ical_zone *z, const char *name)
{
	const char *dir = getenv("TZDIR");
	struct buf data = { 0 };
	char *path;
	bool ok;
	int fd;

	if (!name_ok(name))
		return false;
	/* Many of the names are symbolic links. */
	path =
	    xasprintf("%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ok = fd >= 0 && file_slurp(fd, path, ZONE_MAX, &data, NULL) == 0 &&
	     tzif_parse(z, buf_span(&data));
	if (fd >= 0)
		close(fd);
	/* UTC needs no table, and minimal systems have none. */
	if (!ok && strcmp(name, "UTC") == 0) {
		memcpy(z->first.abbr, name, 4);
		ok = true;
	}
	buf_release(&data);
	free(path);
	return ok;
}

/* --- the TZ variable ----------------------------------------------------- */

static bool
take_number(struct span *s, int max, int *v)
{
	size_t n = 0;

	for (*v = 0; n < s->n && n < 4 && isdigit((unsigned char)s->p[n]); n++)
		*v = *v * 10 + (s->p[n] - '0');
	*s = span_n(s->p + n, s->n - n);
	return n > 0 && *v <= max;
}

static bool
take_name(struct span *s, char abbr[12])
{
	bool quoted = span_take(s, '<');
	size_t n = 0;

	while (n < s->n &&
	       (quoted ? s->p[n] != '>' : isalpha((unsigned char)s->p[n])))
		n++;
	if (n < 3 || n > 11)
		return false;
	memcpy(abbr, s->p, n);
	abbr[n] = '\0';
	*s = span_n(s->p + n, s->n - n);
	return !quoted || span_take(s, '>');
}

/* [+-]H[:MM[:SS]] in seconds */
static bool
take_time(struct span *s, int32_t *sec)
{
	bool minus = span_take(s, '-');
	int h, m = 0, second = 0;

	if (!minus)
		span_take(s, '+');
	if (!take_number(s, 167, &h) ||
	    (span_take(s, ':') &&
		(!take_number(s, 59, &m) ||
		    (span_take(s, ':') && !take_number(s, 59, &second)))))
		return false;
	*sec = h * 3600 + m * 60 + second;
	if (minus)
		*sec = -*sec;
	return true;
}

static bool
take_day(struct span *s, struct tz_day *d)
{
	bool ok;

	if (!span_take(s, ','))
		return false;
	if (span_take(s, 'M')) {
		d->form = 'M';
		ok = take_number(s, 12, &d->month) && span_take(s, '.') &&
		     take_number(s, 5, &d->week) && span_take(s, '.') &&
		     take_number(s, 6, &d->day) && d->month && d->week;
	} else {
		d->form = span_take(s, 'J') ? 'J' : '0';
		ok = take_number(s, 365, &d->day) && (d->day || d->form != 'J');
	}
	d->sec = 7200;
	return ok && (!span_take(s, '/') || take_time(s, &d->sec));
}

bool
tz_rule_parse(struct span s, struct tz_rule *r)
{
	*r = (struct tz_rule){ .is = true };
	if (!take_name(&s, r->std.abbr) || !take_time(&s, &r->std.off))
		return false;
	r->std.off = -r->std.off; /* it counts westwards */
	if (!s.n)
		return true;
	r->has_dst = r->dst.dst = true;
	if (!take_name(&s, r->dst.abbr))
		return false;
	r->dst.off = r->std.off + 3600;
	if (s.n && *s.p != ',') {
		if (!take_time(&s, &r->dst.off))
			return false;
		r->dst.off = -r->dst.off;
	}
	return take_day(&s, &r->begin) && take_day(&s, &r->end) && !s.n;
}
