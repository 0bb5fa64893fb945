/*
 * spawn: starting another program, without a shell. Signals that we ignore (a
 * broken pipe, a file that grew too large) have their usual effect in it:
 * ignoring is inherited, and no program expects it.
 */
#ifndef CRM_BASE_SPAWN_H
#define CRM_BASE_SPAWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct spawn {
	const char *dir; /* its folder; NULL: ours */
	const char *tty; /* opened as its stdin; NULL: not */
	int in;		 /* its stdin, where not 0 */
	int out, err;	 /* its stdout and stderr, where not 0 */
	int image;	 /* where not 0, this open file is the program */
	bool talks;	 /* its stdout is our stderr: ours is data */
	bool alone;	 /* a process group of its own; no other descriptors */
	bool detached;	 /* a session of its own; its streams are nowhere */
};

/* Without an image, argv[0] is sought in PATH. 0, or the errno. */
int spawn_start(const struct spawn *s, char *const argv[], pid_t *pid);

/* A program that is run to its end, and what it prints. */
struct spawn_job {
	struct spawn how;
	const struct span *input; /* its stdin, where not NULL */
	size_t max;		  /* bytes that it may print */
	int64_t ms;		  /* milliseconds that it may take */
	bool asks;		  /* it may ask the user at the terminal, and
				     so stays in our process group */
	struct buf *out;	  /* gets what it prints */
	struct buf *said;	  /* the same of its stderr, to 64 KiB; NULL:
				     that is ours */
	int status; /* its exit status; 128 and the signal that ended it */
};

/*
 * Runs argv and waits for it; j->out may have grown whatever comes of it.
 * Fails where it cannot be run (the errno's code), where it prints more than
 * max (ERR_DATA) or takes longer than ms (ERR_IO): then it is ended, with all
 * that it started. Any status is no failure.
 */
int spawn_collect(struct spawn_job *j, char *const argv[], struct err *e);

#endif
