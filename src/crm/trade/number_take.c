/*
 * Taking numbers at a remote: a chain of empty commits that only grows, since
 * a push that is no fast forward is refused.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "crm/trade/number_impl.h"
#include "store/id.h"
#include "store/ref.h"

enum {
	ATTEMPTS = 40,	 /* each that is too late was somebody else's turn */
	UNMOVED = 4,	 /* refused so often though nobody was faster */
	PRINTED_MAX = 256 << 20,
};

struct take {
	struct session *s;
	const struct number_series *ns;
	const char *remote;
	struct claims *c;
	int64_t last;	     /* the largest counter that was seen */
	struct oid tip, mine; /* of the chain; with ours on top */
	struct oid read;      /* what it had when it was read */
	struct buf out, said, who;
	int64_t ms;
	int gitfd;
};

/* --- the git program ----------------------------------------------------- */

/*
 * Runs git; its exit status, or -1. What it prints is in t->out, what it says
 * in t->said. No hooks, and no housekeeping in between.
 */
static int
git(struct take *t, struct span input, const char *const args[], struct err *e)
{
	const char *argv[24] = { "git", "-C", t->s->root, "-c",
		"core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c",
		"maintenance.auto=false", "-c", "push.gpgSign=false", "-c",
		"push.followTags=false" };
	struct spawn_job j = { .input = &input, .max = PRINTED_MAX,
		.ms = t->ms, .asks = true, .out = &t->out, .said = &t->said };
	size_t n = 13;

	for (size_t i = 0; args[i] && n < 23; i++)
		argv[n++] = args[i];
	buf_reset(&t->out);
	buf_reset(&t->said);
	return spawn_collect(&j, (char *const *)argv, e) ? -1 : j.status;
}

/* The line of what git said that tells most, without its "fatal: ". */
static struct span
told(const struct take *t)
{
	struct span rest = buf_span(&t->said), best = span("");

	while (rest.n) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		if (!best.n || span_starts(line, span("fatal: ")))
			best = line;
		if (span_starts(line, span("fatal: ")))
			break;
	}
	if (span_starts(best, span("fatal: ")))
		best = span_n(best.p + 7, best.n - 7);
	return best;
}

static int
unreachable(const struct take *t, struct err *e)
{
	struct span why = e->code ? span(e->msg) : told(t);
	struct err full = { 0 };

	err_set(&full, ERR_BUSY,
	    "no number can be taken at '%s': %.*s; nothing was issued: issue "
	    "it when the remote can be reached", t->remote,
	    SPANF(why.n ? why : span("git failed")));
	err_release(e);
	*e = full;
	return -1;
}

static bool
take_oid(struct span text, struct oid *out)
{
	struct span s = span_trim(text);

	memset(out, 0, sizeof *out);
	if (s.n != OID_HEX)
		return false;
	memcpy(out->hex, s.p, OID_HEX);
	return true;
}

/* --- the chain ----------------------------------------------------------- */

/* "42 Q2611-7f3k9q2d Q2026-0042": what a commit of the chain says. */
static void
read_line(struct take *t, struct span line)
{
	struct span count = span_cut(&line, ' ');
	uint64_t id = id_pack_canonical(span_cut(&line, ' '));
	int64_t n;

	if (!span_int(count, &n) || n < 1 || !id || !line.n)
		return;
	if (n > t->last)
		t->last = n;
	for (size_t i = 0; i < t->c->n; i++) {
		struct claim *k = &t->c->v[i];

		if (k->id != id || k->n)
			continue;
		k->n = n;
		k->number = span_dup(line);
	}
}

/* What the chain says that was not read yet. */
static int
read_chain(struct take *t, struct err *e)
{
	char *not = xasprintf("^%s", t->read.hex);
	const char *args[] = { "log", "--format=%s", t->tip.hex,
		t->read.hex[0] ? not : "--", NULL };
	struct span rest;
	int r = t->tip.hex[0] ? git(t, span(""), args, e) : 0;

	free(not);
	if (!t->tip.hex[0])
		return 0;
	if (r)
		return r < 0 ? -1
			     : err_set(e, ERR_DATA, "%s: %.*s", t->ns->ref,
				 SPANF(told(t)));
	rest = buf_span(&t->out);
	while (rest.n)
		read_line(t, span_cut(&rest, '\n'));
	t->read = t->tip;
	return 0;
}

