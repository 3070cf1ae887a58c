package io.alluvium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The packaged product as its users have it: started with the launcher, asked with `curl`, fed with `kcat`. Ends
/// with [#close()] whatever happened.
public final class BuiltService implements AutoCloseable {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final long PATIENCE_MILLIS = Long.getLong("await.millis", 60_000);

    private final Path folder;
    private final int http = freePort();
    private final int kafka = freePort();
    private @Nullable Process process;

    private final Map<String, String> variables = new HashMap<>();

    /// @param folder for `config` and `data`, which outlive [#kill()] and [#start()]
    public BuiltService(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("config/tables"));
    }

    public static boolean isThere(String tool) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + http;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + kafka;
    }

    public Path folder() {
        return folder;
    }

    /// Sets a variable of the environment for the starts from now on.
    public BuiltService with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    /// Starts the service and returns when it answers.
    public BuiltService start() throws IOException, InterruptedException {
        launch();
        awaitAnswer();
        return this;
    }

    /// Starts the service and returns at once.
    public void launch() throws IOException {
        launch("start", "--config", folder.resolve("config").toString());
    }

    /// Starts the demo and returns when it answers.
    public BuiltService startDemo() throws IOException, InterruptedException {
        launch("demo");
        awaitAnswer();
        return this;
    }

    private void launch(String... command) throws IOException {
        List<String> words =
                new ArrayList<>(List.of(Path.of("alluvium").toAbsolutePath().toString()));
        words.addAll(List.of(command));
        words.addAll(List.of("--data", folder.resolve("data").toString()));
        var builder = new ProcessBuilder(words);
        builder.environment().keySet().removeIf(name -> name.startsWith("ALLUVIUM_"));
        builder.environment().put("ALLUVIUM_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("ALLUVIUM_HTTP_PORT", Integer.toString(http));
        builder.environment().put("ALLUVIUM_KAFKA_EMBEDDED_PORT", Integer.toString(kafka));
        builder.environment().put("ALLUVIUM_TABLE_WAIT_TIMEOUT", "1s");
        builder.environment().putAll(variables);
        process = builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    public void awaitAnswer() throws IOException, InterruptedException {
        await("an answer", () -> run(null, "curl", "-s", url() + "/health/live").contains("{"));
    }

    /// Ends the process as `kill -9` does.
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /// Ends the process as `kill` does.
    ///
    /// @return the exit code
    public int stop() throws InterruptedException {
        Process running = Objects.requireNonNull(process, "the service was not started");
        running.destroy();
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).as("stops").isTrue();
        return running.exitValue();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /// What `curl` prints for a path of the API.
    public JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(run(null, "curl", "-s", url() + path));
    }

    public String text(String path) throws IOException, InterruptedException {
        return run(null, "curl", "-s", url() + path);
    }

    /// The status that `curl` gets for a path.
    public int status(String path) throws IOException, InterruptedException {
        return Integer.parseInt(run(null, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url() + path)
                .strip());
    }

    public JsonNode sql(String sql) throws IOException, InterruptedException {
        String body = JSON.createObjectNode().put("sql", sql).toString();
        return JSON.readTree(run(
                body, "curl", "-s", "-H", "Content-Type: application/json", "--data-binary", "@-", url() + "/api/sql"));
    }

    /// Sends `lines` of the form `key|value` to a topic; an empty value is a deletion.
    public void kcat(String topic, String... lines) throws IOException, InterruptedException {
        run(String.join("\n", lines) + "\n", "kcat", "-P", "-b", bootstrapServers(), "-t", topic, "-K", "|", "-Z");
    }

    public JsonNode awaitState(String table, String state) throws IOException, InterruptedException {
        return awaitTable(table, status -> status.path("state").asText().equals(state));
    }

    /// Waits for a status of a table that is as wanted, and returns it.
    public JsonNode awaitTable(String table, Predicate<JsonNode> wanted) throws IOException, InterruptedException {
        var last = new AtomicReference<>(get("/api/tables/" + table));
        await(table, () -> {
            last.set(get("/api/tables/" + table));
            return wanted.test(last.get());
        });
        return Objects.requireNonNull(last.get());
    }

    /// A condition that asks the service.
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    public void await(String what, Condition condition) throws IOException, InterruptedException {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!holds(condition)) {
            if (System.currentTimeMillis() > until) {
                throw new AssertionError("waited in vain for " + what + "; the log ends with\n" + endOfLog());
            }
            Thread.sleep(50);
        }
    }

    /// An answer that is not JSON yet is no answer.
    private static boolean holds(Condition condition) throws IOException, InterruptedException {
        try {
            return condition.holds();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return false;
        }
    }

    private String endOfLog() throws IOException {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    private String run(@Nullable String input, String... command) throws IOException, InterruptedException {
        var started = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true);
        Process running = started.start();
        try (var in = running.getOutputStream()) {
            if (input != null) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
        }
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        running.waitFor();
        return output;
    }
}
