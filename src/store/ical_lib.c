/*
 * The only file that knows libical: stepping through one rule. It is loaded
 * when the first rule is met; its header is used for types alone.
 */
#include "store/ical_impl.h"

#include <dlfcn.h>
#include <stdlib.h>

#include <libical/ical.h>

#include "base/date.h"
#include "base/mem.h"

#define SONAME "libical.so.3"

#define FUNCTIONS(X)                                                           \
	X(icalrecurrencetype_from_string)                                      \
	X(icalrecur_iterator_new)                                              \
	X(icalrecur_iterator_set_start)                                        \
	X(icalrecur_iterator_next)                                             \
	X(icalrecur_iterator_free)                                             \
	X(icalerror_set_errors_are_fatal)

#define POINTER(name) __typeof__(name) *name;
static struct {
	void *handle;
	FUNCTIONS(POINTER)
} lib;

static const struct {
	const char *name;
	void **at;
} symbols[] = {
#define SYMBOL(name) { #name, (void **)(void *)&lib.name },
	FUNCTIONS(SYMBOL)
};

struct lib_iter {
	icalrecur_iterator *it;
	bool is_date;
};

int
lib_load(struct err *e)
{
	void *handle;

	if (lib.handle)
		return 0;
	handle = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return err_set(e, ERR_NOENT,
		    "repetition needs " SONAME ", which is not there; install "
		    "the package libical3");
	for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
		*symbols[i].at = dlsym(handle, symbols[i].name);
		if (!*symbols[i].at) {
			dlclose(handle);
			return err_set(e, ERR_NOENT,
			    SONAME " has no %s; install the package libical3 "
				   "of Debian 12",
			    symbols[i].name);
		}
	}
	lib.icalerror_set_errors_are_fatal(0);
	lib.handle = handle;
	return 0;
}

static struct icaltimetype
to_lib(int64_t wall, bool is_date)
{
	struct icaltimetype t = { 0 };
	int64_t day, sec;

	if (wall < WALL_MIN)
		wall = WALL_MIN;
	if (wall > WALL_MAX)
		wall = WALL_MAX;
	day = wall / DAY_SECONDS;
	sec = wall % DAY_SECONDS;
	if (sec < 0) {
		sec += DAY_SECONDS;
		day--;
	}
	date_civil((int32_t)day, &t.year, &t.month, &t.day);
	t.is_date = is_date;
	if (!is_date) {
		t.hour = (int)(sec / 3600);
		t.minute = (int)(sec / 60 % 60);
		t.second = (int)(sec % 60);
	}
	return t;
}

bool
lib_accepts(const char *rule)
{
	struct icalrecurrencetype r = lib.icalrecurrencetype_from_string(rule);

	free(r.rscale);
	return r.freq != ICAL_NO_RECURRENCE;
}

struct lib_iter *
lib_iter(const struct walk *w)
{
	struct icalrecurrencetype r;
	struct lib_iter *it = NULL;
	icalrecur_iterator *walk;

	r = lib.icalrecurrencetype_from_string(w->rule->text);
	if (r.freq == ICAL_NO_RECURRENCE)
		goto out;
	/* Also keeps it from looking for what is not there until 2582. */
	r.until = to_lib(w->until, w->is_date);
	walk = lib.icalrecur_iterator_new(r, to_lib(w->start, w->is_date));
	if (!walk)
		goto out;
	if (w->from > w->start && !w->rule->count)
		lib.icalrecur_iterator_set_start(
		    walk, to_lib(w->from, w->is_date));
	it = xmalloc(sizeof *it);
	it->it = walk;
	it->is_date = w->is_date;
out:
	free(r.rscale);
	return it;
}

bool
lib_next(struct lib_iter *it, int64_t *wall)
{
	struct icaltimetype t = lib.icalrecur_iterator_next(it->it);
	int32_t day;

	if (t.year == 0 || !date_from_civil(t.year, t.month, t.day, &day))
		return false;
	*wall = day * DAY_SECONDS;
	if (!it->is_date)
		*wall += t.hour * 3600 + t.minute * 60 + t.second;
	return true;
}

void
lib_iter_free(struct lib_iter *it)
{
	if (!it)
		return;
	lib.icalrecur_iterator_free(it->it);
	free(it);
}
