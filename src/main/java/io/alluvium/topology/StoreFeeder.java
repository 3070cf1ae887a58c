package io.alluvium.topology;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.table.TableStorage;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Feeds the store of one filling of a table, from where its rows end.
///
/// Rows stay when Kafka Streams closes a partition and opens it again, as long as it is known which records they
/// contain; taking some of them once more changes nothing. The rows of a table that is LIVE are never taken away
/// from those who read it: when they cannot be relied on, the application ends, and another filling takes its
/// place.
///
/// @param starts for each partition the offset of the first record that belongs to the table
/// @param topic the name of the topic that the records come from
/// @param pipelines makes the way into a partition
record StoreFeeder(
        String topic,
        TableStorage store,
        TableSnapshots snapshots,
        Map<Integer, Long> starts,
        IntFunction<RowPipeline> pipelines,
        BadRecords bad,
        Consumer<Throwable> onFailure)
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
            if (snapshots.isLive() && store.growsInMemory()) {
                throw new AlluviumException(
                        ErrorCode.UNKNOWN,
                        "the rows of partition " + partition + " of the table " + store.name()
                                + " are not known to be whole any more",
                        "They are loaded anew from Kafka, and the table serves what it has until then.");
            }
            store.clear(partition);
        }
        if (contained(partition).isEmpty() && !snapshots.isLive()) {
            bad.comeAgain(BadRecord.partition(topic, partition));
        }
    }

    @Override
    public RowPipeline startPartition(int partition) {
        if (contained(partition).isEmpty() && !snapshots.isLive()) {
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
        bad.flush();
        snapshots.commit(partition, next);
        store.commit(partition, next);
    }

    @Override
    public void forget(int partition) {
        snapshots.forget(partition);
    }

    @Override
    public void keyless(ConsumerRecord<byte[], byte[]> record) {
        try {
            bad.add(BadRecord.keyless(record));
        } catch (AlluviumException e) {
            // Kafka's client, which calls this, goes on whatever is thrown.
            onFailure.accept(e);
        }
    }
}
