#include "crm/check/process.h"

#include <string.h>

#include "crm/change/gate.h"
#include "crm/trade/tax.h"
#include "crm/trade/terms.h"

static const struct {
	const char *path;
	int (*check)(struct session *s, struct err *e);
} tables[] = {
	{ "config/gates.csv", gates_read },
	{ "config/taxes.csv", taxes_check },
	{ "config/terms.csv", terms_check },
};

int
process_check(struct session *s, const char *path, struct err *e)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (strcmp(path, tables[i].path) == 0)
			return tables[i].check(s, e);
	return 0;
}
