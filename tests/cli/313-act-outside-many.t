#!/bin/sh
# Thousands of files that other programs changed at once, and a file of which
# not all can be taken.
. "${0%/*}/../lib.sh"
t_store
crm-account add Acme >"$OUT"
opp=$(crm-opp add 'Windows for Acme' 48k account=Acme)
other=$(crm-act add type=note subject=Other)
write() { # any command that writes
	crm-act set "$other" where="$(git rev-parse HEAD)" >/dev/null
}
clean() { test -z "$(git status --porcelain -uall calendar act-links)"; }
count() { crm-act list "$@" -o count; }
elsewhere() { git log -1 --skip=1 --format=%s; }

# --- many ---
n=2100
mkdir -p calendar/ana/events
make_all() { # MINUTE: writes all of them
	awk -v n=$n -v m="$1" 'BEGIN {
		for (i = 0; i < n; i++) {
			f = "calendar/ana/events/p" i ".ics"
			printf "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" \
			    "PRODID:phone\r\nBEGIN:VEVENT\r\nUID:p%d@phone\r\n" \
			    "DTSTART:20261202T10%s00Z\r\n" \
			    "DTEND:20261202T110000Z\r\nSUMMARY:Item %d\r\n" \
			    "END:VEVENT\r\nEND:VCALENDAR\r\n", i, m, i >f
			close(f)
		}
	}'
}
make_all 00
t 'a phone adds 2100' write
t_same 'as one commit' "calendar: $n changed elsewhere" "$(elsewhere)"
t_same 'they are listed' $n "$(count type:meet)"
t 'nothing is left to commit' clean
make_all 15
t 'it moves all of them' write
t_same 'again as one' "calendar: $n changed elsewhere" "$(elsewhere)"
t_same 'they are moved' $n "$(crm-act list -c start -o tsv | grep -c T10:15)"
rm calendar/ana/events/p*[02468].ics
t 'it deletes every second' write
t_same 'once more' "calendar: $((n / 2)) changed elsewhere" "$(elsewhere)"
t_same 'the others are there' $((n / 2)) "$(count type:meet)"
t 'nothing is left to commit' clean

# --- half of a file ---
f=calendar/ana/events/two.ics
put() { # SUBJECT OF EACH
	{
		printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:phone
		for i in one two; do
			printf '%s\r\n' BEGIN:VEVENT "UID:$i@phone" \
			    DTSTART:20261203T100000Z "SUMMARY:$1 $i" \
			    "DESCRIPTION:crm:opp/$opp" END:VEVENT
		done
		printf '%s\r\n' END:VCALENDAR
	} >$f
}
put First
t 'a file has two, with links' write
id=$(crm-act list 'subject:First two' -c id -o tsv | tail -n +2)
links=$(grep -rl "$id" act-links)
t 'which stand in two files' test "$(grep -rl "$opp" act-links | wc -l)" = 2
cp "$links" whole
printf '"torn' >>"$links"
put Second
cp $f before
t 'one of the links cannot be read: the command goes on' \
    crm-act set "$other" where=x
t_err 'the file is told of' "$f: .*(left alone)"
t 'it is left as it is, wholly' cmp before $f
t_same 'nothing of it is committed' 'SUMMARY:First one SUMMARY:First two' \
    "$(git show HEAD:$f | sed -n 's/\r$//; /^SUMMARY/p' | paste -sd ' ' -)"
cp whole "$links"
t 'once that is mended' write
t_same 'both are taken' 'calendar: 2 changed elsewhere' "$(elsewhere)"
t 'nothing is left to commit' clean
done_testing
