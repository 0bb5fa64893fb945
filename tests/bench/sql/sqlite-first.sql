SELECT id, name, stage, amount, close FROM opps
WHERE stage = 'won' AND source = 'web' AND
    CAST(replace(amount, '.', '') AS INTEGER) *
    CASE currency WHEN 'EUR' THEN 100 ELSE 92 END >= 50000 * 10000
ORDER BY close DESC, id LIMIT 20;
