package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.testkit.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What a restart takes from disk and what from Kafka, against a real broker. Each test has topics and tables of
/// its own names.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotsTest {

    private static final String KEY = "_key";

    private TestCluster cluster;
    private Path directory;

    @BeforeAll
    void start(@TempDir Path folder) {
        directory = folder;
        cluster = new TestCluster(folder, 2);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void aRestartTakesOnlyWhatCameAfterTheSnapshotFromKafka() {
        Map<String, List<Object>> model = fill("tail", 5_000);
        cluster.create("CREATE TABLE tail AS SELECT * FROM kafka_topic('tail')");
        cluster.awaitLive("tail");
        cluster.awaitRows("tail", model, KEY, "n", "text");
        cluster.send("tail", "k0", "{\"n\":-1,\"text\":\"changed\"}");
        cluster.send("tail", "k1", null);
        model.put("k0", List.of(-1L, "changed"));
        model.remove("k1");
        cluster.awaitRows("tail", model, KEY, "n", "text");

        cluster.stopTables();
        cluster.send("tail", "k2", "{\"n\":-2,\"text\":\"meanwhile\"}");
        cluster.send("tail", "k3", null);
        cluster.send("tail", "new", "{\"n\":7,\"text\":\"new\"}");
        cluster.flush();
        model.put("k2", List.of(-2L, "meanwhile"));
        model.remove("k3");
        model.put("new", List.of(7L, "new"));
        cluster.startTables();

        TableStatus live = cluster.awaitLive("tail");
        assertThat(cluster.rows("tail", KEY, "n", "text")).isEqualTo(model);
        assertThat(live.snapshot().orElseThrow().restoredRecords()).isEqualTo(3);
        assertThat(live.progress().orElseThrow().loaded()).isEqualTo(3);
        cluster.send("tail", "k4", "{\"n\":-4,\"text\":\"later\"}");
        model.put("k4", List.of(-4L, "later"));
        cluster.awaitRows("tail", model, KEY, "n", "text");
    }

    @Test
    void snapshotsAreTakenWhileTheTableGoesOn() {
        Map<String, List<Object>> model = fill("going", 100);
        cluster.create("CREATE TABLE going AS SELECT * FROM kafka_topic('going')");
        cluster.awaitLive("going");
        cluster.awaitRows("going", model, KEY, "n", "text");
        for (int round = 0; round < 3; round++) {
            cluster.send("going", "k" + round, "{\"n\":-1,\"text\":\"x\"}");
            cluster.flush();
            cluster.awaitStatus(
                    "going",
                    status -> status.snapshot()
                            .map(taken -> taken.positions().equals(status.positions()))
                            .orElse(false));
        }
    }

    @Test
    void tablesOverTablesAreThereAgainFromTheirSnapshots() {
        fill("base", 1_000);
        cluster.create("CREATE TABLE base AS SELECT * FROM kafka_topic('base')");
        cluster.create("CREATE TABLE small AS SELECT _key, n FROM base WHERE n < 10");
        cluster.create("CREATE TABLE sums AS SELECT text, COUNT(*) AS c, SUM(n) AS s FROM base GROUP BY text");
        cluster.awaitLive("small");
        cluster.awaitLive("sums");
        Map<String, List<Object>> small = cluster.rows("small", KEY, "n");
        Map<String, List<Object>> sums = cluster.rows("sums", "text", "c", "s");
        assertThat(small).hasSize(10);

        cluster.restart();

        for (String table : List.of("base", "small", "sums")) {
            TableStatus live = cluster.awaitLive(table);
            assertThat(live.snapshot().orElseThrow().restoredRecords())
                    .as(table)
                    .isZero();
        }
        assertThat(cluster.rows("small", KEY, "n")).isEqualTo(small);
        assertThat(cluster.rows("sums", "text", "c", "s")).isEqualTo(sums);
        cluster.send("base", "another", "{\"n\":3,\"text\":\"t1\"}");
        TestCluster.await(
                "the sum", () -> !cluster.rows("sums", "text", "c", "s").equals(sums));
        TestCluster.await("the row", () -> cluster.rows("small", KEY, "n").size() == 11);
    }

    @Test
    void columnsThatWereDiscoveredLateAreThereAfterARestart() {
        fill("wider", 3_000);
        cluster.create("CREATE TABLE wider AS SELECT * FROM kafka_topic('wider')");
        cluster.awaitLive("wider");
        cluster.send("wider", "k0", "{\"n\":1.5,\"text\":\"x\",\"extra\":true}");
        cluster.flush();
        TestCluster.await(
                "the column",
                () -> List.<Object>of(true)
                        .equals(cluster.rows("wider", KEY, "extra").get("k0")));
        TestCluster.await("the column to be kept", () -> cluster.isKept("wider", "extra"));
        Map<String, List<Object>> before = cluster.rows("wider", KEY, "n", "text", "extra");

        cluster.restart();

        TableStatus live = cluster.awaitLive("wider");
        assertThat(cluster.rows("wider", KEY, "n", "text", "extra")).isEqualTo(before);
        assertThat(live.snapshot().orElseThrow().restoredRecords()).isZero();
    }

    @Test
    void aTopicThatWasMadeAnewMeanwhileIsLoadedAnew() {
        fill("remade", 50);
        cluster.create("CREATE TABLE remade AS SELECT * FROM kafka_topic('remade')");
        cluster.awaitLive("remade");
        cluster.stopTables();
        cluster.kafka.deleteTopics(List.of("remade"));
        TestCluster.await("the deletion", () -> !cluster.kafka.topics().contains("remade"));
        cluster.createTopic("remade");
        for (int i = 0; i < 100; i++) {
            cluster.send("remade", "other" + i, "{\"n\":" + i + ",\"text\":\"o\"}");
        }
        cluster.flush();

        cluster.startTables();

        cluster.awaitLive("remade");
        assertThat(cluster.rows("remade", KEY, "n")).hasSize(100).containsKey("other0");
    }

    @Test
    void aDamagedSnapshotIsSetAsideWithAWarningAndTheRowsComeFromKafka() throws IOException {
        Map<String, List<Object>> model = fill("damaged", 500);
        cluster.create("CREATE TABLE damaged AS SELECT * FROM kafka_topic('damaged')");
        cluster.awaitLive("damaged");
        cluster.stopTables();
        List<Path> manifests = manifests("damaged");
        assertThat(manifests).hasSize(2);
        for (Path manifest : manifests) {
            byte[] bytes = Files.readAllBytes(manifest);
            bytes[bytes.length / 2] ^= 4;
            Files.write(manifest, bytes);
        }

        try (var log = new CapturedLog(TableSnapshots.class.getName())) {
            cluster.startTables();
            TableStatus live = cluster.awaitLive("damaged");
            assertThat(cluster.rows("damaged", KEY, "n", "text")).isEqualTo(model);
            assertThat(live.progress().orElseThrow().loaded()).isEqualTo(500);
            assertThat(log.lines(Level.WARN))
                    .filteredOn(line -> line.contains("table=damaged"))
                    .anyMatch(line -> line.contains("set aside"));
        }
        cluster.awaitStatus("damaged", status -> status.snapshot().isPresent());
    }

    @Test
    void aSnapshotThatIsAheadOfItsTopicOrBehindItsBeginningIsNotUsed() throws Exception {
        Map<String, List<Object>> model = fill("expired", 100);
        cluster.create("CREATE TABLE expired AS SELECT * FROM kafka_topic('expired')");
        cluster.awaitLive("expired");
        cluster.stopTables();
        fill("expired", 200);
        cluster.expire("expired");
        cluster.send("expired", "after", "{\"n\":1,\"text\":\"x\"}");
        cluster.flush();

        cluster.startTables();

        cluster.awaitLive("expired");
        assertThat(model).isNotEmpty();
        assertThat(cluster.rows("expired", KEY, "n")).isEqualTo(Map.of("after", List.of(1L)));
    }

    @Test
    void whatIsDroppedOrReplacedLeavesNothingOnDisk() throws IOException {
        fill("dropped", 100);
        cluster.create("CREATE TABLE dropped AS SELECT * FROM kafka_topic('dropped')");
        cluster.awaitStatus("dropped", status -> status.snapshot().isPresent());
        List<Path> first = manifests("dropped");
        assertThat(first).isNotEmpty();

        cluster.create("CREATE OR REPLACE TABLE dropped AS SELECT * FROM kafka_topic('dropped') WHERE n < 50");
        cluster.awaitStatus("dropped", status -> status.rows() == 50 && status.state() == TableState.LIVE);
        TestCluster.await(
                "the end of the former snapshots", () -> first.stream().noneMatch(Files::exists));
        cluster.awaitStatus("dropped", status -> status.snapshot().isPresent());

        cluster.tables.drop(new TableName("dropped"), false);
        assertThat(manifests("dropped")).isEmpty();
    }

    @Test
    void aTableThatWasPausedGoesOnFromItsRows() {
        Map<String, List<Object>> model = fill("paused", 300);
        cluster.create("CREATE TABLE paused AS SELECT * FROM kafka_topic('paused')");
        cluster.awaitLive("paused");
        var name = new TableName("paused");
        cluster.tables.pause(name);
        cluster.send("paused", "k0", null);
        cluster.flush();
        model.remove("k0");
        cluster.tables.resume(name);

        TableStatus live = cluster.awaitLive("paused");
        assertThat(cluster.rows("paused", KEY, "n", "text")).isEqualTo(model);
        assertThat(live.snapshot().orElseThrow().restoredRecords()).isEqualTo(1);
    }

    private Map<String, List<Object>> fill(String topic, int count) {
        cluster.createTopic(topic);
        Map<String, List<Object>> model = new HashMap<>();
        for (int i = 0; i < count; i++) {
            cluster.send(topic, "k" + i, "{\"n\":" + i + ",\"text\":\"t" + i % 7 + "\"}");
            model.put("k" + i, List.of((long) i, "t" + i % 7));
        }
        cluster.flush();
        return model;
    }

    private List<Path> manifests(String table) throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("snapshots"))) {
            return all.filter(
                            path -> path.endsWith("manifest") && path.toString().contains("." + table + "."))
                    .toList();
        }
    }
}
