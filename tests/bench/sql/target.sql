WITH won AS (
	SELECT period, owner, money(sum(base(units, currency)), 100) AS won
	FROM (SELECT substr(close, 1, 4) || '-Q' ||
		((substr(close, 6, 2)::TINYINT + 2) // 3) AS period, owner,
		currency, sum(units)::HUGEINT AS units
	    FROM (SELECT substr(close, 1, 7) AS close, owner, currency,
		    (sum(amount) * 100)::HUGEINT AS units
		FROM opps() WHERE stage = 'won' GROUP BY ALL)
	    GROUP BY ALL)
	GROUP BY ALL),
target AS (
	SELECT period, "user" AS owner,
	    money(sum(base((amount * 100)::HUGEINT, currency)), 100) AS target
	FROM targets() GROUP BY ALL),
both_sides AS (
	SELECT period, owner, coalesce(target, 0.00) AS target,
	    coalesce(won, 0.00) AS won
	FROM target FULL JOIN won USING (period, owner))
SELECT period, u.name AS owner, target, won,
    CASE WHEN target > 0 THEN
	(((won * 100)::HUGEINT * 2000 + (target * 100)::HUGEINT) //
	    ((target * 100)::HUGEINT * 2))::DECIMAL(36,0) * 0.1::DECIMAL(1,1)
    END AS percent,
    target - won AS gap
FROM both_sides JOIN users() AS u ON u.id = owner
ORDER BY period, u.name;
