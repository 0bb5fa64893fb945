#!/bin/sh
# What is private: others see that the time is taken, whatever they ask.
. "${0%/*}/../lib.sh"
t_store
crm-user set ana email=ana@example.com >"$OUT"
crm-user add Cleo login=cleo email=cleo@example.com >"$OUT"
crm-user add Bo login=bo email=bo@example.com manager=ana >"$OUT"
crm-account add Acme >"$OUT"
as() { # LOGIN COMMAND...
	me=$1
	shift
	LOGNAME=$me USER=$me "$@"
}
id=$(as bo crm-act meet acme 'fri 9:00' 1h Dentist --where Harley \
    --with cleo@example.com --private --note 'root "canal"' --remind 15m)
task=$(as bo crm-act task 'yesterday 9:00' Pills private=yes 2>"$ERR")
as bo crm-act meet 'fri 14:00' 1h Open --note 'no "secret"' >"$OUT"

t 'the owner reads all' as bo crm-act list "id:$id" -c subject,where,note -o csv
t_out 'of it' 'Dentist,Harley,"root ""canal"""'
t 'a colleague who is invited, too' as cleo crm-act list "id:$id" -c subject -o csv
t_out 'the same' Dentist
t 'others have a list' crm-act list -c id,subject,type,where,with,note,account,owner.login,start -o csv
t_out 'with its time, and no more' \
    "^$id,\(private\),\"*,\"*,\"*,\"*,\"*,bo,2026-11-27T09:00:00Z"
t_out 'what is not private stays' 'Open,meet,.*no ""secret""'
t 'nothing of it is anywhere' '
	for c in "list" "list -o json" "list -o ics" "export -o csv" \
	    "export -o ics" "overdue bo" "overdue bo -o json" \
	    "agenda --user bo --days 14 -o csv" "agenda --user bo -o ics" \
	    "remind --user bo --within 14d" "show '"$id"'" "show '"$task"'" \
	    "list owner:bo subject~Dent" "list note~canal" "list where:Harley" \
	    "list with~cleo"; do
		crm-act $c >got 2>&1 || :
		! grep -e Dentist -e Pills -e Harley -e canal -e cleo@ got || exit 1
	done
	! crm get "'"$id"'.subject" | grep Dentist
	! crm-account show Acme -o table | grep Dentist
'
t_same 'a filter does not find it' 0 "$(crm-act list subject~Dent -o count)"
t_exit 66 'nor does its name' crm-act done Dentist
t 'managers hear that it is late, and not what' crm-act overdue --escalate
t_out 'so' '\(private\)'
t 'a calendar says what it leaves out' crm-act list owner:bo -o ics
t_err 'as a number' '2 private ones of others were left out'
t_exit 77 'others do not make it public' crm-act set "$id" private=no
t_err 'who can is said' 'only its owner'
t_exit 77 'not by force, either' crm-act set "$id" private=no --force
t_exit 77 'nor who is invited' as cleo crm-act set "$id" private=no
t_exit 77 'nor take it' crm-act set "$id" owner=ana
t_exit 77 'nor write back what they read of it' \
    "crm-act list id:$id -c id,subject,note -o csv | crm-act apply -"
t_exit 77 'nor read it in an editor' env VISUAL=cat EDITOR=cat crm-act edit "$id"
t_same 'it is what it was' Dentist "$(as bo crm get "$id.subject")"
t 'they can call it off' crm-act cancel "$task"
t_same 'without losing what it is' Pills "$(as bo crm get "$task.subject")"
t 'the owner makes it public' as bo crm-act set "$id" private=no
t_same 'it is seen' Dentist "$(crm get "$id.subject")"
t 'all is in order' crm check
done_testing
