/* Templates of the team, and those that come with the program. */
#include <string.h>

#include "crm/render/template_impl.h"
#include "crm/share.h"

/* The team's own come first. */
static int
read_file(void *ctx, struct span name, struct buf *out, struct err *e)
{
	struct session *s = ctx;
	struct buf path = { 0 };
	int r;

	buf_addf(&path, "templates/%.*s", SPANF(name));
	r = session_read(s, path.p, out, e);
	if (r == 1) {
		struct err own = { 0 };

		r = share_read(path.p, out, &own) ? -1 : 0;
		if (r && own.code == ERR_NOENT)
			r = 1;
		else if (r)
			err_set(e, own.code, "%s", own.msg);
		err_release(&own);
	}
	buf_release(&path);
	return r;
}

int
template_there(struct session *s, const char *name, struct err *e)
{
	struct buf text = { 0 };
	int r = template_is_name(span(name))
	    ? read_file(s, span(name), &text, e)
	    : 1;

	buf_release(&text);
	return r < 0 ? -1 : r == 0;
}

int
template_render(struct session *s, const char *name, const struct tval *root,
    enum escape esc, struct buf *out, struct err *e)
{
	return template_fill(name, root, esc, read_file, s, out, e);
}
