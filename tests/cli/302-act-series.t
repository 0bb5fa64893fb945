#!/bin/sh
# crm-act done, cancel, reopen, move, report: single ones and series.
. "${0%/*}/../lib.sh"
t_store

# cells ID COLUMNS: of one activity
cells() { crm-act list "$1" -c "$2" -o tsv | tail -n +2 | tr '\t' ' '; }

crm-account add Acme >"$OUT"
crm-opp add Windows 48k account=Acme >"$OUT"
call=$(crm-act call windows 9:00 budget --remind 15m)
task=$(crm-act task acme +1h 'call back')

t_same 'what should have been is overdue' "$call" \
    "$(crm-act list +OVERDUE -o ids)"
t_same 'what is today' 2 "$(crm-act list +TODAY -o count)"
t_same 'what is this week' 2 "$(crm-act list +WEEK +OPEN -o count)"
t_exit 64 'a call that is done has an outcome' crm-act done "$call"
t_err 'which is asked for' 'outcome='
t 'done' crm-act done "$call" --outcome reached --result 'wants an offer'
t_same 'with what is said' 'done reached wants an offer 2026-11-21T10:00:00Z' \
    "$(cells "$call" state,outcome,result,completed)"
t_same 'one is done, one is open' 1,1 \
    "$(crm-act list +DONE -o count),$(crm-act list +OPEN -o count)"
t 'once more changes nothing' crm-act done "$call"
t_err 'and says so' 'done already'
t_exit 64 'an outcome that calls do not have' \
    crm-act done "$call" --outcome rained
t_exit 64 'not in the future' crm-act done "$task" --at tomorrow
t 'at another time' crm-act done "$task" --at 9:30
t_same 'it was' 'done 2026-11-21T09:30:00Z' "$(cells "$task" state,completed)"
t 'open again' crm-act reopen "$task"
t_same 'with nothing left of it' 'planned  ' \
    "$(cells "$task" state,completed,percent)"
t 'called off' crm-act cancel "$task" --result 'they called'
t_same 'is called off' 'cancelled they called' "$(cells "$task" state,result)"
t_exit 66 'what is not there' crm-act done nothing
t 'several from a pipe' "crm-act list type:task -o ids | crm-act reopen -"
t 'by a filter, with more to say' crm-act done type:task result=ok

# Moving.
meet=$(crm-act meet acme fri 14:00 1h 'kick-off')
t 'to another day' crm-act move "$meet" mon
t_same 'at the same time of day' \
    '2026-11-23T14:00:00Z 2026-11-23T15:00:00Z' "$(cells "$meet" start,end)"
t 'to another time' crm-act move "$meet" 16:00 30m
t_same 'of the same day' \
    '2026-11-23T16:00:00Z 2026-11-23T16:30:00Z' "$(cells "$meet" start,end)"
other=$(crm-act meet acme 'tue 9:00' other)
due=$(crm-act task acme wed send)
t 'several, by so much' crm-act move "$meet" "$other" "$due" +1d
t_same 'each from where it was' '2026-11-24T16:00:00Z 2026-11-25T09:00:00Z 2026-11-26' \
    "$(cells "$meet" start) $(cells "$other" start) $(cells "$due" due)"
t 'a task has a due' crm-act move "$due" fri 12:00
t_same 'and gets a time' 2026-11-27T12:00:00Z "$(cells "$due" due)"
t_exit 64 'when is wanted' crm-act move "$meet"
t_exit 64 'a task takes no time' crm-act move "$due" 1h

# A series: Fridays from 27 November.
s=$(crm-act meet acme fri 14:00 1h Weekly --repeat weekly:6)
ex() { cells "$s" exceptions; }
t 'the next is meant' crm-act done "$s" --outcome 'took place'
t_err 'and that is said' 'repeats: the next, Fri 27 Nov 2026 14:00, is meant'
t_same 'it alone is done' 'planned 1' "$(cells "$s" state) $(
	crm get "$s.exceptions" | grep -c '^2026-11-27T14:00:00Z .*state=done')"
t_exit 64 'the rules hold of one, too' crm-act done "$s@2026-12-04"
t 'one is called off' crm-act cancel "$s@2026-12-04"
t_same 'it does not take place' 1 \
    "$(crm get "$s.exceptions" | grep -c '^2026-12-04T14:00:00Z -$')"
t 'one is moved' crm-act move "$s" --on 2026-12-11 15:00
t_same 'it is later, and ends later' \
    '2026-12-11T14:00:00Z start=2026-12-11T15:00:00Z;end=2026-12-11T16:00:00Z' \
    "$(crm get "$s.exceptions" | grep '^2026-12-11')"
t 'by so much' crm-act move "$s@2026-12-18" +1d
t_same 'from where it was' \
    '2026-12-18T14:00:00Z start=2026-12-19T14:00:00Z;end=2026-12-19T15:00:00Z' \
    "$(crm get "$s.exceptions" | grep '^2026-12-18')"
t 'what was moved is moved again' crm-act move "$s@2026-12-19" 10:00
t_same 'from where it is now' \
    '2026-12-18T14:00:00Z start=2026-12-19T10:00:00Z;end=2026-12-19T11:00:00Z' \
    "$(crm get "$s.exceptions" | grep '^2026-12-18')"
t_exit 66 'there is none on that day' crm-act cancel "$s@2026-12-05"
t_exit 64 'what does not repeat has no days' crm-act cancel "$meet@2026-11-24"
t_exit 64 'one and all' crm-act cancel "$s" --on fri --all
t_exit 64 'the whole is not moved over what differs' \
    crm-act move "$s" --all +1d
