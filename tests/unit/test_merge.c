/*
 * table_merge: tables of small cases, and random three-way merges against a
 * model of the rules.
 */
#include "unit.h"

#include "builtin.h"

#include <stdlib.h>

#include "base/mem.h"
#include "crm/entities.h"
#include "crm/history/tdiff.h"
#include "store/csvwrite.h"
#include "store/id.h"
#include "store/scan.h"

/* --- cases --------------------------------------------------------------- */

static int
note_conflict(void *ctx, const struct merge_conflict *c, struct err *e)
{
	struct buf *b = ctx;

	(void)e;
	buf_addf(b, "%.*s %.*s '%.*s' '%.*s' '%.*s'\n", SPANF(c->id),
	    SPANF(c->column), SPANF(c->base), SPANF(c->ours), SPANF(c->theirs));
	return 0;
}

#define A "O2611-00000001"
#define B "O2611-00000002"
#define C "O2611-00000003"

static const struct {
	const char *name, *entity, *base, *ours, *theirs, *want, *conflicts;
} cases[] = {
	{ "different cells of a row", "opp", "id,name,stage\n" A ",x,new\n",
	    "id,name,stage\n" A ",y,new\n", "id,name,stage\n" A ",x,won\n",
	    "id,name,stage\n" A ",y,won\n", "" },
	{ "the same cell", "opp", "id,name\n" A ",x\n" B ",b\n",
	    "id,name\n" A ",aa\n" B ",b\n", "id,name\n" A ",zz\n" B ",b\n",
	    "id,name\n" A ",zz\n" B ",b\n", A " name 'x' 'zz' 'aa'\n" },
	{ "rows added on both sides", "opp", "id,name\n" B ",b\n",
	    "id,name\n" B ",b\n" C ",c\n", "id,name\n" A ",a\n" B ",b\n",
	    "id,name\n" A ",a\n" B ",b\n" C ",c\n", "" },
	{ "no common version", "opp", "", "id,name\n" A ",a\n",
	    "id,name,stage\n" B ",b,new\n",
	    "id,name,stage\n" A ",a,\n" B ",b,new\n", "" },
	{ "removed and not touched", "opp", "id,name\n" A ",a\n" B ",b\n",
	    "id,name\n" B ",b\n", "id,name\n" A ",a\n" B ",c\n",
	    "id,name\n" B ",c\n", "" },
	{ "removed and changed", "opp", "id,name\n" A ",a\n" B ",b\n",
	    "id,name\n" B ",b\n", "id,name\n" A ",z\n" B ",b\n",
	    "id,name\n" A ",z\n" B ",b\n",
	    A " (record) '' 'changed' 'removed'\n" },
	{ "columns added on both sides", "opp", "id,name\n" A ",a\n",
	    "id,name,zeta,stage\n" A ",a,1,new\n", "id,name,alpha\n" A ",a,2\n",
	    "id,name,stage,alpha,zeta\n" A ",a,new,2,1\n", "" },
	{ "a dropped column", "opp", "id,name,old\n" A ",a,\n",
	    "id,name\n" A ",b\n", "id,name,old\n" A ",a,\n" B ",c,\n",
	    "id,name\n" A ",b\n" B ",c\n", "" },
	{ "a dropped column that is in use", "opp", "id,name,old\n" A ",a,1\n",
	    "id,name\n" A ",a\n", "id,name,old\n" A ",a,2\n",
	    "id,name,old\n" A ",a,2\n", A " old '1' '2' ''\n" },
	{ "untouched rows keep their bytes", "opp",
	    "id,name\n" A ",\"a\"\n" B ",b\n" C ",c\n",
	    "id,name\n" A ",\"a\"\n" B ",x\n" C ",c\n",
	    "id,name\n" A ",\"a\"\n" B ",b\n" C ",y\n",
	    "id,name\n" A ",\"a\"\n" B ",x\n" C ",y\n", "" },
	{ "a hand-added row finds its place", "opp", "id,name\n" B ",b\n",
	    "id,name\n" B ",b\n" A ",a\n", "id,name\n" B ",c\n",
	    "id,name\n" A ",a\n" B ",c\n", "" },
	{ "no newline at the end", "opp", "id,name\n" A ",a\n" B ",b",
	    "id,name\n" A ",x\n" B ",b", "id,name\n" A ",a\n" B ",y",
	    "id,name\n" A ",x\n" B ",y\n", "" },
	{ "tags are united", "opp", "id,name,tags\n" A ",a,p;q\n",
	    "id,name,tags\n" A ",a,q;z\n", "id,name,tags\n" A ",a,b;p;q\n",
	    "id,name,tags\n" A ",a,b;q;z\n", "" },
	{ "the earlier created stands", "opp",
	    "id,name,created\n" A ",a,2026-11-21T10:00:00Z\n",
	    "id,name,created\n" A ",a,2026-11-20T10:00:00Z\n",
	    "id,name,created\n" A ",a,2026-11-19T10:00:00Z\n",
	    "id,name,created\n" A ",a,2026-11-19T10:00:00Z\n", "" },
	{ "an amount and its currency", "opp",
	    "id,name,amount,currency\n" A ",a,100,EUR\n",
	    "id,name,amount,currency\n" A ",a,250,EUR\n",
	    "id,name,amount,currency\n" A ",a,100,USD\n",
	    "id,name,amount,currency\n" A ",a,250,USD\n",
	    A " amount '100' '250' '100'\n" },
	{ "the same record added on both sides", "opp", "id,name,created\n",
	    "id,name,created,stage\n" A ",a,2026-11-21T10:00:00Z,new\n",
	    "id,name,created,stage\n" A ",a,2026-11-21T10:00:00Z,won\n",
	    "id,name,created,stage\n" A ",a,2026-11-21T10:00:00Z,won\n",
	    A " stage '' 'won' 'new'\n" },
	{ "two records with one id", "opp", "id,name\n",
	    "id,name\n" A ",first\n", "id,name\n" A ",second\n",
	    "id,name\n" A ",first\nO2611-hyncppt9,second\n",
	    A " (id) '' '" A "' 'O2611-hyncppt9'\n" },
	{ "two events with one id", "stage-change", "id,opp,to\n",
	    "id,opp,to\nS2611-00000001," A ",won\n",
	    "id,opp,to\nS2611-00000001," B ",won\n",
	    "id,opp,to\nS2611-00000001," A ",won\n"
	    "S2611-39f5yf76," B ",won\n",
	    "S2611-00000001 (id) '' 'S2611-00000001' 'S2611-39f5yf76'\n" },
	{ "events of both", "stage-change", "id,opp,to\n",
	    "id,opp,to\nS2611-00000001," A ",won\n",
	    "id,opp,to\nS2611-00000002," B ",won\n",
	    "id,opp,to\nS2611-00000001," A ",won\nS2611-00000002," B ",won\n",
	    "" },
	{ "stages keep their order", "stage",
	    "pipeline,stage,state\nd,new,open\nd,won,won\nd,lost,lost\n",
	    "pipeline,stage,state\nd,new,open\nd,quote,open\nd,won,won\n"
	    "d,lost,lost\n",
	    "pipeline,stage,state\nd,lead,open\nd,new,open\nd,lost,lost\n"
	    "d,won,won\n",
	    "pipeline,stage,state\nd,lead,open\nd,new,open\nd,quote,open\n"
	    "d,lost,lost\nd,won,won\n",
	    "" },
	{ "a stage added by both, otherwise", "stage",
	    "pipeline,stage,state\nd,new,open\n",
	    "pipeline,stage,state\nd,new,open\nd,b,won\n",
	    "pipeline,stage,state\nd,new,open\nd,a,open\nd,b,lost\n",
	    "pipeline,stage,state\nd,new,open\nd,a,open\nd,b,won\n",
	    "d/b state '' 'won' 'lost'\n" },
	{ "the same open conflict", "conflict",
	    "table,id,column,base,ours,theirs\n",
	    "table,id,column,base,ours,theirs\nopps," A ",name,x,c,a\n",
	    "table,id,column,base,ours,theirs\nopps," A ",name,x,b,a\n"
	    "opps," A ",city,x,b,a\n",
	    "table,id,column,base,ours,theirs\nopps," A ",city,x,b,a\n"
	    "opps," A ",name,x,c,b\n",
	    "" },
};

