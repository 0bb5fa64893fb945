#!/bin/sh
# import: numbers, dates and words as other programs write them.
. "${0%/*}/../lib.sh"

t_store acme --currency USD
fresh() { git reset -q --hard "$start" && git clean -qfd; }
start=$(git rev-parse HEAD)

cat >f.csv <<'END'
Deal,Amount,Closing Date,Created Time,Probability
a,"$1,234.50","31/12/2024","15 Apr, 2021 00:03:00",50%
b,$342.09K,01/02/2024,2010-12-29 10:00:00.000,12.5
c,"(1,200)",2024-03-04,20101229,
d,N/A,NULL,,0
END
t 'amounts and dates of four programs' crm-opp import f.csv
t_err 'the order of a date is said' "'Closing Date' is read as day, month, year"
t_same 'amounts' '1234.50 342090.00 -1200.00 "" ' "$(
	crm-opp list -s name -c amount -o csv | sed 1d | tr '\n' ' ')"
t_same 'days' '2024-12-31 2024-02-01 2024-03-04 "" ' "$(
	crm-opp list -s name -c close -o csv | sed 1d | tr '\n' ' ')"
t_same 'instants' \
	'2021-04-15T00:03:00Z 2010-12-29T10:00:00Z 2010-12-29T00:00:00Z' "$(
	crm-opp list -s name -c created -o csv | sed 1d |
		head -n 3 | paste -sd ' ')"
t_same 'the month of an id is that of the record' 'O1012 O2104' "$(
	crm-opp list -o ids | cut -d- -f1 | sort -u | head -n 2 | paste -sd ' ')"
fresh

printf 'deal,amount\na,"1.234,50 €"\nb,"48 000,00"\n' >f.csv
t 'a decimal comma is found out' crm-opp import f.csv
t_same 'with the currency that was typed' '1234.50,EUR 48000.00,USD' "$(
	crm-opp list -s name -c amount,currency -o csv | sed 1d | paste -sd ' ')"
fresh
printf 'deal,amount\na,1.234\nb,7\n' >f.csv
t_exit 64 '1.234 alone is refused' crm-opp import f.csv
t_err 'with the option that decides' "'1\.234' in line 2.*--decimal"
t '--decimal decides' crm-opp import f.csv --decimal ,
t_same 'it is a thousand' '1234.00 7.00' "$(
	crm-opp list -s name -c amount -o csv | sed 1d |
		paste -sd ' ')"
fresh
printf 'deal,close\na,01/02/2024\n' >f.csv
t_exit 64 '01/02/2024 alone is refused' crm-opp import f.csv
t_err 'with the option that decides' '\-\-date-format dmy'
t '--date-format decides' crm-opp import f.csv --date-format mdy
t_same 'month first' 2024-01-02 "$(crm-opp list -c close -o csv | sed 1d)"
fresh
printf 'deal,close\na,44301\nb,44302\n' >f.csv
t_exit 64 'day numbers of Excel are refused' crm-opp import f.csv
t 'unless they are said to be such' crm-opp import f.csv --date-format excel
t_same 'they are days' '2021-04-15 2021-04-16' "$(
	crm-opp list -s name -c close -o csv | sed 1d | paste -sd ' ')"
fresh
printf 'deal,converted,close\na,x,Yes\nb,x,No\nc,x,2024-01-01\n' >f.csv
t_exit 64 'a column of another kind is refused as a whole' crm-opp import f.csv
t_err 'with the way out' "2 of its 3 cells.*--map 'close='"

printf 'name,phone,ext_id\na,1.2E+10,1\nb,#NAME?,2\nc,#####,3\nd,+49 30 1,4E+5\ne,+49 30 1,5\n' >f.csv
t_exit 3 'what a spreadsheet has broken is refused row by row' crm-account import f.csv
t_same 'the whole row is taken' 1 "$(crm-account list -o count)"
fresh

printf 'deal,stage,source\na,Won,web\nb,Hot!,Fair\nc,hot!,Fair\nd,Lost deal,Moon\n' >f.csv
t_exit 64 'unknown stages and sources' crm-opp import f.csv
t_err 'are counted' 'stage: not known: Hot! \(1\), hot! \(1\), Lost deal \(1\)'
t_err 'the known ones are named' 'known are:.*negotiation'
t_err 'each has its line' "--value 'source:Moon="
t_same 'nothing is taken' 0 "$(crm-opp list -o count)"
t 'mapped and taken over' crm-opp import f.csv --value source:Moon=other \
	--create-missing stage,source
t_same 'stages are found by label, too; new ones have a state' \
	'a,won b,hot c,hot d,lost-deal' "$(
	crm-opp list -s name -c name,stage -o csv | sed 1d |
		paste -sd ' ')"
t_same 'won and lost are told by their names' 'sales,lost-deal,Lost deal,lost,' \
	"$(grep lost-deal config/stages.csv)"
t 'the new stage is one of the store' crm-opp list stage:hot
fresh
printf 'lead,lead status\na,Junk\n' >f.csv
t_exit 64 'a choice that is built in' crm-lead import f.csv
t 'can be added to' crm-lead import f.csv --create-missing status
t_same 'it is known from now on' junk "$(crm-lead list status:junk -c status -o csv | sed 1d)"
t 'and may be entered' crm-lead add name=x status=junk
fresh

printf 'name\nAnn\nBob\n' >f.csv
t 'a value for every row' crm-lead import f.csv --source fair --set status=contacted
t_same 'stands in every row' 'fair,contacted' "$(
	crm-lead list -c source,status -o csv | sed 1d | sort -u)"
t_exit 64 'a value for a column that the file has' crm-lead import f.csv --set name=x
printf 'period,amount\nQ4 2017,1\n2017 Q3,2\n11/2017,3\nNov 2016,4\n2018,5\n' >f.csv
t 'periods' crm-target import f.csv
t_same 'in their one form' '2016-11 2017-11 2017-Q3 2017-Q4 2018' "$(
	crm-target list -c period -o csv | sed 1d | sort | paste -sd ' ')"

printf 'name,account,stage,amount\nA,Ac,won,5\nB,Ac,verloren,5\nC,Ac,qualifcation,5\n' >s.csv
t_exit 64 'far words and near ones' crm-opp import s.csv --create-missing account
t_err 'no guess for the far one' "stage:verloren='"
t_err 'one for the near one' "stage:qualifcation=qualification'"
t_err 'with what is known' 'known are: .*qualification'
printf 'Summe\n5\n6\n' >n.csv
t_exit 64 'deals without any name' crm-opp import n.csv --map Summe=amount
t_err 'are not tried one by one' 'no column is the name of the opp'
printf 'Firma,Ort,Farbe\nAcme,Bonn,rot\n' >h.csv
t 'a column that is not taken' crm-account import h.csv --map Firma=name
t_err 'and what it can be' "Farbe=FIELD', FIELD being one of .*(city|website)|Ort'.*one of .*city"
printf 'PK\003\004xxxx' >x.xlsx
t_exit 65 'a spreadsheet' crm-account import x.xlsx
t_err 'what to do' 'save it as CSV \(in Excel: CSV UTF-8\)'
done_testing
