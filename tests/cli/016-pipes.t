#!/bin/sh
# ids and rows through pipes; apply.
. "${0%/*}/../lib.sh"
t_store
for i in 1 2 3 4 5; do
	crm-opp add "D$i" "${i}000" close=2026-12-0$i >/dev/null
done
n() { git rev-list --count HEAD; }
val() { crm-opp list -c "$2" -o tsv "name:$1" | tail -n +2; }
clean() { test -z "$(git status --porcelain)"; }
t 'ids | head | set -: one commit' '
	was=$(n)
	crm-opp list -s name -o ids | head -n 3 | crm-opp set - next=call >got
	test "$(n)" = $((was + 1)); test "$(wc -l <got)" = 3
	test "$(crm-opp list next:call -o count)" = 3; rm got
'
t 'csv into set' '
	crm-opp list amount:4000.. -o csv | crm-opp set - next=write
	test "$(crm-opp list next:write -o count)" = 2
'
t 'and on through commands' '
	test "$(crm-opp list -o ids | crm-opp set - next=x | crm-opp tag - +t | crm-opp list - -o count)" = 5
'
t 'while read; set does not deadlock' '
	timeout 60 sh -c "crm-opp list -o ids | while read -r id; do crm-opp set \$id next=loop --wait 5 || exit 1; done"
	test "$(crm-opp list next:loop -o count)" = 5
'
t 'a slow pipe holds nothing' '
	{ sleep 3; crm-opp show D1 -o ids; } | crm-opp list - -o count >../slow &
	{ sleep 3; crm-opp show D1 -o ids; } | crm-opp set - next=loop >../slow2 &
	{ sleep 3; echo name; echo Slow; } | crm-account import - >../slow3 &
	sleep 0.5; crm-opp set D2 next=loop --wait 1; wait
	test "$(cat ../slow)" = 1
	test "$(crm-account list name:Slow -o count)" = 1
'
t 'a long list does not either' '
	i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); printf "C2610-%08d,N%d\n" $i $i; done >../rows
	mkdir -p contacts/2026; { echo id,name; cat ../rows; } >contacts/2026/10.csv
	git add contacts; git commit -qm contacts
	timeout 60 sh -c "crm-contact list -o csv | { read -r h; read -r l; crm-contact set N5 city=X --wait 5 || exit 1; cat >/dev/null; }"
	test "$(crm-contact list city:X -o count)" = 1
'
t_exit 66 'an id that is not there' 'echo O2611-00000000 | crm-opp set - next=y'
t_exit 66 'a name that is not' 'echo Nope | crm-opp set - next=y'
t_err 'with its line' 'stdin:1:'
t_exit 64 'ids of another kind' 'crm-contact show N5 -o ids | crm-opp set - next=y'

# apply
t 'list | mlr | apply' '
	was=$(n)
	crm-opp list -o csv | mlr --csv put "\$amount = \$amount + 1" | crm-opp apply -
	test "$(n)" = $((was + 1)); clean
	test "$(val D3 amount)" = 3001.00
'
t 'nothing changed, nothing done' 'was=$(n); crm-opp list -o csv | crm-opp apply -; test "$(n)" = $was'
t 'fewer columns' 'crm-opp list -c id,name,next -o csv name:D1 | sed s/loop/cols/ | crm-opp apply -; test "$(val D1 next)" = cols; test "$(val D1 amount)" = 1001.00'
t_err 'without _base it says that it overwrites' 'overwrite'
t 'tsv, too' 'crm-opp list -o tsv | sed "s/loop/tabbed/" | crm-opp apply -; test "$(val D2 next)" = tabbed'
t 'names for references' 'crm-account add Acme; printf "id,account\n%s,Acme\n" $(crm-opp show D1 -o ids) | crm-opp apply -; test "$(val D1 account.name)" = Acme'
t 'unknown columns of files' '
	sed -i "1s/$/,x_y/; 2,\$s/$/,1/" opps/2026/11.csv; git commit -qam x
	crm-opp list -o csv | mlr --csv put "\$x_y = 2" | crm-opp apply -
	test "$(val D4 x_y)" = 2; clean
'
t 'dotted and computed columns are left alone' '
	crm-opp list -c id,next,account.name,weighted,state -o csv name:D1 | sed s/cols/dots/ | crm-opp apply -
	test "$(val D1 next)" = dots
