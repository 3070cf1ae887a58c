package io.alluvium.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Hands the records of each poll to the table before Kafka Streams gets what is left of them. Made by Kafka's
/// client, which hands it our [ShortCut] under [#SHORT_CUT].
public final class PolledRecords implements ConsumerInterceptor<byte[], byte[]> {

    /// The configuration key of a [ShortCut].
    static final String SHORT_CUT = "alluvium.polled.records.short.cut";

    private @Nullable ShortCut shortCut;

    @Override
    public void configure(Map<String, ?> configuration) {
        shortCut = (ShortCut) Objects.requireNonNull(configuration.get(SHORT_CUT));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        ShortCut into = Objects.requireNonNull(shortCut);
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> left = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            left.put(partition, into.take(partition.partition(), records.records(partition)));
        }
        records.nextOffsets().forEach((partition, next) -> into.polled(partition.partition(), next.offset()));
        return new ConsumerRecords<>(left, records.nextOffsets());
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
