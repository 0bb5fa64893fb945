#!/bin/sh
# crm-act invite: the mail that invites, which another store takes in.
. "${0%/*}/../lib.sh"
t_store
crm-user set ana email=ana@example.com name='Ana Müller' >"$OUT"
crm-act meet 'tomorrow 14:00' 1h 'Übergabe der Fenster im großen Saal, mit allen' \
    --with ada@acme.example --with bo@partner.example --where 'Main St 1' \
    --remind 15m --note 'they pay late' --purpose demo --invite >../inv.eml
t 'a meeting is planned, and the mail printed' test -s ../inv.eml
t_same 'one meeting' 1 "$(crm-act list -o count)"
id=$(crm-act list -o ids)
t 'the same mail again' crm-act invite "$id"
t_same 'to the letter' ../inv.eml "$(cat "$OUT")"

"$CRM_BIN/libexec/crm-mime" <../inv.eml >../rows.csv
col() { mlr --icsv --onidx --ofs ' ' filter "\$what == \"$1\"" then cut -f "$2" ../rows.csv; }
if command -v mlr >/dev/null; then
	t_same 'from whom' 'Ana Müller' "$(col from name)"
	t_same 'to whom' 'ada@acme.example bo@partner.example' \
	    "$(col to value | paste -sd ' ' -)"
	t_same 'what' 'Invitation: Übergabe der Fenster im großen Saal, mit allen' \
	    "$(col subject value)"
	t_same 'as a request' request "$(col calendar name | tr A-Z a-z)"
else
	t_skip 'what the mail says' 'no mlr'
fi
t_same 'no line of the head is long' 0 "$(sed '/^$/q' ../inv.eml |
	awk 'length > 76' | wc -l)"
t_same 'nor is it more than ASCII' 0 "$(LC_ALL=C grep -c '[^ -~]' ../inv.eml)"
cal() { # the calendar that is in it
	awk '/^Content-Type: text\/calendar/ { c = 1 }
	    /^--=_crm/ { b = c = 0 } c && /^$/ { b = 1; next } b' "$1" | base64 -d
}
cal ../inv.eml | tr -d '\r' >../inv.ics
t 'it has an organizer' grep -q '^ORGANIZER;CN=.*:mailto:ana@example.com' ../inv.ics
t_same 'and what the others need' 'ATTENDEE ATTENDEE DTEND DTSTART LOCATION SUMMARY UID' \
    "$(grep -oE '^(UID|DTSTART|DTEND|SUMMARY|LOCATION|ATTENDEE)' ../inv.ics |
	sort | paste -sd ' ' -)"
t_same 'nothing of ours leaves the house' 0 \
    "$(grep -cE 'X-CRM|DESCRIPTION|VALARM|CATEGORIES|late|demo' ../inv.ics)"

# What those read whose mail program knows nothing of calendars.
text() {
	python3 -c 'import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(m.get_body(("plain",)).get_content(), end="")' <"$1"
}
t_same 'the text says when, until when, where, and who' \
'When:   Sunday 2026-11-22 14:00 - 15:00 (UTC+00:00)
Where:  Main St 1
From:   Ana Müller <ana@example.com>
Guests: ada@acme.example,
        bo@partner.example' "$(text ../inv.eml | tail -n +3)"
sed -i 's|timezone = .*|timezone = Europe/Berlin|' crmrc
id2=$(crm-act meet 2026-12-31 14:00 1h30 'Jour fixe' --repeat weekly:2027-02-04 \
    --with ada@acme.example 2>"$OUT")
crm-act cancel "$id2" --on 2027-01-14 >"$OUT"
crm-act invite "$id2" >../week.eml
t_same 'of what repeats how, and when not' \
'Invitation: Jour fixe

When:   Thursday 2026-12-31 14:00 - 15:30 (Europe/Berlin, UTC+01:00)
        every week on Thursday until 2027-02-04
        not on Thursday 2027-01-14
From:   Ana Müller <ana@example.com>
Guests: ada@acme.example' "$(text ../week.eml)"
crm-act move "$id2" --on 2027-01-21 16:00 >"$OUT"
t 'that single ones differ is said' 'crm-act invite "$id2" >../week.eml;
    text ../week.eml | grep "single ones otherwise"'
id3=$(crm-act meet 2026-12-28 2d 'Messe' --with ada@acme.example 2>"$OUT")
crm-act invite "$id3" >../days.eml
t_same 'of whole days the first and the last' \
    'When:   Monday 2026-12-28 - Tuesday 2026-12-29' \
    "$(text ../days.eml | grep When)"
git checkout -q crmrc

# The other side, and back.
t_store partner
crm-user set ana email=bo@partner.example >"$OUT"
t 'another store takes it in' 'crm-act ingest - <../inv.eml'
t_same 'it is there' 'Main St 1,2026-11-22T14:00:00Z' \
    "$(crm-act list -c where,start -o csv | tail -n 1)"
cd ../acme || exit 1
t 'called off' crm-act cancel "$id"
crm-act invite "$id" --cancel >../off.eml
cal ../off.eml | tr -d '\r' >../off.ics
t_same 'a CANCEL' 'METHOD:CANCEL STATUS:CANCELLED' \
    "$(grep -E '^(METHOD|STATUS)' ../off.ics | paste -sd ' ' -)"
cd ../partner || exit 1
t 'is taken in there' 'crm-act ingest - <../off.eml'
t_same 'and it is off' cancelled "$(crm-act list -c state -o csv | tail -n 1)"

cd ../acme || exit 1
t_exit 64 'nobody to invite' crm-act meet 'tomorrow 9:00' x --invite
id=$(crm-act meet 'tomorrow 9:00' alone)
t_exit 64 'nobody is invited' crm-act invite "$id"
t_err 'it says what to do' 'with='
crm-user set ana email= >"$OUT"
crm-act set "$id" with=ada@acme.example >"$OUT"
t_exit 65 'who invites has an address' crm-act invite "$id"
head=$(git rev-parse HEAD)
t_exit 65 'also while it is planned' \
    crm-act meet 'tomorrow 9:00' x --with ada@acme.example --invite
t_err 'it says what to do' 'crm-user set ana email='
t_same 'and nothing is written' "$head" "$(git rev-parse HEAD)"
t_exit 66 'nothing of that name' crm-act invite E2611-00000000
done_testing
