#!/bin/sh
# What activities refer to: removed, converted, many of them.
. "${0%/*}/../lib.sh"
t_store
acc=$(crm-account add Acme country=DE)
opp=$(crm-opp add 'Acme roof' 48k account=Acme)
call=$(crm-act add type=call subject=Budget start='tomorrow 10:00' opp="$opp")
crm-opp set "$opp" account= >/dev/null
t_exit 77 'an account of an activity is not removed' crm-account rm "$acc"
t_err 'the activity is named, once' "1 record refers to it \\($call\\)"
t_exit 77 'nor is its deal' crm-opp rm "$opp"
t_exit 77 'nor both' '
	printf "%s\n" "'"$acc"'" | crm-account rm - -n
'
t 'an activity that refers no more is no hindrance' '
	crm-act set "'"$call"'" account= opp=
	crm-account rm "'"$acc"'"
	crm-opp rm "'"$opp"'"
'
t 'undo brings back what it refers to' '
	crm undo 3
	test "$(crm get '"$call"'.account)" = "'"$acc"'"
	test "$(crm get '"$call"'.opp)" = "'"$opp"'"
'
t 'act-links too' grep -q "^$call,.*$opp" act-links/*/*.csv

t_tick 60
lead=$(crm-lead add name=Ada company=Lovelace email=ada@example.org)
one=$(crm-act add type=call subject=First start='2026-11-20 10:00' \
    state=done outcome=reached lead="$lead")
two=$(crm-act add type=task subject=Second due=fri lead="$lead" account="$acc")
new=$(crm-lead convert "$lead" --amount 5k)
t_same 'activities of a lead are of what it became' \
    "First,Lovelace,Ada,Ada
Second,Acme,Ada,Ada" "$(
	crm-act list "lead:$lead" -c subject,account.name,contact.name,lead.name \
		-s subject -o csv | tail -n +2)"
t_same 'and of the deal' 2 "$(crm-act list opp.name~Lovelace -o count)"
t_same 'both are told' 2 "$(echo "$new" | grep -c -e "$one" -e "$two")"
t 'undo of it' '
	crm undo
	test -z "$(crm get '"$one"'.opp)"
	test "$(crm get '"$two"'.account)" = "'"$acc"'"
	git diff --quiet HEAD~2 -- calendar
'

# Many: the answer comes from the index.
many=2000
for i in $(seq $many); do
	printf 'BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:n%d\r\n' "$i"
	printf 'DTSTAMP:20261120T000000Z\r\nSUMMARY:n%d\r\n' "$i"
	printf 'X-CRM-REF;X-CRM-TYPE=account:%s\r\n' "$acc"
	printf 'END:VTODO\r\nEND:VCALENDAR\r\n'
done | awk '/^BEGIN:VCALENDAR/ { f = "calendar/ana/tasks/n" ++n ".ics" }
	{ print >f } /^END:VCALENDAR/ { close(f) }'
git add . && git commit -qm many
crm-act list -o count >/dev/null
t_exit 77 'an account that many refer to' crm-account rm "$acc"
t_err 'more than are counted' '1000 or more records refer to it'
t 'with --force it goes' crm-account rm "$acc" --force
done_testing
