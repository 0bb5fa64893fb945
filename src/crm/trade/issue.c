#include "crm/trade/issue.h"

#include <string.h>

#include "base/clock.h"
#include "crm/config.h"
#include "crm/render/model.h"
#include "crm/trade/approve.h"
#include "crm/trade/quote_lines.h"
#include "store/id.h"

/* --- is it whole? -------------------------------------------------------- */

static int
check_lines(const struct doc *d, struct err *e)
{
	if (d->calc.nlines == 0)
		return err_set(e, ERR_USAGE,
		    "it has no lines: crm-quote line add %.*s SKU xN",
		    SPANF(record_get(&d->r, "id")));
	for (size_t i = 0; i < d->nlines; i++) {
		const struct doc_line *l = &d->line[i];

		if (l->calc != NO_CALC && !record_get(&l->r, "price").n)
			return err_set(e, ERR_USAGE,
			    "line %zu (%.*s) has no price: crm-quote line set",
			    i + 1, SPANF(record_get(&l->r, "name")));
	}
	return 0;
}

/* The rate of a foreign currency on the quote's day; NULL of our own. */
static int
find_rate(struct session *s, const struct doc *d, const struct rate **out,
    struct err *e)
{
	int32_t day = doc_day(s, &d->r);
	struct config *cf;
	char text[11];

	*out = NULL;
	if (!s->currency[0] || span_eqs(d->currency, s->currency))
		return 0;
	if (session_config(s, &cf, e))
		return -1;
	*out = config_rate(cf, d->currency, day);
	if (*out)
		return 0;
	date_format(day, text);
	return err_set(e, ERR_USAGE,
	    "config/rates.csv has no rate of %.*s on %s: how many %s is one "
	    "%.*s? add a line '%.*s,%s,RATE'", SPANF(d->currency), text,
	    s->currency, SPANF(d->currency), SPANF(d->currency), text);
}

static int
check_approval(struct session *s, struct changes *c, const struct doc *d,
    bool *given, struct err *e)
{
	const char *when = rc_get(&s->rc, "quote.approval");
	bool now = when && strcmp(when, "issue") == 0;
	struct approval_state st;
	int r = 0;

	*given = false;
	if (when && *when && !now && strcmp(when, "order") != 0)
		return err_set(e, ERR_DATA,
		    "crmrc: quote.approval is '%s'; it is order or issue",
		    when);
	if (approval_state(s, c, d, &st, e))
		return -1;
	*given = st.state == APPROVAL_GIVEN;
	if (st.state == APPROVAL_MISSING && now)
		r = approval_refuse(d, &st, "issued", e);
	else if (st.state == APPROVAL_MISSING && c) {
		struct err later = { 0 };

		approval_refuse(d, &st, "ordered", &later);
		buf_addf(&s->notes, "%.*s: %s\n",
		    SPANF(record_get(&d->r, "id")), later.msg);
		err_release(&later);
	}
	approval_release(&st);
	return r;
}

/*
 * How long it holds: what was said, or was approved; else, as new quotes do,
 * quote.valid-days, which begin when it is issued. "" for no end.
 */
static int
find_end(struct session *s, const struct doc *d, bool approved, char end[11],
    struct err *e)
{
	struct span was = record_get(&d->r, "valid_until");
	int32_t day = doc_day(s, &d->r), until = DATE_NONE, made;
	int64_t days, at;

	end[0] = '\0';
	if (rc_int(&s->rc, "quote.valid-days", 0, 3650, 30, &days, e))
		return -1;
	if (instant_parse(record_get(&d->r, "created"), &at))
		made = clock_day(at, NULL);
	else
		made = DATE_NONE;
	(void)date_parse(was, &until);
	if (days && !approved &&
	    (!was.n || (made != DATE_NONE && until == made + (int32_t)days)))
		until = day + (int32_t)days;
	if (until == DATE_NONE)
		return 0;
	date_format(until, end);
	if (until < day)
		return err_set(e, ERR_USAGE,
		    "valid_until is %s, which is past: crm-quote set %.*s "
		    "valid_until=+30d", end, SPANF(record_get(&d->r, "id")));
	return 0;
}

static int
check_state(const struct doc *d, struct err *e)
{
	struct span number = record_get(&d->r, "number");

	if (doc_is_draft(d))
		return 0;
	return err_set(e, ERR_NO, "is %.*s already%s%.*s",
	    SPANF(record_get(&d->r, "state")), number.n ? ", as " : "",
	    SPANF(number));
}

