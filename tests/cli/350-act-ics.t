#!/bin/sh
# crm-act export and import: calendars to and from other programs.
. "${0%/*}/../lib.sh"
t_store
crm-user add name=Bo login=bo >"$OUT"
crm-account add Acme >"$OUT"

crm-act add type=call subject=Budget start='tomorrow 10:00' account=Acme \
    >"$OUT"
crm-act add type=task subject='Call back' due=tomorrow >"$OUT"
crm-act add type=meet subject=Weekly start='fri 14:00' repeat=weekly:6 \
    zone=Europe/Berlin >"$OUT"
crm-act add type=meet subject=Monthly start='fri 16:00' repeat=monthly:6 \
    zone=Europe/Berlin >"$OUT"
crm-act add type=meet subject=Hers start='fri 16:00' owner=bo >"$OUT"

t 'my calendar is exported' 'crm-act export owner:ana -o ics >../ana.ics'
t_same 'its items, a zone once, one calendar' '1 1 3 1' "$(
	for c in VCALENDAR VTIMEZONE VEVENT VTODO; do
		grep -c "^BEGIN:$c" ../ana.ics
	done | paste -sd ' ' -)"
t_same 'lines end as they have to' 0 "$(grep -vc "$(printf '\r')\$" ../ana.ics)"
t 'what only we know is in it' grep -q '^X-CRM-TYPE:call' ../ana.ics
t 'list gives the same' 'crm-act list owner:ana -o ics | cmp - ../ana.ics'
t_same 'a filter chooses' 1 "$(
	crm-act list type:task -o ics | grep -c '^UID')"
t_exit 1 'nothing, and -e' crm-act export subject:Nobody -o ics -e

head=$(git rev-parse HEAD)
t 'taken in again' crm-act import ../ana.ics
t_err 'nothing changes' '4 items: 0 added, 0 changed, 4 the same'
t_same 'no commit is made' "$head" "$(git rev-parse HEAD)"
t 'nor with --update' crm-act import ../ana.ics --update
t_same 'no commit is made then' "$head" "$(git rev-parse HEAD)"

# Another store: the same, to the byte, but for the frame.
t_store other
t 'another store takes it' crm-act import ../ana.ics
t_same 'the items are what they were' "$(grep -v -e PRODID ../ana.ics | sort)" \
    "$(crm-act export -o ics | grep -v -e PRODID | sort)"
t 'it is in order' crm check
t_same 'git has nothing to tell' '' "$(git status --porcelain)"

# Of another program.
cat >../f.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//other//EN
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:Somewhere
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0100
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:one@other
DTSTAMP:20261101T000000Z
DTSTART;TZID=Somewhere:20261130T100000
X-ODD;A="b;c":kept\, all
 of it
GEO:1.50;2.50
SUMMARY:One
LOCATION:Main St 1\nBasel
SEQUENCE:1
END:VEVENT
BEGIN:VEVENT
DTSTAMP:20261101T000000Z
DTSTART:20261201T100000Z
SUMMARY:No UID
END:VEVENT
BEGIN:VEVENT
UID:bad@other
DTSTART:never
SUMMARY:Bad
END:VEVENT
BEGIN:VTODO
UID:twice@other
SUMMARY:First
END:VTODO
BEGIN:VTODO
UID:twice@other
SUMMARY:Second
END:VTODO
END:VCALENDAR
END
t_store foreign
crm-user add name=Bo login=bo >"$OUT"
t_exit 3 'what is good is taken' crm-act import ../f.ics --owner bo
t_err 'what is not is told with its line' 'f.ics:31: DTSTART is no time'
t_err 'and all is counted' '4 items: 3 added, .* 1 rejected; 1 stood there twice'
t_same 'the owner said has them' 3 "$(crm-act list owner:bo -o count)"
t_same 'the later of two' Second "$(
	crm-act list type:task -c subject -o tsv | tail -n 1)"
t_same 'an address in two lines is one' 'Main St 1 Basel' "$(
	crm-act list subject:One -c where -o tsv | tail -n 1)"
