/*
 * gentrade N MONTHS DIR: adds to the store of genstore N quotes of 10 lines
 * and N orders of 10 lines, half of these paid in part, all of the last MONTHS
 * months to 2026-06. A fifth of the quotes are drafts. Prices are such that
 * discounts and taxes are whole cents. A record is in the first of the files
 * of its id that has room, as when they are made one by one; lines have the
 * first two random characters of what they belong to. Always the same bytes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"

enum { FIRST_YEAR = 2021, LAST = 65, LINES = 10, PRODUCTS = 24, ROOM = 1000 };

/* A record: its id without the letter, of which document, which of its. */
struct rec {
	uint64_t id;
	unsigned doc, at;
	unsigned file; /* 0 the month's, 1.. by a character, 33.. by two */
};

static const char *const quote_states[] = { "draft", "draft", "issued", "sent",
	"accepted", "ordered", "ordered", "rejected", "rejected", "expired" };
static const char *const order_states[] = { "confirmed", "production",
	"delivered", "installed", "cancelled" };
static uint64_t state = 7, *docs;
static const char *dir;
static char product[PRODUCTS][16]; /* their ids, of the store's products.csv */

static uint64_t
rnd(void)
{
	return rnd_of(&state);
}

/* What is decided by a document and the place of a line in it alone. */
static unsigned
of(unsigned doc, unsigned at, unsigned n)
{
	uint64_t z = ((uint64_t)doc << 8 | at) * 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 29)) * 0xbf58476d1ce4e5b9u;
	return (unsigned)((z ^ (z >> 32)) % n);
}

static const char *
id_text(char letter, uint64_t id, char out[15])
{
	unsigned m = (unsigned)(id >> 40);

	snprintf(out, 15, "%c%02u%02u-", letter, FIRST_YEAR - 2000 + m / 12,
	    m % 12 + 1);
	for (int i = 0; i < 8; i++)
		out[6 + i] = b32[id >> (35 - 5 * i) & 31];
	out[14] = '\0';
	return out;
}

/* --- rows ---------------------------------------------------------------- */

static long
quantity(unsigned doc, unsigned at)
{
	return 1 + of(doc, at, 20);
}

/* Of one, in cents: whole tens of money, so that 10 % and 20 % are exact. */
static long
price(unsigned doc, unsigned at)
{
	return 1000L * (1 + of(doc, at + 100, 90));
}

static long
amount(unsigned doc, unsigned at)
{
	return quantity(doc, at) * price(doc, at) * (doc % 2 ? 90 : 100) / 100;
}

static long
net(unsigned doc)
{
	long sum = 0;

	for (unsigned i = 0; i < LINES; i++)
		sum += amount(doc, i);
	return sum;
}

static void
money(FILE *f, long cents, char end)
{
	fprintf(f, "%ld.%02ld%c", cents / 100, cents % 100, end);
}

static void
sums(FILE *f, unsigned doc, bool stored)
{
	if (stored) {
		money(f, net(doc), ',');
		money(f, net(doc) / 5, ',');
		money(f, net(doc) * 6 / 5, '\n');
	} else {
		fputs(",,\n", f);
	}
}

static void
quote_row(FILE *f, const struct rec *r)
{
	const char *is = quote_states[of(r->doc, 200, 10)];
	unsigned m = (unsigned)(r->id >> 40);
	bool draft = strcmp(is, "draft") == 0;
	char own[15];

	fprintf(f, "%s,%s,Offer %u,%04u-%02u-%02u,EUR,exclusive,line,half-up,",
	    id_text('Q', r->id, own), is, r->doc, FIRST_YEAR + m / 12,
	    m % 12 + 1, 1 + r->doc % 28);
	fprintf(f, draft ? "," : "Q-%u,", r->doc);
	sums(f, r->doc, !draft);
}

static void
order_row(FILE *f, const struct rec *r)
{
	unsigned m = (unsigned)(r->id >> 40);
	char own[15];

	fprintf(f, "%s,%s,Order %u,%04u-%02u-%02u,EUR,exclusive,line,half-up,"
		   "R-%u,",
	    id_text('R', r->id, own), order_states[of(r->doc, 200, 5)], r->doc,
	    FIRST_YEAR + m / 12, m % 12 + 1, 1 + r->doc % 28, r->doc);
	sums(f, r->doc, true);
}

static void
line(FILE *f, const struct rec *r, char letter, char whose)
{
	unsigned p = of(r->doc, r->at + 50, PRODUCTS);
	char own[15], up[15];

	fprintf(f, "%s,%s,%u,%s,P-%u,Product %u,%ld,",
	    id_text(letter, r->id, own), id_text(whose, docs[r->doc], up),
	    r->at + 1, product[p], p, p, quantity(r->doc, r->at));
	money(f, price(r->doc, r->at), ',');
	fputs(r->doc % 2 ? "10%,standard," : ",standard,", f);
	money(f, price(r->doc, r->at) / 2, ',');
	money(f, amount(r->doc, r->at), '\n');
}

static void
quote_line(FILE *f, const struct rec *r)
{
	line(f, r, 'K', 'Q');
}

static void
order_line(FILE *f, const struct rec *r)
{
	line(f, r, 'W', 'R');
}

