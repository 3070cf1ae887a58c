package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.data.TableName;
import io.alluvium.testkit.BrokerProcess;
import io.alluvium.testkit.PostgresServer;
import io.alluvium.testkit.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What tables are kept in is torn away from them, again and again: the broker, and the disk for snapshots and
/// state. After each time the tables equal their sources. `-Dfault.rounds` makes it longer.
class BrokerFaultsIT {

    private static final int ROUNDS = Integer.getInteger("fault.rounds", 8);
    private static final long SEED = Long.getLong("fault.seed", System.nanoTime());
    private static final int FIRST_ROWS = 2_000;
    private static final int GROUPS = 7;

    private final Random random = new Random(SEED);

    @Test
    void theBrokerIsKilledAndStartedAgain(@TempDir Path folder) throws Exception {
        try (PostgresServer postgres = PostgresServer.started();
                var sources = new Sources(folder, postgres)) {
            sources.create();
            for (int round = 0; round < ROUNDS; round++) {
                String loaded = List.of("lines", "compared", "followed").get(round % 3);
                sources.cluster.tables.refresh(new TableName(loaded));
                sources.change();
                Thread.sleep(random.nextInt(400));
                sources.broker.kill();
                sources.change();
                sources.startBroker();
                sources.change();
                sources.awaitSame("round " + round + ", " + loaded + " refreshed");
            }
            sources.drop();
        }
    }

