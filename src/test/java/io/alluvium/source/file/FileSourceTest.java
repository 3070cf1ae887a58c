package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {

    @TempDir
    private Path folder;

    @Test
    void typesOfCsvColumnsAreThoseThatHoldAllValues() throws IOException {
        Path file = write("a.csv", """
                flag,small,large,huge,amount,mixed,day,at,text,zip,empty,exact,science
                true,1,3000000000,12345678901234567890,12.50,1,2026-03-01,2026-03-01T12:00:00Z,abc,01234,,0.1,1e-5
                FALSE,-2,-1,1,1000,2.25,2026-03-02,2026-03-01 12:00:00.5,1,12345,,123456.789,2.5
                """);

        assertThat(FileFixture.over(file).columns())
                .containsExactly(
                        "_key VARCHAR",
                        "flag BOOLEAN",
                        "small BIGINT",
                        "large BIGINT",
                        "huge DECIMAL(38,0)",
                        "amount DECIMAL(18,2)",
                        "mixed DECIMAL(18,2)",
                        "day DATE",
                        "at TIMESTAMP",
                        "text VARCHAR",
                        "zip VARCHAR",
                        "empty VARCHAR",
                        "exact DECIMAL(18,3)",
                        "science DOUBLE");
    }

    @Test
    void columnsOfJsonAreThoseOfItsObjects() throws IOException {
        Path lines = write("a.jsonl", "{\"id\":1,\"n\":1.5}\n{\"id\":2,\"tags\":[1]}\n");
        Path other = write("a.ndjson", Files.readString(lines));
        Path array = write("a.json", " [ {\"id\":1,\"n\":1.5},\n{\"id\":2,\"tags\":[1]} ] ");

        assertThat(FileFixture.over(lines).columns()).containsExactly("id BIGINT", "n DECIMAL(18,1)", "tags JSON");
        assertThat(FileFixture.over(other).columns()).containsExactly("id BIGINT", "n DECIMAL(18,1)", "tags JSON");
        assertThat(FileFixture.over(array).columns()).containsExactly("id BIGINT", "n DECIMAL(18,1)", "tags JSON");
    }

    @Test
    void theKeyIsTheDeclaredOneElseTheOptionElseIdElseThePlace() throws IOException {
        Path file = write("a.csv", "ID,symbol,day\n1,x,2026-01-01\n");

        var declared = FileFixture.over(file)
                .column("symbol", "VARCHAR")
                .primaryKey("symbol")
                .discover();
        assertThat(declared.key()).containsExactly("symbol");
        assertThat(declared.keyRule()).isEqualTo("PRIMARY KEY");

        var option = FileFixture.over(file).with("key", "day, symbol").discover();
        assertThat(option.key()).containsExactly("day", "symbol");
        assertThat(option.keyRule()).isEqualTo("option key");

        var id = FileFixture.over(file).discover();
        assertThat(id.key()).containsExactly("ID");
        assertThat(id.keyRule()).isEqualTo("column id");

        var place = FileFixture.over(write("b.csv", "a\n1\n")).discover();
        assertThat(place.key()).containsExactly("_key");
        assertThat(place.keyRule()).isEqualTo("place in the file");
        assertThat(place.schema().names()).containsExactly("_key", "a");
    }

    @Test
    void aKeyThatIsNoColumnNamesTheColumns() throws IOException {
        Path file = write("a.csv", "symbol,price\n");

        assertFails(() -> FileFixture.over(file).with("key", "symbl").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("'symbl'")
                .hasMessageContaining("'symbol', 'price'");
        assertFails(() -> FileFixture.over(file).with("key", "symbol,symbol").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("twice");
    }

    @Test
    void aDeclaredColumnThatTheHeaderLacksIsNamedWithTheHeadersColumns() throws IOException {
        Path file = write("a.csv", "Symbol,price\nx,1\n");

        assertThat(FileFixture.over(file).column("SYMBOL", "VARCHAR").columns())
                .containsExactly("_key VARCHAR", "SYMBOL VARCHAR");
        assertFails(
                        () -> FileFixture.over(file)
                                .column("prices", "DECIMAL(18,2)")
                                .discover(),
                        ErrorCode.CONFIGURATION)
                .hasMessageContaining("'prices'")
                .hasMessageContaining("'Symbol', 'price'");
    }

    @Test
    void headersWithBlankNamesGetNumbersAndDoubledNamesAreRefused() throws IOException {
        assertThat(FileFixture.over(write("a.csv", "a,, \"c\"\n1,2,3\n")).columns())
                .containsExactly("_key VARCHAR", "a BIGINT", "column2 BIGINT", "\"c\" BIGINT");
        assertFails(() -> FileFixture.over(write("b.csv", "a,b,a\n")).discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("'a' twice");
        assertFails(() -> FileFixture.over(write("c.csv", "_key,b\n")).discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("'_key'");
        assertThat(FileFixture.over(write("d.csv", "1,x\n2,y\n"))
                        .with("file.header", "false")
                        .columns())
                .containsExactly("_key VARCHAR", "column1 BIGINT", "column2 VARCHAR");
    }

    @Test
    void aHeaderWithoutRowsHasTextColumnsAndAnEmptyFileHasNothingToDiscover() throws Exception {
        Path header = write("a.csv", "a,b\n");
        assertThat(FileFixture.over(header).columns()).containsExactly("_key VARCHAR", "a VARCHAR", "b VARCHAR");
        assertThat(FileFixture.over(header).load().rows()).isEmpty();

        Path empty = write("empty.csv", "");
        assertFails(() -> FileFixture.over(empty).discover(), ErrorCode.FILE_MISSING)
                .hasMessage("file '" + empty + "' is empty: there is nothing to discover columns from");
        assertThat(FileFixture.over(empty).column("a", "BIGINT").load().rows()).isEmpty();
        assertFails(() -> FileFixture.over(write("e.jsonl", "\n")).discover(), ErrorCode.FILE_MISSING);
        assertFails(() -> FileFixture.over(write("e.json", "[]")).discover(), ErrorCode.FILE_MISSING);
    }

    @Test
    void formatsThatAreNotThereAreRefused() throws IOException {
        for (String name : new String[] {"a.csv.bz2", "a.orc", "a.xlsx", "a.zip"}) {
            Path file = write(name, "x");
            assertFails(() -> FileFixture.over(file).discover(), ErrorCode.FEATURE_NOT_SUPPORTED)
                    .hasMessageContaining(file.toString());
        }
        Path log = write("a.log", "{\"a\":1}\n");
        assertFails(() -> FileFixture.over(log).discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("does not say what the file is");
        assertThat(FileFixture.over(log).with("file.format", "jsonl").columns())
                .containsExactly("_key VARCHAR", "a BIGINT");
    }

    @Test
    void optionsThatMeanNothingForTheFormatAreRefused() throws IOException {
        Path lines = write("a.jsonl", "{\"a\":1}\n");
        Path array = write("a.json", "[{\"a\":1}]");

        assertFails(() -> FileFixture.over(lines).with("file.delimiter", ";").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("file.delimiter");
        assertFails(() -> FileFixture.over(array).with("file.skip.lines", "1").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("file.skip.lines");
        assertFails(
                        () -> FileFixture.over(write("a.csv", "a"))
                                .with("file.encoding", "x-JISAutoDetect")
                                .discover(),
                        ErrorCode.CONFIGURATION)
                .hasMessageContaining("x-JISAutoDetect");
        assertFails(() -> FileFixture.over(array).with("file.format", "jsonl").load(), ErrorCode.FILE_MISSING);
        assertFails(() -> FileFixture.over(lines).with("file.format", "json").load(), ErrorCode.DATA)
                .hasMessageContaining("not a JSON array");
    }

    @Test
    void filesOfSeveralFormatsAreNoTable() throws IOException {
        write("a.csv", "a\n1\n");
        write("b.jsonl", "{\"a\":1}\n");

        assertFails(() -> FileFixture.over(folder + "/*").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("different formats");
    }

    @Test
    void whatIsMissingADirectoryOrEmptyHasItsOwnMessage() throws IOException {
        Files.createDirectory(folder.resolve("dir.csv"));

        assertFails(() -> FileFixture.over(folder.resolve("no.csv")).discover(), ErrorCode.FILE_MISSING)
                .hasMessageContaining("does not exist");
        assertFails(() -> FileFixture.over(folder + "/no*.csv").discover(), ErrorCode.FILE_MISSING)
                .hasMessageContaining("No file matches");
        assertFails(() -> FileFixture.over(folder.resolve("dir.csv")).discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("is a directory");
        assertFails(() -> FileFixture.over(" ").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("is empty");
        assertFails(() -> FileFixture.over("/a\0b.csv").discover(), ErrorCode.CONFIGURATION);
    }

    @Test
    void filesOutsideTheRootsAreRefusedAlsoByDotsAndLinks() throws Exception {
        Path root = Files.createDirectory(folder.resolve("root"));
        Path other = Files.createDirectory(folder.resolve("root2"));
        Path secret = Files.writeString(other.resolve("s.csv"), "a\n1\n");
        Path inside = Files.writeString(root.resolve("a.csv"), "a\n1\n");
        Path good = Files.createSymbolicLink(root.resolve("good.csv"), inside);

        assertThat(FileFixture.over(inside).roots(root).load().rows()).hasSize(1);
        assertThat(FileFixture.over(good).roots(root).load().rows()).hasSize(1);
        assertOutside(FileFixture.over(secret), root);
        assertOutside(FileFixture.over(root + "/../root2/s.csv"), root);
        assertOutside(FileFixture.over(other + "/*.csv"), root);
        assertOutside(FileFixture.over(other + "/not-there.csv"), root);

        Path link = Files.createSymbolicLink(root.resolve("link.csv"), secret);
        assertOutside(FileFixture.over(link), root);
        assertOutside(FileFixture.over(root + "/*.csv"), root);
        Files.delete(link);
        Files.createSymbolicLink(root.resolve("way"), other);
        assertOutside(FileFixture.over(root + "/way/s.csv"), root);
        assertOutside(FileFixture.over(root + "/**/*.csv"), root);
    }

    @Test
    void aGlobReadsWhatItMatchesInOrder() throws Exception {
        Files.createDirectories(folder.resolve("sub/deep"));
        Files.createDirectories(folder.resolve(".hidden"));
        for (String name : new String[] {
            "a1.csv",
            "b1.csv",
            "c1.csv",
            "a12.csv",
            "sub/a1.csv",
            "sub/deep/a1.csv",
            ".a1.csv",
            ".hidden/a1.csv",
            "x[1].csv"
        }) {
            write(name, "path\n" + name + "\n");
        }

        assertMatches("a?.csv", "a1.csv");
        assertMatches("a*.csv", "a1.csv", "a12.csv");
        assertMatches("[a-b]1.csv", "a1.csv", "b1.csv");
        assertMatches("[!a]1.csv", "b1.csv", "c1.csv");
        assertMatches("{a,c}1.csv", "a1.csv", "c1.csv");
        assertMatches("{a1,sub/a1}.csv", "a1.csv", "sub/a1.csv");
        assertMatches("**/a1.csv", "a1.csv", "sub/a1.csv", "sub/deep/a1.csv");
        assertMatches("*/a1.csv", "sub/a1.csv");
        assertMatches("sub/**", "sub/a1.csv", "sub/deep/a1.csv");
        assertMatches("**.csv", "a1.csv", "a12.csv", "b1.csv", "c1.csv", "sub/a1.csv", "sub/deep/a1.csv", "x[1].csv");
        assertMatches(".*.csv", ".a1.csv");
        assertMatches("x[1].csv", "x[1].csv");
        assertMatches("x\\[*.csv", "x[1].csv");
        assertFails(() -> FileFixture.over(folder + "/a[1.csv").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("not a glob");
        assertFails(() -> FileFixture.over(folder + "/{a,b.csv").discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("not a glob");
    }

    @Test
    void compressedFilesAreReadLikeOthers() throws Exception {
        Path file = folder.resolve("a.csv.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("id,name\n1,\u00e9\n2,b\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(FileFixture.over(file).columns()).containsExactly("id BIGINT", "name VARCHAR");
        assertThat(FileFixture.over(file).load().values())
                .containsExactly("{\"id\":1,\"name\":\"\u00e9\"}", "{\"id\":2,\"name\":\"b\"}");
        for (String name : new String[] {"no.csv.gz", "no.csv.zst"}) {
            assertFails(() -> FileFixture.over(write(name, "a,b\n")).discover(), ErrorCode.DATA)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void membersOfGzipAndFramesOfZstdAreOneText() throws Exception {
        var gzip = new ByteArrayOutputStream();
        var zstd = new ByteArrayOutputStream();
        for (String part : new String[] {"id,name\n1,\u00e9\n2", ",b\n", "3,c"}) {
            byte[] text = part.getBytes(StandardCharsets.UTF_8);
            try (var member = new GZIPOutputStream(gzip)) {
                member.write(text);
            }
            zstd.write(Zstd.compress(text));
        }
        Path packed = Files.write(folder.resolve("a.csv.gz"), gzip.toByteArray());
        Path frames = Files.write(folder.resolve("b.csv.zst"), zstd.toByteArray());

        for (Path file : new Path[] {packed, frames}) {
            assertThat(FileFixture.over(file).load().values())
                    .containsExactly(
                            "{\"id\":1,\"name\":\"\u00e9\"}", "{\"id\":2,\"name\":\"b\"}", "{\"id\":3,\"name\":\"c\"}");
        }
    }

    private void assertMatches(String glob, String... names) throws InterruptedException {
        assertThat(FileFixture.over(folder + "/" + glob).load().values())
                .as(glob)
                .containsExactly(Arrays.stream(names)
                        .map(n -> "{\"path\":\"" + n + "\"}")
                        .toArray(String[]::new));
    }

    private static void assertOutside(FileFixture fixture, Path root) {
        assertFails(() -> fixture.roots(root).discover(), ErrorCode.CONFIGURATION)
                .hasMessageContaining("outside alluvium.file.roots");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(ThrowingCallable call, ErrorCode code) {
        return assertThatThrownBy(call)
                .isInstanceOf(AlluviumException.class)
                .satisfies(e -> assertThat(((AlluviumException) e).code()).isEqualTo(code));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
