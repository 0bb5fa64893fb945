#!/bin/sh
# What bad input gets: in the store, in the call, around it.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme >/dev/null
crm-lead add L1 >/dev/null
crm-opp add D1 5 >/dev/null
clean() { test -z "$(git status --porcelain)"; }

# malformed files
f=leads/2026/11.csv
cp $f keep
echo 'L2611-aaaaaaaa,"x"y' >>$f
t_exit 65 'a quote in the wrong place' crm-lead list
t_err 'file, line, column' "^crm-lead list: $f:3:[0-9]+: "
t 'other entities still work' 'crm-account list; crm-opp list; crm-opp add D2 6; crm-opp rm D2 --force'
t_exit 65 'what might refer to a record must be readable' crm-opp rm D1
t_exit 65 'writing there does not' crm-lead add L2
t_err 'file and line' "$f:3"
t 'the file is as it was' 'tail -n 1 $f | grep -qx "L2611-aaaaaaaa,\"x\"y"; git diff --quiet HEAD -- opps'
cp keep $f
printf '%s' 'L2611-aaaaaaaa,"open' >>$f
t_exit 65 'a quote that is not closed' crm-lead list
t_err 'file and line' "$f:3"
cp keep $f
echo 'nonsense,x' >>$f
t_exit 65 'an id that is none' crm-lead add L2
t_err 'file and line' "$f:3"
cp keep $f
sed -n 2p keep >>$f
t_exit 65 'an id twice' crm-lead add L2
t_err 'file and line' "$f:3: .*same id"
cp keep $f
sed -i '1s/^id,/ident,/' $f
t_exit 65 'no id column' crm-lead add L2
t_err 'file and line' "$f:1"
cp keep $f
printf 'L2611-aaaaaaaa,b\377d\n' >>$f
t_exit 65 'not UTF-8, when written' crm-lead add L2
cp keep $f
t_exit 65 'a nul byte' 'printf "L2611-aaaaaaaa,a\000b\n" >>leads/2026/11.csv; crm-lead add L2'
cp keep $f
: >$f
t 'an empty file has no records' 'test "$(crm-lead list -o count)" = 0'
cp keep $f
rm keep
t 'mended, all is well' 'crm-lead add L2; clean'
t_exit 65 'a bad config table' '
	cp config/stages.csv keep; echo "sales,x,X,maybe,5" >>config/stages.csv
	crm-opp list +OPEN'
t_err 'file and line' 'config/stages.csv:[0-9]+'
t 'accounts do not care' crm-account list
mv keep config/stages.csv
t_exit 65 'a bad crmrc' 'cp crmrc keep; echo "[core" >>crmrc; crm-account list'
t_err 'file and line' 'crmrc:5'
mv keep crmrc
t_exit 65 'the bad crmrc of a person' '
	mkdir -p "$XDG_CONFIG_HOME/crm"; echo "x = 1" >"$XDG_CONFIG_HOME/crm/crmrc"
	crm-account list'
t_err 'file and line' 'crm/crmrc:1'
rm "$XDG_CONFIG_HOME/crm/crmrc"

# calls
t_exit 64 'an unknown command' crm lst
t_err 'help' '--help'
t_exit 64 'a near one' crm chek
t_err 'is suggested' "'check'"
t_exit 64 'no command' 'crm nothing-like-it'
t 'an add-on from PATH' 'mkdir -p "$T/p"; printf "#!/bin/sh\necho addon \"\$@\"\n" >"$T/p/crm-hello"; chmod +x "$T/p/crm-hello"; test "$(PATH=$T/p:$PATH crm hello a b)" = "addon a b"'
t_exit 64 'an unknown option' crm-account list --limt 3
t_err 'the nearest' '--limit'
t_exit 64 'an option without its value' crm-account list -o
t_exit 64 'a flag with one' crm-account list --fail-empty=yes
t_exit 64 'an unknown field in a filter' crm-account list contry:DE
t_err 'the nearest' country
t_exit 64 'an unknown stage' crm-opp list stage:wn
t_err 'those there are' 'won'
t_exit 64 'an unknown user' crm-opp list owner:anna
t_err 'the nearest' ana
t_exit 64 'an unknown date' crm-opp list close:soon
t_exit 64 'an unknown view' crm-opp list @nope
t_exit 64 'an open parenthesis' crm-opp list '(' stage:won
t_exit 64 'a verb of another entity' crm-account win Acme
t_exit 64 'a bad number' crm-account add X employees=1.5 --wait x
t_exit 66 'as-of that is nothing' crm-account list --as-of never
t_exit 66 'as-of before the first commit' crm-account list --as-of 2020-01-01
t 'as-of a commit' 'test "$(crm-account list --as-of HEAD~3 -o count)" -le 1'

