#!/bin/sh
# crm-act agenda: the days of one person and of many, in all its forms.
. "${0%/*}/../lib.sh"
t_now 2026-11-25T10:00:00Z
t_store acme --currency EUR
printf '[core]\n\ttimezone = Europe/Berlin\n' >>crmrc

crm-user set ana name='Ana Lead' team=Sales >"$OUT"
crm-user add 'Bo Chen' login=bo team=Sales zone=America/New_York manager=ana \
    >"$OUT"
crm-user add 'Cy Ost' login=cy team=Service manager=bo >"$OUT"
crm-account add 'Acme GmbH' >"$OUT"
crm-account add '東京商事' >"$OUT"
add() { crm-act add "$@" >"$OUT" || echo "# not added: $*"; }
add type=call subject=Budget start='2026-11-25 10:00' account='Acme GmbH'
add type=meet subject=Kick-off start='2026-11-25 14:00' \
    end='2026-11-25 15:30' where='Main St 1'
add type=visit subject='Site visit' start='2026-11-25 15:00' \
    end='2026-11-25 17:00' account='東京商事'
add type=meet subject='متابعة العرض' start='2026-11-26 09:00'
add type=meet subject='会議' start='2026-11-26 11:30' account='Acme GmbH'
add type=meet subject='Fair <b>&' start=2026-11-27 end=2026-11-28
add type=task subject=Offer due='2026-11-25 17:00'
add type=task subject='Tax papers' due=2026-11-20
add type=task subject=Plan due=2026-11-28
add type=meet subject='Go-live' start='2026-11-30 22:00' \
    end='2026-12-01 06:00'
add type=meet subject=Dentist start='2026-11-26 08:00' private=yes owner=bo \
    where=Mitte
add type=call subject=Handover start='2026-11-25 12:00' owner=cy
add type=meet subject=Weekly start='2026-10-19 09:00' repeat=weekly:7
crm-act set Weekly exceptions='2026-11-23T08:00:00Z -' >"$OUT"

t_same 'my next seven days' "$(cat <<'END'
Wed 25 Nov 2026, today
! ☐ Fri 20 Nov   Tax papers
    10:00-10:15  Budget        Acme GmbH
!   14:00-15:30  Kick-off      Main St 1
!   15:00-17:00  Site visit    東京商事
  ☐ by 17:00     Offer

Thu 26 Nov 2026, tomorrow
    09:00-10:00  متابعة العرض
    11:30-12:30  会議          Acme GmbH

Fri 27 Nov 2026
    all day      Fair <b>&

Sat 28 Nov 2026
    all day      Fair <b>&
  ☐              Plan

Mon 30 Nov 2026
    09:00-10:00  Weekly
    from 22:00   Go-live

Tue 1 Dec 2026
    to 06:00     Go-live

! conflict: Wed 25 Nov, Ana Lead: 14:00-15:30 Kick-off and 15:00-17:00 Site visit
END
)" "$(crm-act agenda -o table)"
t_same 'rows for machines, in UTC' "$(cat <<'END'
2026-11-20,,ana,task,Tax papers,,,planned
2026-11-25T09:00:00Z,2026-11-25T09:15:00Z,ana,call,Budget,,,planned
2026-11-25T13:00:00Z,2026-11-25T14:30:00Z,ana,meet,Kick-off,Main St 1,yes,planned
2026-11-25T14:00:00Z,2026-11-25T16:00:00Z,ana,visit,Site visit,,yes,planned
2026-11-25T16:00:00Z,,ana,task,Offer,,,planned
END
)" "$(crm-act agenda --days 1 -o csv | tail -n +2 | cut -d, -f2-6,9,11,12)"
t_same 'the header is a promise' \
    id,start,end,user,type,subject,account,opp,where,key,conflict,state \
    "$(crm-act agenda -o csv | head -n 1)"
t_same 'one of a series has its key' '2026-11-30T08:00:00Z' \
    "$(crm-act agenda 2026-11-30 --days 1 -o json |
	sed -n 's/.*"key": *"\([^"]\{1,\}\)".*/\1/p')"
