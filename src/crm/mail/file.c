#include "crm/mail/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "crm/change/value.h"
#include "crm/documents.h"
#include "store/id.h"
#include "store/unicode.h"

/* Bytes of a subject that are kept; who took part. */
enum { SUBJECT_MAX = 1000, WITH_MAX = 100 };

struct filing {
	struct changes *c;
	struct match *match;
	const struct mail_options *o;
	struct docs_put docs;
	const struct mail *m; /* the one at hand */
	const char *dir;      /* its attachments */
	struct mail_filed *out;
	bool incoming;
};

static struct entity *
entity(struct filing *f, const char *name)
{
	return schema_entity(&f->c->s->schema, span(name));
}

/* --- what it belongs to -------------------------------------------------- */

static void
fill(struct span *out, struct span v)
{
	if (!out->n)
		*out = v;
}

static void
fill_links(struct mail_links *out, const struct mail_links *from)
{
	fill(&out->account, from->account);
	fill(&out->contact, from->contact);
	fill(&out->lead, from->lead);
	fill(&out->opp, from->opp);
}

static bool
any_link(const struct mail_links *l)
{
	return l->account.n || l->contact.n || l->lead.n || l->opp.n;
}

/* A word that is the id of a record that there is. */
static int
take_ref(struct filing *f, struct span word, struct mail_links *out,
    struct err *e)
{
	uint64_t id = id_pack(word);
	char letter = id ? id_letter(id) : 0;
	struct span *to = letter == 'O'	  ? &out->opp
			  : letter == 'A' ? &out->account
			  : letter == 'C' ? &out->contact
			  : letter == 'L' ? &out->lead
					  : NULL;
	struct record r;
	int absent;

	if (!to || to->n)
		return 0;
	absent = change_load(
	    f->c, schema_letter(&f->c->s->schema, letter), id, &r, e);
	if (absent == 0)
		*to = id_text(&f->c->arena, id);
	return absent < 0 ? -1 : 0;
}

/* X-CRM-Ref: O2611-7f3k9q2d; and [O2611-7f3k9q2d] in the subject. */
static int
take_refs(struct filing *f, struct mail_links *out, struct err *e)
{
	struct span ref = f->m->ref, s = f->m->subject;
	size_t n;

	while (ref.n) {
		for (n = 0; n < ref.n && !strchr(" ,;", ref.p[n]);)
			n++;
		if (take_ref(f, span_n(ref.p, n), out, e))
			return -1;
		n += n < ref.n;
		ref = span_n(ref.p + n, ref.n - n);
	}
	while (s.n) {
		span_cut(&s, '[');
		for (n = 0; n < s.n && s.p[n] != ']';)
			n++;
		if (n == ID_LEN && take_ref(f, span_n(s.p, n), out, e))
			return -1;
	}
	return 0;
}

/* The nearest mail that it answers and that is known; its thread. */
static struct span
take_thread(struct filing *f, struct mail_links *out)
{
	const struct mail *m = f->m;

	for (size_t i = m->nparents; i > 0; i--) {
		const struct match_seen *s =
		    match_seen(f->match, m->parent[i - 1]);

		if (!s || (!s->act.n && !s->thread.n))
			continue;
		fill_links(out, &s->links);
		return s->thread.n ? s->thread : m->parent[i - 1];
	}
	return m->nparents ? m->parent[0] : m->id;
}

static const struct match_person *
person(struct filing *f, const struct mail_address *a)
{
	return match_person(f->match, a->mail);
}

/* The people of one role, or of all: the first contact, account, lead. */
static void
take_people(struct filing *f, struct mail_links *out)
{
	struct mail_links found = { 0 };
	struct span employer = { 0 };

	for (int role = 0; role < MAIL_DELIVERED; role++)
		for (size_t i = 0; i < f->m->naddresses; i++) {
			const struct mail_address *a = &f->m->address[i];
			const struct match_person *p = person(f, a);

			/* who wrote it is one of us: no customer of ours */
			if ((int)a->role != role || !p || p->user.n)
				continue;
			if (!found.contact.n && p->contact.n) {
				found.contact = p->contact;
				employer = p->employer;
			}
			fill(&found.lead, p->lead);
			fill(&found.account, p->account);
		}
	/* another company's person is not who was meant */
	if (out->account.n && found.contact.n && employer.n &&
	    !span_eq(employer, out->account))
		found.contact = span("");
	else if (found.contact.n && employer.n)
		found.account = employer;
	if (out->lead.n || out->opp.n)
		found.account = out->account;
	if (found.contact.n || out->contact.n || out->opp.n || out->account.n)
		found.lead = span("");
	fill_links(out, &found);
}

/* --- leads --------------------------------------------------------------- */

static const struct mail_address *
sender(const struct filing *f)
{
	for (size_t i = 0; i < f->m->naddresses; i++)
		if (f->m->address[i].role == MAIL_FROM)
			return &f->m->address[i];
	return NULL;
}

