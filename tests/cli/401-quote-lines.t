#!/bin/sh
# Quotes are made of deals, lines come from words and from pipes, and what it
# all comes to is what another program makes of it.
. "${0%/*}/../lib.sh"
t_store
printf 'tax,part,from,label,rate,compound,code,reason\n%s\n%s\n' \
    'std,,,VAT 19 %,19,,S,' 'low,,,VAT 7 %,7,,S,' >config/taxes.csv
git add -A && git commit -qm taxes
crm-account add 'Acme' >"$OUT"
crm-contact add name='Ada Byron' account=Acme >"$OUT"
crm-product add name=Window sku=WIN-90 price=120.50 cost=70 tax=std unit=pc \
    >"$OUT"
crm-product add name=Frame sku=FRAME price=33.33 cost=10 tax=low >"$OUT"
crm-product add name=Old sku=OLD price=1 active=no >"$OUT"
crm-product add name=Bare sku=BARE >"$OUT"
D=$(crm-opp add 'Acme windows' 48k account=Acme contact='Ada Byron' \
    product=WIN-90)

Q=$(crm-quote new "$D" -o ids)
t_same 'a deal gives its account, its contact, its currency and its name' \
    'Acme windows,Acme,Ada Byron,EUR,draft,2026-12-21' \
    "$(crm-quote list -o csv -c name,account.name,contact.name,currency,state,valid_until |
	sed 1d)"
t_same 'its product is the first line' 'WIN-90,1,120.50' \
    "$(crm-quote line list "$Q" -o csv -c sku,quantity,price | sed 1d)"
crm-quote line rm "$Q" 1 >"$OUT"

t 'lines come from a pipe' "
	printf 'sku,quantity\nWIN-90,12\nFRAME,3\n' | crm-quote line add $Q -"
t_same 'one commit' 'quote-line add: 2 added' "$(git log -1 --format=%s)"
t 'a discount and terms' crm-quote set "$Q" discount=10% terms=30/30/40

# The same, line by line, in exact numbers: each amount and each tax is
# rounded half up; the discount is shared out by the largest remainders.
python3 - >"$T/want" <<'END'
from decimal import Decimal as D, ROUND_HALF_UP, ROUND_FLOOR
c = D('0.01')
r = lambda x: x.quantize(c, ROUND_HALF_UP)
lines = [(D(12) * D('120.50'), D(19)), (D(3) * D('33.33'), D(7))]
amount = [r(a) for a, _ in lines]
sub = sum(amount)
off = r(sub * D('0.10'))
part = [off * a / sub for a in amount]
share = [p.quantize(c, ROUND_FLOOR) for p in part]
left = int((off - sum(share)) / c)
for i in sorted(range(len(part)), key=lambda i: (-(part[i] - share[i]), i))[:left]:
    share[i] += c
net = [a - s for a, s in zip(amount, share)]
tax = [r(n * t / 100) for n, (_, t) in zip(net, lines)]
margin = sum(net) - (12 * 70 + 3 * 10)
print(f'{sum(net)},{sum(tax)},{sum(net) + sum(tax)},{margin:.2f},{off}')
END
t_same 'the sums are those of another program' "$T/want" \
    "$(crm-quote list -o csv -c net,taxes,total,margin,off | sed 1d)"
total=$(cut -d, -f3 "$T/want")
t_same 'filters and reports go by them' 1 \
    "$(crm-quote list "total:$total..$total" -o count)"

t 'show is for people' crm-quote show "$Q" -o table
t_out 'with the lines' '^1 +WIN-90 +Window +12 +pc +120.50 .* 1,446.00'
t_out 'and the taxes' '^VAT 19 % of '
t_out 'the margin is marked' '^inside only: margin '
t_out 'and what is next' "^next: crm-quote issue $Q"
t_same 'the parts of the terms sum to the total' "$total" \
    "$(crm-quote show "$Q" -o table |
	awk '/^terms:/ { t = 1 } /^inside/ { t = 0 }
	    t && $1 ~ /^[123]$/ { gsub(",", "", $NF); s += $NF * 100 }
	    END { printf "%.2f\n", s / 100 }')"

t 'a quantity is a word, too' crm-quote line add "$Q" FRAME x2.5
t 'what is no product has a name and a price' \
    crm-quote line add "$Q" name=Fitting price=100 tax=std choice=option
t 'a heading' crm-quote line add "$Q" kind=heading name=Extras
t 'it is moved' crm-quote line move "$Q" 5 1
t_same 'lines are in order' 'Extras,Window,Frame,Frame,Fitting' \
    "$(crm-quote line list "$Q" -o csv -c name | sed 1d | paste -sd,)"
t_same 'an option is in no total' "$(crm-quote list -o csv -c net | sed 1d)" "$(
	crm-quote line set "$Q" 5 price=5000 >"$OUT"
	crm-quote list -o csv -c net | sed 1d)"
