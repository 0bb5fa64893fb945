#!/bin/sh
# Meetings of several users and other programs: whoever changes whichever of
# the files, and however.
. "${0%/*}/../lib.sh"
t_store
crm-user set ana email=ana@example.com >"$OUT"
crm-user add 'Bo Berg' login=bo email=bo@example.com >"$OUT"
crm-user add 'Cy Dee' login=cy email=cy@example.com >"$OUT"

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
in_place() { # the same, seen in the file alone
	file=$1
	shift
	sed "$@" "$file" >.new && cat .new >"$file" && rm .new
}
cell() { crm-act list "id:$id" -c "$1" -o tsv | tail -n +2; }
clean() { test -z "$(git status --porcelain -uall calendar)"; }
meeting() { # SUBJECT WORD...: of ana with bo and cy: $id, files $m $b $c
	subject=$1
	shift
	crm-act meet fri 10:00 1h subject="$subject" \
	    --with 'bo@example.com,cy@example.com' "$@" >"$OUT"
	m=$(grep -l "^SUMMARY:$subject" calendar/ana/events/*.ics)
	name=${m##*/}
	id=${name%.ics}
	b=calendar/bo/events/$name c=calendar/cy/events/$name
}
alarm() { # FILE TRIGGER: one more reminder
	edit "$1" "/^END:VEVENT/i\\
BEGIN:VALARM\\r\\
ACTION:DISPLAY\\r\\
TRIGGER:-PT$2\\r\\
DESCRIPTION:x\\r\\
END:VALARM\\r"
}
triggers() { sed -n 's/\r$//; s/^TRIGGER[^:]*://p' "$1" | paste -sd ' ' -; }

# --- the meeting itself ---
meeting Review
edit "$m" 's/^DTSTART:.*/DTSTART:20261127T120000Z\r/
    s/^DTEND:.*/DTEND:20261127T130000Z\r/
    s/^SUMMARY:.*/SUMMARY:Review 2\r\nLOCATION:Room 7\r/'
t 'ana moves the meeting on the phone' write
t 'the copies follow' test "$(cat "$b" "$c" | sed 's/\r$//' |
    grep -cx 'DTSTART:20261127T120000Z\|SUMMARY:Review 2\|LOCATION:Room 7')" = 6
t_same 'in the same commit' "$m $b $c" \
    "$(git diff-tree -r --name-only --no-commit-id HEAD~ |
	paste -sd ' ' -)"
t 'they are still marked' grep -q '^X-CRM-OWNER:ana' "$b"
edit "$m" '/^X-CRM/d; s/^LOCATION:.*/LOCATION:Room 8\r/'
write
t 'a phone that strips it: copies have what came back' \
    grep -q '^X-CRM-CHANNEL' "$b"
t 'and what is new' grep -q '^LOCATION:Room 8' "$b"
edit "$m" '/cy@example/d'
write
t 'ana takes cy off: the copy goes' test ! -e "$c"
edit "$m" 's/^END:VEVENT/ATTENDEE:mailto:cy@example.com\r\n&/'
write
t 'and puts cy on again' test -f "$c"
mv "$m" "${m%/*}/renamed.ics"
t 'the meeting gets another file name' write
t_same 'everybody has one file of it' 3 \
    "$(grep -l '^SUMMARY:Review 2' calendar/*/events/*.ics | wc -l)"
mv "${m%/*}/renamed.ics" "$m"
write
edit "$m" 's/^END:VEVENT/STATUS:CANCELLED\r\n&/; /^STATUS:CONF/d'
write
t_same 'ana calls it off on the phone' cancelled "$(cell state)"
t 'so it is for the others' grep -q '^STATUS:CANCELLED' "$b"
meeting Gone
rm "$m"
write
t 'a future meeting that is deleted is so for all' \
    test ! -e "$b" -a ! -e "$c"
t_same 'it is no more' 0 "$(crm-act list subject:Gone -o count)"
t_same 'in one commit' "$m $b $c" \
    "$(git diff-tree -r --name-only --no-commit-id HEAD~ |
	grep events | paste -sd ' ' -)"
t 'nothing is left to commit, and check has nothing to tell' '
	clean && crm check
'

# --- answers, guests, tags ---
meeting Plan remind=15m
edit "$b" 's/^END:VEVENT/STATUS:CANCELLED\r\n&/; /^STATUS:CONF/d'
write
t_same 'bo cancels the copy: bo declines' bo@example.com=declined \
    "$(cell replies)"
t_same 'the meeting is not cancelled' planned "$(cell state)"
t 'bo has none any more' test ! -e "$b"
edit "$c" 's/^CATEGORIES:.*/CATEGORIES:CRM,big,new\r/
    s/^END:VEVENT/ATTENDEE:mailto:eve@example.org\r\nPRIORITY:2\r\n&/'
write
t_same 'cy tags it, invites eve, and says what matters' \
    'big;new|bo@example.com;cy@example.com;eve@example.org|2' \
    "$(cell tags)|$(cell with)|$(cell priority)"
