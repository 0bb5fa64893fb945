/* Zones by the names that files give them, and VTIMEZONE as it is read. */
#include "store/ical_impl.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/strmap.h"

#define OWN_MAX 1000	    /* zones that files define themselves */
#define TEXT_MAX (64 << 10) /* bytes of such a definition */
#define CHANGES_MAX 5000    /* of one zone */
#define PARTS_MAX 200	    /* STANDARD and DAYLIGHT */

/*
 * Definitions begin in 1601 (Outlook) and never end; none is meant for times
 * before 1970, or from 2100 on.
 */
#define EXPAND_FROM (-INT64_C(31536000))
#define EXPAND_TO INT64_C(4102444800)

static struct {
	struct strmap map; /* its keys are owned */
	struct ical_zone **zone;
	size_t n, cap, own;
} zones;

static void
zone_free(struct ical_zone *z)
{
	free(z->name);
	free(z->change);
	free(z);
}

void
zones_release(void)
{
	for (size_t i = 0; i < zones.map.n; i++)
		free((char *)zones.map.entry[i].key.p);
	for (size_t i = 0; i < zones.n; i++)
		zone_free(zones.zone[i]);
	free(zones.zone);
	strmap_release(&zones.map);
	memset(&zones, 0, sizeof zones);
}

static const struct ical_zone *
keep(struct span key, struct ical_zone *z)
{
	bool added;

	GROW(zones.zone, zones.n, zones.cap);
	strmap_add(&zones.map, span_n(span_dup(key), key.n), zones.n, &added);
	zones.zone[zones.n++] = z;
	return z;
}

static const struct ical_zone *
known(struct span key)
{
	size_t i = strmap_get(&zones.map, key);

	return i == (size_t)-1 ? NULL : zones.zone[i];
}

static const struct ical_zone *
from_db(struct span name)
{
	const struct ical_zone *old = known(name);
	struct ical_zone *z;
	char *c;

	if (old || name.n > 100)
		return old && old->db ? old : NULL;
	z = xcalloc(1, sizeof *z);
	c = span_dup(name);
	if (!tzif_read(z, c)) {
		free(c);
		zone_free(z);
		return NULL;
	}
	z->name = c;
	z->db = true;
	return keep(name, z);
}

/* By its name in the database; behind a prefix, the longest that is one. */
static const struct ical_zone *
by_name(struct span name)
{
	const struct ical_zone *z = from_db(name);
	const char *windows = z ? NULL : windows_zone(name);

	if (windows)
		return from_db(span(windows));
	if (*name.p != '/')
		return z;
	while (name.n && !z) {
		span_cut(&name, '/');
		z = from_db(name);
	}
	return z;
}

static bool
printable(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~' ||
		    (i && s.p[i] == '.' && s.p[i - 1] == '.'))
			return false;
	return s.n > 0 && s.n <= 200;
}

static const struct ical_zone *
from_text(struct span tzid, struct span text, struct err *e)
{
	const struct ical_zone *z = NULL;
	struct ical_zone *made = NULL;
	struct buf key = { 0 };

	buf_addspan(&key, tzid);
	buf_addc(&key, '\n');
	buf_addspan(&key, text);
	z = known(buf_span(&key));
	if (z)
		goto out;
	if (zones.own >= OWN_MAX) {
		err_set(e, ERR_DATA, "more than %d time zones are defined",
		    OWN_MAX);
		goto out;
	}
	made = xcalloc(1, sizeof *made);
	if (vtimezone_read(made, text, e) < 0) {
		err_prefix(e, "time zone '%.*s': ", SPANF(tzid));
		zone_free(made);
		goto out;
	}
	made->name = span_dup(tzid);
	zones.own++;
	z = keep(buf_span(&key), made);
out:
	buf_release(&key);
	return z;
}

const struct ical_zone *
ical_zone(struct span tzid, struct span vtimezone, struct err *e)
{
	const struct ical_zone *z;

	tzid = span_trim(tzid);
	if (!printable(tzid)) {
		err_set(e, ERR_DATA,
		    "a time zone's name is empty, longer than 200 "
		    "characters, or no plain text");
		return NULL;
	}
	z = by_name(tzid);
	if (z)
		return z;
	if (vtimezone.n)
		return from_text(tzid, vtimezone, e);
	err_set(e, ERR_DATA,
	    "unknown time zone '%.*s'; use a name of the tz database such as "
	    "Europe/Berlin",
	    SPANF(tzid));
	return NULL;
}

const char *
ical_zone_name(const struct ical_zone *z)
{
	return z->name;
}

/* --- VTIMEZONE ----------------------------------------------------------- */

/* One STANDARD or DAYLIGHT. */
struct observance {
	struct tz_type to;
	struct ical_zone at; /* its times are in the offset before */
	bool has_from, has_to, has_start;
	struct ical_time start;
	struct span rrule[4];
	size_t nrrule;
	struct ical_time *rdate;
	size_t nrdate, rdate_cap;
};

struct reader {
	struct ical_zone *zone;
	bool in;
	size_t parts;
	int64_t first; /* the earliest start */
	struct observance o;
};

/* +HHMM or +HHMMSS */
static bool
parse_offset(struct span s, int32_t *off)
{
	int v[3] = { 0 };

	if ((s.n != 5 && s.n != 7) || (*s.p != '+' && *s.p != '-'))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!isdigit((unsigned char)s.p[i]))
			return false;
		v[(i - 1) / 2] = v[(i - 1) / 2] * 10 + (s.p[i] - '0');
	}
	if (v[0] > 26 || v[1] > 59 || v[2] > 59)
		return false;
	*off = (v[0] * 3600 + v[1] * 60 + v[2]) * (*s.p == '-' ? -1 : 1);
	return true;
}

