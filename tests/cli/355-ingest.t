#!/bin/sh
# crm-act ingest: invitations from others, and what they answer to ours.
. "${0%/*}/../lib.sh"
t_store
crm-user set ana email=ana@example.com >"$OUT"
crm-user add name=Bo login=bo email=bo@example.com >"$OUT"
crm-account add Acme >"$OUT"
crm-contact add 'Ada Byron' account=Acme email=ada@acme.example >"$OUT"
crm-opp add Windows 48k account=Acme contact='Ada Byron' >"$OUT"

# ics METHOD SEQUENCE [LINE...]: an event of Ada's.
ics() {
	m=$1 s=$2
	shift 2
	printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:x "METHOD:$m" \
	    BEGIN:VEVENT UID:inv-1@acme "SEQUENCE:$s" \
	    DTSTAMP:20261120T080000Z "$@" END:VEVENT END:VCALENDAR
}
request() {
	ics REQUEST "$1" 'ORGANIZER;CN=Ada:mailto:Ada@acme.example' \
	    'ATTENDEE;RSVP=TRUE:mailto:bo@example.com' \
	    'ATTENDEE:mailto:eve@example.org' \
	    "DTSTART:$2" DTEND:20261201T160000Z SUMMARY:Kick-off \
	    'X-CRM-REF;X-CRM-TYPE=opp:O2611-00000000' X-CRM-STATE:DONE \
	    'URL:http://example.org/x' 'X-ODD:kept'
}
of() { crm-act list uid:inv-1@acme -c "$1" -o csv | tail -n +2; }

request 1 20261201T140000Z >../inv.ics
t 'an invitation is filed' crm-act ingest ../inv.ics
t_err 'and the deal is proposed' 'may belong to the deal O2611-'
t_same 'in the calendar of whom it invites, of whom it is from' \
    'bo,Ada Byron,Acme,,planned,2026-12-01T14:00:00Z' \
    "$(of owner.login,contact.name,account.name,opp,state,start)"
