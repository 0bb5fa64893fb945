#!/bin/sh
# Repositories that are not plain: merging, rebasing, links, submodules,
# SHA-256, split index, worktrees, detached.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme city=A >/dev/null
git branch side
crm-account set Acme city=B >/dev/null
clean() { test -z "$(git status --porcelain)"; }

mkdir ../plain && cd ../plain && git init -q . && cd ../acme
# a merge that stopped
echo 1 >notes.txt; git add notes.txt; git commit -qm n1
git checkout -q side; echo 2 >notes.txt; git add notes.txt; git commit -qm n2
git checkout -q main; git merge -q side >/dev/null 2>&1
t_exit 75 'in the middle of a merge' crm-account add X
t_err 'says so' 'merge'
t 'reading works' crm-account list
t 'git can go on' 'git merge --abort; clean; crm-account add X'
git rebase -q side >/dev/null 2>&1
t_exit 75 'in the middle of a rebase' crm-account add Y
t_err 'says so' 'rebase'
t 'git can go on' 'git rebase --abort; clean; crm-account add Y'
git cherry-pick side >/dev/null 2>&1
t_exit 75 'in the middle of a cherry-pick' crm-account add Z
git cherry-pick --abort
t 'bisect is no obstacle to reading' 'git bisect start >/dev/null; crm-account list; git bisect reset 2>/dev/null'
t 'a detached HEAD' '
	git checkout -q --detach; crm-account add Detached || test $? = 75
	git checkout -q main 2>/dev/null; clean
'

# links
t_exit 65 'a table folder that is a link' '
	mkdir ../elsewhere; ln -s ../elsewhere leads; crm-lead add L'
t_err 'is named' 'leads'
t 'nothing was written through it' 'test -z "$(ls ../elsewhere)"; rm leads'
t_exit 65 'a file that is a link' '
	mkdir -p leads/2026; echo id,name >../elsewhere/11.csv; ln -s ../../../elsewhere/11.csv leads/2026/11.csv
	crm-lead add L'
t_exit 65 'nor is it read' crm-lead list
t 'other entities work' crm-account list
rm -r leads
t_exit 65 'a folder where a file should be' 'mkdir -p leads/2026/11.csv; crm-lead add L'
rm -r leads
t_exit 65 'a pipe where a file should be' 'mkdir -p leads/2026; mkfifo leads/2026/11.csv; timeout 5 crm-lead list'
rm -r leads
t_exit 65 'crmrc that is a link' 'cp -r . ../lnk; cd ../lnk; mv crmrc ../rc; ln -s ../rc crmrc; crm-account list'
t 'a store behind a link is fine' 'ln -s acme ../byname; crm-account add ByLink -C ../byname; clean'

# a submodule in the way
t_exit 65 'a submodule in the path' '
	git -C ../plain commit -q --allow-empty -m x
	git -c protocol.file.allow=always submodule --quiet add ../plain leads; git commit -qm sub
	crm-lead add L'
t_err 'says so' 'submodule|repository'
t 'clean' 'clean; git rm -qf leads; git commit -qm nosub'
t 'a store that is a submodule' '
	cd ../plain; git -c protocol.file.allow=always submodule --quiet add ../acme store; git commit -qm store
	cd store; git checkout -q main 2>/dev/null || git checkout -q -b main
	if crm-account add Sub 2>../../err; then
		git status --porcelain | grep -v "^??" | wc -l | grep -qx 0
	else
		grep -Eq "submodule" ../../err
	fi
'
t 'a worktree' '
	git worktree add -q ../wt -b wt; cd ../wt
	if crm-account add Wt 2>../err; then clean
	else grep -Eq "work tree" ../err; fi
'
t 'a bare repository is no store' 'git clone -q --bare . ../bare.git; ! crm-account list -C ../bare.git'

# kinds
t_exit 65 'SHA-256' 'git init -q --object-format=sha256 ../sha; cd ../sha; cp -r ../acme/crmrc ../acme/config .; git add .; git commit -qm x; crm-account add X'
t_err 'says so' 'SHA-256|sha256|objectformat'
t_exit 65 'init in one' 'git init -q --object-format=sha256 ../sha2; crm init ../sha2'
t_exit 65 'a split index' 'git clone -q . ../split; cd ../split; git update-index --split-index; crm-account add X'
t_err 'says so, and what to do' 'no-split-index'
t 'crm init mends that' 'cd ../split; crm init .; git update-index --no-split-index; crm-account add X; clean'
t 'a shallow clone' 'git clone -q --depth 1 "file://$PWD" ../shallow; cd ../shallow; crm-account add X; clean'
t 'packed, with a commit graph' 'git gc -q; git commit-graph write --reachable; crm-account add Packed; clean; git fsck --strict'
t 'an index of version 4' 'git update-index --index-version 4; crm-account add V4; clean'
t 'core.autocrlf of the person' 'git config core.autocrlf true; crm-account add Crlf; clean; ! grep -q "$(printf "\r")" accounts/2026/11.csv; git config --unset core.autocrlf'
t 'commit.gpgsign of the person' 'git config commit.gpgsign true; crm-account add Gpg; clean; git config --unset commit.gpgsign'
t 'an unborn branch' 'git init -q ../unborn; cd ../unborn; cp -r ../acme/crmrc ../acme/config .; crm-account add First; git rev-parse HEAD'
t 'a branch of another name' 'git checkout -q -b team/sales; crm-account add Branch; test "$(git log -1 --format=%s team/sales)" = "account add: 1 added"; clean'
t 'no .git at all' 'mkdir ../nogit; cp -r crmrc config ../nogit; cd ../nogit; crm-user list; ! crm-account add X'
t_err 'says what to do' 'crm init'
t 'a hidden lock of a dead command' ': >.git/crm/lock; crm-account add Lock; clean'
t 'fsck' 'git fsck --strict'
# what lies loose is packed by a detached git gc when enough of it is there
t_store busy
crm-account add Packed >/dev/null
echo 99000000 3 >.git/crm/loose
CRM_GC=1 crm-account add 'and packed' >/dev/null
i=0
while [ $i -lt 100 ] && ! ls .git/objects/pack/*.idx >/dev/null 2>&1; do
	sleep 0.1
	i=$((i + 1))
done
t 'a commit starts git gc when it is due' 'ls .git/objects/pack/*.idx'
t 'and the count begins anew' 'test "$(awk "{ print \$1 }" .git/crm/loose)" -lt 99000000'
done_testing
