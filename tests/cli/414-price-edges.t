#!/bin/sh
# Prices just at a limit, and just beyond it: days, amounts, orders, vouchers;
# what products refuse.
. "${0%/*}/../lib.sh"
t_store
printf 'currency,date,rate\nUSD,2026-01-01,0.9\n' >config/rates.csv
git add -A && git commit -qm rates
crm-account add Acme >"$OUT"
crm-account add Beta >"$OUT"
crm-product add name=Frame sku=FRAME price=50 >"$OUT"
crm-product add name=Sealant sku=SEAL price=4.20 >"$OUT"
price() { crm-product price "$@" -o tsv -e 2>&1 | awk -F '\t' 'NR == 2 { print $5 }'; }

# 50 / 0.9 = 55.5555..., 4.20 / 0.9 = 4.6666...
t_same 'a rate is rounded half up' '55.56 4.67' \
    "$(price FRAME --currency USD) $(price SEAL --currency USD)"

# --- books --------------------------------------------------------------------
crm-pricebook add Shut currency=EUR rank=1 active=no >"$OUT"
crm-price add book=Shut product=FRAME price=1 >"$OUT"
t_same 'a book that is put aside prices nothing' 50.00 "$(price FRAME)"
crm-pricebook add Day currency=EUR rank=1 from=2026-11-21 to=2026-11-21 >"$OUT"
crm-price add book=Day product=FRAME price=40 >"$OUT"
t_same 'one of a day holds on that day' 40.00 "$(price FRAME)"
t_same 'not before it' 50.00 "$(price FRAME --on 2026-11-20)"
t_same 'nor after it' 50.00 "$(price FRAME --on 2026-11-22)"
t_exit 64 'none ends before it begins' crm-pricebook set Day to=2026-11-20
t_err 'which is said' 'to: it ends before it begins'
crm-pricebook set Day active=no >"$OUT"

# --- amounts ------------------------------------------------------------------
off() { crm-discount add "$@" >"$OUT"; }
off Whole kind=amount value=50 products=sku:FRAME
t_same 'all of the price is taken off' 0.00 "$(price FRAME)"
crm-discount set Whole value=50.01 >"$OUT"
t_exit 64 'a cent more is not' crm-product price FRAME
t_err 'both are told' '50.01 off is more than the price of 50.00'
crm-discount rm Whole >"$OUT"
off Many kind=percent value=10 min_amount=150 products=sku:FRAME
t_same 'an amount that is just reached' '50.00 45.00' \
    "$(price FRAME x2.999999) $(price FRAME x3)"
crm-discount rm Many >"$OUT"
off Three kind=percent value=10 min=3 products=sku:FRAME
t_same 'a quantity that is just reached' '50.00 45.00' \
    "$(price FRAME x2.999999) $(price FRAME x3)"
crm-discount rm Three >"$OUT"
off Never kind=price value=60 products=sku:FRAME
t_same 'a price of a discount makes nothing dearer' 50.00 "$(price FRAME)"
crm-discount rm Never >"$OUT"

# --- vouchers, and who is loyal -----------------------------------------------
off Fair value=20 voucher=FAIR uses=1 from=2026-11-10 to=2026-11-21 \
    customers=name:Acme
t_same 'on its last day' 40.00 "$(price FRAME --voucher FAIR --account Acme)"
t_exit 64 'on the day after' crm-product price FRAME --voucher FAIR \
    --account Acme --on 2026-11-22
t_err 'it is not valid' 'voucher FAIR is not valid on that day .Fair.'
t_exit 64 'for another customer' crm-product price FRAME --voucher FAIR \
    --account Beta
t_err 'it is not' 'voucher FAIR is not for this customer .Fair.'
Q=$(crm-quote new Acme vouchers=FAIR)
crm-quote line add "$Q" FRAME >"$OUT"
t_same 'a quote takes it' 50.00,40.00 "$(crm-quote line list "$Q" \
    -c list,price -o csv | sed 1d)"
crm-quote issue "$Q" >"$OUT"
t_same 'issued, it is not used yet' 40.00 \
    "$(price FRAME --voucher FAIR --account Acme)"
crm-quote accept "$Q" >"$OUT"
t_exit 64 'accepted, it is' crm-product price FRAME --voucher FAIR --account Acme
t_err 'so often' 'voucher FAIR is used up: 1 of 1'
off Loyal value=10 min_orders=1 products=sku:SEAL
crm-quote order "$Q" >"$OUT"
t_same 'an order of the same day is none before it' 4.20 \
    "$(price SEAL --account Acme)"
t_same 'the next day it is' 3.78 "$(price SEAL --account Acme --on 2026-11-22)"

# --- products -----------------------------------------------------------------
for f in cost warranty price; do
	t_exit 64 "$f below 0" crm-product set FRAME $f=-1
	t_err "$f: is named" "$f: is below 0"
	t "$f of 0" crm-product set FRAME $f=0
done
t_exit 64 'a tax class that is none' crm-product set FRAME tax=none-such
t_err 'is named' 'tax: .*none-such'
done_testing
