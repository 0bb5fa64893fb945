#!/bin/sh
# crm-lead convert: a lead becomes an account, a contact and a deal at once.
. "${0%/*}/../lib.sh"
t_store

# cells ENTITY FILTER COLUMNS: of one record
cells() { "crm-$1" list "$2" -c "$3" -o csv | tail -n +2; }

crm-campaign add Fair source=fair >/dev/null
crm-lead add 'Lía Ruiz' company=Acme email=lia@acme.example source=fair \
    campaign=Fair country=Spain needs='a roof' tags=hot >/dev/null
before=$(git rev-parse HEAD)
t 'a lead converts' crm-lead convert 'Lía Ruiz' --amount 48k --close eoq
t_same 'in one commit' "$before" "$(git rev-parse HEAD~1)"
t_same 'the lead is converted' converted,2026-11-21 "$(
	cells lead +CONVERTED status,converted)"
t_same 'the account' Acme,fair,Fair,Spain,hot "$(
	cells account name~acme name,source,campaign.name,country,tags)"
t_same 'the contact' 'Lía Ruiz,Acme,lia@acme.example' "$(
	cells contact name~ruiz name,account.name,email)"
t_same 'the deal' 48000.00,EUR,2026-12-31,fair,Fair,prospecting,Acme "$(
	cells opp +OPEN amount,currency,close,source,campaign.name,stage,account.name)"
t_same 'named after account and needs' 'Acme – a roof' "$(cells opp +OPEN name)"
t_same 'the lead knows what it became' 'Acme,Lía Ruiz,Acme – a roof' "$(
	cells lead +CONVERTED account.name,contact.name,opp.name)"
t_exit 1 'not twice' crm-lead convert 'Lía Ruiz'
t_err 'why' 'is converted already'

crm-lead add 'Noor Salem' company=ACME email=noor@acme.example country=Jordan \
    city=Amman >/dev/null
t 'into an account that is there' crm-lead convert 'Noor Salem' --no-opp
t_same 'only empty fields of it are filled' Acme,Spain,Amman "$(
	cells account name~acme name,country,city)"
t_same 'no deal was wanted' 1 "$(crm-opp list -o count)"

crm-lead add 'Ida Thomsen' source=web >/dev/null
t 'a private person' crm-lead convert 'Ida Thomsen'
t_same 'has no account' 1 "$(crm-account list -o count)"
t_same 'the deal bears the name' 'Ida Thomsen' "$(cells opp source:web name)"

crm-lead add 'Ada King' company=Beta >/dev/null
was=$(git rev-parse HEAD)
t_exit 66 'into an account that is not there' \
    crm-lead convert 'Ada King' --account Gamma
t_exit 64 'with an amount that is none' \
    crm-lead convert 'Ada King' --amount lots
t_same 'nothing was changed' "$was" "$(git rev-parse HEAD)"
t 'a dry run' crm-lead convert 'Ada King' -n
t_same 'changes nothing' "$was$(git status --porcelain)" "$(git rev-parse HEAD)"

# what only converting does, and what it does not do
crm-lead add Sid company=Sidco >/dev/null
t_exit 64 'converted is no status to set' crm-lead set Sid status=converted
t_err 'it is made' 'crm-lead convert'
t_exit 64 'nor to add with' crm-lead add Sue status=converted
t 'unless forced' 'crm-lead set Sid status=converted --force; crm undo'
t_exit 64 'a converted lead is not new' crm-lead set 'Ida Thomsen' status=new
t 'unless forced' crm-lead set 'Ida Thomsen' status=new --force
t_exit 1 'but it has its deal' crm-lead convert 'Ida Thomsen'
t_err 'and says which' 'has become the deal O2611-'
t_exit 64 'both an account and a new one' \
    crm-lead convert Sid --account Acme --new-account
t_err 'are told' '--account and --new-account'
t_exit 64 'both a deal and none' crm-lead convert Sid --opp Roof --no-opp
crm-account add Owner >/dev/null
crm-opp add Roof 5 account=Owner >/dev/null
crm-lead add Tia email=tia@own.example >/dev/null
t_exit 64 'the amount of a deal that has one' \
    crm-lead convert Tia --opp Roof --amount 9
t_err 'is changed by set' "'5.00' already; crm-opp set"
t 'into a deal that is there' crm-lead convert Tia --opp Roof --close eoq
t_same 'what was empty is filled' 5.00,2026-12-31,Owner "$(
	cells opp name:Roof amount,close,account.name)"
t_same 'the contact is of its account' Owner "$(
	cells contact email:tia@own.example account.name)"
done_testing
