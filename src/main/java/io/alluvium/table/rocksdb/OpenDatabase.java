package io.alluvium.table.rocksdb;

import io.alluvium.data.TableName;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/// A RocksDB that is never touched after it was closed: who wants to use it enters first and exits afterwards, and
/// the last one to exit after [#close] closes it. Whoever comes later gets an error, where the library itself would
/// take the process down. Safe from any thread.
final class OpenDatabase {

    /// In `users`, beside their number: nobody may enter any more.
    private static final long CLOSED = 1L << 32;

    private final TableName table;
    private final RocksDB database;
    private final Options options;
    private final AtomicLong users = new AtomicLong();
    private final Set<Moment> moments = ConcurrentHashMap.newKeySet();
    private final CountDownLatch end = new CountDownLatch(1);

    OpenDatabase(TableName table, RocksDB database, Options options) {
        this.table = table;
        this.database = database;
        this.options = options;
    }

    /// The database, for use until [#exit].
    ///
    /// @throws io.alluvium.fault.AlluviumException TABLE_NOT_READY when it is closed
    RocksDB enter() {
        if (!tryEnter()) {
            throw Faults.closed(table);
        }
        return database;
    }

    /// The database, for who has entered.
    RocksDB database() {
        return database;
    }

    /// Whether the database may be used until [#exit].
    boolean tryEnter() {
        while (true) {
            long now = users.get();
            if (now >= CLOSED) {
                return false;
            }
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void exit() {
        if (users.decrementAndGet() == CLOSED) {
            closeNow();
        }
    }

    /// Makes a moment; between [#enter] and [#exit].
    Moment moment(Shape shape, int partitions) {
        var made = new Moment(this, database, shape, partitions);
        moments.add(made);
        return made;
    }

    /// Frees what a moment holds; between [#tryEnter] and [#exit].
    void free(Moment moment) {
        if (moments.remove(moment)) {
            moment.free(database);
        }
    }

    /// Lets nobody enter any more and waits for those who are in: they are in for one look-up, batch or write.
    void close() {
        long before = users.getAndUpdate(now -> now | CLOSED);
        if (before == 0) {
            closeNow();
        }
        boolean isInterrupted = false;
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeNow() {
        for (Moment moment : moments) {
            moment.free(database);
        }
        moments.clear();
        database.close();
        options.close();
        end.countDown();
    }
}
