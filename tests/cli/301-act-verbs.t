#!/bin/sh
# crm-act call, meet, visit, task, note: one line is enough.
. "${0%/*}/../lib.sh"
t_store

say() { crm-act "$@" 2>&1 >/dev/null | sed -n '1s/^crm-act [a-z]*: //p'; }
# the row of the newest activity: columns
row() { crm-act list -s created-,id- -c "$1" -o csv --limit 1 | tail -n +2; }

crm-user add name='Bo Berg' login=bo email=bo@example.com >"$OUT"
crm-account add Acme >"$OUT"
crm-contact add 'Ada Byron' account=Acme email=ada@example.org >"$OUT"
crm-opp add Windows 48k account=Acme contact='Ada Byron' >"$OUT"
crm-lead add 'Lea Lund' >"$OUT"
deal=$(crm-opp list -o ids)

t 'a call about a deal' crm-act call Windows tomorrow 10:00 30m budget \
    --remind 15m --owner bo
t_same 'has its times, links, owner' \
    'call,budget,2026-11-22T10:00:00Z,2026-11-22T10:30:00Z,Acme,Ada Byron,bo,15m' "$(
	crm-act list -o csv \
	    -c type,subject,start,end,account.name,contact.name,owner.login,remind |
	    tail -n +2)"
t_same 'a dry run says how it was understood' \
    "call 'budget' with Ada Byron, Acme (deal 'Windows' $deal), \
Fri 27 Nov 2026 14:00-15:30, ana, reminder 15 min before and 1 day before" \
    "$(say call -n windows fri 14:00 1h30 budget --remind 15m,1d)"

# Words of time, in any order.
when() {
	crm-act meet -n acme "$@" x 2>"$ERR" |
	    sed -n 's/^[^,]*,\(start\|end\),,//p' | paste -sd ' ' - || cat "$ERR"
}
t_same 'two words, one word' "$(when fri 9:30 30m)" "$(when 'fri 9:30' 30min)"
t_same 'the other way round' "$(when fri 9:30 1h)" "$(when 1h 9:30 fri)"
t_same 'from till' '2026-11-27T09:30:00Z 2026-11-27T11:00:00Z' \
    "$(when fri 9:30-11:00)"
t_same 'a time is of today' '2026-11-21T15:00:00Z 2026-11-21T16:00:00Z' \
    "$(when 15:00)"
t_same 'in two hours' '2026-11-21T12:00:00Z 2026-11-21T12:20:00Z' \
    "$(when +2h 20m)"
t_same 'a day is a whole day' 2026-11-27 "$(when fri)"
t_same 'two of them' '2026-11-27 2026-11-28' "$(when fri 2d)"
t_exit 64 'a week is no day' crm-act meet acme week x
t_err 'which ones it is, is said' 2026-11-16
t_exit 64 'nor are two days one' crm-act meet acme fri sat x
t_exit 64 'half an hour of a day is none' crm-act meet acme fri 30m x
t_exit 64 'a misspelt day is not the subject' crm-act meet acme tomorow 10:00
t_err 'the right one is named' tomorrow
t_exit 64 'nor is a time that is written otherwise' crm-act meet acme mon 9am
t_err 'how it is written is said' '9:00'
t_exit 64 'nor a small word' crm-act meet acme mon at 9:00
t 'how long it repeats is told' \
    crm-act meet -n acme mon 9:00 x --repeat weekly:2027-06-30
t_err 'as a day' 'repeats weekly until Wed 30 Jun 2027'
t_exit 64 'nor are two subjects one' crm-act meet acme fri 10:00 two words
t_exit 64 'a meeting has a time' crm-act meet acme kick-off
t_exit 64 'a task takes none' crm-act task acme fri 30m x
t_exit 64 'a time that is none' crm-act meet acme fri 10:00 x --remind soon

t 'a task, due in minutes' crm-act task acme +15min 'call back'
t_same 'is due then' 'task,call back,2026-11-21T10:15:00Z,Acme' \
    "$(crm-act list type:task -o csv -c type,subject,due,account.name |
	tail -n +2)"
t 'a task of no record' crm-act task 'send offer' due=fri
t_err 'that is said' 'no record is called'
t_same 'is there' 'send offer,2026-11-27,' \
    "$(crm-act list 'subject:send offer' -o csv -c subject,due,account |
	tail -n +2)"
t_exit 66 'a word that is no record is not the subject' crm-act task Akme fri
t_err 'the nearest is named' Acme
t_exit 66 'nor is a sentence beside a subject' \
    crm-act call 'Acme Corp' fri 10:00 budget

# What it is called, where it is not said.
t_same 'by its type and record' 'Call Lea Lund' "$(
	crm-act call -n 'lea lund' fri 10:00 2>/dev/null |
	    sed -n 's/^[^,]*,subject,,//p')"
t_exit 64 'a task of nothing about nothing' crm-act task fri

# Who is meant.
crm-account add 'Berta Bau' >"$OUT"
crm-opp add 'Berta Bau' 5k account='Berta Bau' >"$OUT"
links() {
	crm-act task -n "$@" x fri 2>&1 |
	    grep -oE '(account|opp|contact|lead),,[A-Z]' | sort -u | paste -sd ' ' -
}
t_same 'an account and its deal of the same name: both' \
    'account,,A opp,,O' "$(links 'berta bau')"