    @Test
    void theDiskForSnapshotsAndStateIsFull(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = SmallDisk.mounted(folder.resolve("disk"), 64);
                PostgresServer postgres = PostgresServer.started();
                var sources = new Sources(folder, postgres, disk.path())) {
            sources.create();
            for (int round = 0; round < ROUNDS; round++) {
                disk.fill();
                sources.change();
                if (round % 3 == 0) {
                    sources.cluster.tables.refresh(new TableName("lines"));
                }
                Thread.sleep(random.nextInt(600));
                sources.change();
                disk.free();
                sources.change();
                sources.awaitSame("round " + round);
            }
            sources.drop();
        }
    }

    /// A file, a table of a database and a topic, and tables over them.
    private final class Sources implements AutoCloseable {
        private final Path folder;
        private final int port = BrokerProcess.lastingPort();
        private final PostgresServer postgres;
        private final Path file;
        private final Map<String, List<Object>> lines = new HashMap<>();
        private final Map<String, List<Object>> rows = new HashMap<>();
        private final Map<String, List<Object>> records = new HashMap<>();
        private final TestCluster cluster;
        private BrokerProcess broker;
        private int changes;

        Sources(Path folder, PostgresServer postgres) throws IOException {
            this(folder, postgres, folder);
        }

        /// @param data for what tables keep on disk
        Sources(Path folder, PostgresServer postgres, Path data) throws IOException {
            this.folder = folder;
            this.postgres = postgres;
            this.file = folder.resolve("lines.csv");
            this.broker = BrokerProcess.start(folder.resolve("broker"), port);
            this.cluster = new TestCluster(
                    data,
                    2,
                    new MemoryLimits(1L << 30, 1L << 30, Duration.ofMinutes(1)),
                    () -> broker.close(),
                    Map.of("bootstrap.servers", broker.bootstrapServers()));
        }

        void startBroker() throws IOException {
            broker = BrokerProcess.start(folder.resolve("broker"), port);
        }

        void create() throws IOException {
            var text = new StringBuilder("id,n\n");
            for (int id = 0; id < FIRST_ROWS; id++) {
                text.append(id).append(",0\n");
                lines.put(Integer.toString(id), List.of(0L));
            }
            Files.writeString(file, text);
            cluster.create("CREATE TABLE lines (id BIGINT PRIMARY KEY, n BIGINT) AS SELECT * FROM 'file://" + file
                    + "' WITH (\"file.watch\" = 'true', \"file.watch.interval\" = '100ms',"
                    + " \"file.retry.interval\" = '100ms')");
            cluster.create("CREATE TABLE counted AS SELECT n % " + GROUPS
                    + " AS rest, COUNT(*) AS amount, SUM(n) AS total" + " FROM lines GROUP BY n % " + GROUPS);
            postgres.execute(
                    "CREATE TABLE changing (id INT PRIMARY KEY, n BIGINT, changed BIGSERIAL)",
                    "CREATE SEQUENCE changes",
                    "INSERT INTO changing SELECT i, 0, nextval('changes') FROM generate_series(0, " + (FIRST_ROWS - 1)
                            + ") i");
            for (int id = 0; id < FIRST_ROWS; id++) {
                rows.put(Integer.toString(id), List.of(0L));
            }
            String url = postgres.jdbcUrl().substring("jdbc:".length());
            String often = "\"jdbc.retry.interval\" = '100ms', \"jdbc.retry.strategy\" = 'fixed')";
            cluster.create("CREATE TABLE compared AS SELECT * FROM jdbc('" + url + "', 'changing')"
                    + " WITH (\"jdbc.incremental.column\" = 'changed', \"jdbc.poll.interval\" = '100ms',"
                    + " \"jdbc.reconcile.interval\" = '200ms', " + often);
            cluster.create("CREATE TABLE followed AS SELECT * FROM jdbc('" + url + "', 'changing')"
                    + " WITH (\"jdbc.mode\" = 'cdc', " + often);
            cluster.createTopic("records");
            cluster.send("records", "k", "{\"n\":0}");
            records.put("k", List.of(0L));
            cluster.flush();
            cluster.create("CREATE TABLE records AS SELECT * FROM kafka_topic('records')"
                    + " WITH (\"table.storage\" = 'rocksdb')");
            awaitSame("at first");
        }

        /// Changes some rows of each source. The topic has them once there is a broker.
        void change() throws IOException {
            var text = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                int id = random.nextInt(FIRST_ROWS * 2);
                long n = ++changes;
                text.append(id).append(',').append(n).append('\n');
                lines.put(Integer.toString(id), List.of(n));
                cluster.send("records", "k" + id % 50, "{\"n\":" + n + "}");
                records.put("k" + id % 50, List.of(n));
            }
            Files.writeString(file, text, StandardOpenOption.APPEND);
            int id = random.nextInt(FIRST_ROWS);
            int deleted = random.nextInt(FIRST_ROWS);
            long n = ++changes;
            postgres.execute(
                    "DELETE FROM changing WHERE id = " + deleted,
                    "INSERT INTO changing VALUES (" + id + ", " + n + ", nextval('changes')) ON CONFLICT (id)"
                            + " DO UPDATE SET n = EXCLUDED.n, changed = EXCLUDED.changed");
            rows.remove(Integer.toString(deleted));
            rows.put(Integer.toString(id), List.of(n));
        }

        private Map<String, List<Object>> groups() {
            Map<String, long[]> sums = new TreeMap<>();
            for (List<Object> line : lines.values()) {
                long n = (long) line.getFirst();
                long[] sum = sums.computeIfAbsent(Long.toString(n % GROUPS), rest -> new long[2]);
                sum[0]++;
                sum[1] += n;
            }
            Map<String, List<Object>> groups = new HashMap<>();
            sums.forEach((rest, sum) -> groups.put(rest, List.of(sum[0], Long.toString(sum[1]))));
            return groups;
        }

        void awaitSame(String when) {
            try {
                cluster.flush();
                for (String table : List.of("lines", "counted", "compared", "followed", "records")) {
                    cluster.awaitLive(table);
                }
                cluster.awaitRows("lines", lines, "id", "n");
                cluster.awaitRows("compared", rows, "id", "n");
                cluster.awaitRows("followed", rows, "id", "n");
                cluster.awaitRows("records", records, "_key", "n");
                cluster.awaitRows("counted", groups(), "rest", "amount", "total");
                for (String table : List.of("lines", "counted", "compared", "followed", "records")) {
                    assertThat(cluster.awaitState(table, TableState.LIVE).badRecords())
                            .as(table)
                            .isZero();
                }
            } catch (AssertionError e) {
                throw new AssertionError("seed " + SEED + ", " + when + ": " + e.getMessage(), e);
            }
        }

        void drop() {
            for (String table : List.of("counted", "lines", "compared", "followed", "records")) {
                cluster.tables.drop(new TableName(table), false);
            }
        }

        @Override
        public void close() {
            cluster.close();
        }
    }
}
