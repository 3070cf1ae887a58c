package io.alluvium.topology;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What every Kafka Streams application of this service shares: the cluster, the names, the tuning.
///
/// @param clientProperties bootstrap servers, security and whatever else every client needs
/// @param cluster the name under which this service's topics and groups stand in Kafka
/// @param instance tells this process from the others that serve the same cluster; the same after a restart
/// @param stateDirectory for RocksDB and offsets
public record StreamsSettings(
        Map<String, Object> clientProperties,
        String cluster,
        String instance,
        Path stateDirectory,
        int partitions,
        int replicationFactor) {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsSettings.class);
    private static final int BULK_RECORDS = 10_000;
    private static final int BULK_PARTITION_BYTES = 8 << 20;
    private static final int BULK_MIN_BYTES = 256 << 10;
    private static final int BULK_WAIT_MS = 20;
    private static final int RECEIVE_BUFFER_BYTES = 2 << 20;
    private static final int MAX_RECORD_BYTES = 16 << 20;

    public StreamsSettings {
        clientProperties = Map.copyOf(clientProperties);
    }

    /// The prefix of every topic and group of ours.
    String prefix() {
        return "alluvium." + cluster + ".";
    }

    /// Deletes the local state of the applications that nobody uses any more.
    void removeState(Predicate<String> isUnused) {
        File[] directories = stateDirectory.toFile().listFiles(file -> isUnused.test(file.getName()));
        if (directories == null) {
            return;
        }
        for (File directory : directories) {
            try {
                Utils.delete(directory);
            } catch (IOException e) {
                LOG.warn("the state in {} could not be deleted: {}", directory, e.toString());
            }
        }
    }

    /// The group instance id that Kafka Streams makes of ours for its first thread.
    String memberId() {
        return instance + "-1";
    }

    /// For the application that is a table: reads its topic into our own store, at least once, because taking a
    /// record twice changes nothing.
    ///
    /// Static membership: without it a restart after a kill waits until the dead member's session has ended. The
    /// restore consumer is tuned for bulk, the main one for latency.
    ///
    /// @param keyless is told of the records without a key that Kafka Streams passes over in bulk
    /// @param shortCut is given what the main consumer polls
    Properties table(
            String applicationId,
            Map<String, String> tableProperties,
            Consumer<ConsumerRecord<byte[], byte[]>> keyless,
            ShortCut shortCut) {
        Properties properties = common(applicationId, tableProperties);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        bulk(properties, StreamsConfig.RESTORE_CONSUMER_PREFIX);
        properties.put(
                StreamsConfig.RESTORE_CONSUMER_PREFIX + ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
                KeylessRecords.class.getName());
        properties.put(StreamsConfig.RESTORE_CONSUMER_PREFIX + KeylessRecords.LISTENER, keyless);
        properties.put(StreamsConfig.MAIN_CONSUMER_PREFIX + ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        properties.put(
                StreamsConfig.MAIN_CONSUMER_PREFIX + ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
                PolledRecords.class.getName());
        properties.put(StreamsConfig.MAIN_CONSUMER_PREFIX + PolledRecords.SHORT_CUT, shortCut);
        return properties;
    }

    /// For the application that computes a table: exactly once, with Kafka Streams' own stores.
    Properties job(String applicationId, Map<String, String> tableProperties) {
        Properties properties = common(applicationId, tableProperties);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        properties.put(StreamsConfig.MAIN_CONSUMER_PREFIX + ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        return properties;
    }

    private Properties common(String applicationId, Map<String, String> tableProperties) {
        var properties = new Properties();
        properties.putAll(clientProperties);
        properties.putAll(tableProperties);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        properties.put(StreamsConfig.CLIENT_ID_CONFIG, applicationId);
        makeStateDirectory();
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        properties.put(StreamsConfig.POLL_MS_CONFIG, 100);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replicationFactor);
        properties.put(StreamsConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        properties.put(StreamsConfig.METRICS_NUM_SAMPLES_CONFIG, 1);
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 << 20);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_RECORD_BYTES);
        properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), MAX_RECORD_BYTES);
        return properties;
    }

    /// Kafka Streams would make it, but fails when two applications do so at once.
    private void makeStateDirectory() {
        try {
            Files.createDirectories(stateDirectory);
        } catch (IOException e) {
            throw new AlluviumException(
                    ErrorCode.UNKNOWN,
                    "the directory " + stateDirectory + " cannot be made: " + e,
                    "See that the disk of the data directory has room and that Alluvium may write there.",
                    e);
        }
    }

    private static void bulk(Properties properties, String prefix) {
        properties.put(prefix + ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BULK_RECORDS);
        properties.put(prefix + ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, BULK_PARTITION_BYTES);
        properties.put(prefix + ConsumerConfig.FETCH_MIN_BYTES_CONFIG, BULK_MIN_BYTES);
        properties.put(prefix + ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, BULK_WAIT_MS);
        properties.put(prefix + ConsumerConfig.RECEIVE_BUFFER_CONFIG, RECEIVE_BUFFER_BYTES);
    }

    /// For the transactional producer of a loader. The id fences a former owner.
    Map<String, Object> loaderProducer(String transactionalId) {
        var properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 512 << 10);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 60_000);
        return properties;
    }

    /// For the producer of a table's dead letters.
    Map<String, Object> deadLetterProducer(String topic) {
        var properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, topic);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        return properties;
    }

    /// For the topic of a table's dead letters, which are forgotten in time.
    static Map<String, String> deadLetterTopic(Duration age) {
        var configs = new HashMap<>(smallCompactedTopic());
        configs.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);
        configs.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(age.toMillis()));
        return configs;
    }

    /// For the small topics that are read whole at a start: what is outdated goes soon.
    static Map<String, String> smallCompactedTopic() {
        var configs = new HashMap<>(compactedTopic());
        configs.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(2 * MAX_RECORD_BYTES));
        configs.put(
                TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofHours(1).toMillis()));
        configs.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1");
        return configs;
    }

    /// For the topics that hold a table: the latest record of each key for ever. A first load writes each key once;
    /// brokers that compacted it meanwhile would do so in vain.
    static Map<String, String> compactedTopic() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
                Long.toString(Duration.ofMinutes(5).toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(MAX_RECORD_BYTES));
    }
}