f=$(grep -l one@other calendar/bo/events/*.ics)
t_same 'the item is in its file byte for byte' "$(
	sed -n '/^BEGIN:VTIMEZONE/,/^END:VTIMEZONE/p' ../f.ics
	sed -n '/^UID:one/,/^END:VEVENT/p' ../f.ics)" "$(
	sed -n '/^BEGIN:VTIMEZONE/,/^END:VTIMEZONE/p' "$f"
	sed -n '/^UID:one/,/^END:VEVENT/p' "$f")"
t_same 'a METHOD stays outside' 0 "$(cat calendar/bo/*/*.ics | grep -c METHOD)"
head=$(git rev-parse HEAD)
t_exit 3 'the same file once more' crm-act import ../f.ics --owner bo
t_same 'changes nothing, also without a UID' "$head" "$(git rev-parse HEAD)"

# Newer and older.
crm-act set One note=mine >"$OUT"
sed -e 's/SEQUENCE:1/SEQUENCE:0/' -e 's/SUMMARY:One/SUMMARY:Old/' ../f.ics \
    >../old.ics
t_exit 3 'an older one' crm-act import ../old.ics
t_err 'is left' '1 are older than ours'
crm-act set One purpose=demo >"$OUT"
sed -e 's/SEQUENCE:1/SEQUENCE:7/' -e 's/SUMMARY:One/SUMMARY:New/' \
    -e 's/GEO.*/X-MORE:1/' ../f.ics >../new.ics
t_exit 3 'a newer one' crm-act import ../new.ics
t_same 'is taken, and what only we know stays' 'New,demo' "$(
	crm-act list subject:New -c subject,purpose -o csv | tail -n 1)"
t 'with what we do not read' grep -q X-MORE calendar/bo/events/*.ics
t_same 'it stays in its calendar' 3 "$(crm-act list owner:bo -o count)"
t_exit 3 'whatever its number, with --update' \
    crm-act import ../old.ics --update
t_same 'it is taken' Old "$(
	crm-act list purpose:demo -c subject -o tsv | tail -n 1)"

t_exit 3 'a dry run' crm-act import -n ../new.ics
t_same 'changes nothing' Old "$(
	crm-act list purpose:demo -c subject -o tsv | tail -n 1)"
t_exit 65 'what is no calendar' 'echo BEGIN:VCALENDAR | crm-act import -'
t_err 'is refused with its line' 'stdin:1: '
# A feed of our own is a picture; and what does not say when it was changed.
crm-act meet 'fri 9:00' 1h Series --repeat weekly:4 --remind 15m \
    --with bo@example.com --note 'only here' >"$OUT"
crm-act meet 'fri 12:00' 1h Secret --private --owner bo >"$OUT"
crm-act agenda --user ana,bo --days 14 -o ics >../feed.ics
head=$(git rev-parse HEAD)
t 'a feed of ours' crm-act import ../feed.ics
t_err 'is left, which is said' ' 0 added, 0 changed.* of a feed of ours'
t_same 'all stays' "$head" "$(git rev-parse HEAD)"
t 'with --update, too' crm-act import ../feed.ics --update
t_same 'it stays' "$head" "$(git rev-parse HEAD)"
grep -v -e '^SEQUENCE' -e '^LAST-MODIFIED' ../new.ics |
	sed -e 's/SUMMARY:New/SUMMARY:Undated/' -e 's/20261101/20991101/' \
	    >../undated.ics
t_exit 3 'one with DTSTAMP alone' crm-act import ../undated.ics
t_err 'is left' '1 do not say when they were changed'
t_same 'and changes nothing' 0 "$(crm-act list subject:Undated -o count)"

t_exit 66 'no such file' crm-act import ../none.ics
t_exit 66 'no such owner' crm-act import ../f.ics --owner nobody
t 'a table is imported as ever' '
	printf "Type,Subject,Start\ncall,Table,2026-11-30 10:00\n" |
	    crm-act import -
	test "$(crm-act list subject:Table -o count)" = 1
'
t_exit 64 'with the options of a table' '
	echo a,b | crm-act import - --update'

command -v khal >"$OUT" || t_skip_rest 'khal is not here'
mkdir -p "$XDG_CONFIG_HOME/khal"
printf '%s\n' '[calendars]' '[[a]]' "path = $T/acme/calendar/ana/events" \
    '[locale]' 'timeformat = %H:%M' 'dateformat = %Y-%m-%d' \
    'longdateformat = %Y-%m-%d' 'datetimeformat = %Y-%m-%d %H:%M' \
    'longdatetimeformat = %Y-%m-%d %H:%M' >"$XDG_CONFIG_HOME/khal/config"
t 'khal reads what was exported' 'khal printics ../ana.ics'
t_out 'a call' '2026-11-22 10:00.*Budget'
t_out 'and a series' 'Weekly'
done_testing
