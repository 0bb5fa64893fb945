#!/bin/sh
# What other programs do to calendar/ is a change of the record.
. "${0%/*}/../lib.sh"
t_store

last() { git log -1 --format=%s; }
verb() { git log -1 --format=%B | sed -n 's/^Crm-Verb: //p'; }
cell() { crm-act list "id:$1" -c "$2" -o tsv | tail -n +2; }
links() { cat act-links/*/*.csv | grep -c "$1"; }
# any command that writes; the second one below adds nothing of its own
write() { crm-act set "$1" where="$2" >/dev/null; }
clean() { test -z "$(git status --porcelain -uall calendar act-links)"; }

mkdir -p "$T/.config/crm"
cat >"$T/hook" <<END
#!/bin/sh
cat >>"$T/hooked"
END
chmod +x "$T/hook"
printf '[hook]\n\tpost-set = %s\n\tpost-add = %s\n\tpost-rm = %s\n' \
    "$T/hook" "$T/hook" "$T/hook" >"$T/.config/crm/crmrc"

crm-account add Acme >"$OUT"
crm-contact add Ada account=Acme email=ada@example.org >"$OUT"
opp=$(crm-opp add 'Windows for Acme' 48k account=Acme)
task=$(crm-act add type=task subject='Send the offer' due=+2d opp="$opp")
call=$(crm-act add type=call subject=Budget start='tomorrow 10:00' \
    opp="$opp" purpose=offer)
other=$(crm-act add type=note subject=Other)
t_tick 60

# --- ticked ---
f=calendar/ana/tasks/$task.ics
: >"$T/hooked"
sed -i 's/^STATUS:.*/STATUS:COMPLETED\r/' "$f"
t 'a task is ticked by another program; readers see it at once' \
    test "$(cell "$task" state)" = done
t 'a dry run commits nothing' '
	crm-act set "$other" where=x -n
	git log -1 --format=%s | grep -v elsewhere
'
t 'the next command that writes takes it over' write "$other" here
t_same 'as a commit of its own' 'calendar: 1 changed elsewhere' \
    "$(git log -1 --skip=1 --format=%s)"
t_same 'which says what it was' "calendar outside $task" \
    "$(git log -1 --skip=1 --format=%B |
	sed -n 's/^Crm-Verb: //p; s/^Crm-Ids: //p' | paste -sd ' ' -)"
t_same 'it was completed now, wholly' "2026-11-21T10:01:00Z 100" \
    "$(crm-act list "id:$task" -c completed,percent -o tsv | tail -n +2 |
	tr '\t' ' ')"
t 'the file says so' grep -q '^COMPLETED:20261121T100100Z' "$f"
t 'the hook was told' grep -q '"state":"planned".*"state":"done"' "$T/hooked"
t 'nothing is left to commit' clean
head=$(git rev-parse HEAD)
t 'what is as it was is no change' 'crm-act set "$other" where=here'
t_same 'and no commit' "$head" "$(git rev-parse HEAD)"

# --- all that is ours was stripped ---
f=calendar/ana/events/$call.ics
sed -i '/^X-CRM/d; /^CATEGORIES/d; s/^SUMMARY:.*/SUMMARY:Budget 2\r/' "$f"
t_same 'readers show the links of what was stripped' "$opp" \
    "$(cell "$call" opp)"
t_same 'without an index, too' "$opp" "$(CRM_NOCACHE=1 cell "$call" opp)"
write "$other" there
t_same 'a writer heals it' "call,Budget 2,$opp,offer" \
    "$(crm-act list "id:$call" -c type,subject,opp,purpose -o csv |
	tail -n +2)"
t 'in the file' grep -q "^X-CRM-REF;X-CRM-TYPE=opp:$opp" "$f"
t_same 'the link stands once' 1 "$(links "$call")"
t 'nothing is left to commit' clean
sed -i "/^X-CRM-PURPOSE/d" "$f"
write "$other" 3
t_same 'one property that an editor took away is gone' '' \
    "$(cell "$call" purpose)"

# --- new ones ---
put() { # FILE UID LINE...: an event of a phone
	file=$1 uid=$2
	shift 2
	mkdir -p "${file%/*}"
	printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:phone BEGIN:VEVENT \
	    "UID:$uid" DTSTAMP:20261120T000000Z DTSTART:20261202T100000Z \
	    DTEND:20261202T110000Z "$@" END:VEVENT END:VCALENDAR >"$file"
}
e=calendar/ana/events
put $e/one.ics one@phone SUMMARY:One
put $e/two.ics two@phone SUMMARY:Two \
    "DESCRIPTION:as agreed\\ncrm:opp/$opp"
put $e/three.ics three@phone SUMMARY:Three ATTENDEE:mailto:Ada@Example.org
cp $e/one.ics one.before
: >"$T/hooked"
write "$other" 4
t_same 'three new ones' 'calendar: 3 changed elsewhere' \
    "$(git log -1 --skip=1 --format=%s)"
