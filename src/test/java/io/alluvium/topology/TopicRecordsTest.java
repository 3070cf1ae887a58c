package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Which records of a topic are in a table: transactions, deletions, compaction, further partitions.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicRecordsTest {

    private static final String KEY = "_key";

    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path directory) {
        cluster = new TestCluster(directory, 2);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void recordsOfATransactionCountOnceItIsCommittedAndNeverWhenItIsGivenUp() {
        cluster.createTopic("transacted");
        try (KafkaProducer<byte[], byte[]> writer = transactional("transacted-1");
                KafkaProducer<byte[], byte[]> other = transactional("transacted-2")) {
            writer.initTransactions();
            other.initTransactions();
            writer.beginTransaction();
            write(writer, "transacted", "committed", 1);
            writer.commitTransaction();
            writer.beginTransaction();
            write(writer, "transacted", "given-up", 2);
            writer.abortTransaction();
            other.beginTransaction();
            write(other, "transacted", "open", 3);

            cluster.create("CREATE TABLE transacted AS SELECT * FROM kafka_topic('transacted')");
            cluster.create("CREATE TABLE summed AS SELECT COUNT(*) AS c, SUM(n) AS s FROM kafka_topic('transacted')");
            cluster.awaitLive("transacted");
            cluster.awaitLive("summed");
            assertThat(cluster.rows("transacted", KEY, "n")).isEqualTo(Map.of("committed", List.of(1L)));
            cluster.awaitRows("summed", Map.of("all", List.of(1L, "1")), KEY, "c", "s");

            other.commitTransaction();
            cluster.awaitRows("transacted", Map.of("committed", List.of(1L), "open", List.of(3L)), KEY, "n");
            writer.beginTransaction();
            write(writer, "transacted", "given-up", 4);
            write(writer, "transacted", "committed", 4);
            writer.abortTransaction();
            writer.beginTransaction();
            write(writer, "transacted", "last", 5);
            writer.commitTransaction();
            cluster.awaitRows(
                    "transacted", Map.of("committed", List.of(1L), "open", List.of(3L), "last", List.of(5L)), KEY, "n");
            cluster.awaitRows("summed", Map.of("all", List.of(3L, "9")), KEY, "c", "s");
        }
    }

    private KafkaProducer<byte[], byte[]> transactional(String id) {
        Map<String, Object> properties = new HashMap<>(cluster.kafka.clientProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void write(KafkaProducer<byte[], byte[]> producer, String topic, String key, int n) {
        var _ = producer.send(new ProducerRecord<>(topic, utf8(key), utf8("{\"n\":" + n + "}")));
        producer.flush();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void tablesOverOneTopicHaveEveryRecordEachInAGroupOfItsOwn() {
        cluster.createTopic("shared");
        for (int i = 0; i < 200; i++) {
            cluster.send("shared", "k" + i, "{\"n\":" + i + "}");
        }
        cluster.flush();
        for (String table : List.of("first", "second")) {
            cluster.create("CREATE TABLE " + table + " AS SELECT * FROM kafka_topic('shared')");
        }
        for (String table : List.of("first", "second")) {
            assertThat(cluster.awaitLive(table).rows()).isEqualTo(200);
        }

        for (int i = 200; i < 250; i++) {
            cluster.send("shared", "k" + i, "{\"n\":" + i + "}");
        }
        cluster.flush();

        for (String table : List.of("first", "second")) {
            cluster.awaitStatus(table, s -> s.rows() == 250);
            assertThat(cluster.kafka.groupsWithPrefix("alluvium.test." + table + "."))
                    .hasSize(1);
        }
    }

    @Test
    void deletionsCountInTheLoadAndOfKeysThatAreNotThereToo() {
        cluster.createTopic("deleted");
        cluster.send("deleted", "a", "{\"n\":1}");
        cluster.send("deleted", "b", "{\"n\":2}");
        cluster.send("deleted", "a", null);
        cluster.send("deleted", "never", null);
        cluster.flush();
        cluster.create("CREATE TABLE deleted AS SELECT * FROM kafka_topic('deleted')");
        cluster.awaitLive("deleted");
        assertThat(cluster.rows("deleted", KEY, "n")).isEqualTo(Map.of("b", List.of(2L)));

        cluster.send("deleted", "never", null);
        cluster.send("deleted", "a", "{\"n\":3}");
        cluster.send("deleted", "b", null);

        cluster.awaitRows("deleted", Map.of("a", List.of(3L)), KEY, "n");
        assertThat(cluster.status("deleted").badRecords()).isZero();
    }

    @Test
    void aTopicThatWasCompactedGivesTheLastRecordOfEachKey() {
        cluster.kafka.ensureTopic(
                "compacted",
                2,
                1,
                Map.of(
                        "cleanup.policy", "compact",
                        "segment.ms", "100",
                        "min.cleanable.dirty.ratio", "0.01",
                        "max.compaction.lag.ms", "200"));
        Map<String, List<Object>> expected = new TreeMap<>();
        long[] sent = {0};
        TestCluster.await("the compaction", () -> {
            // A segment ends with the first record that comes too late for it, and only those that have ended are
            // compacted.
            for (int i = 0; i < 20; i++) {
                cluster.send("compacted", "k" + i, "{\"n\":" + ++sent[0] + "}");
                expected.put("k" + i, List.of(sent[0]));
            }
            cluster.flush();
            return cluster.kafka.reader().readAll("compacted").size() < sent[0];
        });
        cluster.send("compacted", "k0", null);
        expected.remove("k0");
        cluster.flush();

        cluster.create("CREATE TABLE compacted AS SELECT * FROM kafka_topic('compacted')");
        cluster.create("CREATE TABLE compacted_count AS SELECT COUNT(*) AS c FROM kafka_topic('compacted')");
        cluster.awaitLive("compacted");
        assertThat(cluster.rows("compacted", KEY, "n")).isEqualTo(expected);
        cluster.awaitLive("compacted_count");
        cluster.awaitRows("compacted_count", Map.of("all", List.of(19L)), KEY, "c");
    }

    @Test
    void whatIsLoadedInBulkAndWhatComesLaterIsCountedApart() {
        cluster.createTopic("counted");
        for (int i = 0; i < 10; i++) {
            cluster.send("counted", "k" + i, "{\"n\":" + i + "}");
        }
        cluster.flush();
        cluster.create("CREATE TABLE counted AS SELECT * FROM kafka_topic('counted')");
        cluster.awaitLive("counted");
        awaitMetric("alluvium_table_loaded_records_total{phase=\"bulk\",table=\"counted\"} 10.0");

        for (int i = 0; i < 3; i++) {
            cluster.send("counted", "k" + i, "{\"n\":-1}");
        }
        cluster.flush();

        awaitMetric("alluvium_table_loaded_records_total{phase=\"incremental\",table=\"counted\"} 3.0");
        awaitMetric("alluvium_table_loaded_records_total{phase=\"bulk\",table=\"counted\"} 10.0");
    }

    @Test
    void theStatusTellsWhenTheLoadBeganAndEndedAndWhenTheLastRecordCame() {
        cluster.createTopic("timed");
        cluster.send("timed", "a", "{\"n\":1}");
        cluster.flush();
        Instant before = Instant.now();
        cluster.create("CREATE TABLE timed AS SELECT * FROM kafka_topic('timed')");
        TableStatus.Times loaded = cluster.awaitLive("timed").times();

        Instant started = loaded.startedAt().orElseThrow();
        Instant finished = loaded.finishedAt().orElseThrow();
        Instant changed = loaded.lastChangeAt().orElseThrow();
        assertThat(started).isBetween(before, finished);
        assertThat(changed).isBetween(started, Instant.now());

        cluster.send("timed", "b", "{\"n\":2}");
        cluster.flush();
        cluster.awaitStatus("timed", s -> s.times().lastChangeAt().orElseThrow().isAfter(changed));
        TableStatus.Times later = cluster.status("timed").times();
        assertThat(later.startedAt()).contains(started);
        assertThat(later.finishedAt()).contains(finished);
        assertThat(later.lastChangeAt().orElseThrow()).isAfter(finished);
    }

    private void awaitMetric(String line) {
        TestCluster.await(line, () -> cluster.meters.scrape().contains(line + "\n"));
    }

    @Test
    void aTopicWhosePartitionsGrowIsReadInAllOfThem() throws Exception {
        cluster.createTopic("grown");
        cluster.send("grown", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE grown AS SELECT * FROM kafka_topic('grown')");
        cluster.create("CREATE TABLE grown_sum AS SELECT SUM(n) AS s FROM kafka_topic('grown')");
        cluster.awaitLive("grown");
        cluster.awaitLive("grown_sum");

        try (Admin admin = Admin.create(cluster.kafka.clientProperties());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        cluster.kafka.clientProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            admin.createPartitions(Map.of("grown", NewPartitions.increaseTo(4)))
                    .all()
                    .get();
            TestCluster.await(
                    "the partitions", () -> cluster.kafka.describe("grown").partitions() == 4);
            for (int partition = 0; partition < 4; partition++) {
                producer.send(new ProducerRecord<>("grown", partition, utf8("p" + partition), utf8("{\"n\":10}")))
                        .get();
            }
        }

        Map<String, List<Object>> all = Map.of(
                "a", List.of(1L),
                "p0", List.of(10L),
                "p1", List.of(10L),
                "p2", List.of(10L),
                "p3", List.of(10L));
        cluster.awaitRows("grown", all, KEY, "n");
        cluster.awaitRows("grown_sum", Map.of("all", List.of("41")), KEY, "s");
        assertThat(cluster.awaitState("grown", TableState.LIVE).badRecords()).isZero();

        cluster.restart();
        cluster.awaitLive("grown");
        cluster.awaitRows("grown", all, KEY, "n");
        cluster.awaitLive("grown_sum");
        cluster.awaitRows("grown_sum", Map.of("all", List.of("41")), KEY, "s");
    }
}
