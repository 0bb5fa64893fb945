#!/bin/sh
# The zones that are written into calendars, as another program reads them:
# python3-dateutil, against the zones of the system.
. "${0%/*}/../lib.sh"
python3 -c 'import dateutil.tz, zoneinfo' 2>/dev/null ||
    t_skip_rest 'python3-dateutil is not installed'

cat >check.py <<'END'
import io, sys, datetime, zoneinfo, dateutil.tz
name, path = sys.argv[1:]
text = open(path, newline='').read().replace('\r\n ', '').replace('\r\n', '\n')
at = text.index('BEGIN:VTIMEZONE')
text = text[at:text.index('END:VTIMEZONE') + len('END:VTIMEZONE')] + '\n'
ours = dateutil.tz.tzical(io.StringIO(text)).get()
real = zoneinfo.ZoneInfo(name)
bad = offsets = 0
t = datetime.datetime(2027, 1, 1)
seen = set()
while t < datetime.datetime(2030, 1, 1):
    first = t.replace(tzinfo=real)
    # an hour that is twice, or never, is not one instant
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        seen.add(first.utcoffset())
        if t.replace(tzinfo=ours).utcoffset() != first.utcoffset():
            bad += 1
            print(t, t.replace(tzinfo=ours).utcoffset(), first.utcoffset())
    t += datetime.timedelta(minutes=30)
print(len(seen), 'offsets,', bad, 'differ')
END
for zone in Europe/Berlin America/New_York Australia/Lord_Howe \
    America/Santiago Asia/Kolkata; do
	mkdir s && cd s || exit 1
	crm init . >"$OUT" 2>&1
	sed -i '/timezone/d' crmrc
	printf '[core]\n\ttimezone = %s\n' "$zone" >>crmrc
	crm commit >"$OUT" 2>&1
	crm-user add Ana login=ana email=ana@example.com >"$OUT" 2>&1
	crm-account add Acme owner=ana >"$OUT" 2>&1
	crm-act meet acme 2027-01-15 10:00 1h 'plan' --repeat weekly:100 \
	    --owner ana >"$OUT" 2>&1
	n=2
	[ "$zone" != Asia/Kolkata ] || n=1
	t_same "$zone: each half an hour of three years" \
	    "$n offsets, 0 differ" "$(python3 ../check.py "$zone" \
	    "$(grep -l BEGIN:VTIMEZONE calendar/*/events/*.ics | head -n 1)" |
		tail -n 1)"
	cd .. && rm -rf s
done
done_testing
