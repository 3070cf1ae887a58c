package io.alluvium.table.rocksdb;

import io.alluvium.data.Column;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.fault.AlluviumException;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.ChangeBatch.Kind;
import io.alluvium.table.TableStorage;
import io.alluvium.table.TableView;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The rows of one table in a RocksDB of its own.
///
/// Layout: one column family; a row lies under its partition and key ([RowKeys]) in the bytes of [RowLayout], with
/// the version of the columns that it was written under. Other columns are a new version and change no row: rows
/// are widened as they are read ([RowReader]). Beside the rows stand, for each partition, how many it has and the
/// offset that they lead up to ([PartitionEntry]).
///
/// What a crash leaves: nothing is written to a log of RocksDB's own, because the records are in Kafka. All entries
/// are in one column family and reach the disk in the order in which they were written, a batch whole or not at
/// all. An offset is written after the rows that it stands for, so that after a crash it is never ahead of them;
/// records between the two are taken once more, which changes nothing.
///
/// Publication: a change lets go of the [Moment] that views have shared so far; the next view makes a new one.
///
/// Owner: `lock` is held by whoever writes; readers take `publishing` for the moment of making a view, and no lock
/// to read.
final class RocksStorage implements TableStorage {

    private static final long FLUSH_AFTER_MILLIS = 60_000;

    private final TableName name;
    private final OpenDatabase open;
    private final int[] keyColumns;
    private final InstantSource clock;
    private final WriteOptions writing = new WriteOptions().setDisableWAL(true);
    private final ReentrantLock lock = new ReentrantLock();
    private final Object publishing = new Object();
    private volatile PartitionEntry[] entries;
    private volatile Shape shape;
    private @Nullable Moment latest;
    private volatile boolean failed;
    private volatile boolean corrupt;
    private long flushedMillis;
    private boolean isClosed;

    /// @param keyColumns the places of the key's columns in the columns of `shape`, in key order
    /// @param entries by partition
    RocksStorage(
            TableName name,
            OpenDatabase open,
            int[] keyColumns,
            Shape shape,
            PartitionEntry[] entries,
            InstantSource clock) {
        this.name = name;
        this.open = open;
        this.keyColumns = keyColumns.clone();
        this.shape = shape;
        this.entries = entries.clone();
        this.clock = clock;
        this.flushedMillis = clock.millis();
    }

    @Override
    public TableName name() {
        return name;
    }

    @Override
    public Schema schema() {
        return shape.schema();
    }

    int[] keyColumns() {
        return keyColumns.clone();
    }

    @Override
    public boolean apply(int partition, ChangeBatch batch) {
        return write(database -> {
            if (!hasColumnsOf(batch)) {
                return false;
            }
            Map<ByteBuffer, Integer> last = lastChanges(batch);
            if (last.isEmpty()) {
                return true;
            }
            var keys = new ArrayList<byte[]>(last.size());
            for (int change : last.values()) {
                keys.add(RowKeys.row(partition, batch.key(change)));
            }
            reservePartition(partition);
            long rows = entries[partition].rows();
            try (var changes = new WriteBatch()) {
                List<byte @Nullable []> before = database.multiGetAsList(keys);
                int n = 0;
                RowLayout layout = shape.newest();
                for (int change : last.values()) {
                    boolean isPresent = before.get(n) != null;
                    byte[] key = keys.get(n++);
                    if (batch.kind(change) == Kind.UPSERT) {
                        changes.put(key, layout.encode(batch.rows(), change));
                        rows += isPresent ? 0 : 1;
                    } else if (isPresent) {
                        changes.delete(key);
                        rows--;
                    }
                }
                PartitionEntry entry = entries[partition].withRows(rows);
                changes.put(RowKeys.partition(partition), entry.bytes());
                database.write(writing, changes);
                setEntry(partition, entry);
            }
            return true;
        });
    }

