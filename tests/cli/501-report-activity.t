#!/bin/sh
# crm-report activity and effect: what people planned and did, and what came of
# it; by period and by anything else.
. "${0%/*}/../lib.sh"
t_store
crm-user add 'Bo Lind' login=bo team=North >"$OUT"
act() { crm-act add "$@" >"$OUT"; }
act type=call subject=a start='2026-11-20 10:00' state=done outcome=reached
act type=call subject=b start='2026-11-20 11:00' state=done \
    outcome='no answer'
act type=call subject=c start='2026-10-05 11:00' state=done outcome=reached
act type=meet subject=d start='2026-11-24 11:00'
act type=task subject=e due=2026-11-19 owner=bo
act type=task subject=f due=2026-11-25 owner=bo
act type=task subject=g due='2026-11-10 12:00' owner=bo state=done

t_same 'by person: planned, done, overdue, of each kind' \
    'owner,planned,done,overdue,rate,calls,meetings,visits,tasks,mails,notes
Ana Test,1,3,0,75.0,3,0,0,0,0,0
Bo Lind,2,1,1,33.3,0,0,0,1,0,0' "$(crm-report activity -o csv)"
t_same 'of a month, by when they are or are due' \
    'Ana Test,1,2,0,66.7,2,0,0,0,0,0
Bo Lind,2,1,1,33.3,0,0,0,1,0,0' \
    "$(crm-report activity --period 2026-11 -o csv | tail -n +2)"
t_same 'by month' '2026-10,0,1,0
2026-11,3,3,1' "$(crm-report activity --by when --unit month -o csv \
	-c when,planned,done,overdue | tail -n +2)"
t_same 'by kind' 'call,3
meet,0
task,1' "$(crm-report activity --by type -o csv -c type,done | tail -n +2)"
t_same 'by team' 'North,1' \
    "$(crm-report activity --by owner.team -o csv -c owner.team,done | grep North)"
t_same 'outcomes, and the time they took' 'type,outcome,done,minutes
call,no answer,1,15
call,reached,2,30
task,,1,0' "$(crm-report effect -o csv)"
t_same 'of one person and period' 'call,no answer,1,15
call,reached,1,15' \
    "$(crm-report effect owner:ana --period 2026-11 -o csv | tail -n +2)"
done_testing
