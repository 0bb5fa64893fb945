#include "crm/check/check.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/item.h"
#include "crm/check/check_impl.h"
#include "store/id.h"

/* --- findings ------------------------------------------------------------ */

int
check_say(struct check *c, const char *file, size_t line,
    enum check_level level, struct err *e, const char *fmt, ...)
{
	struct finding f = { .file = file, .line = line, .level = level };
	struct buf text = { 0 };
	va_list ap;
	int r;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	c->errors += level == CHECK_ERROR;
	f.message = text.p;
	r = c->fn(c->ctx, &f, e);
	buf_release(&text);
	return r;
}

/* Takes "file:", a number and ":" off the front of a message. */
static size_t
take_line(const char **msg, const char *file)
{
	size_t n = strlen(file), line = 0;
	char *end;

	if (strncmp(*msg, file, n) != 0 || (*msg)[n] != ':')
		return 0;
	line = strtoul(*msg + n + 1, &end, 10);
	if (end == *msg + n + 1 || *end != ':') {
		*msg += n + 1 + strspn(*msg + n + 1, " ");
		return 0;
	}
	*msg = end + 1;
	*msg += strspn(*msg, " ");
	return line;
}

int
check_pass_on(struct check *c, const char *file, struct err *bad, struct err *e)
{
	const char *msg = bad->msg ? bad->msg : "cannot be read";
	size_t line = take_line(&msg, file);
	int r = check_say(c, file, line, CHECK_ERROR, e,
	    line && *msg >= '0' && *msg <= '9' ? "column %s" : "%s", msg);

	err_release(bad);
	return r;
}

/* --- files --------------------------------------------------------------- */

static void
push_file(struct check *c, const char *path, struct entity *ent,
    char *const *want, size_t nwant)
{
	struct check_file *f;

	GROW(c->file, c->nfiles, c->file_cap);
	f = &c->file[c->nfiles++];
	memset(f, 0, sizeof *f);
	f->path = xstrdup(path);
	f->ent = ent;
	f->wanted = nwant == 0;
	for (size_t i = 0; i < nwant; i++)
		if (path_within(path, want[i]))
			f->wanted = true;
}

/* Where records of a table may not be: no command would find them. */
static int
stray(struct check *c, const char *path, struct err *e)
{
	return check_say(c, path, 0, CHECK_ERROR, e,
	    "no record is looked for here; tables are YYYY/MM.csv, "
	    "YYYY/MM/x.csv and YYYY/MM/xx.csv");
}

static int
list_folder(struct check *c, struct entity *ent, const char *suffix,
    char *const *want, size_t nwant, struct err *e)
{
	struct err bad = { 0 };
	char **path = NULL;
	size_t *size = NULL, n = 0;
	int r = 0;

	if (view_list(c->s->view, ent->path, suffix, &path, &size, &n, &bad))
		return check_pass_on(c, ent->path, &bad, e);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (schema_path(&c->s->schema, path[i]) == ent)
			push_file(c, path[i], ent, want, nwant);
		else if (ent->layout == LAYOUT_MONTHLY)
			r = stray(c, path[i], e);
	}
	view_list_free(path, size, n);
	return r;
}

static int
list_files(struct check *c, char *const *want, size_t nwant, struct err *e)
{
	struct schema *s = &c->s->schema;
	char path[3][PATH_CAP];
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n; i++) {
		struct entity *ent = schema_at(s, i);

		if (ent->layout != LAYOUT_SINGLE) {
			r = list_folder(c, ent,
			    ent->layout == LAYOUT_MONTHLY ? ".csv" : "", want,
			    nwant, e);
			continue;
		}
		entity_paths(ent, 0, path);
		buf_reset(&c->text);
		r = session_read(c->s, path[0], &c->text, e);
		if (r == 0)
			push_file(c, path[0], ent, want, nwant);
		r = r < 0 ? -1 : 0;
	}
	return r;
}

int
check_read(struct check *c, size_t file, const struct span *want, size_t nwant,
    struct err *e)
{
	struct check_file *f = &c->file[file];
	struct err bad = { 0 };

	c->at = file;
	if (session_read(c->s, f->path, &c->text, &bad) == 0 &&
	    entity_text(c->s, f->ent, f->path, &c->text, &bad) == 0 &&
	    scan_file(&c->scan, f->path, buf_span(&c->text), want, nwant,
		SCAN_ROWS, &bad) == 0)
		return 0;
	c->nbad += !f->bad;
	f->bad = true;
	if (!bad.code) /* it has just gone */
		return 1;
	if (!f->wanted) {
		err_release(&bad);
		return 1;
	}
	return check_pass_on(c, f->path, &bad, e) ? -1 : 1;
}

