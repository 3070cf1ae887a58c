package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import io.alluvium.sql.Statement;
import io.alluvium.testkit.HowTo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of records that cannot become rows, against a real broker with one partition a topic.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadLettersTest {

    private TestCluster cluster;
    private Path directory;

    @BeforeAll
    void start(@TempDir Path folder) {
        directory = folder;
        cluster = new TestCluster(folder, 1);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void oneBadRecordInAThousandIsSetAsideWithItsBytesAndItsPlaceAndComesInAfterTheFix() {
        cluster.createTopic("mixed");
        for (int i = 0; i < 3_000; i++) {
            cluster.send("mixed", "k" + i, i % 1_000 == 500 ? "{\"n\":\"x" + i + "\"}" : "{\"n\":" + i + "}");
        }
        cluster.flush();
        cluster.create("CREATE TABLE mixed (_key VARCHAR, n BIGINT) AS SELECT * FROM kafka_topic('mixed')");

        assertThat(cluster.awaitLive("mixed").rows()).isEqualTo(2_997);
        assertThat(raws("mixed"))
                .isEqualTo(Map.of(
                        "mixed/0/500", "{\"n\":\"x500\"}",
                        "mixed/0/1500", "{\"n\":\"x1500\"}",
                        "mixed/0/2500", "{\"n\":\"x2500\"}"));
        assertThat(errors("mixed", "category", "column_name", "reason").get("mixed/0/500"))
                .isEqualTo(List.of("DATA", "n", "'x500' does not fit BIGINT"));
        assertThat(cluster.status("mixed").badRecords()).isEqualTo(3);
        assertThat(cluster.status("mixed__errors").rows()).isEqualTo(3);
        assertThat(cluster.tables.names()).contains(new TableName("mixed__errors"));

        assertThat(cluster.tables.replayErrors(new TableName("mixed"))).isEqualTo(3);
        cluster.create("CREATE OR REPLACE TABLE mixed (_key VARCHAR, n VARCHAR) AS SELECT * FROM kafka_topic('mixed')");
        cluster.awaitStatus("mixed", status -> status.rows() == 3_000);
        TestCluster.await("no errors", () -> raws("mixed").isEmpty());
        assertThat(cluster.tables.replayErrors(new TableName("mixed"))).isZero();
    }

    @Test
    void theyAreThereAfterARestartThatDoesNotReadThemAgain() {
        cluster.createTopic("kept");
        cluster.send("kept", "a", "{\"n\":1}");
        cluster.send("kept", "b", "no json");
        cluster.send("kept", null, "{\"n\":2}");
        cluster.flush();
        cluster.create("CREATE TABLE kept AS SELECT * FROM kafka_topic('kept')");
        cluster.awaitLive("kept");
        cluster.send("kept", "c", "[");
        cluster.flush();
        TestCluster.await("the third error", () -> raws("kept").size() == 3);
        Map<String, String> before = raws("kept");
        assertThat(before).isEqualTo(Map.of("kept/0/1", "no json", "kept/0/2", "{\"n\":2}", "kept/0/3", "["));

        cluster.restart();

        TableStatus live = cluster.awaitLive("kept");
        assertThat(live.snapshot().orElseThrow().restoredRecords()).isZero();
        assertThat(raws("kept")).isEqualTo(before);
        assertThat(live.badRecords()).isEqualTo(3);
    }

    @Test
    void aReplayReadsTheTopicAgainBesideTheRowsAndKeepsWhatIsStillBad() {
        cluster.createTopic("again");
        cluster.send("again", "a", "{\"n\":1}");
        cluster.send("again", "b", "no json");
        cluster.flush();
        cluster.create("CREATE TABLE again AS SELECT * FROM kafka_topic('again')");
        cluster.awaitLive("again");
        assertThat(raws("again")).hasSize(1);
        Map<String, List<Object>> before = errors("again", "at");

        assertThat(cluster.tables.replayErrors(new TableName("again"))).isEqualTo(1);

        TestCluster.await("another time", () -> {
            assertThat(cluster.status("again").rows()).isEqualTo(1);
            Map<String, List<Object>> now = errors("again", "at");
            return now.size() == 1 && !now.equals(before);
        });
        assertThat(raws("again")).isEqualTo(Map.of("again/0/1", "no json"));
    }

    @Test
    void anExpressionThatFailsAndATableByAnotherKeySetRecordsAside() {
        cluster.createTopic("shares");
        cluster.send("shares", "a", "{\"id\":1,\"n\":10,\"of\":5}");
        cluster.send("shares", "b", "{\"id\":2,\"n\":10,\"of\":0}");
        cluster.send("shares", "c", "{\"n\":3,\"of\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE shares (id BIGINT, n BIGINT, of BIGINT, PRIMARY KEY (id)) AS"
                + " SELECT id, n / of AS share FROM kafka_topic('shares')");
        assertThat(cluster.awaitLive("shares").rows()).isEqualTo(1);

        Map<String, List<Object>> errors = errors("shares", "category", "column_name", "reason");

        assertThat(errors.get("shares/0/2")).isEqualTo(List.of("DATA", "id", "the key column is missing or NULL"));
        assertThat(errors).hasSize(2);
        List<Object> division = errors.entrySet().stream()
                .filter(error -> !error.getKey().equals("shares/0/2"))
                .findFirst()
                .orElseThrow()
                .getValue();
        assertThat(division.get(0)).isEqualTo(FaultCategory.USER.name());
        assertThat((String) division.get(2)).contains("division by zero");

        cluster.tables.replayErrors(new TableName("shares"));
        TestCluster.await("another time", () -> {
            assertThat(cluster.status("shares").rows()).isEqualTo(1);
            Map<String, List<Object>> now = errors("shares", "category", "column_name", "reason");
            return now.size() == 2 && !now.keySet().equals(errors.keySet());
        });
    }

    @Test
    void anAggregationSetsTheRecordsAsideThatItCannotRead() {
        cluster.createTopic("counted");
        for (int i = 0; i < 100; i++) {
            cluster.send("counted", "k" + i, i == 42 ? "{\"g\":" : "{\"g\":" + i % 3 + "}");
        }
        cluster.flush();
        cluster.create("CREATE TABLE counted AS SELECT g, COUNT(*) AS c FROM kafka_topic('counted') GROUP BY g");
        cluster.awaitLive("counted");

        assertThat(raws("counted")).isEqualTo(Map.of("counted/0/42", "{\"g\":"));
        cluster.restart();
        cluster.awaitLive("counted");
        assertThat(raws("counted")).isEqualTo(Map.of("counted/0/42", "{\"g\":"));
    }

    @Test
    void noMoreAreKeptThanTheOptionSays() {
        cluster.createTopic("flood");
        for (int i = 0; i < 50; i++) {
            cluster.send("flood", "k" + i, "bad " + i);
        }
        cluster.flush();
        cluster.create("CREATE TABLE flood AS SELECT * FROM kafka_topic('flood') WITH (\"error.max.rows\" = \"3\")");
        assertThat(cluster.awaitLive("flood").badRecords()).isEqualTo(50);

        Map<String, String> newest = Map.of("flood/0/47", "bad 47", "flood/0/48", "bad 48", "flood/0/49", "bad 49");
        assertThat(raws("flood")).isEqualTo(newest);
        cluster.restart();
        cluster.awaitLive("flood");
        assertThat(raws("flood")).isEqualTo(newest);
    }

    @Test
    void skipCountsThemAloneAndFailEndsTheTable() {
        cluster.createTopic("strict");
        cluster.send("strict", "a", "bad");
        cluster.flush();
        cluster.create("CREATE TABLE skipping AS SELECT * FROM kafka_topic('strict')"
                + " WITH (\"error.handling\" = \"skip\")");
        assertThat(cluster.awaitLive("skipping").badRecords()).isEqualTo(1);
        assertThat(raws("skipping")).isEmpty();

        cluster.create(
                "CREATE TABLE strict AS SELECT * FROM kafka_topic('strict')" + " WITH (\"error.handling\" = \"fail\")");
        TableStatus failed = cluster.awaitState("strict", TableState.FAILED);
        assertThat(failed.retry().orElseThrow().message()).contains("strict/0/0");
    }

    @Test
    void aFileThatWasMendedHasItsLinesTriedAgain() throws IOException {
        Path file = directory.resolve("prices.csv");
        Files.writeString(file, "id,price\n1,10.5\n2,cheap\n3,30.5\n");
        cluster.create("CREATE TABLE prices (id BIGINT PRIMARY KEY, price DECIMAL(9,2)) AS SELECT * FROM file://" + file
                + " WITH (\"file.watch\" = \"false\")");
        assertThat(cluster.awaitLive("prices").rows()).isEqualTo(2);
        assertThat(raws("prices")).isEqualTo(Map.of(file + ":line 3", "2,cheap"));

        Files.writeString(file, "id,price\n1,10.5\n2,20.5\n3,30.5\n");
        assertThat(cluster.tables.replayErrors(new TableName("prices"))).isEqualTo(1);

        cluster.awaitStatus("prices", status -> status.rows() == 3);
        TestCluster.await("no errors", () -> raws("prices").isEmpty());
    }

    @Test
    void aValueThatDoesNotFitMayBeNullInARowThatSaysSo() throws IOException {
        cluster.createTopic("loose");
        cluster.send("loose", "a", "{\"n\":1,\"price\":\"cheap\"}");
        cluster.send("loose", "b", "{\"n\":\"two\",\"price\":\"cheap\"}");
        cluster.send("loose", "c", "{\"n\":3,\"price\":1.5}");
        cluster.send("loose", "d", "no json");
        cluster.flush();
        cluster.create("CREATE TABLE loose (_key VARCHAR, n BIGINT, price DECIMAL(9,2)) AS"
                + " SELECT * FROM kafka_topic('loose') WITH (\"on.cast.error\" = \"null\")");
        cluster.awaitLive("loose");
        assertThat(cluster.rows("loose", "_key", "n", "price", "_errors"))
                .isEqualTo(Map.of(
                        "a", List.of(1L, "NULL", "[\"price\"]"),
                        "b", List.of("NULL", "NULL", "[\"n\",\"price\"]"),
                        "c", List.of(3L, "1.50", "NULL")));
        assertThat(raws("loose")).isEqualTo(Map.of("loose/0/3", "no json"));
        cluster.create("CREATE TABLE total (_key VARCHAR, n BIGINT, price DECIMAL(9,2)) AS SELECT COUNT(*) AS c,"
                + " SUM(n) AS s FROM kafka_topic('loose') WITH (\"on.cast.error\" = \"null\")");
        cluster.awaitLive("total");
        assertThat(cluster.rows("total", "c", "s")).isEqualTo(Map.of("3", List.of("4")));

        Path file = directory.resolve("loose.csv");
        Files.writeString(file, "id,price\n1,10.5\n2,cheap\nx,30.5\n");
        cluster.create("CREATE TABLE listed (id BIGINT PRIMARY KEY, price DECIMAL(9,2)) AS SELECT * FROM file://" + file
                + " WITH (\"on.cast.error\" = \"null\")");
        cluster.awaitLive("listed");
        assertThat(cluster.rows("listed", "id", "price", "_errors"))
                .isEqualTo(Map.of("1", List.of("10.50", "NULL"), "2", List.of("NULL", "[\"price\"]")));
        assertThat(raws("listed")).isEqualTo(Map.of(file + ":line 4", "x,30.5"));
    }

    @Test
    void theHowToDoesWhatItSays() throws IOException {
        cluster.createTopic("payments");
        cluster.send("payments", "a", "{\"amount\":\"ten\"}");
        cluster.send("payments", "b", "{\"amount\":10}");
        cluster.flush();
        for (Statement statement : HowTo.statements("bad-records.md")) {
            switch (statement) {
                case Statement.CreateTable create -> {
                    cluster.tables.create(create.definition(), create.orReplace());
                    String name = create.definition().name().value();
                    int rows = name.equals("payments") && !create.orReplace() ? 1 : 2;
                    cluster.awaitStatus(name, status -> status.state() == TableState.LIVE && status.rows() == rows);
                }
                case Statement.ReplayErrors replay ->
                    assertThat(cluster.tables.replayErrors(replay.name())).isZero();
                default -> assertThat(raws("payments")).isEqualTo(Map.of("payments/0/0", "{\"amount\":\"ten\"}"));
            }
        }
        assertThat(cluster.rows("lenient", "_key", "_errors"))
                .isEqualTo(Map.of("a", List.of("[\"amount\"]"), "b", List.of("NULL")));
    }

    @Test
    void itsNameBelongsToTheTableAndGoesWithIt() {
        AlluviumException refused = catchThrowableOfType(
                AlluviumException.class,
                () -> cluster.create("CREATE TABLE my__errors AS SELECT * FROM kafka_topic('t')"));
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_DEFINITION);

        cluster.createTopic("gone");
        cluster.send("gone", "a", "bad");
        cluster.flush();
        cluster.create("CREATE TABLE gone AS SELECT * FROM kafka_topic('gone')");
        cluster.awaitLive("gone");
        AlluviumException kept = catchThrowableOfType(
                AlluviumException.class, () -> cluster.tables.drop(new TableName("gone__errors"), false));
        assertThat(kept).hasMessageContaining("belongs to the table gone");
        assertThat(cluster.kafka.topicsWithPrefix("alluvium.test.gone.")).isNotEmpty();

        cluster.tables.drop(new TableName("gone"), false);

        assertThat(cluster.tables.find(new TableName("gone__errors"))).isEmpty();
        cluster.awaitTopics("alluvium.test.gone.", List::isEmpty);
    }

    private Map<String, List<Object>> errors(String table, String... columns) {
        return cluster.rows(table + "__errors", "place", columns);
    }

    /// The records as they came, by place.
    private Map<String, String> raws(String table) {
        Map<String, String> raws = new TreeMap<>();
        errors(table, "raw")
                .forEach((place, row) -> raws.put(place, new String((byte[]) row.getFirst(), StandardCharsets.UTF_8)));
        return raws;
    }
}
