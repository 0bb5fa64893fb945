/* crm-act ingest: an invitation, or an answer, from a file or a mail. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/mail/ingest.h"
#include "crm/mail/mail.h"

static bool link_deal;

const struct opt opts_ingest[] = {
	{ "link", 0, OPT_FLAG, NULL, "take the deal that is proposed",
	    &link_deal },
	{ 0 },
};

static int
read_file(struct call *c, const char *name, struct buf *out)
{
	bool std = strcmp(name, "-") == 0;
	int fd = std ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_errno(&c->err, "%s", name);
	r = file_slurp(fd, std ? "stdin" : name, MAIL_MAX, out, &c->err);
	if (!std)
		close(fd);
	return r;
}

int
verb_act_ingest(struct call *c)
{
	struct ingest_options o = { .link = link_deal, .force = c->force };
	struct changes *ch = NULL;
	struct buf data = { 0 }, said = { 0 };
	int r = -1;

	if (c->argc != 1)
		return err_set(&c->err, ERR_USAGE,
		    "ingest takes one file, or - for standard input");
	o.name = strcmp(c->argv[0], "-") == 0 ? "stdin" : c->argv[0];
	if (read_file(c, c->argv[0], &data) || cli_changes(c, &ch))
		goto out;
	o.me = change_user(ch);
	if (ingest(ch, &data, &o, &said, &c->err))
		goto out;
	r = cli_commit(c, ch, "ingest");
	for (struct span rest = buf_span(&said); r == 0 && rest.n;) {
		struct span line = span_cut(&rest, '\n');

		cli_say(c, "%.*s", SPANF(line));
	}
out:
	changes_close(ch);
	buf_release(&data);
	buf_release(&said);
	return r;
}
