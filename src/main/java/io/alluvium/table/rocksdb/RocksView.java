package io.alluvium.table.rocksdb;

import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.table.IndexDefinition;
import io.alluvium.table.IndexRange;
import io.alluvium.table.Murmur2;
import io.alluvium.table.RowSet;
import io.alluvium.table.TableView;
import java.lang.ref.Cleaner;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/// The rows of a table on disk at one [Moment]. Safe from any thread.
///
/// A row's number is its place among the rows that this view has found. The bytes of the latest of them are kept,
/// of all others only the key, by which they are read again: a query that finds millions of rows keeps no rows.
///
/// The moment is let go when the view can no longer be reached. A scan holds nothing of the library between two
/// batches: each opens an iterator behind the last row of the one before. That costs little beside decoding the
/// batch, and a scan that is never finished leaves nothing open.
final class RocksView implements TableView {

    private static final Cleaner CLEANER =
            Cleaner.create(Thread.ofPlatform().name("rocksdb-views").daemon().factory());
    private static final int KEPT = 4 * RowBatch.DEFAULT_ROWS;
    private static final long READAHEAD_BYTES = 256 << 10;

    private final RocksStorage storage;
    private final Moment moment;
    private final Shape shape;
    private final int[] keyColumns;

    /// The database's key of each row found; guarded by `this`, as are the next two.
    private final List<byte[]> found = new ArrayList<>();
    private byte[][] kept = new byte[16][];
    /// The number of the row in each place of `kept`.
    private long[] keptNumbers = new long[16];

    /// @param moment held for this view
    RocksView(RocksStorage storage, Moment moment) {
        this.storage = storage;
        this.moment = moment;
        this.shape = moment.shape();
        this.keyColumns = storage.keyColumns();
        CLEANER.register(this, moment::letGo);
    }

    @Override
    public Schema schema() {
        return shape.schema();
    }

    @Override
    public int[] keyColumns() {
        return keyColumns.clone();
    }

    @Override
    public String storage() {
        return "rocksdb";
    }

    @Override
    public long rows() {
        return read(moment::rows);
    }

    private interface Reading<T> {
        T from(RocksDB database) throws RocksDBException;
    }

    private <T> T read(Reading<T> reading) {
        RocksDB database = moment.open().enter();
        try {
            return reading.from(database);
        } catch (RocksDBException e) {
            throw storage.unreadable(e);
        } finally {
            moment.open().exit();
            java.lang.ref.Reference.reachabilityFence(this);
        }
    }

    /// Looks where Kafka's own producers put the key first, then in the other partitions.
    @Override
    public long find(byte[] key) {
        int partitions = moment.partitions();
        if (partitions == 0) {
            return NO_ROW;
        }
        int first = Murmur2.partition(key, partitions);
        byte[] stored = RowKeys.row(first, key);
        byte[] row = value(stored);
        for (int i = 1; row == null && i < partitions; i++) {
            stored = RowKeys.row((first + i) % partitions, key);
            row = value(stored);
        }
        return row == null ? NO_ROW : keep(stored, row);
    }

    private byte @Nullable [] value(byte[] stored) {
        RocksDB database = moment.open().enter();
        try {
            return database.get(moment.options(), stored);
        } catch (RocksDBException e) {
            throw storage.unreadable(e);
        } finally {
            moment.open().exit();
            java.lang.ref.Reference.reachabilityFence(this);
        }
    }

    @Override
    public void find(byte[][] keys, int count, long[] rows) {
        Arrays.fill(rows, 0, count, NO_ROW);
        int partitions = moment.partitions();
        int[] open = new int[count];
        Arrays.setAll(open, i -> i);
        for (int i = 0; i < partitions && open.length > 0; i++) {
            open = find(keys, open, i, rows);
        }
    }

    /// Looks for those of the keys that are not found yet in the partition that is `step` behind their first.
    ///
    /// @return the places of those that are still not found
    private int[] find(byte[][] keys, int[] open, int step, long[] rows) {
        int partitions = moment.partitions();
        var stored = new ArrayList<byte[]>(open.length);
        for (int i : open) {
            stored.add(RowKeys.row((Murmur2.partition(keys[i], partitions) + step) % partitions, keys[i]));
        }
        List<byte @Nullable []> values = read(database -> database.multiGetAsList(moment.options(), stored));
        int[] missing = new int[open.length];
        int size = 0;
        for (int n = 0; n < open.length; n++) {
            byte[] row = values.get(n);
            if (row == null) {
                missing[size++] = open[n];
            } else {
                rows[open[n]] = keep(stored.get(n), row);
            }
        }
        return Arrays.copyOf(missing, size);
    }

