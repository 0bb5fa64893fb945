#!/bin/sh
# Commands, their pages, README and tests agree: nothing is missing here that
# is there, and the reverse.
. "${0%/*}/../lib.sh"
t_store

man=$repo/man
entities=$(crm --help | awk '/^records/ { getline; print }')
commands=$(crm --help | awk '/^records/ { exit } /^  [a-z]/ { print $1 }')

# Options in a help text, and letters with them ("n dry-run").
helped() { sed -nE 's/^  (-., |    )--([a-z][a-z-]*) .*/\2/p'; }
lettered() { sed -n 's/^  -\([a-zA-Z]\), --\([a-z-]*\) .*/\1 \2/p'; }
# Options in a page.
paged() { grep -h 'Fl ' "$@" | tr ' ' '\n' | sed -n 's/^-\([a-z][a-z-]*\)$/\1/p'; }

# A page as text, without overstriking.
plain() { mandoc -Tutf8 "$1" | sed "s/.$(printf '\010')//g"; }

# covered NAME PAGES: the options in $T/help are among those of the pages
covered() {
	what=$1
	shift
	paged "$@" | sort -u >"$T/have"
	t_same "$what: all options are in the manual" '' \
	    "$(helped <"$T/help" | sort -u | comm -23 - "$T/have")"
}

for c in $commands; do
	crm "$c" --help >"$T/help" 2>&1
	cat "$T/help" >>"$T/all"
	page=$man/crm.1
	[ "$c" = report ] && page=$man/crm-report.1
	covered "crm $c" "$page" "$man/crm-record.7"
	t "crm $c is in crm(1)" grep -q "^\.It Cm $c\b" "$man/crm.1"
	t "crm $c is in README" grep -qw "$c" "$repo/README"
	t "crm $c has a test" grep -rqE "\bcrm[ -]$c\b" "$repo/tests/cli"
done
for e in $entities; do
	"crm-$e" --help | awk '/^  [a-z]/ { print $1 }' >"$T/verbs"
	while read -r v; do
		"crm-$e" "$v" --help >"$T/help" 2>&1
		cat "$T/help" >>"$T/all"
		covered "crm-$e $v" "$man/crm-$e.1" \
		    "$man/crm-record.7" "$man/crm.1" "$man/crm-import.7"
		grep -q "^\.It Cm $v\b" "$man/crm-$e.1" "$man/crm-record.7"
		t_result $? "crm-$e $v is in the manual"
	done <"$T/verbs"
	grep -A1 '^\.It Sy' "$man/crm-$e.1" |
	    sed -n 's/^\.It Sy \([a-z_]*\)$/\1/p' | sort >"$T/page"
	crm complete "crm-$e" list '' | sed -n 's/:$//p' | sort >"$T/fields"
	t_same "crm-$e(1) has the fields of the program" "$T/fields" "$T/page"
done

for p in "$man"/crm-*.1; do
	name=$(basename "$p" .1)
	t "$name is a command" test -x "$CRM_BIN/$name"
	t "$name is in README" grep -q "^    $name " "$repo/README"
	t "$name has a test named after it" \
	    "ls '$repo'/tests/cli/*-${name#crm-}[-.]*"
done
for e in $entities; do
	t "crm-$e has a page" test -f "$man/crm-$e.1"
done

# Helpers have a page in section 8.
for p in "$man"/crm-*.8; do
	name=$(basename "$p" .8)
	"$CRM_BIN/libexec/$name" --help >"$T/help"
	cat "$T/help" >>"$T/all"
	covered "$name" "$p"
	t "$name has a test named after it" \
	    "ls '$repo'/tests/cli/*-${name#crm-}[-.]*"
done

# The reverse: what pages list as options exists.
helped <"$T/all" | sort -u >"$T/options"
printf '%s\n' version >>"$T/options"
sort -o "$T/options" "$T/options"
t_same 'the pages list no other options' '' "$(
	grep -h '^\.It Fl' "$man"/* >"$T/items"
	paged "$T/items" | sort -u | comm -23 - "$T/options")"
t_same 'the letters of options are those of the manual' '' "$(
	lettered <"$T/all" | sort -u | while read -r l o; do
		grep -qh "Fl $l , Fl -$o\b" "$man"/* || echo "-$l --$o"
	done)"

t_same 'crmrc.sample is what crm settings --sample prints' \
    "$repo/crmrc.sample" "$(crm settings --sample)"
plain "$man/crmrc.5" >"$T/crmrc"
t_same 'every setting is in crmrc(5)' '' "$(
	awk '/^\[/ { gsub(/[][]/, ""); sub(/ "NAME"/, ".NAME"); s = $0 }
	    /^\t# [a-zA-Z-]* =/ { print s "." $2 }' "$repo/crmrc.sample" |
	while read -r key; do
		grep -qF "$key" "$T/crmrc" || echo "$key"
	done)"

plain "$man/crm.7" >"$T/tour"
t_same 'the exit statuses of crm(7) are those of err.h' "$(
	sed -n 's/^\tERR_.* = \([0-9]*\),.*/\1/p' "$repo/src/base/err.h")" "$(
	awk '/^EXIT STATUS/ { on = 1 } /^SEE ALSO/ { on = 0 }
	    on && /^     [0-9]/ { print $1 }' "$T/tour")"
t_same 'the variables of the environment are in crm(1)' '' "$(
	grep -rhoE 'env\("CRM_[A-Z]+"\)' "$repo/src" | grep -oE 'CRM_[A-Z]+' |
	    sort -u | while read -r v; do
		grep -q "$v" "$man/crm.1" || echo "$v"
	done)"
done_testing
