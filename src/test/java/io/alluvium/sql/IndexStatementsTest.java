package io.alluvium.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.TableIndex;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexStatementsTest {

    private static Statement.CreateIndex create(String sql) {
        return (Statement.CreateIndex) StatementParser.parse(sql);
    }

    private static AlluviumException error(String sql) {
        try {
            StatementParser.parse(sql);
        } catch (AlluviumException e) {
            return e;
        }
        throw new AssertionError(sql + " is read without an error");
    }

    @Test
    void anIndexHasANameATableAndColumns() {
        String sql = "CREATE INDEX by_status ON orders (status, \"At\")";

        assertThat(create(sql + ";"))
                .isEqualTo(new Statement.CreateIndex(
                        sql,
                        "by_status",
                        new TableName("orders"),
                        List.of("status", "At"),
                        TableIndex.Kind.ORDERED,
                        false));
    }

    @Test
    void whatNeedNotBeWrittenIsLeftOut() {
        assertThat(create("create index on public.Orders using HASH (Status)"))
                .satisfies(index -> assertThat(index.name()).isNull())
                .satisfies(index -> assertThat(index.table()).isEqualTo(new TableName("orders")))
                .satisfies(index -> assertThat(index.columns()).containsExactly("status"))
                .satisfies(index -> assertThat(index.kind()).isEqualTo(TableIndex.Kind.HASH));
        assertThat(create("CREATE INDEX CONCURRENTLY IF NOT EXISTS x ON t USING btree (a ASC)")
                        .ifNotExists())
                .isTrue();
        assertThat(create("CREATE INDEX x ON t USING ordered (a)").kind()).isEqualTo(TableIndex.Kind.ORDERED);
    }

    @Test
    void theStatementOfAnIndexMakesTheSameIndex() {
        var index = new TableIndex("a \"b\"", new TableName("T x"), List.of("C", "d"), TableIndex.Kind.HASH);

        assertThat(create(index.sql()))
                .isEqualTo(new Statement.CreateIndex(
                        index.sql(), index.name(), index.table(), index.columns(), index.kind(), false));
    }

    @Test
    void namesAreThoseOfPostgres() {
        var table = new TableName("orders");
        List<String> columns = List.of("status", "at");

        assertThat(TableIndex.nameFor(table, columns, name -> false)).isEqualTo("orders_status_at_idx");
        assertThat(TableIndex.nameFor(
                        table, columns, List.of("orders_status_at_idx", "orders_status_at_idx1")::contains))
                .isEqualTo("orders_status_at_idx2");
        assertThat(TableIndex.nameFor(table, List.of("x".repeat(200)), name -> false))
                .hasSize(128)
                .endsWith("_idx");
    }

    @Test
    void anIndexIsDroppedByItsName() {
        assertThat(StatementParser.parse("DROP INDEX by_status"))
                .isEqualTo(new Statement.DropIndex("DROP INDEX by_status", "by_status", false));
        assertThat(((Statement.DropIndex) StatementParser.parse("DROP INDEX IF EXISTS public.\"X\" CASCADE")))
                .satisfies(drop -> assertThat(drop.name()).isEqualTo("X"))
                .satisfies(drop -> assertThat(drop.ifExists()).isTrue());
    }

    @Test
    void indexesAreShownOfOneTableOrOfAll() {
        assertThat(((Statement.ShowIndexes) StatementParser.parse("SHOW INDEXES")).table())
                .isNull();
        assertThat(((Statement.ShowIndexes) StatementParser.parse("SHOW INDEXES FROM orders;")).table())
                .isEqualTo(new TableName("orders"));
        assertThat(error("SHOW INDEXS").hint())
                .hasValueSatisfying(hint -> assertThat(hint).contains("INDEXES"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE UNIQUE INDEX x ON t (a) | 8",
                "CREATE INDEX x ON t (a DESC) | 24",
                "CREATE INDEX x ON t (a NULLS FIRST) | 24",
                "CREATE INDEX x ON t (lower(a)) | 22",
                "CREATE INDEX x ON t ((a + 1)) | 22",
                "CREATE INDEX x ON t USING gin (a) | 27",
                "CREATE INDEX x ON t (a) WHERE a > 1 | 25",
                "CREATE INDEX x ON t (a) INCLUDE (b) | 25",
                "DROP INDEX x, y | 13",
            })
    void whatPostgresHasAndWeDoNotIsRefusedWithItsPlace(String sql, int position) {
        AlluviumException error = error(sql);

        assertThat(error.code()).isEqualTo(ErrorCode.FEATURE_NOT_SUPPORTED);
        assertThat(error.position()).isEqualTo(position);
        assertThat(error.hint()).isPresent();
    }

    @Test
    void whatIsNoStatementIsASyntaxError() {
        for (String sql : List.of(
                "CREATE INDEX x",
                "CREATE INDEX x ON t",
                "CREATE INDEX x ON t ()",
                "CREATE INDEX x ON t (a",
                "CREATE INDEX IF NOT EXISTS ON t (a)",
                "CREATE INDEX x ON t USING tree (a)",
                "CREATE OR REPLACE INDEX x ON t (a)",
                "DROP INDEX",
                "SHOW INDEXES orders")) {
            assertThat(error(sql).code()).as(sql).isEqualTo(ErrorCode.SYNTAX);
        }
        assertThat(error("CREATE INDEX x ON t (a, a)").code()).isEqualTo(ErrorCode.DUPLICATE_COLUMN);
        assertThatThrownBy(() -> StatementParser.parse("CREATE INDEX \"\" ON t (a)"))
                .isInstanceOf(AlluviumException.class);
    }
}
