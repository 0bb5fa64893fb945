WITH g AS (
	SELECT substr(close, 1, 7) AS month, stage, currency, count(*) AS n,
	    (sum(amount) * 100)::HUGEINT AS units,
	    (coalesce(sum(amount * probability), 0) * 100)::HUGEINT AS own,
	    (coalesce(sum(amount) FILTER (probability IS NULL), 0) * 100)::HUGEINT
		AS plain
	FROM opps()
	WHERE stage IN ('prospecting', 'qualification', 'needs', 'proposition',
	    'decision', 'proposal', 'negotiation')
	GROUP BY ALL)
SELECT month, g.stage, sum(n) AS count,
    money(sum(base(units, currency)), 100) AS amount,
    money(sum(base(own + plain * s.probability, currency)), 10000) AS weighted
FROM g JOIN stages() AS s ON s.stage = g.stage
GROUP BY month, g.stage, s.rank
ORDER BY month, s.rank;
