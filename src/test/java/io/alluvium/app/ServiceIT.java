package io.alluvium.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.testkit.BuiltService;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Drives the packaged service from outside: `kcat` writes, `curl` reads.
class ServiceIT {

    @TempDir
    private static Path folder;

    private static BuiltService service;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(BuiltService.isThere("kcat") && BuiltService.isThere("curl"), "needs kcat and curl");
        service = new BuiltService(folder);
        service.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (service != null) {
            service.close();
        }
    }

    @Test
    void aTopicFromOutsideBecomesATableByOneStatement() throws Exception {
        String[] lines = new String[1000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "o-" + i + "|{\"id\":" + i + ",\"status\":\"NEW\",\"amount\":" + i + ".25}";
        }
        service.kcat("orders", lines);

        JsonNode created = service.sql("CREATE TABLE orders AS SELECT * FROM kafka_topic('orders')");
        assertThat(created.path("rowCount").asInt(-1)).as(created.toString()).isZero();
        assertThat(created.path("message").asText()).contains("orders");
        service.awaitState("orders", "LIVE");

        assertThat(service.sql("SELECT COUNT(*), SUM(id), SUM(amount) FROM orders")
                        .path("rows"))
                .hasToString("[[1000,499500,499750.00]]");
        assertThat(service.get("/api/tables/orders/rows/o-7"))
                .hasToString("{\"_key\":\"o-7\",\"id\":7,\"status\":\"NEW\",\"amount\":7.25}");

        service.kcat("orders", "o-7|{\"id\":7,\"status\":\"PAID\",\"amount\":8.00}", "o-8|");
        service.await(
                "the update",
                () -> service.get("/api/tables/orders/rows/o-7")
                        .path("status")
                        .asText()
                        .equals("PAID"));
        service.await("the deletion", () -> service.status("/api/tables/orders/rows/o-8") == 404);
        assertThat(service.sql("SELECT COUNT(*) FROM orders").path("rows")).hasToString("[[999]]");
        assertThat(service.sql("SELECT status, COUNT(*) AS n FROM orders GROUP BY status ORDER BY n")
                        .path("rows"))
                .hasToString("[[\"PAID\",1],[\"NEW\",998]]");
    }

    @Test
    void aMissingTopicIsWaitedForInPlainSightAndTheTableBecomesLiveByItself() throws Exception {
        service.sql("CREATE TABLE later AS SELECT * FROM kafka_topic('later_topic')"
                + " WITH (\"topic.wait.timeout\" = \"2m\", \"topic.retry.interval\" = \"300ms\")");
        JsonNode waiting = service.awaitTable(
                "later", status -> status.path("retry").path("attempts").asInt() >= 2);
        assertThat(waiting.path("state").asText()).isEqualTo("WAITING");
        JsonNode retry = waiting.path("retry");
        assertThat(retry.path("category").asText()).isEqualTo("TOPIC_MISSING");
        assertThat(retry.path("message").asText()).contains("later_topic");
        assertThat(retry.path("hint").asText()).contains("kafka-topics");
        assertThat(retry.path("nextAttemptAt").asText()).matches("20..-.*Z");
        assertThat(retry.path("deadline").asText()).matches("20..-.*Z");
        assertThat(service.status("/health/ready?table=later")).isEqualTo(503);
        assertThat(service.sql("SELECT * FROM later").path("error").path("code").asText())
                .isEqualTo("55000");

        service.kcat("later_topic", "a|{\"n\":1}");

        service.awaitState("later", "LIVE");
        assertThat(service.status("/health/ready?table=later")).isEqualTo(200);
        assertThat(service.sql("SELECT n FROM later").path("rows")).hasToString("[[1]]");
    }

    @Test
    void tablesOfTablesFollowUpdatesAndDeletions() throws Exception {
        service.kcat(
                "sales",
                "a|{\"region\":\"n\",\"amount\":10.50}",
                "b|{\"region\":\"n\",\"amount\":2.00}",
                "c|{\"region\":\"s\",\"amount\":1.25}");
        service.sql("CREATE TABLE sales AS SELECT * FROM kafka_topic('sales')");
        service.sql("CREATE TABLE by_region AS SELECT region, COUNT(*) AS n, SUM(amount) AS total, MAX(amount) AS top"
                + " FROM sales GROUP BY region");
        service.sql("CREATE TABLE large AS SELECT region, amount FROM sales WHERE amount > 2");
        service.awaitState("by_region", "LIVE");
        service.awaitState("large", "LIVE");
        assertThat(service.get("/api/tables/by_region/rows/n"))
                .hasToString("{\"region\":\"n\",\"n\":2,\"total\":12.50,\"top\":10.50}");

        service.kcat("sales", "a|{\"region\":\"s\",\"amount\":0.50}", "b|");

        service.await(
                "the groups",
                () -> service.sql("SELECT * FROM by_region ORDER BY region")
                        .path("rows")
                        .toString()
                        .equals("[[\"s\",2,1.75,1.25]]"));
        service.await(
                "the selection",
                () -> service.sql("SELECT COUNT(*) FROM large")
                        .path("rows")
                        .toString()
                        .equals("[[0]]"));
    }

    @Test
    void aFileIsATableToo() throws Exception {
        Path file = Files.writeString(folder.resolve("prices.csv"), "symbol,price\nA,1.50\nB,2.25\n");
        service.sql("CREATE TABLE prices (symbol VARCHAR PRIMARY KEY, price DECIMAL(10,2)) AS SELECT * FROM 'file://"
                + file + "' WITH (\"file.watch\" = \"true\", \"file.watch.interval\" = \"200ms\")");
        service.awaitState("prices", "LIVE");
        assertThat(service.sql("SELECT SUM(price) FROM prices").path("rows")).hasToString("[[3.75]]");

        Files.writeString(file, "A,9.00\n", java.nio.file.StandardOpenOption.APPEND);

        service.await(
                "the appended line",
                () -> service.get("/api/tables/prices/rows/A")
                        .path("price")
                        .asText()
                        .equals("9.00"));
    }

    @Test
    void mistakesAreAnsweredWithCodeMessageAndHint() throws Exception {
        JsonNode unknown = service.sql("SELECT * FROM nothing_here").path("error");
        assertThat(unknown.path("code").asText()).isEqualTo("42P01");
        assertThat(unknown.path("hint").asText()).contains("CREATE TABLE nothing_here AS");
        assertThat(service.sql("SELEC 1").path("error").path("code").asText()).isEqualTo("42601");
        assertThat(service.status("/api/tables/nothing_here")).isEqualTo(404);
        assertThat(service.status("/no/such/path")).isEqualTo(404);
        assertThat(service.sql("CREATE TABLE x AS SELECT * FROM kafka_topic('x') WITH (\"topic.wait\" = '1s')")
                        .path("error")
                        .path("hint")
                        .asText())
                .contains("topic.wait.timeout");
    }

    @Test
    void metricsAndListingsAreThere() throws Exception {
        service.kcat("seen", "a|{\"n\":1}");
        service.sql("CREATE TABLE seen AS SELECT * FROM kafka_topic('seen')");
        service.awaitState("seen", "LIVE");
        assertThat(service.text("/metrics"))
                .contains("alluvium_table_rows{table=\"seen\"")
                .contains("jvm_");
        assertThat(service.sql("SHOW TABLES").path("rows").toString()).contains("\"seen\"");
        assertThat(service.sql("SHOW FUNCTIONS").path("rows").size()).isGreaterThan(50);
        assertThat(service.text("/")).contains("<html");
    }

    @Test
    void aSecondServiceOnTheSameDataIsRefusedAndASignalStopsTheFirstCleanly(@TempDir Path other) throws Exception {
        try (var first = new BuiltService(other)) {
            first.start();
            var second = new ProcessBuilder(
                    Path.of("alluvium").toAbsolutePath().toString(),
                    "start",
                    "--config",
                    other.resolve("config").toString(),
                    "--data",
                    other.resolve("data").toString());
            second.environment().put("ALLUVIUM_JAVA_HOME", System.getProperty("java.home"));
            second.environment().put("ALLUVIUM_HTTP_PORT", "0");
            second.environment().put("ALLUVIUM_KAFKA_EMBEDDED_PORT", "0");
            Process refused = second.redirectErrorStream(true).start();
            String output =
                    new String(refused.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(refused.waitFor()).as(output).isEqualTo(3);
            assertThat(output).contains(other.resolve("data").toString()).doesNotContain("\tat ");
            assertThat(first.stop()).isZero();
        }
    }
}
