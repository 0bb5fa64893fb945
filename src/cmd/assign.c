/* "field=value" words onto a record: for add, set, edit and the verbs. */
#include <string.h>

#include "base/mem.h"
#include "cmd/cli.h"
#include "cmd/verbs.h"
#include "crm/change/value.h"
#include "store/id.h"

static int
unknown_field(struct call *c, struct span name)
{
	struct buf near = { 0 };

	entity_suggest(c->ent, name, &near);
	err_set(&c->err, ERR_USAGE, "%s has no field '%.*s'", c->ent->label,
	    SPANF(name));
	if (near.n)
		err_suffix(&c->err, "; the nearest: %s", near.p);
	buf_release(&near);
	return -1;
}

/* Length of the field name before '=' or ':'; 0 where there is none. */
static size_t
assign_name(const char *word)
{
	size_t k = strcspn(word, "=:");

	return word[k] ? k : 0;
}

/*
 * Are the fields of all assignments known? Headers are read before one is
 * refused, and before records are made, which have room for what is known.
 */
int
assign_known(struct call *c, char **word, int n)
{
	bool learnt = false;

	for (int i = 0; i < n; i++) {
		struct span name = span_n(word[i], assign_name(word[i]));

		if (!name.n || entity_field(c->ent, name))
			continue;
		/* a bare name may have a colon in it */
		if (word[i][name.n] == ':' && strcmp(c->cmd->name, "add") == 0)
			continue;
		if (!learnt && session_learn(&c->s, c->ent, &c->err))
			return -1;
		learnt = true;
		if (!entity_field(c->ent, name))
			return unknown_field(c, name);
	}
	return 0;
}

/*
 * A record has one currency. An amount typed with another one brings it along,
 * unless that would change what the record's other amounts mean.
 */
static int
take_currency(struct call *c, struct changes *ch, struct record *r,
    const struct field *f, const char *code)
{
	const struct field *cur = entity_field(r->ent, span("currency"));

	if (!code[0] || !cur || span_eqs(record_at(r, cur), code))
		return 0;
	for (size_t i = 0; i < r->n; i++)
		if (r->ent->field[i]->type == F_MONEY &&
		    r->ent->field[i] != f && r->value[i].n)
			return err_set(&c->err, ERR_USAGE,
			    "%s is in %s, but %s in %.*s; a record has one "
			    "currency: give currency=%s and all amounts",
			    f->name, code, r->ent->field[i]->name,
			    SPANF(record_at(r, cur)), code);
	record_set(r, cur, arena_span(&ch->arena, span(code)));
	return 0;
}

/* Values that are names out of a list. */
static bool
is_named(enum field_type t)
{
	return t == F_STAGE || t == F_CHOICE || t == F_CHOICES;
}

/* "+3%", "-5%", "*1.03": what a number is multiplied with. */
static bool
is_factor(struct span text, struct dec *out)
{
	struct span v = span_trim(text);
	int64_t hundred = 100;
	bool percent = v.n > 2 && v.p[v.n - 1] == '%' &&
	    (v.p[0] == '+' || v.p[0] == '-');

	if (percent)
		v.n--;
	else if (v.n > 1 && v.p[0] == '*')
		v = span_trim(span_n(v.p + 1, v.n - 1));
	else
		return false;
	if (!dec_parse(span_trim(v), out) || out->scale > 12 ||
	    out->value > 1000000000000 || out->value < -1000000000000)
		return false;
	if (!percent)
		return out->value >= 0;
	for (int i = 0; i < out->scale; i++)
		hundred *= 10;
	out->value += hundred;
	out->scale += 2;
	return out->value >= 0;
}

/* Is what the field has there money of one? */
static bool
is_price(const struct record *r, const struct field *f)
{
	struct span kind = record_get(r, "kind");

	return f->flags & FIELD_PRICE ||
	    (f->flags & FIELD_OFF &&
		(span_eqs(kind, "amount") || span_eqs(kind, "price")));
}

/* Digits that a price has at least: those of its currency, else of its book
   or document, else of the store. */
static int
price_digits(struct call *c, struct changes *ch, const struct record *r,
    int *out)
{
	static const char *const of[] = { "book", "quote", "order" };
	struct span code = record_get(r, "currency");

	for (size_t i = 0; i < sizeof of / sizeof *of && !code.n; i++) {
		const struct field *f = entity_field(r->ent, span(of[i]));
		uint64_t id = f ? id_pack_canonical(record_at(r, f)) : 0;
		struct record whole;
		int got;

		if (!id)
			continue;
		got = change_load(ch,
		    schema_entity(&c->s.schema, span(f->ref)), id, &whole,
		    &c->err);
		if (got < 0)
			return -1;
		if (got == 0)
			code = record_get(&whole, "currency");
	}
	*out = currency_exponent(code.n ? code : span(c->s.currency));
	return 0;
}

