#!/bin/sh
# The user's own programs around a change.
. "${0%/*}/../lib.sh"
t_store
rcdir=$XDG_CONFIG_HOME/crm
mkdir -p "$rcdir" "$T/h"
rc() { printf '%s\n' "$@" >"$rcdir/crmrc"; }
hook() {
	{ echo '#!/bin/sh'; echo "$2"; } >"$T/h/$1"
	chmod +x "$T/h/$1"
}
head() { git rev-parse HEAD; }

hook no 'echo "ask the boss" >&2; exit 1'
rc '[hook]' "pre-add = $T/h/no"
t_exit 77 'pre-add refuses' crm-account add Acme
t_err 'its own words' '^ask the boss$'
t_err 'and ours' 'pre-add.*nothing was changed'
t 'nothing was written' 'test -z "$(git status --porcelain)"; test "$(git rev-list --count HEAD)" = 1; test ! -e accounts'
t '--no-hooks' 'crm-account add Acme --no-hooks'
t 'other events do not mind' crm-account set Acme city=Rome
t 'a dry run asks nobody' crm-account add X -n
hook rec "cat >$T/in; echo \"\$@\" >$T/args; pwd >$T/pwd; echo data"
rc '[hook]' "pre-set = $T/h/rec"
t 'JSON on stdin: before and after' '
	crm-account set Acme city="Bonn \"x\"" >"$T/got"
	jq -e ".entity == \"account\" and .before.city == \"Rome\" and .after.city == \"Bonn \\\"x\\\"\" and (.id | startswith(\"A2611-\"))" "$T/in"
'
t 'event and verb as words' 'test "$(cat "$T/args")" = "pre-set account set"'
t 'in the folder of the store' 'test "$(cat "$T/pwd")" = "$T/acme"'
t 'its stdout is no data' '! grep -q data "$T/got"'
t 'one run for a command, a line for a record' '
	crm-account add B1; crm-account add B2
	crm-account set B1 B2 city=Ulm; test "$(jq -s length "$T/in")" = 2
'
rc '[hook]' "pre-stage = $T/h/rec" "post-commit = $T/h/rec"
t 'stage' '
	crm-opp add D 1; rm "$T/in"; crm-opp set D next=x; test "$(cat "$T/args")" = "post-commit opp set"
	crm-opp stage D qualification; jq -es ".[0].after.stage == \"qualification\"" "$T/in"
'
rc '[hook]' "pre-rm = $T/h/rec"
t 'rm: after is null' 'crm-account rm B2; jq -e ".after == null and .before.name == \"B2\"" "$T/in"'
rc '[hook "opp"]' "pre-add = $T/h/no"
t 'for one kind of record' 'crm-account add C1'
t_exit 77 'only' crm-opp add C1 1
rc '[hook]' "pre-commit = $T/h/no"
t_exit 77 'pre-commit is for all' crm-account set C1 city=X
t_exit 77 'for apply' 'crm-account list -o csv | sed s/Ulm/Koeln/ | crm-account apply -'
t_exit 77 'for convert' 'crm-lead add L --no-hooks; crm-lead convert L'
t_exit 77 'for a hand edit' 'sed -i s/Ulm/Kiel/ accounts/2026/11.csv; crm-account set C1 city=Y'
t 'which stays as it was' 'test "$(git status --porcelain)" = " M accounts/2026/11.csv"; git checkout -q .'

# post
hook late 'echo too late >&2; exit 1'
rc '[hook]' "post-set = $T/h/late"
t 'post-set cannot refuse' 'crm-account set C1 city=Z; test "$(crm-account list city:Z -o count)" = 1'
t_err 'but is told' 'post-set.*change stands'
hook chain 'crm-account set C1 note="$CRM_COMMIT" --no-hooks --wait 2'
rc '[hook]' "post-set = $T/h/chain"
t 'post-set can call crm' '
	crm-account set C1 city=W
	test "$(crm-account list name:C1 -c note -o tsv | tail -n 1)" = "$(git rev-parse HEAD~)"
'
hook reads 'crm-account list -o count >'"$T"'/count'
rc '[hook]' "pre-set = $T/h/reads"
t 'pre-set can read' 'crm-account set C1 city=V; test "$(cat "$T/count")" = "$(crm-account list -o count)"'

# trouble
rc '[hook]' "pre-set = $T/h/none"
t_exit 66 'a hook that is not there' crm-account set C1 city=U
t_err 'is named' 'h/none'
hook slow 'sleep 30'
rc '[hook]' 'timeout = 1' "pre-set = $T/h/slow"
t_exit 77 'one that takes too long' 'timeout 10 crm-account set C1 city=U'
t_err 'is told' 'hook.timeout'
t 'and ended' '! pgrep -f "$T/h/slow"'
hook deaf 'exec <&-; exit 0'
rc '[hook]' "pre-set = $T/h/deaf"
t 'one that does not read' 'head -c 300000 /dev/zero | tr "\0" x >"$T/big"; i=0; crm-account set C1 city=T note="$(head -c 100000 "$T/big" 2>/dev/null || dd if="$T/big" bs=100000 count=1 2>/dev/null)"'
cp "$T/h/rec" "$T/h/plain"; chmod -x "$T/h/plain"
rc '[hook]' "pre-set = $T/h/plain"
t_exit 77 'one that is not executable' crm-account set C1 city=S
rc '[hook]' "pre-set = ~/h/rec"
t '~ is the home' 'crm-account set C1 city=R'