'
t_err 'and said' 'account.name'
t_exit 64 'an unknown column' 'printf "id,nxt\nO2611-00000000,x\n" | crm-opp apply -'
t_err 'the nearest' 'next'
t_exit 65 'no id column' 'printf "name,next\na,x\n" | crm-opp apply -'
t_exit 66 'a record that is not there' 'printf "id,next\nO2611-00000000,x\n" | crm-opp apply -'
t_exit 65 'a bad cell' 'printf "id,close\n%s,soon\n" $(crm-opp show D1 -o ids) | crm-opp apply - || { r=$?; test $r = 64 && r=65; exit $r; }'
t_err 'line and field' 'stdin:2: .*close'
t 'one bad row: none is written' '
	was=$(git rev-parse HEAD)
	{ echo id,next,probability; crm-opp list -o ids | sed "s/$/,bad,10/"; } | sed "\$s/10$/101/" >../bad
	! crm-opp apply - <../bad
	test "$(git rev-parse HEAD)" = $was; clean
'
t_exit 64 'apply without -' crm-opp apply
t_exit 64 'both' 'crm-opp apply - --ours --theirs </dev/null'

# stale rows
crm-opp list -o csv name:D5 >"$T/stale"
crm-opp set D5 next=theirs source=web >/dev/null
t 'other cells merge' '
	mlr --csv put "\$competitor = \"Us\"" "$T/stale" | crm-opp apply -
	test "$(val D5 next,source,competitor)" = "theirs	web	Us"
'
t_exit 1 'the same cell: refused' 'mlr --csv put "\$next = \"ours\"; \$type = \"T\"" "$T/stale" | crm-opp apply -'
t_err 'showing all three' "next: 'tabbed' became 'theirs' here and 'ours' there"
t 'nothing changed' 'test "$(val D5 next,type)" = "theirs	"; clean'
t '--ours keeps the store'"'"'s' 'mlr --csv put "\$next = \"ours\"; \$type = \"T\"" "$T/stale" | crm-opp apply - --ours; test "$(val D5 next,type)" = "theirs	T"'
t '--theirs takes the rows'"'"'' 'mlr --csv put "\$next = \"ours\"" "$T/stale" | crm-opp apply - --theirs; test "$(val D5 next)" = ours'
t 'without _base it clobbers' 'mlr --csv cut -x -f _base then put "\$next = \"blunt\"" "$T/stale" | crm-opp apply -; test "$(val D5 next)" = blunt'
t_err 'and says so' '1 row has no _base'
t_exit 65 'a _base that is none' 'sed "2,\$s/,[0-9a-f]*$/,zzz/" "$T/stale" | crm-opp apply -'
t 'a record that is gone' '
	crm-opp list -o csv name:D4 | mlr --csv put "\$next = \"z\"" >"$T/gone"; crm-opp rm D4'
t_exit 66 'is told' 'crm-opp apply - <"$T/gone"'
was=$(git rev-parse HEAD)
t 'apply -n shows the cells' 'crm-opp list -o csv name:D1 | sed s/dots/dry/ | crm-opp apply - -n >"$T/cells"; grep -q ",next,dots,dry" "$T/cells"'
t 'and changes nothing' 'test "$(git rev-parse HEAD)" = $was; clean'
t 'its cells are not rows' '! crm-opp apply - <"$T/cells"'
t 'a thousand rows, one commit' '
	was=$(n); crm-contact list -o csv | mlr --csv put "\$city = \"C\"" | crm-contact apply - >/dev/null
	test "$(n)" = $((was + 1)); test "$(crm-contact list city:C -o count)" = 3000; clean
'
t 'export from one store, add to another by import is not apply' 'crm-opp export | crm-opp apply -'
crm-opp add Yen 'JPY 100' >/dev/null
yen=$(crm-opp show Yen -o ids)
t 'the currency is read before the amount' 'printf "id,amount,currency\n%s,100.50,USD\n" "$yen" | crm-opp apply -; test "$(val Yen amount,currency)" = "100.50	USD"'
t 'what is there goes along' 'crm-opp set Yen amount=7; printf "id,currency\n%s,JPY\n" "$yen" | crm-opp apply -; test "$(val Yen amount,currency)" = "7	JPY"'
t_exit 65 'two rows of one record' 'printf "id,next\n%s,a\n%s,b\n" "$yen" "$yen" | crm-opp apply -'
t_err 'are told by their lines' "stdin:3: $yen is in line 2 already"
t_exit 65 'a column twice' 'printf "id,next,next\n%s,a,b\n" "$yen" | crm-opp apply -'
t_err 'is named' "stdin:1: column 'next' is there twice"
t 'fsck' 'git fsck --strict'
done_testing
