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
t_same 'the store is in order' '' "$(git status --short)"
done_testing
