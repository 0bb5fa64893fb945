#!/bin/sh
# sweep.sh: lets every call by which a command changes the disk fail, and kills
# the command before every one of them, and looks each time with git and sh
# what is left. Run by prove.
#
#   SWEEP_STEP=K   every K-th call only (1)
#   SWEEP_ONLY=X   rows whose name contains X
#   SWEEP_ROWS=FILE  rows in place of those below; $t is a folder with files to
#                  put in, . is the store
#   SWEEP_BIN=DIR  where the programs are (build/release/unit)
#   SWEEP_LIB=FILE the preload library (build/release/fault.so)
#
# After each fault: HEAD is the old or the new commit, as the exit status says
# (0 new, 73 either, else old); the next command works; then the work tree,
# the index and HEAD agree but for the edits the user had before, which are as
# they were; git fsck is silent; no lock, journal or temporary file is left.

cd "$(dirname "$0")/../.." || exit 1
bin=$(cd "${SWEEP_BIN:-build/release/unit}" && pwd) || exit 1
lib=$(realpath "${SWEEP_LIB:-build/release/fault.so}")
step=${SWEEP_STEP:-1}
base=${TMPDIR:-/tmp}
[ -d /dev/shm ] && [ -w /dev/shm ] && base=/dev/shm
W=$(mktemp -d "$base/sweep.XXXXXX") || exit 1
trap 'rm -rf "$W"' EXIT
trap 'exit 1' INT TERM
S=$W/store

export HOME="$W" TZ=UTC LC_ALL=C.UTF-8 CRM_NOW=2026-11-21T12:00:00Z CRM_GC=0
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=C
export GIT_COMMITTER_EMAIL=c@x TXN_WAIT=200
export GIT_AUTHOR_DATE='2026-11-20T12:00:00Z'
export GIT_COMMITTER_DATE='2026-11-20T12:00:00Z'
unset CRM_FSYNC

# Rows: name, program, what runs in the store, what the next command is.
rows() {
	if [ -n "$SWEEP_ROWS" ]; then
		t=$W
		export t
		cat "$SWEEP_ROWS"
		return
	fi
	t=$bin/txn_tool
	cat <<EOF
one|txn_tool|$t . put leads/2026/11.csv=$W/new1|$t . state products.csv
many|txn_tool|$t . put leads/2026/11.csv=$W/new1 a/b/c.csv=$W/new2 opps/2026/11/7.csv=$W/new3 rm leads/2026/09.csv opps/2026/11.csv gone/x.csv|$t . state products.csv
edit|txn_tool|$t . edit leads/2026/10.csv|$t . read
bulk|txn_tool|$t . bulk put leads/2026/11.csv=$W/new1 a/b/c.csv=$W/new2 a/b/d.csv=$W/new2 opps/2026/11/7.csv=$W/new3|$t . state products.csv
EOF
}

# A store with several segments; then a staged edit, a hand edit in two files,
# and a file that git does not know.
template() {
	mkdir "$W/tpl" && cd "$W/tpl" || exit 1
	"$bin/txn_tool" . setup || exit 1
	mkdir -p leads/2026 opps/2026 gone accounts
	for f in leads/2026/09 leads/2026/10 leads/2026/11 opps/2026/10 \
	    opps/2026/11 gone/x accounts/1 products; do
		{ echo id,name; echo "1,$f"; } >$f.csv
	done
	git add . && git commit -qm start || exit 1
	echo 2,staged >>opps/2026/10.csv
	git add opps
	echo 2,hand >>accounts/1.csv
	echo 2,mine >>leads/2026/10.csv
	echo note >note.txt
	{ echo id,name; echo 1,new1; } >"$W/new1"
	awk 'BEGIN { print "id,name"; for (i = 0; i < 20000; i++)
		print i ",name" i * 7919 % 1000 }' >"$W/new2"
	{ echo id,name; echo 1,new3; } >"$W/new3"
	status=$(git status --porcelain)
	git diff --name-only >"$W/mine"
	git ls-files -o >>"$W/mine"
	git diff --name-only --cached >"$W/staged"
	old=$(git rev-parse HEAD)
	user=$(users)
	cd "$W" || exit 1
}

# What is the user's own in the store: files and staged content.
users() {
	xargs cat <"$W/mine" | cksum
	xargs git ls-files -s <"$W/staged"
}

fresh() {
	rm -rf "$S"
	cp -a "$W/tpl" "$S"
}

# faulty N KIND STICKY COMMAND: its exit status in $rc
faulty() (
	cd "$S" || exit 99
	if [ -n "$3" ]; then
		FAULT_STICKY=1
		export FAULT_STICKY
	fi
	FAULT_PROG=$prog FAULT_AT=$1 FAULT_KIND=$2 FAULT_COUNT=$W/count \
	    LD_PRELOAD=$preload$lib sh -c "exec $4" >"$W/out" 2>&1
	# here, or the shell would report the kill
	exit $?
) 2>/dev/null

