#include "crm/init.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/money.h"
#include "crm/session.h"
#include "crm/share.h"
#include "store/csvwrite.h"
#include "store/id.h"
#include "store/repo.h"
#include "store/txn.h"

/* What every store begins with; all of it is the team's to change. */
static const char sources[] = "source,label\n"
			      "web,Web site\n"
			      "email,E-mail\n"
			      "phone,Telephone\n"
			      "social,Social media\n"
			      "advertisement,Advertisement\n"
			      "campaign,Marketing campaign\n"
			      "fair,Trade fair\n"
			      "referral,Referral\n"
			      "partner,Partner\n"
			      "outlet,Sales outlet\n"
			      "direct,Direct contact\n"
			      "cold-call,Cold call\n"
			      "other,Other\n";

static const char reasons[] = "reason,label,class\n"
			      "price,Price,price\n"
			      "competitor,Competitor was better,competitor\n"
			      "features,Something was missing,competitor\n"
			      "timing,Wrong time,no decision\n"
			      "no-budget,No budget,no decision\n"
			      "no-decision,No decision,no decision\n"
			      "no-response,No answer any more,no decision\n"
			      "disqualified,Not a customer for us,"
			      "disqualified\n"
			      "other,Other,other\n";

static const char attributes[] =
    "# Tables are merged record by record (crm-store(5)), never as text.\n"
    "* -text\n"
    "*.csv merge=crm\n"
    "*.ics merge=crm\n"
    "*.ics.gz merge=crm\n"
    "documents/** -text -merge\n";

static int
put(struct txn *t, const char *path, struct span text, struct err *e)
{
	struct buf b = { 0 };
	int r;

	buf_addspan(&b, text);
	r = txn_put(t, path, &b, e);
	buf_release(&b);
	return r;
}

/* The zone's name as /etc/localtime or TZ has it; "UTC" where neither has. */
static void
system_zone(struct buf *out)
{
	const char *tz = getenv("TZ"), *name;
	char link[PATH_MAX];
	ssize_t n;

	if (tz && *tz) {
		buf_adds(out, tz[0] == ':' ? tz + 1 : tz);
		return;
	}
	n = readlink("/etc/localtime", link, sizeof link - 1);
	link[n > 0 ? n : 0] = '\0';
	name = strstr(link, "zoneinfo/");
	buf_adds(out, name ? name + strlen("zoneinfo/") : "UTC");
	if (strcmp(out->p, "Etc/UTC") == 0) {
		buf_reset(out);
		buf_adds(out, "UTC");
	}
}

static int
put_settings(struct txn *t, const struct init_options *o, struct err *e)
{
	struct buf b = { 0 }, zone = { 0 };
	const char *cur = o->currency;
	int r;

	if (o->timezone)
		buf_adds(&zone, o->timezone);
	else
		system_zone(&zone);
	buf_addf(&b, "# crm store, format %d\n[core]\n", STORE_FORMAT);
	if (cur)
		buf_addf(&b, "\tcurrency = %c%c%c\n", toupper(cur[0]),
		    toupper(cur[1]), toupper(cur[2]));
	buf_addf(&b, "\ttimezone = %s\n", zone.p);
	r = txn_put(t, "crmrc", &b, e);
	buf_release(&b);
	buf_release(&zone);
	return r;
}

/* The attributes behind those that the repository has already. */
static int
put_attributes(struct txn *t, struct err *e)
{
	struct buf b = { 0 };
	int r = -1;

	if (txn_read(t, ".gitattributes", &b, e) < 0)
		goto out;
	if (b.n && b.p[b.n - 1] != '\n')
		buf_addc(&b, '\n');
	if (b.n == 0 || !memmem(b.p, b.n, attributes, strlen(attributes)))
		buf_adds(&b, attributes);
	r = txn_put(t, ".gitattributes", &b, e);
out:
	buf_release(&b);
	return r;
}

/* Says which there are; where none can be found, what is amiss. */
static void
unknown_pipeline(struct span name, struct err *e)
{
	struct err own = { 0 };
	struct buf known = { 0 };

	if (e->code == ERR_NOENT &&
	    share_names("pipelines", ".csv", &known, &own) == 0 && known.n)
		err_set(e, ERR_USAGE, "no pipeline '%.*s'; there are: %s",
		    SPANF(name), known.p);
	else
		err_prefix(e, "pipeline '%.*s': ", SPANF(name));
	err_release(&own);
	buf_release(&known);
}

/* The stages of the chosen pipelines, under one header. */
static int
read_stages(const char *names, struct buf *all, struct err *e)
{
	struct buf one = { 0 }, path = { 0 };
	struct span rest = span(names);
	int r = -1;

	while (rest.n) {
		struct span name = span_trim(span_cut(&rest, ','));
		struct span body;

		buf_reset(&path);
		buf_addf(&path, "pipelines/%.*s.csv", SPANF(name));
		buf_reset(&one);
		if (share_read(path.p, &one, e)) {
			unknown_pipeline(name, e);
			goto out;
		}
		body = buf_span(&one);
		if (all->n)
			span_cut(&body, '\n');
		buf_addspan(all, body);
	}
	r = 0;
out:
	buf_release(&one);
	buf_release(&path);
	return r;
}

