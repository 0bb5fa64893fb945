/*
 * spawn: starting another program, without a shell. Signals that we ignore (a
 * broken pipe, a file that grew too large) have their usual effect in it:
 * ignoring is inherited, and no program expects it.
 */
#ifndef CRM_BASE_SPAWN_H
#define CRM_BASE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

struct spawn {
	const char *dir; /* its folder; NULL: ours */
	const char *tty; /* opened as its stdin; NULL: not */
	int in;		 /* its stdin, where not 0 */
	int image;	 /* where not 0, this open file is the program */
	bool talks;	 /* its stdout is our stderr: ours is data */
	bool alone;	 /* a process group of its own; no other descriptors */
	bool detached;	 /* a session of its own; its streams are nowhere */
};

/* Without an image, argv[0] is sought in PATH. 0, or the errno. */
int spawn_start(const struct spawn *s, char *const argv[], pid_t *pid);

#endif
