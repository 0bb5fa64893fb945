#!/bin/sh
# edit: the form in the editor.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme country=DE note="$(printf 'one\n  two\n\nfour')" >/dev/null
crm-account add Beta country=FR >/dev/null
# editor SCRIPT: an editor that runs sed on the file, and keeps what it saw
editor() {
	cat >"$T/ed" <<END
#!/bin/sh
cp "\$1" $T/form.\$(ls $T | grep -c '^form')
$1
END
	chmod +x "$T/ed"
	rm -f "$T"/form.*
	export EDITOR="$T/ed"
}
val() { crm-account show "$1" -c "$2" -o json | jq -r ".[0].$2 // empty"; }
head() { git rev-parse HEAD; }

editor 'sed -i s/^country:.*/country:\ AT/ "$1"'
t 'a line changed' 'crm-account edit Acme; test "$(val Acme country)" = AT'
t 'the note is as it was' 'test "$(val Acme note)" = "$(printf "one\n  two\n\nfour")"'
t 'one cell in the commit' 'test "$(git show --numstat --format= | cut -f1,2)" = "1	1"'
t 'the tree is clean, no file is left' 'test -z "$(git status --porcelain)"; ! ls "$T" | grep crm-edit'
t 'the form says what may be chosen' 'grep -q "^# type: prospect;customer" $T/form.0'
t 'and hides what the program sets' '! grep -q "^weighted" $T/form.0'
editor :
t 'nothing changed, nothing done' 'h=$(head); crm-account edit Acme; test "$(head)" = "$h"'
editor ': >"$1"'
t 'empty gives up' 'h=$(head); crm-account edit Acme; test "$(head)" = "$h"'
t_err 'and says so' 'given up'
editor 'exit 1'
t_exit 1 'an editor that fails' crm-account edit Acme
editor 'sed -i "s/^country:.*/country: XX/" "$1"; sed -i "s/^email:.*/email: none/" "$1"'
t_exit 65 'the same mistake twice ends it' 'h=$(head); crm-account edit Acme || { r=$?; test "$(head)" = "$h"; exit $r; }'
t_err 'with line, field and where the text is' 'line [0-9]+: email: .*crm-edit-'
t 'the editor was opened again' 'test -e $T/form.1; grep -q "^#! line [0-9]*: email" $T/form.1'
t 'the text is kept' 'grep -q "^country: XX" "$T"/crm-edit-*; rm "$T"/crm-edit-*'
editor 'if grep -q "^#!" "$1"; then sed -i "s/^email:.*/email: a@b.example/" "$1"; else sed -i "s/^email:.*/email: none/" "$1"; fi'
t 'mended at the second time' 'crm-account edit Acme; test "$(val Acme email)" = a@b.example'
editor 'sed -i "s/^city:.*/city: Here/" "$1"'
t 'several records by filter, one commit' '
	n=$(git rev-list --count HEAD)
	crm-account edit country:AT,FR
	test "$(crm-account list city:Here -o count)" = 2
	test "$(git rev-list --count HEAD)" = $((n + 1))
'
editor 'sed -i "s/^note:.*/note: first/; /^    /d" "$1"'
t 'a note of one line' 'crm-account edit Acme; test "$(val Acme note)" = first'
editor 'sed -i "s/^note:.*/note: a\n    b: c\n\n      d/" "$1"'
t 'a note of several' 'crm-account edit Acme; test "$(val Acme note)" = "$(printf "a\nb: c\n\n  d")"'
editor 'sed -i "/^country:/d" "$1"'
t 'a line taken away changes nothing' 'crm-account edit Acme; test "$(val Acme country)" = AT'
editor 'sed -i "s/^country:.*/country:/" "$1"'
t 'an empty one empties' 'crm-account edit Acme; test -z "$(val Acme country)"'
editor 'echo "nonsense" >>"$1"'
t_exit 65 'what is no line' crm-account edit Acme
editor 'sed -i "s/^country:/contry:/" "$1"'
t_exit 64 'no such field' crm-account edit Acme
t_err 'the nearest' country
editor 'sed -i "s/^id:.*/id: A2611-zzzzzzzz/" "$1"'
t_exit 65 'another id' crm-account edit Acme
rm -f "$T"/crm-edit-*
# meanwhile
editor 'crm-account set Beta sector=Mean >/dev/null; sed -i "s/^city:.*/city: There/" "$1"'
t 'what others change meanwhile stays' 'crm-account edit Beta; test "$(val Beta sector),$(val Beta city)" = "Mean,There"'
editor 'crm-account set Beta city=Theirs >/dev/null; sed -i "s/^city:.*/city: Ours/" "$1"'
t_exit 75 'the same cell is refused' crm-account edit Beta
t_err 'saying what it is now' "city has become 'Theirs'"
t 'and stays' 'test "$(val Beta city)" = Theirs; rm -f "$T"/crm-edit-*'
t 'VISUAL before EDITOR' 'EDITOR=false VISUAL=true crm-account edit Beta'
t 'ui.editor before both' '
	mkdir -p .. "$XDG_CONFIG_HOME/crm"
	printf "[ui]\n\teditor = true --x\n" >"$XDG_CONFIG_HOME/crm/crmrc"
	EDITOR=false crm-account edit Beta; rm "$XDG_CONFIG_HOME/crm/crmrc"
'
t_exit 66 'an editor that is not there' 'EDITOR=/no/such crm-account edit Beta'
t_exit 66 'no such record' crm-account edit Nope
t_exit 64 'no record' crm-account edit
editor 'sed -i "s/^amount:.*/amount: USD 5/" "$1"'
t 'an amount with another currency' '
	crm-opp add Deal 7; crm-opp edit Deal
	test "$(crm-opp show Deal -c amount,currency -o tsv | tail -n 1)" = "5.00	USD"
'
t 'dry run' 'editor "sed -i s/^amount:.*/amount:\ 9/ \$1"; h=$(head); crm-opp edit Deal -n | grep -q "amount,5.00,9.00"; test "$(head)" = "$h"'

printf '#!/bin/sh\ntest -t 0 && echo yes >"%s/tty"\n' "$T" >"$T/attty"
chmod +x "$T/attty"
crm-opp add Piped >/dev/null
if command -v script >/dev/null; then
	script -qec "crm-opp list name:Piped -o ids | EDITOR='$T/attty' crm-opp edit -" \
	    /dev/null </dev/null >/dev/null 2>&1
	t_same 'ids from a pipe: the editor is at the terminal' yes \
	    "$(cat "$T/tty" 2>/dev/null)"
else
	t_skip 'the editor is at the terminal' 'no script(1)'
fi
done_testing
