package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.topology.WrittenTopic.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What [io.alluvium.source.LoaderContract] asks of loaders, asked of tables over topics that are read in place:
/// they end up with the last value of each key, and their sums tell that no record counts twice.
/// `-Dcontract.seed=…` repeats a run.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicContractTest {

    private static final long SEED = Long.getLong("contract.seed", System.nanoTime());
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FIRST = 4_000;

    private final Random random = new Random(SEED);

    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path directory) {
        cluster = new TestCluster(directory, 2);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private void stopTables() {
        assertTimeoutPreemptively(PATIENCE, cluster::stopTables);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whileTheTopicIsWrittenNothingIsMissedAndNothingIsDoubled(boolean inTransactions) {
        String name = inTransactions ? "transacted" : "idempotent";
        FollowedTopic made = inTransactions
                ? FollowedTopic.inTransactions(cluster, name, 2)
                : new FollowedTopic(
                        cluster,
                        WrittenTopic.idempotent(cluster.kafka, name, 2),
                        WrittenTopic.idempotent(cluster.kafka, name + "-events", 2));
        try (FollowedTopic topic = made) {
            topic.fill(FIRST, random);
            try (var writing = topic.new Writing(random.nextLong())) {
                topic.create();
                topic.awaitLive();
                writing.await(100);
            }
            assertThat(topic.rows.readFold()).isEqualTo(topic.rows.fold());
            topic.awaitSame("seed " + SEED);
        }
    }

    @Test
    void tablesThatAreStoppedAtAnyMomentGoOnToTheSameRowsAndSums() {
        try (FollowedTopic topic = FollowedTopic.inTransactions(cluster, "stopped", 2)) {
            topic.fill(FIRST, random);
            try (var writing = topic.new Writing(random.nextLong())) {
                topic.create(", \"load.rate.limit\" = '2000'");
                for (int stop = 0; stop < 5; stop++) {
                    switch (stop) {
                        case 0 -> {}
                        case 1 -> cluster.awaitStatus("stopped", TopicContractTest::isInBulk);
                        case 2 -> cluster.awaitStatus("stopped_disk", TopicContractTest::isInBulk);
                        case 3 -> cluster.awaitState("stopped_sums", TableState.LOADING);
                        default -> topic.awaitLive();
                    }
                    writing.await(random.nextInt(20));
                    stopTables();
                    if (stop == 3) {
                        cluster.loseData();
                    }
                    writing.await(random.nextInt(20));
                    cluster.startTables();
                }
                topic.awaitLive();
            }
            topic.awaitSame("seed " + SEED);
        }
    }

    private static boolean isInBulk(TableStatus status) {
        return status.state() == TableState.LIVE
                || status.progress().map(progress -> progress.loaded() > 0).orElse(false);
    }

    @Test
    void recordsThatExpiredUnreadWhileTheTablesWereDownHaveThemLoadedAgain() {
        try (FollowedTopic topic = FollowedTopic.inTransactions(cluster, "expired", 2)) {
            topic.fill(500, random);
            topic.create();
            topic.awaitLive();
            topic.awaitSame("at first");
            stopTables();
            topic.fill(500, random);
            topic.expire();
            topic.fill(200, random);
            cluster.startTables();
            topic.awaitLive();
            topic.awaitSame("seed " + SEED + ", loaded again");
            topic.fill(100, random);
            topic.awaitSame("seed " + SEED + ", followed");
        }
    }

    @Test
    void recordsThatExpireUnreadWhileTheTablesRunHaveThemLoadedAgainBesideTheRowsThatAreServed() {
        try (FollowedTopic topic = FollowedTopic.inTransactions(cluster, "overtaken", 2)) {
            topic.fill(500, random);
            topic.create();
            topic.awaitLive();
            topic.awaitSame("at first");
            try (var _ = topic.rows.hold()) {
                topic.fill(300, random);
                topic.rows.expire();
            }
            topic.rows.forget();
            topic.fill(100, random);
            var expected = topic.expectedRows();
            TestCluster.await("the rows that are there", () -> {
                assertThat(cluster.rows("overtaken", "_key")).isNotEmpty();
                assertThat(cluster.rows("overtaken_disk", "_key")).isNotEmpty();
                assertThat(cluster.rows("overtaken_keyed", "id")).isNotEmpty();
                assertThat(cluster.rows("overtaken_sums", "g")).isNotEmpty();
                return expected.equals(cluster.rows("overtaken", "_key", "g", "n"));
            });
            topic.awaitSame("seed " + SEED);
        }
    }

    @Test
    void groupsThatTheBrokerHasForgottenHaveTheirTablesLoadedAgain() {
        try (FollowedTopic topic = FollowedTopic.inTransactions(cluster, "forgotten", 2)) {
            topic.fill(500, random);
            topic.create();
            topic.awaitLive();
            topic.awaitSame("at first");
            stopTables();
            topic.fill(100, random);
            cluster.kafka.groupsWithPrefix("alluvium.test.forgotten").forEach(cluster.kafka::deleteGroup);
            cluster.startTables();
            topic.awaitLive();
            topic.awaitSame("seed " + SEED);
        }
    }

    @Test
    void aTopicThatIsEmptiedLeavesTheRowsThatWereReadAndTheRestIsFollowed() {
        try (FollowedTopic topic = FollowedTopic.inTransactions(cluster, "emptied", 2)) {
            topic.fill(500, random);
            topic.create();
            topic.awaitLive();
            topic.awaitSame("at first");
            topic.rows.expire();
            topic.fill(100, random);
            topic.awaitSame("seed " + SEED + ", emptied while it is followed");
            cluster.restart();
            topic.awaitLive();
            topic.awaitSame("seed " + SEED + ", after a restart");
            stopTables();
            topic.rows.expire();
            cluster.startTables();
            topic.awaitLive();
            topic.awaitSame("seed " + SEED + ", emptied while the tables were down");
            topic.fill(100, random);
            topic.awaitSame("seed " + SEED + ", followed");
        }
    }

    @Test
    void aTopicThatIsMadeAnewIsLoadedAnewWhetherTheTablesRunOrNot() {
        try (FollowedTopic topic = FollowedTopic.inTransactions(cluster, "remade", 2)) {
            topic.fill(500, random);
            topic.create();
            topic.awaitLive();
            topic.awaitSame("at first");
            topic.deleteTopics();
            topic.makeTopics();
            topic.fill(500, random);
            topic.awaitSame("seed " + SEED + ", while it is followed");
            stopTables();
            topic.deleteTopics();
            topic.makeTopics();
            topic.fill(700, random);
            cluster.startTables();
            topic.awaitLive();
            topic.awaitSame("seed " + SEED + ", while the tables were down");
        }
    }

    @Test
    void deletionsThatCompactionTakesAwayWhileTheTablesAreDownCount() {
        try (var topic = new FollowedTopic(
                cluster,
                WrittenTopic.compacted(cluster.kafka, "compacted", 2),
                WrittenTopic.inTransactions(cluster.kafka, "compacted-events", 2))) {
            topic.fill(1_000, random);
            topic.create();
            topic.awaitLive();
            stopTables();
            topic.deleteAndCompact(random);
            cluster.startTables();
            topic.awaitLive();
            topic.awaitSame("seed " + SEED);
        }
    }

    @Test
    void tablesEndInWhateverStateTheyAre() {
        try (var topic = WrittenTopic.inTransactions(cluster.kafka, "ended", 1);
                var stalled = WrittenTopic.inTransactions(cluster.kafka, "ended-stalled", 1)) {
            List<Change> changes = IntStream.range(0, 200)
                    .mapToObj(i -> new Change("k" + i, "{\"n\":" + i + "}"))
                    .toList();
            topic.write(changes);
            stalled.write(changes);
            cluster.create("CREATE TABLE ended_waiting AS SELECT * FROM kafka_topic('nowhere')"
                    + " WITH (\"topic.wait.timeout\" = '10m')");
            cluster.create("CREATE TABLE ended_failed AS SELECT * FROM kafka_topic('nowhere')");
            cluster.create("CREATE TABLE ended_loading AS SELECT * FROM kafka_topic('ended')"
                    + " WITH (\"load.rate.limit\" = '1')");
            cluster.create("CREATE TABLE ended_live AS SELECT * FROM kafka_topic('ended')");
            cluster.create("CREATE TABLE ended_stalled AS SELECT * FROM kafka_topic('ended-stalled')");
            cluster.create("CREATE TABLE ended_computed AS SELECT SUM(n) AS s FROM kafka_topic('ended')");
            cluster.awaitState("ended_waiting", TableState.WAITING);
            cluster.awaitState("ended_failed", TableState.FAILED);
            cluster.awaitLive("ended_live");
            cluster.awaitLive("ended_computed");
            assertThat(cluster.status("ended_loading").state()).isEqualTo(TableState.LOADING);
            cluster.awaitLive("ended_stalled");
            stalled.delete();
            cluster.awaitState("ended_stalled", TableState.STALLED);

            stopTables();

            stalled.make();
            cluster.startTables();
            for (String table : List.of("waiting", "failed", "loading", "live", "stalled", "computed")) {
                cluster.tables.drop(new TableName("ended_" + table), false);
            }
            topic.drop();
            stalled.drop();
        }
    }
}
