#!/bin/sh
# Every calendar of the real ones is taken, or refused with file and line; what
# was taken is given as it was, and real programs read it.
. "${0%/*}/../lib.sh"
t_data ics
t_store

find "$DATA" -name '*.ics' | sort >../files
: >../bad
while read -r f; do
	crm-act import "$f" >"$OUT" 2>"$ERR"
	r=$?
	case $r in
	0) continue ;;
	3) n=$(sed -n 's/.* \([0-9]*\) rejected.*/\1/p' "$ERR") ;;
	65) n=1 ;;
	*) n=-1 ;;
	esac
	# each that was refused has a line of its own
	[ "$(grep -c "$f:[1-9][0-9]*: " "$ERR")" -eq "$n" ] ||
	    echo "$r $f: $(cat "$ERR")" >>../bad
done <../files
t_same 'taken, or refused with file and line' '' "$(cat ../bad)"
n=$(crm-act list -o count 2>"$ERR")
t 'there are hundreds' test "$n" -gt 500
t 'the store is in order' crm check
t_same 'git has nothing to tell' '' "$(git status --porcelain)"
t_same 'the index says what the files say' "$(
	CRM_NOCACHE=1 crm-act list -o csv 2>"$ERR" | cksum)" "$(
	crm-act list -o csv 2>"$ERR" | cksum)"

t 'all as one calendar' 'crm-act export -o ics >../all.ics'
head=$(git rev-parse HEAD)
t 'taken in again' crm-act import ../all.ics --update
t_same 'it changes nothing' "$head" "$(git rev-parse HEAD)"
t_err 'all are the same' "$n items: 0 added, 0 changed, $n the same, 0 rej"
t_store other
t 'another store takes it' crm-act import ../all.ics
t_same 'with every item' "$n" "$(crm-act list -o count 2>"$ERR")"
done_testing
