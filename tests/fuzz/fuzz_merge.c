/*
 * Merging: the first byte chooses an entity, then come three files with a NUL
 * behind each. Merged from either side the result is the same, bytes and
 * conflicts, and can be read again.
 */
#include "merging.h"

#include "crm/entities.h"
#include "store/scan.h"

static bool
merge(const struct entity *ent, struct span base, struct span ours,
    struct span theirs, struct buf *out, struct buf *conflicts)
{
	struct err e = { 0 };
	int r =
	    table_merge(ent, "f", base, ours, theirs, out, note, conflicts, &e);

	MUST(r == 0 || e.code == ERR_DATA);
	err_release(&e);
	return r == 0;
}

static void
readable(struct span text)
{
	struct scan s = { 0 };
	struct err e = { 0 };

	MUST(scan_file(&s, "f", text, NULL, 0, 0, &e) == 0);
	scan_release(&s);
}

/* Was it merged at all, or taken over from a side as it is? */
static bool
is_merged(struct span base, struct span ours, struct span theirs)
{
	return !span_eq(base, ours) && !span_eq(base, theirs) &&
	       !span_eq(ours, theirs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const name[] = { "opp", "stage", "conflict",
		"stage-change" };
	static struct schema schema;
	const struct entity *ent;
	struct span rest, base, ours, theirs;
	struct buf a = { 0 }, b = { 0 }, ca = { 0 }, cb = { 0 };

	if (schema.n == 0)
		entities_builtin(&schema);
	if (size < 1)
		return 0;
	ent = schema_entity(&schema, span(name[data[0] % 4]));
	rest = span_n((const char *)data + 1, size - 1);
	base = span_cut(&rest, '\0');
	ours = span_cut(&rest, '\0');
	theirs = span_cut(&rest, '\0');
	if (merge(ent, base, ours, theirs, &a, &ca)) {
		MUST(merge(ent, base, theirs, ours, &b, &cb));
		MUST(span_eq(buf_span(&a), buf_span(&b)));
		MUST(span_eq(buf_span(&ca), buf_span(&cb)));
		if (is_merged(base, ours, theirs))
			readable(buf_span(&a));
	} else {
		MUST(!merge(ent, base, theirs, ours, &b, &cb));
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&ca);
	buf_release(&cb);
	return 0;
}