t_same 'the hour stays when the clock changes' '07:00 08:00' \
    "$(crm-act agenda 2026-10-19 --days 8 --no-tasks -o csv |
	sed -n 's/^[^,]*,[0-9-]*T\(..:..\).*Weekly.*/\1/p' | paste -sd ' ' -)"

t_same 'from one on it is later' '2026-11-30T14:00:00Z 2026-12-07T14:00:00Z' "$(
	crm-act add type=meet subject=Round start='2026-11-16 09:00' \
	    repeat=weekly:4 >"$OUT"
	crm-act set Round exceptions='2026-11-30T08:00:00Z+ start=2026-11-30T14:00:00Z;end=2026-11-30T15:00:00Z' >"$OUT"
	crm-act agenda 2026-11-30 --days 30 -o csv |
	sed -n 's/^[^,]*,\([^,]*\),.*Round.*/\1/p' | xargs)"
crm-act rm Round >"$OUT"

# Whose it is.
t_same 'all below me, and me' '1 ana 1 bo 1 cy' \
    "$(crm-act agenda --user under:me --days 2 --no-tasks -o csv |
	cut -d, -f4 | tail -n +2 | sort -u | uniq -c | xargs)"
t_same 'a team' 'ana bo' "$(crm-act agenda --team Sales --days 2 -o csv |
	cut -d, -f4 | tail -n +2 | sort -u | xargs)"
t_same 'named ones' 'bo cy' "$(crm-act agenda --user bo,cy --days 2 -o csv |
	cut -d, -f4 | tail -n +2 | sort -u | xargs)"
t_exit 66 'nobody is called so' crm-act agenda --user zoe
t_exit 66 'nor is a team' crm-act agenda --team Chess
t 'what is private of another is told nowhere' '
	for o in table csv json html ics md; do
		crm-act agenda --user all --days 3 -o $o >got
		! grep -e Dentist -e Mitte got
		grep -q -e "(private)" -e SUMMARY:busy got
	done
	crm-act agenda --user all --days 2 -o csv | grep -q "^,2026-11-26T07"
'
t 'to themselves it is' '
	LOGNAME=bo crm-act agenda --days 3 -o table >got
	grep -q "Dentist.*Mitte" got
'
t_same 'each sees the hours of their own zone' \
    '02:00-03:00 times of America/New_York' \
    "$(LOGNAME=bo crm-act agenda 2026-11-26 --days 1 -o table |
	sed -n 's/^ *\([0-9:-]*\)  Dentist.*/\1/p; /^times/p' | xargs)"
t_same 'in summer, too' '03:00' "$(
	crm-act add type=call subject=Sommer start='2026-07-01 09:00' owner=bo \
	    >"$OUT"
	LOGNAME=bo crm-act agenda 2026-07-01 --days 1 -o table |
	sed -n 's/^ *\([0-9:]*\)-.*Sommer.*/\1/p')"
t_same 'days are those of the reader' 'Tue 30 Jun 2026' "$(
	crm-act add type=call subject=Late start='2026-07-01 04:00' owner=bo \
	    >"$OUT"
	LOGNAME=bo crm-act agenda 2026-06-30 --days 1 -o table | head -n 1)"

# What is in it.
t_same 'tasks and nothing else' 'task' \
    "$(crm-act agenda --tasks -o csv | cut -d, -f5 | tail -n +2 | sort -u)"
t_same 'or none' '' "$(crm-act agenda --no-tasks -o csv | grep ,task,)"
t 'what is done is ticked' '
	crm-act set Offer state=done >/dev/null
	crm-act agenda -o table | grep -q "^  ☑ by 17:00     Offer"
'
t 'what is called off is not there' '
	crm-act set Budget state=cancelled >/dev/null
	! crm-act agenda -o table | grep Budget
'
t_same 'nothing is said, too' 'nothing from Mon 4 Jan 2027 to Tue 5 Jan 2027' \
    "$(crm-act agenda 2027-01-04 --days 2 -o table)"
