-- Amounts in hundredths, those in USD at 0.92: whole numbers all the way.
SELECT substr(close, 1, 7) AS month, stage, count(*), sum(u) / 100,
    sum(u * CASE WHEN probability <> '' THEN CAST(probability AS INTEGER)
	ELSE CASE stage WHEN 'prospecting' THEN 10 WHEN 'qualification' THEN 20
	WHEN 'needs' THEN 30 WHEN 'proposition' THEN 40 WHEN 'decision' THEN 50
	WHEN 'proposal' THEN 65 ELSE 80 END END) / 10000
FROM (SELECT close, stage, probability, CAST(replace(amount, '.', '') AS
	INTEGER) * CASE currency WHEN 'EUR' THEN 100 ELSE 92 END AS u
    FROM opps WHERE stage NOT IN ('won', 'lost'))
GROUP BY 1, 2;
SELECT substr(close, 1, 4), (substr(close, 6, 2) + 2) / 3, owner,
    sum(CAST(replace(amount, '.', '') AS INTEGER) *
	CASE currency WHEN 'EUR' THEN 100 ELSE 92 END) / 100
FROM opps WHERE stage = 'won' GROUP BY 1, 2, 3;
SELECT source, stage = 'won', count(*),
    sum(CAST(replace(amount, '.', '') AS INTEGER) *
	CASE currency WHEN 'EUR' THEN 100 ELSE 92 END) / 100
FROM opps WHERE stage <> 'lost' GROUP BY 1, 2;
