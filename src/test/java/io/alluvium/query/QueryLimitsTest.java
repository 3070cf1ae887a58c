package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QueryLimitsTest {

    private static final String ENDLESS =
            "SELECT COUNT(*) FROM numbers a, numbers b, numbers c, numbers d WHERE a.n + b.n + c.n + d.n < 0";

    private static Database database(QueryLimits limits) {
        var rows = new ArrayList<@Nullable Object[]>();
        for (long n = 0; n < 5000; n++) {
            rows.add(new @Nullable Object[] {n, "text " + n});
        }
        Schema schema = Schema.of(new Column("n", ColumnType.BIGINT, false), Column.of("s", ColumnType.VARCHAR));
        return new Database(limits).put("numbers", schema, 1, rows);
    }

    private static void assertFails(ThrowingCallable action, ErrorCode code, String part) {
        assertThatThrownBy(action).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(part);
        });
    }

    @Test
    void aQueryEndsAtItsTimeout() {
        try (Database database = database(QueryLimits.defaults().withStatementTimeout(Duration.ofMillis(50)))) {
            assertFails(() -> database.rows(ENDLESS), ErrorCode.QUERY_CANCELED, "50 ms");
            assertThat(database.metric("alluvium_queries_total{outcome=\"canceled\"}"))
                    .isEqualTo(1);
            assertThat(database.metric("alluvium_queries_running")).isZero();
        }
    }

    @Test
    void closingTheCursorCancelsTheQuery() throws Exception {
        try (Database database = database(QueryLimits.defaults())) {
            ResultCursor cursor = database.engine.execute(Database.parse(ENDLESS), List.of());
            var started = new CountDownLatch(1);
            CompletableFuture<@Nullable RowBatch> reading = CompletableFuture.supplyAsync(() -> {
                started.countDown();
                return cursor.next();
            });
            started.await();
            cursor.close();

            assertThatThrownBy(reading::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_CANCELED));
            assertThat(database.metric("alluvium_queries_running")).isZero();
        }
    }

    @Test
    void interruptingTheThreadCancelsTheQuery() {
        try (Database database = database(QueryLimits.defaults())) {
            ResultCursor cursor = database.engine.execute(Database.parse(ENDLESS), List.of());
            Thread.currentThread().interrupt();
            try {
                assertFails(cursor::next, ErrorCode.QUERY_CANCELED, "canceled");
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }

    @Test
    void whatDoesNotFitIntoMemoryIsRefused() {
        try (Database database = database(QueryLimits.defaults().withMaxBytes(200_000))) {
            assertFails(() -> database.rows("SELECT * FROM numbers ORDER BY s"), ErrorCode.MEMORY_LIMIT, "200000");
            assertFails(
                    () -> database.rows("SELECT s, COUNT(*) FROM numbers GROUP BY s"),
                    ErrorCode.MEMORY_LIMIT,
                    "200000");
            assertFails(
                    () -> database.rows("SELECT COUNT(*) FROM numbers a JOIN numbers b ON a.s = b.s"),
                    ErrorCode.MEMORY_LIMIT,
                    "200000");
            assertThat(database.column("SELECT n FROM numbers ORDER BY s LIMIT 2"))
                    .containsExactly(0L, 1L);
            assertThat(database.rows("SELECT * FROM numbers")).hasSize(5000);
        }
    }

    @Test
    void onlySoManyQueriesRunAtATime() {
        var limits = new QueryLimits(Duration.ofSeconds(30), 1, 0, 1 << 20);
        try (Database database = database(limits)) {
            ResultCursor open = database.engine.execute(Database.parse("SELECT n FROM numbers"), List.of());

            assertFails(() -> database.rows("SELECT 1"), ErrorCode.TOO_MANY_QUERIES, "1 queries are running");
            open.close();

            assertThat(database.column("SELECT 1")).containsExactly(1L);
        }
    }

    @Test
    void aWaitingQueryRunsWhenAnotherEnds() {
        var limits = new QueryLimits(Duration.ofSeconds(30), 1, 1, 1 << 20);
        try (Database database = database(limits)) {
            ResultCursor open = database.engine.execute(Database.parse("SELECT n FROM numbers"), List.of());
            var waiting = CompletableFuture.supplyAsync(() -> database.column("SELECT 1"));
            open.close();

            assertThat(waiting.join()).containsExactly(1L);
        }
    }

    @Test
    void aQueryReadsTheTableAsItWasAtItsStart() {
        try (Database database = database(QueryLimits.defaults())) {
            ResultCursor cursor = database.engine.execute(Database.parse("SELECT n FROM numbers"), List.of());
            database.store("numbers").clear(0);

            assertThat(Database.read(cursor)).hasSize(5000);
            assertThat(database.rows("SELECT n FROM numbers")).isEmpty();
        }
    }

    @Test
    void aLongAnswerComesInBatches() {
        try (Database database = database(QueryLimits.defaults().withMaxBytes(1))) {
            int batches = 0;
            long rows = 0;
            try (ResultCursor cursor = database.engine.execute(
                    Database.parse("SELECT n, s || '!' FROM numbers WHERE n > 10"), List.of())) {
                for (RowBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
                    assertThat(batch.size()).isBetween(1, RowBatch.DEFAULT_ROWS);
                    batches++;
                    rows += batch.size();
                }
            }
            assertThat(rows).isEqualTo(4989);
            assertThat(batches).isGreaterThan(1);
        }
    }

    @Test
    void sortingKeepsEqualRowsInTheirOrderAndTheBestOfManyRows() {
        try (Database database = database(QueryLimits.defaults())) {
            List<@Nullable Object> all = database.column("SELECT n FROM numbers ORDER BY n / 100 DESC, n");
            assertThat(all.subList(0, 3)).containsExactly(4900L, 4901L, 4902L);
            assertThat(database.column("SELECT n FROM numbers ORDER BY n / 100 DESC, n LIMIT 3 OFFSET 99"))
                    .containsExactly(4999L, 4800L, 4801L);
        }
    }

    @Test
    void aDeeplyNestedConditionIsAnsweredOrRefused() {
        try (Database database = database(QueryLimits.defaults())) {
            String sql = "SELECT COUNT(*) FROM numbers WHERE " + "NOT (".repeat(300) + "n = 1" + ")".repeat(300);
            assertThat(database.column(sql)).containsExactly(1L);
        }
    }

    @Test
    void textsThatFunctionsMakeCountAsMemoryOfTheQuery() {
        try (Database database = database(QueryLimits.defaults().withMaxBytes(20_000_000))) {
            for (String text : List.of(
                    "repeat(s, 10000)",
                    "repeat('x', 100000)",
                    "s || repeat('x', 100000)",
                    "lpad(s, 100000)",
                    "replace(s, 't', repeat('x', 100000))",
                    "concat(s, repeat('x', 100000))",
                    "regexp_replace(s, 't', repeat('x', 100000))",
                    "CASE WHEN n > 1 THEN repeat('x', 100000) END")) {
                for (String sql : List.of(
                        "SELECT " + text + " FROM numbers",
                        "SELECT n FROM numbers WHERE length(" + text + ") > 0",
                        "SELECT n FROM numbers ORDER BY " + text,
                        "SELECT COUNT(*) FROM numbers GROUP BY " + text,
                        "SELECT MIN(" + text + ") FROM numbers GROUP BY n")) {
                    assertFails(() -> database.rows(sql), ErrorCode.MEMORY_LIMIT, "20000000");
                }
            }
            assertThat(database.rows("SELECT repeat('x', 100000) FROM numbers WHERE n < 20"))
                    .hasSize(20);
        }
    }

    @Test
    void textsCountOnlyWhileTheyAreHeld() {
        try (Database database = database(QueryLimits.defaults().withMaxBytes(3_000_000))) {
            assertThat(database.column("SELECT SUM(length(repeat('x', 1000))) FROM numbers"))
                    .singleElement()
                    .hasToString("5000000");
            for (int run = 0; run < 10; run++) {
                assertThat(database.column("SELECT length(repeat(s, 100000)) FROM numbers WHERE n = " + run))
                        .containsExactly(600_000L);
            }
            assertThat(database.column("SELECT SUM(length(m)) FROM"
                            + " (SELECT n / 2500, MAX(repeat('x', 500 + n / 10)) AS m FROM numbers GROUP BY n / 2500)"
                            + " AS g"))
                    .singleElement()
                    .hasToString("1748");
        }
    }

    @Test
    void textsOfTheSecondInputOfACorrelationAreCounted() {
        try (Database database = database(QueryLimits.defaults().withMaxBytes(3_000_000))) {
            String sql = "SELECT (SELECT repeat(b.s, a.n * 10) FROM numbers b"
                    + " WHERE b.n > a.n AND b.n < a.n + 3 ORDER BY b.n LIMIT 1)"
                    + " FROM numbers a WHERE a.n < %d";
            assertThat(database.rows(sql.formatted(10))).hasSize(10);
            assertFails(() -> database.rows(sql.formatted(400)), ErrorCode.MEMORY_LIMIT, "3000000");
        }
    }

    @Test
    void aFunctionMakesNoValueBeyondTheLongest() {
        try (Database database = database(QueryLimits.defaults().withMaxBytes(1 << 30))) {
            for (String text : List.of(
                    "repeat('x', 100000000)",
                    "repeat('x', 9000000000000000000)",
                    "repeat(t, 20)",
                    "lpad(t, 100000000)",
                    "rpad(t, 100000000, 'ab')",
                    "replace(t, 'x', 'xxxxxxxxxxxxxxxxxxxx')",
                    "t" + " || t".repeat(19),
                    "concat(" + "t, ".repeat(19) + "t)",
                    "concat_ws(t" + ", t".repeat(19) + ")",
                    "regexp_replace(t, '(.*)', '" + "\\1".repeat(20) + "')")) {
                assertFails(
                        () -> database.rows("SELECT length(" + text
                                + ") FROM (SELECT repeat('x', 1000000) AS t FROM numbers WHERE n = 1) AS x"),
                        ErrorCode.VALUE_TOO_LONG,
                        "16777216");
            }
            assertThat(database.column("SELECT length(repeat('x', 16777216))")).containsExactly(16_777_216L);
        }
    }

    @Test
    void whatTheHeapCannotHoldEndsItsQueryAlone() {
        try (Database database = database(QueryLimits.defaults().withMaxBytes(Long.MAX_VALUE))) {
            assertFails(
                    () -> database.rows("SELECT repeat('x', 16000000) FROM numbers"),
                    ErrorCode.MEMORY_LIMIT,
                    "more memory than the service has left");
            assertThat(database.metric("alluvium_queries_running")).isZero();
            assertThat(database.column("SELECT COUNT(*) FROM numbers")).containsExactly(5000L);
        }
    }
}
