package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.testkit.RecordingSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFilesTest {

    @TempDir
    private Path folder;

    private Connection duck;

    @BeforeEach
    void connect() throws Exception {
        duck = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterEach
    void disconnect() throws Exception {
        duck.close();
    }

    @Test
    void rowsAreKeyedByTheColumnIdByTheOptionOrByTheirPlace() throws Exception {
        Path file = write("a.parquet", "SELECT i + 5 AS id, 'x' || i AS code, i AS n FROM range(2) r(i)");
        Path other = write("b.parquet", "SELECT 'x' || i AS code FROM range(2) r(i)");

        assertThat(FileFixture.over(file).discover().key()).containsExactly("id");
        assertThat(FileFixture.over(file).with("key", "code").load().rowsByText())
                .containsOnlyKeys("x0", "x1");
        assertThat(FileFixture.over(other).load().rowsByText())
                .containsEntry(other + ":0", "{\"code\":\"x0\"}")
                .containsEntry(other + ":1", "{\"code\":\"x1\"}");
    }

    @Test
    void declaredColumnsAreFoundInAnyCaseAndTheOthersAreNotRead() throws Exception {
        Path file = write("a.parquet", "SELECT 1 AS \"Id\", 'x' AS \"Name\", 2 AS other");

        assertThat(FileFixture.over(file)
                        .column("id", "BIGINT")
                        .column("name", "VARCHAR")
                        .load()
                        .values())
                .containsExactly("{\"id\":1,\"name\":\"x\"}");
        assertFails(() -> FileFixture.over(file).column("nme", "VARCHAR").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("no column 'nme'");
    }

    @Test
    void valuesThatADeclaredColumnCannotHoldAreBadRecords() throws Exception {
        Path file = write("a.parquet", "SELECT i AS id, CASE WHEN i = 1 THEN 'x' ELSE '7' END AS n FROM range(3) r(i)");

        RecordingSink sink = FileFixture.over(file)
                .column("id", "BIGINT")
                .column("n", "BIGINT")
                .primaryKey("id")
                .load();

        assertThat(sink.bad()).singleElement().satisfies(bad -> {
            assertThat(bad.place()).isEqualTo(file + ":row 2");
            assertThat(bad.column()).isEqualTo("n");
        });
        assertThat(sink.rows()).hasSize(2);
    }

    @Test
    void filesOfDifferentColumnsGiveTheColumnsThatHoldAll() throws Exception {
        write("a.parquet", "SELECT 1::INTEGER AS id, 1::INTEGER AS n, DATE '2026-01-01' AS d");
        write(
                "b.parquet",
                "SELECT 2::BIGINT AS id, 2.5::DECIMAL(9,2) AS n, TIMESTAMP '2026-01-01 01:00:00' AS d, 'x' AS more");

        FileFixture fixture = FileFixture.over(folder + "/*.parquet");

        assertThat(fixture.columns()).containsExactly("id BIGINT", "n DECIMAL(38,2)", "d TIMESTAMP", "more VARCHAR");
        assertThat(fixture.load().values())
                .containsExactly(
                        "{\"id\":1,\"n\":1,\"d\":\"2026-01-01\"}",
                        "{\"id\":2,\"n\":2.50,\"d\":\"2026-01-01T01:00:00\",\"more\":\"x\"}");
    }

    @Test
    void afterEachInterruptionTheLoadGoesOnWithoutLossOrDoubles() throws Exception {
        write("a.parquet", "SELECT i AS n FROM range(30) r(i)");
        write("b.parquet", "SELECT i AS n FROM range(4500) r(i)");
        RecordingSink whole = FileFixture.over(folder + "/*.parquet").load();
        for (int calls = 1; calls < 4500; calls += 241) {
            var sink = new RecordingSink();
            sink.failAfter(calls);
            FileFixture fixture = FileFixture.over(folder + "/*.parquet");
            try (FileLoader loader = fixture.loader(100)) {
                assertThatThrownBy(() -> loader.loadAll(sink.position(), sink))
                        .isInstanceOf(RecordingSink.Failure.class);
            }
            int before = sink.sent();
            try (FileLoader loader = fixture.loader(100)) {
                loader.loadAll(sink.position(), sink);
            }
            assertThat(sink.rows()).as("interrupted after %s calls", calls).isEqualTo(whole.rows());
            assertThat(sink.sent() - before).as("sent again").isLessThanOrEqualTo(4530 - before + 200);
        }
    }

    @Test
    void aDamagedFooterIsAnErrorOfASingleFileAndABadRecordAmongOthers() throws Exception {
        Path good = write("a.parquet", "SELECT 1 AS id");
        Path bad = folder.resolve("b.parquet");
        byte[] bytes = Files.readAllBytes(good);
        bytes[bytes.length - 20] ^= 0x55;
        bytes[bytes.length - 40] ^= 0x55;
        bytes[bytes.length - 7] = 0x7F;
        Files.write(bad, bytes);
        Files.write(folder.resolve("c.parquet"), new byte[] {'P', 'A', 'R', '1'});

        assertFails(() -> FileFixture.over(bad).discover(), ErrorCode.DATA).hasMessageContaining("b.parquet");
        RecordingSink sink = FileFixture.over(folder + "/*.parquet")
                .column("id", "BIGINT")
                .primaryKey("id")
                .load();

        assertThat(sink.values()).containsExactly("{\"id\":1}");
        assertThat(sink.bad()).hasSize(2).allSatisfy(b -> assertThat(b.reason()).contains("as Parquet"));
    }

    @Test
    void aDamagedPageHidesTheRestOfItsRowGroupAndNoMore() throws Exception {
        Path file = folder.resolve("a.parquet");
        run("COPY (SELECT i AS id, 'name ' || hash(i) AS name FROM range(6144) r(i)) TO '" + file
                + "' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 2048)");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = bytes.length / 2 - 6000; i < bytes.length / 2 + 6000; i++) {
            bytes[i] ^= 0x5A;
        }
        Files.write(file, bytes);

        RecordingSink sink = FileFixture.over(file).load();

        assertThat(sink.bad()).isNotEmpty().allSatisfy(bad -> {
            assertThat(bad.place()).startsWith(file + ":row ");
            assertThat(bad.reason()).contains("row group 2").contains("cannot be read");
        });
        assertThat(sink.rows()).hasSizeBetween(4096, 6143);
    }

    @Test
    void everyDamagedByteIsABadRecordOrAnErrorOfItsFile() throws Exception {
        Path file = write(
                "a.parquet",
                "SELECT i AS id, 'n' || i AS name, [i, i + 1] AS list, {'a': i} AS s FROM range(300) r(i)");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 4; i < bytes.length; i += 7) {
            byte[] damaged = bytes.clone();
            damaged[i] = (byte) (damaged[i] ^ 0x81);
            Files.write(file, damaged);
            try {
                RecordingSink sink = FileFixture.over(file).load();
                assertThat(sink.rows().size() + sink.bad().size())
                        .as("byte %s", i)
                        .isPositive();
            } catch (AlluviumException e) {
                assertThat(e.code()).as("byte %s: %s", i, e).isIn(ErrorCode.DATA, ErrorCode.FEATURE_NOT_SUPPORTED);
                assertThat(e.getMessage()).contains("a.parquet");
            }
        }
    }

    @Test
    void aCompressionThatIsNotThereIsRefusedWithItsName() throws Exception {
        Path file = folder.resolve("a.parquet");
        run("COPY (SELECT i AS id, 'abc' AS name FROM range(3) r(i)) TO '" + file
                + "' (FORMAT parquet, COMPRESSION brotli)");

        assertFails(() -> FileFixture.over(file).load(), ErrorCode.FEATURE_NOT_SUPPORTED)
                .hasMessageContaining("BROTLI")
                .hasMessageContaining("a.parquet");
    }

    @Test
    void optionsOfTextAreRefused() throws Exception {
        Path file = write("a.parquet", "SELECT 1 AS id");

        assertFails(() -> FileFixture.over(file).with("file.delimiter", ";").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("parquet");
        assertFails(() -> FileFixture.over(file).with("file.encoding", "UTF-16").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("parquet");
        assertFails(
                        () -> FileFixture.over(Files.copy(file, folder.resolve("b.parquet.gz")))
                                .discover(),
                        ErrorCode.FEATURE_NOT_SUPPORTED)
                .hasMessageContaining("compressed parquet");
    }

    @Test
    void newFilesAreReadAndAReplacedOneLosesTheRowsItNoLongerHas() throws Exception {
        Path file = write("a.parquet", "SELECT i AS n FROM range(4) r(i)");
        var sink = new RecordingSink();
        try (FileLoader loader =
                FileFixture.over(folder + "/*.parquet").watched().loader()) {
            loader.loadAll(sink.position(), sink);
            assertThat(sink.rows()).hasSize(4);

            Path next = write("b.parquet", "SELECT i AS n FROM range(3) r(i)");
            loader.poll(sink.position(), sink);
            loader.poll(sink.position(), sink);
            assertThat(sink.rows()).hasSize(7);

            Path shorter = write("c.new", "SELECT i + 10 AS n FROM range(2) r(i)");
            Files.move(shorter, file, StandardCopyOption.ATOMIC_MOVE);
            loader.poll(sink.position(), sink);
            loader.poll(sink.position(), sink);
            assertThat(sink.rowsByText())
                    .hasSize(5)
                    .containsEntry(file + ":0", "{\"n\":10}")
                    .containsEntry(file + ":1", "{\"n\":11}")
                    .containsKey(next + ":2");

            int sent = sink.sent();
            loader.poll(sink.position(), sink);
            assertThat(sink.sent()).isEqualTo(sent);
        }
    }

    @Test
    void anEmptyFileHasColumnsAndNoRows() throws Exception {
        Path file = write("a.parquet", "SELECT 1 AS id, 'x' AS name WHERE false");

        assertThat(FileFixture.over(file).columns()).containsExactly("id INTEGER", "name VARCHAR");
        assertThat(FileFixture.over(file).load().rows()).isEmpty();
    }

    private Path write(String name, String select) throws Exception {
        Path file = folder.resolve(name);
        run("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
        return file;
    }

    private void run(String sql) throws Exception {
        try (var statement = duck.createStatement()) {
            statement.execute(sql);
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(ThrowingCallable call, ErrorCode code) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AlluviumException.class,
                        e -> assertThat(e.code())
                                .as(Objects.toString(e.getMessage()))
                                .isEqualTo(code));
    }
}
