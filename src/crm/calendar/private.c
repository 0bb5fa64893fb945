#include "crm/calendar/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/calendar/item.h"
#include "store/csvwrite.h"
#include "store/scan.h"

/* What others may know. */
static const char *const shown[] = { "id", "owner", "state", "start", "end",
	"due", "completed", "repeat", "zone", "private", "busy", "created" };

static bool
is_hidden(const struct calendar *cal, size_t reader, struct span private,
    struct span owner, struct span with)
{
	const struct person *p;

	if (!span_eqs(private, "yes"))
		return false;
	if (reader == (size_t)-1)
		return true;
	p = &cal->person[reader];
	return !span_eq(owner, p->id) && !item_is_guest(with, p->email);
}

bool
private_hidden(
    const struct calendar *cal, size_t reader, const struct span *value)
{
	return is_hidden(cal, reader, act_cell(cal, value, "private"),
	    act_cell(cal, value, "owner"), act_cell(cal, value, "with"));
}

/* The columns of the text, as its first line names them. */
struct mask {
	struct span *name;
	bool *shown;
	size_t n, cap;
	size_t private, owner, with, subject;
};

static void
read_columns(struct mask *m, struct span header)
{
	struct { const char *name; size_t *at; } wanted[] = {
		{ "private", &m->private }, { "owner", &m->owner },
		{ "with", &m->with }, { "subject", &m->subject } };

	while (header.n) {
		struct span name = span_cut(&header, ',');

		GROW(m->name, m->n, m->cap);
		m->name[m->n] = name;
		for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
			if (span_eqs(name, wanted[i].name))
				*wanted[i].at = m->n;
		m->n++;
	}
	m->shown = xcalloc(m->n + 1, sizeof *m->shown);
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
			m->shown[i] |= span_eqs(m->name[i], shown[k]);
}

static void
put_masked(const struct mask *m, const struct span *cell, struct buf *out)
{
	for (size_t i = 0; i < m->n; i++) {
		if (i)
			buf_addc(out, ',');
		if (i == m->subject)
			buf_adds(out, PRIVATE_SUBJECT);
		else if (m->shown[i])
			csv_cell(out, cell[i], ',');
	}
	buf_addc(out, '\n');
}

int
private_mask(const struct calendar *cal, const char *path, size_t reader,
    struct buf *text, struct err *e)
{
	struct mask m = { 0 };
	struct scan s = { 0 };
	struct buf out = { 0 };
	struct span rest = buf_span(text);
	int r;

	/* most folders have nothing that is private */
	if (!text->n || !memmem(text->p, text->n, ",yes,", 5))
		return 0;
	read_columns(&m, span_cut(&rest, '\n'));
	r = scan_file(&s, path, buf_span(text), m.name, m.n, SCAN_ROWS, e);
	if (r == 0 && s.nrows)
		buf_add(&out, text->p, (size_t)s.row_at[0]);
	for (size_t i = 0; r == 0 && i < s.nrows; i++) {
		const struct span *cell = s.cell + i * s.ncells;

		if (is_hidden(cal, reader, cell[m.private], cell[m.owner],
			cell[m.with]))
			put_masked(&m, cell, &out);
		else
			buf_add(&out, text->p + s.row_at[i],
			    (size_t)(s.row_at[i + 1] - s.row_at[i]));
	}
	if (r == 0 && s.nrows) {
		buf_release(text);
		*text = out;
		out = (struct buf){ 0 };
	}
	buf_release(&out);
	scan_release(&s);
	free(m.name);
	free(m.shown);
	return r;
}
