#!/bin/sh
# What is closed for long goes to the archive by itself, in batches.
. "${0%/*}/../lib.sh"
t_store

printf '[calendar]\n\tarchive-batch = 2\n' >>crmrc
opp=$(crm-opp add Windows 48k)
for i in 1 2; do
	crm-act add type=task subject="T$i" opp="$opp" state=done >"$OUT"
done
crm-act add type=meet subject=Weekly start='2026-11-23 10:00' \
    repeat=weekly:60 >"$OUT"
crm-act add type=task subject=Open opp="$opp" >"$OUT"
t_tick 8640000
t 'two are not many enough' crm-act add type=note subject=Now
t_same 'so they stay' 3 "$(ls calendar/ana/tasks | wc -l)"
t_now 2026-11-21T11:00:00Z
crm-act add type=task subject=T3 opp="$opp" state=done >"$OUT"
t_now 2027-03-02T10:00:00Z
crm-act list -c id,subject,state,opp -s id -o csv >before
t 'three are' crm-act add type=note subject=Later
t_same 'they go, in a commit of its own' 'calendar: 3 archived' \
    "$(git log -1 --format=%s)"
t_same 'only what is open stays' 'Open' \
    "$(sed -n 's/\r$//; s/^SUMMARY://p' calendar/ana/tasks/*.ics)"
t_same 'the year is that in which they were done' 3 \
    "$(grep -c '^BEGIN:VTODO' calendar/ana/archive/2026.ics)"
crm-act list not subject:Later -c id,subject,state,opp -s id -o csv >after
t 'they are listed as before' cmp before after
t 'one of them can be changed' crm-act set T2 note=x
t 'nothing is left to commit' test -z "$(git status --porcelain calendar)"
t 'nor found changed' '
	crm-act set T2 note=y
	test "$(git log -3 --format=%s | grep -c elsewhere)" = 0
'
printf '\tarchive-format = gz\n' >>crmrc
for i in 4 5 6; do
	crm-act add type=task subject="T$i" state=done >"$OUT"
done
t_now 2027-09-02T10:00:00Z
t 'the same into a .gz' crm-act add type=note subject=Last
t 'it is there' test -s calendar/ana/archive/2027.ics.gz
t_same 'and read' 1 "$(crm-act list subject:T5 -o count)"

# A year of 2,000 items is full: what moves and what is added go on in -2.
full=calendar/ana/archive/2028.ics
awk 'BEGIN {
	print "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r"
	for (i = 0; i < 2000; i++)
		printf "BEGIN:VTODO\r\nUID:old-%d\r\nSTATUS:COMPLETED\r\n" \
		    "COMPLETED:20280101T100000Z\r\nEND:VTODO\r\n", i
	print "END:VCALENDAR\r"
}' >"$full"
cp "$full" "$T/full"
sed -i '/archive-format/d' crmrc
git add "$full" crmrc
git commit -qm 'a full year'
t_now 2028-03-01T10:00:00Z
for i in 7 8 9; do
	crm-act add type=task subject="T$i" state=done >"$OUT"
done
t_now 2028-09-01T10:00:00Z
t 'three are due' crm-act add type=note subject=2028
t_same 'they go into a second file' 'T7 T8 T9' \
    "$(sed -n 's/\r$//; s/^SUMMARY://p' calendar/ana/archive/2028-2.ics |
	sort | paste -sd ' ' -)"
t 'the full one stays' cmp "$full" "$T/full"
t 'what is added as long closed' crm-act add type=task subject=T10 \
    state=done completed='2028-03-02 10:00'
t_same 'goes there, too' 4 \
    "$(grep -c '^BEGIN:VTODO' calendar/ana/archive/2028-2.ics)"
t_same 'all are listed' 2004 "$(crm-act list completed:2028 -o count)"
t 'nothing is left to commit' test -z "$(git status --porcelain calendar)"
done_testing
