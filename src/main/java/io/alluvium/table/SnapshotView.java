package io.alluvium.table;

import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.Vector;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
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
    private final List<SecondaryIndex> indexes;
    /// What each index has for this view, once it was asked for.
    private final @Nullable IndexView[] indexViews;

    /// @param views by partition, null where there is none
    SnapshotView(
            long version,
            Schema schema,
            int[] keyColumns,
            @Nullable PartitionView[] views,
            List<SecondaryIndex> indexes) {
        this.version = version;
        this.schema = schema;
        this.keyColumns = keyColumns;
        this.views = views;
        this.indexes = indexes;
        this.indexViews = new @Nullable IndexView[indexes.size()];
    }

    /// By partition, null where there is none.
    @Nullable
    PartitionView[] partitionViews() {
        return views;
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
        return new Pass(columns, List.of());
    }

    @Override
    public Scan scan(int[] columns, List<ColumnRange> ranges) {
        return new Pass(columns, ranges);
    }

    @Override
    public List<IndexDefinition> indexes() {
        return indexes.stream().map(index -> index.definition).toList();
    }

    private IndexSearch search(IndexDefinition wanted) {
        for (int i = 0; i < indexes.size(); i++) {
            if (indexes.get(i).definition.equals(wanted)) {
                return new IndexSearch(this, present(i));
            }
        }
        throw new IllegalArgumentException("this view has no index " + wanted);
    }

    /// What an index has by now. A thread may or may not see what another has worked out: either is right.
    private IndexView present(int at) {
        IndexView known = indexViews[at];
        SecondaryIndex index = indexes.get(at);
        if (known == null || known.runs != index.runs()) {
            known = new IndexView(index, views);
            indexViews[at] = known;
        }
        return known;
    }

    @Override
    public Scan scan(IndexDefinition index, List<IndexRange> ranges, int[] columns) {
        return search(index).scan(ranges, columns);
    }

    @Override
    public Scan scanOrdered(IndexDefinition index, @Nullable IndexRange range, boolean descending, int[] columns) {
        return search(index).ordered(range, descending, columns);
    }

    @Override
    public RowSet rows(IndexDefinition index, List<IndexRange> ranges) {
        return search(index).rows(ranges);
    }

    @Override
    public Scan scan(RowSet rows, int[] columns) {
        if (rows.view != this) {
            throw new IllegalArgumentException("the set is of another view");
        }
        return new RowSetScan(rows, columns);
    }

    @Override
    public long estimate(IndexDefinition index, List<IndexRange> ranges) {
        return search(index).estimate(ranges);
    }

    int partitions() {
        return views.length;
    }

    /// The chunks of a partition, null where one was given up.
    @Nullable
    ChunkView[] chunks(int partition) {
        PartitionView view = views[partition];
        return view == null ? NO_CHUNKS : view.chunks;
    }

    /// The number of a partition's first chunk.
    long firstChunk(int partition) {
        PartitionView view = views[partition];
        return view == null ? 0 : view.firstChunk;
    }

    @Override
    public long unindexedRows(IndexDefinition index) {
        return search(index).unindexedRows();
    }

    static long number(int partition, ChunkView chunk, int place) {
        return ((long) partition << PARTITION_SHIFT) | chunk.chunk.id(place);
    }

    /// An empty batch for columns of the schema.
    RowBatch newBatch(int[] columns, int capacity) {
        return RowBatch.ofTypes(
                Arrays.stream(columns)
                        .mapToObj(column -> schema.column(column).type())
                        .toList(),
                capacity);
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

    ColumnData column(long row, int column) {
        return holder(row).columns[column];
    }

    private ChunkView holder(long row) {
        return Objects.requireNonNull(views[(int) (row >>> PARTITION_SHIFT)]).holder(row);
    }

    static int place(long row) {
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

        private final List<ColumnRange> ranges;
        private long skipped;

        Pass(int[] columns, List<ColumnRange> ranges) {
            this.ranges = ranges;
            this.columns = columns.clone();
            this.batch = newBatch(columns, RowBatch.DEFAULT_ROWS);
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
                if (view == null || place >= view.rows || (place == 0 && isRuledOut(view))) {
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

        private boolean isRuledOut(ChunkView view) {
            for (ColumnRange range : ranges) {
                if (!range.mayHoldIn(view)) {
                    skipped += view.rows;
                    return true;
                }
            }
            return false;
        }

        @Override
        public long skippedRows() {
            return skipped;
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
