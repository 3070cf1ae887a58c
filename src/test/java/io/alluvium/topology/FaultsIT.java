package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.TableName;
import io.alluvium.testkit.CuttableProxy;
import io.alluvium.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Sources that are torn away from their tables, again and again: after each time the table equals its source.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {

    private static final int ROUNDS = Integer.getInteger("fault.rounds", 20);

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
    void aTopicIsDeletedAndMadeAgain() {
        for (int round = 0; round < ROUNDS; round++) {
            cluster.createTopic("torn");
            Map<String, List<Object>> model = new HashMap<>();
            for (int row = 0; row < 20 + round; row++) {
                cluster.send("torn", "k" + row, "{\"n\":" + (row * 100 + round) + "}");
                model.put("k" + row, List.of((long) row * 100 + round));
            }
            cluster.flush();
            if (round == 0) {
                cluster.create("CREATE TABLE torn AS SELECT * FROM kafka_topic('torn')");
                cluster.awaitLive("torn");
            }
            cluster.awaitRows("torn", model, "_key", "n");
            cluster.kafka.deleteTopics(List.of("torn"));
        }
    }

    @Test
    void aFileIsCutShortAndWrittenAnew() throws IOException {
        Path file = directory.resolve("cut.csv");
        Files.writeString(file, "id,n\n0,0\n");
        cluster.create("CREATE TABLE cut_short AS SELECT * FROM 'file://" + file
                + "' WITH (\"file.watch\" = 'true', \"file.watch.interval\" = '50ms')");
        cluster.awaitLive("cut_short");
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, List<Object>> model = new HashMap<>();
            var text = new StringBuilder("id,n\n");
            for (int row = 0; row <= 30 - round; row++) {
                text.append(row).append(',').append(row * 100 + round).append('\n');
                model.put(Integer.toString(row), List.of((long) row * 100 + round));
            }
            Files.writeString(file, text);
            assertRowsInclude("cut_short", model);
        }
    }

    @Test
    void aFileIsRotated() throws IOException {
        Path file = directory.resolve("log.csv");
        Files.writeString(file, "id,n\n");
        cluster.create("CREATE TABLE rotated (id BIGINT PRIMARY KEY, n BIGINT) AS SELECT * FROM 'file://" + file
                + "' WITH (\"file.watch\" = 'true', \"file.watch.interval\" = '50ms')");
        cluster.awaitLive("rotated");
        Map<String, List<Object>> model = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int row = 0; row < 5; row++) {
                int id = round * 10 + row;
                Files.writeString(file, id + "," + round + "\n", StandardOpenOption.APPEND);
                model.put(Integer.toString(id), List.of((long) round));
            }
            assertRowsInclude("rotated", model);
            Files.move(file, directory.resolve("log.csv." + round));
            Files.writeString(file, "id,n\n");
        }
    }

    @Test
    void aDatabaseIsKilledAndStartedAgain() {
        try (PostgresServer postgres = PostgresServer.started()) {
            Map<String, List<Object>> model = fill(postgres, "killed", postgres.port());
            for (int round = 0; round < ROUNDS; round++) {
                change(postgres, model, round);
                if (round % 2 == 0) {
                    cluster.awaitRows("killed", model, "id", "n");
                }
                postgres.kill();
                postgres.start();
                change(postgres, model, round + 1_000);
                cluster.awaitRows("killed", model, "id", "n");
            }
            cluster.tables.drop(new TableName("killed"), false);
        }
    }

    @Test
    void theNetworkToADatabaseIsCut() throws IOException {
        try (PostgresServer postgres = PostgresServer.started();
                var proxy = new CuttableProxy(postgres.port())) {
            Map<String, List<Object>> model = fill(postgres, "distant", proxy.port());
            for (int round = 0; round < ROUNDS; round++) {
                change(postgres, model, round);
                proxy.cut();
                change(postgres, model, round + 1_000);
                proxy.mend();
                cluster.awaitRows("distant", model, "id", "n");
            }
            cluster.tables.drop(new TableName("distant"), false);
        }
    }

    private Map<String, List<Object>> fill(PostgresServer postgres, String table, int port) {
        postgres.execute(
                "CREATE TABLE changing (id INT PRIMARY KEY, n BIGINT, changed BIGSERIAL)",
                "CREATE SEQUENCE changes",
                "INSERT INTO changing SELECT i, 0, nextval('changes') FROM generate_series(0, 99) i");
        Map<String, List<Object>> model = new HashMap<>();
        for (int id = 0; id < 100; id++) {
            model.put(Integer.toString(id), List.of(0L));
        }
        String url = postgres.jdbcUrl().substring("jdbc:".length()).replace(":" + postgres.port(), ":" + port);
        cluster.create("CREATE TABLE " + table + " AS SELECT * FROM jdbc('" + url
                + "', 'changing') WITH (\"jdbc.incremental.column\" = 'changed', \"jdbc.poll.interval\" = '100ms',"
                + " \"jdbc.retry.interval\" = '100ms', \"jdbc.retry.strategy\" = 'fixed')");
        cluster.awaitLive(table);
        return model;
    }

    private static void change(PostgresServer postgres, Map<String, List<Object>> model, int round) {
        int id = round % 100;
        postgres.execute("UPDATE changing SET n = " + round + ", changed = nextval('changes') WHERE id = " + id);
        model.put(Integer.toString(id), List.of((long) round));
    }

    /// A file's rows that are gone from it stay with a key of their own; those that are there are in the table.
    private void assertRowsInclude(String table, Map<String, List<Object>> model) {
        try {
            TestCluster.await(table, () -> {
                Map<String, List<Object>> rows = cluster.rows(table, "id", "n");
                return model.entrySet().stream().allMatch(row -> row.getValue().equals(rows.get(row.getKey())));
            });
        } catch (AssertionError e) {
            throw new AssertionError(
                    "expected " + model + ", found " + cluster.rows(table, "id", "n") + "; " + cluster.status(table),
                    e);
        }
        assertThat(cluster.status(table).badRecords()).isZero();
    }
}
