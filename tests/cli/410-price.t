#!/bin/sh
# What products cost: books, quantities, discounts, vouchers, gifts, bundles,
# and the lines of quotes that are priced by them.
. "${0%/*}/../lib.sh"
t_store
printf 'currency,date,rate\nUSD,2026-01-01,0.8\n' >config/rates.csv
git add -A && git commit -qm rates
crm-account add Acme country=DE >"$OUT"
crm-account add Best country=US >"$OUT"
crm-product add name=Window sku=WIN-90 price=690 cost=370 family=Windows \
    >"$OUT"
crm-product add name=Frame sku=FRAME price=33.33 family=Frames >"$OUT"
crm-product add name=Sealant sku=SEAL price=4.20 >"$OUT"
crm-product add name=Kit sku=KIT price=700 >"$OUT"
crm-product add name=Old sku=OLD price=1 active=no >"$OUT"

price() { crm-product price "$@" -o csv -e 2>&1 | sed -n '2s/^[^,]*,[^,]*,//p'; }

t_same 'the list price' 1,690.00,690.00,EUR, "$(price WIN-90)"
t 'a book' crm-pricebook add Europe currency=EUR rank=5
t 'one of Germans' crm-pricebook add Germany currency=EUR parent=Europe \
    customers=country:DE rank=1
t 'prices' crm-price add book=Europe product=WIN-90 price=650
t 'from 10' crm-price add book=Europe product=WIN-90 min=10 price=600
t 'of Germans' crm-price add book=Germany product=FRAME price=30.125
t_same 'of the book' 2,650.00,650.00,EUR, "$(price WIN-90 x2)"
t_same 'at its quantity' 10,600.00,600.00,EUR, "$(price WIN-90 10)"
t_same 'the parent has it' 12,600.00,600.00,EUR, "$(price WIN-90 12 --account Acme)"
t_same 'with its digits' 1,30.125,30.125,EUR, "$(price FRAME --account Acme)"
# 650 / 0.8
t_same 'in dollars' 1,812.50,812.50,USD, "$(price WIN-90 --currency usd)"
t_exit 64 'no rate' crm-product price WIN-90 --currency JPY
t_err 'where one is added' 'no rate of JPY on 2026-11-21.*config/rates.csv'
t_exit 64 'not sold' crm-product price OLD
t_exit 66 'unknown' crm-product price NOPE
t_exit 64 'a quantity of 0' crm-product price WIN-90 x0

t 'a sale' crm-discount add 'Autumn sale' kind=percent value=10 \
    products=family:Windows rank=1 'months=10;11'
t 'a promotion' crm-discount add 'Loyal' kind=amount value=5 min_orders=1 rank=2
t 'a gift' crm-discount add 'Sealed' kind=gift gift=SEAL gift_quantity=2 min=3 \
    products=sku:WIN-90 rank=3
t 'a voucher' crm-discount add 'Fair' value=50 voucher=FAIR26 uses=1 rank=4 \
    products=sku:FRAME
t_same 'the sale' 2,650.00,585.00,EUR, "$(price WIN-90 2)"
t_same 'not in spring' 2,650.00,650.00,EUR, "$(price WIN-90 2 --on 2026-04-01)"
t_same 'gifts' '7,650.00,585.00,EUR,SEAL 4' "$(price WIN-90 7)"
# half of 33.33 is 16.665
t_same 'a voucher halves it, half up' 1,33.33,16.67,EUR, \
    "$(price FRAME --voucher fair26)"
t_exit 64 'no such voucher' crm-product price FRAME --voucher NOPE
t 'the way to it' crm-product price WIN-90 x12 --explain -o csv
cat >"$T/want" <<'END'
what,how,price
Europe,from 10,600.00
Autumn sale,-10 %,540.00
Sealed,8 SEAL free,540.00
END
t_same 'step by step' "$T/want" "$OUT"
t 'as JSON' crm-product price WIN-90 --explain -o json
t_out 'steps' '"what": *"Europe"'
t_exit 65 'rows' 'printf "product\nWIN-90\n" | crm-product price -'

# --- bundles ----------------------------------------------------------------
t 'a bundle' crm-product bundle KIT WIN-90=1 FRAME=2.5
t_same 'its parts' 'WIN-90,1;FRAME,2.5' "$(crm-product bundle KIT -o csv |
	sed 1d | cut -d, -f2,4 | paste -sd';')"
t 'changed' crm-product bundle KIT FRAME=3 WIN-90=0
t_same 'what is there then' 'FRAME,3' "$(crm-product bundle KIT -o csv |
	sed 1d | cut -d, -f2,4)"
t_exit 64 'not in itself' crm-product bundle KIT KIT=1
t_exit 64 'nor in its parts' crm-product bundle FRAME KIT=1
t_exit 64 'a quantity that is none' crm-product bundle KIT FRAME=many
t_exit 66 'an unknown part' crm-product bundle KIT NOPE=1

# --- quotes -----------------------------------------------------------------
Q=$(crm-quote new Best -o ids)
lines() {
	crm-quote line list "$Q" -o csv -c kind,sku,quantity,list,price,discount |
	    sed 1d | paste -sd' '
}
t 'a line' crm-quote line add "$Q" WIN-90 x2
t_same 'has list and price' item,WIN-90,2,650.00,585.00, "$(lines)"
t 'and says why' 'crm-quote line list "$Q" -o csv -c why |
	grep -qx "list 650.00 (Europe); Autumn sale -10 % 585.00"'
t 'more of it' crm-quote line set "$Q" 1 quantity=10
t_same 'is cheaper, and brings gifts' \
    'item,WIN-90,10,600.00,540.00, gift,SEAL,6,4.20,0,' "$(lines)"
