package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LargeStatementTest {

    private static final String COUNT = "SELECT COUNT(*) FROM numbers WHERE ";
    private static final Database DATABASE = database();

    private static Database database() {
        var rows = new ArrayList<@Nullable Object[]>();
        for (long n = 0; n < 100; n++) {
            rows.add(new @Nullable Object[] {n, "text " + n});
        }
        Schema schema = Schema.of(new Column("n", ColumnType.BIGINT, false), Column.of("s", ColumnType.VARCHAR));
        return new Database().put("numbers", schema, 1, rows);
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    private static String many(int count, String separator, IntFunction<String> part) {
        return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(separator));
    }

    private static void assertTooComplex(String sql, String message) {
        assertThatThrownBy(() -> DATABASE.rows(sql)).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).as(sql.substring(0, 60)).isEqualTo(ErrorCode.STATEMENT_TOO_COMPLEX);
            assertThat(e).hasMessageContaining(message);
            assertThat(e.hint()).isPresent();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {3000, 20_000})
    void whatIsNestedTooDeeplyIsRefusedWhereverThatIsFound(int n) {
        for (String sql : List.of(
                "SELECT " + "(".repeat(n) + "1" + ")".repeat(n),
                COUNT + many(n, " OR ", i -> "n = " + i),
                COUNT + many(n, " OR ", i -> "n + 1 = " + i + " AND s <> 'x" + i + "'"),
                COUNT + many(n, " AND ", i -> "n <> " + i),
                COUNT + "NOT ".repeat(n) + "n = 1",
                "SELECT " + many(n, " + ", i -> "1"),
                "SELECT " + many(n, " || ", i -> "s") + " FROM numbers",
                "SELECT " + "abs(".repeat(n) + "1" + ")".repeat(n),
                "SELECT " + "CASE WHEN TRUE THEN ".repeat(n) + "1" + " END".repeat(n),
                "SELECT * FROM (".repeat(n) + "SELECT n FROM numbers" + ") AS x".repeat(n),
                many(n, " UNION ALL ", i -> "SELECT " + i))) {
            assertTooComplex(sql, "nested too deeply");
        }
        assertThat(DATABASE.metric("alluvium_queries_running")).isZero();
    }

    @Test
    void aChainThatTheStackMayNotHoldIsAnsweredOrRefused() {
        for (int n : new int[] {500, 1000, 1500, 1990}) {
            for (String sql : List.of(
                    COUNT + many(n, " OR ", i -> "n = " + i),
                    COUNT + "NOT ".repeat(n) + "n = 1",
                    "SELECT " + many(n, " || ", i -> "s") + " FROM numbers",
                    "SELECT " + "(".repeat(n) + "1" + ")".repeat(n),
                    many(n, " UNION ALL ", i -> "SELECT " + i))) {
                try {
                    DATABASE.rows(sql);
                } catch (AlluviumException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.STATEMENT_TOO_COMPLEX);
                }
            }
        }
    }

    @Test
    void longListsAreAnswered() {
        assertThat(DATABASE.column(COUNT + "n IN (" + many(20_000, ",", i -> "" + i) + ")"))
                .containsExactly(100L);
        assertThat(DATABASE.column(COUNT + "s NOT IN (" + many(20_000, ",", i -> "'text " + i + "'") + ")"))
                .containsExactly(0L);
        @Nullable Object[] params = new @Nullable Object[20_000];
        for (int i = 0; i < params.length; i++) {
            params[i] = (long) i;
        }
        assertThat(DATABASE.column(COUNT + "n IN (" + many(20_000, ",", i -> "?") + ")", params))
                .containsExactly(100L);
        assertThat(DATABASE.rows("SELECT * FROM (VALUES " + many(20_000, ",", i -> "(" + i + ")") + ") AS v (x)"))
                .hasSize(20_000);
    }

    @Test
    void tooManyColumnsAreRefused() {
        assertThat(DATABASE.rows("SELECT " + many(1664, ",", i -> "n") + " FROM numbers WHERE n = 1")
                        .getFirst())
                .hasSize(1664);
        assertTooComplex("SELECT " + many(1665, ",", i -> "n") + " FROM numbers", "1664 columns");
        assertTooComplex("SELECT " + many(20_000, ",", i -> "n") + " FROM numbers", "1664 columns");
    }
}
