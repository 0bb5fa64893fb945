#!/bin/sh
# The log: what changed, field by field.
. "${0%/*}/../lib.sh"
t_store
acc=$(crm-account add Acme)
t_tick 60
o=$(crm-opp add Roof 48k account="$acc")
t_tick 60
crm-opp set "$o" amount=50k next='call, "soon"' >/dev/null
t_tick 86400
crm-opp stage "$o" negotiation >/dev/null

t 'of one record' crm log "$o"
t_same 'newest first, cell by cell' "$(cut -d, -f2- "$OUT")" \
"time,author,verb,id,field,old,new
2026-11-22T10:02:00Z,Ana Test <ana@example.com>,opp stage,$o,stage,prospecting,negotiation
2026-11-21T10:02:00Z,Ana Test <ana@example.com>,opp set,$o,amount,48000.00,50000.00
2026-11-21T10:02:00Z,Ana Test <ana@example.com>,opp set,$o,next,,\"call, \"\"soon\"\"\"
2026-11-21T10:01:00Z,Ana Test <ana@example.com>,opp add,$o,name,,Roof
2026-11-21T10:01:00Z,Ana Test <ana@example.com>,opp add,$o,account,,$acc
$(crm log "$o" | cut -d, -f2- | grep ',owner,')
2026-11-21T10:01:00Z,Ana Test <ana@example.com>,opp add,$o,pipeline,,sales
2026-11-21T10:01:00Z,Ana Test <ana@example.com>,opp add,$o,stage,,prospecting
2026-11-21T10:01:00Z,Ana Test <ana@example.com>,opp add,$o,amount,,48000.00
2026-11-21T10:01:00Z,Ana Test <ana@example.com>,opp add,$o,currency,,EUR
2026-11-21T10:01:00Z,Ana Test <ana@example.com>,opp add,$o,created,,2026-11-21T10:01:00Z"
t_same 'the commit is one of git' "$(git rev-parse --short=10 HEAD)" \
	"$(crm log "$o" | sed -n '2s/,.*//p')"
t_same 'by name, as a verb' "$(crm log "$o")" "$(crm-opp log Roof)"
t_same 'of an entity' "$(crm log "$o")" "$(crm log opp)"
t_same 'since a day' 1 "$(crm log --since 2026-11-22 -o count)"
t_same 'the last commits' 3 "$(crm log --limit 2 -o count)"
t_same 'as it was' "$(crm log --as-of 2026-11-21 opp | wc -l)" 11
t_same 'of what only records' 1 \
	"$(crm log stage-change -o csv | grep -c ',to,,negotiation')"

t 'for people' crm log "$o" -o table
t_out 'a commit' '^[0-9a-f]{10}  2026-11-22 10:02  Ana Test  opp stage: '
t_out 'a changed cell' '^      stage: prospecting → negotiation$'
t_out 'a new one' '^    \+ currency: EUR$'

crm-opp set "$o" note='first
second' >/dev/null
t 'a value of several lines' crm log "$o" --limit 1 -o table
t_same 'each stands on one' '    + note:
        first
        second' "$(tail -n 3 "$OUT")"
sed -i 's/^second/\n\x1b[2Jthird/' opps/*/*.csv
git commit -qam 'an edit of git'
t 'changed' crm log "$o" --limit 1 -o table
t_same 'the old ones, then the new, and none acts' '      note:
        first
        second
      →
        first

        \x1b[2Jthird' "$(tail -n 7 "$OUT")"

crm-opp rm "$o" >/dev/null
t 'also where the record is gone' crm log "$o" --limit 1
t_out 'with its last values' ',opp rm,.*,stage,negotiation,$'

i=0
while [ $((i += 1)) -le 14 ]; do echo "p$i"; done |
	sed '1i name' >people.csv
crm-contact import people.csv >/dev/null 2>&1
t 'many records' crm log --limit 1 -o table
t_out 'in short' '^  … and [45] more records$'
t_same 'not for machines' 14 \
	"$(crm log contact | cut -d, -f6 | grep -c '^name$')"

sed -i 's/Acme/Evil\x1b[2J/' accounts/*/*.csv
git commit -qam 'a hand edit of mine'
t 'a commit of git itself' crm log --limit 1 -o table
t_out 'is told by its subject' 'a hand edit of mine$'
t_out 'nothing acts on the terminal' 'Acme → Evil\\x1b\[2J$'
t_exit 64 'an unknown word' crm log nobody
t_err 'tells what is possible' 'crm-ENTITY log NAME'
t_exit 1 'nothing found, with -e' crm log O2611-00000000 -e

# Times never run backwards.
t_store clock
t 'a commit far ahead of the machine' \
    'unset CRM_SEED; crm-account add Ahead --now 2090-05-01T10:00:00Z'
t_err 'is told' 'dated 2090-05-01 10:00, ahead of this machine'
t 'and one behind it' crm-account add Behind
t_err 'is told, with the time it bears' 'was dated 2090-05-01 10:00 already'
done_testing
