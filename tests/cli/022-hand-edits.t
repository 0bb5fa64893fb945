#!/bin/sh
# Files changed by an editor, by git, staged and not.
. "${0%/*}/../lib.sh"
t_store
crm-opp add D1 1000 >/dev/null
crm-opp add D2 2000 >/dev/null
crm-account add Acme >/dev/null
f=opps/2026/11.csv
n() { git rev-list --count HEAD; }
clean() { test -z "$(git status --porcelain)"; }
id() { crm-opp show "$1" -o ids; }

t 'counts at once' '
	sed -i "s/,D1,/,D1x,/" $f
	test "$(crm-opp list name:D1x -o count)" = 1
'
t 'is committed by itself first' '
	was=$(n); crm-opp set D2 next=call
	test "$(n)" = $((was + 2)); clean
	git log -2 --format=%s | tail -n 1 | grep -q "^hand edit: $f"
	git show HEAD~ | grep -q "^+.*,D1x,"
	! git show HEAD~ | grep -q "^+.*call"
	git show HEAD | grep -q "^+.*call"
'
t 'names the records' 'git log -1 --skip=1 --format=%B | grep -q "^Crm-Ids: $(id D1x)"'
t 'only ids of the command are printed' '
	sed -i "s/,D1x,/,D1,/" $f
	test "$(crm-opp set D2 next=write)" = "$(id D2)"
'
t 'a stage changed by hand is in stage-changes' '
	sed -i "/,D1,/s/,prospecting,/,quotation,/" $f
	crm-opp set D2 next=mail; clean
	grep -q "$(id D1),prospecting,quotation,2026-11-21T10:00:00Z,U2611-" stage-changes/2026/11.csv
	git show --stat --format= HEAD~ | grep -q stage-changes
'
t 'together with one of the command' '
	sed -i "/,D1,/s/,quotation,/,negotiation,/" $f
	crm-opp stage D2 qualification; clean
	test "$(mlr --icsv --ojson cat stage-changes/2026/11.csv | jq length)" = 3
'
t 'also where the command fails behind it' '
	sed -i "/,D1,/s/,negotiation,/,quotation,/" $f
	! crm-opp set D2 close=never
	! crm-opp lose D2 --reason nonsense
	crm-opp set D2 next=last; clean
	test "$(mlr --icsv --ojson cat stage-changes/2026/11.csv | jq length)" = 4
'
t 'another file is left alone' '
	echo "A2611-00000000,Hand" >x; mlr --icsv --ocsv --quote-original cat x >/dev/null 2>&1; rm x
	sed -i "s/,Acme,/,Acme Ltd,/" accounts/2026/11.csv
	crm-opp set D2 next=now
	test "$(git status --porcelain)" = " M accounts/2026/11.csv"
'
t 'until it is its turn' 'crm-account set "Acme Ltd" city=X; clean'
t 'a row added by hand, unsorted' '
	head -n 2 $f | tail -n 1 | sed "s/^O2611-......../O2611-zzzzzzzz/; s/,D[12],/,D3,/" >../row
	{ head -n 1 $f; cat ../row; tail -n +2 $f; } >../new; cat ../new >$f
	crm-opp set D2 next=sorted; clean
	tail -n +2 $f | cut -d, -f1 | sort -c
	test "$(crm-opp list name:D3 -o count)" = 1
'
t 'a row taken away by hand' 'sed -i "/^O2611-zzzzzzzz/d" $f; crm-opp set D2 next=gone; clean; test "$(crm-opp list name:D3 -o count)" = 0'
t 'a file added by hand' '
	mkdir -p leads/2026; printf "id,name\nL2610-aaaaaaaa,Hand\n" >leads/2026/10.csv
	crm-lead set Hand city=Rome; clean
	test "$(git log -1 --skip=1 --format=%s)" = "hand edit: leads/2026/10.csv"
'
t 'a file removed by hand' '
	crm-lead add Other; rm leads/2026/10.csv leads/2026/11.csv
	crm-lead add Third; test "$(crm-lead list -o count)" = 1
	git status --porcelain | grep -q "^ D leads/2026/10.csv"; git add -A; git commit -qm gone
'

