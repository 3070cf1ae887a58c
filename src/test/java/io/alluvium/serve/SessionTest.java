package io.alluvium.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableIndex;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Setting;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.query.ResultCursor;
import io.alluvium.testkit.FakeTables;
import io.alluvium.testkit.TableStatuses;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionTest {

    private static final Schema ORDERS =
            Schema.of(new Column("_key", ColumnType.VARCHAR, false), Column.of("amount", ColumnType.decimal(18, 2)));

    private final FakeTables tables = new FakeTables();
    private final Session session = new Session(
            FakeParser::parse,
            new FakeQueries(),
            tables,
            () -> List.of(new Setting("alluvium.tables.max", "300", Setting.Origin.DEFAULT)),
            () -> List.of(new FunctionEntry("round", "scalar", "round(number, digits)")));

    @Test
    void createTakesTheDefinitionUpAndReturns() {
        assertThat(done("CREATE TABLE orders AS SELECT")).contains("orders");
        assertThat(done("CREATE OR REPLACE TABLE orders AS SELECT")).contains("orders");
        assertThat(tables.commands).containsExactly("create orders", "replace orders");
    }

    @Test
    void aTextThatIsTooLongIsRefusedBeforeItIsRead() {
        assertThatThrownBy(() -> session.parse("CREATE TABLE orders AS " + " ".repeat(1 << 20)))
                .isInstanceOfSatisfying(AlluviumException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.STATEMENT_TOO_COMPLEX);
                    assertThat(e).hasMessageContaining("1048576");
                    assertThat(e.hint().orElse("")).contains("lookup");
                });
        assertThat(session.parse("CREATE TABLE orders AS " + " ".repeat(1_000_000)))
                .isNotNull();
    }

    @Test
    void createOfAnExistingTableIsAnErrorUnlessIfNotExists() {
        tables.put(TableStatuses.of("orders", TableState.LIVE).build());

        assertThatThrownBy(() -> session.execute("CREATE TABLE orders AS", List.of()))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_TABLE));
        assertThat(done("CREATE TABLE IF NOT EXISTS orders AS")).contains("exists already");
        assertThat(tables.commands).isEmpty();
    }

    @Test
    void anIndexIsMadeAndDroppedAndItsNameIsTold() {
        assertThat(done("CREATE INDEX ON orders (amount)")).contains("orders_amount_idx");
        assertThatThrownBy(() -> session.execute("CREATE INDEX orders_amount_idx ON orders (amount)", List.of()))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_INDEX));
        assertThat(done("CREATE INDEX IF NOT EXISTS orders_amount_idx ON orders (amount)"))
                .contains("exists already");
        assertThat(done("DROP INDEX orders_amount_idx")).contains("dropped");
        assertThat(done("DROP INDEX IF EXISTS orders_amount_idx")).contains("nothing was dropped");
        assertThat(tables.commands)
                .containsExactly("index orders_amount_idx ordered orders[amount]", "drop index orders_amount_idx");
    }

    @Test
    void indexesAreShownWithHowFarTheyAre() {
        var index = new TableIndex("by_amount", new TableName("orders"), List.of("amount"), TableIndex.Kind.ORDERED);
        var both = new TableIndex("both", new TableName("orders"), List.of("_key", "amount"), TableIndex.Kind.HASH);
        tables.put(TableStatuses.of("orders", TableState.LIVE)
                .schema(ORDERS, "_key")
                .indexes(
                        new TableStatus.Index(index, TableStatus.IndexState.BUILDING, 5, 100, false),
                        new TableStatus.Index(both, TableStatus.IndexState.READY, 10, 200, true))
                .build());
        tables.put(TableStatuses.of("others", TableState.LIVE).build());

        assertThat(rows("SHOW INDEXES"))
                .containsExactly(
                        "by_amount|orders|amount|ordered|BUILDING|5|100|CREATE INDEX",
                        "both|orders|_key, amount|hash|READY|10|200|WITH")
                .isEqualTo(rows("SHOW INDEXES FROM orders"));
        assertThat(rows("SHOW INDEXES FROM others")).isEmpty();
        assertThat(rows("DESCRIBE orders")).anyMatch(row -> row.startsWith("index|by_amount|ordered|"));
        assertThatThrownBy(() -> session.execute("SHOW INDEXES FROM nothing", List.of()))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNDEFINED_TABLE));
    }

    @Test
    void dropOfAMissingTableIsAnErrorUnlessIfExists() {
        tables.put(TableStatuses.of("orders", TableState.LIVE).build());

        assertThat(done("DROP TABLE orders CASCADE")).contains("dropped");
        assertThatThrownBy(() -> session.execute("DROP TABLE orders", List.of()))
                .isInstanceOf(AlluviumException.class);
        assertThat(done("DROP TABLE IF EXISTS orders")).contains("nothing was dropped");
        assertThat(tables.commands).containsExactly("drop orders cascade");
    }

    @Test
    void pauseAndResumeNeedATable() {
        tables.put(TableStatuses.of("orders", TableState.LIVE).build());

        done("PAUSE TABLE orders");
        done("RESUME TABLE orders");

        assertThat(tables.commands).containsExactly("pause orders", "resume orders");
        assertThatThrownBy(() -> session.execute("PAUSE TABLE order", List.of()))
                .isInstanceOfSatisfying(
                        AlluviumException.class,
                        e -> assertThat(e.hint().orElse("")).contains("Perhaps you meant orders"));
    }

    @Test
    void describeTellsColumnsKeySourceAndOptionsWithTheirOrigin() {
        tables.put(TableStatuses.of("orders", TableState.LIVE)
                .schema(ORDERS, "_key")
                .size(3, 100)
                .options(new TableStatus.EffectiveOption("topic.wait.timeout", "5m", "WITH"))
                .build());

        assertThat(rows("DESCRIBE orders"))
                .containsExactly(
                        "column|_key|VARCHAR|false|1|null|null",
                        "column|amount|DECIMAL(18,2)|true|null|null|null",
                        "key|_key|null|null|null|Kafka record key|null",
                        "state|LIVE|null|null|null|3 rows|null",
                        "source|kafka|null|null|null|topic orders|null",
                        "option|topic.wait.timeout|null|null|null|5m|WITH",
                        "definition|null|null|null|null|CREATE TABLE orders AS SELECT * FROM kafka_topic('orders')|null");
    }

    @Test
    void showTablesTellsProgressLagAndWhyATableWaits() {
        tables.put(TableStatuses.of("loading", TableState.LOADING)
                .size(25, 1_000)
                .progress(new TableStatus.Progress(TableStatus.Phase.BULK, 25, 100, 10, 7.5))
                .times(Instant.ofEpochSecond(1), null, Instant.ofEpochSecond(3))
                .build());
        tables.put(TableStatuses.of("missing", TableState.WAITING)
                .retry(new TableStatus.Retry(
                        FaultCategory.TOPIC_MISSING,
                        2,
                        Instant.EPOCH,
                        Optional.of(Instant.ofEpochSecond(5)),
                        Optional.empty(),
                        "topic missing does not exist",
                        "create it",
                        "x"))
                .build());

        assertThat(rows("SHOW TABLES"))
                .containsExactly(
                        "loading|LOADING|25|1000|BULK|100|25.0|10.0|7.5|null|null|0|topic loading|null|null|null|null|null"
                                + "|1000000|null|3000000",
                        "missing|WAITING|0|0|null|null|null|null|null|null|null|0|topic missing|TOPIC_MISSING|2|5000000"
                                + "|topic missing does not exist|create it|null|null|null");
    }

    @Test
    void showListsSourcesTopicsSettingsAndFunctions() {
        tables.put(TableStatuses.of("prices", TableState.LIVE)
                .sources(new SourceDefinition.Files("/data/p.csv"))
                .build());
        tables.put(TableStatuses.of("orders", TableState.LIVE).build());
        tables.topic("orders").topic("unread");

        assertThat(rows("SHOW SOURCES"))
                .containsExactly("kafka|topic orders|orders|LIVE", "file|file /data/p.csv|prices|LIVE");
        assertThat(rows("SHOW TOPICS")).containsExactly("orders|orders", "unread|null");
        assertThat(rows("SHOW CONFIG")).containsExactly("alluvium.tables.max|300|default");
        assertThat(rows("SHOW FUNCTIONS")).containsExactly("round|scalar|round(number, digits)");
        assertThat(rows("EXPLAIN ANALYZE SELECT 1")).containsExactly("Scan orders, 3 rows");
    }

    @Test
    void parametersForAStatementThatTakesNoneAreRefused() {
        assertThatThrownBy(() -> session.execute("SHOW TABLES", List.of(1L)))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
        assertThat(tables.commands).isEmpty();
    }

    @Test
    void secretsInTextsAreMaskedAndTheRestIsLeft() {
        assertThat(Secrets.masked("WITH (\"jdbc.password\" = 'a''b', 'topic.wait.timeout' = '5s', api_token=\"t\")"))
                .isEqualTo(
                        "WITH (\"jdbc.password\" = '********', 'topic.wait.timeout' = '5s', api_token=\"********\")");
        assertThat(Secrets.masked("postgresql://app:pw@db/shop?user=app&password=pw&ssl=true"))
                .isEqualTo("postgresql://app:********@db/shop?user=app&password=********&ssl=true");
        assertThat(Secrets.masked("SELECT * FROM file:///data/a.csv WHERE a = 'b'"))
                .isEqualTo("SELECT * FROM file:///data/a.csv WHERE a = 'b'");
        assertThat(Secrets.masked("connection to http://host:8081/a@b refused"))
                .isEqualTo("connection to http://host:8081/a@b refused");
    }

    private String done(String sql) {
        return switch (session.execute(sql, List.of())) {
            case Answer.Done done -> done.message();
            case Answer.Rows rows -> throw new AssertionError(sql + " gave rows");
        };
    }

    private List<String> rows(String sql) {
        return switch (session.execute(sql, List.of())) {
            case Answer.Done done -> throw new AssertionError(sql + " gave no rows");
            case Answer.Rows answer -> text(answer.cursor());
        };
    }

    private static List<String> text(ResultCursor cursor) {
        List<String> rows = new ArrayList<>();
        for (RowBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
            for (int row = 0; row < batch.size(); row++) {
                int at = row;
                rows.add(String.join(
                        "|",
                        batch.columns().stream().map(vector -> text(vector, at)).toList()));
            }
        }
        cursor.close();
        return rows;
    }

    private static String text(Vector vector, int row) {
        if (vector.isNull(row)) {
            return "null";
        }
        return switch (vector.storage()) {
            case LONG ->
                vector.type().kind() == ColumnType.Kind.BOOLEAN
                        ? Boolean.toString(vector.getBoolean(row))
                        : Long.toString(vector.getLong(row));
            case DOUBLE -> Double.toString(vector.getDouble(row));
            case OBJECT -> vector.getText(row);
        };
    }
}
