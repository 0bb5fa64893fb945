#!/bin/sh
# crm-user: owners of records; who is "me".
. "${0%/*}/../lib.sh"
t_store

t_same 'whoever makes a store is its first user' ana "$(
	crm-user list -c login -o tsv | tail -n +2)"
t 'another one, with a manager' \
    crm-user add 'Bo Lind' login=bo manager=ana team=North
t_exit 4 'a login is taken once' crm-user add 'Other Bo' login=bo
t_exit 65 'nobody is their own manager' crm-user set bo manager=bo
t 'nor that of the own manager' '
	crm-user add Cyd login=cyd manager=bo; ! crm-user set bo manager=cyd'
t_err 'why' 'manager: .* would stand above itself'
t 'an account, neither' '
	crm-account add Top; crm-account add Mid parent=Top
	crm-account add Low parent=Mid; ! crm-account set Top parent=Low'
t_err 'why' 'parent: .* would stand above itself'
crm-opp add Roof 5k >/dev/null
crm-opp add Door 6k owner=bo >/dev/null
t_same 'who adds a record owns it' Roof "$(
	crm-opp list owner:me -c name -o tsv | tail -n +2)"
t_same 'by the manager' Door "$(
	crm-opp list owner.manager:me -c name -o tsv | tail -n +2)"
mkdir -p "$XDG_CONFIG_HOME/crm"
printf '[user]\n\tlogin = bo\n' >"$XDG_CONFIG_HOME/crm/crmrc"
t_same 'my crmrc says who I am' Door "$(
	crm-opp list owner:me -c name -o tsv | tail -n +2)"
done_testing
