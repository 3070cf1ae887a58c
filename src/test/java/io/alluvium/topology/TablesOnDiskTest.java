package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.TableIndex;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tables on disk against a real broker. Each test has topics and tables of its own names.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TablesOnDiskTest {

    private static final String KEY = "_key";
    private static final String ON_DISK = " WITH (\"table.storage\" = \"rocksdb\")";

    private TestCluster cluster;
    private Path folder;

    @BeforeAll
    void start(@TempDir Path directory) {
        folder = directory.resolve("rocksdb");
        cluster = new TestCluster(directory, 2);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private Map<String, List<Object>> fill(String topic, int rows) {
        Map<String, List<Object>> expected = new TreeMap<>();
        for (int i = 0; i < rows; i++) {
            cluster.send(topic, "k-" + i, "{\"n\":" + i + "}");
            expected.put("k-" + i, List.of((long) i));
        }
        cluster.flush();
        return expected;
    }

    private List<String> directories(String table) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("alluvium.test." + table + "."))
                    .toList();
        }
    }

    @Test
    void aRestartFindsTheRowsAndTakesOnlyWhatCameSince() throws Exception {
        cluster.createTopic("kept");
        Map<String, List<Object>> expected = fill("kept", 500);
        cluster.create("CREATE TABLE kept AS SELECT * FROM kafka_topic('kept')" + ON_DISK);
        cluster.awaitLive("kept");
        cluster.send("kept", "k-1", "{\"n\":1000}");
        cluster.send("kept", "k-2", null);
        cluster.flush();
        expected.put("k-1", List.of(1000L));
        expected.remove("k-2");
        cluster.awaitRows("kept", expected, KEY, "n");

        cluster.stopTables();
        // What is not in the topic any more can only come from the disk.
        cluster.expire("kept");
        cluster.send("kept", "k-3", "{\"n\":3000}");
        cluster.send("kept", "k-4", null);
        cluster.flush();
        cluster.startTables();
        cluster.awaitLive("kept");

        expected.put("k-3", List.of(3000L));
        expected.remove("k-4");
        cluster.awaitRows("kept", expected, KEY, "n");
        assertThat(cluster.status("kept").rows()).isEqualTo(expected.size());
        cluster.send("kept", "k-5", "{\"n\":5000}");
        expected.put("k-5", List.of(5000L));
        cluster.awaitRows("kept", expected, KEY, "n");
    }

    @Test
    void rowsAreLoadedAnewWhenTheTopicHasLostWhatCameSince() throws Exception {
        cluster.createTopic("lost");
        fill("lost", 50);
        cluster.create("CREATE TABLE lost AS SELECT * FROM kafka_topic('lost')" + ON_DISK);
        cluster.awaitLive("lost");

        cluster.stopTables();
        fill("lost", 50);
        cluster.expire("lost");
        cluster.send("lost", "k-3", "{\"n\":3000}");
        cluster.flush();
        cluster.startTables();
        cluster.awaitLive("lost");

        cluster.awaitRows("lost", Map.of("k-3", List.of(3000L)), KEY, "n");
    }

    @Test
    void columnsThatAppearLaterAreThereAfterARestart() {
        cluster.createTopic("growing");
        cluster.send("growing", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE growing AS SELECT * FROM kafka_topic('growing')" + ON_DISK);
        cluster.awaitLive("growing");
        cluster.send("growing", "b", "{\"n\":2.5,\"city\":\"Ulm\"}");
        Map<String, List<Object>> expected = Map.of("a", List.of("1.0", "NULL"), "b", List.of("2.5", "Ulm"));
        cluster.awaitRows("growing", expected, KEY, "n", "city");

        cluster.restart();
        cluster.awaitLive("growing");

        cluster.awaitRows("growing", expected, KEY, "n", "city");
    }

    @Test
    void aPausedTableIsReadAndGoesOnWhenResumed() {
        cluster.createTopic("paused");
        Map<String, List<Object>> expected = fill("paused", 20);
        cluster.create("CREATE TABLE paused AS SELECT * FROM kafka_topic('paused')" + ON_DISK);
        cluster.awaitLive("paused");

        cluster.tables.pause(new TableName("paused"));
        cluster.awaitRows("paused", expected, KEY, "n");
        cluster.send("paused", "k-1", "{\"n\":1000}");
        cluster.flush();
        cluster.tables.resume(new TableName("paused"));

        cluster.awaitLive("paused");
        expected.put("k-1", List.of(1000L));
        cluster.awaitRows("paused", expected, KEY, "n");
    }

    @Test
    void anIndexIsRefusedAndNotRemembered() {
        cluster.createTopic("unindexed");
        fill("unindexed", 20);
        cluster.create("CREATE TABLE unindexed AS SELECT * FROM kafka_topic('unindexed')" + ON_DISK);
        cluster.awaitLive("unindexed");

        assertThatThrownBy(() -> cluster.tables.createIndex(
                        null, new TableName("unindexed"), List.of("n"), TableIndex.Kind.ORDERED))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FEATURE_NOT_SUPPORTED));

        cluster.restart();
        assertThat(cluster.awaitLive("unindexed").rows()).isEqualTo(20);
    }

    @Test
    void aDroppedTableLeavesNothingOnDisk() throws Exception {
        cluster.createTopic("dropped");
        fill("dropped", 20);
        cluster.create("CREATE TABLE dropped AS SELECT * FROM kafka_topic('dropped')" + ON_DISK);
        cluster.awaitLive("dropped");
        assertThat(directories("dropped")).hasSize(1);

        cluster.tables.drop(new TableName("dropped"), false);

        assertThat(directories("dropped")).isEmpty();
    }

    @Test
    void aTopicMadeAnewLeavesOneDirectory() throws Exception {
        cluster.createTopic("anew");
        fill("anew", 20);
        cluster.create("CREATE TABLE anew AS SELECT * FROM kafka_topic('anew')" + ON_DISK);
        cluster.awaitLive("anew");
        List<String> before = directories("anew");

        cluster.kafka.deleteTopics(List.of("anew"));
        TestCluster.await("the topic to go", () -> !cluster.kafka.topics().contains("anew"));
        cluster.createTopic("anew");
        cluster.send("anew", "k-1", "{\"n\":1000}");
        cluster.flush();

        cluster.awaitRows("anew", Map.of("k-1", List.of(1000L)), KEY, "n");
        TestCluster.await("one directory", () -> {
            try {
                return directories("anew").size() == 1;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(directories("anew")).doesNotContainAnyElementsOf(before);
    }

    @Test
    void whatAForgottenTableHasLeftIsDeletedAtTheStart() throws Exception {
        Path left = folder.resolve("alluvium.test.forgotten.01234567.table");
        Path ofAnother = folder.resolve("alluvium.other.forgotten.01234567.table");
        cluster.stopTables();
        Files.createDirectories(left.resolve("x"));
        Files.createDirectories(ofAnother);
        cluster.startTables();

        assertThat(left).doesNotExist();
        assertThat(ofAnother).isDirectory();
    }
}
