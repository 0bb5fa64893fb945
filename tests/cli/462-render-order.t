#!/bin/sh
# Documents of an order: the note of one delivery, and what is asked to be paid.
. "${0%/*}/../lib.sh"
t_store
cat >>crmrc <<'END'
[company]
	name = Atlas
	bank = "Sparkasse, IBAN MT84 MALT 0110"
END
crm-account add Acme >"$OUT"
crm-product add name=Window sku=WIN price=100 unit=pcs warranty=12 >"$OUT"
crm-product add name=Bolt sku=BOLT price=1 >"$OUT"
crm-product add name=Fitting sku=FIT price=80 >"$OUT"
crm-product add name=Kit sku=KIT price=30 >"$OUT"
crm-product bundle KIT BOLT=4 >"$OUT" 2>&1
Q=$(crm-quote new Acme name=Hotel terms='30%@order rest@delivery+14')
crm-quote line add "$Q" kind=heading name=Goods >"$OUT"
crm-quote line add "$Q" WIN x5 >"$OUT"
crm-quote line add "$Q" kind=heading name=Extra >"$OUT"
crm-quote line add "$Q" KIT x2 >"$OUT"
crm-quote line add "$Q" FIT >"$OUT"
crm-quote issue "$Q" >"$OUT"
O=$(crm-quote order "$Q" --accept delivery=2026-12-24 2>"$ERR")

note() { crm-order render "$O" "$@"; }
# what is said of a line: ordered, before, now, still to come
figures() { # of rows of Markdown
	awk -F' *[|] *' '/^[|] [0-9]* *[|]/ { sub(/ pcs?/, "")
	    print $3 ":" $4 "," $5 "," $6 "," $7 }' |
	    sed 's/<br>/ /; s/,*$//' | paste -sd';'
}

# --- deliveries -----------------------------------------------------------------
t_exit 1 'nothing was delivered yet' note --delivery last
t_err '... is said' 'nothing of it was delivered yet'
t 'before the first the note says what is to go out' note --template order-delivery
t_out '... all of it' 'To be delivered: 5 pcs'
t_out '... until when' '^Delivery: 2026-12-24'
crm-order deliver "$O" WIN x2 --serial A1,A2 --carrier Hermes \
    --tracking '+7 T-1' >"$OUT"
t_tick 86400
crm-order deliver "$O" WIN x1 BOLT x8 >"$OUT"
t_tick 60
crm-order deliver "$O" FIT >"$OUT"
t_same 'the last delivery is that of one command' \
    '**Extra**:;FIT Fitting:1,0,1,0' "$(note --delivery last -o md | figures)"
t_same '... which needs no name' "$(note --delivery last)" \
    "$(note --template order-delivery)"
t 'what is still to come is listed' note --delivery last
t_out '... so many' '^  1  2 pcs  WIN  Window$'
first=$(grep -h ',2,"A1,A2"' deliveries/*/*.csv | cut -d, -f1)
t_same 'one by its id' '**Goods**:;WIN Window Serial no.: A1, A2:5,0,2,3' \
    "$(note --delivery "$first" -o md | figures)"
bolt=$(grep -h ',2026-11-22,8,' deliveries/*/*.csv | cut -d, -f1)
t_same '... with all that went out with it, by the parts of a bundle' \
    '**Goods**:;WIN Window:5,2,1,2;**Extra**:;KIT Kit:;– BOLT Bolt:8,0,8,0' \
    "$(note --delivery "$bolt" -o md | figures)"
t_same '... by each of its lines alike' "$(note --delivery "$bolt")" "$(
    note --delivery "$(grep -h ',2026-11-22,1,,.*10:00:00Z' deliveries/*/*.csv |
	cut -d, -f1)")"
t_same 'all of a day' '3' "$(note --delivery 2026-11-22 -o md |
    grep -cE '^[|] [0-9]* *[|] (– )?(WIN|BOLT|FIT)')"
t 'a day has a date' note --delivery 2026-11-21
t_out '... the day' '^Delivered: 2026-11-21$'
t_out '... and the id that it is known by' "^Number: $first\$"
t_exit 1 'a day without any' note --delivery 2026-11-20
t_err '... is said' 'nothing of it was delivered on 2026-11-20'
t_exit 64 'what is neither id nor day' note --delivery soon
t_exit 66 'a delivery of none' note --delivery Z2611-00000000
t_exit 64 'one document at a time' note --delivery last --instalment 1

