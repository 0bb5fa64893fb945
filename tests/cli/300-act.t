#!/bin/sh
# crm-act: activities as records: added, changed, taken back; in calendar files.
. "${0%/*}/../lib.sh"
t_store

crm-account add Acme >"$OUT"
crm-opp add 'Windows for Acme' 48k account=Acme >"$OUT"
t 'a call about a deal' crm-act add type=call subject=Budget \
    start='tomorrow 10:00' opp='Windows for Acme' remind=15min
file=$(echo calendar/ana/events/E2611-*.ics)
t 'it is an event of its owner' test -f "$file"
t_same 'with the account of the deal, as long as calls take' \
    'Acme,2026-11-22T10:15:00Z,15m' \
    "$(crm-act list -c account.name,end,remind -o csv | tail -n +2)"
t 'which says so in the words of iCalendar' \
    grep -q '^DTEND:20261122T101500Z' "$file"
t_same 'put off, it takes as long' 2026-11-23T15:15:00Z "$(
	crm-act set Budget start='mon 15:00' >/dev/null
	crm-act list -c end -o tsv | tail -n +2)"

t 'a task that is due in minutes' crm-act add type=task subject='Call back' \
    due=+15min
t_same 'a person ticks it' 'COMPLETED 100' "$(
	crm-act set 'Call back' state=done >/dev/null
	sed -n 's/\r$//; s/^STATUS://p; s/^PERCENT-COMPLETE://p' \
		calendar/ana/tasks/*.ics | paste -sd ' ' -)"
t_same 'undo makes it open' planned "$(
	crm undo >/dev/null 2>&1
	crm-act list type:task -c state -o tsv | tail -n +2)"

# What another program wrote stays as it is, but for what is changed.
uid=0815@phone.example
mkdir -p calendar/ana/events
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:phone BEGIN:VEVENT \
    "UID:$uid" DTSTAMP:20261120T000000Z 'X-ODD;A="b;c":kept\, all of it' \
    'DTSTART;VALUE=DATE:20261124' 'DTEND;VALUE=DATE:20261126' \
    'SUMMARY:Fair' 'LOCATION:' 'LINK:x' END:VEVENT END:VCALENDAR \
    >calendar/ana/events/phone.ics
t_same 'an item of a phone is listed; its days do not shift' \
    'meet,2026-11-24,2026-11-25' \
    "$(crm-act list subject:Fair -c type,start,end -o csv | tail -n +2)"
cp calendar/ana/events/phone.ics before
t 'a field of it is changed' crm-act set Fair where=Basel
t_same 'and nothing else but the stamps' \
    'CATEGORIES DTSTAMP LAST-MODIFIED LOCATION SEQUENCE' \
    "CATEGORIES $(diff before calendar/ana/events/phone.ics |
	sed -n 's/^> \([A-Z-]*\).*/\1/p' | sort | paste -sd ' ' -)"
t 'git has nothing to tell' test -z "$(git status --porcelain -uno)"
sed 's/^DTSTAMP/SEQUENCE:9223372036854775807\r\n&/' before \
    >calendar/ana/events/phone.ics
t 'the number of a version is as high as can be' crm-act set Fair where=Bern
t_same 'and stays the highest there is' SEQUENCE:2147483647 \
    "$(sed -n 's/\r$//; /^SEQUENCE/p' calendar/ana/events/phone.ics)"
t_exit 64 'a meeting needs a start' crm-act add type=meet subject=x
t_exit 64 'a task has no end' crm-act add type=task subject=x end=tomorrow
t_exit 64 'no outcome of a call' crm-act set Budget outcome=rained
t_exit 64 'a call that is done has an outcome' crm-act set Budget state=done
t 'it has one' crm-act set Budget state=done outcome=reached

# A series.
t 'six Fridays' crm-act add type=meet subject=Weekly start='fri 14:00' \
    repeat=weekly:6
t 'one of them is called off' crm-act set Weekly \
    exceptions='2026-12-04T14:00:00Z -'
t 'as an EXDATE' grep -q '^EXDATE:20261204T140000Z' calendar/ana/events/*.ics
t 'one is later' crm-act set Weekly exceptions="2026-12-04T14:00:00Z -
2026-12-11T14:00:00Z start=2026-12-11T16:00:00Z"
t 'as an override' grep -q '^RECURRENCE-ID:20261211T140000Z' \
    calendar/ana/events/*.ics
t_same 'both are read back' 'EXDATE and override' "$(
	crm-act list subject:Weekly -c exceptions -o tsv | tail -n 1 |
	grep -q '2026-12-04T14:00:00Z -.*2026-12-11T14:00:00Z start=2026-12-11T16:00:00Z' &&
	echo EXDATE and override)"
t 'none differs' crm-act set Weekly exceptions=
t_same 'nothing is left of it' 0 "$(
	cat calendar/ana/events/*.ics | grep -c -e EXDATE -e RECURRENCE-ID)"

t 'the index is not trusted over the files' '
	CRM_NOCACHE=1 crm-act list -o csv -c id,subject,start >a
	crm-act list -o csv -c id,subject,start >b
	cmp a b
	rm -rf .git/crm/calendar
	crm-act list -o csv -c id,subject,start >b
	cmp a b
'
printf 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261201\nSUMMARY:x\n' \
    >calendar/ana/events/torn.ics
t 'a file that is broken is told, and the others are listed' \
    crm-act list subject:Weekly -e
t_err 'with its line' 'torn.ics:2: '
rm calendar/ana/events/torn.ics

ln -s /etc/passwd calendar/ana/events/link.ics
t 'a link is not followed, and the others are listed' \
    crm-act list subject:Weekly -e
t_err 'which is told' 'link.ics: '
rm calendar/ana/events/link.ics

mkdir -p calendar/ana/archive
printf 'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n' \
    >calendar/ana/archive/2020.ics
t 'an archive may be empty, and nothing is said of it' '
	crm-act list >/dev/null 2>said
	! grep 2020.ics said
'

t 'removed' crm-act rm Weekly
t 'and back' '
	crm undo
	test "$(crm-act list subject:Weekly -o count)" = 1
'
done_testing
