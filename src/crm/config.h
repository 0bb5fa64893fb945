/*
 * config: the small tables that describe the process, read once per session
 * when first needed, from the same view as the data (so as-of sees the process
 * as it then was).
 */
#ifndef CRM_CRM_CONFIG_H
#define CRM_CRM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/money.h"
#include "base/strmap.h"
#include "crm/session.h"

enum stage_state { ST_OPEN, ST_WON, ST_LOST, ST_HOLD, ST_CANCELLED };

/* A row of config/stages.csv. */
struct stage {
	struct span pipeline, key, label;
	enum stage_state state;
	struct dec probability; /* percent */
	size_t rank;		/* order within the pipeline, from 0 */
};

/* A row of config/rates.csv: 1 unit of currency = rate base units. */
struct rate {
	struct span currency;
	int32_t date;
	struct dec rate;
};

/* A config table of keys and labels: sources, reasons, ... (as the config) */
struct keyset {
	struct span *key, *label;
	size_t n;
	const struct clock_zone *zone; /* of times: whose clock shows them */
};

struct config_table; /* a keyset that was read, by its entity */

struct config {
	struct stage *stage;
	size_t nstages;
	struct rate *rate; /* sorted by currency, then date */
	size_t nrates;
	struct span pipeline; /* the default one */
	struct rate base;     /* of the base currency; "" where none is set */
	struct config_table *tables;
	struct arena arena;
};

int session_config(struct session *s, struct config **c, struct err *e);
void config_free(struct config *c);

/*
 * The stage by key (or label, folded); pipeline "" is the default one. Rows
 * without a pipeline belong to the default one, too. The default pipeline is
 * core.default-pipeline, else that of the first row.
 */
const struct stage *config_stage(
    const struct config *c, struct span pipeline, struct span stage);
/* first stage of a state in a pipeline, or NULL */
const struct stage *config_stage_of(
    const struct config *c, struct span pipeline, enum stage_state st);
struct span config_default_pipeline(const struct config *c);
const char *stage_state_name(enum stage_state st); /* "open" ... */

/*
 * The rate of a currency on a day: the newest row at or before it. NULL where
 * there is none. The base currency has rate 1 without a row.
 */
const struct rate *config_rate(
    const struct config *c, struct span currency, int32_t day);

/*
 * Keys of a config table such as "sources" (those of @sources), in the order
 * of its rows. Read once; valid until the session ends. ERR_DATA where the file
 * is malformed, ERR_USAGE where there is no such table.
 */
int config_keys(struct session *s, const char *table, struct keyset *out,
    struct err *e);

#endif
