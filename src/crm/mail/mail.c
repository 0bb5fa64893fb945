#include "crm/mail/mail.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/spawn.h"
#include "crm/share.h"
#include "store/csvfile.h"

/* What crm-mime may print, and how long it may take. */
enum { PRINTED_MAX = 192 << 20, MILLISECONDS = 60000 };

enum column { C_WHAT, C_NAME, C_VALUE, C_COLUMNS };

static const char *const roles[MAIL_ROLES] = {
	[MAIL_FROM] = "from",
	[MAIL_REPLY_TO] = "reply-to",
	[MAIL_SENDER] = "sender",
	[MAIL_TO] = "to",
	[MAIL_CC] = "cc",
	[MAIL_BCC] = "bcc",
	[MAIL_DELIVERED] = "delivered-to",
};

struct reading {
	struct mail *m;
	struct span answers; /* In-Reply-To, which is the nearest */
	bool header;
};

/* One line: what breaks one is a blank. */
static struct span
line_of(struct mail *m, struct span v)
{
	char *p = arena_dup(&m->arena, v.p ? v.p : "", v.n);

	for (size_t i = 0; i < v.n; i++)
		if (p[i] == '\n' || p[i] == '\t')
			p[i] = ' ';
	return span_trim(span_n(p, v.n));
}

/* What is no address at all ("undisclosed") is nobody. */
static void
add_address(
    struct mail *m, enum mail_role role, struct span name, struct span mail)
{
	struct mail_address *a;
	char *p;

	if (!mail.n || !memchr(mail.p, '@', mail.n))
		return;
	GROW(m->address, m->naddresses, m->address_cap);
	a = &m->address[m->naddresses++];
	a->role = role;
	a->name = line_of(m, name);
	p = arena_dup(&m->arena, mail.p, mail.n);
	for (size_t i = 0; i < mail.n; i++)
		p[i] = (char)tolower((unsigned char)p[i]);
	a->mail = span_trim(span_n(p, mail.n));
}

static void
add_parent(struct mail *m, struct span id)
{
	for (size_t i = 0; i < m->nparents; i++)
		if (span_eq(m->parent[i], id))
			return;
	if (!id.n)
		return;
	GROW(m->parent, m->nparents, m->parent_cap);
	m->parent[m->nparents++] = id;
}

static void
add_part(struct mail *m, struct span name, struct span file)
{
	GROW(m->part, m->nparts, m->part_cap);
	m->part[m->nparts].name = line_of(m, name);
	m->part[m->nparts++].file = arena_span(&m->arena, file);
}

static void
add_header(struct mail *m, struct span name, struct span v)
{
	if (span_eqs(name, "x-crm-ref"))
		m->ref = line_of(m, v);
	else if (span_eqs(name, "list-id"))
		m->automatic = true;
	else if (span_eqs(name, "auto-submitted"))
		m->automatic |= !span_ieqs(span_trim(v), "no");
	else if (span_eqs(name, "precedence"))
		m->automatic |= span_ieqs(span_trim(v), "bulk") ||
			span_ieqs(span_trim(v), "list") ||
			span_ieqs(span_trim(v), "junk");
}

static void
take_text(struct mail *m, struct span v)
{
	size_t n = v.n > MAIL_TEXT_MAX ? MAIL_TEXT_MAX + 1 : v.n;

	m->text = arena_span(&m->arena, span_n(v.p, n));
	m->text_size = v.n;
}

static int
take_row(void *ctx, const struct span *cell, size_t n, size_t line, size_t at,
    size_t end, struct err *e)
{
	struct reading *r = ctx;
	struct mail *m = r->m;
	struct span what, v;

	(void)at;
	(void)end;
	if (n < C_COLUMNS)
		return err_set(e, ERR_BUG, "crm-mime:%zu: too few columns",
		    line);
	if (!r->header) {
		r->header = true;
		return 0;
	}
	what = cell[C_WHAT];
	v = cell[C_VALUE];
	for (int i = 0; i < MAIL_ROLES; i++)
		if (span_eqs(what, roles[i]))
			add_address(m, (enum mail_role)i, cell[C_NAME], v);
	if (span_eqs(what, "message-id"))
		m->id = line_of(m, v);
	else if (span_eqs(what, "in-reply-to") && !r->answers.n)
		r->answers = line_of(m, v);
	else if (span_eqs(what, "references"))
		add_parent(m, line_of(m, v));
	else if (span_eqs(what, "date"))
		m->date = arena_span(&m->arena, v);
	else if (span_eqs(what, "subject"))
		m->subject = line_of(m, v);
	else if (span_eqs(what, "text"))
		take_text(m, v);
	else if (span_eqs(what, "calendar") && !m->calendar.n)
		m->calendar = arena_span(&m->arena, v);
	else if (span_eqs(what, "header"))
		add_header(m, cell[C_NAME], v);
	else if (span_eqs(what, "attachment"))
		add_part(m, cell[C_NAME], v);
	return 0;
}

/* "crm-mime: message:1: this is ..." as "FILE:1: this is ..." */
static int
refused(const struct spawn_job *j, const char *name, struct err *e)
{
	static const char self[] = "crm-mime: ", file[] = "message:";
	struct span rest = buf_span(j->said), line = span_cut(&rest, '\n');
	enum err_code code = ERR_BUG;

	if (span_starts(line, span(self)))
		line = span_n(line.p + strlen(self), line.n - strlen(self));
	if (span_starts(line, span(file)))
		line = span_n(line.p + strlen(file), line.n - strlen(file));
	if (j->status == ERR_DATA || j->status == ERR_IO ||
	    j->status == ERR_PERM)
		code = (enum err_code)j->status;
	return line.n
	    ? err_set(e, code, "%s:%.*s", name, SPANF(line))
	    : err_set(e, code, "%s: crm-mime ended with status %d", name,
		  j->status);
}

int
mail_read(struct span message, const char *name, const char *dir,
    struct mail *out, struct err *e)
{
	struct csv_options csv = { .sep = ',', .max_cell = PRINTED_MAX };
	struct reading reading = { .m = out };
	struct buf prog = { 0 }, text = { 0 }, said = { 0 };
	struct spawn_job j = { .input = &message, .max = PRINTED_MAX,
		.ms = MILLISECONDS, .out = &text, .said = &said };
	char option[] = "--attachments", *folder = xstrdup(dir ? dir : "");
	int r;

	out->source = xstrdup(name);
	share_helper("crm-mime", &prog);
	r = spawn_collect(&j,
	    (char *[]){ prog.p, dir ? option : NULL, folder, NULL }, e);
	if (r == 0 && j.status)
		r = refused(&j, name, e);
	if (r == 0)
		r = csv_read(buf_span(&text), "crm-mime", &csv, take_row,
		    NULL, &reading, e);
	if (r == 0)
		add_parent(out, reading.answers);
	free(folder);
	buf_release(&prog);
	buf_release(&text);
	buf_release(&said);
	return r;
}

void
mail_release(struct mail *m)
{
	free(m->source);
	free(m->parent);
	free(m->address);
	free(m->part);
	arena_release(&m->arena);
	memset(m, 0, sizeof *m);
}
