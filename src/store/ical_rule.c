/*
 * Rules as text: taken apart so that libical sees only what is well formed,
 * and so that rules about which it may think for long are known before.
 */
#include "store/ical_impl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define VALUES_MAX 400	/* of one part; BYYEARDAY may have 366 */
#define COUNT_MAX 50000 /* steps that are taken in this process */

static const char *const part_names[PARTS] = {
	[PART_FREQ] = "FREQ",
	[PART_INTERVAL] = "INTERVAL",
	[PART_COUNT] = "COUNT",
	[PART_UNTIL] = "UNTIL",
	[PART_WKST] = "WKST",
	[PART_RSCALE] = "RSCALE",
	[PART_SKIP] = "SKIP",
	[PART_BYSECOND] = "BYSECOND",
	[PART_BYMINUTE] = "BYMINUTE",
	[PART_BYHOUR] = "BYHOUR",
	[PART_BYDAY] = "BYDAY",
	[PART_BYMONTHDAY] = "BYMONTHDAY",
	[PART_BYYEARDAY] = "BYYEARDAY",
	[PART_BYWEEKNO] = "BYWEEKNO",
	[PART_BYMONTH] = "BYMONTH",
	[PART_BYSETPOS] = "BYSETPOS",
};

static const char *const freq_names[FREQS] = {
	[FREQ_YEARLY] = "YEARLY",
	[FREQ_MONTHLY] = "MONTHLY",
	[FREQ_WEEKLY] = "WEEKLY",
	[FREQ_DAILY] = "DAILY",
	[FREQ_HOURLY] = "HOURLY",
	[FREQ_MINUTELY] = "MINUTELY",
	[FREQ_SECONDLY] = "SECONDLY",
};

#define BIT(part) (1u << (part))
#define LISTS                                                                  \
	(BIT(PART_BYSECOND) | BIT(PART_BYMINUTE) | BIT(PART_BYHOUR) |          \
	    BIT(PART_BYDAY) | BIT(PART_BYMONTHDAY) | BIT(PART_BYYEARDAY) |     \
	    BIT(PART_BYWEEKNO) | BIT(PART_BYMONTH) | BIT(PART_BYSETPOS))

static int
find(const char *const *names, int n, struct span s)
{
	for (int i = 0; i < n; i++)
		if (span_eqs(s, names[i]))
			return i;
	return -1;
}

/* Letters, digits, signs and commas alone, and not too many. */
static bool
list_ok(struct span s)
{
	size_t commas = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ',')
			commas++;
		else if (!isalnum((unsigned char)c) && c != '-' && c != '+')
			return false;
	}
	return s.n > 0 && commas < VALUES_MAX;
}

/* Is a value there twice? */
static bool
repeats(struct span list)
{
	while (list.n) {
		struct span one = span_cut(&list, ','), rest = list;

		while (rest.n)
			if (span_eq(span_cut(&rest, ','), one))
				return true;
	}
	return false;
}

/* Are all days in every month, and counted from its start? */
static bool
common_days(struct span list)
{
	int64_t v;

	while (list.n)
		if (!span_int(span_cut(&list, ','), &v) || v < 1 || v > 28)
			return false;
	return true;
}

/*
 * libical 3.0 is asked about what people enter; what it gets wrong, or may
 * think about for ever, since no time fits all parts, is walked through here.
 * Other calendars than ours only it knows.
 */
static enum rule_way
way(const struct rule *r, const struct span value[PARTS])
{
	unsigned lists = r->parts & LISTS;
	unsigned plain = BIT(PART_BYDAY) | BIT(PART_BYMONTH);

	if (r->parts & (BIT(PART_RSCALE) | BIT(PART_SKIP)))
		return WAY_CHILD;
	if (r->count > COUNT_MAX || r->freq > FREQ_DAILY)
		return WAY_OWN;
	if (r->freq == FREQ_MONTHLY ||
	    (r->freq == FREQ_YEARLY && lists & BIT(PART_BYMONTH)))
		plain |= BIT(PART_BYMONTHDAY);
	if (lists & ~plain || repeats(value[PART_BYDAY]) ||
	    repeats(value[PART_BYMONTH]) || repeats(value[PART_BYMONTHDAY]) ||
	    !common_days(value[PART_BYMONTHDAY]))
		return WAY_OWN;
	return WAY_LIB;
}

