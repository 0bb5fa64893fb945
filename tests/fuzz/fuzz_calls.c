/*
 * A file of calls (CDR): what is read has an id, each its own, ends no sooner
 * than it starts, and rows are counted as taken or refused, with their lines.
 */
#include "base/strmap.h"
#include "crm/calendar/calls_read.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct calls_result res = { 0 };
	struct cdrs all = { 0 };
	struct strmap seen = { 0 };
	struct err e = { 0 };
	size_t lines = 0;
	bool added;
	int r =
	    cdrs_read(&all, span_n((const char *)data, size), "f", &res, &e);

	MUST(r == 0 || e.code == ERR_DATA);
	MUST(all.n + res.refused <= res.rows);
	for (size_t i = 0; i < res.flaws.n; i++)
		lines += res.flaws.p[i] == '\n';
	MUST(lines == res.refused);
	for (size_t i = 0; i < all.n; i++) {
		MUST(all.v[i].uniqueid.n && all.v[i].line);
		MUST(all.v[i].end >= all.v[i].start);
		strmap_add(&seen, all.v[i].uniqueid, i, &added);
		MUST(added);
	}
	strmap_release(&seen);
	cdrs_release(&all);
	buf_release(&res.flaws);
	err_release(&e);
	return 0;
}
