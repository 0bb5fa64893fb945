/*
 * ingest_impl: what the files of ingest share. Not for others.
 */
#ifndef CRM_CRM_MAIL_INGEST_IMPL_H
#define CRM_CRM_MAIL_INGEST_IMPL_H

#include "crm/calendar/foreign.h"
#include "crm/mail/ingest.h"
#include "crm/mail/mail.h"
#include "crm/mail/match.h"

struct ingesting {
	struct changes *c;
	const struct ingest_options *o;
	struct calendar *cal;
	struct mail mail; /* as it came, or of the people of the calendar */
	bool by_mail;	  /* as it came: it says who sent it */
	struct match *match;
	struct foreign f;
	struct buf *said;
};

/* The item that the message is about, as we have it. */
struct ours {
	struct record r;
	int64_t sequence;
	struct buf organizer; /* empty: it is our own */
};

/* 0; 1 where we have no such item. */
int ingest_ours(struct ingesting *g, const struct foreign_item *it,
    struct ours *o, struct err *e);
/* Who may change it: its organizer; of our own meetings, one of our users. */
int ingest_check_organizer(struct ingesting *g, const struct foreign_item *it,
    const struct ours *o, struct err *e);
/* A line: ID 'subject' what, and more. */
void ingest_say(struct ingesting *g, const struct record *r, const char *what,
    struct span more);
/* Appends the time of a cell as people here read it. */
void ingest_add_when(struct ingesting *g, struct span cell, struct buf *out);
int ingest_unknown(
    struct ingesting *g, const struct foreign_item *it, struct err *e);

/* What those who are invited answer, and are answered (ingest_answer.c). */
int ingest_reply(struct ingesting *g, size_t i, struct err *e);
int ingest_counter(struct ingesting *g, size_t i, struct err *e);
int ingest_declined(struct ingesting *g, size_t i, struct err *e);
int ingest_refresh(struct ingesting *g, size_t i, struct err *e);

#endif
