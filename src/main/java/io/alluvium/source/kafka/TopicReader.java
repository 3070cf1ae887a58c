package io.alluvium.source.kafka;

import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads records that are committed, from one offset to another, as a member of no group. Each call has a consumer
/// of its own, so that it is safe from any thread. Get one from [KafkaCluster#reader()].
public final class TopicReader {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int LAST_RECORDS = 64;

    private final KafkaCluster cluster;

    TopicReader(KafkaCluster cluster) {
        this.cluster = cluster;
    }

    /// For each partition one past its last record that can be read; 0 where there is none. The end
    /// offset of a topic that is written in transactions also counts markers and what was given up.
    public Map<TopicPartition, Long> endsOfRecords(Topic topic) {
        Map<TopicPartition, Long> begins = cluster.beginningOffsets(topic);
        Map<TopicPartition, Long> ends = cluster.endOffsets(topic);
        var last = new HashMap<TopicPartition, Long>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(LAST_RECORDS)) {
            for (TopicPartition partition : KafkaCluster.partitions(topic)) {
                long begin = begins.getOrDefault(partition, 0L);
                long end = ends.getOrDefault(partition, 0L);
                last.put(partition, endOfRecords(consumer, partition, begin, end));
            }
        } catch (org.apache.kafka.common.KafkaException e) {
            throw cluster.faults().translate(e, topic.name(), List.of());
        }
        return last;
    }

    private static long endOfRecords(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long begin, long end) {
        long window = LAST_RECORDS;
        for (long to = end; to > begin; window *= 2) {
            long from = Math.max(begin, to - window);
            var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            read(consumer, partition, from, to, found::add);
            if (!found.isEmpty()) {
                return found.getLast().offset() + 1;
            }
            to = from;
        }
        return 0;
    }

    /// Up to `limit` records of a topic: from the beginning of each partition, and from near its end.
    public List<ConsumerRecord<byte[], byte[]>> sample(Topic topic, int limit) {
        Map<TopicPartition, Long> begins = cluster.beginningOffsets(topic);
        Map<TopicPartition, Long> ends = cluster.endOffsets(topic);
        var sample = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        int share = Math.max(1, limit / (2 * topic.partitions()));
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(share)) {
            for (TopicPartition partition : KafkaCluster.partitions(topic)) {
                long begin = begins.getOrDefault(partition, 0L);
                long end = ends.getOrDefault(partition, 0L);
                read(consumer, partition, begin, Math.min(end, begin + share), sample::add);
                read(consumer, partition, Math.max(begin + share, end - share), end, sample::add);
            }
        } catch (org.apache.kafka.common.KafkaException e) {
            throw cluster.faults().translate(e, topic.name(), List.of());
        }
        return sample;
    }

    /// Reads a small topic from its beginning to its end.
    public List<ConsumerRecord<byte[], byte[]>> readAll(String name) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        readAll(name, records::add);
        return records;
    }

    /// Reads a topic from its beginning to its end, partition by partition.
    public void readAll(String name, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        Topic topic = cluster.describe(name);
        Map<TopicPartition, Long> begins = cluster.beginningOffsets(topic);
        Map<TopicPartition, Long> ends = cluster.endOffsets(topic);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(500)) {
            for (TopicPartition partition : KafkaCluster.partitions(topic)) {
                read(
                        consumer,
                        partition,
                        begins.getOrDefault(partition, 0L),
                        ends.getOrDefault(partition, 0L),
                        receiver);
            }
        } catch (org.apache.kafka.common.KafkaException e) {
            throw cluster.faults().translate(e, name, List.of());
        }
    }

    /// Reads the first partition of a topic from an offset to its end.
    ///
    /// @return the end, from which the next call goes on
    public long readFrom(Topic topic, long from, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        var partition = new TopicPartition(topic.name(), 0);
        long end = cluster.endOffsets(topic).getOrDefault(partition, 0L);
        if (end <= from) {
            return from;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(500)) {
            read(consumer, partition, from, end, receiver);
            return end;
        } catch (org.apache.kafka.common.KafkaException e) {
            throw cluster.faults().translate(e, topic.name(), List.of());
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(int maxPollRecords) {
        return consumer(cluster, maxPollRecords, "earliest");
    }

    /// Reads what is committed, as a member of no group.
    ///
    /// @param reset what is read when the offset is gone, as `auto.offset.reset` has it
    static KafkaConsumer<byte[], byte[]> consumer(KafkaCluster cluster, int maxPollRecords, String reset) {
        var properties = new HashMap<>(cluster.clientProperties());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPollRecords);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            TopicPartition partition,
            long from,
            long to,
            Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        if (from >= to) {
            return;
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long lastNanos = System.nanoTime();
        while (consumer.position(partition) < to) {
            if (System.nanoTime() - lastNanos > KafkaCluster.ANSWER_TIMEOUT.toNanos()) {
                throw new org.apache.kafka.common.errors.TimeoutException(
                        partition + " could not be read up to offset " + to);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                lastNanos = System.nanoTime();
                if (record.offset() < to) {
                    receiver.accept(record);
                }
            }
        }
    }
}
