CREATE INDEX account_id ON accounts (id);
SELECT accounts.sector, count(*),
    sum(CAST(replace(amount, '.', '') AS INTEGER) *
	CASE currency WHEN 'EUR' THEN 100 ELSE 92 END) / 100
FROM opps LEFT JOIN accounts ON accounts.id = opps.account GROUP BY 1;
