#!/bin/sh
# Rows for the lines of a quote as spreadsheets save them: semicolons and decimal
# commas, a byte order mark, tabs.
. "${0%/*}/../lib.sh"
t_store
crm-account add 'Acme' >"$OUT"
crm-product add name=Window sku=WIN-90 price=120.50 >"$OUT"
crm-product add name=Frame sku=FRAME price=33.33 >"$OUT"
S=$(crm-quote new Acme name=Sheet -o ids)
sheet() {
	crm-quote line list "$S" -o csv -c sku,name,quantity,price,discount |
	    sed 1d
}
printf '\357\273\277SKU;Name;Qty;Price;Discount\r\nWIN-90;;2,5;1.234,50;2,5%%\r\n;"Fitting; a day";0,125;480;\r\nFRAME;;1.000;;7,25\r\n;;;;\r\n' \
    >"$T/sheet"
t 'lines with semicolons' 'crm-quote line add "$S" - <"$T/sheet"'
t_same 'have decimal commas' 'WIN-90,Window,2.5,1234.50,2.5%
,Fitting; a day,0.125,480,
FRAME,Frame,1000,33.33,7.25' "$(sheet)"
crm undo >/dev/null 2>&1
t 'Excel may say what separates them' '
	(echo "sep=;"; tail -c +4 "$T/sheet") | crm-quote line add "$S" -'
t_same 'and the lines are those' 3 "$(sheet | wc -l)"
for p in 12.50 0.125 "1,2,3" 1,5USD ","; do
	t_exit 65 "what is no number with a comma: $p" \
	    "printf 'sku;price\nWIN-90;%s\n' $p | crm-quote line add $S -"
	t_err 'is shown one, and its line' \
	    "stdin:2: price: '$p' is no number with a decimal comma"
done
t_exit 65 'lines are counted from the first' "
	printf 'sep=;\nsku;price\nWIN-90;x\n' | crm-quote line add $S -"
t_err 'which says what separates' "stdin:3: price: 'x'"
t 'tabs, and a point' "
	printf 'sku\tprice\nWIN-90\t12.50\n' | crm-quote line add $S -"
t_same 'is one' WIN-90,Window,1,12.50, "$(sheet | tail -n 1)"
t 'a semicolon in a cell between commas' "
	printf 'sku,price,name\nWIN-90,12.75,\"a; b\"\n' |
	    crm-quote line add $S -"
t_same 'separates nothing' 'WIN-90,a; b,1,12.75,' "$(sheet | tail -n 1)"
t_exit 65 'another charset' "
	printf 'sku;name\nWIN-90;St\374ck\n' | crm-quote line add $S -"
t_err 'is told of' 'stdin:2:10: byte 0xfc is not UTF-8.*iconv makes UTF-8'
printf 'Meyer; Sohn\n' >"$T/names"
crm-account add 'Meyer; Sohn' >"$OUT"
t 'a name in a pipe may have one' 'crm-account set - phone=1 <"$T/names"'
done_testing
