#!/bin/sh
# check: one finding a line.
. "${0%/*}/../lib.sh"
t_store
acc=$(crm-account add Acme ext_id=E1)
o=$(crm-opp add Roof 48k account="$acc")
crm-opp stage "$o" negotiation >/dev/null
opps=$(ls opps/*/*.csv) accounts=$(ls accounts/*/*.csv)

t 'all is well' crm check
t_same 'silence' '' "$(cat "$OUT" "$ERR")"

# damage NAME SED FILE PATTERN [CODE]: what check says of it
damage() {
	cp "$3" "$T/saved"
	sed -i "$2" "$3"
	t_exit "${5:-65}" "$1" crm check
	t_out "$1: named" "$4"
	cp "$T/saved" "$3"
}
damage 'a bad quote' '2s/Roof/Ro"of/' "$opps" \
	"^$opps:2: error: column [0-9]+: "
damage 'too few cells' '2s/,[^,]*$//' "$opps" "^$opps:2: error: "
damage 'a repeated column' '1s/name/id/' "$opps" "^$opps:1: error: "
damage 'no column for the id' '1s/^id/key/' "$opps" \
	"^$opps:1: error: there is no column 'id'"
damage 'no id' "2s/^$o/x/" "$opps" "^$opps:2: error: 'x' is not the id of"
damage 'an id of another table' "2s/^O/A/" "$opps" "^$opps:2: error: 'A"
damage 'an id of another month' "2s/^O2611/O2610/" "$opps" \
	"^$opps:2: error: O2610.* is not found in this file; .* opps/2026/10.csv"
damage 'an id twice' '2{h;G}' "$opps" \
	"^$opps:3: error: the same id as in $opps:2"
damage 'a bad amount' '2s/48000.00/48k/' "$opps" \
	"^$opps:2: error: amount: '48k' is not an amount"
damage 'an unknown stage' '2s/negotiation/nirvana/' "$opps" \
	"^$opps:2: error: stage: "
damage 'a required cell' '2s/Roof//' "$opps" \
	"^$opps:2: error: name: is required"
damage 'no UTF-8' '2s/Roof/R\xf6\xf6f/' "$opps" \
	"^$opps:2: error: not valid UTF-8"
damage 'an unknown record' "2s/$acc/A2611-zzzzzzzz/" "$opps" \
	"^$opps:2: note: account: A2611-zzzzzzzz is not in this store" 0
damage 'another stage than the last' '2s/negotiation/won/' "$opps" \
	"^$opps:2: note: stage: $o is not where" 0
damage 'no merge driver' 's/merge=crm//' .gitattributes \
	"^.gitattributes: error: has no line '\*.csv merge=crm'"
damage 'a clone that was not set up' '/driver/d' .git/config \
	"^.git/config: error: merge.crm.driver is not set"

cat >>crmrc <<'END'
[report "mine"]
	title = Mine
[select "mine.x"]
	entity = opp
	mesure = n:count
END
git commit -qam 'a report'
t_exit 65 'a broken report' crm check
t_out 'is named' '^crmrc:[0-9]+: error: .*mesure'
git revert --no-edit HEAD >/dev/null
cp "$accounts" "$T/saved"
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "parent") k = i }
	NR == 2 { $k = $1 } 1' "$T/saved" >"$accounts"
t_exit 65 'an account above itself' crm check
t_out 'is named' "^$accounts:2: error: parent: $acc is its own"
cp "$T/saved" "$accounts"

beta=$(crm-account add Beta ext_id=E2)
damage 'a value that is unique' '/Beta/s/E2/E1/' "$accounts" \
	"^$accounts:[23]: error: the same ext_id as in $accounts:[23]: 'E1' of ($acc and $beta|$beta and $acc)\$"

t 'a second file of the month' '
	mkdir -p opps/2026/11
	(head -n 1 "$opps"; sed -n 2p "$opps") >"opps/2026/11/$(
		echo "$o" | cut -c 7).csv"
	! crm check >"$T/out"
	cat "$T/out"
'
t_out 'an id in two files' \
	"^opps/2026/11/.\.csv:2: error: the same id as in $opps:2"
rm -r opps/2026/11
t 'a file where nothing is looked for' '
	cp "$opps" opps/2026/more.csv
	! crm check >"$T/out"
	cat "$T/out"
'
t_out 'is named' '^opps/2026/more.csv: error: no record is looked for here'
rm opps/2026/more.csv
t 'a link' '
	ln -s /etc/passwd opps/2026/12.csv
	! crm check >"$T/out"
	cat "$T/out"
'
t_out 'is named' 'opps.*: error: '
rm opps/2026/12.csv

me=$(crm-user list -o ids)
crm-target add period=2026 user="$me" amount=100k >/dev/null
crm-target add period=2026-Q4 user="$me" amount=30k >/dev/null
crm-target add period=2027 user="$me" amount=120k >/dev/null
t 'targets that overlap' crm check
t_same 'once' 1 "$(wc -l <"$OUT")"
t_out 'are a note' '^config/targets.csv:[0-9]: note: period: overlaps'

t 'as rows' crm check -o csv
t_out 'with a header' '^file,line,severity,message$'
sed -i '2s/Roof//' "$opps"
t_exit 65 'one file' crm check "$opps"
t 'another one' crm check "$accounts"
t_exit 65 'a folder' crm check opps/2026
t_exit 66 'none of ours' crm check nothing.csv
t_same 'nothing was written' " M $opps" "$(git status --short)"
done_testing
