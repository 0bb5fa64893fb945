#!/bin/sh
# crm-act free: common free time: what people have planned, when they work,
# holidays, zones.
. "${0%/*}/../lib.sh"
t_store
crm-user add 'Bo Lind' login=bo manager=ana team=North >"$OUT"
crm-user add 'Nia York' login=nia zone=America/New_York team=West >"$OUT"
# slots OPTION... as "day hour-hour"
slots() {
	crm-act free "$@" -o csv | sed -n \
	    's/^....-\(..-..\)T\(.....\):00Z,....-..-..T\(.....\):00Z,.*/\1 \2-\3/p'
}

crm-act add type=meet subject=Talk start='mon 10:00' end='mon 11:05' >"$OUT"
crm-act add type=meet subject=Weekly start='mon 14:00' end='mon 15:00' \
    repeat=weekly:6 owner=bo >"$OUT"
t_same 'what each has planned is taken' '11-23 09:00-10:00
11-23 11:15-14:00
11-23 15:00-18:00' "$(slots ana,bo 45m mon)"
t_same 'a week later only the series is' '11-30 09:00-14:00
11-30 15:00-18:00' "$(slots ana,bo 45m 2026-11-30)"
t_same 'a buffer, other hours, steps of an hour' '11-23 08:00-09:00
11-23 12:00-13:00' "$(slots ana bo 30m mon --buffer 20m --from 8:00 \
	--to 14:30 --step 60)"
t_same 'short ones are left out' '11-23 11:15-14:00
11-23 15:00-18:00' "$(slots ana,bo 1h30 mon)"
t_same 'the first, with its minutes and people' \
    '2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,60,ana;bo' \
    "$(crm-act free under:ana,me 45m --limit 1 -o csv -s start |
	tail -n 1 | sed 's/bo;ana/ana;bo/')"
t_same 'without people and days: mine, of the next five working days' \
    '11-23 11-24 11-25 11-26 11-27' \
    "$(slots 45m | cut -d ' ' -f 1 | uniq | paste -sd ' ' -)"
t_same 'nothing is in the past' '11-23 16:30-18:00' \
    "$(CRM_NOW=2026-11-23T16:20:00Z slots ana 45m today)"
t_same 'New York begins at 14:00 UTC' '11-24 14:00-18:00' \
    "$(slots bo,team:west 1h tue)"

crm-act add type=meet subject=Fair start=2026-11-25 end=2026-11-26 >"$OUT"
crm-act add type=meet subject=Moon start=2026-11-27 busy=no >"$OUT"
t_same 'whole days are busy unless they say no' '11-24 11-27' \
    "$(slots ana 2h tue..fri | cut -d ' ' -f 1 | paste -sd ' ' -)"
