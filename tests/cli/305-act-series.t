#!/bin/sh
# crm-act: what differs in a series, read and written: RDATE, several rules.
. "${0%/*}/../lib.sh"
t_store

mkdir -p calendar/ana/events
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:phone BEGIN:VEVENT \
    UID:odd@phone DTSTAMP:20261120T000000Z DTSTART:20261123T090000Z \
    'DTEND:20261123T100000Z' SUMMARY:Fair RRULE:FREQ=WEEKLY\;COUNT=4 \
    RRULE:FREQ=MONTHLY\;COUNT=2 EXDATE:20261130T090000Z,20261207T090000Z \
    RDATE:20261125T090000Z,20261126T090000Z \
    RDATE\;VALUE=PERIOD:20261128T090000Z/PT3H END:VEVENT END:VCALENDAR \
    >calendar/ana/events/odd.ics
list() { crm-act list subject:Fair -c "$1" -o json | sed -n 's/.*"'"$1"'": *"\(.*\)".*/\1/p'; }
t_same 'rules are joined by a blank' \
    'FREQ=WEEKLY;COUNT=4 FREQ=MONTHLY;COUNT=2' "$(list repeat)"
t_same 'dates besides are lines, too' '2026-11-25T09:00:00Z +
2026-11-26T09:00:00Z +
2026-11-28T09:00:00Z + end=2026-11-28T12:00:00Z
2026-11-30T09:00:00Z -
2026-12-07T09:00:00Z -' "$(list exceptions | sed 's/\\n/\n/g')"
t 'one of each is taken away, one is other, one is new' crm-act set Fair \
    exceptions='2026-11-25T09:00:00Z +
2026-11-28T09:00:00Z + end=2026-11-28T12:00:00Z
2026-11-29T09:00:00Z + where=Basel
2026-12-24T09:00:00Z +'
t_same 'what was there stays where it stood' \
    'RDATE:20261125T090000Z RDATE;VALUE=PERIOD:20261128T090000Z/PT3H' \
    "$(sed -n 's/\r$//; /^RDATE/p' calendar/ana/events/odd.ics | head -n 2 |
	paste -sd ' ' -)"
t_same 'no EXDATE is left' 0 "$(grep -c EXDATE calendar/ana/events/odd.ics)"
t_same 'and read back' '2026-11-25T09:00:00Z +
2026-11-28T09:00:00Z + end=2026-11-28T12:00:00Z
2026-11-29T09:00:00Z + where=Basel
2026-12-24T09:00:00Z +' "$(list exceptions | sed 's/\\n/\n/g')"
t 'one rule instead of two' crm-act set Fair repeat='FREQ=WEEKLY;COUNT=5'
t_same 'in the file' 'RRULE:FREQ=WEEKLY;COUNT=5' \
    "$(sed -n 's/\r$//; /^RRULE/p' calendar/ana/events/odd.ics)"
t 'two again' crm-act set Fair repeat='FREQ=DAILY;COUNT=5 FREQ=YEARLY'
t_same 'one below the other' 'RRULE:FREQ=DAILY;COUNT=5 RRULE:FREQ=YEARLY' \
    "$(sed -n 's/\r$//; /^RRULE/p' calendar/ana/events/odd.ics |
	paste -sd ' ' -)"
t_exit 65 'each is looked at' crm-act set Fair \
    repeat='FREQ=DAILY FREQ=SOMETIMES'
t 'several dates of one line are taken out at once' '
	crm-act set Fair exceptions="2026-12-01T09:00:00Z -
2026-12-02T09:00:00Z -" >/dev/null
	crm-act set Fair exceptions= >/dev/null
	test "$(grep -c -e DATE: -e RECURRENCE calendar/ana/events/odd.ics)" = 0
'

# A series that has lost its master, as some programs export it.
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:phone \
    BEGIN:VEVENT UID:lost RECURRENCE-ID:20261124T090000Z SUMMARY:One \
    DTSTART:20261124T100000Z RRULE:FREQ=WEEKLY END:VEVENT \
    BEGIN:VEVENT UID:lost RECURRENCE-ID:20261201T090000Z SUMMARY:Two \
    DTSTART:20261201T120000Z END:VEVENT END:VCALENDAR \
    >calendar/ana/events/lost.ics
t_same 'its first override is the row, the others are lines' \
    ',2026-12-01T09:00:00Z start=2026-12-01T12:00:00Z;subject=Two' \
    "$(crm-act list subject:One -c repeat,exceptions -o csv | tail -n +2)"
done_testing