crm-opp add 'Berta Bau' 6k account='Berta Bau' >"$OUT"
t_exit 64 'with two deals it is ambiguous' crm-act task 'Berta Bau' x fri
t_err 'the candidates are named' 'O2611-.* O2611-.*account A2611-'
for d in $(crm-opp list name:'Berta Bau' -o ids); do
	crm-opp cancel "$d" >"$OUT"
done
t_same 'deals that are closed do not count' 'account,,A' \
    "$(links 'berta bau')"
t_same 'an account alone: not its deals' 'account,,A' "$(links acme)"
t_same 'the beginning of an id' 'account,,A contact,,C opp,,O' \
    "$(links "$(echo "$deal" | cut -c7-11)")"
t_exit 64 '--id takes no names' crm-act task --id acme x fri
t_exit 64 'of a user there is no activity' \
    crm-act task "$(crm-user list login:bo -o ids)" x fri

# Who is invited.
t 'a meeting with people' crm-act meet acme fri 14:00 1h 'kick-off' \
    --where 'Main St 1' --with 'ada byron,bo' --with eve@example.net \
    --repeat weekly:6
t_same 'of whom the addresses are kept' \
    'ada@example.org;bo@example.com;eve@example.net,Main St 1,FREQ=WEEKLY;COUNT=6' \
    "$(crm-act list subject:kick-off -o csv -c with,where,repeat |
	tail -n +2)"
t_exit 66 'nobody is called so' crm-act meet acme fri 9:00 --with mallory
t_exit 64 'an account has no address' crm-act meet acme fri 9:00 \
    --with "$(crm-account list -o ids | head -n 1)"
t_exit 64 'no property is smuggled in' crm-act meet acme fri 9:00 \
    --with 'a@b:X'
t_exit 64 'nor a second line' crm-act meet acme fri 9:00 --with 'a@b
X-EVIL:1'

# What took place.
t 'a call that took place' crm-act call windows yesterday 15:00 \
    --outcome reached --result 'wants an offer'
t_same 'is done' 'done,2026-11-20T15:15:00Z,reached' \
    "$(crm-act list outcome:reached -o csv -c state,completed,outcome |
	tail -n +2)"
t 'without a time it was just now' crm-act call acme 10m --outcome reached
t_same 'and ended now' '2026-11-21T09:50:00Z,2026-11-21T10:00:00Z,done' \
    "$(crm-act list start:today outcome:reached -o csv -c start,end,state |
	tail -n +2)"
t_exit 64 'nothing came of it yet' \
    crm-act call acme fri 10:00 --outcome reached
t_exit 64 'no outcome of a call' crm-act call acme --outcome rained

# Notes.
t 'a note' crm-act note acme 'They moved to Basel' --channel chat
t 'a text on stdin' "printf 'Dear all,\r\nit rained.\r\n\r\n' |
    crm-act note windows -"
t_same 'its first line is the subject' 'Dear all,' "$(
	crm-act list type:note opp:Windows -o tsv -c subject | tail -n +2)"
t_same 'it is kept whole' 'Dear all,
it rained.' "$(crm get "$(crm-act list type:note opp:Windows -o ids).note")"
t_exit 64 'a note says something' crm-act note acme
t_exit 64 'an empty text' 'crm-act note acme - </dev/null'
t_exit 65 'a text that is no UTF-8' 'printf "\377x" | crm-act note acme s -'
t_exit 64 'no such channel' crm-act note acme x --channel pigeon

# Several.
t 'a task for each record of a pipe' \
    'crm-opp list state:open | crm-act task - fri "call them"'
t_same 'as one commit' '1 1' "$(crm-act list 'subject:call them' -o count) $(
	git log --oneline --since=2000 -1 --format=%s | grep -c task)"

# Types are a table.
t_exit 64 'no verb and no type' crm-act demo acme fri 10:00
t_err 'those there are are named' 'call, meet, visit'
echo 'demo,Product demo,event,90,show;convince,liked;disliked,outcome,visit' \
    >>config/activities.csv
t 'a type of the own is a verb' crm-act demo acme fri 10:00
t_same 'which takes as long as it says' \
    'demo,Product demo Acme,2026-11-27T11:30:00Z,visit' \
    "$(crm-act list type:demo -o csv -c type,subject,end,channel | tail -n +2)"
t 'add knows it, too' crm-act add type=demo subject=d start='fri 10:00'

# Slips in times.
t_exit 64 'a range turned round' crm-act call Acme fri 14:00-13:00 x
t_err 'is no day and night' 'ends before it starts'
t_same 'over midnight is possible' '2026-11-28T02:00:00Z' "$(
	crm-act visit Acme fri 22:00-02:00 night >"$OUT"
	crm-act list subject:night -o csv -c end | tail -n +2)"
t_exit 64 'an hour that there is not' crm-act call Acme fri 25:00 x
t_err 'is told as one' "'25:00' is no time of day"

# What an activity entails is not counted beside it.
id=$(crm-act call Acme fri 9:00 once)
t_same 'an undo tells an activity once' \
    "crm undo: 0 added, 0 changed, 1 removed $id" \
    "$(crm undo 2>&1 | grep -v 'took back' | paste -sd ' ' -)"
done_testing
