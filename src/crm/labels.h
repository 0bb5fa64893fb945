/*
 * labels: what people see in the place of a stored key: the label of a stage
 * (config/stages.csv), or of a choice out of a table (config/sources.csv and
 * the like). What is stored, and what programs get, is the key.
 */
#ifndef CRM_CRM_LABELS_H
#define CRM_CRM_LABELS_H

#include "base/buf.h"
#include "crm/config.h"

/*
 * The labels of f's values; none (n 0) for other fields, and where the table
 * cannot be read, which is for crm check to say. A key that two pipelines
 * label differently stands for itself. Valid until the session ends.
 */
struct keyset labels_of(struct session *s, const struct field *f);

/* The label of v, or v; of several (a;b), each, joined in tmp. */
struct span labels_show(
    const struct keyset *k, struct span v, struct buf *tmp);

#endif
