#!/bin/sh
# parallel.t: eight who write at once, on different deals and on the same one,
# beside git commits of another file: each change is one commit, none is lost.
# shellcheck disable=SC2016 # blocks of sh
. "${0%/*}/../lib.sh"
t_store
runs=${PARALLEL_RUNS:-6}
one=$(crm-opp add Shared 1)
for w in 1 2 3 4 5 6 7 8; do
	crm-opp add "Own $w" 99 >"$T/own.$w"
done
echo 0 >note.txt
git add note.txt && git commit -qm note
export CRM_SEED=
start=$(git rev-list --count HEAD)

# Status 75 says to try again: git has moved the branch meanwhile.
again() {
	while "$@" --wait 60 2>"$T/why.$w"; [ $? -eq 75 ]; do :; done
	grep -v 'HEAD: changed by somebody else' "$T/why.$w"
}

# Each run sets the writer's own deal, and adds a tag of his to the shared one.
writer() {
	id=$(cat "$T/own.$w")
	for k in $(seq "$runs"); do
		again crm-opp set "$id" amount="$k" >>"$T/out.$w"
		again crm-opp tag "$one" "+w$w-$k" >>"$T/out.$w"
	done
}

# git gives up where a lock is taken, and where the branch has moved meanwhile.
committer() {
	k=0
	while [ ! -e "$T/stop" ]; do
		k=$((k + 1))
		echo "$k" >note.txt
		git commit -qm "note $k" -- note.txt 2>/dev/null &&
			echo "$k" >>"$T/notes"
		sleep 0.02
	done
}

# Who reads while they write never sees less than there is.
reader() {
	while [ ! -e "$T/stop" ]; do
		crm-opp list -o count 2>&1
	done | sort -u >"$T/seen"
}

: >"$T/notes"
committer &
reader &
for w in 1 2 3 4 5 6 7 8; do
	writer &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # numbers
wait $pids
: >"$T/stop"
wait

t_same 'nobody had to give up' $((16 * runs)) \
    "$(cat "$T"/out.* | grep -c '^O2611-........$')"
t_same 'nor was told anything else' 0 "$(cat "$T"/out.* | grep -vc '^O2611-')"
t_same 'a reader sees all deals always' 9 "$(cat "$T/seen")"
# a note that did not get in while the last one wrote
git commit -qm last -- note.txt >/dev/null && echo last >>"$T/notes"
t_same 'every change is one commit' \
    $((start + 8 * 2 * runs + $(wc -l <"$T/notes"))) \
    "$(git rev-list --count HEAD)"
t_same 'in one line' 0 "$(git rev-list --merges --count HEAD)"
t_same 'the last of each writer stands' "$(for w in 1 2 3 4 5 6 7 8; do
	echo "Own $w,$runs.00"; done)" \
    "$(crm-opp list 'name~Own' -s name -c name,amount -o csv | sed 1d)"
t_same 'no tag is lost' $((8 * runs)) \
    "$(crm-opp list name:Shared -c tags -o csv | sed 1d | tr ';' '\n' | grep -c w)"
t_same 'nothing is left over' '' "$(git status --porcelain)"
t_same 'git fsck' '' "$(git fsck --strict --no-dangling 2>&1)"
t_same 'the work tree is HEAD' '' "$(GIT_INDEX_FILE=$T/ix git read-tree HEAD
	GIT_INDEX_FILE=$T/ix git update-index -q --refresh
	GIT_INDEX_FILE=$T/ix git diff-files --name-only)"
t 'and the store is sound' crm check
done_testing
