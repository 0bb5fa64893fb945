#!/bin/sh
# Two clones change the same calendar files; plain git pull merges them.
. "${0%/*}/../lib_clones.sh"

t_store hub
crm-user add 'Bo' login=bo >/dev/null
opp=$(crm-opp add 'Acme roof' 48k)
call=$(crm-act add type=call subject=Budget start='tomorrow 10:00' opp="$opp")
task=$(crm-act add type=task subject=Offer due=fri)
meet=$(crm-act add type=meet subject=Weekly start='fri 14:00' repeat=weekly:6 \
    with='ada@example.org')
t_clones

t_tick 60
t 'different fields of one call, and a property of a phone' '
	as ana crm-act set "$call" where="Main St 1" remind=15m tags=hot
	sed "s/^SUMMARY/X-PHONE-COLOR:blue\r\n&/" bo/calendar/ana/events/"$call".ics >new
	cp new bo/calendar/ana/events/"$call".ics
	as bo crm-act set "$call" start="tomorrow 12:00" tags=warm
	exchange
'
t_same 'all of it stands' 'Main St 1,2026-11-22T12:00:00Z,15m,hot;warm' "$(
	as ana crm-act list "id:$call" -c where,start,remind,tags -o csv |
	tail -n 1)"
t 'the property too' grep -q '^X-PHONE-COLOR:blue' \
    "ana/calendar/ana/events/$call.ics"
t_same 'there is no conflict' 0 "$(as ana crm conflict list -o count)"
t_same 'both clones have the same bytes' "$(files ana)" "$(files bo)"
t 'nothing is left in the way' '
	test -z "$(as ana git status --short)"
	test -z "$(as bo git status --short)"
	as bo crm check
'

t_tick 60
t 'what another program only wrote in another order is no change' '
	awk "/^SUMMARY/ { s = \$0; next } /^END:VTODO/ { print s } 1" \
		ana/calendar/ana/tasks/"$task".ics >new
	cp new ana/calendar/ana/tasks/"$task".ics
	as ana git commit -qam sorted
	as bo crm-act set "$task" subject="The offer" priority=1
	exchange
	test "$(as ana crm get "$task.subject")" = "The offer"
	test "$(as ana crm conflict list -o count)" = 0
'

t_tick 60
t 'the same field' '
	as ana crm-act set "$task" due=2026-12-01
	as bo crm-act set "$task" due=2026-12-03
	push ana
	pull bo
'
t_err 'the driver tells it' "$task due: '2026-12-03' stands, not '2026-12-01'"
t 'it is a row in conflicts.csv' as bo crm conflict list
t_out 'with all three values' \
    "^$task,calendar,due,2026-11-27,2026-12-03,2026-12-01\$"
t 'theirs is taken' '
	as bo crm conflict take "$task.due" theirs
	test "$(as bo crm get "$task.due")" = 2026-12-01
	test "$(as bo crm conflict list -o count)" = 0
	push bo
	pull ana
'

t_tick 60
t 'the same property, which is no field' '
	sed -i "s/COLOR:blue/COLOR:green/" ana/calendar/ana/events/"$call".ics
	as ana git commit -qam green
	sed -i "s/COLOR:blue/COLOR:red/" bo/calendar/ana/events/"$call".ics
	as bo git commit -qam red
	push ana
	pull bo
	as bo crm-act set "$task" priority=2
	as bo crm conflict list
'
t_out 'is a row by its name' \
    "^$call,calendar,X-PHONE-COLOR,blue,red,green\$"
t 'the other is taken' '
	as bo crm conflict take "$call.X-PHONE-COLOR" theirs
	as bo git show HEAD~:calendar/ana/events/"$call".ics >old
	diff old bo/calendar/ana/events/"$call".ics >diff || :
	grep "^[<>]" diff | tr -d "\\r"
'
t_out 'which changes its line' '^> X-PHONE-COLOR:green$'
t_same 'and that alone, but for when' '> X-PHONE-COLOR' \
    "$(grep '^>' diff | grep -v -e DTSTAMP -e LAST-MOD | cut -d: -f1)"
t_same 'then it is decided' 0 "$(as bo crm conflict list -o count)"
t 'exchanged' '
	push bo
	pull ana
'

# both GEO:..., one with a parameter; and a property that one has changed since
t_tick 60
put() { # CLONE LINE: in the place of that property
	f=$1/calendar/ana/events/$call.ics
	grep -v "^${2%%[;:]*}" "$f" | sed "s/^SUMMARY/$2\r\n&/" >new
	cp new "$f"
	as "$1" git commit -qam "$2"
}
for line in 'GEO:52.5;13.4' 'X-FOO:0'; do put ana "$line"; done
t 'other properties' '
	push ana
	pull bo
	put ana "GEO:52.6;13.4"
	put ana "X-FOO;P=1:a"
	put bo "GEO:52.7;13.4"
	put bo "X-FOO;P=2:b"
	push ana
	pull bo
	as bo crm conflict list
