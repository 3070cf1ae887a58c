package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.Loader;
import io.alluvium.testkit.RecordingSink;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Both modes against a database in the same process: everything at first, then what changes.
class JdbcFollowTest {

    private static final AtomicInteger NAMES = new AtomicInteger();

    private String url;
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        url = "jdbc:h2:mem:follow" + NAMES.incrementAndGet() + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE";
        connection = DriverManager.getConnection(url);
        run("CREATE TABLE items (id BIGINT PRIMARY KEY, name VARCHAR(20), changed TIMESTAMP)");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void run(String... statements) {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void item(int id, String name, String time) {
        run("MERGE INTO items VALUES (" + id + ", '" + name + "', TIMESTAMP '2026-01-01 " + time + "')");
    }

    private static String row(int id, String name, String time) {
        return "{\"id\":" + id + ",\"name\":\"" + name + "\",\"changed\":\"2026-01-01T" + time + "\"}";
    }

    private JdbcFixture items() {
        return JdbcFixture.over(url, "items");
    }

    @Test
    void incrementalFindsWhatIsNewAndWhatHasChanged() {
        item(1, "a", "10:00:00");
        item(2, "b", "10:00:01");
        try (JdbcFixture.Following table = items().incremental("changed").follow()) {
            table.awaitRows(row(1, "a", "10:00:00"), row(2, "b", "10:00:01"));

            item(3, "c", "10:00:02");
            item(1, "x", "10:00:03");

            table.awaitRows(row(1, "x", "10:00:03"), row(2, "b", "10:00:01"), row(3, "c", "10:00:02"));
        }
    }

    @Test
    void rowsWithTheLastValueAreNeitherLostNorSentAgain() {
        item(1, "a", "10:00:00");
        try (JdbcFixture.Following table =
                items().incremental("changed").with("jdbc.overlap", "0s").follow()) {
            table.awaitRows(row(1, "a", "10:00:00"));
            item(2, "b", "10:00:00");
            table.awaitRows(row(1, "a", "10:00:00"), row(2, "b", "10:00:00"));
            item(0, "z", "10:00:00");
            table.awaitRows(row(0, "z", "10:00:00"), row(1, "a", "10:00:00"), row(2, "b", "10:00:00"));
            int sent = table.sink.sent();

            item(3, "c", "10:00:01");
            table.await("the later row", () -> table.sink.values().size() == 4);

            assertThat(table.sink.sent()).isEqualTo(sent + 1);
        }
    }

    @Test
    void whatCommitsLateWithinTheOverlapIsFound() {
        item(1, "a", "10:00:20");
        try (JdbcFixture.Following table = items().incremental("changed").follow()) {
            table.awaitRows(row(1, "a", "10:00:20"));

            item(2, "late", "10:00:10");
            item(3, "too late", "10:00:09");
            item(4, "after", "10:00:20");

            table.awaitRows(row(1, "a", "10:00:20"), row(2, "late", "10:00:10"), row(4, "after", "10:00:20"));
        }
    }

    @Test
    void aNumberThatGrowsCanBeFollowedWithAnOverlap() {
        run("CREATE TABLE events (seq INT PRIMARY KEY, what VARCHAR(10))", "INSERT INTO events VALUES (10, 'ten')");
        try (JdbcFixture.Following table = JdbcFixture.over(url, "events")
                .incremental("seq")
                .with("jdbc.overlap", "5")
                .follow()) {
            table.awaitRows("{\"seq\":10,\"what\":\"ten\"}");

            run("INSERT INTO events VALUES (4, 'four')", "INSERT INTO events VALUES (5, 'five')");

            table.awaitRows("{\"seq\":10,\"what\":\"ten\"}", "{\"seq\":5,\"what\":\"five\"}");
        }
    }

    @Test
    void anEmptyTableIsFollowedFromItsFirstRow() {
        try (JdbcFixture.Following table = items().incremental("changed").follow()) {
            table.await("the first commit", () -> !table.sink.position().equals(Position.START));
            item(1, "a", "10:00:00");
            table.awaitRows(row(1, "a", "10:00:00"));
        }
    }

    @Test
    void incrementalFindsDeletedRowsWhereItIsAskedTo() {
        item(1, "a", "10:00:00");
        item(2, "b", "10:00:01");
        try (JdbcFixture.Following table = items().incremental("changed")
                .with("jdbc.reconcile.interval", "100ms")
                .follow()) {
            table.awaitRows(row(1, "a", "10:00:00"), row(2, "b", "10:00:01"));
            run("DELETE FROM items WHERE id = 2");
            table.awaitRows(row(1, "a", "10:00:00"));

            item(2, "b", "10:00:01");

            table.awaitRows(row(1, "a", "10:00:00"), row(2, "b", "10:00:01"));
        }
    }

    @Test
    void incrementalGoesOnWhereItWasStopped() {
        item(1, "a", "10:00:00");
        var sink = new RecordingSink();
        try (JdbcFixture.Following table = items().incremental("changed").follow(sink)) {
            table.awaitRows(row(1, "a", "10:00:00"));
        }
        run("DELETE FROM items WHERE id = 1");
        item(2, "b", "10:00:01");

        try (JdbcFixture.Following table = items().incremental("changed").follow(sink)) {
            // Row 1 would be gone if everything had been read again.
            table.awaitRows(row(1, "a", "10:00:00"), row(2, "b", "10:00:01"));
        }
    }

    @Test
    void snapshotFindsChangesOfAllKindsAndSendsOnlyThem() {
        item(1, "a", "10:00:00");
        item(2, "b", "10:00:00");
        item(3, "c", "10:00:00");
        try (JdbcFixture.Following table = items().follow()) {
            table.awaitRows(row(1, "a", "10:00:00"), row(2, "b", "10:00:00"), row(3, "c", "10:00:00"));

            run("DELETE FROM items WHERE id = 1", "UPDATE items SET name = 'x' WHERE id = 2");
            item(4, "d", "09:00:00");

            table.awaitRows(row(2, "x", "10:00:00"), row(3, "c", "10:00:00"), row(4, "d", "09:00:00"));
            assertThat(table.sink.sent()).isEqualTo(6);
        }
    }

    @Test
    void snapshotKnowsAfterARestartWhatItSentBefore() {
        item(1, "a", "10:00:00");
        item(2, "b", "10:00:00");
        var sink = new RecordingSink();
        try (JdbcFixture.Following table = items().follow(sink)) {
            table.awaitRows(row(1, "a", "10:00:00"), row(2, "b", "10:00:00"));
        }
        run("DELETE FROM items WHERE id = 1");
        item(3, "c", "10:00:00");

        try (JdbcFixture.Following table = items().follow(sink)) {
            table.awaitRows(row(2, "b", "10:00:00"), row(3, "c", "10:00:00"));
        }
        assertThat(sink.sent()).isEqualTo(4);
    }

    @Test
    void snapshotReadsRangesOfTheKeyAtTheSameTime() {
        run("INSERT INTO items SELECT \"X\" * 7, 'n' || \"X\", NULL FROM system_range(-500, 500)");
        try (JdbcFixture.Following table = items().with("jdbc.partitions", "4").follow()) {
            table.await("all rows", () -> table.sink.values().size() == 1001);
            run("DELETE FROM items WHERE id < 0");
            table.await("the rest", () -> table.sink.values().size() == 501);
        }
    }

    @Test
    void theFirstRowOfAKeyStaysAndTheOtherIsReported() {
        run("CREATE TABLE twice (k INT, v VARCHAR(5))", "INSERT INTO twice VALUES (1, 'a'), (1, 'b'), (NULL, 'c')");
        try (JdbcFixture.Following table =
                JdbcFixture.over(url, "twice").with("key", "K").follow()) {
            table.awaitRows("{\"k\":1,\"v\":\"a\"}");
            assertThat(table.sink.bad().stream().map(RecordingSink.Bad::reason).distinct())
                    .contains("another row has the same key", "the key is NULL");
        }
    }

    @Test
    void anInterruptedFirstLoadFindsWhatWasDeletedMeanwhile() throws InterruptedException {
        item(1, "a", "10:00:00");
        item(2, "b", "10:00:00");
        for (String mode : new String[] {"snapshot", "incremental"}) {
            JdbcFixture table = mode.equals("snapshot") ? items() : items().incremental("changed");
            var sink = new RecordingSink();
            try (Loader loader = table.loader()) {
                loader.loadAll(Position.START, sink);
                sink.commit(
                        mode.equals("snapshot")
                                ? new Position(Map.of("phase", "bulk"))
                                : new IncrementalBulk(Optional.empty(), KeyRanges.ONE).position());
            }
            run("DELETE FROM items WHERE id = 1");

            try (Loader loader = table.loader()) {
                sink.commit(loader.loadAll(sink.position(), sink));
            }

            assertThat(sink.values()).as(mode).containsExactly(row(2, "b", "10:00:00"));
            item(1, "a", "10:00:00");
        }
    }

    @Test
    void aQueryNeedsAKeyAndIsReadLikeATable() {
        item(1, "a", "10:00:00");
        String query = "SELECT id AS number, UPPER(name) AS name FROM items WHERE id < 10";

        assertThatThrownBy(() -> JdbcFixture.over(url, query).discover())
                .isInstanceOfSatisfying(AlluviumException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
                    assertThat(e.hint().orElseThrow()).contains("\"key\"").contains("'number', 'name'");
                });
        try (JdbcFixture.Following table =
                JdbcFixture.over(url, query).with("key", "number").follow()) {
            table.awaitRows("{\"number\":1,\"name\":\"A\"}");
            item(2, "b", "10:00:00");
            item(11, "z", "10:00:00");
            table.awaitRows("{\"number\":1,\"name\":\"A\"}", "{\"number\":2,\"name\":\"B\"}");
        }
    }

