#include "crm/calendar/organizer.h"

#include <stdlib.h>

#include "crm/calendar/series.h"
#include "store/ics.h"

static const char *const plan[] = { "start", "end", "due", "where", "repeat" };

/* Is it a line by which one of a series is elsewhere, or not at all? */
static bool
is_plan(const struct series_line *l)
{
	struct span sets = l->sets;

	if (l->out || l->extra)
		return true;
	while (sets.n) {
		struct span value = ics_cut(&sets, ';');
		struct span name = span_trim(span_cut(&value, '='));

		for (size_t i = 0; i < sizeof plan / sizeof *plan; i++)
			if (span_eqs(name, plan[i]))
				return true;
		if (span_eqs(name, "state") && span_eqs(value, "cancelled"))
			return true;
	}
	return false;
}

/* Is there such a line in one that is not in the other? */
static bool
has_more(struct span text, struct span than)
{
	struct series_lines a = { 0 }, b = { 0 };
	bool more = false;

	series_lines(text, &a);
	series_lines(than, &b);
	for (size_t i = 0; i < a.n && !more; i++) {
		size_t k = 0;

		while (k < b.n && !(span_eq(a.v[i].key, b.v[k].key) &&
				      span_eq(a.v[i].rest, b.v[k].rest)))
			k++;
		more = k == b.n && is_plan(&a.v[i]);
	}
	free(a.v);
	free(b.v);
	return more;
}

static bool
is_moved(const struct calendar *cal, const struct span *before,
    const struct span *after)
{
	struct span was = act_cell(cal, before, "exceptions");
	struct span is = act_cell(cal, after, "exceptions");
	bool off = span_eqs(act_cell(cal, before, "state"), "cancelled");

	for (size_t i = 0; i < sizeof plan / sizeof *plan; i++)
		if (!span_eq(act_cell(cal, before, plan[i]),
			act_cell(cal, after, plan[i])))
			return true;
	return off != span_eqs(act_cell(cal, after, "state"), "cancelled") ||
	    has_more(is, was) || has_more(was, is);
}

void
organizer_unaware(struct item *it, const struct span *before,
    const struct span *after, struct buf *out)
{
	struct calendar *cal = it->cal;
	struct buf mail = { 0 };
	bool ours = !item_mail(
	    ics_value(it->doc, it->comp, "ORGANIZER"), &mail);

	for (size_t i = 0; !ours && i < cal->npersons; i++)
		ours = span_ieq(cal->person[i].email, buf_span(&mail));
	if (!ours && is_moved(cal, before, after))
		buf_addf(out,
		    "'%.*s': the organizer, %s, does not know: write to them; "
		    "what they send then is taken in by crm-act ingest, and "
		    "holds\n", SPANF(act_cell(cal, after, "subject")),
		    mail.p);
	buf_release(&mail);
}
