SELECT id, name, stage, amount, close
FROM opps()
WHERE stage = 'won' AND source = 'web' AND amount *
    CASE currency WHEN 'EUR' THEN 100 WHEN 'USD' THEN 92 END >= 50000 * 100
ORDER BY close DESC, id LIMIT 20;
