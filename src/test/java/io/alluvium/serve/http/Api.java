package io.alluvium.serve.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.alluvium.data.Setting;
import io.alluvium.metrics.Meters;
import io.alluvium.serve.FakeParser;
import io.alluvium.serve.FakeQueries;
import io.alluvium.serve.FunctionEntry;
import io.alluvium.serve.Session;
import io.alluvium.testkit.FakeTables;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/// The HTTP server over tables and queries that a test decides, and a client for it.
final class Api implements AutoCloseable {

    static final HttpLimits LIMITS =
            new HttpLimits(1 << 20, 4, 100, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(5));

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    final FakeTables tables = new FakeTables();
    final FakeQueries queries = new FakeQueries();
    final Meters meters = new Meters();
    final HttpServer server;
    final HttpClient client = HttpClient.newHttpClient();

    Api() {
        this(LIMITS);
    }

    Api(HttpLimits limits) {
        List<Setting> settings = List.of(
                new Setting("alluvium.http.port", "8080", Setting.Origin.DEFAULT),
                new Setting("alluvium.kafka.sasl.jaas.config", "top", Setting.Origin.FILE).masked());
        var session = new Session(
                FakeParser::parse,
                queries,
                tables,
                () -> settings,
                () -> List.of(new FunctionEntry("round", "scalar", "round(number, digits)")));
        server = HttpServer.start(
                "127.0.0.1", 0, new HttpServices(session, tables, tables, () -> settings, meters), limits);
    }

    record Reply(int status, HttpResponse<String> response) {
        String body() {
            return response.body();
        }

        JsonNode json() {
            return tree(body());
        }

        JsonNode error() {
            return json().path("error");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
    }

    Reply get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Reply post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Reply sql(String sql) throws IOException, InterruptedException {
        return post("/api/sql", JSON.createObjectNode().put("sql", sql).toString());
    }

    Reply sql(String sql, String accept) throws IOException, InterruptedException {
        String body = JSON.createObjectNode().put("sql", sql).toString();
        return send(request("/api/sql").header("Accept", accept).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Reply(response.statusCode(), response);
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        meters.close();
    }
}
