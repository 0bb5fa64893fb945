/* Mail messages: the head, and the parts in their order. */
#include "crm/mail/compose.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "crm/mail/compose_impl.h"

/*
 * Neither stands in a body: "=_" is nothing that base64 or quoted-printable can
 * be, and what goes out as it is has no line that begins with "--".
 */
#define ALTERNATIVE "=_crm"
#define MIXED "=_mixed_crm"

enum { LINE_WIDTH = 76, LOCAL_MAX = 64, ADDRESS_MAX = 254, ID_MAX = 900 };

/* --- addresses ----------------------------------------------------------- */

/* Dots stand between something. */
static bool
is_dotted(struct span s, const char *extra)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain = ascii_letter(c) || ascii_digit(c) ||
			     (c && strchr(extra, c));

		if (c == '.' ? i == 0 || i + 1 == s.n || s.p[i - 1] == '.'
			     : !plain)
			return false;
	}
	return s.n > 0;
}

bool
mail_is_address(struct span s)
{
	const char *at = s.n ? memchr(s.p, '@', s.n) : NULL;
	size_t n = at ? (size_t)(at - s.p) : 0;

	return at && s.n <= ADDRESS_MAX && n <= LOCAL_MAX &&
	       is_dotted(span_n(s.p, n), "!#$%&'*+-/=?^_`{|}~") &&
	       is_dotted(span_n(at + 1, s.n - n - 1), "-");
}

/* The name is without its quotes. False where it is not one address. */
static bool
split(struct span s, struct span *name, struct span *mail)
{
	const char *open;

	s = span_trim(s);
	*name = span("");
	*mail = s;
	if (s.n && s.p[s.n - 1] == '>') {
		open = memrchr(s.p, '<', s.n);
		if (!open)
			return false;
		*mail = span_n(open + 1, s.n - (size_t)(open - s.p) - 2);
		*name = span_trim(span_n(s.p, (size_t)(open - s.p)));
	}
	if (name->n >= 2 && name->p[0] == '"' && name->p[name->n - 1] == '"')
		*name = span_trim(span_n(name->p + 1, name->n - 2));
	else if (name->n && (memchr(name->p, ',', name->n) ||
				memchr(name->p, ';', name->n) ||
				memchr(name->p, '@', name->n)))
		return false; /* several of them */
	return mail_is_address(*mail);
}

/* No address, or no id, with what it is, in one line. */
static int
refuse(struct span s, const char *what, struct err *e)
{
	struct buf safe = { 0 };

	term_safe(&safe, s, false);
	err_set(e, ERR_USAGE, "'%s' is no %s", safe.n ? safe.p : "", what);
	buf_release(&safe);
	return -1;
}

static int
put_address(struct span s, struct buf *out, struct err *e)
{
	struct span name, mail;
	const char *line;

	if (!split(s, &name, &mail))
		return refuse(s, "mail address", e);
	if (!name.n) {
		buf_addspan(out, mail);
		return 0;
	}
	compose_phrase(name, out);
	line = memrchr(out->p, '\n', out->n);
	if (out->n - (line ? (size_t)(line - out->p) : 0) + mail.n + 4 >
	    LINE_WIDTH)
		buf_addc(out, '\n');
	buf_addf(out, " <%.*s>", SPANF(mail));
	return 0;
}

static int
put_addresses(const char *name, const struct span *v, size_t n, struct buf *out,
    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, i ? ",\n " : "%s: ", name);
		if (put_address(v[i], out, e))
			return -1;
	}
	if (n)
		buf_addc(out, '\n');
	return 0;
}

/* --- the head ------------------------------------------------------------ */

/* Only what an id has; folded before it, for it can be long. */
static int
put_id(const char *name, struct span id, struct buf *out, struct err *e)
{
	if (!id.n)
		return 0;
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] <= ' ' || id.p[i] >= 0x7f ||
		    strchr("<>()\",;:\\", id.p[i]))
			return refuse(id, "Message-ID", e);
	if (!memchr(id.p, '@', id.n) || id.n > ID_MAX)
		return refuse(id, "Message-ID", e);
	buf_addf(out, "%s:%s<%.*s>\n", name,
	    strlen(name) + id.n + 4 > LINE_WIDTH ? "\n " : " ", SPANF(id));
	return 0;
}

