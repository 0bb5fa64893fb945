/* crm-act mail: messages become activities; crm-lead add --mail: and leads. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/act-mail.h"
#include "cmd/verbs.h"
#include "crm/calendar/index.h"
#include "crm/change/resolve.h"
#include "store/id.h"

static const char *opp, *account, *contact, *lead, *owner, *maildir;
static bool attachments, no_text, lead_new, from_mail;

/* Of very many messages some are held at a time. */
enum { BATCH = 2000, BATCH_BYTES = 64 << 20 };

const struct opt opts_mail[] = {
	{ "opp", 0, OPT_STR, "ID|NAME", "it belongs to this deal", &opp },
	{ "account", 0, OPT_STR, "ID|NAME", "to this account", &account },
	{ "contact", 0, OPT_STR, "ID|NAME", "to this contact", &contact },
	{ "lead", 0, OPT_STR, "ID|NAME", "to this lead", &lead },
	{ "lead-new", 0, OPT_FLAG, NULL,
	    "a sender who is not known becomes a lead", &lead_new },
	{ "owner", 0, OPT_STR, "USER", "in the calendar of this user",
	    &owner },
	{ "attachments", 0, OPT_FLAG, NULL, "keep them as documents",
	    &attachments },
	{ "no-text", 0, OPT_FLAG, NULL, "do not keep the text", &no_text },
	{ "maildir", 0, OPT_STR, "DIR", "all messages of this folder",
	    &maildir },
	{ 0 },
};

const struct opt opts_lead_add[] = {
	{ "mail", 0, OPT_FLAG, NULL, "from a message: -, or a file",
	    &from_mail },
	{ "attachments", 0, OPT_FLAG, NULL,
	    "keep those of the mail as documents", &attachments },
	{ "no-text", 0, OPT_FLAG, NULL, "do not keep its text", &no_text },
	{ 0 },
};

/* An option that names a record, as an id in *out. */
static int
option(struct call *c, const char *entity, const char *text, struct span *out)
{
	static char ids[5][ID_LEN + 1];
	static size_t n;
	uint64_t id;

	if (!text)
		return 0;
	if (resolve_one(&c->s, schema_entity(&c->s.schema, span(entity)),
		span(text), c->ids_only, &id, &c->err))
		return -1;
	id_unpack(id, ids[n]);
	*out = span(ids[n++]);
	return 0;
}

static int
unknown(struct mails *v, const struct mail *m)
{
	struct buf who = { 0 };

	for (size_t i = 0; i < m->naddresses && who.n < 200; i++)
		buf_addf(&who, "%s%.*s", who.n ? ", " : "",
		    SPANF(m->address[i].mail));
	err_set(&v->c->err, ERR_NOENT,
	    who.n ? "%s: nobody is known by these addresses: %s; --account, "
		    "--contact or --opp says where it belongs, --lead-new "
		    "makes a lead"
		  : "%s: it has no address%s; --account, --contact or --opp "
		    "says where it belongs",
	    m->source, who.n ? who.p : "");
	buf_release(&who);
	return -1;
}

/* What is to be told of single messages, and ids that no commit prints. */
static int
tell(struct mails *v)
{
	struct buf ids = { 0 };
	int r;

	for (size_t i = 0; i < v->n; i++) {
		const struct mail_filed *f = &v->out[i];
		struct span has = f->links.lead.n ? f->links.lead
						  : f->links.contact;

		v->nobody += f->state == MAIL_NOBODY;
		if (f->state == MAIL_NOBODY && !maildir) {
			unknown(v, &v->m[i]);
			cli_say(v->c, "%s", v->c->err.msg);
			err_release(&v->c->err);
		}
		if (f->state == MAIL_THERE && !maildir)
			cli_say(v->c, "%s: it is filed already, as %.*s",
			    v->m[i].source, SPANF(f->act));
		if (from_mail && f->state == MAIL_FILED && !f->made_lead)
			cli_say(v->c, "%s: %.*s is known; the mail was filed",
			    v->m[i].source, SPANF(has));
		if (from_mail ? !f->made_lead && has.n
			      : f->state == MAIL_THERE && !maildir)
			buf_addf(&ids, "%.*s\n",
			    SPANF(from_mail ? has : f->act));
	}
	r = ids.n && !v->c->dry_run ? emit_text(buf_span(&ids), &v->c->err)
				    : 0;
	buf_release(&ids);
	return r;
}