'
t_out 'what it is' "^$call,calendar,GEO,52.5;13.4,52.7;13.4,52.6;13.4\$"
t_out 'with parameters, where both differ' \
    "^$call,calendar,X-FOO,0,;P=2:b,;P=1:a\$"
t 'all of them at once' as bo crm conflict take "$call" theirs
t_same 'taken with their parameters' 'GEO:52.6;13.4 X-FOO;P=1:a' "$(
	grep -e ^GEO -e ^X-FOO "bo/calendar/ana/events/$call.ics" |
	tr -d '\r' | sort | paste -sd ' ' -)"
t 'again' '
	push bo
	pull ana
	put ana "X-FOO:c"
	put bo "X-FOO:d"
	push ana
	pull bo
	put bo "X-FOO:e"
'
t_exit 64 'one that was changed since' \
    as bo crm conflict take "$call.X-FOO" theirs
t_err 'is told' "X-FOO was changed since"
t 'and left as it is' as bo crm conflict take "$call.X-FOO" ours
t 'exchanged' '
	push bo
	pull ana
'

t_tick 60
t 'occurrences of a series changed apart' '
	as ana crm-act set "$meet" exceptions="2026-12-04T14:00:00Z -"
	as bo crm-act set "$meet" \
		exceptions="2026-12-11T14:00:00Z start=2026-12-11T16:00:00Z"
	as bo crm-act set "$meet" with="ada@example.org;bob@example.org"
	exchange
'
t_same 'both stand' '2026-12-04T14:00:00Z -
2026-12-11T14:00:00Z start=2026-12-11T16:00:00Z' \
    "$(as ana crm get "$meet.exceptions")"
t_same 'the guests too' 'ada@example.org;bob@example.org' \
    "$(as ana crm get "$meet.with")"
t_same 'and the same bytes' "$(files ana)" "$(files bo)"

t_tick 60
t 'one item, added by both' '
	for who in ana bo; do
		printf "%s\r\n" BEGIN:VCALENDAR VERSION:2.0 BEGIN:VEVENT UID:fair \
			DTSTAMP:20261120T000000Z DTSTART:20261124T080000Z \
			SUMMARY:Fair "X-$who:1" END:VEVENT END:VCALENDAR \
			>$who/calendar/ana/events/fair.ics
		as $who git add .
		as $who git commit -qm "a fair"
	done
	exchange
	grep -q "^X-ana:1" bo/calendar/ana/events/fair.ics
	grep -q "^X-bo:1" bo/calendar/ana/events/fair.ics
	test "$(as bo crm-act list subject:Fair -o count)" = 1
'
t_same 'and the same bytes' "$(files ana)" "$(files bo)"

for ext in ics ics.gz; do
	t_tick 60
	pack() { if [ $ext = ics ]; then cat; else gzip -9n; fi; }
	unpack() { if [ $ext = ics ]; then cat; else gzip -dc; fi; }
	item() {
		printf '%s\r\n' BEGIN:VTODO "UID:$1" DTSTAMP:20250101T000000Z \
		    STATUS:COMPLETED "SUMMARY:$2" END:VTODO
	}
	archive() {
		printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'
		cat && printf 'END:VCALENDAR\r\n'
	}
	year=2025.$ext
	mkdir -p "$T/ana/calendar/ana/archive"
	{ item a one && item b two && item c three; } | archive | pack \
	    >"$T/ana/calendar/ana/archive/$year"
	t "an archive: $ext" '
		as ana git add .
		as ana git commit -qm archive
		push ana
		pull bo
		{ item a ONE && item b two; } | archive | pack \
			>ana/calendar/ana/archive/$year
		as ana git commit -qam one
		{ item c three && item b TWO && item a one && item d four; } |
			archive | pack >bo/calendar/ana/archive/$year
		as bo git commit -qam two
		exchange
		unpack <bo/calendar/ana/archive/$year | tr -d "\r" |
			sed -n "s/^SUMMARY://p" | paste -sd " " -
	'
	t_out 'item by item' '^ONE TWO four$'
	t_same 'and the same bytes' "$(files ana)" "$(files bo)"
	as ana git rm -q "calendar/ana/archive/$year"
	as ana git commit -qm 'no archive'
	push ana
	pull bo
done

