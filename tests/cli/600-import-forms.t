#!/bin/sh
# import: how files of other programs are written down: charsets, separators,
# line ends, marks, lines of Excel, ragged rows.
. "${0%/*}/../lib.sh"

t_store
names() { crm-account list -c name,city -o csv | sed 1d | sort; }

# takes NAME: the file f.csv is taken by crm-account import, alone in a store.
takes() {
	label=$1
	shift
	t "$label" crm-account import f.csv "$@"
	t_same "$label: the rows" 'Müller & Söhne,Köln
Société Générale,Orléans' "$(names)"
	git reset -q --hard HEAD~1
}

utf8='Name,Town
Société Générale,Orléans
Müller & Söhne,Köln
'
printf '%s' "$utf8" >f.csv
takes 'UTF-8'
printf '\357\273\277%s' "$utf8" >f.csv
takes 'UTF-8 with a mark'
printf '%s' "$utf8" | tr ',' ';' | sed 's/$/\r/' | iconv -t CP1252 >f.csv
takes 'semicolons, CRLF, CP1252' --charset CP1252
printf '%s' "$utf8" | tr ',' '\t' | iconv -t UTF-16 >f.csv
takes 'UTF-16 with a mark and tabs'
printf '%s' "$utf8" | tr '\n' '\r' | iconv -t MACINTOSH >f.csv
takes 'the Mac: CR and MacRoman' --charset MacRoman
printf 'sep=|\n%s' "$(printf '%s' "$utf8" | tr , '|')" >f.csv
takes 'a line sep=, and no line end at the end'
printf '"Name","Town"\n"Société Générale","Orléans"\n\n"Müller & Söhne","Köln"\n,\n' >f.csv
takes 'everything in quotes, blank lines'
printf '%s' "$utf8" | sed 's/$/,,/' >f.csv
takes 'empty columns at the end'
printf '%s' "$utf8" | tr , ';' >f.csv
takes 'the separator by option' --delim ';'
printf '%s' "$utf8" | sed 1d >f.csv
takes 'no header' --header name,city
printf '%s' "$utf8" >f.csv
t 'from standard input' 'crm-account import - <f.csv'
t_same 'from standard input: the rows' 2 "$(crm-account list -o count)"
git reset -q --hard HEAD~1

printf 'Name,Town\ncaf\351,Orl\n' >f.csv
t_exit 65 'bytes that are no UTF-8' crm-account import f.csv
t_err 'line, column and what helps' 'f\.csv:2:4: byte 0xe9.*--charset CP1252'
printf 'Name,Town\n' | iconv -t UTF-16LE >f.csv
t_exit 65 'UTF-16 without a mark' crm-account import f.csv
t_err 'is recognised' '\-\-charset UTF-16LE'
t_exit 64 'an unknown charset' crm-account import f.csv --charset klingon
: >f.csv
t_exit 65 'an empty file' crm-account import f.csv
printf 'Name,Town\n' >f.csv
t 'a header alone brings nothing' crm-account import f.csv
t_exit 66 'no such file' crm-account import missing.csv
t_exit 64 'no file named' crm-account import
printf '17,Acme\n18,Beta\n' >f.csv
t_exit 64 'rows where a header should be' crm-account import f.csv
t_err 'tells of --header' '\-\-header field'

printf 'name,city,country\nA,B,C\nTotal 17\nD,E,F,G\nH\tx,I\n"J,K\nL,M,N\n' >f.csv
t_exit 3 'ragged and broken rows' crm-account import f.csv
t_same 'the good ones are taken' 'A,B
H x,I
L,M' "$(names)"
t_same 'the others are told' '_line|_reason
3|1 cell, the header has 3: a title, a sum or a broken line
4|4 cells, the header has 3: a separator inside a cell, without quotes around it?
6|this quote is never closed (byte 1 of the line)' \
	"$(mlr --icsv --ocsv --ofs '|' cut -o -f _line,_reason f.csv.rejects.csv)"
done_testing