    @Test
    void declaredColumnsAreReadAndCheckedAsDeclared() throws InterruptedException {
        item(1, "12", "10:00:00");
        item(2, "many", "10:00:00");
        RecordingSink sink = items().column("ID", "INTEGER")
                .column("name", "INTEGER")
                .primaryKey("id")
                .load();

        assertThat(sink.values()).containsExactly("{\"ID\":1,\"name\":\"12\"}");
        assertThat(sink.bad())
                .hasSize(1)
                .first()
                .satisfies(bad -> assertThat(bad.column()).isEqualTo("name"));
    }

    /// What a slow statement does.
    public static final class Pause {
        static final CountDownLatch BEGUN = new CountDownLatch(1);

        private Pause() {}

        /// Says that the statement runs, and runs on for a minute.
        public static int pause() throws InterruptedException {
            BEGUN.countDown();
            Thread.sleep(60_000);
            return 1;
        }
    }

    @Test
    void aLoaderThatWaitsForTheDatabaseStopsAtOnce() throws Exception {
        run("CREATE ALIAS pause FOR \"" + Pause.class.getName() + ".pause\"");
        item(1, "a", "10:00:00");
        Loader loader = JdbcFixture.over(url, "SELECT id, pause() AS p FROM items")
                .with("key", "id")
                .loader();
        Thread thread = Thread.ofPlatform().start(() -> {
            try (loader) {
                loader.loadAll(Position.START, new RecordingSink());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(Pause.BEGUN.await(30, TimeUnit.SECONDS)).isTrue();

        thread.interrupt();

        thread.join(30_000);
        assertThat(thread.isAlive()).isFalse();
    }
}
