#!/bin/sh
# What people run into with activities: each is told what to do.
. "${0%/*}/../lib.sh"
t_store

crm-user add name='Bo Berg' login=bo email=bo@example.com manager=ana team=North >"$OUT"
crm-user set ana team=North >"$OUT"
acme=$(crm-account add 'Acme GmbH')
crm-opp add Windows 48k account="$acme" >"$OUT"
cells() { crm-act list "id:$1" -c "$2" -o csv | tail -n +2; }

# In the past.
id=$(crm-act call acme-x yesterday 10:00 2>/dev/null || :)
t_same 'of nobody nothing is planned' '' "$id"
t 'a call in the past is planned' \
    "crm-act call $acme yesterday 10:00 late >../id"
t_err 'how it is said that it took place' \
    "past.* crm-act done $(cat ../id) outcome=\.\.\.\$"
t 'a task, too' crm-act task "$acme" yesterday 'late task'
t_err 'as due' 'due in the past'
t 'of today nothing is said' crm-act task "$acme" today 'a task'
t_same 'not a word' '' "$(cat "$ERR")"
t 'nor of what took place' \
    crm-act call "$acme" yesterday 11:00 --outcome reached
t_same 'not a word, either' '' "$(cat "$ERR")"
t 'nor of what repeats' \
    crm-act task "$acme" 2026-11-02 'weekly' --repeat weekly
t_same 'not one' '' "$(cat "$ERR")"

# Done, and called off.
fut=$(crm-act call "$acme" fri 10:00 future)
t 'what has not begun can be done' crm-act done "$fut" --outcome reached
t_err 'which is said' "planned for Fri 27 Nov 2026 10:00.*reopen"
n=$(git rev-list --count HEAD)
t 'done again changes nothing' crm-act done "$fut"
t_err 'and is told' 'done already'
t_same 'there is no commit' "$n" "$(git rev-list --count HEAD)"
t 'another outcome corrects it' crm-act done "$fut" --outcome 'no answer'
t_same 'it is the new one' 'done,no answer' "$(cells "$fut" state,outcome)"
t_exit 65 'what is done is not called off' crm-act cancel "$fut"
t_err 'how it is is told' "crm-act reopen $fut"
t 'reopened' crm-act reopen "$fut"
t 'it is' crm-act cancel "$fut"

# Words of a type.
t_exit 64 'a purpose that its type does not list' \
    crm-act call "$acme" fri 12:00 --purpose bogus
t_err 'those that it does are told' 'introduce;qualify'
t 'any where it lists none' \
    crm-act task "$acme" fri 'any' purpose=whatever
t 'and by force' crm-act call "$acme" fri 12:00 --purpose bogus --force

# A subject is one line.
t_exit 65 'two lines are none' "crm-act call $acme fri 13:00 'one
two'"
t_err 'where they belong is said' "the subject 'one \.\.\.'.*--note"
t_exit 65 'nor are they a place' "crm-act call $acme fri 13:00 --where 'one
two'"
t_err 'as the field says' 'where: has several lines'

# Who is meant.
t_exit 66 'the beginning of a name is none' crm-act call acme fri 14:00
t_err 'but the name is told' 'Acme GmbH'
t 'the whole one in small letters is' crm-act call 'acme gmbh' fri 14:00

# One of what repeats.
crm-act meet "$acme" mon 9:00 1h standup --repeat weekly:5 >"$OUT"
t_exit 66 'one of a series is not removed' crm-act rm standup@mon
t_err 'it is called off' 'crm-act cancel standup@mon'
t 'as it says' crm-act cancel standup@mon

# The report of a visit of somebody else.
v=$(crm-act visit "$acme" yesterday 15:00 --owner bo 2>/dev/null)
t 'reported by another' crm-act report "$acme" --purpose demo --result fine
t_err 'whose it was is told' 'as planned, a visit of bo:'
t_same 'it is that one, and stays whose it is' 'done,fine,bo' \
    "$(cells "$v" state,result,owner.login)"
t_same 'there is no second one' 1 "$(crm-act list type:visit -o count)"
v1=$(crm-act visit "$acme" yesterday 15:00 --owner bo 2>/dev/null)
v2=$(crm-act visit "$acme" yesterday 9:00 2>/dev/null)
t 'of two the own is meant' \
    crm-act report "$acme" --purpose demo --result mine
t_same 'although it is older' 'done planned' \
    "$(cells "$v2" state) $(cells "$v1" state)"
