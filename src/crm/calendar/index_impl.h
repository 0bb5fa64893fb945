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

/* The index of a folder; of one that cannot be used, nothing. */
void index_old_read(
    struct calendar *cal, const char *folder, struct old *old);
void index_old_release(struct old *old);
const struct entry *index_find_old(const struct old *old, const char *name);

/* Begins an entry: its rows are what is added to the sections until ended. */
struct entry *index_begin(
    struct fresh *f, const char *name, const struct stat *st);
void index_ended(struct fresh *f);
/* An entry as the old index has it. */
void index_keep(struct fresh *f, const struct old *old, const struct entry *x,
    const char *name);
void index_fresh_release(struct fresh *f);
/* Best effort: a disk that is full or only read has no index. */
void index_write(
    struct calendar *cal, const char *folder, const struct fresh *f);

int64_t index_ns(struct timespec t);

/* What a folder has: by name, links and other things too. fd is the folder's,
 * or -1 where there is no such folder. */
struct seen {
	char *name;
	struct stat st;
};

/* Replaces a file below root as a whole; what fails is left as it was. */
void index_replace(const char *root, const char *path, struct span data);

#endif
