#!/bin/sh
# commands.sh ROW...: as sweep.sh, for the commands themselves. Every call by
# which a command changes the disk fails once, or from then on, or the command
# is killed there; then what is left is looked at with git and awk. Run by the
# .t files here; `make sweep` does not leave out any call.
#
#   SWEEP_STEP=K   every K-th call only (23); begins elsewhere for each kind
#   SWEEP_KINDS=.. kill ENOSPC EIO EINTR ENOMEM
#   SWEEP_BIN=DIR/ and SWEEP_LIB=FILE as in sweep.sh, CRM_BIN=DIR: the commands
#
# The store has a month of many segments, an edit that is staged, an edit that
# is not, in other files, and a file that git does not know. While a command is
# killed somebody reads: he sees the old report or the new one, in that order.

. "${0%/*}/../lib.sh"
case $0 in */commands.sh) ;; *) exit 64 ;; esac
lib=$(realpath "$repo/${SWEEP_LIB:-build/release/fault.so}")
every=${SWEEP_STEP:-23} step=$every
kinds=${SWEEP_KINDS:-kill ENOSPC EIO EINTR ENOMEM}
W=$T S=$T/store
mkdir "$W/in" "$W/tpl"
# so that git status never writes an index of its own making
export GIT_OPTIONAL_LOCKS=0
t_now 2026-11-21T12:00:00Z
preload=
case $(ldd "$CRM_BIN/crm" 2>/dev/null) in
*libasan*) preload="$(${CC:-gcc} -print-file-name=libasan.so) "
	kinds=$(echo "$kinds" | sed 's/ENOMEM//') ;; # it has its own malloc
esac

# --- the stores, each made when a row wants it -------------------------------

seed() {
	awk 'BEGIN { print "name,amount,created,stage,ext_id"
	for (i = 0; i < 1300; i++)
		printf "Deal %d,%d,2026-%s-%02dT08:00:00Z,%s,X%d\n", i,
		    100 + i, i < 1100 ? "11" : i < 1200 ? "10" : "09",
		    i % 20 + 1, i % 3 ? "prospecting" : "negotiation", i
	}' >"$W/in/seed.csv"
	awk 'BEGIN { print "name,amount,start"
	for (i = 0; i < 12; i++)
		printf "New %d,%s,2026-%02d-01\n", i,
		    i == 5 ? "much" : 9 + i, 8 + i % 4
	}' >"$W/in/small.csv"
	awk 'BEGIN { print "name,amount,start"
	for (i = 0; i < 5200; i++)
		printf "Bulk %d,%d,2026-%02d-01\n", i, i, 4 + i % 3
	}' >"$W/in/bulk.csv"
}

base() {
	umask 077
	seed
	export CRM_SEED=base
	crm init "$1" --currency EUR --timezone UTC || return
	cd "$1" || return
	crm-account add Acme && crm-contact add Eva && crm-product add Tile &&
	    crm-lead add 'Li Wei' company=Gamma &&
	    crm-opp import "$W/in/seed.csv" --key ext_id || return
	{ echo id,name; echo C2610-aaaaaaaa,Ada; } >contacts/2026/10.csv
	git add contacts && git commit -qm 'by hand' && git gc -q
	# a deal of each kind of segment: the month's first file, two others
	ids=$(for f in opps/2026/09.csv opps/2026/11.csv \
	    opps/2026/11/x.csv opps/2026/11/0.csv; do
		sed -n '2s/,.*//p' $f
	done | paste -sd ' ')
	echo "$ids" >"$W/ids"
}

# A tip that no row can take for its own.
staged_and_edited() {
	sed -n '$s/P2611-......../P2611-zzzzzzzz/p' products.csv >"$W/row"
	cat "$W/row" >>products.csv
	git add products.csv
	echo 'C2610-zzzzzzzz,Edited' >>contacts/2026/10.csv
	echo note >note.txt
}

