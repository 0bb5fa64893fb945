/*
 * The file as records: bytes, charset, separator, and the words that stand for
 * an empty cell.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/import/import_impl.h"
#include "store/csvfile.h"

/* What an import may have at most; it is held in memory. */
#define MAX_FILE ((size_t)4 << 30)

static const char *
name_of(const struct import *im)
{
	return strcmp(im->o->file, "-") ? im->o->file : "stdin";
}

/* What people have at hand and take for a table. */
static const char *
is_spreadsheet(struct span s)
{
	if (span_starts(s, span_n("PK\3\4", 4)))
		return "an .xlsx or .ods file, or another zip archive";
	if (span_starts(s, span_n("\xd0\xcf\x11\xe0", 4)))
		return "an .xls file";
	return NULL;
}

int
import_open(struct import *im, struct err *e)
{
	const struct import_options *o = im->o;
	const char *what;
	int r;

	if (!strcmp(o->file, "-"))
		r = file_slurp(STDIN_FILENO, "stdin", MAX_FILE, &im->file, e);
	else
		r = file_load(o->file, MAX_FILE, &im->file, e);
	if (r)
		return -1;
	what = is_spreadsheet(buf_span(&im->file));
	if (what)
		return err_set(e, ERR_DATA,
		    "%s: is %s; save it as CSV (in Excel: CSV UTF-8), and "
		    "import that",
		    name_of(im), what);
	if (charset_decode(
		&im->text, name_of(im), buf_span(&im->file), o->charset, e))
		return -1;
	im->sep = o->delim ? o->delim : im->text.sep;
	if (!im->sep)
		im->sep = csv_sniff(im->text.text);
	/* One column has no separator. */
	if (!im->sep && im->text.text.n == 0)
		return err_set(e, ERR_DATA, "%s: is empty", name_of(im));
	if (!im->sep)
		return err_set(e, ERR_USAGE,
		    "%s: two separators fit equally well; say which with "
		    "--delim ',' or ';' or tab or '|'",
		    name_of(im));
	return 0;
}

/*
 * Personal data: nobody else reads it. Nothing is written over: errno is
 * EEXIST where path is there.
 */
