package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two instances over one broker, and the files that they load.
class LoaderGroupTest {

    private static final List<String> NAMES = List.of("a", "b", "c");

    @TempDir
    private Path folder;

    private TestCluster one;
    private TestCluster two;

    @BeforeEach
    void start() throws IOException {
        one = new TestCluster(Files.createDirectory(folder.resolve("one")), 2);
        two = one.another(Files.createDirectory(folder.resolve("two")), "second");
    }

    @AfterEach
    void stop() {
        two.close();
        one.close();
    }

    @Test
    void everyInstanceHasAllRowsAndEachSourceIsLoadedOnce() throws Exception {
        for (String name : NAMES) {
            Files.writeString(file(name), "id,text\n1,one\n2,two\n3,three\n");
        }
        NAMES.forEach(this::create);
        NAMES.forEach(this::awaitLiveEverywhere);
        for (String name : NAMES) {
            Files.writeString(file(name), "4,four\n", StandardOpenOption.APPEND);
        }

        for (String name : NAMES) {
            awaitRowsEverywhere(name, 4);
            assertThat(written(name)).as("records of %s", name).isEqualTo(4);
        }
    }

    @Test
    void theSourcesOfAnInstanceThatIsGoneAreFollowedByTheOther() throws Exception {
        for (String name : NAMES) {
            Files.writeString(file(name), "id,text\n1,one\n2,two\n");
        }
        NAMES.forEach(this::create);
        NAMES.forEach(this::awaitLiveEverywhere);

        one.stopTables();
        try {
            for (String name : NAMES) {
                Files.writeString(file(name), "3,three\n", StandardOpenOption.APPEND);
            }

            for (String name : NAMES) {
                TestCluster.await(name, () -> two.rows(name, "id").size() == 3);
                assertThat(written(name)).as("records of %s", name).isEqualTo(3);
            }
        } finally {
            one.startTables();
        }
    }

    private Path file(String name) {
        return folder.resolve(name + ".csv");
    }

    private void create(String name) {
        String sql = "CREATE TABLE " + name + " (id INT, text VARCHAR, PRIMARY KEY (id)) AS SELECT * FROM 'file://"
                + file(name) + "' WITH (\"file.watch\" = 'true', \"file.watch.interval\" = '100ms')";
        one.create(sql);
        two.create(sql);
    }

    private void awaitLiveEverywhere(String name) {
        one.awaitLive(name);
        two.awaitLive(name);
    }

    private void awaitRowsEverywhere(String name, int rows) {
        for (TestCluster instance : List.of(one, two)) {
            TestCluster.await(name, () -> instance.rows(name, "id").size() == rows);
        }
    }

    /// The records in the topic that the table's loaders fill.
    private long written(String name) {
        var byPlace = new TreeMap<String, String>();
        for (String topic : one.kafka.topicsWithPrefix("alluvium.test." + name + ".")) {
            if (topic.endsWith(".input")) {
                for (ConsumerRecord<byte[], byte[]> record : one.kafka.reader().readAll(topic)) {
                    byPlace.put(
                            topic + record.partition() + "/" + record.offset(),
                            new String(record.key(), StandardCharsets.UTF_8));
                }
            }
        }
        return byPlace.size();
    }
}
