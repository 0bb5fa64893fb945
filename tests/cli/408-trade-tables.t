#!/bin/sh
# What people see of quotes, orders and prices in tables: on a narrow terminal
# whom they are for and what they come to; numbers as one writes them.
. "${0%/*}/../lib.sh"
t_store
printf 'currency,date,rate\nJPY,2026-01-01,0.006\n' >config/rates.csv
crm commit config/rates.csv >"$OUT"
crm-product add 'Window frame of oak, oiled twice' sku=FRAME price=450 cost=300 >"$OUT"
crm-product add 'Fitting' sku=FIT price=80.5 >"$OUT"
long='Maschinenfabrik Oberallgäu GmbH & Co. KG'
crm-account add "$long" >"$OUT"
crm-account add 'شركة البناء والتعمير للمقاولات العامة' >"$OUT"
crm-account add '東京建設株式会社東日本支店営業本部' >"$OUT"
# quote NAME ACCOUNT CURRENCY QUANTITY: an issued one
quote() { # leaves its id in made
	made=$(crm-quote new "name=$1" "account=$(crm-account list "name~$2" -o ids)" \
	    currency="$3" valid_until=2027-01-31 -o ids)
	crm-quote line add "$made" FRAME "x$4" >"$OUT"
	crm-quote issue "$made" >"$OUT" 2>&1
}
quote 'Renewal of the windows' Maschinen EUR 3
first=$made
quote 'Renewal of the doors' شركة EUR 2
crm-quote accept "$first" >"$OUT"
order=$(crm-quote order "$first" -o ids)
crm-pricebook add Partners currency=EUR >"$OUT"
crm-pricebook add Tokyo currency=JPY >"$OUT"
crm-price add book=Partners product=FRAME price=80.5 min=10.50 >"$OUT"
crm-price add book=Tokyo product=FRAME price=72000.00 >"$OUT"

# cells COMMAND...: the rows of a table, columns apart by commas
cells() { "$@" -o table | sed -E 's/ {2,}/,/g'; }
t_same 'a price has the digits of its currency, a quantity no zeros' \
    'Partners 10.5,80.50,EUR Tokyo 72,000,JPY' \
    "$(cells crm-price list -s book -c book,min,price,book.currency | sed 1,2d |
	sed 's/,/ /' | paste -sd ' ' -)"
t_same 'programs get both as they were entered' 'Partners,10.50,80.5 Tokyo,,72000.00' \
    "$(crm-price list -s book -c book.name,min,price -o csv | sed 1d | paste -sd ' ' -)"
meal=$(crm-quote new "account=$(crm-account list name~Maschinen -o ids)" -o ids)
crm-quote line add "$meal" FIT x2.50 >"$OUT"
crm-quote line add "$meal" - >"$OUT" <<'END'
name,quantity,price
Lunch,1,7.5
END
t_same 'the lines of a quote, too' '2.5,80.50 1,7.50' \
    "$(cells crm-quote line list "$meal" -c id,quantity,price,currency |
	sed 1,2d | cut -d, -f2,3 | paste -sd ' ' -)"
t_same 'and the parts of a bundle' 1.5 "$(
	crm-product bundle FIT FRAME=1.50 >"$OUT"
	cells crm-product bundle FIT | sed 1,2d | sed 's/.*,//')"

t_same 'a quote does not show twice what it comes to' 0 \
    "$(crm-quote show "$first" -o table | grep -c ^issued_)"
t_same 'programs get it' 1350.00 \
    "$(crm-quote show "$first" -o csv | mlr --icsv --onidx cut -f issued_total 2>"$OUT" ||
	crm-quote list "id:$first" -c issued_total -o csv | sed 1d)"
crm-quote import - >"$OUT" 2>&1 <<END
subject,account name,quote stage,sub total,taxes,grand total
Came alone,$long,issued,100.00,19.00,119.00
END
t_same 'one without lines shows what came with it' 119.00 \
    "$(crm-quote show 'Came alone' -o table | awk '$1 == "total" { print $2 }')"
t_same 'a column without a value takes no room' '#,sku,name,quantity,price,amount' \
    "$(crm-quote show "$first" -o table | sed -n '/^#/ { s/  */,/g; p; }')"
t_same 'nor do those of an order' '#,sku,name,quantity,price,net' \
    "$(crm-order show "$order" -o table | sed -n '/^#/ { s/  */,/g; p; }')"

script -qec true /dev/null >"$OUT" 2>&1 || t_skip_rest 'no script(1)'
# at COLUMNS COMMAND: what a terminal of that width shows
at() {
	CRM_PAGER=cat NO_COLOR=1 script -qec "stty cols $1; $2" /dev/null \
	    </dev/null | tr -d '\r' >../tty
}
for w in 60 80; do
	for of in quote order; do
		at $w "crm-$of list"
		t "$of list: whom it is for at $w" grep -q 'Maschinenfabrik' ../tty
		t "$of list: what it comes to" grep -q '1,350.00' ../tty
		t "$of list: its number is whole" grep -Eq '[QR]2026-0001 ' ../tty
	done
	at $w 'crm-price list'
	t "price list: of which book and what at $w" \
	    grep -Eq 'Partners .*Window fr.* 80.50' ../tty
done
at 80 'crm-quote list'
t 'how it stands and what it is called before its days' \
    'grep -q "state .*name" ../tty && ! grep -q "^id.* date" ../tty'
t 'what is written to the left, too' grep -q 'شركة البناء' ../tty
# 400 at 72,000 of the book
quote 'Windows' 東京 JPY 400
at 80 'crm-quote list'
t 'where they differ, currencies are told' \
    'grep -q "28,800,000 *JPY" ../tty && grep -q "1,350.00 *EUR" ../tty'
at 200 'crm-quote list'
t 'where there is room the days are there' grep -Eq 'valid_until +date' ../tty

at 60 "crm-quote show $first"
t_same 'nothing of a quote is wider than 60' '' \
    "$(sed 's/…/./; /─/d' ../tty | awk 'length($0) > 60')"
t 'what is inside only is there, broken' \
    'grep -q "^inside only: margin" ../tty && grep -q "largest discount" ../tty'
crm-quote line set "$meal" 1 unit=piece discount=10% >"$OUT"
crm-quote line set "$meal" 2 'name=Window frame of oak, oiled twice' unit=piece \
    discount=10% >"$OUT"
at 70 "crm-quote show $meal"
t 'what is the same in all lines goes before a name is cut' \
    'grep -q "Window frame of oak, oiled twice" ../tty && ! grep -q "^#.* discount" ../tty'
at 80 "crm-quote line list $first"
t 'a line that is listed tells what it comes to' grep -q '1,350.00' ../tty
at 80 "crm-quote log $first"
t 'the log tells how much is kept, not all of it' \
    'grep -Eq "[+] issued_to: [1-9][0-9]* line" ../tty && ! grep -q "x09" ../tty'
t_same 'programs get all of it' 1 "$(crm-quote log "$first" -o csv |
	grep -c ',issued_to,.*account.name')"
done_testing
