#!/bin/sh
# crm init: fresh, in a repository, on a clone; what it refuses.
. "${0%/*}/../lib.sh"

t 'a fresh store' crm init acme --currency EUR
t 'the first line is the format' '
	test "$(head -n 1 acme/crmrc)" = "# crm store, format 1"
	grep -q "currency = EUR" acme/crmrc
'
t 'one commit, nothing left over' '
	test "$(git -C acme rev-list --count HEAD)" = 1
	test -z "$(git -C acme status --porcelain --ignored)"
	git -C acme fsck --strict
'
t 'the commit is of the clock and of git'"'"'s identity' '
	test "$(git -C acme log -1 --format="%an|%ae|%ct")" = \
		"Ana Test|ana@example.com|$(date -d $CRM_NOW +%s)"
'
t 'who makes it is its first user' '
	crm-user list -C acme -c name,login,email -o csv >got
	printf "name,login,email\nAna Test,ana,ana@example.com\n" | cmp - got
'
t 'as the own crmrc calls it, where it does' '
	mkdir -p "$XDG_CONFIG_HOME/crm"
	printf "[user]\n\tlogin = eve\n\tname = Eve\n\temail = e@x.example\n" \
	    >"$XDG_CONFIG_HOME/crm/crmrc"
	crm init eve
	crm init --login ev ev
	rm "$XDG_CONFIG_HOME/crm/crmrc"
	crm-user list -C eve -c name,login,email -o csv | grep -qx Eve,eve,e@x.example
	crm-user list -C ev -c name,login,email -o csv | grep -qx Eve,ev,e@x.example
	test "$(git -C eve log -1 --format="%an|%ae")" = "Eve|e@x.example"
'
t 'me works at once' '
	cd acme
	crm-account add Acme owner=me
	test "$(crm-account list owner:me -o count)" = 1
'
t 'the merge driver and its attribute are there' '
	git -C acme config merge.crm.driver
	git -C acme check-attr merge leads/2026/11.csv | grep -q "merge: crm"
'
t 'git settings that the store needs' '
	test "$(git -C acme config core.fsync)" = all
	test "$(git -C acme config core.splitIndex)" = false
'
t 'personal data is for the owner only' '
	test "$(stat -c %a acme acme/crmrc acme/config/users.csv | sort -u |
		tr "\n" " ")" = "600 700 "
'
t 'again on a store: the set-up only' '
	before=$(git -C acme rev-parse HEAD)
	git -C acme config --unset merge.crm.driver
	crm init acme
	git -C acme config merge.crm.driver
	test "$(git -C acme rev-parse HEAD)" = "$before"
'
t_exit 64 'again with another currency is refused' crm init acme --currency USD
t_err 'it says where that is set' crmrc
t 'without a folder: here' 'mkdir here; cd here; crm init; test -f crmrc'
t_err 'it says that no currency is set' 'no base currency'

# in a repository that is there already
t 'in an existing repository' '
	git init -q old; cd old
	echo hello >README; git add README; git commit -qm first
	echo staged >other; git add other
	crm init . --currency USD
	test "$(git rev-list --count HEAD)" = 2
	git ls-files | grep -q "^README"
	test "$(git diff --cached --name-only)" = other
	test "$(git show --stat --format= HEAD -- other)" = ""
'
t 'its own .gitattributes are kept' '
	git init -q attr; cd attr
	echo "*.png binary" >.gitattributes; git add .; git commit -qm first
	crm init . --currency USD
	grep -q "^\*.png binary" .gitattributes
	grep -q "merge=crm" .gitattributes
	test -z "$(git status --porcelain)"
'
t 'below another repository: one of its own' '
	git init -q outer; mkdir outer/inner
	crm init outer/inner
	cd outer/inner; crm-account add X
	test -z "$(git status --porcelain)"
	test "$(git rev-parse --show-toplevel)" = "$T/outer/inner"
	! git -C .. rev-parse HEAD
'

# a clone
t 'on a clone' '
	git clone -q acme clone
	crm init clone
	cd clone
	git config merge.crm.driver
	crm-account add Beta
	test -z "$(git status --porcelain)"
'
t 'a clone is usable without it' '
	git clone -q acme plain; cd plain
	crm-account add Beta
	test "$(crm-account list -o count)" = 2
'

# what is refused
t_exit 64 'no such currency' crm init bad --currency XXQ
t 'nothing was made' '! test -e bad'
t 'lower case will do' '
	crm init low --currency eur
	grep -q "currency = EUR" low/crmrc
'
t_exit 64 'no such zone' crm init bad --timezone Mars/Olympus
t 'nothing was made either' '! test -e bad'
t_exit 64 'no such pipelines' crm init bad --pipelines nope
t_err 'those there are' 'sales.*service.*simple'
t 'nothing was made either' '! test -e bad'
t_exit 64 'two folders' crm init a b
t_exit 64 'an unknown option, the nearest' crm init --curency EUR
t_err 'suggested' '--currency'
t 'a file in the way' 'touch file; ! crm init file'

t 'several pipelines' '
	crm init two --currency EUR --pipelines sales,service
	test "$(cut -d, -f1 two/config/stages.csv | sort -u | tr "\n" " ")" = \
		"pipeline sales service "
'
t 'the zone is written' '
	crm init zone --timezone Europe/Berlin
	grep -q "timezone = Europe/Berlin" zone/crmrc
'
t 'the day is that of the zone' '
	cd zone
	CRM_NOW=2026-11-21T23:30:00Z
	test "$(crm calc today)" = 2026-11-22
'

# formats
t_exit 65 'a newer format is refused' '
	cp -r acme newer; cd newer
	sed -i "1s/format 1/format 2/" crmrc
	crm-account list
'
t_err 'clearly' 'format 2'
t_exit 65 'for writing too' 'cd newer; crm-account add X'
t_exit 65 'a crmrc that is none' '
	cp -r acme nofmt; cd nofmt
	sed -i 1d crmrc
	crm-account list
'
t_exit 65 'an unknown setting: file and line' '
	cp -r acme set; cd set
	printf "\tcurency = EUR\n" >>crmrc
	crm-account list
'
t_err 'are named' 'crmrc:[0-9]+: .*core.currency'
done_testing
