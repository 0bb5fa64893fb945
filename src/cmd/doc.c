/* crm doc: files that belong to a record; what is kept is crm/documents.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/utf8.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/change/about.h"
#include "crm/change/resolve.h"
#include "crm/documents.h"
#include "store/id.h"

static const char *name, *note;
static bool run;

const struct opt opts_doc[] = {
	{ "name", 0, OPT_STR, "NAME", "what a file is called here", &name },
	{ "note", 0, OPT_STR, "TEXT", "what is new, for the log", &note },
	{ "run", 0, OPT_FLAG, NULL, "open it with doc.opener", &run },
	{ 0 },
};

/* The record that the first word behind the verb names, which is there. */
static int
record_of(struct call *c, uint64_t *id)
{
	struct span word = span(c->argv[1]);
	struct buf shown = { 0 };
	char text[ID_LEN + 1];
	int n = about_one(&c->s, word, c->ids_only, id, &c->err), r = -1;

	if (n > 0)
		r = resolve_name(&c->s, *id, &shown, &c->err);
	if (r == 0 && span_eqs(buf_span(&shown), "(hidden)"))
		r = err_set(&c->err, ERR_NOENT, "no record %.*s",
		    SPANF(word));
	id_unpack(*id, text);
	if (r == 0 && n > 1)
		cli_say(c, "'%.*s' is the name of %d that belong together; "
			   "%s is taken", SPANF(word), n, text);
	buf_release(&shown);
	return r;
}

/* Commits what was put under a subject of its own. */
static int
commit(struct call *c, struct changes *ch, const char *verb, size_t n)
{
	struct buf subject = { 0 };
	struct oid id;
	int r;

	if (note)
		buf_adds(&subject, note);
	else
		buf_addf(&subject, "%s: %zu document%s", verb, n,
		    n == 1 ? "" : "s");
	for (size_t i = 0; i < subject.n; i++)
		if ((unsigned char)subject.p[i] < ' ')
			subject.p[i] = ' ';
	r = changes_commit(ch, verb, note ? "--note" : "", subject.p, NULL,
	    &id, &c->err);
	buf_release(&subject);
	return r;
}

/* --- add ----------------------------------------------------------------- */

static int
warn_size(struct call *c, struct span as, size_t n)
{
	int64_t mb;

	if (rc_int(&c->s.rc, "doc.warn-size", 1, 100, DOC_WARN_MB, &mb,
		&c->err))
		return -1;
	if (n > (size_t)mb << 20)
		cli_say(c, "%.*s has %zu MB; each version of it stays in the "
			   "store and in every clone", SPANF(as), n >> 20);
	return 0;
}

static int
add_file(struct call *c, struct docs_put *put, uint64_t id, const char *path,
    struct buf *names)
{
	static const char *const how[] = { [DOC_ADDED] = "",
		[DOC_VERSION] = ": a new version",
		[DOC_SAME] = ": the same as it was" };
	struct buf data = { 0 };
	enum doc_done done;
	struct span as;
	size_t n;
	int r = -1;

	if (cli_read(c, path, ((size_t)DOC_MAX_MB << 20) + 1, &data))
		goto out;
	n = data.n;
	if (doc_put(put, id, span(name ? name : path), &data, true, &as, &done,
		&c->err) ||
	    warn_size(c, as, n))
		goto out;
	if (c->dry_run || done != DOC_ADDED)
		cli_say(c, "%.*s%s", SPANF(as), how[done]);
	buf_addf(names, "%.*s\n", SPANF(as));
	r = 0;
out:
	buf_release(&data);
	return r;
}

static int
doc_add(struct call *c)
{
	struct docs_put put = { 0 };
	struct changes *ch = NULL;
	struct buf names = { 0 };
	uint64_t id = 0;
	int r = -1;

	if (c->argc < 3 || (name && c->argc > 3))
		return err_set(&c->err, ERR_USAGE,
		    name ? "--name is for one file"
			 : "which files? crm doc add ID FILE ...");
	for (int i = 2; i < c->argc && !name; i++)
		if (strcmp(c->argv[i], "-") == 0)
			return err_set(&c->err, ERR_USAGE,
			    "what comes down a pipe needs a --name");
	if (record_of(c, &id) || cli_changes(c, &ch))
		goto out;
	put.c = ch;
	for (int i = 2; i < c->argc; i++)
		if (add_file(c, &put, id, c->argv[i], &names))
			goto out;
	r = c->dry_run ? 0
		       : commit(c, ch, "doc add", (size_t)c->argc - 2);
	if (r == 0 && !c->dry_run)
		r = emit_text(buf_span(&names), &c->err);
out:
	docs_put_release(&put);
	changes_close(ch);
	buf_release(&names);
	return r;
}

/* --- rm ------------------------------------------------------------------ */

