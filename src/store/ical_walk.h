/* What ical_walk.c and ical_parts.c share: a rule taken apart. */
#ifndef CRM_STORE_ICAL_WALK_H
#define CRM_STORE_ICAL_WALK_H

#include "store/ical_impl.h"

/* A BY part: which values, counted from the front and from the back. */
struct marks {
	bool any;
	unsigned char front[367], back[367];
};

struct own_iter {
	const struct walk *w;
	int64_t interval, k, count;
	int wkst;     /* 1 Monday .. 7 Sunday */
	int32_t day0; /* of the start */
	int y0, m0,
	    d0; /* of the first period; y0 is its week's with BYWEEKNO */
	struct marks second, minute, hour, mday, yday, week, month;
	bool byday, ordinals;
	unsigned char weekday[8];		   /* without an ordinal */
	unsigned char nth[8][54], nth_back[8][54]; /* with one */
	int setpos[400];
	size_t nsetpos;
	int64_t *set;
	size_t n, cap, at;
	int64_t spent;
	bool full; /* a set is too large, or the budget is spent */
};

/* Takes the rule of it->w apart; day0, y0, m0, d0 are set. */
void own_parts(struct own_iter *it);

#endif
