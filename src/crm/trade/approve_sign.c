/*
 * Signatures of approvals, by the programs and the keys that git signs with:
 * gpg, or ssh-keygen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "crm/trade/approve_impl.h"

#define NAMESPACE "crm-approval"

enum {
	SIGN_MAX = 1 << 20,
	SIGN_MS = 120000, /* somebody may have to type a passphrase */
	VERIFY_MS = 20000,
};

/* --- what git says of keys ----------------------------------------------- */

struct keys {
	struct buf text; /* "key\nvalue" and a NUL each */
	const char *key, *format, *gpg, *ssh, *allowed;
};

static int
keys_read(struct session *s, struct keys *k, struct err *e)
{
	const char *argv[] = { "git", "-C", s->root, "config", "--null",
		"--get-regexp", "^(user\\.signingkey|gpg\\..*)$", NULL };
	struct spawn_job j = { .max = SIGN_MAX, .ms = VERIFY_MS,
		.out = &k->text };
	const struct {
		const char *name, **to;
	} want[] = { { "user.signingkey", &k->key }, { "gpg.format", &k->format },
		{ "gpg.program", &k->gpg }, { "gpg.openpgp.program", &k->gpg },
		{ "gpg.ssh.program", &k->ssh },
		{ "gpg.ssh.allowedsignersfile", &k->allowed } };
	char *p, *end;

	k->key = k->allowed = "";
	k->format = "openpgp";
	k->gpg = "gpg";
	k->ssh = "ssh-keygen";
	if (spawn_collect(&j, (char *const *)argv, e))
		return -1;
	end = k->text.p + k->text.n;
	for (p = k->text.p; p && p < end; p += strlen(p) + 1) {
		size_t n = strcspn(p, "\n");

		for (size_t i = 0; p[n] && i < sizeof want / sizeof *want; i++)
			if (strlen(want[i].name) == n &&
			    strncmp(p, want[i].name, n) == 0)
				*want[i].to = p + n + 1;
	}
	return 0;
}

/* ~/.ssh/id is one of this person; a NUL-terminated copy. */
static char *
whole_path(const char *path)
{
	const char *home = getenv("HOME");

	return path[0] == '~' && path[1] == '/' && home
	    ? xasprintf("%s%s", home, path + 1)
	    : xstrdup(path);
}

/* What a program reads as a file, though it is in none. */
static char *
as_file(struct span text, int *fd)
{
	*fd = memfd_create("signature", MFD_CLOEXEC);
	if (*fd < 0 || file_write_all(*fd, text.p, text.n))
		return NULL;
	return xasprintf("/proc/%ld/fd/%d", (long)getpid(), *fd);
}

/* --- signing ------------------------------------------------------------- */

static int
sign(char *const argv[], struct span text, struct buf *signature,
    struct err *e)
{
	struct buf said = { 0 };
	struct spawn_job j = { .input = &text, .max = SIGN_MAX, .ms = SIGN_MS,
		.asks = true, .out = signature, .said = &said };
	struct span rest, line;
	int r = spawn_collect(&j, argv, e);

	rest = buf_span(&said);
	line = span_trim(span_cut(&rest, '\n'));
	if (r == 0 && j.status)
		r = err_set(e, ERR_IO, "%s: %.*s", argv[0],
		    SPANF(line.n ? line : span("failed")));
	if (r)
		err_suffix(e,
		    "; nothing was approved (git's user.signingkey names the "
		    "key; without it approvals are not signed)");
	buf_release(&said);
	return r;
}

static int
sign_gpg(struct keys *k, struct span text, struct buf *signature,
    struct err *e)
{
	const char *argv[] = { k->gpg, "--detach-sign", "--armor",
		"--local-user", k->key, NULL };

	return sign((char *const *)argv, text, signature, e);
}

/* The key is a file, or a public one by itself, which an agent has. */
static int
sign_ssh(struct keys *k, struct span text, struct buf *signature,
    struct err *e)
{
	const char *key = k->key;
	bool literal = strncmp(key, "key::", 5) == 0 ||
	    strncmp(key, "ssh-", 4) == 0;
	char *file;
	int fd = -1, r;

	key += strncmp(key, "key::", 5) == 0 ? 5 : 0;
	file = literal ? as_file(span(key), &fd) : whole_path(key);
	if (!file) {
		r = err_errno(e, "no file in memory");
	} else {
		const char *argv[] = { k->ssh, "-Y", "sign", "-n", NAMESPACE,
			"-f", file, literal ? "-U" : NULL, NULL };

		r = sign((char *const *)argv, text, signature, e);
	}
	if (fd >= 0)
		close(fd);
	free(file);
	return r;
}