t 'less' crm-quote line set "$Q" 1 quantity=3
t_exit 77 'how many are given away is not typed' \
    crm-quote line set "$Q" 2 quantity=5
t_err 'but follows' 'its discount says how many .Sealed.; change the line'
t 'what else it says is' crm-quote line set "$Q" 2 note=red
t_same 'brings less' 'item,WIN-90,3,650.00,585.00, gift,SEAL,2,4.20,0,' "$(lines)"
t 'a price by hand' crm-quote line set "$Q" 1 price=500
t 'and then more' crm-quote line set "$Q" 1 quantity=2
t_same 'stays' 'item,WIN-90,2,650.00,500,' "$(lines)"
t 'why' 'crm-quote line list "$Q" -o csv -c why | grep -qx "by hand"'
t 'given back' crm-quote line set "$Q" 1 price=
t_same 'it has its own' 'item,WIN-90,2,650.00,585.00,' "$(lines)"
t 'a bundle' crm-quote line add "$Q" KIT x2
t_same 'with its parts' \
    'item,WIN-90,2,650.00,585.00, item,KIT,2,700.00,700.00, part,FRAME,6,,,' \
    "$(lines)"
t_exit 77 'how many parts there are is not typed' \
    crm-quote line set "$Q" 3 quantity=5
t_err 'but follows' 'it is a part, and how many there are follows the bundle'
t_exit 77 'nor that it is none' crm-quote line set "$Q" 3 kind=item price=9
t 'what else it says is' crm-quote line set "$Q" 3 note=red
t 'more bundles' crm-quote line set "$Q" 2 quantity=3
t_same 'have more parts' 'part,FRAME,9,,,' \
    "$(lines | sed 's/.* \(part,[^ ]*\).*/\1/')"
t 'fewer' crm-quote line set "$Q" 2 quantity=2
t_same 'parts cost nothing' 2570.00 "$(crm-quote list -c net -o tsv | sed 1d)"
t 'removed' crm-quote line rm "$Q" 2
t_same 'with them' 'item,WIN-90,2,650.00,585.00,' "$(lines)"

t 'a discount of the whole' crm-discount add 'Big one' scope=quote value=5 \
    min_amount=1000
t 'one in euros' crm-discount add 'Welcome' scope=quote kind=amount value=20 \
    voucher=HELLO uses=1
t 'it comes with reprice' crm-quote reprice "$Q"
t_same 'as a line' 'item,WIN-90,2,650.00,585.00, discount,,,,,5%' "$(lines)"
t 'below the amount' crm-quote line set "$Q" 1 quantity=1
t_same 'it goes' 'item,WIN-90,1,650.00,585.00,' "$(lines)"
t 'a voucher' crm-quote set "$Q" vouchers=HELLO
t 'takes' crm-quote reprice "$Q"
t_same 'its amount' 'item,WIN-90,1,650.00,585.00, discount,,,,,20.00' "$(lines)"
t 'the price of the sale' crm-discount set 'Autumn sale' value=20
t 'reprice' crm-quote reprice "$Q"
t_same 'is the new one' 'item,WIN-90,1,650.00,520.00, discount,,,,,20.00' \
    "$(lines)"
t 'a day in spring' crm-quote reprice "$Q" --on 2026-04-01
t_same 'has its prices' 'item,WIN-90,1,650.00,650.00, discount,,,,,20.00' \
    "$(lines)"
t_same 'done twice, nothing changes' "$(git rev-parse HEAD)" "$(
	crm-quote reprice "$Q" >"$OUT" 2>&1
	git rev-parse HEAD)"

# A code is used where a quote was accepted.
{
	echo id,name,state,vouchers
	echo Q2611-00000001,Old,rejected,HELLO
	echo Q2611-00000002,Old,accepted,HELLO
} >quotes/2026/11.csv.new
mlr --icsv --ocsv unsparsify quotes/2026/11.csv quotes/2026/11.csv.new >q &&
    sort q >quotes/2026/11.csv.new && { grep ^id, q; grep -v ^id, quotes/2026/11.csv.new; } \
    >quotes/2026/11.csv && rm quotes/2026/11.csv.new q
git add -A && git commit -qm 'used up'
t_exit 64 'used up' crm-quote reprice "$Q"
t_err 'it says so' 'voucher HELLO is used up: 1 of 1 .Welcome.'

# --- what bundles cost --------------------------------------------------------
# 2 x 3.33 + 2.5 x 0.50 = 7.91; 2 x 7.91 + 0.50 = 16.32
crm-product add name=Wood sku=WOOD price=10 cost=3.33 >"$OUT"
crm-product add name=Nails sku=NAILS price=1 cost=0.50 >"$OUT"
crm-product add name=Glue sku=GLUE price=1 >"$OUT"
for b in BOX CHEST OPEN; do
	crm-product add name=$b sku=$b price=100 >"$OUT"
done
crm-product bundle BOX WOOD=2 NAILS=2.5 >"$OUT"
crm-product bundle CHEST BOX=2 NAILS=1 >"$OUT"
crm-product bundle OPEN BOX=1 GLUE=1 >"$OUT"
cost() { # SKU
	b=$(crm-quote new Best -o ids) &&
	    crm-quote line add "$b" "$1" x1 >"$OUT" &&
	    K=$(sed -n 1p "$OUT") && crm get "$K.cost"
}
t_same 'a bundle costs what its parts cost' 7.91 "$(cost BOX)"
t_same 'bundles in bundles too' 16.32 "$(cost CHEST)"
t_same 'of which one is not known, it is not known' '' "$(cost OPEN)"
crm-product set BOX cost=9 >"$OUT"
t_same 'its own goes before' 9.00 "$(cost BOX)"
done_testing
