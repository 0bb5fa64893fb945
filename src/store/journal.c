#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/git/plumb.h"

static const char magic[] = "crm-txn 1";

static const char *
name_or_dash(const char *s)
{
	return s[0] ? s : "-";
}

int
journal_make(struct place *p, const struct journal *j, struct err *e)
{
	struct buf b = { 0 };
	size_t i;
	int rc;

	buf_addf(&b, "%s\nref %s\ncommit %s %s\n", magic, j->ref,
	    name_or_dash(j->old.hex), j->id.hex);
	for (i = 0; i < 3; i++)
		buf_addf(&b, "lock %llu\n", (unsigned long long)j->lock[i].ino);
	buf_addf(&b, "who %s\nwhat %s\n", j->who, j->what);
	for (i = 0; i < j->n; i++) {
		const struct jfile *f = &j->file[i];

		buf_addf(&b, "file %o %s %s %s %s %s\n", f->mode,
		    name_or_dash(f->work.hex), name_or_dash(f->index.hex),
		    name_or_dash(f->id.hex), name_or_dash(f->tmp), f->path);
	}
	buf_adds(&b, "end\n");
	rc = place_tmp(p, "journal", buf_span(&b), 0666, NULL, e);
	buf_release(&b);
	return rc;
}

int
journal_put(struct place *p, struct err *e)
{
	if (renameat(p->tmpfd, "journal", p->crmfd, "txn"))
		return err_errno(e, ".git/crm/txn");
	return place_sync_dir(p, p->crmfd, "", e);
}

static bool
take_oid(struct span *s, struct oid *out)
{
	struct span w = span_cut(s, ' ');

	memset(out, 0, sizeof *out);
	if (span_eqs(w, "-"))
		return true;
	if (w.n != OID_HEX)
		return false;
	memcpy(out->hex, w.p, OID_HEX);
	return true;
}

static bool
take_file(struct journal *j, struct span s)
{
	struct span mode = span_cut(&s, ' '), tmp;
	struct jfile *f;

	GROW(j->file, j->n, j->cap);
	f = &j->file[j->n];
	memset(f, 0, sizeof *f);
	f->mode = span_eqs(mode, "100755") ? MODE_EXEC : MODE_FILE;
	if (!take_oid(&s, &f->work) || !take_oid(&s, &f->index) ||
	    !take_oid(&s, &f->id))
		return false;
	tmp = span_cut(&s, ' ');
	if (tmp.n >= sizeof f->tmp || memchr(tmp.p, '/', tmp.n))
		return false;
	if (!span_eqs(tmp, "-"))
		memcpy(f->tmp, tmp.p, tmp.n);
	f->path = span_dup(s);
	j->n++;
	return path_is_safe(f->path);
}

static bool
take_line(struct journal *j, struct span s, size_t *locks)
{
	struct span word = span_cut(&s, ' ');
	int64_t ino;

	if (span_eqs(word, "file"))
		return take_file(j, s);
	if (span_eqs(word, "commit"))
		return take_oid(&s, &j->old) && take_oid(&s, &j->id);
	if (span_eqs(word, "lock")) {
		if (*locks >= 3 || !span_int(s, &ino))
			return false;
		j->lock[(*locks)++].ino = (ino_t)ino;
		return true;
	}
	if (span_eqs(word, "ref") && !j->ref)
		j->ref = span_dup(s);
	else if (span_eqs(word, "who") && !j->who)
		j->who = span_dup(s);
	else if (span_eqs(word, "what") && !j->what)
		j->what = span_dup(s);
	else
		return false;
	return true;
}

static bool
parse(struct journal *j, struct span s)
{
	size_t locks = 0;
	struct span line;

	if (!span_eqs(span_cut(&s, '\n'), magic))
		return false;
	for (;;) {
		if (!s.n)
			return false;
		line = span_cut(&s, '\n');
		if (span_eqs(line, "end"))
			break;
		if (!take_line(j, line, &locks))
			return false;
	}
	if (!j->ref || !j->who || !j->what || locks != 3 || !j->id.hex[0] ||
	    !path_is_safe(j->ref))
		return false;
	j->lock[JL_INDEX].path = xstrdup("index.lock");
	j->lock[JL_INDEX].tmp = "ixlock";
	j->lock[JL_HEAD].path = xstrdup("HEAD.lock");
	j->lock[JL_HEAD].tmp = "hdlock";
	j->lock[JL_REF].path = xasprintf("%s.lock", j->ref);
	j->lock[JL_REF].tmp = "reflock";
	return true;
}

int
journal_read(struct place *p, struct journal *j, struct err *e)
{
	struct buf b = { 0 };
	int rc = 0, fd;

	memset(j, 0, sizeof *j);
	fd = openat(p->crmfd, "txn", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0)
		return err_errno(e, ".git/crm/txn");
	rc = file_slurp(fd, ".git/crm/txn", 0, &b, e);
	close(fd);
	/* It is complete before it has its name; a damaged one can only come
	 * from a power cut with CRM_FSYNC=0, which promises nothing. */
	if (!rc && !parse(j, buf_span(&b))) {
		journal_release(j);
		rc = journal_drop(p, e) ? -1 : 1;
	}
	buf_release(&b);
	return rc;
}

bool
journal_there(struct place *p)
{
	return faccessat(p->crmfd, "txn", F_OK, 0) == 0;
}

int
journal_drop(struct place *p, struct err *e)
{
	if (unlinkat(p->crmfd, "txn", 0) && errno != ENOENT)
		return err_errno(e, ".git/crm/txn");
	/* Not synced: one that is back after a power cut is finished again, and
	 * finds that there is nothing to do. */
	return 0;
}

void
journal_unname(struct journal *j)
{
	free(j->ref);
	free(j->who);
	free(j->what);
	j->ref = j->who = j->what = NULL;
}

void
journal_release(struct journal *j)
{
	size_t i;

	for (i = 0; i < j->n; i++)
		free(j->file[i].path);
	for (i = 0; i < 3; i++)
		gitlock_release(&j->lock[i]);
	free(j->file);
	journal_unname(j);
	memset(j, 0, sizeof *j);
}
