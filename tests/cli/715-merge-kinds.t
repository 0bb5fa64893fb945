#!/bin/sh
# One clone makes a task of a meeting, another gives it to somebody else.
. "${0%/*}/../lib_clones.sh"

cells() { as ana crm-act list "id:$1" -c "$2" -o csv | tail -n +2; }

t_store hub
crm-user set ana email=ana@example.com >"$OUT"
for who in bo cy; do
	crm-user add "$who" login=$who email=$who@example.com >"$OUT"
done
t_clones

both() { # WITH FIRST SECOND: who merges
	t_tick 60
	m=$(as ana crm-act add type=meet subject=Roof start='fri 14:00' \
	    with="$1" note=x)
	push ana
	merge bo
	as ana crm-act set "$m" type=task start= end= where= with= \
	    due=fri note=y >"$OUT"
	as bo crm-act set "$m" owner=bo subject='New roof' >"$OUT"
	push "$2"
	t "with '$1', $3 merges, renames $renames" '
		merge "'"$3"'"
		push "'"$3"'"
		merge "'"$2"'"
	'
	t_same 'it is one, of the new kind, with its new owner' \
	    "bo/tasks/$m.ics" "$(cd ana/calendar && ls -d ./*/*/"$m".ics |
		sed 's,^\./,,')"
	t_same 'with what both changed' 'task,New roof,y,bo' \
	    "$(cells "$m" type,subject,note,owner.login)"
	t_same 'the same bytes' "$(files ana)" "$(files bo)"
	t_same 'nothing to decide' 0 "$(as ana crm conflict list -o count)"
	t 'nothing is wrong' as ana crm check
	t_same 'at all' '' "$(cat "$OUT")"
}
for renames in true false; do
	as ana git config merge.renames $renames
	as bo git config merge.renames $renames
	both '' ana bo
	both '' bo ana
	both 'bo@example.com;cy@example.com' ana bo
	both 'cy@example.com' bo ana
done

t_tick 60
m=$(as ana crm-act add type=meet subject=Wall start='fri 14:00' note=x)
t 'a task of it here, and changed there' '
	push ana
	merge bo
	as ana crm-act set "$m" type=task start= end= due=fri subject=Brick
	as bo crm-act set "$m" note=z subject=Stone priority=1
	push ana
	merge bo
	push bo
	merge ana
'
t_same 'is one task' "ana/calendar/ana/tasks/$m.ics" \
    "$(ls -d ana/calendar/*/*/"$m".ics)"
t_same 'with the fields of both' 'task,Brick,z,1' \
    "$(cells "$m" type,subject,note,priority)"
t 'what both changed is told' as ana crm conflict list -o csv
t_out 'as a field' "^$m,calendar,subject,Wall,Brick,Stone\$"
t 'and can be decided' '
	as ana crm conflict take "$m.subject" theirs
	test "$(as ana crm get "$m.subject")" = Stone
	as ana crm check
'

# --- what is no field ---
make() { # FILE COMPONENT TIME LINE...
	file=$1 comp=$2 at=$3
	shift 3
	printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:phone \
	    "BEGIN:$comp" UID:k@x "DTSTAMP:$at" "LAST-MODIFIED:$at" \
	    SUMMARY:K "$@" "END:$comp" END:VCALENDAR >"$file"
}
sides() {
	make base VEVENT 20261120T100000Z DTSTART:20261203T100000Z \
	    X-COLOR:red X-CRM-F-MOOD:good X-SIDE:left
	make ours VTODO 20261120T110000Z DUE:20261203T100000Z \
	    X-COLOR:red X-CRM-F-MOOD:good X-SIDE:right
	make theirs VEVENT 20261120T120000Z DTSTART:20261203T100000Z \
	    X-CRM-F-MOOD:bad X-SIDE:middle DESCRIPTION:New
}
sides
t 'properties of other programs, and own fields' \
    crm merge-file base ours theirs calendar/ana/tasks/k.ics
t 'what one changed is changed' grep -q '^X-CRM-F-MOOD:bad' ours
t 'what one removed is gone' '! grep -q X-COLOR ours'
t 'what both changed stands as the new kind has it' grep -q X-SIDE:right ours
sides
crm merge-file base ours theirs calendar/ana/tasks/k.ics 2>"$OUT"
t_out 'and is told' "X-SIDE: 'right' stands, not 'middle'"
cp ours first
t_tick 3600
sides
crm merge-file base ours theirs calendar/ana/tasks/k.ics 2>"$OUT"
t 'an hour later it is the same' cmp first ours
# the same without a time, as other programs write it
sides
sed -i '/^LAST-MODIFIED/d' base ours theirs
crm merge-file base ours theirs calendar/ana/tasks/k.ics 2>"$OUT"
cp ours first
t 'a time that neither side had is not there' '! grep -q ^LAST-MOD first'
t_same 'the later one that both had stands' 'DTSTAMP:20261120T120000Z' \
    "$(sed -n 's/\r$//; /^DTSTAMP/p' first)"
t_tick 3600
sides
sed -i '/^LAST-MODIFIED/d' base ours theirs
mv ours tmp && mv theirs ours && mv tmp theirs
crm merge-file base ours theirs calendar/ana/tasks/k.ics 2>"$OUT"
t 'the other side comes to the same, an hour later' cmp first ours

# --- several items in a file ---
calendar() { # LINE...
	printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:phone "$@" \
	    END:VCALENDAR
}
visit='BEGIN:VEVENT UID:a@x DTSTART:20261203T100000Z SUMMARY:A END:VEVENT'
task='BEGIN:VTODO UID:b@x DUE:20261203T100000Z SUMMARY:B1 END:VTODO'
# shellcheck disable=SC2086 # words are lines
{
	calendar $visit $task >base
	calendar $task >ours
	calendar $visit $task | sed 's/B1/B2/' >theirs
}
t 'a meeting was removed beside a task: no other kind of it' \
    crm merge-file base ours theirs calendar/ana/events/two.ics
t 'the task has what changed' grep -q '^SUMMARY:B2' ours
t 'the meeting is gone' test "$(grep -c ^UID ours)" = 1
done_testing
