#!/bin/sh
# Own fields (config/fields.csv), columns that nobody declared, labels.
. "${0%/*}/../lib.sh"
t_store
clean() { test -z "$(git status --porcelain)"; }
val() { crm-$1 list -c "$3" -o tsv $2 | tail -n +2; }
fields() {
	{
		echo entity,field,type,label,choices,default,required,stage,hidden
		cat
	} >config/fields.csv
}
fields <<'END'
opp,tier,choice,Tier,gold;silver;bronze,bronze,,,
opp,parts,choices,Parts,roof;wall;door,,,,
opp,fee,money,Fee,,,,,
opp,due,date,,,,,,
opp,units,int,Units,,,,,
opp,boss,ref:user,Boss,,,,,
opp,proof,text,,,,,quotation,
opp,secret,text,,,,,,yes
opp,next,,Next step,,,,,
account,vatid,text,VAT id,,,yes,,
lead,source,,,web;fair,,,,
END
git add . && git commit -qm fields
t_exit 64 'a required own field' crm-account add Acme
t_err 'is named' 'vatid is required'
t 'given' crm-account add Acme vatid=DE1
t 'a default' 'crm-opp add A 1; test "$(val opp name:A tier)" = bronze'
t 'a choice' 'crm-opp set A tier=Gold; test "$(val opp name:A tier)" = gold'
t_exit 64 'outside its list' crm-opp set A tier=iron
t_err 'which is shown' 'gold, silver, bronze'
t 'several choices' 'crm-opp set A parts="Roof; door"; test "$(val opp name:A parts)" = "roof;door"'
t_exit 64 'one outside' crm-opp set A parts='roof;cellar'
t 'found by one of them' 'test "$(val opp parts:door name)" = A'
t 'a date' 'crm-opp set A due=eom; test "$(val opp name:A due)" = 2026-11-30'
t 'found by date' 'test "$(val opp due:month name)" = A'
t 'a number' crm-opp set A units=12
t_exit 65 'that is one' crm-opp set A units=1.5
t 'a range of numbers' 'test "$(val opp units:10..20 name)" = A'
t 'money' 'crm-opp set A fee=2k; test "$(val opp name:A fee)" = 2000.00'
t_exit 64 'one currency for all money of a record' crm-opp set A fee='USD 3'
t_err 'says so' 'one currency'
t 'both with it' 'crm-opp set A currency=USD fee="USD 3"; test "$(val opp name:A amount,fee,currency)" = "1.00	3.00	USD"'
t 'a reference' 'crm-opp set A boss=me; test "$(val opp boss.login:ana name)" = A'
t_exit 66 'to a record' crm-opp set A boss=nobody
t_exit 64 'required from a stage on' crm-opp stage A quotation
t_err 'is named' 'needs proof'
t_exit 64 'also by set' crm-opp set A stage=negotiation
t 'filled' 'crm-opp set A proof=x stage=negotiation'
t_exit 64 'not emptied there' crm-opp set A proof=
t 'an earlier stage' 'crm-opp add B 1; crm-opp stage B qualification'
t '--force' crm-opp stage B quotation --force
t 'hidden fields are not shown' '
	crm-opp set A secret=shh
	! crm-opp show A -o table | grep -q shh
	! crm-opp list -o csv | grep -q shh
'
t 'but asked for' 'test "$(val opp name:A secret)" = shh'
t 'the data stays' 'grep -q shh opps/2026/11.csv'
t 'a label' 'crm-opp show A -o table | grep -q "^Boss *Ana Test"'
t 'a label of a built-in field' 'crm-opp set A next=call; crm-opp show A -o table | grep -q "^Next step *call"'
t 'choices of a built-in field' 'crm-lead add L source=fair'
t_exit 64 'narrowed' crm-lead add L2 source=web2
t 'the tree is clean' clean

# bad declarations
bad() { cp config/fields.csv keep; echo "$1" >>config/fields.csv; }
t_exit 65 'no such entity' 'bad ops,x,text,,,,,,; crm-opp list'
t_err 'file, line, the nearest' 'config/fields.csv:13: .*opp'
cp keep config/fields.csv
t_exit 65 'no such type' 'bad opp,x,strng,,,,,,; crm-opp list'
t_err 'file and line' 'config/fields.csv:13: '
cp keep config/fields.csv
t_exit 65 'no such reference' 'bad opp,x,ref:nothing,,,,,,; crm-opp list'
cp keep config/fields.csv
t_exit 65 'a name that is none' 'bad "opp,A b,text,,,,,,"; crm-opp list'
cp keep config/fields.csv
t_exit 65 'a default outside the choices' 'bad "opp,x,choice,,a;b,c,,,"; crm-opp add X 1'
cp keep config/fields.csv
rm keep

# columns of unknown origin
mkdir -p contacts/2026
printf 'id,name,x_code,Weird Column,email,zz\r\nC2611-aaaaaaaa,Ann,007,"  keep  ",a@x.example,"q"\r\nC2611-bbbbbbbb,Bob,"08",,b@x.example,\r\nC2611-cccccccc,"Cid",09,"a ""b""",,"l1\r\nl2"\r\n' >contacts/2026/11.csv
git add . && git commit -qm contacts
cp contacts/2026/11.csv was
t 'unknown columns: other rows stay byte for byte' '
	crm-contact set Bob email=bob@x.example
	diff was contacts/2026/11.csv >d || true
	grep -c "^[<>]" d | grep -qx 2
	grep -q "^> C2611-bbbbbbbb,Bob,08,,bob@x.example," d
	test "$(head -n 1 was)" = "$(head -n 1 contacts/2026/11.csv)"
'
t 'and can be listed, filtered, set' '
	test "$(val contact x_code:007 name)" = Ann
	crm-contact set Ann x_code=008
	test "$(val contact name:Ann x_code)" = 008
'
t 'also with blanks in their name' '
	crm-contact list -c "name,Weird Column" -o csv | grep -q "^Ann,\"*  keep"
'
t 'a new column goes behind' '
	crm-contact set Ann phone="+49 1"
	head -n 1 contacts/2026/11.csv | grep -q "^id,name,x_code,Weird Column,email,zz,.*phone"
	python3 -c "
import csv
r = list(csv.DictReader(open(\"contacts/2026/11.csv\", newline=\"\")))
assert r[2][\"zz\"] == \"l1\\r\\nl2\" and r[2][\"Weird Column\"] == \"a \\\"b\\\"\", r
"
'
t 'clean' 'rm -f was d; clean'

# the entity is called as the company calls it
t 'label' 'printf "[label]\n\topp = project\n" >>crmrc; git commit -qam label'
t_exit 66 'in messages' crm-opp show Nope
t_err 'project' "no project 'Nope'"
t 'in help' 'crm-opp --help | grep -qi project'
t 'in the list of commands' 'crm --help | grep -qi opp'
t_exit 64 'of a field' crm-opp set A amont=3
t_err 'project' "project has no field 'amont'; the nearest: .*amount"
t_exit 64 'of a loss' crm-opp set A stage=lost
t_err 'project' 'lost project'
t 'the file stays' test -f opps/2026/11.csv
done_testing
