#!/bin/sh
# crm-act import --cdr: calls of a telephone exchange.
. "${0%/*}/../lib.sh"
t_store
printf '[phone]\n\tcountry = DE\n' >>crmrc
git commit -qam 'where we are'
crm-user add name=Bo login=bo phone='030 5550000 x202' >"$OUT"
crm-account add Acme phone='030 999 000' >"$OUT"
crm-contact add 'Ada Byron' account=Acme phone='030/1234567' >"$OUT"
crm-lead add Lee mobile=+491715550000 >"$OUT"

# As cdr_csv writes it.
row() { # SRC DST CHANNEL DSTCHANNEL START END DISPOSITION ID [APP]
	printf '"","%s","%s","default","""X"" <%s>","%s","%s","%s","x",' \
	    "$1" "$2" "$1" "$3" "$4" "${9:-Dial}"
	printf '"%s","","%s",9,9,"%s","DOCUMENTATION","%s",""\n' \
	    "$5" "$6" "$7" "$8"
}
{
	row 201 0301234567 PJSIP/ana-01 PJSIP/trunk-02 '2026-11-20 09:00:00' \
	    '2026-11-20 09:05:00' ANSWERED 1.1
	row 0301234567 202 PJSIP/trunk-03 PJSIP/bo-04 '2026-11-20 10:00:00' \
	    '2026-11-20 10:00:20' 'NO ANSWER' 2.1
	row +491715550000 202 PJSIP/trunk-05 PJSIP/x-06 '2026-11-20 11:00:00' \
	    '2026-11-20 11:01:00' ANSWERED 3.1
	row 030999000 4930777 PJSIP/trunk-07 PJSIP/ana-08 \
	    '2026-11-20 12:00:00' '2026-11-20 12:01:00' ANSWERED 4.1
	row anonymous 202 PJSIP/trunk-09 PJSIP/bo-0a '2026-11-20 13:00:00' \
	    '2026-11-20 13:01:00' ANSWERED 5.1 VoiceMail
	row 0306660000 202 PJSIP/trunk-0b PJSIP/a-0c '2026-11-20 14:00:00' \
	    '2026-11-20 14:00:10' 'NO ANSWER' 6.1
	row 0306660000 202 PJSIP/trunk-0b PJSIP/bo-0d '2026-11-20 14:00:00' \
	    '2026-11-20 14:02:00' ANSWERED 6.1
	row 201 202 PJSIP/ana-0e PJSIP/bo-0f '2025-01-10 09:00:00' \
	    '2025-01-10 09:01:00' ANSWERED 7.1
} >../Master.csv
t 'calls are taken in' crm-act import --cdr ../Master.csv
t_err 'and counted' '7 calls: 5 answered, 2 missed; 3 of unknown numbers, 1 within'
t_same 'as one commit' 1 "$(git log --oneline -1 | grep -c 'act import')"
of() { crm-act list "ext_id:$1" -c "$2" -o csv | tail -n +2; }
t_same 'out: the other side is who was called' \
    'done,out,+49301234567,reached,2026-11-20T09:00:00Z,2026-11-20T09:05:00Z' \
    "$(of 1.1 state,direction,number,outcome,start,end | tr -d '"')"
t_same 'in, and missed: who called; the contact, with the account' \
    'in,+49301234567,no answer,Ada Byron,Acme' \
    "$(of 2.1 direction,number,outcome,contact.name,account.name)"
t_same 'what it was, in words' 'Call to Ada Byron
Missed call from Ada Byron
Call to Bo' "$(for i in 1.1 2.1 7.1; do of $i subject; done)"
t_same 'a lead' 'Lee' "$(of 3.1 lead.name)"
t_same 'a company' 'Acme' "$(of 4.1 account.name)"
t_same 'a number that was withheld; a machine is nobody' ',no answer' \
    "$(of 5.1 number,outcome)"
t_same 'a call that rang twice is one: the one that was answered' reached \
    "$(of 6.1 outcome)"
t_same "by the extension of a user's phone" bo "$(of 3.1 owner.login)"
t_same 'by the channel' ana "$(of 1.1 owner.login)"
t_same 'else mine' ana "$(of 4.1 owner.login)"
t_same 'what is old is in the archive' 7.1 \
    "$(sed -n 's/\r$//; s/^X-CRM-EXT-ID://p' calendar/ana/archive/2025.ics)"