t_err 'but it is said what can be' 'the time of day can be moved with --all'
t_exit 64 'nor over midnight' crm-act move "$s" --all +11h
file=$(grep -l Weekly calendar/*/events/*)
awk '/^RECURRENCE-ID.*20261127/ { print; printf "X-THEIRS:kept\r\n"; next } 1' \
    "$file" >new && cat new >"$file" && rm new
crm save >"$OUT" 2>&1
t 'the time of day moves' crm-act move "$s" --all +30min
t_same 'and what differs with it, but what was itself moved' \
'2026-11-27T14:30:00Z
2026-12-04T14:30:00Z -
2026-12-11T14:30:00Z start=2026-12-11T15:00:00Z;end=2026-12-11T16:00:00Z
2026-12-18T14:30:00Z start=2026-12-19T10:00:00Z;end=2026-12-19T11:00:00Z' \
    "$(crm get "$s.exceptions" | sed '1s/Z .*/Z/')"
t_same 'single ones are where they are' \
    '27:14:30 11:15:00 19:10:00 25:14:30 01:14:30' \
    "$(crm-act agenda 2026-11-22..2027-03-01 -o csv | grep ',Weekly,' |
	sed 's/^[^T]*-\(..\)T\(..:..\).*/\1:\2/' | paste -sd ' ' -)"
t_same 'what others wrote into one stays' 1 "$(grep -c '^X-THEIRS:kept' "$file")"
t 'to a time' crm-act move "$s" --all 14:00
t_same 'as well' '2026-12-04T14:00:00Z -' \
    "$(crm get "$s.exceptions" | grep '^2026-12-04')"
sed -i 's|timezone = .*|timezone = Europe/Berlin|' crmrc
z=$(crm-act meet acme 2027-03-19 14:00 1h Zoned --repeat weekly:4)
crm-act cancel "$z" --on 2027-04-02 2>"$OUT"
t 'over a change of the clock' crm-act move "$z" --all +30min
t_same 'it is the time of day that moves' \
    '2027-03-19T13:30:00Z 2027-04-02T12:30:00Z -' \
    "$(cells "$z" start) $(crm get "$z.exceptions")"
git checkout -q crmrc
t 'all of it' crm-act cancel "$s" --all
t_same 'is called off' cancelled "$(cells "$s" state)"
t_same 'a series is not overdue with its first' 0 "$(
	t_now 2026-12-01T10:00:00Z
	crm-act reopen "$s" --all >"$OUT"
	crm-act list subject:Weekly +OVERDUE -o count)"
w=$(crm-act meet acme sat 14:00 Plain --repeat weekly)
t 'a plain one moves as a whole' crm-act move "$w" --all +2d
t_same 'by its first' 2026-11-23T14:00:00Z "$(cells "$w" start)"
r=$(crm-act task acme mon water --repeat weekly)
t 'a task of a series is done' crm-act done "$r"
t_same 'and the next stays open' \
    '2026-11-23 completed=2026-11-21T10:00:00Z;state=done' \
    "$(crm get "$r.exceptions" | sed 's/ \(state=done\);\(completed=.*\)/ \2;\1/')"

# Reports of visits.
v=$(crm-act visit acme 8:00 1h)
f=$(crm-act visit acme fri 8:00 1h)
t_exit 64 'a result is wanted' crm-act report acme --purpose demo
t_err 'as config/activities.csv says' 'needs result'
t 'the planned one' crm-act report acme --purpose demo --result 'liked it'
t_err 'is told' 'as planned: visit'
t_same 'is done' 'done demo liked it 2026-11-21T09:00:00Z' \
    "$(cells "$v" state,purpose,result,completed)"
t 'another of the same day' crm-act report acme --purpose demo --result 'more'
t_err 'was not planned' 'none was planned; new: visit .Visit Acme. with Acme'
t_same 'and ended now' '2026-11-21T10:00:00Z done' \
    "$(cells result:more end,state)"
t_same 'the one of Friday stays' planned "$(cells "$f" state)"
t 'of the day before' crm-act report windows --when 'yesterday 14:00' \
    --purpose demo --result r2
t_same 'then' '2026-11-20T14:00:00Z 2026-11-20T15:00:00Z Windows' \
    "$(cells result:r2 start,end,opp.name)"
t 'by its own id' crm-act report "$f" --purpose demo --result early
t_same 'it is done' done "$(cells "$f" state)"
t_exit 64 'not of what is to come' crm-act report acme --when tomorrow \
    --purpose demo --result x
t_exit 66 'of whom nobody knows' crm-act report nobody --purpose x --result x
t_exit 64 'asks for a record' crm-act report --purpose x --result x

# A deal without a visit of its own: that of its account.
acme2=$(crm-account add 'Bolt Ltd')
deal=$(crm-opp add 'Bolt doors' 10k account="$acme2")
other=$(crm-opp add 'Bolt gates' 10k account="$acme2")
of_other=$(crm-act add type=visit subject=Gates opp="$other" \
    start='today 9:30')
of_account=$(crm-act add type=visit subject=Round account="$acme2" \
    start='today 8:30')
t 'the report of a deal' \
    crm-act report "$deal" --purpose demo --result 'wants doors'
t_err 'is of what was planned with its account' \
    'as planned with the account: visit'
t_same 'and is about the deal from then on' 'done wants doors Bolt doors' \
    "$(cells "$of_account" state,result,opp.name)"
t_same 'what was planned with another of its deals is not' planned \
    "$(cells "$of_other" state)"
t 'there is no second one' \
    crm-act report "$deal" --purpose demo --result 'another'
t_err 'so it is new' 'none was planned; new: visit'
done_testing
