/*
 * gate: what a deal must have before it comes to a stage: rows of
 * config/gates.csv,
 *
 *	pipeline,stage,of,needs,say
 *	service,installation,order,standing:paid,the order is paid
 *
 * A deal that moves to that stage, or over it to a later one, must have a
 * record of the kind `of` (quote, order, act: whatever refers to a deal by its
 * field opp; or opp, the deal itself) that passes the filter `needs`. Several
 * rows of a stage must all be met. Only stages that are open or won have gates:
 * a deal can always be lost, called off or put aside.
 */
#ifndef CRM_CRM_CHANGE_GATE_H
#define CRM_CRM_CHANGE_GATE_H

#include <stdint.h>

#include "base/err.h"
#include "crm/config.h"

struct gates; /* the table, kept by the session */

/*
 * Reads the table, once in a session. ERR_DATA where a row has a stage, a kind
 * or a filter that there is none of: "config/gates.csv:3: ...".
 */
int gates_read(struct session *s, struct err *e);

/*
 * May the deal id (0: one that is new) move from one stage (NULL: of nowhere)
 * to another? It is asked of the store as it was before the command. ERR_USAGE
 * says what is needed, and which row says so.
 */
int gates_pass(struct session *s, uint64_t id, const struct stage *from,
    const struct stage *to, struct err *e);

void gates_free(struct gates *g);

#endif