/*
 * A number that is there, multiplied, half away from 0: in its own digits, a
 * price in those of its currency at least. 599 is 599.00 there.
 */
static int
assign_factor(struct call *c, struct changes *ch, struct record *r,
    const struct field *f, struct dec factor, struct span text)
{
	struct span is = record_at(r, f);
	struct buf b = { 0 };
	struct dec old;
	int128 n, scale = 1, up = 1;
	int digits = 0;

	if (!dec_parse(is, &old))
		return err_set(&c->err, ERR_USAGE,
		    "%s: there is none that %.*s could change; name records "
		    "that have one, as in %s:0..", f->name, SPANF(text),
		    f->name);
	if (is_price(r, f) && price_digits(c, ch, r, &digits))
		return -1;
	for (int i = 0; i < factor.scale; i++)
		scale *= 10;
	for (; old.scale < digits; old.scale++)
		up *= 10;
	n = round_div((int128)old.value * factor.value * up, scale);
	if (n > INT64_MAX || n < -INT64_MAX)
		return err_set(&c->err, ERR_USAGE, "%s: %.*s is too large",
		    f->name, SPANF(text));
	dec_format(&b, n, old.scale);
	record_set(r, f, arena_span(&ch->arena, buf_span(&b)));
	buf_release(&b);
	return 0;
}

int
assign_cell(struct call *c, struct changes *ch, struct record *r,
    struct span name, struct span text, char decimal)
{
	const struct field *f = entity_field(r->ent, name);
	struct entry_context ec = { .ids_only = c->ids_only,
		.decimal = decimal };
	struct buf out = { 0 };
	struct dec factor;
	char code[4];
	int ret = -1;

	if (!f)
		return unknown_field(c, name);
	if (f->flags & (FIELD_AUTO | FIELD_VIRTUAL))
		return err_set(&c->err, ERR_USAGE,
		    "%s is set by the program itself", f->name);
	if ((f->type == F_MONEY || f->type == F_DECIMAL) &&
	    is_factor(text, &factor))
		return assign_factor(c, ch, r, f, factor, text);
	ec.pipeline = record_get(r, "pipeline");
	ec.row_currency = record_get(r, "currency");
	if (value_entry(&c->s, f, text, &ec, &out, code, &c->err)) {
		/* a name that the store does not know is a wrong call here,
		   bad data only in a file */
		if (c->err.code == ERR_DATA && is_named(f->type))
			c->err.code = ERR_USAGE;
		err_prefix(&c->err, "%s: ", f->name);
		goto out;
	}
	if (f->type == F_MONEY && take_currency(c, ch, r, f, code))
		goto out;
	record_set(r, f, arena_span(&ch->arena, buf_span(&out)));
	if (f->type == F_CURRENCY)
		record_rescale(ch, r, buf_span(&out));
	ret = 0;
out:
	buf_release(&out);
	return ret;
}

int
assign_one(struct call *c, struct changes *ch, struct record *r,
    struct span name, struct span text)
{
	return assign_cell(c, ch, r, name, text, '.');
}

/* currency=EUR beside amount='USD 5': one of them is a mistake. */
int
assign_agree(struct call *c, const struct record *r, char *const *word, int n)
{
	struct span now = record_get(r, "currency");

	for (int i = 0; i < n; i++) {
		size_t k = strcspn(word[i], "=:");

		if (span_ieqs(span_n(word[i], k), "currency") && now.n &&
		    !span_ieqs(span_trim(span(word[i] + k + 1)), now.p))
			return err_set(&c->err, ERR_USAGE,
			    "%s, but the amount says %.*s", word[i],
			    SPANF(now));
	}
	return 0;
}

int
assign_words(struct call *c, struct changes *ch, struct record *r,
    char *const *word, int n)
{
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < n; i++) {
			size_t k = strcspn(word[i], "=:");
			struct span name = span_n(word[i], k);
			const struct field *f = entity_field(r->ent, name);

			if ((f && field_decides(f)) == (pass == 1))
				continue;
			if (assign_one(c, ch, r, name, span(word[i] + k + 1)))
				return -1;
		}
	return assign_agree(c, r, word, n);
}
