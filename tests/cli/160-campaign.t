#!/bin/sh
# crm-campaign: where leads and deals come from.
. "${0%/*}/../lib.sh"
t_store

t 'a fair with a budget' \
    crm-campaign add 'Fair 2026' type='trade show' start=2026-09-14 budget=18k
t_same 'its id is of the month in which it was made' M2611 "$(
	crm-campaign list -o ids | cut -c 1-5)"
t_same 'planned at first, in the currency of the store' planned,18000.00,EUR "$(
	crm-campaign list -c status,budget,currency -o csv | tail -n +2)"
t 'a lead names it' crm-lead add 'Lía Ruiz' campaign='fair 2026'
t_same 'which is found by it' 'Lía Ruiz' "$(
	crm-lead list campaign.type:'trade show' -c name -o tsv | tail -n +2)"
t_exit 64 'an unknown type' crm-campaign set 'Fair 2026' type=party
done_testing
