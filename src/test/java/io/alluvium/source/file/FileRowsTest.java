package io.alluvium.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.alluvium.testkit.RecordingSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileRowsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "quoted delimiter   | ,     | -  | -  | x,\"a,b\"          | {'a':'x','b':'a,b'}",
                "doubled quotes     | ,     | -  | -  | x,\"a\"\"b\"       | {'a':'x','b':'a\\\"b'}",
                "only quotes        | ,     | -  | -  | x,\"\"\"\"         | {'a':'x','b':'\\\"'}",
                "line break         | ,     | -  | -  | x,\"a⏎b\"          | {'a':'x','b':'a\\nb'}",
                "quote in a field   | ,     | -  | -  | x,5\" pipe         | {'a':'x','b':'5\\\" pipe'}",
                "empty is NULL      | ,     | -  | -  | x,                 | {'a':'x'}",
                "quoted empty       | ,     | -  | -  | x,\"\"             | {'a':'x','b':''}",
                "all NULL           | ,     | -  | -  | ,                  | {}",
                "semicolon          | ;     | -  | -  | x;a,b              | {'a':'x','b':'a,b'}",
                "tab                | \\t   | -  | -  | x\ta               | {'a':'x','b':'a'}",
                "wide delimiter     | §     | -  | -  | x§é                | {'a':'x','b':'é'}",
                "single quote       | ,     | '  | -  | x,'a,\"b'          | {'a':'x','b':'a,\\\"b'}",
                "escape             | ,     | -  | \\ | x,\"a\\\"b\\\\\"   | {'a':'x','b':'a\\\"b\\\\'}",
                "escape of nothing  | ,     | -  | \\ | x,\"C:\\dir\"      | {'a':'x','b':'C:\\\\dir'}",
                "spaces stay        | ,     | -  | -  | x, a b             | {'a':'x','b':' a b'}",
                "backslash          | ,     | -  | -  | x,a\\b             | {'a':'x','b':'a\\\\b'}",
            })
    void dialectsOfCsv(String name, String delimiter, String quote, String escape, String line, String json)
            throws Exception {
        String separator = delimiter.equals("\\t") ? "\t" : delimiter;
        var fixture = FileFixture.over(write("a.csv", "a" + separator + "b\n" + line.replace('⏎', '\n') + "\n"))
                .column("a", "VARCHAR")
                .column("b", "VARCHAR")
                .with("file.delimiter", delimiter);
        if (!quote.equals("-")) {
            fixture.with("file.quote", quote);
        }
        if (!escape.equals("-")) {
            fixture.with("file.escape", escape);
        }

        RecordingSink sink = fixture.load();

        assertThat(sink.bad()).isEmpty();
        assertThat(sink.values()).containsExactly(json.replace('\'', '"'));
    }

    @Test
    void nullTextSkippedLinesAndFilesWithoutHeader() throws Exception {
        Path file = write("a.tsv", "# made by x\n# on \"monday\n1\t\\N\n2\t\"\\N\"\n\n3\tz");

        RecordingSink sink = FileFixture.over(file)
                .with("file.null", "\\N")
                .with("file.skip.lines", "2")
                .with("file.header", "false")
                .column("id", "BIGINT")
                .column("name", "VARCHAR")
                .load();

        assertThat(sink.values())
                .containsExactly("{\"id\":1}", "{\"id\":2,\"name\":\"\\\\N\"}", "{\"id\":3,\"name\":\"z\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTF-8",
                "ISO-8859-1",
                "windows-1252",
                "UTF-16",
                "UTF-16LE",
                "UTF-16BE",
                "UTF-32",
                "Shift_JIS",
                "GB18030",
                "IBM1047"
            })
    void encodingsGiveTheSameRowsAndPlacesThatAreByteOffsets(String name) throws Exception {
        Charset charset = Charset.forName(name);
        String accent =
                charset.newEncoder().canEncode('é') ? "é" : charset.newEncoder().canEncode('表') ? "表" : "e";
        String header = "a,b\r\n";
        String first = "1,\"" + accent + "\n" + accent + "\"\r\n";
        byte[] bytes = (header + first + "2,x").getBytes(charset);
        Path file = folder.resolve("a.csv");
        Files.write(file, bytes);

        RecordingSink sink = FileFixture.over(file).with("file.encoding", name).load();

        int start = header.getBytes(charset).length;
        int bom = name.equals("UTF-16") ? 2 : 0;
        assertThat(sink.bad()).isEmpty();
        assertThat(sink.rowsByText())
                .isEqualTo(Map.of(
                        file + ":" + start,
                        "{\"a\":1,\"b\":\"" + accent + "\\n" + accent + "\"}",
                        file + ":" + (start + first.getBytes(charset).length - bom),
                        "{\"a\":2,\"b\":\"x\"}"));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstColumn() throws Exception {
        assertThat(FileFixture.over(write("a.csv", "\uFEFFid,b\n1,2\n")).columns())
                .containsExactly("id BIGINT", "b BIGINT");
        Path wide = folder.resolve("wide.csv");
        Files.write(wide, "\uFEFFid,b\n1,2\n".getBytes(StandardCharsets.UTF_16LE));
        assertThat(FileFixture.over(wide).with("file.encoding", "UTF-16").load().values())
                .containsExactly("{\"id\":1,\"b\":2}");
        assertThat(FileFixture.over(write("a.jsonl", "\uFEFF{\"id\":1}\n"))
                        .load()
                        .values())
                .containsExactly("{\"id\":1}");
    }

    @Test
    void badCsvRecordsAreLeftOutWithTheirPlaceAndTheRestIsRead() throws Exception {
        var bytes = new ByteArrayOutputStream();
        bytes.write("id,a,b\n1,x,y\n2,x\n3,x,y,z\n4,".getBytes(StandardCharsets.UTF_8));
        bytes.write(new byte[] {(byte) 0xC3, 0x28});
        bytes.write(
                ",y\n,x,y\n6,\"x\"oops,y\n7,\"x\ny\",z\n8,\"never closed,y\n9,x,y\n".getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve("a.csv");
        Files.write(file, bytes.toByteArray());

        RecordingSink sink = FileFixture.over(file).load();

        assertThat(sink.values())
                .containsExactly(
                        "{\"id\":1,\"a\":\"x\",\"b\":\"y\"}",
                        "{\"id\":7,\"a\":\"x\\ny\",\"b\":\"z\"}",
                        "{\"id\":9,\"a\":\"x\",\"b\":\"y\"}");
        assertThat(sink.bad())
                .extracting(b -> b.place() + " " + b.column() + " " + b.reason())
                .containsExactly(
                        file + ":line 3 null it has 2 fields, and the columns are 3",
                        file + ":line 4 null it has 4 fields, and the columns are 3",
                        file + ":line 5 null it is not valid UTF-8",
                        file + ":line 6 id the key is NULL",
                        file + ":line 7 null text follows a closing quote in field 2",
                        file + ":line 10 null a quote is not closed");
        assertThat(sink.bad().getFirst().raw()).isEqualTo("2,x");
    }

    @Test
    void valuesThatDoNotFitAnInferredTypeGoThroughAsTheyStand() throws Exception {
        String rows = "1,1,true,2026-01-01\n".repeat(10_000);
        Path file = write(
                "a.csv",
                "k,n,f,d\n" + rows
                        + "x,9999999999999999999999,maybe,soon\ny,0.10,True,2026-01-02\nz,007,1,\nw,not,FALSE,\n");

        RecordingSink sink = FileFixture.over(file).load();

        assertThat(sink.bad()).isEmpty();
        assertThat(sink.values())
                .hasSize(10_004)
                .endsWith(
                        "{\"k\":\"x\",\"n\":9999999999999999999999,\"f\":\"maybe\",\"d\":\"soon\"}",
                        "{\"k\":\"y\",\"n\":0.10,\"f\":true,\"d\":\"2026-01-02\"}",
                        "{\"k\":\"z\",\"n\":\"007\",\"f\":\"1\"}",
                        "{\"k\":\"w\",\"n\":\"not\",\"f\":false}");
    }

    @Test
    void aKeyThatDoesNotFitItsInferredTypeIsBadAndSaysWhatToDo() throws Exception {
        String csv = "id,a\n" + "1,x\n".repeat(10_000) + "abc,y\n";
        String lines = "{\"id\":1}\n".repeat(10_000) + "{\"id\":\"abc\"}\n{\"a\":1}\n";

        assertThat(FileFixture.over(write("a.csv", csv)).load().bad())
                .singleElement()
                .satisfies(b -> {
                    assertThat(b.column()).isEqualTo("id");
                    assertThat(b.reason()).contains("'abc' does not fit BIGINT").contains("declare the column VARCHAR");
                });
        assertThat(FileFixture.over(write("a.jsonl", lines)).load().bad())
                .extracting(RecordingSink.Bad::reason)
                .satisfiesExactly(
                        r -> assertThat(r).contains("'abc' does not fit BIGINT").contains("declare the column VARCHAR"),
                        r -> assertThat(r).isEqualTo("the key is NULL"));
    }

    @Test
    void declaredTypesAreKept() throws Exception {
        Path file = write("a.csv", """
                id,b,i,d,r,day,at,u,bin,j,t
                1,yes,+007,1.50,1e3,2026-01-02,2026-01-02T03:04:05Z,123e4567-e89b-12d3-a456-426614174000,AQI=,"{""a"": [1]}",12:30
                2,f, 5 ,.5,NaN,,1700000000000,,,[],
                3,perhaps,,,,,,,,,
                4,,2147483648,,,,,,,,
                5,,,1.234,,,,,,,
                6,,,12345.6,,,,,,,
                7,,,,1.2.3,,,,,,
                8,,,,,2026-02-30,,,,,
                9,,,,,,noon,,,,
                10,,,,,,,no-uuid,,,
                11,,,,,,,,?,,
                12,,,,,,,,,"{""a"":",
                13,,,,,,,,,,25:00
                """);
        RecordingSink sink = FileFixture.over(file)
                .column("id", "INTEGER")
                .column("b", "BOOLEAN")
                .column("i", "INTEGER")
                .column("d", "DECIMAL(6,2)")
                .column("r", "DOUBLE")
                .column("day", "DATE")
                .column("at", "TIMESTAMP")
                .column("u", "UUID")
                .column("bin", "BYTEA")
                .column("j", "JSON")
                .column("t", "TIME")
                .load();

        assertThat(sink.values())
                .containsExactly(
                        "{\"id\":1,\"b\":true,\"i\":7,\"d\":1.50,\"r\":1e3,\"day\":\"2026-01-02\","
                                + "\"at\":\"2026-01-02T03:04:05Z\",\"u\":\"123e4567-e89b-12d3-a456-426614174000\","
                                + "\"bin\":\"AQI=\",\"j\":{\"a\": [1]},\"t\":\"12:30\"}",
                        "{\"id\":2,\"b\":false,\"i\":5,\"d\":0.5,\"r\":\"NaN\",\"at\":1700000000000,\"j\":[]}");
        assertThat(sink.bad())
                .extracting(RecordingSink.Bad::column)
                .containsExactly("b", "i", "d", "d", "r", "day", "at", "u", "bin", "j", "t");
        assertThat(sink.bad().get(2).reason()).isEqualTo("'1.234' does not fit DECIMAL(6,2)");
    }

    @Test
    void aNullInANotNullColumnIsBad() throws Exception {
        assertThat(FileFixture.over(write("a.csv", "id,a\n1,\n"))
                        .column("id", "BIGINT")
                        .notNull("a", "VARCHAR")
                        .load()
                        .bad())
                .extracting(RecordingSink.Bad::column)
                .containsExactly("a");
        assertThat(FileFixture.over(write("a.jsonl", "{\"id\":1,\"a\":null}\n"))
                        .column("id", "BIGINT")
                        .notNull("a", "VARCHAR")
                        .load()
                        .bad())
                .extracting(RecordingSink.Bad::column)
                .containsExactly("a");
    }

    @Test
    void keysOfOneRowAreTheSameInEveryFormat() throws Exception {
        var csv = FileFixture.over(write("a.csv", "d,n\n1.50,x\n"))
                .with("key", "d,n")
                .load();
        var json = FileFixture.over(write("a.jsonl", "{\"n\":\"x\",\"d\":1.50}\n"))
                .with("key", "d,n")
                .load();
        var array = FileFixture.over(write("a.json", "[{\"n\":\"x\",\"d\":1.50}]"))
                .with("key", "d,n")
                .load();

        assertThat(csv.rows().keySet())
                .isEqualTo(json.rows().keySet())
                .isEqualTo(array.rows().keySet());
        assertThat(FileFixture.over(write("b.csv", "s\nabc\n"))
                        .with("key", "s")
                        .load()
                        .rowsByText())
                .containsOnlyKeys("abc");
    }

    @Test
    void badJsonLinesAreLeftOut() throws Exception {
        Path file = write("a.jsonl", """
                {"id":1,"a":1}

                [1]
                {"id":2,
                {"id":3} {"id":4}
                nonsense
                  {"id":5,"b":{"c":[1,2.50,null]}} \r
                {"id":6}""");

        RecordingSink sink = FileFixture.over(file).load();

        assertThat(sink.values())
                .containsExactly("{\"id\":1,\"a\":1}", "{\"id\":5,\"b\":{\"c\":[1,2.50,null]}}", "{\"id\":6}");
        assertThat(sink.bad())
                .extracting(RecordingSink.Bad::place)
                .containsExactly(file + ":line 3", file + ":line 4", file + ":line 5", file + ":line 6");
    }

    @Test
    void badElementsOfAnArrayAreLeftOut() throws Exception {
        Path file = write("a.json", "[{\"id\":1},\n 5, {\"id\":tru},\n\n \"]\", {\"id\":2,\"t\":\"}],[{\\\"\"}]");

        RecordingSink sink = FileFixture.over(file).load();

        assertThat(sink.values()).containsExactly("{\"id\":1}", "{\"id\":2,\"t\":\"}],[{\\\"\"}");
        assertThat(sink.bad())
                .extracting(RecordingSink.Bad::place)
                .containsExactly(file + ":line 2", file + ":line 2", file + ":line 4");

        assertThat(FileFixture.over(write("b.json", "[{\"id\":1},{\"id\":2}"))
                        .load()
                        .bad())
                .extracting(RecordingSink.Bad::reason)
                .containsExactly("the JSON array is cut off: its ] is missing");
        assertThat(FileFixture.over(write("c.json", "[{\"id\":1},{\"id\":"))
                        .load()
                        .bad())
                .extracting(RecordingSink.Bad::reason)
                .containsExactly("the JSON array is cut off within an element");
        assertThat(FileFixture.over(write("d.json", "[{\"id\":1}] x")).load().bad())
                .extracting(RecordingSink.Bad::reason)
                .containsExactly("something follows the JSON array");
    }

    @Test
    void damagedCompressionIsOneBadRecord() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            var random = new Random(1);
            for (int i = 0; i < 50_000; i++) {
                out.write((i == 0 ? "id,a\n" : i + "," + random.nextLong() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] zstd = Zstd.compress(new GZIPInputStream(new ByteArrayInputStream(bytes.toByteArray())).readAllBytes());
        Path gzip = folder.resolve("a.csv.gz");
        Files.write(gzip, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
        Path frame = folder.resolve("a.csv.zst");
        Files.write(frame, Arrays.copyOf(zstd, zstd.length / 2));

        for (Path file : new Path[] {gzip, frame}) {
            RecordingSink sink = FileFixture.over(file).load();

            assertThat(sink.rows()).hasSizeBetween(10_000, 40_000);
            assertThat(sink.bad())
                    .singleElement()
                    .satisfies(b -> assertThat(b.reason()).contains("cut off"));
        }
    }

    @Test
    void recordsOfMegabytesAreGoodAndLongerOnesThanTheLimitAreBad() throws Exception {
        String good = "x".repeat(2 << 20);
        String tooLong = "y".repeat(17 << 20);
        RecordingSink csv = FileFixture.over(
                        write("a.csv", "id,a\n1," + good + "\n2," + tooLong + "\n3,z\n4,\"" + tooLong + "\n5,z\n"))
                .load();
        assertThat(csv.values())
                .containsExactly(
                        "{\"id\":1,\"a\":\"" + good + "\"}", "{\"id\":3,\"a\":\"z\"}", "{\"id\":5,\"a\":\"z\"}");
        assertThat(csv.bad()).hasSize(2).allSatisfy(b -> {
            assertThat(b.reason()).contains("16 MB");
            assertThat(b.raw()).hasSizeLessThan(1 << 17);
        });

        RecordingSink lines = FileFixture.over(write(
                        "a.jsonl",
                        "{\"id\":1,\"a\":\"" + good + "\"}\n{\"id\":2,\"a\":\"" + tooLong + "\"}\n{\"id\":3}\n"))
                .load();
        assertThat(lines.rows()).hasSize(2);
        assertThat(lines.bad())
                .singleElement()
                .satisfies(b -> assertThat(b.place()).endsWith(":line 2"));

        RecordingSink array = FileFixture.over(
                        write("a.json", "[{\"id\":1},{\"id\":2,\"a\":\"" + tooLong + "\"},\n{\"id\":3}]"))
                .load();
        assertThat(array.values()).containsExactly("{\"id\":1}", "{\"id\":3}");
        assertThat(array.bad())
                .singleElement()
                .satisfies(b -> assertThat(b.reason()).contains("16 MB"));
    }

    @Test
    void filesOfAGlobMayHaveTheirColumnsInAnotherOrderAndFurtherOnes() throws Exception {
        write("a.csv", "id,a\n1,x\n");
        write("b.csv", "a,id,new\ny,2,007\n");

        assertThat(FileFixture.over(folder + "/*.csv").load().values())
                .containsExactly("{\"id\":1,\"a\":\"x\"}", "{\"a\":\"y\",\"id\":2,\"new\":\"007\"}");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
