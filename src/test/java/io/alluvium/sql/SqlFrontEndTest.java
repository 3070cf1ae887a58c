package io.alluvium.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SqlFrontEndTest {

    private static final Schema ORDERS = Schema.of(
            Column.of("id", ColumnType.BIGINT),
            Column.of("status", ColumnType.VARCHAR),
            Column.of("amount", ColumnType.decimal(12, 2)));

    private static final KnownTables TABLES =
            KnownTables.of(List.of("orders"), name -> name.equals("orders") ? Optional.of(ORDERS) : Optional.empty());

    private static SqlFrontEnd.ValidQuery validate(String sql) {
        var query = (Statement.Query) StatementParser.parse(sql);
        return new SqlFrontEnd(TABLES).validate(query.node(), sql);
    }

    @Test
    void columnsHaveTheNamesThatPostgresGivesThem() {
        assertThat(validate("SELECT id, COUNT(*), Sum(amount), amount + 1, id::text, MAX(id) AS top FROM orders"
                                + " GROUP BY id, amount")
                        .columns())
                .extracting(Column::name)
                .containsExactly("id", "count", "sum", "?column?", "id", "top");
    }

    @Test
    void theSameTreeIsValidatedTwice() {
        String sql = "SELECT * FROM orders WHERE status = 'NEW' AND amount BETWEEN 1 AND 2 ORDER BY id LIMIT 3";
        var query = (Statement.Query) StatementParser.parse(sql);
        var frontEnd = new SqlFrontEnd(TABLES);
        assertThat(frontEnd.validate(query.node(), sql).columns())
                .isEqualTo(frontEnd.validate(query.node(), sql).columns());
    }
}