static int
doc_rm(struct call *c)
{
	struct view *work = view_work(c->s.dirfd);
	struct changes *ch = NULL;
	uint64_t id = 0;
	int r = -1;

	if (c->argc < 3) {
		err_set(&c->err, ERR_USAGE,
		    "which documents? crm doc rm ID NAME ...");
		goto out;
	}
	/* those of a record that is gone can be removed, too */
	id = id_pack(span(c->argv[1]));
	if ((!id && record_of(c, &id)) || cli_changes(c, &ch))
		goto out;
	for (int i = 2; i < c->argc; i++) {
		struct buf path = { 0 };

		r = doc_find(work, id, span(c->argv[i]), &path, &c->err);
		if (r == 0 && !c->dry_run)
			r = txn_remove(ch->txn, path.p, &c->err);
		buf_release(&path);
		if (r)
			goto out;
	}
	GROW(ch->touched, ch->ntouched, ch->touched_cap);
	ch->touched[ch->ntouched++] = id;
	r = c->dry_run ? 0 : commit(c, ch, "doc rm", (size_t)c->argc - 2);
out:
	view_free(work);
	changes_close(ch);
	return r;
}

/* --- list, cat, open ----------------------------------------------------- */

/* Of a commit, sizes are known when it is read only. */
static int
documents(struct call *c, uint64_t id, struct docs *all)
{
	struct buf data = { 0 };
	int r = docs_list(c->s.view, id, all, &c->err);

	for (size_t i = 0; r == 0 && c->s.as_of && i < all->n; i++) {
		r = view_read(c->s.view, all->v[i].path, &data, &c->err);
		all->v[i].size = data.n;
	}
	buf_release(&data);
	return r;
}

static int
doc_list(struct call *c)
{
	static const struct emit_column col[] = { { .name = "id" },
		{ .name = "name", .main = true },
		{ .name = "size", .type = F_INT } };
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	struct emit *em = NULL;
	struct docs all = { 0 };
	uint64_t id = 0;
	size_t rows = 0;
	int r = -1;

	if ((c->argc > 1 && record_of(c, &id)) ||
	    documents(c, id, &all))
		goto out;
	session_unlock(&c->s);
	if (emit_open(&em, &o, col, emit_wants_ids(&o) ? 1 : 3, &c->err))
		goto out;
	r = 0;
	for (size_t i = 0; r == 0 && i < all.n; i++) {
		char size[24];
		struct span row[3] = { all.v[i].id, all.v[i].name };

		snprintf(size, sizeof size, "%zu", all.v[i].size);
		row[2] = span(size);
		r = emit_row(em, row, 3, &c->err);
	}
	r = emit_end(em, r, &rows, &c->err);
	if (r == 0 && rows == 0 && c->fail_empty)
		r = 1;
out:
	docs_release(&all);
	return r;
}

int
cli_show_documents(struct call *c, struct emit *em, uint64_t id)
{
	struct docs all = { 0 };
	struct buf b = { 0 };
	int r = documents(c, id, &all);

	for (size_t i = 0; r == 0 && i < all.n; i++) {
		struct span row[2] = { span(i ? "" : "documents") };
		size_t n = all.v[i].size;

		buf_reset(&b);
		buf_addf(&b, "%.*s (", SPANF(all.v[i].name));
		if (n < 10240)
			buf_addf(&b, "%zu bytes)", n);
		else
			buf_addf(&b, "%zu KB)", (n + 1023) / 1024);
		row[1] = buf_span(&b);
		r = emit_row(em, row, 2, &c->err);
	}
	buf_release(&b);
	docs_release(&all);
	return r;
}

/* The document that two words name: its path in the store. */
static int
doc_named(struct call *c, struct buf *path)
{
	uint64_t id = 0;

	if (c->argc != 3)
		return err_set(&c->err, ERR_USAGE,
		    "which? crm doc %s ID NAME", c->argv[0]);
	return record_of(c, &id) ||
		       doc_find(c->s.view, id, span(c->argv[2]), path, &c->err)
		   ? -1
		   : 0;
}

static int
doc_cat(struct call *c)
{
	struct buf path = { 0 }, data = { 0 }, safe = { 0 };
	int r = doc_named(c, &path);

	if (r == 0)
		r = view_read(c->s.view, path.p, &data, &c->err);
	session_unlock(&c->s);
	if (r == 0 && isatty(STDOUT_FILENO)) {
		term_safe(&safe, buf_span(&data), true);
		r = emit_text(buf_span(&safe), &c->err);
	} else if (r == 0) {
		r = emit_text(buf_span(&data), &c->err);
	}
	buf_release(&path);
	buf_release(&data);
	buf_release(&safe);
	return r;
}

