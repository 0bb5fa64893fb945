#!/bin/sh
# import: the Maven CRM set, as its lines stand in crm(7), and a small twin of
# it. What came in is compared with what awk and sqlite3 say of the files.
. "${0%/*}/../lib.sh"

# story FOLDER: the four imports, and what must come of them.
story() {
	D=$1
	t "$2: accounts" crm-account import "$D/accounts.csv" --map account=name --map subsidiary_of=parent --map office_location=country
	t "$2: products" crm-product import "$D/products.csv" --map product=name --map series=family --map sales_price=price
	t "$2: people" crm-user import "$D/sales_teams.csv" --map sales_agent=name --map regional_office=team --create-missing user
	t_exit 64 "$2: unknown values" crm-opp import "$D/sales_pipeline.csv" --key ext_id --map opportunity_id=ext_id --map sales_agent=owner --map deal_stage=stage \
		--map engage_date=start --map close_date=close --map close_value=amount
	t_err "$2: the product that is written in two ways" "--value 'product:GTXPro=GTX Pro'"
	maven "$2: deals" "$D/sales_pipeline.csv"
	t_err "$2: what is missing is counted" "$(awk -F, 'NR>1 && $5=="Lost" {n++} END {print "lost without a reason: " n}' "$D/sales_pipeline.csv" |
		sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta')"
	head=$(git rev-parse HEAD)
	maven "$2: the same file again" "$D/sales_pipeline.csv"
	t_same "$2: changes nothing" "$head" "$(git rev-parse HEAD)"

	t_same "$2: deals and amounts by stage" "$(sqlite3 -csv :memory: ".import '$D/sales_pipeline.csv' p" \
		"select case deal_stage when 'Engaging' then 'negotiation' else lower(deal_stage) end s, count(*), sum(cast(close_value as int)), count(nullif(close_value,'')) from p group by s order by s" | tr -d '\r')" \
		"$(crm-opp list -c stage,amount -o csv >"$T/l.csv"; sqlite3 -csv :memory: ".import '$T/l.csv' p" \
			"select stage, count(*), sum(cast(amount as int)), count(nullif(amount,'')) from p group by 1 order by 1" | tr -d '\r')"
	t_same "$2: won by manager" "$(sqlite3 -csv :memory: ".import '$D/sales_pipeline.csv' p" ".import '$D/sales_teams.csv' t" \
		"select manager, count(*), sum(cast(close_value as int)) from p join t using (sales_agent) where deal_stage='Won' group by 1 order by 1" | tr -d '\r')" \
		"$(crm-opp list stage:won -c owner.manager.name,amount -o csv >"$T/l.csv"; sqlite3 -csv :memory: ".import '$T/l.csv' p" \
			'select "owner.manager.name", count(*), sum(cast(amount as int)) from p group by 1 order by 1' | tr -d '\r')"
	t_same "$2: children by parent" "$(sqlite3 -csv :memory: ".import '$D/accounts.csv' a" \
		"select subsidiary_of, count(*) from a where subsidiary_of<>'' group by 1 order by 1" | tr -d '\r')" \
		"$(crm-account list -c parent.name -o csv >"$T/l.csv"; sqlite3 -csv :memory: ".import '$T/l.csv' a" \
			"select \"parent.name\", count(*) from a where \"parent.name\"<>'' group by 1 order by 1" | tr -d '\r')"
	t_same "$2: days, and the accounts and products of every deal" \
		"$(sed 's/GTXPro/GTX Pro/' "$D/sales_pipeline.csv" | mlr --icsv --ocsv --headerless-csv-output cut -o -f opportunity_id,sales_agent,product,account,engage_date,close_date | sort | cksum)" \
		"$(crm-opp list -c ext_id,owner.name,product.name,account.name,start,close -o csv | sed 1d | sort | cksum)"
	t_same "$2: a deal without a name has one" 0 "$(crm-opp list name: -o count)"
	t_same "$2: clean" '' "$(git status --porcelain; git fsck 2>&1 | grep -v dangling)"
}

maven() {
	t "$1" crm-opp import "$2" --key ext_id --map opportunity_id=ext_id --map sales_agent=owner --map deal_stage=stage \
		--map engage_date=start --map close_date=close --map close_value=amount \
		--value 'product:GTXPro=GTX Pro' --value stage:Engaging=negotiation --value stage:Prospecting=prospecting
}

mkdir "$T/twin"
cat >twin/accounts.csv <<'END'
account,sector,year_established,revenue,employees,office_location,subsidiary_of
Faxquote,telecommunications,1995,1825.82,5595,United States,Sonron
Sonron,retail,1999,1699.85,5108,United States,
Treequote,telecommunications,1988,5266.09,8595,United States,Sonron
Newex,services,1991,3012.77,8026,Germany,
END
printf 'product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n' >twin/products.csv
printf 'sales_agent,manager,regional_office\nAnna,Dustin,Central\nLaju,Dustin,Central\nVicki,Celia,West\n' >twin/sales_teams.csv
awk 'BEGIN {
	print "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
	split("Anna Laju Vicki", who); split("Won Lost Engaging Prospecting", stage)
	split("Faxquote,Sonron,Treequote,Newex", acc, ",")
	for (i = 1; i <= 1200; i++) {
		s = stage[i % 4 + 1]
		closed = s == "Won" || s == "Lost"
		printf "T%05d,%s,%s,%s,%s,%s,%s,%s\n", i, who[i % 3 + 1], i % 5 ? "GTXPro" : "GTX Basic",
			!closed && i % 7 ? "" : acc[i % 4 + 1], s,
			s == "Prospecting" ? "" : sprintf("2016-%02d-%02d", i % 12 + 1, i % 28 + 1),
			closed ? sprintf("2017-%02d-%02d", i % 12 + 1, i % 28 + 1) : "",
			s == "Won" ? i * 7 % 5000 : s == "Lost" ? 0 : ""
	}
}' >twin/sales_pipeline.csv
t_store twin-store --currency USD
story "$T/twin" twin
t_data crm-maven
t_store acme --currency USD
story "$DATA" maven
t_same 'maven: won is 4,238 deals' 4238 "$(crm-opp list stage:won -o count)"
done_testing
