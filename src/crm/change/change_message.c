/*
 * What a commit says of itself: writing it, and reading it back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crm/change/change_impl.h"
#include "store/id.h"

/* Ids named in a commit's trailer; an import of a million names none more. */
#define TRAILER_IDS 200

static void
subject_line(const struct changes *c, const char *verb, struct buf *out)
{
	const char *sep = "";

	buf_addf(out, "%s:", verb);
	if (c->added)
		buf_addf(out, " %zu added", c->added), sep = ",";
	if (c->changed)
		buf_addf(out, "%s %zu changed", sep, c->changed), sep = ",";
	if (c->removed)
		buf_addf(out, "%s %zu removed", sep, c->removed);
	buf_addc(out, '\n');
}

/* Trailers say what was done to which records, never a value of one. */
void
change_message(const struct changes *c, const char *verb, const char *options,
    const char *subject, const char *extra, struct buf *out)
{
	if (subject)
		buf_addf(out, "%s\n", subject);
	else
		subject_line(c, verb, out);
	buf_addf(out, "\nCrm-Verb: %s\n", verb);
	if (options && *options)
		buf_addf(out, "Crm-Options: %s\n", options);
	if (c->ntouched)
		buf_adds(out, "Crm-Ids:");
	for (size_t i = 0; i < c->ntouched && i < TRAILER_IDS; i++) {
		char text[ID_LEN + 1];

		id_unpack(c->touched[i], text);
		buf_addf(out, " %s", text);
	}
	if (c->ntouched > TRAILER_IDS)
		buf_addf(out, " and %zu more", c->ntouched - TRAILER_IDS);
	if (c->ntouched)
		buf_addc(out, '\n');
	if (extra)
		buf_adds(out, extra);
}

void
commit_facts(const char *message, struct commit_facts *out)
{
	struct span rest = span(message);

	memset(out, 0, sizeof *out);
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		struct span key = span_cut(&line, ':');

		if (span_eqs(key, "Crm-Verb"))
			out->verb = span_trim(line);
		else if (span_eqs(key, "Crm-Options"))
			out->options = span_trim(line);
		else if (span_eqs(key, "Crm-Ids"))
			out->ids = span_trim(line);
		else if (span_eqs(key, "Crm-Undoes"))
			out->undoes = span_trim(line);
	}
}

static int
take_time(void *ctx, const struct repo_commit *k, struct err *e)
{
	(void)e;
	*(int64_t *)ctx = k->time;
	return 0;
}

/* Clocks of several machines differ by so much, and nobody minds. */
enum { CLOCK_MINUTES = 10 * 60, CLOCK_DAY = 86400 };

/*
 * Times of commits never run backwards, so that one in the future stops the
 * clock for all that follow: as-of finds none of them by their day.
 */
void
change_tell_clock(struct changes *c, const struct oid *id)
{
	int64_t at = 0, now = clock_now();
	struct buf *out = &c->s->notes, when = { 0 };
	struct err ignored = { 0 };

	if (c->within ||
	    repo_commit(txn_repo(c->txn), id, take_time, &at, &ignored))
		goto out;
	instant_local(NULL, at, &when);
	/* a fixed seed is a test's, and so is its clock */
	if (at - now > CLOCK_MINUTES)
		buf_addf(out,
		    "the newest commit was dated %s already, and times never "
		    "run backwards: until then all bear that time; crm log "
		    "shows which it was\n", when.p);
	else if (at - clock_machine() > CLOCK_DAY && !getenv("CRM_SEED"))
		buf_addf(out,
		    "this commit is dated %s, ahead of this machine's clock: "
		    "until then all that follow bear that time\n", when.p);
out:
	err_release(&ignored);
	buf_release(&when);
}
