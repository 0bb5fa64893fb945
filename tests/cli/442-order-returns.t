#!/bin/sh
# Payments stand as they were entered; what comes back is counted against the
# assets, and what is wrong is refused by its line.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme >"$OUT"
crm-product add name=Frame sku=FRAME price=200 warranty=24 >"$OUT"
Q=$(crm-quote new Acme)
crm-quote line add "$Q" FRAME x5 >"$OUT"
crm-quote set "$Q" 'terms=deposit 2000 net30' >"$OUT"
t_exit 64 'a deposit larger than all of it' crm-quote issue "$Q"
t_err 'what is too much is told' 'terms: '
crm-quote set "$Q" terms=30/70 >"$OUT"
crm-quote issue "$Q" >"$OUT"
O=$(crm-quote order "$Q" --accept)

for n in 1 2 3 4 5 6 7 8 9; do
	crm-order pay "$O" $n >"$OUT" 2>&1
	t_tick 60
done
t_same 'payments of a day are in the order of entry' \
    '1.00 2.00 3.00 4.00 5.00 6.00 7.00 8.00 9.00 ' \
    "$(crm-order show "$O" -o table | awk '/^payments/ { p = 1 }
	/left to pay/ { p = 0 } p && /^2026/ { printf "%s ", $2 }')"
t_exit 64 'another currency' crm-order pay "$O" '100 USD'
t_exit 64 'more than is owed' crm-order pay "$O" 955.01
t_exit 64 'a negative one' crm-order pay "$O" -5

t_exit 64 'fewer serial numbers than pieces' \
    crm-order deliver "$O" FRAME x3 --serial A,B
t_err 'by its line' 'line 1 .FRAME.: 2 serial numbers for 3'
t_exit 64 'a negative quantity' crm-order deliver "$O" FRAME x-1
t_exit 64 'more than was ordered' crm-order deliver "$O" FRAME x6
t 'it is not named twice' test -z "$(crm-order deliver "$O" FRAME x6 2>&1 |
    grep twice)"
t_exit 64 'a quantity without its x' crm-order deliver "$O" 1 1
t_err 'how it is said' \
    '5 is more than the 0 that are .* named twice: how many of it is said as x1'
crm-order deliver "$O" FRAME x4 --serial A,B,C,D >"$OUT"
t_exit 64 'more than was delivered' \
    crm-order return "$O" FRAME x5 --reason broken
t 'more than have that serial number' \
    crm-order return "$O" FRAME x2 --reason broken --serial A
t_err 'is said' "line 1: 2 came back, but only 1 of it has the serial number 'A'"
t 'several serial numbers' \
    crm-order return "$O" FRAME x2 --reason broken --serial B,C
t_same 'each of them came back' 'A B C ' "$(crm-asset list state:returned \
    -c serial -s serial -o csv | sed 1d | tr '\n' ' ')"
crm-order deliver "$O" FRAME x2 >"$OUT"
crm-asset list state:'in use' -o ids | crm-asset set - state=retired >"$OUT"
t 'where no asset is in use' crm-order return "$O" FRAME x1 --reason broken
t_err 'is said, too' 'line 1: 1 came back, but only 0 of it was an asset in use'

t_exit 77 'what is ordered is not rejected' crm-quote reject "$Q" --reason price
t_err 'its order is called off' 'crm-order cancel calls the order off'
t_exit 77 'nor removed' crm-quote rm "$Q"
t_err 'the way out is one' 'crm-order cancel the order of'

# --- days --------------------------------------------------------------------
Q=$(crm-quote new Acme)
crm-quote line add "$Q" FRAME x2 >"$OUT"
crm-quote issue "$Q" >"$OUT"
t_exit 64 'nothing is decided before it is issued' \
    crm-quote accept "$Q" --on 2020-01-01
t_err 'which is said' 'it was issued on 2026-11-21'
t_exit 64 'nor on a day to come' crm-quote reject "$Q" --on 2026-11-22 \
    --reason price
t 'today it is' crm-quote accept "$Q" --on today
O=$(crm-quote order "$Q")
crm-order deliver "$O" all --on 2026-12-21 >"$OUT"
t_exit 64 'nothing is installed before it is delivered' crm-order install "$O"
t_err 'which is said' 'it was delivered on 2026-12-21'
t 'then it is' crm-order install "$O" --on 2026-12-21
# 2025-11-20 and 2027-11-22 are 366 days away
t_exit 64 'no payment of years ago' crm-order pay "$O" 1 --on 2025-11-19
t_err 'which is said' '2025-11-19 is more than a year before the order'
t_exit 64 'nor of years to come' crm-order pay "$O" 1 --on 2027-11-23
t_err 'which is said' '2027-11-23 is more than a year ahead'
t 'a year is fine' 'crm-order pay "$O" 1 --on 2025-11-20
    crm-order pay "$O" 1 --on 2027-11-22'
t '--force' crm-order pay "$O" 1 --on 2020-01-01 --force
done_testing
