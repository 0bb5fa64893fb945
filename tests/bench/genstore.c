/*
 * genstore N DIR: a store of N opportunities, N/5 accounts, 40 users, 8
 * sources and 24 products, in the default layout: the first 1,000 rows of a
 * month in opps/YYYY/MM.csv, the rest in MM/x.csv by the first random
 * character of their id; rows sorted by id. Columns stand in another order
 * than in the schema, with one of the store's own among them. Always the same
 * bytes for the same N.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gen.h"

enum { MONTHS = 66, FIRST_YEAR = 2021, USERS = 40, PRODUCTS = 24 };

static uint64_t state = 42;

static uint64_t
rnd(void)
{
	return rnd_of(&state);
}

static unsigned
below(unsigned n)
{
	return (unsigned)((rnd() >> 11) % n);
}

#define PICK(a) ((a)[below(sizeof(a) / sizeof *(a))])


static const char *const adjective[] = { "Northern", "Blue", "Atlas", "Summit",
	"Delta", "Orion", "Silver", "Global", "Prime", "Cedar", "Nile",
	"Crescent", "Al-Noor", "Société", "Müller", "Łódź" };
static const char *const noun[] = { "Foods", "Logistics", "Systems", "Medical",
	"Energy", "Textiles", "Motors", "Foundry", "Telecom", "Partners",
	"Industries", "Holding", "للتجارة", "Labs", "Trading", "Works" };
static const char *const what[] = { "renewal", "upgrade", "pilot", "expansion",
	"rollout", "licence 2025", "annual support", "fit-out", "migration",
	"new site" };
static const char *const source[] = { "web", "referral", "trade-show",
	"cold-call", "partner", "email", "social", "phone" };
static const char *const stage[] = { "prospecting", "qualification", "needs",
	"proposition", "decision", "proposal", "negotiation", "won", "lost" };
static const int chance[] = { 10, 20, 30, 40, 50, 65, 80, 100, 0 };
static const char *const type[] = { "new", "existing", "renewal", "upsell" };
static const char *const reason[] = { "price", "timing", "competitor", "budget",
	"feature" };
static const char *const rival[] = { "", "", "", "Acme", "Globex", "Initech",
	"Umbrella", "Hooli" };
static const char *const sector[] = { "retail", "banking", "health",
	"education", "energy", "public", "transport", "food", "media",
	"telecom", "construction", "\"legal, tax\"" };
static const char *const country[] = { "DE", "FR", "EG", "SA", "GB", "US", "PL",
	"TR" };
static const char *const territory[] = { "north", "south", "east", "west" };
static const char *const note[] = { "", "", "", "",
	"call back after the holiday", "sent the quotation and the references",
	"waiting for legal", "budget approved for Q3",
	"\"asked for a discount, 10% at least\"",
	"\"met CFO, CTO; next step: demo, then price\"",
	"\"he said \"\"not before June\"\", follow up\"",
	"اتصل بالعميل بعد العيد", "\"طلب خصم 10%، والدفع, على دفعتين\"",
	"\"one of two lines, with a comma\ntwo: they compare with another\"",
	"\"Prüfung läuft, Rückmeldung nächste Woche\"",
	"needs a second demo for the warehouse team" };

static uint64_t user[USERS], product[PRODUCTS], *account;
static size_t naccounts;
static const char *dir;

static int
cmp_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Random parts of one month, sorted, each once: month in the high bits. */
static void
draw(uint64_t *id, size_t n, unsigned month)
{
	size_t have = 0;

	while (have < n) {
		for (size_t i = have; i < n; i++)
			id[i] = (uint64_t)month << 40 | rnd() >> 24;
		qsort(id, n, sizeof *id, cmp_u64);
		have = 0;
		for (size_t i = 0; i < n; i++) {
			if (have == 0 || id[i] != id[have - 1])
				id[have++] = id[i];
		}
	}
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

static const char *
ymd(unsigned month, unsigned plus, char out[11])
{
	struct tm tm = { .tm_year = FIRST_YEAR - 1900 + (int)month / 12,
		.tm_mon = (int)month % 12,
		.tm_mday = 1 + (int)plus };

	timegm(&tm);
	strftime(out, 11, "%Y-%m-%d", &tm);
	return out;
}

static void
opp_row(FILE *f, uint64_t id)
{
	char own[15], acc[15], own2[15], pro[15], start[11], close[11];
	unsigned month = (unsigned)(id >> 40), st = below(100);
	uint64_t cents = 50000 + rnd() % 20000 * (rnd() % 1200);
	unsigned begin = below(28);

	st = st < 45 ? below(7) : st < 70 ? 7 : 8;
	fprintf(f, "%s,%s,%s,%s,%s,%s,%s %s %s,", id_text('O', id, own),
	    stage[st], ymd(month, begin + 20 + below(300), close),
	    id_text('U', user[below(USERS)], own2), PICK(source), PICK(note),
	    PICK(adjective), PICK(noun), PICK(what));
	fprintf(f, "%s,%s,%s,%llu.%02u,%s,%s,",
	    naccounts ? id_text('A', account[rnd() % naccounts], acc) : "",
	    PICK(territory), below(20) ? "EUR" : "USD",
	    (unsigned long long)cents / 100, (unsigned)(cents % 100),
	    st == 8 ? PICK(reason) : "",
	    id_text('P', product[below(PRODUCTS)], pro));
	if (below(3) == 0)
		fprintf(f, "%d", chance[st]);
	fprintf(f, ",%s,%s,%s,%sT%02u:%02u:%02uZ,%s\n", PICK(type),
	    ymd(month, begin, start), PICK(rival), start, below(24), below(60),
	    below(60), below(8) ? "" : "key;vip");
}

static const char opp_head[] =
    "id,stage,close,owner,source,note,name,account,territory,currency,amount,"
    "reason,product,probability,type,start,competitor,created,tags\n";

static void
account_row(FILE *f, uint64_t id)
{
	char own[15], own2[15];

	fprintf(f, "%s,%s,%s %s %u,%s,%s,,%u,+%u %u,https://a%u.example,%s\n",
	    id_text('A', id, own), PICK(country), PICK(adjective), PICK(noun),
	    below(100000), PICK(sector), id_text('U', user[below(USERS)], own2),
	    below(5000), below(90) + 1, 1000000 + below(8999999),
	    below(1000000), PICK(note));
}

static const char account_head[] =
    "id,country,name,sector,owner,parent,employees,phone,website,note\n";

/* n rows over all months, in the layout's files; ids go to all. */
static void
monthly(const char *path, const char *head, size_t n, uint64_t *all,
    void (*row)(FILE *, uint64_t))
{
	size_t at = 0;

	for (unsigned m = 0; m < MONTHS; m++) {
		size_t k = n / MONTHS + (m < n % MONTHS), main_rows;
		uint64_t *id = all + at;
		char file[256];
		FILE *f;

		if (k == 0)
			continue;
		/* The first that came are in the month's own file. */
		main_rows = k < 1000 ? k : 1000;
		draw(id, k, m);
		for (size_t i = 0; i < main_rows; i++) {
			size_t j = i + rnd() % (k - i);
			uint64_t t = id[i];

			id[i] = id[j];
			id[j] = t;
		}
		qsort(id, main_rows, sizeof *id, cmp_u64);
		qsort(id + main_rows, k - main_rows, sizeof *id, cmp_u64);
		snprintf(file, sizeof file, "%s/%04u/%02u.csv", path,
		    FIRST_YEAR + m / 12, m % 12 + 1);
		f = gen_create(dir, file);
		fputs(head, f);
		for (size_t i = 0; i < k; i++) {
			char c = b32[id[i] >> 35 & 31];

			if (i == main_rows ||
			    (i > main_rows && c != b32[id[i - 1] >> 35 & 31])) {
				gen_finish(f);
				snprintf(file, sizeof file,
				    "%s/%04u/%02u/%c.csv", path,
				    FIRST_YEAR + m / 12, m % 12 + 1, c);
				f = gen_create(dir, file);
				fputs(head, f);
			}
			row(f, id[i]);
		}
		gen_finish(f);
		at += k;
	}
}

static void
config(void)
{
	FILE *f = gen_create(dir, "crmrc");

	fputs("# crm store, format 1\n[core]\n\tcurrency = EUR\n"
	      "\ttimezone = UTC\n",
	    f);
	gen_finish(f);
	f = gen_create(dir, "config/stages.csv");
	fputs("pipeline,stage,label,state,probability\n", f);
	for (int i = 0; i < 9; i++)
		fprintf(f, ",%s,%s,%s,%d\n", stage[i], stage[i],
		    i == 7   ? "won"
		    : i == 8 ? "lost"
			     : "open",
		    chance[i]);
	gen_finish(f);
	f = gen_create(dir, "config/sources.csv");
	fputs("source,label\n", f);
	for (int i = 0; i < 8; i++)
		fprintf(f, "%s,\n", source[i]);
	gen_finish(f);
	f = gen_create(dir, "config/reasons.csv");
	fputs("reason,label,class\n", f);
	for (int i = 0; i < 5; i++)
		fprintf(f, "%s,,\n", reason[i]);
	gen_finish(f);
	f = gen_create(dir, "config/rates.csv");
	fputs("currency,date,rate\nUSD,2020-01-01,0.92\n", f);
	gen_finish(f);
	f = gen_create(dir, "config/fields.csv");
	fputs("entity,field,type,label,choices,default,required,stage,hidden\n"
	      "opp,territory,choice,Territory,north;south;east;west,,,,\n",
	    f);
	gen_finish(f);
}

static void
small(void)
{
	char own[15], up[15];
	FILE *f = gen_create(dir, "config/users.csv");

	draw(user, USERS, 0);
	fputs("id,login,name,team,manager,email\n", f);
	for (int i = 0; i < USERS; i++)
		fprintf(f, "%s,rep%02d,Rep %02d,team %d,%s,rep%02d@x.example\n",
		    id_text('U', user[i], own), i, i, i % 5,
		    i >= 5 ? id_text('U', user[i % 5], up) : "", i);
	gen_finish(f);
	draw(product, PRODUCTS, 0);
	f = gen_create(dir, "products.csv");
	fputs("id,name,sku,family,price,currency\n", f);
	for (int i = 0; i < PRODUCTS; i++)
		fprintf(f, "%s,Product %d,P-%d,family %d,%d.00,EUR\n",
		    id_text('P', product[i], own), i, i, i % 6, 100 + i * 50);
	gen_finish(f);
	f = gen_create(dir, "config/targets.csv");
	fputs("id,period,user,amount,currency\n", f);
	for (unsigned i = 0; i < USERS * 8; i++)
		fprintf(f, "%s,%u-Q%u,%s,%u.00,EUR\n", id_text('T', i, own),
		    2025 + i % 8 / 4, i % 4 + 1, id_text('U', user[i / 8], up),
		    100000 + below(9) * 50000);
	gen_finish(f);
}

int
main(int argc, char **argv)
{
	size_t n = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t *opp;

	if (n == 0) {
		fputs("usage: genstore N DIR\n", stderr);
		return 64;
	}
	dir = argv[2];
	config();
	small();
	naccounts = n / 5;
	account = calloc(naccounts + 1, sizeof *account);
	opp = calloc(n, sizeof *opp);
	if (!account || !opp)
		return 70;
	monthly("accounts", account_head, naccounts, account, account_row);
	monthly("opps", opp_head, n, opp, opp_row);
	free(account);
	free(opp);
	return 0;
}
