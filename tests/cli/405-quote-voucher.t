#!/bin/sh
# Vouchers count when they are given and when the quote is taken; a currency
# does not change below prices.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme >"$OUT"
crm-product add name=Frame sku=FRAME price=200 >"$OUT"
crm-discount add Once value=10 voucher=ONCE uses=1 >"$OUT"
crm-discount add Past value=10 voucher=PAST to=2026-01-31 >"$OUT"
draft() {
	q=$(crm-quote new Acme "$@" -o ids) &&
	    crm-quote line add "$q" FRAME >"$OUT" && echo "$q"
}
A=$(draft vouchers=ONCE)
B=$(draft)
C=$(draft vouchers=once)
t_exit 64 'an unknown voucher' crm-quote set "$B" vouchers=NOPE
t_err 'it is named' "vouchers: there is no voucher 'NOPE'"
t_exit 64 'one that is over' crm-quote set "$B" vouchers=PAST
t_exit 64 'with a new quote, too' crm-quote new Acme vouchers=NOPE
t 'one that counts' crm-quote set "$B" vouchers=ONCE
printf 'name,account,vouchers\nOffer,Acme,NOPE\n' >in.csv
t_exit 3 'nor does a draft come with one' crm-quote import in.csv
t_err 'which is told' "there is no voucher 'NOPE'"
E=$(draft)
crm-discount add Brief value=10 voucher=BRIEF to=2026-11-25 >"$OUT"
crm-quote set "$E" vouchers=BRIEF >"$OUT"
t_exit 64 'what is over by then is not issued' \
    env CRM_NOW=2026-12-01T10:00:00Z crm-quote issue "$E"
t_err 'its voucher is named' 'vouchers: voucher BRIEF is not valid'
crm-quote issue "$A" "$B" "$C" >"$OUT"
t_exit 64 'two at once do not use up one' crm-quote accept "$B" "$C"
t_err 'it is used up' 'used up: 1 of 1'
t 'the first is accepted' crm-quote accept "$A"
t 'and ordered' crm-quote order "$A"
t_exit 64 'the second is not' crm-quote accept "$B"
t_err 'it is used up' 'used up: 1 of 1'
t_exit 64 'nor ordered' crm-quote order --accept "$B"
D=$(draft)
t_exit 64 'nor is it given again' crm-quote set "$D" vouchers=ONCE
t_same 'crm check finds nothing' '' "$(crm check 2>&1)"
t 'of what was rejected it is free again' '
	crm-discount add Twice value=10 voucher=TWICE uses=1
	q=$(draft vouchers=TWICE) && crm-quote issue "$q" && crm-quote accept "$q"
	crm-quote reject "$q" --reason price
	crm-quote accept "$(q=$(draft vouchers=TWICE); crm-quote issue "$q")"
'
t_exit 64 'a customer may not have it' crm-quote new Acme vouchers=ONCE

# a clone that knows nothing of it uses it, too
N=$(crm-quote list "$A" -o csv -c number | sed 1d)
M=$(crm-quote list "$B" -o csv -c number | sed 1d)
sed -i "/^$B/s/,issued,/,ordered,/" quotes/2026/11.csv
t 'a code that was used too often' crm check
t_out 'is told, with its quotes' \
    "voucher ONCE counts 1 times and was used 2: ($N, $M|$M, $N)$"
git checkout -q quotes

printf 'currency,date,rate\nJPY,2026-01-01,0.00625\n' >config/rates.csv
git add -A && git commit -qm rates
t_exit 77 'prices do not become those of another currency' \
    crm-quote set "$D" currency=JPY
t_err 'what does is told' "crm-quote reprice $D --currency JPY"
t 'reprice does it' crm-quote reprice "$D" --currency JPY
t_same '200 EUR at 0.00625 a yen' 'JPY 32000' \
    "$(crm-quote line list "$D" -o csv -c currency,price | sed 1d |
        awk -F, '{ print $1, $2 + 0 }')"
crm-quote line add "$D" name=Fitting price=500 >"$OUT"
crm-product add name=Sill sku=SILL >"$OUT"
crm-product add name=Mug sku=MUG price=4 cost=2 >"$OUT"
crm-pricebook add Japan currency=JPY >"$OUT"
crm-discount add Mug kind=gift products=sku:FRAME gift=MUG >"$OUT"
G=$(crm-quote new Acme)
crm-quote line add "$G" FRAME >"$OUT"
t 'gifts go with it' crm-quote reprice "$G" --currency JPY
M=$(crm-quote line list "$G" -o csv -c kind,id | sed -n 's/^gift,//p')
t_same 'at 4.00 and 2.00 EUR' 'JPY 640 320' "$(
	for f in currency list cost; do crm get "$M.$f"; done |
	    paste -sd' ' | awk '{ print $1, $2 + 0, $3 + 0 }')"
