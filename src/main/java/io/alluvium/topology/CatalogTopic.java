package io.alluvium.topology;

import io.alluvium.catalog.TableIndex;
import io.alluvium.data.TableName;
import io.alluvium.source.kafka.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The compacted topic `alluvium.<cluster>.catalog`: the definitions that were made at run time, by table and by
/// index, as their SQL. Those from files are not in it. Safe from any thread.
final class CatalogTopic {

    /// What the keys of indexes begin with: a byte that no text in UTF-8 has.
    private static final byte INDEX_MARK = (byte) 0xFF;

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
        read(false).forEach((name, sql) -> definitions.put(new TableName(name), sql));
        return definitions;
    }

    /// The indexes that were made at run time, in the order in which they were made.
    Map<String, String> readIndexes() {
        return read(true);
    }

    private Map<String, String> read(boolean indexes) {
        var entries = new LinkedHashMap<String, String>();
        for (ConsumerRecord<byte[], byte[]> record : cluster.reader().readAll(topic)) {
            byte[] key = record.key();
            boolean isIndex = key.length > 0 && key[0] == INDEX_MARK;
            if (isIndex != indexes) {
                continue;
            }
            int from = isIndex ? 1 : 0;
            String name = new String(key, from, key.length - from, StandardCharsets.UTF_8);
            entries.remove(name);
            if (record.value() != null) {
                entries.put(name, new String(record.value(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    void put(TableIndex index) {
        cluster.write(topic, key(index), index.sql().getBytes(StandardCharsets.UTF_8));
    }

    void remove(TableIndex index) {
        cluster.write(topic, key(index), null);
    }

    private static byte[] key(TableIndex index) {
        byte[] name = index.name().getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[name.length + 1];
        key[0] = INDEX_MARK;
        System.arraycopy(name, 0, key, 1, name.length);
        return key;
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
