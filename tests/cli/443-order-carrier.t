#!/bin/sh
# Who brings a delivery, and under which number; show lists what went out.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme >/dev/null
crm-product add name=Window sku=WIN price=100 warranty=12 >/dev/null
Q=$(crm-quote new Acme name=Hotel)
crm-quote line add "$Q" WIN x5 >/dev/null
crm-quote line add "$Q" name='Fitting by hand' price=7 >/dev/null
crm-quote issue "$Q" >/dev/null
O=$(crm-quote order "$Q" --accept -o ids 2>/dev/null | grep '^R')
shown() { # the rows of deliveries, without their ids
	crm-order show "$O" -o table | sed -n '/^deliveries/,/left to pay/p' |
	    sed -n '/^[0-9-]* .*Z2611/s/ *Z2611-.*//p' | tr -s ' '
}

t 'before the first' crm-order show "$O" -o table
t_same 'none is listed' 0 "$(grep -c '^deliveries' "$OUT")"
t '-n shows what would be' crm-order deliver "$O" 1 x1 --carrier DHL -n
t_out 'who brings it' ',carrier,,DHL$'
t 'who brings it, and its number' crm-order deliver "$O" WIN x2 2 \
    --carrier ' DHL ' --tracking '00340 4341'
rows() { # of what was delivered
	mlr --icsv --ocsv --headerless-csv-output \
	    cut -o -f kind,quantity,carrier,tracking \
	    then sort -f kind -nr quantity deliveries/*/*.csv
}
t_same 'stand in each of its rows' 'delivery,2,DHL,00340 4341
delivery,1,DHL,00340 4341' "$(rows)"
t_tick 86400
crm-order deliver "$O" WIN x1 --serial A3 --carrier 'Bote: "Mia"' >/dev/null
t_tick 86400
crm-order return "$O" WIN x1 --serial A3 --reason broken >/dev/null
t_same 'a return has neither' 'return,1,,' "$(rows | grep ^return)"
t_same 'show lists them by day, with line and quantity' '2026-11-21 1 WIN 2 DHL 00340 4341
2026-11-21 2 Fitting by hand 1 DHL 00340 4341
2026-11-22 1 WIN 1 A3 Bote: "Mia"
2026-11-23 1 WIN -1 A3' "$(shown | sort -k1,2)"
id=$(crm-order show "$O" -o table | sed -n 's/^2026-11-22 .*\(Z2611-[a-z0-9]*\)$/\1/p')
t 'with an id that the note is found by' crm-order render "$O" --delivery "$id"
t_out 'which has them' '^Carrier: Bote: "Mia"$'
t_out 'of that delivery' '^     Delivered now: 1$'
was=$(git rev-parse HEAD)
t_exit 65 'one line' crm-order deliver "$O" WIN x1 --carrier 'A
B'
t_err 'which is said' 'carrier: has several lines'
t_exit 65 'of UTF-8' crm-order deliver "$O" WIN x1 --tracking "$(printf 'K\344')"
t_exit 64 'not of what came back' crm-order return "$O" WIN x1 --reason x --carrier DHL
t_same 'nothing of that is kept' "$was" "$(git rev-parse HEAD)"
t 'a hand can put it right' "sed -i 's/00340 4341/00340 4342/' deliveries/*/*.csv &&
    crm commit"
t_same 'in the store' 2 "$(cat deliveries/*/*.csv | grep -c 'DHL,00340 4342')"
printf 'entity,field,type\ndelivery,pallet,text\n' >config/fields.csv
sed -i '1s/$/,pallet/; 2,$s/$/,EUR-7/' deliveries/*/*.csv
t 'fields that a team adds stay its own' crm check
done_testing
