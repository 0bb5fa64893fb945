/*
 * crm-render: a page description as a PDF, or one of its pages as a PNG. The
 * only program that has cairo and Pango; crm runs it and keeps what it prints
 * (crm-render(8)).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "render/draw.h"

#define BATCH_BYTES_MAX (256u << 20)

#if defined(__SANITIZE_ADDRESS__)
/* What the libraries keep for the life of a process is no leak of ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\n";
}

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

static const char help[] =
    "usage: crm-render [-f pdf|png] [-p PAGE] [-r DPI] [-d DATE] [-i DIR] "
    "<page >file\n"
    "       crm-render -b DIR [-d DATE] [-i DIR] <pages\n"
    "Makes a PDF of a page description; see crm-render(8).\n"
    "\n"
    "  -b, --batch DIR    many documents, each to a file below DIR\n"
    "  -d, --date DATE    of creation: 2026-11-21T10:00:00Z\n"
    "  -f, --format WORD  pdf, or png: one page\n"
    "  -i, --images DIR   pictures are below DIR, and nowhere else\n"
    "  -p, --page N       that becomes a PNG\n"
    "  -r, --dpi N        of a PNG, 96\n"
    "  -h, --help         this text\n";

static const struct option options[] = {
	{ "batch", required_argument, NULL, 'b' },
	{ "date", required_argument, NULL, 'd' },
	{ "format", required_argument, NULL, 'f' },
	{ "images", required_argument, NULL, 'i' },
	{ "page", required_argument, NULL, 'p' },
	{ "dpi", required_argument, NULL, 'r' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct run {
	struct draw draw;
	struct fonts fonts;
	struct images images;
	char date[21];
	int batch; /* the folder; -1: one document to standard output */
};

/* Says once in a document that it has holes. */
static void
warn_missing(const struct draw *d, const char *name)
{
	if (d->missing)
		fprintf(stderr,
		    "crm-render: %s%sno font has U+%04X: install "
		    "one, such as fonts-noto-core or "
		    "fonts-noto-cjk\n",
		    name, *name ? ": " : "", d->missing);
}

static int
one(struct run *r, struct span text, size_t line, const char *name,
    struct buf *out, struct err *e)
{
	struct page p;
	int done = -1;

	if (page_read(&p, text, line, e) == 0)
		done = draw_page(&r->draw, &p, out, e);
	page_release(&p);
	if (done == 0)
		warn_missing(&r->draw, name);
	return done;
}

static int
single(struct run *r, struct span in, struct err *e)
{
	struct buf out = { 0 };
	int done = one(r, in, 1, "", &out, e);

	if (done == 0 && file_write_all(1, out.p, out.n))
		done = err_errno(e, "standard output");
	buf_release(&out);
	return done;
}

/* The next "document" statement: its line and name; what is before it. */
static bool
next_document(
    struct span *rest, size_t *line, struct span *before, struct span *name)
{
	static const char word[] = "document\t";
	const char *start = rest->p;

	while (rest->n) {
		struct span l = span_cut(rest, '\n');

		++*line;
		if (!span_starts(l, span(word)))
			continue;
		*before = span_n(start, (size_t)(l.p - start));
		*name = span_n(l.p + sizeof word - 1, l.n - sizeof word + 1);
		return true;
	}
	*before = span_n(start, (size_t)(rest->p - start));
	return false;
}

static int
to_file(struct run *r, struct span text, size_t line, struct span name,
    struct err *e)
{
	char *path = span_dup(name);
	struct buf out = { 0 };
	int done = -1;

	if (!path_is_safe(path))
		err_set(e, ERR_DATA,
		    "stdin:%zu: the file of the document must "
		    "be below the folder, without ..",
		    line - 1);
	else if (one(r, text, line, path, &out, e) == 0)
		done =
		    file_write(r->batch, path, buf_span(&out), 0600, false, e);
	buf_release(&out);
	free(path);
	return done;
}

