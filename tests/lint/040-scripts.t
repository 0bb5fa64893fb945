#!/bin/sh
# Scripts are clean sh.
. "${0%/*}/../lib.sh"
cd "$repo" || exit 1

{
	find tests share .ci -type f | grep -v /corpus/ |
	    xargs grep -lE '^#!/bin/(ba)?sh'
	ls tests/lib*.sh
} | sort >"$T/scripts"
while read -r f; do
	# Tests hand blocks of sh over in single quotes, with variables that are
	# used there alone, call functions by name, and have names with ~ in
	# them; "then" is also a word of mlr.
	t "$f" shellcheck -S warning -x -P SCRIPTDIR \
	    -e SC2016,SC2034,SC2317,SC2088,SC1010 "$f"
done <"$T/scripts"
t 'share/completion/crm.bash' shellcheck -s bash share/completion/crm.bash
done_testing
