package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.TableState;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.testkit.HowTo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables over what was before and the topic that goes on from there.
class HistoryTest {

    @TempDir
    private Path folder;

    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(Files.createDirectory(folder.resolve("cluster")), 2);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void theHistoryIsLoadedAndThenTheTopicWhereverTheyOverlap() throws Exception {
        history("id,amount\n1,10\n2,20\n3,30\n");
        topic("2:{\"id\":2,\"amount\":21}", "4:{\"id\":4,\"amount\":40}");

        cluster.create(
                "CREATE TABLE orders AS SELECT * FROM 'file://" + folder + "/history.csv' THEN kafka_topic('orders')");
        cluster.awaitLive("orders");
        awaitAmounts(Map.of("1", 10L, "2", 21L, "3", 30L, "4", 40L));

        topic("1:{\"id\":1,\"amount\":11}", "5:{\"id\":5,\"amount\":50}", "3:");
        awaitAmounts(Map.of("1", 11L, "2", 21L, "4", 40L, "5", 50L));

        cluster.stopTables();
        topic("6:{\"id\":6,\"amount\":60}", "4:");
        cluster.startTables();
        cluster.awaitLive("orders");
        awaitAmounts(Map.of("1", 11L, "2", 21L, "5", 50L, "6", 60L));
    }

    @Test
    void theTopicGoesOnAtATime() throws Exception {
        history("id,amount\n1,10\n");
        topic("1:{\"id\":1,\"amount\":9}", "2:{\"id\":2,\"amount\":20}");
        Thread.sleep(20);
        Instant time = Instant.now();
        Thread.sleep(20);
        topic("3:{\"id\":3,\"amount\":30}");

        cluster.create("CREATE TABLE orders AS SELECT * FROM 'file://" + folder
                + "/history.csv' THEN kafka_topic('orders') WITH (\"then.from.timestamp\" = '" + time + "')");

        cluster.awaitLive("orders");
        awaitAmounts(Map.of("1", 10L, "3", 30L));
    }

    @Test
    void theTopicGoesOnAfterTheOffsetsThatTheHistoryHas() throws Exception {
        cluster.createTopic("orders");
        topic("a:{\"id\":1,\"amount\":1}", "a:{\"id\":1,\"amount\":2}", "a:{\"id\":1,\"amount\":3}");
        int partition = cluster.kafka.reader().readAll("orders").getFirst().partition();
        history("id,amount,at,part\n1,100,1," + partition + "\n7,70,0," + partition + "\n");

        cluster.create("CREATE TABLE orders AS SELECT * FROM 'file://" + folder
                + "/history.csv' THEN kafka_topic('orders') WITH (\"then.from.offset.column\" = 'at',"
                + " \"then.from.partition.column\" = 'part')");

        cluster.awaitLive("orders");
        awaitAmounts(Map.of("1", 3L, "7", 70L));
        assertThat(cluster.rows("orders", "id", "at")).containsEntry("1", List.of("NULL"));
    }

