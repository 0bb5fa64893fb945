#!/bin/sh
# Two clones change the same tables; plain git pull merges them.
. "${0%/*}/../lib_clones.sh"

t_store hub
a=$(crm-opp add 'Acme roof' 48k stage=prospecting)
b=$(crm-opp add 'Beta floor' 10k)
t_clones

t_tick 60
t 'different cells of one deal' '
	as ana crm-opp set "$a" amount=50k
	as bo crm-opp set "$a" close=2026-12-31
	as bo crm-opp stage "$b" negotiation
	exchange
'
t 'no conflict' '
	test "$(as ana crm conflict list -o count)" = 0
	test "$(as ana crm get "$a.amount")" = 50000.00
	test "$(as ana crm get "$a.close")" = 2026-12-31
	test "$(as ana crm get "$b.stage")" = negotiation
'
t_same 'both clones have the same bytes' "$(files ana)" "$(files bo)"
t 'nothing is left in the way' '
	test -z "$(as ana git status --short)"
	test -z "$(as bo git status --short)"
	as bo crm check
'

t_tick 60
t 'the same cell' '
	as ana crm-opp set "$a" amount=60k
	as bo crm-opp set "$a" amount=70k
	push ana
	pull bo
'
t_err 'the driver tells it' "$a amount: '70000.00' stands, not '60000.00'"
t 'it is a row in conflicts.csv' '
	as bo crm conflict list
'
t_out 'with all three values' "^$a,opps,amount,50000.00,70000.00,60000.00\$"
t 'committed, nothing dirty' '
	as bo crm merge-finish
	test -z "$(as bo git status --short)"
	as bo git log -1 --format=%B
'
t_out 'by itself' '^Crm-Verb: merge$'

# ana merges what bo had before bo's merge: the other way round
t 'the other direction' '
	as bo git push -q origin HEAD~2:refs/heads/bo 2>/dev/null ||
		as bo git push -q origin "HEAD^^2:refs/heads/bo" 2>/dev/null ||
		true
	old=$(as bo git log --format=%H --grep="Crm-Verb: opp set" \
		--author=Ana -n 1 --first-parent)
	as bo git push -q -f origin "$old:refs/heads/bo"
	as ana git pull -q --no-edit origin bo
	as ana crm merge-finish
'
t_same 'converges to the same bytes' "$(files ana)" "$(files bo)"

t 'theirs is taken' '
	as bo crm conflict take "$a.amount" theirs
	test "$(as bo crm get "$a.amount")" = 60000.00
	test "$(as bo crm conflict list -o count)" = 0
'
t 'the other clone gets the decision' '
	push bo
	pull ana
	test "$(as ana crm get "$a.amount")" = 60000.00
	test "$(as ana crm conflict list -o count)" = 0
	push ana
	pull bo
'
t_same 'and the same bytes' "$(files ana)" "$(files bo)"

t_tick 60
t 'removed here, changed there' '
	as ana crm-opp rm "$b"
	as bo crm-opp set "$b" amount=11k
	push ana
	pull bo
	as bo crm conflict list
'
t_out 'the record stays' "^$b,opps,\\(record\\),,changed,removed\$"
t 'and goes when that is decided' '
	as bo crm conflict take "$b" theirs
	test "$(as bo crm-opp list -o count)" = 1
	as bo crm check
'

t_tick 60
t 'a rebase loses nothing either' '
	push bo
	pull ana
	as ana crm-opp set "$a" amount=80k
	as bo crm-opp set "$a" amount=90k next=call
	push ana
	as bo git pull -q --rebase
	as bo crm-opp set "$a" competitor=X
	as bo crm conflict list
'
t_out 'the next command enters it' \
	"^$a,opps,amount,60000.00,90000.00,80000.00\$"

t_tick 60
t 'a merge that is given up leaves no conflict' '
	as bo crm conflict take "$a" ours
	push bo
	pull ana
	as ana crm-opp set "$a" amount=1k
	as bo crm-opp set "$a" amount=2k
	push ana
	as bo git fetch -q
	as bo git merge -q --no-commit origin/main || true
	as bo git merge --abort
	as bo crm-opp set "$a" competitor=Y
	test "$(as bo crm conflict list -o count)" = 0
'

t_tick 60
t 'the new stages of both' '
	pull bo
	as bo crm conflict take "$a" ours
	push bo
	pull ana
	echo "sales,demo,Demo,open,60" >>ana/config/stages.csv
	as ana git commit -qam "a stage"
	sed "s/^sales,negotiation/sales,trial,Trial,open,70\n&/" \
		bo/config/stages.csv >new && mv new bo/config/stages.csv
	as bo git commit -qam "another"
	push ana
	pull bo
	cut -d, -f2 bo/config/stages.csv | tr "\n" " "
'
t_out 'in their order' 'quotation trial negotiation .* cancelled demo'

t 'other files are merged as text' '
	push bo
	pull ana
	echo "# a" >>ana/crmrc
	as ana git commit -qam a
	sed "1a # head" bo/crmrc >new && mv new bo/crmrc
	as bo git commit -qam b
	push ana
	pull bo
	grep -q "^# a" bo/crmrc && grep -q "^# head" bo/crmrc
'

t 'a table that is no CSV is left to the user' '
	push bo
	pull ana
	as ana crm-opp set "$a" amount=3k
	f=$(cd bo && ls opps/*/*.csv)
	printf "O2611-\"broken\n" >>bo/"$f"
	as bo git commit -qam broken
	push ana
	! pull bo
'
t_err 'named with its place' 'opps/[0-9/]*\.csv:[0-9]+:[0-9]+: '
t 'as a conflict of git' '
	as bo git status --short
'
t_out 'both modified' '^UU opps/'
done_testing
