package io.alluvium.table.rocksdb;

import io.alluvium.data.Schema;
import io.alluvium.data.TableName;
import io.alluvium.table.ChangeBatch;
import io.alluvium.table.TableStorage;
import io.alluvium.table.TableView;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/// A table on disk as one of those has it who have opened it: the table is closed when all have closed it.
final class LeasedStorage implements TableStorage {

    private final RocksStorage storage;
    private final Runnable release;
    private final Runnable delete;
    private final AtomicBoolean isGivenBack = new AtomicBoolean();

    LeasedStorage(RocksStorage storage, Runnable release, Runnable delete) {
        this.storage = storage;
        this.release = release;
        this.delete = delete;
    }

    @Override
    public TableName name() {
        return storage.name();
    }

    @Override
    public Schema schema() {
        return storage.schema();
    }

    @Override
    public boolean apply(int partition, ChangeBatch batch) {
        return storage.apply(partition, batch);
    }

    @Override
    public void clear(int partition) {
        storage.clear(partition);
    }

    @Override
    public void evolve(Schema wider) {
        storage.evolve(wider);
    }

    @Override
    public TableView view() {
        return storage.view();
    }

    @Override
    public long rows() {
        return storage.rows();
    }

    @Override
    public long bytes() {
        return storage.bytes();
    }

    @Override
    public boolean growsInMemory() {
        return storage.growsInMemory();
    }

    @Override
    public OptionalLong offset(int partition) {
        return storage.offset(partition);
    }

    @Override
    public OptionalLong committedMillis(int partition) {
        return storage.committedMillis(partition);
    }

    @Override
    public void commit(int partition, long next) {
        storage.commit(partition, next);
    }

    @Override
    public void checkInvariants() {
        storage.checkInvariants();
    }

    @Override
    public void close() {
        if (isGivenBack.compareAndSet(false, true)) {
            release.run();
        }
    }

    @Override
    public void delete() {
        if (isGivenBack.compareAndSet(false, true)) {
            delete.run();
        }
    }
}