t 'ticked elsewhere, without a word' crm-act set "$v1" state=done --force
t 'its report' crm-act report "$acme" --purpose demo --result "Bo's"
t_err 'is of what was done' 'done before, and reported now, a visit of bo'
t_same 'it has it' "done,Bo's" "$(cells "$v1" state,result)"
t 'now there is none' crm-act report "$acme" --purpose demo --result more
t_err 'and a new one is made' 'none was planned'

# Days of the agenda.
for w in next-week this-week month next-month 2026-12 \
    2026-12-01..2026-12-05 week; do
	t "agenda $w" crm-act agenda "$w"
done
crm-act call "$acme" 2026-12-01 9:00 first >"$OUT"
crm-act call "$acme" 2026-12-10 9:00 tenth >"$OUT"
crm-act call "$acme" 2027-01-01 9:00 january >"$OUT"
days() {
	crm-act agenda "$@" -o csv | cut -d, -f6 | grep -E 'first|tenth|january' |
	    paste -sd ' ' -
}
t_same 'a period is all of its days' 'first tenth' "$(days 2026-12)"
t_same 'from till' 'first' "$(days 2026-12-01..2026-12-05)"
t_same 'a day is seven' 'tenth' "$(days 2026-12-04)"
t_same 'or as many as is said' 'first tenth' "$(days 2026-12-01 --days 10)"
t_exit 64 'no days' crm-act agenda --days 0
t_err 'the least is told' '1 to'
t_exit 64 'no lines' crm-act agenda --month --lines 0
t_exit 64 'a period and a number of days' crm-act agenda next-week --days 3
t_exit 64 'a period without an end' crm-act agenda 2026-12..
t_exit 64 'no such day' crm-act agenda someday
t_same 'the shell offers them' next-week \
    "$(crm complete -- crm-act agenda next-w)"
t_same 'and no fields' '' "$(crm complete -- crm-act agenda sta)"

# Conflicts are of what is open.
t_store two --currency EUR
crm-user add name='Bo Berg' login=bo email=bo@example.com manager=ana team=North >"$OUT"
crm-user set ana team=North >"$OUT"
a=$(crm-act meet 'mon 9:00' 1h alpha)
b=$(crm-act meet 'mon 9:30' 1h beta)
crm-act meet 'mon 9:00' 1h bo1 --owner bo >"$OUT"
crm-act meet 'mon 9:10' 1h bo2 --owner bo >"$OUT"
agenda() { crm-act agenda mon --team North -o table; }
t_same 'by their begin, whoever has them' \
    '09:00-10:00 bo1 and 09:10-10:10 bo2
09:00-10:00 alpha and 09:30-10:30 beta' \
    "$(agenda | sed -n 's/^! conflict: [^:]*: //p')"
crm-act done "$b" --outcome 'took place' >"$OUT" 2>&1
t_same 'one that is done is none' 'bo1 and 09:10-10:10 bo2' \
    "$(agenda | sed -n 's/^! conflict: [^:]*: 09:00-10:00 //p')"
crm-act reopen "$b" >"$OUT"
crm-act set "$b" busy=no >"$OUT"
t_same 'nor one that takes no time' 1 "$(agenda | grep -c conflict:)"
crm-act cancel "$a" >"$OUT"

# A meeting of several counts once.
crm-act meet tue 9:00 1h both --with bo >"$OUT"
t_same 'in the agenda of a team' 1 \
    "$(crm-act agenda tue --days 1 --team North -o table | grep -c both)"
t_same 'in a calendar' 1 "$(crm-act agenda tue --days 1 --team North -o ics |
    grep -c '^BEGIN:VEVENT')"
t_same 'in lists' 1 "$(crm-act list subject:both -o count)"
t_same 'as rows it is one of each' 'ana bo' \
    "$(crm-act agenda tue --days 1 --team North -o csv | cut -d, -f4 |
	tail -n +2 | sort | paste -sd ' ' -)"

# Documents of a record by its name.
acme=$(crm-account add 'Acme GmbH')
echo text >../x.txt
t 'a document of an account by name' crm doc add 'acme gmbh' ../x.txt
t_same 'it has it' "$acme,x.txt,5" "$(crm doc list "$acme" | tail -n 1)"
t 'the beginning of an id' crm doc list "$(echo "$acme" | cut -c1-10)"
t 'without its letter' crm doc cat "$(echo "$acme" | cut -c7-)" x.txt
t_exit 66 'nobody is called so' crm doc list acme
t_err 'the nearest is told' 'Acme GmbH'
deal=$(crm-opp add 'Acme GmbH' 5k account="$acme")
t 'an account and its deal of the same name' crm doc add 'Acme GmbH' ../x.txt
t_err 'it is the deal, as is told' "$deal is taken"

