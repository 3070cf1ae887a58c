package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.FaultCategory;
import io.alluvium.testkit.MariaServer;
import io.alluvium.testkit.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tables over databases, with a real broker and real servers: loaded, followed, restarted, and kept while the
/// server is away.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcTablesTest {

    private TestCluster cluster;
    private PostgresServer postgres;

    @BeforeAll
    void start(@TempDir Path directory) {
        postgres = PostgresServer.started();
        cluster = new TestCluster(directory, 2);
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    private String url() {
        return postgres.jdbcUrl().substring("jdbc:".length());
    }

    private void create(String table, String url, String relation, String... options) {
        String with = options.length == 0 ? "" : " WITH (" + String.join(", ", options) + ")";
        cluster.create("CREATE TABLE " + table + " AS SELECT * FROM jdbc('" + url + "', '" + relation + "')" + with);
    }

    private static final String FAST = "\"jdbc.poll.interval\" = '100ms'";

    @Test
    void incrementalOverPostgresGoesOnAfterARestartOfTheTables() {
        postgres.execute(
                "CREATE TABLE customers (id BIGINT PRIMARY KEY, name TEXT, updated_at TIMESTAMPTZ)",
                "INSERT INTO customers SELECT n, 'name ' || n, '2026-01-01 10:00:00+00'::timestamptz"
                        + " + n * interval '1 second' FROM generate_series(1, 20000) n");
        create("customers", url(), "public.customers", "\"jdbc.incremental.column\" = 'updated_at'", FAST);
        TableStatus live = cluster.awaitLive("customers");
        assertThat(live.rows()).isEqualTo(20_000);

        postgres.execute("UPDATE customers SET name = 'other', updated_at = '2026-01-02' WHERE id = 7");
        TestCluster.await(
                "the change",
                () -> List.of("other")
                        .equals(cluster.rows("customers", "id", "name").get("7")));

        cluster.stopTables();
        postgres.execute(
                "INSERT INTO customers VALUES (20001, 'new', '2026-01-02 00:00:05Z')",
                "UPDATE customers SET name = 'again', updated_at = '2026-01-03' WHERE id = 8");
        cluster.startTables();
        cluster.awaitLive("customers");
        TestCluster.await(
                "what came meanwhile",
                () -> List.of("new")
                                .equals(cluster.rows("customers", "id", "name").get("20001"))
                        && List.of("again")
                                .equals(cluster.rows("customers", "id", "name").get("8")));
        assertThat(cluster.status("customers").rows()).isEqualTo(20_001);
    }

    @Test
    void snapshotOverPostgresDeletesWhatIsGoneAlsoWhileTheTablesAreDown() {
        postgres.execute(
                "CREATE TABLE stock (sku TEXT, place INT, amount NUMERIC(10,2), PRIMARY KEY (sku, place))",
                "INSERT INTO stock VALUES ('a', 1, 1.50), ('b', 1, 2), ('c', 1, 3)");
        create("stock", url(), "stock", FAST);
        cluster.awaitLive("stock");
        cluster.awaitRows(
                "stock", Map.of("a", List.of("1.50"), "b", List.of("2.00"), "c", List.of("3.00")), "sku", "amount");

        postgres.execute("DELETE FROM stock WHERE sku = 'a'", "UPDATE stock SET amount = 5 WHERE sku = 'b'");
        cluster.awaitRows("stock", Map.of("b", List.of("5.00"), "c", List.of("3.00")), "sku", "amount");

        cluster.stopTables();
        postgres.execute("DELETE FROM stock WHERE sku = 'b'", "INSERT INTO stock VALUES ('d', 1, 4)");
        cluster.startTables();
        cluster.awaitLive("stock");
        cluster.awaitRows("stock", Map.of("c", List.of("3.00"), "d", List.of("4.00")), "sku", "amount");
    }

    @Test
    void aServerThatGoesAwayAndComesBackLeavesTheRowsAndHeals() {
        try (PostgresServer server = PostgresServer.started()) {
            String url = server.jdbcUrl().substring("jdbc:".length());
            server.execute("CREATE TABLE away (id INT PRIMARY KEY, v TEXT)", "INSERT INTO away VALUES (1, 'a')");
            create("away", url, "away", FAST, "\"jdbc.retry.interval\" = '100ms'");
            cluster.awaitLive("away");

            server.stop();
            TableStatus stalled = cluster.awaitState("away", TableState.STALLED);
            assertThat(stalled.retry().orElseThrow().category()).isEqualTo(FaultCategory.NETWORK);
            assertThat(stalled.retry().orElseThrow().message()).contains("cannot be reached");
            assertThat(cluster.rows("away", "id", "v")).isEqualTo(Map.of("1", List.of("a")));

            server.start();
            server.execute("INSERT INTO away VALUES (2, 'b')");
            cluster.awaitState("away", TableState.LIVE);
            cluster.awaitRows("away", Map.of("1", List.of("a"), "2", List.of("b")), "id", "v");
        }
    }

    @Test
    void aMissingTableIsWaitedFor() {
        create("late", url(), "late", FAST, "\"jdbc.wait.timeout\" = '5m'", "\"jdbc.retry.interval\" = '100ms'");
        TableStatus waiting = cluster.awaitState("late", TableState.WAITING);
        TestCluster.await("the reason", () -> cluster.status("late").retry().isPresent());
        assertThat(cluster.status("late").retry().orElseThrow().category()).isEqualTo(FaultCategory.FILE_MISSING);
        assertThat(waiting.state()).isEqualTo(TableState.WAITING);

        postgres.execute("CREATE TABLE late (id INT PRIMARY KEY)", "INSERT INTO late VALUES (1)");

        assertThat(cluster.awaitLive("late").rows()).isEqualTo(1);
    }

    @Test
    void aWrongPasswordFailsAtOnceAndIsShownNowhere() {
        create("secret", url().replace(PostgresServer.PASSWORD, "hunter2"), "late");
        create(
                "secret2",
                url().replaceAll("\\?.*", ""),
                "late",
                "\"jdbc.user\" = 'app'",
                "\"jdbc.password\" = 'hunter2'");
        for (String table : List.of("secret", "secret2")) {
            TableStatus failed = cluster.awaitState(table, TableState.FAILED);

            TableStatus.Retry why = failed.retry().orElseThrow();
            assertThat(why.category()).isEqualTo(FaultCategory.AUTHENTICATION);
            assertThat(why.toString()).doesNotContain("hunter2");
            assertThat(failed.options().toString()).doesNotContain("hunter2");
            assertThat(failed.definition().sources().toString()).doesNotContain("hunter2");
        }
    }

    @Test
    void theDriversComplaintsAreTranslated() {
        create("nodriver", "nodb://host/db?password=hunter2", "t");
        create("nohost", "postgresql://127.0.0.1:1/db?password=hunter2", "t");
        create("nocolumn", url(), "SELECT nothing FROM pg_class", "\"key\" = 'nothing'");
        create("nofile", "sqlite:/nonexistent/a.db", "t");

        assertFailed("nodriver", FaultCategory.CONFIGURATION, "ALLUVIUM_CLASSPATH");
        assertFailed("nohost", FaultCategory.NETWORK, "cannot be reached");
        assertFailed("nocolumn", FaultCategory.CONFIGURATION, "does not accept");
        assertFailed("nofile", FaultCategory.FILE_MISSING, "has no table");
    }

    private void assertFailed(String table, FaultCategory category, String text) {
        TableStatus.Retry why =
                cluster.awaitState(table, TableState.FAILED).retry().orElseThrow();
        assertThat(why.category()).as(why.toString()).isEqualTo(category);
        assertThat(why.toString()).contains(text).doesNotContain("hunter2");
    }

    @Test
    void bothModesOverMariaDbAndARestartOfItsServer() {
        try (MariaServer server = MariaServer.started()) {
            String url = server.jdbcUrl().substring("jdbc:".length());
            server.execute(
                    "CREATE TABLE orders (id INT UNSIGNED PRIMARY KEY, total DECIMAL(10,2), changed DATETIME(6))",
                    "INSERT INTO orders VALUES (1, 1.5, '2026-01-01 10:00:00'), (2, 2.5, '2026-01-01 10:00:00.5')");
            create(
                    "orders",
                    url,
                    "orders",
                    "\"jdbc.incremental.column\" = 'changed'",
                    "\"jdbc.reconcile.interval\" = '100ms'",
                    "\"jdbc.retry.interval\" = '100ms'",
                    FAST);
            create("copies", url, "SELECT id, total FROM orders", "\"key\" = 'id'", FAST);
            cluster.awaitLive("orders");
            cluster.awaitLive("copies");

            server.execute(
                    "UPDATE orders SET total = 9, changed = '2026-01-01 10:00:01' WHERE id = 1",
                    "DELETE FROM orders WHERE id = 2",
                    "INSERT INTO orders VALUES (4000000000, 4, '2026-01-01 10:00:02')");
            for (String table : List.of("orders", "copies")) {
                cluster.awaitRows(table, Map.of("1", List.of("9.00"), "4000000000", List.of("4.00")), "id", "total");
            }

            server.stop();
            cluster.awaitState("orders", TableState.STALLED);
            server.start();
            server.execute("INSERT INTO orders VALUES (5, 5, '2026-01-01 10:00:03')");
            cluster.awaitRows(
                    "orders",
                    Map.of("1", List.of("9.00"), "4000000000", List.of("4.00"), "5", List.of("5.00")),
                    "id",
                    "total");
        }
    }
}
