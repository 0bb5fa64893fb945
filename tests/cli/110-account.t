#!/bin/sh
# crm-account: companies and persons, one belonging to another.
. "${0%/*}/../lib.sh"
t_store

t 'a company' crm-account add 'Acme Holding' country=Spain sector=Hotels
t 'a subsidiary, by the name of its parent' \
    crm-account add 'Acme Beach' parent='acme holding' city=Cádiz
t 'a private person' crm-account add 'Lía Ruiz' kind=person
t_same 'what is not a company' 'Lía Ruiz' "$(
	crm-account list kind:person -c name -o tsv | tail -n +2)"
t_same 'the parent is seen by name' 'Acme Beach,Acme Holding' "$(
	crm-account list parent: -c id -o count >/dev/null
	crm-account list -c name,parent.name -o csv | grep Beach)"
t_same 'a filter follows the reference' 1 "$(
	crm-account list parent.country:Spain -o count)"
t_exit 64 'a kind that does not exist' crm-account add X kind=club
t_err 'the choices are told' 'company, person'
t_exit 64 'a name is required' crm-account add city=Rome
t_err 'which one is' 'name is required'
t_exit 77 'one that others refer to stays' crm-account rm 'Acme Holding'
t 'a change of one cell is one line of the diff' '
	crm-account set "Acme Beach" city=Málaga
	test "$(git diff --numstat HEAD~1 -- accounts | cut -f 1,2)" = "1	1"
'
t 'found by its domain' '
	crm-account set "Acme Holding" website=https://www.acme.example/es
	test "$(crm-account show acme.example -c name -o tsv | tail -n 1)" = \
	    "Acme Holding"
'
done_testing