    private interface Writing {
        boolean to(RocksDB database) throws RocksDBException;
    }

    private boolean write(Writing change) {
        lock.lock();
        try {
            RocksDB database = open.enter();
            try {
                return change.to(database);
            } catch (RocksDBException e) {
                failed(e);
                throw Faults.of(name, "write", e);
            } finally {
                open.exit();
            }
        } finally {
            lock.unlock();
        }
    }

    private void failed(RocksDBException e) {
        failed = true;
        corrupt |= Faults.isCorruption(e);
    }

    /// Whether a write has failed: the database must be opened anew before it is written to again.
    boolean hasFailed() {
        return failed;
    }

    /// Whether what is on disk has turned out to be wrong.
    boolean isCorrupt() {
        return corrupt;
    }

    private boolean hasColumnsOf(ChangeBatch batch) {
        List<Vector> columns = batch.rows().columns();
        List<Column> own = schema().columns();
        if (columns.size() != own.size()) {
            return false;
        }
        for (int i = 0; i < columns.size(); i++) {
            if (!columns.get(i).type().equals(own.get(i).type())) {
                return false;
            }
        }
        return true;
    }

    /// For each key of the batch the last change that does something.
    private static Map<ByteBuffer, Integer> lastChanges(ChangeBatch batch) {
        Map<ByteBuffer, Integer> last = LinkedHashMap.newLinkedHashMap(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            if (batch.kind(i) != Kind.SKIP) {
                last.put(ByteBuffer.wrap(batch.key(i)), i);
            }
        }
        return last;
    }

    /// Lets views know of a partition before it has rows.
    private void reservePartition(int partition) {
        if (partition >= RowKeys.MAX_PARTITIONS) {
            throw new IllegalArgumentException("a table on disk has no partition " + partition);
        }
        if (partition >= entries.length) {
            PartitionEntry[] more = Arrays.copyOf(entries, partition + 1);
            Arrays.fill(more, entries.length, more.length, PartitionEntry.EMPTY);
            publish(() -> entries = more);
        }
    }

    private void setEntry(int partition, PartitionEntry entry) {
        PartitionEntry[] next = entries.clone();
        next[partition] = entry;
        publish(() -> entries = next);
    }

    /// Ends the moment that views have shared.
    private void publish(Runnable change) {
        Moment ended;
        synchronized (publishing) {
            change.run();
            ended = latest;
            latest = null;
        }
        if (ended != null) {
            ended.letGo();
        }
    }

    @Override
    public void clear(int partition) {
        write(database -> {
            if (partition >= entries.length || entries[partition].equals(PartitionEntry.EMPTY)) {
                return true;
            }
            try (var changes = new WriteBatch()) {
                changes.deleteRange(RowKeys.start(partition), RowKeys.start(partition + 1));
                changes.delete(RowKeys.partition(partition));
                database.write(writing, changes);
            }
            setEntry(partition, PartitionEntry.EMPTY);
            return true;
        });
    }

    /// Columns meet by name: after a restart those that a table has gained may stand in another order.
    @Override
    public void evolve(Schema wider) {
        write(database -> {
            if (wider.equals(schema())) {
                return true;
            }
            for (int column : keyColumns) {
                if (!wider.column(column).equals(schema().column(column))) {
                    throw new IllegalArgumentException(
                            "the key column " + schema().column(column).name() + " cannot change its type");
                }
            }
            Shape next = shape.with(wider);
            if (next.versions() > RowLayout.MAX_VERSIONS) {
                throw new IllegalStateException("the columns of " + name + " have changed too often");
            }
            database.put(writing, RowKeys.schema(next.newest().version()), RowLayout.schemaBytes(wider));
            publish(() -> shape = next);
            return true;
        });
    }

    @Override
    public TableView view() {
        open.enter();
        try {
            return new RocksView(this, moment());
        } finally {
            open.exit();
        }
    }

