#!/bin/sh
# A clone made by plain git clone.
. "${0%/*}/../lib_clones.sh"
t_store hub
acc=$(crm-account add Acme)
a=$(crm-opp add Roof 48k account="$acc")
t_hub
t_clone ana
t_clone bo
cd "$T" || exit 1
driver() { as "$1" git config merge.crm.driver; }

t 'reading sets nothing up' '
	as ana crm-opp list
	! driver ana
'
t 'nor does a dry run' '
	as ana crm-opp set "$a" amount=50k -n
	! driver ana
'
t 'the first command that writes does' '
	as ana crm-opp set "$a" amount=50k
	driver ana
'
t_err 'and says so' 'this clone was not set up yet'
t 'once' as ana crm-opp set "$a" amount=51k
t_same 'only' '' "$(cat "$ERR")"
t 'check finds nothing' as ana crm check
t_same 'at all' '' "$(cat "$OUT")"
as ana git config merge.crm.driver 'my-own %O %A %B'
t 'a driver of the user'\''s own' '
	as ana crm-opp set "$a" amount=52k
	driver ana
'
t_out 'stays' '^my-own'
as ana git push -q

t 'a text merge' '
	printf "%s\n" "$a" | as bo sed -i "s/48000.00/60000.00/" \
		"$(cd bo && ls opps/*/*.csv)"
	as bo git commit -qam hand
	! as bo git pull -q --no-edit
'
t_exit 65 'is told by whoever reads' as bo crm-opp list
t_err 'with the way out' \
	'opps/[0-9/]*.csv:2:1: .*git left a text merge here; git merge --abort'
t_exit 65 'by check, too' as bo crm check
t_out 'with its line' '^opps/.*:2: error: .*text merge'
t_same 'but what refers to it is no finding' 0 \
	"$(grep -c 'not in this store' "$OUT")"
t 'which works' '
	as bo git merge --abort
	crm init bo
	as bo git pull -q --no-edit
	as bo crm conflict list
'
t_out 'the conflict is a row now' "^$a,opps,amount,48000.00,60000.00,52000.00\$"

opps=$(cd bo && ls opps/*/*.csv)
as bo crm-opp stage "$a" negotiation >/dev/null
sed -i '2s/,[^,]*$//' "bo/$opps"
t_exit 65 'a file that cannot be read' as bo crm check
t_same 'is the one finding' "$opps:2: error" "$(grep -v conflict "$OUT" |
	cut -d: -f1-3)"
done_testing
