#!/bin/sh
# crm-discount, crm-pricebook, crm-price: what they refuse.
. "${0%/*}/../lib.sh"
t_store
crm-product add name=Frame sku=FRAME price=33.33 family=Windows >"$OUT"
crm-product add name=Sealant sku=SEAL price=4.20 >"$OUT"
crm-pricebook add Europe currency=EUR >"$OUT"
t 'a discount' crm-discount add 'Autumn sale' value=10 products=family:Windows
t_same 'of a line, in percent' line,percent,yes \
    "$(crm-discount list -o csv -c scope,kind,active | sed 1d)"
t 'an amount' crm-discount add 'Less' kind=amount value=50
t_same 'has a currency' EUR \
    "$(crm-discount list name:Less -o tsv -c currency | sed 1d)"
t_exit 64 'it takes no more than there is' crm-product price FRAME
t_err 'the record is named' 'discounts.csv: D2611-[a-z0-9]* .Less.: 50.00 off'
crm-discount set Less active=no >"$OUT"
t_same 'it can be put aside' 30.00 \
    "$(crm-product price FRAME -o tsv | awk 'NR == 2 { print $5 }')"
t_exit 64 'a price below 0' crm-price add book=Europe product=FRAME price=-1
t_exit 64 'a quantity below 0' crm-price add book=Europe product=FRAME price=1 min=-1
t_exit 64 'more than 100 %' crm-discount add X value=101
t_exit 64 'no value' crm-discount add X kind=amount
t_exit 64 'a gift of nothing' crm-discount add X kind=gift
t_exit 64 'a gift with a value' crm-discount add X kind=gift gift=SEAL value=1
t_exit 64 'a price of a quote' crm-discount add X scope=quote kind=price value=1
t_exit 64 'a 13th month' crm-discount add X value=1 months=13
t_exit 64 'it ends first' crm-discount add X value=1 from=2026-02-01 to=2026-01-01
t_exit 65 'a filter that is none' crm-discount add X value=1 products=colour:red
t_err 'the field is named' 'products: '
t_exit 65 'of customers' crm-pricebook add X currency=EUR customers='size:3'
t_exit 64 'a product below 0' crm-product set FRAME price=-3
t_exit 64 'an unknown tax class' crm-product set FRAME tax=vat
sed -i 's/family:Windows/colour:red/' discounts.csv
t_exit 65 'one by hand' crm-product price FRAME
t_err 'the record is named' 'discounts.csv: D2611-[a-z0-9]* .Autumn sale.: products: '
git restore discounts.csv


t 'undo is not held to them' "
	crm-discount rm Less && crm undo"
done_testing
