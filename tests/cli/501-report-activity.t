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

# those who have done nothing
crm-user add 'Cy Moss' login=cy team=South >"$OUT"
crm-user add 'Di Gone' login=di team=South active=no >"$OUT"
few() { crm-report activity -o csv -c owner,planned,done,rate "$@" |
    tail -n +2; }
t_same 'who is active has a row, also of zeros' 'Ana Test,1,3,75.0
Bo Lind,2,1,33.3
Cy Moss,0,0,' "$(few)"
t_same 'also of those who have something at other times' 'Ana Test,0,1,100.0
Bo Lind,0,0,
Cy Moss,0,0,' "$(few --period 2026-10)"
t_same 'the same where it is named' "$(few)" "$(few --by owner)"
t_same 'of a team' 'Cy Moss,0,0,' "$(few owner.team:South)"
t_same 'of one of several teams' 'Bo Lind,2,1,33.3
Cy Moss,0,0,' "$(few owner.team:South or owner.team:North)"
t_same 'not where it is narrowed down to what there is' \
    'Bo Lind,0,1,100.0' "$(few owner.team:North state:done)"
t_same 'not for one kind' 'Ana Test,0,3,100.0' "$(few type:call)"
t_same 'nor for one person' 'Ana Test,1,3,75.0' "$(few owner:ana)"
t_same 'nor of certain rows' 'Ana Test,0,3,100.0' \
    "$(crm-act list type:call -o ids | few -)"
t_exit 64 'users, whose rows count nothing, are no rows for it' \
    'crm-user list -o ids | crm-report activity -'
t_err 'and that is said' 'not about users'
t_same 'by something else there are no rows for persons' 'call,3
meet,0
task,1' "$(crm-report activity --by type -o csv -c type,done | tail -n +2)"
t_exit 64 'what no part that counts knows is refused' \
    crm-report activity user.team:South
printf '[select "activity.people"]\n\tmeasure = heads:count\n' >>crmrc
t_exit 65 'with every nothing is counted' crm-report activity
t_err 'and where it is wrong is said' \
    "select 'people': with every it has one group and no measure"
done_testing
