/*
 * ics_merge: tables of small cases, and random three-way merges of items of
 * which each property is followed through a model of the rules.
 */
#include "unit.h"

#include "builtin.h"

#include <stdlib.h>

#include "base/mem.h"
#include "crm/entities.h"
#include "crm/history/merge_ics.h"
#include "store/ics.h"

static int
note_conflict(void *ctx, const struct merge_conflict *c, struct err *e)
{
	struct buf *b = ctx;

	(void)e;
	buf_addf(b, "%.*s '%.*s' '%.*s' '%.*s'\n", SPANF(c->column),
	    SPANF(c->base), SPANF(c->ours), SPANF(c->theirs));
	return 0;
}

/* --- cases --------------------------------------------------------------- */

#define EVENT(lines)                                                           \
	"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\n" lines                         \
	"END:VEVENT\nEND:VCALENDAR\n"
#define OTHER(rid, lines)                                                      \
	"END:VEVENT\nBEGIN:VEVENT\nUID:u\nRECURRENCE-ID:" rid "\n" lines
#define ALARM(trigger) "BEGIN:VALARM\nTRIGGER:" trigger "\nEND:VALARM\n"

static const struct {
	const char *name, *base, *ours, *theirs, *want, *conflicts;
} cases[] = {
	{ "different properties", EVENT("SUMMARY:a\nLOCATION:x\n"),
	    EVENT("SUMMARY:b\nLOCATION:x\n"), EVENT("SUMMARY:a\nLOCATION:y\n"),
	    EVENT("SUMMARY:b\nLOCATION:y\n"), "" },
	{ "the same property", EVENT("SUMMARY:a\n"), EVENT("SUMMARY:b\\, c\n"),
	    EVENT("SUMMARY:z\n"), EVENT("SUMMARY:z\n"),
	    "subject 'a' 'z' 'b, c'\n" },
	{ "a time is told as a cell", EVENT("DTSTART:20261124T100000Z\n"),
	    EVENT("DTSTART:20261124T110000Z\n"),
	    EVENT("DTSTART:20261124T120000Z\n"),
	    EVENT("DTSTART:20261124T120000Z\n"),
	    "start '2026-11-24T10:00:00Z' '2026-11-24T12:00:00Z' "
	    "'2026-11-24T11:00:00Z'\n" },
	{ "a series in floating time",
	    EVENT("DTSTART:20261124T100000\nRRULE:FREQ=DAILY\nSUMMARY:a\n"),
	    EVENT("DTSTART:20261124T100000\nRRULE:FREQ=DAILY\nSUMMARY:b\n"),
	    EVENT("DTSTART:20261124T100000\nRRULE:FREQ=DAILY\nSUMMARY:c\n"),
	    EVENT("DTSTART:20261124T100000\nRRULE:FREQ=DAILY\nSUMMARY:c\n"),
	    "subject 'a' 'c' 'b'\n" },
	{ "a copy that became the master",
	    EVENT("X-CRM-OWNER:ana\nSUMMARY:a\n"), EVENT("SUMMARY:a\n"),
	    EVENT("X-CRM-OWNER:cy\nSUMMARY:b\n"), EVENT("SUMMARY:b\n"), "" },
	{ "a copy of two others", EVENT("X-CRM-OWNER:ana\n"),
	    EVENT("X-CRM-OWNER:cy\n"), EVENT("X-CRM-OWNER:bo\n"),
	    EVENT("X-CRM-OWNER:cy\n"), "" },
	{ "a property that is no field", EVENT("X-COLOR:a\n"),
	    EVENT("X-COLOR:b\n"), EVENT("X-COLOR:c\n"), EVENT("X-COLOR:c\n"),
	    "X-COLOR 'a' 'c' 'b'\n" },
	{ "order, folding, quotes and what holds anyway",
	    EVENT("DTSTART:20261124T100000Z\nX-A;P=\"v\":1\nSUMMARY:a b\n"),
	    EVENT("SUMMARY:a\n  b\nX-A;p=v:1\n"
		  "DTSTART;VALUE=DATE-TIME:20261124T100000Z\n"),
	    EVENT("DTSTART:20261124T100000Z\nX-A;P=\"v\":1\nSUMMARY:c\n"),
	    EVENT("DTSTART:20261124T100000Z\nX-A;P=\"v\":1\nSUMMARY:c\n"),
	    "" },
	{ "attendees by their address",
	    EVENT("ATTENDEE;CN=A:mailto:a@x\nATTENDEE:mailto:b@x\n"),
	    EVENT("ATTENDEE;CN=A;PARTSTAT=ACCEPTED:mailto:A@x\n"
		  "ATTENDEE:mailto:b@x\nATTENDEE:mailto:c@x\n"),
	    EVENT("ATTENDEE;CN=A:mailto:a@x\nATTENDEE:mailto:d@x\n"),
	    EVENT("ATTENDEE;CN=A;PARTSTAT=ACCEPTED:mailto:A@x\n"
		  "ATTENDEE:mailto:c@x\nATTENDEE:mailto:d@x\n"),
	    "" },
	{ "one attendee, answered otherwise", EVENT("ATTENDEE:mailto:a@x\n"),
	    EVENT("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x\n"),
	    EVENT("ATTENDEE;PARTSTAT=DECLINED:mailto:a@x\n"),
	    EVENT("ATTENDEE;PARTSTAT=DECLINED:mailto:a@x\n"),
	    "ATTENDEE mailto:a@x '' 'PARTSTAT=DECLINED' "
	    "'PARTSTAT=ACCEPTED'\n" },
	{ "a list keeps its parameters",
	    EVENT("CATEGORIES;LANGUAGE=de:p,q\nEXDATE;X-A=b:20261201T100000Z,"
		  "20261202T100000Z\n"),
	    EVENT("CATEGORIES;LANGUAGE=de:p,q,z\nEXDATE;X-A=b:"
		  "20261201T100000Z,20261202T100000Z\n"),
	    EVENT("CATEGORIES;LANGUAGE=de:p,q\n"
		  "EXDATE;X-A=b:20261202T100000Z\n"),
	    EVENT("CATEGORIES;LANGUAGE=de:p,q,z\n"
		  "EXDATE;X-A=b:20261202T100000Z\n"),
	    "" },
	{ "a link without a type is that of its id",
	    EVENT("X-CRM-REF:O2611-00000001\n"),
	    EVENT("X-CRM-REF:O2611-00000001\nSUMMARY:a\n"),
	    EVENT("X-CRM-REF;X-CRM-TYPE=opp:O2611-00000002\n"),
	    EVENT("X-CRM-REF;X-CRM-TYPE=opp:O2611-00000002\nSUMMARY:a\n"),
	    "" },
	{ "categories are united", EVENT("CATEGORIES:CRM,p,q\n"),
	    EVENT("CATEGORIES:CRM\nCATEGORIES:q,z\n"),
	    EVENT("CATEGORIES:b,CRM,p,q\n"), EVENT("CATEGORIES:CRM,q,b,z\n"),
	    "" },
	{ "dates that are left out",
	    EVENT("EXDATE:20261201T100000Z,20261202T100000Z\n"),
	    EVENT("EXDATE:20261202T100000Z\nEXDATE:20261203T100000Z\n"),
	    EVENT("EXDATE:20261201T100000Z,20261202T100000Z\n"
		  "EXDATE;VALUE=DATE:20261204\n"),
	    EVENT("EXDATE:20261202T100000Z\nEXDATE:20261203T100000Z\n"
		  "EXDATE;VALUE=DATE:20261204\n"),
	    "" },
	{ "links by their type",
	    EVENT("X-CRM-REF;X-CRM-TYPE=account:A2611-00000001\n"),
	    EVENT("X-CRM-REF;X-CRM-TYPE=account:A2611-00000001\n"
		  "X-CRM-REF;X-CRM-TYPE=opp:O2611-00000001\n"),
	    EVENT("X-CRM-REF;X-CRM-TYPE=account:A2611-00000002\n"),
	    EVENT("X-CRM-REF;X-CRM-TYPE=account:A2611-00000002\n"
		  "X-CRM-REF;X-CRM-TYPE=opp:O2611-00000001\n"),
	    "" },
	{ "alarms by what they say",
	    EVENT("SUMMARY:a\n" ALARM("-PT15M") ALARM("-PT5M")),
	    EVENT("SUMMARY:a\n" ALARM("-PT15M") ALARM("-PT20M")),
	    EVENT("SUMMARY:b\n" ALARM("-PT5M") ALARM("-PT15M")
		    ALARM("-PT10M")),
	    EVENT("SUMMARY:b\n" ALARM("-PT15M") ALARM("-PT10M")
		    ALARM("-PT20M")),
	    "" },
	{ "stamps", EVENT("DTSTAMP:20261101T000000Z\nSEQUENCE:1\n"),
	    EVENT("DTSTAMP:20261102T000000Z\nSEQUENCE:10\n"),
	    EVENT("DTSTAMP:20261103T000000Z\nSEQUENCE:9\n"),
	    EVENT("DTSTAMP:20261103T000000Z\nSEQUENCE:10\n"), "" },
	{ "an end, and how long", EVENT("DTEND:20261124T100000Z\n"),
	    EVENT("DTEND:20261124T110000Z\n"), EVENT("DURATION:PT1H\n"),
	    EVENT("DURATION:PT1H\n"),
	    "end '2026-11-24T10:00:00Z' '' '2026-11-24T11:00:00Z'\n" },
	{ "an occurrence changed on one side, one on the other",
	    EVENT("RRULE:FREQ=WEEKLY\n"),
	    EVENT("RRULE:FREQ=WEEKLY\n" OTHER("20261201T100000Z", "X:1\n")),
	    EVENT("RRULE:FREQ=WEEKLY\n" OTHER("20261208T100000Z", "X:2\n")),
	    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nRRULE:FREQ=WEEKLY\n" OTHER(
		"20261201T100000Z", "X:1\n")
		OTHER("20261208T100000Z", "X:2\n")
		"END:VEVENT\nEND:VCALENDAR\n",
	    "" },
	{ "an occurrence changed on both sides",
	    EVENT("X:0\n" OTHER("20261201T100000Z", "X:1\n")),
	    EVENT("X:0\n" OTHER("20261201T100000Z", "X:2\n")),
	    EVENT("X:0\n" OTHER("20261201T100000Z", "X:3\n")),
	    EVENT("X:0\n" OTHER("20261201T100000Z", "X:3\n")),
	    "X 20261201T100000Z '1' '3' '2'\n" },
	{ "an occurrence changed here, no more there",
	    EVENT("X:0\n" OTHER("20261201T100000Z", "X:1\n")),
	    EVENT("X:0\n" OTHER("20261201T100000Z", "X:2\n")), EVENT("X:0\n"),
	    EVENT("X:0\n" OTHER("20261201T100000Z", "X:2\n")),
	    "(20261201T100000Z) '' 'changed' 'removed'\n" },
	{ "written again and removed", EVENT("X:0\n" OTHER("1", "X:1\n")),
	    EVENT("X:0\n" OTHER("1", "DTSTAMP:2\nX:1\n")), EVENT("X:0\n"),
	    EVENT("X:0\n"), "" },
	{ "added on both sides", "", EVENT("SUMMARY:a\nX:1\n"),
	    EVENT("SUMMARY:b\nLOCATION:y\n"),
	    EVENT("SUMMARY:b\nLOCATION:y\nX:1\n"), "subject '' 'b' 'a'\n" },
	{ "several of one name", EVENT("X-N:1\nX-N:2\n"),
	    EVENT("X-N:1\nX-N:3\n"), EVENT("X-N:1\nX-N:2\nX-N:4\n"),
	    EVENT("X-N:1\nX-N:3\nX-N:4\n"), "" },
	{ "removed, and changed", EVENT("X:1\nY:2\n"), EVENT("X:1\n"),
	    EVENT("X:1\nY:3\n"), EVENT("X:1\nY:3\n"), "Y '2' '3' ''\n" },
	{ "line ends stay as they were", EVENT("X:1\n"),
	    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nX:1\r\nY:2\r\n"
	    "END:VEVENT\r\nEND:VCALENDAR\r\n",
	    EVENT("X:2\n"), EVENT("X:2\nY:2\n"), "" },
};

