#!/bin/sh
# crm-product: what is sold.
. "${0%/*}/../lib.sh"
t_store

t 'with a price' crm-product add 'Window W90' sku=WIN-90 price=690 family=Windows
t 'found by its stock number' crm-product show win-90
t_exit 4 'a stock number is taken once' crm-product add Other sku=WIN-90
t_same 'active unless said otherwise' yes "$(
	crm-product list -c active -o tsv | tail -n 1)"
t 'a deal over it' crm-opp add Roof 5k product=WIN-90
t_same 'deals of the family' Roof "$(
	crm-opp list product.family:windows -c name -o tsv | tail -n +2)"
t_same 'products are one file' products.csv "$(git ls-files | grep product)"

# a record under two names, two records of one name
crm-account add Wexa >"$OUT"
crm-account add Wexa --force >"$OUT"
crm-contact add Wexa account="$(crm-account list -o ids | head -n 1)" >"$OUT"
crm-product add Wexb sku=Wexc price=1 >"$OUT"
crm-product add Wexb sku=Wexd price=1 >"$OUT"
nearest() { "$@" 2>&1 | grep -o 'nearest: .*' | cut -d';' -f1 | tr -d ' ' |
    cut -d: -f2 | tr , '\n'; }
t_same 'the nearest products, each name once' 'Wexb Wexc Wexd' \
    "$(nearest crm-product show Wexx | sort | paste -sd ' ')"
t_same 'the nearest of any kind, each name once' 'Wexa' \
    "$(nearest crm-act call Wexx | sort | paste -sd ' ')"

# what is in use
p=$(crm-product show win-90 -o ids)
t_exit 77 'a product that a deal has stays' crm-product rm "$p"
t_err 'the way out' "1 record refers to it .*; active=no takes it out of use"
b=$(crm-pricebook add Dealers currency=EUR)
crm price add product=WIN-90 book=Dealers price=600 >"$OUT"
t_exit 77 'so does a price book with prices' crm-pricebook rm "$b"
t_err 'the way out' 'active=no takes it out of use'
t 'which it is' crm-pricebook set "$b" active=no
a=$(crm-account add Used)
crm-opp set Roof account="$a" >"$OUT"
t_exit 77 'an account has no such field' crm-account rm "$a"
t 'and none is told' test -z "$(crm-account rm "$a" 2>&1 | grep active)"
done_testing
