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
bad() { # FILE TEXT MESSAGE: neither check nor commit takes that table
	printf "$2" >"config/$1.csv"
	t_exit 65 "check tells of $1" crm check
	t_same 'once, with its line' 1 \
	    "$(grep -c "^config/$1.csv:[23]: error: $3" "$OUT")"
	t_exit 65 'and what is bad is not committed' crm commit
	t_err 'nor silent' "^crm commit: config/$1.csv:[23]: $3"
	t_exit 65 'nor by itself' crm commit -n "config/$1.csv"
	t_exit 65 'as check says of it alone' crm check "config/$1.csv"
	t_same 'nothing was' "$one" "$(git rev-parse HEAD)"
	rm "config/$1.csv"
	git checkout -q config
}
bad gates 'pipeline,stage,of,needs,say\nsales,nix,quote,state:sent,foo\n' \
    "there is no stage 'nix'"
bad gates 'stage,of,needs\nwon,quote,stat:sent\n' 'needs: .*stat'
bad terms 'term,schedule\nok,net30\nno,30%%@order 30%%@foo\n' \
    "payment terms: 'foo' is no day"
bad terms 'term,schedule\nno,30/30/30\n' 'payment terms: the parts sum to 90 %'
bad taxes 'tax,rate\nstd,-5\n' 'a rate is 0 to 1000 percent'
t_same 'nothing of it is left' '' "$(git status --short)"
printf 'stage,of,needs\nwon,quote,state:sent\n' >config/gates.csv
printf 'term,schedule\nfine,30%%@order 69.99999 rest@foo\n' >config/terms.csv
t 'a table is committed beside a bad one' crm commit config/gates.csv
sed -i '2s/.*/fine,100.125@order rest@delivery/' config/terms.csv
t 'amounts may be as fine as any currency' crm commit
sed -i '/,won,/d' config/stages.csv
t_exit 65 'a stage that is needed elsewhere does not go' crm commit
t_err 'as its line there says' '^crm commit: config/gates.csv:2: there is no stage'
git checkout -q config
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

# what documents are made of
mkdir -p templates/words pictures
printf '[company]\n\tlogo = pictures/logo.png\n' >>crmrc
t 'settings alone' crm commit crmrc
echo 'Briefly: {{total}}' >templates/short.txt
printf 'key,word\nquote,Offerte\n' >templates/words/de.csv
echo picture >pictures/logo.png
echo other >pictures/other.png
t 'check tells of what clones would lack' crm check
t_same 'each file of it' 'pictures/logo.png templates/short.txt templates/words/de.csv' \
    "$(sed -n "s/^\(.*\): note: not committed yet.*'crm commit \1'.*/\1/p" "$OUT" |
	sort | xargs)"
t 'templates and the logo are committed' crm commit
t_same 'and nothing else' \
    'pictures/logo.png templates/short.txt templates/words/de.csv' \
    "$(git show --format= --name-only | xargs)"
t 'of which check is silent' crm check
t_same 'then' '' "$(cat "$OUT")"
git clone -q . "$T/clone"
t_same 'a clone has them' 'Briefly: {{total}} picture' \
    "$(cat "$T/clone/templates/short.txt" "$T/clone/pictures/logo.png" | xargs)"
echo more >>pictures/logo.png
rm templates/short.txt
t 'by name, also what is gone' crm commit pictures templates
t_same 'is committed' '?? pictures/other.png' "$(git status --short)"
printf '[company]\n\tlogo = ../outside.png\n' >>crmrc
echo secret >"$T/outside.png"
t 'a logo outside of the store' crm commit
t_same 'is left alone' crmrc "$(git show --format= --name-only)"
printf '[company]\n\tlogo = link.png\n' >>crmrc
ln -s "$T/outside.png" link.png
t_exit 65 'nor is a link followed' crm commit
done_testing
