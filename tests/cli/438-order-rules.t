#!/bin/sh
# What was ordered stays as it was agreed, and what is paid and delivered of it
# has sense, also where somebody edits the files; what an order shows.
. "${0%/*}/../lib.sh"
t_store
printf 'tax,part,from,label,rate,compound,code,reason\nstd,,,VAT,19,,S,\n' \
    >config/taxes.csv
git add -A && git commit -qm taxes
crm-account add Acme >"$OUT"
crm-product add name=Window sku=WIN price=100 tax=std >"$OUT"
Q=$(crm-quote new Acme name=Hotel terms='30%@order 30%@delivery+14 rest@+60' \
    discount=10% shipping=25 adjustment=-1.99)
crm-quote line add "$Q" WIN x12 >"$OUT"
crm-quote line add "$Q" name=Frame price=33.33 tax=std quantity=3 \
    discount=5% >"$OUT"
crm-quote line add "$Q" kind=discount name=Loyalty discount=2% >"$OUT"
crm-quote issue "$Q" >"$OUT"
O=$(crm-quote order "$Q" --accept)
crm-order pay "$O" 100 --on 2026-11-01 --method cash --reference R1 >"$OUT" 2>&1
crm-order deliver "$O" 1 x5 >"$OUT"
crm-order return "$O" 1 x2 --reason broken >"$OUT"

# --- shown --------------------------------------------------------------------
# cells of the lines that begin so, single blanks between them
shown() { crm-order show "$O" -o table | sed 's/  */ /g; s/ $//' | grep "^ *$1"; }
# 1200 + 94.99 (99.99 less 4.9995) = 1294.99; less 10 %, 129.499: 129.50;
# less 2 % of 1165.49, 23.3098: 23.31; 1142.18 and 25.00
t_same 'the sums, with shipping and each discount' 'subtotal 1,294.99
discount 10% -129.50
Loyalty 2% -23.31
shipping 25.00
net 1,167.18' "$(shown . | sed -n '/^subtotal/,/^net/p')"
# 152.81 of discounts over 1200.00 and 94.99: 141.60 and 11.21; 1058.40 and
# 83.78 bear 201.096 and 15.9182: 201.10 + 15.92
t_same 'the tax of what is taxed' 'VAT of 1,142.18 217.02' "$(shown VAT)"
# 1167.18 + 217.02 - 1.99
t_same 'the total' 'adjustment -1.99
total 1,382.21' "$(shown . | sed -n '/^VAT/,/^total/p' | sed 1d)"
t_same 'what came and went of a line' '1 WIN Window 12 100.00 1,058.40 5 2' \
    "$(shown '1 WIN')"
t_same 'a line of which nothing did' '2 Frame 3 33.33 83.78' "$(shown '2 Frame')"
# 414.663 and twice that: 414.66, 829.326 - 414.66 = 414.67, the rest 552.88
t_same 'the instalments, and what is paid of them' \
    ' 1 30 % 2026-11-21 414.66 100.00 314.66
 3 2027-01-20 552.88 0.00 552.88
 2 30 % delivery +14 414.67 0.00 414.67' \
    "$(shown '[123] .*[0-9]\.[0-9][0-9] [0-9.]*00 ' | grep -v Window)"
t_same 'the payment' '2026-11-01 100.00 cash R1' "$(shown '2026-11-01 .*cash')"
t_same 'what is left' '1,282.21 EUR left to pay; next 314.66 on 2026-11-21' \
    "$(shown '.*left to pay')"

# --- what others write --------------------------------------------------------
# no EXIT NAME PATTERN SED FILES: an edit is refused, with its reason
no() {
	sed -i "$4" $5
	t "$2: it is an edit" 'test -n "$(git status --short)"'
	t_exit "$1" "$2" crm commit
	t_err "$2: why" "$3"
	git checkout -q .
}
yes() { # NAME SED FILES
	sed -i "$2" $3
	t_exit 0 "$1" crm commit
	t_err "$1: it is kept" '1 file committed'
}
pay='payments/*/*.csv' came='deliveries/*/*.csv'
part='instalments/*/*.csv' line='order-lines/*/*.csv'
no 65 'another currency' ':2: currency: R2026-0001 is paid in EUR, not in USD' \
    's/,100.00,EUR/,100.00,USD/' "$pay"
no 65 'a payment of nothing' ":2: amount: '0.00' is no amount of EUR above 0" \
    's/,100.00,EUR/,0.00,EUR/' "$pay"
no 65 'of less than a cent' ":2: .*'0.001' is no amount of EUR" \
    's/,100.00,EUR/,0.001,EUR/' "$pay"
no 65 'of no order' ':2: no order R2611-00000000' "s/$O/R2611-00000000/" "$pay"
no 65 'a delivery of nothing' ":2: quantity: '0' is no quantity above 0" \
    's/,5,/,0,/' "$came"
no 65 'of a line that is not there' ':2: line: W2611-00000000 is no line of' \
    's/W2611-[a-z0-9]*/W2611-00000000/' "$came"
no 77 'returned without being delivered' 'more returned than delivered' \
    '/,delivery,/d' "$came"
no 77 'more returned than delivered' 'more returned than delivered' \
    's/,return,\(.*\),2,/,return,\1,6,/' "$came"
# 15 less the 2 that came back are 13 of 12
no 77 'more delivered than ordered' 'more delivered than ordered' \
    's/,5,/,15,/' "$came"
yes 'but 14, of which 2 came back, are 12' 's/,5,/,14,/' "$came"
no 77 'a line that goes' 'order-lines of .* do not change any more' 2d "$line"
no 77 'a line of another price' ':[0-9]*: lines of .* do not change any more' \
    's/,100.00,,/,90.00,,/' "$line"
yes 'a tag of a line is ours' '2s/,EUR,/,EUR,hot/' "$line"
no 77 'an instalment that goes' 'instalments of .* do not change any more' 2d \
    "$part"
no 77 'one of another amount' 'instalments of .* do not change' \
    's/,414.66,/,400.00,/' "$part"
yes 'one is put off' 's/,2026-11-21,/,2026-12-21,/' "$part"
no 77 'another number' ':2: R2026-0001 was ordered under this number' \
    's/R2026-0001/R2026-0009/' "orders/*/*.csv"
no 77 'an account that did not order' 'account: R2026-0001 is ordered, and' \
    's/,A2611-[a-z0-9]*,/,,/' "orders/*/*.csv"
no 77 'a state that has a verb' 'crm-order install makes R2026-0001 installed' \
    's/,confirmed,/,installed,/' "orders/*/*.csv"
yes 'one that has none' 's/,confirmed,/,production,/' "orders/*/*.csv"
t 'and back' crm-order set "$O" state=confirmed
t_exit 77 'a cancelled one stays so' '
	crm-order cancel "$O" --reason "no money" --force
	crm-order set "$O" state=confirmed'
t_err 'it says what it is' 'R2026-0001 is cancelled, from which it does not become confirmed'
done_testing
