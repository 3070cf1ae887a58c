package io.alluvium.perf;

import io.alluvium.data.RowBatch;
import io.alluvium.data.TableName;
import io.alluvium.metrics.Meters;
import io.alluvium.query.PreparedQuery;
import io.alluvium.query.QueryEngine;
import io.alluvium.query.QueryLimits;
import io.alluvium.query.ResultCursor;
import io.alluvium.sql.Statement;
import io.alluvium.sql.StatementParser;
import io.alluvium.table.TableDirectory;
import java.util.List;
import java.util.Optional;

/// Alluvium's table asked in SQL, in process, with a statement that is prepared.
final class SqlTablePeer extends TablePeer {

    private final Meters meters = new Meters();
    private final QueryEngine engine = new QueryEngine(new OneTable(), meters, QueryLimits.defaults());
    private PreparedQuery sum;

    @Override
    long sumQuantity() {
        if (sum == null) {
            sum = engine.prepare((Statement.Query) StatementParser.parse("SELECT SUM(qty) FROM orders"));
        }
        try (ResultCursor cursor = sum.execute(List.of())) {
            RowBatch batch = cursor.next();
            while (batch != null && batch.size() == 0) {
                batch = cursor.next();
            }
            return batch.column(0).storage() == io.alluvium.data.ColumnType.Storage.LONG
                    ? batch.column(0).getLong(0)
                    : batch.column(0).getDecimal(0).longValueExact();
        }
    }

    @Override
    public void close() {
        engine.close();
        meters.close();
    }

    private final class OneTable implements TableDirectory {
        @Override
        public Optional<TableHandle> find(TableName name) {
            return name.equals(store.name()) ? Optional.of(store) : Optional.empty();
        }

        @Override
        public List<TableName> names() {
            return List.of(store.name());
        }

        @Override
        public long version() {
            return 1;
        }
    }
}