    /// The moment of now, held for the caller.
    private Moment moment() {
        synchronized (publishing) {
            Moment now = latest;
            if (now == null) {
                now = open.moment(shape, entries.length);
                latest = now;
            }
            now.hold();
            return now;
        }
    }

    /// What could not be read.
    AlluviumException unreadable(RocksDBException e) {
        corrupt |= Faults.isCorruption(e);
        return Faults.of(name, "read", e);
    }

    @Override
    public long rows() {
        long sum = 0;
        for (PartitionEntry entry : entries) {
            sum += entry.rows();
        }
        return sum;
    }

    /// The memory of what is not on disk yet; what is cached belongs to all tables together.
    @Override
    public long bytes() {
        if (!open.tryEnter()) {
            return 0;
        }
        try {
            return open.database().getLongProperty("rocksdb.size-all-mem-tables");
        } catch (RocksDBException e) {
            throw unreadable(e);
        } finally {
            open.exit();
        }
    }

    @Override
    public boolean growsInMemory() {
        return false;
    }

    @Override
    public OptionalLong offset(int partition) {
        PartitionEntry[] now = entries;
        return partition < now.length ? now[partition].offset() : OptionalLong.empty();
    }

    @Override
    public OptionalLong committedMillis(int partition) {
        PartitionEntry[] now = entries;
        return partition < now.length && now[partition].offset().isPresent()
                ? OptionalLong.of(now[partition].committedMillis())
                : OptionalLong.empty();
    }

    /// Also lets what has been written for a minute go to disk, so that a crash has little to be taken again.
    @Override
    public void commit(int partition, long next) {
        write(database -> {
            reservePartition(partition);
            long now = clock.millis();
            PartitionEntry entry = entries[partition].committed(next, now);
            database.put(writing, RowKeys.partition(partition), entry.bytes());
            PartitionEntry[] all = entries.clone();
            all[partition] = entry;
            entries = all;
            if (now - flushedMillis >= FLUSH_AFTER_MILLIS) {
                flush(database, false);
                flushedMillis = now;
            }
            return true;
        });
    }

    private static void flush(RocksDB database, boolean wait) throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(wait)) {
            database.flush(options);
        }
    }

    @Override
    public void checkInvariants() {
        write(database -> {
            for (int partition = 0; partition < entries.length; partition++) {
                long rows = count(database, partition);
                byte[] entry = database.get(RowKeys.partition(partition));
                long stored = entry == null ? 0 : PartitionEntry.of(entry).rows();
                if (rows != stored || rows != entries[partition].rows()) {
                    throw new IllegalStateException("partition " + partition + " has " + rows + " rows, " + stored
                            + " on disk and " + entries[partition].rows() + " in memory are counted");
                }
            }
            return true;
        });
    }

    private static long count(RocksDB database, int partition) throws RocksDBException {
        try (var end = new Slice(RowKeys.start(partition + 1));
                ReadOptions options = new ReadOptions().setIterateUpperBound(end);
                RocksIterator rows = database.newIterator(options)) {
            long count = 0;
            for (rows.seek(RowKeys.start(partition)); rows.isValid(); rows.next()) {
                RowLayout.versionOf(rows.value());
                count++;
            }
            rows.status();
            return count;
        }
    }

    /// Brings everything to disk, and ends every use.
    @Override
    public void close() {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
            if (open.tryEnter()) {
                try {
                    flush(open.database(), true);
                } catch (RocksDBException e) {
                    failed(e);
                } finally {
                    open.exit();
                }
            }
            open.close();
            writing.close();
        } finally {
            lock.unlock();
        }
    }

    /// A view's batch of rows, for the columns of one moment.
    static RowBatch batch(Schema schema, int[] columns) {
        return RowBatch.ofTypes(
                Arrays.stream(columns)
                        .mapToObj(column -> schema.column(column).type())
                        .toList(),
                RowBatch.DEFAULT_ROWS);
    }
}
