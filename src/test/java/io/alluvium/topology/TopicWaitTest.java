package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.testkit.CapturedLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tables whose topics are not there yet or not any more, on a broker that makes topics when it is asked for them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicWaitTest {

    private static final String KEY = "_key";
    private static final String PATIENT = " WITH (\"topic.wait.timeout\" = '5m', \"topic.retry.interval\" = '200ms',"
            + " \"topic.retry.strategy\" = 'fixed')";

    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path directory) {
        cluster = new TestCluster(directory, 2);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void aWaitThatCannotBeReadIsAnErrorAtCreateTable() {
        assertThatThrownBy(() -> cluster.create("CREATE TABLE unread AS SELECT * FROM kafka_topic('unread')"
                        + " WITH (\"topic.wait.timeout\" = 'soon')"))
                .isInstanceOfSatisfying(AlluviumException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
                    assertThat(e).hasMessageContaining("topic.wait.timeout = 'soon'");
                });
        assertThat(cluster.tables.table(new TableName("unread"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka_topic('')",
                "kafka_topic('.')",
                "kafka_topic('..')",
                "kafka_topic('größe')",
                "kafka_topic('a/b')",
                "'kafka://a b'",
                "\"no such/topic\"",
                "(SELECT * FROM \"a b\") AS x",
            })
    void aNameThatNoTopicCanHaveIsRefusedAtItsPlaceInTheSql(String from) {
        String sql = "CREATE TABLE illegal AS SELECT * FROM " + from;
        int place = sql.indexOf(from.startsWith("(") ? "\"" : from, sql.indexOf("FROM")) + 1;

        assertThatThrownBy(() -> cluster.create(sql)).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
            assertThat(e.hint().orElse("")).contains("Allowed are 1 to 249");
            assertThat(e.position()).isEqualTo(place);
        });
        assertThat(cluster.tables.table(new TableName("illegal"))).isEmpty();
    }

    @Test
    void tenTablesThatWaitForOneTopicAllStartWhenItAppears() {
        for (int i = 0; i < 10; i++) {
            cluster.create("CREATE TABLE waits_" + i + " AS SELECT * FROM kafka_topic('awaited')" + PATIENT);
        }
        for (int i = 0; i < 10; i++) {
            TableStatus waiting =
                    cluster.awaitStatus("waits_" + i, s -> s.retry().isPresent());
            assertThat(waiting.state()).isEqualTo(TableState.WAITING);
        }

        cluster.createTopic("awaited");
        cluster.send("awaited", "a", "{\"n\":1}");
        cluster.flush();

        for (int i = 0; i < 10; i++) {
            cluster.awaitLive("waits_" + i);
            cluster.awaitRows("waits_" + i, Map.of("a", List.of(1L)), KEY, "n");
        }
    }

    @Test
    void otherTablesGoOnWhileOneWaits() {
        cluster.create("CREATE TABLE blocked AS SELECT * FROM kafka_topic('blocked')" + PATIENT);
        cluster.awaitStatus("blocked", s -> s.retry().isPresent());

        cluster.createTopic("present");
        cluster.send("present", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE present AS SELECT * FROM kafka_topic('present')");
        cluster.awaitLive("present");
        cluster.send("present", "b", "{\"n\":2}");
        cluster.awaitRows("present", Map.of("a", List.of(1L), "b", List.of(2L)), KEY, "n");

        assertThat(cluster.status("blocked").state()).isEqualTo(TableState.WAITING);
        cluster.tables.drop(new TableName("blocked"), false);
        assertThat(cluster.tables.table(new TableName("blocked"))).isEmpty();
    }

    @Test
    void withoutAWaitTheFirstAnswerOfTheBrokerIsTheLast() {
        cluster.create("CREATE TABLE hasty AS SELECT * FROM kafka_topic('hasty')");

        TableStatus.Retry why =
                cluster.awaitState("hasty", TableState.FAILED).retry().orElseThrow();

        assertThat(why.category()).isEqualTo(FaultCategory.TOPIC_MISSING);
        assertThat(why.attempts()).isEqualTo(1);
        assertThat(why.nextAttemptAt()).isEmpty();
    }

    @Test
    void whatIsWrongIsSaidAlikeInTheLogAndInTheStatus() {
        cluster.createTopic("payments");
        try (var log = new CapturedLog(LiveTable.class.getName())) {
            cluster.create("CREATE TABLE paid AS SELECT * FROM kafka_topic('paymnets')");

            TableStatus.Retry why =
                    cluster.awaitState("paid", TableState.FAILED).retry().orElseThrow();

            assertThat(why.message()).isEqualTo("Kafka topic 'paymnets' does not exist");
            assertThat(why.hint())
                    .startsWith("TOPIC_MISSING: ")
                    .contains(
                            "1. Create it: kafka-topics --create --topic paymnets --partitions 2 --replication-factor 1"
                                    + " --bootstrap-server " + cluster.bootstrapServers(),
                            "Similar topics are: 'payments'",
                            "Original error: ");
            assertThat(log.lines(Level.WARN))
                    .anySatisfy(line -> assertThat(line).contains("table=paid", why.message(), why.hint()));
        }
        assertThatThrownBy(() -> cluster.tables.find(new TableName("paid")))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("Kafka topic 'paymnets' does not exist");
    }

    @Test
    void aTopicThatIsMadeAnewFailsATableThatMustNotGoOnWithAnother() {
        cluster.createTopic("strict");
        cluster.send("strict", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create(
                "CREATE TABLE strict AS SELECT * FROM kafka_topic('strict')" + " WITH (\"topic.recreated\" = 'fail')");
        cluster.create("CREATE TABLE strict_sum AS SELECT SUM(n) AS s FROM kafka_topic('strict')"
                + " WITH (\"topic.recreated\" = 'fail')");
        cluster.awaitLive("strict");
        cluster.awaitLive("strict_sum");

        cluster.kafka.deleteTopics(List.of("strict"));
        cluster.awaitState("strict", TableState.STALLED);
        assertThat(cluster.rows("strict", KEY, "n")).isEqualTo(Map.of("a", List.of(1L)));
        cluster.createTopic("strict");
        cluster.send("strict", "b", "{\"n\":2}");
        cluster.flush();

        for (String table : List.of("strict", "strict_sum")) {
            assertThat(cluster.awaitState(table, TableState.FAILED)
                            .retry()
                            .orElseThrow()
                            .message())
                    .contains("the Kafka topic 'strict' was deleted and made again since " + table + " was loaded");
        }
        cluster.restart();
        cluster.awaitState("strict", TableState.FAILED);

        cluster.tables.drop(new TableName("strict"), false);
        cluster.create(
                "CREATE TABLE strict AS SELECT * FROM kafka_topic('strict')" + " WITH (\"topic.recreated\" = 'fail')");
        cluster.awaitLive("strict");
        cluster.awaitRows("strict", Map.of("b", List.of(2L)), KEY, "n");
    }

    @Test
    void aDeletedTopicIsNotMadeAgainByThoseThatReadIt() {
        cluster.createTopic("gone");
        cluster.send("gone", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE gone AS SELECT * FROM kafka_topic('gone')");
        cluster.create("CREATE TABLE gone_sum AS SELECT SUM(n) AS s FROM kafka_topic('gone')");
        cluster.awaitLive("gone");
        cluster.awaitLive("gone_sum");

        cluster.kafka.deleteTopics(List.of("gone"));

        for (String table : List.of("gone", "gone_sum")) {
            cluster.awaitStatus(
                    table,
                    s -> s.state() == TableState.STALLED
                            && s.retry().filter(r -> r.attempts() >= 6).isPresent());
        }
        assertThat(cluster.kafka.topics()).doesNotContain("gone");
        assertThat(cluster.rows("gone", KEY, "n")).isEqualTo(Map.of("a", List.of(1L)));
        assertThat(cluster.rows("gone_sum", KEY, "s")).isEqualTo(Map.of("all", List.of("1")));
    }

    @Test
    void theMetricsSayWhatATableWaitsForAndWhatItIsStalledBy() {
        cluster.create("CREATE TABLE metered AS SELECT * FROM kafka_topic('metered')" + PATIENT);
        cluster.awaitStatus(
                "metered", s -> s.retry().filter(r -> r.attempts() >= 2).isPresent());
        awaitMetric("alluvium_source_waiting{category=\"TOPIC_MISSING\",table=\"metered\"} 1.0");
        assertThat(cluster.meters.scrape())
                .contains("alluvium_retry_delay_seconds_bucket{source=\"metered\",table=\"metered\",le=\"2.0\"}")
                .contains("alluvium_retry_successes_total{source=\"metered\",table=\"metered\"} 0.0")
                .doesNotContain("alluvium_retry_attempts_total"
                        + "{category=\"TOPIC_MISSING\",source=\"metered\",table=\"metered\"} 0.0");

        cluster.createTopic("metered");
        cluster.awaitLive("metered");
        awaitMetric("alluvium_source_waiting{category=\"TOPIC_MISSING\",table=\"metered\"} 0.0");
        awaitMetric("alluvium_retry_successes_total{source=\"metered\",table=\"metered\"} 1.0");

        cluster.kafka.deleteTopics(List.of("metered"));
        cluster.awaitState("metered", TableState.STALLED);
        awaitMetric("alluvium_source_waiting{category=\"TOPIC_MISSING\",table=\"metered\"} 1.0");

        cluster.createTopic("metered");
        cluster.awaitState("metered", TableState.LIVE);
        awaitMetric("alluvium_source_waiting{category=\"TOPIC_MISSING\",table=\"metered\"} 0.0");
        awaitMetric("alluvium_retry_timeouts_total{source=\"metered\",table=\"metered\"} 0.0");
    }

    private void awaitMetric(String line) {
        TestCluster.await(line, () -> cluster.meters.scrape().contains(line + "\n"));
    }
}
