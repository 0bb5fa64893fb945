#!/bin/sh
# Scripts are clean sh.
. "${0%/*}/../lib.sh"
cd "$repo" || exit 1

{
	find tests share .ci -type f | grep -v /corpus/ |
	    xargs grep -lE '^#!/bin/(ba)?sh'
	echo tests/lib.sh
} | sort >"$T/scripts"
while read -r f; do
	t "$f" shellcheck -S warning "$f"
done <"$T/scripts"
t 'share/completion/crm.bash' shellcheck -s bash share/completion/crm.bash
done_testing
