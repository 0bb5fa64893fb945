#include "crm/config_file.h"

#include "crm/share.h"

int
config_file_open(struct config_file *f, struct session *s, const char *path,
    const struct span *want, size_t n, struct err *e)
{
	int got;

	f->path = path;
	got = session_read(s, path, &f->text, e);
	if (got < 0)
		return -1;
	if (got)
		share_read(path, &f->text, NULL);
	return scan_file(
	    &f->scan, path, buf_span(&f->text), want, n, SCAN_ROWS, e);
}

const struct span *
config_file_row(struct config_file *f, size_t i)
{
	uint64_t from = i ? f->scan.row_at[i - 1] : 0;

	f->line += i == 0;
	for (; from < f->scan.row_at[i]; from++)
		f->line += f->text.p[from] == '\n';
	return f->scan.cell + i * f->scan.ncells;
}

void
config_file_close(struct config_file *f)
{
	buf_release(&f->text);
	scan_release(&f->scan);
}