t_exit 1 'or is the answer' crm-act agenda 2027-01-04 --days 2 -o csv -e
t_exit 64 'one of them' crm-act agenda --week --days 3
t_exit 64 'one day' crm-act agenda today tomorrow
t_exit 64 'a day' crm-act agenda sometime

# The month, and how it is drawn.
crm-act agenda --month -o table --lines 2 >month
t_same 'a month has as many lines as weeks need' \
    '┌ │ ├ │ │ ├ │ │ ├ │ │ ├ │ │ ├ │ │ │ ├ │ │ │ └' \
    "$(sed -n '2,$s/^\(.\).*/\1/p' month | grep -v '^!' | paste -sd ' ' -)"
t_same 'every line is 78 columns wide' 78 "$(
	grep '^[│┌├└]' month | sed 's/会議/&__/' | while IFS= read -r line; do
		printf %s "$line" | wc -m
	done | sort -u)"
t_same 'days beside the month are blank' 1 "$(crm-act agenda 2026-12-05 \
    --month -o table | grep -c '^│ *│ 1 *│ 2 ')"
t_same 'of one person nobody is named' 0 "$(grep -c '│ana ' month)"
t 'of several, whose it is' \
    'crm-act agenda --month --user all -o table | grep -q "│!*\(ana\|bo\)[, ]"'
t 'what finds no room is counted' grep -q '+[23] more' month
t 'of the day today' grep -q '│25 today  │' month

# HTML.
crm-act agenda -o html >page.html
t 'a page without scripts that fetches nothing' '
	! grep -iE "<script|<link|src=|url\(|http:|https:" page.html
	grep -q "<!doctype html>" page.html
'
t 'texts are escaped' '
	grep -q "Fair &lt;b&gt;&amp;" page.html
	! grep -q "<b>&" page.html
'
t_same 'what is opened is closed' '' "$(
	for e in html head body table tr td ul li div b h2 small; do
		o=$(grep -oE "<${e}[ >]" page.html | wc -l)
		c=$(grep -o "</$e>" page.html | wc -l)
		[ "$o" -eq "$c" ] || echo "$e $o $c"
	done)"
t 'a task that is done is struck through' '
	grep -q "^.off b,.off bdi{text-decoration:line-through}" page.html
	grep -q "<li class=off>.*☑ <b dir=auto>Offer" page.html
'
crm-act add type=call subject=Rang start='2026-11-26 08:00' state=done \
    outcome=reached >"$OUT"
t 'an event that is done is only muted' '
	crm-act agenda 2026-11-26 -o html | grep -q "<li class=done>.*Rang"
	! grep -q "[.]done[^{]*{text-decoration" page.html
'
crm undo >"$OUT" 2>&1
t 'each text in its own direction' grep -q '<b dir=auto>متابعة' page.html

# A feed.
crm-act agenda --user all -o ics >feed.ics
t_same 'one calendar' '1 1' "$(grep -c '^BEGIN:VCALENDAR' feed.ics) $(
	grep -c '^END:VCALENDAR' feed.ics)"
t 'lines end as they must' '! grep -qv "$(printf "\r")$" feed.ics'
t 'whole days end on the day behind' grep -q '^DTEND;VALUE=DATE:20261129' \
    feed.ics
t 'one of a series says which, with a UID of the feed' \
    grep -q '^UID:.*2026-11-30T08:00:00Z.crm-feed' feed.ics
t 'nothing breaks out of a line' '
	printf "%s\r\n" BEGIN:VCALENDAR VERSION:2.0 PRODID:x BEGIN:VEVENT UID:x \
	    DTSTART:20261125T180000Z "SUMMARY:a\\nEND:VCALENDAR" END:VEVENT \
	    END:VCALENDAR >calendar/ana/events/x.ics
	crm-act agenda --days 1 -o ics >got
	test "$(grep -c ^END:VCALENDAR got)" = 1
	grep -q "^SUMMARY:a.*END:VCALENDAR" got
	crm-act agenda --days 1 -o table | grep -q "a END:VCALENDAR"
'
t_exit 64 'formats there are' crm-act agenda -o pdf
done_testing