t_exit 77 'but not of a price by hand' crm-quote reprice "$D" --currency EUR
t_err 'its line is named' 'line 2 .Fitting.: '
crm-quote line rm "$D" 2 >"$OUT"
crm-quote set "$D" shipping=500 terms='1000@order rest@+30' >"$OUT"
t_exit 77 'nor of an amount of the whole' crm-quote reprice "$D" --currency EUR
t_err 'it is named' "shipping: '500' is of JPY"
crm-quote set "$D" shipping= >"$OUT"
t_exit 77 'nor of one of the terms' crm-quote reprice "$D" --currency EUR
t_err 'they are named' "terms: '1000@order rest@.30' is of JPY"
crm-quote set "$D" terms= >"$OUT"
t_exit 64 'a currency that no rate leads to' \
    crm-quote reprice "$D" --currency CHF
t_err 'the line is named' 'line 1 .FRAME.: '
t_same 'nothing is changed' JPY "$(crm get "$D.currency")"
crm-quote line rm "$D" 1 >"$OUT"
t 'without lines it is set' crm-quote set "$D" currency=EUR

# --- a voucher that is given later ---------------------------------------------
# 3 x 50 = 150, less 20 of the whole; TEN takes 10 % off 50, and none off 7
crm-product add name=Bolt sku=BOLT price=50 >"$OUT"
crm-product add name=Nut sku=NUT price=9 >"$OUT"
crm-discount add Gut scope=quote kind=amount value=20 voucher=GUT20 uses=1 >"$OUT"
crm-discount add Ten value=10 voucher=TEN >"$OUT"
V=$(crm-quote new Acme)
crm-quote line add "$V" BOLT x3 >"$OUT"
crm-quote line add "$V" NUT price=7 >"$OUT"
sums() {
	printf '%s ' "$(crm get "$V.net")"
	crm-quote line list "$V" -o csv -c price | awk '$1 + 0 { printf "%s ", $1 + 0 }'
}
t_same 'at first' '157.00 50 7 ' "$(sums)"
t 'a voucher of the whole' crm-quote set "$V" vouchers=GUT20
t_same 'takes off what it says' '137.00 50 7 ' "$(sums)"
t_same 'one of lines, too' "$V" "$(crm-quote set "$V" 'vouchers=GUT20;TEN')"
t_same 'but what was priced by hand' '122.00 45 7 ' "$(sums)"
t 'taken away again' crm-quote set "$V" vouchers=GUT20
t_same 'it takes nothing off' '137.00 50 7 ' "$(sums)"
t 'undo takes both back' crm undo
t_same 'as it was' '122.00 45 7 ' "$(sums)"
t 'what it uses up it is given for' '
	crm-quote issue "$V" && crm-quote order "$V" --accept &&
	    test "$(crm get "$V.issued_net")" = 122.00'
crm-product set BOLT active=no >"$OUT"
W=$(crm-quote new Acme)
crm-quote line add "$W" NUT >"$OUT"
crm-product set NUT active=no >"$OUT"
t_exit 64 'nothing is priced that is not sold' crm-quote set "$W" vouchers=TEN
t_err 'its line is named' 'vouchers: line 1 .NUT.: '
t_same 'and nothing is changed' '' "$(crm get "$W.vouchers")"

# --- what a quote has does not go away -------------------------------------------
crm-discount add Kept value=10 voucher=KEPT >"$OUT"
crm-discount add Free value=10 voucher=FREE >"$OUT"
H=$(crm-quote new Acme vouchers=kept)
crm-quote line add "$H" FRAME >"$OUT"
crm-quote issue "$H" >"$OUT"
t_exit 77 'the rule of a voucher stays' crm-discount rm Kept
t_err 'with the quote that has it' "voucher: 1 quote has KEPT .$H., and go"
t_exit 77 'its code, too' crm-discount set Kept voucher=OTHER
t_exit 77 'by an edit of the file as well' '
	sed -i "/,KEPT,/d" discounts.csv
	crm-discount set Free value=11'
git checkout -q discounts.csv
t 'what else it says is changed' crm-discount set Kept to=2026-11-30 voucher=Kept
t 'and the quote is ordered' crm-quote order "$H" --accept
t 'one that no quote has is removed' crm-discount rm Free
t 'one that is gone by force comes back by undo' '
	crm-discount rm Kept --force && crm undo'
done_testing
