#!/bin/sh
# crm-act overdue: what should be done by now; --escalate: told to managers,
# each once.
. "${0%/*}/../lib.sh"
t_store
crm-user add 'Bo Lind' login=bo manager=ana team=North >"$OUT"
crm-user add 'Cy Low' login=cy manager=bo team=North >"$OUT"
crm-account add Acme >"$OUT"
late() { crm-act overdue "$@" -o tsv -c due,late,subject | tail -n +2; }

crm-act add type=task subject=Offer due='2026-11-21 08:00' account=Acme \
    owner=bo >"$OUT"
crm-act add type=task subject=Later due='2026-11-21 10:30' owner=bo >"$OUT"
crm-act add type=call subject=Old start='2026-11-10 09:00' owner=bo >"$OUT"
crm-act add type=meet subject=Weekly start='2026-11-02 09:00' owner=cy \
    repeat=weekly:9 >"$OUT"
crm-act add type=task subject=Today due=2026-11-21 >"$OUT"
crm-act add type=task subject=Yesterday due=2026-11-20 >"$OUT"
crm-act add type=task subject=Over due=2026-11-19 >"$OUT"
crm-act set Over state=done >"$OUT"
crm-act add type=call subject=Off start='2026-11-10 09:00' >"$OUT"
crm-act set Off state=cancelled >"$OUT"

t_same 'mine: what is due today is not late yet' \
    '2026-11-20	600	Yesterday' "$(late)"
t_same 'another person: soonest first, what takes time when it is over' \
    '2026-11-10T09:15:00Z	15885	Old
2026-11-21T08:00:00Z	120	Offer' "$(late --user bo)"
t_same 'a team; of a series the last one' \
    '2026-11-10T09:15:00Z	15885	Old
2026-11-16T10:00:00Z	7200	Weekly
2026-11-21T08:00:00Z	120	Offer' "$(late --team north)"
t_same 'who reports to me' 3 "$(crm-act overdue under:me -o count)"
crm-act set Old outcome=reached >"$OUT"
t_same 'what has an outcome is told of' 1 "$(crm-act overdue bo -o count)"
t_exit 1 '-e where nothing is' crm-act overdue -e \
    --now 2026-11-20T10:00:00Z --user bo

t_same 'a dry run tells, and notes nothing' '2
none' "$(
	crm-act overdue --escalate -n -o count 2>/dev/null
	git ls-files escalations.csv | grep . || echo none)"
t_same 'managers are told what their people let slip' \
    'due,late,subject,owner,manager,name
2026-11-16T10:00:00Z,7200,Weekly,cy,bo,
2026-11-21T08:00:00Z,120,Offer,bo,ana,Acme' "$(
	crm-act overdue --escalate -o csv \
	    -c due,late,subject,owner,manager,name)"
t_same 'once' 0 "$(crm-act overdue --escalate -o count)"
t_same 'in a pipe, too: cron mails nothing' '' \
    "$(crm-act overdue --escalate; crm-act overdue --escalate -o table)"
t_same 'programs get a header' 1 "$(crm-act overdue --escalate -o csv | wc -l)"
t_same 'as one commit' 'act overdue: 2 added' "$(git log -1 --format=%s)"
t 'calendars did not change' test -z "$(git show --stat HEAD | grep ics)"
git clone -q . "$T/clone"
t_same 'a clone does not tell it again' 0 "$(
	cd "$T/clone" && crm init . >/dev/null 2>&1
	crm-act overdue --escalate -o count)"
t_tick 3600
t_same 'later only what is new' Later \
    "$(crm-act overdue --escalate -o tsv -c subject | tail -n +2)"
t_now 2026-11-24T10:00:00Z
t_same 'the next of a series is another one' '2026-11-23T10:00:00Z' \
    "$(crm-act overdue --escalate -o tsv -c due | tail -n +2)"
t_same 'the store is in order' '' "$(crm check 2>&1)"
t_exit 64 'not of another time' crm-act overdue --escalate --as-of HEAD

mkdir -p "$XDG_CONFIG_HOME/crm"
printf '#!/bin/sh\ncat >"$HOME/said"\n' >"$T/tell"
chmod +x "$T/tell"
printf '[remind]\n\tcommand = ~/tell\n' >"$XDG_CONFIG_HOME/crm/crmrc"
crm-act add type=task subject=New due='2026-11-24 09:00' owner=bo >"$OUT"
crm-act overdue --escalate >"$OUT"
t_same 'a program is told' \
    '"late":"1 h","subject":"New","owner":"bo","manager":"ana"' "$(
	grep -o '"late.*ana"' "$T/said" |
	sed 's/"\(id\|type\)":"[^"]*",//g')"
done_testing