static const char *
login_name(const struct init_options *o)
{
	const struct passwd *pw;
	const char *name = o->login ? o->login : o->me;

	if (!name || !*name)
		name = getenv("LOGNAME");
	if (!name || !*name)
		name = getenv("USER");
	if (!name || !*name) {
		pw = getpwuid(getuid());
		name = pw ? pw->pw_name : "me";
	}
	return name;
}

/* The person who makes the store is its first user, so that "me" is known. */
static int
put_user(struct txn *t, const struct init_options *o, struct err *e)
{
	struct buf who = { 0 }, b = { 0 };
	struct span rest, row[4];
	char id[ID_LEN + 1], at[21];
	uint64_t packed;
	bool made;
	int y, m, d, r = -1;

	date_civil(clock_day(clock_now(), NULL), &y, &m, &d);
	if (repo_identity(txn_repo(t), &who, &made, e) ||
	    id_make('U', y, m, &packed, e))
		goto out;
	id_unpack(packed, id);
	instant_format(clock_now(), at);
	rest = buf_span(&who);
	row[0] = span(id);
	row[1] = span_trim(span_cut(&rest, '<'));
	row[2] = span(login_name(o));
	row[3] = span_cut(&rest, '>');
	buf_adds(&b, "id,name,login,email,phone,manager,team,department,role,"
		     "active,tags,note,created,ext_id\n");
	for (size_t i = 0; i < 4; i++) {
		csv_cell(&b, row[i], ',');
		buf_addc(&b, ',');
	}
	buf_addf(&b, ",,,,,yes,,,%s,\n", at);
	r = txn_put(t, "config/users.csv", &b, e);
out:
	buf_release(&who);
	buf_release(&b);
	return r;
}

static int
make_dir(const char *dir, struct err *e)
{
	struct stat st;

	if (mkdir(dir, 0700) == 0)
		return 0;
	if (errno == EEXIST && stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return err_errno(e, "%s", dir);
}

/* All that can be wrong is found before anything is made. */
static int
check_options(const struct init_options *o, struct buf *stages, struct err *e)
{
	struct err own = { 0 };
	struct buf code = { 0 };
	int exp = 0;

	for (const char *p = o->currency; p && *p; p++)
		buf_addc(&code, (char)toupper((unsigned char)*p));
	if (o->currency)
		exp = currency_exponent(buf_span(&code));
	buf_release(&code);
	if (exp < 0)
		return err_set(e, ERR_USAGE,
		    "'%s' is not a currency of ISO 4217 (USD, EUR, ...)",
		    o->currency);
	if (clock_zone(o->timezone ? o->timezone : "", &own)) {
		err_set(e, ERR_USAGE, "%s", own.msg);
		err_release(&own);
		return -1;
	}
	return read_stages(o->pipelines ? o->pipelines : "sales", stages, e);
}

/* What is asked of a store that is there already is in its files. */
static int
check_again(const struct init_options *o, struct err *e)
{
	const char *given = o->currency	   ? "--currency"
			    : o->timezone  ? "--timezone"
			    : o->pipelines ? "--pipelines"
			    : o->login	   ? "--login"
					   : NULL;

	return given ? err_set(e, ERR_USAGE,
			   "%s is a store already and %s is for a new one; "
			   "its settings are in crmrc, its tables in config/",
			   o->dir, given)
		     : 0;
}

static int
first_commit(const char *root, const struct init_options *o, struct buf *stages,
    bool *fresh, struct err *e)
{
	static const char message[] = "init: a new store\n\nCrm-Verb: init\n";
	struct buf crmrc = { 0 }, activities = { 0 };
	struct txn *t = NULL;
	struct oid id;
	int r = -1;

	if (txn_begin(&t, root, 10000, e))
		goto out;
	/* an init that was killed, which the lock has just completed */
	r = txn_read(t, "crmrc", &crmrc, e);
	*fresh = r == 1;
	if (r != 1)
		goto out;
	r = -1;
	if (put_settings(t, o, e) || put_attributes(t, e) ||
	    put(t, "config/sources.csv", span(sources), e) ||
	    put(t, "config/reasons.csv", span(reasons), e) ||
	    share_read("config/activities.csv", &activities, e) ||
	    txn_put(t, "config/activities.csv", &activities, e) ||
	    txn_put(t, "config/stages.csv", stages, e) || put_user(t, o, e))
		goto out;
	r = txn_commit(t, message, &id, e);
out:
	buf_release(&crmrc);
	buf_release(&activities);
	txn_end(t);
	return r;
}

/* What a killed command left is completed, as every command does. */
static int
finish_change(const char *root, struct err *e)
{
	int fd, r = txn_read_lock(root, &fd, e);

	if (fd >= 0)
		close(fd);
	return r;
}

int
store_init(const struct init_options *o, bool *fresh, struct err *e)
{
	struct buf path = { 0 }, stages = { 0 };
	char root[PATH_MAX];
	int r = -1;

	if (check_options(o, &stages, e) || make_dir(o->dir, e))
		goto out;
	if (!realpath(o->dir, root)) {
		err_errno(e, "%s", o->dir);
		goto out;
	}
	buf_addf(&path, "%s/crmrc", root);
	*fresh = access(path.p, F_OK) != 0;
	if ((!*fresh && check_again(o, e)) || repo_setup(root, e))
		goto out;
	r = *fresh ? first_commit(root, o, &stages, fresh, e)
		   : finish_change(root, e);
out:
	buf_release(&path);
	buf_release(&stages);
	return r;
}
