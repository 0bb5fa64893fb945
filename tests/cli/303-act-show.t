#!/bin/sh
# Activities where people look: beneath a record, in a bare list, at a deal
# that is closed. Times are local there, and UTC in csv.
. "${0%/*}/../lib.sh"
t_store
printf '[core]\n\ttimezone = Europe/Berlin\n' >>crmrc

crm-user add 'Bo Berg' login=bo >"$OUT"
crm-account add Acme >"$OUT"
crm-opp add Windows 48k account=Acme >"$OUT"
crm-opp add Doors 5k account=Acme >"$OUT"
deal=$(crm-opp list name:Windows -o ids)
t_same 'nothing is shown of none' 0 \
    "$(crm-opp show Windows -o table | grep -c activities)"
crm-act call windows fri 10:00 budget >"$OUT"
crm-act task windows mon offer >"$OUT"
for i in 1 2 3 4 5 6; do
	crm-act call windows "2026-11-1$i 9:00" "old $i" --outcome reached
done >"$OUT"

# subjects under a heading of what is shown
under() {
	awk -v h="$1" '/^$/ && on > 1 { exit } on && $1 ~ /^E2611-/ {
		print; on = 2 } $0 ~ h { on = 1 }' "$T/shown"
}
crm-opp show Windows -o table >"$T/shown"
t_same 'open ones, the soonest first' 'offer,budget' \
    "$(under 'open activities' | grep -oE 'offer|budget' | paste -sd, -)"
t_same 'five that were last, the latest first' '6,5,4,3,2' \
    "$(under 'last activities' | sed 's/.*old \(.\).*/\1/' | paste -sd, -)"
t_same 'and how to see more' 1 \
    "$(grep -c "^more: crm-act list opp:$deal +DONE" "$T/shown")"
t_same 'in local time' 1 "$(grep -c '2026-11-27 10:00 .*budget' "$T/shown")"
t_same 'csv is the record alone' 2 "$(crm-opp show Windows -o csv | wc -l)"
t_same 'and in UTC' 2026-11-27T09:00:00Z \
    "$(crm-act list subject:budget -c start -o tsv | tail -n +2)"
crm show "$(crm-account list -o ids)" -o table >"$T/shown"
t_same 'of the account, too' 'offer,budget' \
    "$(under 'open activities' | grep -oE 'offer|budget' | paste -sd, -)"
t_same 'a table of activities is local' 1 \
    "$(crm-act list -o table | grep -c '2026-11-27 10:00 .*budget')"

crm-act call windows mon 10:00 hello -n -o table >"$T/dry"
t_same 'a dry run tells each cell once' '' \
    "$(awk '/^E/ { print $2 }' "$T/dry" | sort | uniq -d)"
t_same 'with names, labels and local times' 'type Call,start 2026-11-23 10:00,account Acme,opp Windows' "$(
	sed -nE 's/^E[^ ]+  (type|start|account|opp) +/\1 /p' "$T/dry" |
	paste -sd, -)"
crm-act call windows mon 10:00 hello -n -o csv >"$T/dry"
t_same 'programs get what would be stored, once' \
    "start,,2026-11-23T09:00:00Z opp,,$deal" \
    "$(sed -nE 's/^E[^,]+,((start|opp),)/\1/p' "$T/dry" | paste -sd ' ' -)"

if script -qec true /dev/null >/dev/null 2>&1; then
	crm-act task windows mon 'of bo' --owner bo >"$OUT"
	t_same 'a bare crm-act: open, mine, the soonest first' 'offer budget' "$(
		script -qec crm-act /dev/null </dev/null |
		    grep -oE 'offer|budget|old|of bo' | paste -sd ' ' -)"
else
	t_skip 'a bare crm-act' 'no script(1)'
fi

t 'a deal is won' crm-opp win Windows
t_err 'what is open is told' "[23] activities are still open: .*opp:$deal [+]OPEN"
t 'one without any' crm-opp lose Doors --reason price
t_same 'says nothing' 0 "$(grep -c open "$ERR")"
done_testing
