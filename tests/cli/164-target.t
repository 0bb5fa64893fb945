#!/bin/sh
# crm-target: what is to be sold, held against what was.
. "${0%/*}/../lib.sh"
t_store
crm-user add 'Bo Lind' login=bo team=North >/dev/null
crm-opp add Roof 30k owner=bo close=2026-10-05 >/dev/null
crm-opp add Door 10k owner=bo close=2026-11-05 >/dev/null
crm-opp add Late 99k owner=bo close=2027-01-05 >/dev/null
crm-opp win Roof --on 2026-10-05 >/dev/null
crm-opp win Door --on 2026-11-05 >/dev/null

t 'for a person and a quarter' crm-target add user=bo period=2026-Q4 amount=80k
t_exit 64 'not for what is no period' \
    crm-target add user=bo period=soon amount=1
t_exit 64 'not without an amount' crm-target add user=bo period=2026-Q4
# 30,000 + 10,000 of 80,000 are 50 %
t_same 'target, won, percent' 80000.00,40000.00,50.0 "$(
	crm-report target --period 2026-Q4 -o csv |
	mlr --icsv --headerless-csv-output --ocsv cut -o -f target,won,percent)"
done_testing
