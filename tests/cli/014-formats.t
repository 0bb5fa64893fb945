#!/bin/sh
# Output: formats, columns, order, limits, terminals, broken pipes.
. "${0%/*}/../lib.sh"
t_store
mkdir -p accounts/2026
cat >accounts/2026/11.csv <<'END'
id,name,country,employees,tags,note,website
A2611-aaaaaaaa,"Comma, Inc",DE,10,a;b,"line 1
line 2",https://x.example
A2611-bbbbbbbb,"Quote ""Q""",FR,9,,,
A2611-cccccccc,Tab	Ltd,DE,100,,,
A2611-dddddddd,Ünï,,,,,
A2611-eeeeeeee,back\slash,US,7,b,,
END
cat >t.sql <<'END'
.mode csv
.import accounts/2026/11.csv t
END
git add accounts && git commit -qm accounts
sql() { sqlite3 :memory: -init t.sql "$1" 2>/dev/null; }
l() { crm-account list "$@"; }

t 'csv is what other programs read' '
	l -o csv -c id,name,note >got.csv
	mlr --icsv --ojson cat got.csv >got.json
	mlr --icsv --ojson cut -o -f id,name,note accounts/2026/11.csv | cmp - got.json
'
t 'csv is the format of a pipe' 'l | head -n 1 | grep -q "^id,name,"; l -o csv >a; l >b; cmp a b'
t 'its first column is id' 'for e in account contact lead opp campaign product target user; do crm-$e list | head -n 1 | grep -q "^id,"; done'
t 'tsv' '
	test "$(l -o tsv -c name name~Tab | tail -n 1)" = "Tab\\tLtd"
	test "$(l -o tsv -c name name~back | tail -n 1)" = "back\\\\slash"
	test "$(l -o tsv | wc -l)" = 6
'
t 'json' '
	l -o json >j; jq -e "length == 5 and .[0].name == \"Comma, Inc\"" j
	jq -e ".[0].note == \"line 1\nline 2\"" j
	test "$(jq -r ".[] | .id" j | tr "\n" " ")" = "$(sql "select id from t" | tr "\n" " ")"
'
t 'json of nothing is an empty list' 'test "$(l name:None -o json | jq -c .)" = "[]"'
t 'numbers in json are exact' '
	crm-opp add X 90071992547409.93
	crm-opp list -o json -c amount | grep -q "90071992547409.93"
'
t 'ndjson' 'test "$(l -o ndjson | jq -s length)" = 5; test "$(l -o ndjson | wc -l)" = 5'
t 'ids' 'l -o ids >i; sql "select id from t" | tr -d "\r" | cmp - i'
t 'count' 'test "$(l -o count country:DE)" = 2'
t 'md' 'l -o md -c name,country | head -n 2 | tail -n 1 | grep -q "^| *-"'
t 'md escapes its bars' 'crm-account add "a|b" country=XX; l -o md -c name country:XX | grep -q "a\\\\|b"; crm-account rm country:XX'
t 'table' 'l -o table -c name,country | head -n 2 | grep -q "─"'
t 'a table in a pipe has no colour' '! l -o table | grep -q "$(printf "\033")"'
t '--color=always has' 'l -o table --color=always | grep -q "$(printf "\033")"'
t_exit 64 'no such format' l -o xml
t_err 'those there are' 'csv, tsv, json'
t_exit 64 '--color of nothing' l --color=sometimes

t 'columns' 'test "$(l -c country,name -o csv name~Quote | head -n 1)" = country,name'
t 'a dotted column' '
	crm-contact add Ann account="Comma, Inc"
	test "$(crm-contact list -c name,account.country,account.owner.login -o csv | tail -n 1)" = "Ann,DE,"
'
t_exit 64 'no such column' l -c nam
t_err 'the nearest' name
t_exit 64 'nothing behind a text' l -c name.country
t_exit 64 'no columns' l -c ''

