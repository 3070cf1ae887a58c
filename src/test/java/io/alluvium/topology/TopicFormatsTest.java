package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.FaultCategory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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

    private void sendKeyed(String topic, byte[] key, @Nullable String value) {
        cluster.sendBytes(topic, key, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        cluster.flush();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    @Test
    void keysThatAreWholeNumbers() {
        cluster.createTopic("numbered");
        sendKeyed("numbered", number(7), "{\"a\":1}");
        sendKeyed("numbered", number(-8), "{\"a\":2}");
        sendKeyed("numbered", utf8("short"), "{\"a\":3}");
        cluster.create(
                "CREATE TABLE numbered AS SELECT * FROM kafka_topic('numbered') WITH (\"key.format\" = 'bigint')");
        cluster.create("CREATE TABLE counted AS SELECT a, COUNT(*) AS n FROM numbered GROUP BY a");

        TableStatus live = cluster.awaitLive("numbered");

        assertThat(live.schema().column(0).toString()).contains("_key").contains("BIGINT");
        assertThat(live.badRecords()).isEqualTo(1);
        cluster.awaitLive("counted");
        sendKeyed("numbered", number(-8), null);
        sendKeyed("numbered", number(7), "{\"a\":5}");
        cluster.awaitRows("numbered", Map.of("7", List.of(5L)), KEY, "a");
        cluster.awaitRows("counted", Map.of("5", List.of(1L)), "a", "n");
    }

    @Test
    void keysThatAreBytes() {
        cluster.createTopic("hashed");
        sendKeyed("hashed", new byte[] {0, -1}, "{\"a\":1}");
        sendKeyed("hashed", new byte[] {0}, "{\"a\":2}");
        sendKeyed("hashed", new byte[] {0}, null);
        cluster.create("CREATE TABLE hashed AS SELECT * FROM kafka_topic('hashed') WITH (\"key.format\" = 'bytes')");

        assertThat(cluster.awaitLive("hashed").rows()).isEqualTo(1);
        assertThat(cluster.rows("hashed", "a")).containsOnlyKeys("1");
    }

    @Test
    void keysOfDebeziumInJsonAreTheirValue() {
        cluster.createTopic("people");
        sendKeyed("people", utf8("{\"id\":1}"), "{\"after\":{\"id\":1,\"name\":\"Ann\"},\"op\":\"c\"}");
        sendKeyed(
                "people",
                utf8("{\"schema\":{\"type\":\"struct\"},\"payload\":{\"id\":2}}"),
                "{\"after\":{\"id\":2,\"name\":\"Bob\"},\"op\":\"c\"}");
        String options = " FROM kafka_topic('people') WITH (\"value.format\" = 'debezium', \"key.format\" = 'json')";
        cluster.create("CREATE TABLE people AS SELECT *" + options);
        cluster.create("CREATE TABLE people_by_id AS SELECT id PRIMARY KEY, name" + options);
        cluster.awaitLive("people");
        cluster.awaitRows("people", Map.of("1", List.of("Ann"), "2", List.of("Bob")), KEY, "name");
        cluster.awaitLive("people_by_id");

        sendKeyed("people", utf8("{\"id\":1}"), null);
        sendKeyed("people", utf8("{\"id\":[3]}"), "{\"after\":{\"id\":3},\"op\":\"c\"}");

        cluster.awaitRows("people", Map.of("2", List.of("Bob")), KEY, "name");
        cluster.awaitRows("people_by_id", Map.of("2", List.of("Bob")), "id", "name");
        TestCluster.await("the nested key", () -> cluster.status("people").badRecords() == 1);

        cluster.restart();
        cluster.awaitLive("people");
        assertThat(cluster.rows("people", KEY, "name")).isEqualTo(Map.of("2", List.of("Bob")));
    }

    @Test
    void keysWithSeveralFieldsAreSeveralKeyColumns() {
        cluster.createTopic("lines");
        sendKeyed("lines", utf8("{\"order\":1,\"sku\":\"a|b\"}"), "{\"count\":2}");
        sendKeyed("lines", utf8("{\"order\":1,\"sku\":\"c\"}"), "{\"count\":3,\"sku\":\"other\"}");
        cluster.create("CREATE TABLE lines AS SELECT * FROM kafka_topic('lines') WITH (\"key.format\" = 'json')");
        cluster.create("CREATE TABLE orders AS SELECT \"order\", SUM(count) AS n FROM lines GROUP BY \"order\"");

        TableStatus live = cluster.awaitLive("lines");

        assertThat(live.key().columns()).containsExactly("order", "sku");
        assertThat(cluster.rows("lines", "sku", "order", "count"))
                .isEqualTo(Map.of("a|b", List.of(1L, 2L), "c", List.of(1L, 3L)));
        cluster.awaitLive("orders");
        sendKeyed("lines", utf8("{\"order\":1,\"sku\":\"c\"}"), null);
        cluster.awaitRows("lines", Map.of("a|b", List.of(2L)), "sku", "count");
        cluster.awaitRows("orders", Map.of("1", List.of("2")), "order", "n");
    }

    @Test
    void keysThatCannotBeFoundAreToBeDeclared() {
        cluster.createTopic("unkeyed");
        cluster.create("CREATE TABLE unkeyed AS SELECT * FROM kafka_topic('unkeyed') WITH (\"key.format\" = 'json')");
        TableStatus.Retry why =
                cluster.awaitState("unkeyed", TableState.FAILED).retry().orElseThrow();
        assertThat(why.message()).contains("the key columns of unkeyed cannot be found");

        cluster.create("CREATE TABLE keyed (_key BIGINT, a INTEGER) AS SELECT _key, a"
                + " FROM kafka_topic('unkeyed') WITH (\"key.format\" = 'json')");
        cluster.awaitLive("keyed");
        sendKeyed("unkeyed", utf8("12"), "{\"a\":1}");
        cluster.awaitRows("keyed", Map.of("12", List.of(1L)), KEY, "a");
    }
}