int
approval_sign(struct session *s, struct span text, struct buf *signature,
    struct err *e)
{
	struct keys k = { 0 };
	int r = keys_read(s, &k, e);

	if (r == 0 && *k.key) {
		if (strcmp(k.format, "openpgp") == 0)
			r = sign_gpg(&k, text, signature, e);
		else if (strcmp(k.format, "ssh") == 0)
			r = sign_ssh(&k, text, signature, e);
		else
			r = err_set(e, ERR_USAGE,
			    "git's gpg.format is '%s'; approvals are signed "
			    "with openpgp or ssh", k.format);
	}
	while (r == 0 && signature->n &&
	    signature->p[signature->n - 1] == '\n')
		buf_cut(signature, signature->n - 1);
	buf_release(&k.text);
	return r;
}

/* --- verifying ----------------------------------------------------------- */

/* Runs a program over the text; its exit status, -1 where it did not run. */
static int
run(const char *const argv[], struct span text, struct buf *out)
{
	struct buf said = { 0 };
	struct err ignored = { 0 };
	struct spawn_job j = { .input = &text, .max = SIGN_MAX,
		.ms = VERIFY_MS, .out = out, .said = &said };
	int r = spawn_collect(&j, (char *const *)argv, &ignored);

	err_release(&ignored);
	buf_release(&said);
	return r ? -1 : j.status;
}

static enum signed_by
verify_ssh(const struct keys *k, struct span text, const char *file,
    struct buf *who)
{
	char *allowed = whole_path(k->allowed);
	const char *find[] = { k->ssh, "-Y", "find-principals", "-s", file,
		"-f", allowed, NULL };
	const char *check[] = { k->ssh, "-Y", "verify", "-n", NAMESPACE, "-s",
		file, "-f", allowed, "-I", NULL, NULL };
	struct buf out = { 0 }, sink = { 0 };
	enum signed_by r = SIGN_BAD;
	struct span rest;
	int status = run(find, span(""), &out);

	rest = buf_span(&out);
	if (status < 0 || !*k->allowed)
		r = SIGN_UNKNOWN;
	while (r == SIGN_BAD && status == 0 && rest.n) {
		struct span name = span_trim(span_cut(&rest, '\n'));
		char *principal = span_dup(name);

		check[10] = principal;
		if (name.n && run(check, text, &sink) == 0) {
			buf_addspan(who, name);
			r = SIGN_GOOD;
		}
		free(principal);
	}
	buf_release(&out);
	buf_release(&sink);
	free(allowed);
	return r;
}

static enum signed_by
verify_gpg(const struct keys *k, struct span text, const char *file,
    struct buf *who)
{
	const char *argv[] = { k->gpg, "--status-fd", "1", "--verify", file,
		"-", NULL };
	enum signed_by r = SIGN_UNKNOWN;
	struct buf out = { 0 };
	struct span rest;

	(void)run(argv, text, &out);
	rest = buf_span(&out);
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');

		if (!span_starts(line, span("[GNUPG:] ")))
			continue;
		line = span_n(line.p + 9, line.n - 9);
		if (span_starts(line, span("BADSIG "))) {
			r = SIGN_BAD;
		} else if (span_starts(line, span("GOODSIG "))) {
			r = SIGN_GOOD;
			span_cut(&line, ' '); /* and the key */
			span_cut(&line, ' ');
			buf_addspan(who, line);
		} else if (span_starts(line, span("REVKEYSIG "))) {
			r = SIGN_BAD;
		}
	}
	buf_release(&out);
	return r;
}

enum signed_by
approval_verify(struct session *s, struct span text, struct span signature,
    struct buf *who)
{
	bool ssh = span_starts(signature, span("-----BEGIN SSH"));
	struct buf whole = { 0 };
	enum signed_by r = SIGN_UNKNOWN;
	struct err ignored = { 0 };
	struct keys k = { 0 };
	char *file = NULL;
	int fd = -1;

	buf_addspan(&whole, signature);
	buf_addc(&whole, '\n');
	if (keys_read(s, &k, &ignored) == 0)
		file = as_file(buf_span(&whole), &fd);
	if (file)
		r = ssh ? verify_ssh(&k, text, file, who)
			: verify_gpg(&k, text, file, who);
	if (fd >= 0)
		close(fd);
	free(file);
	err_release(&ignored);
	buf_release(&k.text);
	buf_release(&whole);
	return r;
}
