#!/bin/sh
# What others do between reading and the lock; who refers to what goes.
. "${0%/*}/../lib.sh"
t_store

# behind COMMAND...: the command finds its records; before it has the lock,
# another one has changed what the script ../other says.
behind() {
	(
		flock 9
		: >../held
		sleep 0.7
		sh ../other
	) 9>>.git/crm/lock &
	while [ ! -e ../held ]; do sleep 0.05; done
	rm ../held
	"$@"
	behind_status=$?
	wait
	return "$behind_status"
}

crm-opp add One >/dev/null
crm-opp add Two >/dev/null
echo 'sed -i "/,One,/s/prospecting/won/" opps/2026/11.csv; git commit -qam won' >../other
t 'a filter is decided under the lock' behind crm-opp set --wait 10 +OPEN note=x
t_err 'what fits no more is told' '1 of 2 no longer fits'
t_same 'and left alone' 'One,
Two,x' "$(crm-opp list -c name,note -s name -o csv | tail -n +2)"
t_same 'ids are what they are' 1 "$(crm-opp list note:x -o count)"

# rules: what is read before the lock has to hold under it
rules() {
	t_exit 75 "$rule has changed" behind "$@" --wait 10
	t_err 'which' "$rule: changed by somebody else meanwhile; try again"
}
before=$(git rev-parse HEAD)
rule=config/fields.csv
echo 'printf "entity,field,required\nopp,next,yes\n" >config/fields.csv' >../other
rules crm-opp add Three
rule=config/stages.csv
echo 'sed -i /quotation/d config/stages.csv' >../other
rules crm-opp set stage:quotation,prospecting note=y
rule=crmrc
echo 'sed -i "s/currency = .*/currency = USD/" crmrc; grep -c USD crmrc' >../other
rules crm-opp add Four 5k
t_same 'nothing was written' "$before" "$(git rev-parse HEAD)"
t_exit 64 'the next command goes by the new ones' crm-opp add Three
t_err 'all of them' next
git checkout -q . && git clean -qfd config
echo 'echo x >config/readme; touch note.txt' >../other
t 'other files are no obstacle' behind crm-opp add Five --wait 10
crm undo >/dev/null 2>&1 && rm config/readme note.txt

# references
crm-account add Parent >/dev/null
crm-account add Child parent=Parent >/dev/null
id=$(crm-account list name~Parent -o ids)
t_exit 77 'rm of what is referred to' crm-account rm Parent
t_err 'by whom' "$id: 1 record refers to it \\(A2611-"
t_exit 77 'a dry run says so, too' crm-account rm Parent -n
t 'both at once may go' crm-account rm Parent Child
t 'and come back at once' crm undo
t_same 'all' 2 "$(crm-account list -o count)"
t '--force' crm-account rm Parent --force
t 'undone' crm undo

crm-account add New >/dev/null
t_tick 5
crm-contact add Nina account=New >/dev/null
added=$(git rev-parse HEAD~1)
t_exit 77 'undo of an add that others refer to' crm undo "$added"
t_err 'by whom' 'C2611-'
t_exit 77 'record by record, too' 'crm-account add Beside; crm undo '"$added"
t 'the dry run as well' '! crm undo -n '"$added"
t 'undo of both is no trouble' crm undo 3
t_same 'gone' 0 "$(crm-contact list -o count)"
crm-lead add Lena company=Lo >/dev/null
crm-lead convert Lena >/dev/null
t 'undo of a conversion' crm undo
t 'forced' '
	crm-account add Forced; crm-contact add Fay account=Forced
	crm undo "$(git rev-parse HEAD~1)" --force; crm-contact rm Fay'
t_exit 66 'rm of a record that is gone' 'id=$(crm-account add Gone); crm-account rm "$id"; crm-account rm "$id"'
t_err 'which' 'no account A2611-'
t 'all clean' 'test -z "$(git status --porcelain)"'

# a journal knows its locks by inode; that number may be another file's by now
head=$(git rev-parse HEAD)
journal() {
	printf '%s\n' 'crm-txn 1' 'ref refs/heads/main' \
	    "commit $head $(git rev-parse HEAD~1)" \
	    "lock $(stat -c %i .git/index.lock)" 'lock 0' 'lock 0' \
	    'who Ana <ana@example.com> 0 +0000' 'what test' end >.git/crm/txn
}
: >.git/index.lock && journal
t 'recovery leaves a lock that only has the inode of ours' '
	crm-account list -o count; test ! -e .git/crm/txn; test -e .git/index.lock'
ln .git/index.lock .git/crm/tmp/ixlock && journal
t 'and takes away one that is ours' '
	crm-account list -o count; test ! -e .git/crm/txn; test ! -e .git/index.lock'
done_testing
