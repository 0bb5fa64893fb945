/* What a command's words mean: records, filters, assignments, stdin. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "cmd/cli.h"
#include "crm/change/resolve.h"
#include "crm/change/rows_in.h"
#include "crm/query/filter.h"
#include "store/id.h"

/* Rows that a pipe may bring: 2 GiB of them. */
#define STDIN_MAX ((size_t)2 << 30)

void
targets_release(struct targets *t)
{
	free(t->id);
	memset(t, 0, sizeof *t);
}

static void
add_target(struct targets *t, uint64_t id)
{
	GROW(t->id, t->n, t->cap);
	t->id[t->n++] = id;
}

/* Keeps the first of each id. */
static void
drop_repeats(struct targets *t)
{
	struct strmap seen = { 0 };
	uint64_t *all = t->id;
	size_t n = t->n;

	t->id = NULL;
	t->n = t->cap = 0;
	for (size_t i = 0; i < n; i++) {
		bool added;

		strmap_add(&seen,
		    span_n((const char *)&all[i], sizeof all[i]), i, &added);
		if (added)
			add_target(t, all[i]);
	}
	strmap_release(&seen);
	free(all);
}

struct rows_in {
	struct call *c;
	const struct entity *ent;
	struct targets *out;
	size_t col;
	bool header;
};

/* A bare id, or a name, as one word on a line. */
static int
take_id(struct rows_in *in, struct span word, size_t line, struct err *e)
{
	uint64_t id = id_pack(word);

	/* rows of any one entity: the first id tells which */
	if (!in->ent && id)
		in->ent = schema_letter(&in->c->s.schema, id_letter(id));
	if (!in->ent)
		return err_set(e, ERR_DATA, "stdin:%zu: '%.*s' is not an id",
		    line, SPANF(word));
	if (!id || id_letter(id) != in->ent->letter) {
		if (resolve_one(&in->c->s, in->ent, word, in->c->ids_only,
			&id, e))
			return err_prefix(e, "stdin:%zu: ", line);
	}
	add_target(in->out, id);
	return 0;
}

static int
take_row(void *ctx, const struct span *cell, size_t n, size_t line, size_t at,
    size_t end, struct err *e)
{
	struct rows_in *in = ctx;

	(void)at;
	(void)end;
	if (!in->header) {
		in->header = true;
		for (in->col = 0; in->col < n; in->col++)
			if (span_eqs(cell[in->col], "id"))
				return 0;
		in->col = 0;
		return n == 1 ? take_id(in, cell[0], line, e)
			      : err_set(e, ERR_DATA,
				    "stdin:%zu: rows need an id column", line);
	}
	if (in->col >= n || cell[in->col].n == 0)
		return err_set(e, ERR_DATA, "stdin:%zu: a row without an id",
		    line);
	return take_id(in, cell[in->col], line, e);
}

/* What -o json prints does not come back: it says so, not "no such id". */
static bool
is_json(struct span data)
{
	data = span_trim(data);
	return data.n && (data.p[0] == '{' || data.p[0] == '[');
}

int
cli_read(struct call *c, const char *file, size_t max, struct buf *out)
{
	bool std = strcmp(file, "-") == 0;
	int fd = std ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_errno(&c->err, "%s", file);
	r = file_slurp(fd, std ? "stdin" : file, max, out, &c->err);
	if (!std)
		close(fd);
	return r;
}

int
cli_stdin_ids(
    struct call *c, const struct entity *ent, struct targets *out)
{
	struct rows_in in = { c, ent, out, 0, false };
	struct buf data = { 0 };
	int r = -1;

	if (file_slurp(
		STDIN_FILENO, "stdin", STDIN_MAX, &data, &c->err))
		goto out;
	if (is_json(buf_span(&data)))
		err_set(&c->err, ERR_DATA,
		    "stdin: JSON is not read; -o csv, -o tsv and -o ids make "
		    "what is");
	else
		r = rows_in(
		    buf_span(&data), "stdin", take_row, &in, &c->err);
	if (r == 0)
		drop_repeats(out);
out:
	buf_release(&data);
	return r;
}

/*
 * "Acme: roof", where Acme is no field: what would be a term may be the name
 * of a record, which is tried first.
 */
static bool
may_be_name(const struct call *c, const char *w)
{
	size_t n = strcspn(w, ":~"), first = strcspn(w, ".:~");

	return w[n] && !strchr("+-@(", w[0]) &&
	    !entity_field(c->ent, span_n(w, first)) &&
	    !schema_entity(&c->s.schema, span_n(w, first));
}