/* They are documents by now: what is not remembered is asked for again. */
static void
remember(struct mails *v)
{
	struct call *c = v->c;

	if (c->dry_run ||
	    mail_known_kept(&c->s, v->m, v->out, v->n, &c->err) == 0)
		return;
	cli_say(c, "%s", c->err.msg);
	err_release(&c->err);
}

/* Files what was read, as one commit. */
static int
file_batch(struct mails *v)
{
	struct call *c = v->c;
	bool alone = v->n == 1 && !maildir && !v->bad && !v->all;
	int r = -1;

	if (cli_changes(c, &v->ch))
		return -1;
	v->out = xcalloc(v->n + 1, sizeof *v->out);
	if (mail_file(v->ch, v->m, v->dir, v->n, v->o, v->out, &c->err))
		goto out;
	if (alone && v->out[0].state == MAIL_NOBODY) {
		r = unknown(v, &v->m[0]);
	} else if (cli_commit(c, v->ch, v->verb) == 0) {
		remember(v);
		r = tell(v);
	}
	v->all += v->n;
	v->batches++;
out:
	changes_close(v->ch);
	v->ch = NULL;
	/* what is where has changed */
	if (c->s.calendar)
		cal_forget(c->s.calendar);
	mails_clear(v);
	return r;
}

int
mails_room(struct mails *v)
{
	return v->n == BATCH || v->bytes > BATCH_BYTES ? file_batch(v) : 0;
}

static int
finish(struct mails *v)
{
	struct call *c = v->c;

	if (v->nobody)
		cli_say(c, "%zu of %zu are of nobody who is known", v->nobody,
		    v->all);
	if (v->bad || (v->nobody && !maildir))
		return err_set(&c->err, ERR_REJECTS,
		    "%zu of %zu messages were not filed",
		    v->bad + (maildir ? 0 : v->nobody), v->all + v->bad);
	return 0;
}

static int
file_all(struct mails *v, struct mail_options *o, const char *verb)
{
	int r;

	o->to = rc_get(&v->c->s.rc, "mail.leads");
	o->attachments = attachments;
	o->no_text = no_text;
	v->o = o;
	v->verb = verb;
	v->maildir = maildir;
	r = mails_read(v);
	if (r == 0 && (v->n || !v->batches))
		r = file_batch(v);
	if (r == 0)
		r = finish(v);
	mails_release(v);
	return r;
}

int
verb_mail(struct call *c)
{
	struct mail_options o = { .lead_new = lead_new };
	struct mails v = { .c = c };

	if (option(c, "opp", opp, &o.links.opp) ||
	    option(c, "account", account, &o.links.account) ||
	    option(c, "contact", contact, &o.links.contact) ||
	    option(c, "lead", lead, &o.links.lead) ||
	    option(c, "user", owner, &o.owner))
		return -1;
	return file_all(&v, &o, "mail");
}

/* What was said of the lead comes before what the mail says. */
static int
lead_words(void *ctx, struct record *r, struct err *e)
{
	const struct field *f = entity_field(r->ent, span("owner"));
	struct mails *v = ctx;
	bool said = false;

	for (int i = 0; i < v->nwords; i++)
		said |= strncmp(v->word[i], "owner", 5) == 0;
	if (!said && !record_at(r, f).n)
		record_set(r, f, change_user(v->ch));
	(void)e; /* it is the call's */
	return assign_words(v->c, v->ch, r, v->word, v->nwords);
}

int
verb_lead_add(struct call *c)
{
	struct mails v = { .c = c };
	struct mail_options o = { .lead_new = true, .lead = lead_words,
		.ctx = &v };
	int n = 0;

	if (!from_mail && (attachments || no_text))
		return err_set(&c->err, ERR_USAGE,
		    "--attachments and --no-text go with --mail");
	if (!from_mail)
		return verb_add(c);
	v.word = xcalloc((size_t)c->argc + 1, sizeof *v.word);
	for (int i = 0; i < c->argc; i++) {
		if (strchr(c->argv[i], '='))
			v.word[v.nwords++] = c->argv[i];
		else
			c->argv[n++] = c->argv[i];
	}
	c->argc = n;
	if (assign_known(c, v.word, v.nwords)) {
		mails_release(&v);
		return -1;
	}
	return file_all(&v, &o, "add");
}
