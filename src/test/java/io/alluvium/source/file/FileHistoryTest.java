package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.data.Column;
import io.alluvium.data.ColumnType;
import io.alluvium.data.Position;
import io.alluvium.data.Schema;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.source.ExternalSource.Discovery;
import io.alluvium.testkit.RecordingSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Histories of files that grow, are cut, replaced and renamed while a loader follows them, fails and is
/// started again. After each look that succeeds the table is what the files say.
class FileHistoryTest {

    private static final int HISTORIES = 60;
    private static final int STEPS = 60;

    @TempDir
    private Path folder;

    @Test
    void rowsWithoutAKeyAreAlwaysThoseThatStandInTheFiles() throws Exception {
        long seed = Long.getLong("history.seed", System.nanoTime());
        int lost = 0;
        for (int i = 0; i < HISTORIES; i++) {
            var history = new History(seed + i, Files.createDirectory(folder.resolve("h" + i)), false);
            history.run();
            lost += history.lost;
        }
        assertThat(lost).as("seed %d", seed).isLessThan(HISTORIES * STEPS / 4);
    }

    @Test
    void rowsWithAKeyAreAllThatWereEverSeen() throws Exception {
        long seed = Long.getLong("history.seed", System.nanoTime());
        for (int i = 0; i < HISTORIES; i++) {
            new History(seed + i, Files.createDirectory(folder.resolve("h" + i)), true).run();
        }
    }

    private static final class History {
        private final long seed;
        private final Random random;
        private final Path folder;
        private final boolean keyed;
        private final boolean csv;
        private final boolean array;
        private final FileFixture fixture;
        private final RecordingSink sink = new RecordingSink();
        private final List<String> steps = new ArrayList<>();
        private final Set<String> certain = new HashSet<>();
        private final Set<String> possible = new HashSet<>();
        private FileLoader loader;
        private int nextId;
        private long nextTime = Instant.now().getEpochSecond() - 1_000_000;
        private int lost;

        History(long seed, Path folder, boolean keyed) throws IOException {
            this.seed = seed;
            this.random = new Random(seed);
            this.folder = folder;
            this.keyed = keyed;
            this.csv = random.nextBoolean();
            this.array = !csv && random.nextInt(4) == 0;
            Files.writeString(folder.resolve("app.log"), content(1 + random.nextInt(5)));
            fixture = FileFixture.over(folder + "/app.log*")
                    .with("file.format", csv ? "csv" : array ? "json" : "jsonl")
                    .column("id", "BIGINT")
                    .column("text", "VARCHAR")
                    .watched();
            if (keyed) {
                fixture.primaryKey("id");
            } else {
                fixture.with("key", "id");
            }
            loader = newLoader();
        }

        private FileLoader newLoader() {
            FileSource source = fixture.source();
            var found = source.discover();
            var discovery = keyed
                    ? found
                    : new Discovery(
                            Schema.of(
                                    Column.of("_key", ColumnType.VARCHAR),
                                    found.schema().column(0),
                                    found.schema().column(1)),
                            List.of("_key"),
                            "place in the file");
            return source.open(discovery, 1 + random.nextInt(4));
        }

        void run() throws Exception {
            try {
                load(Position.START);
                for (int i = 0; i < STEPS; i++) {
                    step();
                    if (random.nextInt(3) > 0) {
                        look();
                    }
                }
                look();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", steps:\n" + String.join("\n", steps), e);
            } finally {
                loader.close();
            }
        }

        private void load(Position from) throws InterruptedException, IOException {
            loader.loadAll(from, sink);
            check();
        }

        private void look() throws InterruptedException, IOException {
            boolean fails = random.nextInt(3) == 0;
            if (fails) {
                sink.failAfter(random.nextInt(12));
            }
            try {
                for (int i = 0; i < (array ? 2 : 1); i++) {
                    loader.poll(sink.position(), sink);
                }
                sink.failAfter(Long.MAX_VALUE);
            } catch (RecordingSink.Failure e) {
                steps.add("  the sink failed");
                sink.failAfter(Long.MAX_VALUE);
                possible.addAll(values().values());
                if (random.nextBoolean()) {
                    restart();
                }
                return;
            } catch (AlluviumException e) {
                sink.failAfter(Long.MAX_VALUE);
                if (e.code() != ErrorCode.POSITION_LOST || keyed) {
                    throw e;
                }
                lost++;
                steps.add("  " + e.getMessage());
                sink.clear();
                restart();
                load(Position.START);
                return;
            }
            steps.add("  looked");
            check();
        }

        private void restart() {
            steps.add("  restart at " + sink.position());
            sink.abort();
            loader.close();
            loader = newLoader();
        }

        private void check() throws IOException {
            Map<String, String> values = values();
            if (keyed) {
                certain.addAll(values.values());
                Set<String> rows = new HashSet<>(sink.values());
                assertThat(rows).containsAll(certain);
                rows.removeAll(certain);
                assertThat(possible).containsAll(rows);
                assertThat(sink.rows()).hasSize(new HashSet<>(sink.values()).size());
            } else {
                assertThat(new TreeMap<>(sink.rowsByText())).isEqualTo(new TreeMap<>(values));
            }
            assertThat(sink.bad()).isEmpty();
        }

