/*
 * Merging calendars: three files with a NUL behind each. Merged from either
 * side the result is the same, bytes and conflicts, and can be read again.
 */
#include "merging.h"

#include "crm/entities.h"
#include "crm/history/merge_ics.h"
#include "store/ics.h"

static bool
merge(struct entity *act, struct span base, struct span ours,
    struct span theirs, struct buf *out, struct buf *conflicts)
{
	struct err e = { 0 };
	int r = ics_merge(act, "calendar/a/events/f.ics", base, ours, theirs,
	    out, note, conflicts, &e);

	MUST(r == 0 || e.code == ERR_DATA);
	err_release(&e);
	return r == 0;
}

static void
readable(struct span text)
{
	struct buf copy = { 0 };
	struct ics d = { 0 };

	buf_addspan(&copy, text);
	MUST(ics_parse(&d, "f", &copy, NULL) == 0);
	ics_release(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct schema schema;
	struct span rest = span_n((const char *)data, size);
	struct span base, ours, theirs;
	struct buf a = { 0 }, b = { 0 }, ca = { 0 }, cb = { 0 };
	struct entity *act;

	if (schema.n == 0)
		entities_builtin(&schema);
	act = schema_entity(&schema, span("act"));
	base = span_cut(&rest, '\0');
	ours = span_cut(&rest, '\0');
	theirs = span_cut(&rest, '\0');
	if (merge(act, base, ours, theirs, &a, &ca)) {
		MUST(merge(act, base, theirs, ours, &b, &cb));
		MUST(span_eq(buf_span(&a), buf_span(&b)));
		MUST(span_eq(buf_span(&ca), buf_span(&cb)));
		if (!span_eq(base, ours) && !span_eq(base, theirs) &&
		    !span_eq(ours, theirs))
			readable(buf_span(&a));
	} else {
		MUST(!merge(act, base, theirs, ours, &b, &cb));
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&ca);
	buf_release(&cb);
	return 0;
}
