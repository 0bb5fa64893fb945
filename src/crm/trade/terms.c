#include "crm/trade/terms.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crm/config_file.h"
#include "crm/trade/calc_impl.h"

#define PATH "config/terms.csv"

enum { DAYS_MAX = 36500, GAP = 30 };

struct term_row {
	struct span term, label, schedule, text;
	size_t line;
};

struct term_table {
	struct term_row *row;
	size_t n;
	struct arena arena;
};

static int
read_table(struct session *s, struct term_table *t, struct err *e)
{
	const struct span want[] = { span("term"), span("label"),
		span("schedule"), span("text") };
	struct config_file f = { 0 };
	int result = -1;

	if (config_file_open(&f, s, PATH, want, sizeof want / sizeof *want, e) <
	    0)
		goto out;
	t->row = xcalloc(f.scan.nrows, sizeof *t->row);
	for (size_t i = 0; i < f.scan.nrows; i++) {
		const struct span *cell = config_file_row(&f, i);
		struct term_row *x = &t->row[t->n++];

		x->term = arena_span(&t->arena, cell[0]);
		x->label = arena_span(&t->arena, cell[cell[1].n ? 1 : 0]);
		x->schedule = arena_span(&t->arena, cell[2]);
		x->text = arena_span(&t->arena, cell[3]);
		x->line = f.line;
	}
	result = 0;
out:
	config_file_close(&f);
	return result;
}

void
term_table_free(struct term_table *t)
{
	if (!t)
		return;
	free(t->row);
	arena_release(&t->arena);
	free(t);
}

static int
session_terms(struct session *s, struct err *e)
{
	struct term_table *t;

	if (s->terms)
		return 0;
	t = xcalloc(1, sizeof *t);
	if (read_table(s, t, e) < 0) {
		term_table_free(t);
		return -1;
	}
	s->terms = t;
	return 0;
}

/* *out NULL: no row has that key. */
static int
find_row(struct session *s, struct span key, const struct term_row **out,
    struct err *e)
{
	*out = NULL;
	if (session_terms(s, e) < 0)
		return -1;
	for (size_t i = 0; i < s->terms->n && !*out; i++) {
		if (span_ieq(s->terms->row[i].term, key))
			*out = &s->terms->row[i];
	}
	return 0;
}

/* Terms being read. */
struct parse {
	struct terms *t;
	struct span text; /* what is left of it */
	struct err *e;
};

static struct term *
new_term(struct parse *p)
{
	if (p->t->n < TERMS_MAX)
		return &p->t->term[p->t->n++];
	err_set(p->e, ERR_USAGE, "payment terms have more than %d parts",
	    TERMS_MAX);
	return NULL;
}

static int
bad_part(struct parse *p, struct span part)
{
	return err_set(p->e, ERR_USAGE,
	    "'%.*s' is no part of payment terms; parts are 30%%, 1000.00 or "
	    "rest, with @order, @+30, @delivery or a date; or: cash, net30, "
	    "30/30/40",
	    SPANF(part));
}

/* The next word; empty at the end. */
static struct span
next_word(struct parse *p)
{
	struct span word = p->text = span_trim(p->text);
	size_t n = 0;

	while (n < word.n && span_trim(span_n(word.p + n, 1)).n)
		n++;
	word.n = n;
	p->text.p += n;
	p->text.n -= n;
	return word;
}

static bool
days(struct span s, int32_t *out)
{
	int64_t n;

	if (s.n == 0 || s.p[0] < '0' || s.p[0] > '9' || !span_int(s, &n) ||
	    n > DAYS_MAX)
		return false;
	*out = (int32_t)n;
	return true;
}

/* "order", "+30", "delivery", "delivery+14", a date. */
static bool
when(struct term *x, struct span s)
{
	static const struct {
		const char *word;
		enum term_from from;
	} words[] = {
		{ "order", FROM_ORDER },
		{ "delivery", FROM_DELIVERY },
		{ "", FROM_ORDER },
	};

	if (date_parse(s, &x->days)) {
		x->from = ON_DATE;
		return true;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i].word);
		struct span rest;

		if (s.n < n || !span_istarts(s, span(words[i].word)))
			continue;
		rest = span_n(s.p + n, s.n - n);
		x->from = words[i].from;
		x->days = 0;
		if (rest.n == 0)
			return n > 0;
		return rest.p[0] == '+' &&
		       days(span_n(rest.p + 1, rest.n - 1), &x->days);
	}
	return false;
}

static int
percent(struct parse *p, struct term *x, struct span s)
{
	int128 share;

	x->kind = TERM_PERCENT;
	s = span_trim(s);
	if (s.n == 0 || s.p[0] == '+' || !dec_parse(s, &x->percent) ||
	    !calc_scaled(x->percent, 4, &share) || share <= 0 ||
	    share > HUNDRED)
		return err_set(p->e, ERR_USAGE,
		    "payment terms: '%.*s' is no share above 0, up to 100 %%, "
		    "with up to 4 digits behind the point",
		    SPANF(s));
	return 0;
}

static int
amount(struct parse *p, struct term *x, struct span s)
{
	struct dec d;

	x->kind = TERM_AMOUNT;
	if (s.n == 0 || s.p[0] == '+' || !dec_parse(s, &d))
		return bad_part(p, s);
	if (dec_rescale(d, p->t->exponent, &x->amount, p->e) < 0)
		return err_prefix(p->e, "payment terms: ");
	if (x->amount <= 0 || x->amount > CALC_MAX)
		return err_set(p->e, ERR_USAGE,
		    "payment terms: the amount %.*s is not above 0, or too "
		    "large",
		    SPANF(s));
	return 0;
}

