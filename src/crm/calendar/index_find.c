/*
 * Folders there are, and where an item is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/index_impl.h"
#include "store/id.h"
#include "store/view.h"

static const char *const folders[] = { "archive", "events", "notes",
	"tasks" };
#define NFOLDERS (sizeof folders / sizeof *folders)

static int
cmp_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of what is in calendar/, of the work tree. */
static int
people_of(int dirfd, char ***out, size_t *n, struct err *e)
{
	int fd = file_open(
	    dirfd, "calendar", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	struct dirent *de;
	size_t cap = 0;
	DIR *dir;

	if (fd < 0)
		return errno == ENOENT ? 0 : err_errno(e, "calendar");
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return err_errno(e, "calendar");
	}
	while ((de = readdir(dir))) {
		if (de->d_name[0] == '.')
			continue;
		GROW(*out, *n, cap);
		(*out)[(*n)++] = xstrdup(de->d_name);
	}
	closedir(dir);
	if (*n)
		qsort(*out, *n, sizeof **out, cmp_path);
	return 0;
}

/* The folders of a commit: of the paths that it has. */
static int
commit_folders(struct calendar *cal, struct span folder, char ***out,
    size_t *n, struct err *e)
{
	char **path = NULL;
	size_t *size = NULL, npaths = 0, cap = 0;
	int r = view_list(
	    cal->s->view, "calendar", "", &path, &size, &npaths, e);

	for (size_t i = 0; r == 0 && i < npaths; i++) {
		struct cal_path p;
		size_t len;

		if (!calendar_path(span(path[i]), &p) ||
		    (folder.n && !span_eq(folder, p.folder)))
			continue;
		len = (size_t)(p.name.p - path[i]) - 1;
		if (*n && strlen((*out)[*n - 1]) == len &&
		    memcmp((*out)[*n - 1], path[i], len) == 0)
			continue;
		GROW(*out, *n, cap);
		(*out)[(*n)++] = xstrndup(path[i], len);
	}
	view_list_free(path, size, npaths);
	return r;
}

int
cal_collections(struct calendar *cal, struct span folder, char ***out,
    size_t *n, struct err *e)
{
	char **person = NULL;
	size_t npersons = 0, cap = 0;
	struct stat st;
	int r = 0;

	*out = NULL;
	*n = 0;
	if (cal->s->as_of)
		return commit_folders(cal, folder, out, n, e);
	r = people_of(cal->s->dirfd, &person, &npersons, e);
	for (size_t i = 0; i < npersons; i++) {
		for (size_t k = 0; r == 0 && k < NFOLDERS; k++) {
			char *path;

			if (folder.n && !span_eqs(folder, person[i]))
				continue;
			path = xasprintf(
			    "calendar/%s/%s", person[i], folders[k]);
			if (fstatat(cal->s->dirfd, path, &st,
				AT_SYMLINK_NOFOLLOW) < 0 ||
			    !S_ISDIR(st.st_mode)) {
				free(path);
				continue;
			}
			GROW(*out, *n, cap);
			(*out)[(*n)++] = path;
		}
		free(person[i]);
	}
	free(person);
	return r;
}

/* --- where an item is ---------------------------------------------------- */

/*
 * All folders as a writer found them when it first asked: it has the lock. A
 * few ids are sought in the text, more by a table of all.
 */
struct cal_held {
	struct cal_collection *c;
	size_t n, asked;
	struct strmap by_id; /* -> folder << 32 | file; the first */
	struct strmap again; /* the next one that has it */
	bool indexed;
	struct held_copy {
		const char *path;
		size_t next; /* another of the same item; (size_t)-1 */
	} *copy;
	size_t ncopies, copy_cap;
	struct strmap copies; /* -> the last of them in copy */
	bool copies_indexed;
};
enum { ASKED_FEW = 4 };

void
cal_held_free(struct cal_held *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++)
		cal_collection_release(&h->c[i]);
	free(h->c);
	strmap_release(&h->by_id);
	strmap_release(&h->again);
	strmap_release(&h->copies);
	free(h->copy);
	free(h);
}