# A call of ours, a task of a phone, what is long done.
acts() {
	crm-act add type=call subject=Call start='tomorrow 10:00' opp="$1" &&
	    mkdir -p calendar/ana/archive calendar/ana/tasks || return
	item() {
		printf '%s\r\n' BEGIN:VTODO "UID:$1" DTSTAMP:20250101T000000Z \
		    "SUMMARY:$1" 'X-ODD:kept' "$2" END:VTODO
	}
	{ echo BEGIN:VCALENDAR; item Phone PRIORITY:1; echo END:VCALENDAR; } \
	    >calendar/ana/tasks/p.ics
	{ echo BEGIN:VCALENDAR; item Old STATUS:COMPLETED
		item Older STATUS:COMPLETED; echo END:VCALENDAR; } \
	    >calendar/ana/archive/2025.ics
	git add calendar && git commit -qm 'by a phone'
}

make_template() {
	[ -d "$W/tpl/seed" ] || (base "$W/tpl/seed") || return
	cp -a "$W/tpl/seed" "$W/tpl/$1"
	umask 077
	cd "$W/tpl/$1" || return
	which=$1
	# shellcheck disable=SC2046 # ids are words
	set -- $(cat "$W/ids")
	case $which in
	undo-set) crm-opp set "$@" amount=77 ;;
	undo-import) cp "$W/in/small.csv" "$W/small.csv"
		crm-opp import "$W/small.csv" || [ $? -eq 3 ] ;;
	quote) crm-quote new Acme name=Offer &&
		crm-quote line add Offer Tile x3 price=9.99 discount=10% &&
		crm-quote line add Offer name=Work price=5 ;;
	order) crm-quote new Acme name=Offer terms=30/30/40 &&
		crm-quote line add Offer Tile x3 price=9.99 &&
		crm-quote line add Offer name=Work price=5 &&
		crm-quote issue Offer && crm-quote accept Offer ;;
	pay | deliver) { [ "$which" = pay ] || crm-product set Tile warranty=12; } &&
		crm-quote new Acme name=Offer terms=30/30/40 &&
		crm-quote line add Offer Tile x3 price=9.99 &&
		crm-quote issue Offer && crm-quote order Offer --accept ;;
	acts) crm-user add Bo login=bo && acts "$1" ;;
	merge) git checkout -qb other && crm-opp set "$1" "$2" amount=500 &&
		git checkout -q main && crm-opp set "$1" "$2" amount=400 &&
		git -c core.hooksPath=/dev/null merge -q --no-edit other ;;
	esac || return
	staged_and_edited
	[ "$which" != hand ] || sed -i '2s/Deal/Hand/' opps/2026/09.csv
}

# template NAME: made if need be; what stands there is $old, $status ...
template() {
	[ -f "$W/tpl/$1.made" ] || (make_template "$1") >"$OUT" 2>&1 || {
		cat "$OUT"
		echo "Bail out! no template $1"
		exit 1
	}
	: >"$W/tpl/$1.made"
	tpl=$W/tpl/$1
	cd "$tpl" || exit 1
	old=$(git rev-parse HEAD)
	status=$(git status --porcelain)
	user=$(users)
	view=$(view)
	hand=$(cksum <opps/2026/09.csv)
	cd "$W" || exit 1
}

# What is the user's own in the store: files, and what is staged.
users() {
	cat note.txt contacts/2026/10.csv products.csv | cksum
	git ls-files -s products.csv contacts/2026/10.csv
}

view() {
	crm-report stage -o csv 2>&1 || echo "exit $?"
	[ ! -d calendar ] || crm-act list -o csv 2>&1 || echo "exit $?"
}

# --- one case ----------------------------------------------------------------

fresh() {
	rm -rf "$S" "$W/io" "$W/seen"
	cp -a "$tpl" "$S"
	mkdir "$W/io"
	: >"$W/begun"
	cp "$W/in/small.csv" "$W/in/bulk.csv" "$W/io"
}

