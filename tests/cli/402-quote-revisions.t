#!/bin/sh
# What was issued stays as it is, whichever way a change comes; revisions keep
# everything; decisions; what is due.
. "${0%/*}/../lib.sh"
t_store
printf 'tax,part,from,label,rate,compound,code,reason\n%s\n' \
    'std,,,VAT 19 %,19,,S,' >config/taxes.csv
git add -A && git commit -qm taxes
crm-account add Acme >"$OUT"
crm-product add name=Window sku=WIN-90 price=100 tax=std >"$OUT"
crm-product add name=Frame sku=FRAME price=30 tax=std >"$OUT"

# issued ID NUMBER NET TAXES TOTAL: as if it had been issued long ago.
issued() {
	for f in quotes/*/*.csv; do
		mlr --csv -S put '
			if ($id == "'"$1"'") {
				$number = "'"$2"'"; $state = "issued";
				$date = "2026-11-21"; $issued_net = "'"$3"'";
				$issued_taxes = "'"$4"'"; $issued_total = "'"$5"'"
			}' then unsparsify "$f" >"$T/new" && cat "$T/new" >"$f"
	done
	git commit -qam "issue $2"
}
field() { crm get "$1.$2"; }

Q=$(crm-quote new Acme name=Hotel)
crm-quote line add "$Q" WIN-90 x2 >"$OUT"
crm-quote line add "$Q" FRAME choice=option >"$OUT"
crm-quote line add "$Q" name=Oak price=50 tax=std choice=alternative \
    group=wood >"$OUT"
crm-quote line add "$Q" name=Pine price=20 tax=std choice=alternative \
    group=wood >"$OUT"
t_exit 77 'a draft is not accepted' crm-quote accept "$Q"
t_exit 64 'nor revised' crm-quote revise "$Q"
t_exit 77 'nor issued by set' crm-quote set "$Q" state=issued
t_exit 64 'its number is not set' crm-quote set "$Q" number=X1
# 2 x 100 and 19 % of it
issued "$Q" Q2026-0001 200.00 38.00 238.00
t_same 'the store is in order' '' "$(git status --short)"

t_same 'it is found by its number' "$Q" \
    "$(crm-quote list 'number:Q2026-0001' -o ids)"
t 'show takes it' crm-quote show Q2026-0001
t_same 'its totals are what was issued' '200.00,38.00,238.00,open' \
    "$(crm-quote list -c net,taxes,total,standing -o csv | sed 1d)"
t_exit 77 'its discount stays' crm-quote set "$Q" discount=5%
t_err 'what to do is said' 'crm-quote revise'
t_exit 77 'with --force, too' crm-quote set "$Q" discount=5% --force
t_exit 77 'a line stays' crm-quote line set "$Q" 1 quantity=3
t_exit 77 'none is added' crm-quote line add "$Q" FRAME
t_exit 77 'none is removed' crm-quote line rm "$Q" 1
t_exit 77 'it is not removed' crm-quote rm "$Q"
t_exit 77 'with --force, too' crm-quote rm "$Q" --force
t_exit 77 'it does not become a draft' crm-quote set "$Q" state=draft --force
t_exit 77 'apply is refused' "
	crm-quote list -o csv | sed 's/,half-up,/,half-even,/' | crm-quote apply -"
t_exit 77 'undo of what was done before is' crm undo 2
t_exit 77 'a number does not vanish' crm undo
cp quotes/2026/11.csv "$T/was"
sed -i 's/,half-up,/,half-even,/' quotes/2026/11.csv
t_exit 77 'nor is it edited by hand' crm-quote set "$Q" note=x
cat "$T/was" >quotes/2026/11.csv
line=$(echo quote-lines/*/*.csv)
sed -i 's/,WIN-90,Window,2,/,WIN-90,Window,1,/' "$line"
t_exit 77 'nor are its lines' crm commit
git restore "$line"
t 'what is not offered changes' crm-quote set "$Q" followup=tomorrow note=warm
t 'it is tagged' crm-quote tag "$Q" +warm
t_exit 77 'ordering has a verb of its own' crm-quote set "$Q" state=ordered

R=$(crm-quote revise Q2026-0001)
t_same 'a revision has a number of its own' 'Q2026-0001-R2,2,draft' \
    "$(crm-quote list "$R" -c number,revision,state -o csv | sed 1d)"
t_same 'and the lines' 4 "$(crm-quote line list "$R" -o count)"
t_same 'the old one is as it was' issued "$(field "$Q" state)"
t 'they are the same' crm-quote diff "$R"
t_same 'nothing differs but what must' '' \
    "$(crm-quote diff "$R" -o csv | sed 1d |
	grep -Ev '^quote,(number|revision|state|date|followup|note|tags),')"
