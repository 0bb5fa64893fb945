/*
 * An agenda as one page of HTML: the days as a list, and a week or month as a
 * grid. It has no scripts and fetches nothing; it prints, is dark where the
 * reader's system is, and texts run in their own direction (dir=auto). All
 * that comes from the store is escaped here, by text().
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cmd/agenda.h"
#include "crm/render/template.h"

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1c1e21;--soft:#667;\n"
    " --line:#d8dbe0;--card:#eef3fb;--bar:#3567b5;--bad:#b3261e;\n"
    " --today:#fff6d9}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#15171a;--fg:#e6e7e9;\n"
    " --soft:#9aa3ad;--line:#33383f;--card:#1f2a3a;--bar:#7aa5e8;\n"
    " --bad:#ff8a80;--today:#2c2819}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:1.5rem;max-width:70rem;background:var(--bg);\n"
    " color:var(--fg);font:15px/1.45 system-ui,sans-serif}\n"
    "h1{font-size:1.5rem;margin:0 0 .2rem}\n"
    "h2{font-size:1.05rem;margin:1.6rem 0 .3rem;padding-bottom:.2rem;\n"
    " border-bottom:1px solid var(--line)}\n"
    "p{margin:.2rem 0;color:var(--soft)}\n"
    ".bad{color:var(--bad)}\n"
    "ul{list-style:none;margin:0;padding:0}\n"
    "li{display:flex;gap:.8rem;padding:.15rem 0}\n"
    "li>time{flex:0 0 7.5rem;color:var(--soft);white-space:nowrap;\n"
    " font-variant-numeric:tabular-nums}\n"
    "li>div{flex:1;min-width:0;overflow-wrap:anywhere}\n"
    "small{color:var(--soft);font-size:.87em}\n"
    ".done,.off,.hidden{color:var(--soft)}\n"
    ".off b,.off bdi{text-decoration:line-through}\n"
    "b{font-weight:600}\n"
    "table{width:100%;border-collapse:collapse;table-layout:fixed;\n"
    " margin-top:1.5rem}\n"
    "th,td{border:1px solid var(--line);padding:.25rem;vertical-align:top;\n"
    " text-align:start;overflow-wrap:anywhere}\n"
    "th{font-weight:600;font-size:.87em;text-align:center}\n"
    "td{height:5.5rem;font-size:.8em;line-height:1.3}\n"
    "td.out{color:var(--soft);opacity:.6}td.today{background:var(--today)}\n"
    "td>span{display:block;font-weight:600;color:var(--soft)}\n"
    "td>div{margin-top:.15rem;padding:.1rem .25rem;background:var(--card);\n"
    " border-inline-start:3px solid var(--bar);border-radius:2px}\n"
    "td>div.bad{border-color:var(--bad)}\n"
    "@media(max-width:40rem){table{display:none}body{padding:.8rem}\n"
    " li>time{flex-basis:6rem;font-size:.9em}}\n"
    "@media print{:root{--bg:#fff;--fg:#000;--soft:#444;--line:#999;\n"
    " --card:#fff;--today:#fff;--bar:#000;--bad:#000}body{padding:0;\n"
    " max-width:none;font-size:10pt}li,tr{break-inside:avoid}\n"
    " h2{break-after:avoid}}\n"
    "</style>\n";

/* What could end a text or a value is written by name, the rest is made safe
 * as for a terminal: no direction controls, no control characters. */
static void
text(struct buf *out, struct span s)
{
	struct buf safe = { 0 };

	term_safe(&safe, s, true);
	escape_add(out, buf_span(&safe), ESC_HTML, false);
	buf_release(&safe);
}

static void
tagged(struct buf *out, const char *tag, struct span s)
{
	buf_addf(out, "<%s dir=auto>", tag);
	text(out, s);
	buf_addf(out, "</%s>", tag);
}

/* What took place is muted; struck through is what is off the list. */
static const char *
class_of(const struct agenda_item *x)
{
	bool off = x->cancelled || (x->done && x->o.kind == ITEM_TASK);

	return x->conflict || x->overdue ? "bad"
	       : x->hidden		 ? "hidden"
	       : off			 ? "off"
	       : x->done		 ? "done"
					 : "on";
}

static const char *
box(const struct agenda_item *x)
{
	return x->o.kind != ITEM_TASK ? "" : x->done ? "☑ " : "☐ ";
}

/* Type, people, records and place, as far as they are known. */
static void
details(const struct agenda_form *f, const struct agenda_item *x)
{
	struct buf who = { 0 };
	const struct span part[] = { x->about, x->where };

	if (f->npersons > 1 || x->npersons > 1) {
		agenda_who(&who, f->a, x);
		buf_adds(f->out, " ");
		tagged(f->out, "small", buf_span(&who));
	}
	for (size_t i = 0; i < 2; i++) {
		if (!part[i].n)
			continue;
		buf_adds(f->out, " <small>· </small>");
		tagged(f->out, "small", part[i]);
	}
	if (x->conflict)
		buf_adds(f->out, " <small class=bad>conflict</small>");
	if (x->overdue)
		buf_adds(f->out, " <small class=bad>overdue</small>");
	buf_release(&who);
}

static void
list_item(const struct agenda_form *f, const struct agenda_item *x,
    int32_t day, bool late)
{
	struct buf when = { 0 };
	char iso[21];

	if (late)
		agenda_day(&when, clock_day(x->o.from, NULL), false);
	else
		agenda_when(&when, x, day);
	instant_format(x->o.from, iso);
	buf_addf(f->out, "<li class=%s><time datetime=\"%s\">", class_of(x),
	    iso);
	text(f->out, buf_span(&when));
	buf_addf(f->out, "</time><div>%s", box(x));
	tagged(f->out, "b", x->subject);
	details(f, x);
	buf_adds(f->out, "</div></li>\n");
	buf_release(&when);
}

