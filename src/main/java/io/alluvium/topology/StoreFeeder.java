package io.alluvium.topology;

import io.alluvium.table.TableStorage;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Feeds the store of one filling of a table, from where its rows end.
///
/// Rows stay when Kafka Streams closes a partition and opens it again, as long as it is known which records they
/// contain; taking some of them once more changes nothing.
///
/// @param starts for each partition the offset of the first record that belongs to the table
/// @param pipelines makes the way into a partition
/// @param ofKeyless is told of records without a key
record StoreFeeder(
        TableStorage store,
        TableSnapshots snapshots,
        Map<Integer, Long> starts,
        IntFunction<RowPipeline> pipelines,
        Consumer<ConsumerRecord<byte[], byte[]>> ofKeyless)
        implements TableFeeder {

    StoreFeeder {
        starts = Map.copyOf(starts);
    }

    @Override
    public void open(int partition) {
        if (store.isTorn(partition)) {
            snapshots.forget(partition);
        }
        if (snapshots.wasForgotten(partition)) {
            store.clear(partition);
        }
    }

    @Override
    public RowPipeline startPartition(int partition) {
        if (contained(partition).isEmpty()) {
            store.clear(partition);
        }
        return pipelines.apply(partition);
    }

    @Override
    public long startOffset(int partition) {
        return contained(partition).orElse(starts.getOrDefault(partition, 0L));
    }

    /// The offset after the records whose rows are there, in memory or on disk.
    private OptionalLong contained(int partition) {
        OptionalLong inMemory = snapshots.contained(partition);
        return inMemory.isPresent() ? inMemory : store.offset(partition);
    }

    @Override
    public void committed(int partition, long next) {
        snapshots.commit(partition, next);
        store.commit(partition, next);
    }

    @Override
    public void forget(int partition) {
        snapshots.forget(partition);
    }

    @Override
    public void keyless(ConsumerRecord<byte[], byte[]> record) {
        ofKeyless.accept(record);
    }
}
