#!/bin/sh
# A draft is issued as a whole or not at all; what it then is stays.
. "${0%/*}/../lib.sh"
t_store acme --currency EUR --timezone UTC

field() { crm get "$1.$2"; }
draft() { # NAME LINE...
	q=$(crm-quote new Acme name="$1") && shift || return
	for l; do crm-quote line add "$q" $l >/dev/null || return; done
	echo "$q"
}

crm-account add Acme >/dev/null
crm-product add Tile sku=TILE price=33.33 >/dev/null 2>&1
cat >config/taxes.csv <<'X'
tax,part,from,label,rate,compound,code,reason
std,,,VAT,19,,S,
red,,,VAT,7,,S,
X
printf 'currency,date,rate\nUSD,2026-01-01,0.92\nUSD,2026-12-01,0.95\n' \
    >config/rates.csv
git add config && git commit -qm tables
crm-product set TILE tax=std >/dev/null 2>&1

# --- refused as a whole -------------------------------------------------------
E=$(crm-quote new Acme name=Empty)
t_exit 64 'one without lines is refused' crm-quote issue "$E"
t_err 'which says how to add one' "line add $E"
N=$(crm-quote new name=Nobody)
crm-quote line add "$N" name=Work price=5 >/dev/null
t_exit 64 'one that is for nobody is refused' crm-quote issue "$N"
t_err 'which says so' 'whom is it for'
U=$(crm-quote new Acme name=Dollar currency=CHF)
crm-quote line add "$U" name=Work price=5 >/dev/null
t_exit 64 'one in a currency without a rate is refused' crm-quote issue "$U"
t_err 'which names the table and the line' \
    "config/rates.csv has no rate of CHF on 2026-11-21.*'CHF,2026-11-21,RATE'"
P=$(draft Terms 'name=Work price=5')
crm-quote set "$P" terms='1000@order rest@+30' >/dev/null 2>&1
t_exit 64 'payment terms that are more than the whole are refused' \
    crm-quote issue "$P"
t_err 'which names them' 'terms: '
L=$(draft Late 'name=Work price=5')
crm-quote set "$L" valid_until=2026-11-01 >/dev/null
t_exit 64 'one that is past its day already is refused' crm-quote issue "$L"
M=$(draft Letter 'name=Work price=5')
crm-quote set "$M" template=nix >/dev/null
t_exit 66 'a template that is not there is refused' crm-quote issue "$M"
t_err 'which names it' 'template: there is no templates/nix\.txt, \.md, '
crm-quote set "$M" template=../crmrc >/dev/null
t_exit 66 'so is one that leads elsewhere' crm-quote issue "$M" -n
t_same 'and no number was given' '' "$(cat numbers.csv 2>/dev/null)"
t_same 'and nothing was issued' 0 "$(crm-quote list state:issued -o count)"

# --- issued -------------------------------------------------------------------
# 7 x 33.33 = 233.31 - 10 % = 209.979 -> 209.98; 2 x 10.10 = 20.20;
# 230.18 - 5 % (11.509 -> 11.51) = 218.67; of that by shares:
# 11.51 x 209.98 / 230.18 = 10.4999 -> 10.50, 1.01: 199.48 and 19.19
# 19 % of 199.48 = 37.9012 -> 37.90; 7 % of 19.19 = 1.3433 -> 1.34
Q=$(draft Whole 'TILE x7 discount=10% tax=std' 'name=Glue price=10.10 quantity=2 tax=red' \
    'name=Extra price=100 choice=option')
crm-quote set "$Q" discount=5% >/dev/null
head=$(git rev-parse HEAD)
t '-n shows what would be' crm-quote issue "$Q" -n
t_out 'with the number' "^$Q,number,,Q2026-0001$"
t_same 'and does nothing' "$head draft" \
    "$(git rev-parse HEAD) $(field "$Q" state)"
t_tick 172800
t_same 'issue prints the id' "$Q" "$(crm-quote issue "$Q" 2>&1)"
t_same 'as one commit' "$head" "$(git rev-parse HEAD~)"
t_same 'the quote is what it came to' \
    'Q2026-0001,issued,2026-11-23,218.67,39.24,257.91' \
    "$(crm-quote list "$Q" -o csv \
	-c number,state,date,issued_net,issued_taxes,issued_total |
	sed 1d)"
t_same 'it holds from that day on' 2026-12-23 "$(field "$Q" valid_until)"
t_same 'each line has its share, and the taxes of that' \
    'Extra,100.00,0.00
