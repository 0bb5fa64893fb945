#!/bin/sh
# Views, virtual tags, or/not/parentheses, qualified and dotted names.
. "${0%/*}/../lib.sh"
t_store
mkdir -p accounts/2026 opps/2026 contacts/2026
cat >accounts/2026/11.csv <<'END'
id,name,country,owner,parent
A2611-aaaaaaaa,Acme,DE,,
A2611-bbbbbbbb,Beta,FR,,A2611-aaaaaaaa
A2611-cccccccc,Gamma,DE,,A2611-zzzzzzzz
END
cat >opps/2026/11.csv <<'END'
id,name,account,owner,pipeline,stage,probability,amount,currency,close,tags
O2611-aaaaaaaa,O1,A2611-aaaaaaaa,,sales,prospecting,,100.00,EUR,2026-11-01,hot
O2611-bbbbbbbb,O2,A2611-bbbbbbbb,,sales,negotiation,,2000.00,EUR,2026-12-01,hot;big
O2611-cccccccc,O3,A2611-cccccccc,,sales,won,,30.00,EUR,2026-10-01,
O2611-dddddddd,O4,A2611-zzzzzzzz,,sales,lost,,4.00,EUR,2026-09-01,big
O2611-eeeeeeee,O5,,,sales,hold,,,,,
END
me=$(crm-user show ana -o ids)
sed -i "/,O[12],/s/,,sales/,$me,sales/" opps/2026/11.csv
git add . && git commit -qm data
{
	echo '.mode csv'
	echo '.import accounts/2026/11.csv a'
	echo '.import opps/2026/11.csv o'
	echo '.import config/stages.csv s'
} >../t.sql
sql() {
	sqlite3 :memory: -init ../t.sql "select o.name from o left join a on a.id = o.account left join s on s.stage = o.stage and s.pipeline = o.pipeline where $1 order by o.id" 2>/dev/null | tr -d '\r' | tr '\n' ' '
}
got() { crm-opp list -c name -o tsv "$@" | tail -n +2 | tr '\n' ' '; }
# same SQL FILTER...: the same records, and some
same() {
	want=$(sql "$1")
	shift
	test -n "$want" && test "$(got "$@")" = "$want"
}
t 'AND' same "o.stage='won' and a.country='DE'" stage:won account.country:DE
t 'one of' same "o.stage in ('won','lost')" stage:won,lost
t 'or' same "o.stage='won' or o.amount+0>1000" stage:won or amount:1000..
t 'or binds less than and' same "(o.stage='won' and a.country='DE') or o.name='O1'" stage:won account.country:DE or name:O1
t 'not' same "not o.stage='won'" not stage:won
t 'not of parentheses' same "not (o.stage='won' or o.stage='lost')" not '(' stage:won or stage:lost ')'
t 'parentheses' same "(o.stage='won' or o.stage='negotiation') and a.country='FR'" '(' stage:won or stage:negotiation ')' account.country:FR
t 'not not' same "o.stage='won'" not not stage:won
t 'tag' same "o.tags like '%hot%'" +hot
t 'no tag' same "o.tags not like '%hot%'" -hot
t 'both' same "o.tags like '%hot%' and o.tags not like '%big%'" +hot -big
t 'empty' same "coalesce(o.account,'')=''" account:
t 'not empty' same "coalesce(o.account,'')<>''" not account:
t 'part of a name' same "o.name like '%o3%'" name~o3
t 'a bare word is sought in names' same "o.name='O3'" O3
t '+OPEN' same "s.state='open'" +OPEN
t '+WON' same "s.state='won'" +WON
t '+LOST' same "s.state='lost'" +LOST
t '+HOLD' same "s.state='hold'" +HOLD
t '+CLOSED' same "s.state in ('won','lost','cancelled')" +CLOSED
t '-OPEN' same "s.state<>'open'" -OPEN
t '+OVERDUE' same "s.state='open' and o.close<'2026-11-21' and o.close<>''" +OVERDUE
t '+MINE' same "o.owner<>''" +MINE
t '+NOOWNER' same "o.owner=''" +NOOWNER
t 'owner:me' same "o.owner<>''" owner:me
t 'a dotted reference by name' same "a.name='Acme'" account:Acme
t 'two steps' same "a.parent='A2611-aaaaaaaa'" account.parent.name:Acme
t 'qualified' same "o.stage='won'" opp.stage:won
t 'state' same "s.state='open'" state:open
t 'weighted' same "o.amount*s.probability/100 > 100" weighted:100.01..
t 'ids in a filter' same "o.id in ('O2611-aaaaaaaa','O2611-cccccccc')" O2611-aaaaaaaa O2611-cccccccc
t_exit 64 'an unknown upper-case tag of another kind' crm-account list +OVERDUE
t_exit 64 'or without a term' crm-opp list or stage:won
t_exit 64 'not without a term' crm-opp list not
t_exit 64 'parentheses left open' crm-opp list '(' stage:won
t_exit 64 'and not opened' crm-opp list stage:won ')'
t_exit 64 'a field that is not there' crm-opp list stagee:won
t_exit 64 'behind a text' crm-opp list name.x:won
t_exit 64 'another entity' crm-opp list user.name:x
t_exit 64 'a bad number' crm-opp list amount:lots

