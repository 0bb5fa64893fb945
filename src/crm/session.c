#include "crm/session.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "crm/calendar/calendar.h"
#include "crm/config.h"
#include "crm/entities.h"
#include "crm/settings.h"
#include "crm/store_find.h"
#include "crm/trade/price.h"
#include "crm/trade/tax.h"
#include "crm/change/gate.h"
#include "crm/trade/terms.h"
#include "store/scan.h"
#include "store/txn.h"

#define RC_MAX ((size_t)1 << 20)
#define HEADER_MAX ((size_t)1 << 20)

static int
read_team(struct session *s, struct err *e)
{
	struct buf b = { 0 };
	int r = -1;

	rules_note(&s->rules, s->dirfd, "crmrc");
	if (file_read(s->dirfd, "crmrc", RC_MAX, &b, NULL, e) < 0 ||
	    store_check_format(buf_span(&b), e) < 0 ||
	    rc_read(&s->team, "crmrc", buf_span(&b), e) < 0 ||
	    settings_check(&s->team, true, e) < 0 ||
	    rc_read(&s->rc, "crmrc", buf_span(&b), e) < 0)
		goto out;
	r = 0;
out:
	buf_release(&b);
	return r;
}

/*
 * The person's crmrc, over the team's. It may be a link, as people keep such
 * files in a repository of their own; it is not part of the store.
 */
int
session_person_rc(struct rc *rc, struct err *e)
{
	char *path = store_person_rc();
	struct buf b = { 0 };
	int fd = -1, r = -1;

	if (!path || !*path) {
		r = 0;
		goto out;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		r = errno == ENOENT || errno == ENOTDIR
			? 0
			: err_errno(e, "%s", path);
		goto out;
	}
	if (file_slurp(fd, path, RC_MAX, &b, e) < 0 ||
	    rc_read(rc, path, buf_span(&b), e) < 0 ||
	    settings_check(rc, false, e) < 0)
		goto out;
	r = 0;
out:
	if (fd >= 0)
		close(fd);
	buf_release(&b);
	free(path);
	return r;
}

/*
 * getpwuid() last: it loads modules of the C library, which costs more than
 * all the rest of opening a store. Most commands do not ask who I am.
 */
const char *
session_me(struct session *s)
{
	const char *name = rc_get(&s->rc, "user.login");
	const struct passwd *pw;

	if (s->me_login)
		return s->me_login;
	if (!name || !*name)
		name = getenv("LOGNAME");
	if (!name || !*name)
		name = getenv("USER");
	if (!name || !*name) {
		pw = getpwuid(geteuid());
		name = pw ? pw->pw_name : "";
	}
	s->me_login = xstrdup(name);
	return s->me_login;
}

static int
apply_settings(struct session *s, struct err *e)
{
	const struct rc_entry *zone = rc_find(&s->rc, "core.timezone");
	const char *currency = rc_get(&s->rc, "core.currency");
	int64_t month;

	if (clock_zone(zone ? zone->value : NULL, e) < 0)
		return err_prefix(e, "%s:%zu: ", zone->file, zone->line);
	if (rc_int(&s->rc, "core.fiscal-year-start", 1, 12, 1, &month, e) < 0)
		return -1;
	s->dates.now = clock_now();
	s->dates.today = clock_day(s->dates.now, NULL);
	s->dates.fiscal_month = (int)month;
	if (currency)
		memcpy(s->currency, currency, 3); /* settings_check() */
	return 0;
}

/* The commit that as_of names, a date word or a revision. */
static int
find_commit(struct session *s, const char *as_of, struct err *e)
{
	struct date_range range;
	struct err own = { 0 };
	int64_t end;
	int r;

	if (session_repo(s, &s->repo, e) < 0)
		return -1;
	if (date_period(span(as_of), &s->dates, &range, NULL, &own) == 0) {
		if (!range.has_to)
			return err_set(e, ERR_USAGE,
			    "'%s' has no end: as-of takes a day or a revision",
			    as_of);
		end = clock_instant(range.to + 1, 0) - 1;
		return repo_at(s->repo, end, &s->base, e);
	}
	err_release(&own);
	r = repo_resolve(s->repo, as_of, &s->base, &own);
	if (r < 0)
		err_set(e, own.code ? own.code : ERR_NOENT,
		    "'%s' is neither a date nor a revision: %s", as_of,
		    own.msg ? own.msg : "");
	err_release(&own);
	return r;
}