# identity
t 'no identity: one is made from the login' '
	HOME=$T/none XDG_CONFIG_HOME=$T/none GIT_CONFIG_GLOBAL=/dev/null crm-account add NoId 2>../err
	git log -1 --format="%an <%ae>" | grep -q "<.*@"
'
t 'and said, on one line' 'test "$(wc -l <../err)" = 1; grep -q "user.email\|identity" ../err'
t 'once' '
	HOME=$T/none XDG_CONFIG_HOME=$T/none GIT_CONFIG_GLOBAL=/dev/null crm-account add NoId2 2>../err
	test ! -s ../err
'
t 'not where there is one' 'crm-account add WithId 2>../err; test ! -s ../err'
t 'the person'"'"'s crmrc gives one' '
	mkdir -p "$T/me/crm"; printf "[user]\n\tname = Eva\n\temail = eva@x.example\n\tlogin = ana\n" >"$T/me/crm/crmrc"
	XDG_CONFIG_HOME=$T/me crm-account add Eva
	test "$(git log -1 --format="%an <%ae>")" = "Eva <eva@x.example>"
'
t 'GIT_AUTHOR_NAME as git has it' '
	GIT_AUTHOR_NAME=Zoe GIT_AUTHOR_EMAIL=zoe@x.example crm-account add Zoe
	test "$(git log -1 --format=%an)" = Zoe
'

# locks
# hold: somebody has the lock, until p is killed.
hold() {
	rm -f "$T/held"
	flock -o .git/crm/lock sh -c ': >"$0"; exec sleep 20' "$T/held" &
	p=$!
	until [ -e "$T/held" ]; do sleep 0.05; done
}
t_exit 75 'locked: it waits, then gives up' '
	hold; s=$(date +%s)
	crm-account add X --wait 1 || { r=$?; e=$(date +%s); kill $p; test $((e - s)) -le 5 || r=99; exit $r; }'
t_err 'says so' 'lock|another'
t_exit 75 'not waiting at all' '
	hold; s=$(date +%s)
	crm-account add X --wait 0 || { r=$?; e=$(date +%s); kill $p; test $((e - s)) -le 5 || r=99; exit $r; }'
t 'locked for a moment: it waits' 'hold; { sleep 1; kill $p; } & crm-account add Waited --wait 60'
t 'readers do not care' 'hold; timeout 15 crm-account list; kill $p'
t_exit 75 'git is at work' 'touch .git/index.lock; crm-account add Y --wait 1'
t_err 'says which' 'index.lock'
t 'nothing changed' 'rm .git/index.lock; clean; test "$(crm-account list name:Y -o count)" = 0'
t_exit 75 'the branch is locked' 'touch .git/refs/heads/main.lock; crm-account add Y --wait 1'
t 'nothing changed then' 'rm .git/refs/heads/main.lock; clean; test "$(crm-account list name:Y -o count)" = 0'
t 'twenty at once: twenty commits' '
	was=$(git rev-list --count HEAD)
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		CRM_SEED=$i crm-account add "P$i" --wait 60 & done; wait
	test "$(git rev-list --count HEAD)" = $((was + 20))
	test "$(crm-account list name~P -o count)" = 20; clean; git fsck --strict
'

# read only
if [ "$(id -u)" -ne 0 ]; then
	t_exit 77 'a read-only store' 'chmod -R a-w .; crm-account add X'
	t 'can be read' crm-account list
	chmod -R u+w .
elif unshare -m true 2>/dev/null; then
	ro() { unshare -m sh -c "mount --bind . . && mount -o remount,ro,bind . && cd . && cd \"$PWD\" && $1"; }
	t_exit 77 'a read-only disk' 'ro "crm-account add X"'
	t_err 'is told' 'ead-only'
	t 'can be read' 'test "$(ro "crm-account list -o count")" -gt 20'
else
	t_skip 'a read-only store' 'root, and no mount namespaces'
fi
t 'the store is whole' 'git fsck --strict; clean'
done_testing
