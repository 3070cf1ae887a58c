package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.FaultCategory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Topics whose values are not JSON objects, against a real broker: tables over them, by a key of their values, and
/// aggregated; after a restart, too.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicFormatsTest {

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

    private void send(String topic, String... keysAndValues) {
        for (int i = 0; i < keysAndValues.length; i += 2) {
            cluster.send(topic, keysAndValues[i], keysAndValues[i + 1]);
        }
        cluster.flush();
    }

    @Test
    void textAndBytes() {
        cluster.createTopic("notes");
        send("notes", "a", "{not json", "b", "second");
        cluster.create("CREATE TABLE notes AS SELECT * FROM kafka_topic('notes') WITH (\"value.format\" = 'string')");
        cluster.create("CREATE TABLE raw AS SELECT * FROM kafka_topic('notes') WITH (\"value.format\" = 'bytes')");
        cluster.awaitLive("notes");
        cluster.awaitLive("raw");

        cluster.send("notes", "b", null);
        send("notes", "c", "third");

        cluster.awaitRows("notes", Map.of("a", List.of("{not json"), "c", List.of("third")), KEY, "value");
        TestCluster.await("the deletion", () -> cluster.status("raw").rows() == 2);
    }

    @Test
    void csvWithDeclaredColumns() {
        cluster.createTopic("trades");
        send("trades", "1", "A,7,2026-11-21", "2", "\"B, C\",,2026-11-22", "3", "A,many,2026-11-21");
        cluster.create("CREATE TABLE trades (_key VARCHAR, symbol VARCHAR, quantity INTEGER, day DATE)"
                + " AS SELECT _key, symbol, quantity FROM kafka_topic('trades') WITH (\"value.format\" = 'csv')");

        TableStatus live = cluster.awaitLive("trades");

        assertThat(live.badRecords()).isEqualTo(1);
        assertThat(cluster.rows("trades", KEY, "symbol").keySet()).containsExactlyInAnyOrder("1", "2");
        assertThat(cluster.rows("trades", KEY, "symbol", "quantity").get("1")).isEqualTo(List.of("A", 7L));
    }

    @Test
    void csvWhoseColumnsAreFoundAndWidened() {
        cluster.createTopic("found");
        send("found", "1", "a,1", "2", "b,2");
        cluster.create("CREATE TABLE found AS SELECT * FROM kafka_topic('found') WITH (\"value.format\" = 'csv')");
        cluster.create("CREATE TABLE sums AS SELECT column1, SUM(column2) AS total FROM found GROUP BY column1");
        cluster.awaitLive("found");
        cluster.awaitLive("sums");
        send("found", "3", "a,4");
        cluster.awaitRows("found", Map.of("1", List.of("a"), "2", List.of("b"), "3", List.of("a")), KEY, "column1");
        TestCluster.await(
                "the sum",
                () -> cluster.rows("sums", "column1", "total")
                        .getOrDefault("a", List.of())
                        .toString()
                        .equals("[5]"));

        cluster.restart();
        cluster.awaitLive("found");
        send("found", "1", "a,1.5");

        TestCluster.await(
                "the wider column",
                () -> cluster.rows("found", KEY, "column2")
                        .getOrDefault("1", List.of())
                        .toString()
                        .equals("[1.5]"));
        assertThat(cluster.status("found").badRecords()).isZero();
    }

    @Test
    void csvWithoutARecordAndWithoutColumnsSaysThatItNeedsThem() {
        cluster.createTopic("nothing");
        cluster.create("CREATE TABLE nothing AS SELECT * FROM kafka_topic('nothing') WITH (\"value.format\" = 'csv')");

        TableStatus.Retry why =
                cluster.awaitState("nothing", TableState.FAILED).retry().orElseThrow();

        assertThat(why.category()).isEqualTo(FaultCategory.CONFIGURATION);
        assertThat(why.message()).contains("the topic 'nothing' has no CSV record yet");
        assertThat(why.hint()).contains("Declare them");
    }

    @Test
    void changeEventsOfDebeziumBecomeUpsertsAndDeletions() {
        cluster.createTopic("customers");
        send(
                "customers",
                "{\"id\":1}",
                "{\"before\":null,\"after\":{\"id\":1,\"name\":\"Ann\"},\"op\":\"r\"}",
                "{\"id\":2}",
                "{\"schema\":{},\"payload\":{\"after\":{\"id\":2,\"name\":\"Bob\"},\"op\":\"c\"}}",
                "{\"id\":3}",
                "{\"after\":{\"id\":3,\"name\":\"Cy\"},\"op\":\"c\"}");
        cluster.create("CREATE TABLE customers AS SELECT * FROM kafka_topic('customers')"
                + " WITH (\"value.format\" = 'debezium')");
        cluster.create("CREATE TABLE by_id AS SELECT id PRIMARY KEY, name FROM kafka_topic('customers')"
                + " WITH (\"value.format\" = 'debezium')");
        cluster.awaitLive("customers");
        cluster.awaitLive("by_id");
        assertThat(cluster.rows("by_id", "id", "name"))
                .isEqualTo(Map.of("1", List.of("Ann"), "2", List.of("Bob"), "3", List.of("Cy")));

        send(
                "customers",
                "{\"id\":2}",
                "{\"before\":{\"id\":2,\"name\":\"Bob\"},\"after\":null,\"op\":\"d\"}",
                "{\"id\":1}",
                "{\"before\":{\"id\":1},\"after\":{\"id\":1,\"name\":\"Anna\",\"vip\":true},\"op\":\"u\"}");
        cluster.send("customers", "{\"id\":2}", null);
        send("customers", "{\"id\":3}", "{\"op\":\"t\"}");

        cluster.awaitRows("customers", Map.of("{\"id\":1}", List.of("Anna"), "{\"id\":3}", List.of("Cy")), KEY, "name");
        cluster.awaitRows("by_id", Map.of("1", List.of("Anna"), "3", List.of("Cy")), "id", "name");
        TestCluster.await(
                "the new column",
                () -> cluster.rows("customers", KEY, "vip")
                        .getOrDefault("{\"id\":1}", List.of())
                        .equals(List.of(true)));
        TestCluster.await(
                "the record that is none", () -> cluster.status("customers").badRecords() == 1);
    }
}
