package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.data.Position;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.RecordingSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFollowTest {

    @TempDir
    private Path folder;

    private RecordingSink sink = new RecordingSink();
    private @Nullable FileLoader loader;

    @AfterEach
    void closeLoader() {
        FileLoader last = loader;
        if (last != null) {
            last.close();
        }
    }

    @Test
    void withoutWatchThereIsNothingToFollowAndTheLastLineNeedsNoLineBreak() throws Exception {
        Path file = write("a.csv", "id,a\n1,x\n2,y");
        load(FileFixture.over(file));
        assertThat(sink.values()).containsExactly("{\"id\":1,\"a\":\"x\"}", "{\"id\":2,\"a\":\"y\"}");

        loader().follow(sink.position(), sink);

        assertThat(sink.commits()).isEmpty();
    }

    @Test
    void aHalfWrittenLastLineIsLeftUntilItsEndArrives() throws Exception {
        Path file = write("a.csv", "id,a\n1,x\n2,y");
        load(FileFixture.over(file).watched());
        assertThat(ids()).containsExactly("1");

        append(file, "z\n3");
        poll();
        assertThat(sink.values()).containsExactly("{\"id\":1,\"a\":\"x\"}", "{\"id\":2,\"a\":\"yz\"}");

        append(file, ",\"a\nb\"\n");
        poll();
        assertThat(ids()).containsExactly("1", "2", "3");
    }

    @Test
    void aHalfWrittenHeaderIsWaitedFor() throws Exception {
        Path file = write("a.csv", "id,");
        load(FileFixture.over(file).watched().column("id", "BIGINT").column("name", "VARCHAR"));
        assertThat(sink.rows()).isEmpty();

        append(file, "name\n1,x\n");
        poll();

        assertThat(sink.values()).containsExactly("{\"id\":1,\"name\":\"x\"}");
    }

    @Test
    void positionsStandAtTheEndsOfRecordsAndCommitsComeOften() throws Exception {
        var text = new StringBuilder("id,a\n");
        for (int i = 0; i < 120_000; i++) {
            text.append(i).append(",x\n");
        }
        Path file = write("a.csv", text.toString());
        sink = new RecordingSink().keepingCommits();

        load(FileFixture.over(file));

        assertThat(sink.commits()).hasSizeGreaterThanOrEqualTo(3);
        for (RecordingSink.Commit commit : sink.commits()) {
            String[] parts = Objects.requireNonNull(commit.position().parts().get(file.toString()))
                    .split(",", -1);
            int offset = Integer.parseInt(parts[1]);
            assertThat(text.charAt(offset - 1)).isEqualTo('\n');
            assertThat(text.substring(0, offset).lines().count())
                    .isEqualTo(commit.rows().size() + 1);
            assertThat(Integer.parseInt(parts[2])).isEqualTo(commit.rows().size() + 2);
        }
        long[] last = sink.progress().getLast();
        assertThat(last).containsExactly(Files.size(file), Files.size(file));
    }

    @Test
    void anInterruptedLoadGoesOnWhereItWasCommitted() throws Exception {
        var text = new StringBuilder("id,a\n");
        for (int i = 0; i < 120_000; i++) {
            text.append(i).append(",x\n");
        }
        Path plain = write("a.csv", text.toString());
        Path packed = folder.resolve("b.csv.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        for (Path file : List.of(plain, packed)) {
            sink = new RecordingSink();
            sink.failAfter(60_000);
            assertThatThrownBy(() -> load(FileFixture.over(file))).isInstanceOf(RecordingSink.Failure.class);
            int committed = sink.rows().size();
            int sent = sink.sent();
            assertThat(committed).isBetween(1, 59_999);

            load(FileFixture.over(file));

            assertThat(sink.rows()).hasSize(120_000);
            assertThat(sink.sent() - sent).isEqualTo(120_000 - committed);
        }
    }

    @Test
    void newFilesOfAGlobAreReadAndThoseThatAreGoneLeaveThePosition() throws Exception {
        Path first = write("a.csv", "id,a\n1,x\n");
        load(FileFixture.over(folder + "/*.csv").watched());

        Path second = write("b.csv", "id,a\n2,y\n");
        poll();
        assertThat(ids()).containsExactly("1", "2");

        Files.delete(first);
        poll();
        assertThat(ids()).containsExactly("1", "2");
        assertThat(sink.position().parts()).containsOnlyKeys(second.toString());
    }

    @Test
    void aFileThatVanishesIsMissingAndIsFollowedAgainWhenItIsBack() throws Exception {
        Path file = write("a.csv", "a\n1\n2\n");
        load(FileFixture.over(file).watched());
        Files.delete(file);
        assertThatThrownBy(this::poll).isInstanceOfSatisfying(AlluviumException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.FILE_MISSING);
            assertThat(e).hasMessageContaining(file.toString());
        });
        assertThat(sink.rows()).hasSize(2);

        write("a.csv", "a\n3\n");
        poll();

        assertThat(sink.rowsByText()).isEqualTo(Map.of(file + ":2", "{\"a\":3}"));
    }

    @Test
    void aReplacedFileIsReadAgainAndPlacesThatAreGoneAreDeleted() throws Exception {
        Path file = write("a.csv", "a\n1\n22\n3\n");
        load(FileFixture.over(file).watched());
        assertThat(sink.rowsByText()).containsOnlyKeys(file + ":2", file + ":4", file + ":7");

        write("new", "a\n7\n8\n");
        Files.move(folder.resolve("new"), file, StandardCopyOption.REPLACE_EXISTING);
        poll();
        assertThat(sink.rowsByText()).isEqualTo(Map.of(file + ":2", "{\"a\":7}", file + ":4", "{\"a\":8}"));

        write("a.csv", "a\n99\n");
        poll();
        assertThat(sink.rowsByText()).isEqualTo(Map.of(file + ":2", "{\"a\":99}"));

        write("a.csv", "a\n");
        poll();
        assertThat(sink.rows()).isEmpty();
    }

    @Test
    void aFileThatWasRewrittenInPlaceIsNoticedByWhatStandsBeforeThePosition() throws Exception {
        String head = "id,a\n" + "1,x\n".repeat(100);
        Path file = write("a.csv", head + "2,y\n");
        load(FileFixture.over(file).watched());

        write("a.csv", head + "3,z\n4,more\n");
        poll();

        assertThat(ids()).containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    @Test
    void placesAreKnownAgainAfterARestartButNotWhenTheFileWasReplacedMeanwhile() throws Exception {
        Path file = write("a.csv", "a\n1\n2\n3\n");
        var fixture = FileFixture.over(file).watched();
        load(fixture);

        restart(fixture);
        poll();
        write("a.csv", "a\n5\n");
        poll();
        assertThat(sink.rowsByText()).isEqualTo(Map.of(file + ":2", "{\"a\":5}"));

        restart(fixture);
        write("a.csv", "a\n66\n7\n");
        assertThatThrownBy(this::poll)
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POSITION_LOST));
    }

    @Test
    void aReplacedFileThatIsCutBeforeItWasReadAgainToItsEndLosesItsPlaces() throws Exception {
        Path file = write("a.csv", "a\n" + ("1".repeat(30) + "\n").repeat(20));
        FileFixture fixture = FileFixture.over(file).watched();
        loader = fixture.loader(1);
        loader.loadAll(sink.position(), sink);
        assertThat(sink.rows()).hasSize(20);

        write("a.csv", "a\n" + ("2".repeat(30) + "\n").repeat(20));
        sink.failAfter(6);
        assertThatThrownBy(this::poll).isInstanceOf(RecordingSink.Failure.class);
        write("a.csv", "a\n" + ("2".repeat(30) + "\n").repeat(12));

        assertThatThrownBy(this::poll)
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POSITION_LOST));
    }

    @Test
    void aPlaceThatHoldsABadRecordNowHasNoRow() throws Exception {
        Path file = write("a.csv", "a,b\n1,2\n3,4\n");
        load(FileFixture.over(file).watched());

        write("a.csv", "a,b\n1x2\n3,5\n");
        poll();

        assertThat(sink.rowsByText()).isEqualTo(Map.of(file + ":8", "{\"a\":3,\"b\":5}"));
        assertThat(sink.bad()).hasSize(1);
    }

    @Test
    void aFileThatIsRenamedWithinTheGlobIsReadOnUnderItsNewName() throws Exception {
        Path log = write("app.log", "{\"id\":1}\n{\"id\":2}\n");
        var fixture = FileFixture.over(folder + "/app.log*")
                .with("file.format", "jsonl")
                .watched();
        load(fixture);

        append(log, "{\"id\":3}\n");
        Files.move(log, folder.resolve("app.log.1"));
        write("app.log", "{\"id\":4}\n");
        int sent = sink.sent();
        poll();

        assertThat(ids()).containsExactly("1", "2", "3", "4");
        assertThat(sink.sent() - sent).isEqualTo(2);
        append(folder.resolve("app.log.1"), "{\"id\":5}\n");
        Files.move(folder.resolve("app.log.1"), folder.resolve("app.log.2"));
        Files.move(log, folder.resolve("app.log.1"));
        write("app.log", "{\"id\":6}\n");
        restart(fixture);
        sent = sink.sent();
        poll();
        assertThat(ids()).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(sink.sent() - sent).isEqualTo(2);
    }

    @Test
    void aFileThatIsRenamedOutOfSightIsReadToItsEndFirst() throws Exception {
        Path log = write("app.jsonl", "{\"id\":1}\n");
        load(FileFixture.over(log).watched());

        append(log, "{\"id\":2}\n");
        Files.move(log, folder.resolve("old"));
        write("app.jsonl", "{\"id\":3}\n");
        poll();
        assertThat(ids()).containsExactly("1", "2", "3");

        append(log, "{\"id\":4}\n");
        Files.move(log, folder.resolve("older"));
        assertThatThrownBy(this::poll).isInstanceOf(AlluviumException.class);
        assertThat(ids()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void rowsWithoutAKeyMoveWithTheirFile() throws Exception {
        Path log = write("app.log", "{\"n\":1}\n");
        load(FileFixture.over(folder + "/app.log*").with("file.format", "jsonl").watched());

        Files.move(log, folder.resolve("app.log.1"));
        poll();
        assertThat(sink.rowsByText()).isEqualTo(Map.of(log + ".1:0", "{\"n\":1}"));

        write("app.log", "{\"n\":2}\n");
        poll();
        assertThat(sink.rowsByText()).isEqualTo(Map.of(log + ".1:0", "{\"n\":1}", log + ":0", "{\"n\":2}"));
    }

    @Test
    void anArrayThatChangesIsReadAgainOnceItStandsStill() throws Exception {
        Path file = write("a.json", "[{\"n\":1},{\"n\":2}]");
        load(FileFixture.over(file).watched());
        assertThat(sink.rowsByText()).containsOnlyKeys(file + ":1", file + ":9");

        write("a.json", "[{\"n\":3}]");
        poll();
        assertThat(sink.rows()).hasSize(2);
        poll();
        assertThat(sink.rowsByText()).isEqualTo(Map.of(file + ":1", "{\"n\":3}"));
        int sent = sink.sent();
        poll();
        poll();
        assertThat(sink.sent()).isEqualTo(sent);
    }

    @Test
    void aFileOfAGlobThatDoesNotFitIsLeftOutOnce() throws Exception {
        write("a.csv", "id,a\n1,x\n");
        load(FileFixture.over(folder + "/*")
                .column("id", "BIGINT")
                .column("a", "VARCHAR")
                .watched());

        Path other = write("b.csv", "id,other\n2,y\n");
        Path strange = write("c.strange", "?");
        poll();
        poll();

        assertThat(ids()).containsExactly("1");
        assertThat(sink.bad())
                .extracting(RecordingSink.Bad::place)
                .containsExactly(other + ":line 1", strange + ":line 1");

        write("b.csv", "id,a\n2,y\n");
        poll();
        assertThat(ids()).containsExactly("1", "2");
    }

    @Test
    void followingStopsWhenItsThreadIsInterrupted() throws Exception {
        Path file = write("a.csv", "id\n1\n");
        load(FileFixture.over(file).watched());
        var ended = new AtomicReference<Throwable>();
        var seen = new CountDownLatch(1);
        Position from = sink.position();
        var thread = new Thread(() -> {
            try {
                loader().follow(from, new RecordingSink() {
                    @Override
                    public synchronized void commit(Position reached) {
                        super.commit(reached);
                        seen.countDown();
                    }
                });
            } catch (Throwable e) {
                ended.set(e);
            }
        });
        thread.start();
        append(file, "2\n");
        seen.await();
        thread.interrupt();
        thread.join();

        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aLoadStopsWhenItsThreadIsInterrupted() throws Exception {
        Path file = write("a.csv", "id\n" + "1\n".repeat(1000));
        loader = FileFixture.over(file).loader();

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> loader().loadAll(Position.START, sink)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    private void load(FileFixture fixture) throws InterruptedException {
        restart(fixture);
        loader().loadAll(sink.position(), sink);
    }

    private FileLoader loader() {
        return Objects.requireNonNull(loader);
    }

    private void restart(FileFixture fixture) {
        closeLoader();
        loader = fixture.loader();
    }

    private void poll() throws InterruptedException {
        loader().poll(sink.position(), sink);
    }

    private List<String> ids() {
        return sink.values().stream()
                .map(v -> v.replaceAll("^\\{\"id\":(\\d+).*", "$1"))
                .toList();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }
}
