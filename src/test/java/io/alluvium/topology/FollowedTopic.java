package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.data.TableName;
import io.alluvium.topology.WrittenTopic.Change;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Topics that a test writes to, and tables of each kind over them, which are right when they have what was
/// written: rows in memory, rows on disk, rows under the key that their values have, sums of the rows, and sums of
/// records without a key, which tell a record that was taken twice.
final class FollowedTopic implements AutoCloseable {

    private static final int KEYS = 300;
    private static final int GROUPS = 5;
    private static final int TRANSACTION = 500;
    private static final Pattern ROW = Pattern.compile("\\{\"id\":(\\d+),\"g\":\"(.*)\",\"n\":(\\d+)}");

    private final TestCluster cluster;
    private final String name;
    final WrittenTopic rows;
    private final WrittenTopic events;
    private final Map<String, long[]> eventSums = new TreeMap<>();
    private final List<String> tables;
    private int next;

    FollowedTopic(TestCluster cluster, WrittenTopic rows, WrittenTopic events) {
        this.cluster = cluster;
        this.name = rows.name();
        this.rows = rows;
        this.events = events;
        this.tables = List.of(name, name + "_disk", name + "_keyed", name + "_sums", name + "_events");
    }

    static FollowedTopic inTransactions(TestCluster cluster, String name, int partitions) {
        return new FollowedTopic(
                cluster,
                WrittenTopic.inTransactions(cluster.kafka, name, partitions),
                WrittenTopic.inTransactions(cluster.kafka, name + "-events", partitions));
    }

    /// Makes the tables.
    ///
    /// @param options those of the rows, each with a comma before it
    void create(String options) {
        String wait = " WITH (\"topic.wait.timeout\" = '60s', \"topic.retry.interval\" = '100ms'";
        String columns = " (id BIGINT, g VARCHAR, n BIGINT) AS SELECT ";
        String from = " FROM kafka_topic('" + name + "')";
        cluster.create("CREATE TABLE " + name + columns + "*" + from + wait + options + ")");
        cluster.create("CREATE TABLE " + name + "_disk" + columns + "*" + from + wait + options
                + ", \"table.storage\" = 'rocksdb', \"kafka.commit.interval.ms\" = '100')");
        cluster.create("CREATE TABLE " + name + "_keyed AS SELECT id PRIMARY KEY, g, n" + from + wait + ")");
        cluster.create("CREATE TABLE " + name + "_sums" + columns + "g, COUNT(*) AS c, SUM(n) AS s" + from
                + " GROUP BY g" + wait + ")");
        cluster.create("CREATE TABLE " + name + "_events (g VARCHAR, n BIGINT) AS SELECT g, COUNT(*) AS c,"
                + " SUM(n) AS s FROM kafka_topic('" + events.name() + "') GROUP BY g" + wait + ")");
    }

    void create() {
        create("");
    }

    List<String> tables() {
        return tables;
    }

    void awaitLive() {
        tables.forEach(cluster::awaitLive);
    }

    /// Writes so many changes, in few transactions.
    void fill(int changes, Random random) {
        for (int left = changes; left > 0; left -= TRANSACTION) {
            write(Math.min(left, TRANSACTION), random);
        }
    }

    /// Writes one transaction of some changes to each topic, or gives them up.
    void change(Random random) {
        if (random.nextInt(4) == 0) {
            rows.giveUp(changes(1 + random.nextInt(8), random));
            events.giveUp(events(1 + random.nextInt(4), random));
        } else {
            write(1 + random.nextInt(8), random);
        }
    }

    private void write(int count, Random random) {
        rows.write(changes(count, random));
        List<Change> added = events(1 + count / 2, random);
        events.write(added);
        synchronized (eventSums) {
            added.forEach(event -> add(eventSums, row(event.value())));
        }
    }

    private List<Change> changes(int count, Random random) {
        return Stream.generate(() -> change(random.nextInt(KEYS), random.nextInt(4) == 0, random))
                .limit(count)
                .toList();
    }

    private Change change(int key, boolean deletes, Random random) {
        return new Change(Integer.toString(key), deletes ? null : json(key, "g" + random.nextInt(GROUPS), ++next));
    }

    private List<Change> events(int count, Random random) {
        return Stream.generate(() -> new Change(null, json(0, "g" + random.nextInt(GROUPS), ++next)))
                .limit(count)
                .toList();
    }

