#!/bin/sh
# add, set, rm, tag, show, list, export of any record.
. "${0%/*}/../lib.sh"
t_store

head_is() { test "$(git rev-parse HEAD)" = "$1"; }
clean() { test -z "$(git status --porcelain)"; }
val() { crm-$1 list -c "$3" -o tsv $2 | tail -n +2; }

t 'add prints the id, and nothing else' '
	crm-account add name=Acme country=DE >got
	test "$(wc -l <got)" = 1
	grep -q "^A2611-[0-9a-z]\{8\}$" got
	rm got
'
t 'one command, one commit, a clean tree' '
	test "$(git rev-list --count HEAD)" = 2; clean
'
t 'a bare word is the name' crm-account add Beta
t 'add with colons' 'crm-account add name:Gamma country:FR; test "$(val account country:FR name)" = Gamma'
t 'who enters it owns it' 'test "$(val account name:Beta owner)" = "$(crm-user show ana -o ids)"'
t 'unless said otherwise' 'crm-account add Free owner=; test -z "$(val account name:Free owner)"'
t 'created is now' 'test "$(val account name:Beta created)" = 2026-11-21T10:00:00Z'
t_exit 64 'an unknown field' crm-account add X contry=DE
t_err 'the nearest' 'nearest: .*country'
t_exit 64 'a required field' crm-account add country=DE
t_err 'is named' 'name is required'
t_exit 64 'a field of the program' crm-account add X id=A2611-00000000
t_exit 64 'a computed field' crm-opp add X 1 weighted=3
t_exit 64 'nothing at all' crm-account add
t_exit 64 'too many words' crm-account add X Y Z
t_exit 64 'a choice outside its list' crm-account add X type=foo
t_err 'those there are' 'prospect, customer'
t 'a choice in any case' 'crm-account add Cased type=CUSTOMER; test "$(val account name:Cased type)" = customer'
t_exit 64 'a source that the store does not know' crm-lead add X source=telex
t_err 'says where a new one goes' 'config/sources.csv'
t_exit 65 'not an address' crm-contact add X email=nobody
t_exit 65 'a control character' crm-account add "$(printf 'a\001b')"
t_exit 65 'not UTF-8' crm-account add "$(printf 'a\377b')"
t_exit 65 'not a number' crm-account add X employees=many
t 'nothing came of all that' 'test "$(crm-account list -o count)" = 5; clean'

t 'set by name' 'crm-account set Acme sector=Food; test "$(val account name:Acme sector)" = Food'
t 'several fields' 'crm-account set Acme city=Bonn postcode=53111; test "$(val account name:Acme city,postcode)" = "Bonn	53111"'
t 'an = in a value' 'crm-account set Acme sector=a=b; test "$(val account name:Acme sector)" = a=b'
t 'a colon in a value' 'crm-account set Acme sector=a:b; test "$(val account name:Acme sector)" = a:b'
t 'emptied' 'crm-account set Acme sector=; test -z "$(val account name:Acme sector)"'
t_exit 64 'a required field cannot be emptied' crm-account set Acme name=
t 'no change is no commit' '
	was=$(git rev-parse HEAD); crm-account set Acme city=Bonn; head_is $was
'
t 'several records, one commit' '
	was=$(git rev-list --count HEAD)
	crm-account set Acme Beta Gamma sector=Steel
	test "$(git rev-list --count HEAD)" = $((was + 1))
	test "$(val account sector:Steel name | sort | tr "\n" " ")" = "Acme Beta Gamma "
'
t 'ids of what was changed are printed' '
	test "$(crm-account set Acme Beta sector=Ore | sort)" = "$(crm-account show Acme Beta -o ids | sort)"
'
t 'by filter' 'crm-account set sector:Steel sector=Iron; test "$(val account sector:Iron name)" = Gamma'
t 'a filter that fits nothing changes nothing' '
	was=$(git rev-parse HEAD); crm-account set sector:None city=X; head_is $was
'
t_exit 1 'which -e tells' crm-account set sector:None city=X -e
t_exit 64 'no records' crm-account set sector=X
t_exit 64 'no assignment' crm-account set Acme
t_exit 64 'a word behind the assignments' crm-account set Acme sector=X Beta
t_exit 66 'one of several is not there' crm-account set Acme Nope sector=X
t 'then none is changed' 'test "$(val account name:Acme sector)" = Ore'
t_exit 64 'an unknown field' crm-account set Acme sectr=X
t 'tabs and newlines in a note' '
	printf "one\n\ttwo, \"three\"\n" >note
	crm-account set Acme note="$(cat note)"
	mlr --icsv --ojson filter "\$name == \"Acme\"" accounts/2026/11.csv |
		jq -r ".[0].note" | cmp - note
	rm note
