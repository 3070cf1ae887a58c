package io.alluvium.perf;

import io.alluvium.broker.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// How long does a topic of JSON records take to become a readable table? Each run is a JVM of its own against one
/// broker in another JVM, so that all find the same page cache; the peers take turns.
///
/// The clock of the service runs from the CREATE TABLE to the state LIVE; that of the stock table from
/// `KafkaStreams.start` to the last row being readable; that of the bare consumer, which reads every record and
/// makes nothing of it, from its making to the last record. All JVMs are started before and have done nothing yet.
final class TopicToLive {

    private static final String TOPIC = "orders";

    private TopicToLive() {}

    static void measure(int rows, int rounds) throws Exception {
        var report = new Report(
                String.format(java.util.Locale.ROOT, "Topic of %,d JSON records to LIVE", rows),
                "seconds",
                Report.Better.LESS);
        Path work = Files.createTempDirectory("topic-to-live");
        try (Child broker = Child.start(
                List.of("-Xmx2g"), "topic-broker", work.resolve("broker").toString(), Integer.toString(rows))) {
            String bootstrap = broker.await("READY");
            for (int round = 0; round < rounds; round++) {
                report.note("alluvium", alluvium(bootstrap, work.resolve("data" + round), rows), Sample.answer(rows));
                String count = Integer.toString(rows);
                Child.time(report, "bare-consumer", "topic-consumer", bootstrap, count);
                Child.time(report, "streams-rocksdb", "topic-rocksdb", bootstrap, count);
                if (round == 0) {
                    Child.time(report, "streams-memory", "topic-memory", bootstrap, count);
                }
            }
        } finally {
            Directories.delete(work);
        }
        report.print();
    }

    private static double alluvium(String bootstrap, Path data, int rows) throws Exception {
        try (Product product = Product.over(bootstrap, data)) {
            product.awaitAnswer();
            long start = System.nanoTime();
            product.run("CREATE TABLE orders AS SELECT * FROM kafka_topic('" + TOPIC + "')");
            product.awaitLive("orders");
            double seconds = (System.nanoTime() - start) / 1e9;
            Sample.check(product, "orders", "_key", rows);
            return seconds;
        }
    }

    static void brokerChild(Path directory, int rows) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
        Topics.produce(broker.bootstrapServers(), TOPIC, rows);
        Child.say("READY", broker.bootstrapServers());
        Thread.currentThread().join();
    }

    static void streamsChild(String bootstrap, boolean rocksDb, int rows) throws Exception {
        long start = System.nanoTime();
        try (StreamsTable table = StreamsTable.start(bootstrap, TOPIC, rocksDb)) {
            table.awaitRows(rows);
            double seconds = (System.nanoTime() - start) / 1e9;
            long sum = Sample.numbers(rows)
                    .mapToLong(i -> table.quantity(Orders.id(i)))
                    .sum();
            Child.saySeconds(seconds, sum);
        }
    }

    /// With the settings that Alluvium's bulk load has. What it compares by it takes from the sampled records.
    static void consumerChild(String bootstrap, int rows) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", bootstrap,
                "max.poll.records", 10_000,
                "max.partition.fetch.bytes", 8 << 20,
                "fetch.min.bytes", 256 << 10,
                "receive.buffer.bytes", 2 << 20);
        int[] sampled = Sample.numbers(rows).toArray();
        byte[][] values = new byte[Sample.SIZE][];
        long start = System.nanoTime();
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int read = 0;
            int kept = 0;
            while (read < rows) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    while (kept < Sample.SIZE && sampled[kept] == read) {
                        values[kept++] = record.value();
                    }
                    read++;
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long sum = Arrays.stream(values)
                    .mapToLong(value -> ((Number) JsonMaps.read(value).get("qty")).longValue())
                    .sum();
            Child.saySeconds(seconds, sum);
        }
    }
}
