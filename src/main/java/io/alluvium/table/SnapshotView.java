package io.alluvium.table;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// A [TableView] made of one view per partition.
final class SnapshotView implements TableView {

    private final Schema schema;
    private final int[] keyColumns;
    private final PartitionStore[] stores;
    private final PartitionView[] views;

    /// @param stores the partitions, whose indexes find the keys, in the order of `views`
    SnapshotView(Schema schema, int[] keyColumns, PartitionStore[] stores, PartitionView[] views) {
        this.schema = schema;
        this.keyColumns = keyColumns;
        this.stores = stores;
        this.views = views;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public int[] keyColumns() {
        return keyColumns.clone();
    }

    @Override
    public long rows() {
        long sum = 0;
        for (PartitionView view : views) {
            sum += view.rows;
        }
        return sum;
    }

    @Override
    public Scan scan(int[] columns) {
        return new Pass(columns);
    }

    @Override
    public RowReader reader() {
        return new KeyReader(stores, views);
    }

    /// One pass: chunk after chunk, in slices of at most a batch.
    private final class Pass implements Scan {
        private final int[] columns;
        private final RowBatch batch;
        private final int[] places = new int[RowBatch.DEFAULT_ROWS];
        private int partition;
        private int chunk;
        private int place;

        Pass(int[] columns) {
            this.columns = columns.clone();
            var vectors = new ArrayList<Vector>(columns.length);
            for (int column : columns) {
                vectors.add(new Vector(schema.column(column).type(), RowBatch.DEFAULT_ROWS));
            }
            this.batch = new RowBatch(vectors, 0);
        }

        @Override
        public @Nullable RowBatch next() {
            while (partition < views.length) {
                @Nullable ChunkView[] chunks = views[partition].chunks;
                if (chunk >= chunks.length) {
                    partition++;
                    chunk = 0;
                    continue;
                }
                ChunkView view = chunks[chunk];
                if (view == null || view.alive == 0 || place >= view.rows) {
                    chunk++;
                    place = 0;
                    continue;
                }
                int to = Math.min(view.rows, place + RowBatch.DEFAULT_ROWS);
                int count = read(view, place, to);
                place = to;
                if (count > 0) {
                    batch.setSize(count);
                    return batch;
                }
            }
            return null;
        }

        private int read(ChunkView view, int from, int to) {
            if (view.dead == null) {
                for (int c = 0; c < columns.length; c++) {
                    view.chunk.columns.get(columns[c]).readRange(from, to - from, batch.column(c), 0);
                }
                return to - from;
            }
            int count = view.collectAlive(from, to, places);
            for (int c = 0; c < columns.length; c++) {
                view.chunk.columns.get(columns[c]).readRows(places, count, batch.column(c), 0);
            }
            return count;
        }
    }
}
