package io.alluvium.topology;

import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/// A store of a job's task that holds nothing: Kafka Streams flushes the caches of stores before it commits, and
/// this one has the bad records written then that the task has set aside. Owned by the task's thread.
///
/// Not [StateStore#commit], which is called after the commit of the records.
final class LettersAtCommit implements StateStore, CachedStateStore<byte[], byte[]> {

    private final String name;
    private final BadRecords bad;
    private boolean open;

    private LettersAtCommit(String name, BadRecords bad) {
        this.name = name;
        this.bad = bad;
    }

    static StoreBuilder<LettersAtCommit> builder(String name, BadRecords bad) {
        return new UnloggedStore<>(name, () -> new LettersAtCommit(name, bad));
    }

    @Override
    public void flushCache() {
        bad.flush();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        open = true;
        context.register(root, (key, value) -> {});
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public void clearCache() {}
}
