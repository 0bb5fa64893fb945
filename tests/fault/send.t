#!/bin/sh
# send.t: crm-quote send is killed before its calls that change the disk, a
# sample of them (SWEEP_STEP): what is recorded as sent was sent, a mail in the
# Maildir is whole, and the store is sound.
. "${0%/*}/../lib.sh"
lib=$(realpath "$repo/${SWEEP_LIB:-build/release/fault.so}")
[ -e "$lib" ] || t_skip_rest 'fault.so is not built'
case $(ldd "$CRM_BIN/crm" 2>/dev/null) in
*libasan*) t_skip_rest 'the sanitizer has its own calls' ;;
esac
t_store
crm-account add Acme >/dev/null
Q=$(crm-quote new Acme name=Windows)
crm-quote line add "$Q" name=Work price=500 >/dev/null
crm-quote issue "$Q" >/dev/null
mkdir -p "$T/box/new" "$T/box/tmp"
cd "$T" || exit 1
mv acme tpl

# send N: the store anew, killed at call N; its status in $rc
send() {
	rm -rf acme md
	cp -a tpl acme && cp -a box md && cd acme || exit 1
	(
		FAULT_PROG=crm FAULT_AT=$1 FAULT_KIND=kill FAULT_COUNT=$T/count \
		    LD_PRELOAD=$lib crm quote send "$Q" --to ada@example.org \
		    --format text --maildir "$T/md" >"$T/out" 2>&1
		exit $?
	) 2>/dev/null
	rc=$?
	cd ..
}
send 1000000
calls=$(cat count)
t_same 'it is sent where nothing is in the way' '0 1' "$rc $(ls md/new | wc -l)"
size=$(cat md/new/* | wc -c)
bad='' sent=0 kept=0
for n in $(seq 1 "${SWEEP_STEP:-5}" "$calls"); do
	send "$n"
	state=$(cd acme && crm get "$Q.state")
	mails=$(ls md/new | wc -l)
	sent=$((sent + mails))
	[ "$mails" = 0 ] || [ "$(cat md/new/* | wc -c)" = "$size" ] ||
	    bad="$bad $n:half"
	case $state in
	sent) kept=$((kept + 1))
		[ "$mails" = 1 ] || bad="$bad $n:unsent" ;;
	issued) ;;
	*) bad="$bad $n:$state" ;;
	esac
	(cd acme && crm-account add "After $n" >/dev/null 2>&1 &&
	    crm check >/dev/null 2>&1 &&
	    [ -z "$(git status --porcelain)" ]) || bad="$bad $n:broken"
done
t_same 'killed anywhere, what is recorded was sent, and whole' '' "$bad"
t 'killed before and after it was sent' test "$kept" -le "$sent" -a "$sent" -gt 0
echo "# $calls calls; sent $sent times, recorded $kept times"
done_testing
