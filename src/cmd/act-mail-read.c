/* Messages of files, mbox files and maildirs, for those who file them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cmd/act-mail.h"
#include "crm/mail/mbox.h"

/* A folder of its own for the attachments of a message. */
static int
make_dir(struct call *c, char **dir)
{
	const char *tmp = getenv("TMPDIR");

	*dir = xasprintf(
	    "%s/crm-mail-XXXXXX", tmp && *tmp == '/' ? tmp : "/tmp");
	if (mkdtemp(*dir))
		return 0;
	err_errno(&c->err, "%s", *dir);
	free(*dir);
	*dir = NULL;
	return -1;
}

/* How many are in it says the folder: crm-mime may have failed. */
static void
drop_dir(char *dir)
{
	bool more = dir != NULL;

	for (size_t i = 1; more; i++) {
		char *file = xasprintf("%s/%zu", dir, i);

		more = unlink(file) == 0;
		free(file);
	}
	if (dir)
		rmdir(dir);
	free(dir);
}

/* Lets go of what is behind the first n. */
static void
drop_behind(struct mails *v, size_t n)
{
	for (; v->n > n; v->n--) {
		drop_dir(v->dir[v->n - 1]);
		mail_release(&v->m[v->n - 1]);
	}
}

void
mails_clear(struct mails *v)
{
	drop_behind(v, 0);
	free(v->out);
	v->out = NULL;
	v->bytes = 0;
}

void
mails_release(struct mails *v)
{
	mails_clear(v);
	mail_known_free(v->known);
	free(v->m);
	free(v->dir);
	free(v->word);
}

static int
take_message(struct mails *v, struct span text, const char *name)
{
	struct call *c = v->c;
	size_t n = v->n;

	if (n == v->cap) {
		GROW(v->m, n, v->cap);
		v->dir = xreallocarray(v->dir, v->cap, sizeof *v->dir);
	}
	v->m[n] = (struct mail){ 0 };
	v->dir[n] = NULL;
	v->n++;
	v->bytes += text.n;
	if (v->o->attachments && make_dir(c, &v->dir[n]))
		return -1;
	return mail_read(text, name, v->dir[n], &v->m[n], &c->err);
}

/* One of several: what cannot be read does not keep the others. */
static int
left_out(struct mails *v, size_t n)
{
	if (v->c->err.code != ERR_DATA)
		return -1;
	cli_say(v->c, "%s", v->c->err.msg);
	err_release(&v->c->err);
	drop_behind(v, n);
	v->bad++;
	return 0;
}

/* A message, or all of an mbox. several: there are other files, too. */
static int
read_fd(struct mails *v, int fd, const char *name, bool several)
{
	struct mbox box = { .fd = fd, .name = name, .max = MAIL_MAX };
	struct span text;
	int r = 0;

	while (r == 0 && (r = mails_room(v)) == 0) {
		size_t n = v->n;
		int got = mbox_next(&box, &text, &v->c->err);
		char *one = box.several
		    ? xasprintf("%s (message %zu)", name, box.n)
		    : xstrdup(name);

		if (got < 0 || (got == 0 && take_message(v, text, one)))
			r = several || box.several ? left_out(v, n) : -1;
		free(one);
		if (got > 0)
			break;
	}
	mbox_release(&box);
	return r;
}

static int
read_file(struct mails *v, const char *path, bool several)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_errno(&v->c->err, "%s", path);
	r = read_fd(v, fd, path, several);
	close(fd);
	return r;
}

/* A file of a maildir is a message, if it is a file. */
static int
read_delivered(struct mails *v, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t had = v->n;
	struct buf text = { 0 };
	struct stat st;
	char head[16384];
	ssize_t n = 0;
	int r = 0;

	/* another program may have moved it just now: next time */
	if (fd < 0)
		return errno == ENOENT ? 0
				       : err_errno(&v->c->err, "%s", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = pread(fd, head, sizeof head, 0);
	else
		r = err_set(&v->c->err, ERR_DATA, "%s: not a regular file",
		    path);
	if (r == 0 && n > 0 &&
	    mail_known_has(v->known, span_n(head, (size_t)n))) {
		v->all++;
		goto out;
	}
	if (r == 0)
		r = file_slurp(fd, path, MAIL_MAX, &text, &v->c->err);
	if (r == 0)
		r = take_message(v, buf_span(&text), path);
	if (r) {
		r = left_out(v, had);
	} else if (mail_known_id(v->known, v->m[had].id)) {
		/* its header alone did not tell */
		v->all++;
		drop_behind(v, had);
	}
out:
	close(fd);
	buf_release(&text);
	return r;
}

/* new and cur of a maildir: a file is a message, once it is there. */
static int
read_maildir(struct mails *v)
{
	static const char *const folder[] = { "new", "cur" };
	int r = 0;

	for (size_t i = 0; r == 0 && i < 2; i++) {
		char *dir = xasprintf("%s/%s", v->maildir, folder[i]);
		struct dirent **entry = NULL;
		int n = scandir(dir, &entry, NULL, alphasort);

		if (n < 0)
			r = err_errno(&v->c->err, "%s", dir);
		for (int k = 0; k < n; k++) {
			char *path =
			    xasprintf("%s/%s", dir, entry[k]->d_name);

			if (r == 0 && entry[k]->d_name[0] != '.')
				r = mails_room(v) || read_delivered(v, path)
				    ? -1
				    : 0;
			free(path);
			free(entry[k]);
		}
		free(entry);
		free(dir);
	}
	return r;
}

int
mails_read(struct mails *v)
{
	struct call *c = v->c;
	int n = 0;

	if (v->maildir &&
	    mail_known_new(&v->known, &c->s, v->o->attachments, &c->err))
		return -1;
	/* other commands go on while messages are read */
	session_unlock(&c->s);
	if (v->maildir && read_maildir(v))
		return -1;
	for (int i = 0; i < c->argc; i++) {
		bool several = c->argc > 1 || v->maildir;
		int r = strcmp(c->argv[i], "-") == 0
		    ? read_fd(v, STDIN_FILENO, "stdin", several)
		    : read_file(v, c->argv[i], several);

		if (r)
			return -1;
		n++;
	}
	return n || v->maildir
	    ? 0
	    : err_set(&c->err, ERR_USAGE,
		  "which message? - for standard input, or files");
}
