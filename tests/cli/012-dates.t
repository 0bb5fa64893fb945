#!/bin/sh
# Date words, as typed, in filters, with the clock set. Expected: date(1).
. "${0%/*}/../lib.sh"
t_store
# 2026-11-21 is a Saturday

is() { test "$(crm calc "$2")" = "$1"; }
gnu() { is "$(date -d "2026-11-21 $2" +%F)" "$1"; }
t today is 2026-11-21 today
t yesterday gnu yesterday '-1 day'
t tomorrow gnu tomorrow '+1 day'
t '+2w' gnu +2w '+14 days'
t '-30d' gnu -- -30d '-30 days' || :
t '+1m' gnu +1m '+1 month'
t '+1y' gnu +1y '+1 year'
t 'mon' gnu mon '+2 days'
t 'fri' gnu fri '+6 days'
t 'friday' gnu friday '+6 days'
t eom is 2026-11-30 eom
t som is 2026-11-01 som
t eoq is 2026-12-31 eoq
t soq is 2026-10-01 soq
t eoy is 2026-12-31 eoy
t soy is 2026-01-01 soy
t eow is 2026-11-22 eow
t sow is 2026-11-16 sow
t 'eoq+2w' is 2027-01-14 eoq+2w
t '2026-Q3' is 2026-07-01..2026-09-30 2026-Q3
t '2026-W40' is 2026-09-28..2026-10-04 2026-W40
t '2026-02' is 2026-02-01..2026-02-28 2026-02
t '2024-02' is 2024-02-01..2024-02-29 2024-02
t '2026' is 2026-01-01..2026-12-31 2026
t 'a range' is 2026-11-21..2026-12-31 today..eoq
t 'open' is ..2026-11-30 ..eom
t 'month' is 2026-11-01..2026-11-30 month
t 'quarter' is 2026-10-01..2026-12-31 quarter
t_exit 64 'Feb 30' crm calc 2026-02-30
t_err 'is no date' 'no date'
t_exit 64 'Feb 29 of no leap year' crm calc 2026-02-29
t_exit 64 'month 13' crm calc 2026-13-01
t_exit 64 'nonsense' crm calc blurb
t_exit 64 'two words' crm calc today tomorrow
t 'crm calc -30d' 'test "$(crm calc -30d)" = 2026-10-22'

close() { crm-opp show "$1" -c close -o tsv | tail -n 1; }
t 'entry' 'crm-opp add A 1 close=eoq; test "$(close A)" = 2026-12-31'
t 'entry of a word with blanks' 'crm-opp set A close=" next-month" || crm-opp set A close=+1m'
t_exit 64 'a period is not a day' crm-opp set A close=2026-Q4
t_err 'says so' 'period'
t_exit 64 'Feb 30' crm-opp set A close=2026-02-30
t_exit 64 'nonsense' crm-opp set A close=soon
t '--now' 'test "$(crm calc eom --now 2024-02-03)" = 2024-02-29'
t '--now stamps the commit, too' '
	crm-opp set A close=2030-01-01 --now 2026-12-24T12:00:00Z
	test "$(git log -1 --format=%ct)" = "$(date -d 2026-12-24T12:00:00Z +%s)"
'
t_exit 64 'a --now that is none' crm calc today --now soon
t_exit 64 'a CRM_NOW that is none' 'CRM_NOW=soon crm calc today'

# filters against sqlite3
i=0
for d in 2026-09-30 2026-10-01 2026-11-20 2026-11-21 2026-11-30 2026-12-31 \
	2027-01-01; do
	i=$((i + 1))
	crm-opp add "D$i" $i close=$d >/dev/null
done
crm-opp add D9 9 >/dev/null
sql() {
	sqlite3 :memory: -cmd '.mode csv' ".import opps/2026/11.csv t" \
		"select name from t where name like 'D%' and $1 order by name"
}
f() { crm-opp list name~D "$1" -c name -s name -o tsv | tail -n +2; }
both() { test -n "$(sql "$2")" && test "$(f "$1")" = "$(sql "$2")"; }
t 'close:today' both close:today "close='2026-11-21'"
t 'close:quarter' both close:quarter "close between '2026-10-01' and '2026-12-31'"
t 'close:..eom' both close:..eom "close <= '2026-11-30' and close <> ''"
t 'close:eom..' both close:eom.. "close >= '2026-11-30'"
t 'close:2026-Q4' both close:2026-Q4 "close between '2026-10-01' and '2026-12-31'"
t 'close: is empty' both close: "close = ''"
t '+OVERDUE' both +OVERDUE "close < '2026-11-21' and close <> ''"
t_exit 64 'a date that is none in a filter' crm-opp list close:soonish

# fiscal year, zone
t 'fiscal year, called after the year in which it ends' '
	printf "\tfiscal-year-start = 5\n" >>crmrc; git commit -qam fiscal
	test "$(crm calc FY2026)" = 2025-05-01..2026-04-30
	test "$(crm calc eoq)" = 2027-01-31
	test "$(crm calc 2026-Q4)" = 2026-10-01..2026-12-31
'
t 'the zone decides the day' '
	sed -i "s/timezone = .*/timezone = Pacific\/Auckland/" crmrc
	git commit -qam zone
	test "$(crm calc today)" = 2026-11-21
	test "$(CRM_NOW=2026-11-21T11:30:00Z crm calc today)" = 2026-11-22
'
t_exit 65 'a zone that is none' '
	sed -i "s/timezone = .*/timezone = Mars\/X/" crmrc; crm calc today'
t_err 'file and line' 'crmrc:[0-9]+'
done_testing