t 'what needs nothing keeps every byte' cmp one.before $e/one.ics
t_same 'a word in the description links' "$opp" \
    "$(crm-act list subject:Two -c opp -o tsv | tail -n +2)"
t_same 'an attendee who is a contact, and the account' 'Ada,Acme' \
    "$(crm-act list subject:Three -c contact.name,account.name -o csv |
	tail -n +2)"
t_same 'hooks were told of three' 3 \
    "$(grep '"before":null' "$T/hooked" | grep -c '"entity":"act"')"

# --- moved to another person ---
crm-user add login=bo name=Bo email=bo@example.com >"$OUT"
mkdir -p calendar/bo/events
mv $e/two.ics calendar/bo/events/two.ics
: >"$T/hooked"
write "$other" 5
t_same 'a file that was moved has another owner' 'Bo' \
    "$(crm-act list subject:Two -c owner.name -o tsv | tail -n +2)"
t 'as a change, not a new one' '! grep -q "\"before\":null" "$T/hooked"'
cp $e/one.ics calendar/bo/events/one.ics
write "$other" 6
t_same 'a copy of it counts once' 1 "$(crm-act list subject:One -o count)"
t_same 'it stays with its owner' 'Ana' \
    "$(crm-act list subject:One -c owner.name -o tsv | tail -n +2 |
	cut -c 1-3)"

# --- gone ---
put $e/past.ics past@phone SUMMARY:Past
sed -i 's/20261202/20261102/' $e/past.ics
write "$other" 7
rm $e/past.ics $e/three.ics "calendar/ana/tasks/$task.ics"
: >"$T/hooked"
write "$other" 8
t_same 'what is over or done went to the archive' \
    'Past Send the offer' "$(
	sed -n 's/\r$//; s/^SUMMARY://p' calendar/ana/archive/2026.ics |
	sort | paste -sd ' ' -)"
t_same 'and is listed as before' 1 \
    "$(crm-act list subject:Past -o count)"
t_same 'what was to come is removed' 0 \
    "$(crm-act list subject:Three -o count)"
t_same 'of which hooks hear' 1 \
    "$(grep '"after":null' "$T/hooked" | grep -c '"entity":"act"')"
t 'nothing is left to commit' clean

# --- crm commit says what it took over ---
put $e/new.ics new@phone SUMMARY:Fresh
sed -i 's/SUMMARY:One/SUMMARY:Once/' $e/one.ics
t 'after a synchronisation' crm commit
t_err 'it says what it was' \
    "calendar: 2 changed elsewhere: .*'Fresh' .new., E.* 'Once'"
t 'and not that there was nothing' '! grep -q "nothing was edited" "$ERR"'
t_exit 1 'then there is nothing' crm commit -e
t_err 'which is said' 'nothing was edited'
sed -i 's/SUMMARY:Once/SUMMARY:One/' $e/one.ics
rm $e/new.ics

# --- what cannot be read ---
put $e/bad.ics bad@phone SUMMARY:Bad
sed -i '/^END:VEVENT/d' $e/bad.ics
t 'a broken file does not stand in the way' write "$other" 9
crm-account set Acme city=Ulm >"$OUT" 2>told
t 'it is told once' '! grep -q bad.ics told'
sed -i '1s/^/x/' $e/bad.ics
crm-act add type=note subject=Last >"$OUT" 2>told
t 'what is wrong now is told with file and line' \
    grep -q "$e/bad.ics:1: .*(left alone)" told
rm $e/bad.ics
t 'commands about other records see it, too' '
	sed "s/SUMMARY:One/SUMMARY:Uno/" '$e'/one.ics >.x
	mv .x '$e'/one.ics
	crm-account add Beta
	test "$(git log -1 --skip=1 --format=%s)" = \
	    "calendar: 1 changed elsewhere"
'
# --- links of what is new: what the file says at once, the rest by a writer ---
put $e/ref.ics ref@phone SUMMARY:Referred "X-CRM-REF;X-CRM-TYPE=opp:$opp"
put $e/bare.ics bare@phone SUMMARY:Bare "X-CRM-REF:$opp"
put $e/met.ics met@phone SUMMARY:Met ATTENDEE:mailto:ada@example.org
linked() {
	crm-act list subject:"$1" -c opp.name,contact.name,account.name -o csv |
	    tail -n +2
}
deal=$(crm-opp list "id:$opp" -c name -o tsv | tail -n +2)
t_same 'a reader shows the deal that a file names' "$deal,," "$(linked Referred)"
t_same 'by its id alone, too' "$deal,," "$(linked Bare)"
t_same 'nothing of an attendee yet' ,, "$(linked Met)"
write "$other" last
t_same 'a writer links the account of the deal, too' "$deal,,Acme" \
    "$(linked Referred)"
t_same 'of both' "$deal,,Acme" "$(linked Bare)"
t_same 'and the attendee' ',Ada,Acme' "$(linked Met)"
t 'a link without a type can be taken away' '
	crm-act set "$(crm-act list subject:Bare -o ids)" opp= account=
	test "$(linked Bare)" = ,,
	! grep X-CRM-REF '$e'/bare.ics
'
done_testing