say() {
	echo "# $case: $*"
	sed 's/^/#    /' "$W/out"
	bad=$((bad + 1))
}

# What holds after any fault; $rc is the command's status.
check() {
	head=$(cat "$S/.git/refs/heads/main")
	case $head in
	"$old") [ "$rc" -ne 0 ] || say "exit 0 but nothing is committed" ;;
	"$new") case $rc in
		0 | 73 | 137) ;;
		*) say "exit $rc but it is committed" ;;
		esac ;;
	*) say "HEAD is $head, neither old nor new" ;;
	esac
	cd "$S" || exit 1
	sh -c "$next" >"$W/out" 2>&1 || say "the next command fails: $?"
	[ "$(cat .git/refs/heads/main)" = "$head" ] ||
	    say "the next command moves HEAD"
	git status --porcelain >"$W/out"
	if [ "$head" = "$new" ]; then want=$newstatus; else want=$status; fi
	[ "$(cat "$W/out")" = "$want" ] || say "git status differs"
	[ "$(users)" = "$user" ] || say "the user's edits are not as before"
	# a reader leaves alone what it does not need to finish
	"$bin/txn_tool" . state products.csv >"$W/out" 2>&1 ||
	    say "a writer fails: $?"
	find .git \( -name '*.lock' -o -path '*/crm/tmp/*' -o -name txn \
	    -o -name '*tmp_*' -o -name '*_git2_*' \) >"$W/out"
	[ -s "$W/out" ] && say "left behind"
	find .git/crm -perm /077 >"$W/out"
	[ -s "$W/out" ] && say "others may read"
	git fsck --strict --no-dangling >"$W/out" 2>&1 || say "git fsck"
	[ -s "$W/out" ] && say "git fsck speaks"
	cd "$W" || exit 1
}

result() {
	n=$((n + 1))
	if [ "$bad" -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		failed=1
	fi
}

sweep() {
	kind=$1 sticky=$2
	bad=0 i=1
	while [ $i -le "$count" ]; do
		case="$name $kind${sticky:+ sticky} at $i"
		fresh
		faulty $i "$kind" "$sticky" "$cmd"
		rc=$?
		check
		i=$((i + step))
	done
	result "$name: $kind${sticky:+, sticky}: $count calls"
}

# A kill of the command, and then one of the next command that cleans up.
twice() {
	bad=0 i=$step cases=0
	while [ $i -le "$count" ]; do
		fresh
		faulty $i kill '' "$cmd"
		rm -rf "$W/half"
		[ -e "$S/.git/crm/txn" ] && cp -a "$S" "$W/half"
		j=1
		while [ -d "$W/half" ] && [ $j -le 200 ]; do
			rm -rf "$S"
			cp -a "$W/half" "$S"
			# the copy has other inodes, so make its locks known
			relock
			case="$name kill at $i, then at $j"
			faulty $j kill '' "$next"
			rc=$?
			[ $rc -eq 0 ] && break
			rc=137
			check
			cases=$((cases + 1))
			j=$((j + 1))
		done
		i=$((i + 3 * step))
	done
	result "$name: killed twice: $cases cases"
}

# cp -a keeps hard links, but the journal has the inodes of the original.
relock() {
	(
		cd "$S/.git/crm" || exit 1
		for l in ixlock hdlock reflock; do
			[ -e tmp/$l ] && stat -c %i tmp/$l || echo 0
		done >"$W/ino"
		awk -v f="$W/ino" '/^lock / { getline x < f; $2 = x } 1' txn \
		    >"$W/txn" && cat "$W/txn" >txn
	)
}

preload=
case $(ldd "$bin/txn_tool" 2>/dev/null) in
*libasan*) preload="$(${CC:-gcc} -print-file-name=libasan.so) " ;;
esac
n=0 failed=0
template
rows >"$W/rows"
while IFS='|' read -r name prog cmd next; do
	case $name in *"$SWEEP_ONLY"*) ;; *) continue ;; esac
	fresh
	faulty 0 none '' "$cmd" || {
		echo "not ok $((n += 1)) - $name: without a fault"
		sed 's/^/# /' "$W/out"
		failed=1
		continue
	}
	count=$(cat "$W/count")
	new=$(cat "$S/.git/refs/heads/main")
	newstatus=$(cd "$S" && git status --porcelain)
	for k in kill ENOSPC EIO EINTR; do
		sweep $k ''
		[ $k = kill ] || sweep $k 1
	done
	twice
done <"$W/rows"
echo "1..$n"
exit $failed
