#!/bin/sh
# todoman, the program itself, on a store: lists, ticks, adds.
. "${0%/*}/../lib.sh"
command -v todoman >"$OUT" || t_skip_rest 'todoman is not installed'
t_store

opp=$(crm-opp add Windows 48k)
task=$(crm-act add type=task subject='Send the offer' due=+2d opp="$opp")
mkdir -p "$T/.config/todoman" "$T/.config/crm"
sed "s|/home/ana/acme|$T/acme|" "$repo/share/calendar/todoman.py" \
    >"$T/.config/todoman/config.py"
printf '#!/bin/sh\ncat >>"%s/hooked"\n' "$T" >"$T/hook"
chmod +x "$T/hook"
printf '[hook "act"]\n\tpost-set = %s\n' "$T/hook" >"$T/.config/crm/crmrc"
run() { timeout 60 todoman "$@"; }

t 'todoman lists a task' run list
t_out 'with its day' '2026-11-23 *Send the offer'
t 'todoman ticks it' run done 1
t_same 'readers see it' done \
    "$(crm-act list "id:$task" -c state -o tsv | tail -n +2)"
t 'todoman adds' run new -l tasks --due 2026-11-30 'Call Bo'
t 'the next command takes both over' crm-act list -o count
t 'of those that write' crm-account add Acme
t_same 'as one commit' 'calendar: 2 changed elsewhere' \
    "$(git log -1 --skip=1 --format=%s)"
t_same 'it is done, and still of the deal' "done,100,$opp" \
    "$(crm-act list "id:$task" -c state,percent,opp -o csv | tail -n +2)"
t 'the hook was told' grep -q '"state":"planned".*"state":"done"' "$T/hooked"
t_same 'the new one is a task' 'task,2026-11-30' \
    "$(crm-act list subject:'Call Bo' -c type,due -o csv | tail -n +2)"
t 'done in the shell' crm-act set 'Call Bo' state=done
t 'todoman has nothing to do' '! run list | grep -q .'
t 'nothing is left to commit' test -z "$(git status --porcelain calendar)"
done_testing
