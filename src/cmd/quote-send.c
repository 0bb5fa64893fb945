/*
 * crm-quote send, crm-order send: the document goes out as a mail, which is
 * filed. Nobody waits for the store while it is sent: what is kept of it is
 * tried before, as in a dry run, and written after.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/letter.h"
#include "cmd/verbs.h"
#include "crm/calendar/index.h"
#include "crm/change/resolve.h"
#include "crm/mail/deliver.h"
#include "crm/mail/file.h"
#include "store/id.h"

static struct letter_options asked;
static const char *maildir;
static bool draft, to_stdout;

const struct opt opts_quote_send[] = {
	{ "to", 0, OPT_LIST, "ADDRESS",
	    "to whom, instead of the contact; also more than once", &asked.to },
	{ "cc", 0, OPT_LIST, "ADDRESS", "who gets a copy", &asked.cc },
	{ "bcc", 0, OPT_LIST, "ADDRESS", "who gets one that nobody is told of",
	    &asked.bcc },
	{ "subject", 0, OPT_STR, "TEXT", "instead of that of the template",
	    &asked.subject },
	{ "body", 0, OPT_STR, "FILE|-", "the text of the mail", &asked.body },
	{ "message", 'm', OPT_STR, "TEXT", "the text itself",
	    &asked.message },
	{ "attach", 0, OPT_LIST, "FILE", "a file besides; also more than once",
	    &asked.files },
	{ "format", 0, OPT_STR, "FORMAT,...",
	    "what is attached: pdf, html, md, text (pdf)", &asked.formats },
	{ "language", 0, OPT_STR, "CODE", "de, en-GB ...", &asked.language },
	{ "draft", 0, OPT_FLAG, NULL, "a draft, too, marked as one", &draft },
	{ "stdout", 0, OPT_FLAG, NULL, "print it, for another program",
	    &to_stdout },
	{ "maildir", 0, OPT_STR, "DIR", "put it into this Maildir", &maildir },
	{ 0 },
};

/* May it go out, as it stands? */
static int
check_state(struct letter *v)
{
	static const char *const over[] = { "rejected", "expired",
		"superseded" };
	struct span state = letter_field(v, "state");
	struct span number = letter_field(v, "number");
	struct span name = number.n ? number : letter_field(v, "id");
	struct err *e = &v->c->err;

	if (doc_is_draft(&v->doc) && !draft)
		return err_set(e, ERR_USAGE,
		    "%.*s is a draft: crm-quote issue %.*s first, or --draft "
		    "sends it marked as one",
		    SPANF(name), SPANF(name));
	for (size_t i = 0; !v->c->force && i < 3; i++)
		if (span_eqs(state, over[i]))
			return err_set(e, ERR_USAGE,
			    "%.*s is %s; send %s, or --force sends this one",
			    SPANF(name), over[i],
			    i == 2 ? "what took its place"
				   : "a revision (crm-quote revise)");
	return 0;
}

/* --- how it would look --------------------------------------------------- */

static void
add_people(struct buf *b, const char *head, const struct span *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s%.*s", i ? ", " : head, SPANF(v[i]));
	if (n)
		buf_addc(b, '\n');
}

/*
 * Marks of direction, which a mail keeps and a terminal is not shown: U+200E
 * and U+200F.
 */
static void
drop_marks(struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (b->n - i >= 3 && (memcmp(b->p + i, "\xe2\x80\x8e", 3) == 0 ||
				    memcmp(b->p + i, "\xe2\x80\x8f", 3) == 0))
			i += 2;
		else
			b->p[n++] = b->p[i];
	}
	b->n = n;
}

static int
show(struct letter *v)
{
	struct buf b = { 0 }, safe = { 0 };
	struct span from = buf_span(&v->from);
	int r;

	add_people(&b, "From: ", &from, 1);
	add_people(&b, "To: ", v->to, v->nto);
	add_people(&b, "Cc: ", v->cc, v->ncc);
	add_people(&b, "Bcc: ", v->bcc, v->nbcc);
	buf_addf(&b, "Subject: %.*s\n", SPANF(v->read.subject));
	for (size_t i = 1; i < v->nparts; i++)
		buf_addf(&b, "Attached: %.*s (%zu bytes)\n",
		    SPANF(v->part[i].name), v->part[i].data.n);
	buf_addf(&b, "\n%.*s", SPANF(v->part[0].data));
	if (b.p[b.n - 1] != '\n')
		buf_addc(&b, '\n');
	drop_marks(&b);
	term_safe(&safe, buf_span(&b), true);
	cli_say(v->c, "dry run: nothing was sent, nothing was written");
	r = emit_text(buf_span(&safe), &v->c->err);
	buf_release(&b);
	buf_release(&safe);
	return r;
}

/* --- what is kept of it -------------------------------------------------- */

/* When, and to whom: as it is read in the mail. */
static void
put_sent(struct letter *v, struct changes *ch, struct record *r)
{
	struct buf b = { 0 };
	char now[21];

	for (size_t i = 0; i < v->read.naddresses; i++) {
		const struct mail_address *x = &v->read.address[i];

		if (x->role == MAIL_TO || x->role == MAIL_CC)
			buf_addf(&b, "%s%.*s", b.n ? ", " : "", SPANF(x->mail));
	}
	instant_format(clock_now(), now);
	record_put(r, "sent", arena_span(&ch->arena, span(now)));
	record_put(r, "sent_to", arena_span(&ch->arena, buf_span(&b)));
	buf_release(&b);
}

