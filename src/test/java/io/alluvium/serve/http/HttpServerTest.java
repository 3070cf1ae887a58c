package io.alluvium.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.TableState;
import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.serve.FakeQueries;
import io.alluvium.serve.Session;
import io.alluvium.testkit.TableStatuses;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {

    private final Api api = new Api();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void itIsLiveAndReadyWhenNoTableWaitsOrLoads() throws Exception {
        assertThat(api.get("/health/live").body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(api.get("/health/ready").status()).isEqualTo(200);
        for (TableState state : List.of(TableState.LIVE, TableState.STALLED, TableState.FAILED, TableState.PAUSED)) {
            api.tables.put(TableStatuses.of(state.name(), state).build());
        }
        assertThat(api.get("/health/ready").status()).isEqualTo(200);

        api.tables.put(TableStatuses.of("orders", TableState.LOADING).build());

        Api.Reply notReady = api.get("/health/ready");
        assertThat(notReady.status()).isEqualTo(503);
        assertThat(notReady.json())
                .isEqualTo(Api.tree("{\"status\":\"DOWN\",\"pending\":[{\"name\":\"orders\",\"state\":\"LOADING\"}]}"));
        assertThat(api.get("/health/ready?table=LIVE").status()).isEqualTo(200);
        assertThat(api.get("/health/ready?table=orders").status()).isEqualTo(503);
        assertThat(api.get("/health/ready?table=nope").status()).isEqualTo(404);
        assertThat(api.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void settingsAreShownWithTheirOriginAndSecretsMasked() throws Exception {
        assertThat(api.get("/api/config").json()).isEqualTo(Api.tree("""
                {"settings": [{"key": "alluvium.http.port", "value": "8080", "origin": "default"},
                              {"key": "alluvium.kafka.sasl.jaas.config", "value": "********", "origin": "file"}]}
                """));
    }

    @Test
    void metricsAreWhatPrometheusReads() throws Exception {
        Api.Reply reply = api.get("/metrics");

        assertThat(reply.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(reply.body()).contains("# TYPE jvm_memory_used_bytes gauge");
    }

    @Test
    void unknownPathsAre404InTheErrorShape() throws Exception {
        for (String path : List.of(
                "/nope",
                "/api",
                "/api/",
                "/api/nope",
                "/api/sql/x",
                "/health",
                "/health/nope",
                "/health/live/x",
                "/metrics/x",
                "/api/tables/t/changes",
                "/api/tables/t/lookup/x",
                "/console.html/..")) {
            Api.Reply reply = api.get(path);
            assertThat(reply.status()).as(path).isEqualTo(404);
            assertThat(reply.error().path("category").asText()).as(path).isEqualTo("USER");
            assertThat(reply.error().path("message").asText()).as(path).contains(path);
        }
    }

    @Test
    void wrongMethodsAre405AndSayWhichIsRight() throws Exception {
        Api.Reply sql = api.get("/api/sql");
        Api.Reply tables = api.post("/api/tables", "{}");
        Api.Reply deleted = api.send(api.request("/api/tables/t/rows/k").DELETE());

        assertThat(sql.status()).isEqualTo(405);
        assertThat(sql.header("Allow")).isEqualTo("POST");
        assertThat(sql.error().path("hint").asText()).contains("POST");
        assertThat(tables.status()).isEqualTo(405);
        assertThat(tables.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(deleted.status()).isEqualTo(405);
        assertThat(api.get("/api/tables").status()).isEqualTo(200);
    }

    @Test
    void headAnswersLikeGetWithoutABody() throws Exception {
        Api.Reply reply = api.send(api.request("/health/live").method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEmpty();
        assertThat(reply.header("Content-Length")).isEqualTo("15");
    }

    @Test
    void aBodyOverTheLimitIs413WhetherItsLengthIsAnnouncedOrNot() throws Exception {
        byte[] large = "x".repeat(Api.LIMITS.maxBodyBytes() + 1).getBytes(StandardCharsets.US_ASCII);

        Api.Reply announced = api.send(api.request("/api/sql").POST(HttpRequest.BodyPublishers.ofByteArray(large)));
        Api.Reply chunked = api.send(api.request("/api/sql")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large))));

        assertThat(announced.status()).isEqualTo(413);
        assertThat(announced.error().path("code").asText()).isEqualTo("54000");
        assertThat(announced.error().path("message").asText()).contains("1048576");
        assertThat(chunked.status()).isEqualTo(413);
        assertThat(api.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aPageOfAnotherSiteCannotSendStatements() throws Exception {
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString("{\"sql\": \"DROP TABLE t\"}");
        String own = "http://127.0.0.1:" + api.server.port();

        Api.Reply foreign = api.send(
                api.request("/api/sql").header("Origin", "https://evil.example").POST(body));
        Api.Reply sandboxed =
                api.send(api.request("/api/sql").header("Origin", "null").POST(body));
        Api.Reply same = api.send(api.request("/api/sql")
                .header("Origin", own)
                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"SHOW TABLES\"}")));

        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.error().path("message").asText()).contains("evil.example");
        assertThat(sandboxed.status()).isEqualTo(403);
        assertThat(same.status()).isEqualTo(200);
        assertThat(api.tables.commands).isEmpty();
    }

    @Test
    void whatIsNotHttpIsAnsweredAndEndsOnlyItsOwnConnection() throws Exception {
        assertThat(raw("\u0000\u0001garbage\r\n\r\n")).contains("400").contains("\"error\"");
        assertThat(raw("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n")).contains("\"error\"");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(100_000) + "\r\n\r\n"))
                .contains("\"error\"");
        assertThat(raw("GET /api/tables?limit=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("HTTP/1.1 200");
        assertThat(raw("GET /health/ready?table=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("\"error\"");
        assertThat(api.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aPortInUseIsNamedWithItsSetting() {
        assertThatThrownBy(() -> HttpServer.start("127.0.0.1", api.server.port(), services(), Api.LIMITS))
                .isInstanceOfSatisfying(AlluviumException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.ADDRESS_IN_USE);
                    assertThat(e).hasMessageContaining("127.0.0.1:" + api.server.port());
                    assertThat(e.hint().orElse("")).contains("alluvium.http.port");
                });
    }

    @Test
    void aHostThatIsNotOfThisMachineIsRefused() {
        assertThatThrownBy(() -> HttpServer.start("192.0.2.1", 0, services(), Api.LIMITS))
                .isInstanceOfSatisfying(AlluviumException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
                    assertThat(e).hasMessageContaining("192.0.2.1");
                });
        assertThatThrownBy(() -> HttpServer.start("no.such.host.invalid", 0, services(), Api.LIMITS))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining("alluvium.http.host");
    }

    @Test
    void aGivenPortIsTaken() throws Exception {
        int port;
        try (var first = new Api()) {
            port = first.server.port();
        }
        try (HttpServer server = HttpServer.start("127.0.0.1", port, services(), Api.LIMITS)) {
            assertThat(server.port()).isEqualTo(port);
            for (int i = 0; i < 20; i++) {
                try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                    assertThat(raw(socket, "GET /health/live HTTP/1.0\r\n\r\n")).contains("200");
                }
            }
        }
    }

    @Test
    void closingLetsARunningRequestFinishAndTakesNoNewOne() throws Exception {
        Schema schema = Schema.of(Column.of("n", ColumnType.BIGINT));
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var closing = new Api();
        closing.queries.answer("SELECT wait", params -> {
            started.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AlluviumException(ErrorCode.QUERY_CANCELED, "canceled");
            }
            return new FakeQueries.Batches(schema, List.of());
        });
        CompletableFuture<HttpResponse<String>> reply = closing.client.sendAsync(
                closing.request("/api/sql")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"SELECT wait\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closed = CompletableFuture.runAsync(closing.server::close);
        awaitRefusal(closing.server.port());
        assertThat(reply.isDone()).isFalse();
        release.countDown();

        assertThat(reply.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        closed.get(20, TimeUnit.SECONDS);
        closing.client.shutdownNow();
    }

    @Test
    void closingAgainDoesNothing() {
        var closing = new Api();
        closing.server.close();

        assertThatCode(closing.server::close).doesNotThrowAnyException();
        closing.close();
    }

    private static void awaitRefusal(int port) throws InterruptedException {
        while (true) {
            try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                assertThat(socket.isConnected()).isTrue();
                Thread.sleep(10);
            } catch (ConnectException e) {
                return;
            } catch (IOException e) {
                Thread.sleep(10);
            }
        }
    }

    private HttpServices services() {
        var session = new Session(
                sql -> {
                    throw new IllegalStateException("not used");
                },
                api.queries,
                api.tables,
                List::of,
                List::of);
        return new HttpServices(session, api.tables, api.tables, List::of, api.meters);
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), api.server.port())) {
            return raw(socket, request);
        }
    }

    private static String raw(Socket socket, String request) throws IOException {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