crm-quote line set "$R" 1 quantity=3 discount=10% >"$OUT"
crm-quote line rm "$R" FRAME >"$OUT"
crm-quote line add "$R" name=Fitting price=40 tax=std >"$OUT"
crm-quote set "$R" terms=net30 >"$OUT"
# 3 x 100 less 10 %, and 40: 310, 19 % of it 58.90
cat >"$T/want" <<'END'
line 1 WIN-90,discount,,10%
line 1 WIN-90,quantity,2,3
line 2 FRAME,quantity,1,
line 4 Fitting,price,,40
quote,terms,,net30
sums,net,200.00,310.00
sums,taxes,38.00,58.90
sums,total,238.00,368.90
END
t_same 'diff tells what was added, removed and changed' "$T/want" \
    "$(crm-quote diff "$R" -o csv | sed 1d |
	grep -E '^(quote,terms|sums|line [0-9] [A-Za-z0-9-]*,(quantity|discount|price),)' |
	grep -Ev 'FRAME,price|Fitting,quantity' | sort)"
t_same 'whichever is named' "$(crm-quote diff "$R" -o csv)" \
    "$(crm-quote diff "$Q" -o csv)"
t_same 'or both' "$(crm-quote diff "$R" -o csv)" \
    "$(crm-quote diff "$R" "$Q" -o csv)"
t 'a revision that is a draft is removed' crm-quote rm "$R"

t_exit 64 'a rejection says why' crm-quote reject "$Q"
t 'it does' crm-quote reject "$Q" --reason price
t_same 'and when' 'rejected,price,2026-11-21' \
    "$(crm-quote list -c state,reason,decided -o csv | sed 1d)"
t 'undo takes that back' crm undo
t_exit 64 'of alternatives, one' crm-quote accept "$Q" --with 3,4
t_same 'nothing is done by halves' issued "$(field "$Q" state)"
t_exit 64 'what is no option is not chosen' crm-quote accept "$Q" --with 1
t 'options are' crm-quote accept "$Q" --with FRAME,4
# 200 + 30 + 20, 19 % of it 47.50
t_same 'it is accepted with them' 'accepted,250.00,47.50,297.50' \
    "$(crm-quote list "$Q" -c state,net,taxes,total -o csv | sed 1d)"
t_exit 1 'once' crm-quote accept "$Q"

P=$(crm-quote new Acme name=Old valid_until=2026-11-25)
crm-quote line add "$P" WIN-90 >"$OUT"
issued "$P" Q2026-0002 100.00 19.00 119.00
D=$(crm-quote new Acme name=Draft followup=2026-11-23)
crm-quote new Acme name=Later followup=2027-01-10 >"$OUT"
t_same 'what is due comes in order' "$P
$D" "$(crm-quote due -o ids)"
t_same 'within fewer days it is less' "$D" "$(crm-quote due --within 3 -o ids)"
t_same 'it is expiring' expiring "$(crm-quote list "$P" -c standing -o csv | sed 1d)"
t_same '+DUE finds it' "$P" "$(crm-quote list +DUE -o ids)"
t_now 2026-11-26T10:00:00Z
t_same '+EXPIRED finds it later' "$P" "$(crm-quote list +EXPIRED -o ids)"
t_exit 64 'past its day it is not accepted' crm-quote accept "$P"
t_err 'and what to do is said' \
    "held until 2026-11-25: crm-quote revise $P makes a new one, --force takes"
t 'unless that was in time' crm-quote accept "$P" --on 2026-11-25
t 'or' crm undo
t 'is forced' crm-quote accept "$P" --force
t 'and' crm undo
t 'all that are past are expired' crm-quote expire
t_same 'they are' expired "$(field "$P" state)"
t 'there are no more' crm-quote expire
t_exit 64 'it is not accepted then' crm-quote accept "$P"
t_err 'but revised' "crm-quote revise $P makes a new one, --force takes"
t 'or taken as it is' crm-quote accept "$P" --force
t_same 'which is accepted' accepted "$(field "$P" state)"
t 'and taken back' crm undo
R=$(crm-quote revise "$P")
t_same 'it is revised, and holds anew' 2026-12-26 "$(field "$R" valid_until)"
t 'crm check finds nothing' crm check
t_same 'not even to note' '' "$(crm check 2>&1 | grep 'its lines come to')"
line=$(echo quote-lines/*/*.csv)
sed -i '/'"$Q"'/s/,WIN-90,Window,2,/,WIN-90,Window,3,/' "$line"
git commit -qam 'as a merge may leave it'
crm check >"$OUT" 2>&1
t_out 'lines that are not those that were issued are found' \
    "$Q: was issued with 297.50, but its lines come to 416.50"

# the words of a line that is of no product are not those of one that is
t_store words
crm-account add Acme >"$OUT"
crm-product add name=Frame sku=FRAME price=30 >"$OUT"
W=$(crm-quote new Acme name=Words)
crm-quote line add "$W" name=Frame price=10 >"$OUT"
crm-quote issue "$W" >"$OUT"
W2=$(crm-quote revise "$W")
crm-quote line add "$W2" FRAME >"$OUT"
crm-quote line rm "$W2" 1 >"$OUT"
t_same 'another line of the same name is another line' 'line 1 FRAME,name,,Frame
line 1 Frame,name,Frame,' "$(crm-quote diff "$W2" -o csv | grep ,name, | sort)"
done_testing