/* Was it sent to an address of the team that makes leads? */
static bool
asks_for_lead(const struct filing *f)
{
	struct span rest = span(f->o->to);

	while (rest.n) {
		struct span to = span_trim(span_cut(&rest, ','));

		for (size_t i = 0; to.n && i < f->m->naddresses; i++) {
			const struct mail_address *a = &f->m->address[i];

			if (a->role >= MAIL_TO && span_ieq(a->mail, to))
				return true;
		}
	}
	return false;
}

static void
set(struct record *r, const char *field, struct span v)
{
	const struct field *f = entity_field(r->ent, span(field));

	if (f && v.n)
		record_set(r, f, v);
}

/* Bytes of s that fit, never inside a character. */
static struct span
cut(struct span s, size_t max)
{
	if (s.n > max)
		for (s.n = max; s.n && (s.p[s.n] & 0xc0) == 0x80;)
			s.n--;
	return s;
}

static struct span
text_of(struct filing *f)
{
	struct span s = cut(f->m->text, MAIL_TEXT_MAX);
	struct buf b = { 0 };
	struct span out;

	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == ' '))
		s.n--;
	uni_nfc(&b, s);
	if (f->m->text_size > MAIL_TEXT_MAX)
		buf_addf(&b, "\n[%zu more bytes]", f->m->text_size - s.n);
	out = arena_span(&f->c->arena, buf_span(&b));
	buf_release(&b);
	return out;
}

/* The owner among those to whom it came, or who sent it. */
static struct span
user_of(struct filing *f)
{
	if (f->o->owner.n)
		return f->o->owner;
	for (size_t i = 0; i < f->m->naddresses; i++) {
		const struct mail_address *a = &f->m->address[i];
		const struct match_person *p = person(f, a);

		if (p && p->user.n && p->active &&
		    (f->incoming ? a->role >= MAIL_TO : a->role == MAIL_FROM))
			return p->user;
	}
	return span("");
}

static int
make_lead(struct filing *f, const struct mail_address *from, struct err *e)
{
	struct entity *ent = entity(f, "lead");
	const struct field *source = entity_field(ent, span("source"));
	struct record empty = { .ent = ent }, r = change_copy(f->c, &empty);
	struct match_person *p = match_person(f->match, from->mail);
	struct span local = from->mail;

	set(&r, "name", cut(from->name.n ? from->name : span_cut(&local, '@'),
			    SUBJECT_MAX));
	set(&r, "email", from->mail);
	set(&r, "channel", span("email"));
	set(&r, "owner", user_of(f));
	if (!f->o->no_text)
		set(&r, "note", text_of(f));
	/* a team's own list of sources may have no such row */
	if (value_check(f->c->s, source, span("email"), span(""), span(""),
		NULL) == 0)
		set(&r, "source", span("email"));
	if ((f->o->lead && f->o->lead(f->o->ctx, &r, e)) ||
	    change_apply(f->c, NULL, &r, 0, e))
		return -1;
	f->out->links.lead = id_text(&f->c->arena, r.id);
	if (p)
		p->lead = f->out->links.lead;
	f->out->made_lead = true;
	return 0;
}

static int
lead_if_new(struct filing *f, struct err *e)
{
	const struct mail_address *from = sender(f);
	const struct match_person *p = from ? person(f, from) : NULL;
	const struct mail_links *l = &f->out->links;
	bool known = p && (p->user.n || p->contact.n || p->lead.n ||
			      p->account.n);

	if (!from || known || l->opp.n || l->contact.n || l->lead.n)
		return 0;
	/* what answers by itself, or goes to lists, is no enquiry */
	if (!f->o->lead_new && (f->m->automatic || !asks_for_lead(f)))
		return 0;
	return make_lead(f, from, e);
}

/* --- the activity -------------------------------------------------------- */

static int
by_text(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* Addresses as the field "with" holds them. */
static struct span
with(struct filing *f)
{
	struct span mail[WITH_MAX], out;
	struct buf b = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < f->m->naddresses && n < WITH_MAX; i++) {
		struct span a = f->m->address[i].mail;
		bool plain = f->m->address[i].role < MAIL_DELIVERED;

		for (size_t k = 0; plain && k < a.n; k++)
			plain = (unsigned char)a.p[k] > ' ' &&
				a.p[k] != 0x7f && !strchr(";,\"", a.p[k]);
		if (plain)
			mail[n++] = a;
	}
	qsort(mail, n, sizeof *mail, by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !span_eq(mail[i], mail[i - 1]))
			buf_addf(&b, "%s%.*s", b.n ? ";" : "",
			    SPANF(mail[i]));
	out = arena_span(&f->c->arena, buf_span(&b));
	buf_release(&b);
	return out;
}

static struct span
subject(struct filing *f)
{
	struct span s = cut(f->m->subject, SUBJECT_MAX), out;
	struct buf b = { 0 };

	uni_nfc(&b, s.n ? s : span("(no subject)"));
	out = arena_span(&f->c->arena, span_trim(buf_span(&b)));
	buf_release(&b);
	return out;
}

