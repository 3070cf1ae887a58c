package io.alluvium.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.FaultCategory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs statements over the HTTP interface of a service, one after the other.
final class SqlClient implements AutoCloseable {

    /// Numbers keep all their digits.
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final URI service;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    SqlClient(URI service) {
        this.service = service;
    }

    /// @throws SqlFailure when the service answers with an error
    /// @throws AlluviumException NETWORK when there is no answer, or not one of an Alluvium
    SqlResult run(String sql) throws SqlFailure, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("sql", sql);
        HttpRequest request = request("/api/sql")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        HttpResponse<String> response = send(request);
        JsonNode answer = parse(response);
        if (response.statusCode() != 200) {
            throw failure(response, answer);
        }
        return result(answer);
    }

    /// The names of the service's tables.
    List<String> tables() throws SqlFailure, InterruptedException {
        HttpResponse<String> response = send(request("/api/tables").GET().build());
        JsonNode answer = parse(response);
        if (response.statusCode() != 200) {
            throw failure(response, answer);
        }
        List<String> names = new ArrayList<>();
        answer.path("tables").forEach(table -> names.add(table.path("name").asText()));
        return names;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(service.resolve(path)).header("Accept", "application/json");
    }

    private HttpResponse<String> send(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AlluviumException(
                    ErrorCode.NETWORK,
                    "no answer from " + service + ": " + e,
                    "start the service with ./alluvium start, or say where it is with --url",
                    e);
        }
    }

    private JsonNode parse(HttpResponse<String> response) {
        try {
            JsonNode answer = JSON.readTree(response.body());
            if (answer.isObject()) {
                return answer;
            }
        } catch (JacksonException e) {
            throw notAlluvium(response, e);
        }
        throw notAlluvium(response, null);
    }

    private AlluviumException notAlluvium(
            HttpResponse<String> response, @org.jspecify.annotations.Nullable Exception e) {
        return new AlluviumException(
                ErrorCode.NETWORK,
                "what answers at " + service + " is not Alluvium (HTTP status " + response.statusCode() + ")",
                "say where the service is with --url",
                e);
    }

    private SqlFailure failure(HttpResponse<String> response, JsonNode answer) {
        JsonNode error = answer.path("error");
        if (!error.isObject()) {
            throw notAlluvium(response, null);
        }
        JsonNode hint = error.path("hint");
        return new SqlFailure(
                error.path("code").asText("XX000"),
                category(error.path("category").asText()),
                error.path("message").asText("HTTP status " + response.statusCode()),
                hint.isTextual() ? Optional.of(hint.asText()) : Optional.empty(),
                error.path("position").asInt());
    }

    /// A category that this shell does not know yet comes from a newer service.
    private static FaultCategory category(String name) {
        for (FaultCategory category : FaultCategory.values()) {
            if (category.name().equals(name)) {
                return category;
            }
        }
        return FaultCategory.UNKNOWN;
    }

    private static SqlResult result(JsonNode answer) {
        List<SqlResult.Column> columns = new ArrayList<>();
        answer.path("columns")
                .forEach(c -> columns.add(new SqlResult.Column(
                        c.path("name").asText(), c.path("type").asText())));
        List<JsonNode> rows = new ArrayList<>();
        answer.path("rows").forEach(rows::add);
        return new SqlResult(
                columns,
                rows,
                answer.path("message").asText(""),
                answer.path("elapsedMs").asDouble());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
