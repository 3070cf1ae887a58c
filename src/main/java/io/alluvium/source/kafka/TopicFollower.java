package io.alluvium.source.kafka;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/// Reads a topic's committed records from offsets on, as a member of no group. Partitions that come later are read
/// from their start. Belongs to one thread.
public final class TopicFollower implements AutoCloseable {

    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);

    private final KafkaCluster cluster;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private Topic topic;
    private long lookedNanos = System.nanoTime();

    /// @param offsets for each partition the offset of the first record to be read; 0 for those that are not there
    /// @param mostRecords how many [#poll] gives at once
    TopicFollower(KafkaCluster cluster, Topic topic, Map<Integer, Long> offsets, int mostRecords) {
        this.cluster = cluster;
        this.topic = topic;
        this.consumer = TopicReader.consumer(cluster, mostRecords, "none");
        List<TopicPartition> all = KafkaCluster.partitions(topic);
        consumer.assign(all);
        all.forEach(partition -> consumer.seek(partition, offsets.getOrDefault(partition.partition(), 0L)));
    }

    /// The next records, each partition's in their order; none when none came in the time.
    ///
    /// @throws AlluviumException POSITION_LOST when records are gone that were not read, or the topic is another
    ///     one by now; TOPIC_MISSING, NETWORK and so on when it cannot be read
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration atMost) throws InterruptedException {
        try {
            look();
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            consumer.poll(atMost).forEach(records::add);
            return records;
        } catch (InvalidOffsetException e) {
            throw new AlluviumException(
                    ErrorCode.POSITION_LOST,
                    "the topic '" + topic.name() + "' has no longer what comes next: " + e.getMessage(),
                    "It is read again from where its history ends. Keep its records longer (retention.ms).",
                    e);
        } catch (InterruptException e) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (KafkaException e) {
            throw cluster.faults().translate(e, topic.name(), List.of());
        }
    }

    /// For each partition the offset of the record that comes next.
    public Map<Integer, Long> offsets() {
        var offsets = new HashMap<Integer, Long>();
        try {
            consumer.assignment()
                    .forEach(partition -> offsets.put(partition.partition(), consumer.position(partition)));
        } catch (KafkaException e) {
            throw cluster.faults().translate(e, topic.name(), List.of());
        }
        return offsets;
    }

    /// Looks now and then whether it is the same topic, and how many partitions it has.
    private void look() {
        if (System.nanoTime() - lookedNanos < LOOK_INTERVAL.toNanos()) {
            return;
        }
        lookedNanos = System.nanoTime();
        Topic now = cluster.describe(topic.name());
        if (!now.id().equals(topic.id())) {
            throw new AlluviumException(
                    ErrorCode.POSITION_LOST, "the topic '" + topic.name() + "' was deleted and made again", null);
        }
        if (now.partitions() > topic.partitions()) {
            List<TopicPartition> added = KafkaCluster.partitions(now).subList(topic.partitions(), now.partitions());
            Map<Integer, Long> offsets = offsets();
            consumer.assign(KafkaCluster.partitions(now));
            offsets.forEach((partition, offset) -> consumer.seek(new TopicPartition(topic.name(), partition), offset));
            consumer.seekToBeginning(added);
            topic = now;
        }
    }

    /// Ends at once, also on a thread that is interrupted, which it stays.
    @Override
    public void close() {
        boolean isInterrupted = Thread.interrupted();
        try {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } catch (InterruptException e) {
            isInterrupted = true;
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
