#!/bin/sh
# import: rows that cannot be taken, --atomic, --dry-run.
# shellcheck disable=SC2016,SC1010
. "${0%/*}/../lib.sh"

t_store
mkdir "$T/in" && cd "$T/in" || exit 1
export CRM_DIR="$T/acme"
g() { git -C "$T/acme" "$@"; }
head=$(g rev-parse HEAD)
cat >f.csv <<'END'
Name,E-mail,Birthday,Note
Ann,ann@example.com,1990-02-03,"two
lines"
Bob,bob at home,1991-01-01,
Cy,cy@example.com,1990-02-30,"a ""quote"", too"
,dee@example.com,,
Ed,,,
END
t_exit 3 'dry run' crm-contact import f.csv -n
t_out 'shows cells' 'name,,Ann$'
t_err 'and what it would do' '^crm-contact import: 5 rows: 2 would be added, 0 changed, 0 the same, 3 rejected$'
t_same 'leaves no trace' 'f.csv' "$(ls)"
t_same 'nor a commit' "$head" "$(g rev-parse HEAD)"
t_exit 3 'atomic' crm-contact import f.csv --atomic
t_err 'says why' "line 4: E-mail: .*bob at home"
t_same 'takes nothing' 0 "$(crm-contact list -o count)"
t_same 'writes no rejects' 'f.csv' "$(ls)"

t_exit 3 'good rows are taken' crm-contact import f.csv
t_same 'two of five' 'Ann Ed' "$(crm-contact list -s name -c name -o csv | sed 1d | paste -sd ' ')"
t_err 'the others are in a file' '3 of 5 rows were not taken.*f\.csv\.rejects\.csv'
t_same 'their cells, line, column, reason' 'Name=Bob,E-mail=bob at home,_line=4,_column=E-mail
Name=Cy,E-mail=cy@example.com,_line=5,_column=Birthday
Name=,E-mail=dee@example.com,_line=6,_column=' \
	"$(mlr --icsv --odkvp cut -o -f Name,E-mail,_line,_column f.csv.rejects.csv)"
t_same 'byte for byte' 'a "quote", too' "$(mlr --icsv --onidx filter '$Name=="Cy"' then cut -f Note f.csv.rejects.csv)"
t_same 'nobody else reads it' 600 "$(stat -c %a f.csv.rejects.csv)"
t_same 'the store is clean' '' "$(g status --porcelain)"
mlr --icsv --ocsv put '$["E-mail"] == "bob at home" {$["E-mail"] = "bob@example.com"}
	$Birthday == "1990-02-30" {$Birthday = "1990-02-03"}' f.csv.rejects.csv >r.csv
t_exit 3 'corrected, it is imported as it is' crm-contact import r.csv
t_same 'four of five' 4 "$(crm-contact list -o count)"
sed -i 's/bob at/bob now at/' f.csv
t_exit 3 'rejects that lie there' crm-contact import f.csv
t_err 'are not written over' 'f\.csv\.rejects-2\.csv'
t_same 'are as they were' 1 "$(grep -c 'bob at home' f.csv.rejects.csv | head -n 1)"
mkdir d.rejects.d && sed 's/now at/surely at/' f.csv >d.rejects.d/f.csv
echo mine >d.rejects.d/f.csv.rejects.csv
t_exit 3 'a folder with .rejects in its name' crm-contact import d.rejects.d/f.csv
t_same 'the number is the file'\''s' 'f.csv f.csv.rejects-2.csv f.csv.rejects.csv' \
	"$(ls d.rejects.d | paste -sd ' ')"
t_exit 3 'from a pipe' 'crm-contact import - <f.csv --again'
t 'they are beside the caller' test -f stdin.rejects.csv
printf 'name\nRo\n' >s.csv
mkdir ro && cp f.csv ro/ && sed -i 's/Ann/Anne/' ro/f.csv && mkdir ro/f.csv.rejects.csv
had=$(crm-contact list -o count)
t_exit 74 'where they cannot be written' crm-contact import ro/f.csv
t_same 'nothing is taken' "$had" "$(crm-contact list -o count)"
t 'ids on demand' crm-contact import s.csv -o ids
t_out 'one a line' '^C2611-'

printf 'name\nUntold\n' >../untold.csv
mkdir -p "$XDG_CONFIG_HOME/crm"
printf '#!/bin/sh\nexit 1\n' >"$T/no" && chmod +x "$T/no"
printf '[hook]\npre-commit = %s\n' "$T/no" >"$XDG_CONFIG_HOME/crm/crmrc"
t_exit 77 'an import that a hook refuses' crm-account import ../untold.csv
t_same 'adds nothing, and says no such thing' 0 "$(grep -c ' added' "$ERR")"
rm "$XDG_CONFIG_HOME/crm/crmrc"
t 'then it does' crm-account import ../untold.csv
t_err 'and says so' '1 row: 1 added'
done_testing
