package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.table.IndexDefinition;
import io.alluvium.table.IndexDefinition.Kind;
import io.alluvium.table.IndexStatus;
import io.alluvium.table.TableStorage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which way to a table's rows is taken, and that the answer is the same as without indexes: `plain` has the same
/// rows as `big` and no index.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IndexQueryTest {

    /// Full chunks: an index takes in whole ones.
    private static final int ROWS = 4 * 4_096;
    private static final long DAY = 86_400_000_000L;

    private static final Schema SCHEMA = Schema.of(
            new Column("id", ColumnType.BIGINT, false),
            Column.of("status", ColumnType.VARCHAR),
            Column.of("customer", ColumnType.INTEGER),
            Column.of("number", ColumnType.BIGINT),
            Column.of("amount", ColumnType.decimal(12, 2)),
            Column.of("wide", ColumnType.decimal(30, 5)),
            Column.of("x", ColumnType.DOUBLE),
            Column.of("r", ColumnType.REAL),
            Column.of("word", ColumnType.VARCHAR),
            Column.of("rare", ColumnType.BOOLEAN),
            Column.of("day", ColumnType.DATE),
            Column.of("at", ColumnType.TIMESTAMP),
            Column.of("tz", ColumnType.TIMESTAMPTZ),
            new Column("place", ColumnType.INTEGER, false));

    private final Database database = new Database();

    @BeforeAll
    void fill() {
        var rows = new ArrayList<@Nullable Object[]>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(new @Nullable Object[] {
                (long) i,
                i % 5 == 0 ? "OPEN" : "DONE",
                i % 11 == 0 ? null : i % 800,
                i * 3L,
                i % 13 == 0 ? null : BigDecimal.valueOf(i % 2000 * 25L, 2),
                BigDecimal.valueOf(i, 5),
                i % 17 == 0 ? null : i / 4.0,
                (double) (float) (i / 10.0),
                i % 19 == 0 ? null : "w" + i % 900 + (i % 2 == 0 ? "a%" : "b"),
                i % 500 == 0 ? Boolean.TRUE : Boolean.FALSE,
                19_700L + i % 300,
                (19_700L + i % 300) * DAY + i % 7,
                (19_700L + i % 300) * DAY,
                i
            });
        }
        database.put("big", SCHEMA, 1, rows);
        database.put("plain", SCHEMA, 1, rows);
        TableStorage big = database.store("big");
        for (Column column : SCHEMA.columns()) {
            if (!column.name().equals("id")) {
                big.createIndex(new IndexDefinition(column.name() + "_idx", List.of(column.name()), Kind.ORDERED));
            }
        }
        big.createIndex(new IndexDefinition("both_idx", List.of("status", "customer"), Kind.ORDERED));
        big.createIndex(new IndexDefinition("pair_idx", List.of("day", "customer"), Kind.HASH));
        while (!big.indexes().stream().allMatch(IndexStatus::isComplete)) {
            Thread.onSpinWait();
        }
    }

    @AfterAll
    void close() {
        database.close();
    }

    private String explain(String condition, @Nullable Object... params) {
        return database.explain("EXPLAIN SELECT id FROM big WHERE " + condition, params);
    }

    /// Checks that a condition finds the same rows with indexes as without.
    private List<@Nullable Object> same(String condition, @Nullable Object... params) {
        List<@Nullable Object> with = database.column("SELECT id FROM big WHERE " + condition + " ORDER BY id", params);
        assertThat(with)
                .as(condition)
                .isEqualTo(database.column("SELECT id FROM plain WHERE " + condition + " ORDER BY id", params));
        return with;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "customer = 77 | customer_idx (customer = 77)",
                "77 = customer | customer_idx (77 = customer)",
                "customer IN (7, 8, 9) | customer_idx",
                "customer IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) | customer_idx",
                "customer < 20 | customer_idx (customer < 20)",
                "customer >= 20 AND customer <= 40 | customer_idx",
                "customer BETWEEN 20 AND 40 | customer_idx",
                "40 > customer AND 20 < customer | customer_idx",
                "number = 300.0 | number_idx",
                "number < 300.5 | number_idx",
                "number = 300.5 | number_idx",
                "number > 99999999999999999999999999 | number_idx",
                "amount = 25 | amount_idx",
                "amount = 25.001 | amount_idx",
                "amount > 499.001 | amount_idx",
                "amount <= 10.999 | amount_idx",
                "amount BETWEEN 10 AND 20.5 | amount_idx",
                "wide = 0.00077 | wide_idx",
                "wide < 0.000775 | wide_idx",
                "x = 25 | x_idx",
                "x = 25.25 | x_idx",
                "x < 20 | x_idx",
                "r = 1.5 | r_idx",
                "r < 1.5 | r_idx",
                "word = 'w77b' | word_idx",
                "word LIKE 'w77%' | word_idx",
                "word LIKE 'w77_\\%' | word_idx",
                "word LIKE 'w77a!%%' ESCAPE '!' | word_idx",
                "word LIKE 'w77b' | word_idx",
                "rare | rare_idx",
                "rare = TRUE | rare_idx",
                "day = DATE '2023-12-10' | day_idx",
                "at >= TIMESTAMP '2024-10-02 00:00:00' | at_idx",
                "at = DATE '2023-12-10' | at_idx",
                "status = 'OPEN' AND customer = 80 | both_idx (status = 'OPEN' and customer = 80)",
                "status IN ('OPEN', 'NO') AND customer < 50 | both_idx",
                "day = DATE '2023-12-10' AND customer = 9 | pair_idx",
                "customer = 77 AND word LIKE '%b' | customer_idx",
            })
    void conditionsThatLeaveFewRowsAreAnsweredByAnIndex(String condition, String index) {
        assertThat(explain(condition)).contains("IndexScan big using " + index);
        same(condition);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status = 'DONE'",
                "customer > 20",
                "customer IS NULL",
                "customer <> 5",
                "customer + 1 = 78",
                "word LIKE '%77%'",
                "word ILIKE 'W77%'",
                "word NOT LIKE 'w77%'",
                "word LIKE '_77%'",
                "upper(word) = 'W77B'",
                "number = CAST(300 AS DOUBLE)",
                "amount = CAST(25 AS DOUBLE)",
                "day = TIMESTAMP '2023-12-10 00:00:00'",
                "NOT rare",
                "customer = 77 OR word LIKE '%x'",
            })
    void otherConditionsReadTheTable(String condition) {
        assertThat(explain(condition)).contains("Scan big, columns").doesNotContain("using");
        same(condition);
    }

    @Test
    void aTextThatIsComparedWithANumberIsNotFoundByItsIndex() {
        assertThat(explain("CAST(customer AS VARCHAR) = '77'")).doesNotContain("using");
        same("CAST(customer AS VARCHAR) = '77'");
    }

    @Test
    void momentsWithATimeZoneAreFoundByMomentsWithOne() {
        assertThat(explain("tz = ?", "2023-12-10 00:00:00+00")).contains("tz_idx");
        assertThat(same("tz = ?", "2023-12-10 00:00:00+00")).isNotEmpty();
        same("tz = TIMESTAMP '2023-12-10 00:00:00'");
    }

    @Test
    void theWayIsChosenForTheParametersOfEachRun() {
        String sql = "SELECT COUNT(*) FROM big WHERE customer < ?";
        for (Object limit : new Object[] {5L, 790L, 0L, 400L, 1L}) {
            String explained = database.explain("EXPLAIN " + sql, limit);
            assertThat(explained.contains("IndexScan"))
                    .as("customer < %s", limit)
                    .isEqualTo((long) limit < 100);
            assertThat(database.column(sql, limit))
                    .isEqualTo(database.column("SELECT COUNT(*) FROM plain WHERE customer < ?", limit));
        }
        assertThat(database.explain("EXPLAIN " + sql)).contains("Scan big or, as the parameters say, customer_idx");
        assertThat(database.column(sql, new Object[] {null})).containsExactly(0L);
    }

    @Test
    void severalConditionsThatLeaveFewRowsAreAnsweredTogether() {
        String condition = "customer BETWEEN 10 AND 30 AND amount BETWEEN 5 AND 12.5";
        assertThat(explain(condition))
                .contains("BitmapScan big using")
                .contains("customer_idx")
                .contains(" and ")
                .contains("amount_idx");
        assertThat(same(condition)).isNotEmpty();
    }

    @Test
    void alternativesAreAnsweredByAnIndexEach() {
        String condition = "(customer = 77 OR word = 'w5b' OR (status = 'OPEN' AND number < 30)) AND id > 3";
        assertThat(explain(condition))
                .contains("BitmapScan big using (")
                .contains("customer_idx (customer = 77) or word_idx (word = 'w5b') or number_idx");
        assertThat(same(condition)).isNotEmpty();
    }

    @Test
    void aKeyIsLookedUpWhateverIndexesThereAre() {
        assertThat(explain("id = 5 AND customer = 5")).contains("KeyLookup big by id");
        assertThat(same("id IN (5, 7000, 5, 9999, -1) AND customer IS NOT NULL"))
                .containsExactly(5L, 7000L);
    }

    @Test
    void correlatedSubSelectsUseAnIndexForEachRow() {
        String sql = "SELECT o.id, (SELECT COUNT(*) FROM %s AS i WHERE i.customer = o.place AND i.number <> o.id)"
                + " FROM plain AS o WHERE o.id < 30 ORDER BY o.id";
        assertThat(database.rows(sql.formatted("big"))).isEqualTo(database.rows(sql.formatted("plain")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRUE | number DESC | IndexOrder big using number_idx backwards",
                "TRUE | number | IndexOrder big using number_idx",
                "TRUE | customer DESC, id | IndexOrder big using customer_idx backwards",
                "TRUE | customer, id DESC | IndexOrder big using customer_idx",
                "TRUE | place NULLS FIRST | IndexOrder big using place_idx",
                "TRUE | customer NULLS FIRST, id | Scan big, columns",
                "TRUE | customer DESC NULLS LAST, id | Scan big, columns",
                "customer > 400 | customer NULLS FIRST, id | IndexOrder big using customer_idx (customer > 400)",
                "customer < 700 | customer DESC NULLS LAST, id | IndexOrder big using customer_idx (customer < 700)",
                "status = 'OPEN' | customer, id | IndexOrder big using both_idx (status = 'OPEN')",
                "status = 'OPEN' | status DESC, customer, id | IndexOrder big using both_idx (status = 'OPEN')",
                "status = 'OPEN' AND id %% 2 = 0 | number DESC | IndexOrder big using number_idx backwards",
                "customer = 77 | number | IndexScan big using customer_idx",
                "TRUE | number + 1 | Scan big, columns",
                "TRUE | status, customer DESC, id | IndexOrder",
            })
    void theFirstRowsOfAnOrderAreReadInTheOrderOfAnIndex(String condition, String order, String path) {
        for (String limit : List.of("LIMIT 10", "LIMIT 7 OFFSET 5", "LIMIT 0", "LIMIT 1")) {
            String sql = "SELECT id, customer, number, status FROM %s WHERE " + condition + " ORDER BY " + order + " "
                    + limit;
            if (limit.equals("LIMIT 10") && !path.equals("IndexOrder")) {
                assertThat(database.explain("EXPLAIN " + sql.formatted("big"))).contains(path);
            }
            assertThat(database.rows(sql.formatted("big"))).isEqualTo(database.rows(sql.formatted("plain")));
        }
    }

    @Test
    void withoutALimitOrWithAGreatOneRowsAreSorted() {
        for (String end : List.of("", " LIMIT 5000", " LIMIT 200000")) {
            String sql = "SELECT id FROM %s ORDER BY number DESC" + end;
            assertThat(database.explain("EXPLAIN " + sql.formatted("big"))).doesNotContain("IndexOrder");
            assertThat(database.rows(sql.formatted("big"))).isEqualTo(database.rows(sql.formatted("plain")));
        }
    }

    @Test
    void anOrderIsGivenUpWhenTooFewRowsPass() {
        String sql = "SELECT id FROM %s WHERE id %% 4000 = 1 ORDER BY number LIMIT 3";
        assertThat(database.explain("EXPLAIN " + sql.formatted("big"))).contains("IndexOrder");
        assertThat(database.explain("EXPLAIN ANALYZE " + sql.formatted("big")))
                .contains("Scan big, columns")
                .doesNotContain("IndexOrder");
        assertThat(database.column(sql.formatted("big"))).containsExactly(1L, 4001L, 8001L);
    }

    @Test
    void explainAnalyzeTellsHowManyRowsWereRead() {
        assertThat(database.explain("EXPLAIN ANALYZE SELECT id FROM big WHERE customer = 77 AND id % 2 = 1"))
                .contains("IndexScan big using customer_idx")
                .contains(", 19 rows read)");
        assertThat(database.explain("EXPLAIN ANALYZE SELECT id FROM big WHERE customer > 5"))
                .contains(", " + ROWS + " rows read)");
        assertThat(database.explain("EXPLAIN ANALYZE SELECT id FROM big ORDER BY number DESC LIMIT 3"))
                .contains("IndexOrder")
                .doesNotContain(ROWS + " rows read");
        assertThat(database.explain("EXPLAIN ANALYZE SELECT status FROM big WHERE id IN (1, 2, 90000)"))
                .contains("KeyLookup")
                .contains(", 2 rows read)");
    }

    @Test
    void aPlanIsMadeAnewWhenAnIndexComesOrGoes() {
        database.put("changing", SCHEMA, 1, List.of());
        TableStorage store = database.store("changing");
        String sql = "SELECT id FROM changing WHERE customer = 5";
        assertThat(database.explain("EXPLAIN " + sql)).doesNotContain("using");
        store.createIndex(new IndexDefinition("c", List.of("customer"), Kind.HASH));
        assertThat(database.explain("EXPLAIN " + sql)).contains("using c (customer = 5)");
        assertThat(database.column(sql)).isEmpty();
        store.dropIndex("c");
        assertThat(database.explain("EXPLAIN " + sql)).doesNotContain("using");
        assertThat(database.column(sql)).isEmpty();
    }
}
