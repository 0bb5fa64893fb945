#!/bin/sh
# What customers have: by hand, and by deliveries; found by serial number.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme >"$OUT"
crm-product add name=Lift sku=LIFT price=900 warranty=12 >"$OUT"
crm-product add name=Cable sku=CABLE price=9 >"$OUT"
t 'one from before' crm-asset add name=Lift account=Acme product=LIFT \
    serial=L-1 delivered=2025-01-31 warranty_until=2026-12-31
t_same 'it is found by its number' Lift "$(crm-asset show L-1 -c name -o csv |
    sed 1d)"
Q=$(crm-quote new Acme name=Lifts)
crm-quote line add "$Q" LIFT x2 >"$OUT"
crm-quote line add "$Q" CABLE x5 >"$OUT"
crm-quote issue "$Q" >"$OUT"
O=$(crm-quote order "$Q" --accept)
t_exit 64 'serial numbers are of one line' \
    crm-order deliver "$O" all --serial L-2,L-3
t_exit 64 'as many as pieces' crm-order deliver "$O" LIFT --serial L-2,L-3,L-4
crm-product set LIFT warranty=24 >"$OUT"
# of the product when it was ordered; 2027-02-29 is no day
t 'delivered on the last of a month' \
    crm-order deliver "$O" LIFT --serial L-2,L-3 --on 2028-02-29
crm-order deliver "$O" CABLE >"$OUT"
t_same 'the warranty is that of the order' \
    'L-1,2026-12-31 L-2,2029-02-28 L-3,2029-02-28 ' \
    "$(crm-asset list -c serial,warranty_until -s serial -o csv | sed 1d |
	tr '\n' ' ')"
t_same 'whose warranty ends' L-1 "$(crm-asset list warranty_until:..+60d \
    -c serial -o csv | sed 1d)"
t_same 'what the customer has' 3 "$(crm-asset list account:Acme -o count)"
t 'it is out of use' crm-asset set L-1 state=retired
t_same 'crm check finds nothing' '' "$(crm check)"

t_same 'each has its own number' '' "$(crm check 2>&1 | grep serial)"
# of another product; then of the same, once as it was and once returned
crm-asset add name=Cable account=Acme product=CABLE serial=L-3 >"$OUT"
crm-asset add name=Lift account=Acme serial=L-3 >"$OUT"
t_same 'one of another product may be the same' '' \
    "$(crm check 2>&1 | grep serial)"
A=$(crm-asset add name=Lift account=Acme product=LIFT serial=l-1)
t 'a second one of a product is told' 'crm check | grep -q "note: $A: the same serial number as .* of one product: .l-1.$" || crm check | grep -q "the same serial number as $A of one product"'
t_same 'once' 1 "$(crm check 2>&1 | grep -c serial)"
crm-asset set "$A" state=returned >"$OUT"
t_same 'what came back may have it' '' "$(crm check 2>&1 | grep serial)"
done_testing
