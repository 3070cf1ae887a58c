package io.alluvium.query;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.sql.Filter;
import io.alluvium.sql.Selection;
import io.alluvium.table.TableView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads some columns of the rows of a table, all of them or those that indexes find, and leaves out the rows that
/// a condition is not TRUE for.
final class TableScanOperator extends Operator {

    /// The operator is kept for the next run when it reads no more rows than that.
    private static final int FEW_ROWS = 256;

    private final Execution execution;
    private final int table;
    private final int[] columns;
    private final TableAccess access;
    private final @Nullable Filter filter;
    private final Selection all = new Selection(0);
    private TableAccess.@Nullable Path path;
    private TableView.@Nullable Scan scan;
    private long read;
    private long readInPass;
    private boolean mayOrder = true;
    private boolean isOrderGivenUp;

    /// @param columns the places in the table's schema of the columns that the batches have
    /// @param filter over those columns
    TableScanOperator(
            Execution execution,
            int table,
            int[] columns,
            List<ColumnType> types,
            TableAccess access,
            @Nullable Filter filter) {
        super(types, List.of());
        this.execution = execution;
        this.table = table;
        this.columns = columns;
        this.access = access;
        this.filter = filter;
    }

    @Override
    void open() {
        TableView view = execution.view(table);
        TableAccess.Path now = access.decide(view, mayOrder);
        path = now;
        mayOrder = true;
        isOrderGivenUp = false;
        readInPass = 0;
        scan = switch (now) {
            case TableAccess.Path.Whole ignored -> access.scanWhole(view, columns);
            case TableAccess.Path.ByIndexes by -> by.condition().scan(view, columns);
            case TableAccess.Path.InOrder by -> by.order().scan(view, columns);
        };
    }

    @Override
    @Nullable
    RowBatch produce() {
        TableView.Scan running = scan;
        if (running == null) {
            return null;
        }
        long most = path instanceof TableAccess.Path.InOrder inOrder ? inOrder.mostRows() : Long.MAX_VALUE;
        for (RowBatch batch = running.next(); batch != null; batch = running.next()) {
            execution.check();
            read += batch.size();
            readInPass += batch.size();
            if (readInPass > most) {
                isOrderGivenUp = true;
                break;
            }
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

    /// By how many of the wanted order's keys the rows come in order; 0 when they come in none.
    int orderedKeys() {
        return path instanceof TableAccess.Path.InOrder inOrder
                ? inOrder.order().keys()
                : 0;
    }

    /// Whether the rows have ended early, because too many of them do not pass. After [#readInAnyOrder] and [#open]
    /// they come again, all of them.
    boolean isOrderGivenUp() {
        return isOrderGivenUp;
    }

    void readInAnyOrder() {
        mayOrder = false;
    }

    TableAccess access() {
        return access;
    }

    /// How the table is read with the parameters that are set; null when there is nothing to look at.
    TableAccess.@Nullable Path path() {
        if (path != null || !execution.hasViews()) {
            return path;
        }
        return access.decide(execution.view(table), true);
    }

    /// Whether the last run has read few rows by an index.
    boolean hasReadLittle() {
        return path instanceof TableAccess.Path.ByIndexes && readInPass <= FEW_ROWS;
    }

    @Override
    long rowsRead() {
        return read;
    }

    @Override
    void close() {
        scan = null;
    }
}