'
t_exit 65 'but not in a name' crm-account set Acme name="$(printf 'a\nb')"

# dry runs
was=$(git rev-parse HEAD)
t 'set -n' 'crm-account set Acme sector=Dry -n >"$T/got"'
t_same 'shows the cells' "$(printf 'id,field,old,new\n%s,sector,Ore,Dry' "$(crm-account show Acme -o ids)")" "$T/got"
t 'add -n' 'crm-account add Dry -n | grep -q ",name,,Dry"'
t 'rm -n' 'crm-account rm Acme -n | grep -q ",name,Acme,"'
t 'tag -n' 'crm-account tag Acme +x -n | grep -q ",tags,,x"'
t 'all changed nothing' 'head_is $was; clean; test -z "$(git -C . stash list)"'

# tags
t 'tag' 'crm-account tag Acme Beta +vip +big; test "$(val account name:Acme tags)" = "big;vip"'
t 'untag' 'crm-account tag Acme -- -big; test "$(val account name:Acme tags)" = vip'
t 'untag without --' 'crm-account tag Beta -vip; test "$(val account name:Beta tags)" = big'
t 'listed by tag' 'test "$(val account +vip name)" = Acme'
t 'and without' 'test "$(crm-account list -vip -o count)" = 4'
t 'a tag twice is one' 'crm-account tag Acme +vip; test "$(val account name:Acme tags)" = vip'
t 'set tags' 'crm-account set Acme tags="z y, x"; test "$(val account name:Acme tags)" = "x;y;z"'
t_exit 64 'no tag' crm-account tag Acme
t_exit 65 'a virtual tag cannot be given' crm-account tag Acme +MINE
t 'a separator makes two' 'crm-account tag Acme "+a;b" +x; test "$(val account name:Acme tags)" = "a;b;x;y;z"'
t 'tags of one letter go behind --' 'crm-account tag Acme -- -a -b -x; test "$(val account name:Acme tags)" = "y;z"'
t 'tag of what has none before' 'crm-lead add L1; crm-lead tag L1 +hot; test "$(val lead +hot name)" = L1'

# rm
t 'rm' 'crm-account rm Free; test "$(crm-account list name:Free -o count)" = 0; clean'
t 'what is referred to is not removed' 'crm-contact add Ann account=Gamma'
t_exit 77 'but refused' crm-account rm Gamma
t_err 'with the record' 'C2611-'
t '--force does' 'crm-account rm Gamma --force'
t 'the reference then shows as hidden' '
	crm-contact list -c name,account -o table | grep -q "Ann.*(hidden)"
	crm-contact list account.country:DE -o csv
	crm-contact list -s account.country
'
t 'the last row of a month' '
	crm-lead rm L1
	test ! -e leads/2026/11.csv; clean
	crm-lead add L2; clean
'
t_exit 66 'twice' 'crm-lead rm L2; crm-lead rm L2'

# show and export
t 'show for people' 'crm-account show Acme -o table | grep -q "^country *DE"'
t 'shows no empty field' '! crm-account show Acme -o table | grep -q "^website"'
t 'export has every column' 'crm-account export >"$T/e.csv"'
t 'and every record' 'test "$(sqlite3 :memory: -cmd ".mode csv" ".import $T/e.csv t" "select count(*) from t")" = "$(crm-account list -o count)"'
t 'without _base' '! head -n 1 "$T/e.csv" | grep -q _base'
t 'the bare command lists' 'test "$(crm-account | wc -l)" = "$(crm-account list | wc -l)"'
t_exit 64 'an unknown verb' crm-account lst
t_err 'the nearest' list
t 'crm account is crm-account' 'test "$(crm account list -o count)" = "$(crm-account list -o count)"'
t 'help' 'crm-account --help; crm-account list --help; crm --help; crm help account; crm --version'
t 'fsck' 'git fsck --strict'
crm-opp add Shown 1234567.5 note="$(printf 'one\ntwo')" >/dev/null
t_same 'people see amounts grouped, and notes in lines' 'amount 1,234,567.50
note one
two' "$(crm-opp show Shown -o table |
    awk '$1 == "amount" { print $1, $2 }
	$1 == "note" { print $1, $2; getline; print $1 }')"
done_testing
