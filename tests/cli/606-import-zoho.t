#!/bin/sh
# import: an export of Zoho CRM ("$22,700.00", "15 Apr, 2021 00:02:00", ids of
# its own in every table), and a small twin of it.
. "${0%/*}/../lib.sh"

# sums FILE QUERY: a table f of FILE; dollars($col) is a number of cents.
sums() { sqlite3 -csv :memory: ".import '$1' f" "$2" | tr -d '\r'; }
cents="cast(round(cast(replace(replace(\"Amount\",'\$',''),',','') as real)*100) as int)"

story() {
	D=$1
	# rejects lie beside the input: not in the data
	mkdir -p "$T/in$2" && ln -sf "$D"/*.csv "$T/in$2"
	D=$T/in$2
	t "$2: people" crm-user import "$D/Users.csv" --map 'Last Name=name' --map USER_ID=ext_id
	lost=$(sums "$D/Accounts.csv" "select count(*) from f where trim(\"Account Name\")=''")
	t_exit "$([ "$lost" -gt 0 ] && echo 3 || echo 0)" "$2: accounts" crm-account import "$D/Accounts.csv" --key ext_id
	t_same "$2: those with a name are taken" "$(sums "$D/Accounts.csv" "select count(*) from f where trim(\"Account Name\")<>''")" \
		"$(crm-account list -o count)"
	t_exit 64 "$2: leads: a column that only sounds right" crm-lead import "$D/Leads.csv"
	t_err "$2: is told" "--map 'CONVERTED='"
	t_exit 64 "$2: leads: unknown sources" crm-lead import "$D/Leads.csv" --map CONVERTED=
	t_err "$2: with their counts" "source: not known: .*Trade Show \([0-9,]+\)"
	t "$2: leads" crm-lead import "$D/Leads.csv" --map CONVERTED= --create-missing status,source --value 'source:Cold Call=cold-call'
	t_same "$2: leads by source" "$(sums "$D/Leads.csv" 'select "Lead Source", count(*) from f group by 1 order by lower("Lead Source")' | tr 'A-Z ' 'a-z-' | tr -d '"')" \
		"$(crm-lead list -c source -o csv >"$T/l.csv"; sums "$T/l.csv" 'select source, count(*) from f group by 1 order by 1')"
	t_same "$2: leads by owner" "$(sums "$D/Leads.csv" 'select "Lead Owner", count(*) from f group by 1 order by 1')" \
		"$(crm-lead list -c owner.name -o csv >"$T/l.csv"; sums "$T/l.csv" 'select "owner.name", count(*) from f group by 1 order by 1')"
	t "$2: campaigns" crm-campaign import "$D/Campaigns.csv" --create-missing type,status
	t "$2: deals" crm-opp import "$D/Potentials.csv" --create-missing stage,source,campaign,lead
	t_same "$2: deals and cents by stage" "$(sums "$D/Potentials.csv" \
		"select replace(replace(replace(lower(Stage),'closed ',''),' ','-'),'/','-') s, count(*), sum($cents) from f group by s order by s")" \
		"$(crm-opp list -c stage,amount -o csv >"$T/l.csv"; sums "$T/l.csv" \
			'select stage, count(*), sum(cast(round(cast(amount as real)*100) as int)) from f group by 1 order by 1')"
	t_same "$2: no day has moved" "$(mlr --icsv --onidx put -q 'emit {"d": strftime(strptime($["Closing Date"], "%d %b, %Y %H:%M:%S"), "%Y-%m-%d")}' "$D/Potentials.csv" | sort | cksum)" \
		"$(crm-opp list -c close -o csv | sed 1d | sort | cksum)"
	t_same "$2: every deal has its lead" "$(sums "$D/Potentials.csv" "select count(*) from f where LEADID=''")" "$(crm-opp list lead: -o count)"
	head=$(git rev-parse HEAD)
	t_exit 4 "$2: a second time" crm-opp import "$D/Potentials.csv"
	t_same "$2: changes nothing" "$head" "$(git rev-parse HEAD)"
}

mkdir "$T/twin"
cat >"$T/twin/Users.csv" <<'END'
USER_ID,First Name,Last Name,Email
1001,,Rozario Diego,rozario@example.com
1002,,Tina Thomas,tina@example.com
END
cat >"$T/twin/Accounts.csv" <<'END'
ACCOUNTID,Account Name,Account Owner Id,Account Owner,Account Type,Industry,Website,Tasks Involved
2,Laura Ashley,1002,Tina Thomas,Customer,Technology,BetaPages.example,Yes
3,,1002,Tina Thomas,Prospect,Consulting,SalesFace.example,No
4,Angel's,1001,Rozario Diego,Prospect,Manufacturing,CompHotel.example,No
END
cat >"$T/twin/Campaigns.csv" <<'END'
CAMPAIGNID,Campaign Name,Type,Status,Created Time,Start Date,End Date,Expected Revenue,Budgeted Cost
24000011,All users,Conference,Planning,2021-04-25,2021-04-25,2021-05-05,$342.09K,$115.00K
24000039,Free,Email,Active,2021-04-24,2021-04-24,2021-05-08,"$1,117.10K",$273.64K
END
awk 'BEGIN {
	split("Rozario Diego,Tina Thomas", who, ","); split("Advertisement,Trade Show,Cold Call,Web", src, ",")
	print "LEADID,Last Name,Company,Lead Owner,Email,Lead Source,Lead Status,Created Time,CONVERTED"
	for (i = 1; i <= 60; i++)
		printf "%d,Name%d,\"Firm, %d\",%s,n%d@example.com,%s,%s,\"%d Apr, 2021 00:03:00\",%s\n", 4000 + i, i, i,
			who[i % 2 + 1], i, src[i % 4 + 1], i % 3 ? "Contacted" : "Junk Lead", i % 28 + 1, i % 2 ? "Yes" : "No"
}' >"$T/twin/Leads.csv"
awk 'BEGIN {
	split("Needs Analysis,Closed Won,Closed Lost,Qualification,Proposal/Price Quote", st, ",")
	split("Advertisement,Trade Show,Cold Call,Web", src, ",")
	print "Potential Name,Potential Owner,Created Time,Closing Date,Amount,Expected Revenue,Stage,Type,Lead Source,Probability,LEADID,Campaign Id"
	for (i = 1; i <= 200; i++)
		printf "\"Doe, %d\",Tina Thomas,\"%02d Apr, 2021 00:02:00\",\"%02d Dec, 2021 23:59:00\",\"$%d,%03d.%02d\",\"$1,000.00\",%s,New Business,%s,%d,%d,240000%s\n",
			i, i % 28 + 1, i % 28 + 1, i % 90 + 1, i * 37 % 1000, i % 100, st[i % 5 + 1], src[i % 4 + 1],
			i % 101, 4000 + i % 60 + 1, i % 2 ? "11" : "39"
}' >"$T/twin/Potentials.csv"
t_store twin-store --currency USD
story "$T/twin" twin
t_data crm-zoho
t_store acme --currency USD
story "$DATA" zoho
done_testing
