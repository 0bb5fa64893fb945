#!/bin/sh
# number.t: numbers that a remote gives, where whoever takes one fails at a call
# that changes the disk, or is killed there: a sample of them (SWEEP_STEP). The
# state is the old one or the new one, what is taken is not lost, and when it is
# done again, numbers follow without a gap, none twice.
. "${0%/*}/../lib.sh"
lib=$(realpath "$repo/${SWEEP_LIB:-build/release/fault.so}")
[ -e "$lib" ] || t_skip_rest 'fault.so is not built'
case $(ldd "$CRM_BIN/crm" 2>/dev/null) in
*libasan*) t_skip_rest 'the sanitizer has its own calls' ;;
esac
step=${SWEEP_STEP:-9}
kinds=${SWEEP_KINDS:-kill ENOSPC EIO EINTR}
t_store
crm-account add Acme >"$OUT"
offer() { # NAME: a draft
	q=$(crm-quote new Acme name="$1") &&
	    crm-quote line add "$q" name=Work price=500 >/dev/null
}
for n in One Two Three Four; do offer $n; done
cd "$T" && mkdir tpl && git clone -q --bare acme tpl/hub || exit 1
mv acme tpl/ana
git -C tpl/ana remote add origin ../hub
(cd tpl/ana && git push -qu origin main &&
	crm-quote issue One && crm-quote issue Three &&
	crm-quote order One --accept) >"$OUT" 2>"$ERR" || cat "$ERR"

# try N KIND STICKY COMMAND: in stores anew; its status in $rc
try() {
	rm -rf w
	cp -a tpl w && cd w/ana || exit 1
	(
		[ -z "$3" ] || export FAULT_STICKY=1
		FAULT_PROG=crm FAULT_AT=$1 FAULT_KIND=$2 FAULT_COUNT=$T/count \
		    LD_PRELOAD=$lib sh -c "exec $4" >"$T/out" 2>"$T/say"
		exit $?
	) 2>/dev/null
	rc=$?
}
numbers() { # quote | order: those given
	"crm-$1" list -c number -o csv | grep '^[QR]' |
	    sort | paste -sd' '
}
# What is issued is in the store and at the remote, or not in the store.
look() { # KIND WANTED COMMAND
	have=$(numbers "$1")
	status=$(git status --porcelain)
	case $rc:$have in
	0:"$2" | 73:"$2" | 137:"$2" | [1-9]*:"${2% *}") ;;
	*) bad="$bad $n:$rc:$have" ;;
	esac
	[ -z "$status" ] || bad="$bad $n:status"
	# once more, and one besides: he who took a number keeps it
	[ "$have" = "$2" ] || sh -c "$3" >"$T/again" 2>&1 ||
		bad="$bad $n:again:$(cat "$T/again")"
	[ "$(numbers "$1")" = "$2" ] || bad="$bad $n:$(numbers "$1")"
	crm check >"$T/again" 2>&1 || bad="$bad $n:check"
	chain=$(git --git-dir=../hub log --format=%s "refs/crm/numbers/$1-2026" |
		cut -d' ' -f3 | sort | paste -sd' ')
	[ "$chain" = "$2" ] || bad="$bad $n:chain:$chain"
	[ -z "$(git fsck --strict --no-dangling 2>&1)$(
		git --git-dir=../hub fsck --strict --no-dangling 2>&1)" ] ||
	    bad="$bad $n:fsck"
	cd "$T" || exit 1
}
sweep() { # NAME KIND WANTED COMMAND
	try 0 kill '' "$4"
	t_same "$1: it works where nothing is in the way" "0 $3" "$rc $(numbers "$2")"
	cd "$T" || exit 1
	calls=$(cat count) first=0
	for kind in $kinds; do
		for sticky in '' 1; do
			[ "$kind$sticky" != kill1 ] || continue
			bad='' cases=0 n=$((first % step + 1))
			first=$((first + 3))
			while [ $n -le "$calls" ]; do
				try "$n" "$kind" "$sticky" "$4"
				look "$2" "$3" "$4"
				cases=$((cases + 1)) n=$((n + step))
			done
			t_same "$1: $kind${sticky:+ from then on}, $calls calls: $cases cases" \
			    '' "$bad"
		done
	done
}
sweep issue quote 'Q2026-0001 Q2026-0002 Q2026-0003' 'crm quote issue Two'
sweep order order 'R2026-0001 R2026-0002' 'crm quote order Three --accept'
done_testing
