package io.alluvium.topology;

import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Sees the records that the restore consumer brings, because Kafka Streams passes over those without a key while
/// it restores and tells nobody. Made by Kafka's client, which hands it our listener under [#LISTENER].
public final class KeylessRecords implements ConsumerInterceptor<byte[], byte[]> {

    /// The configuration key of a `Consumer<ConsumerRecord<byte[], byte[]>>`.
    static final String LISTENER = "alluvium.keyless.records.listener";

    private @Nullable Consumer<ConsumerRecord<byte[], byte[]>> listener;

    @Override
    @SuppressWarnings("unchecked") // The type parameters of what TableApplication has put there.
    public void configure(Map<String, ?> configuration) {
        listener = (Consumer<ConsumerRecord<byte[], byte[]>>) Objects.requireNonNull(configuration.get(LISTENER));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.key() == null) {
                Objects.requireNonNull(listener).accept(record);
            }
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