static bool
merge(struct entity *act, const char *b, const char *o, const char *t,
    struct buf *out, struct buf *conflicts)
{
	struct err e = { 0 };
	int r;

	buf_reset(out);
	buf_adds(out, "");
	buf_reset(conflicts);
	buf_adds(conflicts, "");
	r = ics_merge(act, "calendar/ana/events/u.ics", span(b), span(o),
	    span(t), out, note_conflict, conflicts, &e);
	CHECK(r == 0, "%s", e.msg);
	err_release(&e);
	return r == 0;
}

static void
test_cases(void **state)
{
	struct entity *act = schema_entity(*state, span("act"));
	struct buf out = { 0 }, said = { 0 };

	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		bool swap = i % 2;
		size_t k = i / 2;

		merge(act, cases[k].base,
		    swap ? cases[k].theirs : cases[k].ours,
		    swap ? cases[k].ours : cases[k].theirs, &out, &said);
		CHECK(strcmp(out.p, cases[k].want) == 0, "%s%s\n%s",
		    cases[k].name, swap ? " (swapped)" : "", out.p);
		CHECK(strcmp(said.p, cases[k].conflicts) == 0, "%s%s\n%s",
		    cases[k].name, swap ? " (swapped)" : "", said.p);
	}
	buf_release(&out);
	buf_release(&said);
}

