-- The store's files as tables, the fastest way that DuckDB has to read them:
-- no guessing, text for all but the numbers. Macros cost nothing until used.
SET preserve_insertion_order = false;
CREATE MACRO opps() AS TABLE
SELECT * FROM read_csv('opps/**/*.csv', header = true, auto_detect = false,
	delim = ',', quote = '"', escape = '"', new_line = '\n', columns = {
	'id': 'VARCHAR', 'stage': 'VARCHAR', 'close': 'VARCHAR',
	'owner': 'VARCHAR', 'source': 'VARCHAR', 'note': 'VARCHAR',
	'name': 'VARCHAR', 'account': 'VARCHAR', 'territory': 'VARCHAR',
	'currency': 'VARCHAR', 'amount': 'DECIMAL(12,2)', 'reason': 'VARCHAR',
	'product': 'VARCHAR', 'probability': 'SMALLINT', 'type': 'VARCHAR',
	'start': 'VARCHAR', 'competitor': 'VARCHAR', 'created': 'VARCHAR',
	'tags': 'VARCHAR' });
CREATE MACRO accounts() AS TABLE
SELECT * FROM read_csv('accounts/**/*.csv', header = true, auto_detect = false,
	delim = ',', quote = '"', escape = '"', new_line = '\n', columns = {
	'id': 'VARCHAR', 'country': 'VARCHAR', 'name': 'VARCHAR',
	'sector': 'VARCHAR', 'owner': 'VARCHAR', 'parent': 'VARCHAR',
	'employees': 'VARCHAR', 'phone': 'VARCHAR', 'website': 'VARCHAR',
	'note': 'VARCHAR' });
CREATE MACRO users() AS TABLE
SELECT * FROM read_csv('config/users.csv', header = true, all_varchar = true);
CREATE MACRO targets() AS TABLE
SELECT * FROM read_csv('config/targets.csv', header = true, columns = {
	'id': 'VARCHAR', 'period': 'VARCHAR', 'user': 'VARCHAR',
	'amount': 'DECIMAL(12,2)', 'currency': 'VARCHAR' });
CREATE MACRO stages() AS TABLE
SELECT *, row_number() OVER () AS rank
FROM read_csv('config/stages.csv', header = true, columns = {
	'pipeline': 'VARCHAR', 'stage': 'VARCHAR', 'label': 'VARCHAR',
	'state': 'VARCHAR', 'probability': 'HUGEINT' });
-- Hundredths of a currency in those of the base currency, exact: x 100.
CREATE MACRO base(units, currency) AS
	units * CASE currency WHEN 'EUR' THEN 100 WHEN 'USD' THEN 92 END;
-- Rounded once, half away from zero (nothing here is below zero).
CREATE MACRO money(x, scale) AS
	((x + scale // 2) // scale)::DECIMAL(36,0) * 0.01::DECIMAL(2,2);
