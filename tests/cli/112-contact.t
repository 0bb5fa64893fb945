#!/bin/sh
# crm-contact: people who speak for an account.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme country=Spain >/dev/null

t 'by the name of the account' \
    crm-contact add 'Lía Ruiz' account=acme role=Buyer email=Lia@acme.example
t 'found by address, in any case' crm-contact show lia@ACME.example
t_exit 66 'an account that does not exist' crm-contact add X account=Acmee
t_err 'the nearest is told' 'Acme'
t_exit 65 'an address that is none' crm-contact set 'Lía Ruiz' email=lia
t_same 'the country is that of the account' 'Lía Ruiz,Spain' "$(
	crm-contact list account.country:spain -c name,account.country -o csv |
	tail -n +2)"
t_same 'a birthday is a date' 1990-02-28 "$(
	crm-contact set 'Lía Ruiz' birthday=1990-02-28 >/dev/null
	crm-contact show 'Lía Ruiz' -c birthday -o tsv | tail -n 1)"
t_exit 64 'a date that does not exist' \
    crm-contact set 'Lía Ruiz' birthday=1990-02-30
done_testing