/* Runs the words of doc.opener with the file behind them; no shell. */
static int
run_opener(struct call *c, char *path)
{
	const char *opener = rc_get(&c->s.rc, "doc.opener");
	char *text = xstrdup(opener ? opener : "xdg-open"), *save = NULL;
	struct spawn how = { .talks = true };
	char *argv[18];
	size_t n = 0;
	int status = 0, r = -1;
	pid_t pid;

	for (char *w = strtok_r(text, " ", &save); w && n < 16;
	     w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	argv[n++] = path;
	argv[n] = NULL;
	errno = spawn_start(&how, argv, &pid);
	if (errno) {
		err_errno(&c->err, "%s cannot be run (doc.opener)", argv[0]);
		goto out;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	r = WIFEXITED(status) && WEXITSTATUS(status) == 0
	    ? 0
	    : err_set(&c->err, ERR_NO, "%s ended with an error", argv[0]);
out:
	free(text);
	return r;
}

static int
doc_open(struct call *c)
{
	struct buf path = { 0 }, full = { 0 };
	int r = -1, fd;

	if (c->s.as_of) {
		err_set(&c->err, ERR_USAGE,
		    "what there was lies in no file; crm doc cat prints it");
		goto out;
	}
	if (doc_named(c, &path))
		goto out;
	/* no link on the way, whatever listing it found */
	fd = file_open(c->s.dirfd, path.p, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		err_errno(&c->err, "%s", path.p);
		goto out;
	}
	close(fd);
	session_unlock(&c->s);
	buf_addf(&full, "%s/%s", c->s.root, path.p);
	if (run) {
		r = run_opener(c, full.p);
		goto out;
	}
	buf_addc(&full, '\n');
	r = emit_text(buf_span(&full), &c->err);
out:
	buf_release(&path);
	buf_release(&full);
	return r;
}

/* --- log ----------------------------------------------------------------- */

struct doc_log {
	struct call *c;
	struct repo *repo;
	struct emit *em;
	const struct repo_commit *k;
	struct buf prefix; /* documents/ID/ or documents/ID/NAME */
	bool exact;
};

static int
log_path(void *ctx, const char *path, struct err *e)
{
	struct doc_log *l = ctx;
	struct span rest = span(path), id, who = span(l->k->author),
		    subject = span(l->k->message);
	char at[21];

	if (l->exact ? strcmp(path, l->prefix.p) != 0
		     : !span_starts(rest, buf_span(&l->prefix)))
		return 0;
	span_cut(&rest, '/');
	id = span_cut(&rest, '/');
	instant_format(l->k->time, at);
	struct span row[6] = { id, rest, span(at),
		span_trim(span_cut(&who, '<')), span_n(l->k->id.hex, 10),
		span_cut(&subject, '\n') };

	return emit_row(l->em, row, 6, e);
}

static int
log_commit(void *ctx, const struct repo_commit *k, struct err *e)
{
	struct doc_log *l = ctx;

	l->k = k;
	return repo_diff(l->repo, &k->parent, &k->id, log_path, l, e);
}

static int
doc_log(struct call *c)
{
	static const struct emit_column col[] = { { .name = "id" },
		{ .name = "name", .main = true }, { .name = "at" },
		{ .name = "by" }, { .name = "commit" }, { .name = "note" } };
	struct emit_options o = { .format = c->format,
		.porcelain = c->porcelain };
	struct doc_log l = { .c = c, .exact = c->argc > 2 };
	char text[ID_LEN + 1];
	struct oid head;
	uint64_t id;
	int r = -1;

	if (c->argc < 2 || c->argc > 3)
		return err_set(&c->err, ERR_USAGE,
		    "of which? crm doc log ID [NAME]");
	id = id_pack(span(c->argv[1]));
	if ((!id && record_of(c, &id)) ||
	    session_repo(&c->s, &l.repo, &c->err) ||
	    repo_resolve(l.repo, c->s.as_of ? c->s.base.hex : "HEAD", &head,
		&c->err))
		return -1;
	session_unlock(&c->s);
	id_unpack(id, text);
	buf_addf(&l.prefix, "documents/%s/%s", text,
	    l.exact ? c->argv[2] : "");
	if (emit_open(&l.em, &o, col, 6, &c->err) == 0) {
		r = repo_log(l.repo, &head, true, log_commit, &l, &c->err);
		r = emit_end(l.em, r, NULL, &c->err);
	}
	buf_release(&l.prefix);
	return r;
}

int
cmd_doc(struct call *c)
{
	static const struct {
		const char *verb;
		int (*run)(struct call *c);
		bool writes;
	} verb[] = { { "add", doc_add, true }, { "rm", doc_rm, true },
		{ "list", doc_list, false }, { "open", doc_open, false },
		{ "cat", doc_cat, false }, { "log", doc_log, false } };

	for (size_t i = 0; i < sizeof verb / sizeof *verb; i++) {
		if (strcmp(c->argc ? c->argv[0] : "list", verb[i].verb) != 0)
			continue;
		if (verb[i].writes && c->s.as_of)
			return err_set(&c->err, ERR_USAGE,
			    "--as-of reads; %s does not", verb[i].verb);
		return verb[i].run(c);
	}
	return err_set(&c->err, ERR_USAGE,
	    "'%s' is not understood; it is add, list, open, cat, rm or log",
	    c->argv[0]);
}
