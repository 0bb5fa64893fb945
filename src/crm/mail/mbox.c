#include "crm/mail/mbox.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/ascii.h"

enum { PIECE = 1 << 16 };

/* --- lines --------------------------------------------------------------- */

static bool
is_one_of(struct span word, const char *names)
{
	for (; word.n == 3 && *names; names += 3)
		if (memcmp(word.p, names, 3) == 0)
			return true;
	return false;
}

static struct span
word_of(struct span *line)
{
	*line = span_trim(*line);
	return span_cut(line, ' ');
}

/*
 * "From ADDRESS Fri Nov 20 11:00": who wrote "From" at the beginning of a
 * paragraph meant no more than that.
 */
static bool
is_from(struct span line)
{
	struct span word, month, day, time;

	if (!span_starts(line, span("From ")))
		return false;
	word_of(&line);
	word_of(&line);
	/* some write a blank in the address */
	do
		word = word_of(&line);
	while (word.n && !is_one_of(word, "MonTueWedThuFriSatSun"));
	month = word_of(&line);
	day = word_of(&line);
	time = word_of(&line);
	return is_one_of(month, "JanFebMarAprMayJunJulAugSepOctNovDec") &&
	       day.n && ascii_digit(day.p[0]) && time.n >= 4 &&
	       memchr(time.p, ':', time.n);
}

/* The line at `at`, with its end; no whole line, but at the file's end: 0. */
static size_t
line_at(const struct mbox *m, size_t at, struct span *line)
{
	const char *p = m->data.p ? m->data.p + at : "";
	size_t left = m->data.n - at, n;
	const char *nl = left ? memchr(p, '\n', left) : NULL;

	if (!nl && !m->end)
		return 0;
	n = nl ? (size_t)(nl - p) + 1 : left;
	*line = span_n(p, n);
	while (line->n &&
	       (line->p[line->n - 1] == '\n' || line->p[line->n - 1] == '\r'))
		line->n--;
	return n;
}

/* --- pieces -------------------------------------------------------------- */

/*
 * As much again as there is, so that a long line is not looked through for
 * every few bytes. What is done with makes room.
 */
static int
read_more(struct mbox *m, struct err *e)
{
	size_t left = m->data.n - m->used, want = left < PIECE ? PIECE : left;

	if (m->used) {
		memmove(m->data.p, m->data.p + m->used, left);
		buf_cut(&m->data, left);
		m->used = 0;
	}
	buf_grow(&m->data, want + 1);
	while (want && !m->end) {
		ssize_t got = read(m->fd, m->data.p + m->data.n, want);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(e, "%s", m->name);
		m->end = got == 0;
		m->data.n += (size_t)got;
		want -= (size_t)got;
	}
	m->data.p[m->data.n] = '\0';
	return 0;
}

/*
 * Lets go of what is left of a message, to where another begins. blank: the
 * last line was empty.
 */
static int
skip(struct mbox *m, bool blank, struct err *e)
{
	bool within = false; /* a line of which the beginning is gone */

	for (;;) {
		struct span line;
		size_t len = line_at(m, m->used, &line);

		if (len == 0 && m->end)
			return 0;
		if (len == 0) {
			if (m->data.n - m->used > PIECE) {
				m->used = m->data.n;
				within = true;
			}
			if (read_more(m, e))
				return -1;
			continue;
		}
		if (!within && blank && is_from(line)) {
			m->several = true;
			return 0;
		}
		blank = !within && line.n == 0;
		within = false;
		m->used += len;
		m->lines++;
	}
}

/* The first `at` bytes of the message at hand have been looked at. */
static int
too_large(struct mbox *m, bool mbox, size_t at, bool blank, struct err *e)
{
	m->used += at;
	m->n++;
	if (!mbox) {
		m->used = m->data.n;
		m->end = true;
	} else if (skip(m, blank, e)) {
		return -1;
	}
	return err_set(e, ERR_DATA,
	    "%s:%zu: larger than the limit of %zu bytes", m->name,
	    m->line + 1, m->max);
}

/*
 * How far the message reaches that begins at m->used: *n bytes, of which
 * *text without the empty line in front of the next.
 */
static int
reach(struct mbox *m, bool mbox, size_t *n, size_t *text, struct err *e)
{
	bool blank = false;
	size_t at = 0, before = 0;

	for (;;) {
		struct span line;
		size_t len = line_at(m, m->used + at, &line);

		if (len == 0 && m->end)
			break;
		if (at > m->max || (len == 0 && m->data.n - m->used > m->max))
			return too_large(m, mbox, at, blank, e);
		if (len == 0) {
			if (read_more(m, e))
				return -1;
			continue;
		}
		if (at && mbox && blank && is_from(line)) {
			m->several = true;
			*n = at;
			*text = before;
			return 0;
		}
		blank = line.n == 0;
		before = at;
		at += len;
		m->lines++;
	}
	*n = *text = at;
	return at > m->max ? too_large(m, mbox, at, blank, e) : 0;
}

/* ">From " and ">>From " were "From " and ">From ". */
static void
unquote(struct span message, struct buf *out)
{
	buf_reset(out);
	while (message.n) {
		const char *nl = memchr(message.p, '\n', message.n);
		size_t n = nl ? (size_t)(nl - message.p) + 1 : message.n;
		struct span line = span_n(message.p, n);
		size_t k = 0;

		while (k < n && line.p[k] == '>')
			k++;

		if (k && span_starts(span_n(line.p + k, n - k), span("From ")))
			line = span_n(line.p + 1, n - 1);
		buf_addspan(out, line);
		message = span_n(message.p + n, message.n - n);
	}
}

int
mbox_next(struct mbox *m, struct span *message, struct err *e)
{
	struct span line;
	size_t n = 0, text = 0, len;

	while ((len = line_at(m, m->used, &line)) == 0 && !m->end &&
	       m->data.n - m->used <= m->max)
		if (read_more(m, e))
			return -1;
	if (m->n && len == 0)
		return 1;
	m->line += m->lines;
	m->lines = 0;
	if (reach(m, m->several || (len && is_from(line)), &n, &text, e))
		return -1;
	*message = span_n(m->data.p ? m->data.p + m->used : "", text);
	if (m->several) {
		unquote(*message, &m->text);
		*message = buf_span(&m->text);
	}
	m->used += n;
	m->n++;
	return 0;
}

void
mbox_release(struct mbox *m)
{
	buf_release(&m->data);
	buf_release(&m->text);
}
