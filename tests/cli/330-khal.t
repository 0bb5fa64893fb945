#!/bin/sh
# khal, the program itself, on a store: lists, adds, edits.
. "${0%/*}/../lib.sh"
command -v khal >"$OUT" || t_skip_rest 'khal is not installed'
t_store

opp=$(crm-opp add Windows 48k)
call=$(crm-act add type=call subject=Budget start='tomorrow 10:00' \
    opp="$opp" remind=15m purpose=offer)
mkdir -p "$T/.config/khal"
sed "s|/home/ana/acme|$T/acme|; /^# a colleague/,/^readonly/d" \
    "$repo/share/calendar/khal.conf" >"$T/.config/khal/config"
run() { timeout 60 khal "$@"; }

t 'khal lists a call' run list 2026-11-22 2d
t_out 'with time and reminder' '10:00-10:15 Budget'
t 'khal adds' run new 2026-11-24 10:00 11:00 "Fair :: see crm:opp/$opp"
t_same 'which readers see' '2026-11-24T10:00:00Z,2026-11-24T11:00:00Z' \
    "$(crm-act list subject:Fair -c start,end -o csv | tail -n +2)"
t 'khal edits' 'printf "s\nBudget talk\nq\n" | run edit Budget'
t 'the next command takes both over' crm-account add Acme
t_same 'as one commit' 'calendar: 2 changed elsewhere' \
    "$(git log -1 --skip=1 --format=%s)"
t_same 'the deal has the new meeting, by the word in its text' 2 \
    "$(crm-act list "opp:$opp" -o count)"
t_same 'what khal does not know is kept' "Budget talk,$opp,offer,15m" \
    "$(crm-act list "id:$call" -c subject,opp,purpose,remind -o csv |
	tail -n +2)"
t_same 'the history says what was changed' 1 \
    "$(crm log "$call" | grep -c 'Budget talk')"
t 'put off in the shell' crm-act set "$call" start='2026-11-23 09:00'
t 'khal lists it' run list 2026-11-23 1d
t_out 'at its new time' '09:00-09:15 Budget talk'
t 'nothing is left to commit' test -z "$(git status --porcelain calendar)"
done_testing
