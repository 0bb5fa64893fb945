#include "crm/calendar/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/item.h"
#include "crm/calendar/item_impl.h"
#include "crm/share.h"
#include "store/id.h"
#include "store/scan.h"
#include "store/sha1.h"

static const struct {
	const char *folder, *component;
} kinds[ITEM_KINDS] = {
	[ITEM_EVENT] = { "events", "VEVENT" },
	[ITEM_TASK] = { "tasks", "VTODO" },
	[ITEM_NOTE] = { "notes", "VJOURNAL" },
};

int
item_kind_of(struct span component)
{
	for (int k = 0; k < ITEM_KINDS; k++) {
		if (span_ieqs(component, kinds[k].component))
			return k;
	}
	return -1;
}

const char *
item_kind_component(enum item_kind k)
{
	return kinds[k].component;
}

const char *
item_kind_folder(enum item_kind k)
{
	return kinds[k].folder;
}

/* Columns of config/users.csv, and of config/activities.csv. */
enum { U_ID, U_LOGIN, U_NAME, U_EMAIL, U_ZONE, U_TEAM, U_MANAGER, U_ACTIVE,
	U_COLS };
enum { A_TYPE, A_LABEL, A_KIND, A_MINUTES, A_OBJECTIVES, A_OUTCOMES,
	A_REQUIRED, A_CHANNEL, A_COLS };

static void
add_person(struct calendar *cal, const struct span *cell)
{
	struct person *p = &cal->person[cal->npersons++];

	p->id = arena_span(&cal->arena, cell[U_ID]);
	p->login = arena_span(&cal->arena, cell[U_LOGIN]);
	p->name = arena_span(&cal->arena, cell[U_NAME]);
	p->email = arena_span(&cal->arena, cell[U_EMAIL]);
	p->zone = arena_span(&cal->arena, cell[U_ZONE]);
	p->team = arena_span(&cal->arena, cell[U_TEAM]);
	/* a login that is no name of a folder is not used as one */
	p->folder = p->login.n && !memchr(p->login.p, '/', p->login.n) &&
			    p->login.p[0] != '.'
			? p->login
			: p->id;
	p->active = !span_eqs(cell[U_ACTIVE], "no");
	p->manager = (size_t)-1;
}

static int
read_users(struct calendar *cal, struct buf *text, struct err *e)
{
	static const char path[] = "config/users.csv";
	const struct span want[U_COLS] = { span("id"), span("login"),
		span("name"), span("email"), span("zone"), span("team"),
		span("manager"), span("active") };
	struct scan scan = { 0 };
	int r = -1;

	if (session_read(cal->s, path, text, e) < 0 ||
	    scan_file(&scan, path, buf_span(text), want, U_COLS, 0, e))
		goto out;
	cal->person = xcalloc(scan.nrows + 1, sizeof *cal->person);
	for (size_t i = 0; i < scan.nrows; i++) {
		const struct span *cell = scan.cell + i * scan.ncells;
		bool added;

		add_person(cal, cell);
		strmap_add(&cal->by_folder, cal->person[i].folder, i, &added);
		strmap_add(&cal->by_id, cal->person[i].id, i, &added);
	}
	for (size_t i = 0; i < scan.nrows; i++)
		cal->person[i].manager = strmap_get(&cal->by_id,
		    scan.cell[i * scan.ncells + U_MANAGER]);
	r = 0;
out:
	scan_release(&scan);
	return r;
}

static enum item_kind
kind_of(struct span text)
{
	return span_eqs(text, "task")	? ITEM_TASK
	       : span_eqs(text, "note") ? ITEM_NOTE
					: ITEM_EVENT;
}

static void
add_activity(struct calendar *cal, const struct span *cell)
{
	struct activity *a = &cal->activity[cal->nactivities++];

	a->type = arena_span(&cal->arena, cell[A_TYPE]);
	a->label = arena_span(&cal->arena,
	    cell[A_LABEL].n ? cell[A_LABEL] : cell[A_TYPE]);
	a->kind = kind_of(cell[A_KIND]);
	if (!span_int(cell[A_MINUTES], &a->minutes) || a->minutes < 0)
		a->minutes = 0;
	a->objectives = arena_span(&cal->arena, cell[A_OBJECTIVES]);
	a->outcomes = arena_span(&cal->arena, cell[A_OUTCOMES]);
	a->required = arena_span(&cal->arena, cell[A_REQUIRED]);
	a->channel = arena_span(&cal->arena, cell[A_CHANNEL]);
}

static int
read_activities(struct calendar *cal, struct buf *text, struct err *e)
{
	static const char path[] = "config/activities.csv";
	const struct span want[A_COLS] = { span("type"), span("label"),
		span("kind"), span("minutes"), span("objectives"),
		span("outcomes"), span("required"), span("channel") };
	struct scan scan = { 0 };
	int r = session_read(cal->s, path, text, e);

	if (r > 0) /* a store that was made before there were activities */
		share_read(path, text, NULL), r = 0;
	if (r == 0)
		r = scan_file(&scan, path, buf_span(text), want, A_COLS, 0, e);
	if (r == 0)
		cal->activity =
		    xcalloc(scan.nrows + 1, sizeof *cal->activity);
	for (size_t i = 0; r == 0 && i < scan.nrows; i++)
		add_activity(cal, scan.cell + i * scan.ncells);
	scan_release(&scan);
	return r;
}