static void
check_case(const struct schema *s, size_t i, bool swap)
{
	const struct entity *ent = schema_entity(s, span(cases[i].entity));
	struct buf out = { 0 }, conflicts = { 0 };
	struct err e = { 0 };
	int r;

	buf_adds(&conflicts, "");
	r = table_merge(ent, "t.csv", span(cases[i].base),
	    span(swap ? cases[i].theirs : cases[i].ours),
	    span(swap ? cases[i].ours : cases[i].theirs), &out, note_conflict,
	    &conflicts, &e);
	CHECK(r == 0, "%s: %s", cases[i].name, e.msg);
	CHECK(strcmp(out.p, cases[i].want) == 0, "%s%s\n%s", cases[i].name,
	    swap ? " (swapped)" : "", out.p);
	CHECK(strcmp(conflicts.p, cases[i].conflicts) == 0, "%s%s\n%s",
	    cases[i].name, swap ? " (swapped)" : "", conflicts.p);
	buf_release(&out);
	buf_release(&conflicts);
}

static void
test_cases(void **state)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		check_case(*state, i, false);
		check_case(*state, i, true);
	}
}

static const struct {
	const char *ours, *want;
} bad[] = {
	{ "id,name\n" A ",\"a\n", "opps/2026/11.csv:2:16: " },
	{ "id,name\n" A ",a\n" A ",b\n",
	    "opps/2026/11.csv:3: the same id as in line 2 (in our version)" },
	{ "name\nx\n",
	    "opps/2026/11.csv:1: there is no column 'id' (in our version)" },
	{ "id,name\n<<<<<<< HEAD\n" A ",b\n", "opps/2026/11.csv:2:" },
};

