#!/bin/sh
# import: the same file twice, updates by key, and our own exports.
. "${0%/*}/../lib.sh"

t_store
cat >f.csv <<'END'
ID,Deal,Amount,Stage,Closing Date
1,Roof,100,won,2026-01-05
2,Wall,200.50,quotation,
3,Door,300,lost,2026-02-01
END
t 'with a key' crm-opp import f.csv --key ext_id
head=$(git rev-parse HEAD)
t 'a second time' crm-opp import f.csv --key ext_id
t_err 'all is the same' '3 rows: 0 added, 0 changed, 3 the same, 0 rejected'
t_same 'no commit' "$head" "$(git rev-parse HEAD)"
sed 's/200.50/250/; $a4,Gate,400,won,2026-03-01' f.csv >g.csv
t 'changed and new rows' crm-opp import g.csv --key ext_id
t_err 'one of each' '4 rows: 1 added, 1 changed, 2 the same, 0 rejected'
t_same 'only the cell that differs' 2,2 "$(git diff --numstat HEAD~1 -- opps |
	awk '{a+=$1; d+=$2} END {print a "," d+1}')"
printf 'ID,Amount\n2,\n3,300.00\n' >g.csv
t 'empty cells take nothing away' crm-opp import g.csv --key ext_id
t_same 'the amount stays' 250.00 "$(crm-opp list name:Wall -c amount -o csv | sed 1d)"
printf 'ID,Amount\n,5\n9,5\n9,6\n' >g.csv
t_exit 3 'a row without a key' crm-opp import g.csv --key ext_id
t_err 'is rejected' 'line 2: ID: the key is empty'
t_err 'a key twice' '1 row has the key of an earlier row'
t_same 'the later row stands' 6.00 "$(crm-opp list ext_id:9 -c amount -o csv | sed 1d)"
t_exit 64 'a key that no column is' crm-opp import f.csv --key name,source
t_exit 64 'a key that no field is' crm-opp import f.csv --key nmae

printf 'company,town\nAcme,Bonn\nBeta,Ulm\n' >a.csv
t 'without a key' crm-account import a.csv
t_exit 4 'not a second time' crm-account import a.csv
t_err 'it says when it was, and what helps' 'imported already.*--key.*--again'
t_same 'nothing is added' 2 "$(crm-account list -o count)"
t 'unless the user insists' crm-account import a.csv --again
t_same 'then it is' 4 "$(crm-account list -o count)"
printf 'name,ext_id\nX,2\n' >o.csv
t_exit 3 'a foreign id that another record has' crm-opp import o.csv
t_err 'is told' "ext_id: '2' is that of O.* already"

crm-opp export >export.csv
head=$(git rev-parse HEAD)
t 'our own export' crm-opp import export.csv
t_same 'changes nothing' "$head" "$(git rev-parse HEAD)"
t_store other --currency EUR
t 'into another store' crm-opp import ../acme/export.csv
t_same 'keeps ids and all' "$(cd ../acme && crm-opp export | sed 's/,_base$//' | cut -d, -f1-5)" \
	"$(crm-opp export | cut -d, -f1-5)"
done_testing
