#!/bin/sh
# Price lists as a spreadsheet exports them, and prices that rise: by a filter
# and a factor, or by another program.
. "${0%/*}/../lib.sh"
t_store
for p in 'WIN-60 480' 'WIN-90 690.99' 'GTX-1 0.35' 'GTX-2 199.95'; do
	crm-product add name="Product ${p% *}" sku="${p% *}" price="${p#* }" \
	    family="${p%-*}" >"$OUT"
done
crm-pricebook add 'List 2027' currency=EUR >"$OUT"

# Semicolons, decimal commas, CP1252 with its sign of the euro.
printf 'Artikelnummer;Preis;ab Menge\r\nWIN-60;"1.480,50 \200";1\r\nWIN-60;"1.390,00 \200";10\r\nWIN-90;"2.000,00 \200";\r\nGTX-1;"0,345 \200";2,50\r\n' >list.csv
t 'a price list' crm-price import list.csv --charset CP1252 \
    --set 'book=List 2027' --key book,product,min
cat >"$T/want" <<'END'
WIN-60,1,1480.5
WIN-60,10,1390
WIN-90,,2000
GTX-1,2.5,0.345
END
listed() {
	crm-price list -o csv -c product.sku,min,price | sed 1d | sort
}
t_same 'its prices' "$(sort "$T/want")" "$(listed)"
sed -i 's/2\.000,00/2.100,00/; s/2,50/2,5/' list.csv
printf 'NOPE-1;"1,00";1\r\n' >>list.csv
t_exit 3 'next year it is another' crm-price import list.csv --charset CP1252 \
    --set 'book=List 2027' --key book,product,min
t_same 'what names no product is rejected' 1 "$(
	grep -c '^NOPE-1' list.csv.rejects.csv)"
t_same 'the others are updated' "$(sed 's/2000/2100/' "$T/want" | sort)" \
    "$(listed)"
printf 'SKU;Preis;W\344hrung\r\nWIN-60;"1.000,00 \200";EUR\r\n' >products.in
t 'list prices of products' crm-product import products.in --charset CP1252 \
    --key sku
t_same 'are set' 1000.00 "$(crm get "$(crm-product list sku:WIN-60 -o ids)".price)"

# --- a rise -----------------------------------------------------------------
prices() { crm-product list family:GTX -o csv -c sku,price | sed 1d | paste -sd' '; }
t 'a dry run' crm-product set family:GTX price=+3% -n -o csv
# 0.35 * 1.03 = 0.3605, 199.95 * 1.03 = 205.9485
t_out 'shows the cells' 'price,0.35,0.36$'
t_out 'of each' 'price,199.95,205.95$'
t_same 'and changes none' 'GTX-1,0.35 GTX-2,199.95' "$(prices)"
t 'a rise' crm-product set family:GTX price=+3%
t_same 'of all' 'GTX-1,0.36 GTX-2,205.95' "$(prices)"
t 'down' crm-product set family:GTX price=-5%
# 0.342, 195.6525
t_same 'again' 'GTX-1,0.34 GTX-2,195.65' "$(prices)"
t 'by a factor' crm-product set family:GTX 'price=*1.5'
# 0.51, 293.475
t_same 'half away from 0' 'GTX-1,0.51 GTX-2,293.48' "$(prices)"
t_exit 64 'one that has none' crm-product set family:GTX cost=+3%
t_err 'is named' 'cost: there is none that \+3% could change'
t_exit 64 'below 0' crm-product set family:GTX price=-101%

# prices of a book come without the zeros at their end; not so the result
crm-pricebook add Few currency=EUR >/dev/null
crm-pricebook add Yen currency=JPY >/dev/null
for i in GTX-1,18.90 GTX-2,599.00 WIN-60,0.1234; do
	crm-price add book=Few product="${i%,*}" price="${i#*,}" >/dev/null
done
printf 'SKU;Preis\nGTX-2;59,90\nGTX-1;599\n' >few.in
crm-price import few.in --set book=Few --set min=5 >/dev/null 2>&1
crm-price add book=Yen product=GTX-1 price=599 >/dev/null
t 'a rise of a book' crm-price set book:Few price=+4.5%
# 18.90, 599.00, 0.1234 (4 digits); of 5: 599, 59.9 as they are stored
t_same 'has the digits of its currency at least' "$(python3 - <<'EOF'
from decimal import Decimal as D, ROUND_HALF_UP
out = []
for m, sku, p in (("", "GTX-1", "18.90"), ("", "GTX-2", "599.00"),
        ("", "WIN-60", "0.1234"), ("5", "GTX-1", "599"), ("5", "GTX-2", "59.9")):
    q = D(10) ** min(-2, D(p).as_tuple().exponent)
    out.append("%s %s %s" % (sku, m, (D(p) * D("1.045")).quantize(q, ROUND_HALF_UP)))
print("\n".join(sorted(out)))
EOF
)" "$(crm-price list book:Few -o csv -c product.sku,min,price | sed 1d |
    tr , ' ' | sort)"
t 'in yen' crm-price set book:Yen price=+4.5%
# 625.955
t_same 'none' 626 "$(crm-price list book:Yen -o csv -c price | sed 1d)"

# what a discount takes off, and what it makes the price, are money; a share is
# not
crm-discount add Off kind=amount value=5 currency=EUR >/dev/null
crm-discount add To kind=price value=599.9 currency=EUR >/dev/null
crm-discount add Sen kind=amount value=599 currency=JPY >/dev/null
crm-discount add Share kind=percent value=40 >/dev/null
for i in Off To Sen Share; do
	t "discount $i" crm-discount set $i value=+4.5%
done
t_same 'have the digits of their currency too' "$(python3 - <<'EOF'
from decimal import Decimal as D, ROUND_HALF_UP
for name, v, q in (("Off", "5", "0.01"), ("Sen", "599", "1"), ("Share", "40", "1"),
        ("To", "599.9", "0.01")):
    print(name, (D(v) * D("1.045")).quantize(D(q), ROUND_HALF_UP), sep=",")
EOF
)" "$(crm-discount list -o csv -c name,value | sed 1d | sort)"

# --- the same by another program --------------------------------------------
rise() {
	crm-product list family:GTX -o csv |
	    mlr --csv put '$price=$price*1.03' | crm-product apply - "$@"
}
t 'rows that come back' 'rise -n >"$T/cells" 2>"$T/said"; cat "$T/cells"'
# 0.5253, 302.2844
t_out 'are rounded' 'price,0.51,0.53$'
t_out 'each' 'price,293.48,302.28$'
t_same 'which is said' \
    'crm-product apply: 2 amounts are finer than their currencies and rounded; the first: stdin:2: price 0.5253 is 0.53 EUR' \
    "$(head -n 1 "$T/said")"
t 'written' rise
t_same 'they are there' 'GTX-1,0.53 GTX-2,302.28' "$(prices)"
t 'what is exact says nothing' '
	crm-product list family:GTX -o csv | sed s/302.28/303.2800/ |
	    crm-product apply - >"$OUT" 2>"$T/said" && test ! -s "$T/said"'
t 'with yen' crm-product add name=Yen sku=YEN price=1000 currency=JPY family=JP
t_same 'it is a whole one' 'price,1000,1031' "$(
	crm-product list sku:YEN -o csv | mlr --csv put '$price=$price*1.0305' |
	    crm-product apply - -n 2>"$ERR" -o csv | sed -n 's/^[^,]*,//p' | sed 1d)"
t_match 'whose finer part is said' 'price 1030.5 is 1031 JPY' "$ERR"
done_testing
