package io.alluvium.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The way of polled records into a table past the record loop of Kafka Streams, which costs as much for a record
/// as the table does. Of each partition only the last record of a poll goes through that loop: by it Kafka Streams
/// knows how far the table is.
///
/// Records stay in their order: a partition's are taken here only while its processor is open and has had
/// everything that Kafka Streams was given of it. Used by the stream thread.
final class ShortCut {

    /// An open partition of the table.
    @FunctionalInterface
    interface Entrance {
        void take(List<ConsumerRecord<byte[], byte[]>> records);
    }

    private final BooleanSupplier isPaused;
    private final Map<Integer, Entrance> open = new HashMap<>();
    /// For each partition the offset of the last record that was left for Kafka Streams and not processed yet.
    private final Map<Integer, Long> left = new ConcurrentHashMap<>();
    /// For each partition the offset after what was polled, transactions' markers among it.
    private final Map<Integer, Long> polled = new ConcurrentHashMap<>();

    /// @param isPaused whether the table takes nothing in at present
    ShortCut(BooleanSupplier isPaused) {
        this.isPaused = isPaused;
    }

    void open(int partition, Entrance entrance) {
        open.put(partition, entrance);
    }

    /// Closes a partition, unless another processor has opened it in the meantime.
    void close(int partition, Entrance entrance) {
        open.remove(partition, entrance);
    }

    /// Says that a partition is filled from another place than where it was polled up to.
    void begin(int partition) {
        polled.remove(partition);
    }

    /// Says up to which offset a partition was polled.
    void polled(int partition, long next) {
        polled.put(partition, next);
    }

    /// The offset after what was polled, when the table has all of that; -1 when it does not. Safe from any thread.
    long passed(int partition) {
        return left.containsKey(partition) ? -1 : polled.getOrDefault(partition, -1L);
    }

    /// Says that Kafka Streams has handed over a record.
    void processed(int partition, long offset) {
        Long last = left.get(partition);
        if (last != null && offset >= last) {
            left.remove(partition);
        }
    }

    /// Takes what it can of records that follow each other.
    ///
    /// @return what is left for Kafka Streams, which is at least the last of them
    List<ConsumerRecord<byte[], byte[]>> take(int partition, List<ConsumerRecord<byte[], byte[]>> records) {
        Entrance entrance = open.get(partition);
        int last = records.size() - 1;
        boolean takes = last > 0 && entrance != null && !left.containsKey(partition) && !isPaused.getAsBoolean();
        if (last >= 0) {
            left.put(partition, records.get(last).offset());
        }
        if (!takes || entrance == null) {
            return records;
        }
        entrance.take(records.subList(0, last));
        return records.subList(last, last + 1);
    }
}