# invalid
bad() {
	cp $f ../keep
	sed -i "$1" $f
	cp $f ../bad
}
for i in 'stage|/,D1,/s/,quotation,/,nonsense,/' 'amount|s/,1000.00,/,10x0,/' \
	'currency|/,D1,/s/,EUR,/,EUX,/' 'name|s/,D1,/,,/'; do
	bad "${i#*|}"
	t_exit 65 "${i%%|*} that is wrong" crm-opp set D2 next=z
	t_err 'file and line' "$f:[23]: "
	t 'nothing was changed' 'cmp $f ../bad; test "$(git status --porcelain)" = " M $f"'
	cp ../keep $f
done
bad '/,D1,/s/,quotation,/,lost,/'
t_exit 65 'a loss without a reason' crm-opp set D2 next=z
cp ../keep $f
bad '1s/,name,/,nam,/'
t_exit 65 'a header without a required column' crm-opp set "$(cut -d, -f1 ../keep | tail -n 1)" next=z
cp ../keep $f
t 'a dry run only checks' '
	was=$(n); sed -i "s/,D1,/,D1y,/" $f; crm-opp set D2 next=dry -n
	test "$(n)" = "$was"; test "$(git status --porcelain)" = " M $f"; git checkout -q $f
'
t_exit 65 'and refuses what is wrong' 'sed -i "/,D1,/s/,quotation,/,nonsense,/" $f; crm-opp set D2 next=z -n'
git checkout -q $f

# staged
t 'fully staged is like not staged' '
	sed -i "s/,D1,/,D1s,/" $f; git add $f; crm-opp set D2 next=st; clean
	git log -1 --skip=1 --format=%s | grep -q "^hand edit"
'
t_exit 75 'partly staged is refused' '
	sed -i "s/,D1s,/,D1t,/" $f; git add $f; sed -i "s/,D1t,/,D1u,/" $f
	crm-opp set D2 next=z'
t_err 'with what to do' 'restore --staged'
t 'nothing was changed' 'test "$(git status --porcelain)" = "MM $f"; git show :$f | grep -q ",D1t,"; grep -q ",D1u," $f; git reset -q --hard'
t 'staged entries of other files survive' '
	echo x >notes.txt; git add notes.txt
	sed -i "s/,Acme Ltd,/,Acme AG,/" accounts/2026/11.csv; git add accounts; sed -i "s/,Acme AG,/,Acme KG,/" accounts/2026/11.csv
	crm-opp set D2 next=both
	test "$(git status --porcelain | tr "\n" "|")" = "MM accounts/2026/11.csv|A  notes.txt|"
	git show :accounts/2026/11.csv | grep -q "Acme AG"; grep -q "Acme KG" accounts/2026/11.csv
	git commit -qm own; git show --stat --format= HEAD | grep -q notes.txt
	git checkout -q .
'
t 'a removal that is staged' 'git rm -q --cached notes.txt; crm-opp set D2 next=rm; test "$(git status --porcelain | tr "\n" "|")" = "D  notes.txt|?? notes.txt|"; git reset -q'
t 'files that git ignores are none of ours' 'echo "*.bak" >.git/info/exclude; cp $f opps/2026/11.csv.bak; crm-opp set D2 next=ig; clean; rm opps/2026/*.bak'
t 'git add and commit at the same time' '
	for i in 1 2 3 4 5 6 7 8 9 10; do
		# 75 is "try again": git was quicker
		until CRM_SEED=$i crm-opp set D2 next=c$i --wait 30; do
			test $? = 75 || { touch ../failed; break; }
		done
	done &
	for j in 1 2 3 4 5 6 7 8 9 10; do
		echo $j >>notes.txt; git add notes.txt 2>/dev/null && git commit -qm "g$j" -- notes.txt 2>/dev/null || :
	done
	wait; test ! -e ../failed
	git add notes.txt; git commit -qm last || :
	clean; test "$(crm-opp list name:D2 -c next -o tsv | tail -n 1)" = c10
	test "$(cat notes.txt | wc -l)" = 11; git fsck --strict
'
t 'a file that has lost its ids' 'sed -i "1s/^id,/ident,/" $f'
for v in 'list -o count' 'list -c name' 'list -s name' 'list name:D1'; do
	t_exit 65 "is refused by $v" crm-opp $v
	t_err 'with the place' "opps/2026/11.csv:1: there is no column 'id'"
done
git checkout -q .
t 'HEAD is readable after all of it' 'git log --stat >/dev/null; crm check'
done_testing
