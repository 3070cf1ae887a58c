package io.alluvium.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.catalog.TableState;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.RowBatch;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.query.ResultCursor;
import io.alluvium.serve.FakeQueries;
import io.alluvium.testkit.TableRows;
import io.alluvium.testkit.TableStatuses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SqlRouteTest {

    private static final Schema COUNTS =
            Schema.of(Column.of("status", ColumnType.VARCHAR), Column.of("n", ColumnType.BIGINT));

    private final Api api = new Api();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aQueryAnswersWithColumnsRowsCountAndTime() throws Exception {
        api.queries.answer(
                "SELECT 1", COUNTS, List.<@Nullable Object[]>of(new Object[] {"NEW", 3L}, new Object[] {null, 1L}));

        Api.Reply reply = api.sql("SELECT 1");

        assertThat(reply.status()).isEqualTo(200);
        JsonNode json = reply.json();
        assertThat(json.path("columns"))
                .isEqualTo(
                        Api.tree("[{\"name\":\"status\",\"type\":\"VARCHAR\"},{\"name\":\"n\",\"type\":\"BIGINT\"}]"));
        assertThat(json.path("rows")).isEqualTo(Api.tree("[[\"NEW\",3],[null,1]]"));
        assertThat(json.path("rowCount").asInt()).isEqualTo(2);
        assertThat(json.path("elapsedMs").isNumber()).isTrue();
        assertThat(json.properties()).hasSize(4);
    }

    @Test
    void everyTypeKeepsItsValueInJsonAndCsv() throws Exception {
        Schema schema = Schema.of(
                Column.of("flag", ColumnType.BOOLEAN),
                Column.of("big", ColumnType.BIGINT),
                Column.of("price", ColumnType.decimal(38, 4)),
                Column.of("ratio", ColumnType.DOUBLE),
                Column.of("small", ColumnType.REAL),
                Column.of("raw", ColumnType.BYTEA),
                Column.of("day", ColumnType.DATE),
                Column.of("hour", ColumnType.TIME),
                Column.of("at", ColumnType.TIMESTAMPTZ),
                Column.of("doc", ColumnType.JSON));
        @Nullable
        Object[] row = {
            true,
            Long.MAX_VALUE,
            new BigDecimal("1234567890123456789012345678.5000"),
            0.1,
            (double) 0.1f,
            new byte[] {1, 2, -1},
            20_484,
            49_500_000_000L,
            1_769_867_100_000_123L,
            "{\"a\":[1,2]}"
        };
        api.queries.answer("SELECT all", schema, List.<@Nullable Object[]>of(row));

        String json = api.sql("SELECT all").body();
        String csv = api.sql("SELECT all", "text/csv").body();

        assertThat(json)
                .contains(
                        "[[true,9223372036854775807,1234567890123456789012345678.5000,0.1,0.1,\"AQL/\",\"2026-01-31\","
                                + "\"13:45:00\",\"2026-01-31T13:45:00.000123Z\",{\"a\":[1,2]}]]");
        assertThat(csv)
                .isEqualTo("flag,big,price,ratio,small,raw,day,hour,at,doc\n"
                        + "true,9223372036854775807,1234567890123456789012345678.5000,0.1,0.1,AQL/,2026-01-31,"
                        + "13:45:00,2026-01-31T13:45:00.000123Z,\"{\"\"a\"\":[1,2]}\"\n");
    }

    @Test
    void csvQuotesWhatWouldBeMisreadAndTellsNullFromEmptyText() throws Exception {
        Schema schema = Schema.of(Column.of("a,b", ColumnType.VARCHAR), Column.of("c", ColumnType.VARCHAR));
        api.queries.answer(
                "SELECT q",
                schema,
                List.<@Nullable Object[]>of(
                        new Object[] {"say \"hi\"", "x,y"},
                        new Object[] {"two\nlines", "\r"},
                        new Object[] {null, ""},
                        new Object[] {" edge", "plain €"}));

        Api.Reply reply = api.sql("SELECT q", "text/csv");

        assertThat(reply.header("Content-Type")).isEqualTo("text/csv; charset=utf-8");
        assertThat(reply.body())
                .isEqualTo("\"a,b\",c\n\"say \"\"hi\"\"\",\"x,y\"\n\"two\nlines\",\"\r\"\n,\"\"\n\" edge\",plain €\n");
    }

    @Test
    void ndjsonHasOneObjectALine() throws Exception {
        api.queries.answer(
                "SELECT 1", COUNTS, List.<@Nullable Object[]>of(new Object[] {"a\nb", 3L}, new Object[] {null, 1L}));

        Api.Reply reply = api.sql("SELECT 1", "application/x-ndjson");

        assertThat(reply.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(reply.body()).isEqualTo("{\"status\":\"a\\nb\",\"n\":3}\n{\"status\":null,\"n\":1}\n");
    }

    @Test
    void theAcceptHeaderIsWeighed() {
        assertThat(AnswerFormat.of("")).isEqualTo(AnswerFormat.JSON);
        assertThat(AnswerFormat.of("*/*")).isEqualTo(AnswerFormat.JSON);
        assertThat(AnswerFormat.of("text/html, text/csv;q=0.5")).isEqualTo(AnswerFormat.CSV);
        assertThat(AnswerFormat.of("text/csv;q=0.5, application/x-ndjson;q=0.9"))
                .isEqualTo(AnswerFormat.NDJSON);
        assertThat(AnswerFormat.of("application/json, text/csv;q=0.9")).isEqualTo(AnswerFormat.JSON);
        assertThat(AnswerFormat.of("text/csv;q=0")).isEqualTo(AnswerFormat.JSON);
    }

    @Test
    void anEmptyAnswerHasItsColumns() throws Exception {
        api.queries.answer("SELECT none", COUNTS, List.of());

        assertThat(api.sql("SELECT none").json().path("rowCount").asInt(-1)).isZero();
        assertThat(api.sql("SELECT none").json().path("columns")).hasSize(2);
        assertThat(api.sql("SELECT none", "text/csv").body()).isEqualTo("status,n\n");
        assertThat(api.sql("SELECT none", "application/x-ndjson").body()).isEmpty();
    }

    @Test
    void parametersArriveWithTheirTypes() throws Exception {
        var received = new AtomicReference<List<@Nullable Object>>();
        api.queries.answer("SELECT ?", params -> {
            received.set(params);
            return new FakeQueries.Batches(COUNTS, List.of());
        });

        Api.Reply reply = api.post(
                "/api/sql",
                "{\"sql\": \"SELECT ?\", \"params\": [null, true, 7, 12.50, 9223372036854775808, \"x\", {\"a\": 1}, 1e3]}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(received.get())
                .containsExactly(
                        null,
                        true,
                        7L,
                        new BigDecimal("12.50"),
                        new BigDecimal("9223372036854775808"),
                        "x",
                        "{\"a\":1}",
                        new BigDecimal("1E+3"));
    }

    @Test
    void ddlAnswersWithAMessageAndNoRows() throws Exception {
        Api.Reply reply = api.sql("CREATE TABLE orders AS SELECT");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("rowCount").asInt(-1)).isZero();
        assertThat(reply.json().path("message").asText()).contains("orders");
        assertThat(api.tables.commands).containsExactly("create orders");
    }

    @Test
    void showAndDescribeAnswerWithRows() throws Exception {
        api.tables.put(TableStatuses.of("orders", TableState.LIVE)
                .schema(COUNTS, "status")
                .build());

        JsonNode tables = api.sql("SHOW TABLES").json();
        JsonNode config = api.sql("SHOW CONFIG").json();
        JsonNode columns = api.sql("DESCRIBE orders").json();

        assertThat(tables.path("rows").get(0).get(0).asText()).isEqualTo("orders");
        assertThat(config.path("rows").get(0)).isEqualTo(Api.tree("[\"alluvium.http.port\",\"8080\",\"default\"]"));
        assertThat(columns.path("rows").get(0).get(1).asText()).isEqualTo("status");
        assertThat(api.sql("DESCRIBE nope").error().path("code").asText()).isEqualTo("42P01");
    }

    @Test
    void errorsOfTheStatementHaveTheirPlace() throws Exception {
        Api.Reply unknown = api.sql("SELECT nope");
        Api.Reply syntax = api.sql("SELEKT");

        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.error())
                .isEqualTo(
                        Api.tree("{\"code\":\"42703\",\"category\":\"USER\",\"message\":\"column nope does not exist\","
                                + "\"hint\":\"Perhaps you meant note\",\"position\":8}"));
        assertThat(syntax.error().path("code").asText()).isEqualTo("42601");
        assertThat(syntax.error().path("position").asInt()).isEqualTo(1);
    }

    @Test
    void aBodyThatIsNotTheRequestIs400() throws Exception {
        for (String body : List.of(
                "",
                "{",
                "[]",
                "\"SELECT 1\"",
                "{}",
                "{\"sql\": 1}",
                "{\"sql\": \" \"}",
                "{\"sql\": \"SELECT 1\"} x",
                "{\"sql\": \"SELECT 1\", \"params\": {}}",
                "{\"sql\": \"SELECT 1\", \"parms\": []}",
                "{\"sql\": \"SHOW TABLES\", \"params\": [1]}",
                "{\"sql\": \"SELECT 1\", \"params\": [1e999999]}",
                "[".repeat(100_000))) {
            Api.Reply reply = api.post("/api/sql", body);
            assertThat(reply.status())
                    .as(body.substring(0, Math.min(60, body.length())))
                    .isEqualTo(400);
            assertThat(reply.error().path("message").asText()).isNotEmpty();
        }
    }

    @Test
    void whatIsWrongWithTheJsonIsSaidWithItsPlaceAndInOurWords() throws Exception {
        for (String body : List.of(
                "{",
                "{\"sql\": }",
                "{\"sql\": SELECT}",
                "{\"sql\": \"a\tb\"}",
                "{\"sql\": \"SELECT 1\"} x",
                "{\"sql\": \"SELECT 1\"} {}",
                "[".repeat(100_000))) {
            Api.Reply reply = api.post("/api/sql", body);

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error().path("code").asText()).isEqualTo("22P02");
            assertThat(reply.error().path("message").asText())
                    .startsWith("the body is not valid JSON")
                    .contains(": ")
                    .doesNotContain("(", "Source", "Json", "token");
            assertThat(reply.error().path("hint").asText()).contains("sql and params");
        }
        assertThat(api.post("/api/sql", "{\n\"sql\": }").error().path("message").asText())
                .startsWith("the body is not valid JSON at line 2, column ");
    }

    @Test
    void aFaultOfOursIs500WithAnIdAndWithoutItsText() throws Exception {
        api.queries.answer("SELECT bug", params -> {
            throw new IllegalStateException("the secret detail");
        });
        api.queries.answer("SELECT deep", params -> {
            throw new StackOverflowError();
        });

        Api.Reply reply = api.sql("SELECT bug");

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.error().path("code").asText()).isEqualTo("XX000");
        assertThat(reply.error().path("category").asText()).isEqualTo("INTERNAL");
        assertThat(reply.error().path("message").asText()).matches(".*[0-9a-f]{8}.*");
        assertThat(reply.body()).doesNotContain("secret detail");
        assertThat(api.sql("SELECT deep").status()).isEqualTo(500);
        assertThat(api.sql("SHOW TABLES").status()).isEqualTo(200);
    }

    @Test
    void manyRowsAreStreamedWhileTheQueryWaitsForItsClient() throws Exception {
        var rows = new Numbers(200_000);
        api.queries.answer("SELECT many", params -> rows);
        HttpRequest request = api.request("/api/sql")
                .header("Accept", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"SELECT many\"}"))
                .build();

        HttpResponse<InputStream> response = api.client.send(request, HttpResponse.BodyHandlers.ofInputStream());

        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("{\"n\":0,");
            settle(rows.given);
            assertThat(rows.given.get()).as("rows made before they were read").isLessThan(100_000);
            int count = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("{\"n\":" + count + ",")) {
                    assertThat(line).startsWith("{\"n\":" + count + ",");
                }
                count++;
            }
            assertThat(count).isEqualTo(200_000);
        }
        assertThat(rows.isClosed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void manyRowsOfJsonAndCsvAreWhole() throws Exception {
        api.queries.answer("SELECT many", params -> new Numbers(50_000));

        JsonNode json = api.sql("SELECT many").json();
        String csv = api.sql("SELECT many", "text/csv").body();

        assertThat(json.path("rowCount").asInt()).isEqualTo(50_000);
        assertThat(json.path("rows")).hasSize(50_000);
        assertThat(json.path("rows").get(49_999).get(0).asInt()).isEqualTo(49_999);
        assertThat(csv.lines()).hasSize(50_001).element(50_000).asString().startsWith("49999,");
    }

    @Test
    void anErrorInTheMiddleOfAStreamCutsTheConnection() throws Exception {
        api.queries.answer("SELECT broken", params -> new Numbers(100_000) {
            @Override
            public @Nullable RowBatch next() {
                if (given.get() >= 60_000) {
                    throw new AlluviumException(ErrorCode.DIVISION_BY_ZERO, "division by zero");
                }
                return super.next();
            }
        });
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), api.server.port())) {
            send(socket, "{\"sql\": \"SELECT broken\"}");
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(response).startsWith("HTTP/1.1 200").contains("[59999,\"x");
            assertThat(response.substring(response.length() - 200))
                    .contains("],\"error\":{\"code\":\"22012\"")
                    .endsWith("\"message\":\"division by zero\"}}\r\n");
        }
        assertThatThrownBy(() -> api.sql("SELECT broken", "application/x-ndjson"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> api.sql("SELECT broken", "text/csv")).isInstanceOf(IOException.class);
    }

    @Test
    void anErrorBeforeTheFirstPieceIsAnOrdinaryError() throws Exception {
        api.queries.answer("SELECT soon", params -> new Numbers(100_000, 100) {
            @Override
            public @Nullable RowBatch next() {
                if (given.get() >= 100) {
                    throw new AlluviumException(ErrorCode.DIVISION_BY_ZERO, "division by zero");
                }
                return super.next();
            }
        });

        Api.Reply reply = api.sql("SELECT soon");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error().path("code").asText()).isEqualTo("22012");
    }

    @Test
    void aClientThatGoesWhileRowsAreStreamedEndsItsQuery() throws Exception {
        var rows = new Numbers(Integer.MAX_VALUE);
        api.queries.answer("SELECT forever", params -> rows);

        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), api.server.port())) {
            send(socket, "{\"sql\": \"SELECT forever\"}");
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }

        assertThat(rows.isClosed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(api.sql("SHOW TABLES").status()).isEqualTo(200);
    }

    @Test
    void clientsThatDoNotReadTheirAnswersMakeRoomForOthers() throws Exception {
        var limits = new HttpLimits(1000, 2, 10, Duration.ofDays(1), Duration.ofMillis(500), Api.LIMITS.closing());
        try (var crowded = new Api(limits)) {
            var answers = new ConcurrentLinkedQueue<Numbers>();
            crowded.queries.answer("SELECT forever", params -> {
                var rows = new Numbers(Integer.MAX_VALUE);
                answers.add(rows);
                return rows;
            });
            var sockets = new ArrayList<Socket>();
            try {
                for (int i = 0; i < 6; i++) {
                    var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), crowded.server.port());
                    sockets.add(socket);
                    send(socket, "{\"sql\": \"SELECT forever\"}");
                }

                assertThat(crowded.sql("SHOW TABLES").status()).isEqualTo(200);

                assertThat(answers).hasSizeGreaterThan(4);
                for (Numbers ended : List.copyOf(answers).subList(0, 4)) {
                    assertThat(ended.isClosed.await(10, TimeUnit.SECONDS)).isTrue();
                }
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void aClientThatReadsSlowlyGetsItsWholeAnswerWhenNobodyWaits() throws Exception {
        var limits = new HttpLimits(1000, 2, 10, Duration.ofDays(1), Duration.ofMillis(1), Api.LIMITS.closing());
        try (var quiet = new Api(limits)) {
            var rows = new Numbers(200_000);
            quiet.queries.answer("SELECT many", params -> rows);
            HttpRequest request = quiet.request("/api/sql")
                    .header("Accept", "text/csv")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"SELECT many\"}"))
                    .build();
            HttpResponse<InputStream> response = quiet.client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            settle(rows.given);
            assertThat(rows.given.get()).isLessThan(200_000);

            try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.lines().count()).isEqualTo(200_001);
            }
        }
    }

    @Test
    void aClientThatGoesWhileItsQueryComputesInterruptsIt() throws Exception {
        var started = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        api.queries.answer("SELECT slow", params -> {
            started.countDown();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new AlluviumException(ErrorCode.QUERY_CANCELED, "canceled");
            }
            return new Numbers(1);
        });

        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), api.server.port())) {
            send(socket, "{\"sql\": \"SELECT slow\"}");
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void moreQueriesThanMayRunAndWaitAreRefusedAtOnceWithTheNumbers() throws Exception {
        var release = new CountDownLatch(1);
        var small = new HttpLimits(
                1000, 1, 1, Api.LIMITS.stalledClient(), Api.LIMITS.stalledWhileOthersWait(), Api.LIMITS.closing());
        try (var crowded = new Api(small)) {
            var started = new CountDownLatch(1);
            crowded.queries.answer("SELECT wait", params -> {
                started.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return new Numbers(1);
            });
            HttpRequest request = crowded.request("/api/sql")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"SELECT wait\"}"))
                    .build();
            List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
            replies.add(crowded.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 3; i++) {
                replies.add(crowded.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            // All three have come when two of them have their answer.
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (replies.stream().filter(CompletableFuture::isDone).count() < 2 && System.nanoTime() < until) {
                Thread.sleep(5);
            }
            HttpResponse<String> refused = replies.stream()
                    .filter(CompletableFuture::isDone)
                    .findFirst()
                    .orElseThrow()
                    .join();

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("53300").contains("1 run and 1 wait");
            assertThat(crowded.get("/health/ready").status()).isEqualTo(200);
            release.countDown();
            long answered = replies.stream()
                    .map(CompletableFuture::join)
                    .filter(reply -> reply.statusCode() == 200)
                    .count();
            assertThat(answered).isEqualTo(2);
        }
    }

    @Test
    void queriesAtTheSameTimeDoNotDisturbEachOther() {
        for (int i = 0; i < 50; i++) {
            api.queries.answer("SELECT " + i, COUNTS, List.<@Nullable Object[]>of(new Object[] {"q" + i, (long) i}));
        }
        List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            replies.add(api.client.sendAsync(
                    api.request("/api/sql")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"SELECT " + i + "\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(replies.get(i).join().body()).contains("[[\"q" + i + "\"," + i + "]]");
        }
    }

    @Test
    void queriesAndRequestsAreCountedByRouteAndStatus() throws Exception {
        api.queries.answer("SELECT 1", COUNTS, List.of());
        api.sql("SELECT 1");
        api.sql("SELECT nope");

        String metrics = api.get("/metrics").body();

        assertThat(metrics)
                .contains("alluvium_http_requests_seconds_count{method=\"POST\",route=\"/api/sql\",status=\"200\"} 1")
                .contains("alluvium_http_requests_seconds_count{method=\"POST\",route=\"/api/sql\",status=\"400\"} 1")
                .contains("alluvium_query_seconds_count{outcome=\"ok\",protocol=\"http\"} 1")
                .contains("alluvium_query_seconds_count{outcome=\"error\",protocol=\"http\"} 1");
    }

    private static void send(Socket socket, String body) throws IOException {
        socket.getOutputStream()
                .write(("POST /api/sql HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /// Waits until a count has stood still for a moment.
    private static void settle(AtomicInteger count) throws InterruptedException {
        int before = -1;
        while (before != count.get()) {
            before = count.get();
            Thread.sleep(200);
        }
    }

    /// Rows that are made when they are asked for.
    private static class Numbers implements ResultCursor {
        private static final Schema SCHEMA =
                Schema.of(Column.of("n", ColumnType.BIGINT), Column.of("pad", ColumnType.VARCHAR));
        private static final String PAD = "x".repeat(100);

        final AtomicInteger given = new AtomicInteger();
        final CountDownLatch isClosed = new CountDownLatch(1);
        private final int total;
        private final int batchRows;

        Numbers(int total) {
            this(total, 1_000);
        }

        Numbers(int total, int batchRows) {
            this.total = total;
            this.batchRows = batchRows;
        }

        @Override
        public Schema schema() {
            return SCHEMA;
        }

        @Override
        public @Nullable RowBatch next() {
            List<@Nullable Object[]> rows = new ArrayList<>();
            while (rows.size() < batchRows && given.get() < total) {
                rows.add(new Object[] {(long) given.getAndIncrement(), PAD});
            }
            return rows.isEmpty() ? null : TableRows.batch(SCHEMA, rows);
        }

        @Override
        public void close() {
            isClosed.countDown();
        }
    }
}
