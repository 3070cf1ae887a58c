package io.alluvium.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlanCacheTest {

    private static final Schema SCHEMA = Schema.of(
            new Column("id", ColumnType.BIGINT, false),
            Column.of("name", ColumnType.VARCHAR),
            Column.of("price", ColumnType.decimal(8, 2)));

    private final Database database = new Database();

    @BeforeEach
    void fill() {
        database.put("items", SCHEMA, 1, rows());
        database.put("other", SCHEMA, 1, rows());
    }

    private static List<@Nullable Object[]> rows() {
        return List.of(
                new @Nullable Object[] {1L, "nut", new BigDecimal("1.50")},
                new @Nullable Object[] {2L, "bolt", new BigDecimal("2.50")},
                new @Nullable Object[] {3L, null, null});
    }

    @AfterEach
    void close() {
        database.close();
    }

    private long hits() {
        return database.metric("alluvium_plan_cache_hits_total");
    }

    private long misses() {
        return database.metric("alluvium_plan_cache_misses_total");
    }

    @Test
    void theSameStatementWithOtherLiteralsIsAHit() {
        assertThat(database.column("SELECT name FROM items WHERE id = 1")).containsExactly("nut");
        assertThat(database.column("SELECT name FROM items WHERE id = 2")).containsExactly("bolt");
        assertThat(database.column("select  name from items where id = 3")).containsExactly((Object) null);
        assertThat(hits()).isEqualTo(2);
        assertThat(misses()).isEqualTo(1);

        assertThat(database.column("SELECT id FROM items WHERE name LIKE 'n%' OR price > 2.40 ORDER BY id"))
                .containsExactly(1L, 2L);
        assertThat(database.column("SELECT id FROM items WHERE name LIKE '%x' OR price > 1.49 ORDER BY id"))
                .containsExactly(1L, 2L);
        assertThat(database.column("SELECT id FROM items WHERE name LIKE '%t' OR price > 9.00 ORDER BY id"))
                .containsExactly(1L, 2L);
        assertThat(hits()).isEqualTo(4);
    }

    @Test
    void literalsOfOtherTypesHavePlansOfTheirOwn() {
        assertThat(database.column("SELECT id FROM items WHERE id > 1")).containsExactlyInAnyOrder(2L, 3L);
        assertThat(database.column("SELECT id FROM items WHERE id > 1.5")).containsExactlyInAnyOrder(2L, 3L);
        assertThat(database.column("SELECT id FROM items WHERE id > 2.5")).containsExactly(3L);
        assertThat(database.column("SELECT id FROM items WHERE id > 12.55")).isEmpty();
        assertThat(database.column("SELECT id FROM items WHERE id > 5000000000"))
                .isEmpty();
        assertThat(misses()).isEqualTo(4);
        assertThat(hits()).isEqualTo(1);
    }

    @Test
    void literalsThatTheQueryIsJudgedByAreNotExchanged() {
        assertThat(database.rows("SELECT id + 1, COUNT(*) FROM items GROUP BY id + 1"))
                .hasSize(3);
        assertThatThrownBy(() -> database.rows("SELECT id + 2, COUNT(*) FROM items GROUP BY id + 1"))
                .isInstanceOf(AlluviumException.class);
        assertThat(database.column("SELECT id * 1 FROM items ORDER BY id * 1")).containsExactly(1L, 2L, 3L);
        assertThat(database.column("SELECT id * 2 FROM items ORDER BY id * -1")).containsExactly(6L, 4L, 2L);
        assertThat(database.column("SELECT id FROM items ORDER BY 1 LIMIT 1")).containsExactly(1L);
        assertThat(database.column("SELECT id FROM items ORDER BY 1 LIMIT 2")).containsExactly(1L, 2L);
        assertThat(database.column("SELECT SUBSTRING(name, 1, 2) FROM items WHERE id = 1"))
                .containsExactly("nu");
        assertThat(database.column("SELECT SUBSTRING(name, 2, 2) FROM items WHERE id = 1"))
                .containsExactly("ut");
    }

    @Test
    void literalsInTheSelectListAndInSubSelectsAreExchanged() {
        assertThat(database.rows("SELECT id + 1, 'a' FROM items WHERE id IN (SELECT id FROM other WHERE price > 2)"))
                .containsExactly(List.of(3L, "a"));
        assertThat(database.rows("SELECT id + 5, 'b' FROM items WHERE id IN (SELECT id FROM other WHERE price < 2)"))
                .containsExactly(List.of(6L, "b"));
        assertThat(database.rows("SELECT id + 7, 'c' FROM items WHERE id IN (SELECT id FROM other WHERE price > 1)"))
                .containsExactlyInAnyOrder(List.of(8L, "c"), List.of(9L, "c"));
        assertThat(hits()).isEqualTo(1);
    }

    @Test
    void aChangedTableIsPlannedAnewAndNoOther() {
        assertThat(database.rows("SELECT * FROM items WHERE id = 1").getFirst()).hasSize(3);
        assertThat(database.rows("SELECT * FROM other WHERE id = 1").getFirst()).hasSize(3);
        database.store("items").evolve(SCHEMA.with(Column.of("added", ColumnType.VARCHAR)));

        assertThat(database.rows("SELECT * FROM items WHERE id = 1").getFirst()).hasSize(4);
        long missesBefore = misses();
        assertThat(database.rows("SELECT * FROM other WHERE id = 2").getFirst()).hasSize(3);
        assertThat(misses()).isEqualTo(missesBefore);

        database.drop("items");
        assertThatThrownBy(() -> database.rows("SELECT * FROM items WHERE id = 1"))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("items");
    }

    @Test
    void theCacheForgetsThePlanUsedLongestAgo() {
        var cache = new PlanCache(2);
        Plan plan = new QueryPlanner(database)
                .plan(Database.parse("SELECT 1"), new io.alluvium.sql.LiftedLiterals(List.of()));
        cache.put("a", plan);
        cache.put("b", plan);
        cache.find("a");
        cache.put("c", plan);

        assertThat(cache.peek("a")).isNotNull();
        assertThat(cache.peek("b")).isNull();
        assertThat(cache.evictions()).isEqualTo(1);
    }

    @Test
    void aPreparedQueryKnowsItsColumnsAndParameters() {
        PreparedQuery prepared =
                database.engine.prepare(Database.parse("SELECT name, price FROM items WHERE id = $1 AND price > $2"));

        assertThat(prepared.schema().names()).containsExactly("name", "price");
        assertThat(prepared.parameterTypes()).containsExactly(ColumnType.BIGINT, ColumnType.decimal(8, 2));
        assertThat(Database.read(prepared.execute(List.of(2L, new BigDecimal("1")))))
                .containsExactly(List.of("bolt", new BigDecimal("2.50")));
        assertThat(Database.read(prepared.execute(List.of("1", "0.5")))).hasSize(1);
        assertThat(Database.read(prepared.execute(List.of(1L, new BigDecimal("9")))))
                .isEmpty();

        database.store("items").evolve(SCHEMA.with(Column.of("added", ColumnType.VARCHAR)));
        assertThat(Database.read(prepared.execute(List.of(2L, new BigDecimal("1")))))
                .hasSize(1);
    }

    @Test
    void warmingUpLeavesTheEngineReady() {
        database.engine.warmUp();

        assertThat(misses()).isEqualTo(3);
        assertThat(database.metric("alluvium_queries_total{outcome=\"ok\"}")).isEqualTo(3);
        assertThat(database.metric("alluvium_queries_running")).isZero();
    }
}
