package io.alluvium.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;

/// The stock Kafka Streams table that a user would write: `builder.table` of JSON values read with Jackson into
/// maps, in RocksDB or in memory, read through interactive queries.
final class StreamsTable implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaStreams streams;
    private final Path directory;
    private final EmbeddedBroker broker;
    private ReadOnlyKeyValueStore<String, Map<String, Object>> store;

    private StreamsTable(KafkaStreams streams, Path directory, EmbeddedBroker broker) {
        this.streams = streams;
        this.directory = directory;
        this.broker = broker;
    }

    /// Starts a table over a topic that is there.
    static StreamsTable start(String bootstrap, String topic, boolean rocksDb) throws IOException {
        return start(bootstrap, topic, rocksDb, null, Files.createTempDirectory("streams-table"));
    }

    private static StreamsTable start(
            String bootstrap, String topic, boolean rocksDb, EmbeddedBroker broker, Path directory) {
        var properties = new Properties();
        properties.put("bootstrap.servers", bootstrap);
        properties.put("application.id", "stock-" + UUID.randomUUID());
        properties.put("state.dir", directory.resolve("state").toString());
        properties.put("auto.offset.reset", "earliest");
        var supplier = rocksDb ? Stores.persistentKeyValueStore("table") : Stores.inMemoryKeyValueStore("table");
        Materialized<String, Map<String, Object>, KeyValueStore<Bytes, byte[]>> materialized =
                Materialized.<String, Map<String, Object>>as(supplier)
                        .withKeySerde(Serdes.String())
                        .withValueSerde(json());
        var builder = new StreamsBuilder();
        builder.table(topic, Consumed.with(Serdes.String(), json()), materialized);
        var table = new StreamsTable(new KafkaStreams(builder.build(properties), properties), directory, broker);
        table.streams.start();
        return table;
    }

    private static Serde<Map<String, Object>> json() {
        Serializer<Map<String, Object>> serializer = (topic, value) -> {
            try {
                return value == null ? null : JSON.writeValueAsBytes(value);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };
        Deserializer<Map<String, Object>> deserializer = (topic, bytes) -> {
            try {
                @SuppressWarnings("unchecked")
                Map<String, Object> map = bytes == null ? null : JSON.readValue(bytes, HashMap.class);
                return map;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };
        return Serdes.serdeFrom(serializer, deserializer);
    }

    /// A broker, a topic of `rows` orders, and the table that has all of them.
    static StreamsTable filled(int rows, boolean rocksDb) throws Exception {
        Path directory = Files.createTempDirectory("streams-table");
        EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        produce(broker.bootstrapServers(), "orders", rows);
        StreamsTable table = start(broker.bootstrapServers(), "orders", rocksDb, broker, directory);
        table.awaitRows(rows);
        return table;
    }

    static void produce(String bootstrap, String topic, int rows) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
                    .all()
                    .get();
        }
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", bootstrap, "linger.ms", 20, "batch.size", 1 << 19, "compression.type", "lz4");
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < rows; i++) {
                producer.send(new ProducerRecord<>(topic, Orders.key(i), Orders.json(i)));
            }
        }
    }

    /// Waits until the last key is there: the topic has one partition, so that all others are too.
    void awaitRows(int rows) throws InterruptedException {
        String last = "order-" + (rows - 1);
        while (true) {
            try {
                if (store == null) {
                    store = streams.store(
                            StoreQueryParameters.fromNameAndType("table", QueryableStoreTypes.keyValueStore()));
                }
                if (store.get(last) != null) {
                    return;
                }
            } catch (org.apache.kafka.streams.errors.InvalidStateStoreException e) {
                store = null;
            }
            Thread.sleep(5);
        }
    }

    long priceAndQuantity(String key) {
        Map<String, Object> row = store.get(key);
        return Math.round(((Double) row.get("price")) * 10_000) + ((Number) row.get("quantity")).longValue();
    }

    @Override
    public void close() {
        streams.close();
        if (broker != null) {
            broker.close();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