reader() {
	while [ ! -e "$W/stop" ]; do
		view | tr '\n' ' '
		echo
	done >"$W/seen"
}

# faulty N KIND STICKY COMMAND: its exit status; its output in out and say.
faulty() (
	cd "$S" || exit 99
	[ -z "$3" ] || export FAULT_STICKY=1
	FAULT_PROG=$prog FAULT_AT=$1 FAULT_KIND=$2 FAULT_COUNT=$W/count \
	    LD_PRELOAD=$preload$lib sh -c "exec $4" >"$W/out" 2>"$W/say"
	# here, or the shell would report the kill
	exit $?
) 2>/dev/null

say() {
	echo "# $case: exit $rc: $*"
	head -n 20 "$W/say" "$W/what" 2>/dev/null | sed 's/^/#    /'
	bad=$((bad + 1))
}

# What HEAD is: old, hand (the hand edit's own commit) or new.
find_head() {
	head=$(git rev-parse HEAD)
	case $head in
	"$new") at=new want=$newstatus see=$newview ;;
	"$old") at=old want=$status see=$view ;;
	"$mid") at=hand want=$newstatus see=$view ;;
	*) at=lost say "HEAD is $head, neither old nor new" ;;
	esac
}

check_exit() {
	case $at$rc in
	new0 | new3) [ $rc -eq $ok ] || say 'another status than without' ;;
	new73 | new137 | old73 | old137 | hand73 | hand137) ;;
	new*) say 'but it is committed' ;;
	*) [ $rc -ne $ok ] || say "but HEAD is $at" ;;
	esac
	[ $rc -lt 128 ] || [ $rc -eq 137 ] || say 'a crash'
	# ids are printed of what has happened
	if [ $rc -eq $ok ]; then
		cmp -s "$W/out" "$W/out.ok" || say 'its output differs'
	elif [ "$at" != new ] || [ $rc -eq 137 ]; then
		[ ! -s "$W/out" ] || say 'it has printed something'
	fi
}

# Rejects of an import are whole or not there.
check_io() {
	for f in "$W"/io/*; do
		case ${f##*/} in
		small.csv | bulk.csv) ;;
		small.csv.rejects.csv)
			cmp -s "$f" "$W/rejects" || say 'half of the rejects'
			# who cannot remove them either leaves them
			case $rc$sticky in 3 | 73 | 137 | 70 | *1) ;;
			*) say 'rejects of nothing' ;; esac ;;
		*) say "left: ${f##*/}" ;;
		esac
	done
	[ $rc -ne 3 ] || [ -f "$W/io/small.csv.rejects.csv" ] ||
		say 'rejects are lost'
}

# Who reads, and who writes nothing, work and find the state; one of them is
# first after the fault, and has to clean up.
next_reads() {
	view >"$W/what"
	[ "$(cat "$W/what")" = "$see" ] || say 'the next report is wrong'
}
next_writes() {
	$noop >"$W/what" 2>&1 || say "the next command fails: $?"
	[ -z "$finishes" ] || find_head
	[ "$(git rev-parse HEAD)" = "$head" ] || say 'the next moves HEAD'
}

check_files() {
	# before git itself makes an index
	find . -path ./.git/hooks -prune -o -newer "$W/begun" -type f \
	    -perm /077 -print >"$W/what"
	[ ! -s "$W/what" ] || say 'others may read'
	git status --porcelain >"$W/what"
	[ "$(cat "$W/what")" = "$want" ] || say 'git status differs'
	[ "$(users)" = "$user" ] || say "the user's edits are not as before"
	[ "$at" != old ] || [ -n "$finishes" ] ||
	    [ "$(cksum <opps/2026/09.csv)" = "$hand" ] ||
	    say 'the hand edit is not as before'
	# by content, whatever git's index says; 09.csv is the hand edit
	GIT_INDEX_FILE=$W/ix git read-tree HEAD
	GIT_INDEX_FILE=$W/ix git update-index -q --refresh
	GIT_INDEX_FILE=$W/ix git diff-files --name-only |
	    grep -v -e products.csv -e contacts/ >"$W/what"
	[ "$(cat "$W/what")" = "$([ "$at" != old ] || echo "$edited")" ] ||
	    say 'files differ from HEAD'
	git fsck --strict --no-dangling >"$W/what" 2>&1 || say 'git fsck'
	[ ! -s "$W/what" ] || say 'git fsck speaks'
}

