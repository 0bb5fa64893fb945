#!/bin/sh
# What belongs to a record, beneath it: quotes, orders and installed products
# of a deal, an account or a product; on a narrow terminal what matters stays.
. "${0%/*}/../lib.sh"
t_store
printf 'currency,date,rate\nKWD,2026-01-01,3\n' >config/rates.csv
crm commit config/rates.csv >"$OUT"
crm-user add 'Ana Test' login=ana >"$OUT" 2>&1
crm-product add 'Window 90' sku=WIN-90 price=450 cost=300 warranty=24 >"$OUT"
crm-product add Frame sku=FRAME price=99.50 >"$OUT"
acme=$(crm-account add Acme -o ids)
crm-account add Other >"$OUT"
deal=$(crm-opp add Roof 5k account=Acme -o ids)
crm-opp add Barn 5k account=Other >"$OUT"
for i in 1 2 3 4 5 6; do
	t_tick 60
	q=$(crm-quote new Roof -o ids)
	crm-quote line add "$q" WIN-90 "x$i"
	crm-quote issue "$q"
done >"$OUT"
q=$(crm-quote new Barn -o ids)
crm-quote line add "$q" FRAME x2 >"$OUT"
first=$(crm-quote list number:Q2026-0001 -o ids)
crm-quote accept "$first" >"$OUT"
order=$(crm-quote order "$first" -o ids)
crm-order pay "$order" 100 >"$OUT" 2>&1
crm-order deliver "$order" all --serial S1 >"$OUT"

# under TITLE COMMAND...: the rows of that table, columns apart by commas
under() {
	t_title=$1
	shift
	"$@" -o table | awk -v title="$t_title" '
		$0 == title { on = 1; next }
		on && /^[^ ─]/ && n++ { print }
		on && n && /^$/ { exit }' | sed -E 's/ {2,}/,/g'
}
# 450 a piece
t_same 'quotes of a deal, the newest first, five of them' \
    'Q2026-0006,2,700.00 Q2026-0005,2,250.00 Q2026-0004,1,800.00 Q2026-0003,1,350.00 Q2026-0002,900.00' \
    "$(under quotes crm-opp show Roof | grep ^Q |
	sed -E 's/^[^,]*,([^,]*),(.*),EUR.*/\1,\2/' | paste -sd ' ' -)"
t_same 'and how to see the others' \
    "more: crm-quote list opp:$deal -s created-" \
    "$(crm-opp show Roof -o table | grep '^more: crm-quote')"
t_same 'of the account, too' 5 "$(under quotes crm-account show Acme | grep -c ^Q)"
t_same 'its orders, with what is owed' 'R2026-0001,450.00,EUR,350.00,delivered' \
    "$(under orders crm-account show Acme | cut -d, -f2-6)"
t_same 'those of others are not there' 0 \
    "$(crm-account show Other -o table | grep -c 'R2026\|Q2026')"
for of in "crm-opp show Roof" "crm-account show Acme" "crm-order show $order"; do
	# shellcheck disable=SC2086
	t_same "what was installed: $of" 'Window 90,S1,1,2026-11-21,2028-11-21' \
	    "$(under 'installed products' $of | cut -d, -f2-6)"
done
t_same 'the order of a quote' R2026-0001 \
    "$(under orders crm-quote show "$first" | cut -d, -f2)"
t_same 'where a product is installed' Acme,S1 \
    "$(under 'installed at' crm-product show WIN-90 | cut -d, -f2,3)"
t_same 'who ordered it' R2026-0001,2026-11-21,Acme,1 \
    "$(under ordered crm-product show WIN-90 | cut -d, -f1-4)"
crm-pricebook add Partners currency=EUR >"$OUT"
crm-price add book=Partners product=FRAME price=80 >"$OUT"
t_same 'its price in price books' Partners,80.00 "$(
	under 'prices in price books' crm-product show FRAME |
	    cut -d, -f2-3)"
t_same 'and the prices of a book' Frame,FRAME,80.00 \
    "$(under prices crm-pricebook show Partners | cut -d, -f2-4)"
t_same 'crm show shows a quote whole' "$(crm-quote show "$first" -o table)" \
    "$(crm show "$first" -o table)"
t_same 'and an order' "$(crm-order show "$order" -o table)" \
    "$(crm show "$order" -o table)"

barn=$(crm-quote list opp:Barn -o ids)
crm-quote line add "$barn" - >"$OUT" <<'END'
sku,quantity,price
FRAME,2.50,80.5
END
t_same 'quantities without zeros at the end, prices with their cents' \
    'Frame,2.5,80.50,201.25' \
    "$(under lines crm-quote show "$barn" | sed -n 2p | cut -d, -f3-)"
kwd=$(crm-quote new Barn currency=KWD name=towers -o ids)
crm-quote line add "$kwd" FRAME x1.50 price=120.5 >"$OUT"
t_same 'of a dinar there are thousands' 'Frame,1.5,120.500,180.750' \
    "$(under lines crm-quote show "$kwd" | cut -d, -f3-)"

if ! script -qec true /dev/null >"$OUT" 2>&1; then
	t_skip_rest 'no script(1)'
fi
# at COLUMNS COMMAND: as on a terminal of that width
at() {
	CRM_PAGER=cat NO_COLOR=1 script -qec "stty cols $1; $2" /dev/null \
	    </dev/null | tr -d '\r'
}
at 60 'crm-opp show Roof' >"$T/narrow"
t_same 'nothing is said of what other tables leave out' 0 \
    "$(grep -c 'left out' "$T/narrow")"
t_same 'what a quote comes to and how it stands is there at 60' \
    'Q2026-0006,2,700.00,open,2026-11-21' "$(
	sed -E 's/ {2,}/,/g' "$T/narrow" | grep Q2026-0006 | cut -d, -f2-)"
at 60 "crm-quote show $first" >"$T/narrow"
t_same 'and what a line comes to' 450.00 "$(
	awk '/WIN-90/ { print $NF }' "$T/narrow")"
at 60 "crm-order show $order" >"$T/narrow"
t_same 'nothing is wider' '' "$(
	grep -v ─ "$T/narrow" | awk 'length($0) > 60')"
# rather than who looks after it: when, and how much
at 60 'crm-order due --within 400' >"$T/narrow"
t_same 'what is due says when and how much' 'due unpaid' "$(
	sed -n 1p "$T/narrow" | grep -oE 'due|unpaid' | paste -sd' ')"
at 60 'crm-quote due --within 400' >"$T/narrow"
t_same 'and what is to follow up how it stands' 'total standing' "$(
	sed -n 1p "$T/narrow" | grep -oE 'total|standing' | paste -sd' ')"
done_testing
