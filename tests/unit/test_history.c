/*
 * Undo and redo against random histories: taken back step by step, every
 * state comes again byte for byte; a commit taken back out of turn changes
 * just its own cells, or nothing at all.
 */
#include "unit.h"

#include "gitstore.h"

#include "base/file.h"
#include "crm/history/history.h"
#include "store/csvwrite.h"

enum { NREC = 4, NCOL = 4, STEPS = 8 };

static const char *const names[NCOL] = { "id", "name", "role", "city" };

struct model {
	bool there[NREC];
	int cell[NREC][NCOL];
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

static void
render(const struct model *m, struct buf *out)
{
	struct span cell[NCOL];
	char text[NCOL][32];

	for (size_t c = 0; c < NCOL; c++)
		cell[c] = span(names[c]);
	csv_row(out, cell, NCOL, ',');
	for (size_t r = 0; r < NREC; r++) {
		if (!m->there[r])
			continue;
		snprintf(text[0], sizeof text[0], "C2611-0000000%zu", r);
		for (size_t c = 1; c < NCOL; c++)
			snprintf(text[c], sizeof text[c], "v%d", m->cell[r][c]);
		for (size_t c = 0; c < NCOL; c++)
			cell[c] = span(text[c]);
		csv_row(out, cell, NCOL, ',');
	}
}

/* Values never repeat, so that each cell tells which commit made it. */
static void
edit(struct model *m)
{
	static int value;

	for (unsigned n = 1 + rnd(3); n > 0; n--) {
		unsigned r = rnd(NREC);

		if (!m->there[r] || rnd(6) == 0) {
			m->there[r] = !m->there[r];
			for (size_t c = 1; c < NCOL; c++)
				m->cell[r][c] = ++value;
		} else {
			m->cell[r][1 + rnd(NCOL - 1)] = ++value;
		}
	}
}

static void
commit_model(const struct gitstore *g, const struct model *m)
{
	struct err e = { 0 };
	struct buf b = { 0 };
	struct oid id;

	render(m, &b);
	okay(commit_one(g, "contacts/2026/11.csv", b.p, &id, &e), &e);
	buf_release(&b);
}

static bool
shows(const struct gitstore *g, const struct model *m)
{
	struct buf want = { 0 }, got = { 0 };
	struct err e = { 0 };
	bool same;

	render(m, &want);
	okay(file_read(g->fd, "contacts/2026/11.csv", 0, &got, NULL, &e), &e);
	same = span_eq(buf_span(&want), buf_span(&got));
	buf_release(&want);
	buf_release(&got);
	return same;
}

/* The status: 0 or the code of the error. */
static int
undo(const struct gitstore *g, const struct undo_options *o)
{
	struct session s;
	struct changes *c = NULL;
	struct undo u = { 0 };
	struct err e = { 0 };
	struct oid id;
	int code;

	okay(session_open_write(&s, g->path, &e), &e);
	okay(changes_open(&c, &s, false, &e), &e);
	if (history_undo(c, o, &u, NULL, NULL, &e) == 0)
		changes_commit(c, o->redo ? "redo" : "undo", NULL, u.subject.p,
		    u.trailer.p, &id, &e);
	code = (int)e.code;
	undo_release(&u);
	changes_close(c);
	session_close(&s);
	err_release(&e);
	return code;
}

static void
start(const struct gitstore *g, struct model *m)
{
	struct err e = { 0 };
	struct oid id;

	memset(m, 0, sizeof *m);
	m->there[0] = true;
	okay(commit_one(g, "crmrc",
		 "# crm store, format 1\n[core]\n\ttimezone = UTC\n", &id, &e),
	    &e);
	commit_model(g, m);
}

static void
test_back_and_forth(void **state)
{
	const struct gitstore *g = *state;
	struct undo_options back = { 0 }, again = { .redo = true };
	struct model m[STEPS + 1];

	start(g, &m[0]);
	for (int i = 1; i <= STEPS; i++) {
		m[i] = m[i - 1];
		edit(&m[i]);
		commit_model(g, &m[i]);
	}
	for (int i = STEPS; i > 0; i--) {
		assert_int_equal(undo(g, &back), 0);
		CHECK(shows(g, &m[i - 1]), "undo to %d", i - 1);
	}
	for (int i = 1; i <= STEPS; i++) {
		assert_int_equal(undo(g, &again), 0);
		CHECK(shows(g, &m[i]), "redo to %d", i);
	}
	assert_int_equal(undo(g, &again), ERR_NO);
	back.steps = STEPS - 3;
	assert_int_equal(undo(g, &back), 0);
	CHECK(shows(g, &m[3]), "all at once");
	assert_int_equal(undo(g, &again), 0);
	CHECK(shows(g, &m[STEPS]), "and all again");
	expect(g, "git status --short", "");
}

/*
 * What must come out when commit `to` is taken back from now: false where
 * something of it was changed since.
 */
static bool
inverse(const struct model *from, const struct model *to, struct model *now)
{
	for (size_t r = 0; r < NREC; r++) {
		if (from->there[r] != to->there[r]) {
			bool same = now->there[r] == to->there[r];

			for (size_t c = 1; c < NCOL && same; c++)
				same = !to->there[r] ||
				       now->cell[r][c] == to->cell[r][c];
			if (!same && !(to->there[r] && !now->there[r]))
				return false;
			now->there[r] = from->there[r];
			memcpy(
			    now->cell[r], from->cell[r], sizeof now->cell[r]);
			continue;
		}
		for (size_t c = 1; to->there[r] && c < NCOL; c++) {
			if (from->cell[r][c] == to->cell[r][c])
				continue;
			if (!now->there[r] || now->cell[r][c] != to->cell[r][c])
				return false;
			now->cell[r][c] = from->cell[r][c];
		}
	}
	return true;
}

static void
test_out_of_turn(void **state)
{
	const struct gitstore *g = *state;
	struct model before, made, now;
	int refused = 0, done = 0;

	start(g, &now);
	for (int round = 0; round < 60; round++) {
		struct undo_options o = { 0 };
		struct model want;
		char *target;
		bool can;
		int code;

		before = now;
		edit(&now);
		made = now;
		commit_model(g, &now);
		target = says(g, "git rev-parse HEAD");
		for (unsigned n = rnd(3); n > 0; n--) {
			edit(&now);
			commit_model(g, &now);
		}
		want = now;
		can = inverse(&before, &made, &want);
		o.commit = target;
		code = undo(g, &o);
		CHECK(code == (can ? 0 : ERR_NO), "round %d: %d", round, code);
		if (can)
			now = want;
		CHECK(shows(g, &now), "round %d, %d", round, can);
		can ? done++ : refused++;
		free(target);
	}
	CHECK(done > 10 && refused > 10, "%d done, %d refused", done, refused);
	expect(g, "git status --short", "");
}

static int
count_cell(void *ctx, const struct history_cell *k, struct err *e)
{
	struct buf *b = ctx;

	(void)e;
	buf_addf(b, "%.*s %.*s '%.*s' '%.*s'\n", SPANF(k->key), SPANF(k->field),
	    SPANF(k->old), SPANF(k->new));
	return 0;
}

static void
logged(
    const struct gitstore *g, const struct history_options *o, const char *want)
{
	struct session s;
	struct err e = { 0 };
	struct buf b = { 0 };

	buf_adds(&b, "");
	okay(session_open(&s, g->path, NULL, &e), &e);
	okay(history_log(&s, o, count_cell, &b, &e), &e);
	CHECK(strcmp(b.p, want) == 0, "%s", b.p);
	session_close(&s);
	buf_release(&b);
}

#define FILE_AT "contacts/2026/11.csv"

/* Of a merge only what neither side had. */
static void
test_log_merge(void **state)
{
	const struct gitstore *g = *state;
	struct history_options all = { .limit = 3 };
	struct err e = { 0 };
	struct oid id;

	okay(commit_one(g, "crmrc", "# crm store, format 1\n", &id, &e), &e);
	okay(commit_one(
		 g, FILE_AT, "id,name,role\nC2611-00000000,a,b\n", &id, &e),
	    &e);
	assert_int_equal(
	    sh(g, "git config merge.crm.driver false; git checkout -q -b side; "
		  "sed -i s/a,b/x,b/ " FILE_AT "; git commit -qam side; "
		  "git checkout -q main; sed -i s/a,b/a,y/ " FILE_AT "; "
		  "git commit -qam main; git merge -q side; "
		  "printf 'id,name,role\\nC2611-00000000,x,z\\n' >" FILE_AT "; "
		  "git commit -qam merge"),
	    0);
	logged(g, &all,
	    "C2611-00000000 role 'y' 'z'\n"
	    "C2611-00000000 role 'b' 'y'\n"
	    "C2611-00000000 name 'a' 'x'\n");
}

/* A file of the past that cannot be read does not hide the rest. */
static void
test_log_bad(void **state)
{
	const struct gitstore *g = *state;
	struct history_options all = { .limit = 3 };
	struct err e = { 0 };
	struct oid id;

	okay(commit_one(g, "crmrc", "# crm store, format 1\n", &id, &e), &e);
	okay(commit_one(g, FILE_AT, "id,name\nC2611-00000000,\"a\n", &id, &e),
	    &e);
	okay(
	    commit_one(g, FILE_AT, "id,name\nC2611-00000000,a\n", &id, &e), &e);
	okay(
	    commit_one(g, FILE_AT, "id,name\nC2611-00000000,b\n", &id, &e), &e);
	logged(g, &all,
	    "C2611-00000000 name 'a' 'b'\n" FILE_AT
	    " (file) '' 'unreadable'\n" FILE_AT " (file) '' 'unreadable'\n");
}

#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, gitstore_make, gitstore_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_back_and_forth),
		TEST(test_out_of_turn),
		TEST(test_log_merge),
		TEST(test_log_bad),
	};

	setenv("CRM_FSYNC", "0", 1);
	unsetenv("CRM_DIR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
