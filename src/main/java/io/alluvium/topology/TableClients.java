package io.alluvium.topology;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/// The clients of an application that is a table. Its main consumer does not go on at the topic's beginning where
/// the records are gone that come next, as Kafka Streams would have it for such a source: changes and deletions
/// would be missed. It fails instead, and the table is loaded anew beside the rows that it serves.
final class TableClients extends DefaultKafkaClientSupplier {

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public void seekToBeginning(Collection<TopicPartition> partitions) {
                throw new PlaceLostException(new AlluviumException(
                        ErrorCode.UNKNOWN,
                        "records that were not read are gone from " + partitions,
                        "The table is loaded anew from what the topic has. Keep its records longer (retention.ms)."));
            }
        };
    }
}
