-- What ./alluvium demo shows. DEMO_DIR is the folder of the demo's files, under --data.

-- a Kafka topic that the demo's generator writes to
CREATE TABLE orders AS
SELECT * FROM kafka_topic('orders')
WITH ("topic.wait.timeout" = "2m");

-- a CSV file that grows
CREATE TABLE prices (symbol VARCHAR PRIMARY KEY, price DECIMAL(18,4), at TIMESTAMP) AS
SELECT * FROM 'file://${DEMO_DIR}/prices.csv'
WITH ("file.wait.timeout" = "2m", "file.watch" = "true", "file.watch.interval" = "500ms");

-- a topic that appears some seconds after the start: watch it go from WAITING over LOADING to LIVE
CREATE TABLE shipments AS
SELECT * FROM kafka_topic('shipments')
WITH ("topic.wait.timeout" = "5m", "topic.retry.interval" = "1s");

-- a table of a database, followed by the time of the last change
CREATE TABLE customers AS
SELECT * FROM jdbc('h2:file:${DEMO_DIR}/shop', 'customers')
WITH ("jdbc.wait.timeout" = "2m", "jdbc.incremental.column" = "updated_at", "jdbc.poll.interval" = "500ms");

-- a file with a line that cannot be a row: see suppliers__errors
CREATE TABLE suppliers (id BIGINT PRIMARY KEY, name VARCHAR, since DATE) AS
SELECT * FROM 'file://${DEMO_DIR}/suppliers.csv'
WITH ("file.wait.timeout" = "2m");

-- a selection of a table
CREATE TABLE open_orders AS
SELECT customer, symbol, quantity FROM orders WHERE status IN ('NEW', 'PAID');

-- an aggregation of a table, exact while orders change their status
CREATE TABLE orders_by_status AS
SELECT status, COUNT(*) AS orders, SUM(quantity) AS quantity, MAX(amount) AS largest
FROM orders
GROUP BY status;