t 'a line of the whole takes away' \
    crm-quote line add "$Q" kind=discount name=Friend discount=5%
t 'lines are named by their SKU' crm-quote line set "$Q" WIN-90 quantity=2
t_same 'by one that two have they are not' 64 "$(
	crm-quote line set "$Q" FRAME quantity=2 >"$OUT" 2>"$ERR"; echo $?)"
t 'lines are removed' crm-quote line rm "$Q" 6 5 4 1
t_same 'the others stay' 'WIN-90,2;FRAME,3' \
    "$(crm-quote line list "$Q" -o csv -c sku,quantity | sed 1d | paste -sd';')"

t_exit 64 'a quantity of 0' crm-quote line set "$Q" 1 quantity=0
t_exit 65 'one that is no number' crm-quote line set "$Q" 1 quantity=many
t_exit 64 'a price below 0' crm-quote line set "$Q" 1 price=-1
t_exit 64 'a discount larger than its line' \
    crm-quote line set "$Q" FRAME discount=100
t_err 'the line is named' FRAME
t_exit 64 'one of more than 100 %' crm-quote line set "$Q" 1 discount=101%
t_exit 64 'a tax class that is not there' crm-quote line set "$Q" 1 tax=vat
t_err 'those that are there are told' 'std, low'
t_exit 66 'a SKU that is not there' crm-quote line add "$Q" NOPE x2
t_exit 64 'a product that is not sold' crm-quote line add "$Q" OLD
t_exit 64 'one without a price' crm-quote line add "$Q" BARE
t 'unless the price is given' crm-quote line add "$Q" BARE price=7
t_exit 64 'terms that do not sum' crm-quote set "$Q" terms=30/30/30
t_exit 64 'a discount of the whole that is more than that' \
    crm-quote set "$Q" discount=100000
t_exit 66 'rows with an unknown SKU' "
	printf 'sku,quantity\nWIN-90,1\nNOPE,1\n' | crm-quote line add $Q -"
t_err 'the row is named' '^crm-quote line: stdin:3: '
t_same 'nothing of them is added' 3 "$(crm-quote line list "$Q" -o count)"
t_exit 65 'a column that lines do not have' "
	printf 'sku,colour\nWIN-90,red\n' | crm-quote line add $Q -"

H=$(crm-quote new Acme -o ids)
crm-quote line add "$H" kind=heading name=Extras >"$OUT"
t 'currency is that of the lines, too' crm-quote set "$H" currency=USD
t_same 'of each of them' USD \
    "$(crm-quote line list "$H" -o csv -c currency | sed 1d | sort -u)"
crm-quote rm "$H" >"$OUT"

# Lines stand beside their quote: others are not opened.
mkdir -p quote-lines/2025
printf 'id,quote,broken\n"no end\n' >quote-lines/2025/01.csv
t 'a quote is read from its own files alone' crm-quote show "$Q"
rm -r quote-lines/2025
id=$(crm-quote line list "$Q" -o csv -c id | sed -n 2p)
t_same 'an id of a line begins as that of its quote' \
    "$(echo "$Q" | cut -c2-8)" "$(echo "$id" | cut -c2-8)"
t 'crm check finds nothing' crm check
sed -i "s/^$id/K2611-zzzzzzzz/" quote-lines/2026/11.csv
t_exit 65 'one by hand that does not is found' crm check
t_out 'it is named' 'K2611-zzzzzzzz'
git restore quote-lines

t 'the deal shows its quotes' crm-opp show "$D" -o table
t_out 'with what they come to' "$Q .*draft"
t 'the account, too' crm-account show Acme -o table
t_out 'it does' "$Q .*draft"

t_exit 64 'an end that is no day' crm-quote new "$D" valid_until=soon
t 'for an account' crm-quote new Acme discount=3%
t_exit 66 'for nobody known' crm-quote new Nobody
L=$(crm-lead add 'New Person')
t_exit 64 'a lead is converted first' crm-quote new "$L"
t 'a draft is removed' crm-quote rm "$Q"
t_same 'with its lines' 0 "$(cat quote-lines/*/*.csv 2>/dev/null | grep -c "$Q")"
t 'undo brings it back' crm undo
t_same 'with its lines' 3 "$(crm-quote line list "$Q" -o count)"

# 2 x (30.00 - 20.00) + 50.00 = 70.00 of 110.00 are 63.6 %, if the ramp is free
Q=$(crm-quote new Acme name=Bound)
crm-quote line add "$Q" name=Gate price=30 cost=20 quantity=2 >/dev/null
crm-quote line add "$Q" name=Ramp price=50 >/dev/null
t 'where a cost is not known' crm-quote show "$Q" -o table
t_out 'the margin is a bound' '^inside only: margin at most 70\.00 \(63\.6 %\), cost of 1 line is not known, largest'
done_testing
