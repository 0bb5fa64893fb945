#!/bin/sh
# crm-act remind: what is up, each once, also when cron missed a run.
. "${0%/*}/../lib.sh"
t_store
crm-user add 'Bo Lind' login=bo >"$OUT"
told() { crm-act remind "$@" -o tsv -c subject,when | tail -n +2; }

t 'nothing is up' crm-act remind
t_same 'that is quiet' '' "$(cat "$OUT" "$ERR")"
t_exit 1 'with -e it says so' crm-act remind -e

crm-account add Acme >"$OUT"
crm-act add type=call subject=Budget start='tomorrow 10:00' remind=15m \
    account=Acme number=+4930123 >"$OUT"
crm-act add type=task subject=Offer due='tomorrow 10:00' >"$OUT"
t_now 2026-11-22T09:29:00Z
t_same 'the reminder is 16 minutes away' '' "$(told --within 15m)"
t_tick 60
t_same '15 minutes away it is told' 'Budget	2026-11-22T10:00:00Z' \
    "$(told --within 15m)"
t_same 'once' '' "$(told --within 15m)"
t_same 'unless asked again' 'Budget	2026-11-22T10:00:00Z' \
    "$(told --within 15m --again)"
t_now 2026-11-22T09:44:00Z
t_same 'without a reminder of its own: when it is due' '' "$(told)"
t_tick 60
t_same 'in the next 15 minutes' 'Offer	2026-11-22T10:00:00Z' "$(told)"
crm-act set Offer due='2026-11-22 12:00' >"$OUT"
t_same 'put off, it is told anew' 'Offer	2026-11-22T12:00:00Z' "$(
	CRM_NOW=2026-11-22T11:50:00Z told)"
crm-act add type=task subject=Done due='2026-11-22 13:00' >"$OUT"
crm-act set Done state=done >"$OUT"
t_same 'what is done is not told' '' "$(CRM_NOW=2026-11-22T12:50:00Z told)"

# Every minute from 8:00 to 12:00, a series among them.
crm-act add type=meet subject=Weekly start='2026-11-24 09:00' \
    end='2026-11-24 09:30' repeat=daily:3 remind='30m;5m' >"$OUT"
crm-act add type=task subject=Day due=2026-11-25 >"$OUT"
crm-act add type=call subject=Bos start='2026-11-24 10:00' owner=bo >"$OUT"
runs() {
	from=$(date -u -d "$1" +%s) to=$(date -u -d "$2" +%s)
	while [ "$from" -le "$to" ]; do
		export CRM_NOW="@$from"
		crm-act remind --within 1m -o tsv -c subject,remind | tail -n +2
		from=$((from + 60))
	done
}
t_same 'a run every minute tells each reminder once' 'Weekly	2026-11-24T08:30:00Z
Weekly	2026-11-24T08:55:00Z' "$(runs 2026-11-24T08:20:00Z 2026-11-24T09:20:00Z)"
t_same 'after missed runs nothing is left out, and nothing twice' \
    'Weekly	2026-11-25T08:30:00Z
Day	2026-11-25T09:00:00Z' \
    "$(CRM_NOW=2026-11-25T11:00:00Z crm-act remind --within 1m -o tsv \
	-c subject,remind | tail -n +2)"
t_same 'the next one again' 'Weekly	2026-11-26T08:30:00Z
Weekly	2026-11-26T08:55:00Z' "$(runs 2026-11-26T08:25:00Z 2026-11-26T09:00:00Z)"
t_same 'those of another person are theirs' 'Bos' "$(
	CRM_NOW=2026-11-24T09:55:00Z crm-act remind --user bo -o tsv \
	    -c subject | tail -n +2)"

# A program of the person's is told.
mkdir -p "$XDG_CONFIG_HOME/crm"
cat >"$T/tell" <<'END2'
#!/bin/sh
echo "$1" >>"$HOME/said"
cat >>"$HOME/said"
[ ! -e "$HOME/fail" ]
END2
chmod +x "$T/tell"
printf '[remind]\n\tcommand = %s\n' "$T/tell" >"$XDG_CONFIG_HOME/crm/crmrc"
t_now 2026-11-26T12:00:00Z
crm-act add type=call subject='Say "hi"' start='2026-11-26 12:30' \
    account=Acme number=+4930123 >"$OUT"
touch "$T/fail"
t_now 2026-11-26T12:20:00Z
t_exit 77 'a program that fails' crm-act remind
rm "$T/fail" "$T/said"
t 'is told once more' crm-act remind
t_same 'a JSON object a line' 'remind
{"when":"2026-11-26T12:30:00Z","subject":"Say \"hi\"","name":"Acme","number":"+4930123","email":"ana@example.com"}' "$(
	sed 's/"\(remind\|id\|record\|type\|owner\)":"[^"]*",//g' "$T/said")"
rm "$T/said"
crm-act remind
t 'when nothing is up it is not run' test ! -e "$T/said"
printf '[remind]\n\tcommand = tell\n' >>crmrc
t_exit 65 'a store cannot set it' crm-act remind
sed -i '/^\[remind\]/,$d' crmrc

t 'what was told long ago is forgotten' '
	CRM_NOW=2026-12-24T12:00:00Z crm-act remind
	! grep -q "^told.[a-z]" .git/crm/told
'
echo nonsense >.git/crm/told
t 'a torn file is no harm' crm-act remind
t_exit 64 'a duration that is none' crm-act remind --within soon
done_testing
