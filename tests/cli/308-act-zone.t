#!/bin/sh
# A user with a zone of her own types and reads times of day in it; what
# decides days is the store's.
. "${0%/*}/../lib.sh"
[ -e /usr/share/zoneinfo/Asia/Amman ] || t_skip_rest 'no tz database'
t_store acme --currency EUR --timezone Europe/Berlin

crm-user add name='Bo Berg' login=bo email=bo@example.com zone=Asia/Amman \
    >"$OUT"
acme=$(crm-account add 'Acme GmbH')
as() { (
	export LOGNAME="$1" USER="$1"
	shift
	"$@"
); }
cell() { crm-act list "id:$1" -c "$2" -o csv | tail -n +2; }

# In Amman it is three hours later than UTC, in Berlin in winter one.
t 'nine in Amman' "as bo crm-act call $acme wed 9:00 Budget >../id"
id=$(cat ../id)
t_same 'is six in UTC' '2026-11-25T06:00:00Z,2026-11-25T06:15:00Z' \
    "$(cell "$id" start,end)"
t 'what is understood names the zone' \
    as bo crm-act call "$acme" wed 11:00 -n
t_err 'behind the time' 'Wed 25 Nov 2026 11:00-11:15 \(Asia/Amman\)'
t 'not where it is the store'"'s" crm-act call "$acme" wed 11:00 -n
t_same 'no word of a zone' 0 "$(grep -c 'Berlin' "$ERR")"
t_same 'Bo reads her time' '2026-11-25 09:00' \
    "$(as bo crm-act list Budget -c start -o table | tail -n 1 |
	sed 's/ *$//')"
t_same 'Ana hers' '2026-11-25 07:00' \
    "$(crm-act list Budget -c start -o table | tail -n 1 | sed 's/ *$//')"
t_same 'programs read UTC' 2026-11-25T06:00:00Z "$(
	as bo crm-act list Budget -c start -o csv | tail -n 1)"
t_same 'show has her time' 1 "$(as bo crm-act show "$id" -o table |
	grep -ci '^start *2026-11-25 09:00')"
t_same 'so has the agenda' 1 "$(as bo crm-act agenda wed -o table |
	grep -c '09:00-09:15')"

t 'moved' as bo crm-act move "$id" 10:00
t_same 'by her clock' 2026-11-25T07:00:00Z "$(cell "$id" start)"
t 'moved to a day' as bo crm-act move "$id" thu
t_same 'the hour is hers' 2026-11-26T07:00:00Z "$(cell "$id" start)"
t 'set' as bo crm-act set "$id" start='thu 0:30'
t_same 'her Thursday begins on Wednesday in UTC' 2026-11-25T21:30:00Z \
    "$(cell "$id" start)"
t 'by a day' as bo crm-act move "$id" +1d
t_same 'the hour stays' 2026-11-26T21:30:00Z "$(cell "$id" start)"

t 'a task that is due' "as bo crm-act task $acme fri 17:00 offer >../id"
t_same 'at her five' 2026-11-27T14:00:00Z "$(cell "$(cat ../id)" due)"
t 'done by then' as bo crm-act done "$(cat ../id)" --at '2026-11-20 12:00'
t_same 'at her noon' 2026-11-20T09:00:00Z "$(cell "$(cat ../id)" completed)"
t 'a reminder' "as bo crm-act call $acme tue 9:00 r --remind '2026-11-23 9:00' >../id"
t_same 'at her time' 2026-11-23T06:00:00Z "$(cell "$(cat ../id)" remind)"
t_same 'it rings, and she reads her time' '2026-11-24 09:00' "$(
	export CRM_NOW=2026-11-23T06:00:00Z
	as bo crm-act remind -c when -o table | tail -n 1 | sed 's/ *$//')"
t_same 'overdue, too' 1 "$(
	export CRM_NOW=2026-11-27T06:00:00Z
	as bo crm-act overdue -c due -o table | grep -c '^2026-11-24 09:15')"
# Bo works from 9:00 to 17:00 in Amman.
t_same 'free shows it' '2026-11-23 09:00' "$(
	as bo crm-act free bo 1h mon -c start -o table | tail -n 1 |
	sed 's/ *$//')"

# What repeats keeps the hour of her clock; in Berlin it is another in summer.
t 'a series' "as bo crm-act meet $acme 2026-03-02 10:00 s --repeat weekly:10 \
    --owner bo >../id"
t_same 'in her zone' Asia/Amman "$(cell "$(cat ../id)" zone)"
t 'one of it' as bo crm-act cancel "$(cat ../id)" --on 2026-03-09
t_same 'is called off' '2026-03-09T07:00:00Z -' \
    "$(cell "$(cat ../id)" exceptions)"

# Commits.
t_same 'the log has her clock' 1 "$(as bo crm-act log "$id" -o table | grep -c '^[0-9a-f]* .* 13:00 ' | sed 's/^[1-9]$/1/')"

# What decides days is one for all.
crm-act call "$acme" '2026-12-01 23:30' night --owner bo >"$OUT"
t_same 'a filter asks for days of the store' night \
    "$(as bo crm-act list start:2026-12-01 -c subject -o csv | tail -n +2)"
done_testing
