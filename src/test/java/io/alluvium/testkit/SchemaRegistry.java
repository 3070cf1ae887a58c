package io.alluvium.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A schema registry for tests: not one of the real ones, but the part of the interface that Confluent documents
/// and that Alluvium uses, with its answers and codes of error: `GET /schemas/ids/{id}` and
/// `GET /subjects/{subject}/versions/{version}`. Can be stopped and started again at its port.
public final class SchemaRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST_ID = 100;

    private final Map<Integer, Entry> schemas = new ConcurrentHashMap<>();
    private final Map<String, List<Integer>> subjects = new ConcurrentHashMap<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile @Nullable String authorization;
    private @Nullable HttpServer server;
    private int port;

    /// @param name what the schema is referred to by
    public record Reference(String name, String subject, int version) {}

    private record Entry(String type, String text, List<Reference> references) {}

    public SchemaRegistry() {
        start();
    }

    /// Answers, at the same port as before.
    public void start() {
        try {
            HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            made.createContext("/", this::answer);
            made.start();
            server = made;
            port = made.getAddress().getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Does not answer any more; nothing listens at the port.
    public void stop() {
        HttpServer running = server;
        if (running != null) {
            running.stop(0);
            server = null;
        }
    }

    public void demand(String user, String password) {
        authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public String url(String user, String password) {
        return "http://" + user + ":" + password + "@127.0.0.1:" + port;
    }

    /// How often a path was asked for.
    public long asked(String path) {
        return asked.stream().filter(path::equals).count();
    }

    public int register(String subject, String avro) {
        return register(subject, "AVRO", avro);
    }

    /// @return the schema's id
    public synchronized int register(String subject, String type, String text, Reference... references) {
        int id = FIRST_ID + schemas.size();
        schemas.put(id, new Entry(type, text, List.of(references)));
        subjects.computeIfAbsent(subject, s -> new ArrayList<>()).add(id);
        return id;
    }

    /// A value behind the header of the wire format.
    public static byte[] framed(int id, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            asked.add(uri.getPath());
            String demanded = authorization;
            if (demanded != null
                    && !demanded.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 401, error(401, "Unauthorized"));
                return;
            }
            String[] parts = uri.getRawPath().substring(1).split("/", -1);
            if (parts.length == 3 && parts[0].equals("schemas") && parts[1].equals("ids")) {
                schema(exchange, Integer.parseInt(parts[2]));
            } else if (parts.length == 4 && parts[0].equals("subjects") && parts[2].equals("versions")) {
                version(exchange, URLDecoder.decode(parts[1], StandardCharsets.UTF_8), parts[3]);
            } else {
                send(exchange, 404, error(404, "HTTP 404 Not Found"));
            }
        }
    }

    private void schema(HttpExchange exchange, int id) throws IOException {
        Entry found = schemas.get(id);
        if (found == null) {
            send(exchange, 404, error(40403, "Schema " + id + " not found"));
        } else {
            send(exchange, 200, shown(found));
        }
    }

    private synchronized void version(HttpExchange exchange, String subject, String version) throws IOException {
        List<Integer> ids = subjects.get(subject);
        if (ids == null) {
            send(exchange, 404, error(40401, "Subject '" + subject + "' not found."));
            return;
        }
        int number = version.equals("latest") ? ids.size() : Integer.parseInt(version);
        if (number < 1 || number > ids.size()) {
            send(exchange, 404, error(40402, "Version " + version + " not found."));
            return;
        }
        int id = ids.get(number - 1);
        ObjectNode found = shown(schemas.get(id));
        send(exchange, 200, found.put("subject", subject).put("version", number).put("id", id));
    }

    /// As Confluent's: the type is left out for Avro, and references where there are none.
    private static ObjectNode shown(@Nullable Entry entry) {
        ObjectNode node = JSON.createObjectNode();
        if (entry == null) {
            return node;
        }
        node.put("schema", entry.text());
        if (!entry.type().equals("AVRO")) {
            node.put("schemaType", entry.type());
        }
        for (Reference reference : entry.references()) {
            node.withArray("references")
                    .addObject()
                    .put("name", reference.name())
                    .put("subject", reference.subject())
                    .put("version", reference.version());
        }
        return node;
    }

    private static ObjectNode error(int code, String message) {
        return JSON.createObjectNode().put("error_code", code).put("message", message);
    }

    private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