int
import_save_file(const char *path, struct span data, struct err *e)
{
	const int flags = O_WRONLY | O_CLOEXEC;
	const char *slash = strrchr(path, '/');
	char *dir =
	    slash ? xstrndup(path, (size_t)(slash + 1 - path)) : xstrdup(".");
	char *tmp = NULL, *from;
	int fd = open(dir, flags | O_TMPFILE, 0600), bad, saved;

	/* Some file systems have no files without a name. */
	if (fd < 0) {
		tmp = xasprintf("%s.tmp", path);
		(void)unlink(tmp);
		fd = open(tmp, flags | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	}
	from = tmp ? xstrdup(tmp) : xasprintf("/proc/self/fd/%d", fd);
	bad = fd < 0 || file_write_all(fd, data.p, data.n) || fsync(fd) ||
	      linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
	saved = errno;
	if (bad)
		err_errno(e, "%s", path);
	if (tmp)
		(void)unlink(tmp);
	if (fd >= 0)
		close(fd);
	free(from);
	free(tmp);
	free(dir);
	errno = saved;
	return bad ? -1 : 0;
}

/* --- the header ---------------------------------------------------------- */

struct header {
	struct import *im;
	struct span *cell;
	size_t n;
};

static int
take_header(void *ctx, const struct span *cell, size_t n, size_t line,
    size_t at, size_t end, struct err *e)
{
	struct header *h = ctx;

	(void)line, (void)at, (void)end, (void)e;
	h->cell = arena_alloc(&h->im->arena, (n + 1) * sizeof *h->cell);
	for (size_t i = 0; i < n; i++)
		h->cell[i] = arena_span(&h->im->arena, cell[i]);
	h->n = n;
	return 1;
}

/* --header "a,b,,c" */
static void
given_header(struct import *im, struct header *h)
{
	struct span rest = span(im->o->header);
	size_t cap = 1;

	for (size_t i = 0; i < rest.n; i++)
		cap += rest.p[i] == ',';
	h->cell = arena_alloc(&im->arena, cap * sizeof *h->cell);
	for (h->n = 0; h->n < cap; h->n++)
		h->cell[h->n] = span_trim(span_cut(&rest, ','));
}

int
import_header(struct import *im, struct span **cell, size_t *n, struct err *e)
{
	struct header h = { .im = im }, given = { .im = im };
	struct csv_options o = { .sep = im->sep,
		.lazy_quotes = im->o->lazy_quotes };

	if (csv_read(im->text.text, name_of(im), &o, take_header, NULL, &h, e) <
	    0)
		return -1;
	if (h.n == 0)
		return err_set(e, ERR_DATA, "%s: has no rows", name_of(im));
	if (im->o->header) {
		given_header(im, &given);
		/* Rejects of such a file have the header. */
		im->headless = given.n > h.n;
		for (size_t i = 0; i < given.n && !im->headless; i++)
			im->headless = !span_eq(h.cell[i], given.cell[i]);
		if (im->headless && given.n != h.n)
			return err_set(e, ERR_USAGE,
			    "%s: --header names %zu %s, the file has %zu",
			    name_of(im), given.n,
			    plural(given.n, "column", "columns"), h.n);
		if (im->headless)
			h = given;
	}
	*cell = h.cell;
	*n = h.n;
	return 0;
}

/* --- records ------------------------------------------------------------- */

/*
 * What programs write where they have nothing. In text only what is never
 * meant: a place may be called None.
 */
static bool
means_nothing(struct span s, bool text)
{
	static const char *const always[] = { "NULL", "\\N", "#N/A", "N/A",
		"<null>" };
	static const char *const words[] = { "null", "n/a", "na", "none", "nil",
		"nan", "-", "--", "?", "undefined" };

	for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
		if (span_eqs(s, always[i]))
			return true;
	}
	for (size_t i = 0; !text && i < sizeof words / sizeof *words; i++) {
		if (span_ieqs(s, words[i]))
			return true;
	}
	return false;
}

static bool
is_text(const struct import_column *c)
{
	return !c->field || c->field->type == F_TEXT ||
	       c->field->type == F_NOTE || c->field->type == F_TAGS ||
	       c->field->type == F_CHOICE || c->field->type == F_CHOICES ||
	       c->field->type == F_REF;
}

/* How those words begin; every cell is asked. */
static bool
may_mean_nothing(char c)
{
	switch (c) {
	case 'N':
	case 'n':
	case 'U':
	case 'u':
	case '\\':
	case '#':
	case '<':
	case '-':
	case '?':
		return true;
	default:
		return false;
	}
}

/* Most cells: they begin and end with what is printed, in ASCII. */
static bool
is_trim(struct span s)
{
	return (signed char)s.p[0] > ' ' && (signed char)s.p[s.n - 1] > ' ';
}

/* White space of Unicode, too, is no part of a value. */
static struct span
trim(struct span s)
{
	static const char nbsp[] = "\xc2\xa0";

	for (;;) {
		s = span_trim(s);
		if (s.n >= 2 && !memcmp(s.p, nbsp, 2))
			s = span_n(s.p + 2, s.n - 2);
		else if (s.n >= 2 && !memcmp(s.p + s.n - 2, nbsp, 2))
			s.n -= 2;
		else
			return s;
	}
}

static const struct span nothing = { "", 0 };

struct span
import_cell(
    const struct import *im, const struct span *cell, size_t n, size_t i)
{
	const struct import_column *c = &im->col[i];
	struct span s;

	if (i >= n || cell[i].n == 0)
		return nothing;
	s = is_trim(cell[i]) ? cell[i] : trim(cell[i]);
	if (c->nmapped) {
		size_t k = strmap_get(&c->mapped_from, s);

		if (k != (size_t)-1)
			return c->mapped[k];
	}
	if (s.n > 9 || s.n == 0 || !may_mean_nothing(s.p[0]) ||
	    !means_nothing(s, is_text(c)))
		return s;
	return nothing;
}