    private synchronized long keep(byte[] stored, byte[] row) {
        int number = found.size();
        found.add(stored);
        if (number >= kept.length && kept.length < KEPT) {
            kept = Arrays.copyOf(kept, kept.length * 4);
            keptNumbers = Arrays.copyOf(keptNumbers, kept.length);
        }
        put(number, row);
        return number;
    }

    private void put(int number, byte[] row) {
        kept[number % kept.length] = row;
        keptNumbers[number % kept.length] = number;
    }

    private byte[] row(long number) {
        byte[] stored;
        synchronized (this) {
            int place = (int) (number % kept.length);
            byte[] row = kept[place];
            if (row != null && keptNumbers[place] == number) {
                return row;
            }
            stored = found.get((int) number);
        }
        byte[] row = Objects.requireNonNull(value(stored), "a row of a moment does not go");
        synchronized (this) {
            put((int) number, row);
        }
        return row;
    }

    @Override
    public boolean isNull(long row, int column) {
        byte[] bytes = row(row);
        return shape.reader(bytes).isNull(bytes, column);
    }

    @Override
    public long getLong(long row, int column) {
        byte[] bytes = row(row);
        return shape.reader(bytes).getLong(bytes, column);
    }

    @Override
    public double getDouble(long row, int column) {
        byte[] bytes = row(row);
        return shape.reader(bytes).getDouble(bytes, column);
    }

    @Override
    public String getText(long row, int column) {
        return (String) getObject(row, column);
    }

    @Override
    public BigDecimal getDecimal(long row, int column) {
        byte[] bytes = row(row);
        return shape.reader(bytes).getDecimal(bytes, column);
    }

    @Override
    public Object getObject(long row, int column) {
        byte[] bytes = row(row);
        return shape.reader(bytes).getObject(bytes, column);
    }

    @Override
    public void copy(long row, RowBatch batch, int target, int[] columns) {
        decode(row(row), batch, target, columns);
    }

    private void decode(byte[] row, RowBatch batch, int target, int[] columns) {
        RowReader reader = shape.reader(row);
        for (int c = 0; c < columns.length; c++) {
            reader.read(row, columns[c], batch.column(c), target);
        }
    }

    @Override
    public Scan scan(int[] columns) {
        return new Pass(columns);
    }

    @Override
    public List<IndexDefinition> indexes() {
        return List.of();
    }

    @Override
    public Scan scanOrdered(IndexDefinition index, @Nullable IndexRange range, boolean descending, int[] columns) {
        throw withoutIndexes();
    }

    @Override
    public RowSet rows(IndexDefinition index, List<IndexRange> ranges) {
        throw withoutIndexes();
    }

    @Override
    public Scan scan(RowSet rows, int[] columns) {
        throw withoutIndexes();
    }

    @Override
    public long estimate(IndexDefinition index, List<IndexRange> ranges) {
        throw withoutIndexes();
    }

    private static IllegalArgumentException withoutIndexes() {
        return new IllegalArgumentException("a table on disk has no indexes");
    }

    /// One pass over all partitions in the order of the database's keys.
    private final class Pass implements Scan {
        private final int[] columns;
        private final RowBatch batch;
        private byte @Nullable [] from = RowKeys.start(0);

        Pass(int[] columns) {
            this.columns = columns.clone();
            this.batch = RocksStorage.batch(schema(), columns);
        }

        @Override
        public @Nullable RowBatch next() {
            byte[] start = from;
            if (start == null) {
                return null;
            }
            int rows = RocksView.this.read(database -> fill(database, start));
            batch.setSize(rows);
            return rows == 0 ? null : batch;
        }

        /// Fills the batch from the rows that are not before `start`, and says how many they are.
        private int fill(RocksDB database, byte[] start) throws RocksDBException {
            try (var end = new Slice(RowKeys.end());
                    ReadOptions options =
                            moment.scanOptions().setIterateUpperBound(end).setReadaheadSize(READAHEAD_BYTES);
                    RocksIterator rows = database.newIterator(options)) {
                int count = 0;
                for (rows.seek(start); rows.isValid(); rows.next()) {
                    decode(rows.value(), batch, count++, columns);
                    if (count == RowBatch.DEFAULT_ROWS) {
                        from = RowKeys.after(rows.key());
                        return count;
                    }
                }
                rows.status();
                from = null;
                return count;
            }
        }
    }
}
