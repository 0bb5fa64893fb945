/*
 * act-words: what the words of crm-act call and the like say: of which record,
 * when, and what about.
 */
#ifndef CRM_CMD_ACT_WORDS_H
#define CRM_CMD_ACT_WORDS_H

#include "base/buf.h"
#include "cmd/cli.h"
#include "crm/calendar/calendar.h"
#include "crm/calendar/words.h"
#include "crm/change/about.h"

/* What the words say. */
struct plan {
	const struct activity *a;
	struct about *about; /* one activity for each; n 0: of nothing */
	size_t n;
	struct when_words when;
	struct span subject;
	struct buf text; /* of stdin */
	char **assigned;
	int nassigned;
	bool from_stdin, text_wanted;
	struct span strange; /* a word before a time: "montag 9:00" */
	bool past; /* what is past and open was told of */
};

/* Takes c->argv; p is empty but for its type. The caller frees what p has. */
int plan_take_words(struct call *c, struct plan *p);
/* One activity for each record that comes down the pipe. */
int plan_read_records(struct call *c, struct plan *p);
/* The text on stdin; its first line may be the subject. */
int plan_read_text(struct call *c, struct plan *p);

#endif