# Where git finds out that a file was renamed it merges that by itself.
t_tick 60
t_exit 1 'given to another here, changed there: git stops' '
	push bo
	pull ana
	as ana crm-act set "$task" owner=bo
	as ana crm-act rm "$call"
	as bo crm-act set "$task" subject="A better offer"
	as bo crm-act set "$call" where=Roof
	push ana
	as bo git pull -q --no-edit -s recursive
'
t 'crm merge-finish goes on' as bo crm merge-finish
t_err 'and tells it' '2 calendar files settled'
t_same 'one item, with its new owner and the change' 'A better offer,bo' "$(
	as bo crm-act list "id:$task" -c subject,owner.login -o csv |
	tail -n +2)"
t_same 'what was removed and changed stays' Roof "$(as bo crm get "$call.where")"
t 'which is a conflict' as bo crm conflict list
t_out 'of the whole record' "^$call,calendar,\\(record\\),,changed,removed\$"
t 'the merge is done' '
	test -z "$(as bo git status --short)"
	test "$(as bo git log --merges --format=%P -n 1 | wc -w)" = 2
	as bo crm conflict take "$call" ours
	push bo
	pull ana
'
t_same 'and is the same everywhere' "$(files ana)" "$(files bo)"

# Each gives the same task to somebody else: git takes it for a rename to two
# places where it looks for renames, else for two files.
as ana crm-user add 'Cy' login=cy >/dev/null
top=$(as ana crm-user list -c id,login -o csv | grep -v id, | sort | tail -n 1 |
	cut -d, -f2)
push ana
pull bo
for renames in true false; do
	for first in cy bo; do
		[ $first = cy ] && second=bo || second=cy
		t_tick 60
		as ana git config merge.renames $renames
		as bo git config merge.renames $renames
		new=$(as ana crm-act add type=task subject=Two due=fri note=x)
		push ana
		pull bo
		as ana crm-act set "$new" owner=$first subject='Two A' >/dev/null
		as bo crm-act set "$new" owner=$second priority=3 >/dev/null
		push ana
		t "given to two, renames $renames, $first first" '
			pull bo || as bo crm merge-finish
			push bo
			pull ana
		'
		t_same 'is in one calendar' 1 \
		    "$(ls ana/calendar/*/tasks/"$new".ics | wc -l)"
		t_same 'that of the greater id, with all changes' \
		    "$top,Two A,3" "$(as ana crm-act list "id:$new" \
			-c owner.login,subject,priority -o csv | tail -n +2)"
		t_same 'the same bytes' "$(files ana)" "$(files bo)"
		t 'nothing is left to git' 'test -z "$(as bo git status --short)"'
		t 'it is a conflict' as ana crm conflict list
		t_out 'of the owner' "^$new,calendar,owner,U"
		t 'that can be decided' '
			as ana crm conflict take "$new" theirs
			test "$(as ana crm get "$new.owner.login")" != $top
			as ana crm check
			push ana
			pull bo
		'
		t_same 'for everybody' "$(files ana)" "$(files bo)"
	done
done
as ana git config --unset merge.renames
as bo git config --unset merge.renames

t_tick 60
new=$(as ana crm-act add type=task subject=Crossed due=fri note=x)
t 'both merge the same, each by itself' '
	push ana
	pull bo
	as ana crm-act set "$new" owner=bo
	as bo crm-act set "$new" owner=cy
	git init -q --bare other.git
	push ana
	as bo git push -q ../other.git HEAD:main
	pull bo || as bo crm merge-finish
	as ana git pull -q --no-edit --no-rebase ../other.git main ||
		as ana crm merge-finish
	pull ana
	exchange
'
t_same 'comes to the same' "$(files ana)" "$(files bo)"
t_same 'one' "ana/calendar/$top/tasks/$new.ics" \
    "$(ls ana/calendar/*/tasks/"$new".ics)"

t_tick 60
new=$(as ana crm-act add type=task subject=Rebased due=fri note=x)
t 'in a rebase, too' '
	push ana
	pull bo
	as ana crm-act set "$new" owner=cy
	as bo crm-act set "$new" owner=bo
	push ana
	as bo git pull -q --rebase || {
		as bo crm merge-finish
		GIT_EDITOR=true as bo git rebase --continue
	}
	push bo
	pull ana
'
t_same 'it is one' "ana/calendar/$top/tasks/$new.ics" \
    "$(ls ana/calendar/*/tasks/"$new".ics)"

t 'a calendar that is broken is left to the user' '
	printf "BEGIN:VEVENT\r\n" >>ana/calendar/ana/events/"$call".ics
	as ana git commit -qam broken
	as bo crm-act set "$call" where=here
	push ana
	! pull bo
'
t_err 'named with its place' "calendar/ana/events/$call.ics:[0-9]+: "
t 'as a conflict of git' as bo git status --short
t_out 'both modified' "^UU calendar/"
done_testing
