#!/bin/sh
# Conflicts that merging found are entered, whatever git and others do then.
. "${0%/*}/../lib_clones.sh"

# Both have what the other one has.
meet() {
	push bo
	pull ana
}

t_store hub
a=$(crm-opp add 'Acme roof' 48k next=x)
b=$(crm-opp add 'Beta floor' 10k)
t_clones

# A merge during which somebody writes: git has its lock, HEAD has not moved.
t_tick 60
mkdir "$T/slow"
cat >"$T/slow/driver" <<END
#!/bin/sh
crm merge-file "\$@" || exit
: >"$T/slow/begun"
n=0
while ! [ -e "$T/slow/go" ] && [ \$((n += 1)) -lt 200 ]; do sleep 0.05; done
END
chmod +x "$T/slow/driver"
t 'a command that writes while git merges' '
	as ana crm-opp set "$a" next=AAA
	as bo crm-opp set "$a" next=ZZZ
	push ana
	as bo git config merge.crm.driver "$T/slow/driver %O %A %B %P %L"
	as bo git pull -q --no-edit &
	n=0
	while ! [ -e slow/begun ] && [ $((n += 1)) -lt 200 ]; do
		sleep 0.05
	done
	as bo crm-opp set "$b" next=q --wait 1 && exit 1
	ls bo/.git/crm/conflicts/*.csv
	as bo crm merge-finish
	ls bo/.git/crm/conflicts/*.csv
	: >slow/go
	wait $!
	crm init bo
	as bo crm conflict list
'
t_out 'does not take the conflict away' "^$a,opps,next,x,ZZZ,AAA\$"
t 'which the hook has committed' '
	test -z "$(as bo git status --short)"
	as bo git log -1 --format=%B
'
t_out 'by itself' '^Crm-Verb: merge$'

# the value that stood is in HEAD without the merge: it goes with the abort
t_tick 60
t 'a merge that is given up' '
	as bo crm conflict take "$a" ours
	meet
	as ana crm-opp set "$a" next=AAA
	as bo crm-opp set "$a" next=ZZ
	push ana
	as bo git fetch -q
	as bo git merge -q --no-commit origin/main || true
	as bo git merge --abort
	as bo crm-opp set "$b" next=r
	as bo crm-opp set "$b" next=s
	test "$(as bo crm conflict list -o count)" = 0
	! ls bo/.git/crm/conflicts/*.csv
'
pull bo
as bo crm conflict take "$a" ours >/dev/null

t_tick 60
t 'a rebase that drops a commit of which nothing is left' '
	meet
	as bo crm-opp set "$a" next=AAA
	as ana crm-opp set "$a" next=ZZZ
	push ana
	as bo git pull -q --rebase
	as bo crm conflict list
'
t_out 'keeps its conflict' "^$a,opps,next,ZZ,ZZZ,AAA\$"
t 'and the next command enters it' '
	as bo crm-opp set "$b" next=t
	cat bo/conflicts.csv
'
t_out 'in conflicts.csv' "^opps,$a,next,ZZ,ZZZ,AAA\$"
as bo crm conflict take "$a" theirs >/dev/null

t_tick 60
t 'two such commits' '
	meet
	as bo crm-opp set "$a" next=CCC
	as bo crm-opp set "$b" next=BBB
	as ana crm-opp set "$a" next=ZZZ
	as ana crm-opp set "$b" next=YYY
	push ana
	as bo git pull -q --rebase
	as bo crm merge-finish
	test "$(as bo crm conflict list -o count)" = 2
'
as bo crm conflict take "$a" "$b" ours >/dev/null

t_tick 60
t 'a rebase that keeps the commit' '
	meet
	as bo crm-opp set "$a" next=AA amount=1k
	as ana crm-opp set "$a" next=ZZ
	push ana
	as bo git pull -q --rebase
	test -z "$(as bo git status --short)"
	cat bo/conflicts.csv
	as bo git log -1 --format=%B
'
t_out 'has its conflict committed by the hook' "^opps,$a,next,ZZZ,ZZ,AA\$"
t_out 'by itself' '^Crm-Verb: merge$'
t 'a rebase that stops is none that is done' '
	as bo git config core.editor true
	as bo git rebase -q -i HEAD~1 --exec false || true
	as bo crm merge-finish
	! as bo crm-opp set "$b" next=u --wait 1
	as bo git rebase --abort
	as bo crm-opp set "$b" next=u
'
as bo crm conflict take "$a" ours >/dev/null

t_tick 60
t 'conflicts.csv that was removed by hand' '
	meet
	as bo crm-opp set "$a" next=m
	as ana crm-opp set "$a" next=n
	push ana
	mv bo/.git/hooks/post-merge hook
	pull bo
	mv hook bo/.git/hooks/post-merge
	rm bo/conflicts.csv
	as bo crm-opp set "$b" next=v
	test -z "$(as bo git status --short)"
	cat bo/conflicts.csv
'
t_out 'blocks nobody' "^opps,$a,next,ZZ,n,m\$"
t 'and all is well' as bo crm check

# Two stores that have nothing in common, with calendars in both.
cd "$T" || exit 1
for who in one two; do
	(CRM_SEED=$who && export CRM_SEED && crm init "$T/$who" 2>/dev/null &&
	    cd "$T/$who" && crm-act task tomorrow "of $who" >"$OUT" 2>&1)
done
t 'histories without anything in common are merged' '
	cd one && git pull -q --no-rebase --no-edit \
	    --allow-unrelated-histories ../two 2>&1 && crm merge-finish'
t_same 'activities of both are there' 2 "$(cd one && crm-act list -o count)"
done_testing
