#!/bin/sh
# Leads: entry with little, and conversion.
. "${0%/*}/../lib.sh"
t_store
clean() { test -z "$(git status --porcelain)"; }
val() { crm-$1 list "$2" -c "$3" -o tsv | tail -n +2; }
t 'a name, a phone and an address are enough' '
	crm-lead add name="Ann Poe" phone="+49 228 1" street="Hauptstr. 1"
	test "$(val lead name:"Ann Poe" phone,street,status)" = "+49 228 1	Hauptstr. 1	new"
'
t 'an address can be mail' 'crm-lead add Bob email=bob@x.example'
t_exit 64 'not without a name' crm-lead add phone=1
t 'a colon in the name' 'crm-lead add "Re: offer"; test "$(crm-lead list -o count name~offer)" = 1'

crm-campaign add Fair26 >/dev/null
lead() {
	crm-lead add name="$1" company="$2" email="$3" source=fair campaign=Fair26 \
		phone="+1 $1" street="S $1" country=DE needs=roof sector=Steel
}
lead Cleo Acme cleo@acme.example >lead1
l1=$(cat lead1) && rm lead1
n=$(git rev-list --count HEAD)
t 'convert' 'crm-lead convert Cleo --amount 48k --close eoq >"$T/ids"'
t 'prints what was made' 'test "$(sed "s/\(.\).*/\1/" "$T/ids" | sort | tr -d "\n")" = ACLO'
t 'one commit' 'test "$(git rev-list --count HEAD)" = $((n + 1)); clean'
t 'an account' 'test "$(val account name:Acme source,campaign.name,street,country,sector)" = "fair	Fair26	S Cleo	DE	Steel"'
t 'a contact in it' 'test "$(val contact name:Cleo account.name,email,source,phone)" = "Acme	cleo@acme.example	fair	+1 Cleo"'
t 'a deal, with source and campaign' 'test "$(val opp account:Acme amount,currency,close,source,campaign.name,contact.name,stage,start)" = "48000.00	EUR	2026-12-31	fair	Fair26	Cleo	prospecting	2026-11-21"'
t 'named after account and need' 'val opp account:Acme name | grep -q "^Acme.*roof"'
t 'that knows its lead' 'test "$(val opp account:Acme lead)" = $l1'
t 'the lead is converted, and knows all three' 'test "$(val lead name:Cleo status,converted,account.name,contact.name)" = "converted	2026-11-21	Acme	Cleo"; test "$(val lead name:Cleo opp)" = "$(crm-opp list account:Acme -o ids)"'
t 'and not open any more' 'test "$(crm-lead list +OPEN name:Cleo -o count)" = 0'
t_exit 1 'twice is refused' crm-lead convert Cleo
t_err 'saying so' 'converted already'

lead Dora Acme dora@acme.example >/dev/null
crm-account set Acme street=Kept sector= >/dev/null
t 'into the account of that name' 'crm-lead convert Dora --no-opp; test "$(crm-account list -o count)" = 1'
t 'only what is empty is filled' 'test "$(val account name:Acme street,sector)" = "Kept	Steel"'
t '--no-opp makes none' 'test "$(crm-opp list -o count)" = 1'
t 'a contact of its own' 'test "$(val contact name:Dora account.name)" = Acme'
lead Emil Emilco emil@x.example >/dev/null
t '--account' 'crm-lead convert Emil --account Acme --no-opp; test "$(crm-account list -o count)" = 1; test "$(val contact name:Emil account.name)" = Acme'
lead Fay Acme fay@x.example >/dev/null
t '--new-account' 'crm-lead convert Fay --new-account --no-opp; test "$(crm-account list name:Acme -o count)" = 2'
lead Gus Acme gus@x.example >/dev/null
t_exit 64 'several accounts of that name' crm-lead convert Gus
t_err 'are named' 'A2611-.*A2611-.*--account'
t 'nothing was made' 'clean; test "$(val lead name:Gus status)" = new'
lead Hal Halco cleo@acme.example >/dev/null
t 'an existing contact by mail' 'n=$(crm-contact list -o count); crm-lead convert Hal --no-opp; test "$(crm-contact list -o count)" = $n; test "$(val lead name:Hal contact.name)" = Cleo'
t 'stays in its account' 'test "$(val contact name:Cleo account.name)" = Acme'
lead Ida "" ida@x.example >/dev/null
t 'no company: no account' 'n=$(crm-account list -o count); crm-lead convert Ida --amount 5; test "$(crm-account list -o count)" = $n; test "$(val opp contact.name:Ida amount,account)" = "5.00	"'
lead Jon Jonco jon@x.example >/dev/null
t 'into an existing deal' 'crm-opp add Old 9 source=web; crm-lead convert Jon --opp Old; test "$(val opp name:Old amount,source,contact.name,account.name)" = "9.00	web	Jon	Jonco"'
lead Kim Kimco kim@x.example >/dev/null
n=$(git rev-list --count HEAD)
t_exit 64 'a mistake in the deal' crm-lead convert Kim --close never
t_exit 64 'a stage that is none' crm-lead convert Kim --stage never
t_exit 64 'an amount that is none' crm-lead convert Kim --amount lots
t_exit 66 'an account that is none' crm-lead convert Kim --account Nope
t 'nothing of it was written' 'test "$(git rev-list --count HEAD)" = $n; clean; test "$(crm-account list name:Kimco -o count)" = 0'
t 'dry run' 'crm-lead convert Kim -n | grep -q ",status,new,converted"; clean; test "$(git rev-list --count HEAD)" = $n'
t 'a stage' 'crm-lead convert Kim --stage negotiation --name "Kim deal"; test "$(val opp name:"Kim deal" stage)" = negotiation'
lead Liv Livco liv@x.example >/dev/null
lead Max Livco max@x.example >/dev/null
t 'several at once: one account' 'crm-lead convert Liv Max --no-opp; test "$(crm-account list name:Livco -o count)" = 1; test "$(crm-contact list account:Livco -o count)" = 2'
lead Ned Nedco ned@x.example >/dev/null
before=$(git rev-parse 'HEAD^{tree}')
t 'undo brings all back' 'crm-lead convert Ned; crm undo; test "$(git rev-parse HEAD^{tree})" = '"$before"'; clean'
t 'and it can be converted again' 'crm-lead convert Ned; test "$(val lead name:Ned status)" = converted'
t 'the tables agree (sqlite3)' '
	sqlite3 :memory: -cmd ".mode csv" ".import leads/2026/11.csv l" ".import contacts/2026/11.csv c" \
		".import accounts/2026/11.csv a" ".import opps/2026/11.csv o" \
		"select count(*) from l where status = \"converted\" and (contact not in (select id from c)
			or (account <> \"\" and account not in (select id from a))
			or (opp <> \"\" and opp not in (select id from o)))" >"$T/n"
	test "$(cat "$T/n")" = 0
'
t 'check' 'crm check; git fsck --strict'
done_testing