# One more change is one commit, and leaves nothing behind.
next_adds() {
	crm-account add Next >"$W/what" 2>&1 || say "add fails: $?"
	[ "$(git rev-parse HEAD~)" = "$head" ] || say 'add is no commit'
	find .git \( -name '*.lock' -o -path '*/crm/tmp/*' -o -name txn \
	    -o -name '*tmp_*' -o -name '*_git2_*' \) >"$W/what"
	[ ! -s "$W/what" ] || say 'left behind'
}

check_seen() {
	[ -f "$W/seen" ] || return 0
	awk -v old="$(echo "$view" | tr '\n' ' ')" \
	    -v new="$(echo "$newview" | tr '\n' ' ')" '
	$0 == new && !(old == new) { is = 1; next }
	$0 == old && !is { next }
	{ print; bad = 1 } END { exit bad }' "$W/seen" >"$W/what" ||
	    say 'a reader saw something else'
	rm "$W/seen"
}

check() {
	cd "$S" || exit 1
	: >"$W/what"
	find_head
	check_exit
	check_io
	cases=$((cases + 1))
	if [ $((cases % 2)) -eq 0 ]; then
		next_reads
		next_writes
	else
		next_writes
		next_reads
	fi
	check_files
	next_adds
	check_seen
	cd "$W" || exit 1
}

# --- sweeps ------------------------------------------------------------------

done_row() {
	t_result "$bad" "$name: $1: $cases cases"
	total=$((total + cases))
}

sweep() {
	kind=$1 sticky=$2 bad=0 cases=0
	i=$((first % step + 1)) by=$step
	if [ "$kind" = ENOMEM ]; then
		fresh
		faulty 0 ENOMEM '' "$cmd"
		n=$(cat "$W/count") by=$((n * step / 200 + 1)) i=$by
	else
		n=$count
	fi
	first=$((first + 3))
	while [ $i -le "$n" ]; do
		case="$name $kind${sticky:+ sticky} at $i"
		fresh
		rm -f "$W/stop"
		if [ "$kind" = kill ]; then
			cd "$S" && reader &
		fi
		faulty $i "$kind" "$sticky" "$cmd"
		rc=$?
		: >"$W/stop"
		wait
		check
		i=$((i + by))
	done
	done_row "$kind${sticky:+ from then on}, $n calls"
}

# A fault of the command that leaves a journal, and one of who recovers it: of
# the product of both a sample, even in the full sweep.
# cp -a makes other inodes, so the journal gets to know those of the copy.
relock() (
	cd "$S/.git/crm" || exit 1
	for l in ixlock hdlock reflock; do
		[ -e tmp/$l ] && stat -c %i tmp/$l || echo 0
	done >"$W/ino"
	awk -v f="$W/ino" '/^lock / { getline x < f; $2 = x } 1' txn >"$W/txn" &&
	    cat "$W/txn" >txn
)

twice() {
	i=$((first % step + 1)) bad=0 cases=0
	first=$((first + 3))
	while [ $i -le "$count" ]; do
		fresh
		faulty $i kill '' "$cmd"
		rm -rf "$W/half"
		[ ! -e "$S/.git/crm/txn" ] || mv "$S" "$W/half"
		for k in $kinds; do
			if [ -d "$W/half" ] && [ "$k" != ENOMEM ]; then
				again "$k"
			fi
		done
		i=$((i + 4 * step + count / 60))
	done
	done_row 'and again while it is recovered'
}

