#!/bin/sh
# import: references by name, mail and foreign id, to the store and to rows of
# the same file in any order.
. "${0%/*}/../lib.sh"

t_store
start=$(git rev-parse HEAD)
fresh() { git reset -q --hard "$start" && git clean -qfd; }

printf 'name,parent,ext_id\nLeaf,Twig,7\nTwig,8,\nBranch,trunk,8\nTrunk,,9\n' >f.csv
t 'parents that come later' crm-account import f.csv
t_same 'are found by name and foreign id' 'Branch,Trunk Leaf,Twig Trunk, Twig,Branch' "$(
	crm-account list -s name -c name,parent.name -o csv | sed 1d | paste -sd ' ')"
t_same 'in one commit that names each row once' 'account import: 4 added, 0 changed' \
	"$(git log -1 --format=%s)"
printf 'name,account,owner\nAda,branch,ana@example.com\nBob,9,ana\n' >c.csv
crm-user set ana email=ana@example.com >/dev/null
t 'by folded name, foreign id, mail and login' crm-contact import c.csv
t_same 'all are found' 'Ada,Branch Bob,Trunk' "$(
	crm-contact list -s name -c name,account.name -o csv | sed 1d | paste -sd ' ')"
printf 'name,account\nCy,Brunch\n' >c.csv
t_exit 64 'an unknown account' crm-contact import c.csv
t_err 'the nearest is proposed' "--value 'account:Brunch=Branch'"
t 'or it is made' crm-contact import c.csv --create-missing account
t_same 'from the name' 1 "$(crm-account list name:Brunch -o count)"
crm-account add name=Branch >/dev/null
printf 'name,account\nDi,Branch\nEd,Trunk\n' >c.csv
t_exit 3 'a name that two accounts have' crm-contact import c.csv
t_err 'rejects its rows with the candidates' "line 2: account: 'Branch' fits several: A.* A"
fresh
printf 'name,parent\nA,B\nB,\nB,\n' >f.csv
t_exit 3 'a name that two rows have' crm-account import f.csv
t_err 'is no parent' "2 rows of the file are called 'B'"
fresh
printf 'name,manager\nAnn,Zed\nBob,Ann\n' >f.csv
t_exit 64 'a manager who is nowhere' crm-user import f.csv
t 'is made' crm-user import f.csv --create-missing user
t_same 'and the one who is a row is not made again' 'Ann,Zed Bob,Ann Zed,' "$(
	crm-user list -s name -c name,manager.name -o csv | sed 1d | grep -E '^(Ann|Bob|Zed)' | paste -sd ' ')"
t_exit 64 'a word that no column is' crm-user import f.csv --again --create-missing moon

fresh
crm-product add name=Drill >/dev/null
printf 'account,product,amount,ext_id\nAcme,Drill,5,1\nAcme,,6,2\n,Drill,7,3\n,,8,4\n' >o.csv
t 'deals without names' crm-opp import o.csv --create-missing account
t_same 'are called after account and product' 'Acme – Drill|Acme|Drill|4' "$(
	crm-opp list -s amount -c name -o csv | sed 1d | paste -sd '|')"
printf 'name,ext_id\nWestwerk,100031\n' >w.csv
t 'an account with a number' crm-account import w.csv
t_exit 66 'a name near its name' crm-opp add Roof account=Westwrk
t_err 'is helped' Westwerk
t_exit 66 'a number near its number' crm-opp add Roof account=100032
t_same 'is not: ids of others are no names' '' "$(grep 100031 "$ERR")"
done_testing
