package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.sql.Filter;
import io.alluvium.sql.Selection;
import io.alluvium.table.TableView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads some columns of every row of a table, and leaves out the rows that a condition is not TRUE for.
final class TableScanOperator extends Operator {

    private final Execution execution;
    private final int table;
    private final int[] columns;
    private final @Nullable Filter filter;
    private final Selection all = new Selection(0);
    private TableView.@Nullable Scan scan;

    /// @param columns the places in the table's schema of the columns that the batches have
    /// @param filter over those columns
    TableScanOperator(Execution execution, int table, int[] columns, List<ColumnType> types, @Nullable Filter filter) {
        super(types, List.of());
        this.execution = execution;
        this.table = table;
        this.columns = columns;
        this.filter = filter;
    }

    @Override
    void open() {
        scan = execution.view(table).scan(columns);
    }

    @Override
    @Nullable
    RowBatch produce() {
        TableView.Scan running = scan;
        if (running == null) {
            return null;
        }
        for (RowBatch batch = running.next(); batch != null; batch = running.next()) {
            execution.check();
            if (filter == null) {
                return give(batch);
            }
            if (all.size() != batch.size()) {
                all.selectAll(batch.size());
            }
            Selection passed = filter.select(batch, all);
            if (!passed.isEmpty()) {
                return give(batch, passed);
            }
        }
        scan = null;
        return null;
    }

    @Override
    void close() {
        scan = null;
    }
}