again() {
	n=0
	j=0
	while [ $j -le "$n" ]; do
		rm -rf "$S"
		cp -a "$W/half" "$S"
		relock
		case="$name kill at $i, then $1 at $j"
		(prog=crm-report && faulty $j "$1" '' 'crm-report stage')
		rc=$?
		if [ $j -eq 0 ]; then
			n=$(cat "$W/count") j=$((i % 3 + 1))
			continue
		fi
		# of the first command that is the status
		rc=137
		: >"$W/out"
		check
		j=$((j + 2 + step / 6 + n / 30))
	done
}

# row NAME TEMPLATE PROGRAM COMMAND
row() {
	name=$1 prog=$3 cmd=$4
	template "$2"
	edited='' finishes=''
	# shellcheck disable=SC2046
	set -- "$2" $(cat "$W/ids")
	noop="crm-opp set $2 probability="
	[ "$1" != hand ] || edited=opps/2026/09.csv noop="crm-lead set company:Gamma needs="
	[ "$1" != merge ] || finishes=1 noop="crm merge-finish"
	fresh
	new='' newstatus='' newview=''
	faulty 0 none '' "$cmd"
	ok=$?
	count=$(cat "$W/count")
	cp "$W/out" "$W/out.ok"
	cp "$W/io/small.csv.rejects.csv" "$W/rejects" 2>/dev/null
	case $ok in 0 | 3) ;; *)
		t_result 1 "$name: without a fault: $ok"
		sed 's/^/# /' "$W/say"
		return ;;
	esac
	cd "$S" || exit 1
	new=$(git rev-parse HEAD)
	newstatus=$(git status --porcelain)
	newview=$(view)
	mid=$(git rev-parse HEAD~)
	cd "$W" || exit 1
	for k in $kinds; do
		sweep "$k" ''
		[ "$k" = kill ] || sweep "$k" 1
	done
	twice
}

# --- crm init ----------------------------------------------------------------

# A fresh folder: whatever happens, the next crm init makes the store, once.
check_init() {
	cd "$S" || exit 1
	head=$(git rev-parse -q --verify HEAD 2>/dev/null)
	cases=$((cases + 1))
	: >"$W/what"
	case $rc${head:+made} in
	0made | 73* | 137*) ;;
	0) say 'exit 0 without a store' ;;
	*made) say 'but it is committed' ;;
	esac
	[ $rc -lt 128 ] || [ $rc -eq 137 ] || say 'a crash'
	sh -c "$cmd" >"$W/what" 2>&1
	case $?$([ -e crmrc ] && echo crmrc) in
	# of a store that is there, --currency is refused
	64crmrc) crm init . >"$W/what" 2>&1 || say "the next init: $?" ;;
	0*) ;;
	*) say 'the next init fails' ;;
	esac
	[ "$(git rev-list --count HEAD)" = 1 ] || say 'not one commit'
	[ -z "$(git status --porcelain)" ] || say 'git status'
	# but for what libgit2 tries out: modes and links
	grep -v -e filemode -e symlinks .git/config | cmp - "$W/config" >"$W/what" 2>&1 ||
	    say 'settings differ'
	diff -r .git/hooks "$W/hooks" >"$W/what" 2>&1 || say 'hooks differ'
	crm-account add Acme >"$W/what" 2>&1 || say "add fails: $?"
	crm check >"$W/what" 2>&1 || say "crm check: $?"
	find . \( -name '*.lock' -o -path '*/crm/tmp/*' -o -name txn \
	    -o -name '*tmp*' -o -name '*_git2_*' \) ! -path ./.git/crm/tmp \
	    >"$W/what"
	[ ! -s "$W/what" ] || say 'left behind'
	git fsck --strict --no-dangling >"$W/what" 2>&1 || say 'git fsck'
	cd "$W" || exit 1
}

