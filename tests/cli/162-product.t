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
done_testing