/* "30%@+30" */
static int
one_part(struct parse *p, struct span word, bool deposit)
{
	struct span at = word, what = span_cut(&at, '@');
	struct term *x = new_term(p);

	if (!x)
		return -1;
	x->deposit = deposit;
	if (what.n < word.n && !when(x, at))
		return err_set(p->e, ERR_USAGE,
		    "payment terms: '%.*s' is no day; days are order, +30, "
		    "delivery, delivery+14 or YYYY-MM-DD",
		    SPANF(at));
	if (span_ieqs(what, "rest")) {
		x->kind = TERM_REST;
		return 0;
	}
	if (what.n && what.p[what.n - 1] == '%')
		return percent(p, x, span_n(what.p, what.n - 1));
	return amount(p, x, what);
}

/* "net30", "net 30": all that is left, so many days after. */
static int
net(struct parse *p, struct span word)
{
	struct span n = span_n(word.p + 3, word.n - 3);
	struct term *x = new_term(p);

	if (n.n == 0)
		n = next_word(p);
	if (!x)
		return -1;
	x->kind = TERM_REST;
	if (days(n, &x->days))
		return 0;
	return err_set(p->e, ERR_USAGE,
	    "payment terms: net is followed by days, net30, not by '%.*s'",
	    SPANF(n));
}

static int
parts(struct parse *p)
{
	bool deposit = false;

	for (;;) {
		struct span word = next_word(p);
		int r;

		if (word.n == 0)
			break;
		if (span_ieqs(word, "deposit") && !deposit) {
			deposit = true;
			continue;
		}
		if (!deposit && span_istarts(word, span("net")))
			r = net(p, word);
		else
			r = one_part(p, word, deposit);
		if (r < 0)
			return -1;
		deposit = false;
	}
	if (deposit)
		return err_set(p->e, ERR_USAGE,
		    "payment terms: deposit is followed by what it is, "
		    "deposit 20%% net30");
	return 0;
}

/* "30/30/40" */
static int
by_slashes(struct parse *p, int64_t gap)
{
	int64_t at = 0;
	bool more = true;

	for (; more; at += gap) {
		struct span word;
		struct term *x = new_term(p);

		more = p->text.n && memchr(p->text.p, '/', p->text.n);
		word = span_trim(span_cut(&p->text, '/'));
		if (word.n && word.p[word.n - 1] == '%')
			word.n--;
		if (!x || percent(p, x, word) < 0)
			return -1;
		x->days = (int32_t)at;
	}
	return 0;
}

/* Do the parts make up a whole, as far as can be said without one? */
static int
check(const struct terms *t, struct err *e)
{
	size_t count[3] = { 0 };
	struct buf text = { 0 };
	int128 sum = 0, share;

	for (size_t i = 0; i < t->n; i++) {
		count[t->term[i].kind]++;
		if (t->term[i].kind != TERM_PERCENT)
			continue;
		calc_scaled(t->term[i].percent, 4, &share);
		sum += share;
	}
	if (count[TERM_REST] > 1)
		return err_set(e, ERR_USAGE,
		    "payment terms have one rest (net30 is one), not %zu",
		    count[TERM_REST]);
	if (count[TERM_REST] + count[TERM_AMOUNT] ? sum < HUNDRED
						  : sum == HUNDRED)
		return 0;
	dec_format(&text, sum, 4);
	while (text.n && text.p[text.n - 1] == '0')
		buf_cut(&text, text.n - 1);
	if (text.n && text.p[text.n - 1] == '.')
		buf_cut(&text, text.n - 1);
	if (count[TERM_REST] + count[TERM_AMOUNT])
		err_set(e, ERR_USAGE,
		    "payment terms: shares of %s %% leave nothing for the "
		    "other parts",
		    text.p);
	else
		err_set(e, ERR_USAGE,
		    "payment terms: the parts sum to %s %%, not to 100; 'rest' "
		    "is what is left",
		    text.p);
	buf_release(&text);
	return -1;
}

static int
parse(struct span text, int64_t gap, struct terms *out, struct err *e)
{
	struct parse p = { .t = out, .text = span_trim(text), .e = e };
	int r;

	if (p.text.n == 0 || span_ieqs(p.text, "cash")) {
		new_term(&p)->kind = TERM_REST;
		return 0;
	}
	r = memchr(p.text.p, '/', p.text.n) ? by_slashes(&p, gap) : parts(&p);
	return r < 0 ? -1 : check(out, e);
}

/* The schedule of a row; what is wrong with it is so at its line. */
static int
parse_row(const struct term_row *row, int64_t gap, struct terms *out,
    struct err *e)
{
	if (parse(row->schedule, gap, out, e) == 0)
		return 0;
	err_prefix(e, PATH ":%zu: ", row->line);
	if (e)
		e->code = ERR_DATA;
	return -1;
}

int
terms_check(struct session *s, struct err *e)
{
	if (session_terms(s, e) < 0)
		return -1;
	for (size_t i = 0; i < s->terms->n; i++) {
		/* the most digits that a currency has */
		struct terms t = { .exponent = 4 };

		if (parse_row(&s->terms->row[i], GAP, &t, e) < 0)
			return -1;
	}
	return 0;
}

int
terms_parse(struct session *s, struct span text, int exponent,
    struct terms *out, struct err *e)
{
	const struct term_row *row = NULL;
	int64_t gap = GAP;

	memset(out, 0, sizeof *out);
	out->exponent = exponent;
	text = span_trim(text);
	if (s && (rc_int(&s->rc, "quote.instalment-days", 1, 3650, GAP, &gap,
		      e) < 0 ||
		     (text.n && find_row(s, text, &row, e) < 0)))
		return -1;
	if (!row)
		return parse(text, gap, out, e);
	out->label = row->label;
	out->text = row->text;
	return parse_row(row, gap, out, e);
}