static void
test_bad(void **state)
{
	const struct entity *ent = schema_entity(*state, span("opp"));

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };
		int r = table_merge(ent, "opps/2026/11.csv", span("id,name\n"),
		    span(bad[i].ours), span("id,name\n" B ",b\n"), &out, NULL,
		    NULL, &e);

		CHECK(r == -1 && e.code == ERR_DATA, "%s", bad[i].ours);
		CHECK(strncmp(e.msg, bad[i].want, strlen(bad[i].want)) == 0,
		    "%s", e.msg);
		err_release(&e);
		buf_release(&out);
	}
}

/* --- a model ------------------------------------------------------------- */

enum { NID = 5, NCOL = 11, NVAL = 5 };
enum { ID, NAME, AMOUNT, CURRENCY, TAGS, LOG, MADE, SEEN, X1, X2, X3 };

static const char *const col_name[NCOL] = { "id", "name", "amount", "currency",
	"tags", "log", "created", "seen", "zz", "bb", "mm" };
static const char *const ids[NID] = { "O2611-00000001", "O2611-00000002",
	"O2611-7f3k9q2d", "O2612-00000000", "O2612-zzzzzzzz" };
static const char *const value[NCOL][NVAL] = {
	[NAME] = { "a", "b, c", "q\"q", "", "line\nline" },
	[AMOUNT] = { "", "1", "20", "3.50", "100" },
	[CURRENCY] = { "EUR", "USD", "", "EUR", "EUR" },
	[TAGS] = { "", "p", "p;q", "q;r", "p;r;s" },
	[LOG] = { "", "one", "one\ntwo", "one\nthree", "zero" },
	[MADE] = { "", "2026-01-01T00:00:00Z", "2026-01-01T01:30:00+01:00",
	    "2025-12-31T00:00:00Z", "2026-02-01T00:00:00Z" },
	[SEEN] = { "", "9", "10", "-3", "2.5" },
	[X1] = { "", "u", "v", " w", "x" },
	[X2] = { "", "u", "v", "w ", "x" },
	[X3] = { "", "u", "v", "w", "\"" },
};

struct model {
	bool col[NCOL], row[NID];
	unsigned char order[NCOL];
	unsigned char cell[NID][NCOL]; /* index into value */
	bool quoted;		       /* a hand that quotes everything */
};

static uint64_t seed = 88172645463325252u;

