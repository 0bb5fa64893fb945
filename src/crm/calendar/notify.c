/* Telling people, by a program of theirs. */
#include "crm/calendar/notify.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/spawn.h"
#include "crm/calendar/item.h"
#include "crm/change/hook.h"
#include "crm/change/resolve.h"
#include "crm/trust.h"
#include "store/id.h"

static const char key[] = "remind.command";

#define SAID_MOST (64u << 10)

bool
notify_set(const struct session *s)
{
	const char *v = rc_get(&s->rc, key);

	return v && *v;
}

static void
note_lines(struct session *s, struct span said)
{
	while (said.n)
		buf_addf(&s->notes, "%.*s\n", SPANF(span_cut(&said, '\n')));
}

int
notify_run(
    struct session *s, const char *event, struct span lines, struct err *e)
{
	struct buf path = { 0 }, said = { 0 };
	struct spawn_job job = { .how = { .dir = s->root, .alone = true },
		.input = &lines, .max = SAID_MOST, .out = &said };
	int64_t seconds = 30;
	int r;

	hook_path(s, rc_get(&s->rc, key), &path);
	r = rc_int(&s->rc, "hook.timeout", 1, 3600, 30, &seconds, e) ||
	    trust_open(s, path.p, &job.how.image, e);
	job.ms = seconds * 1000;
	if (r == 0) {
		char *argv[] = { path.p, (char *)event, NULL };

		setenv("CRM_DIR", s->root, 1);
		r = spawn_collect(&job, argv, e);
	}
	if (r == 0 && job.status)
		r = err_set(e, ERR_PERM, "%s ended with %d", path.p,
		    job.status);
	if (r)
		err_prefix(e, "%s: ", key);
	note_lines(s, buf_span(&said));
	if (job.how.image > 0)
		close(job.how.image);
	buf_release(&path);
	buf_release(&said);
	return r ? -1 : 0;
}

struct span
act_record(const struct calendar *cal, const struct span *value)
{
	static const char *const field[] = { "opp", "lead", "contact",
		"account", "campaign" };
	struct span id = span("");

	for (size_t i = 0; !id.n && i < sizeof field / sizeof *field; i++)
		id = act_cell(cal, value, field[i]);
	return id;
}

int
act_record_name(
    struct calendar *cal, struct span id, struct buf *name, struct err *e)
{
	uint64_t packed = id.n ? id_pack(id) : 0;

	return packed ? resolve_name(cal->s, packed, name, e) : 0;
}
