package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Position;
import io.alluvium.testkit.RecordingSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files, and ranges of them, that several threads read are the same to a table as read by one.
class FileRangesTest {

    private static final long SEED = Long.getLong("ranges.seed", System.nanoTime());
    private static final int MANY = 1_000_000;

    @TempDir
    private Path folder;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static FileFixture over(Object pattern, int threads) {
        return FileFixture.over(pattern).with("file.read.threads", Integer.toString(threads));
    }

    private static RecordingSink load(FileFixture fixture, int commitRows, int rangeBytes) throws Exception {
        var sink = new RecordingSink().keepingCommits();
        try (FileLoader loader = fixture.loader(commitRows, rangeBytes)) {
            loader.loadAll(Position.START, sink);
        }
        return sink;
    }

    /// Compares what several threads make of files with what one makes of them.
    private static void assertSame(FileFixture one, FileFixture several, int commitRows, int rangeBytes)
            throws Exception {
        RecordingSink expected = load(one, MANY, MANY);
        RecordingSink actual = load(several, commitRows, rangeBytes);
        assertThat(List.copyOf(actual.rowsByText().entrySet()))
                .isEqualTo(List.copyOf(expected.rowsByText().entrySet()));
        assertThat(actual.bad()).isEqualTo(expected.bad());
        assertThat(actual.position()).isEqualTo(expected.position());
        assertThat(actual.sent()).isEqualTo(expected.sent());
    }

