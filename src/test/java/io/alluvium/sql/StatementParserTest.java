package io.alluvium.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableDefinition;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementParserTest {

    @Test
    void readsTheDefinitionsOfTheManual() {
        TableDefinition orders = define("""
                -- Kafka: waits up to five minutes for the topic, then loads it and follows it
                CREATE TABLE orders AS
                SELECT * FROM kafka_topic('orders')
                WITH ("topic.wait.timeout" = "5m", "auto.offset.reset" = "earliest");
                """);
        assertThat(orders.name()).isEqualTo(new TableName("orders"));
        assertThat(orders.sources()).containsExactly(new SourceDefinition.KafkaTopic("orders"));
        assertThat(orders.options()).isEqualTo(Map.of("topic.wait.timeout", "5m", "auto.offset.reset", "earliest"));
        assertThat(orders.sql()).startsWith("CREATE TABLE orders").endsWith("\"earliest\")");

        TableDefinition prices = define("""
                CREATE TABLE prices (symbol VARCHAR PRIMARY KEY, price DECIMAL(18,4), at TIMESTAMP) AS
                SELECT * FROM file:///data/prices-*.csv
                WITH ("file.wait.timeout" = "60s", "file.retry.interval" = "5s", "file.watch" = "true");
                """);
        assertThat(prices.declared())
                .containsExactly(
                        new Column("symbol", ColumnType.VARCHAR, false),
                        new Column("price", ColumnType.decimal(18, 4), true),
                        new Column("at", ColumnType.TIMESTAMP, true));
        assertThat(prices.primaryKey()).containsExactly("symbol");
        assertThat(prices.sources()).containsExactly(new SourceDefinition.Files("/data/prices-*.csv"));

        Statement.CreateTable revenue = create("""
                CREATE TABLE revenue AS
                SELECT c.region, COUNT(*) AS orders, SUM(o.amount) AS revenue
                FROM orders o JOIN customers c ON o.customer_id = c.id
                WHERE o.status <> 'CANCELLED'
                GROUP BY c.region;
                """);
        assertThat(revenue.definition().dependsOn())
                .containsExactly(new TableName("orders"), new TableName("customers"));
        assertThat(text(revenue))
                .contains("FROM source$0 AS o INNER JOIN source$1 AS c ON o.customer_id = c.id")
                .contains("COUNT(*) AS orders");
    }

    @Test
    void aTopicMayGoOnFromAFileOrADatabase() {
        var files = new SourceDefinition.Files("/history/*.parquet");
        var orders = new SourceDefinition.KafkaTopic("orders");
        for (String then : List.of("kafka_topic('orders')", "kafka://orders", "'kafka://orders'")) {
            TableDefinition found = define("CREATE TABLE o AS SELECT CASE WHEN a = 1 THEN 2 END AS a, id FROM"
                    + " file:///history/*.parquet THEN " + then
                    + " WITH (\"then.from.timestamp\" = '2026-01-01') WHERE CASE WHEN a = 1 THEN b END = 3");
            assertThat(found.sources()).containsExactly(new SourceDefinition.History(files, orders));
            assertThat(found.options()).isEqualTo(Map.of("then.from.timestamp", "2026-01-01"));
        }
        assertThat(define("CREATE TABLE o AS SELECT * FROM jdbc('h2:mem:a', 'orders') THEN kafka_topic('orders')")
                        .sources())
                .containsExactly(new SourceDefinition.History(new SourceDefinition.Jdbc("h2:mem:a", "orders"), orders));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '#',
            value = {
                "kafka_topic('a') THEN kafka_topic('b') -> THEN follows one file source or one database",
                "file:///a.csv THEN file:///b.csv -> only a topic can stand after THEN",
                "file:///a.csv THEN -> THEN is not followed by a topic",
                "file:///a.csv THEN orders -> THEN is not followed by a topic",
                "file:///a.csv THEN kafka_topic(orders) -> THEN is not followed by a topic",
                "file:///a.csv THEN 'orders' -> 'orders' after THEN is no source",
            })
    void whatCannotBeReadOneAfterTheOtherIsRefused(String from, String message) {
        assertThatThrownBy(() -> define("CREATE TABLE t AS SELECT * FROM " + from))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aSourceKeepsItsOwnNameAsAlias() {
        assertThat(text(create("CREATE TABLE t AS SELECT orders.amount FROM orders")))
                .isEqualTo("SELECT orders.amount FROM source$0 AS orders");
        assertThat(text(create("CREATE TABLE t AS SELECT orders.amount FROM public.orders")))
                .isEqualTo("SELECT orders.amount FROM source$0 AS orders");
        assertThat(text(create("CREATE TABLE t AS SELECT orders.amount FROM kafka_topic('orders')")))
                .isEqualTo("SELECT orders.amount FROM source$0 AS orders");
        assertThat(text(create("CREATE TABLE t AS SELECT f.x FROM file:///a.csv f")))
                .isEqualTo("SELECT f.x FROM source$0 AS f");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "file:///data/a.csv -> /data/a.csv",
                "file:///data/*.csv -> /data/*.csv",
                "file:///data/**/a?.csv -> /data/**/a?.csv",
                "file:///data//double//*/x.csv -> /data//double//*/x.csv",
                "file:///data/[a-c]*.csv -> /data/[a-c]*.csv",
                "file:///data/{a,b}.csv -> /data/{a,b}.csv",
                "file:///data/[!a,b].csv -> /data/[!a,b].csv",
                "file://data/x.csv -> data/x.csv",
                "file://./x--y.csv -> ./x--y.csv",
                "FILE:///Data/X.CSV -> /Data/X.CSV",
            })
    void fileAddressesNeedNoQuotes(String address, String path) {
        for (String written : List.of(address, "'" + address + "'", '"' + address + '"')) {
            for (String after :
                    List.of("", ";", " ;", "\n", " -- note", " /* note */", " WITH (\"file.watch\"='true')")) {
                assertThat(define("CREATE TABLE t AS SELECT * FROM " + written + after)
                                .sources())
                        .as(written + after)
                        .containsExactly(new SourceDefinition.Files(path));
            }
            assertThat(define("CREATE TABLE t AS SELECT * FROM (SELECT * FROM " + written + ") x")
                            .sources())
                    .containsExactly(new SourceDefinition.Files(path));
            assertThat(define("CREATE TABLE t AS SELECT * FROM " + written + " a, " + written + " b")
                            .sources())
                    .hasSize(2);
        }
    }

    @Test
    void theOptionsOfAnAddressAreOptionsOfTheTable() {
        TableDefinition semicolons = define("CREATE TABLE t AS SELECT * FROM file:///a.txt?format=csv&delimiter=;;");
        assertThat(semicolons.sources()).containsExactly(new SourceDefinition.Files("/a.txt"));
        assertThat(semicolons.options()).isEqualTo(Map.of("file.format", "csv", "file.delimiter", ";"));
        assertThat(define("CREATE TABLE t AS SELECT * FROM file:///a?.txt?delimiter=,&header=false WITH (key = id)")
                        .options())
                .isEqualTo(Map.of("file.delimiter", ",", "file.header", "false", "key", "id"));
        assertThat(define("CREATE TABLE t AS SELECT * FROM 'file:///a b.txt?delimiter=%09&key=id'")
                        .options())
                .isEqualTo(Map.of("file.delimiter", "\t", "key", "id"));
    }

    @Test
    void kafkaTopicsHaveThreeSpellings() {
        for (String from : List.of(
                "kafka_topic('My.topic-1')",
                "kafka://My.topic-1",
                "'kafka://My.topic-1'",
                "KAFKA_TOPIC ( 'My.topic-1' )",
                "TABLE(kafka_topic('My.topic-1'))")) {
            assertThat(define("CREATE TABLE t AS SELECT * FROM " + from).sources())
                    .as(from)
                    .containsExactly(new SourceDefinition.KafkaTopic("My.topic-1"));
        }
    }

    @Test
    void optionsMayStandAfterEverySourceAndAtTheEnd() {
        Map<String, String> options = Map.of("topic.wait.timeout", "5m");
        for (String sql : List.of(
                "CREATE TABLE t AS SELECT * FROM kafka_topic('a') WITH ('topic.wait.timeout' = '5m')",
                "CREATE TABLE t AS SELECT * FROM kafka_topic('a') WITH (\"topic.wait.timeout\" = \"5m\") WHERE x = 1",
                "CREATE TABLE t AS SELECT * FROM kafka_topic('a') x WITH (topic.wait.timeout = 5m) WHERE x = 1",
                "CREATE TABLE t AS SELECT * FROM kafka_topic('a') WITH (topic.wait.timeout = '5m') AS x WHERE x = 1",
                "CREATE TABLE t AS SELECT * FROM kafka_topic('a') WHERE x = 1 WITH (\"Topic.Wait.TIMEOUT\" = '5m')",
                "CREATE TABLE t AS SELECT * FROM kafka_topic('a') a WITH (\"topic.wait.timeout\"='5m') JOIN b ON a.x=b.x",
                "CREATE TABLE t AS SELECT * FROM b JOIN kafka_topic('a') a WITH (\"topic.wait.timeout\"='5m') ON a.x=b.x",
                "CREATE TABLE t AS SELECT * FROM a GROUP BY x WITH (\"topic.wait.timeout\"='5m') EMIT FINAL",
                "CREATE TABLE t AS SELECT * FROM a GROUP BY x EMIT FINAL WITH (\"topic.wait.timeout\"='5m')",
                "CREATE TABLE t AS SELECT * FROM (SELECT * FROM kafka_topic('a') WITH (\"topic.wait.timeout\"='5m')) x",
                "CREATE TABLE t AS SELECT * FROM a WITH /* x */ ( -- y\n'topic.wait.timeout' /**/ = /***/ '5m' /* /* */ */ )")) {
            assertThat(define(sql).options()).as(sql).isEqualTo(options);
        }
    }

    @Test
    void optionValuesAreStringsNumbersAndWords() {
        assertThat(define("CREATE TABLE t AS SELECT * FROM a WITH (a = true, b = FALSE, c = 12, d = -1.5, e = 'it''s',"
                                + " f = \"q\"\"q\", g = '', h = \"\", i = earliest, j = E'a\\tb')")
                        .options())
                .containsEntry("a", "true")
                .containsEntry("b", "FALSE")
                .containsEntry("c", "12")
                .containsEntry("d", "-1.5")
                .containsEntry("e", "it's")
                .containsEntry("f", "q\"q")
                .containsEntry("g", "")
                .containsEntry("h", "")
                .containsEntry("i", "earliest")
                .containsEntry("j", "a\tb");
    }

    @Test
    void theFormsAroundTheQueryAreRead() {
        Statement.CreateTable plain = create("create table T as select 1 as x");
        assertThat(plain.orReplace()).isFalse();
        assertThat(plain.ifNotExists()).isFalse();
        assertThat(plain.definition().emitFinal()).isFalse();
        assertThat(plain.definition().name()).isEqualTo(new TableName("t"));
        assertThat(create("CREATE OR REPLACE TABLE t AS SELECT 1 AS x").orReplace())
                .isTrue();
        assertThat(create("CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS x").ifNotExists())
                .isTrue();
        assertThat(define("CREATE TABLE \"My Table\" AS SELECT 1 AS x").name()).isEqualTo(new TableName("My Table"));
        assertThat(define("CREATE TABLE t AS SELECT * FROM a EMIT CHANGES").emitFinal())
                .isFalse();
        assertThat(define("CREATE TABLE t AS SELECT * FROM a EMIT FINAL;").emitFinal())
                .isTrue();
        assertThat(define("CREATE TABLE t AS SELECT * FROM a emit").dependsOn()).containsExactly(new TableName("a"));
        assertThat(define("CREATE TABLE if AS SELECT 1 AS x").name()).isEqualTo(new TableName("if"));
        assertThat(define("CREATE TABLE public.t AS SELECT 1 AS x").name()).isEqualTo(new TableName("t"));
    }

    @Test
    void theColumnListHasTypesAndOneKey() {
        TableDefinition definition = define("""
                CREATE TABLE t (
                  a BOOLEAN, b INTEGER, c BIGINT, d REAL, e DOUBLE PRECISION, f DOUBLE, g DECIMAL(10, 2), h NUMERIC,
                  i VARCHAR(20), j TEXT NOT NULL, k BYTEA NULL, date DATE, time TIME(3), timestamp TIMESTAMP(6),
                  l TIMESTAMPTZ, m TIMESTAMP WITH TIME ZONE, n TIMESTAMP(3) WITHOUT TIME ZONE, o UUID, p JSON,
                  "Q" CHARACTER VARYING(3), value int8, key numeric(5), "user" jsonb,
                  CONSTRAINT pk PRIMARY KEY (value, "Q")
                ) AS SELECT * FROM x
                """);
        assertThat(definition.declared().stream().map(c -> c.name() + " " + c.type() + (c.nullable() ? "" : " !")))
                .containsExactly(
                        "a BOOLEAN",
                        "b INTEGER",
                        "c BIGINT",
                        "d REAL",
                        "e DOUBLE",
                        "f DOUBLE",
                        "g DECIMAL(10,2)",
                        "h DECIMAL(38,10)",
                        "i VARCHAR",
                        "j VARCHAR !",
                        "k BYTEA",
                        "date DATE",
                        "time TIME",
                        "timestamp TIMESTAMP",
                        "l TIMESTAMPTZ",
                        "m TIMESTAMPTZ",
                        "n TIMESTAMP",
                        "o UUID",
                        "p JSON",
                        "Q VARCHAR !",
                        "value BIGINT !",
                        "key DECIMAL(5,0)",
                        "user JSON");
        assertThat(definition.primaryKey()).containsExactly("value", "Q");
        assertThat(define("CREATE TABLE t (PRIMARY KEY (id)) AS SELECT * FROM x")
                        .primaryKey())
                .containsExactly("id");
    }

    @Test
    void aSelectItemCanBeTheKey() {
        assertThat(define("CREATE TABLE t AS SELECT symbol PRIMARY KEY, price FROM x")
                        .primaryKey())
                .containsExactly("symbol");
        assertThat(define(
                                "CREATE TABLE t AS SELECT x.a PRIMARY KEY, upper(b) AS \"B\" primary key, c FROM x WHERE c > 0")
                        .primaryKey())
                .containsExactly("a", "B");
        assertThat(define("CREATE TABLE t AS WITH y AS (SELECT * FROM x) SELECT a PRIMARY KEY FROM y")
                        .primaryKey())
                .containsExactly("a");
        assertThat(text(create("CREATE TABLE t AS SELECT a PRIMARY KEY FROM x UNION ALL SELECT b FROM x")))
                .contains("UNION ALL");
    }

    @Test
    void sourcesAreFoundAtEveryDepthInTheOrderOfTheText() {
        Statement.CreateTable table = create("""
                CREATE TABLE t AS
                WITH recent AS (SELECT * FROM a), other AS (SELECT * FROM recent r JOIN b ON r.x = b.x)
                SELECT (SELECT MAX(z) FROM c) AS top
                FROM recent JOIN (SELECT * FROM kafka_topic('d')) d2 ON recent.x = d2.x
                WHERE EXISTS (SELECT 1 FROM e WHERE e.x = recent.x) AND y IN (SELECT y FROM other)
                UNION ALL SELECT x FROM file:///f.csv
                """);
        assertThat(table.definition().sources())
                .containsExactly(
                        other("a"),
                        other("b"),
                        other("c"),
                        new SourceDefinition.KafkaTopic("d"),
                        other("e"),
                        new SourceDefinition.Files("/f.csv"));
        assertThat(text(table))
                .contains("recent AS (SELECT * FROM source$0 AS a)")
                .contains("FROM recent INNER JOIN");
    }

    @Test
    void aWindowFunctionsTableIsASource() {
        Statement.CreateTable table = create(
                "CREATE TABLE t AS SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(at),"
                        + " INTERVAL '1' MINUTE)) GROUP BY window_start EMIT FINAL");
        assertThat(table.definition().sources()).containsExactly(other("orders"));
        assertThat(text(table)).contains("TABLE source$0");
    }

    @Test
    void aDatabaseIsASource() {
        Statement.CreateTable table =
                create("CREATE TABLE t AS SELECT * FROM jdbc('postgresql://x/y?password=a', 'SELECT 1 AS one') AS j");
        assertThat(table.definition().sources())
                .containsExactly(new SourceDefinition.Jdbc("postgresql://x/y?password=a", "SELECT 1 AS one"));
        assertThat(failure("CREATE TABLE t AS SELECT * FROM jdbc('postgresql://x/y')"))
                .hasMessageContaining("jdbc takes two strings");
    }

    @ParameterizedTest
    @CsvSource({
        "http('https://x/y'), http(",
        "s3://bucket/prefix/*.parquet, s3://",
        "'''s3://bucket/a b''', s3://",
        "https://x.y/z.csv, https://",
        "delta('/data'), delta(",
    })
    void otherSourcesAreRefusedByName(String source, String named) {
        assertThat(failure("CREATE TABLE t AS SELECT * FROM " + source.replace("''", "'")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FEATURE_NOT_SUPPORTED))
                .satisfies(e -> assertThat(e.position()).isEqualTo(33))
                .satisfies(e -> assertThat(e.hint().orElseThrow())
                        .contains("kafka_topic")
                        .contains("file:///"))
                .hasMessageContaining(named);
    }

    @Test
    void theOtherStatementsAreRead() {
        assertThat(StatementParser.parse(" drop table if exists a cascade ; "))
                .isEqualTo(new Statement.DropTable("drop table if exists a cascade", new TableName("a"), true, true));
        assertThat(StatementParser.parse("DROP TABLE a RESTRICT"))
                .isEqualTo(new Statement.DropTable("DROP TABLE a RESTRICT", new TableName("a"), false, false));
        assertThat(StatementParser.parse("PAUSE TABLE a"))
                .isEqualTo(new Statement.PauseTable("PAUSE TABLE a", new TableName("a")));
        assertThat(StatementParser.parse("RESUME TABLE \"A\""))
                .isEqualTo(new Statement.ResumeTable("RESUME TABLE \"A\"", new TableName("A")));
        assertThat(StatementParser.parse("DESCRIBE a"))
                .isEqualTo(new Statement.Describe("DESCRIBE a", new TableName("a")));
        assertThat(StatementParser.parse("describe table metrics"))
                .isEqualTo(new Statement.Describe("describe table metrics", new TableName("metrics")));
        for (Statement.Shown shown : Statement.Shown.values()) {
            String sql = "show " + shown.name().toLowerCase(Locale.ROOT);
            assertThat(StatementParser.parse(sql)).isEqualTo(new Statement.Show(sql, shown));
        }
    }

    @Test
    void explainHasAQueryOrATable() {
        var query = (Statement.Explain) StatementParser.parse("EXPLAIN SELECT 1");
        assertThat(query.analyze()).isFalse();
        assertThat(query.query()).isNotNull().extracting(Statement.Query::sql).isEqualTo("SELECT 1");
        assertThat(query.table()).isNull();
        assertThat(((Statement.Explain) StatementParser.parse("EXPLAIN ANALYZE SELECT 1")).analyze())
                .isTrue();
        assertThat(((Statement.Explain) StatementParser.parse("EXPLAIN (ANALYZE) SELECT 1")).analyze())
                .isTrue();
        var table = (Statement.Explain) StatementParser.parse("EXPLAIN CREATE TABLE t AS SELECT * FROM a");
        assertThat(table.table()).isNotNull().extracting(Statement::sql).isEqualTo("CREATE TABLE t AS SELECT * FROM a");
        assertThat(table.query()).isNull();
    }

    @Test
    void aQueryKeepsTheNamesOfItsTables() {
        var query = (Statement.Query) StatementParser.parse("SELECT * FROM orders o, information_schema.tables;");
        assertThat(query.sql()).isEqualTo("SELECT * FROM orders o, information_schema.tables");
        assertThat(Trees.text(query.node())).isEqualTo("SELECT * FROM orders AS o, information_schema.tables");
        assertThat(failure("SELECT * FROM kafka_topic('orders')"))
                .hasMessage("a query reads from tables, not from the topic orders")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FEATURE_NOT_SUPPORTED))
                .satisfies(e -> assertThat(e.hint().orElseThrow()).contains("CREATE TABLE"));
        assertThat(failure("SELECT * FROM file:///a.csv").position()).isEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "SELECT a::int::text, -b::bigint FROM t -> SELECT CAST(CAST(a AS INTEGER) AS VARCHAR), - CAST(b AS BIGINT) FROM t",
                "SELECT '1'::numeric(5,2) -> SELECT CAST('1' AS DECIMAL(5, 2))",
                "SELECT a::timestamptz, b::int8, c::bytea, d::uuid -> SELECT CAST(a AS TIMESTAMP WITH TIME ZONE), CAST(b AS BIGINT), CAST(c AS VARBINARY), CAST(d AS UUID)",
                "SELECT a::date, b::timestamp AS timestamp -> SELECT CAST(a AS DATE), CAST(b AS TIMESTAMP) AS timestamp",
                "SELECT a FROM t WHERE a ILIKE '%x%' -> SELECT a FROM t WHERE a ILIKE '%x%'",
                "SELECT a FROM t WHERE a NOT ILIKE 'x' LIMIT 5 -> SELECT a FROM t WHERE a NOT ILIKE 'x' FETCH NEXT 5 ROWS ONLY",
                "SELECT a FROM t LIMIT 5 OFFSET 2 -> SELECT a FROM t OFFSET 2 ROWS FETCH NEXT 5 ROWS ONLY",
                "SELECT a FROM t OFFSET 2 LIMIT 5 -> SELECT a FROM t OFFSET 2 ROWS FETCH NEXT 5 ROWS ONLY",
                "SELECT a % 2, a != 3 FROM t -> SELECT a % 2, a <> 3 FROM t",
                "SELECT A, \"A\", t.\"B\" FROM T -> SELECT a, A, t.B FROM t",
                "SELECT EXTRACT(YEAR FROM at) FROM t -> SELECT EXTRACT(YEAR FROM at) FROM t",
                "SELECT a + INTERVAL '1' DAY, INTERVAL -'2' MONTH FROM t -> SELECT a + INTERVAL '1' DAY, INTERVAL -'2' MONTH FROM t",
                "SELECT DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00' -> SELECT DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00'",
                "SELECT FLOOR(at TO MONTH), CEIL(x), POSITION('a' IN b) FROM t -> SELECT FLOOR(at TO MONTH), CEIL(x), POSITION('a' IN b) FROM t",
                "SELECT a FROM t WHERE a NOT BETWEEN -1 AND 3 -> SELECT a FROM t WHERE a NOT BETWEEN ASYMMETRIC -1 AND 3",
                "SELECT a$b, $c FROM t -> SELECT a$b, $c FROM t",
                "SELECT COUNT(DISTINCT a) FILTER (WHERE b) FROM t -> SELECT COUNT(DISTINCT a) FILTER (WHERE b) FROM t",
                "VALUES (1, 'a'), (2, NULL) -> VALUES ROW(1, 'a'), ROW(2, NULL)",
                "SELECT a.b.c, d[0], e[1].f FROM t -> SELECT a.b.c, d[0], e[1].f FROM t",
                "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t -> SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t",
                "SELECT SUM(a) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t -> SELECT SUM(a) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
                "SELECT a FROM t ORDER BY a DESC NULLS LAST -> SELECT a FROM t ORDER BY a DESC NULLS LAST",
                "SELECT SUBSTRING(a FROM 1 FOR 2), TRIM(BOTH ' ' FROM b) FROM t -> SELECT SUBSTRING(a, 1, 2), TRIM(BOTH ' ' FROM b) FROM t",
                "SELECT CASE WHEN a THEN 1 ELSE 2 END FROM t -> SELECT CASE WHEN a THEN 1 ELSE 2 END FROM t",
                "SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY b) FROM t -> SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY b) FROM t",
                "SELECT a FROM t GROUP BY ROLLUP(a), CUBE(b), GROUPING SETS ((a), (b)) -> SELECT a FROM t GROUP BY ROLLUP(a), CUBE(b), GROUPING SETS(a, b)",
                "SELECT CAST(a AS DOUBLE PRECISION), CAST(b AS VARCHAR(3)), CAST(c AS text) FROM t -> SELECT CAST(a AS DOUBLE), CAST(b AS VARCHAR(3)), CAST(c AS VARCHAR) FROM t",
                "SELECT a FROM t WHERE b IS NOT UNKNOWN AND c IS DISTINCT FROM d -> SELECT a FROM t WHERE b IS NOT UNKNOWN AND c IS DISTINCT FROM d",
                "SELECT date(a), date, left FROM (SELECT 1) x -> !",
                "SELECT date(a), date FROM t -> SELECT date(a), date FROM t",
            })
    void queriesAreReadAsPostgresReadsThem(String sql, String tree) {
        if (tree.equals("!")) {
            assertThat(failure(sql).code()).isEqualTo(ErrorCode.SYNTAX);
        } else {
            assertThat(Trees.text(((Statement.Query) StatementParser.parse(sql)).node()))
                    .isEqualTo(tree);
        }
    }

    @Test
    void parametersAreNumberedOrNot() {
        assertThat(Trees.parameters(((Statement.Query) StatementParser.parse("SELECT ? + a, ? FROM t")).node()))
                .containsExactly(0, 1);
        assertThat(Trees.parameters(
                        ((Statement.Query) StatementParser.parse("SELECT $2::int, $1 FROM t WHERE x = $2")).node()))
                .containsExactly(1, 0, 1);
        assertThat(failure("SELECT ?, $1")).hasMessageContaining("both kinds");
        assertThat(failure("SELECT $0").position()).isEqualTo(8);
    }

    @Test
    void aScriptHasManyStatements() {
        List<Statement> statements = StatementParser.parseScript("""
                ;; -- nothing
                SELECT ';' AS "a;b"; /* ; */
                CREATE TABLE t AS SELECT * FROM file:///a.csv?delimiter=;
                ;
                SHOW TABLES""");
        assertThat(statements.stream().map(Statement::sql))
                .containsExactly(
                        "SELECT ';' AS \"a;b\"",
                        "CREATE TABLE t AS SELECT * FROM file:///a.csv?delimiter=;",
                        "SHOW TABLES");
        assertThat(StatementParser.parseScript(" -- nothing\n;")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/* a */ SELECT /* b */ 1 -- c",
                "-- a\nSELECT 1",
                "/* a /* nested */ b */ SELECT 1",
                "SELECT 1 /***/",
                "SELECT/**/1",
                "SELECT /*+ not a hint */ 1",
                "SELECT 1 /* ' \" ; */",
                "SELECT 1 -- it's",
                "/** doc */SELECT 1;-- end",
            })
    void commentsStandAnywhere(String sql) {
        assertThat(Trees.text(((Statement.Query) StatementParser.parse(sql)).node()))
                .isEqualTo("SELECT 1");
    }

    private static SourceDefinition other(String name) {
        return new SourceDefinition.OtherTable(new TableName(name));
    }

    private static TableDefinition define(String sql) {
        return create(sql).definition();
    }

    private static Statement.CreateTable create(String sql) {
        return (Statement.CreateTable) StatementParser.parse(sql);
    }

    private static String text(Statement.CreateTable table) {
        return Trees.text(table.query());
    }

    static AlluviumException failure(String sql) {
        var thrown = new AlluviumException[1];
        assertThatThrownBy(() -> StatementParser.parse(sql))
                .as(sql)
                .isInstanceOfSatisfying(AlluviumException.class, e -> thrown[0] = e);
        return thrown[0];
    }

    @Test
    @Timeout(10)
    void aLongTextIsReadInTimeThatGrowsWithItsLength() {
        Statement statement = StatementParser.parse("SELECT '" + "x".repeat(12_000_000) + "'");
        assertThat(statement).isInstanceOf(Statement.Query.class);
    }
}
