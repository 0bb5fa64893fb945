#!/bin/sh
# crm-report over the sample store, against sqlite3 over the same files.
. "${0%/*}/../lib.sh"

sh "$repo/share/example/make.sh" "$T/store" >"$OUT" 2>"$ERR" || cat "$ERR"
cd "$T/store" || exit 1
for t in opps leads; do
	mlr --csv unsparsify "$t"/*/*.csv >"$T/$t.csv"
done
rows() { crm-report "$@" -o csv 2>"$ERR" | tail -n +2; }

# Amounts in cents; a dollar is 0.8960 euro since 2 November. w: times chance.
# Rounded once per line of the report.
cat >"$T/schema" <<END
.mode csv
.import $T/opps.csv o
.import $T/leads.csv l
.import config/stages.csv s
.import config/users.csv u
.import config/targets.csv t
CREATE VIEW d AS SELECT o.*, s.state AS st,
  CAST(replace(amount, '.', '') AS INTEGER) AS c,
  CASE o.currency WHEN 'USD' THEN 896 ELSE 1000 END AS r,
  CAST(CASE o.probability WHEN '' THEN s.probability ELSE o.probability END
    AS INTEGER) AS p
  FROM o JOIN s ON s.pipeline = o.pipeline AND s.stage = o.stage;
END
sql() { { cat "$T/schema"; cat; } | sqlite3 -batch :memory: | tr -d '\r"'; }
E='printf("%d.%02d", x / 100, x % 100)'

t_same 'pipeline' "$(sql <<END | sort
SELECT m, stage, n, $E, printf('%d.%02d', w / 100, w % 100) FROM (
  SELECT substr(close, 1, 7) AS m, stage, count(*) AS n,
    (sum(c * r) + 500) / 1000 AS x, (sum(c * r * p) + 50000) / 100000 AS w
  FROM d WHERE st = 'open' GROUP BY 1, 2);
END
)" "$(rows pipeline | sort)"
t_err 'the rate is named' 'USD = 0.8960 EUR \(2026-11-02\)'
t_same 'stage' "$(sql <<END | sort
SELECT stage, n, $E FROM (SELECT stage, count(*) AS n,
  (sum(c * r) + 500) / 1000 AS x FROM d GROUP BY 1);
END
)" "$(rows stage | sort)"
t_same 'source: leads and won deals' "$(sql <<END | sort
SELECT source, (SELECT count(*) FROM l WHERE l.source = d.source),
  (SELECT count(*) FROM l WHERE l.source = d.source AND status = 'converted'),
  n, $E FROM (SELECT source, sum(st = 'won') AS n,
    (sum(c * r * (st = 'won')) + 500) / 1000 AS x FROM d GROUP BY 1) d;
END
)" "$(crm-report source -o csv 2>/dev/null | mlr --icsv --ocsv \
    --headerless-csv-output cut -o -f source,leads,converted,won,won_amount |
    sort)"
t_same 'target by owner' "$(sql <<END | sort
SELECT name, (CAST(replace(t.amount, '.', '') AS INTEGER) / 100) || '.00',
  (SELECT printf('%d.%02d', x / 100, x % 100) FROM
    (SELECT (coalesce(sum(c * r), 0) + 500) / 1000 AS x FROM d
      WHERE owner = u.id AND st = 'won' AND close BETWEEN '2026-10-01'
      AND '2026-12-31'))
  FROM t JOIN u ON u.id = t.user WHERE t.period = '2026-Q4';
END
)" "$(rows target --period 2026-Q4 | mlr --csv --implicit-csv-header \
    --headerless-csv-output filter '$3 > 0' then cut -o -f 2,3,4 | sort)"
t_same 'a filter on a field of another record' "$(sql <<END
SELECT count(*) FROM d JOIN u ON u.id = d.owner
  WHERE st = 'open' AND u.team = 'South';
END
)" "$(rows pipeline owner.team:South | mlr --csv --implicit-csv-header \
    --headerless-csv-output stats1 -a sum -f 3)"
t_same 'rows from a pipe' "$(rows stage product.family:Doors)" "$(
	crm-opp list product.family:Doors -o ids | rows stage -)"
git clone -q . ../then && git -C ../then checkout -q \
    "$(git rev-list -1 --first-parent --before=2026-10-31T23:59:59Z HEAD)"
t_same 'as of a day is what the files were then' \
    "$(cd ../then && CRM_NOW=2026-10-31T12:00:00Z rows pipeline)" \
    "$(rows pipeline --as-of 2026-10-31)"
t_exit 66 'before the first commit there is no store' \
    crm-report pipeline --as-of 2026-09-30
t_exit 64 'no such report' crm-report pipline
t_err 'the nearest is told' 'pipeline'
t_same 'columns, order and number of rows as asked' \
    "$(crm-report stage -o csv | mlr --icsv --ocsv sort -nr amount then \
	head -n 2 then cut -o -f amount,stage)" \
    "$(crm-report stage -o csv -c amount,stage -s amount- --limit 2)"
t_exit 64 'no such column' crm-report stage -c amuont
t_same 'the unit names its column' quarter \
    "$(crm-report pipeline --unit quarter -o csv | sed -n '1s/,.*//p')"
t_same 'without deals a report is empty' 'stage,count,amount' \
    "$(crm-report stage name~nothing -o csv)"
t_exit 1 'which -e tells' crm-report stage name~nothing -e
t 'several fields' crm-report pipeline --by owner,stage -u quarter -o csv
t_out 'leave the month, in its unit' '^quarter,owner,stage,'
t 'one after the other' crm-report pipeline -b owner -b stage -o csv
t_out 'is the same' '^month,owner,stage,'
t 'a group of its own' crm-report pipeline --by stage,month -o csv
t_out 'means exactly these' '^stage,month,count'
t_exit 64 'a unit of nothing' crm-report stage -u month
t 'the title' crm-report stage --by account.country -o table
t_out 'follows' '^Deals by account.country$'
foot() { crm-report stage -o table "$@" 2>&1 | grep '^Deals by stage at '; }
edited='^Deals by stage at [0-9a-f]{7} [+] local changes, amounts in EUR'
t 'the foot names the commit' 'foot | grep -Eq "^Deals by stage at $(git rev-parse HEAD | cut -c 1-7),"'
opps=$(find opps -name '*.csv' | head -n 1)
cp "$opps" ../opps.csv
sed -i '2s/prospecting/negotiation/; 2s/$/ /' "$opps"
t 'and that data was edited since' 'foot | grep -Eq "$edited"'
t 'staged too' 'git add -A; foot | grep -Eq "$edited"; git reset -q'
t 'not of what is read as of a commit' '! foot --as-of HEAD | grep -q local'
cp ../opps.csv "$opps"
t 'nor where all is as it was' '! foot | grep -q local'
t 'nor for a file that is none of the store' 'touch letter.txt; ! foot | grep -q local; rm letter.txt'
t 'a new file of data' 'head -n 1 "$opps" >opps/2020.csv; mkdir -p opps/2020; mv opps/2020.csv opps/2020/01.csv; foot | grep -Eq "$edited"; rm -r opps/2020'
t 'settings' 'echo "# mine" >>crmrc; foot | grep -Eq "$edited"; git checkout -q crmrc'
t 'a file that is gone' 'rm "$opps"; foot | grep -Eq "$edited"; cp ../opps.csv "$opps"'
done_testing