static int
make_act(struct filing *f, struct span thread, struct err *e)
{
	struct record empty = { .ent = entity(f, "act") };
	struct record r = change_copy(f->c, &empty);
	struct mail_links *l = &f->out->links;
	struct match_seen *seen = match_seen(f->match, f->m->id);

	set(&r, "type", span("mail"));
	set(&r, "subject", subject(f));
	set(&r, "start", f->m->date);
	set(&r, "owner", user_of(f));
	set(&r, "account", l->account);
	set(&r, "contact", l->contact);
	set(&r, "lead", l->lead);
	set(&r, "opp", l->opp);
	set(&r, "with", with(f));
	set(&r, "channel", span("mail"));
	set(&r, "direction", span(f->incoming ? "in" : "out"));
	set(&r, "thread", thread);
	set(&r, "message", f->m->id);
	if (!f->o->no_text)
		set(&r, "note", text_of(f));
	/* all Message-IDs were looked at already, under the lock */
	if (change_apply(f->c, NULL, &r, CHANGE_UNIQUE, e))
		return -1;
	f->out->act = id_text(&f->c->arena, r.id);
	/* of the record that was made: the deal fills in its account */
	l->account = record_get(&r, "account");
	l->contact = record_get(&r, "contact");
	if (seen)
		*seen = (struct match_seen){ f->out->act, thread, *l };
	return 0;
}

/* Its attachments, as documents of what it is most about. */
static int
keep_parts(struct filing *f, struct err *e)
{
	const struct mail_links *l = &f->out->links;
	struct span of = l->opp.n	? l->opp
			 : l->account.n ? l->account
			 : l->contact.n ? l->contact
					: l->lead;

	for (size_t i = 0; f->dir && i < f->m->nparts; i++) {
		struct buf data = { 0 };
		char *file = span_dup(f->m->part[i].file);
		struct span name;
		enum doc_done done;
		int fd = *file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
		int r = fd < 0 ? err_errno(e, "%s: attachment %zu",
				     f->m->source, i + 1)
			       : file_slurp(fd, file, MAIL_MAX, &data, e);

		if (r == 0)
			r = doc_put(&f->docs, id_pack(of), f->m->part[i].name,
			    &data, false, &name, &done, e);
		if (fd >= 0)
			close(fd);
		free(file);
		buf_release(&data);
		if (r)
			return -1;
	}
	f->out->kept = f->dir != NULL;
	return 0;
}

static int
file_one(struct filing *f, struct err *e)
{
	const struct match_seen *seen = match_seen(f->match, f->m->id);
	const struct mail_address *from = sender(f);
	const struct match_person *p = from ? person(f, from) : NULL;
	struct mail_links *l = &f->out->links;
	struct span thread;

	f->incoming = !f->o->sent && (!p || !p->user.n);
	*l = f->o->links;
	if (seen && seen->act.n) {
		f->out->state = MAIL_THERE;
		f->out->act = seen->act;
		*l = seen->links;
		/* what is a document already stays one */
		return any_link(l) ? keep_parts(f, e) : 0;
	}
	if (take_refs(f, l, e))
		return -1;
	thread = take_thread(f, l);
	take_people(f, l);
	if (lead_if_new(f, e))
		return -1;
	if (!any_link(l)) {
		f->out->state = MAIL_NOBODY;
		return 0;
	}
	if (!l->opp.n && !l->lead.n &&
	    match_deal(f->match, l->contact, l->account, &l->opp, e))
		return -1;
	return make_act(f, thread, e) || keep_parts(f, e) ? -1 : 0;
}

/* --- all of them --------------------------------------------------------- */

static int
by_date(const void *a, const void *b)
{
	const struct mail *x = *(const struct mail *const *)a;
	const struct mail *y = *(const struct mail *const *)b;
	int d = span_cmp(x->date, y->date);

	return d ? d : (x > y) - (x < y);
}

int
mail_file(struct changes *c, const struct mail *m, char *const *dir, size_t n,
    const struct mail_options *o, struct mail_filed *out, struct err *e)
{
	const struct mail **order = xcalloc(n + 1, sizeof *order);
	struct filing f = { .c = c, .o = o, .docs = { .c = c } };
	int r = match_new(&f.match, c, m, n, e);

	for (size_t i = 0; i < n; i++)
		order[i] = &m[i];
	qsort(order, n, sizeof *order, by_date);
	for (size_t i = 0; r == 0 && i < n; i++) {
		f.m = order[i];
		f.out = &out[f.m - m];
		f.dir = o->attachments && dir ? dir[f.m - m] : NULL;
		*f.out = (struct mail_filed){ 0 };
		r = file_one(&f, e);
		if (r)
			err_prefix(e, "%s: ", f.m->source);
	}
	docs_put_release(&f.docs);
	match_free(f.match);
	free(order);
	return r;
}
