package io.alluvium.table;

import io.alluvium.data.RowBatch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A pass over the rows of a [RowSet], chunk after chunk.
final class RowSetScan implements TableView.Scan {

    private final RowSet rows;
    private final int[] columns;
    private final int capacity;
    private final RowBatch batch;
    private final int[] places = new int[Chunk.ROWS];
    private int partition;
    private int chunk;
    /// Places of the present chunk that are still to be read; they are the first ones in `places`.
    private int left;

    RowSetScan(RowSet rows, int[] columns) {
        this.rows = rows;
        this.columns = columns.clone();
        this.capacity = (int) Math.min(RowBatch.DEFAULT_ROWS, rows.count());
        this.batch = rows.view.newBatch(columns, capacity);
    }

    @Override
    public @Nullable RowBatch next() {
        int size = 0;
        while (size < capacity && (left > 0 || advance())) {
            int count = Math.min(left, capacity - size);
            ColumnData[] from = Objects.requireNonNull(rows.view.chunks(partition)[chunk]).columns;
            for (int c = 0; c < columns.length; c++) {
                from[columns[c]].readRows(places, count, batch.column(c), size);
            }
            size += count;
            left -= count;
            if (left > 0) {
                System.arraycopy(places, count, places, 0, left);
            } else {
                chunk++;
            }
        }
        batch.setSize(size);
        return size == 0 ? null : batch;
    }

    /// Goes on to the next chunk that has any of the rows.
    private boolean advance() {
        while (partition < rows.partitions()) {
            for (; chunk < rows.chunks(partition); chunk++) {
                PlaceSet set = rows.places(partition, chunk);
                if (set != null) {
                    left = set.copyTo(places);
                    return true;
                }
            }
            partition++;
            chunk = 0;
        }
        return false;
    }
}
