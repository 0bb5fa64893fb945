#!/bin/sh
# People see labels, programs the keys that are stored.
. "${0%/*}/../lib.sh"
t_store acme --currency EUR --pipelines sales,service
sed -i 's/^fair,.*/fair,Fairs and shows/' config/sources.csv
sed -i 's/^sales,prospecting,Prospecting/sales,prospecting,Zuerst | sehen/
	s/^sales,lost,[^,]*/sales,lost,Verloren/; s/^sales,quotation,Quotation/sales,quotation,negotiation/' config/stages.csv
printf '%s\n' entity,field,type,label,choices opp,source,,Herkunft, opp,via,choices,Über,@sources >config/fields.csv
crm commit >/dev/null || exit 1
grep -q 'fair,Fairs and shows' config/sources.csv || exit 1
A=$(crm-opp add A 10 stage=prospecting source=fair 'via=web;fair')
crm-opp add B 20 stage=quotation >/dev/null
crm-opp add C 40 pipeline=service stage=first-call >/dev/null
cols=name,stage,source,via

t 'a table shows labels' 'crm-opp list -c $cols -o table | grep -q "^A  *Zuerst | sehen  *Fairs and shows  *.*Fairs and shows"'
t 'md too, made safe' 'crm-opp list -c $cols -o md | grep -qF "| A | Zuerst \| sehen | Fairs and shows |"'
t 'the label of a field heads its column' 'crm-opp list -c $cols -o table | head -n 1 | grep -q "Herkunft  *Über"'
t 'show shows them' 'crm-opp show A -o table >../o; grep -q "stage  *Zuerst | sehen" ../o; grep -q "Herkunft  *Fairs and shows" ../o'
for f in csv tsv; do
	t "$f has keys" "crm-opp list -c name,stage,source -o $f | tr '\t' , | grep -qx A,prospecting,fair"
done
for f in json ndjson; do
	t "$f has keys" "crm-opp list -c name,stage -o $f | grep -q '\"stage\":\"prospecting\"'"
done
t 'get too' 'test "$(crm get $A.stage)" = prospecting'

t 'a report shows labels' 'crm-report stage -o table | grep -q "^Zuerst | sehen "'
t 'in the order of the stages still' 'crm-report stage -o table | grep -o "^Zuerst\|^negot\|^First" >../o; printf "%s\n" Zuerst negot First | cmp - ../o'
t 'its csv has keys' 'crm-report stage -o csv | grep -q "^prospecting,"'
t '--by a choice' 'crm-report pipeline --by source -o table >../o; grep -q "Fairs and shows" ../o; head -n 3 ../o | grep -q Herkunft; grep -q "^.*(none)" ../o'
t 'the total is no label' 'crm-report pipeline -o table | grep -q "^total"'

t 'a filter takes the key' 'test "$(crm-opp list stage:prospecting -o count)" = 1'
t 'and the label' 'test "$(crm-opp list "stage:Zuerst | sehen" -o count)" = 1; test "$(crm-opp list "source:Fairs and shows" -o count)" = 1'
t 'a key goes before the label of another' 'test "$(crm-opp list stage:negotiation -o count)" = 0'

# lost is called differently in the two pipelines
t 'what pipelines call differently is shown as the key' 'crm-opp lose A --reason price; crm-opp list -c name,stage -o table name:A | grep -q "^A  *lost$"'
printf 'source,label\n"\n' >config/sources.csv
t 'a table that cannot be read: keys' 'crm-opp list -c name,source -o table name:A | grep -q "fair"'
done_testing
