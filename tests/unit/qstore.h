/*
 * qstore: the place as a store, for tests of what reads records. What it has is
 * put() there, crmrc first.
 */
#ifndef CRM_UNIT_QSTORE_H
#define CRM_UNIT_QSTORE_H

#include "place.h"

#include "base/clock.h"
#include "crm/query/filter.h"
#include "crm/query/query.h"
#include "crm/session.h"

static void
qstore_open(struct session *s)
{
	struct err e = { 0 };

	CHECK(clock_init(&e) == 0, "%s", e.msg);
	CHECK(session_open(s, place_dir, NULL, &e) == 0, "%s", e.msg);
}

static inline struct query *
qstore_query(struct session *s, const char *entity)
{
	struct entity *ent = schema_entity(&s->schema, span(entity));

	assert_non_null(ent);
	return query_new(s, ent);
}

static inline struct path *
qstore_path(struct query *q, const char *text)
{
	struct path *p;
	struct err e = { 0 };

	CHECK(query_path(q, span(text), false, &p, &e) == 0, "%s", e.msg);
	return p;
}

#endif
