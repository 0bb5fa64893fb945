#include "base/date.h"

/* 0001-01-01 and 9999-12-31 */
#define DAY_MIN (-719162)
#define DAY_MAX 2932896

static bool
is_leap(int y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int
month_days(int y, int m)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };

	return days[m - 1] + (m == 2 && is_leap(y));
}

/*
 * Years begin in March here, so that the leap day is the last day of its year
 * and a month's first day is a linear function of its number; eras are the
 * 400 years after which the calendar repeats. y >= 0 and 1 <= m <= 12.
 */
static int32_t
to_days(int y, int m, int d)
{
	int yy = y - (m <= 2), era, yoe, doy;

	era = (yy >= 0 ? yy : yy - 399) / 400;
	yoe = yy - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int32_t
clamp_day(int64_t day)
{
	return (int32_t)(day < DAY_MIN	 ? DAY_MIN
			 : day > DAY_MAX ? DAY_MAX
					 : day);
}

bool
date_from_civil(int y, int m, int d, int32_t *day)
{
	if (y < 1 || y > 9999 || m < 1 || m > 12 || d < 1)
		return false;
	if (d > 28 && d > month_days(y, m))
		return false;
	*day = to_days(y, m, d);
	return true;
}

void
date_civil(int32_t day, int *y, int *m, int *d)
{
	int z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = yoe + era * 400 + (*m <= 2);
}

int
date_weekday(int32_t day)
{
	/* 1970-01-01 was a Thursday. */
	int w = (day + 3) % 7;

	return (w < 0 ? w + 7 : w) + 1;
}

/* Two digits as a number; *bad is set, and never cleared, where they are not.
 */
static int
digits2(const char *p, unsigned *bad)
{
	unsigned a = (unsigned)(unsigned char)p[0] - '0';
	unsigned b = (unsigned)(unsigned char)p[1] - '0';

	*bad |= (a > 9) | (b > 9);
	return (int)(a * 10 + b);
}

bool
date_parse(struct span s, int32_t *day)
{
	unsigned bad = 0;
	int y, m, d;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	y = digits2(s.p, &bad) * 100 + digits2(s.p + 2, &bad);
	m = digits2(s.p + 5, &bad);
	d = digits2(s.p + 8, &bad);
	return !bad && date_from_civil(y, m, d, day);
}

char *
date_put2(char *p, int v)
{
	p[0] = (char)('0' + v / 10);
	p[1] = (char)('0' + v % 10);
	return p + 2;
}

void
date_format(int32_t day, char out[11])
{
	int y, m, d;
	char *p = out;

	date_civil(clamp_day(day), &y, &m, &d);
	p = date_put2(date_put2(p, y / 100), y % 100);
	*p++ = '-';
	p = date_put2(p, m);
	*p++ = '-';
	p = date_put2(p, d);
	*p = '\0';
}

static int
fiscal_start(int fiscal_month)
{
	return fiscal_month >= 1 && fiscal_month <= 12 ? fiscal_month : 1;
}

/* The first of the month that is n months from y-m; may leave 1..9999. */
static int32_t
month_first(int y, int m, int64_t n)
{
	int64_t months = (int64_t)y * 12 + m - 1 + n;

	if (months < 12)
		return DAY_MIN;
	if (months >= 10000 * 12)
		return DAY_MAX + 1;
	return to_days((int)(months / 12), (int)(months % 12) + 1, 1);
}

/* Months since the start of the unit (month, quarter, year) that holds m. */
static int
months_into(int m, enum date_unit u, int fiscal_month)
{
	int k = (m - fiscal_start(fiscal_month) + 12) % 12;

	return u == UNIT_MONTH ? 0 : u == UNIT_QUARTER ? k % 3 : k;
}

static int
unit_months(enum date_unit u)
{
	return u == UNIT_MONTH ? 1 : u == UNIT_QUARTER ? 3 : 12;
}

int32_t
date_bucket(int32_t day, enum date_unit u, int fiscal_month)
{
	int y, m, d;

	if (u == UNIT_DAY)
		return day;
	if (u == UNIT_WEEK)
		return clamp_day((int64_t)day - date_weekday(day) + 1);
	date_civil(day, &y, &m, &d);
	return month_first(y, m, -months_into(m, u, fiscal_month));
}

int32_t
date_bucket_end(int32_t day, enum date_unit u, int fiscal_month)
{
	int y, m, d;

	if (u == UNIT_DAY)
		return day;
	if (u == UNIT_WEEK)
		return clamp_day((int64_t)day - date_weekday(day) + 7);
	date_civil(day, &y, &m, &d);
	m -= months_into(m, u, fiscal_month);
	return month_first(y, m, unit_months(u)) - 1;
}

int32_t
date_add(int32_t day, int n, enum date_unit u)
{
	int64_t months;
	int y, m, d, most;

	if (u == UNIT_DAY || u == UNIT_WEEK)
		return clamp_day(day + (int64_t)n * (u == UNIT_WEEK ? 7 : 1));
	date_civil(day, &y, &m, &d);
	months = (int64_t)y * 12 + m - 1 + (int64_t)n * unit_months(u);
	if (months < 12)
		return DAY_MIN;
	if (months >= 10000 * 12)
		return DAY_MAX;
	y = (int)(months / 12);
	m = (int)(months % 12) + 1;
	most = month_days(y, m);
	return to_days(y, m, d < most ? d : most);
}

/*
 * "FY2026", named after the year in which it ends, or "2026" where it is the
 * calendar's. Returns the end.
 */
static char *
put_year(char *p, int y, int m, int fiscal_month)
{
	int f = fiscal_start(fiscal_month);

	if (f > 1) {
		*p++ = 'F';
		*p++ = 'Y';
		y += m >= f && y < 9999;
	}
	return date_put2(date_put2(p, y / 100), y % 100);
}

void
date_bucket_name(int32_t day, enum date_unit u, int fiscal_month, char out[16])
{
	int y, m, d, k;
	int32_t thursday;
	char *p;

	date_format(day, out);
	date_civil(clamp_day(day), &y, &m, &d);
	switch (u) {
	case UNIT_DAY:
		return;
	case UNIT_WEEK:
		/* A week belongs to the year that has its Thursday. */
		thursday = clamp_day(day) - date_weekday(day) + 4;
		date_civil(thursday, &y, &m, &d);
		k = (thursday - to_days(y, 1, 1)) / 7 + 1;
		p = put_year(out, y, m, 1);
		*p++ = '-';
		*p++ = 'W';
		p = date_put2(p, k);
		break;
	case UNIT_MONTH:
		p = out + 7;
		break;
	case UNIT_QUARTER:
		p = put_year(out, y, m, fiscal_month);
		*p++ = '-';
		*p++ = 'Q';
		k = months_into(m, UNIT_YEAR, fiscal_month) / 3;
		*p++ = (char)('1' + k);
		break;
	default:
		p = put_year(out, y, m, fiscal_month);
		break;
	}
	*p = '\0';
}
