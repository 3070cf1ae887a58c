package io.alluvium.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The part of the HTTP interface that the shell uses, with canned answers to known statements.
final class FakeService implements AutoCloseable {

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new HashMap<>();
    private final List<String> received = new ArrayList<>();

    FakeService() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/api/sql", this::sql);
        server.createContext(
                "/api/tables",
                exchange ->
                        send(exchange, new Answer(200, "{\"tables\":[{\"name\":\"orders\"},{\"name\":\"prices\"}]}")));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    FakeService answer(String sql, String body) {
        answers.put(sql, new Answer(200, body));
        return this;
    }

    FakeService refuse(String sql, int status, String body) {
        answers.put(sql, new Answer(status, body));
        return this;
    }

    /// The statements that came, in order.
    synchronized List<String> received() {
        return List.copyOf(received);
    }

    private void sql(HttpExchange exchange) throws IOException {
        String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String sql = SqlClient.JSON.readTree(request).path("sql").asText();
        synchronized (this) {
            received.add(sql);
        }
        send(exchange, answers.getOrDefault(sql, new Answer(500, "no answer was prepared for " + sql)));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body.getBytes(UTF_8);
        exchange.sendResponseHeaders(answer.status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
