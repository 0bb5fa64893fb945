#!/bin/sh
# The manual pages are clean mdoc, and refer to pages that exist.
. "${0%/*}/../lib.sh"
cd "$repo" || exit 1

for p in man/*; do
	t "${p#man/} is clean" mandoc -Tlint -Wwarning "$p"
done
t_same 'references lead to pages' '' "$(
	grep -h '^\.Xr crm' man/* | awk '{ print $2 "." $3 }' | sort -u |
	while read -r p; do [ -f "man/$p" ] || echo "$p"; done)"
t_same 'messages and comments refer to pages' '' "$(
	grep -rhoE '\bcrm(rc|-[a-z]+)?\([1-8]\)' src README share |
	    tr '(' . | tr -d ')' | sort -u |
	while read -r p; do [ -f "man/$p" ] || echo "$p"; done)"
done_testing
