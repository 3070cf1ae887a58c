package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.CuttableProxy;
import io.alluvium.testkit.DatabaseServer;
import io.alluvium.testkit.MariaServer;
import io.alluvium.testkit.PostgresServer;
import io.alluvium.testkit.RecordingSink;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The mode `cdc` over logs that are idle, lost, unfit or do not answer.
class CdcFaultsTest extends CdcServers {

    private static String row(int id) {
        return "{\"id\":" + id + "}";
    }

    @Test
    void anIdleTableHoldsNoLogBackThatOtherTablesWrite() {
        postgres.execute(
                "CREATE TABLE idle (id INT PRIMARY KEY)",
                "INSERT INTO idle VALUES (1)",
                "CREATE TABLE busy (id INT PRIMARY KEY, text TEXT)");
        JdbcFixture table = cdc(postgres, "idle");
        String slot = SlotName.of(table.topic());
        var sink = new RecordingSink();
        try (JdbcFixture.Following following = table.follow(sink)) {
            following.awaitRows(row(1));
            for (int i = 0; i < 3; i++) {
                awaitLetGo(following, slot);
            }
            postgres.execute("INSERT INTO idle VALUES (2)");
            following.awaitRows(row(1), row(2));
            awaitLetGo(following, slot);
        }
        postgres.execute("INSERT INTO idle VALUES (3)");
        try (JdbcFixture.Following following = table.follow(sink)) {
            following.awaitRows(row(1), row(2), row(3));
        }
    }

    /// Writes much to another table, and waits until the server may let its log go.
    private void awaitLetGo(JdbcFixture.Following following, String slot) {
        postgres.execute("INSERT INTO busy SELECT n, repeat('x', 1000) FROM generate_series(1, 2000) n"
                + " ON CONFLICT (id) DO UPDATE SET text = EXCLUDED.text || busy.text");
        String written = postgres.texts("SELECT pg_current_wal_lsn()").getFirst();
        following.await(
                "the server may let go what lies before " + written,
                () -> postgres.texts("SELECT confirmed_flush_lsn >= '" + written
                                + "'::pg_lsn FROM pg_replication_slots WHERE slot_name = '" + slot + "'")
                        .equals(List.of("t")));
    }

    @Test
    void aSlotWhoseLogWasGivenUpIsAPositionThatIsLost() throws InterruptedException {
        try (PostgresServer server = PostgresServer.started("max_slot_wal_keep_size=1MB", "max_wal_size=32MB")) {
            server.execute("CREATE TABLE kept (id INT PRIMARY KEY)", "INSERT INTO kept VALUES (1)");
            JdbcFixture table = cdc(server, "kept");
            RecordingSink sink = table.load();
            overwriteLog(server, table);

            assertLost(table, sink);

            RecordingSink again = table.load();
            try (JdbcFixture.Following following = table.follow(again)) {
                following.awaitRows(row(1), row(2));
                overwriteLog(server, table);
                assertThat(following.ended())
                        .isInstanceOfSatisfying(
                                AlluviumException.class,
                                e -> assertThat(e.code())
                                        .isIn(ErrorCode.POSITION_LOST, ErrorCode.NETWORK, ErrorCode.UNKNOWN));
            }
            assertLost(table, again);
        }
    }

    /// Writes until the server gives the log of a slot up.
    private static void overwriteLog(PostgresServer server, JdbcFixture table) {
        String status =
                "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '" + SlotName.of(table.topic()) + "'";
        for (int i = 0; i < 50 && !server.texts(status).equals(List.of("lost")); i++) {
            server.execute(
                    "CREATE TABLE IF NOT EXISTS other (n INT)",
                    "INSERT INTO other VALUES (1)",
                    "SELECT pg_switch_wal()",
                    "CHECKPOINT");
        }
        assertThat(server.texts(status)).containsExactly("lost");
        server.execute("INSERT INTO kept VALUES (2) ON CONFLICT DO NOTHING");
    }

    @Test
    void aBinaryLogThatWasPurgedIsAPositionThatIsLost() throws InterruptedException {
        try (MariaServer server = MariaServer.started()) {
            server.execute("CREATE TABLE purged (id INT PRIMARY KEY)", "INSERT INTO purged VALUES (1)");
            JdbcFixture table = cdc(server, "purged");
            RecordingSink sink = table.load();
            server.execute("INSERT INTO purged VALUES (2)", "FLUSH BINARY LOGS", "INSERT INTO purged VALUES (3)");
            server.execute("FLUSH BINARY LOGS");
            String last = server.texts("SHOW BINARY LOGS").getLast();
            awaitPurged(server, last);

            assertLost(table, sink);

            // A place in a file that is there, behind transactions that are not.
            Map<String, String> parts = new HashMap<>(sink.position().parts());
            parts.put("log.file", last);
            parts.put("log.pos", "4");
            sink.commit(new Position(parts));
            assertLost(table, sink);
        }
    }

