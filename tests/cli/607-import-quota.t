#!/bin/sh
# import: sales quotas of AdventureWorks: no header, bars between the cells,
# year and quarter in two columns, people by number; and a small twin.
. "${0%/*}/../lib.sh"

story() {
	mkdir -p "$T/in$2" && ln -sf "$1" "$T/in$2/quota.csv"
	Q=$T/in$2/quota.csv
	t_exit 64 "$2: people who are not known" crm-target import "$Q" --header id,user,,year,quarter,amount,
	t_err "$2: are counted" 'user: not known: [0-9]+ \([0-9]+\)'
	t "$2: targets" crm-target import "$Q" --header id,user,,year,quarter,amount, --create-missing user
	t_same "$2: by quarter and person" "$(awk -F'|' '{gsub("\r", ""); k = $4 "-Q" $5 "," $2; s[k] += $6} END {for (k in s) printf "%s,%.2f\n", k, s[k]}' "$Q" | sort)" \
		"$(crm-target list -c period,user.name,amount -o csv | sed 1d | awk -F, '{k = $1 "," $2; s[k] += $3} END {for (k in s) printf "%s,%.2f\n", k, s[k]}' | sort)"
	t_same "$2: their numbers stay" "$(cut -d'|' -f1 "$Q" | sort | cksum)" "$(crm-target list -c ext_id -o csv | sed 1d | sort | cksum)"
	head=$(git rev-parse HEAD)
	t "$2: by key, a second time" crm-target import "$Q" --header ext_id,user,,year,quarter,amount, --key ext_id
	t_same "$2: changes nothing" "$head" "$(git rev-parse HEAD)"
}

awk 'BEGIN {for (i = 1; i <= 40; i++)
	printf "%d|%d|2010%02d29|%d|%d|%d.0000|2010-12-29 00:00:00.000\r\n", i, 270 + i % 5, i % 12 + 1,
		2010 + int((i - 1) / 20), int((i - 1) / 5) % 4 + 1, i * 1000}' >"$T/quota.csv"
t_store twin --currency USD
story "$T/quota.csv" twin
t_data crm-adventureworks
t_store acme --currency USD
story "$DATA/data-warehouse/FactSalesQuota.csv" adventureworks
done_testing
