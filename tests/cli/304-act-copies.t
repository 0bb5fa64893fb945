#!/bin/sh
# A meeting of several users: in the calendar of each, counted once.
. "${0%/*}/../lib.sh"
t_store
crm-user set ana email=ana@example.com >"$OUT"
crm-user add 'Bo Berg' login=bo email=bo@example.com >"$OUT"
crm-user add 'Cy Dee' login=cy email=cy@example.com >"$OUT"

t 'ana meets bo and a customer' crm-act meet fri 14:00 1h subject=Kick-off \
    --with 'bo@example.com,ada@example.org'
copy=$(echo calendar/bo/events/E2611-*.ics)
t 'bo has a copy' test -f "$copy"
t 'which says whose it is' grep -q '^X-CRM-OWNER:ana' "$copy"
t 'with the same UID' grep -q "^UID:$(basename "$copy" .ics)" "$copy"
t_same 'it counts once' 1 "$(crm-act list -o count)"
t_same 'and is in both calendars' 'ana bo' "$(
	crm-act agenda fri --user ana,bo -o csv | tail -n +2 |
	cut -d, -f 4 | sort | paste -sd ' ' -)"
t 'it is put off' crm-act move Kick-off '2026-11-30 15:00'
t 'for bo, too' grep -q '^DTSTART:20261130T150000Z' "$copy"
t 'cy comes along' crm-act set Kick-off \
    with='bo@example.com;ada@example.org;cy@example.com'
t 'and has one' test -f "calendar/cy/events/$(basename "$copy")"
t 'bo does not come' crm-act set Kick-off with='cy@example.com'
t 'and has none any more' test ! -e "$copy"
t 'undo brings it back' '
	crm undo
	test -f '"$copy"'
'
t 'cy takes it over' crm-act set Kick-off owner=cy
t 'the master is there' sh -c '! grep X-CRM-OWNER "$1"' - \
    "calendar/cy/events/$(basename "$copy")"
t 'ana is no more part of it' test ! -e "calendar/ana/events/$(basename "$copy")"
t 'bo has a copy of that' grep -q '^X-CRM-OWNER:cy' "$copy"
t 'git has nothing to tell' test -z "$(git status --porcelain)"
t 'check neither' crm check
t 'it is removed' crm-act rm Kick-off
t_same 'everywhere' '' "$(find . -name '*.ics')"
t 'undo brings all of it back' '
	crm undo
	test "$(find calendar -name "*.ics" | wc -l)" = 2
	test -z "$(git status --porcelain)"
'
done_testing