    /// The server lets go of a file only when its tables are written.
    private static void awaitPurged(MariaServer server, String last) throws InterruptedException {
        long until = System.currentTimeMillis() + 60_000;
        while (!server.texts("SHOW BINARY LOGS").equals(List.of(last))) {
            assertThat(System.currentTimeMillis()).as("the files are purged").isLessThan(until);
            server.execute("PURGE BINARY LOGS TO '" + last + "'");
            Thread.sleep(50);
        }
    }

    @Test
    void aServerWhoseLogCannotBeFollowedIsRefusedWithTheSettingAndTheCommand() {
        try (PostgresServer server = PostgresServer.started("wal_level=replica")) {
            server.execute("CREATE TABLE t (id INT PRIMARY KEY)");
            assertUnfit(cdc(server, "t"), "wal_level is replica", "ALTER SYSTEM SET wal_level = 'logical'");
        }
        try (MariaServer server = MariaServer.started("--skip-log-bin")) {
            server.execute("CREATE TABLE t (id INT PRIMARY KEY)");
            assertUnfit(cdc(server, "t"), "no binary log", "log_bin");
        }
        maria.execute("CREATE TABLE settings (id INT PRIMARY KEY)");
        JdbcFixture table = cdc(maria, "settings");
        for (String setting : List.of("binlog_format = 'STATEMENT'", "binlog_format = 'MIXED'")) {
            maria.execute("SET GLOBAL " + setting);
            assertUnfit(table, "binlog_format", "SET GLOBAL binlog_format = 'ROW'");
        }
        maria.execute("SET GLOBAL binlog_format = 'ROW'", "SET GLOBAL binlog_row_image = 'MINIMAL'");
        assertUnfit(table, "binlog_row_image is MINIMAL", "SET GLOBAL binlog_row_image = 'FULL'");
        maria.execute("SET GLOBAL binlog_row_image = 'FULL'");
    }