static int
hold(struct calendar *cal, struct err *e)
{
	struct cal_held *h;
	char **folder;
	size_t n;
	int r;

	if (cal->held)
		return 0;
	h = xcalloc(1, sizeof *h);
	r = cal_collections(cal, span(""), &folder, &n, e);
	h->c = xcalloc(n + 1, sizeof *h->c);
	for (size_t i = 0; i < n; i++) {
		if (r == 0)
			r = cal_read(cal, folder[i], &h->c[h->n], e);
		h->n += r == 0;
		free(folder[i]);
	}
	free(folder);
	if (r)
		cal_held_free(h);
	else
		cal->held = h;
	return r;
}

/* Rows begin with the id. */
static const char *
find_in(const struct cal_collection *c, const char *id)
{
	const char *p = c->rows.p, *hit = p;

	while (hit && (hit = memmem(hit, c->rows.n - (size_t)(hit - p), id,
			   ID_LEN))) {
		if ((hit == p || hit[-1] == '\n') && hit[ID_LEN] == ',')
			break;
		hit++;
	}
	for (size_t i = 0; hit && i < c->nfiles; i++) {
		const struct cal_file *f = &c->file[i];

		if (hit >= f->rows.p && hit < f->rows.p + f->rows.n)
			return f->path;
	}
	return NULL;
}

static void
index_id(struct cal_held *h, struct span id, size_t at)
{
	bool added;

	strmap_add(&h->by_id, id, at, &added);
	if (!added && strmap_get(&h->by_id, id) != at)
		strmap_add(&h->again, id, at, &added);
}

static void
index_ids(struct cal_held *h)
{
	if (h->indexed)
		return;
	h->indexed = true;
	for (size_t i = 0; i < h->n; i++) {
		for (size_t k = 0; k < h->c[i].nfiles; k++) {
			struct span rows = h->c[i].file[k].rows;

			/* a line of a note that looks like a row is no harm:
			 * the file is the same */
			while (rows.n) {
				struct span line = span_cut(&rows, '\n');

				if (line.n > ID_LEN && line.p[ID_LEN] == ',')
					index_id(h, span_n(line.p, ID_LEN),
					    i << 32 | k);
			}
		}
	}
}

int
cal_find(struct calendar *cal, uint64_t id, struct buf *path, struct err *e)
{
	char text[ID_LEN + 1];
	struct cal_held *h;
	const char *found = NULL;
	size_t at;

	if (hold(cal, e))
		return -1;
	h = cal->held;
	id_unpack(id, text);
	if (h->asked++ >= ASKED_FEW)
		index_ids(h);
	if (h->asked <= ASKED_FEW) {
		for (size_t i = 0; i < h->n && !found; i++)
			found = find_in(&h->c[i], text);
	} else {
		at = strmap_get(&h->by_id, span_n(text, ID_LEN));
		if (at != (size_t)-1)
			found = h->c[at >> 32].file[at & 0xffffffff].path;
	}
	if (found)
		buf_adds(path, found);
	return !found;
}

int
record_paths(struct session *s, const struct entity *ent, uint64_t id,
    char *path[3], struct err *e)
{
	char fixed[3][PATH_CAP];
	struct calendar *cal;
	struct buf b = { 0 };
	int n = entity_paths(ent, id, fixed), r;

	for (int i = 0; i < n; i++)
		path[i] = xstrdup(fixed[i]);
	if (ent->layout != LAYOUT_CALENDAR)
		return n;
	if (session_calendar(s, &cal, e) ||
	    (r = cal_find(cal, id, &b, e)) < 0)
		return -1;
	if (r == 0)
		path[n++] = buf_detach(&b);
	buf_release(&b);
	return n;
}

int
cal_other(struct calendar *cal, uint64_t id, const char *path,
    struct buf *other, struct err *e)
{
	char text[ID_LEN + 1];
	struct strmap *map[2];

