/* crm-act mail: messages become activities; crm-lead add --mail: and leads. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/calendar/index.h"
#include "crm/change/resolve.h"
#include "crm/mail/file.h"
#include "crm/mail/known.h"
#include "crm/mail/mbox.h"
#include "store/id.h"

static const char *opp, *account, *contact, *lead, *owner, *maildir;
static bool attachments, no_text, lead_new, from_mail;

const struct opt opts_mail[] = {
	{ "opp", 0, OPT_STR, "ID|NAME", "it belongs to this deal", &opp },
	{ "account", 0, OPT_STR, "ID|NAME", "to this account", &account },
	{ "contact", 0, OPT_STR, "ID|NAME", "to this contact", &contact },
	{ "lead", 0, OPT_STR, "ID|NAME", "to this lead", &lead },
	{ "lead-new", 0, OPT_FLAG, NULL,
	    "a sender who is not known becomes a lead", &lead_new },
	{ "owner", 0, OPT_STR, "USER", "in the calendar of this user",
	    &owner },
	{ "attachments", 0, OPT_FLAG, NULL, "keep them as documents",
	    &attachments },
	{ "no-text", 0, OPT_FLAG, NULL, "do not keep the text", &no_text },
	{ "maildir", 0, OPT_STR, "DIR", "all messages of this folder",
	    &maildir },
	{ 0 },
};

const struct opt opts_lead_add[] = {
	{ "mail", 0, OPT_FLAG, NULL, "from a message: -, or a file",
	    &from_mail },
	{ "attachments", 0, OPT_FLAG, NULL,
	    "keep those of the mail as documents", &attachments },
	{ "no-text", 0, OPT_FLAG, NULL, "do not keep its text", &no_text },
	{ 0 },
};

/*
 * What is read, and what became of it. Of very many messages some are held at
 * a time, and filed in a commit of their own.
 */
enum { BATCH = 2000, BATCH_BYTES = 64 << 20 };
struct mails {
	struct call *c;
	struct mail_options *o;
	const char *verb;
	struct mail *m;
	char **dir; /* of each: its attachments, or NULL */
	size_t n, cap;
	size_t bytes; /* of the messages, as they came */
	struct mail_filed *out;
	size_t all;    /* messages that were filed, or found filed */
	size_t nobody; /* of those: of nobody who is known */
	size_t bad;    /* could not be read, which was said */
	size_t batches;
	struct mail_known *known; /* for maildirs */
	struct changes *ch;
	char **word; /* field=value for leads */
	int nwords;
};

/* --- reading ------------------------------------------------------------- */

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

static void
drop_dir(char *dir, size_t nfiles)
{
	for (size_t i = 1; dir && i <= nfiles; i++) {
		char *file = xasprintf("%s/%zu", dir, i);

		unlink(file);
		free(file);
	}
	if (dir)
		rmdir(dir);
	free(dir);
}

static void
mails_clear(struct mails *v)
{
	for (size_t i = 0; i < v->n; i++) {
		drop_dir(v->dir[i], v->m[i].nparts);
		mail_release(&v->m[i]);
	}
	free(v->out);
	v->out = NULL;
	v->n = v->bytes = 0;
}

static void
mails_release(struct mails *v)
{
	mails_clear(v);
	mail_known_free(v->known);
	free(v->m);
	free(v->dir);
	free(v->word);
}

static int file_batch(struct mails *v);

