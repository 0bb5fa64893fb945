#!/bin/sh
# check: what is wrong in calendar files, one finding a line.
. "${0%/*}/../lib.sh"
t_store
crm-user add login=bo name=Bo >/dev/null
o=$(crm-opp add Roof 48k)
other=$(crm-opp add Wall 12k)
a=$(crm-act add type=task subject=Call opp="$o")
file=calendar/ana/tasks/$a.ics links=$(ls act-links/*/*.csv)

t 'all is well' crm check
t_same 'silence' '' "$(cat "$OUT" "$ERR")"

cp "$file" "$T/saved"
sed -i 's/^VERSION.*/&\nMETHOD:REQUEST\r/' "$file"
t 'a METHOD is a note' crm check
t_same 'with its line' 1 "$(grep -c "^$file:3: note: METHOD:REQUEST" "$OUT")"
t_exit 0 'of this file alone' crm check "$file"
t_out 'too' "^$file:3: note: METHOD"
cp "$T/saved" "$file"

mkdir -p calendar/zed/tasks
for i in 1 2; do
	sed "s/^UID:.*/UID:z$i\r/; /^X-CRM-REF/d" "$file" \
	    >calendar/zed/tasks/z$i.ics
done
t 'a folder of nobody is a note' crm check
t_same 'once' 1 "$(grep -c 'note: calendar/zed is the folder of nobody' "$OUT")"
rm -r calendar/zed

mkdir -p calendar/bo/tasks
cp "$file" calendar/bo/tasks/x.ics
t_exit 65 'a UID in the calendars of two is an error' crm check
t_out 'both are named' \
    "^calendar/bo/tasks/x.ics: error: the same UID as in $file, "
sed -i 's/^UID:.*/&\nX-CRM-OWNER:ana\r/' calendar/bo/tasks/x.ics
t 'a copy is none' crm check
t_same 'nor a note' '' "$(cat "$OUT")"
rm -r calendar/bo

cp "$links" "$T/links"
sed -i "s/$o/$other/" "$links"
t 'links that disagree are a note' crm check
t_out 'both values are told' \
    "^$links:2: note: opp: $a has '$other' here and '$o' in $file"
cp "$T/links" "$links"
rm "$file"
t 'a link without its activity is a note' crm check
t_out 'with file and line' "^$links:2: note: $a is in no calendar file"
echo 'BEGIN:VCALENDAR' >"$file"
t_exit 65 'unless it may be in a file that cannot be read' crm check
t_same 'then only that is told' 1 "$(wc -l <"$OUT")"
cp "$T/saved" "$file"
t_same 'nothing was written' '' "$(git status --short)"
done_testing