static int
write_object(struct take *t, const char *type, struct span text,
    struct oid *out, struct err *e)
{
	const char *args[] = { "hash-object", "-w", "-t", type, "--stdin",
		NULL };
	int r = git(t, text, args, e);

	if (r == 0 && take_oid(buf_span(&t->out), out))
		return 0;
	return r < 0 ? -1
		     : err_set(e, ERR_IO, "git hash-object: %.*s",
			   SPANF(told(t)));
}

/* Puts a commit on top for each that has no number; *n is how many. */
static int
grow_chain(struct take *t, size_t *n, struct err *e)
{
	struct buf text = { 0 }, number = { 0 };
	int64_t last = t->last;
	struct oid tree;
	char id[ID_LEN + 1];
	int r = 0;

	*n = 0;
	t->mine = t->tip;
	for (size_t i = 0; r == 0 && i < t->c->n; i++) {
		if (t->c->v[i].n)
			continue;
		if (++*n == 1 && write_object(t, "tree", span(""), &tree, e))
			return -1;
		last = number_next(t->c, last);
		buf_reset(&number);
		number_format(t->ns, last, &number);
		id_unpack(t->c->v[i].id, id);
		buf_reset(&text);
		buf_addf(&text, "tree %s\n", tree.hex);
		if (t->mine.hex[0])
			buf_addf(&text, "parent %s\n", t->mine.hex);
		buf_addf(&text,
		    "author %s %lld +0000\ncommitter %s %lld +0000\n\n"
		    "%lld %s %s\n",
		    t->who.p, (long long)clock_now(), t->who.p,
		    (long long)clock_now(), (long long)last, id, number.p);
		r = write_object(t, "commit", buf_span(&text), &t->mine, e);
	}
	buf_release(&text);
	buf_release(&number);
	return r;
}

/* 0: it is there; 1: refused; -1. */
static int
push(struct take *t, struct err *e)
{
	char *to = xasprintf("%s:%s", t->mine.hex, t->ns->ref);
	const char *args[] = { "push", "--porcelain", "--quiet",
		"--no-recurse-submodules", t->remote, to, NULL };
	int r = git(t, span(""), args, e);

	free(to);
	if (r == 0 || (r == 1 && memmem(t->out.p, t->out.n, "!\t", 2)))
		return r;
	return unreachable(t, e);
}

/* What the remote has now; where that is new, it is brought here. */
static int
fetch(struct take *t, struct err *e)
{
	const char *list[] = { "ls-remote", t->remote, t->ns->ref, NULL };
	const char *get[] = { "fetch", "--quiet", "--no-tags",
		"--no-write-fetch-head", "--no-recurse-submodules", t->remote,
		t->ns->ref, NULL };
	struct oid theirs = { "" };
	struct span rest;

	if (git(t, span(""), list, e))
		return unreachable(t, e);
	rest = buf_span(&t->out);
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		struct span hex = span_cut(&line, '\t');

		if (span_eqs(line, t->ns->ref))
			take_oid(hex, &theirs);
	}
	if (!theirs.hex[0] || strcmp(theirs.hex, t->tip.hex) == 0)
		return 0;
	if (git(t, span(""), get, e))
		return unreachable(t, e);
	t->tip = theirs;
	return 0;
}

/* Of several who are too late at once, not all come back at once. */
static void
nap(int attempt)
{
	int64_t ms = (clock_ms() ^ ((int64_t)getpid() * 7919)) % 40 + 5;
	struct timespec ts;

	ms *= attempt < 10 ? attempt : 10;
	ts.tv_sec = ms / 1000;
	ts.tv_nsec = ms % 1000 * 1000000;
	nanosleep(&ts, NULL);
}