# what came with the store
mkdir -p hooks
{ echo '#!/bin/sh'; echo "touch $T/ran"; } >hooks/evil
chmod +x hooks/evil
git add hooks && git commit -qm hooks
rc '[hook]' 'pre-set = hooks/evil'
t_exit 77 'a program inside the store is not run' crm-account set C1 city=Q
t_err 'says what to do' 'crm trust'
t 'it was not' 'test ! -e "$T/ran"'
t 'crm trust' 'crm trust hooks/evil; crm-account set C1 city=Q; test -e "$T/ran"'
t_exit 77 'changed, it needs it anew' 'echo "# more" >>hooks/evil; crm-account set C1 city=P'
t 'withdrawn' 'crm trust hooks/evil; crm-account set C1 city=P; crm trust --withdraw hooks/evil'
t_exit 77 'it is not run' crm-account set C1 city=O
ln -s "$T/acme/hooks/evil" "$T/h/link"
rc '[hook]' "pre-set = $T/h/link"
t_exit 77 'nor through a link from outside' crm-account set C1 city=O
ln -s "$T/h/rec" hooks/out
rc '[hook]' 'pre-set = hooks/out'
t_exit 77 'nor a link of the store to elsewhere' crm-account set C1 city=O
t 'it can be trusted' 'crm trust hooks/out; rm "$T/in"; crm-account set C1 city=O; test -s "$T/in"; rm hooks/out'
t_exit 66 'trust of what is not there' crm trust hooks/none
rc
t_exit 65 'the team'"'"'s crmrc names no program' '
	cp crmrc ../keep; printf "[hook]\n\tpre-add = hooks/evil\n" >>crmrc; crm-account list'
t_err 'file and line' 'crmrc:[0-9]+: .*own crmrc'
t_exit 65 'no pager either' 'cp ../keep crmrc; printf "[ui]\n\tpager = evil\n" >>crmrc; crm-account list'
cp ../keep crmrc
t_exit 65 'nor git'"'"'s' 'printf "[core]\n\tpager = evil\n" >>crmrc; crm-account list'
cp ../keep crmrc
t 'the repository'"'"'s own hooks are left to git' '
	printf "#!/bin/sh\ntouch $T/ran2\n" >.git/hooks/post-commit; chmod +x .git/hooks/post-commit
	crm-account set C1 city=N; test ! -e "$T/ran2"
'
printf '#!/bin/sh\nexit 1\n' >"$T/h/fails"
printf '#!/bin/sh\ngrep SigIgn: /proc/self/status >"%s/signals"\n' "$T" >"$T/h/signals"
chmod +x "$T/h/fails" "$T/h/signals"
rc '[hook]' "post-commit = $T/h/fails" "post-add = $T/h/signals"
t 'a post-commit hook that fails' crm-account add Signals
t_err 'is told' 'post-commit.*change stands'
t 'and takes nothing from post-add' test -s "$T/signals"
t_same 'SIGPIPE and SIGXFSZ are not ignored in a hook' 0 \
    "$((0x$(cut -f 2 "$T/signals") & 0x1001000))"
rc
t 'all whole' 'git checkout -q hooks; git fsck --strict; test -z "$(git status --porcelain)"'
# names that are none would never be run
rc '[hook]' "pre-ad = true"
t_exit 65 'an event that is none' crm-account list
t_err 'where, and the nearest' "crmrc:2: hooks have no event 'pre-ad'; did you mean 'pre-add'\?"
rc '[hook "opp"]' "before-change = true"
t_exit 65 'nor of one kind of record' crm-opp list
t_err 'which there are' 'pre-commit, post-commit, pre-add'
rc
# somebody commits while a command is under way: it goes on top of that
hook git 'echo x >>elsewhere; git add elsewhere; git commit -qm meanwhile'
rc '[hook]' "pre-set = $T/h/git"
crm-account add Moving --no-hooks >/dev/null
t 'a commit of other files meanwhile is no obstacle' \
    'crm-account set Moving sector=steel'
t_same 'it is the parent' meanwhile "$(git log -1 --format=%s HEAD~1)"
t_same 'and both are there' 'steel x' "$(crm-account list Moving -c sector -o csv |
    sed 1d) $(tail -n 1 elsewhere)"
t 'with nothing left to commit' 'test -z "$(git status --porcelain)"'
hook git 'f=$(git ls-files "accounts/*" | tail -n 1)
sed -i s/Moving/Moved/ "$f"; git add "$f"; git commit -qm meanwhile'
t_exit 75 'one of the same file is' crm-account set Moving sector=glass --wait 1
done_testing
