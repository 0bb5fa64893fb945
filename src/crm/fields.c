#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "crm/entities.h"
#include "store/scan.h"

#define FILE_NAME "config/fields.csv"

static const char *const type_name[] = {
	[F_TEXT] = "text",
	[F_NOTE] = "note",
	[F_ID] = "id",
	[F_REF] = "ref",
	[F_CHOICE] = "choice",
	[F_CHOICES] = "choices",
	[F_TAGS] = "tags",
	[F_MONEY] = "money",
	[F_DECIMAL] = "decimal",
	[F_INT] = "int",
	[F_PERCENT] = "percent",
	[F_DATE] = "date",
	[F_INSTANT] = "instant",
	[F_WHEN] = "when",
	[F_PERIOD] = "period",
	[F_EMAIL] = "email",
	[F_PHONE] = "phone",
	[F_URL] = "url",
	[F_BOOL] = "bool",
	[F_CURRENCY] = "currency",
	[F_STAGE] = "stage",
};

#define NTYPES (sizeof type_name / sizeof *type_name)

static int
field_type_parse(struct span name)
{
	for (size_t i = 0; i < NTYPES; i++) {
		if (span_ieqs(name, type_name[i]))
			return (int)i;
	}
	return -1;
}

const char *
field_type_name(enum field_type t)
{
	return type_name[t];
}

/* The columns of config/fields.csv, in the order in which they are wanted. */
enum {
	ENTITY,
	FIELD,
	TYPE,
	LABEL,
	CHOICES,
	DEFAULT,
	REQUIRED,
	STAGE,
	HIDDEN,
	NCOLS
};

static const char *const column[NCOLS] = { "entity", "field", "type", "label",
	"choices", "default", "required", "stage", "hidden" };

struct row {
	struct schema *s;
	const struct span *cell;
	struct entity *ent;
	struct field *field; /* the built-in one, or NULL */
	struct field next;   /* what it becomes */
	size_t line;
	struct err *e;
};

#define BAD(r, fmt, ...)                                                       \
	err_set(                                                               \
	    (r)->e, ERR_DATA, FILE_NAME ":%zu: " fmt, (r)->line, __VA_ARGS__)

static const char *
keep(struct row *r, struct span v)
{
	return v.n ? arena_dup(&r->s->arena, v.p, v.n) : NULL;
}

static int
find_entity(struct row *r)
{
	struct span name = r->cell[ENTITY];
	const char *near = NULL;
	int best = 3;

	r->ent = schema_entity(r->s, name);
	if (r->ent && r->ent->letter && !r->ent->append_only)
		return 0;
	if (r->ent)
		return BAD(
		    r, "the fields of %s cannot be changed", r->ent->plural);
	for (size_t i = 0; i < r->s->n; i++) {
		const struct entity *e = r->s->entity[i];
		int d = span_distance(name, span(e->name), 2);

		if (e->letter && !e->append_only && d < best) {
			best = d;
			near = e->name;
		}
	}
	if (near)
		return BAD(r, "there is no entity '%.*s'; did you mean '%s'?",
		    SPANF(name), near);
	return BAD(r, "there is no entity '%.*s'", SPANF(name));
}

/*
 * Names go into filters (stage:won), dotted paths, sort keys (-amount) and
 * headers, so they are plain.
 */
static bool
is_field_name(struct span s)
{
	if (s.n == 0 || s.n > 64 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-')
			return false;
	}
	return true;
}

static int
find_field(struct row *r)
{
	struct span name = r->cell[FIELD];

	r->field = entity_field(r->ent, name);
	if (r->field) {
		r->next = *r->field;
		return 0;
	}
	if (!is_field_name(name))
		return BAD(r,
		    "'%.*s' cannot name a field: lower-case letters, digits, "
		    "'_' and '-', beginning with a letter",
		    SPANF(name));
	memset(&r->next, 0, sizeof r->next);
	r->next.name = keep(r, name);
	r->next.flags = FIELD_CUSTOM;
	return 0;
}

