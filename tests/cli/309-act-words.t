#!/bin/sh
# What looks like a day, a time or a duration and is none, is no subject.
. "${0%/*}/../lib.sh"
t_store

acme=$(crm-account add 'Acme GmbH')
while IFS='|' read -r words said; do
	# shellcheck disable=SC2086
	eval "t_exit 64 \"$words\" crm-act call $acme $words -n"
	t_err 'what is understood is said' "$said"
done <<'END'
20261201|is no date; write 2026-12-01 or 1\.12\.2026.*subject='20261201'
2026-12-1|is no date
'2027-02-30 10:00'|is no date
2027-02-30 10:00|is no date
31.11. 10:00|is no date
9-10|write 9:00 1h, or 9:00-10:00
1.3h|1h30 or 1\.5h
fri 10:00 -30m|how long it takes is said as 30m
fri 10:00 0m|is no duration
fri 9:00 90|write 90m
tue-wed|tue 2d
montag 9:00|'montag' is no day
'montag 9:00'|'montag' is no day
END
t_exit 64 'not found, it is said what it is' crm-act call 2026-12-1
t_err 'as a date' 'is no date'
for words in 'fri 9:00 20261201x' 'fri budget 9:00' \
    'fri 9:00 subject=9-10' 'fri 9:00 0800-4711000'; do
	# shellcheck disable=SC2086
	t "$words" crm-act call "$acme" $words -n
done
t 'dots say that the day comes first' crm-act call "$acme" 24.11.2026 10:00 \
    1.5h -n
t_err 'and 1.5h how long' 'Tue 24 Nov 2026 10:00-11:30'
t 'quoted' crm-act call "$acme" '24.12. 10:00' -n
t_err 'the next such day' 'Thu 24 Dec 2026 10:00'
t 'also where time is looked for' crm-act free ana 1.5h mon
t_exit 0 'where there is none' script -qec 'crm-act free ana 10h mon' /dev/null
t_out 'who, what and when is said' 'ana has no free 10h on mon'
done_testing
