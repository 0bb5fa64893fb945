#!/bin/sh
# Orders need approval and a number: without the remote nothing is ordered;
# two clones that order at once get different numbers. Bundles and gifts.
. "${0%/*}/../lib_clones.sh"
t_store hub
crm-account add Acme >"$OUT"
crm-product add name=Window sku=WIN price=100 >"$OUT"
crm-product add name=Handle sku=HANDLE price=10 warranty=6 >"$OUT"
crm-product add name=Screw sku=SCREW price=1 >"$OUT"
crm-product add name=Set sku=SET price=110 >"$OUT"
crm-product bundle SET HANDLE=1 SCREW=8 >"$OUT"
quote() { # NAME DISCOUNT
	q=$(crm-quote new Acme name="$1" discount="$2") &&
	    crm-quote line add "$q" WIN x2 >/dev/null &&
	    crm-quote issue "$q" >/dev/null 2>&1 && crm-quote accept "$q"
}
crm-user set ana discount_limit=5 >"$OUT"
A=$(quote Far 10%)
t_exit 77 'a discount above the limit waits for approval' crm-quote order "$A"
t_exit 77 'with --force, too' crm-quote order "$A" --force
t_exit 77 'for crm-opp win as well' "
	D=\$(crm-opp add name=Deal account=Acme)
	crm-opp win \$D --quote $A"
t_same 'nothing is ordered' 0 "$(crm-order list -o count)"
B=$(quote Near 5%)
C=$(quote Third 0)

# --- bundles ------------------------------------------------------------------
Q=$(crm-quote new Acme name=Bundle)
crm-quote line add "$Q" SET x2 >"$OUT"
crm-quote issue "$Q" >"$OUT" 2>&1
O=$(crm-quote order "$Q" --accept)
t_same 'parts are where the bundle is' 'SET HANDLE SCREW ' \
    "$(sql() { mlr --icsv --onidx filter '$order == "'"$O"'"' \
	then sort -nf position then cut -f sku order-lines/*/*.csv; }
	sql | tr '\n' ' ')"
t_exit 64 'a bundle is delivered by its parts' crm-order deliver "$O" SET x1
t 'a part is' crm-order deliver "$O" HANDLE x1
t 'and all the rest' crm-order deliver "$O" all
t_same 'then it is delivered' delivered "$(crm get "$O.state")"
t_same 'the part is what has the warranty' Handle,2 "$(crm-asset list -c name,quantity \
    -o csv | sed 1d | mlr --icsv --implicit-csv-header --ocsv \
    --headerless-csv-output stats1 -a sum -f 2 -g 1)"

# --- numbers ------------------------------------------------------------------
t_clones
mv hub.git away.git
t_exit 75 'without the remote nothing is ordered' as ana crm-quote order "$B"
t_same 'it stays accepted' accepted "$(as ana crm get "$B.state")"
mv away.git hub.git
t 'two order at once' '
	as ana crm-quote order "$B"
	as bo crm-quote order "$C"
	push ana
	pull bo'
t_same 'numbers differ, without a gap' 'R2026-0001 R2026-0002 R2026-0003 ' \
    "$(as bo crm-order list -c number -s number -o csv | sed 1d | tr '\n' ' ')"
t_same 'no conflict' 0 "$(as bo crm conflict list -o count)"
t 'crm check finds no error' as bo crm check
done_testing