t 'sort' 'test "$(l -s name -o ids | head -n 1)" = A2611-eeeeeeee'
t 'sort of numbers' 'test "$(l -s employees -o ids | head -n 4 | tr "\n" " ")" = "$(sql "select id from t where employees <> \"\" order by employees + 0" | tr -d "\r" | tr "\n" " ")"'
t 'descending' 'test "$(l -s employees- -o ids | head -n 4 | tr "\n" " ")" = "$(sql "select id from t where employees <> \"\" order by employees + 0 desc" | tr -d "\r" | tr "\n" " ")"'
t 'empty last both ways' 'test "$(l -s employees -o ids | tail -n 1)" = "$(l -s employees- -o ids | tail -n 1)"'
t 'two keys' 'test "$(l -s country,employees- -o ids | tr "\n" " ")" = "A2611-cccccccc A2611-aaaaaaaa A2611-bbbbbbbb A2611-eeeeeeee A2611-dddddddd "'
t 'by what is not shown' 'l -s employees -c name >x; test "$(sed -n 2p x)" = "back\\slash"'
t 'by a dotted key' crm-contact list -s account.country,name
t_exit 64 'no such key' l -s nam
t 'limit' 'test "$(l --limit 2 -o count)" = 2; test "$(l --limit 2 -s name -o ids | wc -l)" = 2'
t_exit 64 '--limit 0 is refused' crm-account list --limit 0
t_exit 64 'a limit that is none' l --limit two
t 'an empty list is no error' l name:None
t_exit 1 'but -e says so' l name:None -e
t 'not where there are some' l -e
t 'porcelain is csv' 'l --porcelain | head -n 1 | grep -q "^id,name"'
t_exit 64 'and no table' l --porcelain -o table
t 'export is for programs' 'crm-account export | mlr --icsv --ojson cat | jq -e "length == 5"'

# arguments
t 'stdin is not read without -' 'mkfifo "$T/mute"; timeout 60 crm-account list -o count <>"$T/mute"'
t 'rows from stdin' 'test "$(l -o csv country:DE | l - -o count)" = 2'
t 'ids from stdin' 'test "$(l -o ids country:DE | l - -o count)" = 2'
t 'and a filter' 'test "$(l -o ids | l - country:DE -o count)" = 2'
t 'none from stdin is none' 'test "$(l - -o count </dev/null)" = 0'
t_exit 65 'rows without ids' 'printf "name,x\na,b\n" | l -'
t 'rows with the id elsewhere' 'test "$(printf "name,id\nx,A2611-bbbbbbbb\n" | l - -o ids)" = A2611-bbbbbbbb'
t 'tab separated' 'test "$(l -o tsv | l - -o count)" = 5'
t 'with a byte order mark and CRLF' 'test "$(printf "\357\273\277id,name\r\nA2611-bbbbbbbb,x\r\n" | l - -o ids)" = A2611-bbbbbbbb'

# what goes wrong with stdout
t_exit 74 'a full disk' 'l >/dev/full'
t_err 'is told' 'No space left'
t_exit 73 'of a writing command too' 'crm-account set country:US employees=8 >/dev/full'
t 'which is done' 'test "$(l employees:8 -o count)" = 1; test -z "$(git status --porcelain -uno)"'
t_exit 74 'closed' 'l >&-'
t_err 'is told' 'standard output'
t_exit 74 'closed, help' 'crm --help >&-'
t 'a reader that goes is none of our business' '
	i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); printf "C2610-%08d,N%d\n" $i $i; done >rows
	mkdir -p contacts/2026; { echo id,name; cat rows; } >contacts/2026/10.csv
	crm-contact list -o csv 2>err | head -n 1
	test ! -s err
'

