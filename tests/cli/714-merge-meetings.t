#!/bin/sh
# A meeting of several users, given to two of them by two clones.
. "${0%/*}/../lib_clones.sh"

t_store hub
crm-user set ana email=ana@example.com >"$OUT"
for who in bo cy dan; do
	crm-user add "$who" login=$who email=$who@example.com >"$OUT"
done
t_clones
login() { as ana crm-user list -c id,login -o csv | sort | grep -e ",$1\$" -e ",$2\$" | tail -n 1 | cut -d, -f2; }

# Each case: who are invited, to whom ana's clone gives it, and bo's.
one() { # WITH FIRST SECOND
	case=$1:$2:$3
	t_tick 60
	with=$(echo "$1" | sed 's/[a-z]*/&@example.com/g; s/,/;/g')
	m=$(as ana crm-act add type=meet subject="M $case" start='fri 14:00' \
	    with="$with" remind=15m)
	push ana
	merge bo
	as ana crm-act set "$m" owner="$2" where=Roof >"$OUT"
	as bo crm-act set "$m" owner="$3" note=Bring >"$OUT"
	push ana
	top=$(login "$2" "$3")
	t "$case: merged" '
		merge bo
		push bo
		merge ana
	'
	t_same "$case: one is the master" "calendar/$top/events/$m.ics" \
	    "$(cd bo && grep -L X-CRM-OWNER calendar/*/events/"$m".ics)"
	t_same "$case: the others who are invited have copies of that" \
	    "$(echo "$1" | tr , '\n' | grep -v "^$top\$" |
		sed "s/\$/ $top/" | sort)" "$(cd bo &&
		grep -H X-CRM-OWNER calendar/*/events/"$m".ics | tr -d '\r' |
		sed 's,calendar/\([^/]*\)/.*OWNER:,\1 ,' | sort)"
	t_same "$case: with what both changed" "" "$(
		grep -L LOCATION:Roof bo/calendar/*/events/"$m".ics
		grep -L DESCRIPTION:Bring bo/calendar/*/events/"$m".ics)"
	t_same "$case: one conflict, of the owner" "$m owner" "$(
		as ana crm conflict list -o csv | grep "^$m," |
		awk -F, '{ print $1, $3 }')"
	t_same "$case: the same bytes" "$(files ana)" "$(files bo)"
	t "$case: check has nothing to say" as ana crm check
	t_same "$case: but of conflicts" "" "$(grep -v ^conflicts "$OUT")"
	t "$case: nothing is left to git" 'test -z "$(as bo git status --short)"'
}
for renames in true false; do
	as ana git config merge.renames $renames
	as bo git config merge.renames $renames
	one bo,cy bo cy
	one bo,cy cy bo
	one bo,cy,dan bo cy
	one ana,bo,cy bo cy
	one cy bo cy
	one bo,cy dan bo
	one bo bo dan
done

t_tick 60
t 'the other is taken' '
	as ana crm conflict take "$m.owner" theirs
	as ana crm check
'
t_same 'it is his' 1 "$(cd ana && grep -L X-CRM-OWNER calendar/*/events/"$m".ics | wc -l)"
push ana
merge bo

t_tick 60
m=$(as ana crm-act add type=meet subject=Apart start='fri 14:00' \
    with='bo@example.com;cy@example.com')
t 'each merges by itself' '
	push ana
	merge bo
	as ana crm-act set "$m" owner=bo
	as bo crm-act set "$m" owner=cy
	git init -q --bare other.git
	push ana
	as bo git push -q ../other.git HEAD:main
	merge bo
	as ana git pull -q --no-edit --no-rebase ../other.git main ||
		as ana crm merge-finish
	merge ana
	push ana
	merge bo
	push bo
	merge ana
	as ana crm check
'
t_same 'and comes to the same' "$(files ana)" "$(files bo)"

t_tick 60
m=$(as ana crm-act add type=meet subject=Joins start='fri 14:00' \
    with='bo@example.com')
t 'one gives it away, the other invites one more' '
	push ana
	merge bo
	as ana crm-act set "$m" owner=bo
	as bo crm-act set "$m" with="bo@example.com;cy@example.com"
	push ana
	merge bo
	push bo
	merge ana
	as ana crm check
'
t_same 'whose copy names the new owner' 'X-CRM-OWNER:bo' \
    "$(grep X-CRM-OWNER ana/calendar/*/events/"$m".ics | sed 's/.*ics://' | tr -d '\r')"
t_same 'the same bytes' "$(files ana)" "$(files bo)"

# One side takes a guest off, the other gives the meeting to that one.
off() { # WITH REST FIRST SECOND
	t_tick 60
	m=$(as ana crm-act add type=meet subject="Off $1" start='fri 14:00' \
	    with="$1" remind=15m)
	push ana
	merge bo
	as ana crm-act set "$m" with="$2" where=Roof >"$OUT"
	as bo crm-act set "$m" owner=cy note=Bring >"$OUT"
	push "$4"
	n=$(as ana crm conflict list -o count)
	t "$1 without cy, given to cy: $3 merges, renames $renames" '
		merge "'"$3"'"
		push "'"$3"'"
		merge "'"$4"'"
	'
	t_same 'it is the one of cy' "calendar/cy/events/$m.ics" \
	    "$(cd bo && grep -L X-CRM-OWNER calendar/*/events/"$m".ics)"
	t_same 'with what both changed' "cy,$2,Roof,Bring" \
	    "$(as ana crm-act list "id:$m" -o csv \
		-c owner.login,with,where,note | sed 1d)"
	t_same 'the same bytes' "$(files ana)" "$(files bo)"
	t_same 'nothing was removed, and nothing is to be decided' "$n" \
	    "$(as ana crm conflict list -o count)"
	t 'nothing is left to git' 'test -z "$(as bo git status --short)"'
}
for renames in true false; do
	as ana git config merge.renames $renames
	as bo git config merge.renames $renames
	off cy@example.com x@y.example ana bo
	off cy@example.com x@y.example bo ana
	off 'bo@example.com;cy@example.com' bo@example.com ana bo
	off 'bo@example.com;cy@example.com' bo@example.com bo ana
done
done_testing