static void
payment_row(FILE *f, const struct rec *r)
{
	char own[15], up[15];

	fprintf(f, "%s,%s,payment,2026-06-30,", id_text('J', r->id, own),
	    id_text('R', docs[r->doc], up));
	money(f, net(r->doc) / 2, ',');
	fputs("EUR\n", f);
}

static const struct table {
	const char *path, *head;
	void (*row)(FILE *, const struct rec *);
} tables[] = {
	{ "quotes",
	    "id,state,name,date,currency,tax,rounding,halves,number,"
	    "issued_net,issued_taxes,issued_total\n",
	    quote_row },
	{ "quote-lines",
	    "id,quote,position,product,sku,name,quantity,price,discount,tax,cost,"
	    "amount\n",
	    quote_line },
	{ "orders",
	    "id,state,name,date,currency,tax,rounding,halves,number,"
	    "issued_net,issued_taxes,issued_total\n",
	    order_row },
	{ "order-lines",
	    "id,order,position,product,sku,name,quantity,price,discount,tax,cost,"
	    "amount\n",
	    order_line },
	{ "payments", "id,order,kind,date,amount,currency\n", payment_row },
};

/* --- files --------------------------------------------------------------- */

static int
by_file(const void *a, const void *b)
{
	const struct rec *x = a, *y = b;

	return x->file != y->file ? (x->file > y->file) - (x->file < y->file)
				  : (x->id > y->id) - (x->id < y->id);
}

/* The records of one month: each to a file, in the order they came. */
static void
month(const struct table *t, struct rec *r, size_t n)
{
	unsigned have[33] = { 0 }, m = (unsigned)(r->id >> 40);
	FILE *f = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned two = (unsigned)(r[i].id >> 30 & 1023);
		unsigned one = 1 + two / 32;

		r[i].file = have[0] < ROOM ? 0 : have[one] < ROOM ? one
								  : 33 + two;
		if (r[i].file < 33)
			have[r[i].file]++;
	}
	qsort(r, n, sizeof *r, by_file);
	for (size_t i = 0; i < n; i++) {
		unsigned file = r[i].file;
		char path[64], end[8] = "";

		if (i == 0 || file != r[i - 1].file) {
			if (file >= 33)
				snprintf(end, sizeof end, "/%c%c",
				    b32[(file - 33) / 32], b32[(file - 33) % 32]);
			else if (file)
				snprintf(end, sizeof end, "/%c", b32[file - 1]);
			snprintf(path, sizeof path, "%s/%04u/%02u%s.csv",
			    t->path, FIRST_YEAR + m / 12, m % 12 + 1, end);
			gen_finish(f);
			f = gen_create(dir, path);
			fputs(t->head, f);
		}
		t->row(f, &r[i]);
	}
	gen_finish(f);
}

/* `each` records of every step-th document, which come month by month. */
static void
make(const struct table *t, unsigned n, unsigned each, unsigned step)
{
	struct rec *r = calloc((size_t)n * each, sizeof *r);
	size_t have = 0;

	if (!r)
		exit((perror("gentrade"), 1));
	for (unsigned d = 0; d < n; d++) {
		for (unsigned i = 0; i < each && d % step == 0; i++) {
			/* 30 bits below what files are found by: no two alike */
			uint64_t low = ((uint64_t)d * each + i) * 0x2545f491;

			r[have++] = (struct rec){ .doc = d,
				.at = i,
				.id = docs[d] >> 30 << 30 | (low & 0x3fffffff) };
		}
		if (have && (d == n - 1 || docs[d] >> 40 != docs[d + 1] >> 40)) {
			month(t, r, have);
			have = 0;
		}
	}
	free(r);
}

static void
read_products(void)
{
	char path[4096], text[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/products.csv", dir);
	f = fopen(path, "r");
	if (!f || !fgets(text, sizeof text, f))
		exit((perror(path), 1));
	for (int i = 0; i < PRODUCTS && fgets(text, sizeof text, f); i++)
		snprintf(product[i], sizeof product[i], "%.14s", text);
	fclose(f);
}

int
main(int argc, char **argv)
{
	unsigned n = argc == 4 ? (unsigned)atoi(argv[1]) : 0;
	unsigned months = argc == 4 ? (unsigned)atoi(argv[2]) : 0;
	FILE *f;

	if (n == 0 || months == 0 || months > LAST + 1) {
		fputs("usage: gentrade N MONTHS DIR\n", stderr);
		return 64;
	}
	dir = argv[3];
	docs = calloc(n, sizeof *docs);
	if (!docs)
		return 70;
	read_products();
	f = gen_create(dir, "config/taxes.csv");
	fputs("tax,part,from,label,rate\nstandard,,,VAT 20 %,20\n", f);
	gen_finish(f);
	for (unsigned d = 0; d < n; d++) {
		/* the same numbers are ids of the documents, too: of make() */
		uint64_t m = LAST + 1 - months + (uint64_t)d * months / n;

		docs[d] = m << 40 | (rnd() & 1023) << 30;
	}
	for (size_t i = 0; i < 5; i++) {
		bool lines = i % 2;

		make(&tables[i], n, lines ? LINES : 1, i == 4 ? 2 : 1);
		/* lines refer to the ids that documents have got */
		for (unsigned d = 0; d < n && !lines; d++)
			docs[d] = docs[d] >> 30 << 30 |
			    ((uint64_t)d * 0x2545f491 & 0x3fffffff);
	}
	free(docs);
	return 0;
}