static void
test_bad(void **state)
{
	struct entity *act = schema_entity(*state, span("act"));
	struct buf out = { 0 };
	struct err e = { 0 };

	CHECK(ics_merge(act, "c.ics", span(EVENT("X:1\n")),
		  span("BEGIN:VCALENDAR\n"), span(EVENT("X:2\n")), &out, NULL,
		  NULL, &e) == -1,
	    "%s", out.p);
	CHECK(e.code == ERR_DATA && strstr(e.msg, "c.ics:1:") &&
		strstr(e.msg, "(in our version)"),
	    "%s", e.msg);
	err_release(&e);
	buf_release(&out);
}

/* --- a model ------------------------------------------------------------- */

enum { NITEM = 4, NPROP = 7, NVAL = 4, NWORD = 5, NALARM = 3 };

static const char *const names[NPROP] = { "SUMMARY", "LOCATION", "STATUS",
	"X-FOREIGN", "DESCRIPTION", "URL", "X-ODD" };
static const char *const values[NVAL] = { "", "one", "two\\, three",
	("a long value that does not fit into one line of seventy-five octets, "
	 "so that it is folded") };

struct mitem {
	bool there;
	unsigned char prop[NPROP]; /* index into values; 0: not there */
	bool word[NWORD], exdate[NWORD], alarm[NALARM];
};

