/*
 * labels: what people see in the place of what is stored: the label of a stage
 * (config/stages.csv), or of a choice out of a table (config/sources.csv and
 * the like), and the local time of an instant. Programs get what is stored.
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

/*
 * What people read for a value of a field of that type: the label of v, or v;
 * of several (a;b), each, joined in tmp; of an instant the time on the
 * user's clock.
 */
struct span labels_show(const struct keyset *k, enum field_type type,
    struct span v, struct buf *tmp);

#endif