t 'the meeting says so' grep -q '^CATEGORIES:CRM,big,new' "$m"
edit "$c" '/^CATEGORIES/d; /^X-CRM/d'
write
t_same 'tags that a program lost are no change' 'big;new' "$(cell tags)"
t 'they come back' grep -q '^CATEGORIES:CRM,big,new' "$c"
edit "$c" '/eve@example/d; /bo@example/d'
write
t_same 'cy takes two off' cy@example.com "$(cell with)"

# --- reminders ---
t_same 'a copy begins with the reminders of its meeting' PT15M \
    "$(triggers "$c" | tr -d -)"
edit "$c" '/^BEGIN:VALARM/,/^END:VALARM/d'
alarm "$c" 2H
cp "$c" before
write
t 'cy wants another one, which needs nothing else' cmp before "$c"
t 'it is committed' clean
t_same 'as one' 'calendar: 1 changed elsewhere' \
    "$(git log -1 --skip=1 --format=%s)"
t_same 'the meeting keeps its own' 15m "$(cell remind)"
crm-act set "$id" subject='Plan B' remind=1d >"$OUT"
t 'the copy follows' grep -q '^SUMMARY:Plan B' "$c"
t_same 'but for the reminder' -PT2H "$(triggers "$c")"
edit "$m" 's/^SUMMARY:.*/SUMMARY:Plan C\r/'
alarm "$m" 3H
write
t_same 'nor does a phone change it' 'Plan C -PT2H' \
    "$(sed -n 's/\r$//; s/^SUMMARY://p' "$c") $(triggers "$c")"

# --- names ---
mv "$c" calendar/cy/events/mine.ics
c=calendar/cy/events/mine.ics
edit "$c" 's/^SUMMARY:.*/SUMMARY:Plan D\r/'
write
t_same 'a copy that was renamed is still the copy' 'Plan D' \
    "$(cell subject)"
t_same 'cy comes' cy@example.com= "$(cell with)=$(cell replies)"
crm-act set "$id" where=Hall >"$OUT"
t 'it follows where it is' grep -q '^LOCATION:Hall' "$c"
t 'and there is no other' test ! -e "calendar/cy/events/$name"
in_place "$c" 's/^LOCATION:.*/LOCATION:Tent\r/'
t 'edited in place, it is taken in' crm-act set "$id" subject='Plan E'
t_same 'both' 'Plan E Tent' "$(cell subject) $(cell where)"
edit "$c" '/^X-CRM/d; s/^SUMMARY:.*/SUMMARY:Plan F\r/'
mv "$c" "calendar/cy/events/again.ics"
c=calendar/cy/events/again.ics
write
t_same 'renamed and stripped, it is none of its own' '1 Plan F' \
    "$(crm-act list "id:$id" -o count) $(cell subject)"
crm-act rm "$id" >"$OUT"
t 'it goes with the meeting' test ! -e "$c"
put() { # FILE UID LINE...
	printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:x BEGIN:VEVENT \
	    "UID:$2" DTSTART:20261202T100000Z DTEND:20261202T110000Z \
	    "$3" "$4" END:VEVENT END:VCALENDAR >"$1"
}
put calendar/bo/events/same.ics own@phone SUMMARY:Own CLASS:PUBLIC
put calendar/ana/events/same.ics met@phone SUMMARY:Same \
    ATTENDEE:mailto:bo@example.com
write
t 'an item that has the name of a meeting is not written over' \
    grep -q '^SUMMARY:Own' calendar/bo/events/same.ics
t_same 'the copy has its own' 1 \
    "$(grep -l '^SUMMARY:Same' calendar/bo/events/*.ics | wc -l)"
t 'nothing is left to commit, and check has nothing to tell' '
	clean && crm check
'

# --- copies that are not there ---
crm-user add 'Di Ort' login=di >"$OUT"
crm-act meet fri 11:00 1h subject=Early --with di@example.com >"$OUT"
id=$(crm-act list subject:Early -c id -o tsv | tail -n +2)
d=calendar/di/events/$id.ics
t 'who is invited before there is an address has no copy' test ! -e "$d"
crm-act meet '2026-11-02 11:00' 1h subject=Past --with di@example.com >"$OUT" 2>&1
crm-act add type=meet subject=Off start='fri 9:00' state=cancelled \
    with=di@example.com >"$OUT"
crm-user set di email=di@example.com >"$OUT"
crm check "calendar/ana/events" >said
t_same 'check offers it, of what is to come' \
    "calendar/ana/events/$id.ics:4: note: invited, without a copy of it in the\
 own calendar: di; 'crm-act copies $id' makes it" "$(cat said)"
t 'the command makes it' crm-act copies "$id"
t 'which is marked' grep -q '^X-CRM-OWNER:ana' "$d"
t_same 'it is all that changed' "$d" \
    "$(git diff-tree -r --name-only --no-commit-id HEAD)"
