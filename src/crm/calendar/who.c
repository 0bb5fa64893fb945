/* Whose calendars are meant. */
#include "crm/calendar/who.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/change/resolve.h"
#include "store/id.h"

static bool
who_has(const struct who *w, size_t person)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i] == person)
			return true;
	}
	return false;
}

static void
add(struct who *w, size_t person)
{
	if (who_has(w, person))
		return;
	GROW(w->v, w->n, w->cap);
	w->v[w->n++] = person;
}

size_t
who_me(struct calendar *cal)
{
	struct span me = span(session_me(cal->s));

	for (size_t i = 0; me.n && i < cal->npersons; i++) {
		if (span_eq(cal->person[i].login, me))
			return i;
	}
	return (size_t)-1;
}

/* A user as every command takes one. */
static int
one(struct calendar *cal, struct span name, size_t *out, struct err *e)
{
	char id[ID_LEN + 1];
	uint64_t packed;

	*out = calendar_folder(cal, name); /* no look at a table */
	if (*out != (size_t)-1)
		return 0;
	if (resolve_one(cal->s, schema_entity(&cal->s->schema, span("user")),
		name, false, &packed, e))
		return -1;
	id_unpack(packed, id);
	*out = calendar_person(cal, span(id));
	return *out != (size_t)-1
	    ? 0
	    : err_set(e, ERR_NOENT, "there is no user '%.*s'", SPANF(name));
}

static int
add_team(struct calendar *cal, struct span team, struct who *out,
    struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < cal->npersons; i++) {
		if (!cal->person[i].active ||
		    !span_ieq(cal->person[i].team, team))
			continue;
		add(out, i);
		n++;
	}
	return n ? 0
		 : err_set(e, ERR_NOENT,
		       "nobody is in a team '%.*s'; crm-user list -c "
		       "name,team shows the teams", SPANF(team));
}

/* The steps are limited: managers may have been entered in a circle. */
static bool
is_under(const struct calendar *cal, size_t person, size_t head)
{
	for (size_t steps = 0; steps < cal->npersons; steps++) {
		person = cal->person[person].manager;
		if (person == head)
			return true;
		if (person == (size_t)-1)
			break;
	}
	return false;
}

static int
add_under(struct calendar *cal, struct span name, struct who *out,
    struct err *e)
{
	size_t head, n = 0;

	if (one(cal, name, &head, e))
		return -1;
	for (size_t i = 0; i < cal->npersons; i++) {
		if (i == head || !cal->person[i].active ||
		    !is_under(cal, i, head))
			continue;
		add(out, i);
		n++;
	}
	return n ? 0
		 : err_set(e, ERR_NOENT,
		       "nobody reports to %.*s; the field manager of users "
		       "says who does",
		       SPANF(cal->person[head].name));
}

int
who_add(struct calendar *cal, struct span text, struct who *out,
    struct err *e)
{
	size_t before = out->n;

	while (text.n) {
		struct span word = span_trim(span_cut(&text, ',')), rest = word;
		struct span kind = span_cut(&rest, ':');
		size_t i;
		int r = 0;

		if (!word.n)
			continue;
		if (span_ieqs(kind, "team") && rest.n) {
			r = add_team(cal, rest, out, e);
		} else if (span_ieqs(kind, "under") && rest.n) {
			r = add_under(cal, rest, out, e);
		} else if (span_ieqs(word, "all")) {
			for (i = 0; i < cal->npersons; i++)
				if (cal->person[i].active)
					add(out, i);
		} else {
			r = one(cal, word, &i, e);
			if (r == 0)
				add(out, i);
		}
		if (r)
			return -1;
	}
	if (out->n > before)
		return 0;
	return err_set(e, ERR_USAGE,
	    "whose calendar? say ana,bo or team:NAME or under:me or all");
}

void
who_release(struct who *w)
{
	free(w->v);
	memset(w, 0, sizeof *w);
}