# terminals: script(1) makes one
if script -qec true /dev/null >/dev/null 2>&1; then
	tty() { script -qec "$1" /dev/null </dev/null | tr -d '\r'; }
	esc=$(printf '\033')
	t 'a terminal gets a table' 'CRM_PAGER= tty "crm-account list country:FR" | grep -q "─"'
	t 'in colour' 'TERM=xterm CRM_PAGER= tty "crm-account list country:FR" | grep -q "$esc"'
	t 'not with NO_COLOR' '! NO_COLOR=1 TERM=xterm CRM_PAGER= tty "crm-account list country:FR" | grep -q "$esc\["'
	t 'not with TERM=dumb' '! CRM_PAGER= tty "crm-account list country:FR" | grep -q "$esc\["'
	t 'bare: open and mine' '
		crm-lead add Mine; crm-lead add Theirs owner=
		CRM_PAGER= tty crm-lead | grep -q Mine
		! CRM_PAGER= tty crm-lead | grep -q Theirs
	'
	t 'a person is told how words were understood' '
		tty "crm-opp add Told 48k close=eoq owner=me account=\"Comma, Inc\"" >told
		grep -q "amount 48000.00" told; grep -q "close 2026-12-31" told
		grep -q "owner Ana Test" told; grep -q "account Comma, Inc" told
	'
	t 'a script is not' 'crm-opp add Untold 1 2>err; test ! -s err'
	t 'a pager for what is long' 'CRM_PAGER="sed s/^/P:/" tty "crm-contact list name~N" | grep -q "^P:"'
	t 'not for what is short' '! CRM_PAGER="sed s/^/P:/" tty "crm-account list country:FR" | grep -q "^P:"'
	t '--no-pager' '! CRM_PAGER="sed s/^/P:/" tty "crm-contact list name~N --no-pager" | grep -q "^P:"'
	t 'a pager that is not there' 'CRM_PAGER=/no/such tty "crm-contact list name~N" | grep -q N3000'
	t 'escape sequences do not reach a terminal' '
		mkdir -p leads/2026
		printf "id,name\nL2610-aaaaaaaa,\"a\033]0;evil\007\033[31mb\"\n" >leads/2026/10.csv
		! CRM_PAGER= TERM=dumb tty "crm-lead list +OPEN -c name" | grep -q "$esc"
		! CRM_PAGER= TERM=dumb tty "crm-lead list +OPEN -c name -o csv" | grep -q "$esc"
	'
else
	t_skip 'terminals' 'script(1) makes none'
fi
t 'but a pipe gets the bytes' '
	mkdir -p leads/2026
	printf "id,name\nL2610-aaaaaaaa,\"a\033]0;evil\007\033[31mb\"\n" >leads/2026/10.csv
	crm-lead list -c name -o csv name~evil | grep -q "$(printf "\033")"
'
t 'tables in a pipe are safe' '! crm-lead list -o table name~evil | grep -q "$(printf "\033")"'
t 'errors too' '! crm-lead show "$(printf "x\033[31m")" 2>err; ! grep -q "$(printf "\033")" err'
t 'bidirectional overrides are taken out' '
	crm-account add "$(printf "ab\342\200\256cd")"
	! crm-account list name~ab -o table | grep -q "$(printf "\342\200\256")"
'
t_exit 65 'a file name with an escape sequence, in a message' '
	f="leads/2026/09.csv"; printf "id,name\n\"broken" >"$f"; crm-lead list'
t_err 'file and line' 'leads/2026/09.csv:2'
rm leads/2026/09.csv

# widths
t 'wide and combining characters stand in line' '
	rm -rf leads
	crm-lead add 日本語 city=A; crm-lead add "é" city=A; crm-lead add abc city=A
	crm-lead list -c name,city -o table >tab
	python3 - tab <<"END"
import sys, unicodedata
rows = open(sys.argv[1], encoding="utf-8").read().rstrip("\n").split("\n")
w = lambda s: sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
at = {w(r[:r.rindex("A")]) for r in rows[2:]}
sys.exit(len(at) != 1)
END
'
t 'Arabic is kept and found' '
	crm-account add "شركة النور" city="القاهرة"
	test "$(crm-account list name~النور -c city -o tsv | tail -n 1)" = "القاهرة"
	crm-account list -o table name~النور | grep -q "شركة النور"
'
done_testing