t_same 'then there is nothing to tell' '' "$(crm check calendar/ana/events)"
head=$(git rev-parse HEAD)
t 'nor anything to do' crm-act copies "$id"
t_same 'or commit' "$head" "$(git rev-parse HEAD)"

# --- once more, long after the rule has ended ---
meeting Extra
edit "$m" 's/^DTSTART:.*/DTSTART:20261103T100000Z\r/
    s/^DTEND:.*/DTEND:20261103T110000Z\r/
    s/^END:VEVENT/RRULE:FREQ=WEEKLY;COUNT=2\r\nRDATE:20271203T100000Z\r\n&/'
write
rm "$b"
write
t_same 'who deletes the copy of a series with a date to come declines' \
    bo@example.com=declined "$(cell replies)"
rm "$m"
write
t 'who deletes the meeting removes it: it is not over' \
    test "$(crm-act list "id:$id" -o count)" = 0

# --- edited where nobody looks ---
meeting Later
in_place "$b" 's/^SUMMARY:.*/SUMMARY:Later 2\r/'
t 'a copy was edited in place: the meeting can be changed' \
    crm-act set "$id" where=Hall
t_same 'both count' 'Later 2 Hall' "$(cell subject) $(cell where)"
t 'in all files' test "$(grep -l '^SUMMARY:Later 2' "$m" "$b" "$c" |
    xargs grep -l '^LOCATION:Hall' | wc -l)" = 3
t_same 'the edit is a commit of its own' 'calendar: 1 changed elsewhere' \
    "$(git log -1 --skip=1 --format=%s)"
in_place "$b" 's/^SUMMARY:.*/SUMMARY:Later 3\r/'
in_place "$c" 's/^LOCATION:.*/LOCATION:Attic\r/'
edit "$m" 's/^END:VEVENT/URL:http:\/\/example.org\/\r\n&/'
t 'both of them, and the meeting' write
t_same 'are put together' 'Later 3 Attic http://example.org/' \
    "$(cell subject) $(cell where) $(cell url)"
in_place "$b" 's/^LOCATION:.*/LOCATION:Yard\r/'
t 'nor does it keep one from removing it' crm-act rm "$id"
t 'with its copies' test ! -e "$b" -a ! -e "$c"
bo=$(crm-act add type=meet subject=Bos start='fri 9:00' owner=bo)
in_place "calendar/bo/events/$bo.ics" 's/^SUMMARY:.*/SUMMARY:Bos 2\r/'
t "what is bo's was edited in place, and is changed" \
    crm-act set "$bo" where=Hall
id=$bo
t_same 'both count' 'Bos 2 Hall' "$(cell subject) $(cell where)"
meeting Broken
in_place "$b" '/^END:VEVENT/d'
t 'a copy that cannot be read does not stand in the way' \
    crm-act set "$id" where=Hall
t 'and is left as it is' '! grep -q "^END:VEVENT" '"$b"
t 'cy has it' grep -q '^LOCATION:Hall' "$c"
git restore "$b"

# --- gone, and something stands in the way ---
has() { git cat-file -e "HEAD:$1"; }
for who in bo cy; do # whichever of them comes first
	meeting "Stuck $who"
	moved=calendar/$who/events/other-$who.ics
	mv "calendar/$who/events/$name" "$moved"
	write
	t 'a copy under another name' has "$moved"
	in_place "$moved" 's/^SUMMARY:.*/SUMMARY:Stuck 2\r/'
	git add "$moved"
	in_place "$moved" 's/^SUMMARY:.*/SUMMARY:Stuck 3\r/'
	rm "$m"
	t 'a meeting is deleted, one of its copies is half staged' write
	t_err 'which is told' "other-$who.ics: staged content differs"
	t_same 'the meeting stays, and all of its copies' 3 \
	    "$(git ls-tree -r --name-only HEAD calendar |
		grep -c "/$name\$\|/other-$who")"
	git restore --staged "$moved"
	git restore "$moved"
	t 'it is mended' write
	t_same 'all of it is gone' 0 \
	    "$(git ls-tree -r --name-only HEAD calendar |
		grep -c "/$name\$\|/other-$who")"
done
crm-act meet 'yesterday 10:00' 1h subject=Bygone --with bo@example.com >"$OUT"
m=$(grep -l '^SUMMARY:Bygone' calendar/ana/events/*.ics)
b=calendar/bo/events/${m##*/}
mkdir -p calendar/ana/archive
echo nothing >calendar/ana/archive/2026.ics
git add -A && git commit -qm 'an archive that is none'
rm "$m"
t 'a phone forgets a meeting that is over, and the archive is broken' write
t_err 'which is told' 'archive/2026.ics'
t 'meeting and copy stay' 'has "$m" && has "$b" && test -f "$b"'
git rm -qf calendar/ana/archive/2026.ics && git commit -qm mended
t 'it is mended, too' write
t 'it is in the archive' grep -q '^SUMMARY:Bygone' \
    calendar/ana/archive/2026.ics
t 'and the copy is gone' '! has "$m" && ! has "$b"'
done_testing
