#!/bin/sh
# crm-quote new --like: the lines and terms of another quote, at what the
# tables of prices have for the new customer and the new currency.
. "${0%/*}/../lib.sh"
t_store
printf 'currency,date,rate\nUSD,2026-01-01,0.9\n' >config/rates.csv
crm commit config/rates.csv >"$OUT"
crm-account add Acme >"$OUT"
crm-account add Beta country=DE >"$OUT"
crm-product add name=Window sku=WIN price=100 cost=60 unit=pc >"$OUT"
crm-product add name=Frame sku=FRAME price=30 >"$OUT"
crm-product add name=Sash sku=SASH price=5 >"$OUT"
crm-product add name=Tape sku=TAPE price=1 >"$OUT"
crm-product bundle WIN SASH=2 >"$OUT"
crm-discount add Taped kind=gift gift=TAPE min=10 products=sku:WIN >"$OUT"
crm-discount add Large scope=quote value=1 >"$OUT"
D=$(crm-opp add 'Acme front' 5k account=Acme)
E=$(crm-opp add 'Beta front' 5k account=Beta product=TAPE)
Q=$(crm-quote new "$D" discount=10% terms=30/30/40 shipping=20 cash=0.05 \
    intro='Dear all' adjustment=-1 competitor=Gamma valid_until=2026-11-30)
for l in "name='The front' kind=heading" "WIN x12 discount=5% note=white" \
    'FRAME x3 price=28' 'FRAME x1 choice=alternative group=a' \
    'name=Fitting price=480 cost=200 quantity=2 unit=day choice=option' \
    "name='As agreed' kind=discount discount=2%"; do
	eval "crm-quote line add $Q $l" >"$OUT"
done
crm-quote issue "$Q" >"$OUT"
lines() {
	crm-quote line list "$1" -o csv \
	    -c kind,sku,name,quantity,price,discount,choice,group,why | sed 1d
}
t_same 'what there is to take' 9 "$(lines "$Q" | wc -l)"

# Since then a window has become dearer, and Beta has prices of its own.
crm-product set WIN price=110 >"$OUT"
crm-pricebook add Germany currency=EUR customers=country:DE >"$OUT"
crm-price add book=Germany product=FRAME price=25 >"$OUT"
crm-discount set Taped gift_quantity=2 >"$OUT"
t 'a quote like another customer had' \
    "crm-quote new '$E' --like '$Q' terms=net30 shipping= >$T/id"
N=$(cat "$T/id")
t_same 'one commit: it, and nine lines' 'quote new: 10 added' \
    "$(git log -1 --format=%s)"
cat >"$T/want" <<'END'
heading,,The front,,,,,,
item,WIN,Window,12,110.00,5%,,,list 110.00 (list price); Taped 2 TAPE free 110.00
part,SASH,Sash,24,,,,,
gift,TAPE,Tape,2,0,,,,Taped
item,FRAME,Frame,3,28,,,,by hand
item,FRAME,Frame,1,25.00,,alternative,a,list 25.00 (Germany)
item,,Fitting,2,480,,option,,
discount,,As agreed,,,2%,,,
discount,,Large,,,1%,,,by rule
END
t_same 'its lines, at its own prices' "$T/want" "$(lines "$N")"
t_same 'with the note, which is printed' 1 "$(
	crm-quote render "$N" | grep -c white)"
t_same 'its terms, but for what was said' \
    'Beta,Beta front,draft,,,10%,net30,,0.05,Dear all,,,,2026-12-21' "$(
	crm-quote list "id:$N" -o csv -c account.name,name,state,number,previous,discount,terms,shipping,cash,intro,adjustment,competitor,vouchers,valid_until | sed 1d)"
# 12 windows at 110 less 5 % are 1254.00, 3 frames at 28 are 84.00: 1338.00;
# less 10 % 1204.20; less 2 % of that (24.08) 1180.12; less 1 % (11.80) 1168.32
t_same 'what it comes to' 1168.32 "$(
	crm-quote list "id:$N" -o tsv -c net | sed 1d)"
t_same 'the product of the deal is not added to it' 0 "$(
	lines "$N" | grep -c '^item,TAPE')"
t_same 'the other one stays as it is' issued "$(
	crm-quote list "id:$Q" -o tsv -c state | sed 1d)"
crm undo >"$OUT"
t_same 'undo takes all of it back' 1 "$(crm-quote list -o count)"
t 'a draft can be the model, too, of an account' \
    "crm-quote new Beta --like '$(crm-quote new "$D")'"

n=$(git rev-list --count HEAD)
t 'a dry run' crm-quote new "$E" --like "$Q" -n
t_exit 66 'no such quote' crm-quote new "$E" --like Q2026-0099
t_exit 64 'a price by hand is one of its currency' \
    crm-quote new "$E" --like "$Q" currency=USD shipping=
t_err 'the line is told by its place' \
    '^crm-quote new: line 6 .FRAME.: its price was set by hand, in EUR, and this quote is in USD'
t_exit 64 'so are shipping costs' crm-quote new "$E" --like "$Q" currency=USD
t_err 'the field is told' "shipping: '20.00' is of EUR"
crm-product set WIN active=no >"$OUT"
t_exit 64 'what is not sold any more' crm-quote new "$E" --like "$Q"
t_err 'the line is told' 'line 2 .WIN.: '
crm-product set WIN active=yes >"$OUT"
t_same 'nothing was made by any of them' $((n + 2)) \
    "$(git rev-list --count HEAD)"

# In dollars: only what the tables have a price for.
crm-pricebook add Dollars currency=USD >"$OUT"
crm-price add book=Dollars product=FRAME price=40 >"$OUT"
P=$(crm-quote new Acme)
crm-quote line add "$P" FRAME x2 discount=10% >"$OUT"
R=$(crm-quote new "$E" --like "$P" currency=USD)
t_same 'another currency' 'item,FRAME,Frame,2,40.00,10%' "$(
	lines "$R" | cut -d, -f1-6 | grep item)"
C=$(crm-quote new "$E" --like "$(crm-quote new Acme cash=0.05 tax=none)" \
    currency=USD)
t_same 'a coin of the other one is none of it' ',none' "$(
	crm-quote list "id:$C" -o csv -c cash,tax | sed 1d)"
t_same 'completion knows quotes' Q2026-0001 "$(
	crm complete -- crm-quote new "$E" --like Q2026)"
done_testing