bool
cli_is_filter(const char *w)
{
	return strpbrk(w, ":~") || strchr("+@(", w[0]) ||
	    (w[0] == '-' && w[1]) || strcmp(w, "or") == 0 ||
	    strcmp(w, "not") == 0;
}

static int
collect_id(void *ctx, const struct span *cell, size_t n, struct err *e)
{
	struct targets *t = ctx;

	(void)n;
	(void)e;
	add_target(t, id_pack_canonical(cell[0]));
	return 0;
}

/*
 * A write for "everything without the tag X", where -X begins with the letter
 * of an option and no record has that tag: more likely -nX was meant as one.
 */
static int
check_negated(struct call *c, char **argv, int i)
{
	const struct opt *table[CLI_TABLES];
	size_t n = cli_options(c->cmd, table);
	const char *w = argv[i];
	char letter[3] = { '-', w[1], '\0' };
	bool used;

	if (!(c->cmd->flags & CMD_WRITES) || w[0] != '-' || !w[1] ||
	    &argv[i] >= c->argv + c->nplain || !opt_named(table, n, letter) ||
	    filter_is_vtag(span(w + 1)))
		return 0;
	if (filter_tag_used(&c->s, c->ent, span(w + 1), &used, &c->err))
		return -1;
	return used ? 0
		    : err_set(&c->err, ERR_USAGE,
			  "%s: no %s has that tag, and %s is an option; if "
			  "the tag is meant: not +%s",
			  w, c->ent->label ? c->ent->label : c->ent->name,
			  letter, w + 1);
}

static int
by_filter(struct call *c, int argc, char **argv, struct targets *out)
{
	struct query *q = query_new(&c->s, c->ent);
	struct path *id;
	bool label = false;
	int r = -1;

	for (int i = 0; i < argc; i++)
		if (check_negated(c, argv, i))
			goto out;
	if (query_filter(q, argv, (size_t)argc, &c->err) == 0 &&
	    query_path(q, span("id"), false, &id, &c->err) == 0)
		r = query_stream(q, &id, &label, 1, collect_id, out, &c->err);
out:
	query_free(q);
	return r;
}

static int
one_word(struct call *c, char **word, struct targets *out)
{
	struct err *e = &c->err;
	uint64_t id;

	if (strcmp(*word, "-") == 0)
		return cli_stdin_ids(c, c->ent, out);
	if (resolve_one(&c->s, c->ent, span(*word), c->ids_only, &id, e) == 0) {
		add_target(out, id);
		return 0;
	}
	/* not a name: then a term, whose field is told to be none */
	if (e->code == ERR_NOENT && cli_is_filter(*word) &&
	    !strchr(*word, ' ')) {
		err_release(e);
		return by_filter(c, 1, word, out);
	}
	return -1;
}

static int
by_words(struct call *c, int argc, char **argv, struct targets *out)
{
	bool filter = false;

	for (int i = 0; i < argc; i++)
		filter |= cli_is_filter(argv[i]) && !may_be_name(c, argv[i]);
	if (filter)
		return by_filter(c, argc, argv, out);
	for (int i = 0; i < argc; i++)
		if (one_word(c, &argv[i], out))
			return -1;
	drop_repeats(out);
	return 0;
}

int
cli_targets(struct call *c, int argc, char **argv, struct targets *out)
{
	if (argc == 0 && strcmp(c->cmd->name, "tag") == 0)
		return err_set(&c->err, ERR_USAGE,
		    "which records? tags at the end are those to change; to "
		    "select by tag: crm-%s list +TAG -o ids | crm-%s tag - "
		    "+NEW, or tags:TAG +NEW", c->ent->name, c->ent->name);
	if (argc == 0)
		return err_set(&c->err, ERR_USAGE,
		    "which records? give ids, names, a filter, or - for rows "
		    "on stdin");
	if (by_words(c, argc, argv, out))
		return -1;
	c->none = out->n == 0;
	if (c->none && (c->cmd->flags & CMD_WRITES))
		cli_say(c, "no record fits; nothing to do");
	return 0;
}

bool
cli_is_assignment(const struct call *c, const char *word)
{
	const char *eq = strpbrk(word, "=:~");

	(void)c;
	return eq && *eq == '=' && eq > word;
}