    @Test
    void anyTextInRangesOfAnyLengthGivesTheSameRowsBadRecordsAndPosition() throws Exception {
        for (int i = 0; i < 60; i++) {
            long seed = SEED + i;
            var random = new Random(seed);
            boolean csv = random.nextInt(3) > 0;
            int columns = 1 + random.nextInt(4);
            String text = csv ? csv(random, columns) : jsonLines(random);
            Path file = write("t" + i + (csv ? ".csv" : ".jsonl"), text);
            boolean watched = random.nextBoolean();
            int threads = 2 + random.nextInt(4);
            int range = 1 + random.nextInt(random.nextBoolean() ? 30 : 600);
            try {
                assertSame(
                        shaped(over(file, 1), csv ? columns : 0, watched),
                        shaped(over(file, threads), csv ? columns : 0, watched),
                        1 + random.nextInt(20),
                        range);
            } catch (AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ", ranges of " + range + ", " + e.getMessage() + "; text:\n" + text, e);
            }
        }
    }

    private static FileFixture shaped(FileFixture fixture, int columns, boolean watched) {
        for (int c = 0; c < columns; c++) {
            fixture.column("c" + c, c == 1 ? "BIGINT" : "VARCHAR");
        }
        return columns == 0
                ? (watched ? fixture.watched() : fixture).column("n", "BIGINT")
                : (watched ? fixture.watched() : fixture).with("file.escape", "\\");
    }

    private static String csv(Random random, int columns) {
        String lineBreak = random.nextBoolean() ? "\n" : "\r\n";
        int oddities = random.nextInt(4);
        var text = new StringBuilder(random.nextInt(5) == 0 ? "\uFEFF" : "");
        text.append(IntStream.range(0, columns).mapToObj(c -> "c" + c).collect(Collectors.joining(",")))
                .append(lineBreak);
        for (int row = random.nextInt(80); row > 0; row--) {
            for (int c = 0; c < columns; c++) {
                text.append(c > 0 ? "," : "").append(field(random, c, row, oddities, lineBreak));
            }
            text.append(lineBreak);
            if (oddities > 0 && random.nextInt(20) == 0) {
                text.append(lineBreak.repeat(1 + random.nextInt(2)));
            }
            if (oddities > 1 && random.nextInt(15) == 0) {
                text.append(List.of("\"x\" y,", "\"", "a,b,c,d,e,f", "\"1\",\"2")
                                .get(random.nextInt(4)))
                        .append(lineBreak);
            }
        }
        return text + (random.nextInt(3) == 0 ? "\"open " + random.nextInt() : "");
    }

    private static String field(Random random, int column, int row, int oddities, String lineBreak) {
        if (column == 1) {
            return oddities > 1 && random.nextInt(9) == 0 ? "x" + row : Integer.toString(row);
        }
        return switch (oddities == 0 ? 0 : random.nextInt(6)) {
            case 0 -> "plain" + row;
            case 1 -> "\"a,b\"\"" + lineBreak + "c" + row + "\"";
            case 2 -> "\"" + ("line," + row + lineBreak).repeat(random.nextInt(12)) + "\"";
            case 3 -> "\"\\\"" + lineBreak + "\\\\\"";
            case 4 -> "5\" pipe";
            default -> "é".repeat(random.nextInt(9));
        };
    }

    private static String jsonLines(Random random) {
        var text = new StringBuilder();
        for (int row = random.nextInt(80); row > 0; row--) {
            text.append(
                    switch (random.nextInt(9)) {
                        case 0 -> "\n";
                        case 1 -> " \t\r\n";
                        case 2 -> "{\"n\":\"no number\"}\r\n";
                        case 3 -> "no JSON at all\n";
                        default -> "{\"n\":" + row + ",\"more\":\"" + "y".repeat(random.nextInt(99)) + "\"}\n";
                    });
        }
        return text + (random.nextBoolean() ? "{\"n\":0}" : "");
    }

    @Test
    void fromAnyCommitOnTheNextLoaderGivesTheRowsBehindIt() throws Exception {
        for (int i = 0; i < 12; i++) {
            long seed = SEED - i;
            var random = new Random(seed);
            Path file = write("r" + i + ".csv", csv(random, 3) + "last,1,row\n");
            RecordingSink whole = load(shaped(over(file, 1), 3, true), MANY, MANY);
            byte[] bytes = Files.readAllBytes(file);
            RecordingSink parts = load(shaped(over(file, 3), 3, true), 1 + random.nextInt(5), 40);
            try {
                for (RecordingSink.Commit commit : parts.commits()) {
                    assertLine(commit.position(), bytes);
                    var rest = new RecordingSink();
                    try (FileLoader next = shaped(over(file, 3), 3, true).loader(4, 50)) {
                        next.loadAll(commit.position(), rest);
                    }
                    assertThat(rest.values().size() + commit.rows().size())
                            .isEqualTo(whole.rows().size());
                    assertThat(whole.rows()).containsAllEntriesOf(rest.rows()).containsAllEntriesOf(commit.rows());
                    assertThat(whole.bad()).containsAll(rest.bad());
                    assertThat(rest.position()).isEqualTo(whole.position());
                }
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /// The line number of a position is that of its offset.
    private static void assertLine(Position position, byte[] bytes) {
        String[] parts = position.parts().values().iterator().next().split(",", -1);
        int at = Integer.parseInt(parts[1]);
        long lines = new String(bytes, 0, at, StandardCharsets.UTF_8)
                .chars()
                .filter(c -> c == '\n')
                .count();
        assertThat(Long.parseLong(parts[2])).isEqualTo(lines + 1);
    }

    @Test
    void aBadRecordInALaterRangeIsNamedWithItsLineInTheFile() throws Exception {
        var text = new StringBuilder("id,text\r\n");
        for (int i = 0; i < 500; i++) {
            text.append(i == 400 ? "none" : Integer.toString(i)).append(",\"two\r\nlines\"\r\n\r\n");
        }
        Path file = write("a.csv", text.toString());

        RecordingSink sink = load(
                over(file, 3).column("id", "BIGINT").column("text", "VARCHAR").primaryKey("id"), 50, 256);

        assertThat(sink.rows()).hasSize(499);
        assertThat(sink.bad()).hasSize(1);
        assertThat(sink.bad().getFirst().place()).isEqualTo(file + ":line " + (2 + 400 * 3));
        assertThat(sink.bad().getFirst().raw()).isEqualTo("none,\"two\r\nlines\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void ofFilesWithTheSameKeysTheLastInTheOrderOfPathsWins(int threads) throws Exception {
        for (int f = 0; f < 30; f++) {
            var text = new StringBuilder("id,file\n");
            for (int row = 0; row <= f % 7 * 40; row++) {
                text.append(row).append(',').append(f).append('\n');
            }
            write(String.format("f%02d.csv", f), text.toString());
        }
        write("f25.csv", "other,header\n1,2\n");
        Path packed = folder.resolve("f20.csv.gz");
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write("id,file\n7,packed\n8,packed\n".getBytes(StandardCharsets.UTF_8));
        }
        Files.write(packed, bytes.toByteArray());

        RecordingSink sink = load(
                over(folder + "/*", threads)
                        .with("file.format", "csv")
                        .column("id", "BIGINT")
                        .column("file", "VARCHAR")
                        .primaryKey("id"),
                7,
                100);

        assertThat(sink.values()).hasSize(241).contains("{\"id\":0,\"file\":\"29\"}", "{\"id\":240,\"file\":\"27\"}");
        assertThat(sink.values())
                .filteredOn(row -> row.startsWith("{\"id\":8,"))
                .containsExactly("{\"id\":8,\"file\":\"29\"}");
        assertThat(sink.bad()).extracting(RecordingSink.Bad::place).containsExactly(folder + "/f25.csv:line 1");
    }

    @Test
    void aFileThatGrowsWhileItIsReadIsTakenOnceAndWhole() throws Exception {
        Path file = write("a.csv", "n\n" + numbers(0, 2_000));
        FileFixture fixture = over(file, 3).column("n", "BIGINT").watched();
        var sink = new RecordingSink() {
            private int next = 2_000;

            @Override
            public synchronized void send(byte[] key, byte @Nullable [] value) {
                super.send(key, value);
                if (sent() % 100 == 0 && next < 4_000) {
                    append(file, numbers(next, next + 100));
                    next += 100;
                }
            }
        };
        try (FileLoader loader = fixture.loader(90, 200)) {
            loader.loadAll(Position.START, sink);
            for (int i = 0; i < 30; i++) {
                loader.poll(sink.position(), sink);
            }
        }

        assertThat(sink.values())
                .isEqualTo(IntStream.range(0, 4_000)
                        .mapToObj(n -> "{\"n\":" + n + "}")
                        .toList());
        assertThat(sink.sent()).isEqualTo(4_000);
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> n + "\n").collect(Collectors.joining());
    }

    @Test
    void aLoaderThatFailsInTheMiddleLeavesNoReaderBehind() throws Exception {
        for (int f = 0; f < 5; f++) {
            write("f" + f + ".csv", "n\n" + numbers(0, 3_000));
        }
        var sink = new RecordingSink();
        sink.failAfter(500);
        try (FileLoader loader =
                over(folder + "/*.csv", 4).column("n", "BIGINT").loader(100, 1_000)) {
            assertThatThrownBy(() -> loader.loadAll(Position.START, sink)).isInstanceOf(RecordingSink.Failure.class);
        }

        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (readers() > 0) {
            assertThat(System.nanoTime()).as("readers are left").isLessThan(until);
            Thread.sleep(5);
        }
    }

    private static long readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("file-reader-"))
                .count();
    }

    @Test
    void aRecordThatIsLongerThanRangesIsRead() throws Exception {
        String text = "many\nlines,\n".repeat(500);
        Path file = write("a.csv", "id,text\n1,a\n2,\"" + text + "\"\n3,c\n4,\"" + text + "\"\n5,e\n");

        RecordingSink sink = load(
                over(file, 4).column("id", "BIGINT").column("text", "VARCHAR").primaryKey("id"), 10, 64);

        assertThat(sink.values())
                .containsExactly(
                        "{\"id\":1,\"text\":\"a\"}",
                        "{\"id\":2,\"text\":\"" + text.replace("\n", "\\n") + "\"}",
                        "{\"id\":3,\"text\":\"c\"}",
                        "{\"id\":4,\"text\":\"" + text.replace("\n", "\\n") + "\"}",
                        "{\"id\":5,\"text\":\"e\"}");
        assertThat(sink.bad()).isEmpty();
    }
}