static void
put_date(int64_t t, struct buf *out)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int y, m, d, sec, off = clock_offset(t);
	int32_t day = clock_wall(t, &sec);

	date_civil(day, &y, &m, &d);
	buf_addf(out, "Date: %.3s, %d %.3s %d %02d:%02d:%02d %c%02d%02d\n",
	    days + 3 * (date_weekday(day) - 1), d, months + 3 * (m - 1), y,
	    sec / 3600, sec / 60 % 60, sec % 60, off < 0 ? '-' : '+',
	    abs(off) / 60, abs(off) % 60);
}

static int
put_head(const struct mail_message *m, struct buf *out, struct err *e)
{
	if (!m->nto)
		return err_set(e, ERR_USAGE, "nobody to send it to");
	if (put_addresses("From", &m->from, 1, out, e) ||
	    put_addresses("To", m->to, m->nto, out, e) ||
	    put_addresses("Cc", m->cc, m->ncc, out, e))
		return -1;
	buf_adds(out, "Subject: ");
	compose_text(m->subject, out);
	buf_addc(out, '\n');
	put_date(m->date, out);
	if (put_id("Message-ID", m->message_id, out, e) ||
	    put_id("In-Reply-To", m->in_reply_to, out, e) ||
	    put_id("References", m->in_reply_to, out, e))
		return -1;
	buf_adds(out, "MIME-Version: 1.0\n");
	return 0;
}

int
mail_compose_bcc(
    const struct span *bcc, size_t n, struct buf *out, struct err *e)
{
	return put_addresses("Bcc", bcc, n, out, e);
}

/* --- the parts ----------------------------------------------------------- */

/* A type or a parameter of it, as we write them. */
static bool
is_plain_type(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_letter(s.p[i]) && !ascii_digit(s.p[i]) &&
		    (!s.p[i] || !strchr("/+.-=_", s.p[i])))
			return false;
	return true;
}

static int
put_part(const struct mail_body *p, struct buf *out, struct err *e)
{
	if (!p->type.n || !is_plain_type(p->type) ||
	    !is_plain_type(p->parameters))
		return refuse(p->type, "type of a part", e);
	buf_addf(out, "Content-Type: %.*s", SPANF(p->type));
	if (span_istarts(p->type, span("text/")))
		buf_adds(out, "; charset=utf-8");
	if (p->parameters.n)
		buf_addf(out, "; %.*s", SPANF(p->parameters));
	if (p->name.n) {
		buf_adds(out, "\nContent-Disposition: attachment");
		compose_file_name(p->name, out);
	}
	buf_addc(out, '\n');
	compose_body(p, out);
	return 0;
}

/* n parts behind each other; the line break of a boundary is its own. */
static int
put_parts(const struct mail_body *p, size_t n, const char *boundary,
    struct buf *out, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "\n--%s\n", boundary);
		if (put_part(&p[i], out, e))
			return -1;
	}
	return 0;
}

static int
put_texts(const struct mail_message *m, struct buf *out, struct err *e)
{
	if (m->nalternatives == 1)
		return put_part(m->part, out, e);
	buf_adds(out, "Content-Type: multipart/alternative; "
		      "boundary=\"" ALTERNATIVE "\"\n");
	if (put_parts(m->part, m->nalternatives, ALTERNATIVE, out, e))
		return -1;
	buf_adds(out, "\n--" ALTERNATIVE "--\n");
	return 0;
}

int
mail_compose(const struct mail_message *m, struct buf *out, struct err *e)
{
	size_t n = m->nalternatives;

	if (put_head(m, out, e))
		return -1;
	if (m->nparts == n)
		return put_texts(m, out, e);
	buf_adds(out, "Content-Type: multipart/mixed; "
		      "boundary=\"" MIXED "\"\n\n--" MIXED "\n");
	if (put_texts(m, out, e) ||
	    put_parts(m->part + n, m->nparts - n, MIXED, out, e))
		return -1;
	buf_adds(out, "\n--" MIXED "--\n");
	return 0;
}
