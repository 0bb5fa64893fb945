#!/bin/sh
# undo and redo.
. "${0%/*}/../lib.sh"
t_store
acc=$(crm-account add Acme)
o=$(crm-opp add Roof 48k account="$acc")
p=$(crm-opp add Floor 10k account="$acc")
tree() { git rev-parse "HEAD^{tree}"; }

before=$(tree)
t_tick 60
crm-opp set "$o" amount=50k next=call >/dev/null
after=$(tree)
t 'the diff first' crm undo -n
t_same 'as cells' "id,field,old,new
$o,amount,50000.00,48000.00
$o,next,call," "$(cat "$OUT")"
t_same 'which changes nothing' "$after" "$(tree)"
t 'set' crm undo
t_same 'prints ids' "$o" "$(cat "$OUT")"
t_same 'puts every byte back' "$before" "$(tree)"
t_same 'nothing dirty' '' "$(git status --short)"
t 'names what it undid' 'git log -1 --format=%B'
t_out 'in a trailer' "^Crm-Undoes: $(git rev-parse HEAD~1)\$"
t 'redo' crm redo
t_same 'every byte again' "$after" "$(tree)"
t_exit 1 'no further' crm redo
t_same 'the store is the same' "$after" "$(tree)"

crm-opp stage "$o" negotiation >/dev/null
t 'a stage' crm undo
t_same 'with its row in stage-changes' "$after" "$(tree)"

t_tick 60
crm-opp rm "$p" >/dev/null
t 'rm' crm undo
t_same 'brings the row back' "$after" "$(tree)"

one=$(tree)
crm-opp set "$o" amount=1k >/dev/null
crm-opp set "$p" amount=2k >/dev/null
crm-account set "$acc" country=DE >/dev/null
t 'three at once' crm undo 3
t_same 'are one commit' "$one" "$(tree)"
t 'and one redo' crm redo
t_same 'brings them all' DE "$(crm get "$acc.country")"
crm undo >/dev/null 2>&1
t_same 'once more takes the redo back' "$one" "$(tree)"
crm redo >/dev/null 2>&1
t_same 'and that is taken back, too' 2000.00 "$(crm get "$p.amount")"

# a redo is for what was undone just before
two=$(tree)
crm-account set "$acc" city=X >/dev/null
crm-account set "$acc" city=Y >/dev/null
three=$(tree)
crm undo >/dev/null 2>&1
crm undo >/dev/null 2>&1
t_same 'two undos' "$two" "$(tree)"
t 'have a redo' crm redo
t 'each' crm redo
t_same 'both are back' "$three" "$(tree)"
t_exit 1 'no third' crm redo
t 'of a redo and what was before' crm undo 2
t_same 'both are taken back' "$two" "$(tree)"
crm-account set "$acc" phone=1234 >/dev/null
four=$(tree)
t_exit 1 'a redo after another command' crm redo
t_err 'says why' 'no undo that could be taken back: the last command'
crm-account set "$acc" email=a@b.example >/dev/null
crm undo >/dev/null 2>&1
crm redo >/dev/null 2>&1
t_exit 1 'does not reach over it by a second' crm redo
t 'an undo' crm undo
t_same 'takes the last command back' "$four" "$(tree)"
crm-account set "$acc" phone= >/dev/null

# what came after stays
t_tick 60
crm-opp set "$o" amount=5k next=mail >/dev/null
target=$(git rev-parse HEAD)
crm-opp set "$o" competitor=X >/dev/null
t 'a named commit under later ones' crm undo "$target"
t_same 'its cells' 1000.00 "$(crm get "$o.amount")"
t_same 'not the later ones' X "$(crm get "$o.competitor")"
t_exit 1 'not twice' crm undo "$target"
t_err 'says so' 'taken back already'

crm-opp set "$o" amount=7k next=visit >/dev/null
target=$(git rev-parse HEAD)
crm-opp set "$o" amount=8k >/dev/null
now=$(tree)
t_exit 1 'a cell that was changed since' crm undo "$target"
t_err 'is named' "^$o: amount is '8000.00' by now"
t_same 'and nothing is taken back' "$now" "$(tree)"
t 'unless forced' crm undo --force "$target"
t_same 'then it is' 1000.00 "$(crm get "$o.amount")"

# an edit by hand
t_tick 60
sed -i 's/Floor/Ceiling/' opps/*/*.csv
git commit -qam 'by hand'
t 'a commit by hand' crm undo
t_same 'is undone as well' Floor "$(crm get "$p.name")"
sed -i 's/Floor/Wall/' opps/*/*.csv
crm-opp set "$o" amount=9k >/dev/null
crm-opp set "$o" amount=10k >/dev/null
sed -i 's/Acme/Apex/' accounts/*/*.csv
t 'an edit that is not committed' crm undo
t_same 'is kept' Apex "$(crm get "$acc.name")"
t_same 'beside it' 9000.00 "$(crm get "$o.amount")"

# other files
t_tick 60
echo '# mine' >>crmrc
git commit -qam 'settings'
t 'a file that is no table' crm undo
t_same 'goes back whole' 0 "$(grep -c mine crmrc)"
crm redo >/dev/null 2>&1
t_same 'and comes again' 1 "$(grep -c mine crmrc)"

# an import
t_tick 60
seq 1 3000 | sed '1i name' >"$T/people.csv"
one=$(tree)
crm-contact import "$T/people.csv" >/dev/null 2>&1
t 'an import' crm undo
t_same 'leaves no trace' "$one" "$(tree)"
crm redo >/dev/null 2>&1
c=$(crm-contact list -o ids --limit 1)
crm-contact set "$c" phone=1 >/dev/null
t_exit 1 'one of its records was changed' crm undo HEAD~1
t_err 'is named' "^$c: was added, and has been changed since"
t_same 'all are there' 3000 "$(crm-contact list -o count)"
t 'forced' crm undo --force HEAD~1
t_same 'all are gone' 0 "$(crm-contact list -o count)"

# converting a lead
l=$(crm-lead add 'Eve' company=Beta)
one=$(tree)
t 'a conversion' crm-lead convert "$l"
t 'is taken back' crm undo
t_same 'in all of its tables' "$one" "$(tree)"

# what cannot be undone
git clone -q --bare . "$T/hub.git"
git remote add origin "$T/hub.git"
git fetch -q
t_exit 77 'what was pushed' crm undo
t_err 'names the way' "git revert"
t 'but for --pushed' crm undo --pushed
t_store two
t_exit 77 'the commit that made the store' crm undo
t_exit 77 'by name too' crm undo HEAD
t_exit 66 'an unknown commit' crm undo nothing
t_exit 64 'no count' crm undo 0
t 'check finds nothing' crm check

one=$(crm-account add 'Once A') two=$(crm-account add 'Once B')
for i in "$one" "$two" "$one"; do
	t_tick 60
	crm-account set "$i" note="$CRM_NOW" >"$OUT"
done
t_same 'what was changed twice is printed once' "$(printf "%s\n" "$one" "$two" | sort |
	paste -sd " " -)" "$(
	crm undo 3 2>"$ERR" | sort | paste -sd ' ' -)"
done_testing