static void
list_day(const struct agenda_form *f, int32_t day)
{
	const struct agenda *a = f->a;
	struct buf name = { 0 };
	bool today = day == a->today, any = today && a->nlate;

	for (size_t i = 0; i < a->n && !any; i++)
		any = agenda_is_on(&a->item[i], day);
	if (!any && !today)
		return;
	agenda_day(&name, day, true);
	buf_addf(f->out, "<h2>%.*s%s</h2>\n", SPANF(buf_span(&name)),
	    today ? ", today" : "");
	buf_adds(f->out, any ? "<ul>\n" : "<p>nothing</p>\n");
	for (size_t i = 0; today && i < a->nlate; i++)
		list_item(f, &a->late[i], day, true);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < a->n; i++) {
			if (a->item[i].o.day == (pass == 0) &&
			    agenda_is_on(&a->item[i], day))
				list_item(f, &a->item[i], day, false);
		}
	}
	buf_adds(f->out, any ? "</ul>\n" : "");
	buf_release(&name);
}

/* --- the grid ------------------------------------------------------------ */

static void
grid_item(const struct agenda_form *f, const struct agenda_item *x,
    int32_t day)
{
	struct buf when = { 0 };
	struct span first;

	agenda_when(&when, x, day);
	first = buf_span(&when);
	first = span_cut(&first, '-');
	buf_addf(f->out, "<div class=%s>%s", class_of(x), box(x));
	if (!x->o.day && x->o.kind != ITEM_TASK && x->first == day) {
		text(f->out, first);
		buf_addc(f->out, ' ');
	}
	tagged(f->out, "bdi", x->subject);
	buf_adds(f->out, "</div>");
	buf_release(&when);
}

static void
grid_day(const struct agenda_form *f, int32_t day)
{
	const struct agenda *a = f->a;
	bool in = day >= a->first && day < a->first + a->days;
	int y, m, d;

	date_civil(day, &y, &m, &d);
	buf_addf(f->out, "<td%s><span>%d</span>",
	    !in			 ? " class=out"
	    : day == a->today ? " class=today"
				 : "",
	    d);
	for (int pass = 0; in && pass < 2; pass++) {
		for (size_t i = 0; i < a->n; i++) {
			if (a->item[i].o.day == (pass == 0) &&
			    agenda_is_on(&a->item[i], day))
				grid_item(f, &a->item[i], day);
		}
	}
	buf_adds(f->out, "</td>\n");
}

static void
grid(const struct agenda_form *f)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	const struct agenda *a = f->a;
	int32_t day = a->first - date_weekday(a->first) + 1;

	buf_adds(f->out, "<table><thead><tr>");
	for (int i = 0; i < 7; i++)
		buf_addf(f->out, "<th scope=col>%s</th>", days[i]);
	buf_adds(f->out, "</tr></thead><tbody>\n");
	for (; day < a->first + a->days; day += 7) {
		buf_adds(f->out, "<tr>");
		for (int i = 0; i < 7; i++)
			grid_day(f, day + i);
		buf_adds(f->out, "</tr>\n");
	}
	buf_adds(f->out, "</tbody></table>\n");
}

/* --- the page ------------------------------------------------------------ */

static void
period(const struct agenda_form *f, struct buf *out)
{
	const struct agenda *a = f->a;

	if (f->month) {
		agenda_month_name(out, a->first);
		return;
	}
	agenda_day(out, a->first, true);
	if (a->days > 1) {
		buf_adds(out, " – ");
		agenda_day(out, a->first + a->days - 1, true);
	}
}

static void
conflicts(const struct agenda_form *f)
{
	const struct agenda *a = f->a;

	for (size_t i = 0; i < a->nconflicts && i < 50; i++) {
		const struct agenda_conflict *c = &a->conflict[i];
		struct buf day = { 0 };

		agenda_day(&day,
		    clock_day(a->item[c->b].o.from, NULL), false);
		buf_addf(f->out, "<p class=bad>Conflict, %.*s, ",
		    SPANF(buf_span(&day)));
		tagged(f->out, "bdi", agenda_person(a, c->person));
		buf_adds(f->out, ": ");
		tagged(f->out, "bdi", a->item[c->a].subject);
		buf_adds(f->out, " and ");
		tagged(f->out, "bdi", a->item[c->b].subject);
		buf_adds(f->out, "</p>\n");
		buf_release(&day);
	}
}

int
agenda_html(const struct agenda_form *f)
{
	struct buf span_of = { 0 };

	period(f, &span_of);
	buf_adds(f->out,
	    "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
	    "<meta name=viewport content=\"width=device-width\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<title>");
	text(f->out, f->title);
	buf_addf(f->out, ", %.*s</title>\n%s</head>\n<body>\n",
	    SPANF(buf_span(&span_of)), style);
	tagged(f->out, "h1", f->title);
	buf_addf(f->out, "\n<p>%.*s", SPANF(buf_span(&span_of)));
	if (f->a->zone.n) {
		buf_adds(f->out, ", times of ");
		text(f->out, f->a->zone);
	}
	buf_adds(f->out, "</p>\n");
	conflicts(f);
	if (f->month)
		grid(f);
	for (int i = 0; i < f->a->days; i++)
		list_day(f, f->a->first + i);
	if (!f->month)
		grid(f);
	buf_adds(f->out, "</body>\n</html>\n");
	buf_release(&span_of);
	return 0;
}