row_init() {
	name=init prog=crm cmd='crm init . --currency EUR --timezone UTC'
	rm -rf "$S" && mkdir "$S"
	faulty 0 none '' "$cmd" || cat "$W/say"
	n=$(cat "$W/count")
	cp -a "$S/.git/hooks" "$W"
	grep -v -e filemode -e symlinks "$S/.git/config" >"$W/config"
	for kind in $kinds; do
		for sticky in '' 1; do
			[ "$kind$sticky" != kill1 ] || continue
			by=$step
			if [ "$kind" = ENOMEM ]; then
				rm -rf "$S" && mkdir "$S"
				faulty 0 ENOMEM '' "$cmd"
				n=$(cat "$W/count") by=$((n * step / 200 + 1))
			fi
			bad=0 cases=0 i=$((first % by + 1))
			first=$((first + 3))
			while [ $i -le "$n" ]; do
				case="init $kind${sticky:+ sticky} at $i"
				rm -rf "$S" && mkdir "$S"
				faulty $i "$kind" "$sticky" "$cmd"
				rc=$?
				check_init
				i=$((i + by))
			done
			done_row "$kind${sticky:+ from then on}, $n calls"
		done
	done
}

act_row() {
	case $1 in
	act-add) what="add type=call subject=New start=fri opp=$2" ;;
	act-set) what='set Call where=Here remind=15m' ;;
	act-done) what='set Phone state=done percent=100' ;;
	act-rm) what='rm Call Phone' ;;
	act-move) what='set Call Phone owner=bo' ;;
	act-archive) what='set Old result=more' ;;
	esac
	row "$1" acts crm-act "crm-act $what"
}

total=0 first=0
for r; do
	[ -f "$W/ids" ] || template base
	step=$every
	# shellcheck disable=SC2046 # ids are words
	set -- $(cat "$W/ids")
	case $r in
	add) row add base crm-opp 'crm-opp add Door 5k stage=negotiation' ;;
	set) row set base crm-opp "crm-opp set $* amount=7000" ;;
	stage) row stage base crm-opp "crm-opp lose $* --reason price" ;;
	apply) (echo id,amount; for i; do echo "$i,55"; done) >"$W/in/apply.csv"
		row apply base crm-opp "crm-opp apply - <$W/in/apply.csv" ;;
	import) row import base crm-opp "crm-opp import $W/io/small.csv" ;;
	bulk) step=$((every * 3 - 2)) # it takes its time
		row bulk base crm-opp "crm-opp import $W/io/bulk.csv" ;;
	undo-set) row undo-set undo-set crm 'crm undo' ;;
	undo-import) row undo-import undo-import crm 'crm undo' ;;
	doc) row doc base crm "crm doc add $1 $W/in/small.csv" ;;
	issue) row issue quote crm-quote 'crm-quote issue Offer' ;;
	order) row order order crm-quote 'crm-quote order Offer' ;;
	pay) row pay pay crm-order 'crm-order pay Offer 10' ;;
	deliver) row deliver deliver crm-order 'crm-order deliver Offer all' ;;
	quotes) awk 'BEGIN { print "Quote Number,Subject,Quote Stage,Grand Total"
		for (i = 0; i < 40; i++)
			printf "A-%d,Old %d,%s,%d.50\n", i, i,
			    i % 2 ? "sent" : "accepted", i }' >"$W/in/quotes.csv"
		row quotes base crm-quote "crm-quote import $W/in/quotes.csv" ;;
	convert) row convert base crm-lead 'crm-lead convert Li\ Wei' ;;
	hand) row hand hand crm-opp "crm-opp set $1 $2 amount=9" ;;
	merge) row merge merge crm 'crm merge-finish' ;;
	init) row_init ;;
	act-*) [ -f "$W/tpl/acts.made" ] || template acts
		act_row "$r" "$1" ;;
	esac
done
echo "# $total faults in all"
done_testing
