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

# --- what other programs do to copies ---
other=$(crm-act add type=note subject=Other)
write() { # any command that writes
	t_tick 60
	crm-act set "$other" where="$CRM_NOW" >/dev/null
}
edit() { # FILE SED...: as a phone does it: another file in its place
	file=$1
	shift
	sed "$@" "$file" >"$file.new" && mv "$file.new" "$file"
}
cell() { crm-act list "id:$id" -c "$1" -o tsv | tail -n +2; }
clean() { test -z "$(git status --porcelain -uall calendar)"; }
crm-act meet fri 10:00 1h subject=Review \
    --with 'bo@example.com,cy@example.com' >"$OUT"
m=$(grep -l '^SUMMARY:Review' calendar/ana/events/*.ics)
name=${m##*/}
id=${name%.ics}
b=calendar/bo/events/$name c=calendar/cy/events/$name
edit "$b" 's/^DTSTART:.*/DTSTART:20261127T120000Z\r/
    s/^DTEND:.*/DTEND:20261127T124500Z\r/
    s/^SUMMARY:.*/&\nLOCATION:Room 7\r/
    /bo@example/s/NEEDS-ACTION/ACCEPTED/'
t 'bo moves a copy on the phone; a command takes it over' write
t_same 'the meeting is then and there, and bo comes' \
    '2026-11-27T12:00:00Z,2026-11-27T12:45:00Z,Room 7,bo@example.com=accepted' \
    "$(crm-act list "id:$id" -c start,end,where,replies -o csv |
	tail -n +2)"
t_same 'it is one commit, of the meeting' 'calendar: 1 changed elsewhere' \
    "$(git log -1 --skip=1 --format=%s)"
t_same 'which has all three' "$m $b $c" \
    "$(git diff-tree -r --name-only --no-commit-id HEAD~ |
	paste -sd ' ' -)"
t 'its file and its copies say so' '
	for f in '"$m $b $c"'; do
		grep -q "^DTSTART:20261127T120000Z" $f &&
		    grep -q "^LOCATION:Room 7" $f || exit 1
	done
'
t_same 'it counts once' 1 "$(crm-act list "id:$id" -o count)"
t 'nothing is left to commit' clean
head=$(git rev-parse HEAD)
edit "$b" '/^X-CRM/d; s/^LOCATION:.*/LOCATION:Room 8\r/'
t 'a phone that loses X-CRM makes no meeting of its copy' write
t_same 'it is the same one' 'Room 8' "$(cell where)"
t 'and the mark is back' grep -q '^X-CRM-OWNER:ana' "$b"
t 'for cy, too' grep -q '^LOCATION:Room 8' "$c"
edit "$m" 's/^SUMMARY:.*/SUMMARY:Review 2\r/'
edit "$b" 's/^LOCATION:.*/LOCATION:Room 9\r/'
edit "$c" '/cy@example/s/NEEDS-ACTION/TENTATIVE/'
t 'three of them at once' write
t_same 'are put together' \
    'Review 2,Room 9,bo@example.com=accepted;cy@example.com=tentative' \
    "$(crm-act list "id:$id" -c subject,where,replies -o csv |
	tail -n +2)"
t 'in all files' test "$(grep -l '^SUMMARY:Review 2' "$m" "$b" "$c" |
    xargs grep -l '^LOCATION:Room 9' | wc -l)" = 3
rm "$c"
t 'cy deletes it' write
t_same 'that is to say: declines' \
    'bo@example.com=accepted;cy@example.com=declined' "$(cell replies)"
t 'the other copy says it' grep -q 'DECLINED.*cy@example' "$b"
crm-act set "$id" where=Hall >"$OUT"
t 'cy has none, whatever becomes of it' test ! -e "$c"
t 'bo has' grep -q '^LOCATION:Hall' "$b"
edit "$b" '/bo@example/s/ACCEPTED/DECLINED/'
t 'bo declines on the phone' write
t 'and has none any more' test ! -e "$b"
t 'the meeting is still there' test "$(cell where)" = Hall
t 'nothing is left to commit, and check has nothing to tell' '
	clean && crm check
'

crm-act meet fri 16:00 1h subject=Weekly repeat=weekly:4 \
    --with bo@example.com >"$OUT"
m=$(grep -l '^SUMMARY:Weekly' calendar/ana/events/*.ics)
b=calendar/bo/events/${m##*/}
sed -n '/^BEGIN:VEVENT/,/^END:VEVENT/p' "$b" |
    sed '/^RRULE/d; /^DTSTART/s/20261127/20261205/; /^DTEND/s/20261127/20261205/
	/^UID/s/$/\nRECURRENCE-ID:20261204T160000Z\r/' >one
edit "$b" '/^END:VCALENDAR/{
r one
d
}'
printf 'END:VCALENDAR\r\n' >>"$b"
t 'one of a series is moved in a copy' write
t 'so it is in the meeting' grep -q '^RECURRENCE-ID.*20261204' "$m"
t_same 'the others stay' 1 "$(crm-act list subject:Weekly -o count)"
t 'nothing is left to commit there, either' clean
done_testing
