/*
 * index_impl: what the files of the index share. Not for others.
 */
#ifndef CRM_CRM_CALENDAR_INDEX_IMPL_H
#define CRM_CRM_CALENDAR_INDEX_IMPL_H

#include <sys/stat.h>

#include "crm/calendar/index.h"

/* A file of a folder as the index knows it; places are in the sections. */
struct entry {
	uint64_t name;
	uint64_t rows, nrows, copies, ncopies, flaws, nflaws; /* bytes */
	uint64_t lines; /* rows */
	int64_t mtime, ctime; /* ns */
	uint64_t size, ino, dev;
	uint64_t broken;
};

/* An index file that was read. */
struct old {
	struct buf data;
	struct entry *entry;
	size_t n;
	int64_t written;
	const char *names, *rows, *copies, *flaws;
};

/* One that is being made. */
struct fresh {
	struct entry *entry;
	size_t n, cap;
	int64_t written;
	struct buf names, rows, copies, flaws;
};

/* What a folder has: by name, links and other things too. fd is the folder's,
 * or -1 where there is no such folder. */
struct seen {
	char *name;
	struct stat st;
};

/* Replaces a file below root as a whole; what fails is left as it was. */
void index_replace(const char *root, const char *path, struct span data);

#endif
