#!/bin/sh
# Where options stand, and words that were meant as options.
. "${0%/*}/../lib.sh"
t_store
crm-user add 'Bo Lind' login=bo >/dev/null
crm-opp add Roof 5k tags=weg >/dev/null
crm-opp add Door 6k tags=hot,new >/dev/null
crm-opp add Wall 7k >/dev/null
head=$(git rev-parse HEAD)
count() { crm-opp list -o count "$@"; }

# mistyped options are no negated tags
t_exit 64 'an option with one dash' crm-opp rm +weg -dry-run
t_err 'is told' 'but --dry-run is'
t_exit 64 'one that is near' crm-opp set name:Roof -dryrun next=x
t_exit 64 'the beginning of one' crm-opp set name:Roof -dry next=x
t_exit 64 'of the verb itself' crm-opp win Roof -note Deal
t_exit 64 'flags in one word' crm-opp set name:Roof -nn next=x
t_exit 64 'a name for a record to be added' crm-opp add -force
t_exit 64 'a value behind the letter' crm-opp list -ocount
t_err 'is told' '-o count'
t_exit 64 'a column' crm-opp list -cname,amount
t_exit 64 'an order' crm-opp list -samount-
t_exit 64 'with a sign of equality' crm-opp list -o=count
t_exit 64 'a folder' crm-opp list -C/tmp
t_exit 64 'a write, a letter and no such tag' crm-opp set name:Roof -nxt next=x
t_err 'how the tag is written' 'not \+nxt'
t_same 'nothing of it was done' "$head" "$(git rev-parse HEAD)"
t_same 'negated tags' 2 "$(count -hot)"
t_same 'with the letter of an option' 3 "$(count -cold)"
t_same 'as an option is called' 3 "$(count -- -force)"
t_same 'computed ones' 0 "$(count -OPEN)"
t 'a write without a tag that there is' 'test "$(crm-opp set +OPEN -new next=x | wc -l)" = 2'
t 'behind -- it is what it says' 'test "$(crm-opp set -- -nxt next=y | wc -l)" = 3'
t 'tags are taken away' 'crm-opp tag Door -new; crm-opp tag Door -new'

# options before the verb
cd / || exit 1
S=$T/acme
t 'the store first' 'crm-opp -C "$S" add Foo 5; test "$(crm-opp --dir="$S" list name:Foo -o count)" = 1'
t 'of crm' 'test "$(crm -C "$S" opp list -o count)" = 4; crm --dir="$S" log; crm -C "$S" opp --id list'
t 'a command behind options' 'crm --now 2026-01-01 -C "$S" calc today | grep -x 2026-01-01'
t 'the time first' 'crm-opp --now 2026-01-02 -C "$S" add Bar; test "$(crm-opp -C "$S" list name:Bar -c created -o tsv | tail -n 1 | cut -c1-10)" = 2026-01-02'
t_exit 64 'full ids first' crm-opp -C "$S" --id show Foo
t 'own options of a verb' 'crm-opp -C "$S" --note x win Foo'
t 'help of the verb' 'crm-opp --help win | grep -e --note'
t 'help of all' 'crm-opp --help | grep reopen'
t 'no verb is a list' 'test "$(crm-opp -C "$S" -o count)" = 5; test "$(crm-opp -o count -C "$S" -hot)" = 4'
t 'a filter that begins with not' 'test "$(crm-opp -C "$S" -o count not +hot)" = 4'
t_exit 64 'a word that is no verb' crm-opp -C "$S" Foo
t 'nothing is near it' test -z "$(crm-opp -C "$S" Foo 2>&1 | grep mean)"
t_exit 64 'a verb mistyped' crm-quote -C "$S" isue Foo
t_err 'the nearest' "'isue' is no verb; did you mean 'issue'\\?; crm-quote --help"
t_exit 64 'of a common one' crm-opp -C "$S" lst
t_err 'too' "did you mean 'list'"
t_exit 64 'of those that the kind has' crm-opp -C "$S" isue Foo
t 'alone' test -z "$(crm-opp -C "$S" isue Foo 2>&1 | grep mean)"
cd "$S" || exit 1

# numbers
t_exit 64 'no rows at most' crm-opp list --limit 0
t_exit 64 'waiting for weeks' crm-opp set Roof next=z --wait 3000000

# programs of others
mkdir "$T/p"
ln -s "$CRM_BIN/crm" "$T/p/crm-zzz"
t_exit 64 'a link to crm of no known name' timeout 10 "$T/p/crm-zzz"
t_err 'is no command' "'zzz' is no command"
t_exit 64 'nor by crm' env PATH="$T/p:$PATH" timeout 10 crm zzz
printf '#!/bin/sh\necho "$CRM_DIR"\n' >"$T/p/crm-yyy"
t_exit 77 'one that may not be run' env PATH="$T/p:$PATH" crm yyy
t_err 'is named' 'crm-yyy: Permission denied'
chmod +x "$T/p/crm-yyy"
t_same 'it gets the store' "$S" "$(PATH=$T/p:$PATH crm -C "$S" yyy)"

# names that look like filters, and what comes down a pipe
crm-opp add 'Kunde: Nachfass' 5 >/dev/null
crm-opp add 'x:y' 5 >/dev/null
t 'a name with a colon' 'crm-opp set "Kunde: Nachfass" next=call; crm-opp show x:y'
t_exit 64 'a field that is none' crm-opp set stge:new next=x
t_err 'is still told' "no field 'stge'"
t_exit 66 'no such name' crm-opp set 'Kunde: Nochfass' next=x
t_exit 64 'tags without records' crm-opp tag +weg +neu
t_err 'how it is meant' 'crm-opp list \+TAG -o ids'
t_exit 65 'JSON is not read' 'crm-opp list -o ndjson | crm-opp set - next=x'
t_err 'what is, is told' 'csv'
t 'log takes ids from the pipe' '
	crm-opp list name:Roof -o ids | crm-opp log - -o csv >../a
	crm-opp list name:Roof | crm log - -o csv | cmp - ../a
	test "$(cut -d, -f5 ../a | sort -u | wc -l)" = 2'
t_same 'none: nothing' '' "$(crm-opp list name:Nope -o ids | crm log - -o ids)"

# options without a use are refused
for x in 'crm log -c id' 'crm check -s file' 'crm calc today -o csv' 'crm settings x'; do
	t_exit 64 "$x" $x
done
t_exit 64 'crm conflict -c id' crm conflict -c id
t 'crm log --limit counts commits' 'test "$(crm log --limit 1 -o csv | cut -d, -f1 | sort -u | wc -l)" = 2; crm log --help | grep -q "at most N commits"'
crm-opp set Roof next=1 >/dev/null
crm-opp set Roof next=2 >/dev/null
t_exit 1 'an undo that is refused has no header' 'crm undo -n 9999 >../o || { r=$?; test ! -s ../o || r=99; exit $r; }'
t_exit 64 'programs as they are typed' crm-report pipelin
t_err 'crm-report' '^crm-report: '
t_exit 64 'or by crm' crm report pipelin
t_err 'crm report' '^crm report: '

# a bare command at a terminal: what is open and mine
crm-opp add His owner=bo >/dev/null
if command -v script >/dev/null; then
	export CRM_PAGER=cat
	t 'bare: the foot' 'script -qec crm-opp /dev/null >../tty; grep "[0-9] of [0-9]*: open and yours; crm-opp list shows all" ../tty'
	t 'list shows all' 'script -qec "crm-opp list" /dev/null >../tty; grep His ../tty; ! grep yours ../tty'
else
	t_skip 'a bare command' 'no script(1)'
fi
done_testing
