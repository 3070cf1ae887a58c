package io.alluvium.topology;

import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The compacted topic `alluvium.<cluster>.catalog`: the definitions that were made at run time, by table, as their
/// SQL. Those from files are not in it. Safe from any thread.
final class CatalogTopic {

    private final KafkaCluster cluster;
    private final String topic;
    private final int replicationFactor;

    CatalogTopic(KafkaCluster cluster, StreamsSettings settings) {
        this.cluster = cluster;
        this.replicationFactor = settings.replicationFactor();
        this.topic = settings.prefix() + "catalog";
    }

    void ensure() {
        cluster.ensureTopic(topic, 1, replicationFactor, StreamsSettings.smallCompactedTopic());
    }

    /// The definitions in the order in which they were last written.
    Map<TableName, String> read() {
        var definitions = new LinkedHashMap<TableName, String>();
        for (ConsumerRecord<byte[], byte[]> record : cluster.reader().readAll(topic)) {
            var name = new TableName(new String(record.key(), StandardCharsets.UTF_8));
            definitions.remove(name);
            if (record.value() != null) {
                definitions.put(name, new String(record.value(), StandardCharsets.UTF_8));
            }
        }
        return definitions;
    }

    void put(TableName table, String sql) {
        write(table, sql.getBytes(StandardCharsets.UTF_8));
    }

    void remove(TableName table) {
        write(table, null);
    }

    private void write(TableName table, byte @Nullable [] value) {
        cluster.write(topic, table.value().getBytes(StandardCharsets.UTF_8), value);
    }
}
