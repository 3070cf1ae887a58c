package io.alluvium.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The product as its users start it, `./alluvium start`, with a data directory, asked over HTTP.
final class Product implements AutoCloseable {

    private static final String HOME = "alluvium.perf.home";
    private static final Duration MOST_WAITING = Duration.ofMinutes(10);
    /// Loads take seconds, and to be asked takes the service time.
    private static final long LOAD_LOOK_MILLIS = 50;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final String url;
    private final long startedNanos;

    private Product(Process process, String url, long startedNanos) {
        this.process = process;
        this.url = url;
        this.startedNanos = startedNanos;
    }

    /// With a Kafka that is there.
    static Product over(String bootstrap, Path data) throws IOException {
        return start(data, "ALLUVIUM_KAFKA_BOOTSTRAP_SERVERS", bootstrap);
    }

    /// With its own Kafka, on a port of loopback.
    static Product withBroker(int port, Path data) throws IOException {
        return start(data, "ALLUVIUM_KAFKA_EMBEDDED_PORT", Integer.toString(port));
    }

    private static Product start(Path data, String setting, String value) throws IOException {
        Path config = Files.createDirectories(data.resolve("config"));
        Files.createDirectories(config.resolve("tables"));
        int port = freePort();
        var builder = new ProcessBuilder(
                Path.of(System.getProperty(HOME), "alluvium").toString(),
                "start",
                "--config",
                config.toString(),
                "--data",
                data.toString());
        builder.environment().put(setting, value);
        builder.environment().put("ALLUVIUM_DEFAULT_PARTITIONS", "1");
        builder.environment().put("ALLUVIUM_DEFAULT_REPLICATION_FACTOR", "1");
        builder.environment().put("ALLUVIUM_HTTP_PORT", Integer.toString(port));
        builder.environment().put("ALLUVIUM_CLUSTER", data.getFileName().toString());
        builder.redirectErrorStream(true).redirectOutput(data.resolve("log").toFile());
        long started = System.nanoTime();
        return new Product(builder.start(), "http://127.0.0.1:" + port, started);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    double secondsSinceStart() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    /// Returns when the service answers at all.
    void awaitAnswer() throws InterruptedException {
        await(() -> {
            send(HttpRequest.newBuilder(URI.create(url + "/health/live")));
            return true;
        });
    }

    void awaitLive(String table) throws InterruptedException {
        await(
                LOAD_LOOK_MILLIS,
                () -> get("/api/tables/" + table).path("state").asText().equals("LIVE"));
    }

    /// Asks again and again until the answer has one row with these two numbers.
    void awaitRow(String sql, long first, long second) throws InterruptedException {
        await(() -> {
            HttpResponse<String> answer = post(sql);
            if (answer.statusCode() >= 300) {
                return false;
            }
            JsonNode row = JSON.readTree(answer.body()).path("rows").path(0);
            return row.path(0).asLong() == first && row.path(1).asLong() == second;
        });
    }

    private interface Attempt {
        boolean succeeds() throws IOException, InterruptedException;
    }

    private void await(Attempt attempt) throws InterruptedException {
        await(5, attempt);
    }

    private void await(long betweenMillis, Attempt attempt) throws InterruptedException {
        long end = System.nanoTime() + MOST_WAITING.toNanos();
        while (true) {
            try {
                if (attempt.succeeds()) {
                    return;
                }
            } catch (IOException e) {
                // It does not listen yet.
            }
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IllegalStateException("the service at " + url
                        + (process.isAlive() ? " has not done it after " + MOST_WAITING : " has ended"));
            }
            Thread.sleep(betweenMillis);
        }
    }

    void run(String sql) throws IOException, InterruptedException {
        answer(sql);
    }

    /// The number in the first column of the answer's first row.
    long number(String sql) throws IOException, InterruptedException {
        return answer(sql).path("rows").path(0).path(0).asLong();
    }

    private JsonNode answer(String sql) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(sql);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> post(String sql) throws IOException, InterruptedException {
        String body = JSON.createObjectNode().put("sql", sql).toString();
        return send(
                HttpRequest.newBuilder(URI.create(url + "/api/sql")).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return Optional.of(send(HttpRequest.newBuilder(URI.create(url + path))).body())
                .filter(body -> !body.isEmpty())
                .map(Product::parsed)
                .orElseGet(JSON::createObjectNode);
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new IllegalStateException("this is no JSON: " + body, e);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// As `kill -9` does it.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// As its users stop it.
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
