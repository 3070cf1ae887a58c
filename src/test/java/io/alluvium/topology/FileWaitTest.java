package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.catalog.TableState;
import io.alluvium.catalog.TableStatus;
import io.alluvium.fault.FaultCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Tables whose files are not there yet, not any more, or no files.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FileWaitTest {

    private static final String PATIENT =
            "\"file.wait.timeout\" = '5m', \"file.retry.interval\" = '100ms'," + " \"file.retry.strategy\" = 'fixed'";

    private TestCluster cluster;
    private Path folder;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        folder = Files.createDirectory(directory.resolve("files"));
        cluster = new TestCluster(directory, 1);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private void create(String table, String path, String with) {
        cluster.create("CREATE TABLE " + table + " AS SELECT * FROM 'file://" + folder + "/" + path + "'"
                + (with.isEmpty() ? "" : " WITH (" + with + ")"));
    }

    @Test
    void aFileAndAGlobThatAreMissingAreWaitedFor() throws IOException {
        create("late", "late.csv", PATIENT);
        create("parts", "part-*.csv", PATIENT);
        for (String table : List.of("late", "parts")) {
            TableStatus waiting = cluster.awaitStatus(
                    table, s -> s.retry().filter(r -> r.attempts() >= 2).isPresent());
            assertThat(waiting.state()).isEqualTo(TableState.WAITING);
            TableStatus.Retry why = waiting.retry().orElseThrow();
            assertThat(why.category()).isEqualTo(FaultCategory.FILE_MISSING);
            assertThat(why.message()).contains(folder.toString());
            assertThat(why.deadline()).isPresent();
        }

        Files.writeString(folder.resolve("late.csv"), "id,n\n1,10\n");
        Files.writeString(folder.resolve("part-7.csv"), "id,n\n7,70\n");

        cluster.awaitLive("late");
        cluster.awaitLive("parts");
        assertThat(cluster.rows("late", "id", "n")).isEqualTo(Map.of("1", List.of(10L)));
        assertThat(cluster.rows("parts", "id", "n")).isEqualTo(Map.of("7", List.of(70L)));
    }

    @Test
    void withoutAWaitAMissingFileFailsTheTableAtTheFirstLook() {
        create("hasty", "hasty.csv", "");

        TableStatus.Retry why =
                cluster.awaitState("hasty", TableState.FAILED).retry().orElseThrow();

        assertThat(why.category()).isEqualTo(FaultCategory.FILE_MISSING);
        assertThat(why.attempts()).isEqualTo(1);
        assertThat(why.hint()).contains("file.wait.timeout", "file.watch");
    }

    @Test
    void aDirectoryFailsAtOnceHoweverLongTheWait() throws IOException {
        Files.createDirectory(folder.resolve("directory.csv"));
        create("directory", "directory.csv", PATIENT);

        TableStatus.Retry why =
                cluster.awaitState("directory", TableState.FAILED).retry().orElseThrow();

        assertThat(why.category()).isEqualTo(FaultCategory.CONFIGURATION);
        assertThat(why.message()).contains("is a directory");
        assertThat(why.attempts()).isEqualTo(1);
    }

    @Test
    void aColumnIsWidenedByALaterLine() throws IOException {
        Path file = Files.writeString(folder.resolve("wider.csv"), "id,n,t\na,1,2026-01-01\n");
        create("wider", "wider.csv", "\"file.watch\" = 'true', \"file.watch.interval\" = '50ms'");
        cluster.awaitLive("wider");
        assertThat(cluster.status("wider").schema().column(1).type()).hasToString("BIGINT");

        Files.writeString(file, "b,2.5,soon\n", StandardOpenOption.APPEND);

        cluster.awaitRows(
                "wider", Map.of("a", List.of("1.0", "2026-01-01"), "b", List.of("2.5", "soon")), "id", "n", "t");
        assertThat(cluster.status("wider").badRecords()).isZero();
    }

    @Test
    void aFileThatIsGoneStallsItsTableWhichGoesOnWhenItIsBack() throws IOException {
        Path file = Files.writeString(folder.resolve("back.csv"), "id,n\n1,1\n");
        create(
                "back",
                "back.csv",
                "\"file.watch\" = 'true', \"file.watch.interval\" = '50ms', \"file.retry.interval\" = '100ms',"
                        + " \"file.retry.strategy\" = 'fixed'");
        cluster.awaitLive("back");

        Files.delete(file);
        TableStatus stalled = cluster.awaitState("back", TableState.STALLED);
        assertThat(stalled.retry().orElseThrow().category()).isEqualTo(FaultCategory.FILE_MISSING);
        assertThat(cluster.rows("back", "id", "n")).isEqualTo(Map.of("1", List.of(1L)));
        awaitMetric("alluvium_source_waiting{category=\"FILE_MISSING\",table=\"back\"} 1.0");

        Files.writeString(file, "id,n\n2,2\n");
        cluster.awaitState("back", TableState.LIVE);
        cluster.awaitRows("back", Map.of("1", List.of(1L), "2", List.of(2L)), "id", "n");
        awaitMetric("alluvium_source_waiting{category=\"FILE_MISSING\",table=\"back\"} 0.0");
    }

    private void awaitMetric(String line) {
        TestCluster.await(line, () -> cluster.meters.scrape().contains(line + "\n"));
    }
}
