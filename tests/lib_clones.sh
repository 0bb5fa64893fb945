# shellcheck shell=sh
# lib_clones.sh: stores that people share; read in place of lib.sh, which it
# reads itself.
#
#	#!/bin/sh
#	. "${0%/*}/../lib_clones.sh"
#	t_store hub
#	crm-account add Acme >"$OUT"
#	t_clones
#	t 'both change it' '
#		as ana crm-account set Acme city=Bonn
#		as bo crm-account set Acme phone=1
#		exchange
#	'
#	done_testing
#
# Who works is ana or bo. Their clones are $T/ana and $T/bo, what they share is
# $T/hub.git.

. "${0%/*}/../lib.sh"

# t_hub: what will be shared is made of the current store.
t_hub() {
	git clone -q --bare . "$T/hub.git"
}

# t_clone WHO: a clone as git makes it, which crm knows nothing of yet.
t_clone() {
	git clone -q "$T/hub.git" "$T/$1"
	git -C "$T/$1" config pull.rebase false
}

# t_clones: of the current store, one for each, and both set up. The current
# folder is the one that has them.
t_clones() {
	t_hub
	for who in ana bo; do
		t_clone $who
		crm init "$T/$who" 2>/dev/null
	done
	cd "$T" || exit 1
}

# as WHO COMMAND...: in that clone, with ids of its own.
as() { (who=$1 && shift && cd "$T/$who" && CRM_SEED=$who && export CRM_SEED && "$@"); }

# pull WHO, push WHO: with plain git. merge WHO: pulls, too, and what git leaves
# undone is finished, as it says.
pull() { as "$1" git pull -q --no-edit; }
push() { as "$1" git push -q; }
merge() { pull "$1" || as "$1" crm merge-finish; }

# exchange: ana's changes, then bo's; at the end both have all.
exchange() { push ana && pull bo && push bo && pull ana; }

# files WHO: every file of that clone, with its sum.
files() { (cd "$T/$1" && git ls-files | grep -v '^\.git' | xargs sha1sum); }
