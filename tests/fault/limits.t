#!/bin/sh
# limits.t: what the machine itself refuses: output, sizes of files, open
# files, a full disk. Status 73 is said only of what is committed, and a
# failure only of what is not.
# shellcheck disable=SC2016,SC2034 # blocks of sh
. "${0%/*}/../lib.sh"
t_store
a=$(crm-opp add Roof 5k)
rev() { git rev-parse HEAD; }
clean() { test -z "$(git status --porcelain)" && git fsck --strict; }

# limited LIMIT COMMAND...: under that limit; the store is new where the status
# is 0 or 73, old where it is another of a failure.
limited() {
	was=$(rev) st=0 limit=$1
	shift
	sh -c "ulimit $limit; exec \"\$@\"" sh "$@" >"$T/o" 2>&1 || st=$?
	case $st in
	0 | 73) [ "$(rev)" != "$was" ] ;;
	7[0-9]) [ "$(rev)" = "$was" ] ;;
	*) false ;;
	esac && return
	echo "ulimit $limit: status $st, $was, $(rev)"
	cat "$T/o"
	return 1
}

for how in '>/dev/full' '>&-'; do
	was=$(rev)
	t_exit 73 "add $how" "crm-opp add New 6k $how"
	t_err 'says that it is committed' 'committed, but cannot write to standard output'
	t_same 'it is' "$was" "$(git rev-parse HEAD~)"
	t_exit 73 "set $how" "crm-opp set $a amount=$((n = n + 1)) $how"
	t_exit 73 "undo $how" "crm undo $how"
	t "import prints no ids $how" "printf 'name,x\nA$n,1\n' | crm-account import - $how"
	was=$(rev)
	t_exit 74 "a dry run $how" "crm-opp set $a amount=77 -n $how"
	t_same 'changes nothing' "$was" "$(rev)"
	t_exit 74 "a list $how" "crm-opp list $how"
done
t 'no id went into a file of the store' clean
was=$(rev)
t_exit 73 'nobody reads the ids' '
	trap "" PIPE
	{ sleep 0.2; st=0; crm-opp add Pipe 1k || st=$?; echo $st >"$T/st"; } | true
	exit "$(cat "$T/st")"'
t_same 'it is committed' "$was" "$(git rev-parse HEAD~)"
t 'stdin and stderr closed, too' 'crm-opp set "$a" amount=11 <&- 2>&- >"$T/o"; test -s "$T/o"'
t_exit 65 'standard input is closed: nothing is read of a file' 'crm-account import - <&- || exit 65'
t 'all of it is sound' clean

note=$(seq 2000 | tr '\n' ' ')
t 'no file may grow' '
	for n in 0 1 2 4 8 16 32 64; do
		limited "-f $n" crm-opp set "$a" amount=1$n note="$note$n"
	done
	clean'

t 'few open files' '
	for n in 4 5 6 7 8 9 10 11 12 13 14 15 16 18 20 24; do
		limited "-n $n" crm-opp set "$a" amount=2$n
		crm-opp list -o count
	done
	clean'

cd "$T" || exit 1
mkdir small
if [ "$(id -u)" -ne 0 ] ||
    ! mount -t tmpfs -o size=600k,mode=700 tmpfs small 2>/dev/null; then
	t_skip 'a full disk' 'no tmpfs may be mounted here'
	t_skip 'a disk that is read only' 'no tmpfs may be mounted here'
	done_testing
fi
trap 'cd /; umount "$T/small"; rm -rf "$T"' EXIT
cp -a acme small/acme
cd small/acme || exit 1
t 'a full disk' '
	seen=
	for n in $(seq 400); do
		limited "-c 0" crm-opp set "$a" note="$(seq $((n * 7)) | tr "\n" " ")"
		test $st -ne 74 || seen=$((seen + 1))
		test "$(crm-opp list -o count)" -gt 1
		test "${seen:-0}" -lt 5 || break
	done
	test "${seen:-0}" -ge 5'
t_same 'the reason is told' 1 "$(grep -c 'No space left on device' "$T/o")"
t 'no harm is done' clean
t 'room again, and it goes on' '
	mount -o remount,size=8m "$T/small"
	crm-opp set "$a" amount=4711
	clean'
was=$(rev)
mount -o remount,ro "$T/small"
t 'a disk that is read only can be read' crm-opp list -o count
t_exit 77 'and not written' crm-opp set "$a" amount=4712
t_err 'is said' 'Read-only file system'
t_same 'nor is it' "$was" "$(rev)"
mount -o remount,rw "$T/small"
done_testing
