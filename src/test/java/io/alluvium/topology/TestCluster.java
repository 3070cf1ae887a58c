package io.alluvium.topology;

import io.alluvium.broker.EmbeddedBroker;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.RowBatch;
import io.alluvium.data.TableName;
import io.alluvium.data.Vector;
import io.alluvium.metrics.Meters;
import io.alluvium.source.file.FileSource;
import io.alluvium.source.jdbc.JdbcSource;
import io.alluvium.source.kafka.KafkaCluster;
import io.alluvium.source.kafka.KafkaFaults;
import io.alluvium.sql.Statement.CreateTable;
import io.alluvium.sql.StatementParser;
import io.alluvium.table.TableView;
import io.alluvium.table.rocksdb.RocksTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.jspecify.annotations.Nullable;

/// A broker and the tables of one service over it, for tests: SQL in, rows out.
final class TestCluster implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 60_000;

    private final Path directory;
    private final AutoCloseable broker;
    private final Map<String, Object> client;
    final KafkaCluster kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> unsent = new AtomicReference<>();
    private final int partitions;
    private final String instance;
    private RocksTables rocks;
    private final MemoryLimits memory;
    /// What the present tables count.
    Meters meters;
    Tables tables;

    TestCluster(Path directory, int partitions) {
        this(directory, partitions, new MemoryLimits(1L << 30, 1L << 30, Duration.ofMinutes(1)));
    }

    TestCluster(Path directory, int partitions, MemoryLimits memory) {
        this(directory, partitions, memory, EmbeddedBroker.start(directory.resolve("broker"), 0));
    }

    private TestCluster(Path directory, int partitions, MemoryLimits memory, EmbeddedBroker broker) {
        this(directory, partitions, memory, broker, Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /// Over a broker that is there already, and is closed with this.
    ///
    /// @param client what every client needs to reach it
    TestCluster(Path directory, int partitions, MemoryLimits memory, AutoCloseable broker, Map<String, Object> client) {
        this(directory, partitions, memory, broker, client, "instance");
    }

    private TestCluster(
            Path directory,
            int partitions,
            MemoryLimits memory,
            AutoCloseable broker,
            Map<String, Object> client,
            String instance) {
        this.instance = instance;
        this.memory = memory;
        this.directory = directory;
        this.partitions = partitions;
        this.broker = broker;
        this.client = client;
        kafka = new KafkaCluster(
                client, new KafkaFaults(new KafkaFaults.Connection(bootstrapServers(), Map.of(), partitions, 1)));
        producer = new KafkaProducer<>(ofTest(), new ByteArraySerializer(), new ByteArraySerializer());
        rocks = newRocks();
        meters = new Meters();
        tables = newTables();
        tables.start(List.of());
    }

    /// Another instance over the same broker. It must be closed before this one.
    TestCluster another(Path itsDirectory, String itsName) {
        return new TestCluster(itsDirectory, partitions, memory, () -> {}, client, itsName);
    }

    String bootstrapServers() {
        return String.valueOf(client.get("bootstrap.servers"));
    }

    /// What is sent while the broker is gone reaches it later.
    private Map<String, Object> ofTest() {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("max.request.size", 16 << 20);
        properties.put("metadata.recovery.strategy", "none");
        return properties;
    }

    private RocksTables newRocks() {
        return new RocksTables(directory.resolve("rocksdb"), 8 << 20, InstantSource.system());
    }

    private Tables newTables() {
        var streams = new StreamsSettings(
                kafka.clientProperties(), "test", instance, directory.resolve("state"), partitions, 1);
        return new Tables(
                new TableContext(
                        kafka,
                        streams,
                        new SnapshotSettings(true, directory.resolve("snapshots"), Duration.ofMillis(100), 100 << 20),
                        (source, definition, options) -> switch (source) {
                            case SourceDefinition.Files files ->
                                FileSource.of(files, definition, options, List.of(), new Meters());
                            case SourceDefinition.Jdbc jdbc -> JdbcSource.of(jdbc, definition, options, List.of());
                        },
                        rocks,
                        key -> Optional.empty(),
                        300,
                        memory,
                        meters,
                        InstantSource.system(),
                        new Random(1)),
                sql -> (CreateTable) StatementParser.parse(sql));
    }

    /// Stops the tables and starts them again, as a restart of the service does.
    void restart() {
        stopTables();
        startTables();
    }

    void stopTables() {
        tables.close();
        rocks.close();
    }

    void startTables() {
        rocks = newRocks();
        meters = new Meters();
        tables = newTables();
        tables.start(List.of());
    }

    /// Loses what stopped tables have on disk, as a service does that is started on another machine.
    void loseData() {
        for (String lost : List.of("rocksdb", "state", "snapshots")) {
            try {
                Utils.delete(directory.resolve(lost).toFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Whether what is kept for the next start of a table has this text.
    boolean isKept(String table, String text) {
        return kafka.reader().readAll("alluvium.test.positions").stream()
                .anyMatch(record -> new String(record.key(), StandardCharsets.UTF_8).startsWith(table)
                        && record.value() != null
                        && new String(record.value(), StandardCharsets.UTF_8).contains(text));
    }

    void create(String sql) {
        CreateTable create = (CreateTable) StatementParser.parse(sql);
        tables.create(create.definition(), create.orReplace());
    }

    void createTopic(String topic) {
        kafka.ensureTopic(topic, partitions, 1, Map.of());
    }

    /// Takes the place of a member of a group with a reader of the same topic, until that is closed.
    KafkaStreams usurp(String group, String topic) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
        properties.putAll(client);
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG, directory.resolve("usurper").toString());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
        var builder = new StreamsBuilder();
        builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .foreach((key, value) -> {});
        var streams = new KafkaStreams(builder.build(), properties);
        streams.start();
        return streams;
    }

    /// The ids that the members of a group have; another one for a member that has joined again.
    Set<String> members(String group) {
        try (Admin admin = Admin.create(client)) {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .flatMap(found -> found.members().stream())
                    .map(MemberDescription::consumerId)
                    .collect(Collectors.toSet());
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /// Deletes all records of a topic, as retention does.
    void expire(String topic) {
        WrittenTopic.deleteRecords(kafka, kafka.describe(topic));
    }

    void send(String topic, @Nullable String key, @Nullable String value) {
        sendBytes(topic, key, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    void sendBytes(String topic, @Nullable String key, byte @Nullable [] value) {
        sendBytes(topic, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
    }

    void sendBytes(String topic, byte @Nullable [] key, byte @Nullable [] value) {
        var _ = producer.send(new ProducerRecord<>(topic, key, value), (metadata, e) -> {
            if (e != null) {
                unsent.compareAndSet(null, e);
            }
        });
    }

    void flush() {
        producer.flush();
        Exception failure = unsent.getAndSet(null);
        if (failure != null) {
            throw new AssertionError("records of the test did not reach the broker", failure);
        }
    }

    TableStatus status(String table) {
        return tables.table(new TableName(table)).orElseThrow();
    }

    TableStatus awaitState(String table, TableState state) {
        return awaitStatus(table, status -> status.state() == state);
    }

    TableStatus awaitLive(String table) {
        TableStatus status = awaitStatus(table, s -> s.state() == TableState.LIVE || s.state() == TableState.FAILED);
        if (status.state() == TableState.FAILED) {
            throw new AssertionError(table + " FAILED: " + status.retry());
        }
        return status;
    }

    TableStatus awaitStatus(String table, Predicate<TableStatus> wanted) {
        try {
            await("another state of " + table, () -> wanted.test(status(table)));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", which is " + status(table), e);
        }
        return status(table);
    }

    /// Waits until the rows of a table are these, and shows the difference when that does not happen.
    void awaitRows(String table, Map<String, List<Object>> expected, String key, String... columns) {
        try {
            await("rows of " + table, () -> expected.equals(rows(table, key, columns)));
        } catch (AssertionError e) {
            throw new AssertionError(
                    "expected " + expected + " in " + table + ", found " + rows(table, key, columns) + "; "
                            + status(table),
                    e);
        }
    }

    /// Waits until the topics with a prefix are as they should be: brokers know of a deletion a moment after it.
    void awaitTopics(String prefix, Predicate<List<String>> wanted) {
        try {
            await("the topics of " + prefix, () -> wanted.test(kafka.topicsWithPrefix(prefix)));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", which are " + kafka.topicsWithPrefix(prefix), e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean()) {
            if (System.currentTimeMillis() > until) {
                throw new AssertionError("waited in vain for " + what);
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// The rows of a table by the text of one column: the values of the others.
    Map<String, List<Object>> rows(String table, String key, String... columns) {
        TableView view = tables.find(new TableName(table)).orElseThrow().view();
        int[] places = new int[columns.length + 1];
        places[0] = view.schema().indexOf(key);
        for (int i = 0; i < columns.length; i++) {
            places[i + 1] = view.schema().indexOf(columns[i]);
            if (places[i + 1] < 0) {
                return Map.of();
            }
        }
        Map<String, List<Object>> rows = new TreeMap<>();
        TableView.Scan scan = view.scan(places);
        for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
            for (int row = 0; row < batch.size(); row++) {
                int at = row;
                RowBatch read = batch;
                List<Object> values = new ArrayList<>(IntStream.rangeClosed(1, columns.length)
                        .mapToObj(c -> value(read.column(c), at))
                        .toList());
                rows.put(String.valueOf(value(batch.column(0), row)), values);
            }
        }
        return rows;
    }

    private static Object value(Vector vector, int row) {
        if (vector.isNull(row)) {
            return "NULL";
        }
        return switch (vector.type().kind()) {
            case DECIMAL -> vector.getDecimal(row).toPlainString();
            case REAL, DOUBLE -> vector.getDouble(row);
            case BOOLEAN -> vector.getBoolean(row);
            case INTEGER, BIGINT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> vector.getLong(row);
            case VARCHAR, JSON, UUID, BYTEA -> vector.getObject(row);
        };
    }

    @Override
    public void close() {
        stopTables();
        producer.close();
        kafka.close();
        try {
            broker.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
