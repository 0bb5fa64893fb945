/* emit_fit: what of a table is shown where the terminal is too narrow. */
#include "cmd/emit_impl.h"
#include "store/unicode.h"

enum {
	MAIN_MIN = 16, /* of a name */
	TEXT_MIN = 8,
	HEAD_MIN = 14, /* a word or two */
	/* where nothing else helps */
	MAIN_LAST = 8,
	TEXT_LAST = 6,
	HEAD_LAST = 5,
};

/* How soon a column is left out; the smaller the sooner. */
enum { OUT_EMPTY, OUT_SPARE, OUT_SAME, OUT_REF, OUT_TEXT, OUT_CODE, OUT_STATE, OUT_DATE,
	OUT_NUMBER, OUT_NEVER };

static const struct kind {
	bool whole; /* a cut one is a wrong one, or no use */
	int out;
} kinds[] = {
	[F_TEXT] = { false, OUT_TEXT },
	[F_NOTE] = { false, OUT_TEXT },
	[F_ID] = { true, OUT_NEVER },
	[F_REF] = { false, OUT_REF },
	[F_CHOICE] = { false, OUT_STATE },
	[F_CHOICES] = { false, OUT_STATE },
	[F_TAGS] = { false, OUT_TEXT },
	[F_MONEY] = { true, OUT_NUMBER },
	[F_DECIMAL] = { true, OUT_NUMBER },
	[F_INT] = { true, OUT_NUMBER },
	[F_PERCENT] = { true, OUT_NUMBER },
	[F_DATE] = { true, OUT_DATE },
	[F_INSTANT] = { true, OUT_DATE },
	[F_WHEN] = { true, OUT_DATE },
	[F_PERIOD] = { true, OUT_DATE },
	[F_EMAIL] = { false, OUT_TEXT },
	[F_PHONE] = { true, OUT_TEXT },
	[F_URL] = { false, OUT_TEXT },
	[F_BOOL] = { true, OUT_CODE },
	[F_CURRENCY] = { true, OUT_NUMBER },
	[F_STAGE] = { false, OUT_STATE },
};

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
emit_fit_sum(const struct fit *f, size_t n)
{
	size_t sum = 0, shown = 0;

	for (size_t i = 0; i < n; i++)
		if (!f[i].out)
			sum += f[i].width + (shown++ ? GAP : 0);
	return sum;
}

/* The width down to which a column gives way. */
static size_t
least(const struct emit_column *c, const struct fit *f, bool last)
{
	size_t main = last ? MAIN_LAST : MAIN_MIN;
	size_t text = last ? TEXT_LAST : TEXT_MIN, min = c->main ? main : text;
	size_t label = smaller(f->label, last ? HEAD_LAST : HEAD_MIN), cells;

	if (c->keep)
		min = c->keep;
	cells = c->whole || kinds[c->type].whole ? f->cells
						 : smaller(f->cells, min);
	return cells > label ? cells : label;
}

/* What gives way: but for names; names to a readable width; all, to the last. */
enum narrow { NARROW_TEXTS, NARROW_NAMES, NARROW_LAST };

/* Narrows what is widest for its kind, a column of the terminal at a time. */
static void
narrow(const struct emit_column *col, struct fit *f, size_t n, size_t room,
    enum narrow how)
{
	size_t sum = emit_fit_sum(f, n);
	bool last = how == NARROW_LAST;

	for (; sum > room; sum--) {
		size_t widest = n, most = 0;

		for (size_t i = 0; i < n; i++) {
			size_t min = least(&col[i], &f[i], last);
			size_t times = f[i].width * 1000 / (min ? min : 1);

			if (how == NARROW_TEXTS && col[i].main)
				continue;
			if (!f[i].out && f[i].width > min && times > most) {
				most = times;
				widest = i;
			}
		}
		if (widest == n)
			return;
		f[widest].width--;
	}
}

