#!/bin/sh
# A discount is measured by the list price: that of a product is of the tables
# and of nobody's hand. What options take of a discount is in every line.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme >"$OUT"
crm-product add name=Frame sku=FRAME price=33.33 >"$OUT"
crm-product add name=Seal sku=SEAL price=50 >"$OUT"
crm-product add name=Bare sku=BARE >"$OUT"
Q=$(crm-quote new Acme -o ids)
crm-quote line add "$Q" FRAME x3 >"$OUT"
id=$(crm-quote line list "$Q" -o ids)

t_exit 77 'the list price of a product is not set' \
    crm-quote line set "$Q" FRAME list=1 price=1
t_err 'the reason is told' 'list: is what the tables of prices say of FRAME'
t_exit 77 'nor removed' crm-quote line set "$Q" FRAME list=
t_exit 77 'nor given with the line' crm-quote line add "$Q" FRAME list=1 price=1
t_exit 77 'nor in a row' "
	printf 'sku,list,price\nFRAME,1,1\n' | crm-quote line add $Q -"
t 'its price is' crm-quote line set "$Q" FRAME price=30
t_same 'which leaves the list price' 33.33 \
    "$(crm-quote line list "$Q" -o csv -c list | sed 1d)"
t_exit 77 'nor is the product taken off' \
    crm-quote line set "$Q" FRAME product= list=1 price=1
t_err 'the reason is told' 'product: a line stays with one'
t_exit 77 'nor its sku given to a line without' \
    crm-quote line add "$Q" name=Frame sku=frame list=1 price=1
t_err 'the reason is told' 'sku: frame is that of a product; product=frame'
t 'a sku of nobody is' crm-quote line add "$Q" name=Oak sku=OAK price=1
t_exit 77 'which does not become that of a product' \
    crm-quote line set "$Q" OAK sku=FRAME
t 'without a product it is' \
    crm-quote line add "$Q" name=Work price=80 list=100
t 'a product without a price is listed at what is asked' \
    crm-quote line add "$Q" BARE price=7
sed -i "s/^\($id.*\),33\.33,30,/\1,2,2,/" quote-lines/*/*.csv
t_same 'it is edited by hand' 1 "$(grep -c ',2,2,' quote-lines/*/*.csv)"
t_exit 77 'which is refused, too' crm-quote line set "$Q" FRAME quantity=4
t_err 'with its line' 'quote-lines/2026/11.csv:[0-9]*: .*list: is what the tables'
git restore quote-lines
crm-product set FRAME price=40 >"$OUT"
t 'a list price that was is kept' crm-quote line set "$Q" FRAME quantity=4
crm-quote issue "$Q" >"$OUT"
crm-product add name=Oak sku=OAK price=2 >"$OUT"
t 'by revisions, too, though a sku has become that of a product' \
    crm-quote revise "$Q"

# 100 off the whole, of 200 (Work, Frames) and then of 300 (a Seal).
Q=$(crm-quote new Acme discount=100 -o ids)
crm-quote line add "$Q" name=Work price=120 >"$OUT"
crm-quote line add "$Q" FRAME x2 >"$OUT"
crm-quote line add "$Q" SEAL x2 choice=option >"$OUT"
crm-quote issue "$Q" >"$OUT"
t 'an option is taken' crm-quote accept "$Q" --with SEAL
t 'which can be undone' crm undo
crm-quote accept "$Q" --with SEAL >"$OUT"
O=$(crm-quote order "$Q" -o ids)
python3 - >"$T/want" <<'END'
from fractions import Fraction as F
g = [120, 80, 100]
c = [F(10000 * x, sum(g)) for x in g]
s = [int(x) for x in c]
for i in sorted(range(3), key=lambda i: (s[i] - c[i], i))[:10000 - sum(s)]:
    s[i] += 1
print('\n'.join(sorted('%d.%02d' % divmod(100 * x - y, 100)
    for x, y in zip(g, s))))
END
lines() { mlr --icsv --onidx filter "\$$1==\"$2\"" then cut -f amount \
    $1-lines/*/*.csv | sort; }
t_same 'the discount is shared by all lines anew' "$T/want" "$(lines quote "$Q")"
t_same 'as it is in the order' "$T/want" "$(lines order "$O")"

# --- another sku is another product -----------------------------------------------
crm-product add name=Pane sku=PANE price=18.90 cost=7 unit=pc >"$OUT"
crm-product add name=Door sku=DOOR price=50 cost=20 unit=set >"$OUT"
crm-product add name=Plain price=3 >"$OUT"
P=$(crm-quote new Acme name=Skus)
crm-quote line add "$P" PANE x2 >"$OUT"
t 'a line gets the sku of another product' crm-quote line set "$P" 1 sku=door
t_same 'it is one of that, with its price' 'DOOR Door set 50 50 100' "$(
	crm-quote line list "$P" -o csv \
	    -c sku,name,unit,price,list,amount |
	    awk -F, 'NR == 2 { print $1, $2, $3, $4 + 0, $5 + 0, $6 + 0 }')"
t_exit 77 'that of none is refused' crm-quote line set "$P" 1 sku=NIX
t_err 'with the reason' 'sku: NIX is that of no product, and the line is of DOOR'
t_exit 77 'also beside a product' crm-quote line set "$P" 1 product=PANE sku=FRAME
t_err 'which has another' 'sku: FRAME is that of another product, and the line is of PANE'
L=$(crm-quote line list "$P" -o ids)
sed -i 's/,DOOR,/,NIX,/' quote-lines/2026/11.csv
t_exit 77 'an edit of the file is asked the same' crm-quote line set "$P" 1 note=x
t_err 'by its place' 'quote-lines/2026/11.csv:.*sku: NIX is that of no product'
git checkout -q quote-lines
t_exit 77 'and with a new line' crm-quote line add "$P" PANE sku=NIX
t 'a product without one may be called anything' \
    crm-quote line add "$P" Plain sku=OURS-1
t 'what a product was called before stays' '
	crm-product set DOOR sku=GATE
	crm-quote line set "$P" 1 quantity=3
	test "$(crm get "$L.sku")" = DOOR'
done_testing