static unsigned
rnd(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static struct entity *
model_entity(struct schema *s)
{
	static const struct field fields[] = {
		{ .name = "id", .type = F_ID },
		{ .name = "name", .type = F_TEXT },
		{ .name = "amount", .type = F_MONEY },
		{ .name = "currency", .type = F_CURRENCY },
		{ .name = "tags", .type = F_TAGS, .merge = MERGE_UNION },
		{ .name = "log", .type = F_NOTE, .merge = MERGE_APPEND },
		{ .name = "created", .type = F_INSTANT, .merge = MERGE_MIN },
		{ .name = "seen", .type = F_DECIMAL, .merge = MERGE_MAX },
	};
	struct entity ent = {
		.name = "thing",
		.plural = "things",
		.path = "things",
		.layout = LAYOUT_MONTHLY,
		.letter = 'O',
	};
	struct entity *e = schema_add(s, &ent);

	for (size_t i = 0; i < COUNT(fields); i++)
		schema_add_field(s, e, &fields[i]);
	return e;
}

static const char *
text(const struct model *m, size_t row, size_t col)
{
	const char *v;

	if (!m->row[row] || !m->col[col])
		return "";
	v = col == ID ? ids[row] : value[col][m->cell[row][col]];
	return v ? v : "";
}

static void
render(const struct model *m, struct buf *out)
{
	struct span cell[NCOL];
	size_t n = 0;

	buf_reset(out);
	for (size_t i = 0; i < NCOL; i++)
		if (m->col[m->order[i]])
			cell[n++] = span(col_name[m->order[i]]);
	csv_row(out, cell, n, ',');
	for (size_t r = 0; r < NID; r++) {
		if (!m->row[r])
			continue;
		n = 0;
		for (size_t i = 0; i < NCOL; i++)
			if (m->col[m->order[i]])
				cell[n++] = span(text(m, r, m->order[i]));
		if (!m->quoted || r % 2) {
			csv_row(out, cell, n, ',');
			continue;
		}
		for (size_t i = 0; i < n; i++) {
			buf_addc(out, i ? ',' : '"');
			if (i)
				buf_addc(out, '"');
			for (size_t k = 0; k < cell[i].n; k++) {
				if (cell[i].p[k] == '"')
					buf_addc(out, '"');
				buf_addc(out, cell[i].p[k]);
			}
			buf_addc(out, '"');
		}
		buf_addc(out, '\n');
	}
}

static void
random_base(struct model *m)
{
	memset(m, 0, sizeof *m);
	for (size_t i = 0; i < NCOL; i++) {
		m->order[i] = (unsigned char)i;
		m->col[i] = i < 2 || (i < X1 ? rnd(4) > 0 : rnd(4) == 0);
	}
	for (size_t r = 0; r < NID; r++) {
		m->row[r] = rnd(3) > 0;
		for (size_t c = 1; c < NCOL; c++)
			m->cell[r][c] = (unsigned char)rnd(NVAL);
	}
}

static void
random_edit(struct model *m)
{
	size_t r = rnd(NID), c = 1 + rnd(NCOL - 1), k;

	switch (rnd(12)) {
	case 0:
		m->row[r] = false;
		break;
	case 1:
		if (!m->row[r])
			for (k = 1; k < NCOL; k++)
				m->cell[r][k] = (unsigned char)rnd(NVAL);
		m->row[r] = true;
		break;
	case 2:
		if (!m->col[c]) {
			m->col[c] = true;
			for (k = 0; k < NID; k++)
				m->cell[k][c] = 0;
		}
		break;
	case 3:
		if (c > NAME && rnd(3) == 0)
			m->col[c] = false;
		break;
	case 4:
		k = 1 + rnd(NCOL - 1);
		if (rnd(4) == 0) {
			unsigned char x = m->order[c];

			m->order[c] = m->order[k];
			m->order[k] = x;
		}
		break;
	case 5:
		m->quoted = rnd(2);
		break;
	default:
		m->cell[r][c] = (unsigned char)rnd(NVAL);
	}
}

static void
random_side(const struct model *base, struct model *m)
{
	*m = *base;
	for (unsigned n = rnd(5); n > 0; n--)
		random_edit(m);
}

static void
merged(const struct entity *ent, const struct buf *b, const struct buf *o,
    const struct buf *t, struct buf *out, struct buf *conflicts)
{
	struct err e = { 0 };
	int r;

	buf_reset(out);
	buf_reset(conflicts);
	buf_adds(conflicts, "");
	r = table_merge(ent, "things/2026/11.csv", buf_span(b), buf_span(o),
	    buf_span(t), out, note_conflict, conflicts, &e);
	CHECK(r == 0, "%s\nbase\n%s\nours\n%s\ntheirs\n%s", e.msg, b->p, o->p,
	    t->p);
}

/* Words of v that neither o nor t has. */
static bool
all_known(struct span v, const char *o, const char *t, char sep)
{
	while (v.n) {
		struct span word = span_cut(&v, sep);
		bool found = false;

		for (int i = 0; i < 2; i++) {
			struct span rest = span(i ? o : t);

			while (rest.n && !found)
				found = span_eq(span_cut(&rest, sep), word);
		}
		if (!found)
			return false;
	}
	return true;
}

/*
 * What the cell rule says: 0 the value is *want, 1 a conflict and the greater
 * one stands, 2 a policy decides between o and t.
 */
static int
cell_rule(
    size_t col, const char *b, const char *o, const char *t, const char **want)
{
	if (strcmp(o, t) == 0 || strcmp(t, b) == 0) {
		*want = o;
		return 0;
	}
	if (strcmp(o, b) == 0) {
		*want = t;
		return 0;
	}
	*want = span_cmp(span(o), span(t)) > 0 ? o : t;
	return col >= TAGS && col <= SEEN ? 2 : 1;
}

struct world {
	struct model b, o, t;
	struct buf base, ours, theirs, out, conflicts;
};

static void
tell(const struct world *w)
{
	print_error("base\n%s\nours\n%s\ntheirs\n%s\nout\n%s\nconflicts\n%s",
	    w->base.p, w->ours.p, w->theirs.p, w->out.p, w->conflicts.p);
}

static bool
reported(const struct world *w, size_t row, const char *column)
{
	char *line = xasprintf("%s %s '", ids[row], column);
	bool found = strstr(w->conflicts.p, line) != NULL;

	free(line);
	return found;
}

static void
check_cell(const struct world *w, size_t row, size_t col, struct span got)
{
	const char *b = text(&w->b, row, col), *o = text(&w->o, row, col);
	const char *t = text(&w->t, row, col), *want;
	int rule = cell_rule(col, b, o, t, &want);
	bool fine = true;

	if (col == LOG && rule == 2) {
		if (reported(w, row, "log"))
			fine = span_eqs(got, want);
		else
			fine = all_known(got, o, t, '\n');
	} else if (col == TAGS && rule == 2) {
		fine = all_known(got, o, t, ';');
	} else if (rule == 2) {
		fine = span_eqs(got, o) || span_eqs(got, t);
	} else {
		fine = span_eqs(got, want);
		if (col != AMOUNT)
			fine = fine &&
			       reported(w, row, col_name[col]) == (rule == 1);
	}
	if (fine)
		return;
	tell(w);
	fail_msg(
	    "row %s column %s: '%.*s'", ids[row], col_name[col], SPANF(got));
}

static bool
two_records(const struct world *w, size_t r)
{
	return w->o.row[r] && w->t.row[r] && !w->b.row[r] &&
	       (strcmp(text(&w->o, r, NAME), text(&w->t, r, NAME)) ||
		   strcmp(text(&w->o, r, MADE), text(&w->t, r, MADE)));
}

static bool
differs(const struct model *a, const struct model *b, size_t r)
{
	for (size_t c = 0; c < NCOL; c++)
		if (strcmp(text(a, r, c), text(b, r, c)))
			return true;
	return false;
}

/* Is the record there by the rules? Its conflict is checked too. */
static bool
expect_row(const struct world *w, size_t r)
{
	bool b = w->b.row[r], o = w->o.row[r], t = w->t.row[r], both = false;
	const struct model *kept = o ? &w->o : &w->t;
	bool there = o || t;

	if (b && o != t) {
		there = differs(&w->b, kept, r);
		both = there;
	}
	if (reported(w, r, "(record)") != both) {
		tell(w);
		fail_msg("%s: (record)", ids[r]);
	}
	return there;
}

static void
check_world(const struct world *w)
{
	struct span want[NCOL];
	struct scan s = { 0 };
	struct err e = { 0 };
	size_t found = 0, expected = 0;

	for (size_t c = 0; c < NCOL; c++)
		want[c] = span(col_name[c]);
	if (scan_file(&s, "out", buf_span(&w->out), want, NCOL, 0, &e)) {
		tell(w);
		fail_msg("%s", e.msg);
	}
	for (size_t i = 1; i < s.nrows; i++)
		CHECK(span_cmp(s.cell[(i - 1) * NCOL], s.cell[i * NCOL]) < 0,
		    "not sorted\n%s", w->out.p);
	for (size_t r = 0; r < NID; r++) {
		size_t i = 0;

		while (i < s.nrows && !span_eqs(s.cell[i * NCOL], ids[r]))
			i++;
		if (expect_row(w, r) != (i < s.nrows)) {
			tell(w);
			fail_msg("record %s", ids[r]);
		}
		expected += expect_row(w, r) + two_records(w, r);
		for (size_t c = 1; c < NCOL && i < s.nrows; c++)
			if (w->o.row[r] && w->t.row[r] && !two_records(w, r))
				check_cell(w, r, c, s.cell[i * NCOL + c]);
	}
	found = s.nrows;
	if (found != expected) {
		tell(w);
		fail_msg("%zu records, expected %zu", found, expected);
	}
	scan_release(&s);
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return span_eq(buf_span(a), buf_span(b));
}

static void
test_random(void **state)
{
	struct schema s = { 0 };
	struct entity *ent = model_entity(&s);
	struct world w = { 0 };
	struct buf out = { 0 }, conflicts = { 0 };

	(void)state;
	for (int round = 0; round < 120000; round++) {
		random_base(&w.b);
		random_side(&w.b, &w.o);
		random_side(&w.b, &w.t);
		render(&w.b, &w.base);
		render(&w.o, &w.ours);
		render(&w.t, &w.theirs);
		merged(ent, &w.base, &w.ours, &w.theirs, &w.out, &w.conflicts);
		check_world(&w);
		/* commutative */
		merged(ent, &w.base, &w.theirs, &w.ours, &out, &conflicts);
		if (!same(&out, &w.out) || !same(&conflicts, &w.conflicts)) {
			tell(&w);
			fail_msg("not commutative\n%s\n%s", out.p, conflicts.p);
		}
		/*
		 * merging again what is already in changes nothing; but where
		 * nothing is left of ours, their quoting and order come whole
		 */
		merged(ent, &w.base, &w.out, &w.theirs, &out, &conflicts);
		if (!same(&out, &w.out) && !same(&w.out, &w.base)) {
			tell(&w);
			fail_msg("not idempotent\n%s", out.p);
		}
		merged(ent, &w.base, &w.base, &w.theirs, &out, &conflicts);
		CHECK(same(&out, &w.theirs), "no identity");
	}
	buf_release(&out);
	buf_release(&conflicts);
	buf_release(&w.base);
	buf_release(&w.ours);
	buf_release(&w.theirs);
	buf_release(&w.out);
	buf_release(&w.conflicts);
	schema_release(&s);
}

/* Three clones that meet in any order. */
static void
test_three(void **state)
{
	static const int order[3][3] = { { 0, 1, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 } };
	struct schema s = { 0 };
	struct entity *ent = model_entity(&s);
	struct buf base = { 0 }, side[3] = { 0 }, out[3] = { 0 }, two = { 0 },
		   conflicts = { 0 };

	(void)state;
	for (int round = 0; round < 30000; round++) {
		struct model b, m;

		random_base(&b);
		render(&b, &base);
		for (int i = 0; i < 3; i++) {
			random_side(&b, &m);
			/* columns stay where they are */
			memcpy(m.order, b.order, sizeof m.order);
			render(&m, &side[i]);
		}
		for (int i = 0; i < 3; i++) {
			merged(ent, &base, &side[order[i][0]],
			    &side[order[i][1]], &two, &conflicts);
			merged(ent, &base, &two, &side[order[i][2]], &out[i],
			    &conflicts);
		}
		if (same(&out[0], &out[1]) && same(&out[1], &out[2]))
			continue;
		print_error("base\n%s\nA\n%s\nB\n%s\nC\n%s\n", base.p,
		    side[0].p, side[1].p, side[2].p);
		print_error("AB+C\n%s\nBC+A\n%s\nCA+B\n%s\n", out[0].p,
		    out[1].p, out[2].p);
		fail_msg("the order counts");
	}
	for (int i = 0; i < 3; i++) {
		buf_release(&side[i]);
		buf_release(&out[i]);
	}
	buf_release(&base);
	buf_release(&two);
	buf_release(&conflicts);
	schema_release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_three),
	};

	return cmocka_run_group_tests(tests, builtin_setup, builtin_teardown);
}
