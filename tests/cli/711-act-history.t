#!/bin/sh
# The history of activities: log, undo, as-of, rows that come back.
. "${0%/*}/../lib.sh"
t_store
crm-user add Bo login=bo >/dev/null
acc=$(crm-account add Acme country=DE)
opp=$(crm-opp add 'Acme roof' 48k account=Acme)
call=$(crm-act add type=call subject=Budget start='tomorrow 10:00' opp="$opp")
file=calendar/ana/events/$call.ics
phone() { # what another program does to the call
	sed -i "$1" "$file" && git commit -qam "phone: $1"
}

t_tick 60
crm-act set Budget where=Here >/dev/null
t_tick 60
crm-act set Budget owner=bo >/dev/null
t 'log of an activity that was moved' crm log "$call" -o csv
t_out 'knows who had it' ",act set,$call,owner,U"
t_out 'what was set before' ",act set,$call,where,,Here\$"
t_out 'and the beginning' ",act add,$call,subject,,Budget\$"
t_same 'a move is one line' 1 "$(crm log "$call" -o csv --limit 1 | tail -n +2 | grep -c .)"
crm-act rm "$call" >/dev/null
t 'also where it is gone' crm log "$call"
t_out 'who removed it' ",act rm,$call,subject,Budget,\$"
t 'log of all activities' crm-act log
t_out 'has it' ",act add,$call,subject,,Budget\$"
crm undo >/dev/null 2>&1
crm undo >/dev/null 2>&1
t_same 'back with its first owner' "$file" "$(git ls-files calendar)"

uid=0815@phone.example
mkdir -p calendar/ana/tasks
printf '%s\r\n' BEGIN:VCALENDAR BEGIN:VTODO "UID:$uid" \
    DTSTAMP:20261120T000000Z 'SUMMARY:From afar' X-ODD:kept LOCATION: \
    END:VTODO END:VCALENDAR >calendar/ana/tasks/phone.ics
cp calendar/ana/tasks/phone.ics "$T/phone.ics"
git add . && git commit -qm phone
id=$(crm-act list subject:'From afar' -o ids)
crm-act set "$id" note=first >/dev/null
crm-act rm "$id" >/dev/null
t 'log of one with a file name of its own' crm log "$id"
t_out 'what was set' ",act set,$id,note,,first\$"
crm undo >/dev/null 2>&1
crm undo >/dev/null 2>&1
t 'undo of rm and set: every byte is back' \
    cmp calendar/ana/tasks/phone.ics "$T/phone.ics"

t_tick 60
phone 's/^SUMMARY/X-COLOR:blue\r\n&/'
crm-act set Budget subject='The budget' >/dev/null
t 'a change of a property that is no field' \
    crm undo "$(git log --format=%H --grep='^phone: s/.SUM' -n 1)"
t_exit 1 'is taken back' grep -q X-COLOR "$file"
t_same 'what was set since stays' 'The budget' "$(crm get "$call.subject")"
t 'redo brings it again' '
	crm redo
	grep -q "^X-COLOR:blue" '"$file"'
'
t 'git has nothing to tell' test -z "$(git status --porcelain -uno)"

crm-act set "$call" where=There >/dev/null
there=$(git rev-parse HEAD)
phone 's/^X-COLOR:blue/X-COLOR:red/'
t 'a field is taken back, the phone has written since' crm undo "$there"
t_same 'the field' Here "$(crm get "$call.where")"
t 'not what the phone wrote' grep -q '^X-COLOR:red' "$file"
crm-act set "$call" where=Nowhere >/dev/null
nowhere=$(git rev-parse HEAD)
crm-act set "$call" where=Somewhere >/dev/null
t_exit 1 'what was changed since stays' crm undo "$nowhere"
t_err 'and is named' "$call: where"
t 'but for --force' crm undo "$nowhere" --force
t_same 'the value before' Here "$(crm get "$call.where")"

crm-act set "$call" where=X >/dev/null
here=$(git rev-parse HEAD)
crm-act set "$call" owner=bo >/dev/null
t 'it was moved since' crm undo "$here"
t_same 'and is set where it is now' "Here calendar/bo/events/$call.ics" \
    "$(crm get "$call.where") $(git ls-files | grep /events/)"
crm-act set "$call" owner=ana >/dev/null

t_tick 86400
crm-act set "$call" subject=Later state=cancelled >/dev/null
t_same 'as of yesterday' 'The budget,planned' "$(
	crm-act list --as-of yesterday "id:$call" -c subject,state -o csv |
	tail -n +2)"
crm-act set "$call" owner=bo >/dev/null
t_same 'with its owner then' ana "$(
	crm-act list --as-of yesterday "id:$call" -c owner.login -o csv |
	tail -n +2)"

t 'rows with _base' '
	crm-act show "$call" -o csv | sed "s/,Later,/,Latest,/" >'"$T"'/row.csv
	head -1 '"$T"'/row.csv | grep -q _base
	crm-act set "$call" where=Elsewhere owner=ana
	crm-act apply - <'"$T"'/row.csv
'
t_same 'are merged with what was changed since, and moved' 'Latest,Elsewhere,ana' "$(
	crm-act list "id:$call" -c subject,where,owner.login -o csv | tail -n +2)"
t 'export and import of another store' '
	crm-act export >'"$T"'/all.csv
	crm init '"$T"'/other --currency EUR
	cp config/users.csv '"$T"'/other/config/users.csv
	(cd '"$T"'/other && git commit -qam users
	crm-act import '"$T"'/all.csv
	crm-act list -o count)
'
t_out 'as many' "^$(crm-act list -o count)\$"
done_testing
