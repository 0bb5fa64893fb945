/*
 * genacts LIVE ARCHIVED DIR: activities for a store made by `crm init`: 40
 * users, LIVE items in their calendars (events, tasks, notes, one file each)
 * and ARCHIVED ones in yearly archives, all told, and act-links for those that
 * have a record. One event in twenty is a series. Always the same bytes.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen.h"

enum { USERS = 40, FIRST_YEAR = 2023, YEARS = 4 };

static uint64_t state = 7;

static uint64_t
rnd(void)
{
	return rnd_of(&state);
}

static unsigned
below(unsigned n)
{
	return (unsigned)((rnd() >> 11) % n);
}

static const char *const about[] = { "budget", "kick-off", "offer", "call back",
	"demo of the new line", "متابعة العرض", "Vertrag prüfen", "site visit",
	"review, second round; with legal", "installation" };

static FILE *
create(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f) {
		fprintf(stderr, "genacts: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return f;
}

static void
folder(const char *path)
{
	if (mkdir(path, 0777) < 0 && errno != EEXIST) {
		fprintf(stderr, "genacts: %s: %s\n", path, strerror(errno));
		exit(1);
	}
}

static void
make_id(char out[15], char letter, int y, int m)
{
	snprintf(out, 15, "%c%02d%02d-", letter, y % 100, m);
	for (int i = 6; i < 14; i++)
		out[i] = b32[below(32)];
	out[14] = '\0';
}

/* One item; live ones lie around November 2026, archived ones before. */
static void
item(FILE *f, const char *id, int kind, int y, int m, int live)
{
	static const char *const comp[] = { "VEVENT", "VTODO", "VJOURNAL" };
	int d = 1 + (int)below(28), h = 7 + (int)below(10);
	int series = live && kind == 0 && below(20) == 0;

	fprintf(f, "BEGIN:%s\r\nUID:%s\r\nDTSTAMP:%04d%02d%02dT080000Z\r\n"
		   "SEQUENCE:0\r\nCATEGORIES:CRM\r\nX-CRM-TYPE:%s\r\n"
		   "SUMMARY:%s %u\r\n",
	    comp[kind], id, y, m, d,
	    kind == 1 ? "task" : kind == 2 ? "note" : "call",
	    about[below(sizeof about / sizeof *about)], below(1000));
	fprintf(f, "X-CRM-REF;X-CRM-TYPE=opp:O2610-%08u\r\n",
	    10000000 + below(9999999));
	if (kind == 1)
		fprintf(f, "DUE:%04d%02d%02dT%02d0000Z\r\n", y, m, d, h);
	else
		fprintf(f, "DTSTART:%04d%02d%02dT%02d0000Z\r\n", y, m, d, h);
	if (kind == 0)
		fprintf(f, "DTEND:%04d%02d%02dT%02d3000Z\r\n"
			   "LOCATION:Main St %u\r\n", y, m, d, h, below(99));
	if (series)
		fputs("RRULE:FREQ=WEEKLY;COUNT=12\r\n", f);
	if (!live)
		fputs(kind == 1 ? "STATUS:COMPLETED\r\n"
				: "X-CRM-STATE:DONE\r\n", f);
	fprintf(f, "DESCRIPTION:What was said\\, and what is to be done next: "
		   "number %u.\r\nCREATED:%04d%02d%02dT080000Z\r\nEND:%s\r\n",
	    below(100000), y, m, d, comp[kind]);
}

static void
head(FILE *f)
{
	fputs("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	      "PRODID:-//crm//crm//EN\r\n", f);
}

static void
live_items(const char *user, unsigned n)
{
	static const char *const dir[] = { "events", "tasks", "notes" };
	char id[15], path[64];

	for (unsigned i = 0; i < n; i++) {
		unsigned r = below(10);
		int kind = r < 5 ? 0 : r < 9 ? 1 : 2;
		FILE *f;

		make_id(id, 'E', 2026, 10 + (int)below(2));
		snprintf(path, sizeof path, "calendar/%s/%s/%s.ics", user, dir[kind], id);
		f = create(path);
		head(f);
		item(f, id, kind, 2026, 10 + (int)below(3), 1);
		fputs("END:VCALENDAR\r\n", f);
		fclose(f);
	}
}

static void
archived_items(const char *user, unsigned n)
{
	char id[15], path[64];

	for (int y = 0; y < YEARS; y++) {
		unsigned from = n * (unsigned)y / YEARS;
		unsigned to = n * (unsigned)(y + 1) / YEARS;
		FILE *f;

		snprintf(path, sizeof path, "calendar/%s/archive/%d.ics", user,
		    FIRST_YEAR + y);
		f = create(path);
		head(f);
		for (unsigned i = from; i < to; i++) {
			int m = 1 + (int)below(7);

			make_id(id, 'E', FIRST_YEAR + y, m);
			item(f, id, (int)below(3), FIRST_YEAR + y, m, 0);
		}
		fputs("END:VCALENDAR\r\n", f);
		fclose(f);
	}
}

int
main(int argc, char **argv)
{
	unsigned live = argc == 4 ? (unsigned)atoi(argv[1]) : 0;
	unsigned old = argc == 4 ? (unsigned)atoi(argv[2]) : 0;
	char path[64], user[16];
	FILE *users;

	if (!live || chdir(argv[3]) < 0) {
		fputs("usage: genacts LIVE ARCHIVED DIR\n", stderr);
		return 64;
	}
	users = create("config/users.csv");
	fputs("id,name,login,email\n", users);
	folder("calendar");
	for (unsigned u = 0; u < USERS; u++) {
		static const char *const dir[] = { "", "/events", "/tasks",
			"/notes", "/archive" };

		snprintf(user, sizeof user, "user%02u", u);
		fprintf(users, "U2301-%08u,User %u,%s,%s@example.com\n",
		    10000000 + u, u, user, user);
		for (size_t i = 0; i < sizeof dir / sizeof *dir; i++) {
			snprintf(path, sizeof path, "calendar/%s%s", user, dir[i]);
			folder(path);
		}
		live_items(user, live / USERS);
		archived_items(user, old / USERS);
	}
	return fclose(users) != 0;
}
