package io.alluvium.topology;

import io.alluvium.source.kafka.KafkaCluster;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// The running application of a job: exactly once, its stores in RocksDB.
final class JobStreams implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final String applicationId;
    private final KafkaStreams streams;

    /// @param onFailure is told when the application has died of an error
    JobStreams(
            String applicationId,
            Topology topology,
            StreamsSettings settings,
            Map<String, String> tableProperties,
            Consumer<Throwable> onFailure) {
        this.applicationId = applicationId;
        this.streams = new KafkaStreams(topology, new StreamsConfig(settings.job(applicationId, tableProperties)));
        streams.setUncaughtExceptionHandler(failure -> {
            onFailure.accept(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    /// Where the record stands that a processor works on, as text.
    static String placeText(ProcessingContext context) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        return BadRecord.place(at.topic(), at.partition(), at.offset());
    }

    static SystemColumns.Place place(ProcessingContext context, Record<?, ?> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        return new SystemColumns.Place(at.partition(), at.offset(), record.timestamp(), record.headers());
    }

    /// How a job reads its topic: as bytes, and from where it was, or not at all.
    static Consumed<byte[], byte[]> ofSource() {
        return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withOffsetResetPolicy(AutoOffsetReset.none());
    }

    static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
    }

    void start() {
        streams.start();
    }

    /// Whether the application has committed everything before `ends`.
    boolean hasCommitted(Map<TopicPartition, Long> ends, KafkaCluster cluster) {
        Map<TopicPartition, Long> committed = cluster.committed(applicationId);
        return ends.entrySet().stream()
                .allMatch(end -> end.getValue() == 0 || committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    @Override
    public void close() {
        streams.close(CLOSE_TIMEOUT);
    }
}
