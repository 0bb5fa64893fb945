#!/bin/sh
# A deal is won by a quote: one commit with its order, its activities closed.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme >"$OUT"
crm-product add name=Window sku=WIN-90 price=100 >"$OUT"
D=$(crm-opp add name=Hotel account=Acme amount=5000)
quote() {
	q=$(crm-quote new "$D" name="$1") &&
	    crm-quote line add "$q" WIN-90 x"$2" >/dev/null &&
	    crm-quote issue "$q" >/dev/null && echo "$q"
}
A=$(quote Small 2)
B=$(quote Large 20)
C=$(crm-quote new "$D" name=Draft)
crm-act meet "$D" 'tomorrow 10:00' 1h Talk >"$OUT" 2>&1
crm-act task "$D" +3d Send >"$OUT" 2>&1
crm-act task Acme +3d Other >"$OUT" 2>&1

t_exit 64 'which quote is asked' crm-opp win "$D"
t_err 'and which there are' "$A"
t_same 'nothing was done' prospecting "$(crm get "$D.stage")"
t_exit 64 'of another deal it is not' "
	E=\$(crm-opp add name=Else account=Acme)
	crm-opp win \$E --quote $B"
n=$(git rev-list --count HEAD)
O=$(crm-opp win Hotel --quote Large -o ids 2>"$ERR")
t_same 'the id is that of the order' order \
    "$(case $O in R????-????????) echo order ;; *) echo "$O" ;; esac)"
t_same 'all is one commit' $((n + 1)) "$(git rev-list --count HEAD)"
t_err 'how many activities were closed is said' '2 planned activities'
# 20 windows at 100; it was taken to be worth 5000
t_err 'what the deal is worth now is said' \
    '^crm-opp win: its amount is what is ordered, without tax: 2000.00 EUR .it was 5000.00 EUR.'
t_same 'deals and orders tell alike what was won' 2000.00,2000.00 \
    "$(crm get "$D.amount"),$(crm-order list "$O" -o tsv -c net | sed 1d)"
t_same 'the deal is won' won "$(crm get "$D.state")"
t_same 'quotes' 'Draft,draft Large,ordered Small,superseded ' \
    "$(crm-quote list -c name,state -s name -o csv | sed 1d | tr '\n' ' ')"
t_same 'activities' 'Other,planned, Send,cancelled,deal won Talk,cancelled,deal won ' \
    "$(crm-act list -c subject,state,result -s subject -o csv | sed 1d |
	tr '\n' ' ')"
t_same 'the order' 'R2026-0001,2000.00' \
    "$(crm-order list "$O" -c number,total -o csv | sed 1d)"
t_exit 77 'it is not undone' crm undo
t_err 'but cancelled' "R2026-0001 is ordered and stays; crm-order cancel $O --reason"
t 'a payment ahead' crm-order pay "$O" 1000 --on 2026-12-01
t 'it is shown' crm-order show "$O"
t 'crm check finds nothing' crm check
t_exit 77 'a number is not undone' crm undo 2
F=$(crm-opp add name=Plain account=Acme)
t_same 'without a quote it is as ever' "$F" "$(crm-opp win "$F")"

# In the currency of the quote, without tax and what was not chosen: 2 at
# 119 with 19 % are 200.00.
printf 'currency,date,rate\nUSD,2026-01-01,0.9\n' >config/rates.csv
printf 'tax,part,from,label,rate,compound,code,reason\nstd,,,VAT,19,,S,\n' \
    >config/taxes.csv
printf 'entity,field,type\nopp,margin_goal,money\n' >config/fields.csv
crm commit config/rates.csv config/taxes.csv config/fields.csv >"$OUT"
offer() {
	q=$(crm-quote new "$1" currency=USD tax=inclusive) &&
	    crm-quote line add "$q" name=Door price=119 quantity=2 tax=std &&
	    crm-quote line add "$q" name=Bell price=50 choice=option tax=std &&
	    crm-quote issue "$q"
} >/dev/null
G=$(crm-opp add name=Abroad account=Acme amount=70)
offer "$G"
t 'what would be is told' crm-opp win "$G" --quote "$q" -n
t_out 'of the amount, too' "^$G,amount,70.00,200.00"
t 'in another currency' crm-opp win "$G" --quote "$q"
t_err 'it is told' '200.00 USD .it was 70.00 EUR.'
t_same 'the deal has that of the order' 200.00,USD,won "$(
	crm-opp list "id:$G" -o csv -c amount,currency,state | sed 1d)"
H=$(crm-opp add name=Mixed account=Acme amount=70 margin_goal=10)
offer "$H"
t 'a deal with other amounts in its currency' crm-opp win "$H" --quote "$q"
t_err 'is told to keep its own' 'its amount stays, as it has others in EUR; what is ordered is 200.00 USD'
t_same 'and does' 70.00,EUR,won "$(
	crm-opp list "id:$H" -o csv -c amount,currency,state | sed 1d)"
t_same 'the store is in order' '' "$(git status --short)"
done_testing
