package io.alluvium.table;

import io.alluvium.data.RowBatch;
import org.jspecify.annotations.Nullable;

/// A pass over rows in an order that comes from elsewhere, row by row. Its first batches are small, because who
/// wants an order often wants few rows.
final class RowNumberScan implements TableView.Scan {

    private static final int FIRST_ROWS = 16;

    /// Where the rows come from.
    interface Source {
        /// The number of the next row, or [TableView#NO_ROW].
        long next();
    }

    private final SnapshotView view;
    private final Source source;
    private final int[] columns;
    private final RowBatch batch;
    private int capacity = FIRST_ROWS;

    RowNumberScan(SnapshotView view, Source source, int[] columns) {
        this.view = view;
        this.source = source;
        this.columns = columns.clone();
        this.batch = view.newBatch(columns, FIRST_ROWS);
    }

    @Override
    public @Nullable RowBatch next() {
        batch.columns().forEach(vector -> vector.ensureCapacity(capacity));
        int size = 0;
        while (size < capacity) {
            long row = source.next();
            if (row == TableView.NO_ROW) {
                break;
            }
            view.copy(row, batch, size++, columns);
        }
        capacity = Math.min(RowBatch.DEFAULT_ROWS, capacity * 2);
        batch.setSize(size);
        return size == 0 ? null : batch;
    }
}
