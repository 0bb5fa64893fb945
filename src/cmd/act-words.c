/* What the words of crm-act call and the like say. */
#include "cmd/act-words.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cmd/verbs.h"
#include "crm/own.h"

/* A text on stdin, and the line of it that becomes a subject. */
#define TEXT_MAX ((size_t)4 << 20)
#define SUBJECT_MAX 80

/*
 * The first word: a record, unless it says when, or is a sentence that is no
 * record's name. 1 where it was taken.
 */
static int
take_record(struct call *c, struct plan *p, const char *word, int left)
{
	struct when_words when = { 0 };
	struct about one;
	struct err e = { 0 };
	int r;

	if (strcmp(word, "-") == 0 && p->a->kind == ITEM_NOTE)
		return 0;
	if (strcmp(word, "-") == 0) {
		p->from_stdin = true;
		return 1;
	}
	r = when_word(&when, session_own(&c->s), span(word), false, &e);
	if (r == 1)
		return 0;
	r = about_find(&c->s, span(word), c->ids_only, &one, &c->err);
	if (r == 0) {
		err_release(&e);
		p->about = xcalloc(1, sizeof *p->about);
		p->about[p->n++] = one;
		return 1;
	}
	if (c->err.code == ERR_NOENT && e.code) {
		err_release(&c->err);
		c->err = e;
		return -1;
	}
	err_release(&e);
	/* a sentence is the subject, where there is no other */
	if (c->err.code != ERR_NOENT || !strchr(word, ' ') || left > 0)
		return err_suffix(&c->err, !strchr(word, ' ')
			? "; what it is about is said by subject='...'"
			: "");
	err_release(&c->err);
	cli_say(c, "no record is called '%s': taken as the subject", word);
	return 0;
}

static int
take_word(struct call *c, struct plan *p, char *word)
{
	int r;

	if (cli_is_assignment(c, word) && !memchr(word, ' ',
		strcspn(word, "="))) {
		p->assigned[p->nassigned++] = word;
		return 0;
	}
	if (strcmp(word, "-") == 0) {
		p->text_wanted = true;
		return 0;
	}
	r = when_word(&p->when, session_own(&c->s), span(word), false, &c->err);
	if (r)
		return r < 0 ? -1 : 0;
	if (p->subject.n)
		return err_set(&c->err, ERR_USAGE,
		    "'%.*s' and '%s': which is the subject? Put what it is "
		    "about in quotes; field=value sets anything else",
		    SPANF(p->subject), word);
	p->subject = span(word);
	return 0;
}

/* "montag 9:00" is no subject, unless a day is said elsewhere. */
static void
check_day(struct call *c, struct plan *p, const char *word, const char *next)
{
	struct when_words w = { 0 };
	struct err none = { 0 };
	struct span time = span(word), name = span_cut(&time, ' ');

	if (!time.n && next)
		time = span(next);
	if (p->subject.p == word && !memchr(time.p, ' ', time.n) &&
	    name.n && (name.p[0] < '0' || name.p[0] > '9') &&
	    when_word(&w, session_own(&c->s), time, false, &none) == 1 &&
	    w.time.n)
		p->strange = name;
	err_release(&none);
}

/* Words that may be the subject, behind the first. */
static int
count_free(struct call *c)
{
	int n = 0;

	for (int i = 1; i < c->argc; i++) {
		struct when_words w = { 0 };
		struct err e = { 0 };

		if (!cli_is_assignment(c, c->argv[i]) &&
		    strcmp(c->argv[i], "-") != 0 &&
		    when_word(&w, session_own(&c->s), span(c->argv[i]), false,
			&e) == 0)
			n++;
		err_release(&e);
	}
	return n;
}

int
plan_take_words(struct call *c, struct plan *p)
{
	int i = 0, r = 0;

	p->assigned = xcalloc((size_t)c->argc + 1, sizeof *p->assigned);
	if (c->argc && !cli_is_assignment(c, c->argv[0])) {
		r = take_record(c, p, c->argv[0], count_free(c));
		if (r < 0)
			return -1;
		i = r;
	}
	for (; i < c->argc; i++) {
		if (take_word(c, p, c->argv[i]))
			return -1;
		check_day(c, p, c->argv[i],
		    i + 1 < c->argc ? c->argv[i + 1] : NULL);
	}
	if (p->strange.n && !p->when.has_day)
		return err_set(&c->err, ERR_USAGE,
		    "'%.*s' is no day; write fri, tomorrow, 2026-12-01 or "
		    "1.12. before a time (if it is what it is about: "
		    "subject='%.*s')", SPANF(p->strange), SPANF(p->strange));
	return assign_known(c, p->assigned, p->nassigned);
}

/* One activity for each record that comes down the pipe. */
int
plan_read_records(struct call *c, struct plan *p)
{
	struct targets t = { 0 };
	int r = 0;

	if (p->text_wanted)
		return err_set(&c->err, ERR_USAGE,
		    "- stands for records and for a text, and stdin is one");
	if (cli_stdin_ids(c, NULL, &t))
		return -1;
	p->about = xcalloc(t.n + 1, sizeof *p->about);
	for (; r == 0 && p->n < t.n; p->n++)
		r = about_id(&c->s, t.id[p->n], &p->about[p->n], &c->err);
	c->none = t.n == 0;
	if (c->none)
		cli_say(c, "no record came; nothing to do");
	targets_release(&t);
	return r;
}

/* The text, with plain ends of lines; its first line may be the subject. */
int
plan_read_text(struct call *c, struct plan *p)
{
	struct buf *b = &p->text;
	struct span rest, line;
	size_t n = 0;

	if (file_slurp(STDIN_FILENO, "stdin", TEXT_MAX, b, &c->err))
		return -1;
	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] != '\r')
			b->p[n++] = b->p[i];
	buf_cut(b, n);
	while (b->n && strchr(" \t\n", b->p[b->n - 1]))
		buf_cut(b, b->n - 1);
	if (!b->n)
		return err_set(&c->err, ERR_USAGE, "stdin: there is no text");
	if (p->subject.n)
		return 0;
	rest = span_trim(buf_span(b));
	line = span_trim(span_cut(&rest, '\n'));
	if (line.n > SUBJECT_MAX) {
		line.n = SUBJECT_MAX;
		while (line.n && line.p[line.n] != ' ' && line.n > 40)
			line.n--;
		/* not within a character */
		while (line.n && ((unsigned char)line.p[line.n] & 0xc0) == 0x80)
			line.n--;
	}
	p->subject = line;
	return 0;
}
