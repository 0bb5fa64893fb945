#!/bin/sh
# Where the store is: --dir, CRM_DIR, upwards, ~/crm.
. "${0%/*}/../lib.sh"

for i in one two three crm; do
	crm init $i --currency EUR 2>/dev/null
	crm-account add "In $i" -C $i >/dev/null
done
mkdir -p one/deep/er "$T/out" && rm -rf keep && mv crm keep

names() {
	crm-account list -c name -o tsv "$@" | tail -n +2
}
t 'here' 'cd one; test "$(names)" = "In one"'
t 'upwards' 'cd one/deep/er; test "$(names)" = "In one"'
t '--dir' 'cd one; test "$(names --dir ../two)" = "In two"'
t '-C' 'cd one; test "$(names -C ../two)" = "In two"'
t '--dir=' 'cd one; test "$(names --dir=../two)" = "In two"'
t 'CRM_DIR before upwards' 'cd one; CRM_DIR=$T/three; export CRM_DIR
	test "$(names)" = "In three"'
t '--dir before CRM_DIR' 'export CRM_DIR=$T/three
	test "$(names -C two)" = "In two"'
t_exit 66 'none at all' 'cd out; crm-account list'
t_err 'says what to do' 'crm init'
t_exit 66 'none, for writing' 'cd out; crm-account add X'
t_exit 66 'none, for reports' 'cd out; crm report stage'
t_exit 66 'CRM_DIR without a store' 'cd one; CRM_DIR=$T/out crm-account list'
t_exit 66 '--dir without a store' 'cd one; crm-account list -C $T/out'
t_exit 66 '--dir that is not there' 'crm-account list -C $T/nowhere'
mv keep crm
t '~/crm last' 'cd out; test "$(names)" = "In crm"'
t 'writes go there too' '
	cd out; crm-account add More
	test "$(crm-account list -o count)" = 2
	test -z "$(git -C $T/crm status --porcelain)"
'
t 'git variables of the caller do not lead astray' '
	cd one
	GIT_DIR=$T/two/.git GIT_WORK_TREE=$T/two GIT_INDEX_FILE=$T/x \
		crm-account add Here
	test "$(names | tail -n 1)" = Here || names | grep -qx Here
	test "$(git -C $T/two rev-list --count HEAD)" = 2
	test -z "$(git status --porcelain)"
'
t 'a store with blanks and quotes in its path' '
	crm init "a b'"'"'\"c"; cd "a b'"'"'\"c"
	crm-account add X
	test -z "$(git status --porcelain)"
'
done_testing
