package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A [TableView] made of one view per partition.
///
/// A row's number is its id in its partition below the partition's place among the views. It is handed to the
/// caller and back, never kept: a field written with each look-up would be waited for by the reads that follow it,
/// and keep one look-up's waits for memory from overlapping with another's.
final class SnapshotView implements TableView {

    /// The bits of a row's number that are its id in its partition.
    private static final int PARTITION_SHIFT = 48;
    private static final @Nullable ChunkView[] NO_CHUNKS = {};

    /// How many changes the table had when the view was made.
    final long version;

    private final Schema schema;
    private final int[] keyColumns;
    private final @Nullable PartitionView[] views;

    /// @param views by partition, null where there is none
    SnapshotView(long version, Schema schema, int[] keyColumns, @Nullable PartitionView[] views) {
        this.version = version;
        this.schema = schema;
        this.keyColumns = keyColumns;
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
            sum += view == null ? 0 : view.rows;
        }
        return sum;
    }

    @Override
    public Scan scan(int[] columns) {
        return new Pass(columns);
    }

    /// Kafka's own producers put a key where its hash says, so that is where it is looked for first; others have
    /// ways of their own, so the other partitions are next.
    @Override
    public long find(byte[] key) {
        long hash = KeyIndex.hash(key);
        int first = views.length > 1 ? Murmur2.partition(key, views.length) : 0;
        for (int i = 0; i < views.length; i++) {
            int partition = first + i < views.length ? first + i : first + i - views.length;
            PartitionView view = views[partition];
            long id = view == null ? PartitionView.ABSENT : view.find(key, hash);
            if (id != PartitionView.ABSENT) {
                return ((long) partition << PARTITION_SHIFT) | id;
            }
        }
        return NO_ROW;
    }

    @Override
    public void find(byte[][] keys, int count, long[] rows) {
        if (views.length == 1 && views[0] != null) {
            views[0].find(keys, count, rows);
            return;
        }
        for (int i = 0; i < count; i++) {
            rows[i] = find(keys[i]);
        }
    }

    private ColumnData column(long row, int column) {
        return holder(row).columns[column];
    }

    private ChunkView holder(long row) {
        return Objects.requireNonNull(views[(int) (row >>> PARTITION_SHIFT)]).holder(row);
    }

    private static int place(long row) {
        return (int) row & Chunk.PLACE_MASK;
    }

    @Override
    public boolean isNull(long row, int column) {
        return column(row, column).isNull(place(row));
    }

    @Override
    public long getLong(long row, int column) {
        return column(row, column).getLong(place(row));
    }

    @Override
    public double getDouble(long row, int column) {
        return column(row, column).getDouble(place(row));
    }

    @Override
    public String getText(long row, int column) {
        return (String) column(row, column).getObject(place(row));
    }

    @Override
    public BigDecimal getDecimal(long row, int column) {
        ColumnData data = column(row, column);
        return data.type.storage() == ColumnType.Storage.LONG
                ? BigDecimal.valueOf(data.getLong(place(row)), data.type.scale())
                : (BigDecimal) data.getObject(place(row));
    }

    @Override
    public Object getObject(long row, int column) {
        return column(row, column).getObject(place(row));
    }

    @Override
    public void copy(long row, RowBatch batch, int target, int[] columns) {
        ColumnData[] from = holder(row).columns;
        for (int c = 0; c < columns.length; c++) {
            from[columns[c]].readOrNull(place(row), batch.column(c), target);
        }
    }

    /// Column by column, so that the waits of many rows for memory overlap.
    @Override
    public void copy(long[] rows, int count, RowBatch batch, int[] columns) {
        for (int c = 0; c < columns.length; c++) {
            Vector target = batch.column(c);
            int column = columns[c];
            for (int i = 0; i < count; i++) {
                holder(rows[i]).columns[column].readOrNull(place(rows[i]), target, i);
            }
        }
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
            this.batch = RowBatch.ofTypes(
                    Arrays.stream(columns)
                            .mapToObj(column -> schema.column(column).type())
                            .toList(),
                    RowBatch.DEFAULT_ROWS);
        }

        @Override
        public @Nullable RowBatch next() {
            while (partition < views.length) {
                PartitionView now = views[partition];
                @Nullable ChunkView[] chunks = now == null ? NO_CHUNKS : now.chunks;
                if (chunk >= chunks.length) {
                    partition++;
                    chunk = 0;
                    continue;
                }
                ChunkView view = chunks[chunk];
                if (view == null || place >= view.rows) {
                    chunk++;
                    place = 0;
                    continue;
                }
                int to = Math.min(view.rows, place + RowBatch.DEFAULT_ROWS);
                int count = read(Objects.requireNonNull(now), view, place, to);
                place = to;
                if (count > 0) {
                    batch.setSize(count);
                    return batch;
                }
            }
            return null;
        }

        private int read(PartitionView partitionView, ChunkView view, int from, int to) {
            Deaths deaths = view.deaths;
            int count = deaths == null ? to - from : deaths.collectAlive(from, to, partitionView.batch, places);
            if (count == to - from) {
                for (int c = 0; c < columns.length; c++) {
                    view.chunk.columns[columns[c]].readRange(from, to - from, batch.column(c), 0);
                }
                return count;
            }
            for (int c = 0; c < columns.length; c++) {
                view.chunk.columns[columns[c]].readRows(places, count, batch.column(c), 0);
            }
            return count;
        }
    }
}
