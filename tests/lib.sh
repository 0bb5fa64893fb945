# shellcheck shell=sh
# lib.sh: what every test script begins with:
#
#	#!/bin/sh
#	. "${0%/*}/../lib.sh"
#	t_store
#	t 'add prints the id' crm-account add name=Acme
#	t 'both are listed' '
#		crm-account add name=Beta
#		test "$(crm-account list -o count)" = 2
#	'
#	t_exit 66 'no such record' crm-account show Gamma
#	t_err 'it is named' Gamma
#	done_testing
#
# The script runs in a fresh folder $T, which is also HOME. Nothing of the
# machine's settings is seen; time stands still until t_tick. Names that begin
# with t_ belong to this file.

tests=$(cd "${0%/*}/.." && pwd -P) || exit 1
repo=${tests%/*}
base=${TMPDIR:-/tmp}
[ -d /dev/shm ] && [ -w /dev/shm ] && base=/dev/shm
T=$(mktemp -d "$base/crm-test.XXXXXX") || exit 1
trap 'cd / && rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM

# Of the environment only where things are: CRM_BIN, CRM_DATA.
for t_i in $(env | grep -oE '^((CRM|GIT|XDG|LC|PYTHON|MLR|GNUPG|SSH)[A-Z_0-9]*|.*PAGER|NO_COLOR|VISUAL|EDITOR|EMAIL|LANGUAGE|COLUMNS|LINES|LESS|TZDIR|SOURCE_DATE_EPOCH|POSIXLY_CORRECT)=' | tr -d =); do
	case $t_i in CRM_BIN | CRM_DATA) ;; *) unset "$t_i" ;; esac
done
umask 022
export HOME="$T" XDG_CONFIG_HOME="$T/.config" TMPDIR="$T"
export TZ=UTC LC_ALL=C.UTF-8 LOGNAME=ana USER=ana TERM=dumb
export CRM_SEED=1 CRM_GC=0 CRM_SHARE="$repo/share"
export CRM_BIN="${CRM_BIN:-$repo/bin}"
export PATH="$CRM_BIN:$PATH" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$T/.gitconfig"
cat >"$T/.gitconfig" <<'END'
[user]
	name = Ana Test
	email = ana@example.com
[init]
	defaultBranch = main
END
cd "$T" || exit 1
t_n=0 t_failed=0 t_side=0
OUT=$T/.out ERR=$T/.err # of the last t or t_exit

# The clock of crm and of git itself.
t_now() {
	export CRM_NOW="$1" GIT_AUTHOR_DATE="$1" GIT_COMMITTER_DATE="$1"
}
t_now 2026-11-21T10:00:00Z

# t_tick SECONDS: later, the clock goes on.
t_tick() {
	t_now "$(date -u -d "$CRM_NOW + $1 seconds" +%Y-%m-%dT%H:%M:%SZ)"
}

# t_result STATUS NAME: one line of TAP; 0 passes.
t_result() {
	t_n=$((t_n + 1))
	[ "$1" -eq 0 ] && echo "ok $t_n - $2" && return
	echo "not ok $t_n - $2"
	t_failed=$((t_failed + 1))
}

# t_exit CODE NAME COMMAND...: the command ends with that status. One word is
# a block of sh, run with set -e in a shell of its own (cd and variables stay
# there). What it printed is shown where the test fails.
t_exit() {
	t_want=$1 t_name=$2
	shift 2
	if [ $# -eq 1 ]; then
		(set -e && eval "$1") >"$OUT" 2>"$ERR"
	else
		("$@") >"$OUT" 2>"$ERR"
	fi
	t_got=$?
	[ "$t_got" -eq "$t_want" ]
	t_result $? "$t_name"
	[ "$t_got" -eq "$t_want" ] && return
	echo "# exit $t_got, not $t_want: $*" | sed '2,$s/^/# /'
	sed 's/^/# stdout: /' "$OUT" | head -n 100
	sed 's/^/# stderr: /' "$ERR" | head -n 100
}

# t NAME COMMAND...: it succeeds.
t() { t_exit 0 "$@"; }

# t_out and t_err NAME PATTERN: what the last t or t_exit printed on stdout or
# stderr has a line that matches (extended regular expression).
t_out() { t_match "$1" "$2" "$OUT"; }
t_err() { t_match "$1" "$2" "$ERR"; }
t_match() {
	grep -Eq -e "$2" "$3"
	set -- $? "$@"
	t_result "$1" "$2"
	[ "$1" -eq 0 ] && return
	echo "# nothing matches: $3"
	sed 's/^/# /' "$4" | head -n 100
}

# t_same NAME WANT GOT: equal; each a file, or else the text itself.
t_same() {
	for t_i in "$2" "$3"; do
		if [ -n "$t_i" ] && [ -f "$t_i" ]; then cat "$t_i"
		else printf '%s\n' "$t_i"; fi >"$T/.same$((t_side = (t_side + 1) % 2))"
	done
	diff -u -L want -L got "$T/.same1" "$T/.same0" >"$T/.diff" 2>&1
	t_result $? "$1"
	sed 's/^/# /' "$T/.diff" | head -n 100
}

# t_skip NAME WHY
t_skip() {
	t_n=$((t_n + 1))
	echo "ok $t_n - $1 # SKIP $2"
}

# t_skip_rest WHY: leaves out what follows, and ends the script.
t_skip_rest() {
	[ "$t_n" -eq 0 ] && echo "1..0 # SKIP $1" && exit 0
	t_skip 'the rest' "$1"
	done_testing
}

# t_store [NAME [OPTION...]]: a new store, which becomes the current folder.
t_store() {
	t_name=${1:-acme}
	[ $# -gt 0 ] && shift
	[ $# -eq 0 ] && set -- --currency EUR
	cd "$T" && crm init "$t_name" "$@" >"$OUT" 2>"$ERR" &&
	    cd "$t_name" && return
	sed 's/^/# /' "$ERR"
	echo "Bail out! no store: crm init $t_name $*"
	exit 1
}

# t_data NAME: sets DATA to a folder of real data; without it skips the rest.
t_data() {
	DATA=${CRM_DATA:-$repo/../shared/data}/$1
	[ -e "$DATA" ] || t_skip_rest "no real data $1 (CRM_DATA is its folder)"
}

done_testing() {
	echo "1..$t_n"
	[ "$t_failed" -eq 0 ]
	exit $?
}