static int
out_rank(
    const struct emit_column *c, const struct fit *f, bool ranked)
{
	int rank = kinds[c->type].out;

	if (c->main || (c->whole && !f->empty) ||
	    (rank == OUT_NEVER && !f->spare))
		return OUT_NEVER;
	if (f->empty)
		return OUT_EMPTY;
	if (f->spare)
		return OUT_SPARE;
	/* a currency that says nothing is no loss, any other is a wrong sum */
	if (f->same &&
	    (c->type == F_CURRENCY || (!ranked && rank < OUT_DATE)))
		return OUT_SAME;
	return ranked ? OUT_NUMBER : rank;
}

/* A line in which every column is as narrow as it may be. */
static size_t
least_sum(const struct emit_column *col, const struct fit *f, size_t n)
{
	size_t sum = 0, shown = 0;

	for (size_t i = 0; i < n; i++)
		if (!f[i].out)
			sum += least(&col[i], &f[i], false) +
			    (shown++ ? GAP : 0);
	return sum;
}

/*
 * Takes out the rightmost of the columns that say least, and less than before;
 * false: none goes.
 */
static bool
leave_out(const struct emit_column *col, struct fit *f, size_t n, bool ranked,
    int before)
{
	int lowest = before;
	size_t which = n;

	for (size_t i = 0; i < n; i++) {
		int rank = out_rank(&col[i], &f[i], ranked);

		if (!f[i].out && rank < before && rank <= lowest) {
			lowest = rank;
			which = i;
		}
	}
	if (which == n)
		return false;
	f[which].out = true;
	return true;
}

/*
 * What was left out in vain, since a wider one followed, comes back, but for
 * what is not worth a cut.
 */
static void
take_back(const struct emit_column *col, struct fit *f, size_t n, bool ranked,
    int cheap, size_t room)
{
	for (int rank = OUT_NUMBER; rank > OUT_SPARE && rank >= cheap; rank--)
		for (size_t i = 0; i < n; i++) {
			if (!f[i].out ||
			    out_rank(&col[i], &f[i], ranked) != rank)
				continue;
			f[i].out = false;
			f[i].out = least_sum(col, f, n) > room;
		}
}

void
emit_fit(const struct emit_column *col, struct fit *f, size_t n, size_t room,
    const struct emit_options *o)
{
	int cheap = o->lean ? OUT_SAME + 1 : OUT_SPARE;

	for (size_t i = 0; i < n; i++)
		f[i].spare = col[i].spare || room < col[i].spare_below;
	if (!o->chosen && emit_fit_sum(f, n) > room) {
		/* rather than to cut what others say */
		while (emit_fit_sum(f, n) > room &&
		    leave_out(col, f, n, o->ranked, cheap))
			;
		while (least_sum(col, f, n) > room &&
		    leave_out(col, f, n, o->ranked, OUT_NEVER))
			;
		take_back(col, f, n, o->ranked, cheap, room);
	}
	if (o->lean)
		narrow(col, f, n, room, NARROW_TEXTS);
	narrow(col, f, n, room, NARROW_NAMES);
	narrow(col, f, n, room, NARROW_LAST);
}

/* The first line of s: bytes of it, without the blank behind. */
static size_t
line_end(struct span s, size_t width)
{
	size_t fits = uni_fit(s, width), item = 0, word = 0;

	if (fits == s.n)
		return s.n;
	for (size_t i = 1; i <= fits; i++) {
		if (s.p[i] != ' ')
			continue;
		word = i;
		if (s.p[i - 1] == ',' || s.p[i - 1] == ';')
			item = i;
	}
	/* prose with a comma early on is no list */
	return item * 2 > fits ? item : word ? word : fits ? fits : s.n;
}

void
emit_wrap(struct buf *out, struct span s, size_t width)
{
	while (width && s.n) {
		size_t n = line_end(s, width);

		buf_add(out, s.p, n);
		while (n < s.n && s.p[n] == ' ')
			n++;
		s = span_n(s.p + n, s.n - n);
		if (s.n)
			buf_addc(out, '\n');
	}
	buf_addspan(out, s);
}
