package io.alluvium.table.rocksdb;

import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/// A table's rows at one moment: a snapshot of its database, shared by all views that are taken until the next
/// change, and the columns that it is read with. Counts who holds it; the last one to let go frees it. Safe from
/// any thread.
final class Moment {

    private final OpenDatabase open;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private final Shape shape;
    private final int partitions;
    private final AtomicInteger holders = new AtomicInteger(1);
    private volatile long rows = -1;

    Moment(OpenDatabase open, RocksDB database, Shape shape, int partitions) {
        this.open = open;
        this.snapshot = database.getSnapshot();
        this.options = new ReadOptions().setSnapshot(snapshot);
        this.shape = shape;
        this.partitions = partitions;
    }

    OpenDatabase open() {
        return open;
    }

    Shape shape() {
        return shape;
    }

    /// The partitions are numbered below this.
    int partitions() {
        return partitions;
    }

    /// What look-ups read with; only between entering and leaving the database.
    ReadOptions options() {
        return options;
    }

    /// What a scan reads with: the caller closes it.
    ReadOptions scanOptions() {
        return new ReadOptions().setSnapshot(snapshot);
    }

    /// How many rows there are; only between entering and leaving the database.
    long rows(RocksDB database) throws RocksDBException {
        long known = rows;
        if (known < 0) {
            known = 0;
            for (int partition = 0; partition < partitions; partition++) {
                byte[] entry = database.get(options, RowKeys.partition(partition));
                known += entry == null ? 0 : PartitionEntry.of(entry).rows();
            }
            rows = known;
        }
        return known;
    }

    /// Holds the moment once more; false when it has been let go already.
    boolean hold() {
        while (true) {
            int now = holders.get();
            if (now == 0) {
                return false;
            }
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void letGo() {
        if (holders.decrementAndGet() == 0 && open.tryEnter()) {
            try {
                open.free(this);
            } finally {
                open.exit();
            }
        }
    }

    /// For [OpenDatabase] alone, which calls it once.
    void free(RocksDB database) {
        options.close();
        database.releaseSnapshot(snapshot);
        snapshot.close();
    }
}