static int
make_room(struct mails *v)
{
	return v->n == BATCH || v->bytes > BATCH_BYTES ? file_batch(v) : 0;
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
	if (attachments && make_dir(c, &v->dir[n]))
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
	for (; v->n > n; v->n--) {
		drop_dir(v->dir[v->n - 1], v->m[v->n - 1].nparts);
		mail_release(&v->m[v->n - 1]);
	}
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

	while (r == 0 && (r = make_room(v)) == 0) {
		size_t n = v->n;
		int got = mbox_next(&box, &text, &v->c->err);
		char *one = box.several
		    ? xasprintf("%s (message %zu)", name, box.n)
		    : xstrdup(name);

		if (got < 0 || (got == 0 && take_message(v, text, one)))
			r = several || box.several ? left_out(v, n) : -1;
		free(one);
		/* behind one that is too large none is found */
		if (got)
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
	if (r)
		r = left_out(v, had);
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
		char *dir = xasprintf("%s/%s", maildir, folder[i]);
		struct dirent **entry = NULL;
		int n = scandir(dir, &entry, NULL, alphasort);

		if (n < 0)
			r = err_errno(&v->c->err, "%s", dir);
		for (int k = 0; k < n; k++) {
			char *path =
			    xasprintf("%s/%s", dir, entry[k]->d_name);

			if (r == 0 && entry[k]->d_name[0] != '.')
				r = make_room(v) || read_delivered(v, path)
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

static int
read_all(struct mails *v)
{
	struct call *c = v->c;
	int n = 0;

	if (maildir && mail_known_new(&v->known, &c->s, &c->err))
		return -1;
	/* other commands go on while messages are read */
	session_unlock(&c->s);
	if (maildir && read_maildir(v))
		return -1;
	for (int i = 0; i < c->argc; i++) {
		bool several = c->argc > 1 || maildir;
		int r = strcmp(c->argv[i], "-") == 0
		    ? read_fd(v, STDIN_FILENO, "stdin", several)
		    : read_file(v, c->argv[i], several);

		if (r)
			return -1;
		n++;
	}
	return n || maildir
	    ? 0
	    : err_set(&c->err, ERR_USAGE,
		  "which message? - for standard input, or files");
}

/* --- filing -------------------------------------------------------------- */

/* An option that names a record, as an id in *out. */
static int
option(struct call *c, const char *entity, const char *text, struct span *out)
{
	static char ids[5][ID_LEN + 1];
	static size_t n;
	uint64_t id;

	if (!text)
		return 0;
	if (resolve_one(&c->s, schema_entity(&c->s.schema, span(entity)),
		span(text), c->ids_only, &id, &c->err))
		return -1;
	id_unpack(id, ids[n]);
	*out = span(ids[n++]);
	return 0;
}

static int
unknown(struct mails *v, const struct mail *m)
{
	struct buf who = { 0 };

	for (size_t i = 0; i < m->naddresses && who.n < 200; i++)
		buf_addf(&who, "%s%.*s", who.n ? ", " : "",
		    SPANF(m->address[i].mail));
	err_set(&v->c->err, ERR_NOENT,
	    who.n ? "%s: nobody is known by these addresses: %s; --account, "
		    "--contact or --opp says where it belongs, --lead-new "
		    "makes a lead"
		  : "%s: it has no address%s; --account, --contact or --opp "
		    "says where it belongs",
	    m->source, who.n ? who.p : "");
	buf_release(&who);
	return -1;
}

/* What is to be told of single messages, and ids that no commit prints. */
static int
tell(struct mails *v)
{
	struct buf ids = { 0 };
	int r;

	for (size_t i = 0; i < v->n; i++) {
		const struct mail_filed *f = &v->out[i];
		struct span has = f->links.lead.n ? f->links.lead
						  : f->links.contact;

		v->nobody += f->state == MAIL_NOBODY;
		if (f->state == MAIL_NOBODY && !maildir) {
			unknown(v, &v->m[i]);
			cli_say(v->c, "%s", v->c->err.msg);
			err_release(&v->c->err);
		}
		if (f->state == MAIL_THERE && !maildir)
			cli_say(v->c, "%s: it is filed already, as %.*s",
			    v->m[i].source, SPANF(f->act));
		if (from_mail && f->state == MAIL_FILED && !f->made_lead)
			cli_say(v->c, "%s: %.*s is known; the mail was filed",
			    v->m[i].source, SPANF(has));
		if (from_mail ? !f->made_lead && has.n
			      : f->state == MAIL_THERE && !maildir)
			buf_addf(&ids, "%.*s\n",
			    SPANF(from_mail ? has : f->act));
	}
	r = ids.n && !v->c->dry_run ? emit_text(buf_span(&ids), &v->c->err)
				    : 0;
	buf_release(&ids);
	return r;
}

/* Files what was read, as one commit. */
static int
file_batch(struct mails *v)
{
	struct call *c = v->c;
	bool alone = v->n == 1 && !maildir && !v->bad && !v->all;
	int r = -1;

	if (cli_changes(c, &v->ch))
		return -1;
	v->out = xcalloc(v->n + 1, sizeof *v->out);
	if (mail_file(v->ch, v->m, v->dir, v->n, v->o, v->out, &c->err))
		goto out;
	if (alone && v->out[0].state == MAIL_NOBODY)
		r = unknown(v, &v->m[0]);
	else
		r = cli_commit(c, v->ch, v->verb) || tell(v) ? -1 : 0;
	v->all += v->n;
	v->batches++;
out:
	changes_close(v->ch);
	v->ch = NULL;
	/* what is where has changed */
	if (c->s.calendar)
		cal_forget(c->s.calendar);
	mails_clear(v);
	return r;
}

static int
finish(struct mails *v)
{
	struct call *c = v->c;

	if (v->nobody)
		cli_say(c, "%zu of %zu are of nobody who is known", v->nobody,
		    v->all);
	if (v->bad || (v->nobody && !maildir))
		return err_set(&c->err, ERR_REJECTS,
		    "%zu of %zu messages were not filed",
		    v->bad + (maildir ? 0 : v->nobody), v->all + v->bad);
	return 0;
}

static int
file_all(struct mails *v, struct mail_options *o, const char *verb)
{
	int r;

	o->to = rc_get(&v->c->s.rc, "mail.leads");
	o->attachments = attachments;
	o->no_text = no_text;
	v->o = o;
	v->verb = verb;
	r = read_all(v);
	if (r == 0 && (v->n || !v->batches))
		r = file_batch(v);
	if (r == 0)
		r = finish(v);
	mails_release(v);
	return r;
}

int
verb_mail(struct call *c)
{
	struct mail_options o = { .lead_new = lead_new };
	struct mails v = { .c = c };

	if (option(c, "opp", opp, &o.links.opp) ||
	    option(c, "account", account, &o.links.account) ||
	    option(c, "contact", contact, &o.links.contact) ||
	    option(c, "lead", lead, &o.links.lead) ||
	    option(c, "user", owner, &o.owner))
		return -1;
	return file_all(&v, &o, "mail");
}

/* What was said of the lead comes before what the mail says. */
static int
lead_words(void *ctx, struct record *r, struct err *e)
{
	const struct field *f = entity_field(r->ent, span("owner"));
	struct mails *v = ctx;
	bool said = false;

	for (int i = 0; i < v->nwords; i++)
		said |= strncmp(v->word[i], "owner", 5) == 0;
	if (!said && !record_at(r, f).n)
		record_set(r, f, change_user(v->ch));
	(void)e; /* it is the call's */
	return assign_words(v->c, v->ch, r, v->word, v->nwords);
}

int
verb_lead_add(struct call *c)
{
	struct mails v = { .c = c };
	struct mail_options o = { .lead_new = true, .lead = lead_words,
		.ctx = &v };
	int n = 0;

	if (!from_mail && (attachments || no_text))
		return err_set(&c->err, ERR_USAGE,
		    "--attachments and --no-text go with --mail");
	if (!from_mail)
		return verb_add(c);
	v.word = xcalloc((size_t)c->argc + 1, sizeof *v.word);
	for (int i = 0; i < c->argc; i++) {
		if (strchr(c->argv[i], '='))
			v.word[v.nwords++] = c->argv[i];
		else
			c->argv[n++] = c->argv[i];
	}
	c->argc = n;
	if (assign_known(c, v.word, v.nwords)) {
		mails_release(&v);
		return -1;
	}
	return file_all(&v, &o, "add");
}
