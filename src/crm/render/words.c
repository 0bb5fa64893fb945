#include "crm/render/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/mem.h"
#include "crm/share.h"
#include "store/csvfile.h"

#define NBSP "\xc2\xa0"
#define THIN "\xe2\x80\xaf" /* a narrow one */
#define LRM "\xe2\x80\x8e"

static const struct tongue tongues[] = {
	{ "en", ",", '.', "y-m-d", "%", false },
	{ "en-US", ",", '.', "m/d/y", "%", false },
	{ "en-GB", ",", '.', "d/m/y", "%", false },
	{ "ar", ",", '.', "d/m/y", "%", true },
	{ "cs", NBSP, ',', "d.m.y", NBSP "%", false },
	{ "da", ".", ',', "d.m.y", NBSP "%", false },
	{ "de", ".", ',', "d.m.y", NBSP "%", false },
	{ "de-CH", "\xe2\x80\x99", '.', "d.m.y", "%", false },
	{ "es", ".", ',', "d/m/y", NBSP "%", false },
	{ "fa", ",", '.', "y/m/d", "%", true },
	{ "fi", NBSP, ',', "d.m.y", NBSP "%", false },
	{ "fr", THIN, ',', "d/m/y", THIN "%", false },
	{ "fr-CH", THIN, '.', "d.m.y", "%", false },
	{ "he", ",", '.', "d.m.y", "%", true },
	{ "it", ".", ',', "d/m/y", "%", false },
	{ "ja", ",", '.', "y/m/d", "%", false },
	{ "ko", ",", '.', "y.m.d", "%", false },
	{ "nb", NBSP, ',', "d.m.y", NBSP "%", false },
	{ "nl", ".", ',', "d-m-y", "%", false },
	{ "pl", NBSP, ',', "d.m.y", "%", false },
	{ "pt", ".", ',', "d/m/y", "%", false },
	{ "ru", NBSP, ',', "d.m.y", NBSP "%", false },
	{ "sv", NBSP, ',', "y-m-d", NBSP "%", false },
	{ "tr", ".", ',', "d.m.y", "%", false },
	{ "ur", ",", '.', "d/m/y", "%", true },
	{ "zh", ",", '.', "y-m-d", "%", false },
};

/* What is before its first '-'. */
static struct span
primary(struct span language)
{
	return span_cut(&language, '-');
}

static const struct tongue *
tongue_of(struct span language)
{
	const struct tongue *found = NULL;

	for (size_t i = 0; i < sizeof tongues / sizeof *tongues; i++) {
		const struct tongue *t = &tongues[i];

		if (span_ieqs(language, t->language))
			return t;
		if (span_ieqs(primary(language), t->language))
			found = t;
	}
	return found ? found : &tongues[0];
}

/* --- words --------------------------------------------------------------- */

struct reading {
	struct words *w;
	const char *name;
	bool header;
};

static int
read_word(void *ctx, const struct span *cell, size_t n, size_t line, size_t at,
    size_t end, struct err *e)
{
	struct reading *r = ctx;
	struct words *w = r->w;
	bool added;

	(void)at;
	(void)end;
	if (!r->header) {
		r->header = true;
		if (n >= 2 && span_eqs(cell[0], "key") &&
		    span_eqs(cell[1], "word"))
			return 0;
		return err_set(e, ERR_DATA, "%s:%zu: the header is key,word",
		    r->name, line);
	}
	if (n < 2 || cell[0].n == 0)
		return err_set(
		    e, ERR_DATA, "%s:%zu: a row is key,word", r->name, line);
	/* what was read first stays: the nearer file */
	strmap_add(&w->map, arena_span(&w->arena, cell[0]), w->n, &added);
	if (!added)
		return 0;
	GROW(w->word, w->n, w->cap);
	w->word[w->n++] = arena_span(&w->arena, cell[1]);
	return 0;
}

static int
read_text(struct words *w, const char *path, struct span text, struct err *e)
{
	struct reading r = { .w = w, .name = path };
	const struct csv_options o = { .sep = ',' };

	return csv_read(text, path, &o, read_word, NULL, &r, e);
}

/* The team's file of a language, then that of the program. */
static int
read_language(
    struct session *s, struct words *w, struct span language, struct err *e)
{
	struct buf path = { 0 }, text = { 0 };
	struct err none = { 0 };
	int r;

