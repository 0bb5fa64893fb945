#!/bin/sh
# What a word that names a record may be.
. "${0%/*}/../lib.sh"
t_store

# ids of our own, so that prefixes are known
mkdir -p accounts/2026 contacts/2026
cat >accounts/2026/11.csv <<'END'
id,name,email,website,country
A2611-7f3k9q2d,Acme,info@acme.example,https://www.acme.example/about,DE
A2611-7f3m0000,Beta,hello@beta.example,beta.example,FR
A2611-9b2d0000,Gamma,,,
A2611-aaaa0000,9b2d,,,
A2611-cccc0000,Twin,,,
A2611-dddd0000,Twin,,,
A2611-eeee0000,Größe,,,
A2611-ffff0000,0o1l,,,
END
git add . && git commit -qm accounts
id() {
	crm-account list -o ids | head -n 0
	crm-account show "$@" -o ids
}
is() { test "$(crm-account show "$2" -o ids)" = "A2611-$1"; }

t 'full id' is 7f3k9q2d A2611-7f3k9q2d
t 'upper case' is 7f3k9q2d A2611-7F3K9Q2D
t 'lower letter' is 7f3k9q2d a2611-7f3k9q2d
t 'prefix of the random part' is 7f3k9q2d 7f3k
t 'in upper case' is 7f3k9q2d 7F3K
t 'prefix of the whole' is 7f3k9q2d A2611-7f3k
t 'o is 0, i and l are 1, as Crockford has it' is 7f3m0000 7f3mo
t 'exact name' is 7f3k9q2d Acme
t 'in any case' is 7f3k9q2d aCME
t 'beyond ASCII' is eeee0000 GRÖSSE
t 'e-mail' is 7f3k9q2d Info@Acme.example
t 'domain' is 7f3k9q2d acme.example
t 'domain without www and scheme' is 7f3m0000 beta.example
t_exit 64 'ambiguous prefix' crm-account show 7f3
t_err 'the candidates' 'A2611-7f3k9q2d \(Acme\).*A2611-7f3m0000 \(Beta\)'
t_exit 64 'ambiguous name' crm-account show twin
t_err 'the candidates' 'A2611-cccc0000.*A2611-dddd0000'
t_exit 64 'a name that is also a prefix' crm-account show 9b2d
t_err 'both candidates' 'A2611-9b2d0000.*A2611-aaaa0000'
t 'a longer prefix helps' is 9b2d0000 9b2d0
t_exit 66 'none' crm-account show Delta
t_err 'the nearest' 'nearest: .*Beta'
t_exit 66 'full id that is not there' crm-account show A2611-zzzzzzzz
t_exit 64 'id of another kind' crm-account show O2611-7f3k9q2d
t_err 'says which' 'opp'
t_exit 64 '--id refuses a name' crm-account show --id Acme
t_exit 64 '--id refuses a prefix' crm-account show --id 7f3k
t '--id takes a full id' crm-account show --id A2611-7f3k9q2d
t_exit 64 'an empty word' crm-account show ''
t 'references by name' '
	crm-opp add Roof 10 account=acme.example
	test "$(crm-opp list -c account -o csv | tail -n 1)" = A2611-7f3k9q2d
'
t_exit 64 'ambiguous reference' crm-opp add Roof2 10 account=Twin
t_err 'names the field' 'account: .*Twin'
t_exit 66 'unknown reference' crm-opp add Roof2 10 account=Nope
t 'nothing came of it' 'test "$(crm-opp list -o count)" = 1'
t_exit 64 '--id holds for references too' crm-opp add R 1 account=Acme --id
t 'show of any kind' 'crm show A2611-7f3k9q2d | grep -q Acme'
t 'show by prefix with letter' 'crm show a2611-7f3k | grep -q Acme'
t 'get' 'test "$(crm get A2611-7f3k9q2d.country)" = DE'
t_exit 1 'get of an empty value' crm get A2611-9b2d0000.country
t 'get through a reference' '
	test "$(crm get $(crm-opp list -o ids).account.country)" = DE
'
t_exit 64 'get of no such field' crm get A2611-7f3k9q2d.contry
t_err 'the nearest' country
t 'get with a prefix of the whole' 'test "$(crm get a2611-7f3k.name)" = Acme'
t 'ids of many are unique and of the month' '
	for i in 1 2 3 4 5 6 7 8 9; do crm-lead add "L$i"; done >ids
	test "$(sort -u ids | grep -c "^L2611-[0-9a-hjkmnp-tv-z]\{8\}$")" = 9
'
t 'the month of an id is that of created' '
	crm-lead add Old created=2025-03-04T10:00:00Z | grep -q "^L2503-"
	test -f leads/2025/03.csv
'
t 'of a deal, of its start' '
	crm-opp add Older start=2024-02-29 created= | grep -q "^O26\|^O2402-"
'
t 'CRM_SEED makes ids again' '
	git clone -q . ../c1; git clone -q . ../c2
	test "$(crm-lead add Q -C ../c1)" = "$(crm-lead add Q -C ../c2)"
'
done_testing
