/*
 * edit: records as "field: value" lines in the person's editor; an empty file
 * gives up, an error opens the editor again with the error on top.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "store/id.h"

extern char **environ;

/* Text of a form: continuation lines of a note are indented. */
static void
form_record(struct buf *out, const struct record *r)
{
	char id[ID_LEN + 1];

	id_unpack(r->id, id);
	buf_addf(out, "id: %s\n", id);
	for (size_t i = 0; i < r->n; i++) {
		const struct field *f = r->ent->field[i];
		struct span rest = r->value[i];

		if (f->flags & (FIELD_AUTO | FIELD_VIRTUAL | FIELD_HIDDEN))
			continue;
		buf_addf(out, "%s:", f->name);
		if (f->choices && f->choices[0] != '@')
			buf_addf(out, " # %s\n%s:", f->choices, f->name);
		do {
			struct span line = span_cut(&rest, '\n');

			buf_addf(out, " %.*s\n", SPANF(line));
			if (rest.n)
				buf_adds(out, "   ");
		} while (rest.n);
	}
	buf_addc(out, '\n');
}

static const char *
editor(const struct call *c)
{
	const char *e = rc_get(&c->s.rc, "ui.editor");

	if (!e)
		e = getenv("VISUAL");
	if (!e || !*e)
		e = getenv("EDITOR");
	return e && *e ? e : "vi";
}

/* Runs the editor's words with the file behind them; no shell. */
static int
run_editor(struct call *c, const char *path)
{
	char *text = xstrdup(editor(c)), *save = NULL, *argv[18];
	size_t n = 0;
	pid_t pid;
	int status = 0, r;

	for (char *w = strtok_r(text, " ", &save); w && n < 16;
	     w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	argv[n++] = (char *)path;
	argv[n] = NULL;
	r = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (r) {
		errno = r;
		err_errno(&c->err, "the editor %s cannot be run (ui.editor, "
				   "VISUAL, EDITOR)", argv[0]);
		free(text);
		return -1;
	}
	free(text);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(&c->err, ERR_NO,
		    "the editor ended with an error; nothing was changed");
	return 0;
}

/* Applies the lines of one record. rest stands behind its "id:" line. */
static int
read_record(struct call *c, struct changes *ch, uint64_t id,
    struct span *rest, size_t *line)
{
	struct record before, after;
	struct buf value = { 0 };
	int r = -1;

	if (change_load(ch, c->ent, id, &before, &c->err))
		return c->err.code
		    ? -1
		    : err_set(&c->err, ERR_NOENT, "no such record");
	after = change_copy(ch, &before);
	while (rest->n && !span_starts(*rest, span("id:"))) {
		struct span text = span_cut(rest, '\n'), name;

		++*line;
		if (span_trim(text).n == 0 || text.p[0] == '#')
			continue;
		name = span_cut(&text, ':');
		if (text.n && memchr(text.p, '#', text.n) == text.p + 1)
			continue;
		buf_reset(&value);
		buf_addspan(&value, span_trim(text));
		while (span_starts(*rest, span("   "))) {
			struct span more = span_cut(rest, '\n');

			++*line;
			buf_addf(&value, "\n%.*s", SPANF(span_trim(more)));
		}
		if (assign_one(c, ch, &after, span_trim(name),
			buf_span(&value))) {
			err_prefix(&c->err, "line %zu: ", *line);
			goto out;
		}
	}
	r = change_apply(ch, &before, &after,
	    c->force ? CHANGE_FORCE : 0, &c->err);
out:
	buf_release(&value);
	return r;
}

static int
read_form(struct call *c, struct changes *ch, struct span text)
{
	struct span rest = text;
	size_t line = 0;

	while (rest.n) {
		struct span one = span_cut(&rest, '\n');
		uint64_t id;

		line++;
		if (!span_starts(one, span("id:")))
			continue;
		span_cut(&one, ':');
		id = id_pack(span_trim(one));
		if (!id)
			return err_set(&c->err, ERR_DATA,
			    "line %zu: '%.*s' is no id", line, SPANF(one));
		if (read_record(c, ch, id, &rest, &line))
			return -1;
	}
	return 0;
}

/* The form of all targets; the store is only read. */
static int
write_form(struct call *c, const struct targets *t, struct buf *form)
{
	struct changes *ch;
	int r = -1;

	if (cli_changes(c, &ch))
		return -1;
	ch->dry_run = true;
	for (size_t i = 0; i < t->n; i++) {
		struct record rec;

		if (change_load(ch, c->ent, t->id[i], &rec, &c->err))
			goto out;
		form_record(form, &rec);
	}
	r = 0;
out:
	changes_close(ch);
	return r;
}

static int
save_form(const char *path, const struct buf *form, struct err *e)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	int bad = fd < 0 || file_write_all(fd, form->p, form->n);

	if (bad)
		err_errno(e, "%s", path);
	if (fd >= 0)
		close(fd);
	return bad ? -1 : 0;
}

/* One round: editor, read back, commit. 1: the user gave up. */
static int
edit_round(struct call *c, const char *path, struct buf *form)
{
	struct changes *ch = NULL;
	struct buf back = { 0 };
	int fd, r = -1;

	if (save_form(path, form, &c->err) || run_editor(c, path))
		goto out;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || file_slurp(fd, path, 64u << 20, &back, &c->err)) {
		err_errno(&c->err, "%s", path);
		if (fd >= 0)
			close(fd);
		goto out;
	}
	close(fd);
	r = 1;
	if (span_trim(buf_span(&back)).n == 0)
		goto out;
	buf_reset(form);
	buf_addspan(form, buf_span(&back));
	r = -1;
	if (cli_changes(c, &ch) || read_form(c, ch, buf_span(&back)))
		goto out;
	r = cli_commit(c, ch, "edit");
out:
	changes_close(ch);
	buf_release(&back);
	return r;
}

int
verb_edit(struct call *c)
{
	char path[] = "/tmp/crm-edit-XXXXXX";
	struct targets t = { 0 };
	struct buf form = { 0 };
	int fd = -1, r = -1;

	if (cli_targets(c, c->argc, c->argv, &t) || write_form(c, &t, &form))
		goto out;
	fd = mkstemp(path);
	if (fd < 0) {
		err_errno(&c->err, "%s", path);
		goto out;
	}
	for (;;) {
		struct buf again = { 0 };

		r = edit_round(c, path, &form);
		if (r >= 0 || !isatty(STDIN_FILENO) || c->err.code == ERR_NO)
			break;
		buf_addf(&again, "# %s\n", c->err.msg);
		buf_addspan(&again, buf_span(&form));
		buf_release(&form);
		form = again;
		err_release(&c->err);
	}
	if (r == 1)
		cli_say(c, "given up; nothing was changed");
out:
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	buf_release(&form);
	targets_release(&t);
	return r;
}
