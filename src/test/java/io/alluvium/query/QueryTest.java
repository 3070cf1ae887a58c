package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class QueryTest {

    private final Database database = new Database();

    @BeforeEach
    void fill() {
        database.put(
                "orders",
                Schema.of(
                        new Column("id", ColumnType.BIGINT, false),
                        Column.of("customer", ColumnType.INTEGER),
                        Column.of("status", ColumnType.VARCHAR),
                        Column.of("amount", ColumnType.decimal(10, 2)),
                        Column.of("paid", ColumnType.BOOLEAN)),
                1,
                List.of(
                        row(1L, 10, "NEW", "100.00", true),
                        row(2L, 10, "DONE", "250.00", false),
                        row(3L, 20, "NEW", "500.00", null),
                        row(4L, null, null, "750.00", true),
                        row(5L, 30, "DONE", "1000.00", false),
                        row(6L, 99, "OPEN", null, true)));
        database.put(
                "customers",
                Schema.of(
                        new Column("id", ColumnType.INTEGER, false),
                        Column.of("name", ColumnType.VARCHAR),
                        Column.of("region", ColumnType.VARCHAR)),
                1,
                List.of(
                        row(10, "Ada", "north"),
                        row(20, "Ben", null),
                        row(30, "Cyd", "south"),
                        row(40, "Dan", "north")));
        database.put(
                "lines",
                Schema.of(
                        new Column("order_id", ColumnType.BIGINT, false),
                        new Column("line", ColumnType.INTEGER, false),
                        Column.of("item", ColumnType.VARCHAR)),
                2,
                List.of(row(1L, 1, "nut"), row(1L, 2, "bolt"), row(2L, 1, "nut"), row(5L, 1, null)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        @Nullable Object[] row = values.clone();
        for (int i = 0; i < row.length; i++) {
            if (row[i] instanceof String text && text.matches("[0-9]+\\.[0-9]+")) {
                row[i] = new BigDecimal(text);
            }
        }
        return row;
    }

    private static List<@Nullable Object> list(@Nullable Object... values) {
        return new ArrayList<>(Arrays.asList(values));
    }

    private static BigDecimal number(String text) {
        return new BigDecimal(text);
    }

    private static void assertFails(ThrowingCallable action, ErrorCode code, String... parts) {
        assertThatThrownBy(action).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            for (String part : parts) {
                assertThat(e.getMessage() + " " + e.hint().orElse("")).contains(part);
            }
        });
    }

    @Test
    void aSumOfDecimalsIsExact() {
        assertThat(database.column("SELECT SUM(amount) FROM orders")).containsExactly(number("2600.00"));
        assertThat(database.column("SELECT AVG(amount) FROM orders")).containsExactly(number("520.0000000000000000"));
    }

    @Test
    void aggregatesOfNothingAreNullAndCountIsZero() {
        assertThat(database.rows("SELECT COUNT(*), COUNT(amount), SUM(amount), AVG(amount), MIN(id), MAX(status),"
                        + " STDDEV_POP(amount), BOOL_AND(paid) FROM orders WHERE id > 100"))
                .containsExactly(list(0L, 0L, null, null, null, null, null, null));
        assertThat(database.rows("SELECT status, COUNT(*) FROM orders WHERE id > 100 GROUP BY status"))
                .isEmpty();
    }

    @Test
    void groupsTakeNullAsAValue() {
        assertThat(database.rows("SELECT status, COUNT(*), SUM(amount) FROM orders GROUP BY status ORDER BY status"))
                .containsExactly(
                        list("DONE", 2L, number("1250.00")),
                        list("NEW", 2L, number("600.00")),
                        list("OPEN", 1L, null),
                        list(null, 1L, number("750.00")));
    }

    @Test
    void aggregatesTakeDistinctAndFilter() {
        assertThat(database.rows("SELECT COUNT(DISTINCT status), COUNT(*) FILTER (WHERE paid),"
                        + " SUM(DISTINCT customer) FILTER (WHERE customer < 50) FROM orders"))
                .containsExactly(list(3L, 3L, 60L));
        assertThat(database.rows("SELECT BOOL_AND(paid), BOOL_OR(paid), VAR_POP(customer), STDDEV_SAMP(id) FROM orders"
                        + " WHERE id IN (1, 2)"))
                .containsExactly(list(false, true, number("0.0000000000000000"), number("0.7071067811865475")));
    }

    @Test
    void havingSeesAggregates() {
        assertThat(database.column("SELECT status FROM orders GROUP BY status HAVING COUNT(*) > 1 ORDER BY 1"))
                .containsExactly("DONE", "NEW");
    }

    @Test
    void groupingSetsCountEachRowInEachSet() {
        assertThat(database.rows("SELECT status, paid, COUNT(*), GROUPING(status, paid) FROM orders WHERE id < 3"
                        + " GROUP BY ROLLUP (status, paid) ORDER BY 4, 1, 2"))
                .containsExactly(
                        list("DONE", false, 1L, 0L),
                        list("NEW", true, 1L, 0L),
                        list("DONE", null, 1L, 1L),
                        list("NEW", null, 1L, 1L),
                        list(null, null, 2L, 3L));
        assertThat(database.column("SELECT COUNT(*) FROM orders WHERE id > 100 GROUP BY GROUPING SETS ((), (id))"))
                .containsExactly(0L);
    }

    @Test
    void innerJoinsLeaveOutNullKeys() {
        assertThat(database.rows("SELECT o.id, c.name FROM orders o JOIN customers c ON o.customer = c.id ORDER BY 1"))
                .containsExactly(list(1L, "Ada"), list(2L, "Ada"), list(3L, "Ben"), list(5L, "Cyd"));
    }

    @Test
    void outerJoinsKeepRowsWithoutAMatch() {
        assertThat(database.rows(
                        "SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON o.customer = c.id ORDER BY 1"))
                .containsExactly(
                        list(1L, "Ada"),
                        list(2L, "Ada"),
                        list(3L, "Ben"),
                        list(4L, null),
                        list(5L, "Cyd"),
                        list(6L, null));
        assertThat(database.rows("SELECT o.id, c.name FROM orders o RIGHT JOIN customers c ON o.customer = c.id"
                        + " ORDER BY 1, 2"))
                .contains(list(null, "Dan"))
                .hasSize(5);
        assertThat(database.rows("SELECT o.id, c.name FROM orders o FULL JOIN customers c ON o.customer = c.id"))
                .contains(list(null, "Dan"), list(4L, null), list(6L, null))
                .hasSize(7);
    }

    @Test
    void aConditionInOnKeepsTheRowAndOneInWhereDoesNot() {
        String join = "SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON o.customer = c.id";
        assertThat(database.rows(join + " AND c.name <> 'Ada' AND o.amount > 600 ORDER BY 1"))
                .containsExactly(
                        list(1L, null),
                        list(2L, null),
                        list(3L, null),
                        list(4L, null),
                        list(5L, "Cyd"),
                        list(6L, null));
        assertThat(database.rows(join + " WHERE c.name <> 'Ada' ORDER BY 1"))
                .containsExactly(list(3L, "Ben"), list(5L, "Cyd"));
    }

    @Test
    void nullsMatchWithIsNotDistinctFrom() {
        assertThat(database.rows("SELECT a.id, b.id FROM orders a JOIN orders b"
                        + " ON a.status IS NOT DISTINCT FROM b.status AND a.id < b.id ORDER BY 1"))
                .containsExactly(list(1L, 3L), list(2L, 5L));
        assertThat(database.rows("SELECT a.id FROM orders a JOIN orders b ON a.status IS NOT DISTINCT FROM b.status"
                        + " WHERE b.id = 4"))
                .containsExactly(list(4L));
    }

    @Test
    void joinsOnOtherConditionsAndCrossJoinsPairEverything() {
        assertThat(database.column("SELECT COUNT(*) FROM orders, customers")).containsExactly(24L);
        assertThat(database.rows("SELECT o.id, c.id FROM orders o JOIN customers c ON o.customer > c.id AND o.id < 6"
                        + " ORDER BY 1, 2"))
                .containsExactly(list(3L, 10L), list(5L, 10L), list(5L, 20L));
        assertThat(database.rows("SELECT c.id, o.id FROM customers c LEFT JOIN orders o ON o.customer < c.id"
                        + " AND o.id > 4 ORDER BY 1, 2"))
                .containsExactly(list(10L, null), list(20L, null), list(30L, null), list(40L, 5L));
    }

    @Test
    void tablesJoinedByWayOfAThirdAreNotMultiplied() {
        String sql = "SELECT c.name, l.item FROM customers c, lines l, orders o"
                + " WHERE o.customer = c.id AND l.order_id = o.id ORDER BY 1, 2";
        assertThat(database.rows(sql))
                .containsExactly(list("Ada", "bolt"), list("Ada", "nut"), list("Ada", "nut"), list("Cyd", null));
        assertThat(database.explain("EXPLAIN " + sql)).doesNotContain("NestedLoop");
    }

    @Test
    void notInWithANullIsNeverTrue() {
        assertThat(database.column("SELECT id FROM customers WHERE id NOT IN (SELECT customer FROM orders)"))
                .isEmpty();
        assertThat(database.column("SELECT id FROM customers WHERE id NOT IN (SELECT customer FROM orders WHERE"
                        + " customer IS NOT NULL)"))
                .containsExactly(40L);
        assertThat(database.column(
                        "SELECT id FROM orders WHERE customer NOT IN (SELECT id FROM customers WHERE id > 100)"
                                + " ORDER BY id"))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(database.column("SELECT id FROM orders WHERE id NOT IN (1, 2, NULL)"))
                .isEmpty();
        assertThat(database.column("SELECT customer NOT IN (10, NULL) FROM orders WHERE id IN (1, 3) ORDER BY id"))
                .containsExactly(false, null);
    }

    @Test
    void inSubSelectsAreThreeValuedInTheSelectList() {
        assertThat(database.rows("SELECT id, customer IN (SELECT id FROM customers),"
                        + " id IN (SELECT customer FROM orders) FROM orders WHERE id IN (1, 4, 6) ORDER BY id"))
                .containsExactly(list(1L, true, null), list(4L, null, null), list(6L, false, null));
    }

    @Test
    void correlatedSubSelectsSeeTheOuterRow() {
        assertThat(database.column("SELECT name FROM customers c WHERE EXISTS"
                        + " (SELECT 1 FROM orders o WHERE o.customer = c.id AND o.amount > 200) ORDER BY 1"))
                .containsExactly("Ada", "Ben", "Cyd");
        assertThat(database.column("SELECT name FROM customers c WHERE NOT EXISTS"
                        + " (SELECT 1 FROM orders o WHERE o.customer = c.id)"))
                .containsExactly("Dan");
        assertThat(database.rows("SELECT name, (SELECT SUM(amount) FROM orders o WHERE o.customer = c.id),"
                        + " (SELECT COUNT(*) FROM orders o WHERE o.customer = c.id) FROM customers c ORDER BY 1"))
                .containsExactly(
                        list("Ada", number("350.00"), 2L),
                        list("Ben", number("500.00"), 1L),
                        list("Cyd", number("1000.00"), 1L),
                        list("Dan", null, 0L));
        assertThat(database.column("SELECT id FROM orders o WHERE amount > (SELECT AVG(amount) FROM orders i WHERE"
                        + " i.status = o.status OR i.id = o.id + 1) ORDER BY id"))
                .containsExactly(3L, 5L);
        assertThat(database.rows("SELECT c.name, (SELECT o.id FROM orders o WHERE o.customer = c.id ORDER BY o.amount"
                        + " DESC LIMIT 1) FROM customers c ORDER BY 1"))
                .containsExactly(list("Ada", 2L), list("Ben", 3L), list("Cyd", 5L), list("Dan", null));
    }

    @Test
    void quantifiedComparisonsFollowTheirSubSelect() {
        assertThat(database.column("SELECT id FROM orders WHERE amount >= ALL (SELECT amount FROM orders WHERE amount"
                        + " IS NOT NULL)"))
                .containsExactly(5L);
        assertThat(database.column("SELECT id FROM orders WHERE amount < ANY (SELECT amount FROM orders WHERE status ="
                        + " 'NEW') ORDER BY 1"))
                .containsExactly(1L, 2L);
        assertThat(database.column("SELECT id FROM orders WHERE id <= ALL (SELECT id FROM orders WHERE id > 100)"))
                .hasSize(6);
    }

    @Test
    void aScalarSubSelectWithTwoRowsIsRefused() {
        assertFails(
                () -> database.rows("SELECT (SELECT id FROM orders WHERE status = 'NEW')"),
                ErrorCode.CARDINALITY,
                "more than one row");
        assertThat(database.column("SELECT (SELECT id FROM orders WHERE id = 100)"))
                .containsExactly((Object) null);
    }

    @Test
    void rowsAreSortedWithNullsWhereTheyBelong() {
        assertThat(database.column("SELECT customer FROM orders ORDER BY customer"))
                .containsExactly(10L, 10L, 20L, 30L, 99L, null);
        assertThat(database.column("SELECT customer FROM orders ORDER BY customer DESC"))
                .containsExactly(null, 99L, 30L, 20L, 10L, 10L);
        assertThat(database.column("SELECT customer FROM orders ORDER BY customer NULLS FIRST LIMIT 2"))
                .containsExactly(null, 10L);
        assertThat(database.column("SELECT id FROM orders ORDER BY status DESC NULLS LAST, id DESC"))
                .containsExactly(6L, 3L, 1L, 5L, 2L, 4L);
        assertThat(database.column("SELECT status FROM orders ORDER BY amount * -1 LIMIT 2"))
                .containsExactly("DONE", null);
    }

    @Test
    void limitAndOffsetCutTheAnswer() {
        assertThat(database.column("SELECT id FROM orders ORDER BY id LIMIT 2 OFFSET 1"))
                .containsExactly(2L, 3L);
        assertThat(database.column("SELECT id FROM orders ORDER BY id OFFSET 4"))
                .containsExactly(5L, 6L);
        assertThat(database.column("SELECT id FROM orders LIMIT 0")).isEmpty();
        assertThat(database.column("SELECT id FROM orders LIMIT 100")).hasSize(6);
        assertThat(database.column("SELECT id FROM orders ORDER BY id LIMIT ? OFFSET ?", 1L, 2L))
                .containsExactly(3L);
        assertFails(
                () -> database.rows("SELECT id FROM orders LIMIT ?", -1L),
                ErrorCode.INVALID_PARAMETER,
                "LIMIT must not be negative");
    }

    @Test
    void distinctAndSetOperationsCompareWholeRows() {
        assertThat(database.column("SELECT DISTINCT status FROM orders ORDER BY 1"))
                .containsExactly("DONE", "NEW", "OPEN", null);
        assertThat(database.column("SELECT status FROM orders UNION SELECT name FROM customers WHERE id = 10"))
                .containsExactlyInAnyOrder("DONE", "NEW", "OPEN", null, "Ada");
        assertThat(database.column("SELECT status FROM orders UNION ALL SELECT status FROM orders"))
                .hasSize(12);
        assertThat(database.column("SELECT customer FROM orders INTERSECT SELECT id FROM customers"))
                .containsExactlyInAnyOrder(10L, 20L, 30L);
        assertThat(database.column(
                        "SELECT customer FROM orders INTERSECT ALL SELECT customer FROM orders WHERE id > 1"))
                .containsExactlyInAnyOrder(10L, 20L, 30L, 99L, null);
        assertThat(database.column("SELECT customer FROM orders EXCEPT SELECT id FROM customers"))
                .containsExactlyInAnyOrder(99L, null);
        assertThat(database.column("SELECT status FROM orders EXCEPT ALL SELECT status FROM orders WHERE id IN (1, 4)"))
                .containsExactlyInAnyOrder("DONE", "DONE", "NEW", "OPEN");
        assertThat(database.column("SELECT id FROM orders WHERE id < 3 UNION ALL SELECT 2.5 ORDER BY 1"))
                .usingElementComparator((a, b) -> new BigDecimal(a + "").compareTo(new BigDecimal(b + "")))
                .containsExactly(1, 2, number("2.5"));
    }

    @Test
    void commonTableExpressionsAndValuesAreTables() {
        assertThat(database.rows(
                        "WITH big AS (SELECT * FROM orders WHERE amount >= 500), n (c) AS (SELECT COUNT(*) FROM"
                                + " big) SELECT id, c FROM big, n ORDER BY id"))
                .containsExactly(list(3L, 3L), list(4L, 3L), list(5L, 3L));
        assertThat(database.rows("VALUES (1, 'a'), (2, NULL)")).containsExactly(list(1L, "a"), list(2L, null));
        assertThat(database.rows("SELECT 1 + 1, 'x' || 'y'")).containsExactly(list(2L, "xy"));
    }

    @Test
    void caseTakesTheFirstTrueBranch() {
        assertThat(database.column("SELECT CASE WHEN amount > 600 THEN 'big' WHEN amount > 200 THEN 'middle'"
                        + " WHEN amount IS NULL THEN 'none' ELSE 'small' END FROM orders ORDER BY id"))
                .containsExactly("small", "middle", "middle", "big", "big", "none");
        assertThat(database.column("SELECT CASE status WHEN 'NEW' THEN 1 END FROM orders ORDER BY id"))
                .containsExactly(1L, null, 1L, null, null, null);
    }

    @Test
    void conditionsAreThreeValued() {
        assertThat(database.column("SELECT paid AND status = 'NEW' FROM orders ORDER BY id"))
                .containsExactly(true, false, null, null, false, false);
        assertThat(database.column("SELECT NOT (paid OR customer = 20) FROM orders ORDER BY id"))
                .containsExactly(false, true, false, false, true, false);
        assertThat(database.column("SELECT id FROM orders WHERE NOT status = 'NEW' ORDER BY id"))
                .containsExactly(2L, 5L, 6L);
        assertThat(database.column("SELECT id FROM orders WHERE (status = 'NEW') IS NOT TRUE ORDER BY id"))
                .containsExactly(2L, 4L, 5L, 6L);
    }

    @Test
    void aWholeKeyIsLookedUp() {
        assertThat(database.explain("EXPLAIN SELECT status FROM orders WHERE id = 3"))
                .contains("KeyLookup orders by id")
                .contains("id = 3");
        assertThat(database.column("SELECT status FROM orders WHERE id = 3")).containsExactly("NEW");
        assertThat(database.column("SELECT status FROM orders WHERE id = 3 AND amount > 600"))
                .isEmpty();
        assertThat(database.column("SELECT status FROM orders WHERE id = 77")).isEmpty();
        assertThat(database.column("SELECT status FROM orders WHERE id = ?", 5L))
                .containsExactly("DONE");
        assertThat(database.column("SELECT status FROM orders WHERE id = ?", "5"))
                .containsExactly("DONE");
        assertThat(database.column("SELECT status FROM orders WHERE id = ?", new Object[] {null}))
                .isEmpty();
        assertThat(database.column("SELECT status FROM orders WHERE id = 3.0")).containsExactly("NEW");
        assertThat(database.column("SELECT status FROM orders WHERE id = 3.5")).isEmpty();
        assertThat(database.column("SELECT id FROM orders WHERE id IN (5, 1, 5, 77) ORDER BY 1"))
                .containsExactly(1L, 5L);
        assertThat(database.explain("EXPLAIN SELECT id FROM orders WHERE id IN (5, 1, 5, 77)"))
                .contains("KeyLookup");
        assertThat(database.explain("EXPLAIN SELECT id FROM orders WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)"))
                .contains("KeyLookup");
        assertThat(database.column("SELECT id FROM orders WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)"))
                .hasSize(6);
    }

    @Test
    void aCompositeKeyIsLookedUpWhenAllOfItIsGiven() {
        String both = "SELECT item FROM lines WHERE order_id = 1 AND line IN (1, 2) ORDER BY item";
        assertThat(database.explain("EXPLAIN " + both)).contains("KeyLookup lines by order_id, line");
        assertThat(database.column(both)).containsExactly("bolt", "nut");
        String half = "SELECT item FROM lines WHERE order_id = 1";
        assertThat(database.explain("EXPLAIN " + half)).contains("Scan lines");
        assertThat(database.column(half)).hasSize(2);
        assertThat(database.explain("EXPLAIN SELECT item FROM lines WHERE order_id = 1 OR line = 1"))
                .contains("Scan lines");
        assertThat(database.column("SELECT item FROM lines WHERE order_id = 1 OR line = 1"))
                .hasSize(4);
    }

    @Test
    void onlyColumnsThatAreReadAreScanned() {
        assertThat(database.explain("EXPLAIN SELECT SUM(amount) FROM orders WHERE status = 'NEW'"))
                .contains("Scan orders, columns (status, amount), filter status = 'NEW'");
    }

    @Test
    void explainAnalyzeCountsRowsAndTellsOfThePlanCache() {
        String sql = "EXPLAIN ANALYZE SELECT id FROM orders WHERE amount > 300 ORDER BY id";
        assertThat(database.explain(sql)).contains("rows 3, batches 1").contains("Plan cache: miss");
        assertThat(database.explain(sql)).contains("Plan cache: hit").contains("Total: 3 rows");
        assertThat(database.column("SELECT id FROM orders WHERE amount > 300 ORDER BY id"))
                .containsExactly(3L, 4L, 5L);
    }

    @Test
    void explainOfATableDefinitionIsRefused() {
        assertFails(
                () -> database.explain("EXPLAIN CREATE TABLE x AS SELECT * FROM kafka('t') WITH (value.format='json')"),
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "EXPLAIN CREATE TABLE");
    }

    @Test
    void errorsOfValuesNameTheirKind() {
        assertFails(() -> database.rows("SELECT id / 0 FROM orders"), ErrorCode.DIVISION_BY_ZERO);
        assertFails(() -> database.rows("SELECT CAST(status AS INTEGER) FROM orders"), ErrorCode.INVALID_TEXT);
        assertFails(() -> database.rows("SELECT id * 9223372036854775807 FROM orders"), ErrorCode.NUMERIC_OUT_OF_RANGE);
        assertThat(database.column("SELECT id FROM orders WHERE id <> 1 AND 10 / (id - 1) > 5 ORDER BY 1"))
                .containsExactly(2L);
    }

    @Test
    void unknownNamesComeWithTheNearest() {
        assertFails(() -> database.rows("SELECT amont FROM orders"), ErrorCode.UNDEFINED_COLUMN, "amont", "amount");
        assertFails(() -> database.rows("SELECT 1 FROM oders"), ErrorCode.UNDEFINED_TABLE, "oders", "orders");
        assertFails(
                () -> database.rows("SELECT id, SUM(id) OVER () FROM orders"), ErrorCode.FEATURE_NOT_SUPPORTED, "OVER");
    }

    @Test
    void parametersAreCountedAndConverted() {
        assertFails(
                () -> database.rows("SELECT id FROM orders WHERE id = ?"), ErrorCode.INVALID_PARAMETER, "1 parameters");
        assertFails(() -> database.rows("SELECT id FROM orders WHERE id = ?", "x"), ErrorCode.INVALID_TEXT);
        assertThat(database.column("SELECT id FROM orders WHERE amount = ? AND paid = ?", number("750"), true))
                .containsExactly(4L);
        assertThat(database.column("SELECT id FROM orders WHERE amount = $1 AND status = $2", 500L, "NEW"))
                .containsExactly(3L);
    }

    @Test
    void aSumThatFitsNoTypeIsAnError() {
        assertFails(
                () -> database.rows("SELECT SUM(x) FROM (VALUES (99999999999999999999999999999999999999),"
                        + " (99999999999999999999999999999999999999)) AS t (x)"),
                ErrorCode.NUMERIC_OUT_OF_RANGE);
        assertThat(database.column("SELECT SUM(x) FROM (VALUES (9223372036854775807), (9223372036854775807)) AS t (x)"))
                .containsExactly(number("18446744073709551614"));
    }

    @Test
    void columnNamesThatRepeatAreMadeUnique() {
        try (ResultCursor cursor =
                database.engine.execute(Database.parse("SELECT id, id, status FROM orders"), List.of())) {
            assertThat(cursor.schema().names()).containsExactly("id", "id_1", "status");
        }
    }

    @Test
    void aConditionOnAComputedColumnSeesOnlyRowsThatPassedTheInnerOne() {
        assertThat(database.column("SELECT id FROM (SELECT id, 10 / (id - 1) AS y FROM orders WHERE id <> 1) AS q"
                        + " WHERE y > 5"))
                .containsExactly(2L);
    }

    @Test
    void correlationsReachOverSeveralLevels() {
        assertThat(database.column(
                        "SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer ="
                                + " c.id AND EXISTS (SELECT 1 FROM lines l WHERE l.order_id = o.id AND l.item = 'nut' AND c.region"
                                + " = 'north'))"))
                .containsExactly("Ada");
        assertThat(
                        database.rows(
                                "SELECT c.name, (SELECT MAX(o.amount) FROM orders o WHERE o.customer = c.id AND o.amount"
                                        + " > (SELECT AVG(i.amount) FROM orders i WHERE i.customer = c.id)) FROM customers c ORDER BY 1"))
                .containsExactly(
                        list("Ada", number("250.00")), list("Ben", null), list("Cyd", null), list("Dan", null));
        assertThat(database.rows("SELECT o.id, (SELECT l.item FROM lines l WHERE l.order_id = o.id AND l.line = 1)"
                        + " FROM orders o WHERE o.id < 4 ORDER BY 1"))
                .containsExactly(list(1L, "nut"), list(2L, "nut"), list(3L, null));
    }

    @Test
    void aScalarSubSelectWithTwoRowsForOneOuterRowIsRefused() {
        assertFails(
                () -> database.rows("SELECT o.id, (SELECT l.item FROM lines l WHERE l.order_id = o.id) FROM orders o"),
                ErrorCode.CARDINALITY,
                "more than one row");
    }

    @Test
    void subSelectsStandInEveryClause() {
        assertThat(database.column(
                        "SELECT status FROM orders GROUP BY status HAVING COUNT(*) >= (SELECT COUNT(*) / 2 FROM"
                                + " customers) ORDER BY 1"))
                .containsExactly("DONE", "NEW");
        assertThat(database.column("SELECT o.id FROM orders o JOIN customers c ON o.customer = c.id AND c.id IN (SELECT"
                        + " customer FROM orders WHERE amount > 400) ORDER BY 1"))
                .containsExactly(3L, 5L);
        assertThat(database.column(
                        "SELECT CASE WHEN EXISTS (SELECT 1 FROM lines l WHERE l.order_id = o.id) THEN 'lines'"
                                + " ELSE 'none' END FROM orders o ORDER BY o.id"))
                .containsExactly("lines", "lines", "none", "none", "lines", "none");
        assertThat(database.column("SELECT id FROM orders ORDER BY (SELECT name FROM customers c WHERE c.id = customer)"
                        + " DESC NULLS LAST, id"))
                .containsExactly(5L, 3L, 1L, 2L, 4L, 6L);
        assertThat(database.column("SELECT id FROM orders WHERE (id, status) IN (SELECT order_id, 'NEW' FROM lines)"))
                .containsExactly(1L);
        assertThat(database.column("SELECT id FROM orders WHERE id = (SELECT MAX(order_id) FROM lines)"))
                .containsExactly(5L);
    }

    @Test
    void joinsByNameTakeEachColumnOnce() {
        assertThat(database.rows(
                        "SELECT * FROM lines AS a JOIN lines AS b USING (order_id, line) WHERE a.order_id = 2"))
                .containsExactly(list(2L, 1L, "nut", "nut"));
        assertThat(database.column("SELECT COUNT(*) FROM customers NATURAL JOIN customers AS other"))
                .containsExactly(3L);
    }

    @Test
    void groupsCanBeNamedByOrdinalAndExpression() {
        assertThat(database.rows("SELECT id % 2, COUNT(*) FROM orders GROUP BY 1 ORDER BY 1"))
                .containsExactly(list(0L, 3L), list(1L, 3L));
        assertThat(database.rows("SELECT COALESCE(status, 'none') AS st, SUM(amount) FROM orders GROUP BY"
                        + " COALESCE(status, 'none') ORDER BY st LIMIT 1"))
                .containsExactly(list("DONE", number("1250.00")));
    }

    @Test
    void longListsAreLookedUp() {
        var items = new StringBuilder("-1");
        for (int i = 0; i < 3000; i++) {
            items.append(", ").append(i * 7);
        }
        assertThat(database.column("SELECT id FROM orders WHERE customer IN (" + items + ")"))
                .isEmpty();
        assertThat(database.column("SELECT COUNT(*) FROM orders WHERE customer NOT IN (" + items + ", 99)"))
                .containsExactly(4L);
    }

    @Test
    void explainShowsHowEachStepIsDone() {
        assertThat(database.explain(
                        "EXPLAIN SELECT c.name, COUNT(*) FROM orders o JOIN customers c ON o.customer = c.id"
                                + " WHERE o.amount > 100 GROUP BY c.name ORDER BY 2 DESC LIMIT 3"))
                .isEqualTo("""
                        Sort by #2 desc nulls first, limit 3
                          Aggregate count(*) by name
                            Project name
                              HashJoin inner on customer = id, holds the second input
                                Scan orders, columns (customer, amount), filter CAST(amount AS DECIMAL(12, 2)) > 100
                                Scan customers, columns (id, name)
                        """.strip());
    }

    @Test
    void momentsOutOfRangeAreErrors() {
        for (String moment : List.of(
                "timestampadd(year, 2147483647, TIMESTAMP '2023-01-01 00:00:00')",
                "timestampadd(year, 1000000, TIMESTAMP '2023-01-01 00:00:00')",
                "TIMESTAMP '2023-01-01 00:00:00' + 2147483647 * INTERVAL '100' DAY",
                "to_timestamp(1e300)",
                "to_timestamp(CAST('NaN' AS DOUBLE))")) {
            assertFails(() -> database.rows("SELECT " + moment), ErrorCode.NUMERIC_OUT_OF_RANGE);
        }
    }

    @Test
    @Timeout(20)
    void aRegularExpressionThatNeverEndsIsRefused() {
        String text = "repeat('x', 3000)";
        assertFails(
                () -> database.rows("SELECT regexp_like(" + text + ", '(x*)*(x*)*(x*)*y')"),
                ErrorCode.INVALID_PARAMETER,
                "regular expression");
        assertFails(
                () -> database.rows("SELECT regexp_replace(repeat('ab', 100000), '(a|b)*c', '')"),
                ErrorCode.INVALID_PARAMETER,
                "regular expression");
        assertThat(database.column("SELECT regexp_replace('abc', '(b)', '[\\1]')"))
                .containsExactly("a[b]c");
    }

    @Test
    void aReplacementThatIsTooLongIsRefused() {
        assertFails(
                () -> database.rows("SELECT length(replace(repeat('a', 10000), 'a', repeat('b', 100000)))"),
                ErrorCode.VALUE_TOO_LONG,
                "1000000000 characters");
    }

    @Test
    void functionsThatThisVersionDoesNotHaveAreRefusedAsSuch() {
        for (String call : List.of(
                "row_number() OVER (ORDER BY id)",
                "ROW_NUMBER() OVER ()",
                "rank() OVER (PARTITION BY customer ORDER BY id)",
                "lag(id) OVER (ORDER BY id)",
                "lag(id, 1, 0) OVER (ORDER BY id)",
                "first_value(id) OVER (ORDER BY id)",
                "SUM(id) OVER (ORDER BY id)",
                "COUNT(*) OVER ()",
                "string_agg(CAST(id AS VARCHAR), ',')",
                "string_agg(CAST(id AS VARCHAR), ',' ORDER BY id)",
                "STRING_AGG(DISTINCT CAST(id AS VARCHAR), ',')",
                "array_agg(id)",
                "array_agg(id ORDER BY id)",
                "json_agg(id)",
                "percentile_cont(0.5) WITHIN GROUP (ORDER BY id)")) {
            assertThatThrownBy(() -> database.rows("SELECT " + call + " FROM orders"))
                    .as(call)
                    .isInstanceOfSatisfying(AlluviumException.class, e -> {
                        assertThat(e.code()).as(call).isEqualTo(ErrorCode.FEATURE_NOT_SUPPORTED);
                        assertThat(e.hint()).as(call).isPresent();
                    });
        }
        assertFails(() -> database.rows("SELECT no_such(id) FROM orders"), ErrorCode.UNDEFINED_FUNCTION);
    }

    @Test
    void whatHasNoValueSaysWhyAndWhatToDo() {
        assertHint("SELECT sqrt(-1)", ErrorCode.NUMERIC_OUT_OF_RANGE, "SQRT(-1.0) has no value", "numbers from 0 on");
        assertHint("SELECT ln(0)", ErrorCode.NUMERIC_OUT_OF_RANGE, "LN(0.0) has no value", "numbers above 0");
        assertHint("SELECT exp(1000)", ErrorCode.NUMERIC_OUT_OF_RANGE, "EXP(1000.0) has no value", "below 1.8e308");
        assertHint("SELECT power(-8, 0.5)", ErrorCode.NUMERIC_OUT_OF_RANGE, "POWER(-8.0, 0.5)", "whole exponents");
        assertHint(
                "SELECT id FROM orders LIMIT -1",
                ErrorCode.INVALID_PARAMETER,
                "LIMIT must not be negative",
                "all rows");
        assertHint(
                "SELECT id FROM orders LIMIT 1 OFFSET -2",
                ErrorCode.INVALID_PARAMETER,
                "OFFSET must not be negative",
                "all rows");
    }

    private void assertHint(String sql, ErrorCode code, String message, String hint) {
        assertThatThrownBy(() -> database.rows(sql)).as(sql).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(message);
            assertThat(e.hint().orElse("")).contains(hint);
        });
    }
}
