/*
 * edit: records as "field: value" lines in the person's editor. Only lines
 * that were changed are taken, so that what others change meanwhile stays; an
 * empty file gives up; an error opens the editor again with the error on top,
 * until the file comes back as it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/calendar/private.h"
#include "crm/calendar/who.h"
#include "store/id.h"

#define FORM_MAX ((size_t)64 << 20)

/* How often an editor is asked that no person sits at. */
#define ROUNDS_ALONE 3

/* The records as they were when the form was made. */
struct form {
	struct record *rec;
	size_t n;
	struct arena arena;
	struct buf text; /* what the editor gets */
	char path[64];
	int fd;
};

/* --- writing ------------------------------------------------------------- */

static bool
in_form(const struct field *f)
{
	return !(f->flags & (FIELD_AUTO | FIELD_VIRTUAL | FIELD_HIDDEN));
}

/* One record; further lines of a note are indented by four blanks. */
static void
form_record(struct buf *out, const struct record *r)
{
	char id[ID_LEN + 1];

	id_unpack(r->id, id);
	buf_addf(out, "id: %s\n", id);
	for (size_t i = 0; i < r->n; i++) {
		const struct field *f = r->ent->field[i];
		struct span rest = r->value[i], line;

		if (!in_form(f))
			continue;
		if (f->choices && f->choices[0] != '@')
			buf_addf(out, "# %s: %s\n", f->name, f->choices);
		line = span_cut(&rest, '\n');
		buf_addf(out, "%s:%s%.*s\n", f->name, line.n ? " " : "",
		    SPANF(line));
		while (rest.n) {
			line = span_cut(&rest, '\n');
			buf_addf(out, "    %.*s\n", SPANF(line));
		}
	}
	buf_addc(out, '\n');
}

/* Whoever edits reads all of it. */
static bool
is_private(struct call *c, const struct record *rec)
{
	struct calendar *cal;

	if (rec->ent->layout != LAYOUT_CALENDAR ||
	    session_calendar(&c->s, &cal, &c->err) ||
	    !private_hidden(cal, who_me(cal), rec->value))
		return c->err.code != 0;
	err_set(&c->err, ERR_PERM, "it is private, of another");
	return true;
}

/* Reads the records; nothing is changed. */
static int
make_form(struct call *c, const struct targets *t, struct form *form)
{
	struct changes *ch;
	bool dry_run = c->dry_run;
	int r = -1;

	/* from the start: opening would enter what a merge left */
	c->dry_run = true;
	r = cli_changes(c, &ch);
	c->dry_run = dry_run;
	if (r)
		return -1;
	r = -1;
	form->rec = xcalloc(t->n, sizeof *form->rec);
	for (size_t i = 0; i < t->n; i++) {
		struct record rec, *own = &form->rec[i];

		if (change_load(ch, c->ent, t->id[i], &rec, &c->err)) {
			if (!c->err.code)
				err_set(&c->err, ERR_NOENT, "no such record");
			goto out;
		}
		if (is_private(c, &rec))
			goto out;
		form_record(&form->text, &rec);
		*own = rec;
		own->value =
		    arena_alloc(&form->arena, (rec.n + 1) * sizeof *own->value);
		for (size_t k = 0; k < rec.n; k++)
			own->value[k] =
			    arena_span(&form->arena, rec.value[k]);
		form->n++;
	}
	r = 0;
out:
	changes_close(ch);
	return r;
}

