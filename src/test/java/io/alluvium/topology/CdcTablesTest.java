package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.data.TableName;
import io.alluvium.fault.FaultCategory;
import io.alluvium.testkit.DatabaseServer;
import io.alluvium.testkit.MariaServer;
import io.alluvium.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tables that follow the log of a database, with a real broker and real servers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CdcTablesTest {

    enum Kind {
        POSTGRES,
        MARIA
    }

    private static final String SLOTS = "SELECT slot_name FROM pg_replication_slots WHERE slot_name LIKE '%";

    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path directory) {
        cluster = new TestCluster(directory, 2);
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static DatabaseServer started(Kind kind) {
        return kind == Kind.POSTGRES ? PostgresServer.started() : MariaServer.started();
    }

    private void create(String table, DatabaseServer server) {
        cluster.create("CREATE TABLE " + table + " AS SELECT * FROM jdbc('"
                + server.jdbcUrl().substring("jdbc:".length()) + "', 'accounts')"
                + " WITH (\"jdbc.mode\" = 'cdc', \"jdbc.partitions\" = '2', \"jdbc.retry.interval\" = '100ms')");
    }

    private static void accounts(DatabaseServer server, int rows) {
        server.execute("CREATE TABLE accounts (id INT PRIMARY KEY, amount INT, note VARCHAR(40))");
        for (int from = 1; from <= rows; from += 1000) {
            var sql = new StringBuilder("INSERT INTO accounts VALUES ");
            for (int id = from; id < Math.min(rows + 1, from + 1000); id++) {
                sql.append(id == from ? "" : ", ").append("(").append(id).append(", 0, 'first')");
            }
            server.execute(sql.toString());
        }
    }

    /// What the server holds, as [TestCluster#rows] gives it.
    private static Map<String, List<String>> truth(DatabaseServer server) {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String row : server.texts("SELECT CONCAT(id, ':', amount, ':', note) FROM accounts")) {
            String[] parts = row.split(":", 3);
            rows.put(parts[0], List.of(parts[1], parts[2]));
        }
        return rows;
    }

    private Map<String, List<String>> held(String table) {
        Map<String, List<String>> rows = new TreeMap<>();
        cluster.rows(table, "id", "amount", "note")
                .forEach((id, values) ->
                        rows.put(id, values.stream().map(String::valueOf).toList()));
        return rows;
    }

    private void awaitEqual(String table, DatabaseServer server) {
        TestCluster.await("the rows of the server", () -> held(table).equals(truth(server)));
    }

    /// Writes transactions of all kinds until it is closed.
    private static final class Writer implements AutoCloseable {
        private final AtomicBoolean ends = new AtomicBoolean();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final Thread thread;

        Writer(DatabaseServer server, long seed) {
            var random = new Random(seed);
            thread = Thread.ofPlatform().start(() -> {
                try (var connection = server.connect();
                        var statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    int next = 1_000_000;
                    while (!ends.get()) {
                        int id = 1 + random.nextInt(3_000);
                        for (int i = 0; i < 1 + random.nextInt(5); i++) {
                            statement.execute(
                                    switch (random.nextInt(4)) {
                                        case 0 -> "INSERT INTO accounts VALUES (" + next++ + ", 1, 'new')";
                                        case 1 -> "DELETE FROM accounts WHERE id = " + id;
                                        case 2 -> "UPDATE accounts SET id = " + next++ + " WHERE id = " + id;
                                        default ->
                                            "UPDATE accounts SET amount = amount + 1, note = 'note " + next
                                                    + "' WHERE id BETWEEN " + id + " AND " + (id + 9);
                                    });
                        }
                        if (random.nextInt(10) == 0) {
                            connection.rollback();
                        } else {
                            connection.commit();
                        }
                    }
                } catch (SQLException e) {
                    failure.set(e);
                }
            });
        }

        @Override
        public void close() {
            ends.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(failure.get()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableThatIsWrittenToAllTheTimeIsEqualInTheEndAlsoAfterARestart(Kind kind) {
        String table = "busy_" + kind.name().toLowerCase(Locale.ROOT);
        long seed = System.nanoTime();
        try (DatabaseServer server = started(kind)) {
            accounts(server, 3_000);
            try (var _ = new Writer(server, seed)) {
                create(table, server);
                cluster.awaitLive(table);
                TestCluster.await(
                        "changes from the log",
                        () -> cluster.rows(table, "id", "note").values().stream()
                                        .filter(row -> !row.equals(List.of("first")))
                                        .count()
                                > 50);
                cluster.stopTables();
                cluster.startTables();
                cluster.awaitLive(table);
            }
            System.err.println("seed of the writer: " + seed);
            awaitEqual(table, server);
            server.execute("UPDATE accounts SET amount = -1", "DELETE FROM accounts WHERE id < 100");
            awaitEqual(table, server);
            cluster.tables.drop(new TableName(table), false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatGoesAwayAndComesBackIsFollowedFromThePosition(Kind kind) {
        String table = "away_" + kind.name().toLowerCase(Locale.ROOT);
        try (DatabaseServer server = started(kind)) {
            accounts(server, 10);
            create(table, server);
            cluster.awaitLive(table);
            server.execute("UPDATE accounts SET amount = 1");
            awaitEqual(table, server);

            server.stop();
            var stalled = cluster.awaitState(table, TableState.STALLED);
            assertThat(stalled.retry().orElseThrow().category()).isEqualTo(FaultCategory.NETWORK);

            server.start();
            server.execute("DELETE FROM accounts WHERE id = 3", "INSERT INTO accounts VALUES (77, 7, 'seven')");
            cluster.awaitState(table, TableState.LIVE);
            awaitEqual(table, server);
            cluster.tables.drop(new TableName(table), false);
        }
    }

    @Test
    void aSlotThatWasDroppedHasTheTableLoadedAgainAndGoesWithTheTable() {
        try (var server = PostgresServer.started()) {
            accounts(server, 10);
            create("slots", server);
            cluster.awaitLive("slots");
            assertThat(server.texts(SLOTS + "_slots_%'")).hasSize(1);

            cluster.stopTables();
            server.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
                    "DELETE FROM accounts WHERE id = 3",
                    "INSERT INTO accounts VALUES (77, 7, 'seven')");
            cluster.startTables();
            cluster.awaitLive("slots");
            awaitEqual("slots", server);
            server.execute("UPDATE accounts SET amount = 2");
            awaitEqual("slots", server);
            assertThat(server.texts(SLOTS + "_slots_%'")).hasSize(1);

            cluster.tables.refresh(new TableName("slots"));
            TestCluster.await(
                    "the slot of the former filling to go",
                    () -> server.texts(SLOTS + "_slots_%'").size() == 1
                            && cluster.status("slots").state() == TableState.LIVE);
            awaitEqual("slots", server);

            cluster.tables.drop(new TableName("slots"), false);
            TestCluster.await(
                    "slot and publication to go",
                    () -> server.texts(SLOTS + "'").isEmpty()
                            && server.texts("SELECT pubname FROM pg_publication")
                                    .isEmpty());
        }
    }
}
