/*
 * emit_out: standard output: one buffer, the pager, the checks. The only state
 * of the process that emit keeps, since there is one standard output.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "cmd/emit_impl.h"

enum { PIECE = 128 * 1024, HELD = 8 * 1024 * 1024 };

static struct {
	struct buf buf;
	int fd;
	bool ready, tty, color;
	char *pager; /* NULL: none */
	pid_t pid;   /* of the pager that runs */
	size_t rows; /* of the terminal */
	size_t cols;
	size_t counted, lines; /* of buf, while a pager may be needed */
	bool failed, quiet;    /* quiet: nobody reads any more */
	bool held;	       /* nothing goes out yet */
	int spool;	       /* what is held beyond memory; 0: none */
} out = { .fd = STDOUT_FILENO };

static void
measure(void)
{
	struct winsize w;

	out.tty = isatty(STDOUT_FILENO);
	if (!out.tty)
		return;
	out.rows = 24;
	out.cols = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0) {
		if (w.ws_row)
			out.rows = w.ws_row;
		if (w.ws_col)
			out.cols = w.ws_col;
	}
}

static void
start(void)
{
	if (!out.ready)
		emit_setup("", NULL);
}

static const char *
pager_command(const char *pager)
{
	const char *cmd = getenv("CRM_PAGER");

	if (!cmd)
		cmd = pager;
	if (!cmd)
		cmd = getenv("PAGER");
	if (!cmd)
		cmd = "less -FRX";
	while (*cmd == ' ')
		cmd++;
	return *cmd && strcmp(cmd, "cat") != 0 ? cmd : NULL;
}

void
emit_setup(const char *pager, const char *color)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	const char *cmd;

	signal(SIGPIPE, SIG_IGN);
	out.ready = true;
	measure();
	free(out.pager);
	out.pager = NULL;
	cmd = out.tty ? pager_command(pager) : NULL;
	if (cmd)
		out.pager = xstrdup(cmd);
	if (color && strcmp(color, "always") == 0)
		out.color = true;
	else if (color && strcmp(color, "never") == 0)
		out.color = false;
	else
		out.color = out.tty && !(no && *no) &&
			    !(term && strcmp(term, "dumb") == 0);
}

bool
emit_is_tty(void)
{
	start();
	return out.tty;
}

bool
emit_has_color(void)
{
	start();
	return out.color;
}

size_t
emit_width(void)
{
	start();
	return out.cols;
}

struct buf *
emit_out(void)
{
	return &out.buf;
}

static int
failure(struct err *e)
{
	if (out.quiet)
		return err_set(e, ERR_IO, "%s", "");
	return err_set(e, ERR_IO, "cannot write to standard output");
}

static int
write_out(struct err *e)
{
	int rc = 0;

	if (out.failed) {
		rc = failure(e);
	} else if (out.buf.n && file_write_all(out.fd, out.buf.p, out.buf.n)) {
		out.failed = true;
		out.quiet = errno == EPIPE;
		if (out.quiet)
			rc = failure(e);
		else
			rc = err_set(e, ERR_IO,
			    "cannot write to standard output: %s",
			    strerror(errno));
	}
	buf_reset(&out.buf);
	out.counted = 0;
	return rc;
}

/* The words of a command; no shell is asked. They point into text. */
static size_t
words(char *text, char **word, size_t max)
{
	size_t n = 0;
	char *save = NULL;

	for (char *w = strtok_r(text, " \t", &save); w && n < max;
	     w = strtok_r(NULL, " \t", &save))
		word[n++] = w;
	word[n] = NULL;
	return n;
}

/* Without a pager that starts the terminal gets it all. */
static void
spawn_pager(void)
{
	struct spawn how = { 0 };
	char *argv[17];
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return;
	setenv("LESS", "FRX", 0); /* as git does: for PAGER=less */
	words(out.pager, argv, 16);
	how.in = fd[0];
	if (spawn_start(&how, argv, &out.pid)) {
		out.pid = 0;
		close(fd[1]);
	} else {
		out.fd = fd[1];
	}
	close(fd[0]);
}

/* True while it may yet fit on the screen. */
static bool
fits(void)
{
	const char *p = out.buf.p + out.counted, *q;

	if (!out.buf.n)
		return true;
	while ((q = memchr(p, '\n', (size_t)(out.buf.p + out.buf.n - p)))) {
		out.lines++;
		p = q + 1;
	}
	out.counted = (size_t)(p - out.buf.p);
	return out.lines < out.rows && out.buf.n < out.rows * out.cols;
}

/* Moves the buffer to an unnamed file. */
static int
spool_out(struct err *e)
{
	char name[] = "/tmp/crm-out-XXXXXX";

	if (!out.spool) {
		out.spool = mkostemp(name, O_CLOEXEC);
		if (out.spool < 0) {
			out.spool = 0;
			return err_errno(e, "%s", name);
		}
		unlink(name);
	}
	if (file_write_all(out.spool, out.buf.p, out.buf.n))
		return err_errno(e, "cannot hold the output back in /tmp");
	buf_reset(&out.buf);
	return 0;
}

void
emit_hold(void)
{
	out.held = true;
}

int
emit_release(struct err *e)
{
	static char piece[PIECE];
	ssize_t n = 0;
	int rc = 0;

	if (!out.held)
		return 0;
	if (out.spool) {
		rc = spool_out(e);
		if (rc == 0 && lseek(out.spool, 0, SEEK_SET) < 0)
			rc = err_errno(e, "cannot read what was held back");
	}
	out.held = false;
	while (rc == 0 && out.spool &&
	       (n = read(out.spool, piece, sizeof piece)) != 0) {
		if (n < 0)
			rc = err_errno(e, "cannot read what was held back");
		else
			rc = emit_text((struct span){ piece, (size_t)n }, e);
	}
	if (out.spool)
		close(out.spool);
	out.spool = 0;
	return rc ? rc : emit_flush(e);
}

int
emit_flush(struct err *e)
{
	if (out.held)
		return out.buf.n < HELD ? 0 : spool_out(e);
	if (out.buf.n < PIECE && !out.pager)
		return 0;
	start();
	if (out.pager) {
		if (fits())
			return 0;
		spawn_pager();
		free(out.pager);
		out.pager = NULL;
	}
	return out.buf.n < PIECE ? 0 : write_out(e);
}

int
emit_text(struct span text, struct err *e)
{
	start();
	buf_addspan(&out.buf, text);
	return emit_flush(e);
}

int
emit_prose(struct span text, struct err *e)
{
	start();
	while (text.n) {
		emit_wrap(&out.buf, span_cut(&text, '\n'), emit_width());
		buf_addc(&out.buf, '\n');
	}
	return emit_flush(e);
}

static void
wait_pager(void)
{
	int status;

	close(out.fd);
	out.fd = STDOUT_FILENO;
	while (waitpid(out.pid, &status, 0) < 0 && errno == EINTR)
		;
	out.pid = 0;
	if (out.quiet)
		out.failed = out.quiet = false;
}

int
emit_finish(struct err *e)
{
	int rc;

	/* still held: the command failed half way, and its half is no answer */
	if (out.held)
		buf_reset(&out.buf);
	rc = write_out(e);
	out.lines = 0;
	if (out.pid) {
		wait_pager();
		if (!out.failed && rc) {
			err_release(e);
			rc = 0;
		}
	}
	out.failed = out.quiet = false; /* it has been said */
	return rc;
}