/* libical takes a 13th month and the like for none. */
static bool
in_range(int part, struct span list)
{
	static const int most[PARTS] = { [PART_BYSECOND] = 60,
		[PART_BYMINUTE] = 59,
		[PART_BYHOUR] = 23,
		[PART_BYMONTHDAY] = 31,
		[PART_BYYEARDAY] = 366,
		[PART_BYWEEKNO] = 53,
		[PART_BYMONTH] = 12,
		[PART_BYSETPOS] = 366 };
	bool time = part >= PART_BYSECOND && part <= PART_BYHOUR;
	int64_t v;

	while (most[part] && list.n) {
		if (!span_int(span_cut(&list, ','), &v) ||
		    llabs(v) > most[part] || (v == 0 && !time) ||
		    (v < 0 && (time || part == PART_BYMONTH)))
			return false;
	}
	return true;
}

static int
bad(struct span text, struct err *e, const char *what)
{
	size_t n = text.n < 200 ? text.n : 200;

	for (size_t i = 0; i < n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~')
			n = i;
	return err_set(e, ERR_DATA, "repetition '%.*s'%s: %s", (int)n,
	    text.p ? text.p : "", n < text.n ? "..." : "", what);
}

/* Takes the parts of upper, the text in upper case, apart. */
static const char *
take_parts(struct span upper, struct rule *r, struct span value[PARTS])
{
	while (upper.n) {
		struct span v = span_trim(span_cut(&upper, ';')), name;
		int part;

		if (!v.n)
			continue;
		name = span_trim(span_cut(&v, '='));
		part = find(part_names, PARTS, name);
		if (part < 0)
			return "a part is not known";
		if (r->parts & BIT(part))
			return "a part is there twice";
		value[part] = span_trim(v);
		if (!list_ok(value[part]))
			return "a part's value is none";
		r->parts |= BIT(part);
	}
	return NULL;
}

static const char *
take_values(struct rule *r, const struct span value[PARTS])
{
	int64_t interval;

	/* Other calendars have other months, 5L among them. */
	for (int i = 0; i < PARTS; i++)
		if (!(r->parts & BIT(PART_RSCALE)) && !in_range(i, value[i]))
			return "a value is out of its range";
	r->freq = find(freq_names, FREQS, value[PART_FREQ]);
	if (r->freq < 0)
		return "FREQ is YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, "
		       "MINUTELY or SECONDLY";
	if (r->parts & BIT(PART_COUNT) && r->parts & BIT(PART_UNTIL))
		return "it has both COUNT and UNTIL";
	if (r->parts & BIT(PART_COUNT) &&
	    (!span_int(value[PART_COUNT], &r->count) || r->count < 1 ||
		r->count > 1000000000))
		return "COUNT is a number from 1";
	if (r->parts & BIT(PART_INTERVAL) &&
	    (!span_int(value[PART_INTERVAL], &interval) || interval < 1 ||
		interval > 30000))
		return "INTERVAL is a number from 1 to 30000";
	if (r->parts & BIT(PART_UNTIL) &&
	    !ical_time_parse(value[PART_UNTIL], NULL, &r->until))
		return "UNTIL is a date or a time such as 20261231T225959Z";
	return NULL;
}

/* What libical is shown: all but UNTIL, FREQ first. */
static void
write_text(struct rule *r, const struct span value[PARTS])
{
	char *p = r->text;

	for (int i = 0; i < PARTS; i++) {
		size_t n = strlen(part_names[i]);

		if (!(r->parts & BIT(i)) || i == PART_UNTIL)
			continue;
		if (p != r->text)
			*p++ = ';';
		memcpy(p, part_names[i], n);
		p[n] = '=';
		memcpy(p + n + 1, value[i].p, value[i].n);
		p += n + 1 + value[i].n;
	}
	*p = '\0';
}

int
rule_parse(struct span text, struct rule *r, struct err *e)
{
	struct span value[PARTS] = { 0 };
	char upper[RULE_MAX];
	const char *wrong;

	memset(r, 0, sizeof *r);
	if (text.n > RULE_MAX)
		return bad(text, e, "it is longer than 1024 bytes");
	for (size_t i = 0; i < text.n; i++)
		upper[i] = (char)toupper((unsigned char)text.p[i]);
	wrong = take_parts(span_n(upper, text.n), r, value);
	if (!wrong)
		wrong = take_values(r, value);
	if (wrong)
		return bad(text, e, wrong);
	write_text(r, value);
	r->way = way(r, value);
	if (lib_load(e) < 0)
		return -1;
	if (!lib_accepts(r->text))
		return bad(text, e, "it is none (RFC 5545, 3.3.10)");
	return 0;
}

int
ical_rule_check(struct span rrule, struct err *e)
{
	struct rule r;

	return rule_parse(rrule, &r, e);
}