# records that are not there
t 'absent records: no error, no match' 'test "$(got account.country:DE)" = "$(sql "a.country=\"DE\"")"; crm-opp list -c name,account.country,account.parent.name -o csv >/dev/null'
t 'shown as hidden' 'crm-opp list -c name,account -o table | grep -q "^O4.*(hidden)"'
t 'in a chain, too' 'crm-opp list -c name,account.parent -o table | grep -q "^O3.*(hidden)"'
t 'for machines the id stays' 'test "$(crm-opp list name:O4 -c account -o tsv | tail -n 1)" = A2611-zzzzzzzz'
t 'found by it' 'test "$(got account:A2611-zzzzzzzz)" = "O4 "'
t 'the record can be changed' 'crm-opp set O4 next=x; test "$(crm-opp list name:O4 -c account -o tsv | tail -n 1)" = A2611-zzzzzzzz'
t 'sorted by it' 'test "$(crm-opp list -s account.name -o count)" = 5'

# views
cat >>crmrc <<'END'
[view "big"]
	entity = opp
	filter = amount:100.. +OPEN
	columns = name,amount
	sort = amount-
[view "either"]
	filter = "stage:won or (stage:lost +big)"
[view "nested"]
	filter = "@big or name:O5"
[view "loop"]
	filter = "@loop"
[view "bad"]
	filter = "stagee:won"
[view "my cols"]
	filter = +OPEN
	columns = name,ammount
[view "sorted"]
	filter = +OPEN
	sort = amount-,nmae
END
git commit -qam views
t 'a view' 'test "$(crm-opp list @big -o ids | tr "\n" " ")" = "O2611-bbbbbbbb O2611-aaaaaaaa "'
t 'its columns' 'test "$(crm-opp list @big -o csv | head -n 1)" = name,amount'
t 'unless others are asked for' 'test "$(crm-opp list @big -c id -o csv | head -n 1)" = id'
t 'with more terms' 'test "$(got @big close:..eom)" = "O1 "'
t 'its or stays within' 'test "$(got @either -big)" = "O3 "'
t 'negated' 'test "$(crm-opp list not @either -o count)" = 3'
t 'of views' 'test "$(crm-opp list @nested -o count)" = 3'
t 'for writing' 'test "$(crm-opp set @big next=v | wc -l)" = 2'
t_exit 64 'of another entity' crm-account list @big
t_exit 64 'of itself' crm-opp list @loop
t_exit 64 'with a mistake' crm-opp list @bad
t_err 'file, line, view' "crmrc:[0-9]+: view 'bad'"
t_exit 64 'a column that is none' crm-opp list '@my cols'
t_err 'the same of it' "crmrc:[0-9]+: view 'my cols': .*ammount"
t_exit 64 'an order that is none' crm-opp list @sorted
t_err 'of it, too' "crmrc:[0-9]+: view 'sorted': .*nmae"
t 'not where the view is not asked' crm-opp list @sorted -s name
t 'others work nevertheless' crm-opp list @big
t 'the bare command takes filters' 'test "$(crm-opp +WON -o count)" = 1; test "$(crm-opp stage:won -o count)" = 1; test "$(crm-opp @either -o count)" = 2'

# leads
crm-lead add N1 status=new >/dev/null
crm-lead add N2 status=unqualified >/dev/null
crm-lead add N3 status=recycled >/dev/null
t 'leads that are open' 'test "$(crm-lead list +OPEN -c name -s name -o tsv | tail -n +2 | tr "\n" " ")" = "N1 N3 "'
t 'and closed' 'test "$(crm-lead list +CLOSED -c name -o tsv | tail -n +2 | tr "\n" " ")" = "N2 "'

# tags that are mistyped
crm-opp add Vip 5 tags=VIP,closed >/dev/null
t_exit 64 'a tag in capitals that there is not' crm-opp list +OPN
t_err 'the nearest' "nearest: 'OPEN'"
t_exit 64 'negated, too' crm-opp list -OPN
t 'one of your own' 'test "$(crm-opp list +VIP -o count)" = 1; test ! -s "$ERR"'
t 'as a value it is sought' 'test "$(crm-opp list tags:EU -o count)" = 0'
t 'a computed one in small letters' 'test "$(crm-opp list +open -o count)" = 0'
t_err 'is noted' "the computed one is \+OPEN"
t 'but not one of your own' 'test "$(crm-opp list +closed -o count)" = 1 && ! crm-opp list +closed 2>&1 >/dev/null | grep .'
t_exit 64 'the beginning of a stage' crm-opp list stage:quot
t_err 'is completed' "nearest: 'quotation'"
t_exit 64 'numbers that end before they start' crm-opp list amount:10..5
t_err 'as dates' 'amount: 10..5 ends before it starts'
crm-opp add 'Kunde: Nachfass' 5 >/dev/null
t 'a colon and a blank are no field' 'test "$(crm-opp list "kunde: nach" -o count)" = 1; test "$(crm-opp list "name: kunde: nachfass" -o count)" = 1'
done_testing