static int
check_all(struct session *s, struct changes *c, const struct doc *d,
    const struct rate **rate, char end[11], struct err *e)
{
	struct instalment plan[TERMS_MAX];
	bool given;

	if (check_state(d, e) || check_lines(d, e))
		return -1;
	if (!record_get(&d->r, "account").n && !record_get(&d->r, "contact").n)
		return err_set(e, ERR_USAGE,
		    "whom is it for? crm-quote set %.*s account=NAME",
		    SPANF(record_get(&d->r, "id")));
	if (terms_schedule(&d->terms, d->calc.payable, doc_day(s, &d->r),
		DATE_NONE, plan, e))
		return err_prefix(e, "terms: ");
	if (render_template(s, d, e) || quote_vouchers(s, c, &d->r, false, e) ||
	    find_rate(s, d, rate, e) || check_approval(s, c, d, &given, e))
		return -1;
	return find_end(s, d, given, end, e);
}

int
issue_check(struct session *s, struct changes *c, const struct doc *d,
    struct err *e)
{
	const struct rate *rate;
	char end[11];

	return check_all(s, c, d, &rate, end, e);
}

/* --- issuing ------------------------------------------------------------- */

int
issue_lines(struct changes *c, const struct doc *d, struct err *e)
{
	for (size_t i = 0; i < d->nlines; i++) {
		const struct doc_line *l = &d->line[i];
		const struct calc_line *k;
		struct record after;
		int64_t taxed = 0;

		if (l->calc == NO_CALC)
			continue;
		k = &d->calc.line[l->calc];
		for (size_t t = 0; t < TAX_PARTS; t++)
			taxed += k->taxed[t];
		after = change_copy(c, &l->r);
		record_put(&after, "amount",
		    dec_span(&c->arena, k->net, d->exponent));
		record_put(&after, "taxed",
		    dec_span(&c->arena, taxed, d->exponent));
		if (change_apply(c, &l->r, &after, CHANGE_ISSUE, e))
			return -1;
	}
	return 0;
}

static int
put_number(struct changes *c, struct record *r, const struct claims *claims,
    struct err *e)
{
	struct buf number = { 0 };
	int ret;

	/* a revision goes by the number of what it revises */
	if (record_get(r, "number").n)
		return 0;
	ret = number_give(
	    c, claims, "quote", c->s->dates.today, r->id, &number, e);
	record_put(r, "number", arena_span(&c->arena, buf_span(&number)));
	buf_release(&number);
	return ret;
}

static void
put_head(struct changes *c, const struct doc *d, const struct rate *rate,
    const char *end, struct record *r)
{
	char day[11];

	date_format(doc_day(c->s, &d->r), day);
	record_put(r, "date", arena_span(&c->arena, span(day)));
	record_put(r, "valid_until", arena_span(&c->arena, span(end)));
	if (rate)
		record_put(r, "rate",
		    dec_span(&c->arena, rate->rate.value, rate->rate.scale));
	doc_put_sums(c, d, r);
	record_put(r, "state", span("issued"));
}

int
issue_keep(struct changes *c, const struct doc *d, struct record *r,
    struct err *e)
{
	struct doc issued = *d;
	struct kept_model kept;

	issued.r = *r;
	if (model_keep(c->s, &issued, &c->arena, &kept, e))
		return -1;
	record_put(r, "issued_to", kept.to);
	record_put(r, "issued_from", kept.from);
	record_put(r, "issued_texts", kept.texts);
	return 0;
}

int
issue_quote(struct changes *c, uint64_t id, const struct claims *claims,
    struct err *e)
{
	const struct rate *rate;
	struct record after;
	struct doc d;
	char end[11];
	int r = doc_load(c->s, c, id, &d, e);

	if (r)
		return r < 0 ? -1 : err_set(e, ERR_NOENT, "no such quote");
	r = -1;
	if (check_all(c->s, c, &d, &rate, end, e) || issue_lines(c, &d, e))
		goto out;
	after = change_copy(c, &d.r);
	put_head(c, &d, rate, end, &after);
	if (doc_freeze(c, &d, &after, e) == 0 &&
	    put_number(c, &after, claims, e) == 0 &&
	    issue_keep(c, &d, &after, e) == 0)
		r = change_apply(c, &d.r, &after, CHANGE_ISSUE, e);
out:
	doc_release(&d);
	return r;
}
