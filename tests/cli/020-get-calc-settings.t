#!/bin/sh
# crm show, crm get, crm calc, crm settings, crm trust.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme country=Spain >/dev/null
id=$(crm-opp add Roof 5k account=Acme)

t_same 'one value' Roof "$(crm get "$id.name")"
t_same 'of another record' Spain "$(crm get "$id.account.country")"
t_exit 1 'an empty one' crm get "$id.competitor"
t_exit 64 'an unknown field' crm get "$id.nam"
t 'any record, by id' crm show "$id"
t_out 'its fields' 'Roof'
t_exit 66 'one that is not there' crm show O2611-00000000
t_same 'a day' 2027-01-14 "$(crm calc eoq+2w)"
t_same 'a period' 2026-07-01..2026-09-30 "$(crm calc last-quarter)"
t_exit 64 'no date' crm calc someday
t 'settings, and where they are' crm settings
t_out 'the currency' '^core.currency = EUR +\(crmrc:3\)$'
t 'a sample needs no store' 'cd /; crm settings --sample'
printf '[ui]\n\teditor = true\n' >>crmrc
t_exit 65 'a team cannot name programs' crm settings
t_err 'with file and line' 'crmrc:[0-9]+: .ui.editor. can only be set in your own'
git checkout -q crmrc
mkdir -p "$XDG_CONFIG_HOME/crm" bin
printf '#!/bin/sh\nexit 1\n' >bin/no
chmod +x bin/no
printf '[hook]\n\tpre-add = %s/bin/no\n' "$PWD" >"$XDG_CONFIG_HOME/crm/crmrc"
t_exit 77 'what lies in the store is not run unasked' crm-account add Beta
t_err 'the way is told' 'crm trust'
t 'trusted' crm trust bin/no
t_exit 77 'it refuses' crm-account add Beta
t_err 'which hook it was' 'pre-add'
t_same 'nothing was changed' 1 "$(crm-account list -o count)"
echo '# changed' >>bin/no
t_exit 77 'changed, it is trusted no more' crm-account add Beta
t_err 'again' 'crm trust'
done_testing