bool
check_unknowable(const struct check *c, uint64_t id)
{
	const struct entity *ent =
	    c->nbad && id ? schema_letter(&c->s->schema, id_letter(id)) : NULL;
	char path[3][PATH_CAP];
	int n = ent ? entity_paths(ent, id, path) : 0;

	for (size_t i = 0; n && i < c->nfiles; i++)
		for (int k = 0; k < n && c->file[i].bad; k++)
			if (strcmp(c->file[i].path, path[k]) == 0)
				return true;
	return false;
}

static size_t
line_at(const char *p, size_t n)
{
	const char *end = p + n;
	size_t line = 1;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		line++;
		p++;
	}
	return line;
}

/* The rows of a calendar file are not its lines. */
size_t
check_line(const struct check *c, size_t row)
{
	if (c->file[c->at].ent->layout == LAYOUT_CALENDAR)
		return 0;
	return line_at(c->text.p, (size_t)c->scan.row_at[row]);
}

/* Another file than the one at hand, with its one column id. */
static bool
read_aside(struct check *c, size_t file, struct buf *text, struct scan *s)
{
	const struct span want = span("id");

	return c->file[file].ent->layout != LAYOUT_CALENDAR &&
	    session_read(c->s, c->file[file].path, text, NULL) == 0 &&
	    scan_file(s, "", buf_span(text), &want, 1, SCAN_ROWS, NULL) == 0;
}

size_t
check_line_of(struct check *c, size_t file, size_t row)
{
	struct buf text = { 0 };
	struct scan s = { 0 };
	size_t line = 0;

	if (file == c->at)
		return check_line(c, row);
	if (read_aside(c, file, &text, &s) && row < s.nrows)
		line = line_at(text.p, (size_t)s.row_at[row]);
	scan_release(&s);
	buf_release(&text);
	return line;
}

void
check_id_of(struct check *c, size_t file, size_t row, struct buf *out)
{
	struct buf text = { 0 };
	struct scan s = { 0 };

	if (read_aside(c, file, &text, &s) && row < s.nrows)
		buf_addspan(out, s.cell[row]);
	scan_release(&s);
	buf_release(&text);
}

/* --- the whole ----------------------------------------------------------- */

static void
check_release(struct check *c)
{
	for (size_t i = 0; i < c->nfiles; i++)
		free(c->file[i].path);
	free(c->file);
	free(c->stage);
	seen_release(&c->ids);
	seen_release(&c->unique);
	buf_release(&c->text);
	scan_release(&c->scan);
	strmap_release(&c->known);
	buf_release(&c->key);
	check_targets_release(c);
	arena_release(&c->arena);
}

static int
check_tables(struct check *c, struct err *e)
{
	for (size_t i = 0; i < c->nfiles; i++)
		if (check_ids(c, i, e))
			return -1;
	c->stage = xcalloc(c->ids.nslots + 1, sizeof *c->stage);
	for (size_t i = 0; i < c->nfiles; i++) {
		size_t before = c->errors;

		if (c->file[i].wanted && !c->file[i].bad &&
		    check_cells(c, i, e))
			return -1;
		c->file[i].wrong = c->errors > before;
	}
	if (check_calendar(c, e))
		return -1;
	c->at = CHECK_NONE;
	return check_stages(c, e) || check_target_overlap(c, e) ||
		check_process(c, e)
	    ? -1
	    : 0;
}

int
store_check(struct session *s, char *const *file, size_t nfiles, check_fn *fn,
    void *ctx, size_t *errors, struct err *e)
{
	struct check c = { .s = s, .fn = fn, .ctx = ctx };
	bool any = nfiles == 0;
	int r = -1;

	if (list_files(&c, file, nfiles, e))
		goto out;
	for (size_t i = 0; i < c.nfiles && !any; i++)
		any = c.file[i].wanted;
	if (!any) {
		err_set(e, ERR_NOENT, "%s: no table of this store", file[0]);
		goto out;
	}
	if (check_tables(&c, e))
		goto out;
	if (nfiles == 0 && (check_documents(&c, e) || check_clone(&c, e) ||
			       check_issued(&c, e) ||
			       check_orders(&c, e) || check_assets(&c, e) ||
			       check_vouchers(&c, e) ||
			       check_numbers(&c, e) ||
			       check_approvals(&c, e)))
		goto out;
	r = 0;
out:
	*errors = c.errors;
	check_release(&c);
	return r;
}
