/*
 * compose_tool: compose from the shell, to be read by other programs. Lines on
 * stdin, all values in hex:
 *
 *   from VALUE | subject VALUE | to VALUE | cc VALUE | id VALUE | reply VALUE
 *   text TYPE PARAMETERS VALUE   an alternative; PARAMETERS - for none
 *   file TYPE NAME VALUE         an attachment
 *   end FILE                     the message goes into FILE, as at clock_now();
 *       what is refused is "FILE: CODE MESSAGE" on stdout
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "crm/mail/compose.h"

enum { MOST = 64 };

static struct span to[MOST], cc[MOST];
static struct mail_body part[MOST];
static struct mail_message m = { .to = to, .cc = cc, .part = part };

static void
die(const char *what)
{
	fprintf(stderr, "compose_tool: %s\n", what);
	exit(2);
}

static int
digit(char c)
{
	const char *all = "0123456789abcdef", *at = c ? strchr(all, c) : NULL;

	if (!at)
		die("no hex");
	return (int)(at - all);
}

static struct arena texts; /* of the message that is being told */

static struct span
value(struct span *line)
{
	struct span v = span_cut(line, ' ');
	char *p = arena_alloc(&texts, v.n / 2 + 1);

	for (size_t i = 0; i + 1 < v.n; i += 2)
		p[i / 2] = (char)(digit(v.p[i]) << 4 | digit(v.p[i + 1]));
	return span_n(p, v.n / 2);
}

static void
end(struct span name)
{
	char *path = span_dup(name);
	struct buf out = { 0 };
	struct err e = { 0 };
	FILE *f;

	m.date = clock_now();
	if (mail_compose(&m, &out, &e)) {
		printf("%s: %d %s\n", path, (int)e.code, e.msg);
	} else if (!(f = fopen(path, "wb")) ||
	    fwrite(out.p, 1, out.n, f) != out.n || fclose(f)) {
		die(path);
	}
	err_release(&e);
	buf_release(&out);
	free(path);
	m = (struct mail_message){ .to = to, .cc = cc, .part = part };
	arena_release(&texts);
}

static void
take(struct span line)
{
	struct span key = span_cut(&line, ' ');
	struct mail_body *p = &part[m.nparts];

	if (m.nto == MOST || m.ncc == MOST || m.nparts == MOST)
		die("too many");
	if (span_eqs(key, "from"))
		m.from = value(&line);
	else if (span_eqs(key, "subject"))
		m.subject = value(&line);
	else if (span_eqs(key, "to"))
		to[m.nto++] = value(&line);
	else if (span_eqs(key, "cc"))
		cc[m.ncc++] = value(&line);
	else if (span_eqs(key, "id"))
		m.message_id = value(&line);
	else if (span_eqs(key, "reply"))
		m.in_reply_to = value(&line);
	else if (span_eqs(key, "end"))
		end(line);
	else if (span_eqs(key, "text") || span_eqs(key, "file")) {
		*p = (struct mail_body){ .type = value(&line) };
		if (*key.p == 'f')
			p->name = value(&line);
		else if (!span_eqs(p->parameters = span_cut(&line, ' '), "-"))
			die("parameters");
		else
			p->parameters = span("");
		p->data = value(&line);
		m.nalternatives += *key.p == 't';
		m.nparts++;
	} else {
		die("no such key");
	}
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	struct err e = { 0 };

	if (argc != 2 || clock_init(&e) || clock_zone(argv[1], &e))
		die("compose_tool ZONE");
	while ((n = getline(&line, &cap, stdin)) > 0)
		take(span_n(line, (size_t)n - (line[n - 1] == '\n')));
	free(line);
	arena_release(&texts);
	return 0;
}
