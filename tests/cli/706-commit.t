#!/bin/sh
# commit: what was edited by hand.
. "${0%/*}/../lib.sh"
t_store
acc=$(crm-account add Acme)
o=$(crm-opp add Roof 48k currency=USD account="$acc")
t_exit 1 'nothing edited' crm commit -e

t_tick 60
echo 'currency,date,rate
USD,2026-01-01,0.9' >config/rates.csv
t 'check tells of settings that are not committed' crm check
t_out 'with the way' '^config/rates.csv: note: not committed yet.*crm commit'
echo '# mine' >>crmrc
sed -i 's/Roof/Wall/' opps/*/*.csv
one=$(git rev-parse HEAD)
t 'a dry run' crm commit -n
t_err 'counts' '3 files valid'
t_same 'and commits nothing' "$one" "$(git rev-parse HEAD)"
t 'one file' crm commit -m 'the rate of the dollar' config/rates.csv
t 'is one commit' git show --format=%B --name-only
t_out 'with that subject' '^the rate of the dollar$'
t_out 'as a hand edit' '^Crm-Verb: hand edit$'
t_same 'of that file' 'config/rates.csv' "$(sed -n '$p' "$OUT")"
t 'reports of today know it' crm report pipeline --as-of today
t 'all others' crm commit
t_err 'are counted' '2 files committed'
t_same 'no more' '' "$(git status --short)"
t_same 'in one commit' 2 "$(git show --format= --name-only | wc -l)"
t 'check' crm check
t_same 'is silent' '' "$(cat "$OUT")"
t 'undo takes it back' crm undo
t_same 'all of it' 'Roof 0' \
	"$(crm get "$o.name") $(grep -c '# mine' crmrc)"

one=$(git rev-parse HEAD)
echo 'USD,yesterday,x' >>config/rates.csv
t_exit 65 'what is not valid' crm commit
t_err 'is told with its line' '^crm commit: config/rates.csv:3:'
t_same 'and not committed' "$one" "$(git rev-parse HEAD)"
git checkout -q config/rates.csv
sed -i 's/,Acme,/,,/' accounts/*/*.csv
t_exit 65 'nor is a record' crm commit
git checkout -q accounts
sed -i 's/prospecting/negotiation/' opps/*/*.csv
rm config/reasons.csv
t 'a stage, and a file that is gone' crm commit
t_same 'all is committed' '' "$(git status --short)"
t_same 'with the stage that entails' 1 \
	"$(grep -c ",$o,.*,negotiation," stage-changes/*/*.csv)"
t_exit 66 'no file of the store' crm commit nothing.csv
t_exit 64 'a subject that would be trailers' crm commit -m 'x
Crm-Verb: y'
done_testing