Glue,19.19,1.34
Tile,199.48,37.90' \
    "$(mlr --icsv --ocsv --headerless-csv-output filter '$quote == "'"$Q"'"' \
	then sort -f name then cut -o -f name,amount,taxed \
	quote-lines/2026/11.csv)"
t_same 'the table has the number' 'series,year,last
quote,2026,1' "$(cat numbers.csv)"
t_same 'git status is clean' '' "$(git status --porcelain)"
t_exit 1 'what is issued is not issued again' crm-quote issue "$Q"
t_err 'and is told by its number' 'issued already, as Q2026-0001'

V=$(draft Said 'name=Work price=5')
crm-quote set "$V" valid_until=2027-03-01 >/dev/null
W=$(draft Other 'name=Work price=5')
t 'several are issued at once' "crm-quote issue $Q $V $W"
t_err 'but those that are' "$Q: is issued already"
t_same 'in their order' 'Q2026-0002 Q2026-0003' \
    "$(field "$V" number) $(field "$W" number)"
t_same 'a day that was said stays' 2027-03-01 "$(field "$V" valid_until)"

D=$(crm-quote new Acme name=Dollars currency=USD)
crm-quote line add "$D" name=Work price=5 >/dev/null
crm-quote issue "$D" >/dev/null
t_same 'a foreign currency has the rate of the day' 0.92 "$(field "$D" rate)"

# --- not taken back -----------------------------------------------------------
head=$(git rev-parse HEAD)
t_exit 77 'undo does not take it back' crm undo
t_err 'and says what does instead' 'crm-quote (reject|revise)'
t_exit 77 'nor by force' crm undo --force
t_exit 77 'nor by its commit' crm undo "$(git log --format=%h --grep='quote issue' | tail -1)"
t_same 'nothing has changed' "$head issued" \
    "$(git rev-parse HEAD) $(field "$D" state)"
t_exit 64 'set does not change the number' crm-quote set "$D" number=Q9 --force
cp numbers.csv "$T/numbers"

# --- revisions ----------------------------------------------------------------
R=$(crm-quote revise "$Q")
crm-quote line add "$R" name=More price=1 >/dev/null
t 'a revision is issued' crm-quote issue "$R"
t_same 'under the number of the first' 'Q2026-0001-R2 superseded' \
    "$(field "$R" number) $(field "$Q" state)"
t_same 'which takes none of the series' "$T/numbers" numbers.csv
t_exit 77 'undo of that is refused, too' crm undo
t_err 'with what can be done' 'crm-quote revise'

# --- series -------------------------------------------------------------------
# as one that came from another program, with its number
X=$(draft Old 'name=Work price=5')
crm-quote issue "$X" >/dev/null
sed -i 's/Q2026-0005/Q2026-0006/' quotes/2026/11.csv
sed -i 's/,5$/,4/' numbers.csv
git commit -qam 'from elsewhere'
X=$(draft Next 'name=Work price=5')
Z=$(draft Last 'name=Work price=5')
crm-quote issue "$X" "$Z" >/dev/null
t_same 'numbers that are in use are passed over' 'Q2026-0005 Q2026-0007' \
    "$(field "$X" number) $(field "$Z" number)"
# another number, but not for whoever looks for it
X=$(draft Again 'name=Work price=5')
crm-quote issue "$X" >/dev/null
sed -i 's/Q2026-0008/q2026-0008/' quotes/2026/11.csv
sed -i 's/,8$/,7/' numbers.csv
git commit -qam 'in lower case'
X=$(draft 'And again' 'name=Work price=5')
t 'what -n says is what comes' sh -c \
    "crm-quote issue $X -n | grep -q Q2026-0009"
crm-quote issue "$X" >/dev/null
t_same 'nor are those of another case given again' Q2026-0009 \
    "$(field "$X" number)"
t_now 2027-01-02T10:00:00Z
Y=$(draft Year 'name=Work price=5')
crm-quote issue "$Y" >/dev/null
t_same 'a year begins anew' Q2027-0001 "$(field "$Y" number)"
printf '[quote]\n\tnumber = AN/{n}\n' >>crmrc && git commit -qam pattern
Y=$(draft Plain 'name=Work price=5')
crm-quote issue "$Y" >/dev/null
t_same 'the pattern is a setting' AN/1 "$(field "$Y" number)"
for p in 'Q{year}' 'Q{n}{n}' '{m}-{n}' 'Q {n}' 'Q{n:99}' 'Q{n'; do
	sed -i "s|number = .*|number = \"$p\"|" crmrc
	Y=$(draft "Bad $p" 'name=Work price=5')
	t_exit 65 "which is refused where it is none: $p" crm-quote issue "$Y"