/* A quote is sent then, and somebody asks about it in a week. */
static int
put_state(struct letter *v, struct changes *ch, struct record *r)
{
	struct call *c = v->c;
	int64_t days;
	char day[11];

	if (!span_eqs(record_get(r, "state"), "issued"))
		return 0;
	if (rc_int(&c->s.rc, "quote.followup-days", 0, 3650, 7, &days, &c->err))
		return -1;
	record_put(r, "state", span("sent"));
	if (days && !record_get(r, "followup").n) {
		date_format(c->s.dates.today + (int32_t)days, day);
		record_put(r, "followup", arena_span(&ch->arena, span(day)));
	}
	return 0;
}

static int
mark(struct letter *v, struct changes *ch)
{
	struct call *c = v->c;
	struct record before, after;
	int r = change_load(ch, c->ent, v->id, &before, &c->err);

	if (r)
		return r < 0 ? -1 : 0;
	after = change_copy(ch, &before);
	put_sent(v, ch, &after);
	return put_state(v, ch, &after) ||
		change_apply(ch, &before, &after, 0, &c->err)
	    ? -1
	    : 0;
}

/* It is no mistake to send it again, but whoever does should know. */
static void
tell_again(struct letter *v)
{
	struct span at = letter_field(v, "sent");

	if (at.n)
		cli_say(v->c, "it was sent before: %.*s to %.*s", SPANF(at),
		    SPANF(letter_field(v, "sent_to")));
}

static int
record(struct letter *v, bool rehearse)
{
	struct call *c = v->c;
	struct mail_options opt = { .sent = true };
	struct mail_filed filed;
	struct changes *ch = NULL;
	int r = -1;

	opt.links.opp = letter_field(v, "opp");
	opt.links.account = letter_field(v, "account");
	if (v->own)
		opt.links.contact = letter_field(v, "contact");
	c->dry_run = rehearse;
	if (cli_changes(c, &ch))
		goto out;
	opt.owner = change_user(ch);
	if (mark(v, ch) ||
	    mail_file(ch, &v->read, NULL, 1, &opt, &filed, &c->err))
		goto out;
	if (rehearse) {
		r = changes_check(ch, &c->err);
	} else {
		char *name = xasprintf("%s send", c->ent->name);
		struct oid id;

		r = changes_commit(ch, name, "", NULL, NULL, &id, &c->err);
		free(name);
	}
out:
	c->dry_run = false;
	changes_close(ch);
	/* what is where has changed */
	if (c->s.calendar)
		cal_forget(c->s.calendar);
	return r;
}

/* --- sending ------------------------------------------------------------- */

static int
deliver(struct letter *v)
{
	struct call *c = v->c;
	struct span mail = buf_span(&v->mail);

	if (maildir)
		return deliver_maildir(maildir, mail, &c->err);
	if (v->blind.n) {
		buf_addspan(&v->blind, mail);
		mail = buf_span(&v->blind);
	}
	if (!to_stdout)
		return deliver_program(&c->s, mail, &c->err);
	return emit_text(mail, &c->err) || emit_finish(&c->err) ? -1 : 0;
}

/* It is out of the house, whatever became of the store. */
static int
unrecorded(struct letter *v)
{
	struct err *e = &v->c->err;

	if (e->code == ERR_UNSURE)
		return -1;
	err_prefix(e,
	    "the mail was sent, as <%.*s>, but that is not recorded: ",
	    SPANF(buf_span(&v->message_id)));
	e->code = ERR_UNSURE;
	return -1;
}

static int
send_it(struct letter *v)
{
	struct call *c = v->c;
	char id[ID_LEN + 2];

	if (letter_write(v))
		return -1;
	session_unlock(&c->s);
	tell_again(v);
	if (c->dry_run)
		return show(v);
	if ((!maildir && !to_stdout && deliver_ready(&c->s, &c->err)) ||
	    record(v, true) || deliver(v))
		return -1;
	if (record(v, false))
		return unrecorded(v);
	if (to_stdout)
		return 0;
	id_unpack(v->id, id);
	strcat(id, "\n");
	return emit_text(span(id), &c->err);
}

int
verb_quote_send(struct call *c)
{
	struct letter v = { .c = c, .o = &asked };
	int r;

	if (c->argc != 1)
		return err_set(&c->err, ERR_USAGE,
		    "send one %s: a mail is for one", c->ent->name);
	if (to_stdout && maildir)
		return err_set(
		    &c->err, ERR_USAGE, "--stdout or --maildir, not both");
	if (asked.message && asked.body)
		return err_set(
		    &c->err, ERR_USAGE, "--message or --body, not both");
	if (maildir && asked.bcc.n)
		return err_set(&c->err, ERR_USAGE,
		    "--bcc: whoever takes it from a Maildir does not know of "
		    "it; give --stdout, or a mail.sendmail");
	if (resolve_one(
		&c->s, c->ent, span(c->argv[0]), c->ids_only, &v.id, &c->err))
		return -1;
	r = doc_load(&c->s, NULL, v.id, &v.doc, &c->err);
	if (r == 1)
		r = err_set(
		    &c->err, ERR_NOENT, "no %s %s", c->ent->name, c->argv[0]);
	if (r == 0)
		r = check_state(&v);
	if (r == 0)
		r = send_it(&v);
	letter_release(&v);
	return r;
}
