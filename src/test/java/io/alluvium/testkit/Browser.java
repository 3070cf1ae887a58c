package io.alluvium.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A headless Chromium with one page, driven by its DevTools protocol. Used by one thread.
public final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern LISTENS = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final JsonMapper JSON = new JsonMapper();

    private final Path profile;
    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> replies = new ConcurrentHashMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private int lastId;

    private Browser(Path executable) throws IOException, InterruptedException {
        profile = Files.createTempDirectory("alluvium-browser");
        process = new ProcessBuilder(
                        executable.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        socket = client.newWebSocketBuilder().buildAsync(page(), new Replies()).join();
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
    }

    /// Absent when no Chromium is on the PATH.
    public static Optional<Browser> start() throws IOException, InterruptedException {
        Optional<Path> executable = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        return executable.isEmpty() ? Optional.empty() : Optional.of(new Browser(executable.get()));
    }

    private URI page() throws IOException, InterruptedException {
        BufferedReader log = process.errorReader(StandardCharsets.UTF_8);
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher listens = LISTENS.matcher(line);
            if (listens.find()) {
                Thread.ofVirtual().start(() -> log.lines().forEach(rest -> {}));
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + listens.group(1) + "/json/new"))
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build();
                String target = client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body();
                return URI.create(
                        JSON.readTree(target).path("webSocketDebuggerUrl").asText());
            }
        }
        throw new IllegalStateException("Chromium ended before it listened: " + process.waitFor());
    }

    /// Leaves the present page, and forgets its faults.
    public void open(URI uri) {
        call("Page.navigate", Map.of("url", "about:blank"));
        faults.clear();
        call("Page.navigate", Map.of("url", uri.toString()));
    }

    /// The value of a JavaScript expression as text; a promise is awaited.
    public String evaluate(String expression) {
        JsonNode reply =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (reply.has("exceptionDetails")) {
            throw new AssertionError(expression + " failed: " + reply.path("exceptionDetails"));
        }
        return reply.path("result").path("value").asText();
    }

    /// Waits until the first element that `selector` names shows `text`.
    public void awaitText(String selector, String text) {
        String shown = "document.querySelector(" + quoted(selector) + ")?.innerText ?? ''";
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!evaluate(shown).contains(text)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("\"" + text + "\" did not appear in " + selector + " of the page:\n"
                        + evaluate("document.body.innerText") + "\nfaults: " + faults);
            }
            evaluate("new Promise(done => setTimeout(done, 50))");
        }
    }

    public void click(String selector) {
        evaluate("document.querySelector(" + quoted(selector) + ").click()");
    }

    public void type(String selector, String text) {
        evaluate("document.querySelector(" + quoted(selector) + ").value = " + quoted(text));
    }

    /// Uncaught exceptions of the page, and what its security policy refused.
    public List<String> faults() {
        return List.copyOf(faults);
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    private JsonNode call(String method, Map<String, ?> params) {
        int id = ++lastId;
        var reply = new CompletableFuture<JsonNode>();
        replies.put(id, reply);
        JsonNode command = JSON.valueToTree(Map.of("id", id, "method", method, "params", params));
        socket.sendText(command.toString(), true).join();
        return reply.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private final class Replies implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                try {
                    take(JSON.readTree(message.toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    message.setLength(0);
                }
            }
            from.request(1);
            return null;
        }

        private void take(JsonNode event) {
            CompletableFuture<JsonNode> reply = replies.remove(event.path("id").asInt());
            if (reply != null) {
                reply.complete(event.path("result"));
            }
            JsonNode params = event.path("params");
            JsonNode entry = params.path("entry");
            if (event.path("method").asText().equals("Runtime.exceptionThrown")) {
                faults.add(params.path("exceptionDetails").toString());
            } else if (entry.path("level").asText().equals("error")
                    && !entry.path("source").asText().equals("network")) {
                faults.add(entry.path("text").asText());
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        client.shutdownNow();
        var processes = new ArrayList<>(process.descendants().toList());
        processes.add(process.toHandle());
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : processes) {
            each.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
