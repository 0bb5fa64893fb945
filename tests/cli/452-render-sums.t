#!/bin/sh
# Documents say of discounts, of what has no tax, and of terms what was agreed.
. "${0%/*}/../lib.sh"
t_store
printf 'tax,part,from,label,rate,compound,code,reason\n%s\n%s\n%s\n' \
    'std,,,VAT,19,,S,' 'eu,,,,0,,K,Intra-community supply' \
    'out,,,,0,,O,Outside the scope' >config/taxes.csv
git add -A && git commit -qm taxes
crm-account add Acme >"$OUT"
Q=$(crm-quote new Acme name=Hotel shipping=25 shipping_tax=std \
    terms='deposit 100@order 50.5@2026-12-24 40%@delivery rest@delivery+14')
crm-quote line add "$Q" name=Window price=1000 quantity=2 tax=std >"$OUT"
crm-quote line add "$Q" name=Glass price=500 tax=eu discount=12.50 >"$OUT"
crm-quote line add "$Q" name=Oak price=50 tax=out choice=option >"$OUT"
crm-quote line add "$Q" kind=discount name='Old friends' discount=2.5% >"$OUT"
crm-quote render "$Q" -o text | sed 's/  */ /g; s/^ //; s/ $//' >"$T/text"
# 2.5 % of 2487.50 are 62.1875; of that 50.0025 is of 2000.00: 50.00, and 12.19
# of 487.50, which leaves 475.31; 19 % of 1950.00 + 25.00 are 375.25
t_same 'sums' 'Subtotal 2,487.50 EUR
Old friends 2.5% -62.19 EUR
Shipping 25.00 EUR
Net 2,450.31 EUR
VAT 19% of 1,975.00 375.25 EUR
eu 0% of 475.31 0.00 EUR
Total 2,825.56 EUR' "$(sed -n '/^Subtotal/,/^Total/p' "$T/text")"
# a mark of the right before a latin name, one of the left behind its sign: what
# follows is read from the right, and the percentage stays with its name
right=$(printf '\342\200\217') left=$(printf '\342\200\216')
t_same 'among letters of the right a latin label keeps its sign' 1 \
    "$(crm-quote render "$Q" --language ar -o text |
	grep -Ec "^ *${right}VAT .*%$left من 1,975.00 ")"
t_same 'a discount of a line as an amount' '1 x 500.00, Discount 12.50, Tax 0%' \
    "$(grep '^1 x 500' "$T/text")"
t_same 'why there is no tax on it, but not of what does not count' \
    'Intra-community supply' "$(grep -E 'Intra|Outside' "$T/text")"
t_same 'terms in words' 'Terms of payment: 100.00 EUR (deposit) with the order, 50.50 EUR on 2026-12-24, 40% on delivery, the rest 14 days after delivery' \
    "$(sed -n '/^Terms/,/delivery$/p' "$T/text" | tr '\n' ' ' |
	sed 's/ with the order 100.*//; s/ $//')"
# 1130.224, and what is left of 2825.56
t_same 'and in figures' 'with the order 100.00 EUR
2026-12-24 50.50 EUR
on delivery 1,130.22 EUR
14 days after delivery 1,544.84 EUR' \
    "$(grep -E '^(with the order|2026-12-24|on del.*|14 days.*) [0-9,.]+ EUR$' \
	"$T/text")"

# 10.01 less 0.01 nine times; -0.50; 9.42, in coins of 5 cents 9.40
N=$(crm-quote new Acme name=Nine adjustment=-0.50 cash=0.05)
crm-quote line add "$N" name=Nail price=10.01 tax=out >"$OUT"
for i in 1 2 3 4 5 6 7 8 9; do
	echo "discount,Off $i,0.01"
done | sed '1i kind,name,discount' | crm-quote line add "$N" - >"$OUT"
crm-quote render "$N" -o text | sed 's/  */ /g; s/^ //; s/ $//' >"$T/text"
t_same 'every discount is in it, an adjustment, and coins' 'Subtotal 10.01 EUR
9.92 -0.50 -0.02 9.40' "$(grep '^Subtotal' "$T/text"; sed -n \
	'/^Subtotal/,/^(rounded/p' "$T/text" |
	grep -oE '(-0\.50|-0\.02|9\.92|9\.40) EUR$' | cut -d' ' -f1 | awk '!n[$1]++' |
	paste -sd' ')"
t_same 'which are nine' 0.09 "$(sed -n '/^Subtotal/,/^Net/p' "$T/text" |
	grep -oE '[-]0\.[0-9]+ EUR' | tr -d '[:alpha:]' | awk '{ s -= $1 }
	END { printf "%.2f", s }')"

# what is before a rate is no part of it, unless it is a number's
rated() { # LABEL RATE: what documents call a tax of that
	printf 'tax,label,rate,code\nstd,"%s",%s,S\n' "$1" "$2" >config/taxes.csv
	crm-quote render "$L" -o text |
		sed -n 's/  */ /g; s/^ \(.*\) of 100\.00 .*/\1/p'
}
L=$(crm-quote new Acme name=Labels)
crm-quote line add "$L" name=Nail price=100 tax=std >"$OUT"
t_same 'a label that tells its rate is all' 'MwSt. 19 %|MwSt.19 %|Stufe 2 19%' \
    "$(rated 'MwSt. 19 %' 19)|$(rated 'MwSt.19 %' 19)|$(rated 'Stufe 2 19%' 19)"
t_same 'one that tells another has its own behind' \
    'Rate 5,19 % 19%|Rate 5.5% 5%|Rate 119 % 19%' \
    "$(rated 'Rate 5,19 %' 19)|$(rated 'Rate 5.5%' 5)|$(rated 'Rate 119 %' 19)"
printf 'tax,label,rate,code\nstd,VAT exempt,0,E\n' >config/taxes.csv
crm-quote render "$L" -o text | sed 's/  */ /g; s/^ //' >"$T/text"
t_same 'what is exempt has no rate' 'VAT exempt of 100.00 0.00 EUR' \
    "$(grep '^VAT' "$T/text")"
t_same 'nor has its line' '1 x 100.00, Tax exempt' "$(grep '^1 x' "$T/text")"
git checkout -q config/taxes.csv
abroad() { # COUNTRY: the lines of an address there that name a country
	crm-account set Acme country="$1" >"$OUT"
	crm-quote render "$L" -o text | grep -cE '^(Germany|DE|Austria)$'
}
printf '[company]\n\tcountry = DE\n' >>crmrc
t_same 'an address at home names no country, however it is written' 0,0,1 \
    "$(abroad Germany),$(abroad DE),$(abroad Austria)"
P=$(crm-quote new Acme name=Plain)
crm-quote line add "$P" name=Nail price=10.01 tax=out >"$OUT"
t_exit 1 'where all is one sum, it is not there twice' \
    "crm-quote render $P -o text | grep -E '^ *Subtotal'"
done_testing
