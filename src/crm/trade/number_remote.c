/* Which of its remotes gives a store its numbers. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "crm/trade/number_impl.h"
#include "store/ref.h"

/* The remotes of .git/config: how many, and the last one's name. */
static size_t
count_remotes(const struct rc *rc, struct span *name)
{
	size_t n = 0;

	for (size_t i = 0; i < rc->n; i++) {
		struct span key = span(rc->entry[i].key);

		if (!span_starts(key, span("remote.")) || key.n < 12 ||
		    !span_eqs(span_n(key.p + key.n - 4, 4), ".url"))
			continue;
		key = span_n(key.p + 7, key.n - 11);
		n += !n || !span_eq(key, *name);
		*name = key;
	}
	return n;
}

static int
choose(struct session *s, const struct rc *rc, struct buf *out, struct err *e)
{
	int gitfd = file_open(s->dirfd, ".git", O_RDONLY | O_DIRECTORY, 0);
	const struct rc_entry *up = NULL;
	struct head h = { 0 };
	struct span only = span("");
	size_t n = count_remotes(rc, &only);

	if (gitfd >= 0 && head_read(gitfd, &h, NULL) == 0 && h.name.n > 11)
		up = rc_find_sub(rc, "branch", h.name.p + 11, "remote");
	if (gitfd >= 0)
		close(gitfd);
	head_release(&h);
	if (up && strcmp(up->value, ".") != 0)
		buf_adds(out, up->value);
	else if (rc_find_sub(rc, "remote", "origin", "url"))
		buf_adds(out, "origin");
	else if (n == 1)
		buf_addspan(out, only);
	else if (n > 1)
		return err_set(e, ERR_USAGE,
		    "the store has %zu remotes; number.remote in crmrc says "
		    "which of them gives numbers", n);
	return 0;
}

/*
 * The one that the settings say. They come with the store, and git runs what
 * the folder that it pushes to has as hooks: so it is one of this clone's own
 * remotes, by its name, and neither a path nor an address.
 */
static int
take_set(const struct rc *rc, const char *set, struct buf *out, struct err *e)
{
	if (!rc_find_sub(rc, "remote", set, "url"))
		return err_set(e, ERR_DATA,
		    "crmrc: number.remote is '%s', which no remote is called: "
		    "git remote add NAME ADDRESS, or none", set);
	buf_adds(out, set);
	return 0;
}

int
number_remote(struct session *s, struct buf *out, struct err *e)
{
	const char *set = rc_get(&s->rc, "number.remote");
	struct buf text = { 0 };
	struct rc rc = { 0 };
	int r;

	if (set && strcmp(set, "none") == 0)
		return 0;
	r = file_read(s->dirfd, ".git/config", 0, &text, NULL, e) ||
	    rc_read(&rc, ".git/config", buf_span(&text), e);
	if (r)
		err_suffix(e,
		    "; number.remote in crmrc says which remote gives "
		    "numbers, or none");
	else if (set && *set)
		r = take_set(&rc, set, out, e);
	else
		r = choose(s, &rc, out, e);
	rc_release(&rc);
	buf_release(&text);
	return r ? -1 : 0;
}