/* --- the editor ---------------------------------------------------------- */

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
	struct spawn how = { 0 };
	int status = 0, tty, r;

	for (char *w = strtok_r(text, " ", &save); w && n < 16;
	     w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	argv[n++] = (char *)path;
	argv[n] = NULL;
	/* ids may come down a pipe; the person sits at the terminal */
	if (!isatty(STDIN_FILENO) &&
	    (tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) >= 0) {
		how.tty = "/dev/tty";
		close(tty);
	}
	r = spawn_start(&how, argv, &pid);
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

/* --- reading back -------------------------------------------------------- */

/* A line's value with the indented lines below it. */
static void
take_value(struct span text, struct span *rest, size_t *line, struct buf *out)
{
	struct span look = *rest, more;
	size_t blank = 0;

	buf_reset(out);
	buf_addspan(out, span_trim(text));
	while (look.n) {
		more = span_cut(&look, '\n');
		if (span_trim(more).n == 0) {
			blank++; /* part of it if indented ones follow */
			continue;
		}
		if (!span_starts(more, span("    ")))
			break;
		for (size_t i = 0; i < blank; i++)
			buf_addc(out, '\n');
		*line += blank + 1;
		blank = 0;
		buf_addf(out, "\n%.*s", (int)more.n - 4, more.p + 4);
		*rest = look;
	}
}

/* One "field: value" line; what is as it was is left alone. */
static int
take_line(struct call *c, struct changes *ch, const struct record *was,
    struct record *after, struct span name, struct span value)
{
	const struct field *f = entity_field(c->ent, name);

	if (f && in_form(f) &&
	    (span_eq(value, record_at(was, f)) ||
		span_eq(value, span_trim(record_at(was, f)))))
		return 0;
	if (f && in_form(f) && !span_eq(record_at(was, f), record_at(after, f)))
		return err_set(&c->err, ERR_BUSY,
		    "%s has become '%.*s' meanwhile", f->name,
		    SPANF(record_at(after, f)));
	return assign_one(c, ch, after, name, value);
}

/* Applies the lines of one record. rest stands behind its "id:" line. */
static int
read_record(struct call *c, struct changes *ch, const struct record *was,
    struct span *rest, size_t *line)
{
	struct record before, after;
	struct buf value = { 0 };
	size_t first = *line;
	int r = -1;

	if (change_load(ch, c->ent, was->id, &before, &c->err))
		return c->err.code ? -1
				   : err_set(&c->err, ERR_NOENT,
					 "the record is gone meanwhile");
	after = change_copy(ch, &before);
	while (rest->n && !span_starts(*rest, span("id:"))) {
		struct span text = span_cut(rest, '\n'), name;
		size_t at = ++*line;

		if (span_trim(text).n == 0 || text.p[0] == '#')
			continue;
		if (!memchr(text.p, ':', text.n)) {
			err_set(&c->err, ERR_DATA,
			    "line %zu: not of the form 'field: value'", at);
			goto out;
		}
		name = span_cut(&text, ':');
		take_value(text, rest, line, &value);
		if (take_line(c, ch, was, &after, span_trim(name),
			buf_span(&value))) {
			err_prefix(&c->err, "line %zu: ", at);
			goto out;
		}
	}
	r = change_apply(ch, &before, &after,
	    c->force ? CHANGE_FORCE : 0, &c->err);
	if (r)
		err_prefix(&c->err, "line %zu: ", first);
out:
	buf_release(&value);
	return r;
}

static int
read_form(struct call *c, struct changes *ch, const struct form *form)
{
	struct span rest = buf_span(&form->text);
	size_t line = 0;

	while (rest.n) {
		struct span one = span_cut(&rest, '\n');
		const struct record *was = NULL;
		uint64_t id;

		line++;
		if (span_trim(one).n == 0 || one.p[0] == '#')
			continue;
		if (!span_starts(one, span("id:")))
			return err_set(&c->err, ERR_DATA,
			    "line %zu: a record begins with 'id:'", line);
		span_cut(&one, ':');
		id = id_pack(span_trim(one));
		for (size_t i = 0; i < form->n && !was; i++)
			if (form->rec[i].id == id)
				was = &form->rec[i];
		if (!was)
			return err_set(&c->err, ERR_DATA,
			    "line %zu: '%.*s' is not one of the records that "
			    "are edited", line, SPANF(span_trim(one)));
		if (read_record(c, ch, was, &rest, &line))
			return -1;
	}
	return 0;
}

/* --- rounds -------------------------------------------------------------- */

static int
save_form(const struct form *form, struct err *e)
{
	int fd = open(form->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	int bad = fd < 0 || file_write_all(fd, form->text.p, form->text.n);

	if (bad)
		err_errno(e, "%s", form->path);
	if (fd >= 0)
		close(fd);
	return bad ? -1 : 0;
}

/* Editors replace files: what the path now names is read. */
static int
load_form(const struct form *form, struct buf *back, struct err *e)
{
	int fd = open(form->path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_errno(e, "%s", form->path);
	r = file_slurp(fd, form->path, FORM_MAX, back, e);
	close(fd);
	return r;
}

/* Without the errors of earlier rounds, which stand on top. */
static void
drop_errors(struct buf *text)
{
	struct buf b = { 0 };
	struct span s = buf_span(text);

	while (span_starts(s, span("#! ")))
		span_cut(&s, '\n');
	buf_addspan(&b, s);
	buf_release(text);
	*text = b;
}

enum round { FAILED, DONE, GIVEN_UP, STUCK };

/* One round: editor, read back, commit. */
static enum round
edit_round(struct call *c, struct form *form, struct span before)
{
	struct changes *ch = NULL;
	struct buf back = { 0 };
	enum round r = STUCK;

	if (save_form(form, &c->err) || run_editor(c, form->path) ||
	    load_form(form, &back, &c->err))
		goto out;
	drop_errors(&back);
	r = GIVEN_UP;
	if (span_trim(buf_span(&back)).n == 0)
		goto out;
	r = span_eq(buf_span(&back), before) ? STUCK : FAILED;
	buf_release(&form->text);
	form->text = back;
	memset(&back, 0, sizeof back);
	if (cli_changes(c, &ch) || read_form(c, ch, form))
		goto out;
	if (cli_commit(c, ch, "edit") == 0)
		r = DONE;
out:
	changes_close(ch);
	buf_release(&back);
	return r;
}

/* Until it is done, given up, or comes back with the same mistake. */
static enum round
edit_rounds(struct call *c, struct form *form)
{
	struct buf last = { 0 };
	int left = isatty(STDIN_FILENO) ? INT_MAX : ROUNDS_ALONE;
	enum round r;

	for (;;) {
		struct buf again = { 0 };

		r = edit_round(c, form, buf_span(&last));
		if (r == FAILED && --left == 0)
			r = STUCK;
		if (r != FAILED)
			break;
		buf_release(&last);
		buf_addspan(&last, buf_span(&form->text));
		buf_addf(&again, "#! %s\n", c->err.msg);
		buf_addspan(&again, buf_span(&form->text));
		buf_release(&form->text);
		form->text = again;
		err_release(&c->err);
	}
	buf_release(&last);
	return r;
}

static int
open_form(struct form *form, struct err *e)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(form->path, sizeof form->path, "%s/crm-edit-XXXXXX",
	    tmp && *tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	form->fd = mkostemp(form->path, O_CLOEXEC);
	return form->fd < 0 ? err_errno(e, "%s", form->path) : 0;
}

int
verb_edit(struct call *c)
{
	struct targets t = { 0 };
	struct form form = { .fd = -1 };
	enum round how = FAILED;
	int r = -1;

	if (cli_targets(c, c->argc, c->argv, &t))
		goto out;
	if (t.n == 0) {
		r = c->fail_empty;
		goto out;
	}
	if (make_form(c, &t, &form) || open_form(&form, &c->err))
		goto out;
	how = edit_rounds(c, &form);
	r = how == DONE || how == GIVEN_UP ? 0 : -1;
	if (how == GIVEN_UP)
		cli_say(c, "given up; nothing was changed");
	if (how == STUCK && form.text.n)
		err_suffix(
		    &c->err, "; what you wrote is in %s", form.path);
out:
	if (form.fd >= 0) {
		close(form.fd);
		if (how != STUCK)
			unlink(form.path);
	}
	free(form.rec);
	arena_release(&form.arena);
	buf_release(&form.text);
	targets_release(&t);
	return r;
}
