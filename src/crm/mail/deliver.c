#include "crm/mail/deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "crm/change/hook.h"
#include "crm/trust.h"

static const char key[] = "mail.sendmail";

enum { WORDS_MAX = 16, SAID_MOST = 64 << 10 };

/* --- by a program -------------------------------------------------------- */

int
deliver_ready(const struct session *s, struct err *e)
{
	const char *v = rc_get(&s->rc, key);

	if (v && *v)
		return 0;
	return err_set(e, ERR_USAGE,
	    "no program sends mail: set mail.sendmail in your own crmrc, such "
	    "as /usr/sbin/sendmail, or give --stdout or --maildir DIR");
}

/* Its output, in one line, behind the error. */
static int
failed(const struct spawn_job *job, const char *name, struct err *e)
{
	struct span text = span_trim(buf_span(job->said));
	struct span line = span_cut(&text, '\n');

	err_set(e, ERR_IO, "%s: %s ended with %d", key, name, job->status);
	return line.n ? err_suffix(e, ": %.*s", SPANF(line)) : -1;
}

/*
 * It may ask for a passphrase, and so stays at the terminal. A name without
 * a path is sought in PATH, others are found as hooks are.
 */
static int
run(struct session *s, char **argv, struct span mail, int64_t seconds,
    struct err *e)
{
	struct buf path = { 0 }, out = { 0 }, said = { 0 };
	struct spawn_job job = { .input = &mail,
		.max = SAID_MOST,
		.ms = seconds * 1000,
		.asks = true,
		.out = &out,
		.said = &said };
	const char *name = argv[0];
	int r = 0;

	if (strchr(name, '/')) {
		hook_path(s, name, &path);
		argv[0] = path.p;
		r = trust_open(s, path.p, &job.how.image, e);
	}
	if (r == 0)
		r = spawn_collect(&job, argv, e);
	if (r)
		err_prefix(e, "%s: ", key);
	else if (job.status)
		r = failed(&job, name, e);
	if (r && e->code != ERR_PERM)
		e->code = ERR_IO;
	for (struct span rest = buf_span(&said); r == 0 && rest.n;) {
		struct span line = span_cut(&rest, '\n');

		buf_addf(&s->notes, "%.*s\n", SPANF(line));
	}
	if (job.how.image > 0)
		close(job.how.image);
	buf_release(&path);
	buf_release(&out);
	buf_release(&said);
	return r;
}

int
deliver_program(struct session *s, struct span mail, struct err *e)
{
	char *argv[WORDS_MAX + 3], *save = NULL, *text;
	int64_t seconds;
	size_t n = 0;
	int r;

	if (deliver_ready(s, e) ||
	    rc_int(&s->rc, "mail.timeout", 1, 3600, 60, &seconds, e))
		return -1;
	text = xstrdup(rc_get(&s->rc, key));
	for (char *w = strtok_r(text, " ", &save); w && n < WORDS_MAX;
	     w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	argv[n] = (char *)"-t";
	argv[n + 1] = (char *)"-i";
	argv[n + 2] = NULL;
	r = n ? run(s, argv, mail, seconds, e)
	      : err_set(e, ERR_USAGE, "%s names no program", key);
	free(text);
	return r;
}

/* --- into a Maildir ------------------------------------------------------ */

static int
put(int dirfd, const char *dir, struct span mail, struct err *e)
{
	char host[64] = "", tmp[160], new[160];
	int r = -1;

	(void)gethostname(host, sizeof host - 1);
	for (char *p = host; *p; p++)
		if (*p == '/' || *p == ':')
			*p = '_';
	/* unique by process, and within it by the time */
	snprintf(tmp, sizeof tmp, "tmp/%lld.M%lldP%ld.%s",
	    (long long)clock_now(), (long long)clock_ms(), (long)getpid(),
	    host);
	snprintf(new, sizeof new, "new/%s", tmp + strlen("tmp/"));
	if (file_write(dirfd, tmp, mail, 0600, true, e))
		goto out;
	if (renameat(dirfd, tmp, dirfd, new))
		err_errno(e, "%s/%s", dir, new);
	else
		r = file_fsync_dir(dirfd, "new") ? err_errno(e, "%s/new", dir)
						 : 0;
out:
	if (r)
		(void)unlinkat(dirfd, tmp, 0);
	return r;
}

int
deliver_maildir(const char *dir, struct span mail, struct err *e)
{
	struct stat st;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (fd < 0)
		return err_errno(e, "%s", dir);
	if (fstatat(fd, "tmp", &st, 0) || !S_ISDIR(st.st_mode) ||
	    fstatat(fd, "new", &st, 0) || !S_ISDIR(st.st_mode))
		r = err_set(e, ERR_USAGE,
		    "%s is no Maildir: it has no folders tmp and new", dir);
	else
		r = put(fd, dir, mail, e);
	close(fd);
	return r;
}
