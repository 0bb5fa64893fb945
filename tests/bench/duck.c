/*
 * duck LIBRARY THREADS FIRST.sql FILE.sql ...: runs the files' statements in
 * DuckDB, all in one process, and prints what the last statement of each file
 * but the first gives as CSV. The library is loaded at run time, so that this
 * is built also where there is none; its C interface is stable and declared
 * here as far as used.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct result {
	uint64_t columns, rows, changed; /* not to be read, by its rules */
	void *column;
	char *error;
	void *internal;
};

/* Each is called through a pointer of its own type. */
static struct {
	int (*create_config)(void **);
	int (*set_config)(void *, const char *, const char *);
	int (*open_ext)(const char *, void **, void *, char **);
	int (*connect)(void *, void **);
	int (*query)(void *, const char *, struct result *);
	const char *(*result_error)(struct result *);
	uint64_t (*row_count)(struct result *);
	uint64_t (*column_count)(struct result *);
	const char *(*column_name)(struct result *, uint64_t);
	char *(*value_varchar)(struct result *, uint64_t, uint64_t);
	void (*free)(void *);
	void (*destroy_result)(struct result *);
} duckdb;

static int
load(const char *path)
{
	static const struct {
		const char *name;
		void *to;
	} fn[] = {
		{ "duckdb_create_config", &duckdb.create_config },
		{ "duckdb_set_config", &duckdb.set_config },
		{ "duckdb_open_ext", &duckdb.open_ext },
		{ "duckdb_connect", &duckdb.connect },
		{ "duckdb_query", &duckdb.query },
		{ "duckdb_result_error", &duckdb.result_error },
		{ "duckdb_row_count", &duckdb.row_count },
		{ "duckdb_column_count", &duckdb.column_count },
		{ "duckdb_column_name", &duckdb.column_name },
		{ "duckdb_value_varchar", &duckdb.value_varchar },
		{ "duckdb_free", &duckdb.free },
		{ "duckdb_destroy_result", &duckdb.destroy_result },
	};
	void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; lib && i < sizeof fn / sizeof *fn; i++) {
		void *f = dlsym(lib, fn[i].name);

		if (!f)
			return -1;
		memcpy(fn[i].to, &f, sizeof f);
	}
	return lib ? 0 : -1;
}

static char *
slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 16);

	if (!f || !text || !fread(text, 1, (1 << 16) - 1, f))
		exit((perror(path), 1));
	fclose(f);
	return text;
}

static void
cell(const char *s)
{
	if (!s)
		return;
	if (!strpbrk(s, ",\"\r\n")) {
		fputs(s, stdout);
		return;
	}
	putchar('"');
	for (; *s; s++) {
		if (*s == '"')
			putchar('"');
		putchar(*s);
	}
	putchar('"');
}

static void
print(struct result *r)
{
	uint64_t cols = duckdb.column_count(r), rows = duckdb.row_count(r);

	for (uint64_t c = 0; c < cols; c++)
		printf("%s%s", c ? "," : "", duckdb.column_name(r, c));
	putchar('\n');
	for (uint64_t i = 0; i < rows; i++) {
		for (uint64_t c = 0; c < cols; c++) {
			char *v = duckdb.value_varchar(r, c, i);

			if (c)
				putchar(',');
			cell(v);
			duckdb.free(v);
		}
		putchar('\n');
	}
}

int
main(int argc, char **argv)
{
	void *config, *db, *con;
	char *error = NULL;

	if (argc < 5 || load(argv[1])) {
		fprintf(stderr, "usage: duck LIBRARY THREADS FIRST.sql "
				"FILE.sql ...\n");
		return 64;
	}
	if (duckdb.create_config(&config) ||
	    duckdb.set_config(config, "threads", argv[2]) ||
	    duckdb.open_ext(NULL, &db, config, &error) ||
	    duckdb.connect(db, &con)) {
		fprintf(stderr, "duck: %s\n", error ? error : "cannot open");
		return 1;
	}
	for (int i = 3; i < argc; i++) {
		char *sql = slurp(argv[i]);
		struct result r;

		if (duckdb.query(con, sql, &r)) {
			fprintf(stderr, "%s: %s\n", argv[i],
			    duckdb.result_error(&r));
			return 1;
		}
		if (i > 3)
			print(&r);
		duckdb.destroy_result(&r);
		free(sql);
	}
	/* nothing is closed: memory goes back with the process */
	return fflush(stdout) ? 1 : 0;
}