/* Refused over and over: by whom, and why. */
static int
refused(const struct take *t, const char *reason, bool moved, struct err *e)
{
	return err_set(e, moved ? ERR_BUSY : ERR_PERM,
	    "no number can be taken at '%s'%s: %s; nothing was issued",
	    t->remote,
	    moved ? ", others were faster each time; try again"
		  : ", which does not take refs/crm/numbers from you",
	    reason);
}

/* "!\tFROM:TO\t[rejected] (fetch first)" */
static void
reason_of(const struct take *t, struct buf *out)
{
	struct span rest = buf_span(&t->out);

	buf_reset(out);
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		if (!span_starts(line, span("!\t")))
			continue;
		span_cut(&line, '\t');
		span_cut(&line, '\t');
		buf_addspan(out, line);
		return;
	}
}

static int
take_all(struct take *t, struct err *e)
{
	struct buf reason = { 0 };
	int r = 1, unmoved = 0, attempt;
	size_t n;

	for (attempt = 1; r == 1 && attempt <= ATTEMPTS; attempt++) {
		struct oid was = t->tip;

		if (read_chain(t, e) || grow_chain(t, &n, e)) {
			r = -1;
			break;
		}
		r = n ? push(t, e) : 0;
		if (r != 1)
			break;
		reason_of(t, &reason);
		nap(attempt);
		if (fetch(t, e))
			r = -1;
		unmoved = strcmp(was.hex, t->tip.hex) == 0 ? unmoved + 1 : 0;
		if (unmoved == UNMOVED)
			break;
	}
	if (r == 1)
		r = refused(t, reason.p, unmoved < UNMOVED, e);
	else if (r == 0)
		/* ours are read as everybody's are */
		t->tip = t->mine, r = read_chain(t, e);
	buf_release(&reason);
	return r;
}

/*
 * What is remembered of the chain only saves asking the remote: where git does
 * not write it, the next command fetches it again.
 */
static void
remember(struct take *t)
{
	const char *args[] = { "update-ref", "-m", "crm: numbers", t->ns->ref,
		t->tip.hex, NULL };
	struct err ignored = { 0 };

	(void)git(t, span(""), args, &ignored);
	err_release(&ignored);
}

int
number_take(struct session *s, const struct number_series *ns,
    const char *remote, int64_t last, struct claims *c, struct err *e)
{
	struct take t = { .s = s, .ns = ns, .remote = remote, .c = c,
		.last = last, .gitfd = -1 };
	int64_t seconds;
	struct repo *repo;
	struct oid was;
	bool made;
	int r = -1;

	t.gitfd = file_open(s->dirfd, ".git", O_RDONLY | O_DIRECTORY, 0);
	if (t.gitfd < 0) {
		err_errno(e, ".git");
		goto out;
	}
	if (rc_int(&s->rc, "number.timeout", 1, 3600, 30, &seconds, e) ||
	    session_repo(s, &repo, e) ||
	    repo_identity(repo, &t.who, &made, e) ||
	    ref_read(t.gitfd, ns->ref, &t.tip, e) < 0)
		goto out;
	t.ms = seconds * 1000;
	was = t.tip;
	r = take_all(&t, e);
	if (r == 0 && strcmp(was.hex, t.tip.hex) != 0)
		remember(&t);
out:
	if (t.gitfd >= 0)
		close(t.gitfd);
	buf_release(&t.out);
	buf_release(&t.said);
	buf_release(&t.who);
	return r;
}

int
number_taken(struct session *s, const struct number_series *ns,
    struct buf *out, struct err *e)
{
	struct take t = { .s = s, .ns = ns, .ms = 60000 };
	const char *args[] = { "log", "--format=%s", ns->ref, "--", NULL };
	int gitfd =
	    file_open(s->dirfd, ".git", O_RDONLY | O_DIRECTORY, 0);
	int r = gitfd < 0 ? -1 : ref_read(gitfd, ns->ref, &t.tip, NULL);

	if (gitfd >= 0)
		close(gitfd);
	if (r >= 0 && t.tip.hex[0]) {
		r = git(&t, span(""), args, e);
		if (r == 0)
			buf_addspan(out, buf_span(&t.out));
	}
	buf_release(&t.out);
	buf_release(&t.said);
	return r < 0 && e->code ? -1 : 0;
}