/* "ref:account" is a reference to accounts. */
static int
read_type(struct row *r)
{
	struct span all = r->cell[TYPE], rest = all;
	struct span word = span_cut(&rest, ':');
	int type = field_type_parse(word);
	bool has_ref = rest.p > all.p + word.n;

	if (all.n == 0) {
		/* A text with choices is a selector. */
		if (r->cell[CHOICES].n && r->next.type == F_TEXT)
			r->next.type = F_CHOICE;
		return 0;
	}
	if (type < 0 || (type == F_REF) != has_ref)
		return BAD(r,
		    "'%.*s' is no type; types are text, note, choice, choices, "
		    "tags, money, decimal, int, percent, date, instant, "
		    "period, email, phone, url, bool, currency and ref:ENTITY",
		    SPANF(all));
	if (r->field && (int)r->field->type != type &&
	    !(r->field->type == F_TEXT &&
		(type == F_CHOICE || type == F_CHOICES)))
		return BAD(r, "'%s' is built in as %s and cannot become %.*s",
		    r->field->name, field_type_name(r->field->type),
		    SPANF(all));
	if (!r->field && (type == F_ID || type == F_STAGE))
		return BAD(
		    r, "an own field cannot be of type %.*s", SPANF(all));
	if (type == F_REF) {
		const struct entity *to = schema_entity(r->s, rest);

		if (!to || !to->letter)
			return BAD(r, "there is no entity '%.*s' to refer to",
			    SPANF(rest));
		if (r->field && strcmp(r->field->ref, to->name) != 0)
			return BAD(r, "'%s' is built in as ref:%s",
			    r->field->name, r->field->ref);
		r->next.ref = to->name;
	}
	r->next.type = (enum field_type)type;
	return 0;
}

static bool
has_choice(struct span list, struct span v)
{
	while (list.n) {
		if (span_eq(span_trim(span_cut(&list, ';')), v))
			return true;
	}
	return false;
}

/* "a;b;c" with no choice empty or twice, or "@table". */
static int
read_choices(struct row *r)
{
	struct span list = r->cell[CHOICES], rest = list;
	bool selector = r->next.type == F_CHOICE || r->next.type == F_CHOICES;

	if (list.n == 0) {
		if (selector && !r->next.choices)
			return BAD(
			    r, "'%s' needs its choices, a;b;c", r->next.name);
		return 0;
	}
	if (!selector)
		return BAD(r, "'%s' is of type %s, which has no choices",
		    r->next.name, field_type_name(r->next.type));
	if (list.p[0] == '@') {
		const struct entity *t;

		t = schema_entity(r->s, span_n(list.p + 1, list.n - 1));
		if (!t || t->letter)
			return BAD(r, "there is no table '%.*s' of choices",
			    SPANF(list));
	}
	while (list.p[0] != '@' && rest.n) {
		struct span one = span_trim(span_cut(&rest, ';'));

		if (one.n == 0 || has_choice(rest, one))
			return BAD(r, "a choice of '%s' is %s", r->next.name,
			    one.n ? "there twice" : "empty");
	}
	r->next.choices = keep(r, list);
	return 0;
}

static int
read_flag(struct row *r, int col, enum field_flag flag)
{
	struct span v = r->cell[col];

	if (span_ieqs(v, "yes") || span_ieqs(v, "true") || span_eqs(v, "1"))
		r->next.flags |= flag;
	else if (span_ieqs(v, "no") || span_ieqs(v, "false") ||
		 span_eqs(v, "0"))
		r->next.flags &= ~(unsigned)flag;
	else if (v.n)
		return BAD(
		    r, "%s is yes or no, not '%.*s'", column[col], SPANF(v));
	return 0;
}

static bool
has_stages(const struct entity *ent)
{
	for (size_t i = 0; i < ent->nfields; i++) {
		if (ent->field[i]->type == F_STAGE)
			return true;
	}
	return false;
}