static int
add_change(void *ctx, const struct ical_time *t)
{
	struct reader *r = ctx;
	struct ical_zone *z = r->zone;

	if (z->n >= CHANGES_MAX)
		return 1;
	GROW(z->change, z->n, z->cap);
	z->change[z->n].at = ical_instant(t);
	z->change[z->n++].type = r->o.to;
	return 0;
}

static int
end_observance(struct reader *r, struct err *e)
{
	struct observance *o = &r->o;
	struct ical_rule rule = { .rrule = o->rrule, .nrrule = o->nrrule };
	int result;

	if (!o->has_from || !o->has_to || !o->has_start)
		return err_set(e, ERR_DATA,
		    "a part has no DTSTART, TZOFFSETFROM or TZOFFSETTO");
	if (++r->parts > PARTS_MAX)
		return err_set(
		    e, ERR_DATA, "it has more than %d parts", PARTS_MAX);
	o->start.kind = ICAL_ZONED;
	o->start.zone = &o->at;
	for (size_t i = 0; i < o->nrdate; i++) {
		if (o->rdate[i].kind == ICAL_UTC)
			continue;
		o->rdate[i].kind = ICAL_ZONED;
		o->rdate[i].zone = &o->at;
	}
	rule.start = o->start;
	rule.rdate = o->rdate;
	rule.nrdate = o->nrdate;
	if (r->parts == 1 || ical_instant(&o->start) < r->first) {
		r->first = ical_instant(&o->start);
		r->zone->first = o->at.first;
	}
	add_change(r, &o->start);
	result = ical_expand(
	    &rule, EXPAND_FROM, EXPAND_TO, CHANGES_MAX, add_change, r, NULL, e);
	free(o->rdate);
	memset(o, 0, sizeof *o);
	r->in = false;
	return result;
}

static void
add_rdates(struct observance *o, struct span list)
{
	while (list.n && o->nrdate < CHANGES_MAX) {
		struct ical_time t;
		struct span one = span_cut(&list, ',');

		if (!ical_time_parse(span_trim(one), NULL, &t))
			continue;
		GROW(o->rdate, o->nrdate, o->rdate_cap);
		o->rdate[o->nrdate++] = t;
	}
}

static void
property(struct observance *o, struct span name, struct span value)
{
	if (span_ieqs(name, "TZOFFSETFROM"))
		o->has_from = parse_offset(value, &o->at.first.off);
	else if (span_ieqs(name, "TZOFFSETTO"))
		o->has_to = parse_offset(value, &o->to.off);
	else if (span_ieqs(name, "DTSTART"))
		o->has_start = ical_time_parse(value, NULL, &o->start) &&
			       o->start.kind == ICAL_FLOATING;
	else if (span_ieqs(name, "RRULE") && o->nrrule < 4)
		o->rrule[o->nrrule++] = value;
	else if (span_ieqs(name, "RDATE"))
		add_rdates(o, value);
	else if (span_ieqs(name, "TZNAME"))
		snprintf(o->to.abbr, sizeof o->to.abbr, "%.*s", SPANF(value));
}

static int
content_line(struct reader *r, struct span line, struct err *e)
{
	struct span value = line, name = span_cut(&value, ':');

	name = span_cut(&name, ';');
	value = span_trim(value);
	if (!r->in) {
		if (span_ieqs(name, "BEGIN") &&
		    (span_ieqs(value, "STANDARD") ||
			span_ieqs(value, "DAYLIGHT"))) {
			r->in = true;
			r->o.to.dst = span_ieqs(value, "DAYLIGHT");
		}
		return 0;
	}
	if (span_ieqs(name, "END"))
		return end_observance(r, e);
	property(&r->o, name, value);
	return 0;
}

static int
by_instant(const void *a, const void *b)
{
	const struct tz_change *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Puts the changes in order; what held before the first is what it left. */
static void
settle(struct ical_zone *z)
{
	size_t n = 0;

	if (!z->n)
		return;
	qsort(z->change, z->n, sizeof *z->change, by_instant);
	for (size_t i = 0; i < z->n; i++)
		if (!n || z->change[i].at != z->change[n - 1].at)
			z->change[n++] = z->change[i];
	z->n = n;
}

/* Undoes the folding of lines. */
static void
unfold(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\r')
			continue;
		if (text.p[i] == '\n' && i + 1 < text.n &&
		    (text.p[i + 1] == ' ' || text.p[i + 1] == '\t'))
			i++;
		else
			buf_addc(out, text.p[i]);
	}
}

int
vtimezone_read(struct ical_zone *z, struct span text, struct err *e)
{
	struct reader r = { .zone = z };
	struct buf lines = { 0 };
	struct span rest;
	int result = 0;

	if (text.n > TEXT_MAX)
		return err_set(e, ERR_DATA,
		    "its definition is longer than %d "
		    "bytes",
		    TEXT_MAX);
	unfold(&lines, text);
	rest = buf_span(&lines);
	while (rest.n && result == 0)
		result = content_line(&r, span_cut(&rest, '\n'), e);
	if (result == 0 && !z->n)
		result = err_set(e, ERR_DATA,
		    "the name is not of the tz database, and the definition "
		    "has no STANDARD");
	settle(z);
	free(r.o.rdate);
	buf_release(&lines);
	return result;
}