t_same 'with an id of its month' E2501 "$(
	crm-act list ext_id:7.1 -o ids | cut -d- -f1)"
t 'the calls are on the contact' \
    'crm-contact lookup 0301234567 | grep -q "2026-11-20T10:00:00Z Missed"'
head=$(git rev-parse HEAD)
t 'once more' crm-act import --cdr ../Master.csv
t_err 'nothing is added' '0 calls: .* 7 were there'
t_same 'no commit' "$head" "$(git rev-parse HEAD)"
t 'the store is in order' crm check
crm undo >"$OUT" 2>&1
t_same 'undo takes them back' 0 "$(crm-act list -o count)"

crm-opp add Windows 48k currency=EUR account=Acme contact='Ada Byron' >"$OUT"
{
	sed -n 1,4p ../Master.csv
	row 201 0301234567 PJSIP/ana-01 PJSIP/trunk-02 '2026-11-20 09:00:00' \
	    '2026-11-20 09:00:30' 'NO ANSWER' 9.1
} >../deal.csv
t 'of who has one deal' crm-act import --cdr ../deal.csv
t_same 'calls belong to it' 'Windows,Windows,,Windows' "$(for i in 1.1 2.1 3.1 4.1
	do of $i opp.name; done | tr -d '"' | paste -sd , -)"
t_same 'who was called and did not answer was not missed' \
    'No answer: call to Ada Byron' "$(of 9.1 subject)"
crm-opp add Doors 4k currency=EUR account=Acme contact='Ada Byron' >"$OUT"
crm undo 2 >"$OUT" 2>&1
crm-opp add Doors 4k currency=EUR account=Acme contact='Ada Byron' >"$OUT"
t 'of who has two' crm-act import --cdr ../deal.csv
t_same 'they do not' ',,,' "$(for i in 1.1 2.1 3.1 4.1
	do of $i opp.name; done | tr -d '"' | paste -sd , -)"
crm undo >"$OUT" 2>&1

{
	echo 'accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,disposition,amaflags,uniqueid'
	cat ../Master.csv
	echo junk,junk
	row 201 0301 PJSIP/ana-01 x 'never' 'never' ANSWERED 8.1
} >../head.csv
t_exit 3 'with a header; what is no call is told' \
    crm-act import --cdr ../head.csv --owner bo --owner-by channel
t_err 'by its line' 'head.csv:10: no call: there is no disposition'
t_err 'each' 'head.csv:11: no call: its start is no time'
t_same 'the channel alone tells whose' 'bo' "$(of 3.1 owner.login)"
crm undo >"$OUT" 2>&1
t 'by a map' crm-act import --cdr ../Master.csv --owner-by dst:202=ana,4930777=bo
t_same 'of numbers called' 'ana bo' "$(of 3.1 owner.login) $(of 4.1 owner.login)"
crm undo >"$OUT" 2>&1
printf '[phone]\n\tcountry = DE\n\textensions = 4930*,2??\n' >crmrc.new
{ head -n 1 crmrc && cat crmrc.new; } >crmrc.all && mv crmrc.all crmrc
rm crmrc.new
t 'numbers of the house are said' crm-act import --cdr ../Master.csv
t_same 'what comes in comes in' in "$(of 4.1 direction)"
t_exit 65 'no calls at all' 'echo a,b,c | crm-act import --cdr -'
t_exit 64 'an owner in no known way' \
    crm-act import --cdr ../Master.csv --owner-by moon

t_data cdr
t_store real
f=$DATA/kelysaina/Master.csv
t 'calls of a real exchange' crm-act import --cdr "$f"
t_same 'as many as awk counts' "$(grep -c '"ANSWERED"' "$f") $(
	grep -c '"NO ANSWER"' "$f")" "$(
	crm-act list outcome:reached -o count) $(
	crm-act list outcome:'no answer' -o count)"
t 'once more' crm-act import --cdr "$f"
t_err 'adds nothing' '^crm-act import: 0 calls'
t 'in order' crm check
done_testing
