/* gen: what the generators of stores share. The same numbers in each run. */
#ifndef CRM_BENCH_GEN_H
#define CRM_BENCH_GEN_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char b32[] = "0123456789abcdefghjkmnpqrstvwxyz";

static inline uint64_t
rnd_of(uint64_t *state) /* splitmix64 */
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* A file below dir, with the folders on its way; or the program ends. */
static inline FILE *
gen_create(const char *dir, const char *path)
{
	char full[4096];
	FILE *f;

	snprintf(full, sizeof full, "%s/%s", dir, path);
	for (char *p = full + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(full, 0755) < 0 && errno != EEXIST)
			exit((perror(full), 1));
		*p = '/';
	}
	f = fopen(full, "w");
	if (!f)
		exit((perror(full), 1));
	return f;
}

static inline void
gen_finish(FILE *f)
{
	if (f && (ferror(f) | fclose(f)))
		exit((perror("a generated file"), 1));
}

#endif
