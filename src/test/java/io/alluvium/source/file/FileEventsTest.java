package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.testkit.RecordingSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files are followed with an interval of an hour, so that only what the file system says reaches the table.
class FileEventsTest {

    @TempDir
    private Path folder;

    private final RecordingSink sink = new RecordingSink();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private @Nullable Thread thread;

    @AfterEach
    void stop() throws InterruptedException {
        Thread started = thread;
        if (started != null) {
            started.interrupt();
            started.join();
        }
    }

    @Test
    void aLineThatIsAppendedReachesTheTable() throws Exception {
        Path file = write("a.csv", "id,a\n1,x\n");
        follow(FileFixture.over(file).with("key", "a"));
        await(rows -> rows.containsKey("x"));

        for (String name : new String[] {"y", "z", "\u00e9"}) {
            Files.writeString(file, "2," + name + "\n", StandardOpenOption.APPEND);
            await(rows -> rows.containsKey(name));
        }
    }

    @Test
    void filesAndDirectoriesThatAppearReachTheTable() throws Exception {
        write("a.csv", "id,a\n1,x\n");
        follow(FileFixture.over(folder + "/**/*.csv").with("key", "a"));

        write("b.csv", "id,a\n1,b\n");
        await(rows -> rows.containsKey("b"));
        Path inside = Files.createDirectory(folder.resolve("inside")).resolve("c.csv");
        Files.writeString(inside, "id,a\n1,c\n");
        await(rows -> rows.containsKey("c"));
        Files.writeString(inside, "2,d\n", StandardOpenOption.APPEND);
        await(rows -> rows.containsKey("d"));
    }

    @Test
    void aReplacedFileIsReadAgainWithoutDoubles() throws Exception {
        Path file = write("a.csv", "a\nx\ny\nz\n");
        follow(FileFixture.over(file));
        await(rows -> rows.size() == 3);

        Path other = write("other", "a\nlonger\n");
        Files.move(other, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);

        await(rows -> Map.of(file + ":2", "{\"a\":\"longer\"}").equals(rows));
    }

    @Test
    void otherFilesOfTheDirectoryAskForNoLook() throws Exception {
        Path file = write("a.csv", "id,a\n1,x\n");
        FileFixture fixture = FileFixture.over(folder + "/*.csv").with("key", "a");
        follow(fixture);
        write("b.csv", "id,a\n1,b\n");
        await(rows -> rows.containsKey("b"));
        long before = fixture.listings();

        for (int i = 0; i < 50; i++) {
            write("other" + i, "x");
        }
        Files.writeString(file, "2,last\n", StandardOpenOption.APPEND);
        await(rows -> rows.containsKey("last"));

        assertThat(fixture.listings()).isEqualTo(before);
    }

    @Test
    void directoriesAreListedOnceForAllFiles() throws Exception {
        for (int i = 0; i < 3000; i++) {
            write(i + ".csv", "a\n" + i + "\n");
            write(i + ".other", "");
        }
        FileFixture fixture = FileFixture.over(folder + "/*.csv").watched();
        try (FileLoader loader = fixture.loader()) {
            assertThat(fixture.listings()).isEqualTo(1);
            loader.loadAll(sink.position(), sink);
            assertThat(fixture.listings()).isEqualTo(2);
            for (int i = 0; i < 3; i++) {
                loader.poll(sink.position(), sink);
            }
        }

        assertThat(fixture.listings()).isEqualTo(5);
        assertThat(sink.rows()).hasSize(3000);
    }

    private void follow(FileFixture fixture) throws InterruptedException {
        FileLoader loader = fixture.with("file.watch", "true")
                .with("file.watch.interval", "1h")
                .loader();
        loader.loadAll(sink.position(), sink);
        var started = new Thread(() -> {
            try (loader) {
                loader.follow(sink.position(), sink);
            } catch (InterruptedException e) {
                // The test is over.
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        thread = started;
        started.start();
    }

    private void await(Predicate<Map<String, String>> condition) throws InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.test(sink.rowsByText())) {
            assertThat(failure.get()).isNull();
            assertThat(System.nanoTime())
                    .as("rows after a minute: %s", sink.rowsByText())
                    .isLessThan(end);
            Thread.sleep(5);
        }
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }
}
