#!/bin/sh
# clones.t: two clones issue, order and are paid at once, and one of them is
# killed at some moment: crm alone, or with all that it has started. What was
# cut off is gone on with. In the end quotes and orders are numbered from 1 on,
# none twice and none left out, and each order was paid once.
#
#   CLONES_ROUNDS=N    4; 50 take some minutes
#   CLONES_SEED=N      of the moments; else another one in each run, which is
#                      said
. "${0%/*}/../lib.sh"
rounds=${CLONES_ROUNDS:-4} seed=${CLONES_SEED:-$$}
echo "# CLONES_SEED=$seed CLONES_ROUNDS=$rounds"
t_store ana
crm-account add Acme >"$OUT"
cd "$T" || exit 1
git clone -q --bare ana hub
git -C ana remote add origin "$T/hub"
(cd ana && git push -qu origin main)
git clone -q hub bo && crm init bo >"$OUT" 2>&1
for who in ana bo; do git -C $who config pull.rebase false; done
export CRM_SEED=

# Of a clone: what is not done yet, by what the store says; and two more.
cat >work <<'END'
cd "$1" || exit 1
[ -z "$2" ] || for i in a b; do
	crm-quote new Acme name="$1 $2 $i" >/dev/null
done
for q in $(crm-quote list name~"$1" state:draft -o ids); do
	[ "$(crm-quote line list "$q" -o count)" != 0 ] ||
		crm-quote line add "$q" name=Work price=30 >/dev/null
	crm-quote issue "$q" >/dev/null
done
for q in $(crm-quote list name~"$1" state:issued,accepted -o ids); do
	crm-quote order "$q" --accept >/dev/null
done
for o in $(crm-order list name~"$1" -c id,paid -o csv | sed -n 's/,0.00$//p'); do
	crm-order pay "$o" 30 >/dev/null
done
END

random() { # N: of 0 to N - 1
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	random=$((seed / 65536 % $1))
}
round() {
	cd "$T" || exit 1
	setsid sh work ana "$r" 2>>said.ana &
	ana=$!
	setsid sh work bo "$r" 2>>said.bo &
	bo=$!
	random 2
	[ "$random" = 0 ] && victim=$ana || victim=$bo
	random "$took"
	sleep "$((random / 100)).$(printf %02d $((random % 100)))"
	random 2
	if [ "$random" = 0 ]; then
		kill -KILL -- "-$victim" && kills=$((kills + 1))
	else
		# the git that it waits for goes on beside what comes next
		for i in 1 2 3 4 5 6 7 8 9; do
			pids=$(pgrep -g "$victim" '^crm')
			[ -z "$pids" ] || break
		done
		# shellcheck disable=SC2086 # numbers
		[ -z "$pids" ] || ! kill -KILL $pids || kills=$((kills + 1))
	fi
	wait "$ana"
	wait "$bo"
} 2>/dev/null
sync() {
	for who in ana bo ana; do
		(cd "$T/$who" && crm-quote list -o count >/dev/null &&
			git pull -q --no-edit && git push -q) >"$T/sync" 2>&1 ||
		    { bad="$bad $r:$who"; sed "s/^/# $r: $who: /" "$T/sync"; }
	done
}

kills=0 bad='' r=0
# two thirds of what a round takes, in hundredths of a second: within that
t0=$(date +%s%N)
(sh work ana 0 & sh work bo 0; wait) 2>said
took=$((($(date +%s%N) - t0) / 15000000 + 1))
sync
while [ $r -lt "$rounds" ]; do
	r=$((r + 1))
	round
	sync
done
t_same 'whoever was killed, both can pull and push' '' "$bad"
t 'somebody was killed' test "$kills" -gt 0
cd "$T" || exit 1
for who in ana bo; do
	sh work $who '' 2>said || :
	t_same "$who goes on with what was cut off" '' \
	    "$(grep -v ' left to pay$' said)"
done
sync
sync
cd "$T/bo" || exit 1
quotes=$(crm-quote list -o count)
t_same 'nothing is left to do' 0 \
    "$(crm-quote list state:draft,issued,accepted -o count)"
t_same "$quotes quotes, numbered from 1 on" "$(seq -f 'Q2026-%04g' "$quotes")" \
    "$(crm-quote list -c number -o csv | sed 1d | sort)"
t_same 'as many orders, too' "$(seq -f 'R2026-%04g' "$quotes")" \
    "$(crm-order list -c number -o csv | sed 1d | sort)"
t_same 'each was paid once' "$quotes" \
    "$(crm-order list -c paid,owing -o csv | grep -cx '30.00,0.00')"
for s in quote order; do
	t_same "the chain of ${s}s has each once" "$(seq "$quotes")" \
	    "$(git --git-dir="$T/hub" log --format=%s "refs/crm/numbers/$s-2026" |
		cut -d' ' -f1 | sort -n)"
done
for who in ana bo; do
	cd "$T/$who" || exit 1
	t "$who: crm check" crm check
	t_same "$who: git status" '' "$(git status --porcelain)"
	t_same "$who: git fsck" '' "$(git fsck --strict --no-dangling 2>&1)"
	t_same "$who: no conflict" 0 "$(crm conflict list -o count)"
	t_same "$who: nothing is left over" '' "$(find .git \( -name '*.lock' \
	    -o -path '*/crm/tmp/*' -o -name txn -o -name '*tmp_*' \))"
done
t_same 'the hub: git fsck' '' \
    "$(git --git-dir="$T/hub" fsck --strict --no-dangling 2>&1)"
echo "# $kills of $rounds rounds killed somebody"
done_testing
