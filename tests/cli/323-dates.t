#!/bin/sh
# crm-act dates: birthdays and other days of records, as rows and as a calendar.
. "${0%/*}/../lib.sh"
t_store
cat >config/fields.csv <<'END2'
entity,field,type,label
account,contract_end,date,end of contract
END2
git add -A; git commit -q -m 'config: a field'
crm-account add Acme contract_end=2026-12-31 owner=ana >"$OUT"
crm-account add Beta contract_end=2026-11-30 country=DE >"$OUT"
crm-contact add 'Ada Lovelace' birthday=1980-12-10 account=Acme >"$OUT"
crm-contact add 'Leap Year' birthday=1996-02-29 >"$OUT"
crm-contact add 'Past, Paul' birthday=1990-11-20 >"$OUT"
days() { crm-act dates "$@" -o csv -c date,what,entity,name,years | tail -n +2; }

t_same 'birthdays of the next 30 days' \
    '2026-12-10,birthday,contact,Ada Lovelace,46' "$(days)"
t_same 'of a period, every year' '2026-11-20,birthday,contact,"Past, Paul",36
2026-12-10,birthday,contact,Ada Lovelace,46
2027-02-28,birthday,contact,Leap Year,31
2027-11-20,birthday,contact,"Past, Paul",37' "$(days 2026-11-01..2027-11-30)"
t_same 'in a leap year it is the 29th' \
    '2028-02-29,birthday,contact,Leap Year,32' "$(days 2028-02)"
t_same 'not before somebody is born' '' "$(days 1979)"

printf '[calendar]\n\tdates = contact.birthday:yearly, account.contract_end\n' \
    >>crmrc
t_same 'fields of our own, once' \
    '2026-11-30,end of contract,account,Beta,
2026-12-10,birthday,contact,Ada Lovelace,46
2026-12-31,end of contract,account,Acme,' "$(days 2026-11-21..2026-12-31)"
t_same 'a filter leaves out what it is not for' \
    '2026-12-31,end of contract,account,Acme,' \
    "$(days country: owner:ana type: year)"
t_exit 64 'a filter that is for none' crm-act dates nothing:1
t_same 'other fields' '2026-11-30,end of contract,account,Beta,' \
    "$(days --fields account.contract_end)"
t_exit 64 'a field that is no date' crm-act dates --fields contact.email
t_err 'is told' "'contact.email' is no date"
t_exit 1 '-e where there are none' crm-act dates -e tomorrow

t 'a calendar' crm-act dates --ics
cp "$OUT" dates.ics
t_same 'has all of them, those of every year repeat' \
    '19800000 FREQ=YEARLY
19900000 FREQ=YEARLY
19960000 FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1
20260000 once
20260000 once' "$(tr -d '\r' <dates.ics | awk '
    /^DTSTART/ { d = substr($0, 20, 4) "0000"; r = "once" }
    /^RRULE/ { r = substr($0, 7) }
    /^END:VEVENT/ { print d, r }' | sort)"
t 'names are escaped' grep -q '^SUMMARY:Past\\, Paul: birthday' dates.ics
t_same '-o ics is the same' dates.ics "$(crm-act dates -o ics)"
t_same 'a period chooses among the single ones' 4 \
    "$(crm-act dates --ics 2026-12 | grep -c BEGIN:VEVENT)"
t 'it can be taken in, and takes no time' '
	crm-act import dates.ics
	test "$(crm-act list busy:no -o count)" = 5
'
done_testing
