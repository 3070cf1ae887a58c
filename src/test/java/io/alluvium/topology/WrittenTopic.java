package io.alluvium.topology;

import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// A topic that a test writes to in transactions, of which some are given up, and what it comes to: the last value
/// of each key. Any thread may write.
final class WrittenTopic implements AutoCloseable {

    /// A record.
    ///
    /// @param value null deletes
    record Change(@Nullable String key, @Nullable String value) {}

    private final KafkaCluster cluster;
    private final String name;
    private final int partitions;
    private final Map<String, String> configs;
    private final boolean isTransactional;
    private final Map<String, Optional<String>> last = new TreeMap<>();
    private KafkaProducer<@Nullable String, @Nullable String> producer;

    private WrittenTopic(
            KafkaCluster cluster, String name, int partitions, Map<String, String> configs, boolean isTransactional) {
        this.cluster = cluster;
        this.name = name;
        this.partitions = partitions;
        this.configs = configs;
        this.isTransactional = isTransactional;
        cluster.ensureTopic(name, partitions, 1, configs);
        producer = producer();
    }

    static WrittenTopic inTransactions(KafkaCluster cluster, String name, int partitions) {
        return new WrittenTopic(cluster, name, partitions, Map.of(), true);
    }

    /// Written by an idempotent producer without transactions.
    static WrittenTopic idempotent(KafkaCluster cluster, String name, int partitions) {
        return new WrittenTopic(cluster, name, partitions, Map.of(), false);
    }

    /// In transactions, and compacted whenever there is something to compact. A deletion goes with the compaction
    /// after the one that has met it.
    static WrittenTopic compacted(KafkaCluster cluster, String name, int partitions) {
        lookOften(cluster);
        return new WrittenTopic(
                cluster,
                name,
                partitions,
                Map.of(
                        "cleanup.policy", "compact",
                        "segment.ms", "100",
                        "min.cleanable.dirty.ratio", "0.01",
                        "max.compaction.lag.ms", "200",
                        "delete.retention.ms", "1"),
                true);
    }

    /// Has the broker look for something to compact all the time.
    private static void lookOften(KafkaCluster cluster) {
        var everyBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
        var often = new AlterConfigOp(new ConfigEntry("log.cleaner.backoff.ms", "100"), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(cluster.clientProperties())) {
            admin.incrementalAlterConfigs(Map.of(everyBroker, List.of(often)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private KafkaProducer<@Nullable String, @Nullable String> producer() {
        Map<String, Object> properties = new HashMap<>(cluster.clientProperties());
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        if (isTransactional) {
            properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "writes-" + name);
        }
        var made = new KafkaProducer<@Nullable String, @Nullable String>(
                properties, new StringSerializer(), new StringSerializer());
        if (isTransactional) {
            made.initTransactions();
        }
        return made;
    }

    String name() {
        return name;
    }

    /// Writes records in one transaction.
    synchronized void write(List<Change> changes) {
        begin();
        changes.forEach(this::send);
        if (isTransactional) {
            producer.commitTransaction();
        } else {
            producer.flush();
        }
        for (Change change : changes) {
            if (change.key != null) {
                last.put(change.key, Optional.ofNullable(change.value));
            }
        }
    }

    /// Writes records in a transaction that is given up.
    synchronized void giveUp(List<Change> changes) {
        if (isTransactional) {
            begin();
            changes.forEach(this::send);
            producer.flush();
            producer.abortTransaction();
        }
    }

    private void begin() {
        if (isTransactional) {
            producer.beginTransaction();
        }
    }

    private void send(Change change) {
        var _ = producer.send(new ProducerRecord<>(name, change.key, change.value));
    }

    /// The last value of each key as it was written; empty for one that was deleted.
    synchronized Map<String, Optional<String>> lastOfAll() {
        return new TreeMap<>(last);
    }

    /// The last value of each key that has one, as it was written.
    synchronized Map<String, String> fold() {
        Map<String, String> fold = new TreeMap<>();
        last.forEach((key, value) -> value.ifPresent(there -> fold.put(key, there)));
        return fold;
    }

    /// The same for what the topic holds by now, read from it.
    synchronized Map<String, String> readFold() {
        Map<String, String> read = new TreeMap<>();
        cluster.reader().readAll(name, record -> {
            if (record.key() == null) {
                return;
            }
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                read.remove(key);
            } else {
                read.put(key, new String(record.value(), StandardCharsets.UTF_8));
            }
        });
        return read;
    }

    /// The keys of the records that it holds by now.
    synchronized Set<String> keys() {
        Set<String> keys = new HashSet<>();
        cluster.reader().readAll(name, record -> keys.add(new String(record.key(), StandardCharsets.UTF_8)));
        return keys;
    }

    /// Opens a transaction, behind which nobody sees a record until it is given up.
    Held hold() {
        return new Held(cluster, name, partitions);
    }

    /// A transaction that is open.
    static final class Held implements AutoCloseable {
        private final KafkaProducer<String, String> producer;

        private Held(KafkaCluster cluster, String name, int partitions) {
            Map<String, Object> properties = new HashMap<>(cluster.clientProperties());
            properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "holds-" + name);
            producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
            producer.initTransactions();
            producer.beginTransaction();
            for (int partition = 0; partition < partitions; partition++) {
                var _ = producer.send(new ProducerRecord<>(name, partition, "held", "{}"));
            }
            producer.flush();
        }

        @Override
        public void close() {
            producer.abortTransaction();
            producer.close();
        }
    }

    /// Deletes the records that are there, as retention does. What they come to is what it was.
    synchronized void expire() {
        deleteRecords(cluster, cluster.describe(name));
    }

    /// Deletes all records of a topic, as retention does.
    static void deleteRecords(KafkaCluster cluster, Topic topic) {
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        KafkaCluster.partitions(topic)
                .forEach(partition ->
                        all.put(partition, RecordsToDelete.beforeOffset(DeleteRecordsRequest.HIGH_WATERMARK)));
        try (Admin admin = Admin.create(cluster.clientProperties())) {
            admin.deleteRecords(all).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /// What is gone with records that have expired.
    synchronized void forget() {
        last.clear();
    }

    synchronized void delete() {
        cluster.deleteTopics(List.of(name));
        TestCluster.await(
                "the end of " + name, () -> cluster.describeAll(List.of(name)).isEmpty());
        producer.close();
        last.clear();
    }

    /// Makes it again after [#delete].
    synchronized Topic make() {
        Topic made = cluster.ensureTopic(name, partitions, 1, configs);
        producer = producer();
        return made;
    }

    /// Deletes it for good.
    synchronized void drop() {
        producer.close();
        cluster.deleteTopics(List.of(name));
    }

    @Override
    public synchronized void close() {
        producer.close();
    }
}
