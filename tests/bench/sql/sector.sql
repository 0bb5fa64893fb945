WITH g AS (
	SELECT a.sector, o.currency, count(*) AS count,
	    (sum(o.amount) * 100)::HUGEINT AS units
	FROM opps() AS o LEFT JOIN accounts() AS a ON a.id = o.account
	GROUP BY ALL)
SELECT sector AS "account.sector", sum(count) AS count,
    money(sum(base(units, currency)), 100) AS amount
FROM g GROUP BY sector ORDER BY sector;