    @Test
    void aDatabaseCanBeTheHistory() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:h2:mem:history");
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id BIGINT PRIMARY KEY, amount BIGINT)");
            statement.execute("INSERT INTO orders VALUES (1, 10), (2, 20)");
            topic("2:{\"id\":2,\"amount\":21,\"note\":\"new\"}");

            cluster.create("CREATE TABLE orders AS SELECT * FROM jdbc('h2:mem:history', 'orders')"
                    + " THEN kafka_topic('orders')");
            cluster.awaitLive("orders");

            awaitAmounts(Map.of("1", 10L, "2", 21L));
            assertThat(cluster.rows("orders", "id", "note")).containsEntry("2", List.of("new"));
        }
    }

    @Test
    void whatCannotBeARowIsSetAsideWithItsPlace() throws Exception {
        history("id,amount\n1,10\n");
        topic("2:{\"id\":2,\"amount\":\"x\"}", "3:{\"amount\":3}", "4:{\"id\":4,\"amount\":40}");

        cluster.create("CREATE TABLE orders (id BIGINT, amount BIGINT, PRIMARY KEY (id)) AS SELECT * FROM 'file://"
                + folder + "/history.csv' THEN kafka_topic('orders')");
        cluster.awaitLive("orders");

        awaitAmounts(Map.of("1", 10L, "4", 40L));
        TestCluster.await(
                "errors",
                () -> cluster.rows("orders__errors", "place", "column_name").size() == 2);
        assertThat(cluster.rows("orders__errors", "place", "column_name").values())
                .containsExactlyInAnyOrder(List.of("amount"), List.of("id"));
        assertThat(cluster.rows("orders__errors", "place").keySet()).allMatch(place -> place.startsWith("orders/"));
    }

    @Test
    void aTopicThatWasMadeAnewIsReadAgainAfterItsHistory() throws Exception {
        history("id,amount\n1,10\n");
        topic("2:{\"id\":2,\"amount\":20}");
        cluster.create(
                "CREATE TABLE orders AS SELECT * FROM 'file://" + folder + "/history.csv' THEN kafka_topic('orders')");
        cluster.awaitLive("orders");
        awaitAmounts(Map.of("1", 10L, "2", 20L));

        cluster.kafka.deleteTopics(List.of("orders"));
        cluster.awaitState("orders", TableState.STALLED);
        cluster.createTopic("orders");
        topic("3:{\"id\":3,\"amount\":30}");

        awaitAmounts(Map.of("1", 10L, "3", 30L));
        cluster.awaitState("orders", TableState.LIVE);
    }

    @Test
    void aHistoryWithoutAKeyIsRefused() throws Exception {
        history("nr,amount\n1,10\n");
        topic("1:{\"nr\":1,\"amount\":10}");
        cluster.create(
                "CREATE TABLE orders AS SELECT * FROM 'file://" + folder + "/history.csv' THEN kafka_topic('orders')");

        assertThat(cluster.awaitState("orders", TableState.FAILED)
                        .retry()
                        .orElseThrow()
                        .message())
                .contains("no key that the topic's records have, too");
    }

    @Test
    void optionsWithoutAMeaningAreRefused() {
        assertThatThrownBy(() -> cluster.create("CREATE TABLE t AS SELECT * FROM kafka_topic('t')"
                        + " WITH (\"then.from.timestamp\" = '2026-01-01')"))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("belongs to history sources");
        assertThatThrownBy(() -> cluster.create("CREATE TABLE t AS SELECT * FROM file:///h.csv THEN kafka_topic('t')"
                        + " WITH (\"then.from.timestamp\" = 'yesterday')"))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("then.from.timestamp = 'yesterday'");
    }

    @Test
    void theDefinitionsOfThePageWork() throws Exception {
        Files.createDirectory(folder.resolve("history"));
        try (var duck = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement()) {
            statement.execute("COPY (SELECT 1::BIGINT AS id, 10::BIGINT AS amount, 0::BIGINT AS kafka_offset, "
                    + "0::BIGINT AS kafka_partition) TO '" + folder.resolve("history/a.parquet")
                    + "' (FORMAT parquet)");
        }
        topic("2:{\"id\":2,\"amount\":20}");
        for (String sql : HowTo.texts("history.md")) {
            String name = sql.split(" ", 4)[2];
            cluster.create(sql.replace("/data/", folder + "/").replace("CREATE TABLE " + name, "CREATE TABLE orders"));
            cluster.awaitLive("orders");
            TestCluster.await(sql, () -> cluster.rows("orders", "id", "amount").containsKey("1"));
            cluster.tables.drop(new TableName("orders"), false);
        }
    }

    private void history(String csv) throws Exception {
        Files.writeString(folder.resolve("history.csv"), csv);
    }

    /// Sends records of the form `key:value`; without a value it is a deletion.
    private void topic(String... records) {
        cluster.createTopic("orders");
        for (String record : records) {
            int colon = record.indexOf(':');
            String value = record.substring(colon + 1);
            cluster.send("orders", record.substring(0, colon), value.isEmpty() ? null : value);
        }
        cluster.flush();
    }

    private void awaitAmounts(Map<String, Long> amounts) {
        Map<String, List<Object>> expected = new TreeMap<>();
        amounts.forEach((id, amount) -> expected.put(id, List.of(amount)));
        cluster.awaitRows("orders", expected, "id", "amount");
        assertThat(cluster.status("orders").rows()).isEqualTo(amounts.size());
    }
}
