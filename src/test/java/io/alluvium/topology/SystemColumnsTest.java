package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.testkit.HowTo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// `_partition`, `_offset`, `_timestamp` and `_headers` in definitions over topics.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SystemColumnsTest {

    private static final long TIME = Instant.parse("2026-03-01T10:20:30.405Z").toEpochMilli();
    private static final int PARTITIONS = 2;

    private TestCluster cluster;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    void start(@TempDir Path directory) {
        cluster = new TestCluster(directory, PARTITIONS);
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    void stop() {
        producer.close();
        cluster.close();
    }

    private long send(
            String topic, int partition, @Nullable String key, @Nullable String value, RecordHeader... headers) {
        try {
            return producer.send(new ProducerRecord<>(
                            topic, partition, TIME, bytes(key), bytes(value), new RecordHeaders(headers)))
                    .get(60, TimeUnit.SECONDS)
                    .offset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static RecordHeader header(String name, byte @Nullable ... value) {
        return new RecordHeader(name, value);
    }

    private List<String> columns(String table) {
        return cluster.awaitState(table, TableState.LIVE).schema().names();
    }

    @Test
    void aRecordsPlaceTimeAndHeadersAreThoseOfTheLastRecordOfTheKey() {
        cluster.createTopic("placed");
        send("placed", 0, "a", "{\"n\":1}");
        send("placed", 1, "b", "{\"n\":2}", header("trace", bytes("x\"1")), header("none", (byte[]) null));
        cluster.create("CREATE TABLE placed AS SELECT *, _partition, _offset, _timestamp, _headers"
                + " FROM kafka_topic('placed')");
        cluster.awaitLive("placed");
        String headers = "{\"trace\":\"x\\\"1\",\"none\":null}";
        var rows = new HashMap<>(Map.of(
                "a", List.<Object>of(1L, 0L, 0L, TIME * 1_000, "{}"),
                "b", List.<Object>of(2L, 1L, 0L, TIME * 1_000, headers)));
        cluster.awaitRows("placed", rows, "_key", "n", "_partition", "_offset", "_timestamp", "_headers");

        send("placed", 0, "a", "{\"n\":1}", header("h", (byte) 0xFF), header("h", bytes("2")));
        send("placed", 1, "b", null);
        rows.put("a", List.of(1L, 0L, 1L, TIME * 1_000, "{\"h\":[\"/w==\",\"2\"]}"));
        rows.remove("b");

        cluster.awaitRows("placed", rows, "_key", "n", "_partition", "_offset", "_timestamp", "_headers");
        assertThat(cluster.awaitState("placed", TableState.LIVE).schema().columns())
                .contains(
                        new Column("_partition", ColumnType.INTEGER, false),
                        new Column("_offset", ColumnType.BIGINT, false),
                        new Column("_timestamp", ColumnType.TIMESTAMPTZ, false),
                        new Column("_headers", ColumnType.JSON, false));
    }

    @Test
    void aStarDoesNotMeanThem() {
        cluster.createTopic("starred");
        send("starred", 0, "a", "{\"n\":1}");
        cluster.create("CREATE TABLE plain AS SELECT * FROM kafka_topic('starred')");
        cluster.create("CREATE TABLE filtered AS SELECT t.* FROM kafka_topic('starred') t WHERE t._offset >= 1");
        cluster.create("CREATE TABLE renamed AS SELECT *, _offset AS place FROM kafka_topic('starred')");
        cluster.awaitLive("plain");
        cluster.awaitLive("filtered");
        cluster.awaitLive("renamed");
        send("starred", 0, "b", "{\"n\":2,\"later\":true}");

        cluster.awaitRows("filtered", Map.of("b", List.of(2L)), "_key", "n");
        cluster.awaitRows("renamed", Map.of("a", List.of(1L, 0L), "b", List.of(2L, 1L)), "_key", "n", "place");
        cluster.awaitRows("plain", Map.of("a", List.of(1L), "b", List.of(2L)), "_key", "n");
        assertThat(columns("plain")).containsExactly("_key", "n", "later");
        assertThat(columns("filtered")).containsExactly("_key", "n", "later");
        assertThat(columns("renamed")).containsExactlyInAnyOrder("_key", "n", "place", "later");
    }

    @Test
    void aTableOverATableSelectsThemAsColumnsLikeOthers() {
        cluster.createTopic("lower");
        send("lower", 0, "a", "{\"n\":1}");
        cluster.create("CREATE TABLE lower_rows AS SELECT *, _offset FROM kafka_topic('lower')");
        cluster.awaitLive("lower_rows");
        cluster.create("CREATE TABLE upper_rows AS SELECT * FROM lower_rows WHERE _offset < 2");
        cluster.awaitLive("upper_rows");
        send("lower", 0, "b", "{\"n\":2}");
        send("lower", 0, "a", "{\"n\":3}");

        cluster.awaitRows("upper_rows", Map.of("b", List.of(2L, 1L)), "_key", "n", "_offset");
    }

    @Test
    void groupsAreMadeOfThemToo() {
        cluster.createTopic("grouped");
        cluster.create("CREATE TABLE grouped (n BIGINT) AS SELECT _partition, COUNT(*) AS c, MAX(_offset) AS last,"
                + " SUM(n) AS s FROM kafka_topic('grouped') GROUP BY _partition");
        cluster.awaitLive("grouped");
        send("grouped", 0, "a", "{\"n\":1}");
        send("grouped", 0, "b", "{\"n\":2}");
        send("grouped", 1, "c", "{\"n\":4}");
        send("grouped", 0, null, "{\"n\":8}");
        send("grouped", 0, "a", null);

        cluster.awaitRows(
                "grouped",
                Map.of("0", List.of(2L, 2L, "10"), "1", List.of(1L, 0L, "4")),
                "_partition",
                "c",
                "last",
                "s");
    }

    @Test
    void aKeyOfPartitionAndOffsetMakesARowOfEachRecord() {
        cluster.createTopic("logged");
        send("logged", 0, null, "{\"n\":1}", header("h", bytes("v")));
        send("logged", 0, "same", "{}", header("at", bytes("1")));
        cluster.create("CREATE TABLE logged (n BIGINT, PRIMARY KEY (_partition, _offset)) AS"
                + " SELECT _partition, _offset, _timestamp, n, _headers FROM kafka_topic('logged')");
        cluster.awaitLive("logged");
        send("logged", 0, "same", " {\"n\" : 3, \"_offset\" : 77 } \n", header("at", bytes("2")));
        send("logged", 1, "same", "{ }", header("at", bytes("3")));
        send("logged", 1, "same", null);

        cluster.awaitRows(
                "logged",
                Map.of(
                        "{\"h\":\"v\"}", List.of(0L, 0L, 1L, TIME * 1_000),
                        "{\"at\":\"1\"}", List.of(0L, 1L, "NULL", TIME * 1_000),
                        "{\"at\":\"2\"}", List.of(0L, 2L, 3L, TIME * 1_000),
                        "{\"at\":\"3\"}", List.of(1L, 0L, "NULL", TIME * 1_000)),
                "_headers",
                "_partition",
                "_offset",
                "n",
                "_timestamp");
        cluster.awaitRows(
                "logged__errors", Map.of("logged/1/1", List.of("the record has no value")), "place", "reason");
    }

    @Test
    void aRecordThatIsBroughtToAnotherKeyKeepsItsOwnPlace() {
        cluster.createTopic("moved");
        send("moved", 1, "x", "{\"id\":5,\"n\":1}");
        send("moved", 1, "y", "{\"id\":6,\"n\":2}");
        cluster.create("CREATE TABLE moved (id BIGINT, n BIGINT, PRIMARY KEY (id)) AS"
                + " SELECT *, _partition, _offset FROM kafka_topic('moved')");
        cluster.awaitLive("moved");
        send("moved", 1, "x", "{\"id\":5,\"n\":3}");

        cluster.awaitRows(
                "moved",
                Map.of("5", List.of(3L, 1L, 2L), "6", List.of(2L, 1L, 1L)),
                "id",
                "n",
                "_partition",
                "_offset");
    }

    @Test
    void aColumnOfTheValuesIsMeantWhereItIsDeclaredOrNotNamed() {
        cluster.createTopic("named");
        send("named", 0, "a", "{\"_offset\":70,\"n\":1}");
        cluster.create("CREATE TABLE declared_one (_offset BIGINT) AS SELECT _key, _offset FROM kafka_topic('named')");
        cluster.create("CREATE TABLE not_named AS SELECT * FROM kafka_topic('named')");
        cluster.create("CREATE TABLE named_one AS SELECT *, _offset FROM kafka_topic('named')");

        cluster.awaitLive("declared_one");
        cluster.awaitLive("not_named");
        cluster.awaitLive("named_one");
        cluster.awaitRows("declared_one", Map.of("a", List.of(70L)), "_key", "_offset");
        cluster.awaitRows("not_named", Map.of("a", List.of(70L, 1L)), "_key", "_offset", "n");
        cluster.awaitRows("named_one", Map.of("a", List.of(0L, 1L)), "_key", "_offset", "n");
    }

    @Test
    void theDefinitionsOfTheHowToRun() throws IOException {
        cluster.createTopic("devices");
        send("devices", 0, "d", "{\"celsius\":20}");
        send("devices", 0, "d", "{\"celsius\":21}");
        for (String sql : HowTo.texts("topic-formats.md")) {
            if (sql.contains("'devices'")) {
                cluster.create(sql);
            }
        }
        cluster.awaitLive("devices");
        cluster.awaitLive("device_log");

        cluster.awaitRows(
                "devices", Map.of("d", List.of(21L, TIME * 1_000, 1L)), "_key", "celsius", "seen_at", "_offset");
        cluster.awaitRows("device_log", Map.of("0", List.of(20L), "1", List.of(21L)), "_offset", "celsius");
    }
}
