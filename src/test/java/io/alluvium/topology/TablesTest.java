package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.data.TableName;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The tables of a service against a real broker. Each test has topics and tables of its own names.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TablesTest {

    private static final String KEY = "_key";

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
    void aTopicBecomesATableThatFollowsUpdatesAndDeletions() {
        cluster.createTopic("orders");
        cluster.send("orders", "o-1", "{\"status\":\"NEW\",\"amount\":12.50,\"paid\":false}");
        cluster.send("orders", "o-2", "{\"status\":\"PAID\",\"amount\":7.25,\"paid\":true}");
        cluster.flush();

        cluster.create("CREATE TABLE orders AS SELECT * FROM kafka_topic('orders')");
        TableStatus live = cluster.awaitLive("orders");

        assertThat(live.rows()).isEqualTo(2);
        assertThat(live.key().columns()).containsExactly("_key");
        assertThat(live.key().rule()).isEqualTo("Kafka record key");
        assertThat(cluster.rows("orders", KEY, "status", "paid"))
                .isEqualTo(Map.of("o-1", List.of("NEW", false), "o-2", List.of("PAID", true)));

        cluster.send("orders", "o-1", "{\"status\":\"PAID\",\"amount\":12.50,\"paid\":true}");
        cluster.send("orders", "o-2", null);
        cluster.send("orders", "o-3", "{\"status\":\"NEW\",\"amount\":1.00,\"paid\":false}");
        cluster.awaitRows("orders", Map.of("o-1", List.of("PAID"), "o-3", List.of("NEW")), KEY, "status");
    }

    @Test
    void aMissingTopicIsWaitedForAndTheTableBecomesLiveByItself() {
        cluster.create("CREATE TABLE later AS SELECT * FROM kafka_topic('later')"
                + " WITH (\"topic.wait.timeout\" = \"60s\", \"topic.retry.interval\" = \"200ms\")");

        TableStatus waiting = cluster.awaitStatus(
                "later", s -> s.retry().isPresent() && s.retry().get().attempts() >= 2);
        assertThat(waiting.state()).isEqualTo(TableState.WAITING);
        TableStatus.Retry retry = waiting.retry().orElseThrow();
        assertThat(retry.category()).isEqualTo(FaultCategory.TOPIC_MISSING);
        assertThat(retry.message()).contains("'later'");
        assertThat(retry.hint()).contains("kafka-topics").contains("topic.wait.timeout");
        assertThat(retry.deadline()).isPresent();
        assertThat(retry.nextAttemptAt()).isPresent();
        assertThatThrownBy(() -> cluster.tables.find(new TableName("later")))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_READY));

        cluster.createTopic("later");
        cluster.send("later", "a", "{\"n\":1}");
        cluster.awaitLive("later");
        cluster.awaitRows("later", Map.of("a", List.of(1L)), KEY, "n");
    }

    @Test
    void withoutAWaitAMissingTopicFailsTheTable() {
        cluster.create("CREATE TABLE missing AS SELECT * FROM kafka_topic('missing_topic')");

        TableStatus failed = cluster.awaitState("missing", TableState.FAILED);

        assertThat(failed.retry().orElseThrow().category()).isEqualTo(FaultCategory.TOPIC_MISSING);
        assertThat(cluster.kafka.topics()).doesNotContain("missing_topic");
    }

    @Test
    void aWaitThatIsOverFailsTheTableNotEarlierThanItSays() {
        long start = System.nanoTime();
        cluster.create("CREATE TABLE never AS SELECT * FROM kafka_topic('never')"
                + " WITH (\"topic.wait.timeout\" = \"2s\", \"topic.retry.interval\" = \"500ms\")");

        TableStatus failed = cluster.awaitState("never", TableState.FAILED);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(failed.retry().orElseThrow().attempts()).isGreaterThan(2);
    }

    @Test
    void aRecordThatIsNoRowIsCountedAndTheOthersAreThere() {
        cluster.createTopic("mixed");
        cluster.send("mixed", "good-1", "{\"n\":1}");
        cluster.send("mixed", "array", "[1, 2]");
        cluster.send("mixed", "text", "not json at all");
        cluster.sendBytes("mixed", "utf8", new byte[] {'{', '"', 'n', '"', ':', '"', (byte) 0xC3, '(', '"', '}'});
        cluster.send("mixed", "cut", "{\"n\": 1");
        cluster.send("mixed", null, "{\"n\":5}");
        cluster.send("mixed", "large", "{\"n\":7,\"text\":\"" + "x".repeat(5 << 20) + "\"}");
        cluster.send("mixed", "good-2", "{\"n\":2}");
        cluster.flush();

        cluster.create("CREATE TABLE mixed AS SELECT * FROM kafka_topic('mixed')");
        TableStatus live = cluster.awaitLive("mixed");

        assertThat(cluster.rows("mixed", KEY, "n"))
                .isEqualTo(Map.of("good-1", List.of(1L), "good-2", List.of(2L), "large", List.of(7L)));
        assertThat(live.badRecords())
                .as("array, text, utf8, cut, and the one without a key")
                .isEqualTo(5);
    }

    @Test
    void oneBadRecordFailsTheTableThatAsksForIt() {
        cluster.createTopic("strict");
        cluster.send("strict", "a", "{\"n\":1}");
        cluster.send("strict", "b", "no row");
        cluster.flush();

        cluster.create(
                "CREATE TABLE strict AS SELECT * FROM kafka_topic('strict') WITH (\"error.handling\" = \"fail\")");

        TableStatus failed = cluster.awaitState("strict", TableState.FAILED);
        assertThat(failed.retry().orElseThrow().category()).isEqualTo(FaultCategory.DATA);
        assertThat(failed.retry().orElseThrow().message()).contains("strict").contains("not JSON");
        assertThat(failed.retry().orElseThrow().hint()).contains("no row");
    }

    @Test
    void aQueryWaitsForATableThatIsOnItsWay() {
        cluster.create("CREATE TABLE soon AS SELECT * FROM kafka_topic('soon')"
                + " WITH (\"topic.wait.timeout\" = \"60s\", \"topic.retry.interval\" = \"100ms\")");
        Thread.ofVirtual().start(() -> {
            cluster.createTopic("soon");
            cluster.send("soon", "a", "{\"n\":1}");
        });

        assertThat(cluster.tables.waiting().find(new TableName("soon"))).isPresent();
    }

    @Test
    void aDeclaredKeyIsTakenFromTheValueWhateverTheRecordsKey() {
        cluster.createTopic("by_value");
        cluster.send("by_value", "k1", "{\"id\":1,\"name\":\"ann\"}");
        cluster.send("by_value", null, "{\"id\":2,\"name\":\"bob\"}");
        cluster.send("by_value", "k3", "{\"id\":3,\"name\":\"cid\"}");
        cluster.send("by_value", "k4", "{\"name\":\"nobody\"}");
        cluster.flush();

        cluster.create("CREATE TABLE by_value AS SELECT id PRIMARY KEY, name FROM kafka_topic('by_value')");
        TableStatus live = cluster.awaitLive("by_value");

        assertThat(live.key()).isEqualTo(new TableStatus.Key(List.of("id"), "PRIMARY KEY"));
        assertThat(live.badRecords()).isEqualTo(1);
        cluster.awaitRows(
                "by_value", Map.of("1", List.of("ann"), "2", List.of("bob"), "3", List.of("cid")), "id", "name");

        cluster.send("by_value", null, "{\"id\":2,\"name\":\"bea\"}");
        cluster.send("by_value", "k3", "{\"id\":30,\"name\":\"cid\"}");
        cluster.send("by_value", "k1", null);
        cluster.awaitRows("by_value", Map.of("2", List.of("bea"), "30", List.of("cid")), "id", "name");

        cluster.restart();
        cluster.awaitLive("by_value");
        cluster.awaitRows("by_value", Map.of("2", List.of("bea"), "30", List.of("cid")), "id", "name");
    }

    @Test
    void anAggregationTakesUpValuesThatItsColumnsDidNotHold() {
        cluster.createTopic("widening");
        cluster.send("widening", "a", "{\"g\":\"x\",\"price\":3}");
        cluster.send("widening", "b", "{\"g\":\"x\",\"price\":4}");
        cluster.flush();
        cluster.create("CREATE TABLE widening AS SELECT * FROM kafka_topic('widening')");
        cluster.create("CREATE TABLE sums AS SELECT g, SUM(price) AS s FROM widening GROUP BY g");
        cluster.create(
                "CREATE TABLE sums_of_topic AS SELECT g, SUM(price) AS s FROM kafka_topic('widening') GROUP BY g");
        for (String table : List.of("sums", "sums_of_topic")) {
            cluster.awaitLive(table);
            cluster.awaitRows(table, Map.of("x", List.of("7")), "g", "s");
        }

        cluster.send("widening", "c", "{\"g\":\"x\",\"price\":2.5,\"more\":[1]}");
        cluster.send("widening", "a", "{\"g\":\"y\",\"price\":9.125}");

        Map<String, List<Object>> expected = Map.of("x", List.of("6.500"), "y", List.of("9.125"));
        for (String table : List.of("sums", "sums_of_topic")) {
            cluster.awaitRows(table, expected, "g", "s");
            assertThat(cluster.status(table).badRecords()).isZero();
        }
        cluster.restart();
        for (String table : List.of("sums", "sums_of_topic")) {
            cluster.awaitLive(table);
            cluster.awaitRows(table, expected, "g", "s");
        }
    }

    @Test
    void columnsKeepTheirTypesAfterARestart() {
        cluster.createTopic("money");
        cluster.send("money", "a", "{\"b\":12.50}");
        cluster.send("money", "b", "{\"b\":3}");
        cluster.flush();
        cluster.create("CREATE TABLE money AS SELECT * FROM kafka_topic('money')");
        cluster.awaitLive("money");
        cluster.send("money", "c", "{\"b\":1.005}");
        cluster.send("money", "d", "{\"b\":12345678901234567.01}");
        Map<String, List<Object>> expected = Map.of(
                "a", List.of("12.500"),
                "b", List.of("3.000"),
                "c", List.of("1.005"),
                "d", List.of("12345678901234567.010"));
        cluster.awaitRows("money", expected, KEY, "b");
        TestCluster.await("the columns to be kept", () -> cluster.isKept("money", "DECIMAL(38,3)"));

        cluster.restart();

        cluster.awaitLive("money");
        cluster.awaitRows("money", expected, KEY, "b");
    }

    @Test
    void recordsWithoutAKeyAreAddedUpEachOnItsOwn() {
        cluster.createTopic("clicks");
        for (int i = 0; i < 10; i++) {
            cluster.send("clicks", null, "{\"page\":\"p" + i % 2 + "\"}");
        }
        cluster.flush();

        cluster.create("CREATE TABLE by_page AS SELECT page, COUNT(*) AS n FROM kafka_topic('clicks') GROUP BY page");

        cluster.awaitLive("by_page");
        cluster.awaitRows("by_page", Map.of("p0", List.of(5L), "p1", List.of(5L)), "page", "n");
    }

    @Test
    void fieldsThatAppearLaterBecomeColumnsAndTypesAreWidened() {
        cluster.createTopic("growing");
        cluster.send("growing", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE growing AS SELECT * FROM kafka_topic('growing')");
        cluster.awaitLive("growing");

        cluster.send("growing", "b", "{\"n\":2.5,\"city\":\"Bern\"}");
        cluster.awaitRows(
                "growing",
                new TreeMap<>(Map.of("a", List.of("1.0", "NULL"), "b", List.of("2.5", "Bern"))),
                KEY,
                "n",
                "city");
        cluster.send("growing", "c", "{\"n\":\"many\"}");
        cluster.awaitRows(
                "growing",
                new TreeMap<>(Map.of("a", List.of("1.0"), "b", List.of("2.5"), "c", List.of("many"))),
                KEY,
                "n");
        assertThat(cluster.status("growing").badRecords()).isZero();
    }

    @Test
    void fieldsBeyondTheGreatestNumberOfColumnsAreLeftOutAndTheStatusSaysSo() {
        cluster.createTopic("maps");
        cluster.send("maps", "a", "{\"n\":1,\"k1\":1,\"k2\":2,\"k3\":3}");
        cluster.flush();
        cluster.create(
                "CREATE TABLE maps AS SELECT * FROM kafka_topic('maps')" + " WITH (\"discover.columns.max\" = \"5\")");
        cluster.create("CREATE TABLE of_maps AS SELECT * FROM maps");
        assertThat(cluster.awaitLive("maps").note()).isEmpty();
        cluster.awaitLive("of_maps");

        for (int i = 1; i <= 50; i++) {
            cluster.send("maps", "b" + i, "{\"n\":2,\"key-" + i + "\":1.5}");
        }
        cluster.send("maps", "last", "{\"n\":2.5}");

        for (String table : List.of("maps", "of_maps")) {
            cluster.awaitStatus(table, s -> s.rows() == 52);
            TableStatus status = cluster.status(table);
            assertThat(status.state()).isEqualTo(TableState.LIVE);
            assertThat(status.schema().names()).hasSize(6).startsWith(KEY, "n", "k1", "k2", "k3");
            assertThat(status.badRecords()).isZero();
            TableStatus.Note note = status.note().orElseThrow();
            assertThat(note.message()).contains("key-1").contains("more").contains("discover.columns.max");
            assertThat(note.hint()).contains("CREATE OR REPLACE TABLE " + table);
        }
        assertThat(cluster.rows("maps", KEY, "n")).containsEntry("last", List.of("2.5"));

        cluster.restart();
        assertThat(cluster.awaitLive("maps").schema().names()).hasSize(6);
    }

    @Test
    void aSampleOfManyFieldsBecomesNoMoreColumnsThanThereMayBe() {
        cluster.createTopic("wide");
        cluster.send("wide", "a", "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}");
        cluster.flush();
        cluster.create(
                "CREATE TABLE wide AS SELECT * FROM kafka_topic('wide')" + " WITH (\"discover.columns.max\" = \"2\")");

        TableStatus live = cluster.awaitLive("wide");

        assertThat(live.schema().names()).containsExactly(KEY, "a", "b");
        assertThat(live.note().orElseThrow().message()).contains("c, d;");
    }

    @Test
    void aRowThatNoLongerPassesTheFilterLeavesTheTable() {
        cluster.createTopic("stock");
        cluster.send("stock", "a", "{\"item\":\"pen\",\"count\":5}");
        cluster.send("stock", "b", "{\"item\":\"ink\",\"count\":50}");
        cluster.flush();
        cluster.create("CREATE TABLE stock AS SELECT * FROM kafka_topic('stock')");
        cluster.create("CREATE TABLE low AS SELECT item, count * 2 AS twice FROM stock WHERE count < 10");
        cluster.awaitLive("low");
        assertThat(cluster.rows("low", KEY, "item", "twice")).isEqualTo(Map.of("a", List.of("pen", 10L)));

        cluster.send("stock", "a", "{\"item\":\"pen\",\"count\":12}");
        cluster.send("stock", "b", "{\"item\":\"ink\",\"count\":3}");
        cluster.awaitRows("low", Map.of("b", List.of("ink", 6L)), KEY, "item", "twice");
    }

    @Test
    void anAggregationStaysExactUnderUpdatesDeletionsAndARestart() {
        cluster.createTopic("sales");
        cluster.create("CREATE TABLE sales (region VARCHAR, amount DECIMAL(18,2), rate DOUBLE)"
                + " AS SELECT * FROM kafka_topic('sales')");
        cluster.create(
                "CREATE TABLE by_region AS SELECT region, COUNT(*) AS n, SUM(amount) AS total, MIN(amount) AS lo,"
                        + " MAX(amount) AS hi, SUM(rate) AS rates FROM sales GROUP BY region");
        var random = new Random(11);
        var model = new HashMap<String, Sale>();
        changeSales(random, model, 3000);
        cluster.awaitLive("by_region");
        cluster.awaitRows("by_region", byRegion(model), "region", "n", "total", "lo", "hi", "rates");

        changeSales(random, model, 1000);
        cluster.awaitRows("by_region", byRegion(model), "region", "n", "total", "lo", "hi", "rates");

        cluster.restart();
        changeSales(random, model, 500);
        cluster.awaitLive("by_region");
        cluster.awaitRows("by_region", byRegion(model), "region", "n", "total", "lo", "hi", "rates");

        List.copyOf(model.keySet()).forEach(key -> {
            cluster.send("sales", key, null);
            model.remove(key);
        });
        cluster.awaitRows("by_region", Map.of(), "region", "n");
    }

    private record Sale(String region, long cents, double rate) {}

    private void changeSales(Random random, Map<String, Sale> model, int changes) {
        for (int i = 0; i < changes; i++) {
            String key = "s-" + random.nextInt(300);
            if (random.nextInt(4) == 0) {
                cluster.send("sales", key, null);
                model.remove(key);
                continue;
            }
            var sale = new Sale("R" + random.nextInt(4), random.nextInt(100_000), random.nextInt(1000) / 8.0);
            cluster.send(
                    "sales",
                    key,
                    "{\"region\":\"%s\",\"amount\":%d.%02d,\"rate\":%s}"
                            .formatted(sale.region, sale.cents / 100, sale.cents % 100, sale.rate));
            model.put(key, sale);
        }
        cluster.flush();
    }

    private static Map<String, List<Object>> byRegion(Map<String, Sale> model) {
        Map<String, List<Sale>> groups = new TreeMap<>();
        model.values()
                .forEach(s -> groups.computeIfAbsent(s.region, r -> new java.util.ArrayList<>())
                        .add(s));
        Map<String, List<Object>> expected = new TreeMap<>();
        groups.forEach((region, sales) -> expected.put(
                region,
                List.of(
                        (long) sales.size(),
                        decimal(sales.stream().mapToLong(Sale::cents).sum()),
                        decimal(sales.stream().mapToLong(Sale::cents).min().orElseThrow()),
                        decimal(sales.stream().mapToLong(Sale::cents).max().orElseThrow()),
                        sales.stream().mapToDouble(Sale::rate).sum())));
        return expected;
    }

    private static String decimal(long cents) {
        return java.math.BigDecimal.valueOf(cents, 2).toPlainString();
    }

    @Test
    void latestLeavesOutWhatWasThereBeforeAlsoAfterARestart() {
        cluster.createTopic("news");
        cluster.send("news", "old", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE news (n BIGINT) AS SELECT * FROM kafka_topic('news')"
                + " WITH (\"auto.offset.reset\" = \"latest\")");
        cluster.awaitLive("news");

        cluster.send("news", "new", "{\"n\":2}");
        cluster.awaitRows("news", Map.of("new", List.of(2L)), KEY, "n");

        cluster.restart();
        cluster.awaitLive("news");
        cluster.awaitRows("news", Map.of("new", List.of(2L)), KEY, "n");
    }

    @Test
    void aTopicThatIsDeletedStallsTheTableAndOneMadeAnewIsLoaded() {
        cluster.createTopic("volatile");
        cluster.send("volatile", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE volatile AS SELECT * FROM kafka_topic('volatile')");
        cluster.awaitLive("volatile");

        cluster.kafka.deleteTopics(List.of("volatile"));
        TableStatus stalled = cluster.awaitState("volatile", TableState.STALLED);
        assertThat(stalled.retry().orElseThrow().category()).isEqualTo(FaultCategory.TOPIC_MISSING);
        assertThat(cluster.rows("volatile", KEY, "n")).isEqualTo(Map.of("a", List.of(1L)));

        cluster.createTopic("volatile");
        cluster.send("volatile", "b", "{\"n\":2}");
        cluster.flush();
        cluster.awaitRows("volatile", Map.of("b", List.of(2L)), KEY, "n");
        cluster.awaitState("volatile", TableState.LIVE);
    }

    @Test
    void aTableWhoseApplicationDiedIsStalledWithItsRowsUntilAnotherOneIsAsFar() {
        cluster.createTopic("usurped");
        cluster.send("usurped", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE usurped AS SELECT * FROM kafka_topic('usurped')");
        cluster.awaitLive("usurped");
        String group = cluster.kafka
                .groupsWithPrefix("alluvium.test.usurped.")
                .iterator()
                .next();

        try (var _ = cluster.usurp(group, "usurped")) {
            TableStatus stalled = cluster.awaitState("usurped", TableState.STALLED);

            TableStatus.Retry why = stalled.retry().orElseThrow();
            assertThat(why.category().isRetried()).isTrue();
            assertThat(why.message()).contains("usurped");
            assertThat(why.hint()).isNotEmpty();
            assertThat(why.nextAttemptAt()).isPresent();
            assertThat(cluster.rows("usurped", KEY, "n")).isEqualTo(Map.of("a", List.of(1L)));
        }

        cluster.send("usurped", "b", "{\"n\":2}");
        assertThat(cluster.awaitState("usurped", TableState.LIVE).retry()).isEmpty();
        cluster.awaitRows("usurped", Map.of("a", List.of(1L), "b", List.of(2L)), KEY, "n");
    }

    @Test
    void anAggregationOfAnEmptyTopicIsLiveAndBeginsWithTheFirstRecord() {
        cluster.createTopic("quiet");
        cluster.create("CREATE TABLE quiet (n BIGINT) AS SELECT COUNT(*) AS c FROM kafka_topic('quiet') WHERE n > 0");
        cluster.awaitLive("quiet");
        assertThat(cluster.rows("quiet", KEY, "c")).isEmpty();

        cluster.send("quiet", "a", "{\"n\":1}");

        cluster.awaitRows("quiet", Map.of("all", List.of(1L)), KEY, "c");
    }

    @Test
    void aFileIsLoadedAndFollowedAndSurvivesARestart(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("prices.csv");
        Files.writeString(file, "symbol,price\nAAPL,10.50\nSAP,20.25\n");
        cluster.create("CREATE TABLE prices (symbol VARCHAR PRIMARY KEY, price DECIMAL(18,2)) AS SELECT * FROM 'file://"
                + file + "' WITH (\"file.watch\" = \"true\", \"file.watch.interval\" = \"100ms\")");
        cluster.awaitLive("prices");
        assertThat(cluster.rows("prices", "symbol", "price"))
                .isEqualTo(Map.of("AAPL", List.of("10.50"), "SAP", List.of("20.25")));

        Files.writeString(file, "AAPL,11.00\nTSM,30.00\n", StandardOpenOption.APPEND);
        Map<String, List<Object>> grown =
                Map.of("AAPL", List.of("11.00"), "SAP", List.of("20.25"), "TSM", List.of("30.00"));
        cluster.awaitRows("prices", grown, "symbol", "price");

        cluster.restart();
        cluster.awaitLive("prices");
        cluster.awaitRows("prices", grown, "symbol", "price");
        Files.writeString(file, "SAP,21.00\n", StandardOpenOption.APPEND);
        cluster.awaitRows(
                "prices",
                Map.of("AAPL", List.of("11.00"), "SAP", List.of("21.00"), "TSM", List.of("30.00")),
                "symbol",
                "price");
    }

    @Test
    void aFileWithoutAKeyThatWasReplacedMeanwhileIsLoadedAgainAndItsOldRowsGo(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("lines.csv");
        Files.writeString(file, "word,n\none,1\ntwo,2\nthree,3\n");
        String sql = "CREATE TABLE lines AS SELECT * FROM 'file://" + file
                + "' WITH (\"file.watch\" = \"true\", \"file.watch.interval\" = \"100ms\")";
        cluster.create(sql);
        cluster.awaitLive("lines");
        assertThat(cluster.rows("lines", "word", "n")).hasSize(3);

        cluster.stopTables();
        Files.delete(file);
        Files.writeString(file, "word,n\nuno,1\n");
        cluster.startTables();

        cluster.awaitLive("lines");
        cluster.awaitRows("lines", Map.of("uno", List.of(1L)), "word", "n");
    }

    @Test
    void aTableIsLoadingWhileItsJobTakesInWhatIsThere() {
        cluster.createTopic("taken");
        cluster.send("taken", "a", "{\"n\":1}");
        cluster.flush();

        cluster.create("CREATE TABLE taken_sum AS SELECT SUM(n) AS total FROM kafka_topic('taken')");

        // Rows of its own come when the job is done: there is no progress to tell of yet.
        cluster.awaitStatus(
                "taken_sum",
                status -> status.state() == TableState.LOADING
                        && status.progress().isEmpty());
        cluster.awaitLive("taken_sum");
        cluster.awaitRows("taken_sum", Map.of("all", List.of("1")), KEY, "total");
    }

    @Test
    void whatSelectsFromAReplacedTableFollowsItsNewDefinition() {
        cluster.createTopic("numbers");
        for (int i = 1; i <= 6; i++) {
            cluster.send("numbers", "k" + i, "{\"n\":" + i + "}");
        }
        cluster.flush();
        cluster.create("CREATE TABLE chosen AS SELECT * FROM kafka_topic('numbers') WHERE n > 4");
        cluster.create("CREATE TABLE seen AS SELECT n FROM chosen");
        cluster.create("CREATE TABLE total AS SELECT SUM(n) AS total FROM chosen");
        cluster.awaitLive("seen");
        cluster.awaitLive("total");
        cluster.awaitRows("total", Map.of("all", List.of("11")), KEY, "total");

        cluster.create("CREATE OR REPLACE TABLE chosen AS SELECT * FROM kafka_topic('numbers') WHERE n < 3");

        cluster.awaitRows("chosen", Map.of("k1", List.of(1L), "k2", List.of(2L)), KEY, "n");
        cluster.awaitRows("seen", Map.of("k1", List.of(1L), "k2", List.of(2L)), KEY, "n");
        cluster.awaitRows("total", Map.of("all", List.of("3")), KEY, "total");

        // The replaced definition is by now the youngest: those that select from it come before it.
        cluster.restart();
        cluster.awaitLive("seen");
        cluster.awaitLive("total");
        cluster.awaitRows("total", Map.of("all", List.of("3")), KEY, "total");

        cluster.create("CREATE OR REPLACE TABLE chosen AS SELECT nothing FROM kafka_topic('numbers')");
        TableStatus replaced = cluster.awaitStatus(
                "chosen",
                status -> status.replacement()
                        .filter(next -> next.state() == TableState.FAILED)
                        .isPresent());
        assertThat(replaced.state()).isEqualTo(TableState.LIVE);
        assertThat(replaced.replacement().orElseThrow().retry().orElseThrow().message())
                .contains("nothing");
        assertThatThrownBy(() -> cluster.create("CREATE OR REPLACE TABLE chosen AS SELECT n FROM seen"))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEPENDENCY_CYCLE));
    }

    @Test
    void aTableIsDroppedWithoutThoseWhoseNamesBeginLikeIts() {
        cluster.createTopic("words");
        cluster.send("words", "a", "{\"w\":\"x\"}");
        cluster.flush();
        String sql = " AS SELECT w, COUNT(*) AS n FROM kafka_topic('words') GROUP BY w";
        cluster.create("CREATE TABLE w" + sql);
        cluster.create("CREATE TABLE \"w x\"" + sql);
        cluster.awaitLive("w");
        cluster.awaitLive("w x");

        cluster.tables.drop(new TableName("w"), false);

        cluster.awaitTopics(
                "alluvium.test.w.", topics -> topics.stream().allMatch(topic -> topic.contains(".w.20.x.")));
        assertThat(cluster.kafka.topicsWithPrefix("alluvium.test.w.")).isNotEmpty();
        cluster.send("words", "b", "{\"w\":\"x\"}");
        cluster.awaitRows("w x", Map.of("x", List.of(2L)), "w", "n");
    }

    @Test
    void aTableThatOthersSelectFromIsDroppedOnlyWithThem() {
        cluster.createTopic("base");
        cluster.send("base", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE base AS SELECT * FROM kafka_topic('base')");
        cluster.create("CREATE TABLE child AS SELECT * FROM base WHERE n > 0");
        cluster.awaitLive("child");

        assertThatThrownBy(() -> cluster.tables.drop(new TableName("base"), false))
                .isInstanceOfSatisfying(AlluviumException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.DEPENDENT_OBJECTS);
                    assertThat(e).hasMessageContaining("child");
                });

        cluster.tables.drop(new TableName("base"), true);
        assertThat(cluster.tables.table(new TableName("child"))).isEmpty();
        cluster.awaitTopics("alluvium.test.base.", List::isEmpty);
        assertThat(cluster.kafka.topics()).contains("base");
    }

    @Test
    void aTableIsReplacedWhenTheNewOneIsAsFar() {
        cluster.createTopic("items");
        cluster.send("items", "a", "{\"n\":1}");
        cluster.send("items", "b", "{\"n\":20}");
        cluster.flush();
        cluster.create("CREATE TABLE items AS SELECT * FROM kafka_topic('items')");
        cluster.awaitLive("items");

        assertThatThrownBy(() -> cluster.create("CREATE TABLE items AS SELECT n FROM kafka_topic('items')"))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_TABLE));
        cluster.create("CREATE OR REPLACE TABLE items AS SELECT * FROM kafka_topic('items') WHERE n > 10");
        cluster.awaitRows("items", Map.of("b", List.of(20L)), KEY, "n");
    }

    @Test
    void aTopicMadeAnewIsAddedUpAnewByTheTablesOverIt() {
        cluster.createTopic("anew");
        for (int i = 0; i < 100; i++) {
            cluster.send("anew", "old-" + i, "{\"n\":1}");
        }
        cluster.flush();
        cluster.create("CREATE TABLE anew AS SELECT * FROM kafka_topic('anew')");
        cluster.create("CREATE TABLE anew_sum AS SELECT COUNT(*) AS c, SUM(n) AS s FROM anew");
        cluster.create("CREATE TABLE anew_direct AS SELECT COUNT(*) AS c, SUM(n) AS s FROM kafka_topic('anew')");
        cluster.awaitLive("anew_sum");
        cluster.awaitLive("anew_direct");
        cluster.awaitRows("anew_sum", Map.of("all", List.of(100L, "100")), KEY, "c", "s");
        cluster.awaitRows("anew_direct", Map.of("all", List.of(100L, "100")), KEY, "c", "s");

        cluster.kafka.deleteTopics(List.of("anew"));
        cluster.awaitState("anew", TableState.STALLED);
        cluster.createTopic("anew");
        for (int i = 0; i < 10; i++) {
            cluster.send("anew", "new-" + i, "{\"n\":1}");
        }
        cluster.flush();
        cluster.awaitState("anew", TableState.LIVE);
        cluster.awaitRows("anew_direct", Map.of("all", List.of(10L, "10")), KEY, "c", "s");
        cluster.awaitRows("anew_sum", Map.of("all", List.of(10L, "10")), KEY, "c", "s");
    }

    @Test
    void aTopicMadeAnewWithOtherPartitionsIsAddedUpAnewByTheTablesOverIt() {
        cluster.createTopic("repartitioned");
        cluster.send("repartitioned", "a", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE repartitioned AS SELECT * FROM kafka_topic('repartitioned')");
        cluster.create("CREATE TABLE repartitioned_sum AS SELECT SUM(n) AS s FROM repartitioned");
        cluster.awaitLive("repartitioned_sum");
        cluster.awaitRows("repartitioned_sum", Map.of("all", List.of("1")), KEY, "s");

        cluster.kafka.deleteTopics(List.of("repartitioned"));
        cluster.awaitState("repartitioned", TableState.STALLED);
        cluster.kafka.ensureTopic("repartitioned", 3, 1, Map.of());
        cluster.send("repartitioned", "b", "{\"n\":5}");
        cluster.flush();
        cluster.awaitRows("repartitioned_sum", Map.of("all", List.of("5")), KEY, "s");
    }

    @Test
    void aTopicMadeAnewWhileAJobLoadsItIsLoadedFromItsStart() {
        cluster.createTopic("hurried");
        for (int i = 0; i < 300_000; i++) {
            cluster.send("hurried", "old-" + i, "{\"n\":1}");
        }
        cluster.flush();
        cluster.create("CREATE TABLE hurried AS SELECT COUNT(*) AS c, SUM(n) AS s FROM kafka_topic('hurried')"
                + " WITH (\"topic.wait.timeout\" = \"60s\", \"topic.retry.interval\" = \"100ms\")");
        TestCluster.await(
                "the job to read",
                () -> cluster.kafka.topicsWithPrefix("alluvium.test.hurried.").stream()
                        .filter(topic -> topic.endsWith("-repartition"))
                        .anyMatch(topic -> cluster.kafka.endOffsets(cluster.kafka.describe(topic)).values().stream()
                                .anyMatch(end -> end > 0)));

        cluster.kafka.deleteTopics(List.of("hurried"));
        cluster.createTopic("hurried");
        cluster.send("hurried", "new", "{\"n\":5}");
        cluster.flush();

        Map<String, List<Object>> expected = Map.of("all", List.of(1L, "5"));
        cluster.awaitLive("hurried");
        assertThat(cluster.rows("hurried", KEY, "c", "s"))
                .as("nothing of the topic that is gone")
                .isIn(Map.of(), expected);
        cluster.awaitRows("hurried", expected, KEY, "c", "s");
    }

    @Test
    void partitionsWhoseRecordsHaveExpiredDoNotHoldUpAnAggregation() throws Exception {
        cluster.createTopic("expired");
        for (int i = 0; i < 50; i++) {
            cluster.send("expired", "k" + i, "{\"n\":1}");
        }
        cluster.flush();
        cluster.expire("expired");
        cluster.send("expired", "k0", "{\"n\":1}");
        cluster.flush();
        cluster.create("CREATE TABLE expired AS SELECT SUM(n) AS s FROM kafka_topic('expired')");
        cluster.awaitLive("expired");
        cluster.awaitRows("expired", Map.of("all", List.of("1")), KEY, "s");
    }

    @Test
    void fieldsMayHaveAnyName() {
        cluster.createTopic("odd");
        cluster.send(
                "odd", "a", "{\"x\":1,\"\":2,\"*\":3,\"  \":4,\"x.y\":5,\"q\\\"\":6,\"\\u0000\":7,\"X\":8,\"$0\":9}");
        cluster.flush();
        cluster.create("CREATE TABLE odd AS SELECT * FROM kafka_topic('odd')");
        cluster.awaitLive("odd");
        cluster.awaitRows(
                "odd",
                Map.of("a", List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L)),
                KEY,
                "x",
                "_",
                "*",
                "  ",
                "x.y",
                "q\"",
                "\0",
                "X",
                "$0");
        cluster.send("odd", "b", "{\"\":3}");
        cluster.awaitStatus("odd", s -> s.rows() == 2);
        cluster.awaitRows("odd", Map.of("a", List.of(2L), "b", List.of(3L)), KEY, "_");
    }

    @Test
    void aGroupThatNobodyHasJoinedCanBeDeleted() {
        cluster.createTopic("unjoined");
        cluster.kafka.resetGroup("unjoined-group", Map.of(new TopicPartition("unjoined", 0), 0L));
        cluster.kafka.deleteGroup("unjoined-group");
        assertThat(cluster.kafka.groupsWithPrefix("unjoined")).isEmpty();
    }
}