/* What rows are made from besides the files. */
static uint64_t
env_hash(const struct calendar *cal, const struct buf *users,
    const struct buf *activities)
{
	struct buf all = { 0 };
	uint64_t h;

	buf_addspan(&all, buf_span(users));
	buf_addspan(&all, buf_span(activities));
	/* of times without a zone */
	buf_addf(&all, "\n%s", act_zone(cal->s));
	for (size_t i = 0; i < cal->act->nfields; i++)
		buf_addf(&all, "\n%s", cal->act->field[i]->name);
	h = span_hash(buf_span(&all));
	buf_release(&all);
	return h;
}

int
session_calendar(struct session *s, struct calendar **out, struct err *e)
{
	struct buf users = { 0 }, activities = { 0 };
	struct calendar *cal = s->calendar;
	int r = 0;

	if (!cal) {
		cal = xcalloc(1, sizeof *cal);
		cal->s = s;
		cal->act = schema_entity(&s->schema, span("act"));
		cal->link = schema_entity(&s->schema, span("act-link"));
		r = read_users(cal, &users, e) ||
			    read_activities(cal, &activities, e)
			? -1
			: 0;
		cal->map = act_map_new(cal->act);
		cal->env = env_hash(cal, &users, &activities);
	}
	if (r)
		calendar_free(cal);
	else
		*out = s->calendar = cal;
	buf_release(&users);
	buf_release(&activities);
	return r;
}

void
calendar_free(struct calendar *cal)
{
	if (!cal)
		return;
	strmap_release(&cal->by_folder);
	strmap_release(&cal->by_id);
	cal_held_free(cal->held);
	act_map_free(cal->map);
	free(cal->person);
	free(cal->activity);
	arena_release(&cal->arena);
	free(cal);
}

struct calendar *
calendar_bare(struct entity *act)
{
	struct calendar *cal = xcalloc(1, sizeof *cal);

	cal->act = act;
	cal->map = act_map_new(act);
	return cal;
}

size_t
calendar_person(const struct calendar *cal, struct span id)
{
	return strmap_get(&cal->by_id, id);
}

size_t
calendar_folder(const struct calendar *cal, struct span folder)
{
	return strmap_get(&cal->by_folder, folder);
}

const struct activity *
calendar_activity(const struct calendar *cal, struct span type)
{
	for (size_t i = 0; i < cal->nactivities; i++) {
		if (span_eq(cal->activity[i].type, type))
			return &cal->activity[i];
	}
	return NULL;
}

void
calendar_flaws(struct calendar *cal, struct span lines)
{
	enum { TOLD = 5 };
	struct buf *notes = &cal->s->notes;

	while (lines.n) {
		struct span line = span_cut(&lines, '\n');

		if (!line.n || (notes->n && memmem(notes->p, notes->n,
						line.p, line.n)))
			continue;
		cal->nflaws++;
		if (cal->nflaws < TOLD)
			buf_addf(notes, "%.*s\n", SPANF(line));
		else if (cal->nflaws == TOLD)
			buf_adds(notes, "and more; crm check tells all\n");
	}
}

static bool
ends(struct span s, const char *end)
{
	size_t n = strlen(end);

	return s.n > n && memcmp(s.p + s.n - n, end, n) == 0;
}

bool
calendar_path(struct span path, struct cal_path *out)
{
	struct span rest = path, top = span_cut(&rest, '/'), folder;

	memset(out, 0, sizeof *out);
	out->folder = span_cut(&rest, '/');
	folder = span_cut(&rest, '/');
	out->name = rest;
	if (!span_eqs(top, "calendar") || !out->folder.n || !rest.n ||
	    rest.p[0] == '.' || memchr(rest.p, '/', rest.n))
		return false;
	out->gz = ends(rest, ".ics.gz");
	out->archive = span_eqs(folder, "archive");
	if (!ends(rest, ".ics") && !(out->archive && out->gz))
		return false;
	for (int k = 0; k < ITEM_KINDS; k++) {
		out->kind = (enum item_kind)k;
		if (span_eqs(folder, kinds[k].folder))
			return true;
	}
	return out->archive;
}

/* Twelve months of 2000 and the random part's 40 bits are made from a hash. */
uint64_t
act_id(struct span uid)
{
	uint64_t id = id_pack_canonical(uid), low = 0;
	unsigned char sum[20];
	struct sha1 sha;

	if (id && id_letter(id) == 'E')
		return id;
	sha1_init(&sha);
	sha1_add(&sha, uid.p, uid.n);
	sha1_end(&sha, sum);
	for (int i = 0; i < 5; i++)
		low = low << 8 | sum[i];
	return (uint64_t)'E' << 52 | (uint64_t)(sum[5] % 12) << 40 | low;
}

void
calendar_new_path(struct buf *out, struct span folder, enum item_kind k,
    uint64_t id, struct span uid)
{
	char text[ID_LEN + 1];
	bool plain = uid.n > 0 && uid.n <= 64;

	for (size_t i = 0; plain && i < uid.n; i++) {
		char c = uid.p[i];

		plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '-' || c == '_';
	}
	id_unpack(id, text);
	buf_addf(out, "calendar/%.*s/%s/%.*s.ics", SPANF(folder),
	    kinds[k].folder, SPANF(plain ? uid : span(text)));
}
