package io.alluvium.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/// The compacted topic `alluvium.<cluster>.positions`: for each loaded table and its input topic how far its loader
/// has come, written in the transaction of the rows.
final class PositionTopic {

    private static final char SEPARATOR = '\0';
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaCluster cluster;
    private final String topic;
    private final int replicationFactor;

    /// @param topic the input topic whose rows the position covers
    /// @param bulkDone whether everything that the source held at first has been loaded
    record Entry(String topic, Position position, boolean bulkDone) {}

    PositionTopic(KafkaCluster cluster, StreamsSettings settings) {
        this.cluster = cluster;
        this.replicationFactor = settings.replicationFactor();
        this.topic = settings.prefix() + "positions";
    }

    void ensure() {
        cluster.ensureTopic(topic, 1, replicationFactor, StreamsSettings.smallCompactedTopic());
    }

    /// Writes a position on its own, where there are no rows to write it with.
    void write(TableName table, Entry entry) {
        ProducerRecord<byte[], byte[]> record = record(table, entry);
        cluster.write(topic, record.key(), record.value());
    }

    void remove(TableName table) {
        String prefix = table.value() + SEPARATOR;
        for (ConsumerRecord<byte[], byte[]> record : cluster.readAll(topic)) {
            if (record.value() != null && new String(record.key(), StandardCharsets.UTF_8).startsWith(prefix)) {
                cluster.write(topic, record.key(), null);
            }
        }
    }

    ProducerRecord<byte[], byte[]> record(TableName table, Entry entry) {
        ObjectNode node = JSON.createObjectNode().put("topic", entry.topic()).put("bulkDone", entry.bulkDone());
        ObjectNode parts = node.putObject("position");
        entry.position().parts().forEach(parts::put);
        return new ProducerRecord<>(
                topic, key(table, entry.topic()), node.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] key(TableName table, String inputTopic) {
        return (table.value() + SEPARATOR + inputTopic).getBytes(StandardCharsets.UTF_8);
    }

    /// The last committed position of a table's input topic.
    Optional<Entry> read(TableName table, String inputTopic) {
        byte[] wanted = key(table, inputTopic);
        Optional<Entry> last = Optional.empty();
        for (ConsumerRecord<byte[], byte[]> record : cluster.readAll(topic)) {
            if (java.util.Arrays.equals(record.key(), wanted)) {
                last = Optional.ofNullable(record.value()).map(PositionTopic::parse);
            }
        }
        return last;
    }

    private static Entry parse(byte[] value) {
        try {
            JsonNode node = JSON.readTree(new String(value, StandardCharsets.UTF_8));
            Map<String, String> parts = new HashMap<>();
            node.get("position")
                    .properties()
                    .forEach(e -> parts.put(e.getKey(), e.getValue().asText()));
            return new Entry(
                    node.get("topic").asText(),
                    new Position(parts),
                    node.get("bulkDone").asBoolean());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a position that this service wrote cannot be read", e);
        }
    }
}