	if (hold(cal, e))
		return -1;
	index_ids(cal->held);
	id_unpack(id, text);
	map[0] = &cal->held->by_id;
	map[1] = &cal->held->again;
	for (int i = 0; i < 2; i++) {
		size_t at = strmap_get(map[i], span_n(text, ID_LEN));
		const char *p = at == (size_t)-1
		    ? NULL
		    : cal->held->c[at >> 32].file[at & 0xffffffff].path;

		if (p && strcmp(p, path) != 0) {
			buf_adds(other, p);
			return 0;
		}
	}
	return 1;
}

static void
add_copy(struct cal_held *h, struct span id, const char *path)
{
	GROW(h->copy, h->ncopies, h->copy_cap);
	h->copy[h->ncopies].path = path;
	h->copy[h->ncopies].next = strmap_get(&h->copies, id);
	strmap_set(&h->copies, id, h->ncopies++);
}

static void
index_copies(struct cal_held *h)
{
	for (size_t i = 0; i < h->n && !h->copies_indexed; i++) {
		for (size_t k = 0; k < h->c[i].nfiles; k++) {
			struct span rows = h->c[i].file[k].copies;

			while (rows.n) {
				struct span id = span_cut(&rows, '\n');

				if (id.n <= ID_LEN || id.p[ID_LEN] != ',')
					continue;
				id.n = ID_LEN;
				add_copy(h, id, h->c[i].file[k].path);
			}
		}
	}
	h->copies_indexed = true;
}

int
cal_copy(struct calendar *cal, uint64_t id, struct span folder,
    struct buf *path, struct err *e)
{
	char text[ID_LEN + 1];
	struct cal_path where;
	size_t at;

	if (hold(cal, e))
		return -1;
	index_copies(cal->held);
	id_unpack(id, text);
	at = strmap_get(&cal->held->copies, span_n(text, ID_LEN));
	for (; at != (size_t)-1; at = cal->held->copy[at].next) {
		const struct held_copy *c = &cal->held->copy[at];

		if (calendar_path(span(c->path), &where) &&
		    !where.archive && span_eq(where.folder, folder)) {
			buf_adds(path, c->path);
			return 0;
		}
	}
	return 1;
}

int
cal_note_copy(struct calendar *cal, uint64_t id, const char *path,
    struct err *e)
{
	char text[ID_LEN + 1];

	if (hold(cal, e))
		return -1;
	index_copies(cal->held);
	id_unpack(id, text);
	add_copy(cal->held, arena_span(&cal->arena, span(text)),
	    arena_dup(&cal->arena, path, strlen(path)));
	return 0;
}

void
cal_forget(struct calendar *cal)
{
	cal_held_free(cal->held);
	cal->held = NULL;
}

bool
cal_taken(struct calendar *cal, uint64_t id)
{
	struct buf path = { 0 };
	char text[ID_LEN + 1];
	bool taken = false;
	struct stat st;
	int y, m, d;

	date_civil(cal->s->dates.today, &y, &m, &d);
	if (id_year(id) != y || id_month(id) != m) {
		taken = cal_find(cal, id, &path, NULL) == 0;
		buf_release(&path);
		return taken;
	}
	id_unpack(id, text);
	for (size_t i = 0; i < cal->npersons; i++) {
		for (int k = 0; k < ITEM_KINDS && !taken; k++) {
			buf_reset(&path);
			calendar_new_path(&path, cal->person[i].folder,
			    (enum item_kind)k, id, span(text));
			taken = fstatat(cal->s->dirfd, path.p, &st,
				    AT_SYMLINK_NOFOLLOW) == 0;
		}
	}
	buf_release(&path);
	return taken;
}

void
index_replace(const char *root, const char *path, struct span data)
{
	struct buf to = { 0 }, tmp = { 0 };
	int fd, dir;
	bool ok;

	dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return;
	buf_addf(&to, "%s/%s", root, path);
	buf_addf(&tmp, "%s.%ld", to.p, (long)getpid());
	file_mkdirs(dir, path, NULL);
	close(dir);
	fd = open(tmp.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	ok = fd >= 0 && file_write_all(fd, data.p, data.n) == 0;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	if (fd >= 0 && (!ok || rename(tmp.p, to.p) < 0))
		unlink(tmp.p);
	buf_release(&to);
	buf_release(&tmp);
}
