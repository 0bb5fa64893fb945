WITH g AS (
	SELECT source, stage = 'won' AS won, currency, count(*) AS n,
	    (sum(amount) * 100)::HUGEINT AS units
	FROM opps() WHERE stage <> 'lost' GROUP BY ALL)
SELECT source, 0 AS leads, 0 AS converted, NULL AS conversion,
    sum(n) FILTER (NOT won) AS open,
    money(sum(base(units, currency)) FILTER (NOT won), 100) AS open_amount,
    sum(n) FILTER (won) AS won,
    money(sum(base(units, currency)) FILTER (won), 100) AS won_amount
FROM g GROUP BY source ORDER BY source;
