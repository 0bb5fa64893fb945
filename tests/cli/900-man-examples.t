#!/bin/sh
# What the manual pages and README say by way of example works: every line
# that begins with "$ " in a literal block, with the lines that continue it,
# page by page, each on a sample store of its own.
. "${0%/*}/../lib.sh"

if ! sh "$repo/share/example/make.sh" "$T/sample" >"$OUT" 2>"$ERR"; then
	t_same 'the sample store can be made' '' "$(cat "$ERR")"
	done_testing
fi

# One command a record, ended by a line "---".
extract() {
	awk '
	function flush() { if (cmd != "") print cmd "\n---"; cmd = "" }
	/^\.Bd -literal/ { lit = 1; next }
	/^\.Ed/ { lit = 0; flush(); next }
	readme && /^    / { sub(/^    /, ""); on = 1 }
	readme && /^$/ { on = 0; flush(); next }
	!lit && !on { next }
	/^\$ / { flush(); cmd = substr($0, 3); next }
	cmd != "" { cmd = cmd "\n" $0 }
	END { flush() }' readme="$1" "$2" | sed 's/\\e/\\/g'
}

run_page() {
	page=$1 cmd=
	rm -rf "$T/store" && cp -a "$T/sample" "$T/store"
	cd "$T/store" || exit 1
	while IFS= read -r line; do
		if [ "$line" = --- ]; then
			t "$page: $cmd" "$cmd"
			cmd=
		else
			cmd="$cmd${cmd:+
}$line"
		fi
	done <"$T/commands"
}

for f in "$repo"/man/*.[1578]; do
	extract '' "$f" >"$T/commands"
	run_page "${f##*/}"
done
extract 1 "$repo/README" >"$T/commands"
run_page README
done_testing
