#!/bin/sh
# next_act and last_act: what is planned with a record, and what was last.
. "${0%/*}/../lib.sh"
t_store

acme=$(crm-account add Acme)
beta=$(crm-account add Beta)
ada=$(crm-contact add 'Ada Byron' account=Acme)
lead=$(crm-lead add 'Lea Lund')
d1=$(crm-opp add Doors 5k account=Acme contact='Ada Byron')
d2=$(crm-opp add Gates 6k account=Acme)
d3=$(crm-opp add Roof 7k account=Beta)
cells() { crm-opp list "id:$1" -c next_act,last_act -o csv | tail -n +2; }

t_same 'nothing is planned' , "$(cells "$d1")"
crm-act call "$d1" fri 10:00 later >"$OUT"
first=$(crm-act call "$d1" thu 9:00 sooner)
crm-act call "$d1" yesterday 10:00 --outcome reached >"$OUT"
crm-act call "$d1" 2026-11-18 10:00 --outcome reached >"$OUT"
crm-act task "$d2" wed offer >"$OUT"
crm-act note "$d2" 'they like it' >"$OUT"
t_same 'the first that is open, the last that is done' \
    2026-11-26T09:00:00Z,2026-11-20T10:15:00Z "$(cells "$d1")"
t_same 'a task, when it is due; a note, when it was' \
    2026-11-25,2026-11-21T10:00:00Z "$(cells "$d2")"
t_same 'deals without a next step' Roof \
    "$(crm-opp list next_act: +OPEN -c name -o csv | tail -n +2)"
t_same 'with one this week or next' 'Doors Gates' \
    "$(crm-opp list next_act:..next-week -c name -s name -o csv | tail -n +2 |
	paste -sd ' ' -)"
t_same 'by when it is' 'Gates Doors Roof' "$(crm-opp list -s next_act \
    -c name -o csv | tail -n +2 | paste -sd ' ' -)"
t_same 'of the account: all that is linked to it' \
    'Acme,2026-11-25,2026-11-21T10:00:00Z Beta,,' \
    "$(crm-account list -s name -c name,next_act,last_act -o csv |
	tail -n +2 | paste -sd ' ' -)"
t_same 'of the contact' 2026-11-26T09:00:00Z \
    "$(crm get "$ada.next_act")"
crm-act call "$lead" mon 9:00 >"$OUT"
t_same 'of a lead' 2026-11-23T09:00:00Z "$(crm get "$lead.next_act")"
t_same 'through a reference' 2026-11-25 \
    "$(crm get "$d1.account.next_act")"
t_same 'of the table and of the files the same' \
    "$(crm-opp list -c name,next_act,last_act -o csv)" \
    "$(CRM_NOCACHE=1 crm-opp list -c name,next_act,last_act -o csv)"

crm-act done "$first" --outcome reached >"$OUT" 2>&1
t_same 'done: the next one, and it is the last' \
    2026-11-27T10:00:00Z,2026-11-21T10:00:00Z "$(cells "$d1")"
t_same 'as it was' 2026-11-26T09:00:00Z \
    "$(crm get "$d1.next_act" --as-of HEAD~1)"

# What repeats.
crm-act meet "$d3" 2026-11-02 9:00 1h standup --repeat weekly:5 >"$OUT"
t_same 'the next of a series' 2026-11-23T09:00:00Z, "$(cells "$d3")"
crm-act cancel standup@2026-11-23 >"$OUT"
t_same 'if it takes place' 2026-11-30T09:00:00Z, "$(cells "$d3")"
crm-act done standup@2026-11-16 --outcome 'took place' >"$OUT"
t_same 'and the last of it' 2026-11-30T09:00:00Z,2026-11-16T09:00:00Z \
    "$(cells "$d3")"

# Only where it is named.
t 'not in the rows for programs' '! crm-opp list -o csv | grep -q next_act'
t 'not of one that is shown' "! crm-opp show $d1 -o table | grep -q next_act"
t_exit 64 'it is not set' crm-opp set "$d1" next_act=fri
printf 'BEGIN:VCALENDAR\r\n' >calendar/ana/events/broken.ics
t 'and then no calendar is read' crm-opp list +OPEN -o csv
t_same 'what is wrong in one is not met' '' "$(cat "$ERR")"
t 'else it is' crm-opp list next_act: -o csv
t_err 'and is told' 'broken\.ics'
done_testing