t 'which TRANSP says' grep -q '^TRANSP:TRANSPARENT' calendar/ana/events/*.ics
crm-act set Fair state=cancelled >"$OUT"
t_same 'what is called off takes no time' '11-25 09:00-18:00' \
    "$(slots ana 2h wed)"

printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:x \
    BEGIN:VEVENT UID:xmas DTSTAMP:20200101T000000Z \
    'DTSTART;VALUE=DATE:20201225' 'DTEND;VALUE=DATE:20201227' \
    RRULE:FREQ=YEARLY SUMMARY:Christmas END:VEVENT \
    BEGIN:VEVENT UID:one DTSTAMP:20200101T000000Z \
    'DTSTART;VALUE=DATE:20261229' SUMMARY:Bridge END:VEVENT \
    END:VCALENDAR >holidays.ics
printf '[calendar]\n\tholidays = holidays.ics\n\twork-days = mon-sat\n' >>crmrc
printf '[calendar "bo"]\n\twork-start = 8:00\n\twork-end = 12:00\n' >>crmrc
t_same 'holidays, also those that repeat, and our own working days' \
    '12-24 12-28 12-30' \
    "$(slots ana 2h 2026-12-24..2026-12-30 | cut -d ' ' -f 1 | paste -sd ' ' -)"
t_same 'hours of one person' '12-24 08:00-12:00' "$(slots bo 2h 2026-12-24)"
sed -i 's/work-end = 12:00/work-end = noon/' crmrc
t_exit 65 'a time that is none' crm-act free bo 45m
t_err 'is told with its place' '^crm-act free: crmrc:[0-9]*: .*work-end is a time'
sed -i 's/work-end = noon/work-end = 12:00/; s/= holidays.ics/= none.ics/' crmrc
t_exit 65 'a file of holidays that is not there' crm-act free bo 45m
sed -i 's/= none.ics/= holidays.ics/' crmrc

t_exit 66 'nobody of that name' crm-act free zoe 45m
t_exit 64 'how long?' crm-act free ana,bo fri
t_exit 64 'what is past' crm-act free ana 45m yesterday
t_exit 1 '-e where there is none' crm-act free ana 45m sun -e

# Against python3: every quarter of an hour asked for itself.
if ! python3 -c 'import zoneinfo; zoneinfo.ZoneInfo("Asia/Kolkata")' \
    2>/dev/null; then
	t_skip 'as python3 has it' 'no python3 with zoneinfo'
	done_testing
fi
cat >"$T/slots.py" <<'END2'
import csv, sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
first, days = sys.argv[1], int(sys.argv[2])
people = [(ZoneInfo(z), int(b), int(e)) for z, b, e in
          (a.split(":") for a in sys.argv[3:])]
utc = timezone.utc
when = lambda s: datetime.strptime(s, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=utc)
busy = [(when(r["start"]), when(r["end"])) for r in csv.DictReader(sys.stdin)]
quarter = timedelta(minutes=15)
def free(t):
    for z, b, e in people:
        l = t.astimezone(z)
        if l.weekday() > 4 or not b <= l.hour + l.minute / 60 < e:
            return False
    return not any(a < t + quarter and t < b for a, b in busy)
t = when(first + "T00:00:00Z")
end, since = t + timedelta(days=days), None
while t <= end:
    ok = t < end and free(t)
    if ok and not since:
        since = t
    if not ok and since:
        if t - since >= timedelta(hours=1):
            print(since.strftime("%m-%d %H:%M-") + t.strftime("%H:%M"))
        since = None
    t += quarter
END2
t_store zones
crm-user add 'Bea Berlin' login=bea zone=Europe/Berlin >"$OUT"
crm-user add 'Kim Kolkata' login=kim zone=Asia/Kolkata >"$OUT"
crm-user add 'Nia York' login=nia zone=America/New_York >"$OUT"
i=0
for who in bea kim nia bea kim nia; do
	i=$((i + 1))
	crm-act add type=meet subject="$who$i" owner="$who" \
	    start="2027-03-1$i 1$i:20" end="2027-03-1$i 1$((i + 1)):35"
	crm-act add type=meet subject="later $who$i" owner="$who" \
	    start="2027-03-2$((i + 3)) 0$((i + 3)):00" \
	    end="2027-03-2$((i + 3)) 1$i:10"
done >"$OUT"
crm-act list -c start,end -o csv >busy.csv
same() {
	t_same "as python3 has it, over two changes of the clock: $1" "$(
		shift
		python3 "$T/slots.py" 2027-03-11 20 "$@" <"$T/mine.csv")" \
	    "$(slots "$1" 1h 2027-03-11..2027-03-30)"
}
mine() {
	{ echo start,end; for w in $(echo "$1" | tr , ' '); do
		crm-act list owner:"$w" -c start,end -o csv | tail -n +2
	done; } >"$T/mine.csv"
}
mine bea,kim
same bea,kim Europe/Berlin:9:18 Asia/Kolkata:9:18
mine bea,nia
same bea,nia Europe/Berlin:9:18 America/New_York:9:18
t 'in another zone of the store the instants are the same' '
	crm-act free bea,nia 1h 2027-03-11..2027-03-30 -o csv | sort >a
	printf "[core]\n\ttimezone = Europe/Berlin\n" >>crmrc
	crm-act free bea,nia 1h 2027-03-11..2027-03-30 -o csv | sort >b
	cmp a b
'
t_same 'people see the clock of the store' '2027-03-30  15:00' "$(
	crm-act free bea,nia 1h 2027-03-30 -o table |
	sed -n 's/^\(2027-03-30\) *\(..:..\).*/\1  \2/p' | head -n 1)"
done_testing
