-- Tables over the sample files beside this folder. Every *.sql file here is read in name order.
-- A table over your own Kafka topic is one statement more:
--
--   CREATE TABLE orders AS SELECT * FROM kafka_topic('orders') WITH ("topic.wait.timeout" = "5m");

-- a CSV file with a header: columns and their types come from the data, the key is the column id
CREATE TABLE customers AS
SELECT * FROM 'file://${CONFIG_DIR}/data/customers.csv';

-- one JSON object a line
CREATE TABLE trades AS
SELECT * FROM 'file://${CONFIG_DIR}/data/trades.jsonl';

-- one JSON array
CREATE TABLE countries AS
SELECT * FROM 'file://${CONFIG_DIR}/data/countries.json';

-- a selection of a table: always as current as the table below it
CREATE TABLE large_trades AS
SELECT id, symbol, price * quantity AS amount, at
FROM trades
WHERE price * quantity > 50000;

-- an aggregation of a table, exact under updates and deletes
CREATE TABLE positions AS
SELECT symbol, COUNT(*) AS trades, SUM(quantity) AS quantity, SUM(price * quantity) AS turnover,
       MIN(price) AS lowest, MAX(price) AS highest
FROM trades
GROUP BY symbol;
