/*
 * Calendar times: what is taken is written as it was; a rule that is taken
 * has its starts in order, inside the window, each once, and the same ones
 * where the window begins at the second. The first byte chooses the zone.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "store/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 50

struct starts {
	int64_t at[MOST];
	size_t n;
};

static void
check_time(struct span s)
{
	struct ical_time t, again;
	char text[20];

	if (!ical_time_parse(s, NULL, &t))
		return;
	ical_time_format(&t, text);
	assert(ical_time_parse(span(text), NULL, &again));
	assert(
	    again.kind == t.kind && again.day == t.day && again.sec == t.sec);
	assert(span_eqs(s, text) || t.sec % 60 == 59);
}

static int
collect(void *ctx, const struct ical_time *t)
{
	struct starts *s = ctx;

	assert(s->n < MOST);
	s->at[s->n] = ical_instant(t);
	assert(!s->n || s->at[s->n] > s->at[s->n - 1]);
	s->n++;
	return 0;
}

static void
check_rule(struct span text, const struct ical_zone *zone)
{
	/* 2026-03-01T02:30, and a window of a year from a month later on */
	struct ical_rule r = { .rrule = &text, .nrrule = 1 };
	int64_t from = INT64_C(1775000000), to = from + 366 * INT64_C(86400);
	struct starts all = { 0 }, rest = { 0 };
	struct err e = { 0 };

	r.start.kind = zone ? ICAL_ZONED : ICAL_UTC;
	r.start.zone = zone;
	r.start.day = 20513;
	r.start.sec = 9000;
	if (ical_rule_check(text, &e) == 0 &&
	    ical_expand(&r, from, to, MOST, collect, &all, NULL, &e) == 0) {
		for (size_t i = 0; i < all.n; i++)
			assert(all.at[i] >= from && all.at[i] < to);
		if (all.n > 1 && ical_expand(&r, all.at[1], to, MOST, collect,
				     &rest, NULL, &e) == 0) {
			assert(rest.n >= all.n - 1);
			for (size_t i = 1; i < all.n; i++)
				assert(rest.at[i - 1] == all.at[i]);
		}
	}
	assert(!e.msg || e.code == ERR_DATA);
	err_release(&e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "Europe/Berlin", "Pacific/Apia",
		"Australia/Lord_Howe" };
	const struct ical_zone *zone = NULL;
	struct err e = { 0 };
	struct span s;
	int64_t seconds;

	if (size < 1)
		return 0;
	if (data[0] % 4)
		zone =
		    ical_zone(span(names[data[0] % 4 - 1]), span(NULL), NULL);
	s = span_n((const char *)data + 1, size - 1);
	check_time(s);
	if (ical_duration(s, &seconds))
		assert(s.n >= 3);
	check_rule(s, zone);
	/* A name, or what defines one */
	ical_zone(s, span(NULL), NULL);
	if (!ical_zone(span("own"), s, &e))
		assert(e.code == ERR_DATA && e.msg);
	err_release(&e);
	ical_end();
	return 0;
}
