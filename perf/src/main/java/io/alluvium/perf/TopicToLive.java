package io.alluvium.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.broker.EmbeddedBroker;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// How long does a topic of JSON records take to become a readable table? Each run is a JVM of its own against one
/// broker in another JVM, so that all find the same page cache; the peers take turns.
///
/// Usage: `TopicToLive <path of ./alluvium> [rows] [rounds]`. The clock of the service runs from the CREATE TABLE
/// to the state LIVE; that of the stock table from `KafkaStreams.start` to the last row being readable. Both JVMs
/// are started before and have done nothing yet.
public final class TopicToLive {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private TopicToLive() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("stock")) {
            stock(args[1], Boolean.parseBoolean(args[2]), Integer.parseInt(args[3]));
            return;
        }
        if (args.length > 0 && args[0].equals("broker")) {
            broker(Path.of(args[1]), Integer.parseInt(args[2]));
            return;
        }
        Path launcher = Path.of(args[0]).toAbsolutePath();
        int rows = args.length > 1 ? Integer.parseInt(args[1]) : 5_000_000;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        Path work = Files.createTempDirectory("topic-to-live");
        Process broker = child("2g", "broker", work.resolve("broker").toString(), Integer.toString(rows));
        String bootstrap = awaitLine(broker, "READY ");
        Map<String, List<Double>> seconds = new TreeMap<>();
        try {
            for (int round = 0; round < rounds; round++) {
                note(seconds, "stock-rocksdb", stockRun(bootstrap, true, rows));
                note(seconds, "stock-memory", stockRun(bootstrap, false, rows));
                note(seconds, "alluvium", alluviumRun(launcher, bootstrap, work.resolve("data" + round), rows));
            }
        } finally {
            broker.destroy();
            broker.waitFor();
        }
        double alluvium = median(seconds.get("alluvium"));
        seconds.forEach((peer, all) -> System.out.printf(
                Locale.ROOT,
                "%s: median %.2f s = %.0f rows/s; runs %s; %.2f times alluvium's time%n",
                peer,
                median(all),
                rows / median(all),
                all,
                median(all) / alluvium));
    }

    private static void note(Map<String, List<Double>> seconds, String peer, double value) {
        seconds.computeIfAbsent(peer, p -> new ArrayList<>()).add(value);
        System.out.printf(Locale.ROOT, "%s %.2f s%n", peer, value);
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static void broker(Path directory, int rows) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
        StreamsTable.produce(broker.bootstrapServers(), "orders", rows);
        System.out.println("READY " + broker.bootstrapServers());
        Thread.currentThread().join();
    }

    private static double stockRun(String bootstrap, boolean rocksDb, int rows) throws Exception {
        Process process = child("6g", "stock", bootstrap, Boolean.toString(rocksDb), Integer.toString(rows));
        double seconds = Double.parseDouble(awaitLine(process, "SECONDS "));
        process.waitFor();
        return seconds;
    }

    private static void stock(String bootstrap, boolean rocksDb, int rows) throws Exception {
        long start = System.nanoTime();
        try (StreamsTable table = StreamsTable.start(bootstrap, "orders", rocksDb)) {
            table.awaitRows(rows);
            System.out.println("SECONDS " + (System.nanoTime() - start) / 1e9);
        }
    }

    private static double alluviumRun(Path launcher, String bootstrap, Path data, int rows) throws Exception {
        Path config = Files.createDirectories(data.resolve("config"));
        Files.createDirectories(config.resolve("tables"));
        int port = freePort();
        var builder = new ProcessBuilder(
                launcher.toString(), "start", "--config", config.toString(), "--data", data.toString());
        builder.environment().put("ALLUVIUM_KAFKA_BOOTSTRAP_SERVERS", bootstrap);
        builder.environment().put("ALLUVIUM_DEFAULT_PARTITIONS", "1");
        builder.environment().put("ALLUVIUM_DEFAULT_REPLICATION_FACTOR", "1");
        builder.environment().put("ALLUVIUM_HTTP_PORT", Integer.toString(port));
        builder.environment().put("ALLUVIUM_CLUSTER", "perf" + System.nanoTime());
        builder.environment().put("ALLUVIUM_HEAP", "6g");
        builder.redirectErrorStream(true).redirectOutput(data.resolve("log").toFile());
        Process service = builder.start();
        String url = "http://127.0.0.1:" + port;
        try {
            awaitAnswer(url + "/health/live");
            long start = System.nanoTime();
            post(url, "CREATE TABLE orders AS SELECT * FROM kafka_topic('orders')");
            while (!get(url + "/api/tables/orders").path("state").asText().equals("LIVE")) {
                Thread.sleep(10);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            JsonNode answer = post(url, "SELECT COUNT(*), SUM(quantity) FROM orders");
            long expected = 0;
            for (int i = 0; i < rows; i++) {
                expected += Orders.quantity(i);
            }
            JsonNode row = answer.path("rows").path(0);
            if (row.path(0).asLong() != rows || row.path(1).asLong() != expected) {
                throw new IllegalStateException("the table is wrong: " + answer + ", expected a sum of " + expected);
            }
            return seconds;
        } finally {
            service.destroy();
            if (!service.waitFor(30, TimeUnit.SECONDS)) {
                service.destroyForcibly();
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitAnswer(String url) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            try {
                get(url);
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException(url + " does not answer");
    }

    private static JsonNode get(String url) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    private static JsonNode post(String url, String sql) throws IOException, InterruptedException {
        String body = JSON.createObjectNode().put("sql", sql).toString();
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(url + "/api/sql"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private static Process child(String heap, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                TopicToLive.class.getName()));
        command.addAll(Arrays.asList(args));
        return new ProcessBuilder(command)
                .redirectError(new File("/dev/null"))
                .start();
    }

    private static String awaitLine(Process process, String prefix) throws IOException {
        var lines = process.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length());
            }
        }
        throw new IllegalStateException("the child ended without " + prefix);
    }
}