    private static void assertUnfit(JdbcFixture table, String setting, String command) {
        assertThatThrownBy(table::load).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
            assertThat(e).hasMessageContaining(setting);
            assertThat(e.hint().orElse("")).contains(command);
        });
    }

    /// What is written meanwhile is not in the log in the form that is needed.
    @Test
    void settingsThatBecomeUnfitWhileATableIsFollowedLoseThePositionUntilTheyAreMended() throws InterruptedException {
        maria.execute("CREATE TABLE changed (id INT PRIMARY KEY)", "INSERT INTO changed VALUES (1)");
        JdbcFixture table = cdc(maria, "changed");
        var sink = new RecordingSink();
        try (JdbcFixture.Following following = table.follow(sink)) {
            following.awaitRows(row(1));
            maria.execute("SET GLOBAL binlog_format = 'STATEMENT'");
            assertThat(following.ended()).isInstanceOfSatisfying(AlluviumException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.POSITION_LOST);
                assertThat(e).hasMessageContaining("binlog_format is STATEMENT");
            });
            assertUnfit(table, "binlog_format", "SET GLOBAL binlog_format = 'ROW'");
        } finally {
            maria.execute("SET GLOBAL binlog_format = 'ROW'");
        }
        assertThat(table.load().values()).containsExactly(row(1));
    }

    /// Each kill leaves a transaction half sent, or ends a log that is read to its end.
    @ParameterizedTest
    @EnumSource
    void aTableIsFollowedOnWhenItsConnectionsAreKilledWhileItIsWritten(Kind kind) throws InterruptedException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (DatabaseServer server = kind == Kind.POSTGRES ? PostgresServer.started() : MariaServer.started()) {
            server.execute("CREATE TABLE killed (id INT PRIMARY KEY)");
            JdbcFixture table = cdc(server, "killed");
            RecordingSink sink = table.load();
            int count = 0;
            for (int i = 1; i <= 5; i++) {
                // One that was killed before may be listed for a moment yet.
                List<String> gone = server.texts(followers(kind));
                try (JdbcFixture.Following following = table.follow(sink)) {
                    int before = count;
                    following.await("what was there", () -> sink.values().size() == before);
                    following.await("a reader of the log", () -> !gone.containsAll(server.texts(followers(kind))));
                    int killedAt = random.nextInt(12);
                    for (int n = 0; n < 12; n++) {
                        if (n == killedAt) {
                            killFollowers(server, kind);
                        }
                        count = insert(server, count, 1 + random.nextInt(200));
                    }
                    // The first one may have met a connection that the engine was about to replace by another.
                    for (int again = 0; again < 100 && following.isRunning(); again++) {
                        Thread.sleep(100);
                        killFollowers(server, kind);
                    }
                    assertThat(following.ended())
                            .as("seed %d, kill %d", seed, i)
                            .isInstanceOfSatisfying(
                                    AlluviumException.class,
                                    e -> assertThat(e.code()).isEqualTo(ErrorCode.NETWORK));
                }
            }
            int all = count;
            try (JdbcFixture.Following following = table.follow(sink)) {
                following.await(
                        "all " + all + " rows, seed " + seed,
                        () -> sink.values().size() == all);
            }
        }
    }

    private static int insert(DatabaseServer server, int from, int rows) {
        server.execute("INSERT INTO killed VALUES "
                + IntStream.range(from, from + rows)
                        .mapToObj(id -> "(" + id + ")")
                        .collect(Collectors.joining(", ")));
        return from + rows;
    }

    private static String followers(Kind kind) {
        return kind == Kind.POSTGRES
                ? "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walsender' AND state = 'active'"
                : "SELECT id FROM information_schema.processlist WHERE command = 'Binlog Dump'";
    }

    private static void killFollowers(DatabaseServer server, Kind kind) {
        for (String id : server.texts(followers(kind))) {
            server.execute(kind == Kind.POSTGRES ? "SELECT pg_terminate_backend(" + id + ")" : "KILL " + id);
        }
    }

    /// The definition stays the same, and the log tells of no row that went.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE OR REPLACE TABLE swapped (id INT PRIMARY KEY)",
                "ALTER TABLE swapped RENAME TO away; CREATE TABLE swapped (id INT PRIMARY KEY); DROP TABLE away",
                "RENAME TABLE swapped TO away; CREATE TABLE swapped LIKE away; DROP TABLE away",
                "CREATE TABLE other LIKE swapped; RENAME TABLE swapped TO away, other TO swapped; DROP TABLE away",
            })
    void aTableOfMariaDbWhoseRowsWentByAStatementOnItsDefinitionIsLoadedAgain(String sql) throws InterruptedException {
        maria.execute("CREATE OR REPLACE TABLE swapped (id INT PRIMARY KEY)", "INSERT INTO swapped VALUES (1)");
        JdbcFixture table = cdc(maria, "swapped");
        RecordingSink sink = table.load();
        String[] statements = sql.split("; ", -1);
        maria.execute(statements);
        maria.execute("INSERT INTO swapped VALUES (2)");

        assertLost(table, sink);

        RecordingSink again = table.load();
        assertThat(again.values()).containsExactly(row(2));
        try (JdbcFixture.Following following = table.follow(again)) {
            maria.execute("CREATE TABLE IF NOT EXISTS swapped (id INT PRIMARY KEY)", "INSERT INTO swapped VALUES (3)");
            following.awaitRows(row(2), row(3));
            maria.execute(statements);
            assertThat(following.ended())
                    .isInstanceOfSatisfying(
                            AlluviumException.class,
                            e -> assertThat(e.code()).isIn(ErrorCode.POSITION_LOST, ErrorCode.FILE_MISSING));
        }
        assertLost(table, again);
    }

    @ParameterizedTest
    @EnumSource
    void aStopIsDoneAlsoWhileTheServerDoesNotAnswer(Kind kind) throws IOException, InterruptedException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        DatabaseServer server = server(kind);
        server.execute("CREATE TABLE silent (id INT PRIMARY KEY)", "INSERT INTO silent VALUES (0)");
        try (var proxy = new CuttableProxy(server.port())) {
            JdbcFixture table = cdc(server.jdbcUrl().replace(":" + server.port(), ":" + proxy.port()), "silent");
            var sink = new RecordingSink();
            for (int i = 1; i <= 8; i++) {
                try (JdbcFixture.Following following = table.follow(sink)) {
                    if (i % 2 == 0) {
                        following.await("a row", () -> !sink.values().isEmpty());
                    }
                    Thread.sleep(random.nextInt(600));
                    proxy.freeze();
                    server.execute("INSERT INTO silent VALUES (" + i + ")");
                    Thread.sleep(random.nextInt(100));
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", stop " + i, e);
                } finally {
                    proxy.thaw();
                }
            }
            try (JdbcFixture.Following following = table.follow(sink)) {
                following.await("all rows", () -> sink.values().size() == 9);
            }
        }
    }
}