struct model {
	struct mitem item[NITEM];
	unsigned shuffle;
	bool crlf;
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
line(struct buf *out, bool crlf, const char *name, const char *value)
{
	assert_int_equal(
	    ics_line(out, name, span(""), span(value), crlf, NULL), 0);
}

static void
render_item(const struct mitem *m, size_t n, unsigned turn, bool crlf,
    struct buf *out)
{
	char text[40];
	bool any = false;

	line(out, crlf, "BEGIN", "VEVENT");
	snprintf(text, sizeof text, "uid-%zu", n / 2);
	line(out, crlf, "UID", text);
	/* every other one is an occurrence of the one before */
	if (n % 2)
		line(out, crlf, "RECURRENCE-ID", "20261201T100000Z");
	for (size_t i = 0; i < NPROP; i++) {
		size_t k = (i * 3 + turn) % NPROP;

		if (m->prop[k])
			line(out, crlf, names[k], values[m->prop[k]]);
	}
	for (size_t i = 0; i < NWORD; i++) {
		size_t k = (i + turn) % NWORD;

		snprintf(text, sizeof text, "2026120%zuT100000Z", k + 1);
		if (m->exdate[k])
			line(out, crlf, "EXDATE", text);
		if (m->word[k] && (turn % 2 || any)) {
			snprintf(text, sizeof text, "w%zu", k);
			line(out, crlf, "CATEGORIES", text);
		} else if (m->word[k]) {
			snprintf(text, sizeof text, "w%zu,w%zu", k, k);
			line(out, crlf, "CATEGORIES", text);
			any = true;
		}
	}
	for (size_t i = 0; i < NALARM; i++) {
		if (!m->alarm[i])
			continue;
		snprintf(text, sizeof text, "-PT%zuM", i + 1);
		line(out, crlf, "BEGIN", "VALARM");
		line(out, crlf, "TRIGGER", text);
		line(out, crlf, "END", "VALARM");
	}
	line(out, crlf, "END", "VEVENT");
}

static void
render(const struct model *m, struct buf *out)
{
	buf_reset(out);
	line(out, m->crlf, "BEGIN", "VCALENDAR");
	for (size_t i = 0; i < NITEM; i++) {
		size_t k = m->shuffle % 2 ? NITEM - 1 - i : i;

		if (m->item[k].there)
			render_item(
			    &m->item[k], k, m->shuffle, m->crlf, out);
	}
	line(out, m->crlf, "END", "VCALENDAR");
	buf_addc(out, '\0');
}

static void
random_item(struct mitem *m)
{
	m->there = rnd(4) > 0;
	for (size_t i = 0; i < NPROP; i++)
		m->prop[i] = (unsigned char)rnd(NVAL);
	for (size_t i = 0; i < NWORD; i++) {
		m->word[i] = rnd(2);
		m->exdate[i] = rnd(2);
	}
	for (size_t i = 0; i < NALARM; i++)
		m->alarm[i] = rnd(2);
}

static void
random_side(const struct model *base, struct model *m)
{
	*m = *base;
	for (unsigned n = rnd(8); n > 0; n--) {
		struct mitem *it = &m->item[rnd(NITEM)];

		switch (rnd(8)) {
		case 0:
			it->there = !it->there;
			break;
		case 1:
			it->word[rnd(NWORD)] ^= 1;
			break;
		case 2:
			it->exdate[rnd(NWORD)] ^= 1;
			break;
		case 3:
			it->alarm[rnd(NALARM)] ^= 1;
			break;
		case 4:
			m->shuffle = rnd(NPROP);
			m->crlf = rnd(2);
			break;
		default:
			it->prop[rnd(NPROP)] = (unsigned char)rnd(NVAL);
		}
	}
}

static size_t
find_item(const struct ics *d, size_t n)
{
	char uid[20];
	size_t c = ICS_NONE;

	snprintf(uid, sizeof uid, "uid-%zu", n / 2);
	while ((c = ics_child(d, 1, "VEVENT", c)) != ICS_NONE)
		if (span_eqs(ics_value(d, c, "UID"), uid) &&
		    (ics_value(d, c, "RECURRENCE-ID").n > 0) == n % 2)
			return c;
	return ICS_NONE;
}

static bool
has_value(const struct ics *d, size_t comp, const char *name, const char *v)
{
	size_t p = ICS_NONE;

	while ((p = ics_find(d, comp, name, p)) != ICS_NONE) {
		struct span list = d->prop[p].value;

		while (list.n)
			if (span_eqs(ics_cut(&list, ','), v))
				return true;
	}
	return false;
}

/* One of a set: what both have, and what one has added. */
static bool
in_set(bool b, bool o, bool t)
{
	return b ? o && t : o || t;
}

static bool
same_item(const struct mitem *a, const struct mitem *b)
{
	return memcmp(a->prop, b->prop, sizeof a->prop) == 0 &&
	    memcmp(a->word, b->word, sizeof a->word) == 0 &&
	    memcmp(a->exdate, b->exdate, sizeof a->exdate) == 0 &&
	    memcmp(a->alarm, b->alarm, sizeof a->alarm) == 0;
}

static void
check_item(const struct ics *d, size_t comp, const struct mitem *b,
    const struct mitem *o, const struct mitem *t, const char *text)
{
	char v[40];

	for (size_t i = 0; i < NPROP; i++) {
		const char *vb = values[b->prop[i]], *vo = values[o->prop[i]];
		const char *vt = values[t->prop[i]], *want;

		want = strcmp(vo, vt) == 0 || strcmp(vt, vb) == 0 ? vo
		    : strcmp(vo, vb) == 0			   ? vt
		    : strcmp(vo, vt) > 0			   ? vo
								   : vt;
		CHECK(span_eqs(ics_value(d, comp, names[i]), want),
		    "%s is not %s\n%s", names[i], want, text);
	}
	for (size_t i = 0; i < NWORD; i++) {
		snprintf(v, sizeof v, "w%zu", i);
		CHECK(has_value(d, comp, "CATEGORIES", v) ==
			in_set(b->word[i], o->word[i], t->word[i]),
		    "%s\n%s", v, text);
		snprintf(v, sizeof v, "2026120%zuT100000Z", i + 1);
		CHECK(has_value(d, comp, "EXDATE", v) ==
			in_set(b->exdate[i], o->exdate[i], t->exdate[i]),
		    "%s\n%s", v, text);
	}
	for (size_t i = 0; i < NALARM; i++) {
		size_t a = ICS_NONE;
		bool found = false;

		snprintf(v, sizeof v, "-PT%zuM", i + 1);
		while ((a = ics_child(d, comp, "VALARM", a)) != ICS_NONE)
			found |= span_eqs(ics_value(d, a, "TRIGGER"), v);
		CHECK(found == in_set(b->alarm[i], o->alarm[i], t->alarm[i]),
		    "%s\n%s", v, text);
	}
}

static void
check_merged(const struct model *b, const struct model *o,
    const struct model *t, const char *text)
{
	static const struct mitem none;
	struct buf copy = { 0 };
	struct ics d = { 0 };

	buf_adds(&copy, text);
	assert_int_equal(ics_parse(&d, "merged", &copy, NULL), 0);
	for (size_t i = 0; i < NITEM; i++) {
		const struct mitem *ib = &b->item[i], *io = &o->item[i];
		const struct mitem *it = &t->item[i];
		const struct mitem *was = ib->there ? ib : &none;
		size_t comp = find_item(&d, i);
		bool there = io->there && it->there;

		if (!ib->there)
			there = io->there || it->there;
		/* removed on one side, changed on the other: it stays */
		else if (io->there != it->there)
			there = !same_item(ib, io->there ? io : it);
		CHECK((comp != ICS_NONE) == there, "item %zu\n%s", i, text);
		if (there)
			check_item(&d, comp, was, io->there ? io : was,
			    it->there ? it : was, text);
	}
	ics_release(&d);
}

static void
test_random(void **state)
{
	struct entity *act = schema_entity(*state, span("act"));
	struct buf b = { 0 }, o = { 0 }, t = { 0 }, x = { 0 }, y = { 0 };
	struct buf cx = { 0 }, cy = { 0 };

	for (int i = 0; i < 3000; i++) {
		struct model base = { 0 }, ours, theirs;
		bool no_base = i % 8 == 0;

		for (size_t k = 0; k < NITEM && !no_base; k++)
			random_item(&base.item[k]);
		base.crlf = rnd(2);
		random_side(&base, &ours);
		random_side(&base, &theirs);
		render(&base, &b);
		render(&ours, &o);
		render(&theirs, &t);
		merge(act, no_base ? "" : b.p, o.p, t.p, &x, &cx);
		merge(act, no_base ? "" : b.p, t.p, o.p, &y, &cy);
		CHECK(strcmp(x.p, y.p) == 0, "%s\n---\n%s", x.p, y.p);
		CHECK(strcmp(cx.p, cy.p) == 0, "%s\n---\n%s", cx.p, cy.p);
		check_merged(&base, &ours, &theirs, x.p);
	}
	buf_release(&b);
	buf_release(&o);
	buf_release(&t);
	buf_release(&x);
	buf_release(&y);
	buf_release(&cx);
	buf_release(&cy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, builtin_setup, builtin_teardown);
}
