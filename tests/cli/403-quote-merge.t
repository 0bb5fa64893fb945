#!/bin/sh
# Two clones change lines of one quote; plain git pull merges them, and the
# sums are those of all lines.
. "${0%/*}/../lib_clones.sh"

t_store hub
crm-account add Acme >"$OUT"
Q=$(crm-quote new Acme name=Hotel)
crm-quote line add "$Q" name=Window price=100 >"$OUT"
crm-quote line add "$Q" name=Frame price=30 >"$OUT"
t_clones

t 'different lines, a new one on each side, and the head' '
	as ana crm-quote line set "$Q" 1 quantity=3
	as ana crm-quote line add "$Q" name=Fitting price=7.50
	as bo crm-quote line set "$Q" 2 discount=10%
	as bo crm-quote line add "$Q" name=Glass price=11
	as bo crm-quote set "$Q" discount=1%
	exchange
'
t_same 'no conflict' 0 "$(as ana crm conflict list -o count)"
# 300 + 27 + 7.50 + 11 = 345.50, less 1 %: 3.455, rounded half up to 3.46
t_same 'all of it is in the sum' 342.04 \
    "$(as ana crm-quote list -c total -o csv | sed 1d)"
t_same 'for both' "$(as ana crm-quote line list "$Q" -o csv)" \
    "$(as bo crm-quote line list "$Q" -o csv)"
t_same 'lines with one position stand in the order of their ids' 4 \
    "$(as bo crm-quote line list "$Q" -o count)"
t 'crm check finds nothing' as bo crm check
t 'the quote goes on' as ana crm-quote line move "$Q" 4 1
t_same 'in its order' 4 "$(as ana crm-quote line list "$Q" -c line -o csv | tail -1)"
done_testing