static int
open_view(struct session *s, const char *as_of, struct err *e)
{
	if (!as_of) {
		repo_head_fast(s->root, &s->base);
		s->view = view_work(s->dirfd);
		return 0;
	}
	if (find_commit(s, as_of, e) < 0)
		return -1;
	s->as_of = true;
	s->view = repo_view(s->repo, &s->base, e);
	return s->view ? 0 : -1;
}

static int
open_schema(struct session *s, struct err *e)
{
	struct buf b = { 0 };
	int r;

	entities_builtin(&s->schema);
	r = session_read(s, "config/fields.csv", &b, e);
	if (r >= 0)
		r = entities_config(&s->schema, buf_span(&b), &s->rc, e);
	buf_release(&b);
	return r;
}

/* Finds the store and opens its folder; s is valid for session_close(). */
static int
open_root(struct session *s, const char *dir, struct err *e)
{
	memset(s, 0, sizeof *s);
	s->dirfd = s->read_lock = -1;
	s->root = store_find(dir, e);
	if (!s->root)
		return -1;
	s->dirfd = open(s->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->dirfd < 0 ? err_errno(e, "%s", s->root) : 0;
}

int
session_open(
    struct session *s, const char *dir, const char *as_of, struct err *e)
{
	if (open_root(s, dir, e) < 0)
		goto fail;
	/* What is read from here on is one state. A commit is one anyway. */
	if (!as_of && txn_read_lock(s->root, &s->read_lock, e) < 0)
		goto fail;
	if (read_team(s, e) < 0 || session_person_rc(&s->rc, e) < 0 ||
	    apply_settings(s, e) < 0 || open_view(s, as_of, e) < 0 ||
	    open_schema(s, e) < 0)
		goto fail;
	return 0;
fail:
	session_close(s);
	return -1;
}

int
session_open_write(struct session *s, const char *dir, struct err *e)
{
	if (open_root(s, dir, e) < 0 || read_team(s, e) < 0 ||
	    session_person_rc(&s->rc, e) < 0 || apply_settings(s, e) < 0 ||
	    open_schema(s, e) < 0) {
		session_close(s);
		return -1;
	}
	repo_head_fast(s->root, &s->base);
	return 0;
}

void
session_unlock(struct session *s)
{
	if (s->read_lock >= 0)
		close(s->read_lock);
	s->read_lock = -1;
}

int
session_read(
    struct session *s, const char *path, struct buf *out, struct err *e)
{
	struct err own = { 0 };
	int r;

	if (!s->as_of)
		rules_note(&s->rules, s->dirfd, path);
	if (s->view)
		return view_read(s->view, path, out, e);
	buf_reset(out);
	r = file_read(s->dirfd, path, 0, out, NULL, &own);
	if (r < 0 && own.code == ERR_NOENT)
		r = 1;
	else if (r < 0)
		err_set(e, own.code, "%s", own.msg);
	err_release(&own);
	return r;
}

int
session_repo(struct session *s, struct repo **r, struct err *e)
{
	if (!s->repo && repo_open(&s->repo, s->root, e) < 0) {
		s->repo = NULL;
		return -1;
	}
	*r = s->repo;
	return 0;
}

/* 1 ("enough") for a file of the store; others may differ. */
static int
is_of_store(void *ctx, const char *path, struct err *e)
{
	const struct session *s = ctx;

	(void)e;
	return strcmp(path, "crmrc") == 0 ||
	    schema_path(&s->schema, path) != NULL;
}

int
session_edited(struct session *s, struct err *e)
{
	struct repo *r;

	if (s->as_of || !s->base.hex[0])
		return 0;
	if (session_repo(s, &r, e))
		return -1;
	return repo_edited(r, &s->base, is_of_store, s, e);
}

/*
 * What cannot be read or is set by the user's own hand is left alone, and to
 * crm check.
 */
int
session_set_up(struct session *s, struct err *e)
{
	struct err bad = { 0 };
	struct buf text = { 0 };
	struct rc rc = { 0 };
	int r = 0;

	if (file_read(s->dirfd, ".git/config", RC_MAX, &text, NULL, &bad) ||
	    rc_read(&rc, ".git/config", buf_span(&text), &bad) ||
	    rc_find(&rc, "merge.crm.driver"))
		goto out;
	r = repo_setup(s->root, e);
	if (r == 0)
		buf_adds(&s->notes,
		    "this clone was not set up yet: git now merges its tables "
		    "by record, as crm init would have it\n");
out:
	err_release(&bad);
	rc_release(&rc);
	buf_release(&text);
	return r;
}

/* Length of the first record with its newline; 0 where it is not all there. */
static size_t
header_length(struct span text)
{
	bool quoted = false;

	for (size_t i = 0; i < text.n; i++) {
		quoted ^= text.p[i] == '"';
		if (text.p[i] == '\n' && !quoted)
			return i + 1;
	}
	return 0;
}

/*
 * The beginning of a file, at least the header. In the work tree the rest is
 * left on the disk: a table may have gigabytes.
 */
static int
read_start(struct session *s, const char *path, struct buf *b, struct err *e)
{
	int fd, r = 0;

	if (s->as_of)
		return session_read(s, path, b, e);
	buf_reset(b);
	fd = file_open(s->dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (fd < 0)
		return errno == ENOENT ? 1 : err_errno(e, "%s", path);
	while (b->n < HEADER_MAX && !header_length(buf_span(b))) {
		ssize_t got;

		buf_grow(b, 4096);
		got = read(fd, b->p + b->n, 4096);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			r = err_errno(e, "%s", path);
		if (got <= 0)
			break;
		b->n += (size_t)got;
	}
	close(fd);
	return r;
}

/* Files mostly have the header of the one before: that is known already. */
struct learning {
	struct scan scan;
	struct buf start, known;
};

static int
learn_file(struct session *s, struct entity *ent, const char *path,
    struct learning *l, struct err *e)
{
	int r = read_start(s, path, &l->start, e);
	struct span head;
	size_t n;

	if (r != 0)
		return r < 0 ? -1 : 0;
	n = header_length(buf_span(&l->start));
	head = span_n(l->start.p, n ? n : l->start.n);
	if (n && span_eq(head, buf_span(&l->known)))
		return 0;
	if (scan_file(&l->scan, path, head, NULL, 0, 0, e) < 0)
		return -1;
	if (head.n)
		schema_learn(&s->schema, ent, l->scan.header, l->scan.nheader);
	buf_reset(&l->known);
	buf_addspan(&l->known, head);
	return 0;
}

static void
learning_release(struct learning *l)
{
	scan_release(&l->scan);
	buf_release(&l->start);
	buf_release(&l->known);
}

int
session_learn(struct session *s, struct entity *ent, struct err *e)
{
	struct view *v = s->view ? s->view : view_work(s->dirfd);
	char single[3][PATH_CAP], **path = NULL;
	struct learning l = { 0 };
	size_t *size = NULL, n = 0;
	int r = -1;

	if (ent->layout == LAYOUT_CALENDAR) { /* columns are in no file */
		r = 0;
		goto out;
	}
	if (ent->layout == LAYOUT_SINGLE) {
		entity_paths(ent, 0, single);
		r = learn_file(s, ent, single[0], &l, e);
		goto out;
	}
	if (view_list(v, ent->path, ".csv", &path, &size, &n, e) < 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (schema_path(&s->schema, path[i]) == ent &&
		    learn_file(s, ent, path[i], &l, e) < 0)
			goto out;
	}
	r = 0;
out:
	view_list_free(path, size, n);
	learning_release(&l);
	if (v != s->view)
		view_free(v);
	return r;
}

int
session_learn_of(struct session *s, struct entity *ent, const uint64_t *id,
    size_t n, struct err *e)
{
	struct learning l = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		char path[3][PATH_CAP];
		int files = entity_paths(ent, id[i], path);

		for (int f = 0; r == 0 && f < files; f++)
			r = learn_file(s, ent, path[f], &l, e);
	}
	learning_release(&l);
	return r;
}

void
session_close(struct session *s)
{
	session_unlock(s);
	config_free(s->config);
	calendar_free(s->calendar);
	pricer_free(s->pricer);
	taxes_free(s->taxes);
	term_table_free(s->terms);
	gates_free(s->gates);
	rules_release(&s->rules);
	if (s->view)
		view_free(s->view);
	if (s->repo)
		repo_free(s->repo);
	schema_release(&s->schema);
	rc_release(&s->rc);
	rc_release(&s->team);
	if (s->dirfd >= 0)
		close(s->dirfd);
	buf_release(&s->notes);
	buf_release(&s->elsewhere);
	free(s->me_login);
	free(s->root);
	memset(s, 0, sizeof *s);
	s->dirfd = s->read_lock = -1;
}
