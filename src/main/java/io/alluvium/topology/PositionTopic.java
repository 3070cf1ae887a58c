package io.alluvium.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.alluvium.data.Position;
import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaCluster.Topic;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// The compacted topic `alluvium.<cluster>.positions`: for each loaded table and its input topic how far its loader
/// has come, written in the transaction of the rows.
final class PositionTopic {

    private static final char SEPARATOR = '\0';
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaCluster cluster;
    private final String topic;
    private final int replicationFactor;

    private final Map<String, Entry> entries = new HashMap<>();
    private @Nullable Topic lastSeen;
    private long readTo;

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
        for (String key : present().keySet()) {
            if (key.startsWith(prefix)) {
                cluster.write(topic, key.getBytes(StandardCharsets.UTF_8), null);
            }
        }
    }

    ProducerRecord<byte[], byte[]> record(TableName table, Entry entry) {
        ObjectNode node = JSON.createObjectNode().put("topic", entry.topic()).put("bulkDone", entry.bulkDone());
        ObjectNode parts = node.putObject("position");
        entry.position().parts().forEach(parts::put);
        return new ProducerRecord<>(
                topic,
                key(table, entry.topic()).getBytes(StandardCharsets.UTF_8),
                node.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String key(TableName table, String inputTopic) {
        return table.value() + SEPARATOR + inputTopic;
    }

    /// The last committed position of a table's input topic.
    Optional<Entry> read(TableName table, String inputTopic) {
        return Optional.ofNullable(present().get(key(table, inputTopic)));
    }

    /// All positions as of now. What was read before is kept, so that hundreds of tables that start do not read the
    /// topic hundreds of times; the end is asked for each time, so that nothing committed is missed.
    private synchronized Map<String, Entry> present() {
        Topic now = cluster.describe(topic);
        if (!now.equals(lastSeen)) {
            entries.clear();
            readTo = 0;
            lastSeen = now;
        }
        readTo = cluster.reader().readFrom(now, readTo, this::take);
        return Map.copyOf(entries);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            entries.remove(key);
        } else {
            entries.put(key, parse(record.value()));
        }
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