f=$(ls calendar/bo/events/*.ics)
t 'what we do not know is kept' grep -q '^X-ODD:kept' "$f"
t_same 'nothing is taken that an outsider says of our records' 0 \
    "$(grep -c -e 'opp:O2611-00000000' -e X-CRM-STATE -e METHOD "$f")"
head=$(git rev-parse HEAD)
t 'the same once more' crm-act ingest ../inv.ics
t_same 'changes nothing' "$head" "$(git rev-parse HEAD)"
t_err 'which is told' "is already as it says"
crm-act set uid:inv-1@acme note=mine remind=15m >"$OUT"
sed 's/DTSTAMP:20261120/DTSTAMP:20261130/' ../inv.ics >../again.ics
t 'sent again, when we know more' crm-act ingest ../again.ics
t_err 'says nothing new' 'is already as it says'
t_same 'and takes nothing' mine,15m "$(of note,remind)"
request 3 20261201T150000Z >../new.ics
t 'a newer one, with its deal' crm-act ingest ../new.ics --link
t_same 'moves it' '2026-12-01T15:00:00Z,Windows' "$(of start,opp.name)"
t 'an older one' crm-act ingest ../inv.ics
t_err 'is left' 'older than what we have'
t_same 'where it is' 2026-12-01T15:00:00Z "$(of start)"

sed 's/Ada@acme/mallory@evil/' ../new.ics | sed 's/SEQUENCE:3/SEQUENCE:9/' \
    >../evil.ics
t_exit 77 'only the organizer changes it' crm-act ingest ../evil.ics
t_err 'who that is' 'mallory@evil.example.* is no organizer'
ics CANCEL 9 ORGANIZER:mailto:mallory@evil.example SUMMARY:x >../c.ics
t_exit 77 'nor does another call it off' crm-act ingest ../c.ics
ics COUNTER 3 ATTENDEE:mailto:eve@example.org DTSTART:20261202T100000Z \
    DTEND:20261202T113000Z >../c.ics
t 'another time is only proposed' crm-act ingest ../c.ics
t_err 'and told' 'another time by eve@example.org: 2026-12-02 10:00$'
t_err 'with the command that accepts it' \
    "crm-act move E[^ ]* '2026-12-02 10:00' 90m\$"
t 'which does' "$(sed -n 's/.*to accept: //p' "$ERR")"
t_err 'that the organizer does not know is said' \
    "'Kick-off': the organizer, ada@acme.example, does not know: write"
t_same 'so' '2026-12-02T10:00:00Z,2026-12-02T11:30:00Z' "$(of start,end)"
crm undo >"$OUT"
t 'called off by us' crm-act cancel uid:inv-1@acme
t_err 'they do not know either' 'the organizer, ada@acme.example, does not'
crm undo >"$OUT"
t 'what is ours alone' crm-act set uid:inv-1@acme note=ours state=done \
    outcome='took place'
t_same 'they need not know' 0 "$(grep -c 'does not know' "$ERR")"
crm undo >"$OUT"
sed 's/eve@/mallory@/' ../c.ics >../evil.ics
t_exit 77 'of one who is not invited' crm-act ingest ../evil.ics
ics COUNTER 3 ATTENDEE:mailto:eve@example.org LOCATION:here >../c.ics
t 'a place alone' crm-act ingest ../c.ics
t_err 'is told' 'at no other time, says eve@example.org'
ics DECLINECOUNTER 3 ORGANIZER:mailto:ada@acme.example >../c.ics
t 'what we proposed is declined' crm-act ingest ../c.ics
t_err 'it stays' 'what was proposed is declined'
ics DECLINECOUNTER 3 ORGANIZER:mailto:mallory@evil.example >../c.ics
t_exit 77 'by the organizer only' crm-act ingest ../c.ics
ics REFRESH 3 ATTENDEE:mailto:eve@example.org >../c.ics
t 'asked for anew' crm-act ingest ../c.ics
t_err 'the command that sends it' 'to send it: crm-act invite E'
ics CANCEL 4 ORGANIZER:mailto:ada@acme.example SUMMARY:Kick-off >../c.ics
t 'the organizer calls it off' crm-act ingest ../c.ics
t_same 'so it is' cancelled "$(of state)"
t_same 'and knows of it' 0 "$(grep -c 'does not know' "$ERR")"
t 'what one of us invites to' 'm=$(crm-act meet acme mon 9:00 1h Own \
    --with ada@acme.example) && crm-act invite "$m" >/dev/null &&
    crm-act move "$m" tue && crm-act rm "$m"'
t_same 'is known there' 0 "$(grep -c 'does not know' "$ERR")"

# As a mail, in base64; and one that a REPLY in a mail answers.
id=$(crm-act meet acme 'tomorrow 14:00' 1h Demo --with ada@acme.example)
uid=$(crm-act list "id:$id" -c uid -o csv | tail -n 1)
reply() { # PARTSTAT SEQUENCE WHO [LINE]
	printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 METHOD:REPLY BEGIN:VEVENT \
	    "UID:$uid" "SEQUENCE:$2" DTSTAMP:20261121T100000Z \
	    "ATTENDEE;PARTSTAT=$1:mailto:$3" ${4+"$4"} END:VEVENT END:VCALENDAR
}
mail() { # METHOD, of stdin
	printf '%s\n' 'From: Ada <ada@acme.example>' 'To: ana@example.com' \
	    'Subject: Re: Demo' 'Message-ID: <r1@acme.example>' \
	    'MIME-Version: 1.0' \
	    "Content-Type: text/calendar; method=$1; charset=utf-8" \
	    'Content-Transfer-Encoding: base64' ''
	base64
}
reply ACCEPTED 0 Ada@acme.example | mail REPLY >../r.eml
t 'an answer comes as a mail' 'crm-act ingest - <../r.eml'
t_err 'what it says is told' 'says ACCEPTED'
replies() { crm-act list "id:$id" -c replies -o csv | tail -n 1; }
t_same 'it is noted' ada@acme.example=accepted "$(replies)"
t 'in the file' grep -q 'PARTSTAT=ACCEPTED' calendar/ana/events/"$id".ics
reply DECLINED 0 ada@acme.example | mail REPLY >../r.eml
t 'and another' 'crm-act ingest - <../r.eml'
t_same 'replaces it' ada@acme.example=declined "$(replies)"
reply ACCEPTED 0 ada@acme.example | mail REPLY |
	sed 's/^From: .*/From: mallory@evil.example/' >../r.eml
t_exit 77 'in a mail of somebody else' 'crm-act ingest - <../r.eml'
crm-act set "$id" start='tomorrow 16:00' >"$OUT"
reply ACCEPTED 0 ada@acme.example >../r.ics
t 'to what was changed since' crm-act ingest ../r.ics
t_same 'it says nothing' ada@acme.example=declined "$(replies)"
reply ACCEPTED 9 mallory@evil.example >../r.ics
t_exit 77 'of one who is not invited' crm-act ingest ../r.ics
reply 'X;Y=1' 9 ada@acme.example >../r.ics
t_exit 65 'with a word that is none' crm-act ingest ../r.ics
uid=none@none
reply ACCEPTED 0 ada@acme.example >../r.ics
t_exit 66 'to what we do not have' crm-act ingest ../r.ics
printf 'Subject: x\nFrom: a@b.example\n\ntext\n' >../n.eml
t_exit 65 'a mail without an invitation' crm-act ingest ../n.eml
ics FOO 1 >../x.ics
t_exit 65 'a method that is none' crm-act ingest ../x.ics
t_err 'with file and line' 'x.ics:1: METHOD:FOO'

# In the archive, packed: the same rules.
printf '[calendar]\n\tarchive-format = gz\n' >>crmrc
git commit -qm gz crmrc
request 1 20250301T140000Z | sed 's/inv-1/old-1/; s/20261201T16/20250301T15/
    s/^SUMMARY/STATUS:CANCELLED\r\n&/' >../old.ics
t 'one that was called off long ago' crm-act ingest ../old.ics
t 'is in the archive' test -f calendar/bo/archive/2025.ics.gz
sed 's/Ada@acme/mallory@evil/; s/SEQUENCE:1/SEQUENCE:9/' ../old.ics \
    >../evil.ics
t_exit 77 'only the organizer changes it' crm-act ingest ../evil.ics

# One of a series.
printf '%s\r\n' BEGIN:VCALENDAR METHOD:REQUEST BEGIN:VEVENT UID:s@acme \
    SEQUENCE:0 DTSTAMP:20261120T080000Z ORGANIZER:mailto:ada@acme.example \
    DTSTART:20261201T140000Z RRULE:FREQ=WEEKLY\;COUNT=4 SUMMARY:Series \
    END:VEVENT END:VCALENDAR >../s.ics
t 'a series; nobody of ours is named: it is mine' crm-act ingest ../s.ics
t_same 'mine' ana "$(crm-act list subject:Series -c owner.login -o csv | tail -n 1)"
printf '%s\r\n' BEGIN:VCALENDAR METHOD:CANCEL BEGIN:VEVENT UID:s@acme \
    SEQUENCE:1 DTSTAMP:20261120T080000Z ORGANIZER:mailto:ada@acme.example \
    RECURRENCE-ID:20261208T140000Z END:VEVENT END:VCALENDAR >../s.ics
t 'one of it is called off' crm-act ingest ../s.ics
t_same 'that one' '2026-12-08T14:00:00Z -' "$(
	crm-act list subject:Series -c exceptions -o csv | tail -n 1)"
