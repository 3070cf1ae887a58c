package io.alluvium.perf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The stock Kafka Streams table that a user would write: `builder.table` of JSON values read with Jackson into
/// maps, in RocksDB or in memory, read through interactive queries. Default settings.
final class StreamsTable implements AutoCloseable {

    private final KafkaStreams streams;
    private final Path directory;
    private ReadOnlyKeyValueStore<String, Map<String, Object>> store;

    private StreamsTable(KafkaStreams streams, Path directory) {
        this.streams = streams;
        this.directory = directory;
    }

    /// Starts a table over a topic that is there.
    static StreamsTable start(String bootstrap, String topic, boolean rocksDb) throws Exception {
        Path directory = Files.createTempDirectory("streams-table");
        var properties = new Properties();
        properties.put("bootstrap.servers", bootstrap);
        properties.put("application.id", "stock-" + UUID.randomUUID());
        properties.put("state.dir", directory.toString());
        properties.put("auto.offset.reset", "earliest");
        var materialized = Materialized.<String, Map<String, Object>, KeyValueStore<Bytes, byte[]>>as("table")
                .withStoreType(rocksDb ? Materialized.StoreType.ROCKS_DB : Materialized.StoreType.IN_MEMORY)
                .withKeySerde(Serdes.String())
                .withValueSerde(JsonMaps.serde());
        var builder = new StreamsBuilder();
        builder.table(topic, Consumed.with(Serdes.String(), JsonMaps.serde()), materialized);
        var table = new StreamsTable(new KafkaStreams(builder.build(properties), properties), directory);
        table.streams.start();
        return table;
    }

    /// Waits until the last key is there: the topic has one partition, so that all others are too.
    void awaitRows(int rows) throws InterruptedException {
        String last = Orders.id(rows - 1);
        while (true) {
            try {
                if (store == null) {
                    store = streams.store(
                            StoreQueryParameters.fromNameAndType("table", QueryableStoreTypes.keyValueStore()));
                }
                if (store.get(last) != null) {
                    return;
                }
            } catch (InvalidStateStoreException e) {
                store = null;
            }
            Thread.sleep(5);
        }
    }

    int quantity(String key) {
        return ((Number) store.get(key).get("qty")).intValue();
    }

    @Override
    public void close() throws Exception {
        streams.close();
        Directories.delete(directory);
    }
}