# A time that is taken.
crm-act meet "$acme" 2027-02-02 10:00 30m 'Kick-off' >../id
crm-act call "$acme" 2027-02-02 10:30 30m 'next to it' >"$OUT"
t 'a time that is taken is none that is refused' \
    crm-act call "$acme" 2027-02-02 10:15 30m over -n
t_err 'but told' \
    "^crm-act call: ! ana is busy then: 'Kick-off' 10:00-10:30, 'next to it' 10:30-11:00\$"
t 'one beside another' crm-act call "$acme" 2027-02-02 9:30 30m before -n
t_same 'is none' 0 "$(grep -c busy "$ERR")"
t 'nor one of somebody else' \
    crm-act call "$acme" 2027-02-02 10:00 30m of -n --owner bo
t_same 'who has time' 0 "$(grep -c busy "$ERR")"
t 'what is moved' crm-act move "$(cat ../id)" 10:45 -n
t_err 'is told, too, and is in nobody else'"'"'s way' \
    "! ana is busy then: 'next to it' 10:30-11:00\$"
crm-act set "$(cat ../id)" private=yes owner=bo >"$OUT" 2>&1
t 'over a private one of another' \
    crm-act call "$acme" 2027-02-02 10:00 30m of -n --owner bo
t_err 'says no more than that' '! bo is busy then: \(private\) 10:00-10:30$'

# What is said on a terminal.
script -qec true /dev/null >/dev/null 2>&1 ||
    t_skip_rest 'script(1) makes no terminal'
tty() { script -qec "stty cols 80; $1" /dev/null </dev/null | tr -d '\r'; }
crm-act task "$acme" 'yesterday 9:00' 'send the offer' --owner bo >"$OUT" 2>&1
crm-act call "$acme" +10min 'call back, it is about the offer' \
    --owner bo >"$OUT"
t_same 'late ones have the name' 1 \
    "$(tty 'crm-act overdue bo' | grep -c 'send.* Acme')"
t_same 'and what is up has it' 1 \
    "$(tty 'crm-act remind --user bo' | grep -c 'call b.* Acme')"
t_same 'managers are told' 1 \
    "$(tty 'crm-act overdue --escalate' | grep -c 'send the')"
t_same 'once, and then not even a header' '' \
    "$(tty 'crm-act overdue --escalate')"
t_same 'but as rows' 'due,late,id,type,subject,owner,manager,record,name' \
    "$(crm-act overdue --escalate -o csv)"
id=$(crm-act list subject:both -o ids)
t_same 'what is removed is named' "crm-act rm: $id: removed activity 'both'
$id" "$(tty "crm-act rm $id")"

# Whoever is meant.
crm-contact add 'Müller, Hans' account="$acme" email=hans@example.org >"$OUT"
t 'a name may have a comma' "crm-act meet $acme fri 8:00 x \
    --with 'Müller, Hans' --with bo,ada@example.org >../id"
t_same 'and is one of several' \
    'ada@example.org;bo@example.com;hans@example.org' \
    "$(cells "$(cat ../id)" with)"
ulm=$(crm-account add 'Twin AG' city=Ulm)
bonn=$(crm-account add 'Twin AG' city=Bonn --force)
crm-contact add 'Twin AG' account="$acme" >"$OUT"
t_exit 64 'several have the name' crm-act call 'Twin AG' fri 9:00
t_err 'the accounts with where they are' \
    "$ulm \\(Twin AG, Ulm\\).*$bonn \\(Twin AG, Bonn\\)"
t_err 'the contact with whose it is' 'Twin AG, Acme GmbH\)'

# What is refused is not told as if it were done.
fut=$(crm-act call "$acme" fri 7:00 sooner)
t_exit 64 'no such outcome' crm-act done "$fut" --outcome bogus
t_same 'is all that is told' 1 "$(wc -l <"$ERR")"
for n in 0 10 -1; do
	t_exit 64 "a priority is no $n" crm-act call "$acme" fri 6:00 p \
	    "priority=$n"
done
t '9 is one' crm-act call "$acme" fri 6:00 p --priority 9
done_testing
