/*
 * crm-mime: what one mail message says, as CSV. The only program that has
 * GMime; crm runs it and reads what it prints (crm-mime(8)).
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "mime/body.h"
#include "mime/header.h"
#include "mime/rows.h"
#include "mime/scan.h"

static const char help[] =
    "usage: crm-mime [--attachments DIR] <message\n"
    "Prints what a mail message says, as CSV; see crm-mime(8).\n"
    "\n"
    "  -a, --attachments DIR   write each attachment to DIR/1, DIR/2, ...\n"
    "  -h, --help              this text\n";

static const struct option options[] = {
	{ "attachments", required_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static GMimeMessage *
parse(struct span s)
{
	GMimeStream *in = g_mime_stream_mem_new();
	GMimeParser *p;
	GMimeMessage *m;

	g_mime_stream_write(in, s.p, s.n);
	g_mime_stream_reset(in);
	p = g_mime_parser_new_with_stream(in);
	g_mime_parser_set_format(p, GMIME_FORMAT_MESSAGE);
	m = g_mime_parser_construct_message(p, NULL);
	g_object_unref(p);
	g_object_unref(in);
	return m;
}

static int
rows(struct buf *out, struct span whole, const char *dir, struct err *e)
{
	struct span s = scan_start(whole);
	GMimeMessage *m;
	int r = -1;

	if (scan_limits(whole, s, e))
		return -1;
	m = parse(s);
	if (!m)
		return err_set(e, ERR_DATA, "message: this is no mail");
	if (body_check(m, e))
		goto out;
	buf_adds(out, ROWS_HEADER);
	header_rows(out, m, s, body_charset(m));
	r = body_rows(out, m, dir, e);
out:
	g_object_unref(m);
	return r;
}

static int
run(const char *dir, struct err *e)
{
	struct buf in = { 0 }, out = { 0 };
	int r = -1;

	if (file_slurp(0, "message", MIME_BYTES_MAX, &in, e))
		goto out;
	g_mime_init();
	r = rows(&out, buf_span(&in), dir, e);
	if (r == 0 && file_write_all(1, out.p, out.n))
		r = err_errno(e, "standard output");
	g_mime_shutdown();
out:
	buf_release(&in);
	buf_release(&out);
	return r;
}

int
main(int argc, char **argv)
{
	const char *dir = NULL;
	struct err e = { 0 };
	int c, status = 0;

	while ((c = getopt_long(argc, argv, "a:h", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(help, stdout);
			return fflush(stdout) ? ERR_IO : ERR_OK;
		}
		if (c != 'a')
			return ERR_USAGE;
		dir = optarg;
	}
	if (optind < argc) {
		fprintf(stderr, "crm-mime: the message is read from stdin; "
				"see crm-mime --help\n");
		return ERR_USAGE;
	}
	if (run(dir, &e)) {
		fprintf(stderr, "crm-mime: %s\n", e.msg);
		status = e.code;
	}
	err_release(&e);
	return status;
}