done

# --- no way round it ----------------------------------------------------------
sed -i '/^\[quote\]/,$d' crmrc
Z=$(draft Imported 'name=Work price=100')
crm-quote set "$Z" ext_id=z1 >/dev/null
crm-quote issue "$Z" >/dev/null
state=$(cat quotes/*/*.csv quote-lines/*/*.csv)
for cells in 'discount=50%' 'account=Other' 'state=draft' 'name=Another'; do
	printf 'ext_id,%s\nz1,%s\n' "${cells%=*}" "${cells#*=}" >"$T/i.csv"
	crm-account list name:Other -o ids | grep -q . ||
	    crm-account add Other >/dev/null
	t_exit 77 "an import does not change it: ${cells%=*}" \
	    crm-quote import "$T/i.csv" --key ext_id
done
printf 'id,discount\n%s,50%%\n' "$Z" >"$T/i.csv"
t_exit 77 'by its id neither' crm-quote import "$T/i.csv"
rm -f "$T/i.csv"
t_same 'it is what it was' "$state" \
    "$(cat quotes/*/*.csv quote-lines/*/*.csv)"
W=$(draft Undone 'name=Work price=100')
crm-quote set "$W" ext_id=z2 >/dev/null
crm-quote issue "$W" >/dev/null
t_exit 77 'undo takes none away, be its id another program'"'"'s' crm undo 4
t 'its number is still there' test -n "$(field "$W" number)"

# --- a table that changes under it ---------------------------------------------
V=$(draft Taxed 'name=Work price=100 tax=std' 'name=Plan price=50')
printf 'term,label,schedule,text\n%s\n' 'half,Halves,50%@order rest@+30,' \
    >config/terms.csv
printf '[quote]\n\ttax-class = std\n' >>crmrc
git add -A && git commit -qm tables
crm-quote set "$V" terms=half >"$OUT"
crm-quote issue "$V" >/dev/null
R=$(crm-quote revise "$V")
t_same 'a new revision is by the tables' '' \
    "$(field "$R" issued_rates)$(field "$R" issued_terms)"
t_exit 77 'what was issued is not written over' sh -c \
    "printf 'id,issued_terms\n$V,rest@order\n' | crm-quote apply -"
crm-quote show "$V" -o table >"$T/was.show"
crm-quote render "$V" >"$T/was.txt"
t 'the sums are those of 19 percent' grep -q '178\.50' "$T/was.txt"
t 'the terms are halves' grep -q Halves "$T/was.txt"
sed -i 's/,19,/,21,/;s/VAT/Tax/' config/taxes.csv
sed -i 's/Halves/Quarters/;s/50%/25%/' config/terms.csv
sed -i 's/tax-class = std/tax-class = exempt/' crmrc
git commit -qam edited
crm-quote show "$V" -o table >"$T/is.show"
crm-quote render "$V" >"$T/is.txt"
t_same 'a row that is edited changes nothing that was issued' "$T/was.txt" \
    "$T/is.txt"
t_same 'nor how it is shown' "$T/was.show" "$T/is.show"
printf 'tax,part,from,label,rate,compound,code,reason\n' >config/taxes.csv
git rm -q config/terms.csv && git commit -qam gone
crm-quote render "$V" >"$T/is.txt"
t_same 'nor one that is gone' "$T/was.txt" "$T/is.txt"
git checkout -q HEAD~2 -- config crmrc && git commit -qm back

# one that was issued before it kept them itself
V=$(draft Older 'name=Work price=100 tax=std')
crm-quote issue "$V" >/dev/null
for f in quotes/*/*.csv; do
	mlr --csv -I put '$issued_rates = ""' "$f"
done
sed -i 's/,19,/,21,/' config/taxes.csv && git commit -qam rate
t_exit 65 'what was issued is not shown with other taxes' crm-quote render "$V"
t_err 'both sums are told' 'issued with 119.00, and would come to 121.00'
sed -i 's/^std.*/std,,,VAT,19,,S,\nstd,,2028-01-01,VAT,21,,S,/' config/taxes.csv
git commit -qam rate
t 'a rate of its own day changes nothing' crm-quote render "$V"
t_out 'its sum is that of then' '119\.00'
done_testing