sed 's/RECURRENCE-ID/&;RANGE=THISANDFUTURE/; s/SEQUENCE:1/SEQUENCE:2/' \
    ../s.ics >../all.ics
t_exit 65 'all from one on' crm-act ingest ../all.ics
t_err 'is for people to do' 'all from 2026-12-08T14:00:00Z on are called off'
printf '%s\r\n' BEGIN:VCALENDAR METHOD:ADD BEGIN:VEVENT UID:s@acme \
    SEQUENCE:9 DTSTAMP:20261120T080000Z ORGANIZER:mailto:ada@acme.example \
    DTSTART:20261210T140000Z DTEND:20261210T160000Z LOCATION:Roof \
    SUMMARY:Series END:VEVENT END:VCALENDAR >../add.ics
t 'one more' crm-act ingest ../add.ics
t 'is of the series' crm-act agenda 2026-12-10 --days 1 -o csv
t_out 'then and there' '2026-12-10T14:00:00Z,2026-12-10T16:00:00Z.*Roof'
t 'twice' crm-act ingest ../add.ics
t_err 'is there' 'already as it says'

# A series of ours: an answer to one of it.
rid=$(crm-act meet 'fri 9:00' 1h Weekly --repeat weekly:4 --with ada@acme.example)
uid=$(crm-act list "id:$rid" -c uid -o csv | tail -n 1)
reply ACCEPTED 0 ada@acme.example >../r.ics
t 'she comes' crm-act ingest ../r.ics
reply DECLINED 0 ada@acme.example RECURRENCE-ID:20261204T090000Z >../r.ics
t 'but not to one' crm-act ingest ../r.ics
t_err 'which is told' 'of the one on 2026-12-04 09:00$'
t_same 'it is of that one' \
    '2026-12-04T09:00:00Z replies=ada@acme.example=declined' "$(
	crm get "$rid.exceptions")"
t_same 'the others stay' ada@acme.example=accepted "$(crm get "$rid.replies")"
t_same 'in the file, each' '1 1' "$(
	grep -c PARTSTAT=ACCEPTED calendar/ana/events/"$rid".ics) $(
	grep -c PARTSTAT=DECLINED calendar/ana/events/"$rid".ics)"
reply ACCEPTED 0 ada@acme.example RECURRENCE-ID:20261205T090000Z >../r.ics
t_exit 66 'to one that is not' crm-act ingest ../r.ics

# Several of ours are invited: each has it at once.
printf '%s\r\n' BEGIN:VCALENDAR METHOD:REQUEST BEGIN:VEVENT UID:both@acme \
    SEQUENCE:0 DTSTAMP:20261120T080000Z ORGANIZER:mailto:ada@acme.example \
    ATTENDEE:mailto:bo@example.com ATTENDEE:mailto:ana@example.com \
    DTSTART:20261203T140000Z SUMMARY:Both END:VEVENT END:VCALENDAR >../b.ics
t 'two of ours' crm-act ingest ../b.ics
t_same 'one meeting' 1 "$(crm-act list subject:Both -o count)"
t_same 'in two calendars' 'calendar/ana/events calendar/bo/events' "$(
	grep -l UID:both@acme calendar/*/events/* | xargs -n 1 dirname |
	paste -sd ' ' -)"
t_same 'one is the copy' 1 "$(grep -l UID:both@acme calendar/*/events/* |
	xargs grep -l X-CRM-OWNER:bo | wc -l)"
t 'all is in order' crm check
t_same 'git has nothing to tell' '' "$(git status --porcelain)"
done_testing