    /// Deletes some rows, and waits until compaction has taken away all that there was of them.
    void deleteAndCompact(Random random) {
        List<String> gone = rows.fold().keySet().stream().limit(20).toList();
        rows.write(gone.stream().map(key -> new Change(key, null)).toList());
        // A segment ends with the first record that comes too late for it, and only those that have ended are
        // compacted.
        TestCluster.await("the compaction", () -> {
            rows.write(List.of(change(KEYS, false, random), change(KEYS + 1, false, random)));
            return rows.keys().stream().noneMatch(gone::contains);
        });
    }

    /// Has the records expire that are there, and with them what they come to.
    void expire() {
        rows.expire();
        rows.forget();
        events.expire();
        synchronized (eventSums) {
            eventSums.clear();
        }
    }

    private static String json(int id, String group, int n) {
        return "{\"id\":" + id + ",\"g\":\"" + group + "\",\"n\":" + n + "}";
    }

    private record Row(String group, long n) {}

    private static Row row(@Nullable String json) {
        Matcher matcher = ROW.matcher(String.valueOf(json));
        assertThat(matcher.matches()).as(json).isTrue();
        return new Row(matcher.group(2), Long.parseLong(matcher.group(3)));
    }

    private static void add(Map<String, long[]> sums, Row row) {
        long[] sum = sums.computeIfAbsent(row.group, group -> new long[2]);
        sum[0]++;
        sum[1] += row.n;
    }

    private static Map<String, List<Object>> shown(Map<String, long[]> sums) {
        Map<String, List<Object>> shown = new TreeMap<>();
        sums.forEach((group, sum) -> shown.put(group, List.of(sum[0], Long.toString(sum[1]))));
        return shown;
    }

    /// The rows that there should be, by their keys.
    Map<String, List<Object>> expectedRows() {
        Map<String, List<Object>> expected = new TreeMap<>();
        rows.fold().forEach((key, json) -> {
            Row row = row(json);
            expected.put(key, List.of(row.group, row.n));
        });
        return expected;
    }

    /// Waits until the tables have what the topics come to.
    void awaitSame(String when) {
        Map<String, List<Object>> expected = expectedRows();
        Map<String, long[]> sums = new TreeMap<>();
        rows.fold().values().forEach(json -> add(sums, row(json)));
        try {
            cluster.awaitRows(name, expected, "_key", "g", "n");
            cluster.awaitRows(name + "_disk", expected, "_key", "g", "n");
            cluster.awaitRows(name + "_keyed", expected, "id", "g", "n");
            cluster.awaitRows(name + "_sums", shown(sums), "g", "c", "s");
            synchronized (eventSums) {
                cluster.awaitRows(name + "_events", shown(eventSums), "g", "c", "s");
            }
            for (String table : tables) {
                assertThat(cluster.awaitState(table, TableState.LIVE).badRecords())
                        .as(table)
                        .isZero();
            }
        } catch (AssertionError e) {
            throw new AssertionError(when + ": " + e.getMessage(), e);
        }
    }

    /// The records without a key that were there are gone with their topic.
    void deleteTopics() {
        rows.delete();
        events.delete();
        synchronized (eventSums) {
            eventSums.clear();
        }
    }

    void makeTopics() {
        rows.make();
        events.make();
    }

    /// Changes the topics on a thread of its own until it is closed.
    final class Writing implements AutoCloseable {
        private final Thread thread;
        private final AtomicInteger written = new AtomicInteger();
        private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        private volatile boolean isEnding;

        Writing(long seed) {
            var random = new Random(seed);
            thread = Thread.ofPlatform().name("topic-writer").start(() -> {
                try {
                    while (!isEnding) {
                        change(random);
                        written.incrementAndGet();
                        Thread.sleep(random.nextInt(5));
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException e) {
                    failure.set(e);
                }
            });
        }

        /// Waits until so many more transactions were written or given up.
        void await(int more) {
            int until = written.get() + more;
            TestCluster.await("the writer", () -> written.get() >= until || failure.get() != null);
            check();
        }

        private void check() {
            RuntimeException thrown = failure.get();
            if (thrown != null) {
                throw new AssertionError("writing failed", thrown);
            }
        }

        @Override
        public void close() {
            isEnding = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            check();
        }
    }

    /// Drops the tables and the topics.
    @Override
    public void close() {
        for (String table : tables) {
            if (cluster.tables.table(new TableName(table)).isPresent()) {
                cluster.tables.drop(new TableName(table), false);
            }
        }
        rows.drop();
        events.drop();
    }
}
