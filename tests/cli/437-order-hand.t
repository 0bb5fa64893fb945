#!/bin/sh
# Payments and deliveries edited by hand: their rules read the same files.
. "${0%/*}/../lib.sh"

t_store s
crm-product add Window sku=WIN price='100 EUR' >"$OUT"
crm-account add Acme >"$OUT"
q=$(crm-quote new Acme currency=EUR)
crm-quote line add "$q" WIN x4 >"$OUT"
crm-quote issue "$q" >"$OUT"
o=$(crm-quote order "$q" --accept)
crm-order pay "$o" 100 >"$OUT" 2>&1
crm-order deliver "$o" 1 x2 >"$OUT" 2>&1
f=$(echo payments/*/*.csv) g=$(echo deliveries/*/*.csv)

sed -i 's/,100.00,/,90.00,/' "$f"
t 'a payment that was edited is committed' crm commit
t_same 'and is what counts' 310.00 "$(crm-order list -c owing -o csv | tail -n 1)"
sed -i 's/,90.00,/,80.00,/' "$f"
t 'or by the next command' crm-order pay "$o" 20
t_same 'before what that does' 300.00 \
    "$(crm-order list -c owing -o csv | tail -n 1)"
t_same 'each as a commit' 'hand edit' "$(git log -1 --skip=1 --format=%s |
	cut -d : -f 1)"
sed -i 's/,2,/,1,/' "$g"
t 'the same of deliveries' crm commit
sed -i 's/,80.00,/,much,/' "$f"
t_exit 65 'what is no amount is refused' crm commit
t_err 'with its line' "$f:[0-9]*: .*much"
done_testing