        private void step() throws IOException {
            // What a file that is replaced had when it was open is read, though no look has shown it.
            possible.addAll(values().values());
            List<Path> files = files();
            Path file = files.get(random.nextInt(files.size()));
            switch (random.nextInt(array ? 2 : 8)) {
                case 0 -> rewrite(file, false);
                case 1 -> rewrite(file, true);
                case 2 -> truncate(file);
                case 3 -> rotate();
                case 4 -> {
                    steps.add("restart");
                    restart();
                }
                default -> append(file);
            }
        }

        private void append(Path file) throws IOException {
            String present = Files.readString(file);
            if (!present.isEmpty() && !present.endsWith("\n")) {
                Files.writeString(file, rest(present), StandardOpenOption.APPEND);
            } else if (csv && present.isEmpty()) {
                Files.writeString(file, "id,text\n");
            }
            var text = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                text.append(line());
            }
            String half = line();
            text.append(half, 0, random.nextBoolean() ? 0 : random.nextInt(half.length()));
            Files.writeString(file, text, StandardOpenOption.APPEND);
            stamp(file);
            steps.add("append to " + file.getFileName() + ": " + text);
        }

        /// What completes a file's last line; a quote that is open is closed before.
        private String rest(String present) {
            int start = present.lastIndexOf("\n\"") + 1;
            String last = present.substring(Math.max(start, present.lastIndexOf('\n') + 1));
            return pendingRest.getOrDefault(last, "");
        }

        private final Map<String, String> pendingRest = new TreeMap<>();

        private void rewrite(Path file, boolean byRename) throws IOException {
            Path written = byRename ? folder.resolve("new") : file;
            Files.writeString(written, content(random.nextInt(8)));
            stamp(written);
            if (byRename) {
                Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
            }
            steps.add((byRename ? "replace " : "rewrite ") + file.getFileName() + ": " + Files.readString(file));
        }

        private void truncate(Path file) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            int header = csv ? "id,text\n".length() : 0;
            String text = new String(bytes, StandardCharsets.US_ASCII);
            int end = text.lastIndexOf('\n', random.nextInt(bytes.length + 1)) + 1;
            Files.writeString(file, text.substring(0, Math.min(text.length(), Math.max(end, header))));
            stamp(file);
            steps.add("truncate " + file.getFileName() + " to " + Files.size(file));
        }

        private void rotate() throws IOException {
            for (int i = 3; i >= 0; i--) {
                Path from = folder.resolve("app.log" + (i == 0 ? "" : "." + i));
                if (i == 3) {
                    if (Files.exists(from)) {
                        return;
                    }
                } else if (Files.exists(from)) {
                    Files.move(from, folder.resolve("app.log." + (i + 1)));
                }
            }
            Files.writeString(folder.resolve("app.log"), content(random.nextInt(4)));
            stamp(folder.resolve("app.log"));
            steps.add("rotate; new: " + Files.readString(folder.resolve("app.log")));
        }

        private void stamp(Path file) throws IOException {
            Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(nextTime++)));
        }

        private String content(int lines) {
            var text = new StringBuilder(csv ? "id,text\n" : array ? "[" : "");
            for (int i = 0; i < lines; i++) {
                text.append(array && i > 0 ? "," : "").append(array ? line().strip() : line());
            }
            return text.append(array ? "]" : "").toString();
        }

        /// A line without line breaks in it, so that the model is plain.
        private String line() {
            int id = nextId++;
            String text = "t" + "x".repeat(random.nextInt(30));
            String line = csv ? id + ",\"" + text + "\"\n" : "{\"id\":" + id + ",\"text\":\"" + text + "\"}\n";
            for (int i = 1; i < line.length(); i++) {
                pendingRest.put(line.substring(0, i), line.substring(i));
            }
            return line;
        }

        private List<Path> files() throws IOException {
            try (Stream<Path> all = Files.list(folder)) {
                return all.sorted(Comparator.comparing(Path::toString)).toList();
            }
        }

        /// The rows that stand in the files, by place.
        private Map<String, String> values() throws IOException {
            Map<String, String> values = new TreeMap<>();
            for (Path file : files()) {
                String text = Files.readString(file);
                int at = csv ? "id,text\n".length() : array ? 1 : 0;
                while (at < text.length()) {
                    int end = array ? text.indexOf('}', at) + 1 : text.indexOf('\n', at);
                    if (end <= 0) {
                        break;
                    }
                    values.put(file + ":" + at, json(text.substring(at, end)));
                    at = end + 1;
                }
            }
            return values;
        }

        private String json(String line) {
            if (!csv) {
                return line;
            }
            int comma = line.indexOf(',');
            return "{\"id\":" + line.substring(0, comma) + ",\"text\":" + line.substring(comma + 1) + "}";
        }
    }
}