/* What entry does with the field: default, required, from which stage. */
static int
read_entry_rules(struct row *r)
{
	const unsigned ours = FIELD_AUTO | FIELD_VIRTUAL | FIELD_KEY;
	struct span dflt = r->cell[DEFAULT], stage = r->cell[STAGE];
	const char *choices;

	if ((r->next.flags & ours) &&
	    (dflt.n || stage.n || r->cell[REQUIRED].n))
		return BAD(r,
		    "'%s' is set by us: no default, required or stage",
		    r->next.name);
	if (stage.n && !has_stages(r->ent))
		return BAD(r, "%s have no stages", r->ent->plural);
	if (dflt.n)
		r->next.dflt = keep(r, dflt);
	if (stage.n)
		r->next.stage = keep(r, stage);
	choices = r->next.choices;
	if (r->next.type == F_CHOICE && r->next.dflt && choices[0] != '@' &&
	    !has_choice(span(choices), span(r->next.dflt)))
		return BAD(r, "the default '%s' of '%s' is none of its choices",
		    r->next.dflt, r->next.name);
	return read_flag(r, REQUIRED, FIELD_REQUIRED);
}

static int
read_row(struct row *r)
{
	if (find_field(r) < 0 || read_type(r) < 0 || read_choices(r) < 0 ||
	    read_entry_rules(r) < 0 || read_flag(r, HIDDEN, FIELD_HIDDEN) < 0)
		return -1;
	if (r->cell[LABEL].n)
		r->next.label = keep(r, r->cell[LABEL]);
	if (r->next.type == F_ID && (r->next.flags & FIELD_HIDDEN))
		return BAD(r, "'%s' cannot be hidden", r->next.name);
	if (r->field)
		*r->field = r->next;
	else
		schema_add_field(r->s, r->ent, &r->next);
	return 0;
}

static size_t
count_lines(struct span data, uint64_t from, uint64_t to)
{
	size_t n = 0;

	for (; from < to; from++)
		n += data.p[from] == '\n';
	return n;
}

/* Rows are few: each is compared with those before it. */
static int
check_once(const struct row *r, const struct span *first)
{
	const struct span *c;

	for (c = first; c < r->cell; c += NCOLS) {
		if (span_ieq(c[FIELD], r->cell[FIELD]) &&
		    schema_entity(r->s, c[ENTITY]) == r->ent)
			return BAD(r, "the field '%.*s' of %s is there twice",
			    SPANF(c[FIELD]), r->ent->name);
	}
	return 0;
}

static int
read_fields(struct schema *s, struct span csv, struct err *e)
{
	struct scan scan = { 0 };
	struct span want[NCOLS];
	size_t line = 1;
	int r = -1;

	for (int c = 0; c < NCOLS; c++)
		want[c] = span(column[c]);
	if (scan_file(&scan, FILE_NAME, csv, want, NCOLS, SCAN_ROWS, e) < 0)
		goto out;
	for (size_t i = 0; i < scan.nrows; i++) {
		struct row row = { .s = s, .e = e };

		line += count_lines(
		    csv, i ? scan.row_at[i - 1] : 0, scan.row_at[i]);
		row.cell = scan.cell + i * NCOLS;
		row.line = line;
		if (find_entity(&row) < 0 || check_once(&row, scan.cell) < 0 ||
		    read_row(&row) < 0)
			goto out;
	}
	r = 0;
out:
	scan_release(&scan);
	return r;
}

/* [label] opp = project */
static int
read_labels(struct schema *s, const struct rc *rc, struct err *e)
{
	for (size_t i = 0; i < rc->n; i++) {
		const struct rc_entry *x = &rc->entry[i];
		struct span key = span(x->key);
		struct entity *ent;

		if (!span_eqs(span_cut(&key, '.'), "label"))
			continue;
		ent = schema_entity(s, key);
		if (!ent)
			return err_set(e, ERR_DATA,
			    "%s:%zu: there is no entity '%.*s' to label",
			    x->file, x->line, SPANF(key));
		if (!*x->value)
			return err_set(e, ERR_DATA,
			    "%s:%zu: the label of %s is empty", x->file,
			    x->line, ent->name);
		ent->label = arena_dup(&s->arena, x->value, strlen(x->value));
	}
	return 0;
}

int
entities_config(struct schema *s, struct span fields_csv, const struct rc *rc,
    struct err *e)
{
	if (fields_csv.n && read_fields(s, fields_csv, e) < 0)
		return -1;
	return rc ? read_labels(s, rc, e) : 0;
}