# 3 of 5 are there, 1 comes back, 3 are to come then
t_tick 86400
crm-order return "$O" WIN x1 --reason broken --serial A2 >"$OUT"
back=$(grep -h ',return,' deliveries/*/*.csv | cut -d, -f1)
t_exit 64 'what came back is no delivery' note --delivery "$back"
t_err '... is said' 'came back'
t_tick 86400
crm-order deliver "$O" all >"$OUT"
t_same 'what came back is to be delivered anew' \
    '**Goods**:;WIN Window:5,2,3,0' "$(note --delivery last -o md | figures)"
t_same '... which changes no note of before' '**Goods**:;WIN Window Serial no.: A1, A2:5,0,2,3' \
    "$(note --delivery "$first" -o md | figures)"
t_same 'a note has no prices' '' \
    "$(for f in text md html page; do note --delivery 2026-11-22 -o $f; done |
	sed '/<style>/,/<\/style>/d' | grep -nE '\b(100|30|80|500|640)\b')"
for f in text md html page; do
	t "carrier and number as $f" note --delivery "$first" -o $f
	t_out '... the carrier' 'Hermes'
	t_out '... the number' 'T-1'
done

# --- payments -------------------------------------------------------------------
# 5 x 100 + 2 x 30 + 80 = 640.00; 30 % are 192.00, 448.00 are left
t 'what is asked for is the next instalment' note --instalment next
t_out '... by its number' '^Payment request R2026-0001$'
t_out '... which one' '^Instalment 1/2 \(30%\)$'
t_out '... how much' '^     Amount due +192\.00 EUR$'
t_out '... until when' '^     Due: 2026-11-21$'
t_out '... to whom' '^Sparkasse, IBAN MT84 MALT 0110'
t_out '... for what' 'WIN  Window'
t_out '... with what reference' 'with your payment: R2026-0001$'
crm-order pay "$O" 200 --method transfer --reference TX-9 >"$OUT" 2>&1
t 'what was paid is taken off' note --instalment next
t_out '... of the second: 448 less 8' '^     Amount due +440\.00 EUR$'
t_out '... and the payment is told' 'transfer +TX-9 +200\.00 EUR$'
t_out '... with the sum' '^     Paid so far +200\.00 EUR$'
t_out '... and the rest' '^     Still to pay +440\.00 EUR$'
# all of it went out on 2026-11-24
t_out '... its day is that of the delivery' '^     Due: 2026-12-08$'
t 'one by its number' note --instalment 1
t_out '... is paid' '^     Amount due +0\.00 EUR$'
t_exit 66 'one that is not there' note --instalment 3
t_exit 64 'what is no number' note --instalment x
for l in ar de en es fr he it zh; do
	for f in text md html page subject; do
		[ $f != subject ] || continue
		t "$l as $f" note --instalment next -o $f --language $l
		t "... of the delivery" note --delivery last -o $f --language $l
	done
done
if [ -x "$CRM_BIN/libexec/crm-render" ] && command -v pdftotext >/dev/null; then
	t 'a request as PDF' "crm-order render $O --instalment next -o pdf >p.pdf"
	t '... has the amount' "pdftotext -layout p.pdf - | grep -q 'Amount due EUR  *440.00'"
	t 'a note as PDF' "crm-order render $O --delivery $bolt -o pdf >n.pdf"
	t '... has what went out' \
	    "pdftotext -layout n.pdf - | grep -q 'WIN Window  *5  *2  *1 pc  *2'"
else
	t_skip 'PDF' 'no crm-render or no pdftotext'
fi
crm-order pay "$O" 440 >"$OUT" 2>&1
t_exit 1 'nothing is left to ask for' note --instalment next
t_err '... is said' 'nothing is left to pay'
t 'the document says it, too' note --template order-payment
t_out '... with thanks' '^All of it is paid'
t_same 'a quote knows neither' '64 64' "$(
    crm-quote render "$Q" --delivery last >"$OUT" 2>&1; a=$?
    crm-quote render "$Q" --instalment 1 >"$OUT" 2>&1; echo $a $?)"

# --- what belongs to all languages ----------------------------------------------
for l in ar de es fr he it zh; do
	t_same "$l lacks no word" '' "$(
	    cut -d, -f1 "$repo/share/templates/words/en.csv" | sort >en.keys
	    cut -d, -f1 "$repo/share/templates/words/$l.csv" | sort |
		comm -23 en.keys -)"
done
done_testing
