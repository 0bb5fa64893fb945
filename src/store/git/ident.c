#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/git/git.h"
#include "store/git/plumb.h"

/*
 * What git itself leaves out of a name: control characters and <> anywhere
 * (a newline would add lines to the commit's header; libgit2 lets it pass),
 * and dots, commas, quotes and blanks at the ends.
 */
static void
add_clean(struct buf *out, const char *s)
{
	static const char ends[] = " .,:;<>\"\\'";
	size_t from = out->n;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == 0x7f || c == '<' || c == '>')
			continue;
		if (out->n == from && strchr(ends, c))
			continue;
		buf_addc(out, *s);
	}
	while (out->n > from && strchr(ends, out->p[out->n - 1]))
		buf_cut(out, out->n - 1);
}

/* The first of the environment and of git's settings that is not empty. */
static bool
configured(struct repo *r, const char *env, const char *own, const char *key,
    struct buf *out)
{
	const char *name[2];
	struct buf v = { 0 };
	const char *s = getenv(env);
	size_t from = out->n;
	int i;

	name[0] = own;
	name[1] = key;
	if (s)
		add_clean(out, s);
	for (i = 0; i < 2 && out->n == from; i++) {
		buf_reset(&v);
		if (repo_config_str(r, name[i], &v))
			add_clean(out, v.p ? v.p : "");
	}
	buf_release(&v);
	return out->n > from;
}

static void
made_name(struct buf *out)
{
	const struct passwd *pw = getpwuid(getuid());
	size_t from = out->n;
	char *gecos;

	if (pw && pw->pw_gecos) {
		gecos = xstrdup(pw->pw_gecos);
		gecos[strcspn(gecos, ",")] = '\0';
		add_clean(out, gecos);
		free(gecos);
	}
	if (out->n == from && pw)
		add_clean(out, pw->pw_name);
	if (out->n == from)
		buf_addf(out, "uid%lu", (unsigned long)getuid());
}

static void
made_mail(struct buf *out)
{
	const struct passwd *pw = getpwuid(getuid());
	const char *mail = getenv("EMAIL");
	char host[256] = "localhost";
	size_t from = out->n;

	if (mail)
		add_clean(out, mail);
	if (out->n > from)
		return;
	if (gethostname(host, sizeof host - 1))
		strcpy(host, "localhost");
	add_clean(out, pw ? pw->pw_name : "user");
	buf_addc(out, '@');
	add_clean(out, host);
}

/* "Name <mail>" of who is AUTHOR or COMMITTER. */
static bool
person(struct repo *r, bool author, struct buf *out)
{
	bool made = false;

	if (!configured(r, author ? "GIT_AUTHOR_NAME" : "GIT_COMMITTER_NAME",
		author ? "author.name" : "committer.name", "user.name", out)) {
		made_name(out);
		made = true;
	}
	buf_adds(out, " <");
	if (!configured(r, author ? "GIT_AUTHOR_EMAIL" : "GIT_COMMITTER_EMAIL",
		author ? "author.email" : "committer.email", "user.email",
		out)) {
		made_mail(out);
		made = true;
	}
	buf_addc(out, '>');
	return made;
}

int
repo_identity(struct repo *r, struct buf *out, bool *made, struct err *e)
{
	bool m;

	(void)e;
	buf_reset(out);
	m = person(r, true, out);
	if (made)
		*made = m;
	return 0;
}

/*
 * The commit's time: the clock's, but never before its parent's, so that
 * "as of" finds one commit for each time.
 */
static int
add_time(
    struct repo *r, const struct oid *parent, struct buf *out, struct err *e)
{
	int64_t now = clock_now();
	git_commit *c;
	int off;

	if (parent->hex[0]) {
		c = lg_commit(r, parent, e);
		if (!c)
			return -1;
		if (git_commit_time(c) > now)
			now = git_commit_time(c);
		git_commit_free(c);
	}
	off = clock_offset(now);
	buf_addf(out, " %lld %c%02d%02d", (long long)now, off < 0 ? '-' : '+',
	    abs(off) / 60, abs(off) % 60);
	return 0;
}

int
repo_committer(
    struct repo *r, const struct oid *parent, struct buf *out, struct err *e)
{
	person(r, false, out);
	return add_time(r, parent, out, e);
}

int
repo_commit_text(struct repo *r, const struct oid *tree,
    const struct oid *parent, const char *message, struct buf *out,
    struct err *e)
{
	buf_reset(out);
	buf_addf(out, "tree %s\n", tree->hex);
	if (parent->hex[0])
		buf_addf(out, "parent %s\n", parent->hex);
	buf_adds(out, "author ");
	person(r, true, out);
	if (add_time(r, parent, out, e))
		return -1;
	buf_adds(out, "\ncommitter ");
	if (repo_committer(r, parent, out, e))
		return -1;
	buf_adds(out, "\n\n");
	buf_adds(out, message);
	if (out->p[out->n - 1] != '\n')
		buf_addc(out, '\n');
	return 0;
}