static int
batch(struct run *r, struct span in, struct err *e)
{
	struct span before, name = { 0 }, next = { 0 };
	size_t line = 0, first = 1;
	bool more = next_document(&in, &line, &before, &name);

	if (!more || span_trim(before).n)
		return err_set(e, ERR_DATA,
		    "stdin:1: a batch begins with "
		    "document and the name of its file");
	while (more) {
		first = line + 1;
		more = next_document(&in, &line, &before, &next);
		if (to_file(r, before, first, name, e))
			return -1;
		name = next;
	}
	return 0;
}

static int
run(struct run *r, struct err *e)
{
	struct buf in = { 0 };
	int done = -1;

	if (file_slurp(0, "stdin",
		r->batch < 0 ? PAGE_BYTES_MAX : BATCH_BYTES_MAX, &in, e))
		goto out;
	if (fonts_init(&r->fonts, e))
		goto out;
	done = r->batch < 0 ? single(r, buf_span(&in), e)
			    : batch(r, buf_span(&in), e);
out:
	buf_release(&in);
	return done;
}

/* What the environment says about languages is not about the document. */
static void
forget_environment(void)
{
	static const char *const names[] = { "LANGUAGE", "PANGO_LANGUAGE",
		"LC_CTYPE", "LANG", "FC_LANG", "PANGOCAIRO_BACKEND" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
	setenv("LC_ALL", "C", 1);
}

static int
usage(const char *what)
{
	fprintf(stderr, "crm-render: %s; see crm-render --help\n", what);
	return -1;
}

static int
set_date(struct run *r, const char *word, bool seconds)
{
	int64_t t = 0;

	if (word && !(seconds ? span_int(span(word), &t)
			      : when_parse(span(word), &t, NULL)))
		return usage(seconds ? "SOURCE_DATE_EPOCH is no number"
				     : "the date must be like "
				       "2026-11-21T10:00:00Z");
	instant_format(t, r->date);
	r->draw.date = r->date;
	return 0;
}

static int
set_number(const char *word, int64_t max, int64_t *out)
{
	if (span_int(span(word), out) && *out > 0 && *out <= max)
		return 0;
	return usage("page and dpi are whole numbers, dpi at most 600");
}

static int
set_folder(const char *path, int *fd)
{
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	fprintf(stderr, "crm-render: %s: %s\n", path, strerror(errno));
	return -1;
}

static int
set_option(struct run *r, int c)
{
	int64_t n = 0;

	switch (c) {
	case 'b':
		return set_folder(optarg, &r->batch);
	case 'd':
		return set_date(r, optarg, false);
	case 'f':
		r->draw.png = strcmp(optarg, "png") == 0;
		if (!r->draw.png && strcmp(optarg, "pdf") != 0)
			return usage("the format is pdf or png");
		return 0;
	case 'i':
		return set_folder(optarg, &r->images.dirfd);
	case 'p':
	case 'r':
		if (set_number(optarg, c == 'p' ? 5000 : 600, &n))
			return -1;
		if (c == 'p')
			r->draw.page = (size_t)n;
		else
			r->draw.dpi = (double)n;
		return 0;
	default:
		return -1;
	}
}

int
main(int argc, char **argv)
{
	struct run r = { .batch = -1,
		.images = { .dirfd = -1 },
		.draw = { .dpi = 96, .page = 1 } };
	struct err e = { 0 };
	int c, status = 0;

	if (set_date(&r, getenv("SOURCE_DATE_EPOCH"), true))
		return ERR_USAGE;
	while ((c = getopt_long(argc, argv, "b:d:f:hi:p:r:", options, NULL)) !=
	       -1) {
		if (c == 'h') {
			fputs(help, stdout);
			return fflush(stdout) ? ERR_IO : ERR_OK;
		}
		if (set_option(&r, c))
			return ERR_USAGE;
	}
	if (optind < argc) {
		usage("the description is read from stdin");
		return ERR_USAGE;
	}
	forget_environment();
	r.draw.fonts = &r.fonts;
	r.draw.images = &r.images;
	if (run(&r, &e)) {
		fprintf(stderr, "crm-render: %s\n", e.msg);
		status = e.code;
	}
	images_release(&r.images);
	fonts_release(&r.fonts);
	err_release(&e);
	return status;
}