	buf_addf(&path, "templates/words/%.*s.csv", SPANF(language));
	r = session_read(s, path.p, &text, e);
	if (r == 0)
		r = read_text(w, path.p, buf_span(&text), e);
	if (r >= 0) {
		buf_reset(&text);
		r = 0;
		if (share_read(path.p, &text, &none) == 0)
			r = read_text(w, path.p, buf_span(&text), e);
	}
	err_release(&none);
	buf_release(&path);
	buf_release(&text);
	return r;
}

static bool
is_code(struct span s)
{
	if (s.n < 2 || s.n > 16)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(i > 1 && (c == '-' || (c >= '0' && c <= '9')))))
			return false;
	}
	return true;
}

int
words_load(
    struct session *s, struct span language, struct words *out, struct err *e)
{
	struct span main = primary(language);
	int r = 0;

	*out = (struct words){ 0 };
	if (!is_code(language))
		return err_set(e, ERR_USAGE,
		    "'%.*s' is no code of a language, such as de or en-GB",
		    SPANF(language));
	out->tongue = tongue_of(language);
	out->language = arena_span(&out->arena, language);
	if (main.n < language.n)
		r = read_language(s, out, language, e);
	if (r == 0)
		r = read_language(s, out, main, e);
	if (r == 0 && !span_eqs(main, "en"))
		r = read_language(s, out, span("en"), e);
	if (r)
		words_release(out);
	return r;
}

void
words_release(struct words *w)
{
	free(w->word);
	strmap_release(&w->map);
	arena_release(&w->arena);
	*w = (struct words){ 0 };
}

struct span
word(const struct words *w, const char *key)
{
	size_t at = strmap_get(&w->map, span(key));

	return at == (size_t)-1 ? span("") : w->word[at];
}

struct span
word_unit(const struct words *w, struct span unit, bool one)
{
	static const struct {
		const char *said, *key;
	} row[] = {
		{ "pieces", "piece" },
		{ "pc", "piece" },
		{ "pcs", "piece" },
		{ "hours", "hour" },
		{ "hrs", "hour" },
		{ "days", "day" },
		{ "weeks", "week" },
		{ "months", "month" },
		{ "years", "year" },
		{ "sets", "set" },
		{ "pairs", "pair" },
	};
	struct buf key = { 0 };
	struct span said = { 0 };

	buf_adds(&key, "unit_");
	for (size_t i = 0; i < unit.n; i++)
		buf_addc(&key, ascii_lower(unit.p[i]));
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		if (!span_ieqs(unit, row[i].said))
			continue;
		buf_reset(&key);
		buf_addf(&key, "unit_%s", row[i].key);
		break;
	}
	if (unit.n) {
		size_t n = key.n;

		buf_adds(&key, "_1");
		if (one)
			said = word(w, key.p);
		buf_cut(&key, n);
		if (!said.n)
			said = word(w, key.p);
	}
	buf_release(&key);
	return said.n ? said : unit;
}

/* --- numbers and dates --------------------------------------------------- */

void
write_number(struct buf *out, const struct tongue *t, int128 units, int scale)
{
	struct buf b = { 0 };
	const char *p;

	/* a minus would wander behind its number among letters of the right */
	if (units < 0 && t->rtl)
		buf_adds(out, LRM);
	dec_format_grouped(&b, units, scale);
	for (p = b.p; *p; p++) {
		if (*p == ',')
			buf_adds(out, t->group);
		else
			buf_addc(out, *p == '.' ? t->decimal : *p);
	}
	buf_release(&b);
}

void
write_dec(struct buf *out, const struct tongue *t, struct dec d, int least)
{
	int scale;
	int128 v = dec_trim(d, least, &scale);

	write_number(out, t, v, scale);
}

void
write_percent(struct buf *out, const struct tongue *t, struct dec d)
{
	/* the sign would stand in front, among letters of the right */
	if (t->rtl && d.value >= 0)
		buf_adds(out, LRM);
	write_dec(out, t, d, 0);
	buf_adds(out, t->percent);
}

void
write_date(struct buf *out, const struct tongue *t, int32_t day)
{
	int y, m, d;

	date_civil(day, &y, &m, &d);
	for (const char *p = t->date; *p; p++) {
		if (*p == 'y')
			buf_addf(out, "%04d", y);
		else if (*p == 'm' || *p == 'd')
			buf_addf(out, "%02d", *p == 'm' ? m : d);
		else
			buf_addc(out, *p);
	}
}
